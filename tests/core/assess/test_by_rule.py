"""Goals judged by a rule: what the rule is shown, whose words count, and what becomes of a rule that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klaremal import FulfilmentRule
from klaremal.assess.fulfilments import assess
from klaremal.builtin.rules import MEAN_OF_THREE_YEARS
from klaremal.errors import DeclarationError
from klaremal.model.indicator import Indicator
from klaremal.model.target import AtLeast, Between
from klaremal.plan import PlannedGoal

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]


def rule_of(judge: Any, **more: Any) -> FulfilmentRule:
    """Return a rule of a plugin."""
    return FulfilmentRule(**{"id": "roads.own", "version": "3", "title": "Egen regel", "judge": judge} | more)


def ruled(planned: PlannedGoal, rule: FulfilmentRule) -> PlannedGoal:
    """Return a goal that a rule judges."""
    return evolve(planned, goal=evolve(planned.goal, rule=rule))


def by_period(rows: list[dict[str, Any]], *names: str) -> dict[str, tuple[Any, ...]]:
    """Return what rows say, by their period."""
    return {row["period"]: tuple(row[name] for name in names) for row in rows}


def test_the_mean_of_three_years_is_held_against_the_target(planned: Goals, observed: Observed, judged: Judged) -> None:
    """80, 90, 100 and 91: the figures alone say no, no, yes, yes; their means 90 and 93.67 say yes twice."""
    rows = observed(("2023", 80.0), ("2024", 90.0), ("2025", 100.0), ("2026", 91.0))
    goal = ruled(planned(AtLeast(90)), MEAN_OF_THREE_YEARS)
    assert by_period(judged(rows, goal), "status", "cause", "value", "target") == {
        "2023": ("not_assessable", "no_data", 80.0, 90.0),
        "2024": ("not_assessable", "no_data", 90.0, 90.0),
        "2025": ("fulfilled", None, 100.0, 90.0),
        "2026": ("fulfilled", None, 91.0, 90.0),
    }


def test_a_rule_takes_away_what_speaks_of_one_figure(planned: Goals, observed: Observed, judged: Judged) -> None:
    """How sure, how near and how far on its way is said of a figure and its target; a trend is one of the figure alone."""
    rows = observed(("2024", 80.0), ("2025", 80.0), {"period": "2026", "value": 70.0, "low": 60.0, "high": 80.0, "n": 40.0})
    plain = by_period(judged(rows, planned(AtLeast(90))), "status", "certainty")
    under = by_period(judged(rows, ruled(planned(AtLeast(90)), MEAN_OF_THREE_YEARS)), "status", "certainty", "course", "margin")
    assert plain["2026"] == ("not_fulfilled", "clear")
    assert under["2026"] == ("not_fulfilled", None, None, None)


@pytest.mark.parametrize(
    ("before", "cause"),
    [
        pytest.param({"value": 99.0, "coverage": 0.5}, "no_data", id="too little was measured"),
        pytest.param({"value": 99.0, "provisional": True}, "no_data", id="not closed"),
        pytest.param({"value": float("nan"), "cause": "confidential"}, "no_data", id="hidden"),
        pytest.param({"value": 99.0, "cause": "implausible"}, "no_data", id="implausible"),
    ],
)
def test_a_year_that_cannot_be_used_leaves_no_mean(
    before: dict[str, Any], cause: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """A figure that core would not judge is not averaged away either."""
    rows = observed(("2024", 99.0), {"period": "2025"} | before, ("2026", 99.0))
    found = by_period(judged(rows, ruled(planned(AtLeast(90)), MEAN_OF_THREE_YEARS)), "status", "cause")
    assert found["2026"] == ("not_assessable", cause)


def test_figures_of_two_methods_have_no_mean(planned: Goals, indicator: Indicators, observed: Observed, judged: Judged) -> None:
    """The method changed on the first day of 2025: 2024 counts among the old ones, 2025 to 2027 among the new."""
    broken = indicator(breaks={date(2025, 1, 1): "Ny metode"})
    rows = observed(*((str(year), 95.0) for year in range(2023, 2028)))
    found = by_period(judged(rows, ruled(planned(AtLeast(90), indicator=broken), MEAN_OF_THREE_YEARS)), "status", "cause")
    assert found == {
        "2023": ("not_assessable", "no_data"),
        "2024": ("not_assessable", "no_data"),
        "2025": ("not_assessable", "method_changed"),
        "2026": ("not_assessable", "method_changed"),
        "2027": ("fulfilled", None),
    }


def test_a_rule_sees_all_units_of_the_figure_in_order_and_speaks_for_those_of_the_goal(
    planned: Goals, observed: Observed, judged: Judged
) -> None:
    """The schools of a municipality are shown beside it; only the municipality is judged, in its own order of rows."""
    seen: list[pd.DataFrame] = []

    def every_school(rows: pd.DataFrame, compared: Any) -> pd.Series[Any]:
        seen.append(rows)
        worst = rows[rows["level"] == "institution"].groupby("start")["value"].min()
        return compared(rows["start"].map(worst))

    made = observed(
        {"period": "2026", "value": 95.0},
        {"period": "2026", "value": 99.0, "unit": "b", "level": "institution"},
        {"period": "2025", "value": 95.0},
        {"period": "2025", "value": 91.0, "unit": "a", "level": "institution"},
        {"period": "2026", "value": 88.0, "unit": "a", "level": "institution"},
        {"period": "2026", "value": 1.0, "indicator": "roads.other"},
        {"period": "2026M01", "value": 1.0},
    )
    rows = judged(made, ruled(planned(AtLeast(90), tolerance=3), rule_of(every_school)))
    assert [(row["unit"], row["period"], row["status"], row["value"]) for row in rows] == [
        ("751", "2026", "partly_fulfilled", 95.0),
        ("751", "2025", "fulfilled", 95.0),
    ]
    (shown,) = seen
    assert list(zip(shown["unit"], shown["value"], shown["status"], strict=True)) == [
        ("751", 95.0, "fulfilled"),
        ("751", 95.0, "fulfilled"),
        ("a", 91.0, None),
        ("a", 88.0, None),
        ("b", 99.0, None),
    ]
    assert [*shown.columns] == [
        "unit", "level", "start", "value", "n", "part", "cause", "usable", "low", "high", "tolerance", "method", "status",
    ]  # fmt: skip
    assert all(f"`{name}`" in (FulfilmentRule.__doc__ or "") for name in shown.columns)
    assert shown["start"].tolist() == [2025 * 12, 2026 * 12, 2025 * 12, 2026 * 12, 2026 * 12]
    assert shown["low"].tolist()[:2] == [90.0, 90.0]
    assert shown["low"].isna().tolist() == [False, False, True, True, True]


def test_a_goal_for_each_value_of_a_breakdown_is_judged_value_by_value(
    planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Women on the mean 90, men on the mean 80; the figures of both together are not among them."""
    rows = observed(
        *(
            {"period": str(year), "value": value, "breakdown": breakdown}
            for breakdown, values in (("sex=K", (80, 90, 100)), ("sex=M", (60, 80, 100)), ("", (1, 1, 1)))
            for year, value in zip(range(2024, 2027), map(float, values), strict=True)
        )
    )
    goal = planned(AtLeast(90), breakdown="sex=*")
    found = {(row["breakdown"], row["period"]): row["status"] for row in judged(rows, ruled(goal, MEAN_OF_THREE_YEARS))}
    assert {breakdown: found[breakdown, "2026"] for breakdown in ("sex=K", "sex=M")} == {
        "sex=K": "fulfilled",
        "sex=M": "not_fulfilled",
    }
    assert {breakdown for breakdown, _ in found} == {"sex=K", "sex=M"}


