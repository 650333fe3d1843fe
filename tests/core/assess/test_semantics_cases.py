"""The agreed cases of what a figure and a status mean, by their numbers, with the figures to be seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from klaremal.assess.trend import interval_of_change
from klaremal.errors import DeclarationError
from klaremal.measures import Count, Mean, Share
from klaremal.model.indicator import Indicator
from klaremal.model.period import Period
from klaremal.model.target import AtLeast, AtMost, Between, Path
from klaremal.plan import PlannedGoal
from klaremal.reason.shown import shown

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]

LOWER = {"direction": "lower"}


@pytest.mark.parametrize(
    ("target", "options", "value", "status"),
    [
        pytest.param(AtLeast(29), {}, 100 * (29 / 100), "fulfilled", id="case-1-29-of-100"),
        pytest.param(AtMost(0.3), LOWER, 0.1 + 0.2, "fulfilled", id="case-2-0.1+0.2"),
        pytest.param(AtLeast(95), {}, 100 * 1187 / 1250, "not_fulfilled", id="case-3-1187-of-1250"),
        pytest.param(AtLeast(95), {"tolerance": 2}, 93.0, "partly_fulfilled", id="case-4-93.0"),
        pytest.param(AtLeast(95), {"tolerance": 2}, 92.99, "not_fulfilled", id="case-4-92.99"),
        pytest.param(Between(95, 105), {"tolerance": 5}, 94.0, "partly_fulfilled", id="case-5-94"),
        pytest.param(Between(95, 105), {"tolerance": 5}, 89.9, "not_fulfilled", id="case-5-89.9"),
        pytest.param(Between(95, 105), {"tolerance": 5}, 105.0, "fulfilled", id="case-5-105"),
        pytest.param(Between(95, 105), {"tolerance": 5}, 110.0, "partly_fulfilled", id="case-5-110"),
        pytest.param(Between(95, 105), {"tolerance": 5}, 110.01, "not_fulfilled", id="case-5-110.01"),
        pytest.param(AtMost(0), LOWER, 100 * 0 / 12, "fulfilled", id="case-6-0-of-12"),
        pytest.param(AtMost(0), LOWER, 100 * 1 / 12, "not_fulfilled", id="case-6-1-of-12"),
    ],
)
def test_a_value_is_compared_unrounded_and_with_the_slack_of_floats(
    target: AtLeast | AtMost | Between,
    options: dict[str, Any],
    value: float,
    status: str,
    indicator: Indicators,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """The comparison is x >= y - 1e-9 max(1, |y|); a tolerance makes partly fulfilled what is nearly there."""
    tolerance = options.get("tolerance", 0)
    measured = indicator(direction=options.get("direction", "higher"))
    rows = judged(observed(("2026", value)), planned(target, indicator=measured, tolerance=tolerance))
    assert [row["status"] for row in rows] == [status]


def test_case_3_the_value_is_shown_on_its_side_of_the_target() -> None:
    """94.96 percent of at least 95 is never shown as 95.0."""
    assert shown(100 * 1187 / 1250, [(95, float("inf"))], 1, "en") == "94.96"


def test_case_4_a_law_has_no_tolerance(faults: Callable[..., list[str]], workspace_text: str, goal_text: str) -> None:
    """A law that is nearly kept is broken: the goal file is refused."""
    goal = goal_text.replace('indicator = "roads.repaired"\n', "").replace(
        "at_least = 95\n", 'threshold = "roads.law"\ntolerance = 2\n'
    )
    assert [fault for fault in faults(workspace_text, goal) if "tolerance" in fault and "law" in fault] != []


def test_case_6_0_of_0_is_no_cases(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Nobody to break a promise to is not a promise kept (and 0 of 0 is never 100 %)."""
    nobody = observed({"period": "2026", "n": 0.0, "part": 0.0, "coverage": float("nan"), "cause": "no_cases"})
    for target in (AtMost(0), AtLeast(100)):
        row = judged(nobody, planned(target))[0]
        assert (row["status"], row["cause"], row["value"]) == ("not_assessable", "no_cases", None)


