"""What is said beside the figure of a clock: how many open cases are late, how old the oldest is, how many are paused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from klaremal.model.on_time import BESIDE, OLDEST_OPEN, OPEN_OVERDUE, PAUSED_NOW
from klaremal.reason.shown import count_text
from klaremal.reason.words import words_of

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "da": {
        OPEN_OVERDUE: "åbne over fristen: {number}",
        OLDEST_OPEN: "den ældste {number} dage gammel",
        PAUSED_NOW: "på pause: {number}",
    },
    "en": {
        OPEN_OVERDUE: "open past the deadline: {number}",
        OLDEST_OPEN: "the oldest {number} days old",
        PAUSED_NOW: "paused: {number}",
    },
    "nb": {
        OPEN_OVERDUE: "åpne over fristen: {number}",
        OLDEST_OPEN: "den eldste {number} dager gammel",
        PAUSED_NOW: "på pause: {number}",
    },
}


def beside_text(rows: Iterable[Mapping[str, Any]], lang: str) -> str:
    """Return what the observations beside an indicator's figure say, the newest of each; empty where they say nothing.

    A number that is hidden is left out, and so is a 0 of cases that are paused: most clocks never stand still.
    """
    newest: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        name = str(row["indicator"]).rpartition(".")[2]
        if name not in newest or str(row["period"]) >= str(newest[name]["period"]):
            newest[name] = row
    said = words_of(_WORDS, lang)
    numbers = {name: newest[name]["value"] for name in BESIDE if name in newest}
    shown = {name: value for name, value in numbers.items() if value == value and value is not None}
    if not shown.get(PAUSED_NOW):
        shown.pop(PAUSED_NOW, None)
    return ", ".join(said[name].format(number=count_text(value, lang)) for name, value in shown.items())
