"""Cases of judging: what is promised and which figures there are, with the status that one run of all of them gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen
from markdown import code, rounded
from one_run import judged, registry_of

from klaremal import Column, Dataset, Indicator
from klaremal.measures import Count, Measure, Published, Share
from klaremal.reason.sentence import STATUS_WORDS
from klaremal.run import Run

ROWS = Dataset(
    id="docs.rows",
    title="Cases",
    grain="one row per case",
    columns=(Column("municipality", "string"), Column("opened_on", "date"), Column("kept", "boolean")),
    placed_in="municipality",
    dated_by="opened_on",
    events=("opened_on",),
    bad_rows_allowed=0.5,
)
PUBLISHED = Dataset(
    id="docs.published",
    title="Figures",
    grain="one row per municipality and year",
    columns=(Column("municipality", "string"), Column("year", "year"), Column("figure", "number")),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
)


def _indicator(name: str, dataset: Dataset, measure: Measure, direction: str, measured_in: str, **more: Any) -> Indicator:
    return Indicator(
        id=f"docs.{name}", title=name, dataset=dataset, measure=measure, direction=direction, measured_in=measured_in,
        frequency=more.pop("frequency", "year"), minimum_count=1, disclosure="process", **more,
    )  # fmt: skip


INDICATORS = (
    _indicator("kept", ROWS, Share("kept"), "higher", "percent", frequency="month"),
    _indicator("broken", ROWS, Share("kept"), "lower", "percent"),
    _indicator("number", ROWS, Count(), "lower", "number"),
    _indicator("high", PUBLISHED, Published("figure"), "higher", "points"),
    _indicator("low", PUBLISHED, Published("figure"), "lower", "points"),
    _indicator("new", PUBLISHED, Published("figure"), "higher", "points", breaks={date(2025, 7, 1): "counted anew"}),
)


@frozen(kw_only=True)
class Case:
    """One case: its number, what is promised of an indicator, the figures by year, and which columns of the result count.

    A figure is a number as published, or "kept of n" with, after a plus, rows that say neither yes nor no, or, after a question
    mark, rows that say nothing.
    """

    number: int
    promise: str
    figures: Mapping[int, str]
    indicator: str = "high"
    period: str = "2025"
    more: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()

    @property
    def given(self) -> str:
        """The figures, for a reader."""
        said = [each.replace("+", " and set aside: ").replace("?", ", not known: ") for each in self.figures.values()]
        parts = [f"{year}: {each}" for year, each in zip(self.figures, said, strict=True)] if len(said) > 1 else said
        return ", ".join(parts) or "nobody"


def _published(number: int, promise: str, *figures: str, **more: Any) -> Iterator[Case]:
    return (Case(number=number, promise=promise, figures={2025: each}, **more) for each in figures)


def _shares(number: int, promise: str, *figures: str, **more: Any) -> Iterator[Case]:
    return _published(number, promise, *figures, **{"indicator": "kept", **more})


_LOWER: dict[str, Any] = {"indicator": "low"}
_COURSE: dict[str, Any] = {"shows": ("course",), "more": ("by = 2029", "valid_from = 2026-01-01")}
CASES: tuple[Case, ...] = (
    *_shares(1, "at_least = 29", "29 of 100"),
    *_published(2, "at_most = 0.3", "0.30000000000000004", **_LOWER),
    *_shares(3, "at_least = 95", "1187 of 1250"),
    *_published(4, "at_least = 95", "93.0", "92.99", more=("tolerance = 2",)),
    *_published(5, "between = [95, 105]", "94", "89.9", "105", "110", "110.01", more=("tolerance = 5",)),
    *_shares(6, "at_most = 0", "0 of 12", "1 of 12", "", indicator="broken"),
    Case(
        number=12,
        promise="change = { by = 1.5, since = 2025 }",
        figures={2025: "71.9", 2027: "74.5"},
        period="2027",
        shows=("target",),
    ),
    Case(
        number=12,
        promise="change = { by = 1.5, since = 2025 }",
        figures={2025: "71.9", 2027: "74.9"},
        period="2027",
        shows=("target",),
    ),
    Case(
        number=13,
        promise="change = { by = -2, since = 2025 }",
        figures={2025: "30", 2027: "26"},
        period="2027",
        shows=("target",),
        **_LOWER,
    ),
    Case(
        number=14,
        promise='change = { by = 0, since = "previous", strict = true }',
        figures={2024: "71.0", 2025: "71.0"},
        shows=("target",),
    ),
    *_published(18, "at_least = 50", "60", indicator="new", shows=("cause",)),
    *_shares(25, "at_least = 95", "84 of 90", shows=("certainty",)),
    *_shares(27, "at_least = 95", "95 of 100+2", "98 of 100+2", shows=("certainty",)),
    Case(
        number=30, promise="at_least = 50", indicator="kept", figures={2024: "180 of 200", 2025: "186 of 200"}, shows=("trend",)
    ),
    Case(
        number=30, promise="at_least = 50", indicator="kept", figures={2024: "160 of 200", 2025: "186 of 200"}, shows=("trend",)
    ),
    *(
        Case(
            number=31,
            promise="at_most = 4",
            figures=dict(zip(range(2020, 2026), (*["3.4", "3.3", "3.5", "3.3", "3.4"], last), strict=True)),
            shows=("trend",),
            **_LOWER,
        )
        for last in ("3.1", "3.0")
    ),
    *(
        Case(
            number=32,
            promise="at_most = 90",
            indicator="number",
            figures={2024: "40 of 40", 2025: f"{n} of {n}"},
            shows=("trend",),
        )
        for n in (58, 62)
    ),
    *(
        Case(number=33, promise="at_least = 80", figures={2025: "60", 2027: value}, period="2027", **_COURSE)
        for value in ("69", "70")
    ),
    Case(number=33, promise="at_least = 80", figures={2025: "60", 2029: "79"}, period="2029", **_COURSE),
    *_shares(34, "at_least = 95", "393 of 400", "375 of 400", "19 of 19", shows=("margin",)),
    *_shares(34, "at_least = 90", "90 of 90", shows=("margin",)),
    *_shares(36, "at_least = 50", "930 of 930?70", shows=("cause", "coverage")),
)


def judgements() -> Iterator[tuple[str, ...]]:
    """Give each case with the status that a run of all of them finds."""
    found, named = _run()
    rows = found.fulfilments.astype(object)
    rows = rows.where(rows.notna(), None)
    observations = found.observations
    for goal, case in named.items():
        (row,) = rows[(rows["goal"] == goal) & (rows["period"] == case.period)].to_dict("records")
        same = (observations["unit"] == row["unit"]) & (observations["period"] == case.period)
        (coverage,) = observations[same & (observations["indicator"] == f"docs.{case.indicator}")]["coverage"]
        besides = {**row, "coverage": coverage}
        shown = [*case.shows, *(("cause",) if row["cause"] and "cause" not in case.shows else ())]
        promise = "; ".join(code(each) for each in (case.promise, *case.more))
        said = ", ".join(f"{name}: {rounded(besides[name])}" for name in shown)
        yield str(case.number), promise, case.given, STATUS_WORDS["en"][row["status"]], said


def _run() -> tuple[Run, dict[str, Case]]:
    """Write every case into one workspace, each for a municipality of its own, and run it once."""
    registry = registry_of([ROWS, PUBLISHED], INDICATORS)
    places = [unit.code for unit in registry.unit_sets["dk"].units if unit.level == "municipality"]
    rows, published = ["municipality;opened_on;kept"], ["municipality;year;figure"]
    goals, named = [], {}
    for number, (case, place) in enumerate(zip(CASES, dict.fromkeys(places), strict=False)):
        named[f"case_{number}"] = case
        for year, figure in case.figures.items():
            (rows if " of " in figure or not figure else published).extend(_lines(place, year, figure))
        goals += _goal(f"case_{number}", case, place)
    until = date(2029, 12, 31)
    tables = {ROWS.id: ("\n".join([*rows, ""]), until), PUBLISHED.id: ("\n".join([*published, ""]), until)}
    return judged(registry, tables, "\n".join([*goals, ""]), unit="000"), named


def _goal(name: str, case: Case, place: str) -> list[str]:
    """Return the lines of a case's goal for its municipality."""
    dated = [] if any(each.startswith("valid_from") for each in case.more) else ["valid_from = 2020-01-01"]
    words = [f"[goal.{name}]", 'title = "t"', 'promise = "p"', 'decision = { body = "b", date = 2019-12-01 }']
    about = [f'indicator = "docs.{case.indicator}"', f'units = ["{place}"]', 'frequency = "year"']
    return [*words, *about, *dated, case.promise, *case.more]


def _lines(place: str, year: int, figure: str) -> Iterator[str]:
    """Give the rows of a figure: one as published, or its cases, spread over the months."""
    if not figure:
        return
    if " of " not in figure:
        yield f"{place};{year};{figure}"
        return
    known, _, aside = figure.partition("+")
    known, _, silent = known.partition("?")
    kept, n = (int(each) for each in known.split(" of "))
    answers = ["ja"] * kept + ["nej"] * (n - kept) + ["måske"] * int(aside or 0) + [""] * int(silent or 0)
    for number, answer in enumerate(answers):
        yield f"{place};{year}-{number % 12 + 1:02d}-15;{answer}"
