"""Cases with pauses and what clocks say of them, asked of a real engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal.compile.clock import clocked_sql
from klaremal.measures import OnTime, Pauses
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.on_time import Clock
from klaremal.working_days import calendar_of, load

CASES = Dataset(
    id="roads.clocks",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("office", "string"),
        Column("case_id", "integer"),
        Column("opened", "date"),
        Column("ended", "date"),
        Column("left_on", "date"),
        Column("deadline", "date"),
        Column("allowed", "number", decimals=2),
        Column("kind", "string", enum=("fast", "slow")),
        Column("opened_at", "datetime"),
        Column("ended_at", "datetime"),
        Column("deadline_at", "datetime"),
        Column("own_from", "date"),
        Column("own_to", "date"),
        Column("own_from_at", "datetime"),
        Column("own_to_at", "datetime"),
    ),
    key=("office", "case_id"),
    dated_by="opened",
)


STOPS = Dataset(
    id="roads.stops",
    title="Pauser",
    grain="én række pr. pause",
    columns=(
        Column("office", "string"),
        Column("case_id", "integer"),
        Column("paused_from", "date"),
        Column("paused_to", "date"),
        Column("from_at", "datetime"),
        Column("to_at", "datetime"),
    ),
    dated_by="paused_from",
)


UNTIL = date(2026, 5, 10)


class Clocks:
    """What clocks say of cases that a test writes; its cases are by day or by minute, of office A."""

    stops = STOPS
    in_days = Pauses(dataset=STOPS, start="paused_from", end="paused_to")
    until = UNTIL
    columns = ("due", "day", "promised", "counted", "kept", "overdue", "age", "paused")

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def run(
        self, measure: OnTime, rows: Sequence[Mapping[str, Any]], until: date, stops: Sequence[Mapping[str, Any]] = ()
    ) -> dict[Any, Any]:
        """Return what the clock says of each case by its number: a value for each of `columns`, days as dates."""
        clock = Clock(
            measure=measure,
            dataset=CASES,
            within=measure.filled(None),
            pauses=STOPS if measure.pauses and measure.pauses.dataset else None,
        )
        assert list(clock.faults()) == []
        cases = self.desk.rows(CASES, [{"office": "A", **row} for row in rows])
        pauses = self.desk.rows(STOPS, [{"office": "A", **stop} for stop in stops])
        sql = clocked_sql(clock, cases.relation, until, "duckdb", pauses=pauses.relation)
        columns = ", ".join("__dated" if each == "day" else f"__{each}" for each in self.columns)
        found = self.desk.engine.query(f"select case_id, {columns} from ({sql})", "clocks")
        return {number: dict(zip(self.columns, values, strict=True)) for number, *values in found}

    def due(self, measure: OnTime, *stops: tuple[date, date | None], **row: Any) -> Any:
        """Return the deadline of one case."""
        given = [{"case_id": 1, "paused_from": start, "paused_to": end} for start, end in stops]
        # By opening, so that cases not yet due are there as well.
        return self.run(evolve(measure, counted_when="opened"), [{"case_id": 1, **row}], UNTIL, given)[1]["due"]


@pytest.fixture(scope="module")
def clocks(desk: Any) -> Clocks:
    """Give clocks on Danish working days, with 5 June closed as well."""
    load(desk.engine, calendar_of("DK", ("06-05",)))
    return Clocks(desk)
