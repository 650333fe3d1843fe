"""Targets of numbers: the band that each promises for a period, paths with their numbers, and what each refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal import Period
from klaremal.errors import DeclarationError
from klaremal.model.target import number
from klaremal.model.target_keys import TARGET_KEYS, target_of
from klaremal.targets import AtLeast, AtMost, Between, Path, Target

INF = math.inf
YEAR = Period.parse(2026)
NUMBERS = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("target", "band"),
    [
        pytest.param(AtLeast(92.5), (92.5, INF), id="at least"),
        pytest.param(AtMost(3), (-INF, 3.0), id="at most"),
        pytest.param(Between(95, 105), (95.0, 105.0), id="between"),
        pytest.param(Between(0, 0), (0.0, 0.0), id="exactly"),
    ],
)
def test_a_target_is_a_band_in_every_period(target: Target, band: tuple[float, float]) -> None:
    """Both ends belong to the band, an open end is infinite, and the direction does not matter."""
    assert {target.band(YEAR, direction) for direction in ("higher", "lower", "neutral")} == {band}
    assert target.band(Period.parse("2019M03"), "higher") == band


@pytest.mark.parametrize(
    ("target", "fits"),
    [
        pytest.param(AtLeast(1), {"higher", "neutral"}, id="at least"),
        pytest.param(AtMost(1), {"lower", "neutral"}, id="at most"),
        pytest.param(Between(1, 2), {"higher", "lower", "neutral"}, id="between"),
        pytest.param(Path({2026: 1}), {"higher", "lower"}, id="path"),
    ],
)
def test_a_target_says_which_directions_it_does_not_contradict(target: Target, fits: set[str]) -> None:
    """At least is against an indicator where lower is better; a path must know which end is open."""
    assert set(target.directions) == fits


# -- paths: cases 7 to 10 of the semantics ---------------------------------------------------------------------------

STEPS = Path({2026: 60, 2027: 64}, shape="steps")
LINEAR = Path({2026: 60, 2029: 66})
SCHOOL = Path({"2025/26": 90, "2027/28": 95})


@pytest.mark.parametrize(
    ("path", "period", "value"),
    [
        pytest.param(STEPS, "2025K4", None, id="7 before the first point nothing is promised"),
        pytest.param(STEPS, "2026K3", 60, id="7 a quarter has its year's value"),
        pytest.param(STEPS, "2027M01", 64, id="7 so has a month"),
        pytest.param(STEPS, "2028K1", 64, id="7 the last point holds on"),
        pytest.param(LINEAR, "2026", 60, id="8 a point"),
        pytest.param(LINEAR, "2027", 62, id="8 a year between two points"),
        pytest.param(LINEAR, "2027M03", 62, id="8 a month has its year's value"),
        pytest.param(LINEAR, "2028K4", 64, id="8 the next year"),
        pytest.param(LINEAR, "2029", 66, id="8 the last point"),
        pytest.param(LINEAR, "2031M12", 66, id="8 after the last point"),
        pytest.param(LINEAR, "2025", None, id="8 before the first point"),
        pytest.param(SCHOOL, "2026/27", 92.5, id="9 a school year between two points"),
        pytest.param(SCHOOL, "2025/26", 90, id="9 a point"),
        pytest.param(SCHOOL, "2026M09", 92.5, id="9 September lies in the school year that began"),
        pytest.param(SCHOOL, "2026M07", 90, id="9 July lies in the one that ends"),
        pytest.param(Path({"2026K1": 10, "2026K3": 20}), "2026K2", 15, id="quarters"),
        pytest.param(Path({"2026K1": 10, "2026K3": 20}, shape="steps"), "2026M06", 10, id="steps of quarters"),
        pytest.param(Path({2027: 64, 2026: 60}, shape="steps"), "2026", 60, id="in any order"),
    ],
)
def test_a_path_has_a_value_for_every_period_from_its_first_point_on(path: Path, period: str, value: float | None) -> None:
    """A sub-period takes its point's value; a line fills only the points that are missing."""
    assert path.value(Period.parse(period)) == value