def test_a_rule_that_fails_for_one_value_leaves_all_values_of_its_goal_out(planned: Goals, observed: Observed) -> None:
    """Told once: half of a goal would look like the whole of it."""

    def only_women(rows: pd.DataFrame, compared: Any) -> Any:
        return compared(rows["value"]) if (rows["value"] > 50).all() else None

    told: list[str] = []
    rows = observed(
        *({"period": "2026", "value": value, "breakdown": f"sex={sex}"} for sex, value in (("K", 90.0), ("M", 20.0)))
    )
    goal = ruled(planned(AtLeast(90), breakdown="sex=*"), rule_of(only_women))
    assert assess(rows, [goal], lambda goal, why: told.append(goal.goal.goal.id)).empty
    assert told == ["kept"]


def test_a_rule_cannot_give_a_status_to_what_cannot_be_assessed(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Whatever it says of a hidden figure, of a running period and of one that is not due, they stay what they are."""
    rows = observed(
        ("2024", 99.0),
        ("2025", 99.0),
        {"period": "2026", "cause": "confidential"},
        {"period": "2027", "value": 99.0, "provisional": True},
    )
    goal = ruled(planned(AtLeast(90), by="2025"), rule_of(lambda rows, compared: ["fulfilled"] * len(rows)))
    assert by_period(judged(rows, goal), "status", "cause") == {
        "2024": ("not_assessable", "not_yet_due"),
        "2025": ("fulfilled", None),
        "2026": ("not_assessable", "confidential"),
        "2027": (None, None),
    }


def test_the_whole_of_a_goal_sums_up_what_the_rule_says(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Two units are far below the target, and the rule calls them fulfilled: so is their whole."""
    rows = observed({"period": "2026", "value": 1.0, "unit": "101"}, {"period": "2026", "value": 2.0, "unit": "147"})
    goal = planned(AtLeast(90), units=("101", "147"), summary="all", summed=("000", "nation"))
    found = judged(rows, ruled(goal, rule_of(lambda rows, compared: ["fulfilled"] * len(rows))))
    assert {row["unit"]: row["status"] for row in found} == {"101": "fulfilled", "147": "fulfilled", "000": "fulfilled"}


@pytest.mark.parametrize(
    ("judge", "why"),
    [
        pytest.param(lambda rows, compared: 1 / 0, "it raised ZeroDivisionError: division by zero", id="raises"),
        pytest.param(lambda rows, compared: exit(1), "it raised SystemExit: 1", id="ends the program"),
        pytest.param(
            lambda rows, compared: rows["breakdown"],
            "it raised KeyError: 'breakdown'. The columns of rows are unit, level, start, value, n, part, cause, usable, low, "
            "high, tolerance, method, status",
            id="no such column",
        ),
        pytest.param(lambda rows, compared: "fulfilled", "it returned a str for 2 rows.", id="one word"),
        pytest.param(lambda rows, compared: ["fulfilled"], "it returned 1 words for 2 rows.", id="too few"),
        pytest.param(lambda rows, compared: None, "it returned a NoneType for 2 rows.", id="nothing"),
        pytest.param(lambda rows, compared: ["ok"] * len(rows), "it returned 'ok' for unit 751.", id="no such word"),
        pytest.param(lambda rows, compared: [None] * len(rows), "it returned None for unit 751.", id="no word"),
        pytest.param(lambda rows, compared: rows["value"] >= 90, "it returned True for unit 751.", id="truths"),
        pytest.param(
            lambda rows, compared: rows.set_index("start")["status"], "its series has another index than the rows", id="index"
        ),
        pytest.param(
            lambda rows, compared: compared(rows.groupby("unit")["value"].min()),
            "its series has another index than the rows",
            id="index of what is compared",
        ),
        pytest.param(
            lambda rows, compared: compared(rows.sort_values("value").reset_index(drop=True)["value"]),
            "its series has another index than the rows",
            id="numbered anew",
        ),
    ],
)
def test_a_goal_whose_rule_fails_is_told_and_the_others_are_judged(
    judge: Any, why: str, planned: Goals, observed: Observed
) -> None:
    """Nothing is found for it: neither a status nor a cause that would look like an answer."""
    told: list[tuple[str, str]] = []
    goals = [ruled(planned(AtLeast(90), id="bad"), rule_of(judge)), planned(AtLeast(90), id="good")]
    rows = assess(observed(("2025", 95.0), ("2026", 95.0)), goals, lambda goal, why: told.append((goal.goal.goal.id, why)))
    assert rows["goal"].tolist() == ["good", "good"]
    ((goal, said),) = told
    assert goal == "bad"
    assert said.startswith(f"the rule roads.own (version 3): {why}")


def test_a_series_in_another_order_is_read_by_its_index(planned: Goals, observed: Observed, judged: Judged) -> None:
    """As pandas itself reads one: a rule that sorts its answer, or what it compares, gives no word to another row."""

    def sorted_words(rows: pd.DataFrame, compared: Any) -> pd.Series[Any]:
        return compared(rows["value"].sort_values(ascending=False)).sort_values()

    made = observed(("2024", 33.0), ("2025", 95.0), ("2026", 70.0))
    rows = judged(made, ruled(planned(AtLeast(65)), rule_of(sorted_words)))
    assert {row["period"]: row["status"] for row in rows} == {
        "2024": "not_fulfilled",
        "2025": "fulfilled",
        "2026": "fulfilled",
    }


def test_without_anybody_to_be_told_a_failing_rule_is_an_error(planned: Goals, observed: Observed) -> None:
    """Nobody who calls it loses a goal without noticing."""
    goal = ruled(planned(AtLeast(90), id="bad"), rule_of(lambda rows, compared: []))
    with pytest.raises(DeclarationError, match=r"goal bad: the rule roads\.own"):
        assess(observed(("2026", 95.0)), [goal])


def test_a_rule_that_changes_what_it_is_shown_changes_nothing_else(planned: Goals, observed: Observed, judged: Judged) -> None:
    """It is given a frame of its own."""

    def spoiling(rows: pd.DataFrame, compared: Any) -> pd.Series[Any]:
        rows["low"] = 0.0
        rows["value"] = 100.0
        return compared(rows["value"] - 50)

    rows = observed(("2026", 95.0))
    (row,) = judged(rows, ruled(planned(AtLeast(90)), rule_of(spoiling)))
    assert (row["status"], row["value"]) == ("not_fulfilled", 95.0)


YEARS = range(2020, 2027)


@settings(max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.tuples(st.sampled_from(("101", "147", "751")), st.sampled_from(YEARS)), st.integers(0, 100), min_size=6
    ),
    low=st.integers(0, 60),
    width=st.integers(0, 40),
    tolerance=st.integers(0, 10),
)
def test_the_mean_of_three_years_is_that_of_plain_python(
    values: dict[tuple[str, int], int], low: int, width: int, tolerance: int, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Row by row, with exact fractions: three times a bound against the sum of three figures."""
    rows = observed(*({"unit": unit, "period": str(year), "value": float(value)} for (unit, year), value in values.items()))
    goal = planned(Between(low, low + width), tolerance=tolerance, units=("101", "147", "751"))
    for row in judged(rows, ruled(goal, MEAN_OF_THREE_YEARS)):
        three = [values.get((row["unit"], int(row["period"]) - back)) for back in (0, 1, 2)]
        known = [value for value in three if value is not None]
        if len(known) < 3:
            expected = "not_assessable"
        elif 3 * low <= sum(known) <= 3 * (low + width):
            expected = "fulfilled"
        elif 3 * (low - tolerance) <= sum(known) <= 3 * (low + width + tolerance):
            expected = "partly_fulfilled"
        else:
            expected = "not_fulfilled"
        assert row["status"] == expected
