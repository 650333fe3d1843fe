"""The words that commands print around figures, in Danish, English and Norwegian bokmål; statuses and causes are not here."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str, str]] = {
    "goal": ("mål", "goal", "mål"),
    "period": ("periode", "period", "periode"),
    "unit": ("enhed", "unit", "enhet"),
    "value": ("resultat", "result", "resultat"),
    "of_value": ("værdi", "value", "verdi"),
    "target": ("måltal", "target", "måltall"),
    "status": ("status", "status", "status"),
    "not_assessed": ("Kan ikke vurderes", "Cannot be assessed", "Kan ikke vurderes"),
    "provisional": ("Foreløbige (tæller ikke med)", "Provisional (not counted)", "Foreløpige (teller ikke)"),
    "set_aside": ("Sat til side", "Set aside", "Satt til side"),
    "hidden": (
        "Skjult af hensyn til fortrolighed (kun til internt brug)",
        "Hidden for confidentiality (for internal use only)",
        "Skjult av hensyn til konfidensialitet (bare til intern bruk)",
    ),
    "hidden_primary": (
        "{count} om få personer eller sager",
        "{count} on few persons or cases",
        "{count} om få personer eller saker",
    ),
    "hidden_version": (
        "{count} med en rettelse om få personer: det offentliggjorte tal bliver stående",
        "{count} with a revision by few persons: the figure that is out stays",
        "{count} med en retting om få personer: det publiserte tallet blir stående",
    ),
    "hidden_earlier": ("{count} som også før var skjult", "{count} that were hidden before", "{count} som også før var skjult"),
    "hidden_time": (
        "{count} for perioder, der er for korte, eller som venter på en skjult del",
        "{count} for periods that are too short, or that wait for a hidden part",
        "{count} for perioder som er for korte, eller som venter på en skjult del",
    ),
    "hidden_secondary": (
        "{count} fordi de skjulte ellers kunne regnes ud",
        "{count} because the hidden ones could be computed otherwise",
        "{count} fordi de skjulte ellers kunne regnes ut",
    ),
    "hidden_last_resort": (
        "{count} for hele kommunen eller mere, fordi intet andet hjælper",
        "{count} for the whole municipality or more, because nothing else helps",
        "{count} for hele kommunen eller mer, fordi ikke noe annet hjelper",
    ),
    "hidden_bare": (
        "kan regnes ud af det, der allerede er offentliggjort",
        "can be computed from what is published already",
        "kan regnes ut av det som allerede er publisert",
    ),
    "released": (
        "Rettelser offentliggjort efter beslutning",
        "Revisions published by a decision",
        "Rettinger publisert etter beslutning",
    ),
    "failed": ("Kilder, der fejlede", "Sources that failed", "Kilder som feilet"),
    "left_out": ("Plugins udeladt", "Plugins left out", "Plugins utelatt"),
    "switched_off": ("Slået fra", "Switched off", "Slått av"),
    "warnings": ("Bemærk", "Please note", "Merk"),
    "rows": ("rækker", "rows", "rader"),
    "row": ("række", "row", "rad"),
    "to_be_done": ("Skal gøres", "To be done", "Skal gjøres"),
    "nothing": ("Endnu intet at vurdere", "Nothing to judge yet", "Ennå ingenting å vurdere"),
    "stored": (
        "Protokol: kørsel {run}, {observations}, {fulfilments}, {unchanged} uændrede.",
        "Ledger: run {run}, {observations}, {fulfilments}, {unchanged} unchanged.",
        "Protokoll: kjøring {run}, {observations}, {fulfilments}, {unchanged} uendret.",
    ),
    "closed": (
        "{count} tidligere resultater findes ikke mere; protokollen har dem fortsat under de tidligere kørsler.",
        "{count} earlier results are not found any more; the ledger still has them under the earlier runs.",
        "{count} tidligere resultater finnes ikke lenger; protokollen har dem fortsatt under de tidligere kjøringene.",
    ),
    "closed_one": (
        "{count} tidligere resultat findes ikke mere; protokollen har det fortsat under de tidligere kørsler.",
        "{count} earlier result is not found any more; the ledger still has it under the earlier runs.",
        "{count} tidligere resultat finnes ikke lenger; protokollen har det fortsatt under de tidligere kjøringene.",
    ),
    "scanned": (
        "Data: {scanned} gennemløb, {kept} genbrugt. Tid: {seconds} s.",
        "Data: {scanned} scans, {kept} reused. Time: {seconds} s.",
        "Data: {scanned} gjennomløp, {kept} gjenbrukt. Tid: {seconds} s.",
    ),
    "observations": ("{count} nye observationer", "{count} new observations", "{count} nye observasjoner"),
    "observations_one": ("{count} ny observation", "{count} new observation", "{count} ny observasjon"),
    "fulfilments": ("{count} nye vurderinger", "{count} new judgements", "{count} nye vurderinger"),
    "fulfilments_one": ("{count} ny vurdering", "{count} new judgement", "{count} ny vurdering"),
    "scanned_one": (
        "Data: {scanned} gennemløb, {kept} genbrugt. Tid: {seconds} s.",
        "Data: {scanned} scan, {kept} reused. Time: {seconds} s.",
        "Data: {scanned} gjennomløp, {kept} gjenbrukt. Tid: {seconds} s.",
    ),
    "reach_unknown": (
        "ingen ved, hvor langt {dataset} rækker: skriv complete_until",
        "nobody knows how far {dataset} reaches: write complete_until",
        "ingen vet hvor langt {dataset} rekker: skriv complete_until",
    ),
    "reaches_until": (
        "{dataset} rækker kun til {day}: se complete_until",
        "{dataset} reaches only until {day}: look at complete_until",
        "{dataset} rekker bare til {day}: se complete_until",
    ),
    "in_force_from": ("gælder fra {day}", "in force from {day}", "gjelder fra {day}"),
    "nothing_scanned": (
        "Data er uændrede: intet er læst igennem igen ({kept} genbrugt). Tid: {seconds} s.",
        "The data is unchanged: nothing was scanned ({kept} reused). Time: {seconds} s.",
        "Data er uendret: ingenting er lest igjennom på nytt ({kept} gjenbrukt). Tid: {seconds} s.",
    ),
    "more": ("og {count} mere", "and {count} more", "og {count} til"),
    "plan": ("Plan (intet er kørt)", "Plan (nothing was run)", "Plan (ingenting er kjørt)"),
    "more_periods": (
        "Vist: seneste afsluttede periode. Flere: --period, eller klaremal export fulfilments.",
        "Shown: the newest closed period. For more: --period, or klaremal export fulfilments.",
        "Vist: siste avsluttede periode. Flere: --period, eller klaremal export fulfilments.",
    ),
    "ok": ("Alle data holder kontrakten.", "All data keeps its contract.", "Alle data holder kontrakten."),
    "dataset": ("datasæt", "dataset", "datasett"),
    "complete_until": ("dækker til og med", "covers until", "dekker til og med"),
    "bad_rows": ("sat til side", "set aside", "satt til side"),
    "source": ("kilde", "source", "kilde"),
}
_INDEX = {"da": 0, "en": 1, "nb": 2}


def word(key: str, lang: str, **values: object) -> str:
    """Return the word or sentence in a language, with the values filled in."""
    return _WORDS[key][_INDEX[lang]].format(**values)
