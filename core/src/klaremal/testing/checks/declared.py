"""Checks of single declarations: ids, texts in every language, what an indicator says of itself, and references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import attrs

from klaremal.declared import KINDS
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator, Reference
from klaremal.model.measured_in import UNITS_OF_MEASUREMENT
from klaremal.model.text import Text
from klaremal.testing.subject import Finding, Subject, shown

# What refers to another declaration is looked at where that one is declared.
_ELSEWHERE: Final = ("dataset", "indicator", "made_from", "per")
# What an indicator says of itself, and how to say it.
_SAYS: Final = {
    "title": 'Call it what people call it: title={"da": "...", "en": "..."}.',
    "description": "Say in a sentence what is counted, and what is left out.",
}


def ids(subject: Subject) -> Iterator[Finding]:
    """Every id begins with the plugin's entry-point name; the sector has the name itself, and nothing is declared twice.

    When it fails: rename it. Where goals use the id already, keep it, and leave this check out with that as the reason.
    """
    for kind in KINDS:
        names = [str(getattr(each, "id", "") or getattr(each, "name", "")) for each in subject.raw(kind)]
        for name in names:
            if kind == "sectors" and name != subject.name:
                cure = f'Call it "{subject.name}", as the entry point is called.'
                yield Finding(f'sector "{name}"', "a sector has the plugin's own name.", cure)
            elif kind not in ("sectors", "units") and not name.startswith(f"{subject.name}."):
                cure = f'Call it "{subject.name}.{name.rpartition(".")[2]}".'
                yield Finding(f'"{name}" of klaremal_{kind}', f'its id does not begin with "{subject.name}.".', cure)
        if kind != "goals":
            for name in [each for each, times in Counter(names).items() if times > 1]:
                cure = "Keep one of them; two ways to count are two ids."
                yield Finding(f'"{name}" of klaremal_{kind}', "it is declared twice.", cure)


def texts_in_every_language(subject: Subject) -> Iterator[Finding]:
    """Whoever reads a language that the plugin claims meets no text of another: it claims what its sector or any text has.

    When it fails: write the text that is missing, or claim fewer languages.
    """
    every = [each for kind in KINDS for item in subject.raw(kind) for each in _texts(item, _name(item))]
    claimed = {each for sector in subject.raw("sectors") for each in getattr(sector, "languages", ())}
    claimed |= {language for _, text in every for language in text.languages}
    for where, text in every:
        missing = sorted(claimed - {*text.languages})
        if text.languages and missing:
            what = f'"{str(text)[:40]}" is not there in {shown(missing)}.'
            yield Finding(where, what, f"Write it in {shown(sorted(claimed))}, or claim fewer languages in the sector.")


def _name(item: Any) -> str:
    return str(getattr(item, "id", None) or getattr(item, "name", None) or type(item).__name__)


def _texts(item: Any, where: str) -> Iterator[tuple[str, Text]]:
    """Give all texts for people inside a declaration with where they stand."""
    if isinstance(item, Text):
        yield where, item
    elif isinstance(item, (tuple, list)):
        for each in item:
            inside = getattr(each, "name", None) or getattr(each, "id", None)
            if isinstance(each, tuple) and len(each) == 2 and isinstance(each[1], Text):
                yield f"{where} {each[0]}", each[1]
            else:
                yield from _texts(each, f"{where} {inside}" if inside else where)
    elif attrs.has(type(item)) and not isinstance(item, Reference):
        for each in attrs.fields(type(item)):
            if each.name not in _ELSEWHERE and not each.name.startswith("_"):
                yield from _texts(getattr(item, each.name), f"{where} {each.name}" if _is_field(item, each.name) else where)


def _is_field(item: Any, name: str) -> bool:
    return isinstance(getattr(item, name), Text)


def definitions(subject: Subject) -> Iterator[Finding]:
    """Every indicator says what it measures, in what, and whose definition it is.

    When it fails: say it where the indicator, the threshold or the dataset is declared.
    """
    for each in subject.raw("indicators"):
        if not isinstance(each, Indicator):
            continue
        for name, cure in _SAYS.items():
            if not getattr(each, name):
                yield Finding(each.id, f"it has no {name}.", cure)
        if not [reference for reference in each.references if reference.text.strip()]:
            cure = 'Name the law, the statistics or the decision: references=(Reference("...", "https://..."),).'
            yield Finding(each.id, "it does not say whose definition it is.", cure)
        if each.measured_in not in UNITS_OF_MEASUREMENT:
            what = f'measured_in "{each.measured_in}" is none that people are shown in words.'
            yield Finding(each.id, what, f"Use one of {', '.join(UNITS_OF_MEASUREMENT)}.")
    for each in subject.raw("thresholds"):
        reference = getattr(each, "reference", None)
        if isinstance(reference, Reference) and not reference.text.strip():
            what = f"it stands on {'an' if each.basis[0] in 'aeiou' else 'a'} {each.basis} that it does not name."
            yield Finding(each.id, what, 'Name the act and the section: reference="Serviceloven § 192 a".')
    for each in subject.raw("datasets"):
        if isinstance(each, Dataset) and not (each.title and each.grain):
            yield Finding(each.id, "it lacks a title or a grain.", 'Say what a row is: grain="one row per case".')
