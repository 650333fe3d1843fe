"""Targets that follow from an earlier figure or from that of others: the agreed cases, and what happens when it is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klaremal.assess.fulfilments import assess
from klaremal.measures import Count
from klaremal.model.indicator import Indicator
from klaremal.model.target import Target
from klaremal.plan import PlannedGoal
from klaremal.plan_compared import Compared
from klaremal.targets import Change, Relative

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]

UP = Change(by=1.5, since=2025)
DOWN = Change(by=-2, since=2025)
SAME = Change(by=0, since="previous", strict=True)
LOWER = {"direction": "lower"}
NAN = float("nan")


def rows_of(judged: Judged, observations: pd.DataFrame, goal: PlannedGoal) -> list[tuple[Any, ...]]:
    """Return of each judged row what it was held against and what came of it."""
    return [(row["period"], row["value"], row["target"], row["status"], row["cause"]) for row in judged(observations, goal)]


# -- change ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "options", "base", "value", "goal", "status"),
    [
        pytest.param(UP, {}, 71.9, 74.5, 74.9, "not_fulfilled", id="case-12-74.5"),
        pytest.param(UP, {}, 71.9, 74.9, 74.9, "fulfilled", id="case-12-74.9"),
        pytest.param(DOWN, LOWER, 30.0, 26.0, 26.0, "fulfilled", id="case-13-26"),
        pytest.param(DOWN, LOWER, 30.0, 26.1, 26.0, "not_fulfilled", id="case-13-26.1"),
        pytest.param(Change(by_percent=5, since=2025), {}, 80.0, 88.0, 88.0, "fulfilled", id="5-percent-of-80-in-two-years"),
        pytest.param(Change(by_percent=5, since=2025, until=2026), {}, 80.0, 84.0, 84.0, "fulfilled", id="until-2026"),
        pytest.param(Change(by_percent=-50, since=2025), LOWER, -4.0, -8.0, -8.0, "fulfilled", id="half-of-4-below-zero"),
    ],
)
def test_a_change_is_added_for_every_year_since_the_base(
    target: Target, options: dict[str, Any], base: float, value: float, goal: float, status: str,
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged,
) -> None:  # fmt: skip
    """The value of 2027 is held against that of 2025 and two years of change; 2025 itself is promised nothing."""
    rows = rows_of(judged, observed(("2025", base), ("2027", value)), planned(target, indicator=indicator(**options)))
    assert rows == [("2027", value, pytest.approx(goal), status, None)]


@pytest.mark.parametrize(
    ("now", "status"),
    [pytest.param(71.0, "not_fulfilled", id="case-14-71.0"), pytest.param(71.01, "fulfilled", id="more-than-before")],
)
def test_what_only_equals_a_strict_target_does_not_fulfil_it(
    now: float, status: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """71.0 after 71.0 is no progress; the target that is shown is the value of the year before."""
    rows = rows_of(judged, observed(("2026", 71.0), ("2027", now)), planned(SAME))
    assert rows[-1] == ("2027", now, 71.0, status, None)


def test_a_strict_target_with_a_tolerance_is_nearly_met_by_what_equals_it(
    planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Within the tolerance it is partly fulfilled."""
    (row,) = judged(observed(("2026", 71.0), ("2027", 71.0)), planned(SAME, tolerance=1, first=date(2027, 1, 1)))
    assert row["status"] == "partly_fulfilled"


def test_quarters_follow_from_the_same_quarter(planned: Goals, observed: Observed, judged: Judged) -> None:
    """The third quarter stands on the third quarter of the base year, whatever the fourth was."""
    observations = observed(("2025K3", 60.0), ("2025K4", 80.0), ("2026K3", 61.0), ("2027K4", 83.0))
    goal = planned(UP, frequency="quarter", first=date(2026, 1, 1))
    assert rows_of(judged, observations, goal) == [
        ("2026K3", 61.0, 61.5, "not_fulfilled", None),
        ("2027K4", 83.0, 83.0, "fulfilled", None),
    ]


