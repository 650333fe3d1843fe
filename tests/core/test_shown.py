"""Numbers for people: the language's marks, the unit, and enough decimals to see the status."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.judge import FULFILLED, NOT_FULFILLED, PARTLY, at_least, at_most, statuses
from klaremal.model.measured_in import UNITS_OF_MEASUREMENT
from klaremal.reason.shown import count_text, number_text, shown, target_text, with_unit

INF = float("inf")


@pytest.mark.parametrize(
    ("value", "decimals", "lang", "text"),
    [
        pytest.param(94.96, 1, "da", "95,0", id="da-rounded"),
        pytest.param(1234567.891, 2, "da", "1.234.567,89", id="da-thousands"),
        pytest.param(1234567.891, 2, "en", "1,234,567.89", id="en-thousands"),
        pytest.param(1234567.891, 2, "nb", "1\u00a0234\u00a0567,89", id="nb-thousands"),
        pytest.param(4.25, 1, "da", "4,3", id="half-is-rounded-up"),
        pytest.param(2.675, 2, "da", "2,68", id="half-as-people-write-it-not-as-the-float-is"),
        pytest.param(-4.25, 1, "da", "-4,3", id="half-below-nought"),
        pytest.param(12.5, 0, "da", "13", id="half-of-a-whole"),
        pytest.param(1e300, 0, "en", f"{10**300:,}", id="a-very-large-number"),
        pytest.param(-0.04, 1, "da", "0,0", id="no-minus-nought"),
        pytest.param(-2.5, 1, "nb", "-2,5", id="minus"),
        pytest.param(12.0, 0, "en", "12", id="whole"),
        pytest.param(2.5, 1, "sv", "2,5", id="a-language-not-known-reads-as-danish"),
    ],
)
def test_numbers_carry_the_marks_of_the_language(value: float, decimals: int, lang: str, text: str) -> None:
    """A decimal comma in Danish and Norwegian; thousands by point, comma and space."""
    assert number_text(value, decimals, lang) == text


@pytest.mark.parametrize(
    ("value", "against", "decimals", "text"),
    [
        pytest.param(94.96, [(95, INF)], 1, "94.96", id="just-below"),
        pytest.param(94.996, [(95, INF)], 1, "94.996", id="still-nearer"),
        pytest.param(94.9, [(95, INF)], 1, "94.9", id="plainly-below"),
        pytest.param(94.9, [(95, INF)], 0, "94.9", id="whole-numbers-too"),
        pytest.param(95.04, [(95, INF)], 1, "95.0", id="just-above-is-fulfilled-anyway"),
        pytest.param(3.04, [(-INF, 3.0)], 1, "3.04", id="just-above-a-ceiling"),
        pytest.param(92.996, [(95, INF), (93, INF)], 1, "92.996", id="just-outside-the-tolerance"),
        pytest.param(105.01, [(95, 105)], 1, "105.01", id="just-above-a-band"),
        pytest.param(28.999999999999996, [(29, INF)], 1, "29.0", id="a-float-at-the-target"),
        pytest.param(62.68, [(62 + 2 / 3, INF)], 1, "62.7", id="above-a-point-on-a-line"),
        pytest.param(62.66, [(62 + 2 / 3, INF)], 1, "62.66", id="below-a-point-on-a-line"),
        pytest.param(3.046, [(-INF, 3.05)], 1, "3.05", id="as-many-decimals-as-the-bound"),
        pytest.param(3.0, [(-INF, 3.05)], 1, "3.00", id="as-many-decimals-although-there-are-none"),
        pytest.param(3.051, [(-INF, 3.05)], 1, "3.051", id="just-above-such-a-bound"),
        pytest.param(3.0, [(-INF, 3.5)], 0, "3", id="what-is-counted-stays-whole"),
        pytest.param(50.0, [], 1, "50.0", id="nothing-promised"),
    ],
)
def test_a_value_has_as_many_decimals_as_its_side_needs(
    value: float, against: list[tuple[float, float]], decimals: int, text: str
) -> None:
    """What is not fulfilled never looks as if it were."""
    assert shown(value, against, decimals, "en") == text


def parsed(text: str, lang: str) -> float:
    """Read a number back as a reader of the language does."""
    marks = {"da": (".", ","), "en": (",", "."), "nb": ("\u00a0", ",")}[lang]
    return float(text.replace(marks[0], "").replace(marks[1], "."))


def within(value: float, low: float, high: float) -> bool:
    """Say whether a value lies within a band whose ends may be open."""
    return (low == -INF or bool(at_least(value, low))) and (high == INF or bool(at_most(value, high)))


NUMBERS = st.one_of(
    st.integers(-2_000_000, 2_000_000).map(lambda number: number / 1000),
    st.floats(-1e6, 1e6),
)


@given(
    bound=st.integers(-100_000, 100_000).map(lambda number: number / 100),
    away=st.one_of(st.floats(-1, 1), st.sampled_from([0.0, 1e-12, -1e-12, 1e-6, -1e-6, 0.04, -0.04])),
    width=st.sampled_from([0.0, 0.1, 10.0, INF]),
    tolerance=st.sampled_from([0.0, 0.05, 2.0]),
    upwards=st.booleans(),
    decimals=st.integers(0, 3),
    lang=st.sampled_from(["da", "en", "nb"]),
)
def test_the_shown_value_read_back_is_on_the_side_that_the_status_says(
    bound: float, away: float, width: float, tolerance: float, upwards: bool, decimals: int, lang: str
) -> None:
    """For floors, ceilings and bands with and without a tolerance, near the bound and far from it."""
    low, high = (bound, bound + width) if upwards else (bound - width, bound)
    value = bound + away
    wide = (low - tolerance, high + tolerance)
    seen = parsed(shown(value, [(low, high), wide], decimals, lang), lang)
    (status,) = statuses(*(np.array([number]) for number in (value, low, high, tolerance))).tolist()
    near = tolerance > 0 and within(seen, *wide)
    assert status == (FULFILLED if within(seen, low, high) else PARTLY if near else NOT_FULFILLED)


@given(value=NUMBERS, decimals=st.integers(0, 4), lang=st.sampled_from(["da", "en", "nb"]))
def test_every_number_can_be_read_back(value: float, decimals: int, lang: str) -> None:
    """To the last decimal that is written."""
    seen = parsed(number_text(value, decimals, lang), lang)
    assert abs(seen - value) <= 0.5 * 10**-decimals + 1e-9


@pytest.mark.parametrize(
    ("bound", "places", "text"),
    [
        pytest.param(95, 2, "95.0", id="whole"),
        pytest.param(62.25, 1, "62.25", id="promised-in-full"),
        pytest.param(62 + 2 / 3, 2, "62.67", id="a-point-on-a-line"),
    ],
)
def test_a_promise_is_quoted_in_full(bound: float, places: int, text: str) -> None:
    """Rounding what was promised would promise something else; only a number without end is rounded."""
    assert target_text(bound, 1, places, "en") == text


@pytest.mark.parametrize(
    ("number", "unit", "lang", "text"),
    [
        pytest.param("94,96", "percent", "da", "94,96 %", id="da-percent"),
        pytest.param("94.96", "percent", "en", "94.96%", id="en-percent"),
        pytest.param("1", "days", "da", "1 dag", id="da-one-day"),
        pytest.param("1,5", "days", "da", "1,5 dage", id="da-days"),
        pytest.param("3", "working_days", "nb", "3 arbeidsdager", id="nb-working-days"),
        pytest.param("2.9", "children_per_adult", "en", "2.9 children per adult", id="en-children"),
        pytest.param("12", "stolper", "da", "12 stolper", id="an-own-unit"),
        pytest.param("12", "lamp_posts", "en", "12 lamp posts", id="an-own-unit-of-two-words"),
        pytest.param("12", "number", "da", "12", id="a-number"),
    ],
)
def test_a_value_has_its_unit_behind_it(number: str, unit: str, lang: str, text: str) -> None:
    """Singular for exactly 1; a unit that core does not know is written as it is."""
    assert with_unit(number, unit, lang) == text


@pytest.mark.parametrize("lang", ["da", "en", "nb"])
def test_every_unit_of_measurement_has_words(lang: str) -> None:
    """None of core's own units is shown as its identifier."""
    words = [with_unit("2", unit, lang) for unit in UNITS_OF_MEASUREMENT if unit not in ("number", "km")]
    assert [text for text in words if "_" in text or text == "2"] == []
    assert with_unit("2", "number", lang, "klager") == "2 klager"


def test_counts_are_whole_unless_weighted() -> None:
    """1,250 cases; 12.5 full-time pupils."""
    assert (count_text(1250, "da"), count_text(12.5, "da")) == ("1.250", "12,5")
