"""One agreed case of judging: what is promised of which indicator, and of which figures; it runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen
from markdown import code

from klaremal import Column, Dataset, Indicator
from klaremal.measures import Count, Published, Share, Total
from klaremal.model.period import Period

_PLACE = Column("municipality", "string")


def _cases(name: str, basis: str) -> Dataset:
    return Dataset(
        id=f"docs.{name}",
        title="Cases",
        grain="one row per case",
        columns=(_PLACE, Column("opened_on", "date"), Column("kept", "boolean")),
        placed_in="municipality",
        dated_by="opened_on",
        events=("opened_on",),
        bad_rows_allowed=0.5,
        basis=basis,
    )


def _figures(name: str, when: Column, frequency: str) -> Dataset:
    return Dataset(
        id=f"docs.{name}",
        title="Figures",
        grain="one row per municipality and period",
        columns=(_PLACE, when, Column("figure", "number")),
        placed_in="municipality",
        level="municipality",
        dated_by=when.name,
        frequency=frequency,
    )


ROWS, ASKED = _cases("rows", "register"), _cases("asked", "sample")
YEARS = _figures("years", Column("year", "year"), "year")
MONTHS = _figures("months", Column("month", "period"), "month")
_SHARE: dict[str, Any] = {"measure": Share("kept"), "direction": "higher", "measured_in": "percent", "frequency": "month"}
_FIGURE: dict[str, Any] = {"measure": Published("figure"), "measured_in": "points", "frequency": "year"}


def _indicator(name: str, dataset: Dataset, **more: Any) -> Indicator:
    usual: dict[str, Any] = {
        "id": f"docs.{name}",
        "title": name,
        "dataset": dataset,
        "minimum_count": 1,
        "disclosure": "process",
    }
    return Indicator(**(usual | more))


INDICATORS: Mapping[str, Indicator] = {
    each.id.partition(".")[2]: each
    for each in (
        _indicator("kept", ROWS, **_SHARE),
        _indicator("noticed", ROWS, **_SHARE, noticeable=0.1),
        _indicator("answered", ASKED, **_SHARE),
        _indicator("renewed", ROWS, **_SHARE, breaks={date(2025, 7, 1): "counted anew"}),
        _indicator("broken", ROWS, **_SHARE | {"direction": "lower"}),
        _indicator("number", ROWS, measure=Count(), direction="lower", measured_in="number", frequency="month"),
        _indicator("sum", MONTHS, measure=Total("figure"), direction="lower", measured_in="number", frequency="month"),
        _indicator("high", YEARS, **_FIGURE, direction="higher"),
        _indicator("low", YEARS, **_FIGURE, direction="lower"),
        _indicator("national", YEARS, **_FIGURE, direction="lower", levels=("nation", "municipality")),
    )
}


@frozen(kw_only=True)
class Case:
    """One case: its number, the lines that promise something of an indicator, the figures by period, and what is shown.

    A figure is a number as published, or "kept of n" with, after a plus, rows that say neither yes nor no, or, after a
    question mark, rows that say nothing. `others` are figures of other units in the judged period. With `units` the goal is
    for as many units, whose figures they are, and their summary is judged. `later` are the lines of a goal that supersedes it.
    """

    number: str
    promise: tuple[str, ...]
    figures: Mapping[str, str] = field(factory=dict)
    indicator: str = "high"
    frequency: str = "year"
    period: str = "2025"
    place: str = ""
    others: Mapping[str, str] = field(factory=dict)
    units: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    about: str = ""

    def rows(self, place: str, period: str, figure: str) -> Iterator[str]:
        """Give the rows of a figure: one as published, or its cases, spread over the months of the period."""
        if " of " not in figure:
            yield from [f"{place};{period};{figure}"] if figure else []
            return
        known, _, aside = figure.partition("+")
        known, _, silent = known.partition("?")
        kept, n = (int(each) for each in known.split(" of "))
        answers = ["ja"] * kept + ["nej"] * (n - kept) + ["måske"] * int(aside or 0) + [""] * int(silent or 0)
        begin = Period.parse(period)
        months = [divmod(month, 12) for month in range(begin.start, begin.start + begin.months)]
        days = [f"{place};{year}-{month + 1:02d}-15;" for year, month in months]
        yield from (f"{days[number % len(days)]}{answer}" for number, answer in enumerate(answers))

    @property
    def given(self) -> str:
        """The figures, for a reader."""
        told = {
            when: each.replace("+", " and set aside: ").replace("?", ", not known: ") for when, each in self.figures.items()
        }
        several = ", ".join(f"{when}: {each or 'nothing'}" for when, each in told.items())
        return self.about or (several if len(told) > 1 else "".join(told.values()) or "0 of 0")

    @property
    def promised(self) -> str:
        """The lines of the goal, for a reader."""
        first, later = ("; ".join(code(each) for each in lines) for lines in (self.promise, self.later))
        return f"{first}, then {later}" if later else first


def published(number: str, promise: tuple[str, ...], *figures: str, **more: Any) -> Iterator[Case]:
    """Give a case for each figure of 2025."""
    return (Case(number=number, promise=promise, figures={"2025": each}, **more) for each in figures)


def shares(number: str, promise: tuple[str, ...], *figures: str, **more: Any) -> Iterator[Case]:
    """Give a case for each "kept of n" of 2025."""
    return published(number, promise, *figures, **{"indicator": "kept", **more})
