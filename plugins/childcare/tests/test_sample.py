"""What every plugin keeps, and the sample workspace from file to status; every expected figure is worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import klaremal_childcare
from klaremal.run import Run
from klaremal.testing import PluginConformance
from klaremal_childcare.datasets import DATASETS
from klaremal_childcare.indicators import INDICATORS

SAMPLE = Path(klaremal_childcare.__file__).parent / "sample"


class TestChildcare(PluginConformance):
    """All that klaremal asks of a plugin; the sample runs once for it and for the tests below."""

    plugin = "childcare"
    today = date(2026, 11, 22)


@pytest.fixture(scope="module")
def found() -> Run:
    """Return the run of the sample."""
    return TestChildcare.subject().sample_run


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
    assert {each.dataset for each in found.provenance} | parts == {each.id for each in DATASETS}
    assert set(found.fulfilments["indicator"]) == {each.id for each in INDICATORS}
    assert (found.gaps, found.left_out) == ((), ())


def test_the_files_say_that_they_are_made_up() -> None:
    """Nobody takes the sample for a municipality's figures."""
    assert "synthetic" in (SAMPLE / "SOURCE.md").read_text(encoding="utf-8")
    assert all('body = "Eksempel"' in path.read_text(encoding="utf-8") for path in SAMPLE.glob("goals/*.toml"))


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        # 3.2 in 2022 to 2.9 in 2025, in a straight line: 3.2, 3.1, 3.0, 2.9.
        ("vuggestue", [(3.1, "fulfilled"), (3.1, "fulfilled"), (2.9, "fulfilled"), (3.0, "not_fulfilled")]),
        # At most 6.0, partly until 6.2.
        ("boernehave", [(6.3, "not_fulfilled"), (6.1, "partly_fulfilled"), (6.2, "partly_fulfilled"), (5.9, "fulfilled")]),
        # At most 3.3; the figure of 2025 is ".." in the file.
        ("dagpleje", [(3.3, "fulfilled"), (3.2, "fulfilled"), (3.4, "not_fulfilled"), "no_data"]),
        # 761.6/1360 = 56 %, 786.6/1380 = 57 %, 805/1400 = 57.5 %, 852/1420 = 60 %; path 56, 57, 58, 59.
        (
            "uddannede_paedagoger",
            [(56.0, "fulfilled"), (57.0, "fulfilled"), (57.5, "not_fulfilled"), (60.0, "fulfilled")],
        ),
        # The same shares against the recommended 80 %.
        ("paedagoger_anbefaling", [(share, "not_fulfilled") for share in (56.0, 57.0, 57.5, 60.0)]),
        # At least 4.2, partly from 4.1; "ikke målt" in 2023.
        ("foraeldretilfredshed", [(4.2, "fulfilled"), "not_measured", (4.3, "fulfilled"), (4.1, "partly_fulfilled")]),
    ],
)
def test_goals_are_judged_as_worked_out_by_hand(found: Run, goal: str, expected: list[Any]) -> None:
    """Years 2022 to 2025; a missing figure cannot be assessed, and its cause is the one that the file gives."""
    rows = [(None, "not_assessable", each) if isinstance(each, str) else (*each, None) for each in expected]
    assert judged(found, goal) == [(str(2022 + place), *row) for place, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("childcare.minimum_staffing_0_2", [("2024", 2.9, "fulfilled", None), ("2025", 3.0, "fulfilled", None)]),
        ("childcare.minimum_staffing_3_5", [("2024", 6.2, "not_fulfilled", None), ("2025", 5.9, "fulfilled", None)]),
    ],
)
def test_the_law_judges_from_2024_by_itself(found: Run, goal: str, expected: list[Any]) -> None:
    """The statutory goals apply because their data is there; 3.0 keeps a law that says at most 3, and 2023 is not judged."""
    assert judged(found, goal) == expected


def test_the_figures_before_the_goals_are_kept_as_well(found: Run) -> None:
    """Observations of 2021 are there for comparison: 737 of 1,340 full-time equivalents are 55 percent."""
    rows = found.observations
    rows = rows[(rows["indicator"] == "childcare.trained_pedagogues") & (rows["period"] == "2021")]
    assert rows[["unit", "value"]].to_numpy().tolist() == [["751", pytest.approx(55.0)]]


# What the rows of the sample make of the promises on places, worked out beside each.
JUDGED = {
    # 20 of 23: two began late and one still waits; one withdrew in time, one moves.
    "childcare.place_guarantee": ("2025", 86.956521739, "not_fulfilled", None),
    # 15 of 20, two of 22 parents had no wish: within the tolerance of 5.
    "foerste_oenske": ("2025", 75.0, "partly_fulfilled", None),
    # 14 + 30 + 28 + 61 days of 22 children; who asked to wait until 1 August has not waited.
    "ventetid_plads": ("2025", 6.045454545, "fulfilled", None),
    "ventetid_plads_median": ("2025", 0.0, "fulfilled", None),
    # Elmen: 12 x 12 + 3 child-months by 12 x 4.35 adults. Lærken, until June 6 small ones, then 5 (one turns three in June):
    # 6 x 6 + 6 x 5 by 3.85 adults, of whom 12/24 and then 10/23 are theirs.
    "childcare.minimum_staffing_0_2_own": (
        "2025",
        (147 + 66) / (12 * 4.35 + 3.85 * (6 * 12 / 24 + 6 * 10 / 23)),
        "fulfilled",
        None,
    ),
    # Birken: 12 x (23 + 2 halves) by 12 x 4.35. Lærken 6 x 12 + 6 x 13 by 12/24 and 13/23 of 3.85.
    "childcare.minimum_staffing_3_5_own": (
        "2025",
        (288 + 150) / (12 * 4.35 + 3.85 * (6 * 12 / 24 + 6 * 13 / 23)),
        "fulfilled",
        None,
    ),
}


@pytest.mark.parametrize("goal", JUDGED)
def test_a_goal_on_cases_is_judged_as_worked_out_by_hand(found: Run, goal: str) -> None:
    """From the rows of the sample to the status, by the arithmetic that stands beside each."""
    period, value, *said = JUDGED[goal]
    assert judged(found, goal)[-1:] == [(period, pytest.approx(value, abs=1e-6), *said)]


def test_each_house_for_the_older_ones_is_judged_by_quarter(found: Run) -> None:
    """Lærken: 12 by 1.925 is too many; from July on 13 by 13/23 of 3.85 is 5.97. The nursery has none of that age."""
    quarters = [f"2025K{number}" for number in (1, 2, 3, 4)]
    late = (pytest.approx(12 / 1.925, abs=1e-6), "not_fulfilled", None)
    kept = (pytest.approx(13 / (3.85 * 13 / 23), abs=1e-6), "fulfilled", None)
    assert judged(found, "voksne_i_hver_boernehave", "D03")[-4:] == [
        (quarter, *each) for quarter, each in zip(quarters, (late, late, kept, kept), strict=True)
    ]
    assert judged(found, "voksne_i_hver_boernehave", "D02")[-1] == ("2025K4", 5.517241379, "fulfilled", None)
    assert not judged(found, "voksne_i_hver_boernehave", "D01")


def test_institutions_of_the_law_are_units_below_the_municipality(found: Run) -> None:
    """The private one and the childminders are none."""
    houses = {code: found.units.name(code) for code in found.units.under("751", date(2026, 11, 22)) if code != "751"}
    assert houses == {"D01": "Elmen", "D02": "Birken", "D03": "Lærken"}