@pytest.mark.parametrize(
    ("path", "frequency", "message"),
    [
        pytest.param(LINEAR, "rolling12", "cannot contain rolling windows", id="10 a yearly path and rolling windows"),
        pytest.param(LINEAR, "school_year", "2026 does not contain whole periods of school_year", id="school years in years"),
        pytest.param(SCHOOL, "year", "2025/26 does not contain whole periods of year", id="years in school years"),
        pytest.param(SCHOOL, "quarter", "whole periods of quarter", id="a quarter crosses the start of a school year"),
        pytest.param(Path({"2026K1": 1}), "year", "2026K1 does not contain whole periods of year", id="points too fine"),
        pytest.param(LINEAR, "month", "", id="months of years"),
        pytest.param(LINEAR, "quarter", "", id="quarters of years"),
        pytest.param(LINEAR, "half_year", "", id="half-years of years"),
        pytest.param(LINEAR, "year", "", id="years"),
        pytest.param(SCHOOL, "month", "", id="months of school years"),
        pytest.param(SCHOOL, "school_year", "", id="school years"),
    ],
)
def test_a_path_judges_only_periods_that_its_points_contain_whole(path: Path, frequency: str, message: str) -> None:
    """Everything else is a mistake in the workspace, with what is wrong and what to do."""
    faults = path.faults(frequency)
    assert len(faults) == bool(message)
    assert all(message in fault and "; use " in fault for fault in faults)


def test_a_path_is_a_floor_or_a_ceiling_by_direction() -> None:
    """Where higher is better its values are lowest ones, else highest ones; before its first point there is no band."""
    assert LINEAR.band(Period.parse(2027), "higher") == (62.0, INF)
    assert LINEAR.band(Period.parse(2027), "lower") == (-INF, 62.0)
    assert LINEAR.band(Period.parse(2025), "lower") is None


POINTS = st.dictionaries(st.integers(2000, 2060), NUMBERS, min_size=1, max_size=6)


@given(POINTS, st.sampled_from(["linear", "steps"]), st.integers(1995, 2065), st.integers(0, 11))
def test_a_path_stays_between_its_neighbours(points: dict[int, float], shape: str, year: int, month: int) -> None:
    """Before the first point None, at and after the last its value, at a point that value, between two of them no more."""
    path = Path(points, shape=shape)
    value = path.value(Period.of("month", year * 12 + month))
    before = [points[at] for at in sorted(points) if at <= year]
    after = [points[at] for at in sorted(points) if at > year]
    if not before:
        assert value is None
    elif year in points or not after or shape == "steps":
        assert value == before[-1]
    else:
        slack = 1e-9 * max(1.0, abs(before[-1]), abs(after[0]))
        assert value is not None
        assert min(before[-1], after[0]) - slack <= value <= max(before[-1], after[0]) + slack


@given(POINTS, st.integers(0, 20))
def test_the_last_point_holds_for_ever(points: dict[int, float], later: int) -> None:
    """Nothing is promised beyond the last point but the last point."""
    last = max(points)
    assert Path(points).value(Period.parse(last + later)) == points[last]


