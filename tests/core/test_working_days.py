"""The calendar of working days: holidays of a country, days of a workspace's own, and lookups in formulas on a real engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.engine import Engine
from klaremal.errors import KlaremalError
from klaremal.model.formula import Formula
from klaremal.working_days import calendar_of, load

CLOSED = ("06-05", "12-24", "2026-05-15")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine that knows the Danish calendar and three closed days."""
    with Engine.open(threads=1) as engine:
        load(engine, calendar_of("DK", CLOSED))
        yield engine


def between(engine: Engine, start: str, end: str) -> int | None:
    """Return the working days between two days, as a formula counts them over a column called like one of the calendar's."""
    formula = Formula.of("working_days_between(day, number)").sql(engine.dialect)
    rows = f"select {start} as day, {end} as number"
    counted: int | None = engine.query(f"select {formula} from ({rows})", "working days of a test")[0][0]
    return counted


def test_days_off_in_a_danish_year() -> None:
    """The holidays of 2026 on a weekday, and the days that the workspace closes."""
    found = [day for day in calendar_of("DK", CLOSED).days_off if day.year == 2026]
    assert found == [
        date(2026, 1, 1), date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 15),
        date(2026, 5, 25), date(2026, 6, 5), date(2026, 12, 24), date(2026, 12, 25),
    ]  # fmt: skip


def test_great_prayer_day_ended_with_2023() -> None:
    """A holiday that a law abolished is one until then."""
    days_off = calendar_of("DK").days_off
    assert (date(2023, 5, 5) in days_off, date(2024, 4, 26) in days_off) == (True, False)


def test_every_country_has_its_own_calendar_and_hash() -> None:
    """17 May is a holiday in Norway; the hash moves with the days and with nothing else."""
    assert date(2028, 5, 17) in calendar_of("NO").days_off
    assert date(2028, 5, 17) not in calendar_of("DK").days_off
    assert calendar_of("DK").digest == calendar_of("DK", ("2026-05-16", "12-25")).digest  # a Saturday; a holiday anyway
    digests = {calendar_of("DK").digest, calendar_of("DK", CLOSED).digest, calendar_of("NO").digest}
    assert len(digests) == 3
    with pytest.raises(KlaremalError, match='the country "XX" are not known'):
        calendar_of("XX")


def test_days_off_in_norway_and_sweden() -> None:
    """2026: Norway has 1 May (17 May is a Sunday); Sweden has Epiphany, no Maundy Thursday, and the eves that it rests on."""
    found = {land: [day for day in calendar_of(land).days_off if day.year == 2026] for land in ("NO", "SE")}
    assert found == {
        "NO": [
            date(2026, 1, 1), date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14),
            date(2026, 5, 25), date(2026, 12, 25),
        ],
        "SE": [
            date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14),
            date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31),
        ],
    }  # fmt: skip


def test_a_day_of_leap_years_is_closed_in_leap_years() -> None:
    """29 February 2028 is a Tuesday."""
    assert date(2028, 2, 29) in calendar_of("DK", ("02-29",)).days_off


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("date '2026-04-01'", "date '2026-04-15'", 7),
        ("date '2026-04-15'", "date '2026-04-01'", -7),
        ("date '2026-04-01'", "date '2026-04-06'", 0),
        ("date '2026-05-13'", "date '2026-05-18'", 1),
        ("timestamp '2026-03-06 23:59:00'", "timestamp '2026-03-09 00:00:00'", 1),
        ("date '2026-03-07'", "date '2026-03-08'", 0),
        ("cast(null as date)", "date '2026-03-08'", None),
        ("date '2026-03-08'", "date '9999-12-31'", None),
        ("date '1900-01-01'", "date '2026-03-08'", None),
    ],
)
def test_working_days_between(engine: Engine, start: str, end: str, expected: int | None) -> None:
    """Days after the first up to the second; days that the calendar has not are unknown, never a wrong number."""
    assert between(engine, start, end) == expected


DAYS = st.dates(date(1951, 1, 1), date(2099, 12, 31))


@settings(max_examples=20)
@given(start=DAYS, days=st.integers(0, 200))
def test_working_days_are_those_that_a_walk_counts(engine: Engine, start: date, days: int) -> None:
    """Day by day with Python's calendar and the library's own answer for each of them."""
    import holidays

    known = holidays.country_holidays("DK", years=range(start.year, start.year + 2))

    def works(day: date) -> bool:
        closed = (day.month, day.day) in ((6, 5), (12, 24)) or day == date(2026, 5, 15)
        return day.weekday() < 5 and day not in known and not closed

    counted = sum(works(start + timedelta(days=step)) for step in range(1, days + 1))
    end = start + timedelta(days=days)
    assert between(engine, f"date '{start}'", f"date '{end}'") == counted
