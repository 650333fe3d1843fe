"""Periods: their spellings, their integers, and what lies in what."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.errors import DeclarationError
from klaremal.model.period import FREQUENCIES, MONTHS, Period, finer_or_equal, first_day_of, month_key, start_of

months = st.integers(min_value=1001 * 12, max_value=2998 * 12)
frequencies = st.sampled_from(FREQUENCIES)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("2024", "2024"),
        (2024, "2024"),
        (" år 2024 ", "2024"),
        ("2024K1", "2024K1"),
        ("2024Q1", "2024K1"),
        ("1986KV4", "1986K4"),
        ("1. kvt. 2024", "2024K1"),
        ("1.kvt.2024", "2024K1"),
        ("1. kvartal 2024", "2024K1"),
        ("2024, 1. kvartal", "2024K1"),
        ("K1 2024", "2024K1"),
        ("Q1-2024", "2024K1"),
        ("1st quarter of 2024", "2024K1"),
        ("2024H1", "2024H1"),
        ("2003H02", "2003H2"),
        ("2. halvår 2024", "2024H2"),
        ("2024M03", "2024M03"),
        ("2024M3", "2024M03"),
        ("2024-03", "2024M03"),
        ("03-2024", "2024M03"),
        ("3/2024", "2024M03"),
        ("marts 2024", "2024M03"),
        ("Marts\u00a02024", "2024M03"),
        ("mar. 2024", "2024M03"),
        ("March 2024", "2024M03"),
        ("mars 2024", "2024M03"),
        ("2024 maj", "2024M05"),
        ("mai 2024", "2024M05"),
        ("desember 2024", "2024M12"),
        (date(2024, 3, 1), "2024M03"),
        (datetime(2024, 3, 1), "2024M03"),
        ("2023/2024", "2023/24"),
        ("2023/24", "2023/24"),
        ("1999/2000", "1999/00"),
        ("Skoleåret 2023/24", "2023/24"),
        ("school year 2023-24", "2023/24"),
        ("2026M03R12", "2026M03R12"),
    ],
)
def test_every_usual_spelling_is_read(spelling: str | int | date, code: str) -> None:
    """People, Statistics Denmark and spreadsheets write periods in their own way; there is one code for each."""
    assert Period.parse(spelling).code == code


@pytest.mark.parametrize(
    ("spelling", "what"),
    [
        ("2024U05", "a week"),
        ("2020-W08", "a week"),
        ("2002U31-48", "a week"),
        ("uge 5, 2024", "a week"),
        ("2007M01D01", "a day"),
        ("2024-03-01", "a day"),
        ("31-12-2025", "a day"),
        ("31.12.2025", "a day"),
        (date(2024, 3, 15), "a day"),
        (datetime(2024, 3, 1, 12, 30), "a day"),
        ("2023:2024", "a span of several years"),
        ("1917-1980", "a span of several years"),
        ("2022/23-2024/25", "a span of several years"),
        ("AUG - DEC 2019", "a span of months"),
        ("2023QMAT01", "a year to date"),
        ("202403", "six digits"),
        ("2023-24", "neither a month nor a school year"),
        ("2023/25", "not a school year"),
        ("2023/2023", "not a school year"),
        ("2024M13", "not a period"),
        ("2024K5", "not a period"),
        ("5. kvartal 2024", "not a period"),
        ("9999", "not a period"),
        ("24", "not a period"),
        ("", "not a period"),
        ("I alt", "not a period"),
        (True, "not a period"),
        (2024.0, "not a period"),
    ],
)
def test_what_is_no_period_is_refused_and_named(spelling: str | int | date, what: str) -> None:
    """Weeks, days and spans are never rounded to a period near by; the message says what they are."""
    with pytest.raises(DeclarationError) as caught:
        Period.parse(spelling)
    assert f" is {what}" in str(caught.value)
    assert "2026K3" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "first", "last", "danish", "english", "norwegian"),
    [
        ("2026M03", date(2026, 3, 1), date(2026, 3, 31), "marts 2026", "March 2026", "mars 2026"),
        ("2028M02", date(2028, 2, 1), date(2028, 2, 29), "februar 2028", "February 2028", "februar 2028"),
        ("2026K3", date(2026, 7, 1), date(2026, 9, 30), "3. kvartal 2026", "Q3 2026", "3. kvartal 2026"),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30), "1. halvår 2026", "H1 2026", "1. halvår 2026"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026", "2026"),
        (
            "2025/26",
            date(2025, 8, 1),
            date(2026, 7, 31),
            "skoleåret 2025/26",
            "school year 2025/26",
            "skoleåret 2025/26",
        ),
        (
            "2026M03R12",
            date(2025, 4, 1),
            date(2026, 3, 31),
            "12 måneder til og med marts 2026",
            "12 months to March 2026",
            "12 måneder til og med mars 2026",
        ),
    ],
    ids=["month", "leap month", "quarter", "half-year", "year", "school year", "rolling"],
)
def test_a_period_has_days_and_a_name(code: str, first: date, last: date, danish: str, english: str, norwegian: str) -> None:
    """First and last day belong to the period; the name is in the reader's language."""
    period = Period.parse(code)
    assert (period.first_day, period.last_day) == (first, last)
    assert (period.label("da"), period.label("en"), period.label("nb")) == (danish, english, norwegian)


