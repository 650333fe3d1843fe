"""The words of statuses, causes, certainties and trends, and the sentences of a reason, in da, en and nb; no logic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, Mapping[str, str]]

LANGUAGES: Final = ("da", "en", "nb")

STATUS_WORDS: Final[Words] = {
    "da": {
        "fulfilled": "indfriet",
        "partly_fulfilled": "delvist indfriet",
        "not_fulfilled": "ikke indfriet",
        "not_assessable": "kan ikke vurderes",
    },
    "en": {
        "fulfilled": "fulfilled",
        "partly_fulfilled": "partly fulfilled",
        "not_fulfilled": "not fulfilled",
        "not_assessable": "cannot be assessed",
    },
    "nb": {
        "fulfilled": "innfridd",
        "partly_fulfilled": "delvis innfridd",
        "not_fulfilled": "ikke innfridd",
        "not_assessable": "kan ikke vurderes",
    },
}

CAUSE_WORDS: Final[Words] = {
    "da": {
        "not_yet_due": "fristen er ikke nået",
        "source_failed": "kilden kunne ikke læses",
        "no_data": "der mangler data",
        "not_measured": "ikke målt",
        "no_cases": "ingen at måle på",
        "confidential": "skjult af hensyn til fortrolighed",
        "method_changed": "målemetoden blev ændret i perioden",
        "implausible": "værdien er usandsynlig",
        "coverage_too_low": "for få er målt",
        "too_few": "kilden oplyser ikke så små tal",
    },
    "en": {
        "not_yet_due": "the deadline has not been reached",
        "source_failed": "the source could not be read",
        "no_data": "data is missing",
        "not_measured": "not measured",
        "no_cases": "no cases",
        "confidential": "hidden for confidentiality",
        "method_changed": "the method was changed within the period",
        "implausible": "the value is implausible",
        "coverage_too_low": "too few were measured",
        "too_few": "the source does not give numbers this small",
    },
    "nb": {
        "not_yet_due": "fristen er ikke nådd",
        "source_failed": "kilden kunne ikke leses",
        "no_data": "det mangler data",
        "not_measured": "ikke målt",
        "no_cases": "ingen å måle på",
        "confidential": "skjult av hensyn til konfidensialitet",
        "method_changed": "målemetoden ble endret i perioden",
        "implausible": "verdien er usannsynlig",
        "coverage_too_low": "for få er målt",
        "too_few": "kilden oppgir ikke så små tall",
    },
}

CERTAINTY_WORDS: Final[Words] = {
    "da": {"clear": "klar", "uncertain": "usikker"},
    "en": {"clear": "clear", "uncertain": "uncertain"},
    "nb": {"clear": "klar", "uncertain": "usikker"},
}

TREND_WORDS: Final[Words] = {
    "da": {"better": "bedre", "unchanged": "uændret", "worse": "dårligere"},
    "en": {"better": "better", "unchanged": "unchanged", "worse": "worse"},
    "nb": {"better": "bedre", "unchanged": "uendret", "worse": "dårligere"},
}

# What a cause means for the reader. {counted}, {value}, {range}, {minimum} and {breaks} are filled in.
MEANINGS: Final[Words] = {
    "da": {
        "not_yet_due": "Målet vurderes, når fristen er nået.",
        "source_failed": "Målet vurderes, når kilden kan læses igen.",
        "no_data": "Uden tal for hele perioden kan det ikke afgøres, om løftet er holdt.",
        "not_measured": "Der er ingen måling for perioden.",
        "no_cases": "Der var ingen {counted} i perioden, og derfor er der intet at vurdere.",
        "confidential": "Tallet vises ikke, så ingen kan genkendes i det.",
        "method_changed": "Tal fra før og efter ændringen kan ikke sammenlignes{breaks}.",
        "implausible": "{value} kan næppe passe; et sandsynligt tal er {range}. Det er formentlig en fejl i data.",
        "coverage_too_low": "Mindst {minimum} af dem, løftet gælder, skal være målt.",
        "too_few": "Kilden skjuler selv tal, der bygger på meget få.",
    },
    "en": {
        "not_yet_due": "The goal is assessed when the deadline is reached.",
        "source_failed": "The goal is assessed when the source can be read again.",
        "no_data": "Without figures for the whole period nobody can tell whether the promise was kept.",
        "not_measured": "There is no measurement for the period.",
        "no_cases": "There were no {counted} in the period, so there is nothing to assess.",
        "confidential": "The figure is not shown, so that nobody can be recognised in it.",
        "method_changed": "Figures from before and after the change cannot be compared{breaks}.",
        "implausible": "{value} can hardly be right; a plausible figure is {range}. It is probably an error in the data.",
        "coverage_too_low": "At least {minimum} of those the promise is about must be measured.",
        "too_few": "The source itself hides figures that rest on very few.",
    },
    "nb": {
        "not_yet_due": "Målet vurderes når fristen er nådd.",
        "source_failed": "Målet vurderes når kilden kan leses igjen.",
        "no_data": "Uten tall for hele perioden kan ingen avgjøre om løftet er holdt.",
        "not_measured": "Det finnes ingen måling for perioden.",
        "no_cases": "Det var ingen {counted} i perioden, og derfor er det ingenting å vurdere.",
        "confidential": "Tallet vises ikke, slik at ingen kan gjenkjennes i det.",
        "method_changed": "Tall fra før og etter endringen kan ikke sammenlignes{breaks}.",
        "implausible": "{value} kan neppe stemme; et sannsynlig tall er {range}. Det er trolig en feil i dataene.",
        "coverage_too_low": "Minst {minimum} av dem løftet gjelder, må være målt.",
        "too_few": "Kilden skjuler selv tall som bygger på svært få.",
    },
}

# The promise in short, and the comparison of a value with it.
PHRASES: Final[Words] = {
    "da": {
        "at_least": "mindst {low}",
        "at_most": "højst {high}",
        "between": "mellem {low} og {high}",
        "path": "{promise} i {first}, {last} i {until}",
        "is": "{value} er {promise}",
        "below": "{value} er under {low}",
        "above": "{value} er over {high}",
        "nearly": "{sentence}, men inden for den besluttede afvigelse på {tolerance}",
        "already": "{sentence}, selv om perioden ikke er slut",
        "provisional": "Foreløbigt tal: {value}. Målet ({promise}) vurderes, når perioden er afsluttet.",
        "provisional_empty": "Målet ({promise}) vurderes, når perioden er afsluttet.",
        "part": "{part} af {n} {counted}.",
        "n": "Bygger på {n} {counted}.",
        "counted": "registreringer",
        "counted_one": "registrering",
        "cases": "tilfælde",
        "cases_one": "tilfælde",
        "one": "Bygger på én registrering.",
        "uncertain": "Vurderingen er usikker: rækker med fejl er ikke talt med, og de kunne have ændret den.",
        "uncertain_sample": "Vurderingen er usikker: tallet bygger på en stikprøve, og svar fra alle kunne have ændret den.",
        "better": "Bedre end {before}.",
        "worse": "Dårligere end {before}.",
        "unchanged": "Uændret i forhold til {before}, når der ses bort fra tilfældige udsving.",
        "year_before": "året før",
        "period_before": "samme periode året før",
        "window_before": "de foregående 12 måneder",
        "everyone": "Alle, løftet gælder, skal være målt.",
        "retroactive": "Målet blev først besluttet den {date}, efter at perioden var begyndt.",
        "warned": "En del af tallet er usandsynlig og bør efterses.",
        "law": "Det er et lovkrav.",
        "agreement": "Måltallet følger af en aftale.",
        "recommendation": "Måltallet er en anbefaling, ikke et krav.",
        "date": "{day}. {month}",
    },
    "en": {
        "at_least": "at least {low}",
        "at_most": "at most {high}",
        "between": "between {low} and {high}",
        "path": "{promise} in {first}, {last} in {until}",
        "is": "{value} is {promise}",
        "below": "{value} is below {low}",
        "above": "{value} is above {high}",
        "nearly": "{sentence}, but within the accepted deviation of {tolerance}",
        "already": "{sentence}, although the period has not ended",
        "provisional": "Provisional figure: {value}. The goal ({promise}) is assessed when the period has ended.",
        "provisional_empty": "The goal ({promise}) is assessed when the period has ended.",
        "part": "{part} of {n} {counted}.",
        "n": "Based on {n} {counted}.",
        "counted": "records",
        "counted_one": "record",
        "cases": "cases",
        "cases_one": "case",
        "one": "Based on one record.",
        "uncertain": "The status is uncertain: rows with errors were left out, and they could have changed it.",
        "uncertain_sample": "The status is uncertain: it rests on a sample, and answers from all could have changed it.",
        "better": "Better than {before}.",
        "worse": "Worse than {before}.",
        "unchanged": "Unchanged from {before}, apart from chance variation.",
        "year_before": "the year before",
        "period_before": "the same period a year earlier",
        "window_before": "the 12 months before",
        "everyone": "All whom the promise is about must be measured.",
        "retroactive": "The goal was not decided until {date}, after the period had begun.",
        "warned": "A part of the figure is implausible and should be checked.",
        "law": "This is required by law.",
        "agreement": "The target follows from an agreement.",
        "recommendation": "The target is a recommendation, not a requirement.",
        "date": "{day} {month}",
    },
    "nb": {
        "at_least": "minst {low}",
        "at_most": "høyst {high}",
        "between": "mellom {low} og {high}",
        "path": "{promise} i {first}, {last} i {until}",
        "is": "{value} er {promise}",
        "below": "{value} er under {low}",
        "above": "{value} er over {high}",
        "nearly": "{sentence}, men innenfor det vedtatte avviket på {tolerance}",
        "already": "{sentence}, selv om perioden ikke er slutt",
        "provisional": "Foreløpig tall: {value}. Målet ({promise}) vurderes når perioden er avsluttet.",
        "provisional_empty": "Målet ({promise}) vurderes når perioden er avsluttet.",
        "part": "{part} av {n} {counted}.",
        "n": "Bygger på {n} {counted}.",
        "counted": "registreringer",
        "counted_one": "registrering",
        "cases": "tilfeller",
        "cases_one": "tilfelle",
        "one": "Bygger på én registrering.",
        "uncertain": "Vurderingen er usikker: rader med feil er ikke tatt med, og de kunne ha endret den.",
        "uncertain_sample": "Vurderingen er usikker: tallet bygger på et utvalg, og svar fra alle kunne ha endret den.",
        "better": "Bedre enn {before}.",
        "worse": "Dårligere enn {before}.",
        "unchanged": "Uendret fra {before}, når en ser bort fra tilfeldige utslag.",
        "year_before": "året før",
        "period_before": "samme periode året før",
        "window_before": "de foregående 12 månedene",
        "everyone": "Alle løftet gjelder, må være målt.",
        "retroactive": "Målet ble først vedtatt {date}, etter at perioden var begynt.",
        "warned": "En del av tallet er usannsynlig og bør sjekkes.",
        "law": "Dette er et lovkrav.",
        "agreement": "Måltallet følger av en avtale.",
        "recommendation": "Måltallet er en anbefaling, ikke et krav.",
        "date": "{day}. {month}",
    },
}


def words_of(table: Words, lang: str) -> Mapping[str, str]:
    """Return the words of a language, and the Danish ones for a language that has none."""
    return table.get(lang, table["da"])
