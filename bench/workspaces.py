"""The workspaces that are measured: one over the register of cases, one over the ten tables of figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.data import FIRST_YEAR, YEARS, tables

TODAY = "2026-06-01"

_WORKSPACE = """\
plugins = ["{plugin}"]
goals = ["goals/*.toml"]
[organisation]
name = "Danmark"
unit = "000"
[units]
set = "dk"
"""
_SOURCE = """\
[sources.{dataset}]
collector = "{collector}"
files = "{files}"
complete_until = {last}
decimal = "."
"""
_PROTECTED = """\
[indicators."{indicator}"]
disclosure = "{disclosure}"
reason = "Borgerne skal ikke kunne kendes."
"""
_DEFAULTS = f"""\
[defaults]
valid_from = {FIRST_YEAR}-01-01
units = ["municipality"]
decision = {{ body = "Byrådet", date = {FIRST_YEAR - 1}-12-11, case = "25/10482" }}
"""
_GOAL = """\
[goal.{id}]
title = "{id}"
promise = "Kommunen holder, hvad den har lovet."
indicator = "{indicator}"
frequency = "{frequency}"
{target}
"""


def over_cases(folder: Path, file: Path, disclosure: str = "") -> Path:
    """Make a workspace with a goal for each of the twelve indicators and three frequencies; the file stays where it is.

    `disclosure` is the workspace's own for all indicators.
    """
    from bench.cases_plugin import DATASET, FREQUENCIES, MEASURES, PLUGIN

    goals = (
        (f"{name}_{frequency}", f"{PLUGIN}.{name}", frequency, "at_least = 10" if direction == "higher" else "at_most = 10")
        for name, _, _, direction in MEASURES
        for frequency in FREQUENCIES
    )
    source = _source(DATASET, file.as_posix(), file.suffix.removeprefix("."))
    protected = [_PROTECTED.format(indicator=f"{PLUGIN}.{name}", disclosure=disclosure) for name, *_ in MEASURES if disclosure]
    return _made(folder, PLUGIN, [source, *protected], goals)


def over_applications(folder: Path, file: Path) -> Path:
    """Make a workspace with a monthly and a yearly goal on applications that are answered in time."""
    from bench.deadlines_plugin import DATASET, FREQUENCIES, INDICATOR, PLUGIN, PROMISED

    within = ", ".join(f'{name} = "{days} working days"' for name, days in PROMISED)
    target = f"at_least = 60\nwithin = {{ {within} }}"
    goals = ((f"answered_{frequency}", INDICATOR, frequency, target) for frequency in FREQUENCIES)
    return _made(folder, PLUGIN, [_source(DATASET, file.as_posix(), "parquet")], goals)


def over_figures(folder: Path) -> Path:
    """Make a workspace with ten CSV files and a goal for each of 200 indicators."""
    from bench.figures_plugin import PLUGIN, indicators, table

    found = indicators()
    goals = (
        (each.id.partition(".")[2], each.id, "year", "at_least = 50" if each.direction == "higher" else "at_most = 5000000")
        for each in found
    )
    datasets = dict.fromkeys(each.dataset.id for each in found)
    sources = [_source(name, f"data/{name.partition('.')[2]}.csv", "csv") for name in datasets]
    made = _made(folder, PLUGIN, sources, goals)
    (made / "data").mkdir()
    tables(made / "data")
    assert table(0).id in datasets
    return made


def _source(dataset: str, files: str, collector: str) -> str:
    last = f"{FIRST_YEAR + YEARS - 1}-12-31"
    source = _SOURCE.format(dataset=dataset, collector=collector, files=files, last=last)
    return source if collector == "csv" else source.replace('decimal = "."\n', "")


def _made(folder: Path, plugin: str, sources: Iterable[str], goals: Iterable[tuple[str, str, str, str]]) -> Path:
    (folder / "goals").mkdir(parents=True)
    (folder / "klaremal.toml").write_text("".join([_WORKSPACE.format(plugin=plugin), *sources]), "utf-8")
    (folder / "goals" / "all.toml").write_text("".join([_DEFAULTS, *_goals(goals)]), "utf-8")
    return folder


def _goals(goals: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    for name, indicator, frequency, target in goals:
        yield _GOAL.format(id=name, indicator=indicator, frequency=frequency, target=target)
