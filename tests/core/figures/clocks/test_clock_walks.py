"""Legal clocks on a real engine, for any cases: held against a walk from day to day, or from minute to minute, in Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.measures import OnTime, Pauses

CLOCKS = ("due", "day", "promised", "counted", "kept", "overdue", "age", "paused")
UNTIL = date(2026, 5, 10)
FIRST = date(2026, 3, 20)
HOLIDAYS = ((4, 2), (4, 3), (4, 6), (5, 14), (5, 25), (6, 5))
ONE = timedelta(days=1)


@frozen
class Case:
    """One generated case: days, and pauses as pairs of which the second may be missing."""

    opened: date
    ended: date | None
    left_on: date | None
    allowed: int
    stops: tuple[tuple[date, date | None], ...]


DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days))
STOP = st.tuples(DAYS, st.one_of(st.none(), DAYS, DAYS, DAYS))
CASE = st.builds(
    Case, DAYS, st.none() | DAYS, st.none() | st.none() | DAYS, st.integers(0, 20), st.lists(STOP, max_size=4).map(tuple)
)
# One statement looks at as many cases as there are: few examples of many cases each.
SEVERAL = st.lists(CASE, min_size=16, max_size=40)


def is_working(day: date) -> bool:
    """Say whether people work on a day of these months in Denmark, where 5 June is closed as well."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def walked(case: Case, kind: str) -> date | None:
    """Return the deadline by going from day to day and counting those that count; None when it never comes."""
    day, left = case.opened, case.allowed
    if kind == "months":
        month = case.opened.month - 1 + case.allowed
        year, month = case.opened.year + month // 12, month % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - ONE).day
        left = (date(year, month, min(case.opened.day, last)) - case.opened).days
    while left:
        day += ONE
        if any(end is None and start <= day for start, end in case.stops):
            return None
        if any(start <= day < end for start, end in case.stops if end is not None):
            continue
        left -= 1 if kind != "working days" or is_working(day) else 0
    return day


def rolled(day: date | None) -> date | None:
    """Return the first working day on or after a day."""
    while day is not None and not is_working(day):
        day += ONE
    return day


def judged(case: Case, deadline: date | None, counted_when: str) -> dict[str, Any] | None:
    """Return what is to be said of a case on UNTIL; None where it belongs to no period yet."""
    is_due = deadline is not None and deadline <= UNTIL
    out = case.left_on is not None and (deadline is None or case.left_on <= deadline)
    is_open = (case.ended is None or case.ended > UNTIL) and (case.left_on is None or case.left_on > UNTIL)
    unknown = deadline is None and case.ended is not None
    if counted_when == "due":
        counted, promised = is_due and not out, not out and (is_due or unknown)
        day = deadline if is_due else case.opened
    elif counted_when == "opened":
        counted, promised = is_due and not out, not out and (deadline is not None or unknown)
        day = case.opened
    else:
        promised = case.ended is not None and not out
        counted, day = promised and deadline is not None, case.ended or (deadline if is_due else case.opened)
    waits = deadline is not None and not is_due
    stopped = any(start <= UNTIL < (end or date.max) for start, end in case.stops)
    paused = stopped and is_open and case.opened < UNTIL and not is_due
    if waits and not paused and (counted_when == "due" or (counted_when == "decided" and case.ended is None)):
        return None
    kept = counted and case.ended is not None and deadline is not None and case.ended <= deadline
    overdue = is_open and is_due
    age = (UNTIL - case.opened).days if overdue else None
    return dict(zip(CLOCKS, (deadline, day, promised, counted, kept, overdue, age, paused), strict=True))


def compared(clocks: Any, cases: Sequence[Case], measure: OnTime, deadlines: Iterator[date | None]) -> None:
    """Compare what the engine says of cases with the same worked out in Python."""
    rows = [
        {"case_id": number, "opened": each.opened, "ended": each.ended, "left_on": each.left_on, "allowed": each.allowed}
        for number, each in enumerate(cases)
    ]
    stops = [
        {"case_id": number, "paused_from": start, "paused_to": end}
        for number, each in enumerate(cases)
        for start, end in each.stops
    ]
    found = clocks.run(measure, rows, UNTIL, stops)
    expected = {
        number: judged(each, deadline, measure.counted_when)
        for number, (each, deadline) in enumerate(zip(cases, deadlines, strict=True))
    }
    assert found == {number: each for number, each in expected.items() if each is not None}


