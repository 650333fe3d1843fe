"""Course: goals to be met by a period, and paths; on the way, behind, reached or missed, and nothing before there is a base."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klaremal.model.indicator import Indicator
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target
from klaremal.plan import PlannedGoal

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]

NAN = float("nan")
FIRST = date(2026, 1, 1)
LOWER = {"direction": "lower"}
NEUTRAL = {"direction": "neutral"}


def courses(judged: Judged, observations: pd.DataFrame, goal: PlannedGoal) -> dict[str, Any]:
    """Return the course of each period."""
    return {row["period"]: row["course"] for row in judged(observations, goal)}


@pytest.mark.parametrize(
    ("value", "course"),
    [pytest.param(69.0, "behind", id="case-33-69"), pytest.param(70.0, "on_track", id="case-33-70")],
)
def test_case_33_half_way_half_of_it_is_required(
    value: float, course: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """2025 = 60, 80 by 2029: 2027 needs 70. The goal is not due, and the row says so beside its value and target."""
    rows = judged(observed(("2025", 60.0), ("2027", value)), planned(AtLeast(80), by=2029, first=FIRST))
    assert [(row["period"], row["status"], row["cause"], row["course"]) for row in rows] == [
        ("2027", "not_assessable", "not_yet_due", course)
    ]
    assert (rows[0]["value"], rows[0]["target"], rows[0]["certainty"], rows[0]["trend"]) == (value, 80.0, None, None)


def test_case_33_when_it_is_due_it_is_missed_or_not(planned: Goals, observed: Observed, judged: Judged) -> None:
    """2029 = 79 is missed and not fulfilled; that is final, though 2030 = 81 would do."""
    goal = planned(AtLeast(80), by=2029, first=FIRST)
    rows = judged(observed(("2025", 60.0), ("2029", 79.0), ("2030", 81.0)), goal)
    assert [(row["period"], row["status"], row["course"]) for row in rows] == [
        ("2029", "not_fulfilled", "missed"),
        ("2030", "fulfilled", "missed"),
    ]


def test_case_33_without_data_there_is_no_course(planned: Goals, observed: Observed, judged: Judged) -> None:
    """2029 without data is neither missed nor anything else."""
    (row,) = judged(
        observed(("2025", 60.0), {"period": "2029", "cause": "no_data"}), planned(AtLeast(80), by=2029, first=FIRST)
    )
    assert (row["status"], row["cause"], row["course"]) == ("not_assessable", "no_data", None)


@pytest.mark.parametrize(
    ("target", "options", "base", "values", "expected"),
    [
        pytest.param(AtMost(10), LOWER, 30.0, (20.0, 20.1, 10.0), ("on_track", "behind", "reached"), id="downwards"),
        pytest.param(Between(95, 105), NEUTRAL, 75.0, (85.0, 84.9, 116.0), ("on_track", "behind", "behind"), id="into-a-band"),
        pytest.param(
            Between(95, 105), NEUTRAL, 125.0, (115.0, 115.1, 95.0), ("on_track", "behind", "reached"), id="from-above"
        ),
        pytest.param(AtLeast(80), {}, 85.0, (80.0, 79.9, 90.0), ("reached", "behind", "reached"), id="already-there"),
    ],
)
def test_the_line_leads_from_the_base_to_the_target(
    target: Target, options: dict[str, Any], base: float, values: tuple[float, ...], expected: tuple[str, ...],
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged,
) -> None:  # fmt: skip
    """Half of the distance at half time, from either side; whoever meets the final target has reached it, and can lose it."""
    goal = planned(target, by=2029, first=FIRST, indicator=indicator(**options))
    found = [courses(judged, observed(("2025", base), ("2027", value)), goal)["2027"] for value in values]
    assert tuple(found) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param((), None, id="no value"),
        pytest.param(({"period": "2025", "value": NAN, "cause": "confidential"},), None, id="a hidden one"),
        pytest.param(({"period": "2025", "value": 60.0, "coverage": 0.5},), None, id="half measured"),
        pytest.param(({"period": "2023", "value": 60.0},), "on_track", id="the latest, three years earlier"),
    ],
)
def test_without_a_base_there_is_no_course(
    before: tuple[dict[str, Any], ...], expected: str | None, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """The base is the latest value before the goal that can be used; nothing is said without one."""
    found = courses(judged, observed(*before, ("2027", 74.0)), planned(AtLeast(80), by=2029, first=FIRST))
    assert found == {"2027": expected}


def test_across_a_break_there_is_no_course(indicator: Indicators, planned: Goals, observed: Observed, judged: Judged) -> None:
    """What was measured in another way is no base; before the break it is."""
    broken = indicator(breaks={date(2027, 1, 1): "Nyt system"})
    goal = planned(AtLeast(80), by=2029, first=FIRST, indicator=broken)
    assert courses(judged, observed(("2025", 60.0), ("2026", 65.0), ("2027", 80.0)), goal) == {"2026": "on_track", "2027": None}


def test_before_the_first_closed_value_it_is_too_early(planned: Goals, observed: Observed, judged: Judged) -> None:
    """A year that runs is too early to say as long as no year of the goal has ended; afterwards that year is the answer."""
    goal = planned(AtLeast(80), by=2029, first=FIRST)
    running = {"period": "2026", "value": 70.0, "provisional": True}
    assert courses(judged, observed(("2025", 60.0), running), goal) == {"2026": "too_early"}
    assert courses(judged, observed(running), goal) == {"2026": None}
    later = observed(("2025", 60.0), ("2026", 70.0), running | {"period": "2027"})
    assert courses(judged, later, goal) == {"2026": "on_track", "2027": None}


def test_quarters_go_along_the_same_line(planned: Goals, observed: Observed, judged: Judged) -> None:
    """From the fourth quarter of 2025 to that of 2026, a quarter of the way each."""
    observations = observed(("2025K4", 60.0), ("2026K1", 65.0), ("2026K2", 69.0), ("2026K3", 80.0), ("2026K4", 79.0))
    goal = planned(AtLeast(80), by="2026K4", first=FIRST, frequency="quarter")
    assert courses(judged, observations, goal) == {
        "2026K1": "on_track",
        "2026K2": "behind",
        "2026K3": "reached",
        "2026K4": "missed",
    }


def test_a_path_says_itself_what_is_required(planned: Goals, observed: Observed, judged: Judged) -> None:
    """{2026: 62, 2027: 64, 2029: 70}: each year its own point, and 70 whenever it comes is reached."""
    observations = observed(("2026", 62.0), ("2027", 63.9), ("2028", 71.0), ("2029", 69.0), ("2030", 70.0))
    rows = judged(observations, planned(Path({2026: 62, 2027: 64, 2029: 70})))
    assert [(row["period"], row["target"], row["status"], row["course"]) for row in rows] == [
        ("2026", 62.0, "fulfilled", "on_track"),
        ("2027", 64.0, "not_fulfilled", "behind"),
        ("2028", 67.0, "fulfilled", "reached"),
        ("2029", 70.0, "not_fulfilled", "missed"),
        ("2030", 70.0, "fulfilled", "missed"),
    ]


def test_a_path_of_years_is_due_with_the_last_quarter_of_its_last_year(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """The quarters before it are on the way or behind."""
    goal = planned(Path({2026: 12, 2027: 10}), frequency="quarter", indicator=indicator(**LOWER))
    observations = observed(("2027K1", 11.0), ("2027K3", 10.0), ("2027K4", 10.5), ("2028K1", 10.0))
    assert courses(judged, observations, goal) == {
        "2027K1": "behind",
        "2027K3": "reached",
        "2027K4": "missed",
        "2028K1": "missed",
    }


def test_goals_without_an_end_have_no_course(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Each period stands alone."""
    assert courses(judged, observed(("2025", 60.0), ("2026", 70.0)), planned(AtLeast(65))) == {"2025": None, "2026": None}


def test_nothing_is_exceeded_before_it_is_due(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """A count that is too large already says nothing yet where it need not be small yet."""
    from klaremal.measures import Count

    counted = indicator(Count(), direction="lower", measured_in="number")
    observations = observed(("2025", 40.0), {"period": "2026", "value": 35.0, "provisional": True})
    (row,) = judged(observations, planned(AtMost(10), by=2029, first=FIRST, indicator=counted))
    assert (row["status"], row["course"]) == (None, "too_early")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=st.integers(0, 100), target=st.integers(0, 100), year=st.integers(2026, 2028), value=st.integers(0, 100))
def test_the_course_is_that_of_a_line_drawn_by_hand(
    base: int, target: int, year: int, value: int, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """In whole quarters of the way, so that every number is exact."""
    goal = planned(AtLeast(target), by=2029, first=FIRST)
    found = courses(judged, observed(("2025", float(base)), (str(year), float(value))), goal)
    required = 4 * base + (target - base) * (year - 2025)
    by_hand = "reached" if value >= target else "on_track" if 4 * value >= min(required, 4 * target) else "behind"
    assert found == {str(year): by_hand}
