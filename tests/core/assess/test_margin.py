"""Margin: how many more may fail, in whole numbers, for the year that has ended and for the one that runs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klaremal.assess.margin import allowed
from klaremal.measures import Mean
from klaremal.model.indicator import Indicator
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target
from klaremal.plan import PlannedGoal
from klaremal.targets import Change

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]

NAN = float("nan")


def counted(period: str, n: int, broken: int, **more: Any) -> dict[str, Any]:
    """Return an observation of so many cases of which so many failed."""
    return {"period": period, "value": 100 * (n - broken) / n, "n": float(n), "part": float(n - broken)} | more


@pytest.mark.parametrize(
    ("target", "n", "broken", "margin"),
    [
        pytest.param(95, 400, 7, 13.0, id="case-34-13"),
        pytest.param(95, 400, 25, -5.0, id="case-34-minus-5"),
        pytest.param(90, 90, 0, 9.0, id="case-34-9"),
        pytest.param(95, 19, 0, 0.0, id="case-34-0"),
        pytest.param(92.5, 40, 0, 3.0, id="half a percent"),
        pytest.param(100, 50, 1, -1.0, id="all of them"),
    ],
)
def test_case_34_so_many_more_may_fail(
    target: float, n: int, broken: int, margin: float, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """floor(N * (100 - t) / 100) less those that did."""
    (row,) = judged(observed(counted("2026", n, broken)), planned(AtLeast(target)))
    assert row["margin"] == margin
    assert row["status"] == ("fulfilled" if margin >= 0 else "not_fulfilled")


@given(
    n=st.integers(1, 100_000), broken=st.integers(0, 100_000), tenths=st.integers(0, 1000), strict=st.booleans(),
)  # fmt: skip
def test_margins_are_exact(n: int, broken: int, tenths: int, strict: bool) -> None:
    """Against fractions: the largest number of failures with which the goal is still met."""
    most = float(allowed(np.array([float(n)]), np.array([tenths / 10]), np.array([strict]))[0])
    target = Fraction(tenths, 10)

    def meets(failures: Fraction) -> bool:
        share = 100 * (n - failures) / n
        return share > target if strict else share >= target

    assert meets(Fraction(most))
    assert not meets(Fraction(most + 1))


def test_a_third_of_a_path_is_the_fraction_that_it_was_written_as() -> None:
    """62 and two thirds of 300 are 188, so that 112 may fail, though the float lies a little beside it."""
    third = 60 + 2 * (64 - 60) / 3
    assert allowed(np.array([300.0, 3e9]), np.array([third, third]), np.zeros(2, dtype=bool)).tolist() == [112.0, 1.12e9]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(1, 5000), broken=st.integers(0, 5000), tenths=st.integers(0, 1000))
def test_there_is_a_margin_exactly_where_the_goal_is_fulfilled(
    n: int, broken: int, tenths: int, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """One number never says otherwise than the other."""
    (row,) = judged(observed(counted("2026", n, min(broken, n))), planned(AtLeast(tenths / 10)))
    assert (row["margin"] >= 0) == (row["status"] == "fulfilled")


MONTHS = [counted(f"2025M{month:02}", 10, 1) for month in range(1, 13)] + [
    counted(f"2026M{month:02}", 20, 2) for month in range(1, 4)
]
RUNNING = counted("2026", 65, 7, provisional=True)


@pytest.mark.parametrize(
    ("changes", "margin"),
    [
        # 60 in three months and 90 in the nine that follow: a tenth of 150 may fail, 6 did in the months that have ended.
        pytest.param({}, 9.0, id="last year's remaining months"),
        # A tenth of the 65 so far is 6, and 7 failed.
        pytest.param(
            {"2025M12": {"n": NAN, "part": NAN, "value": NAN, "cause": "confidential"}}, -1.0, id="one of them hidden"
        ),
        pytest.param({"2025M12": None}, -1.0, id="one of them unknown"),
        pytest.param({"2026M02": {"n": NAN, "part": NAN, "value": NAN, "cause": "confidential"}}, -1.0, id="a month hidden"),
        # 40 and nine times 10, and of the month without cases nothing: a tenth of 130 is 13, 4 failed.
        pytest.param({"2026M02": {"n": 0.0, "part": NAN, "value": NAN, "cause": "no_cases"}}, 9.0, id="a month without cases"),
        # 40, the month that runs counted as it was last year, and eight more: a tenth of 140, 4 failed.
        pytest.param({"2026M03": {"provisional": True}}, 10.0, id="a month that runs"),
    ],
)
def test_a_year_that_runs_expects_as_many_as_last_year(
    changes: dict[str, Any], margin: float, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Closed months and last year's for the rest; where one of these is not known only those so far."""
    rows = [row | (changes.get(row["period"], {}) or {}) for row in MONTHS if changes.get(row["period"], {}) is not None]
    goals = (planned(AtLeast(90), id="year"), planned(AtLeast(90), id="month", frequency="month"))
    (year,) = (row for row in judged(observed(RUNNING, *rows), *goals) if row["goal"] == "year")
    assert (year["margin"], year["status"], year["provisional"]) == (margin, None, True)


def test_without_months_only_those_so_far_count(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Of 65 a tenth is 6, and 7 failed."""
    (row,) = judged(observed(RUNNING), planned(AtLeast(90)))
    assert row["margin"] == -1.0


@pytest.mark.parametrize(
    ("target", "more", "options"),
    [
        pytest.param(AtLeast(90), {"cause": "implausible"}, {}, id="implausible"),
        pytest.param(AtLeast(90), {"coverage": 0.5}, {}, id="half measured"),
        pytest.param(AtLeast(90), {"value": NAN, "n": NAN, "part": NAN, "cause": "confidential"}, {}, id="hidden"),
        pytest.param(AtMost(20), {}, {"direction": "lower"}, id="at most"),
        pytest.param(Between(80, 90), {}, {"direction": "neutral"}, id="between"),
        pytest.param(AtLeast(90), {}, {"measure": Mean("days"), "measured_in": "days"}, id="a mean"),
    ],
)
def test_only_a_floor_of_a_share_that_is_judged_has_a_margin(
    target: Target, more: dict[str, Any], options: dict[str, Any],
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged,
) -> None:  # fmt: skip
    """Neither another target nor another measure, and nothing that is hidden or cannot be judged."""
    measured = indicator(options.pop("measure", None), **options)
    (row,) = judged(observed(counted("2026", 100, 5) | more), planned(target, indicator=measured))
    assert row["margin"] is None


def test_a_goal_that_is_not_due_has_no_margin(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Nothing has been promised of this year yet."""
    (row,) = judged(observed(counted("2026", 100, 5)), planned(AtLeast(99), by=2029))
    assert row["margin"] is None


def test_margins_follow_whatever_makes_the_floor(planned: Goals, observed: Observed, judged: Judged) -> None:
    """A path's point, or last year's value: 90 percent of 200 leave 20; more than 90 percent leave 19."""
    observations = observed(counted("2025", 100, 10), counted("2026", 200, 5))
    for target, margin in (
        (Path({2026: 90}), 15.0),
        (Change(by=0, since=2025), 15.0),
        (Change(by=0, since=2025, strict=True), 14.0),
    ):
        rows = judged(observations, planned(target))
        assert rows[-1]["margin"] == margin
