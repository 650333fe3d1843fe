"""What tests of small tables need: a workspace of given files and goals, run for real, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from klaremal.run import Run, run

Measured = Callable[..., Run]

_WORKSPACE = """
plugins = ["{plugin}"]

[organisation]
name = "Eksempel Kommune"
unit = "751"

[units]
set = "dk"
"""
_ENROLMENT = "childcare.enrolment"
_INSTITUTIONS = """
[units.from."childcare.enrolment"]
code   = "institution_id"
name   = "institution_name"
parent = "municipality"
level  = "institution"
"""
_SOURCE = """
[sources.{dataset}]
collector      = "csv"
files          = "{dataset}.csv"
complete_until = 2025-12-31
"""
_GOAL = """
[goal.goal_{number}]
title      = "{indicator}"
promise    = "{indicator}"
indicator  = "{indicator}"
{target}
frequency  = "{frequency}"
valid_from = 2024-01-01
decision   = {{ body = "Eksempel", date = 2023-12-31 }}
"""


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Return a function that runs a workspace: the text of each dataset's file, and the target of each indicator."""

    def measure(tables: Mapping[str, str], targets: Mapping[str, str], frequency: str = "year") -> Run:
        folder = tmp_path_factory.mktemp("measured")
        plugin = next(iter(tables)).partition(".")[0]
        asked = enumerate(targets.items())
        goals = (_GOAL.format(number=at, indicator=each, target=text, frequency=frequency) for at, (each, text) in asked)
        (folder / "goals").mkdir()
        (folder / "goals" / "goals.toml").write_text("".join(goals), encoding="utf-8")
        sources = (_SOURCE.format(dataset=each) for each in tables)
        text = _WORKSPACE.format(plugin=plugin) + (_INSTITUTIONS if _ENROLMENT in tables else "") + "".join(sources)
        (folder / "klaremal.toml").write_text(text, encoding="utf-8")
        for dataset, text in tables.items():
            lines = (",".join(cell.strip() for cell in line.split(",")) for line in text.strip().splitlines())
            (folder / f"{dataset}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return run(folder, today=date(2026, 11, 22))

    return measure


@pytest.fixture(scope="session")
def figure() -> Callable[..., tuple[Any, ...]]:
    """Return a function that looks up value, n and cause of one figure of a unit; None where there is none."""

    def look_up(found: Run, indicator: str, period: str = "2025", unit: str = "751") -> tuple[Any, ...]:
        rows = found.observations
        rows = rows[(rows["indicator"] == indicator) & (rows["unit"] == unit) & (rows["period"] == period)]
        assert len(rows) == 1, rows.to_string()
        value, n, cause = (None if each != each else each for each in rows[["value", "n", "cause"]].astype(object).iloc[0])
        return (None if value is None else round(float(value), 6), n, cause)

    return look_up