@pytest.mark.parametrize("counted_when", ["due", "decided", "opened"])
@pytest.mark.parametrize("kind", ["days", "working days"])
@settings(max_examples=3)
@given(cases=SEVERAL)
def test_any_cases_are_as_a_walk_from_day_to_day_says(clocks: Any, kind: str, counted_when: str, cases: list[Case]) -> None:
    """Pauses that overlap, touch, begin before the start or never end; deadlines before and after the last day covered."""
    measure = OnTime(
        "opened", "ended", within=f"allowed {kind}", withdrawn="left_on", pauses=clocks.in_days, counted_when=counted_when
    )
    compared(clocks, cases, measure, (walked(case, kind) for case in cases))


@settings(max_examples=6)
@given(cases=SEVERAL, months=st.integers(1, 3), roll=st.booleans())
def test_months_with_pauses_end_as_a_walk_says(clocks: Any, cases: list[Case], months: int, roll: bool) -> None:
    """Months are days once they are laid out: a pause puts their end off by its days; then it may roll."""
    measure = OnTime(
        "opened",
        "ended",
        within=f"{months} months",
        withdrawn="left_on",
        pauses=clocks.in_days,
        roll="following" if roll else None,
    )
    found = (walked(evolve(case, allowed=months), "months") for case in cases)
    compared(clocks, cases, measure, (rolled(day) if roll else day for day in found))


@pytest.mark.parametrize("kind", ["days", "working days"])
@settings(max_examples=2)
@given(cases=SEVERAL)
def test_one_pause_in_the_row_itself_is_as_one_of_a_dataset(clocks: Any, kind: str, cases: list[Case]) -> None:
    """The same pause told in two columns of the case gives the same clock."""
    pauses = [each.stops[0] if each.stops else (None, None) for each in cases]
    rows = [
        {
            "case_id": number,
            "opened": each.opened,
            "ended": each.ended,
            "allowed": each.allowed,
            "own_from": start,
            "own_to": end,
        }
        for number, (each, (start, end)) in enumerate(zip(cases, pauses, strict=True))
    ]
    stops = [{"case_id": number, "paused_from": start, "paused_to": end} for number, (start, end) in enumerate(pauses)]
    measure = OnTime("opened", "ended", within=f"allowed {kind}", pauses=clocks.in_days, counted_when="opened")
    own = evolve(measure, pauses=Pauses(start="own_from", end="own_to"))
    assert clocks.run(own, rows, UNTIL) == clocks.run(measure, rows, UNTIL, stops)


MINUTES = st.integers(0, 400).map(lambda minutes: datetime(2026, 5, 10, 20) + timedelta(minutes=minutes))


@settings(max_examples=3)
@given(
    cases=st.lists(
        st.tuples(MINUTES, st.integers(1, 3), st.lists(st.tuples(MINUTES, MINUTES), max_size=4)), min_size=10, max_size=30
    )
)
def test_hours_with_pauses_end_as_a_walk_from_minute_to_minute_says(clocks: Any, cases: list[Any]) -> None:
    """The clock stands still from the minute of a pause's start to that of its end."""
    minute = timedelta(minutes=1)

    def walk(at: datetime, hours: int, stops: list[tuple[datetime, datetime]]) -> datetime:
        left = 60 * hours
        while left:
            left -= not any(start <= at < end for start, end in stops)
            at += minute
        return at

    measure = OnTime(
        "opened_at", "ended_at", within="allowed hours", counted_when="opened",
        pauses=Pauses(dataset=clocks.stops, start="from_at", end="to_at"),
    )  # fmt: skip
    rows = [{"case_id": number, "opened_at": at, "allowed": hours} for number, (at, hours, _) in enumerate(cases)]
    stops = [{"case_id": number, "from_at": start, "to_at": end} for number, each in enumerate(cases) for start, end in each[2]]
    found = clocks.run(measure, rows, UNTIL, stops)
    assert {number: each["due"] for number, each in found.items()} == {number: walk(*each) for number, each in enumerate(cases)}