@pytest.mark.parametrize(
    ("points", "shape", "period", "value"),
    [
        pytest.param({2026: 60, 2027: 64}, "steps", "2025K4", None, id="case-7-before-the-first"),
        pytest.param({2026: 60, 2027: 64}, "steps", "2026K3", 60, id="case-7-within-2026"),
        pytest.param({2026: 60, 2027: 64}, "steps", "2027M01", 64, id="case-7-within-2027"),
        pytest.param({2026: 60, 2027: 64}, "steps", "2028K1", 64, id="case-7-after-the-last"),
        pytest.param({2026: 60, 2029: 66}, "linear", "2027", 62, id="case-8-a-missing-point"),
        pytest.param({2026: 60, 2029: 66}, "linear", "2027M03", 62, id="case-8-within-a-missing-point"),
        pytest.param({2026: 60, 2029: 66}, "linear", "2028K4", 64, id="case-8-the-next"),
        pytest.param({"2025/26": 90, "2027/28": 95}, "linear", "2026/27", 92.5, id="case-9-school-years"),
    ],
)
def test_a_path_promises_its_points_to_the_periods_within(
    points: dict[Any, float], shape: str, period: str, value: float | None
) -> None:
    """Steps hold each value; linear fills only the points between two given ones; before the first nothing is promised."""
    band = Path(points, shape=shape).band(Period.parse(period), "higher")
    assert (band and band[0]) == value


def test_case_7_before_the_first_point_there_is_no_row(planned: Goals, observed: Observed, judged: Judged) -> None:
    """A period that nothing is promised for is not judged."""
    rows = judged(
        observed(("2025K4", 70.0), ("2026K3", 59.9), ("2028K1", 64.0)),
        planned(Path({2026: 60, 2027: 64}, shape="steps"), frequency="quarter", last=date(2029, 12, 31)),
    )
    found = [(row["period"], row["target"], row["status"]) for row in rows]
    assert found == [("2026K3", 60, "not_fulfilled"), ("2028K1", 64, "fulfilled")]


def test_case_10_a_yearly_path_cannot_judge_rolling_windows() -> None:
    """Twelve months that end in March lie in no year."""
    (fault,) = Path({2026: 60, 2029: 66}).faults("rolling12")
    assert "points such as 2026 cannot contain rolling windows of 12 months" in fault


def test_case_11_the_version_of_the_first_day_judges_all_of_it(planned: Goals, observed: Observed, judged: Judged) -> None:
    """A goal of 95 that was superseded by 85 on 1 December still judges the year; December is judged by 85."""
    old = {"first": date(2026, 1, 1), "last": date(2026, 11, 30), "id": "old"}
    new = {"first": date(2026, 12, 1), "id": "new"}
    goals = [
        planned(target, frequency=frequency, **dates)
        for frequency in ("year", "month")
        for target, dates in ((AtLeast(95), old), (AtLeast(85), new))
    ]
    rows = judged(observed(("2026", 90.0), ("2026M12", 90.0)), *goals)
    assert [(row["period"], row["goal"], row["target"], row["status"]) for row in rows] == [
        ("2026", "old", 95, "not_fulfilled"),
        ("2026M12", "new", 85, "fulfilled"),
    ]


