"""Why rows were set aside, in the analyst's language: a sentence for each rule, with the column and up to five examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klaremal.model.outcome import SetAside

# A rule is named by its kind, and by its column where it is about one: `required_year`.
_RULES: tuple[tuple[str, tuple[str, str]], ...] = (
    ("unreadable_period", ("perioden kan ikke læses", "perioden kan ikke leses")),
    ("unreadable_", ("{column} kan ikke læses", "{column} kan ikke leses")),
    ("required_", ("{column} er tom", "{column} er tom")),
    ("enum_", ("{column} har en værdi, der ikke er tilladt", "{column} har en verdi som ikke er tillatt")),
    ("minimum_", ("{column} er for lille", "{column} er for liten")),
    ("maximum_", ("{column} er for stor", "{column} er for stor")),
    ("pattern_", ("{column} har ikke den rette form", "{column} har ikke riktig form")),
    ("future_date_", ("{column} ligger i fremtiden", "{column} ligger i fremtiden")),
    ("duplicate_cell", ("to tal for den samme enhed og periode", "to tall for samme enhet og periode")),
    ("duplicate_key", ("samme nøgle med forskelligt indhold", "samme nøkkel med forskjellig innhold")),
    ("duplicate_", ("samme {column} med forskelligt indhold", "samme {column} med forskjellig innhold")),
    ("unknown_parent", ("enheder, der ligger under en ukendt enhed", "enheter som ligger under en ukjent enhet")),
    ("unit_code_taken", ("enheder med en kode, som en anden enhed har", "enheter med en kode som en annen enhet har")),
    ("other_level", ("rækker på et andet niveau end datasættets", "rader på et annet nivå enn datasettets")),
    ("undated", ("uden dato", "uten dato")),
    ("pause_set_aside", ("en pause i sagen er sat til side", "en pause i saken er satt til side")),
    (
        "no_total",
        (
            "det datasæt, som tallet er pr. en sum af, har ingen for enheden og perioden",
            "det datasettet som tallet er per en sum av, har ingen for enheten og perioden",
        ),
    ),
)

# The message names the texts and what was probably meant; only its words are changed.
_PHRASES = (("no unit is called", ("ingen enhed hedder", "ingen enhet heter")), ("did you mean", ("mente I", "mente dere")))

# A line to paste is the same in every language.
_IN_THE_FILE = "klaremal.toml: "


def told(aside: SetAside, lang: str) -> str:
    """Return the reason in the language, with examples; in English, and for rules of others, the message itself."""
    text = aside.message or aside.rule
    if lang != "en" and aside.rule == "unknown_unit":
        for english, (da, nb) in _PHRASES:
            text = text.replace(english, nb if lang == "nb" else da)
    elif lang != "en":
        for rule, (da, nb) in _RULES:
            if aside.rule.startswith(rule):
                _, at, line = text.partition(_IN_THE_FILE)
                text = (nb if lang == "nb" else da).format(column=aside.rule.removeprefix(rule))
                text += f". I {at}{line}" if at else ""
                break
    return f"{text} ({'; '.join(aside.examples)})" if aside.examples else text