def test_an_unknown_language_reads_danish() -> None:
    """A label is never missing."""
    assert Period.parse("2026M03").label("fi") == "marts 2026"


@given(frequencies, months)
def test_code_and_label_read_back(frequency: str, month: int) -> None:
    """What is written in a table or on a page can be read again as the same period."""
    period = Period.of(frequency, month)
    assert Period.parse(period.code) == period
    assert [Period.parse(period.label(lang)) for lang in ("da", "en", "nb")] == [period] * 3


@given(st.dates(min_value=date(1700, 1, 1), max_value=date(2200, 1, 1)), st.sampled_from(sorted(set(FREQUENCIES))))
def test_periods_agree_with_pandas(day: date, frequency: str) -> None:
    """pandas, another calendar arithmetic, has the same quarters, years and years that end in July."""
    oracle = {"month": "M", "quarter": "Q-DEC", "year": "Y-DEC", "school_year": "Y-JUL"}
    period = Period.of(frequency, month_key(day))
    if frequency in oracle:
        expected = pd.Period(day, freq=oracle[frequency])
        assert (period.first_day, period.last_day) == (expected.start_time.date(), expected.end_time.date())
    assert period.first_day <= day <= period.last_day
    assert period.last_month - period.first_month + 1 == period.months == MONTHS[frequency]


@given(months)
def test_a_month_reads_back_from_its_first_day(month: int) -> None:
    """The integer of a month and its first day are the same fact."""
    assert month_key(first_day_of(month)) == month
    assert first_day_of(month).day == 1


@settings(max_examples=30)
@given(st.lists(months, max_size=50), st.sampled_from([name for name in FREQUENCIES if name != "rolling12"]))
def test_start_of_is_the_same_on_arrays(keys: list[int], frequency: str) -> None:
    """The roll-up calculates on whole columns; each element is the first month of its period."""
    starts = start_of(np.array(keys, dtype=np.int32), frequency)
    assert starts.dtype == np.int32
    assert starts.tolist() == [Period.of(frequency, key).first_month for key in keys]


def test_rolling_periods_have_no_start_of() -> None:
    """A month lies in twelve rolling periods; asking for one is a mistake in the code that asks."""
    with pytest.raises(DeclarationError, match="rolling12"):
        start_of(24_000, "rolling12")
    with pytest.raises(DeclarationError, match='"weekly"'):
        Period.of("weekly", 24_000)