@pytest.mark.parametrize(
    ("cases", "status", "cause"),
    [
        pytest.param(7.0, "not_assessable", "no_data", id="case-17-7-so-far"),
        pytest.param(12.0, "not_fulfilled", None, id="case-17-12-so-far"),
    ],
)
def test_a_count_with_a_missing_month_fails_only_when_it_already_has(
    cases: float, status: str, cause: str | None, indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """At most 10 a year, eleven months known: 7 may still become 11, but 12 are too many already."""
    counted = indicator(Count(), direction="lower", measured_in="number")
    year = observed({"period": "2026", "value": cases, "n": cases, "coverage": 11 / 12, "cause": "no_data"})
    row = judged(year, planned(AtMost(10), indicator=counted))[0]
    assert (row["status"], row["cause"]) == (status, cause)


@pytest.mark.parametrize(
    ("kept", "n", "aside", "status", "certainty"),
    [
        pytest.param(84, 90, 0, "not_fulfilled", "clear", id="case-25-a-register-is-complete"),
        pytest.param(95, 100, 2, "fulfilled", "uncertain", id="case-27-worst-93.14"),
        pytest.param(98, 100, 2, "fulfilled", "clear", id="case-27-worst-96.08"),
    ],
)
def test_a_register_is_as_certain_as_the_rows_set_aside_allow(
    kept: int, n: int, aside: int, status: str, certainty: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """At least 95; worst and best count every row set aside against, and for. A sampling interval excuses nothing."""
    share = {
        "period": "2026", "value": 100 * kept / n, "n": n, "part": kept, "low": 50.0, "high": 100.0,
        "least": 100 * kept / (n + aside), "most": 100 * (kept + aside) / (n + aside),
    }  # fmt: skip
    row = judged(observed(share), planned(AtLeast(95)))[0]
    assert (row["status"], row["certainty"]) == (status, certainty)


def wilson(hits: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval in percent, from the textbook's formula."""
    z, p = 1.959963984540054, hits / n
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return 100 * (middle - half) / (1 + z * z / n), 100 * (middle + half) / (1 + z * z / n)


@pytest.mark.parametrize(
    ("before", "after", "lower", "upper"),
    [
        pytest.param((180, 200), (186, 200), -2.59, 8.67, id="case-30-180-to-186"),
        pytest.param((160, 200), (186, 200), 6.37, 19.69, id="case-30-160-to-186"),
    ],
)
def test_case_30_the_interval_of_a_change(before: tuple[int, int], after: tuple[int, int], lower: float, upper: float) -> None:
    """The distances of the two values to their own limits are squared and added."""
    then, now = 100 * before[0] / before[1], 100 * after[0] / after[1]
    limits = interval_of_change(now, *wilson(*after), then, *wilson(*before))
    assert [round(float(limit), 2) for limit in limits] == [lower, upper]


@pytest.mark.parametrize(
    ("before", "after", "noticeable", "trend"),
    [
        pytest.param((180, 200), (186, 200), None, "unchanged", id="case-30-180-to-186"),
        pytest.param((160, 200), (186, 200), None, "better", id="case-30-160-to-186"),
        pytest.param((90_010, 100_000), (90_040, 100_000), 0.1, "unchanged", id="case-30-0.03-is-below-0.1"),
        pytest.param((9_001_000, 10_000_000), (9_004_000, 10_000_000), 0.1, "unchanged", id="case-30-below-0.1"),
        pytest.param((9_001_000, 10_000_000), (9_004_000, 10_000_000), None, "better", id="case-30-not-by-chance"),
    ],
)
def test_the_trend_of_a_share_is_a_change_beyond_chance_that_is_noticed(
    before: tuple[int, int],
    after: tuple[int, int],
    noticeable: float | None,
    trend: str,
    indicator: Indicators,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """Unchanged where the interval of the change holds 0, or the change is smaller than what is called one."""
    years = [
        {"period": period, "value": 100 * kept / n, "low": wilson(kept, n)[0], "high": wilson(kept, n)[1]}
        for period, (kept, n) in (("2025", before), ("2026", after))
    ]
    rows = judged(observed(*years), planned(AtLeast(80), indicator=indicator(noticeable=noticeable)))
    assert [row["trend"] for row in rows] == [None, trend]


@pytest.mark.parametrize(
    ("value", "trend"),
    [
        pytest.param(3.1, "unchanged", id="case-31-3.1"),
        pytest.param(3.032, "unchanged", id="case-31-within-0.369"),
        pytest.param(3.030, "better", id="case-31-beyond-0.369"),
        pytest.param(3.0, "better", id="case-31-3.0"),
    ],
)
def test_without_an_interval_the_usual_yearly_change_decides(
    value: float, trend: str, indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Lower is better, 3.4 3.3 3.5 3.3 3.4: 2.46 times the mean change of 0.15 is 0.369."""
    mean = indicator(Mean("days"), direction="lower", measured_in="days")
    years = zip(range(2020, 2026), (3.4, 3.3, 3.5, 3.3, 3.4, value), strict=True)
    rows = judged(observed(*((str(year), each) for year, each in years)), planned(AtMost(9), indicator=mean))
    assert [row["trend"] for row in rows] == [None] * 5 + [trend]


@pytest.mark.parametrize(
    ("cases", "trend"),
    [
        pytest.param(58.0, "unchanged", id="case-32-58-within-19.4"),
        pytest.param(62.0, "worse", id="case-32-62-beyond-19.8"),
    ],
)
def test_a_count_varies_with_its_square_root(
    cases: float, trend: str, indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Lower is better, 40 the year before: a change of up to 1.96 times the root of both counts is chance."""
    counted = indicator(Count(), direction="lower", measured_in="number")
    rows = judged(observed(("2025", 40.0), ("2026", cases)), planned(AtMost(100), indicator=counted))
    assert rows[1]["trend"] == trend


def test_case_36_too_little_coverage_cannot_be_assessed(planned: Goals, observed: Observed, judged: Judged) -> None:
    """93 percent measured where 95 are required."""
    row = judged(observed({"period": "2026", "value": 99.0, "coverage": 0.93}), planned(AtLeast(95), minimum_coverage=0.95))[0]
    assert (row["status"], row["cause"], row["value"]) == ("not_assessable", "coverage_too_low", 99.0)


def test_also_falling_but_still_met_is_fulfilled_and_worse(planned: Goals, observed: Observed, judged: Judged) -> None:
    """The trend is another question than the promise: 99 percent of 1,000 to 96 percent, at least 95."""
    years = [
        {"period": period, "value": kept / 10, "low": wilson(kept, 1000)[0], "high": wilson(kept, 1000)[1]}
        for period, kept in (("2025", 990), ("2026", 960))
    ]
    row = judged(observed(*years), planned(AtLeast(95)))[1]
    assert (row["status"], row["trend"]) == ("fulfilled", "worse")


def test_also_an_indicator_without_a_direction_is_an_error(indicator: Indicators) -> None:
    """Whether more is better is never guessed."""
    with pytest.raises(DeclarationError, match="direction"):
        indicator(Share("kept"), direction="")
    given = {"id": "roads.kept", "title": "t", "measured_in": "percent", "frequency": "year"}
    with pytest.raises(TypeError, match="direction"):
        Indicator(dataset=indicator().dataset, measure=Share("kept"), **given)


def test_also_a_hidden_3_of_3_has_no_status(planned: Goals, observed: Observed, judged: Judged) -> None:
    """What is derived from a hidden value would give it away, so that nothing is: no figure, status, certainty or trend."""
    hidden = observed(("2025", 90.0), {"period": "2026", "n": 3.0, "part": 3.0, "cause": "confidential"})
    row = judged(hidden, planned(AtLeast(95)))[1]
    assert (row["status"], row["cause"]) == ("not_assessable", "confidential")
    assert {row[name] for name in ("value", "n", "part", "low", "high", "certainty", "course", "trend", "margin")} == {None}


def test_case_18_a_break_leaves_the_year_unjudged_and_the_quarter_that_begins_with_it_judged(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """A new method on 1 July 2025: two methods make the year, and only the new one the third quarter."""
    broken = indicator(breaks={date(2025, 7, 1): "Nyt system"})
    figures = observed({"period": "2025", "value": 96.0, "cause": "method_changed"}, ("2025K3", 96.0))
    first = date(2025, 1, 1)
    goals = [planned(AtLeast(95), indicator=broken, frequency=each, first=first) for each in ("year", "quarter")]
    assert [(row["period"], row["status"], row["cause"]) for row in judged(figures, *goals)] == [
        ("2025", "not_assessable", "method_changed"),
        ("2025K3", "fulfilled", None),
    ]