@given(st.integers(2000, 2020), st.integers(1, 30), NUMBERS, NUMBERS)
def test_a_line_goes_straight(start: int, years: int, low: float, high: float) -> None:
    """Every year takes the same step from one point to the next."""
    path = Path({start: low, start + years: high})
    for each in range(years + 1):
        expected = low + (high - low) * each / years
        assert path.value(Period.parse(start + each)) == pytest.approx(expected, abs=1e-6)


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        pytest.param(lambda: AtLeast("92,5"), ["at_least", "'92,5'", "without quotes and with a point: 92.5"], id="comma"),
        pytest.param(lambda: AtMost("95 %"), ["at_most", "'95 %'", "with a point: 95"], id="percent sign"),
        pytest.param(lambda: AtLeast("høj"), ["at_least", "'høj' is not a number", "as 92.5"], id="a word"),
        pytest.param(lambda: AtLeast(True), ["at_least", "True is not a number"], id="true"),
        pytest.param(lambda: AtLeast(None), ["at_least", "None is not a number"], id="nothing"),
        pytest.param(lambda: AtMost(math.nan), ["at_most", "nan is not a finite number"], id="NaN"),
        pytest.param(lambda: AtMost(INF), ["at_most", "inf is not a finite number"], id="infinity"),
        pytest.param(lambda: Between(105, 95), ["between", "(105) is larger than the second (95)", "swap"], id="empty range"),
        pytest.param(lambda: Between("95", 105), ["between", "'95'"], id="text in a range"),
        pytest.param(lambda: Path({}), ["path", "at least one point"], id="no point"),
        pytest.param(lambda: Path("maal.csv"), ["path", "not a table", "2029 = 66"], id="text for points"),
        pytest.param(lambda: Path({2026: "60"}), ["path 2026", "'60' is not a number"], id="text for a value"),
        pytest.param(lambda: Path({2026: 1}, shape="curve"), ["path: shape", '"curve"', "linear or steps"], id="shape"),
        pytest.param(lambda: Path({2026: 1, "2026K1": 2}), ["path", "different kinds", "throughout"], id="mixed points"),
        pytest.param(lambda: Path({"2025/26": 1, 2026: 2}), ["path", "different kinds"], id="years and school years"),
        pytest.param(lambda: Path({2026: 1, "2026": 2}), ["path", "2026 is given twice", "keep one"], id="the same twice"),
        pytest.param(lambda: Path({"2026M03R12": 1}), ["path", "2026M03R12 is a rolling window", "use years"], id="rolling"),
        pytest.param(lambda: Path({"2026U05": 1}), ["2026U05", "week", "2026M03"], id="a week"),
    ],
)
def test_a_target_that_promises_nothing_is_refused(make: Any, parts: list[str]) -> None:
    """The message names the key, what was given and what to write instead."""
    with pytest.raises(DeclarationError) as caught:
        make()
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "target"),
    [
        pytest.param("at_least", 92.5, AtLeast(92.5), id="at_least"),
        pytest.param("at_most", 3, AtMost(3), id="at_most"),
        pytest.param("between", [95, 105], Between(95, 105), id="between"),
        pytest.param("path", {"2026": 60, "2029": 66}, Path({2026: 60, 2029: 66}), id="path"),
        pytest.param("path", {"2026": 60, "shape": "steps"}, Path({2026: 60}, shape="steps"), id="path with its shape"),
    ],
)
def test_a_key_of_a_goal_file_is_a_target(key: str, value: Any, target: Target) -> None:
    """What an analyst writes and what a plugin declares are one value."""
    assert target_of(key, value) == target
    assert hash(target_of(key, value)) == hash(target)


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        pytest.param("between", 95, ["between", "95 is not two numbers", "[95, 105]"], id="one number"),
        pytest.param("between", [1, 2, 3], ["between", "not two numbers"], id="three numbers"),
        pytest.param("path", 60, ["path", "60 is not a table", "{ 2026 = 60, 2029 = 66 }"], id="a number for a path"),
        pytest.param("atleast", 60, ['"atleast" is no target', ", ".join(TARGET_KEYS)], id="no such key"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_with_an_example(key: str, value: Any, parts: list[str]) -> None:
    """The message shows how the value is written."""
    with pytest.raises(DeclarationError) as caught:
        target_of(key, value)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_a_unit_can_have_a_value_of_its_own() -> None:
    """The kind of target stays, the value is the unit's; a path has no single value to replace."""
    assert AtLeast(90).with_value(85) == AtLeast(85)
    assert AtMost(3).with_value(3.2) == AtMost(3.2)
    assert Between(95, 105).with_value([90, 110]) == Between(90, 110)
    with pytest.raises(DeclarationError, match=r"targets: a between needs two numbers per unit, as \[95, 105\]"):
        Between(95, 105).with_value(90)
    with pytest.raises(DeclarationError, match="cannot replace a Path; give the unit a goal of its own"):
        LINEAR.with_value(60)


def test_targets_are_values() -> None:
    """The same promise is one value, a whole float and the integer are the same, and kinds differ."""
    assert len({AtLeast(3), AtLeast(3.0), AtMost(3), Between(3, 3), Path({2026: 3}), Path({"2026": 3.0})}) == 4
    assert Path({2027: 2, 2026: 1}) == Path({2026: 1, 2027: 2})
    assert Path({2026: 1}) != Path({2026: 1}, shape="steps")


@given(st.one_of(st.integers(-(10**9), 10**9), NUMBERS))
def test_a_number_is_kept_as_it_is(value: float) -> None:
    """Every finite number is accepted without change."""
    assert number(value, "tolerance") == value
