"""A made-up plugin for roads, core's part of a registry, and workspaces written to a folder: what several test files need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from klaremal import Collector, Column, Dataset, Goal, Indicator, Sector, Threshold, hookimpl
from klaremal.bind.workspace import Bound, bind
from klaremal.builtin.units_dk import dk
from klaremal.discovery import PluginSource
from klaremal.errors import WorkspaceError
from klaremal.measures import Mean, Share
from klaremal.registry import Registry, build
from klaremal.targets import AtLeast
from klaremal.workspace.folder import read

POTHOLES = Dataset(
    id="roads.potholes",
    title={"da": "Huller i vejen", "en": "Potholes"},
    grain={"da": "én række pr. hul", "en": "one row per pothole"},
    columns=(
        Column("case_id", "string"),
        Column("reported_on", "date"),
        Column("repaired_on", "date"),
        Column("road", "string", enum=("kommunevej", "privat")),
        Column("district", "string"),
    ),
    dated_by="reported_on",
    placed_in="district",
    events=("reported_on", "repaired_on"),
)
REPAIRED = Indicator(
    id="roads.repaired",
    title={"da": "Lukkede huller", "en": "Potholes repaired"},
    dataset=POTHOLES,
    measure=Share("repaired_on is not null"),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality", "district"),
)
DAYS = Indicator(
    id="roads.days",
    title={"da": "Dage til lukning", "en": "Days to repair"},
    dataset=POTHOLES,
    measure=Mean("days_between(reported_on, repaired_on)"),
    measured_in="days",
    direction="lower",
    frequency="month",
    publication="internal",
)
LAW = Threshold(
    id="roads.law",
    title="Veje skal være hele",
    indicator=REPAIRED,
    target=AtLeast(90),
    basis="law",
    reference="Vejloven § 8",
    valid_from=date(2025, 1, 1),
    valid_to=date(2030, 12, 31),
)
GUARANTEE = Goal(
    id="roads.guarantee",
    title="Hele veje",
    promise="Vi lukker huller i vejen.",
    threshold="roads.law",
    valid_from=date(2026, 1, 1),
    statutory=True,
)


@frozen
class CsvOptions:
    """The options of the tests' csv collector."""

    delimiter: str | None = None
    header_row: int = 1


class Core:
    """What core's own plugin declares, as far as these tests need it; its collector is never called."""

    @hookimpl
    def klaremal_collectors(self) -> list[Collector[CsvOptions]]:
        """Declare csv."""
        return [Collector(name="csv", options=CsvOptions, collect=lambda request: None)]  # type: ignore[arg-type,return-value]

    @hookimpl
    def klaremal_units(self) -> list[Any]:
        """Declare the Danish units."""
        return [dk()]


class Roads:
    """A sector plugin with everything that a plugin can declare."""

    @hookimpl
    def klaremal_sectors(self) -> list[Sector]:
        """Declare roads."""
        return [Sector(id="roads", title="Veje")]

    @hookimpl
    def klaremal_datasets(self) -> list[Dataset]:
        """Declare potholes."""
        return [POTHOLES]

    @hookimpl
    def klaremal_indicators(self) -> list[Indicator]:
        """Declare both indicators."""
        return [REPAIRED, DAYS]

    @hookimpl
    def klaremal_collectors(self) -> list[Collector[Any]]:
        """Declare a preset of csv."""
        return [Collector.like("csv", name="roads.portal", delimiter=";", columns={"road": "Vejtype"}, decimal=",")]

    @hookimpl
    def klaremal_thresholds(self) -> list[Threshold]:
        """Declare the law."""
        return [LAW]

    @hookimpl
    def klaremal_goals(self) -> list[Goal]:
        """Declare the statutory goal."""
        return [GUARANTEE]


CORE_SOURCE = PluginSource("klaremal", Core(), "klaremal", "0.1.0")
ROADS_SOURCE = PluginSource("roads", Roads(), "klaremal-roads", "1.2.0", ">=0.1,<0.2")

WORKSPACE = """\
plugins = ["roads"]

[organisation]
name = "Randers Kommune"
unit = "730"

[sources.roads.potholes]
collector = "roads.portal"
files = "data/huller.csv"
"""
GOAL = """\
[goal.huller]
title = "Huller i vejen"
promise = "Vi lukker huller i vejen."
indicator = "roads.repaired"
valid_from = 2026-01-01
decision = { body = "Byrådet", date = 2025-12-11, case = "25/10482" }
at_least = 95
"""

Write = Callable[..., Path]
Binding = Callable[..., Bound]
Faults = Callable[..., list[str]]


@pytest.fixture
def core_source() -> PluginSource:
    """Return core's part of a registry."""
    return CORE_SOURCE


@pytest.fixture
def roads_source() -> PluginSource:
    """Return the plugin roads."""
    return ROADS_SOURCE


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Return what core and roads declare."""
    return build([CORE_SOURCE, ROADS_SOURCE])


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a workspace: klaremal.toml, goals/goals.toml, and further files by path."""

    def make(workspace: str | bytes = WORKSPACE, goals: str | bytes | None = GOAL, **files: str | bytes) -> Path:
        named = {"klaremal.toml": workspace, **files}
        if goals is not None:
            named["goals/goals.toml"] = goals
        for name, content in named.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return make


@pytest.fixture
def bound(write: Write, registry: Registry) -> Binding:
    """Return a function that writes a workspace and binds it."""

    def make(*texts: str | bytes, plugins: Registry = registry, **files: str | bytes) -> Bound:
        workspace, faults = read(write(*texts, **files))
        return bind(workspace, plugins, faults)

    return make


@pytest.fixture
def faults(bound: Binding) -> Faults:
    """Return a function that writes a workspace and returns the sentences that binding it raises, all of them."""

    def make(*texts: str | bytes, **more: Any) -> list[str]:
        with pytest.raises(WorkspaceError) as caught:
            bound(*texts, **more)
        return [str(fault) for fault in caught.value.faults]

    return make


@pytest.fixture
def with_goal(bound: Binding, faults: Faults) -> Callable[..., list[str]]:
    """Return a function that says what is wrong with the usual goal when these lines take the place of its target."""

    def make(*lines: str, remove: str = "at_least = 95\n") -> list[str]:
        return faults(WORKSPACE, GOAL.replace(remove, "") + "\n".join(lines) + "\n")

    return make


@pytest.fixture
def workspace_text() -> str:
    """Return the text of a workspace that is right."""
    return WORKSPACE


@pytest.fixture
def goal_text() -> str:
    """Return the text of a goal file that is right."""
    return GOAL
