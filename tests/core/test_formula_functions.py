"""What a formula gives in a real engine: own functions against plain Python, division, casts, intervals and null logic."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.model.formula import Formula

Evaluate = Callable[..., Any]

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
SECONDS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(lambda each: each.replace(microsecond=0))


@pytest.fixture(scope="module")
def evaluate() -> Iterator[Evaluate]:
    """Give the value of a formula for one row, its columns typed as their values are."""
    connection = duckdb.connect()

    def value(text: str, **row: Any) -> Any:
        columns = ", ".join(f'$c{place} as "{name}"' for place, name in enumerate(row)) or "1 as one"
        values = {f"c{place}": each for place, each in enumerate(row.values())}
        statement = f"select {Formula.of(text).sql(qualify='r')} from (select {columns}) as r"
        return connection.execute(statement, values).fetchall()[0][0]

    yield value
    connection.close()


@given(start=DAYS, end=DAYS)
def test_days_between_is_a_subtraction_of_dates(evaluate: Evaluate, start: date, end: date) -> None:
    """The same day is 0, an earlier end is negative."""
    assert evaluate("days_between(s, e)", s=start, e=end) == (end - start).days


def test_days_between_leaves_out_the_time_of_day(evaluate: Evaluate) -> None:
    """A minute over midnight is a day; a whole day less a minute on one date is none."""
    late, early = datetime(2026, 3, 1, 23, 59), datetime(2026, 3, 2, 0, 0)
    assert evaluate("days_between(s, e)", s=late, e=early) == 1
    assert evaluate("days_between(s, e)", s=early, e=early + timedelta(hours=23)) == 0


@given(start=SECONDS, seconds=st.integers(-(10**8), 10**8))
def test_hours_and_minutes_between_are_exact_to_the_second(evaluate: Evaluate, start: datetime, seconds: int) -> None:
    """Four and a half hours are 4.5, not 4; an earlier end is negative."""
    end = start + timedelta(seconds=seconds)
    assert evaluate("hours_between(s, e)", s=start, e=end) == seconds / 3600
    assert evaluate("minutes_between(s, e)", s=start, e=end) == seconds / 60


def test_hours_between_can_be_compared_and_calculated_with(evaluate: Evaluate) -> None:
    """A limit hit to the second is kept; the function is one operand."""
    start = datetime(2026, 3, 1, 22)
    assert evaluate("hours_between(s, e) <= 4", s=start, e=datetime(2026, 3, 2, 2)) is True
    assert evaluate("hours_between(s, e) <= 4", s=start, e=datetime(2026, 3, 2, 2, 0, 1)) is False
    assert evaluate("hours_between(s, e) <= 4.1", s=start, e=datetime(2026, 3, 2, 2, 6)) is True
    assert evaluate("12 / hours_between(s, e)", s=start, e=datetime(2026, 3, 2, 2)) == 3
    assert evaluate("hours_between(d, e)", d=date(2026, 3, 2), e=datetime(2026, 3, 2, 2)) == 2


def birthdays(birth: date, at: date) -> int:
    """Count birthdays up to and with a day; 29 February is kept on 1 March when it does not exist."""
    count = 0
    for year in range(birth.year + 1, at.year + 1):
        try:
            birthday = birth.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        count += birthday <= at
    return count


@given(birth=DAYS, later=st.integers(0, 40_000))
def test_age_counts_birthdays(evaluate: Evaluate, birth: date, later: int) -> None:
    """Age is the number of birthdays held, also of those born on a leap day."""
    at = birth + timedelta(days=later)
    assert evaluate("age(birth, at)", birth=birth, at=at) == birthdays(birth, at)


@pytest.mark.parametrize(
    ("birth", "at", "years"),
    [("2000-02-29", "2026-02-28", 25), ("2000-02-29", "2026-03-01", 26), ("2000-02-29", "2028-02-29", 28),
     ("1959-11-22", "2026-11-21", 66), ("1959-11-22", "2026-11-22", 67), ("2026-05-01", "2026-04-30", -1)],
)  # fmt: skip
def test_age_around_the_birthday(evaluate: Evaluate, birth: str, at: str, years: int) -> None:
    """The day before, the day itself, leap days, and one not yet born."""
    assert evaluate(f"age(date '{birth}', date '{at}')") == years


@given(day=DAYS)
def test_periods_of_a_date(evaluate: Evaluate, day: date) -> None:
    """The first of the month is a date; a school year begins on 1 August."""
    assert evaluate("first_of_month(d)", d=day) == day.replace(day=1)
    assert evaluate("first_of_month(d)", d=datetime(day.year, day.month, day.day, 23, 59)) == day.replace(day=1)
    assert evaluate("school_year(d)", d=day) == (day.year if day.month >= 8 else day.year - 1)


@given(day=DAYS, length=st.integers(1, 400))
def test_blocks_are_counted_from_a_monday(evaluate: Evaluate, day: date, length: int) -> None:
    """Block 0 begins on Monday 1 January 2001; before it the numbers are negative and no block is longer."""
    assert date(2001, 1, 1).isoweekday() == 1
    assert evaluate(f"block(d, {length})", d=day) == (day - date(2001, 1, 1)).days // length


@given(top=st.decimals(-(10**6), 10**6, places=4), bottom=st.decimals(-(10**4), 10**4, places=4))
def test_division_is_true_division_and_null_by_zero(evaluate: Evaluate, top: Decimal, bottom: Decimal) -> None:
    """Decimals divide as floating point numbers."""
    expected = float(top) / float(bottom) if bottom else None
    assert evaluate("a / b", a=top, b=bottom) == expected


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [("7 / 2", 3.5), ("(1 + 6) / 2", 3.5), ("7 / (4 - 2)", 3.5), ("8 / 2 / 2", 2), ("8 / (2 / 2)", 8), ("1 / 0", None),
     ("1 / 0.00", None), ("1 / (2 - 2)", None), ("-7 / 2", -3.5), ("2 * 3 / 4", 1.5), ("2 * (3 / 4)", 1.5),
     ("10 - 4 - 3", 3), ("10 - (4 - 3)", 9), ("- -3", 3), ("2 - -3", 5), ("-(2 + 3)", -5)],
)  # fmt: skip
def test_calculation_is_the_same_in_two_engines(dialect: str, text: str, expected: float | None) -> None:
    """What engines do differently, 7 / 2 and 1 / 0, is written so that they agree."""
    connection = duckdb.connect() if dialect == "duckdb" else sqlite3.connect(":memory:")
    row = connection.execute(f"select {Formula.of(text).sql(dialect)}").fetchone()
    connection.close()
    assert row == (expected,)


@pytest.mark.parametrize(
    ("dialect", "written"),
    [("duckdb", 'CAST("a" AS DOUBLE) / NULLIF("b", 0)'), ("postgres", 'CAST("a" AS DOUBLE PRECISION) / NULLIF("b", 0)'),
     ("spark", "CAST(`a` AS DOUBLE) / NULLIF(`b`, 0)"), ("tsql", "CAST([a] AS FLOAT) / NULLIF([b], 0)")],
)  # fmt: skip
def test_division_in_every_dialect(dialect: str, written: str) -> None:
    """The cast and the guard are in the text, whatever the engine's own rule is."""
    assert Formula.of("a / b").sql(dialect) == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cast('12' as integer)", 12),
        ("cast(s as integer)", None),
        ("cast(s as date)", None),
        ("cast('2.50' as decimal(5, 2))", Decimal("2.50")),
        ("cast('2.5' as number)", Decimal("2.5000")),
        ("cast(4 as text)", "4"),
        ("cast(1 as boolean)", True),
        ("coalesce(cast(s as integer), -1)", -1),
        ("least(3, null, 2)", 2),
        ("greatest(3, null, 2)", 3),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(2.5)", Decimal(3)),
        ("case s when 'x' then 1 when 'hus' then 2 end", 2),
        ("case when s = 'x' then 1 end", None),
        ("s in ('bil', 'hus') and s not in ('x') and s between 'a' and 'z'", True),
        ("date '2024-01-31' + interval 1 month = date '2024-02-29'", True),
        ("date '2024-03-31' - interval '1 month' = date '2024-02-29'", True),
        ("timestamp '2024-01-01 22:00' + interval 4 hour = timestamp '2024-01-02 02:00:00'", True),
    ],
)
def test_values(evaluate: Evaluate, text: str, expected: object) -> None:
    """A cast that does not fit is null and ends nothing; months end on the month's last day."""
    assert evaluate(text, s="hus") == expected


