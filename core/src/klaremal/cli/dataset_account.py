"""`klaremal datasets NAME`: what one dataset asks for, for whoever delivers it; the list of all is elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import click

from klaremal.cli.printing import print_table
from klaremal.model.indicator import references

if TYPE_CHECKING:
    from klaremal.model.column import Column
    from klaremal.model.dataset import Dataset

_SHOWN: Final = 30

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "grain": ("En række er", "A row is", "En rad er"),
    "dated_by": ("Dateres efter", "Dated by", "Dateres etter"),
    "spell": (
        "{first} til {last} (en periode; den sidste dag tæller ikke med)",
        "{first} to {last} (a spell; the last day is not in it)",
        "{first} til {last} (en periode; den siste dagen teller ikke med)",
    ),
    "snapshot": (
        "{columns} (en tilstand, der ikke lægges sammen over tid)",
        "{columns} (a state, which is not added over time)",
        "{columns} (en tilstand, som ikke legges sammen over tid)",
    ),
    "by": ("{columns} ({frequency})", "{columns} ({frequency})", "{columns} ({frequency})"),
    "month": ("måned", "month", "måned"),
    "quarter": ("kvartal", "quarter", "kvartal"),
    "half_year": ("halvår", "half-year", "halvår"),
    "year": ("år", "year", "år"),
    "school_year": ("skoleår", "school year", "skoleår"),
    "placed_in": ("Hører til", "Placed in", "Hører til"),
    "own": ("jeres egen enhed", "your own unit", "deres egen enhet"),
    "level": ("Niveau", "Level", "Nivå"),
    "key": ("Nøgle", "Key", "Nøkkel"),
    "person": ("Person", "Person", "Person"),
    "events": ("Hændelser", "Events", "Hendelser"),
    "basis": ("Grundlag", "Basis", "Grunnlag"),
    "sample": (
        "en stikprøve: også de, der ikke svarede, er rækker",
        "a sample: those who did not answer are rows, too",
        "et utvalg: også de som ikke svarte, er rader",
    ),
    "settle_days": ("Efterslæb", "Settles", "Etterslep"),
    "days": (
        "{count} dage efter periodens slutning",
        "{count} days after the end of the period",
        "{count} dager etter periodens slutt",
    ),
    "made_of": ("Laves af", "Made of", "Lages av"),
    "no_source": (
        "{parts}; det har ingen kilde selv",
        "{parts}; it has no source of its own",
        "{parts}; det har ingen egen kilde",
    ),
    "references": ("Kilde til definitionen", "Definition from", "Kilde til definisjonen"),
    "column": ("kolonne", "column", "kolonne"),
    "type": ("type", "type", "type"),
    "title": ("titel", "title", "tittel"),
    "also": ("hedder også", "also called", "heter også"),
    "rules": ("regler og tilladte værdier", "rules and allowed values", "regler og tillatte verdier"),
    "required": ("skal udfyldes", "required", "må fylles ut"),
    "unique": ("entydig", "unique", "entydig"),
    "personal": ("personlig", "personal", "personlig"),
    "minimum": ("mindst {value}", "at least {value}", "minst {value}"),
    "maximum": ("højst {value}", "at most {value}", "høyst {value}"),
    "pattern": ("på formen {value}", "of the form {value}", "på formen {value}"),
    "total": ("{value} = alle", "{value} = all", "{value} = alle"),
    "missing": ("{markers} = mangler", "{markers} = missing", "{markers} = mangler"),
    "more": ("og {count} mere", "and {count} more", "og {count} til"),
}
_INDEX: Final = {"da": 0, "en": 1, "nb": 2}


def print_dataset(dataset: Dataset, lang: str) -> None:
    """Print the contract of a dataset: what a row is and when it counts, then a line for each column."""
    click.echo(f"{dataset.title.say(lang)} ({dataset.id})\n")
    lines = [(_word(label, lang), text) for label, text in _facts(dataset, lang) if text]
    width = max(len(label) for label, _ in lines)
    for label, text in lines:
        click.echo(f"{label.ljust(width)}  {text}")
    headers = [_word(each, lang) for each in ("column", "type", "title", "also", "rules")]
    rows = [
        (each.name, each.type, each.title.say(lang), ", ".join(_also(each, lang)), "; ".join(_rules(each, lang)))
        for each in dataset.columns
    ]
    print_table(headers, rows)


def _facts(dataset: Dataset, lang: str) -> Iterator[tuple[str, str]]:
    """Give label and text of what the contract says of whole rows; an empty text is not said."""
    yield "grain", dataset.grain.say(lang)
    yield "dated_by", _dated_by(dataset, lang)
    yield "placed_in", ", ".join(dataset.placed_in) or _word("own", lang)
    yield "level", dataset.level or ""
    yield "key", ", ".join(dataset.key)
    yield "person", dataset.person or ""
    yield "events", ", ".join(dataset.events)
    yield "basis", _word("sample", lang) if dataset.basis == "sample" else ""
    yield "settle_days", _word("days", lang, count=dataset.settle_days) if dataset.settle_days else ""
    yield "made_of", _word("no_source", lang, parts=", ".join(dataset.made_of)) if dataset.made_of else ""
    for each in references(dataset.references):
        yield "references", f"{each.text} {each.link}".strip()


def _dated_by(dataset: Dataset, lang: str) -> str:
    if dataset.spell:
        first, last = dataset.spell
        return _word("spell", lang, first=first, last=last)
    columns = ", ".join(dataset.date_columns)
    if dataset.snapshot:
        return _word("snapshot", lang, columns=columns)
    return _word("by", lang, columns=columns, frequency=_word(dataset.base_frequency, lang))


def _also(column: Column, lang: str) -> Iterator[str]:
    """Give the headers under which the column is known besides its name and its title in the language."""
    shown = {column.name.casefold(), column.title.say(lang).casefold()}
    every = {each.casefold(): each for each in (*(title for _, title in column.title.pairs), *column.also)}
    yield from (each for plain, each in every.items() if plain not in shown)


def _rules(column: Column, lang: str) -> Iterator[str]:
    """Give what a cell must keep, and the values that it may have with their titles."""
    yield from (_word(name, lang) for name in ("required", "unique", "personal") if getattr(column, name))
    for name in ("minimum", "maximum", "pattern"):
        if (value := getattr(column, name)) is not None:
            yield _word(name, lang, value=f"{value:g}" if isinstance(value, float) else value)
    if column.enum:
        titled = ((code, title.say(lang)) for code, title in column.enum)
        yield _listed((code if title in ("", code) else f"{code} = {title}" for code, title in titled), lang)
    if column.total is not None:
        yield _word("total", lang, value=column.total)
    if column.missing:
        yield _word("missing", lang, markers=", ".join(marker for marker, _ in column.missing))


def _listed(values: Iterable[str], lang: str) -> str:
    every = list(values)
    more = f" {_word('more', lang, count=len(every) - _SHOWN)}" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more


def _word(key: str, lang: str, **values: object) -> str:
    return _WORDS[key][_INDEX[lang]].format(**values)
