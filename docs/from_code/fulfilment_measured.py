"""Cases of measuring: small tables, with the figure that one run of all of them makes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import MappingProxyType
from typing import Any

from attrs import evolve, field, frozen
from markdown import code, rounded
from one_run import compact, figures, judged, registry_of

from klaremal import Column, Dataset, Indicator
from klaremal.measures import Mean, Measure, OnTime, Pauses, Rate, Share


@frozen
class Table:
    """A figure that is measured of a small table rather than judged, and what is said of it."""

    number: int
    what: str
    measure: Measure
    rows: str
    until: date
    period: str
    wanted: tuple[str, ...] = field(default=("part", "n", "value"))
    basis: str = "register"


CLOCKED = Dataset(
    id="docs.cases",
    title="Cases",
    grain="one row per case",
    columns=(
        Column("id", "string", required=True),
        *(Column(name, "date") for name in ("applied", "decided", "withdrawn", "waits_from", "waits_to")),
        Column("people", "number"),
        Column("answer", "number", minimum=1, maximum=5),
        Column("kept", "boolean"),
    ),
    key=("id",),
    dated_by="applied",
    events=("applied", "decided", "withdrawn"),
)
_CLOCK: dict[str, Any] = {"start": "applied", "end": "decided"}
_MARCH = """
id, applied,    decided,    withdrawn,  waits_from, waits_to
a,  2026-03-01, 2026-03-11, ,           ,
b,  2026-03-01, 2026-03-12, ,           ,
c,  2026-03-15, ,           ,           ,
d,  2026-03-25, ,           ,           ,
e,  2026-03-24, 2026-03-26, ,           ,
f,  2026-03-10, ,           2026-03-15, ,
g,  2026-03-01, ,           2026-03-20, ,
h,  2026-03-05, 2026-03-25, ,           2026-03-10, 2026-03-20
i,  2026-03-12, ,           ,           2026-03-15,
j,  2026-03-01, ,           ,           2026-03-20,
b,  2026-03-01, 2026-03-12, ,           ,
"""
_OWN_PAUSE = Pauses(start="waits_from", end="waits_to")


def _months(*numbers: int) -> str:
    """Return a table with as many cases in each month of 2026 as are given."""
    rows = [f"{month}.{number}, 2026-{month:02d}-10" for month, n in enumerate(numbers, start=1) for number in range(n)]
    return "\n".join(["id, applied", *rows])


def _answers(answered: int, kept: int, asked: int) -> str:
    told = ["true" if number < kept else "false" for number in range(answered)] + [""] * (asked - answered)
    return "\n".join(["id, applied, kept", *(f"{number}, 2026-03-10, {cell}" for number, cell in enumerate(told))])


_END = date(2026, 5, 31)
TABLES: tuple[Table, ...] = (
    Table(
        19,
        "ten days, of cases with pauses, withdrawals and a copy; those due in March 2026",
        OnTime(**_CLOCK, within="10 days", withdrawn="withdrawn", pauses=_OWN_PAUSE),
        _MARCH,
        date(2026, 3, 31),
        "2026M03",
    ),
    Table(
        19,
        "the same, those decided in March 2026",
        OnTime(**_CLOCK, within="10 days", withdrawn="withdrawn", pauses=_OWN_PAUSE, counted_when="decided"),
        _MARCH,
        date(2026, 3, 31),
        "2026M03",
    ),
    Table(
        21,
        "7 working days from 1 April 2026, over Easter: decided on the 15th, and on the 16th",
        OnTime(**_CLOCK, within="7 working days"),
        "id, applied, decided\na, 2026-04-01, 2026-04-15\nb, 2026-04-01, 2026-04-16",
        _END,
        "2026M04",
    ),
    Table(
        21,
        "5 working days from 19 April 2024, when Great Prayer Day was none any more: 26 April, and the 27th",
        OnTime(**_CLOCK, within="5 working days"),
        "id, applied, decided\na, 2024-04-19, 2024-04-26\nb, 2024-04-19, 2024-04-27",
        date(2024, 5, 31),
        "2024M04",
    ),
    Table(
        22,
        "2 months from 31 December 2025: decided on 28 February, and on 1 March",
        OnTime(**_CLOCK, within="2 months"),
        "id, applied, decided\na, 2025-12-31, 2026-02-28\nb, 2025-12-31, 2026-03-01",
        _END,
        "2026M02",
    ),
    Table(24, "8, 6, 7, 9 cases a month, then none", Share("kept is null"), _months(8, 6, 7, 9), _END, "2026M05", ("cause",)),
    Table(24, "1, 0, 2, 1 cases a month, then none", Share("kept is null"), _months(1, 0, 2, 1), _END, "2026M05", ("cause",)),
    Table(
        26,
        "a sample: 84 of 90 who answered, of 1,000 asked",
        Share("kept"),
        _answers(90, 84, 1000),
        _END,
        "2026M03",
        ("value", "low", "high"),
        "sample",
    ),
    Table(
        26,
        "a sample: 84 of 90 who answered, of 95 asked",
        Share("kept"),
        _answers(90, 84, 95),
        _END,
        "2026M03",
        ("value", "low", "high"),
        "sample",
    ),
    Table(
        28,
        "a sample's mean of 3, 4, 4 and 5, on a scale from 1 to 5",
        Mean("answer"),
        "id, applied, answer\na, 2026-03-01, 3\nb, 2026-03-01, 4\nc, 2026-03-01, 4\nd, 2026-03-01, 5",
        _END,
        "2026M03",
        ("value", "low", "high"),
        "sample",
    ),
    Table(
        28,
        "a sample's mean of 4, 4, 4 and 4",
        Mean("answer"),
        "id, applied, answer\na, 2026-03-01, 4\nb, 2026-03-01, 4\nc, 2026-03-01, 4\nd, 2026-03-01, 4",
        _END,
        "2026M03",
        ("value", "low", "high"),
        "sample",
    ),
    Table(
        29,
        "no event among 2,000 people, per 1,000",
        Rate("case when kept then 1 else 0 end", per="people"),
        "id, applied, kept, people\na, 2026-03-01, false, 2000",
        _END,
        "2026M03",
        ("value", "low", "high"),
    ),
)


def measurements() -> Iterator[tuple[str, ...]]:
    """Give each table with what a run measures of its rows."""
    datasets = [evolve(CLOCKED, id=f"docs.t{number}", basis=given.basis) for number, given in enumerate(TABLES)]
    indicators = [
        Indicator(
            id=dataset.id.replace(".t", ".f"),
            title="Figure",
            dataset=dataset,
            measure=given.measure,
            measured_in="percent" if isinstance(given.measure, (Share, OnTime)) else "points",
            direction="neutral",
            frequency="month",
            minimum_count=1,
            disclosure="process",
        )
        for dataset, given in zip(datasets, TABLES, strict=True)
    ]
    tables = {dataset.id: (compact(given.rows), given.until) for dataset, given in zip(datasets, TABLES, strict=True)}
    figure = figures(judged(registry_of(datasets, indicators), tables))
    for indicator, given in zip(indicators, TABLES, strict=True):
        found = figure(indicator.id, given.period)
        said = ", ".join(f"{name}: {rounded(found[name])}" for name in given.wanted)
        yield str(given.number), given.what, code(_short(given.measure)), said


def _short(measure: Measure) -> str:
    words: dict[type, Callable[[Any], str]] = {
        OnTime: lambda each: (
            f'within = "{each.within.amount} {each.within.kind.replace("_", " ")}", counted_when = "{each.counted_when}"'
        ),
        Share: lambda each: f"Share({each.condition})",
        Mean: lambda each: f"Mean({each.of})",
        Rate: lambda each: f"Rate(..., per={each.per.of}, scale={each.scale:g})",
    }
    return MappingProxyType(words)[type(measure)](measure)
