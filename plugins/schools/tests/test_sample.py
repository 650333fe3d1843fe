"""What every plugin keeps, and the sample workspace from file to status; every expected figure is worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import klaremal_schools
from klaremal.run import Run
from klaremal.testing import PluginConformance
from klaremal_schools.datasets import DATASETS
from klaremal_schools.indicators import INDICATORS

SAMPLE = Path(klaremal_schools.__file__).parent / "sample"


class TestSchools(PluginConformance):
    """All that klaremal asks of a plugin; the sample runs once for it and for the tests below."""

    plugin = "schools"
    today = date(2026, 11, 22)


@pytest.fixture(scope="module")
def found() -> Run:
    """Return the run of the sample."""
    return TestSchools.subject().sample_run


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


YEARS = ("2022/23", "2023/24", "2024/25", "2025/26")


@pytest.mark.parametrize(
    ("goal", "unit", "expected"),
    [
        # Weighted by pupils of the municipal schools, the private school left out:
        # (400*6.5 + 300*7.5 + 100*5.5)/800, (410*6.4 + 290*7.2 + 100*5.4)/800,
        # (420*6.0 + 280*7.0 + 100*5.0)/800, (400*5.8 + 300*6.6 + 100*5.0)/800.
        (
            "fravaer_skoler",
            "751",
            [(6.75, "not_fulfilled"), (6.565, "partly_fulfilled"), (6.225, "fulfilled"), (6.0, "fulfilled")],
        ),
        ("fravaer_skoler", "E01", [(value, "fulfilled") for value in (6.5, 6.4, 6.0, 5.8)]),
        (
            "fravaer_skoler",
            "E02",
            [(7.5, "not_fulfilled"), (7.2, "not_fulfilled"), (7.0, "not_fulfilled"), (6.6, "partly_fulfilled")],
        ),
        # At most 6.0, partly until 6.5; ".." in 2025/26.
        ("fravaer_mellemtrin", "751", [(6.9, "not_fulfilled"), (6.3, "partly_fulfilled"), (6.0, "fulfilled"), "no_data"]),
        # 8.5 to 7.0 in a straight line: 8.5, 8.0, 7.5, 7.0.
        (
            "fravaer_udskoling",
            "751",
            [(8.2, "fulfilled"), (8.0, "fulfilled"), (7.9, "not_fulfilled"), (7.5, "not_fulfilled")],
        ),
        (
            "trivsel_mellemtrin",
            "751",
            [(3.72, "not_fulfilled"), (3.75, "fulfilled"), (3.78, "fulfilled"), (3.8, "fulfilled")],
        ),
        # At least 3.6, partly from 3.55.
        (
            "trivsel_udskoling",
            "751",
            [(3.6, "fulfilled"), (3.58, "partly_fulfilled"), (3.62, "fulfilled"), (3.65, "fulfilled")],
        ),
        (
            "klassestoerrelse",
            "E01",
            [(23.1, "not_fulfilled"), (22.8, "not_fulfilled"), (22.4, "fulfilled"), (22.0, "fulfilled")],
        ),
        ("karakterer", "E02", [(6.8, "not_fulfilled"), (6.9, "not_fulfilled"), (7.0, "fulfilled"), (7.1, "fulfilled")]),
        # No year 9, no grades: "-" in the file.
        ("karakterer", "E03", ["no_data"] * 4),
        # 700/1000, 684/950, 735/980, 816/1020.
        (
            "gode_laesere",
            "751",
            [(70.0, "not_fulfilled"), (72.0, "not_fulfilled"), (75.0, "not_fulfilled"), (80.0, "fulfilled")],
        ),
        # 750/1000, 741/950, 784/980; the row of 2025/26 was not delivered.
        (
            "gode_til_matematik",
            "751",
            [(75.0, "not_fulfilled"), (78.0, "not_fulfilled"), (80.0, "fulfilled"), "no_data"],
        ),
    ],
)
def test_goals_are_judged_as_worked_out_by_hand(found: Run, goal: str, unit: str, expected: list[Any]) -> None:
    """School years 2022/23 to 2025/26; a missing figure cannot be assessed, and the reason is given."""
    rows = [(None, "not_assessable", each) if isinstance(each, str) else (*each, None) for each in expected]
    assert judged(found, goal, unit) == [(year, *row) for year, row in zip(YEARS, rows, strict=True)]


@pytest.mark.parametrize(
    ("school", "value", "status"),
    [("E01", 95.0, "fulfilled"), ("E02", 93.5, "not_fulfilled"), ("E03", 97.0, "fulfilled")],
)
def test_the_national_goal_judges_each_school_from_its_target_year(found: Run, school: str, value: float, status: str) -> None:
    """95 percent competence coverage is the goal for 2025/26; earlier years are not judged by it."""
    assert judged(found, "kompetencedaekning", school) == [("2025/26", value, status, None)]


def test_schools_are_units_below_the_municipality(found: Run) -> None:
    """The four schools of the file are units of its organisation, under the names that the file gives."""
    schools = {code: found.units.name(code) for code in found.units.under("751", date(2026, 11, 22)) if code != "751"}
    assert schools == {"E01": "Bakkeskolen", "E02": "Fjordskolen", "E03": "Søndre Skole", "E04": "Den Lille Friskole"}


def test_a_private_school_is_never_judged_by_a_goal_for_municipal_schools(found: Run) -> None:
    """No figure of the private school counts, whatever stands in its row."""
    rows = found.fulfilments[found.fulfilments["unit"] == "E04"]
    assert set(rows["status"]) <= {"not_assessable"}
    assert rows["value"].isna().all()


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        # 5 + 7 + 0 of 20 + 20 + 8 pupils, and 5 + 6 + 0 of 21 + 20 + 9.
        ("751", [(25.0, "fulfilled"), (22.0, "fulfilled")]),
        ("E01", [(25.0, "fulfilled"), (23.80952381, "fulfilled")]),
        ("E02", [(35.0, "not_fulfilled"), (30.0, "not_fulfilled")]),
        # Nobody; who was away on 20 of 200 days was so on 10 percent of them, and not more.
        ("E03", [(0.0, "fulfilled"), (0.0, "fulfilled")]),
    ],
)
def test_pupils_who_are_often_away_are_counted_one_by_one(found: Run, unit: str, expected: list[Any]) -> None:
    """At most 25 percent of the pupils, in the municipality and at each school."""
    assert judged(found, "hoejt_fravaer", unit) == [(year, *each, None) for year, each in zip(YEARS[2:], expected, strict=True)]
