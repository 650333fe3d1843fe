"""Judging: which goal judges which row, statuses and causes, and the same result as a plain loop over rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from klaremal.assess.fulfilments import assess
from klaremal.bind.workspace import BoundGoal
from klaremal.judge import statuses
from klaremal.measures import Count, Mean, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Measure
from klaremal.model.outcome import CAUSES
from klaremal.model.period import Period
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target
from klaremal.plan import PlannedGoal

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]

COLUMNS = [
    "goal", "version", "indicator", "sector", "unit", "level", "start", "frequency", "breakdown", "value", "target",
    "target_high", "status", "cause", "certainty", "course", "trend", "margin", "n", "part", "low", "high",
    "provisional", "warned",
]  # fmt: skip


def test_a_row_says_what_was_judged_by_what(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Every column of a fulfilment is filled from the goal or the observation; of 50 at most 2 may fail, as many as did."""
    figures = {"value": 96.0, "n": 50.0, "part": 48.0, "low": 90.0, "high": 99.0}
    observations = observed({"period": "2026", "warned": True} | figures)
    (row,) = judged(observations, planned(AtLeast(95), id="roads.kept_law", version=2))
    assert row == {
        "goal": "roads.kept_law", "version": 2, "indicator": "roads.kept", "sector": "roads", "unit": "751",
        "level": "municipality", "start": 2026 * 12,
        "period": "2026", "frequency": "year", "breakdown": "", "value": 96.0, "target": 95.0,
        "target_high": None, "status": "fulfilled", "cause": None, "certainty": "clear", "course": None, "trend": None,
        "margin": 0.0, "n": 50.0, "part": 48.0, "low": 90.0, "high": 99.0, "provisional": False, "warned": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "columns"),
    [
        pytest.param(AtLeast(95), (95.0, None), id="at_least"),
        pytest.param(AtMost(10), (10.0, None), id="at_most"),
        pytest.param(Between(95, 105), (95.0, 105.0), id="between"),
        pytest.param(Between(5, 5), (5.0, 5.0), id="exactly"),
    ],
)
def test_the_target_is_in_one_column_or_two(
    target: Target,
    columns: tuple[float, float | None],
    indicator: Indicators,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """`target` is the bound, `target_high` only the upper end of a range."""
    (row,) = judged(observed(("2026", 1.0)), planned(target, indicator=indicator(direction="neutral")))
    assert (row["target"], row["target_high"]) == columns


@pytest.mark.parametrize("how", ["no goals", "no rows", "other units", "other frequency", "other indicator"])
def test_nothing_to_judge_gives_all_columns_and_no_rows(how: str, planned: Goals, observed: Observed) -> None:
    """An empty result has the shape of a full one."""
    name = "roads.x" if how == "other indicator" else "roads.kept"
    rows = observed() if how == "no rows" else observed(("2026", 1.0), indicator=name)
    frequency = "month" if how == "other frequency" else "year"
    goal = planned(AtLeast(95), units=("101",) if how == "other units" else ("751",), frequency=frequency)
    frame = assess(rows, [] if how == "no goals" else [goal])
    assert (list(frame.columns), len(frame)) == (COLUMNS, 0)


def test_each_unit_is_judged_by_its_own_target(planned: Goals, observed: Observed, judged: Judged) -> None:
    """`targets` gives single units another value; the others have the goal's; units that are not the goal's have no row."""
    rows = observed(*({"period": "2026", "unit": unit, "value": 90.0} for unit in ("101", "147", "751", "851")))
    goal = planned(AtLeast(95), units=("751", "101", "851"), targets=(("101", AtLeast(90)), ("751", AtLeast(80))))
    assert [(row["unit"], row["target"], row["status"]) for row in judged(rows, goal)] == [
        ("101", 90, "fulfilled"),
        ("751", 80, "fulfilled"),
        ("851", 95, "not_fulfilled"),
    ]


def test_a_goal_judges_its_own_frequency_and_indicator_only(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """One indicator may be judged by the month and by the year; nothing is prorated."""
    other = indicator(id="roads.other")
    others = observed(("2026", 10.0), indicator="roads.other")
    rows = pd.concat([observed(("2026", 96.0), ("2026M01", 94.0)), others], ignore_index=True)
    goals = [
        planned(AtLeast(95), id="monthly", frequency="month"),
        planned(AtLeast(95), id="yearly"),
        planned(AtLeast(5), id="other", indicator=other),
    ]
    found = [(row["goal"], row["period"], row["status"]) for row in judged(rows, *goals)]
    assert found == [("monthly", "2026M01", "not_fulfilled"), ("yearly", "2026", "fulfilled"), ("other", "2026", "fulfilled")]


@pytest.mark.parametrize(
    ("first", "last", "periods"),
    [
        pytest.param(date(2026, 1, 1), None, ["2026M01", "2026M02", "2026M03"], id="from-the-first-day"),
        pytest.param(date(2026, 1, 2), None, ["2026M02", "2026M03"], id="from-the-second-day"),
        pytest.param(date(2026, 1, 1), date(2026, 2, 1), ["2026M01", "2026M02"], id="to-the-first-day"),
        pytest.param(date(2025, 1, 1), date(2026, 1, 31), ["2026M01"], id="to-the-last-day-before"),
        pytest.param(date(2026, 2, 10), date(2026, 2, 20), [], id="within-a-month"),
    ],
)
def test_a_version_judges_the_periods_whose_first_day_it_holds_on(
    first: date, last: date | None, periods: list[str], planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Validity is inclusive at both ends, and only the period's first day counts."""
    rows = observed(("2026M01", 1.0), ("2026M02", 1.0), ("2026M03", 1.0))
    goal = planned(AtLeast(95), frequency="month", first=first, last=last)
    assert [row["period"] for row in judged(rows, goal)] == periods


@pytest.mark.parametrize(
    ("frequency", "periods"),
    [
        pytest.param("month", ["2025M12", "2026M01", "2026M02"], id="by-month"),
        pytest.param("year", ["2025"], id="by-year"),
    ],
)
def test_a_unit_is_judged_while_it_lies_where_the_goal_means_it(
    frequency: str, periods: list[str], planned: Goals, observed: Observed, judged: Judged
) -> None:
    """An institution that moves in March 2026 is another municipality's on the last day of March, and of the year."""
    rows = observed(
        *(
            {"period": period, "unit": "i3", "value": 90.0}
            for period in ("2025", "2026", "2025M12", "2026M01", "2026M02", "2026M03")
        )
    )
    goal = planned(AtLeast(95), units=("751", "i3"), frequency=frequency)
    goal = evolve(goal, away=(("i3", 2026 * 12 + 2, 1 << 40),))
    assert [row["period"] for row in judged(rows, goal)] == periods


def test_rows_come_by_goal_and_in_the_order_of_the_observations(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Two goals over two months of two units, whatever order the units of the goal are named in."""
    rows = observed(
        *({"period": period, "unit": unit, "value": 1.0} for unit in ("751", "101") for period in ("2026M02", "2026M01"))
    )
    goals = [planned(AtLeast(95), id=name, frequency="month", units=("101", "751")) for name in ("b", "a")]
    order = [("751", "2026M02"), ("751", "2026M01"), ("101", "2026M02"), ("101", "2026M01")]
    found = [(row["goal"], row["unit"], row["period"]) for row in judged(rows, *goals)]
    assert found == [(goal, *where) for goal in ("b", "a") for where in order]


# -- provisional -----------------------------------------------------------------------------------------------------


def test_a_provisional_row_is_shown_without_a_status(planned: Goals, observed: Observed, judged: Judged) -> None:
    """It is never a final status, however far above the target, and has neither cause, certainty nor trend."""
    (row,) = judged(observed({"period": "2026", "value": 99.0, "provisional": True, "coverage": 0.2}), planned(AtLeast(95)))
    assert [row[name] for name in ("status", "cause", "certainty", "trend")] == [None] * 4
    assert (row["value"], row["provisional"]) == (99.0, True)


@pytest.mark.parametrize(
    ("measure", "target", "row", "status"),
    [
        pytest.param(Count(), AtMost(10), {"provisional": True}, "not_fulfilled", id="count-provisional"),
        pytest.param(Count(), AtMost(10), {"provisional": True, "coverage": 0.5}, "not_fulfilled", id="count-provisional-half"),
        pytest.param(
            Count(), AtMost(10), {"provisional": True, "cause": "no_data"}, "not_fulfilled", id="count-provisional-gap"
        ),
        pytest.param(Count(), AtMost(10), {"cause": "no_data"}, "not_fulfilled", id="count-gap"),
        pytest.param(Total("days"), AtMost(10), {"cause": "no_data"}, "not_fulfilled", id="total-gap"),
        pytest.param(Count(), Path({2026: 10}), {"cause": "no_data"}, "not_fulfilled", id="path-downwards"),
        pytest.param(Count(), AtMost(12), {"cause": "no_data"}, "not_assessable", id="exactly-at-the-limit"),
        pytest.param(Count(), AtMost(10), {"cause": "source_failed"}, "not_assessable", id="other-cause"),
        pytest.param(Count(), Between(1, 10), {"cause": "no_data"}, "not_assessable", id="between"),
        pytest.param(Total("days", over_time="last"), AtMost(10), {"cause": "no_data"}, "not_assessable", id="last-can-fall"),
        pytest.param(Mean("days"), AtMost(10), {"cause": "no_data"}, "not_assessable", id="mean-can-fall"),
        pytest.param(Mean("days"), AtMost(10), {"provisional": True}, None, id="mean-provisional"),
    ],
)
def test_a_number_that_only_grows_fails_as_soon_as_it_is_too_large(
    measure: Measure,
    target: Target,
    row: dict[str, Any],
    status: str | None,
    indicator: Indicators,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """12 with parts missing or the period running: a count or a sum of at most 10 is broken for good."""
    measured = indicator(measure, direction="lower", measured_in="number")
    (found,) = judged(observed({"period": "2026", "value": 12.0} | row), planned(target, indicator=measured))
    assert (found["status"], found["trend"]) == (status, None)


def test_a_number_within_the_tolerance_has_not_failed_yet(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """At most 10 with a tolerance of 2: at 12 it may end as partly fulfilled, at 12.5 not."""
    total = indicator(Total("days"), direction="lower", measured_in="days")
    years = (("2025", 12.0), ("2026", 12.5))
    rows = observed(*({"period": period, "value": value, "provisional": True} for period, value in years))
    found = judged(rows, planned(AtMost(10), indicator=total, tolerance=2))
    assert [row["status"] for row in found] == [None, "not_fulfilled"]


# -- causes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cause", CAUSES)
def test_an_observations_cause_is_the_fulfilments(cause: str, planned: Goals, observed: Observed, judged: Judged) -> None:
    """Whatever the roll-up found stays, when nothing earlier in the list applies."""
    (row,) = judged(observed({"period": "2026", "cause": cause}), planned(AtLeast(95)))
    assert (row["status"], row["cause"]) == ("not_assessable", cause)


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        pytest.param({"value": 0.1, "coverage": 0.1, "cause": "implausible"}, "implausible", id="implausible-before-coverage"),
        pytest.param({"value": 50.0, "coverage": 0.1, "cause": "too_few"}, "coverage_too_low", id="coverage-before-too-few"),
        pytest.param({"coverage": 0.1, "cause": "too_few"}, "too_few", id="no-value-too-few"),
        pytest.param({"coverage": np.nan, "cause": "too_few"}, "too_few", id="no-value-and-unknown-coverage"),
        pytest.param({"value": 50.0, "coverage": 0.1}, "coverage_too_low", id="coverage"),
        pytest.param({"value": 50.0, "coverage": np.nan}, "coverage_too_low", id="unknown-coverage"),
        pytest.param({"coverage": np.nan}, "no_data", id="nothing-at-all"),
        pytest.param({"value": 50.0, "coverage": 0.95}, None, id="just-enough"),
        pytest.param({"value": 50.0, "coverage": 0.94}, "coverage_too_low", id="just-too-little"),
    ],
)
def test_the_first_cause_that_matches_is_given(
    row: dict[str, Any], cause: str | None, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """At least 95 percent measured; of what has no value nobody asks how much of it was."""
    (found,) = judged(observed({"period": "2025"} | row), planned(AtLeast(95)))
    assert found["cause"] == cause


def test_a_goal_may_ask_for_less_coverage_than_the_indicator(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Half measured is enough for the one that says so."""
    goals = [planned(AtLeast(95), id="usual"), planned(AtLeast(95), id="content_with_half", minimum_coverage=0.5)]
    rows = judged(observed({"period": "2026", "value": 99.0, "coverage": 0.6}), *goals)
    assert [row["status"] for row in rows] == ["not_assessable", "fulfilled"]


# -- the same as a plain loop ----------------------------------------------------------------------------------------

PERIODS = ("2022", "2023", "2024", "2025M01", "2025M02", "2026M01", "2026M02")
VALUES = st.sampled_from([0.0, 1.0, 9.999, 10.0, 10.001, 12.0, 12.0 + 1e-10, 14.0, 50.0, np.nan])
CELL = st.fixed_dictionaries(
    {
        "value": VALUES,
        "coverage": st.sampled_from([0.0, 0.9, 0.95, 1.0, np.nan]),
        "cause": st.sampled_from([None, None, None, "no_data", "no_cases", "too_few", "confidential", "implausible"]),
        "provisional": st.sampled_from([False, False, True]),
    }
)
# One unit lies elsewhere in 2022 and from December 2023 to November 2024, the other in January 2025 and from 2026 on.
AWAY = (
    ("101", -1, 2023 * 12), ("101", 2023 * 12 + 11, 2024 * 12 + 11),
    ("751", 2025 * 12, 2025 * 12 + 1), ("751", 2026 * 12, 1 << 40),
)  # fmt: skip
TARGETS = st.sampled_from([AtLeast(10), AtMost(12), Between(10, 12), Path({2023: 10, 2026: 13})])


def plain_status(row: dict[str, Any], planned: PlannedGoal) -> tuple[str | None, str | None] | None:
    """Judge one row as the rules are written; None when the row is not the goal's."""
    bound, period = planned.goal, Period(row["frequency"], row["start"])
    holds = bound.first <= period.first_day and (bound.last is None or period.first_day <= bound.last)
    band = dict(planned.targets).get(row["unit"], bound.target).band(period, bound.indicator.direction)
    if not holds or band is None or row["frequency"] != bound.frequency or row["unit"] not in planned.units:
        return None
    if any(unit == row["unit"] and since <= period.last_month < until for unit, since, until in planned.away):
        return None
    value, tolerance = row["value"], bound.goal.tolerance
    rank = {cause: place for place, cause in enumerate(CAUSES)}
    causes = [row["cause"]] if isinstance(row["cause"], str) else ["no_data"] if value != value else []
    if value == value and not row["coverage"] >= bound.minimum_coverage:
        causes.append("coverage_too_low")
    cause = min(causes, key=rank.__getitem__, default=None)
    within = {
        name: value >= band[0] - extra - 1e-9 * max(1, abs(band[0])) and value <= band[1] + extra + 1e-9 * max(1, abs(band[1]))
        for name, extra in (("fulfilled", 0), ("partly_fulfilled", tolerance))
    }
    status = next((name for name, inside in within.items() if inside), "not_fulfilled")
    grows = isinstance(bound.indicator.measure, Count) and band[0] == -np.inf and value > band[1] + tolerance + 1e-8
    if grows and (cause == "no_data" or (row["provisional"] and cause in (None, "coverage_too_low"))):
        return "not_fulfilled", None
    if row["provisional"]:
        return None, None
    return ("not_assessable", cause) if cause else (status, None)


@given(st.data())
def test_judging_all_at_once_is_the_same_as_row_by_row(data: st.DataObject) -> None:
    """Random observations, goals, versions, targets per unit, tolerances, units that move; rows in any order."""
    draw = data.draw
    dataset = Dataset(id="roads.d", title="t", grain="g", columns=(Column("on", "date"),), dated_by="on")
    cells = [(unit, code) for unit in ("101", "751") for code in PERIODS]
    rows = []
    for unit, code in draw(st.permutations(cells)):
        period = Period.parse(code)
        rows.append({"unit": unit, "start": period.start, "frequency": period.frequency, **draw(CELL)})
    frame = pd.DataFrame(rows).assign(indicator="roads.i", definition="", level="municipality", breakdown="", warned=False)
    frame["cause"] = frame["cause"].astype("str")
    for name in ("n", "part", "low", "high", "least", "most"):
        frame[name] = frame["value"]
    indicator = Indicator(
        id="roads.i", title="t", dataset=dataset, measure=Count(), measured_in="number", frequency="month",
        direction="lower",
    )  # fmt: skip
    goals = []
    for place in range(draw(st.integers(0, 3))):
        target, first = draw(TARGETS), draw(st.sampled_from([date(2000, 1, 1), date(2023, 1, 1), date(2025, 1, 15)]))
        goal = Goal(
            id=f"g{place}", title="t", promise="p", indicator="roads.i", target=target, valid_from=first,
            tolerance=draw(st.sampled_from([0.0, 2.0])),
        )  # fmt: skip
        bound = BoundGoal(
            goal=goal, version=1, indicator=indicator, target=target, first=first,
            frequency=draw(st.sampled_from(["year", "month"])),
            last=draw(st.sampled_from([None, date(2026, 1, 31)])), basis=None, threshold=None, targets=(),
            minimum_coverage=draw(st.sampled_from([0.9, 1.0])),
        )  # fmt: skip
        units = draw(st.sampled_from([("101",), ("751", "101"), ("751", "851")]))
        own = draw(st.sampled_from([(), (("101", AtMost(1)),)]))
        away = draw(st.sampled_from([(), AWAY, AWAY[::-1], AWAY[:1]]))
        goals.append(PlannedGoal(goal=bound, units=units, targets=own, away=tuple(each for each in away if each[0] in units)))
    expected = [
        (planned.goal.goal.id, row["unit"], row["start"], *verdict)
        for planned in goals
        for row in frame.to_dict("records")
        if (verdict := plain_status(row, planned)) is not None
    ]
    found = assess(frame, goals)[["goal", "unit", "start", "status", "cause"]].astype(object)
    assert list(found.where(found.notna(), None).itertuples(index=False, name=None)) == expected


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30),
    bound=st.floats(-1e3, 1e3),
    tolerance=st.floats(0, 100),
)
def test_a_better_value_never_has_a_worse_status(values: list[float], bound: float, tolerance: float) -> None:
    """Statuses are monotone: upwards for at least, downwards for at most, towards the band for between."""
    sorted_values = np.sort(np.array(values))
    low, high, tolerances = np.full(len(values), bound), np.full(len(values), np.inf), np.full(len(values), tolerance)
    floor = statuses(sorted_values, low, high, tolerances)
    ceiling = statuses(sorted_values, -high, low, tolerances)
    band = statuses(sorted_values, low, low + 10, tolerances)
    assert (np.diff(floor) <= 0).all()
    assert (np.diff(ceiling) >= 0).all()
    assert (np.diff(band[sorted_values <= bound]) <= 0).all()
    assert (np.diff(band[sorted_values >= bound + 10]) >= 0).all()


# -- frames ----------------------------------------------------------------------------------------------------------


def test_categorical_columns_are_judged_as_plain_ones_are(planned: Goals, observed: Observed) -> None:
    """The roll-up may hand over either."""
    more = {"period": "2024", "cause": "no_data"}, {"period": "2026", "unit": "101", "value": 1.0}
    rows = observed(("2025", 90.0), ("2026", 96.0), *more)
    words = ["indicator", "unit", "level", "frequency", "breakdown", "cause"]
    goals = [planned(AtLeast(95), units=("751", "101"))]
    found = assess(rows.astype(dict.fromkeys(words, "category")), goals)
    pd.testing.assert_frame_equal(found, assess(rows, goals), check_dtype=False, check_categorical=False)


def test_the_observations_are_left_as_they_were(planned: Goals, observed: Observed) -> None:
    """Judging is a pure function: hiding a figure in the result hides it there only."""
    rows = observed(("2025", 90.0), {"period": "2026", "value": 96.0, "n": 3.0, "cause": "confidential"})
    before = rows.copy(deep=True)
    assess(rows, [planned(AtLeast(95))])
    pd.testing.assert_frame_equal(rows, before)
