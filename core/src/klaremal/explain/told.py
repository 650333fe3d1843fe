"""What is known of one fulfilment that is explained, and how its figures are written; it says nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from numbers import Real
from typing import Any, Final

from attrs import frozen

from klaremal.explain.words import SAYINGS
from klaremal.model.indicator import Indicator
from klaremal.model.target import Target
from klaremal.model.target_keys import target_from
from klaremal.model.text import Text
from klaremal.reason.shown import decimals_of_indicator, target_text, with_unit
from klaremal.reason.words import words_of

Line = tuple[str, str]
Row = Mapping[str, Any]

# How many decimals of a quotient are written when it has no end.
DECIMALS: Final = 6


@frozen(kw_only=True)
class Evidence:
    """What the ledger and the plugins say beside a fulfilment.

    `observation` is what it judges, `history` are all observations of the same series, `others` is that of the unit that it
    is held against and `beside` are those beside the figure of a clock; `sources` and `set_aside` are those of the indicator's
    datasets, which cover the days from `complete_from` on where that is known; `plugin` is name, distribution and version, and
    `deadline` what a promise about one allows.
    """

    observation: Row | None = None
    history: tuple[Row, ...] = ()
    others: Row | None = None
    beside: tuple[Row, ...] = ()
    sources: tuple[Row, ...] = ()
    set_aside: tuple[Row, ...] = ()
    complete_from: date | None = None
    plugin: tuple[str, str, str] = ("", "", "")
    deadline: str = ""


@frozen(kw_only=True)
class Told:
    """What is known of one fulfilment, and the language to tell it in."""

    row: Row
    observation: Row
    goal: Row
    indicator: Indicator
    lang: str

    @property
    def says(self) -> Mapping[str, str]:
        """The phrases of the language."""
        return words_of(SAYINGS, self.lang)

    def number(self, name: str) -> float | None:
        """Return a figure of the fulfilment, or of its observation; None where it is unknown."""
        found = (each.get(name) for each in (self.row, self.observation))
        return next((float(value) for value in found if value is not None and value == value), None)

    def word(self, name: str) -> str:
        """Return a word of the fulfilment, or of its observation; empty where neither has one."""
        return next((value for each in (self.row, self.observation) if isinstance(value := each.get(name), str)), "")

    def text(self, name: str) -> str:
        """Return a text of the goal in the language, whether it was stored as one text or as one for each language."""
        return say(self.goal.get(name), self.lang)

    def counted(self, key: str, count: float | None) -> str:
        """Return the phrase about this many, which has another form for exactly one."""
        return self.says.get(f"{key}_one", self.says[key]) if count == 1 else self.says[key]

    @property
    def target(self) -> Target | None:
        """The target of the version in force, as the ledger keeps it."""
        kept = self.goal.get("target")
        return target_from(kept) if isinstance(kept, Mapping) else None

    def precise(self, value: float) -> str:
        """Write a figure with all its decimals, at most six, and its unit."""
        text = target_text(value, decimals_of_indicator(self.indicator), DECIMALS, self.lang)
        return with_unit(text, self.indicator.measured_in, self.lang)


def known(cells: Row) -> Row:
    """Return the cells of a frame's row that hold anything: neither None nor one of pandas' ways to say missing."""
    return {name: value for name, value in cells.items() if isinstance(value, (str, date, Real)) and value == value}


def say(value: Any, lang: str) -> str:
    """Return a text in a language, whether it was stored as one text or as one for each language."""
    if isinstance(value, Text):
        return value.say(lang)
    return Text.of(value).say(lang) if isinstance(value, (str, Mapping)) else ""


def day_of(value: Any) -> date | None:
    """Return a day that was stored as text."""
    if isinstance(value, str) and value:
        return date.fromisoformat(value[:10])
    return value if isinstance(value, date) else None
