"""One run over tables that stand in a page: a plugin, a workspace and its files from values; what it means is the page's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from klaremal import Dataset, Indicator, Sector, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import CORE, PluginSource, discover
from klaremal.ready import Choice, Ready
from klaremal.registry import Registry, build
from klaremal.run import Run, run_prepared
from klaremal.workspace.folder import read

PLUGIN = "docs"
_SETTINGS = """\
plugins = ["docs"]
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


def registry_of(datasets: Sequence[Dataset], indicators: Sequence[Indicator]) -> Registry:
    """Return what core declares, and a plugin of these datasets and indicators."""

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

    (core,) = (each for each in discover((CORE,))[0] if each.name == CORE)
    registry = build([core, PluginSource(PLUGIN, Plugin(), "klaremal-docs", "1.0")])
    assert not registry.left_out, registry.left_out
    return registry


def judged(
    registry: Registry,
    tables: Mapping[str, tuple[str, date]],
    goals: str | None = None,
    unit: str = "101",
    today: date = date(2030, 1, 31),
) -> Run:
    """Run a workspace once: for each dataset the text of its file and how far it reaches; every indicator has a goal.

    `goals` is the text of a goal file in the place of those.
    """
    own = [each for name, each in registry.indicators.items() if name.startswith(f"{PLUGIN}.")]
    asked = (_GOAL.format(name=each.id.partition(".")[2], indicator=each.id, frequency=each.frequency) for each in own)
    sources = (_SOURCE.format(dataset=name, until=until) for name, (_, until) in tables.items())
    files = {f"{name}.csv": text for name, (text, _) in tables.items()}
    files |= {"klaremal.toml": _SETTINGS.format(unit=unit) + "".join(sources), "goals/docs.toml": goals or "".join(asked)}
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        workspace, faults = read(Path(folder))
        bound = bind(workspace, registry, faults)
        found = run_prepared(Ready(workspace=workspace, registry=bound.registry, bound=bound, today=today), Choice())
    assert not found.gaps, found.gaps
    return found


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
