"""The sample workspace, from its files to the status of each goal; every expected figure is worked out by hand."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import klaremal_eldercare
from klaremal.run import Run, run
from klaremal_eldercare.datasets import DATASETS
from klaremal_eldercare.indicators import INDICATORS

SAMPLE = Path(klaremal_eldercare.__file__).parent / "sample"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a copy of the sample once; what a run leaves behind stays out of the package."""
    folder = tmp_path_factory.mktemp("eldercare") / "sample"
    shutil.copytree(SAMPLE, folder)
    return run(folder, today=date(2026, 11, 22))


def judged(found: Run, goal: str, unit: str = "751") -> list[tuple[Any, ...]]:
    """Return period, value, status and cause of one goal and unit, oldest first; None where there is no value."""
    rows = found.fulfilments
    rows = rows[(rows["goal"] == goal) & (rows["unit"] == unit) & ~rows["provisional"]].sort_values("period")
    columns = rows[["period", "value", "status", "cause"]].astype(object)
    values = columns.where(columns.notna(), None).itertuples(index=False, name=None)
    return [(period, value if value is None else round(value, 9), status, cause) for period, value, status, cause in values]


def test_every_dataset_and_indicator_is_tried(found: Run) -> None:
    """The sample reads all that the plugin declares, and nothing of it fails."""
    assert sorted(each.dataset for each in found.provenance) == sorted(each.id for each in DATASETS)
    assert set(found.fulfilments["indicator"]) == {each.id for each in INDICATORS}
    assert (found.gaps, found.left_out) == ((), ())


def test_no_row_is_set_aside(found: Run) -> None:
    """Every row keeps the contract and has a place."""
    assert found.set_aside == ()


def test_the_files_say_that_they_are_made_up() -> None:
    """Nobody takes the sample for a municipality's figures."""
    assert "synthetic" in (SAMPLE / "SOURCE.md").read_text(encoding="utf-8")
    assert all('body = "Eksempel"' in path.read_text(encoding="utf-8") for path in SAMPLE.glob("goals/*.toml"))


def test_the_goal_is_judged_as_worked_out_by_hand(found: Run) -> None:
    """At least 87 percent, partly from 86; the survey was not carried out in 2022, and the file says so."""
    assert judged(found, "hjemmehjaelp_tilfredshed") == [
        ("2022", None, "not_assessable", "not_measured"),
        ("2023", 86.5, "partly_fulfilled", None),
        ("2024", 88.0, "fulfilled", None),
        ("2025", 85.5, "not_fulfilled", None),
    ]


def test_the_number_of_answers_stands_beside_the_figure(found: Run) -> None:
    """n is what the survey counted: 421 answers in 2025."""
    rows = found.observations[found.observations["period"] == "2025"]
    assert rows[["unit", "value", "n"]].to_numpy().tolist() == [["751", 85.5, 421.0]]
