"""A plugin for roads on real files, run from the workspace to the ledger as on a given day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

import klaremal.builtin
from klaremal import Column, Dataset, Indicator, Sector, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import PluginSource
from klaremal.ledger import Ledger
from klaremal.measures import Count, Mean, Measure, Median, Published, Share, Total
from klaremal.measuring import Measured, measure
from klaremal.ready import Choice, Ready, plan_of
from klaremal.registry import Registry, build
from klaremal.run import Run, run_prepared
from klaremal.workspace.folder import read

TODAY = date(2026, 11, 22)
CASES = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("place", "string"),
        Column("opened", "date", required=True),
        Column("closed", "date"),
        Column("kept", "boolean"),
        Column("days", "integer"),
    ),
    dated_by="opened",
    placed_in="place",
    events=("opened", "closed"),
    bad_rows_allowed=1,
)

VISITS = evolve(CASES, id="roads.visits", columns=(*CASES.columns, Column("citizen", "string")), person="citizen")

# Reports of a period come in for eight days after it.
REPORTS = evolve(CASES, id="roads.reports", settle_days=8)
TOTALS = Dataset(
    id="roads.totals",
    title="Tal",
    grain="én række pr. kommune og år",
    columns=(
        Column("place", "string"),
        Column("year", "year"),
        Column("counted", "date"),
        Column("value", "number", decimals=1),
        Column("people", "integer"),
    ),
    dated_by="year",
    placed_in="place",
    level="municipality",
)


def indicator(name: str, measure: Measure, **more: Any) -> Indicator:
    """Return an indicator on cases, by month and municipality, of which small numbers may be shown, unless `more` differs."""
    usual = {"dataset": CASES, "measured_in": "percent", "direction": "higher", "frequency": "month", "minimum_count": 1}
    return Indicator(id=f"roads.{name}", title=name, measure=measure, **(usual | more))


INDICATORS = (
    indicator("kept", Share("kept")),
    indicator("told", Share("kept"), minimum_count=5),
    indicator("spent", Total("days"), minimum_count=5, measured_in="days", direction="neutral"),
    indicator("usual", Mean("days"), minimum_count=5, measured_in="days", direction="neutral"),
    indicator("visited", Mean("days"), dataset=VISITS, minimum_count=5, measured_in="days", direction="neutral"),
    indicator("helped", Total("days"), dataset=VISITS, minimum_count=5, measured_in="days", direction="neutral"),
    indicator("long", Count(where="days > 10"), measured_in="number", direction="neutral"),
    indicator("median", Median("days"), measured_in="days", direction="neutral"),
    indicator("most", Median("days + 1"), measured_in="days", direction="neutral"),
    indicator("closed", Count(), measured_in="number", direction="neutral", dated_by="closed"),
    indicator("reported", Count(), dataset=REPORTS, measured_in="number", direction="neutral"),
    indicator("share", Published("value"), dataset=TOTALS, frequency="year", levels=("nation", "municipality")),
    indicator("value", Published("value", n="people"), dataset=TOTALS, frequency="year"),
    indicator("people", Mean("people"), dataset=TOTALS, measured_in="number", direction="neutral", dated_by="counted"),
)
WORKSPACE = """\
plugins = ["roads"]
[organisation]
name = "Danmark"
unit = "000"
"""


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Return what core and roads declare."""

    @hookimpl
    def klaremal_sectors() -> list[Sector]:
        return [Sector(id="roads", title="Veje")]

    @hookimpl
    def klaremal_datasets() -> list[Dataset]:
        return [CASES, VISITS, REPORTS, TOTALS]

    @hookimpl
    def klaremal_indicators() -> list[Indicator]:
        return list(INDICATORS)

    plugin = ModuleType("roads")
    for hook in (klaremal_sectors, klaremal_datasets, klaremal_indicators):
        setattr(plugin, hook.__name__, hook)
    core = PluginSource("klaremal", klaremal.builtin, "klaremal", "0.1.0")
    made = build([core, PluginSource("roads", plugin, "klaremal-roads", "1.0")])
    assert made.left_out == ()
    return made


class Desk:
    """A workspace folder whose sources and goals a test writes, and that it runs."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        self.folder = folder
        self.registry = registry

    def write(self, name: str, text: str) -> Path:
        """Write a file of the workspace."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def cases(self, *rows: tuple[str, str, str, str, int | str], name: str = "cases.csv") -> Path:
        """Write rows of place, opened, closed, kept and days."""
        lines = [";".join(map(str, row)) for row in rows]
        return self.write(name, "\n".join(["place;opened;closed;kept;days", *lines, ""]))

    def ready(self, goals: Mapping[str, Mapping[str, Any]], today: date = TODAY, source: str = "") -> Ready:
        """Return the workspace with these goals by id (`indicator`, a target, whatever else), ready to run."""
        given = source or '[[sources.roads.cases]]\ncollector = "csv"\nfiles = "cases.csv"\n'
        self.write("klaremal.toml", WORKSPACE + given)
        self.write("goals/goals.toml", "".join(_goal(name, lines) for name, lines in goals.items()))
        workspace, faults = read(self.folder)
        bound = bind(workspace, self.registry, faults)
        return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=today)

    def run(self, goals: Mapping[str, Mapping[str, Any]], *, choice: Choice | None = None, **more: Any) -> Run:
        """Run the workspace with these goals; see `ready`."""
        return run_prepared(self.ready(goals, **more), choice or Choice())

    def measure(self, goals: Mapping[str, Mapping[str, Any]], *, choice: Choice | None = None, **more: Any) -> Measured:
        """Measure what these goals need, without judging it."""
        ready, chosen = self.ready(goals, **more), choice or Choice()
        return measure(ready, chosen, plan_of(ready, chosen), lambda message: None)

    def judged(self, run: Run, goal: str, unit: str = "Aarhus") -> dict[str, tuple[Any, ...]]:
        """Return of one goal and unit the value, target, status and cause by period; None for what is missing."""
        found = run.fulfilments
        mine = found[(found["goal"] == goal) & (found["unit_name"] == unit)].astype(object)
        mine = mine.where(mine.notna(), None)
        return {row.period: (row.value, row.target, row.status, row.cause) for row in mine.itertuples()}

    def stored(self, table: str, **chosen: str) -> list[tuple[Any, ...]]:
        """Return the period, value, status and cause of what the ledger holds, by period."""
        with Ledger.open(self.folder / ".klaremal" / "ledger.db", read_only=True) as book:
            rows = getattr(book, table)(**chosen).sort_values("period").astype(object)
        rows = rows.where(rows.notna(), None)
        return [(row.period, row.value, row.status, row.cause) for row in rows.itertuples()]


def _goal(name: str, lines: Mapping[str, Any]) -> str:
    usual = {
        "title": f'"{name}"', "promise": '"Vi lover det."', "valid_from": "2024-01-01", "units": '["municipality"]',
        "decision": '{ body = "Byrådet", date = 2023-12-14 }', "frequency": '"year"', "between": "[0, 1000]",
    }  # fmt: skip
    if "at_least" in lines or "at_most" in lines:
        del usual["between"]
    given = {key: value for key, value in (usual | dict(lines)).items() if value is not None}
    return f"[goal.{name}]\n" + "".join(f"{key} = {value}\n" for key, value in given.items())


@pytest.fixture
def desk(tmp_path: Path, registry: Registry) -> Desk:
    """Return a workspace folder in which nothing was run."""
    return Desk(tmp_path, registry)
