"""What every plugin keeps, and the sample workspace from file to status; every expected figure is worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import klaremal_eldercare
from klaremal.run import Run
from klaremal.testing import PluginConformance
from klaremal_eldercare.datasets import DATASETS
from klaremal_eldercare.indicators import INDICATORS

SAMPLE = Path(klaremal_eldercare.__file__).parent / "sample"


class TestEldercare(PluginConformance):
    """All that klaremal asks of a plugin; the sample runs once for it and for the tests below."""

    plugin = "eldercare"
    today = date(2026, 11, 22)


@pytest.fixture(scope="module")
def found() -> Run:
    """Return the run of the sample."""
    return TestEldercare.subject().sample_run


def judged(found: Run, goal: str, unit: str = "751") -> list[tuple[Any, ...]]:
    """Return period, value, status and cause of one goal and unit, oldest first; None where there is no value."""
    rows = found.fulfilments
    rows = rows[(rows["goal"] == goal) & (rows["unit"] == unit) & ~rows["provisional"]].sort_values("period")
    columns = rows[["period", "value", "status", "cause"]].astype(object)
    values = columns.where(columns.notna(), None).itertuples(index=False, name=None)
    return [(period, value if value is None else round(value, 9), status, cause) for period, value, status, cause in values]


def test_every_dataset_and_indicator_is_tried(found: Run) -> None:
    """The sample reads all that the plugin declares, and nothing of it fails."""
    parts = {part for each in DATASETS for part in each.made_of}
    others = {name for each in INDICATORS for name in each.datasets if name.startswith("klaremal.")}
    assert {each.dataset for each in found.provenance} | parts == {each.id for each in DATASETS} | others
    assert set(found.fulfilments["indicator"]) == {each.id for each in INDICATORS}
    assert (found.gaps, found.left_out) == ((), ())


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
    rows = found.observations[
        (found.observations["period"] == "2025") & (found.observations["indicator"] == "eldercare.home_help_satisfaction")
    ]
    assert rows[["unit", "value", "n"]].to_numpy().tolist() == [["751", 85.5, 421.0]]


# What the sample holds, and nothing else: for each goal its period, value, status and cause.
JUDGED = {
    # 16 of 19 clocks: one more for a refusal, one less for a death in time, one chose a home, three are 10 days late.
    "eldercare.nursing_home_guarantee": [("2025", 84.210526316, "not_fulfilled", None)],
    # 15 of 18: the refused offer is out.
    "plejebolig_klar": [("2025", 83.333333333, "not_fulfilled", None)],
    # (17 x 40 + 3 x 70 + 41) / 21 days.
    "plejebolig_ventetid": [("2025", 44.333333333, "fulfilled", None)],
    "plejebolig_ventetid_median": [("2025", 40.0, "fulfilled", None)],
    # 96 and 90 of 100 minutes.
    "leveret_hjemmehjaelp": [("2025K3", 96.0, "fulfilled", None), ("2025K4", 90.0, "not_fulfilled", None)],
    # 6, 8 and 10 helpers, two citizens each.
    "faa_hjaelpere": [("2025M12", 8.0, "fulfilled", None)],
    # 5 of 6 in every month.
    "svar_til_tiden": [("2025", 83.333333333, "not_fulfilled", None)],
    # 12 of the mean of 2,440, 2,480, 2,520 and 2,560 citizens of 67 or older.
    "faa_genindlaeggelser": [("2025", 4.8, "fulfilled", None)],
    # 40 of 52 answers.
    "egen_tilfredshed": [("2025", 76.923076923, "fulfilled", None)],
}


@pytest.mark.parametrize("goal", JUDGED)
def test_a_goal_on_cases_is_judged_as_worked_out_by_hand(found: Run, goal: str) -> None:
    """From the rows of the sample to the status, by the arithmetic that stands beside each."""
    assert judged(found, goal) == JUDGED[goal]
