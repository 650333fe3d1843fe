"""Rows written by a test, scanned by a real engine and rolled up as production does it; a small tree of units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from klaremal.bind.workspace import Bound, BoundGoal
from klaremal.canonical import definition
from klaremal.checks.rows import Rows
from klaremal.components import Groups
from klaremal.engine import Engine, name
from klaremal.measures import Measure, OnTime, Share
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator
from klaremal.model.outcome import SetAside
from klaremal.model.period import Period
from klaremal.model.target import AtLeast
from klaremal.model.unit import Unit, Units
from klaremal.plan import Pass, Plan, WantedIndicator, _passes, make
from klaremal.plan_terms import needed
from klaremal.registry import build
from klaremal.rollup import places, rollup
from klaremal.scan import scan, scan_single
from klaremal.workspace.folder import Workspace

TODAY = date(2026, 11, 22)
TYPES = {
    "string": "varchar",
    "period": "varchar",
    "integer": "bigint",
    "year": "integer",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}

# Two regions until the end of 2025; then the second takes over municipality 102. Institutions lie in 101 and 102.
UNITS = Units.of(
    [
        Unit(code="000", name="Danmark", level="nation"),
        Unit(code="081", name="Nord", level="region", parent="000"),
        Unit(code="082", name="Syd", level="region", parent="000"),
        Unit(code="101", name="Aaby", level="municipality", parent="081"),
        Unit(code="102", name="Beby", level="municipality", parent="081", valid_to=date(2025, 12, 31)),
        Unit(code="102", name="Beby", level="municipality", parent="082", valid_from=date(2026, 1, 1)),
        Unit(code="103", name="Ceby", level="municipality", parent="082"),
        Unit(code="i1", name="Solstrålen", level="institution", parent="101"),
        Unit(code="i2", name="Månen", level="institution", parent="101"),
        Unit(code="i3", name="Stjernen", level="institution", parent="102"),
    ]
)

CASES = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("place", "string"),
        Column("day", "date"),
        Column("closed_on", "date"),
        Column("kept", "boolean"),
        Column("kind", "string"),
        Column("days", "number", decimals=2),
        Column("score", "integer", minimum=1, maximum=5),
        Column("people", "integer"),
        Column("cost", "number"),
    ),
    dated_by="day",
    placed_in="place",
    derived={"per_person": "cost / people"},
)
TOTALS = Dataset(
    id="roads.totals",
    title="Tal fra statistikken",
    grain="én række pr. kommune og år",
    columns=(
        Column("place", "string"),
        Column("year", "year"),
        Column("kind", "string"),
        Column("value", "number", decimals=2),
        Column("people", "integer"),
    ),
    dated_by="year",
    placed_in="place",
    level="municipality",
)


def wanted(measure: Measure, **more: Any) -> WantedIndicator:
    """Return an indicator that is reported by month for all municipalities, unless `more` says otherwise."""
    frequencies, codes = more.pop("frequencies", ("month",)), frozenset(more.pop("codes", ()))
    dataset: Dataset = more.pop("dataset", CASES)
    given = {"id": "roads.kept", "levels": ("municipality",), "frequency": dataset.base_frequency} | more
    unit = "percent" if isinstance(measure, (Share, OnTime)) else "number"
    indicator = Indicator(title="Sager", dataset=dataset, measure=measure, measured_in=unit, direction="higher", **given)
    return WantedIndicator(
        indicator=indicator,
        definition=definition(indicator),
        components=needed(indicator),
        frequencies=frequencies,
        levels=indicator.levels,
        codes=codes,
    )


class Desk:
    """An engine in which a test writes rows of a dataset and has them scanned and rolled up."""

    cases = CASES
    totals = TOTALS
    units = UNITS
    wanted = staticmethod(wanted)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.set_aside: tuple[SetAside, ...] = ()

    def rows(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> Rows:
        """Write rows as checked rows of a dataset; a column that a row lacks is null, `__bad` and `__broken` included."""
        relation = self.engine.fresh("checked")
        types = {column.name: TYPES.get(column.type, f"decimal(18,{column.decimals})") for column in dataset.columns}

        causes = sorted({key for row in rows for key in row if key.endswith("__cause")})
        types |= dict.fromkeys((*causes, "__bad", "__broken"), "varchar")
        given = self.engine.fresh("given")
        frame = pd.DataFrame({column: [_text(row.get(column)) for row in rows] for column in types}, dtype=object)
        self.engine.register(given, frame.assign(place_in_file=range(len(rows))))
        typed = ", ".join(f"cast({name(column)} as {kind}) as {name(column)}" for column, kind in types.items())
        derived = "".join(f", {formula.sql()} as {name(column)}" for column, formula in dataset.derived)
        inner = f"select {typed} from {given} order by place_in_file"
        self.engine.query(f"create temp table {relation} as select *{derived} from ({inner})", "rows of a test")
        bad = sum(row.get("__bad") is not None for row in rows)
        return Rows(dataset=dataset, relation=relation, total=len(rows), bad=bad)

    def scanned(self, rows: Rows, *indicators: WantedIndicator) -> tuple[Groups, Pass]:
        """Run the one pass that the indicators need."""
        (pass_,) = _passes(indicators)
        return scan(self.engine, rows, pass_), pass_

    def observe(
        self,
        rows: Sequence[Mapping[str, Any]],
        *indicators: WantedIndicator,
        until: date | None = None,
        organisation: str = "000",
        today: date = TODAY,
        since: date | None = None,
    ) -> pd.DataFrame:
        """Return the observations of rows; what was set aside is in `set_aside`."""
        checked = self.rows(indicators[0].indicator.dataset, rows)
        groups, pass_ = self.scanned(checked, *indicators)
        where, _ = places(groups, pass_, indicators, self.units, organisation)
        single = scan_single(self.engine, checked, pass_, where) if pass_.single else None
        days = {"since": since, "single": single}
        found, self.set_aside = rollup(groups, indicators, pass_, self.units, organisation, until, today, **days)
        return found

    def table(self, found: pd.DataFrame) -> pd.DataFrame:
        """Return observations with the code of their period, and plain texts."""
        return with_periods(found)

    def cell(self, found: pd.DataFrame, **where: Any) -> pd.Series[Any]:
        """Return the one observation with these texts; `period` is its code."""
        found = found if "period" in found else with_periods(found)
        for column, value in where.items():
            found = found[found[column] == value]
        assert len(found) == 1, found
        return found.iloc[0]


def with_periods(found: pd.DataFrame) -> pd.DataFrame:
    """Return observations with the code of their period, and plain texts."""
    plain = found.astype(dict.fromkeys(("indicator", "unit", "level", "frequency", "cause"), object))
    pairs = zip(plain["frequency"], plain["start"], strict=True)
    plain["period"] = [Period(frequency.removesuffix("12"), int(start)).code for frequency, start in pairs]
    return plain.assign(cause=plain["cause"].where(plain["cause"].notna(), None))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def a_goal(desk: Any, measure: Any = None, **more: Any) -> BoundGoal:
    """Return a goal on an indicator of its own, for the organisation's own unit and by year, unless `more` says otherwise."""
    name, dataset = more.pop("id", "kept"), more.pop("dataset", desk.cases)
    indicator = more.pop("indicator", None) or Indicator(
        id=f"{more.pop('plugin', 'roads')}.{name}",
        title="Til tiden",
        dataset=dataset,
        measure=measure or Share("kept"),
        measured_in="percent",
        direction="higher",
        frequency=dataset.base_frequency,
    )
    frequency, targets = more.pop("frequency", "year"), more.pop("targets", ())
    first, last = more.pop("first", date(2025, 1, 1)), more.pop("last", None)
    own = Goal(
        id=name, title="Til tiden", promise="Du får svar.", indicator=indicator.id, target=AtLeast(90), valid_from=first, **more
    )
    return BoundGoal(
        goal=own,
        version=1,
        indicator=indicator,
        target=AtLeast(90),
        frequency=frequency,
        first=first,
        last=last,
        basis=None,
        threshold=None,
        targets=targets,
        place=f"goals/mine.toml: goal.{name}",
        minimum_coverage=0.95,
    )


def bound_to(*goals: BoundGoal, organisation: str = "000", units: Units | None = None) -> Bound:
    """Return a workspace with these goals."""
    return Bound(
        workspace=Workspace(folder=Path()),
        registry=build(()),
        units=units or Units.of(()),
        organisation=organisation,
        sources=(),
        indicators={each.indicator.id: each.indicator for each in goals},
        goals=goals,
    )


def planned(desk: Any, *goals: BoundGoal, organisation: str = "000", **choice: Any) -> Plan:
    """Return the plan for goals in the tree of the desk."""
    return make(bound_to(*goals, organisation=organisation), desk.units, **choice)


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """One engine for all tests of figures; each writes its own tables."""
    with Engine.open(threads=2) as engine:
        yield Desk(engine)


@pytest.fixture(scope="session")
def goal() -> Callable[..., BoundGoal]:
    """Give the function that makes a goal on an indicator of its own."""
    return a_goal


@pytest.fixture(scope="session")
def bound() -> Callable[..., Bound]:
    """Give the function that makes a workspace with goals."""
    return bound_to


@pytest.fixture(scope="session")
def plan() -> Callable[..., Plan]:
    """Give the function that plans for goals."""
    return planned