TRUTHS = st.sampled_from([True, False, None])


@given(a=TRUTHS, b=TRUTHS, n=st.sampled_from([1, 4, None]))
def test_unknown_counts_nowhere(evaluate: Evaluate, a: bool | None, b: bool | None, n: int | None) -> None:
    """Null is neither true nor false: it passes through not, = and in, and yields only to a decided and/or."""
    both = False if a is False or b is False else None if a is None or b is None else True
    either = True if a is True or b is True else None if a is None or b is None else False
    assert evaluate("a and b", a=a, b=b) is both
    assert evaluate("a or b", a=a, b=b) is either
    assert evaluate("not a", a=a) is (None if a is None else not a)
    assert evaluate("n in (1, 2)", n=n) is (None if n is None else n == 1)
    assert evaluate("n not in (1, 2)", n=n) is (None if n is None else n == 4)
    assert evaluate("n not between 1 and 3", n=n) is (None if n is None else n == 4)
    assert evaluate("(n = 4) is null", n=n) is (n is None)
    assert evaluate("case when n <> 4 then 'yes' else 'no' end", n=n) == ("yes" if n == 1 else "no")


@pytest.mark.parametrize(
    "text",
    ["days_between(d, e)", "hours_between(d, e)", "minutes_between(d, e)", "age(d, e)", "age(e, d)", "school_year(d)",
     "first_of_month(d)", "block(d, 14)", "d + interval 1 day", "days_between(d, e) > 3"],
)  # fmt: skip
def test_functions_of_an_unknown_date_are_unknown(text: str) -> None:
    """No own function makes a number out of a missing date."""
    unknown = Formula.of(text).sql(replace={"d": "cast(null as date)", "e": "date '2026-01-01'"})
    connection = duckdb.connect()
    assert connection.execute(f"select {unknown}").fetchone() == (None,)
    connection.close()


def test_working_days_can_be_declared_with() -> None:
    """The formula has an identity, fits two dates, and says that it needs the calendar."""
    formula = Formula.of("working_days_between(a, b) <= 10")
    assert formula.canonical == "working_days_between(a, b) <= 10"
    assert (formula.check({"a": "date", "b": "date"}), formula.needs_calendar) == ([], True)
    assert not Formula.of("days_between(a, b) <= 10").needs_calendar


def test_functions_inside_functions(evaluate: Evaluate) -> None:
    """Own functions, division and casts are written out at every depth."""
    text = "days_between(first_of_month(d), coalesce(e, d)) / block(d, 7) + age(d, d + interval 400 day) * 100"
    day = date(2001, 1, 20)
    assert evaluate(text, d=day, e=None) == 19 / 2 + 100
    assert "days_between" not in Formula.of(text).sql().lower()