@pytest.mark.parametrize(
    ("base", "cause"),
    [
        pytest.param({}, "no_data", id="since before any data"),
        pytest.param({"value": NAN, "cause": "no_cases", "n": 0.0}, "no_cases", id="no cases"),
        pytest.param({"value": NAN, "cause": "confidential"}, "confidential", id="hidden"),
        pytest.param({"value": 70.0, "cause": "implausible"}, "implausible", id="implausible"),
        pytest.param({"value": 70.0, "coverage": 0.5}, "coverage_too_low", id="half measured"),
        pytest.param({"value": NAN, "cause": "source_failed"}, "source_failed", id="source failed"),
    ],
)
def test_a_missing_base_gives_its_cause(
    base: dict[str, Any], cause: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Without it there is no target either; and whatever follows from a hidden base is hidden."""
    rows = [{"period": "2027", "value": 74.5, "n": 200.0, "part": 149.0}]
    rows += [{"period": "2025"} | base] if base else []
    (row,) = judged(observed(*rows), planned(UP))
    assert (row["status"], row["cause"], row["target"], row["margin"]) == ("not_assessable", cause, None, None)
    shown = (None, None, None) if cause == "confidential" else (74.5, 200.0, 149.0)
    assert (row["value"], row["n"], row["part"]) == shown


def test_the_first_cause_that_matches_is_that_of_the_value_or_of_the_base(
    planned: Goals, observed: Observed, judged: Judged
) -> None:
    """No data at all goes before a hidden base."""
    rows = ({"period": "2025", "cause": "confidential"}, {"period": "2027", "cause": "no_data"})
    assert judged(observed(*rows), planned(UP))[0]["cause"] == "no_data"


def test_case_18_a_break_between_makes_the_change_unknown(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """With a break on 1 July 2025 the third quarter is judged by itself, but not against 2024; from 2026 it can be again."""
    broken = indicator(breaks={date(2025, 7, 1): "Nyt system"})
    observations = observed(("2024K3", 60.0), ("2025K2", 60.0), ("2025K3", 70.0), ("2026K3", 71.0))
    previous = planned(Change(by=1, since="previous"), indicator=broken, frequency="quarter", first=date(2025, 1, 1))
    assert rows_of(judged, observations, previous) == [
        ("2025K2", 60.0, None, "not_assessable", "no_data"),
        ("2025K3", 70.0, None, "not_assessable", "method_changed"),
        ("2026K3", 71.0, 71.0, "fulfilled", None),
    ]
    since = planned(Change(by=1, since=2024), indicator=broken, frequency="quarter", first=date(2025, 1, 1))
    assert [row[-1] for row in rows_of(judged, observations, since)] == ["no_data", "method_changed", "method_changed"]


def test_a_provisional_base_makes_the_row_provisional(planned: Goals, observed: Observed, judged: Judged) -> None:
    """What stands on a figure that may still change has no status yet."""
    rows = judged(observed({"period": "2026", "value": 70.0, "provisional": True}, ("2027", 75.0)), planned(SAME))
    assert [(row["period"], row["status"], row["provisional"]) for row in rows][-1] == ("2027", None, True)


def test_a_number_that_is_already_too_large_is_so_against_a_change_as_well(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Twelve complaints until August are more than ten less two, whatever autumn brings."""
    counted = indicator(Count(), direction="lower", measured_in="number")
    observations = observed(("2025", 10.0), {"period": "2026", "value": 12.0, "provisional": True, "coverage": 0.7})
    goal = planned(Change(by=-2, since=2025), indicator=counted)
    assert rows_of(judged, observations, goal) == [("2026", 12.0, 8.0, "not_fulfilled", None)]


def test_a_unit_can_have_a_change_of_its_own(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Its own base, and its own size of change."""
    observations = observed(
        *({"unit": unit, "period": year, "value": value} for unit, year, value in (
            ("751", "2025", 60.0), ("751", "2026", 61.0), ("461", "2025", 70.0), ("461", "2026", 71.0),
        ))
    )  # fmt: skip
    goal = planned(Change(by=1, since=2025), units=("751", "461"), targets=(("461", Change(by=3, since=2025)),))
    assert {(row["unit"], row["target"], row["status"]) for row in judged(observations, goal)} == {
        ("751", 61.0, "fulfilled"),
        ("461", 73.0, "not_fulfilled"),
    }


# -- relative --------------------------------------------------------------------------------------------------------

NATION = Compared(others=((-1, ("000",)),))
GROUP = Compared(others=((-1, ("751", "461", "851")),), is_group=True)
# Of 50, 100 and 60 cases.
CASE_16 = (("751", 37.0, 50.0), ("461", 90.0, 100.0), ("851", 30.0, 60.0))


def others(compared: Compared, *units: str) -> tuple[tuple[str, Compared], ...]:
    """Return whom the units are held against: all of them the same."""
    return tuple((unit, compared) for unit in units or ("751",))


def members(observed: Observed, *counts: tuple[str, float, float], **more: Any) -> pd.DataFrame:
    """Return shares of 2026: unit, hits, cases."""
    return observed(
        *(
            {"unit": unit, "period": "2026", "value": 100 * part / n, "n": n, "part": part} | more.get(f"_{unit}", {})
            for unit, part, n in counts
        )
    )


@pytest.mark.parametrize(
    ("value", "status"),
    [pytest.param(3.6, "fulfilled", id="case-15-3.6"), pytest.param(3.7, "not_fulfilled", id="case-15-3.7")],
)
def test_case_15_a_value_is_held_against_the_nations(
    value: float, status: str, indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """The nation has 3.1 and half a child more is allowed: at most 3.6."""
    observations = observed({"unit": "751", "period": "2026", "value": value}, {"unit": "000", "period": "2026", "value": 3.1})
    goal = planned(Relative("nation", 0.5), indicator=indicator(**LOWER), compared=others(NATION))
    assert rows_of(judged, observations, goal) == [("2026", value, pytest.approx(3.6), status, None)]


@pytest.mark.parametrize(
    ("nation", "cause"),
    [
        pytest.param({}, "no_data", id="case-15-no-row"),
        pytest.param({"period": "2025", "value": 3.1}, "no_data", id="of-another-period"),
        pytest.param({"period": "2026", "cause": "no_cases"}, "no_data", id="nothing-to-be-held-against"),
        pytest.param({"period": "2026", "cause": "confidential"}, "confidential", id="hidden"),
        pytest.param({"period": "2026", "value": 3.1, "coverage": 0.94}, "coverage_too_low", id="94-percent-of-it"),
    ],
)
def test_without_the_nations_value_of_the_same_period_nothing_is_judged(
    nation: dict[str, Any], cause: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Never an older one; that of too few is none."""
    rows = [{"unit": "751", "period": "2026", "value": 3.6}] + ([{"unit": "000"} | nation] if nation else [])
    (row,) = judged(observed(*rows), planned(Relative("nation"), compared=others(NATION)))
    assert (row["status"], row["cause"], row["target"]) == ("not_assessable", cause, None)


def test_case_16_a_group_is_the_others_weighted(planned: Goals, observed: Observed, judged: Judged) -> None:
    """(90 + 30) of 160 is 75.0: unweighted 70.0 would pass, and so would 74.76 with one's own 37 of 50."""
    (row,) = judged(members(observed, *CASE_16), planned(Relative("group"), compared=others(GROUP)))
    assert (row["value"], row["target"], row["status"]) == (74.0, 75.0, "not_fulfilled")


def test_every_member_has_its_own_others(planned: Goals, observed: Observed, judged: Judged) -> None:
    """All three of them judged at once: 67 of 110, 157 of ... each without itself."""
    units = ("751", "461", "851")
    goal = planned(Relative("group"), units=units, compared=others(GROUP, *units))
    found = {row["unit"]: row["target"] for row in judged(members(observed, *CASE_16), goal)}
    assert found == pytest.approx({"751": 100 * 120 / 160, "461": 100 * 67 / 110, "851": 100 * 127 / 150})


@pytest.mark.parametrize(
    ("counts", "hidden", "target"),
    [
        pytest.param((("461", 90.0, 100.0),), (), None, id="one-other"),
        pytest.param((("461", 90.0, 100.0), ("851", 30.0, 60.0)), ("851",), None, id="one-of-two-hidden"),
        pytest.param(tuple((str(code), 50.0, 100.0) for code in range(101, 106)), ("101",), 50.0, id="four-of-five"),
        pytest.param(tuple((str(code), 50.0, 100.0) for code in range(101, 106)), ("101", "102"), None, id="three-of-five"),
    ],
)
def test_a_group_needs_two_others_and_four_fifths_of_them(
    counts: tuple[tuple[str, float, float], ...], hidden: tuple[str, ...], target: float | None,
    planned: Goals, observed: Observed, judged: Judged,
) -> None:  # fmt: skip
    """Members without a value that is shown do not count; with too few there is nothing to be held against."""
    group = Compared(others=((-1, ("751", *(unit for unit, *_ in counts))),), is_group=True)
    none = {f"_{unit}": {"value": NAN, "n": NAN, "part": NAN, "weight": NAN, "cause": "confidential"} for unit in hidden}
    observations = members(observed, ("751", 37.0, 50.0), *counts, **none)
    (row,) = judged(observations, planned(Relative("group"), compared=others(group)))
    assert row["target"] == target
    assert row["cause"] == (None if target is not None else "no_data")


def test_a_group_is_that_of_the_period(planned: Goals, observed: Observed, judged: Judged) -> None:
    """From 2027 it has other members; a unit that is not in it is held against all of them."""
    changing = Compared(others=((-1, ("101", "102")), (2027 * 12, ("103", "104"))), is_group=True)
    observations = observed(
        *({"unit": unit, "period": year, "value": value, "n": 10.0} for year in ("2026", "2027") for unit, value in (
            ("751", 55.0), ("101", 50.0), ("102", 50.0), ("103", 60.0), ("104", 60.0),
        ))
    )  # fmt: skip
    rows = judged(observations, planned(Relative("group"), compared=others(changing)))
    assert [(row["period"], row["target"], row["status"]) for row in rows] == [
        ("2026", 50.0, "fulfilled"),
        ("2027", 60.0, "not_fulfilled"),
    ]


def test_a_unit_in_no_group_and_one_that_is_itself_the_measure(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Nobody to be held against is no data; and to be held against oneself says nothing, so there is no row."""
    nobody = planned(Relative("group"), compared=others(Compared(others=((-1, ()),), is_group=True)))
    observations = members(observed, *CASE_16)
    assert [(row["status"], row["cause"]) for row in judged(observations, nobody)] == [("not_assessable", "no_data")]
    aarhus = Compared(others=((-1, ("751",)),))
    goal = planned(Relative("Aarhus"), units=("751", "461"), compared=others(aarhus, "751", "461"))
    assert [(row["unit"], row["target"]) for row in judged(observations, goal)] == [("461", 74.0)]


@pytest.mark.parametrize(("known", "cause"), [(19, None), (18, "no_data")], ids=["19 of 20", "18 of 20"])
def test_cases_make_a_nation_only_if_the_data_knows_nearly_all_of_it(
    known: int, cause: str | None, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """A municipality's own cases, put together, are no nation, though nothing in them is missing."""
    units = tuple(str(code) for code in range(101, 121))
    nation = Compared(others=((-1, ("000",)),), whole=((-1, units),))
    rows = [{"unit": unit, "period": "2026", "value": 3.0} for unit in ("751", "000")]
    rows += [{"unit": unit, "period": "2025", "value": 1.0} for unit in units[:known]]
    rows += [{"unit": unit, "period": "2026", "cause": "no_cases"} for unit in units]
    (row,) = judged(observed(*rows), planned(Relative("nation"), compared=others(nation), first=date(2026, 1, 1)))
    assert row["cause"] == cause


COUNTS = st.integers(0, 500).flatmap(lambda part: st.tuples(st.just(part), st.integers(max(part, 1), 600)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(COUNTS, min_size=3, max_size=8))
def test_the_others_of_a_group_are_what_a_table_of_counts_gives(
    counts: list[tuple[int, int]], planned: Goals, observed: Observed
) -> None:
    """Held against sums of whole numbers without oneself, for every member at once."""
    units = tuple(str(100 + place) for place in range(len(counts)))
    group = Compared(others=((-1, units),), is_group=True)
    rows = [
        {"unit": unit, "period": "2026", "value": 100 * part / n, "n": float(n), "part": float(part)}
        for unit, (part, n) in zip(units, counts, strict=True)
    ]
    goal = planned(Relative("group"), units=units, compared=others(group, *units))
    found = assess(observed(*rows), [goal]).set_index("unit")["target"]
    for place, unit in enumerate(units):
        rest = [count for other, count in enumerate(counts) if other != place]
        expected = 100 * sum(part for part, _ in rest) / sum(n for _, n in rest)
        assert found[unit] == pytest.approx(expected, rel=1e-12, abs=1e-9)
