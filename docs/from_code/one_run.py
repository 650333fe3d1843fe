"""Runs over tables that stand in a page: a plugin, a workspace and its files from values; what it means is the page's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import field, frozen

from klaremal import Dataset, Indicator, Sector, Threshold, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import CORE, PluginSource, discover
from klaremal.errors import Fault, WorkspaceError
from klaremal.ready import Choice, Ready
from klaremal.registry import Registry, build
from klaremal.run import Run, run_prepared
from klaremal.workspace.folder import read

PLUGIN = "docs"
TODAY = date(2030, 1, 31)
_SETTINGS = """\
plugins = {plugins}
[organisation]
name = "Organisation"
unit = "{unit}"
"""
_SOURCE = """\
[sources.{dataset}]
collector = "csv"
files = "{dataset}.csv"
complete_until = {until}
"""
_GOAL = """\
[goal.g_{name}]
title = "t"
promise = "p"
indicator = "{indicator}"
between = [0, 1000000]
frequency = "{frequency}"
valid_from = 2020-01-01
decision = {{ body = "b", date = 2019-12-01 }}
"""


def registry_of(datasets: Sequence[Dataset], indicators: Sequence[Indicator], thresholds: Sequence[Threshold] = ()) -> Registry:
    """Return what core declares, and a plugin of these datasets, indicators and thresholds."""

    class Plugin:
        """The plugin of a page."""

        @hookimpl
        def klaremal_sectors(self) -> list[Sector]:
            """Declare the sector."""
            return [Sector(id=PLUGIN, title="Docs")]

        @hookimpl
        def klaremal_datasets(self) -> Sequence[Dataset]:
            """Declare the datasets."""
            return datasets

        @hookimpl
        def klaremal_indicators(self) -> Sequence[Indicator]:
            """Declare the indicators."""
            return indicators

        @hookimpl
        def klaremal_thresholds(self) -> Sequence[Threshold]:
            """Declare the thresholds."""
            return thresholds

    (core,) = (each for each in discover((CORE,))[0] if each.name == CORE)
    registry = build([core, PluginSource(PLUGIN, Plugin(), "klaremal-docs", "1.0")])
    assert not registry.left_out, registry.left_out
    return registry


@frozen(kw_only=True)
class Bench:
    """A workspace in a folder, of which all but the ledger is written anew for every run; `files` are further ones by name.

    A file of units is `units.csv`; one of TOML beside it is a plugin.
    """

    folder: Path
    registry: Registry
    unit: str = "101"
    files: Mapping[str, str] = field(factory=dict)

    def ready(self, tables: Mapping[str, tuple[str, date]], goals: str | None = None, today: date = TODAY) -> Ready:
        """Write and bind a workspace: for each dataset the text of its file and how far it reaches.

        `goals` is the text of a goal file; without it every indicator has a goal. WorkspaceError where a file is wrong.
        """
        plugins = [PLUGIN, *(name for name in self.files if name.endswith(".toml"))]
        settings = _SETTINGS.format(plugins=str(plugins).replace("'", '"'), unit=self.unit)
        settings += '[units]\nfile = "units.csv"\n' if "units.csv" in self.files else ""
        settings += "".join(_SOURCE.format(dataset=name, until=until) for name, (_, until) in tables.items())
        named = {f"{name}.csv": text for name, (text, _) in tables.items()}
        texts = {**self.files, **named, "klaremal.toml": settings, "goals/docs.toml": goals or self._goal_of_each()}
        for name, text in texts.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        workspace, faults = read(self.folder)
        bound = bind(workspace, self.registry, faults)
        return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=today)

    def run(self, tables: Mapping[str, tuple[str, date]], goals: str | None = None, today: date = TODAY) -> Run:
        """Run the workspace after what an earlier run left in its ledger; see `ready`."""
        found = run_prepared(self.ready(tables, goals, today), Choice())
        assert not found.gaps, found.gaps
        return found

    def _goal_of_each(self) -> str:
        own = [each for name, each in self.registry.indicators.items() if name.startswith(f"{PLUGIN}.")]
        return "".join(
            _GOAL.format(name=each.id.partition(".")[2], indicator=each.id, frequency=each.frequency) for each in own
        )


def judged(registry: Registry, tables: Mapping[str, tuple[str, date]], goals: str | None = None, unit: str = "101") -> Run:
    """Run a workspace once; see `Bench.ready`."""
    with TemporaryDirectory() as folder:
        return Bench(folder=Path(folder), registry=registry, unit=unit).run(tables, goals)


def refused(registry: Registry, goals: str, files: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """Return what is said of a workspace that cannot be run."""
    with TemporaryDirectory() as folder:
        try:
            Bench(folder=Path(folder), registry=registry, files=files or {}).ready({}, goals)
        except WorkspaceError as error:
            return error.faults
    raise AssertionError("these goals can be run: they are no example of a mistake")


def figures(found: Run) -> Callable[[str, str], dict[str, Any]]:
    """Return a function that gives the figure of an indicator and a period; what is not there is None."""
    rows = found.observations.astype(object)
    rows = rows.where(rows.notna(), None)

    def figure(indicator: str, period: str) -> dict[str, Any]:
        mine = rows[(rows["indicator"] == indicator) & (rows["period"] == period) & (rows["level"] == "municipality")]
        (row,) = mine.to_dict("records")
        return {str(name): value for name, value in row.items()}

    return figure


def compact(rows: str) -> str:
    """Return a table that is written with its columns one below the other as CSV."""
    return "\n".join(",".join(cell.strip() for cell in line.split(",")) for line in rows.strip().splitlines()) + "\n"
