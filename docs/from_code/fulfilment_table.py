"""A figure that is measured of a small table rather than judged, and what one run makes of many of them; names no case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve, frozen
from markdown import code, rounded
from one_run import compact, figures, judged, registry_of

from klaremal import Column, Dataset, Indicator
from klaremal.measures import Measure, OnTime, Share
from klaremal.model.on_time import BESIDE

_DAYS = ("applied", "decided", "withdrawn", "waits_from", "waits_to")
CASES = Dataset(
    id="docs.cases",
    title="Cases",
    grain="one row per case",
    columns=(
        Column("id", "string", required=True),
        *(Column(name, "date") for name in _DAYS),
        Column("people", "number"),
        Column("answer", "number", minimum=1, maximum=5),
        Column("kept", "boolean"),
    ),
    key=("id",),
    dated_by="applied",
    events=("applied", "decided", "withdrawn"),
)
PAUSES = Dataset(
    id="docs.pauses",
    title="Pauses",
    grain="one row per pause",
    columns=(Column("id", "string", required=True), Column("waits_from", "date"), Column("waits_to", "date")),
    dated_by="waits_from",
)


@frozen(kw_only=True)
class Table:
    """One case: its rows, how it is measured of them (`said` for a reader), in which period, and what is `wanted` of it.

    `rows` reach until `until`; `pauses` are rows of the dataset of pauses. Where "due" is wanted, one case was decided on each
    day from `first` on, and how many were in time says on which day all of them were due.
    """

    number: str
    what: str
    said: str
    measure: Measure
    rows: str
    pauses: tuple[str, ...] = ()
    until: date
    period: str
    wanted: tuple[str, ...] = ("part", "n", "value")
    basis: str = "register"
    first: date = date.min


def measurements(tables: Sequence[Table]) -> Iterator[tuple[str, ...]]:
    """Give each table with what one run over all of them measures of its rows."""
    datasets = [evolve(CASES, id=f"docs.t{number}", basis=given.basis) for number, given in enumerate(tables)]
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
        for dataset, given in zip(datasets, tables, strict=True)
    ]
    texts = {dataset.id: (compact(given.rows), given.until) for dataset, given in zip(datasets, tables, strict=True)}
    pauses = [line for given in tables for line in given.pauses]
    texts[PAUSES.id] = ("\n".join(["id,waits_from,waits_to", *pauses, ""]), max(given.until for given in tables))
    figure = figures(judged(registry_of([*datasets, PAUSES], indicators), texts))
    for indicator, given in zip(indicators, tables, strict=True):
        said = ", ".join(f"{name}: {_wanted(name, given, indicator.id, figure)}" for name in given.wanted)
        yield given.number, given.what, code(given.said), said


def _wanted(name: str, given: Table, indicator: str, figure: Callable[[str, str], dict[str, Any]]) -> str:
    if name in BESIDE:
        return rounded(figure(f"{indicator}.{name}", given.period)["value"])
    found = figure(indicator, given.period)
    if name == "due":
        return (given.first + timedelta(days=int(found["part"]) - 1)).isoformat()
    if name == "interval":
        return "none" if found["low"] is None else f"[{found['low']:.2f}, {found['high']:.2f}]"
    return rounded(found[name])