@pytest.mark.parametrize(
    ("code", "steps", "moved"),
    [
        ("2026M12", 1, "2027M01"),
        ("2026K1", -1, "2025K4"),
        ("2026H2", 1, "2027H1"),
        ("2026", -2, "2024"),
        ("2025/26", 1, "2026/27"),
        ("2026M03R12", 1, "2026M04R12"),
    ],
)
def test_a_shift_moves_along_the_series(code: str, steps: int, moved: str) -> None:
    """A rolling series has a period for each month; the others have one after another."""
    assert Period.parse(code).shift(steps).code == moved


@given(frequencies, months)
def test_a_year_earlier_does_not_overlap(frequency: str, month: int) -> None:
    """The comparison of two years never uses a month twice, and keeps the season."""
    period = Period.of(frequency, month)
    earlier = period.year_earlier()
    assert earlier.last_month < period.first_month
    assert earlier.frequency == frequency
    assert period.first_month - earlier.first_month == 12


@pytest.mark.parametrize(
    ("outer", "inner", "whole"),
    [
        ("2026", "2025K4", False),
        ("2026", "2026K3", True),
        ("2026", "2027M01", False),
        ("2027", "2027M01", True),
        ("2027", "2028K1", False),
        ("2026", "2027", False),
        ("2029", "2027M03", False),
        ("2029", "2028K4", False),
        ("2025/26", "2026/27", False),
        ("2025/26", "2025M08", True),
        ("2025/26", "2026M07", True),
        ("2025/26", "2026M08", False),
        ("2025/26", "2025H2", False),
        ("2026", "2025/26", False),
        ("2026K1", "2026", False),
    ],
)
def test_a_point_of_a_path_holds_the_periods_inside_it(outer: str, inner: str, whole: bool) -> None:
    """A path's point gives its value to the periods that it contains whole, and to no other."""
    assert Period.parse(outer).contains(Period.parse(inner)) is whole


@given(frequencies, frequencies, months)
def test_a_finer_frequency_never_straddles(fine: str, coarse: str, month: int) -> None:
    """Every period of the finer frequency lies whole in the coarse period of each of its months."""
    if finer_or_equal(fine, coarse) and coarse != "rolling12":
        assert Period.of(coarse, month).contains(Period.of(fine, month))


@pytest.mark.parametrize(
    ("fine", "coarse"),
    [
        pytest.param("half_year", "school_year", id="a school year starts in the middle of a half-year"),
        pytest.param("quarter", "school_year", id="and of a quarter"),
        pytest.param("year", "school_year", id="years are not school years"),
        pytest.param("rolling12", "year", id="a yearly path on a rolling goal"),
        pytest.param("year", "month", id="coarse into fine"),
        pytest.param("quarter", "rolling12", id="a rolling period ends in any month"),
        pytest.param("week", "month", id="no such frequency"),
    ],
)
def test_frequencies_that_do_not_divide(fine: str, coarse: str) -> None:
    """What does not divide whole is never summed."""
    assert not finer_or_equal(fine, coarse)


def test_months_divide_everything() -> None:
    """All figures are scanned by month first."""
    assert all(finer_or_equal("month", frequency) and finer_or_equal(frequency, frequency) for frequency in FREQUENCIES)


def test_periods_are_in_the_order_of_time() -> None:
    """Earlier starts come first, and of two that start together the shorter."""
    codes = ["2026", "2026M02", "2025K4", "2026M01", "2025/26"]
    assert [str(period) for period in sorted(map(Period.parse, codes))] == [
        "2025/26",
        "2025K4",
        "2026M01",
        "2026",
        "2026M02",
    ]


@pytest.mark.parametrize(
    ("kind", "start", "months_long", "said"),
    [
        pytest.param("weekly", 24_312, 1, "not a kind of period", id="kind"),
        pytest.param("quarter", 24_313, 3, "no quarter starts in 2026-02", id="start"),
        pytest.param("year", 24_312, 6, "a year has 12 months, not 6", id="length"),
    ],
)
def test_an_impossible_period_cannot_be_made(kind: str, start: int, months_long: int, said: str) -> None:
    """A period that exists is valid."""
    with pytest.raises(DeclarationError, match=said):
        Period(kind, start, months_long)
