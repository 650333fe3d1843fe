"""Legal clocks on a real engine: the cases of the written rules, and any cases against a walk from day to day in Python."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.compile.clock import clocked_sql
from klaremal.measures import OnTime, Pauses
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.on_time import Clock
from klaremal.working_days import calendar_of, load

BOSTON = Path(__file__).resolve().parents[2] / "data" / "us-boston311-sla" / "requests_2013_2014.csv.gz"
CASES = Dataset(
    id="roads.clocks",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("office", "string"),
        Column("case_id", "integer"),
        Column("opened", "date"),
        Column("ended", "date"),
        Column("left_on", "date"),
        Column("deadline", "date"),
        Column("allowed", "number", decimals=2),
        Column("kind", "string", enum=("fast", "slow")),
        Column("opened_at", "datetime"),
        Column("ended_at", "datetime"),
        Column("deadline_at", "datetime"),
        Column("own_from", "date"),
        Column("own_to", "date"),
        Column("own_from_at", "datetime"),
        Column("own_to_at", "datetime"),
    ),
    key=("office", "case_id"),
    dated_by="opened",
)
STOPS = Dataset(
    id="roads.stops",
    title="Pauser",
    grain="én række pr. pause",
    columns=(
        Column("office", "string"),
        Column("case_id", "integer"),
        Column("paused_from", "date"),
        Column("paused_to", "date"),
        Column("from_at", "datetime"),
        Column("to_at", "datetime"),
    ),
    dated_by="paused_from",
)
IN_DAYS = Pauses(dataset=STOPS, start="paused_from", end="paused_to")
CLOCKS = ("due", "day", "promised", "counted", "kept", "overdue", "age", "paused")


@pytest.fixture(scope="module", autouse=True)
def _calendar(desk: Any) -> None:
    """Danish working days, with 5 June closed as well, as the clocks of this file look them up."""
    load(desk.engine, calendar_of("DK", ("06-05",)))


def run(
    desk: Any, measure: OnTime, rows: Sequence[Mapping[str, Any]], until: date, stops: Sequence[Mapping[str, Any]] = ()
) -> dict[Any, Any]:
    """Return what the clock says of each case by its number: the columns of CLOCKS, days as dates."""
    clock = Clock(
        measure=measure,
        dataset=CASES,
        within=measure.filled(None),
        pauses=STOPS if measure.pauses and measure.pauses.dataset else None,
    )
    assert list(clock.faults()) == []
    cases = desk.rows(CASES, [{"office": "A", **row} for row in rows])
    pauses = desk.rows(STOPS, [{"office": "A", **stop} for stop in stops])
    sql = clocked_sql(clock, cases.relation, until, "duckdb", pauses=pauses.relation)
    columns = "__due, __dated, __promised, __counted, __kept, __overdue, __age, __paused"
    found = desk.engine.query(f"select case_id, {columns} from ({sql})", "clocks")
    return {number: dict(zip(CLOCKS, values, strict=True)) for number, *values in found}


def due(desk: Any, measure: OnTime, *stops: tuple[date, date | None], **row: Any) -> Any:
    """Return the deadline of one case."""
    given = [{"case_id": 1, "paused_from": start, "paused_to": end} for start, end in stops]
    # By opening, so that cases not yet due are there as well.
    return run(desk, evolve(measure, counted_when="opened"), [{"case_id": 1, **row}], UNTIL, given)[1]["due"]


# -- the cases of the written rules ----------------------------------------------------------------------------------

MARCH = [
    {"case_id": 1, "opened": date(2026, 3, 1), "ended": date(2026, 3, 11)},
    {"case_id": 2, "opened": date(2026, 3, 1), "ended": date(2026, 3, 12)},
    {"case_id": 3, "opened": date(2026, 3, 15)},
    {"case_id": 4, "opened": date(2026, 3, 25)},
    {"case_id": 5, "opened": date(2026, 3, 24), "ended": date(2026, 3, 26)},
    {"case_id": 6, "opened": date(2026, 3, 10), "left_on": date(2026, 3, 15)},
    {"case_id": 7, "opened": date(2026, 3, 1), "left_on": date(2026, 3, 20)},
    {"case_id": 8, "opened": date(2026, 3, 5), "ended": date(2026, 3, 25)},
    {"case_id": 9, "opened": date(2026, 3, 12)},
    {"case_id": 10, "opened": date(2026, 3, 1)},
]
MARCH_STOPS = [
    {"case_id": 8, "paused_from": date(2026, 3, 10), "paused_to": date(2026, 3, 20)},
    {"case_id": 9, "paused_from": date(2026, 3, 15)},
    {"case_id": 10, "paused_from": date(2026, 3, 20)},
]


def of(found: Mapping[int, Mapping[str, Any]], flag: str) -> list[int]:
    """Return the numbers of the cases that a flag is set for."""
    return sorted(number for number, each in found.items() if each[flag])


def test_case_19_by_due_date(desk: Any) -> None:
    """Ten days, March complete: 2 of 6 kept; open past the deadline 2, the oldest 30 days; paused 1."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=IN_DAYS)
    found = run(desk, measure, MARCH, date(2026, 3, 31), MARCH_STOPS)
    assert of(found, "counted") == of(found, "promised") == [1, 2, 3, 7, 8, 10]
    assert of(found, "kept") == [1, 8]
    assert of(found, "overdue") == [3, 10]
    assert [found[number]["age"] for number in (3, 10)] == [16, 30]
    assert of(found, "paused") == [9]
    # Withdrawn in time is there and counts nowhere; what is not yet due belongs to no period.
    assert sorted(found) == [1, 2, 3, 6, 7, 8, 9, 10]
    assert {each["day"].month for each in found.values()} == {3}


def test_case_19_by_decision(desk: Any) -> None:
    """Of the four decided in March three were in time; what is open and late stands beside it, as before."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=IN_DAYS, counted_when="decided")
    found = run(desk, measure, MARCH, date(2026, 3, 31), MARCH_STOPS)
    assert of(found, "counted") == of(found, "promised") == [1, 2, 5, 8]
    assert of(found, "kept") == [1, 5, 8]
    assert [found[number]["day"] for number in (1, 2, 5, 8)] == [date(2026, 3, day) for day in (11, 12, 26, 25)]
    assert (of(found, "overdue"), found[10]["age"], of(found, "paused")) == ([3, 10], 30, [9])


def test_by_opening_those_not_yet_due_are_promised_but_not_judged(desk: Any) -> None:
    """Of the nine opened and not withdrawn six are due; the paused one is neither, and coverage says what is missing."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=IN_DAYS, counted_when="opened")
    found = run(desk, measure, MARCH, date(2026, 3, 31), MARCH_STOPS)
    assert of(found, "counted") == [1, 2, 3, 7, 8, 10]
    assert of(found, "promised") == [1, 2, 3, 4, 5, 7, 8, 10]
    assert of(found, "kept") == [1, 8]
    assert found[5]["day"] == date(2026, 3, 24)


def test_case_20_pauses_that_overlap_count_once(desk: Any) -> None:
    """Forty days from 2 March, stopped from the 10th to the 25th in two pauses: 26 April."""
    stops = ((date(2026, 3, 10), date(2026, 3, 20)), (date(2026, 3, 15), date(2026, 3, 25)))
    measure = OnTime("opened", "ended", within="40 days", pauses=IN_DAYS)
    assert due(desk, measure, *stops, opened=date(2026, 3, 2)) == date(2026, 4, 26)
    assert due(desk, measure, *reversed(stops), opened=date(2026, 3, 2)) == date(2026, 4, 26)


@pytest.mark.parametrize(
    ("within", "opened", "expected"),
    [
        pytest.param("7 working days", date(2026, 4, 1), date(2026, 4, 15), id="case-21-easter"),
        pytest.param("5 working days", date(2024, 4, 19), date(2024, 4, 26), id="case-21-no-great-prayer-day"),
        pytest.param("5 working days", date(2023, 4, 28), date(2023, 5, 8), id="great-prayer-day-until-2023"),
        pytest.param("1 working day", date(2026, 6, 4), date(2026, 6, 8), id="closed-on-5-june"),
        pytest.param("1 working day", date(2026, 3, 7), date(2026, 3, 9), id="from-a-saturday"),
        pytest.param("0 working days", date(2026, 3, 7), date(2026, 3, 7), id="the-same-day"),
        pytest.param("2 months", date(2025, 12, 31), date(2026, 2, 28), id="case-22"),
        pytest.param("1 month", date(2024, 1, 31), date(2024, 2, 29), id="leap-year"),
        pytest.param("1 month", date(2026, 2, 28), date(2026, 3, 28), id="same-day-number"),
        pytest.param("10 days", date(2026, 3, 25), date(2026, 4, 4), id="no-shift-from-a-saturday"),
    ],
)  # fmt: skip
def test_deadlines(desk: Any, within: str, opened: date, expected: date) -> None:
    """The day of the start is day 0; weekends, holidays and closed days are no working days."""
    assert due(desk, OnTime("opened", "ended", within=within), opened=opened) == expected


@pytest.mark.parametrize(
    ("within", "opened", "expected"),
    [
        ("10 days", date(2026, 3, 25), date(2026, 4, 7)),  # Saturday 4 April, then Easter
        ("9 days", date(2026, 3, 23), date(2026, 4, 1)),  # a Wednesday stays
        ("2 months", date(2026, 4, 5), date(2026, 6, 8)),  # Friday 5 June is closed
    ],
)
def test_a_deadline_rolls_to_the_following_working_day_where_that_is_said(
    desk: Any, within: str, opened: date, expected: date
) -> None:
    """Only with roll; a deadline on a working day stays."""
    assert due(desk, OnTime("opened", "ended", within=within, roll="following"), opened=opened) == expected


def test_case_23_boston_by_the_year_in_which_requests_were_opened(desk: Any) -> None:
    """Real requests, the city's own deadlines to the second: 2433 of 2691 in 2013 and 2125 of 2550 in 2014."""
    measure = OnTime("open_dt", "closed_dt", deadline="sla_target_dt", counted_when="opened")
    columns = tuple(Column(name, "datetime") for name in ("open_dt", "closed_dt", "sla_target_dt"))
    requests = Dataset(id="boston.requests", title="Requests", grain="one row per request", columns=columns, dated_by="open_dt")
    lines = gzip.decompress(BOSTON.read_bytes()).decode().splitlines()
    names = lines[0].split(",")
    rows = [dict(zip(names, (each or None for each in line.split(",")), strict=True)) for line in lines[1:]]
    sql = clocked_sql(
        Clock(measure=measure, dataset=requests), desk.rows(requests, rows).relation, date(2019, 12, 31), "duckdb"
    )
    counts = "count(case when __promised then 1 end), count(case when __counted then 1 end), count(case when __kept then 1 end)"
    counts += ", count(case when __overdue then 1 end)"
    found = desk.engine.query(f"select extract(year from __dated), {counts} from ({sql}) group by 1 order by 1", "Boston")
    assert [each[:4] for each in found] == [(2013, 2691, 2691, 2433), (2014, 2550, 2550, 2125)]


# -- what is not known, and edges ------------------------------------------------------------------------------------


def test_cases_without_a_known_deadline_are_promised_but_not_judged(desk: Any) -> None:
    """No length of time, none that can be, or no start: each lowers the coverage in the month of its start."""
    measure = OnTime("opened", "ended", within="allowed working days")
    opened, ended = date(2026, 3, 2), date(2026, 3, 3)
    rows = [
        {"case_id": 1, "opened": opened, "ended": ended, "allowed": 5},
        {"case_id": 2, "opened": opened, "ended": ended},
        {"case_id": 3, "opened": opened, "ended": ended, "allowed": -1},
        {"case_id": 4, "ended": ended, "allowed": 5},
        {"case_id": 5, "opened": opened, "ended": ended, "allowed": 36_000},  # past the end of the calendar
        {"case_id": 6, "opened": date(1900, 1, 2), "ended": ended, "allowed": 5},
        {"case_id": 7, "opened": opened, "ended": ended, "allowed": 4.5},
        {"case_id": 8, "opened": opened, "ended": ended, "allowed": 99_999_999},
    ]
    found = run(desk, measure, rows, date(2026, 3, 31))
    assert of(found, "promised") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert of(found, "counted") == of(found, "kept") == [1, 7]
    # Half a day more is passed with the fifth.
    assert found[7]["due"] == found[1]["due"] == date(2026, 3, 9)
    assert (found[2]["day"], found[4]["day"]) == (opened, None)


def test_a_pause_past_the_calendar_gives_no_deadline_rather_than_a_wrong_one(desk: Any) -> None:
    """Working days of the year 2150 are not known."""
    stop = (date(2026, 3, 3), date(2150, 1, 1))
    assert due(desk, OnTime("opened", "ended", within="5 working days", pauses=IN_DAYS), stop, opened=date(2026, 3, 2)) is None
    expected = date(2026, 3, 7) + (stop[1] - stop[0])
    assert due(desk, OnTime("opened", "ended", within="5 days", pauses=IN_DAYS), stop, opened=date(2026, 3, 2)) == expected


def test_a_case_ended_during_a_pause_without_an_end_is_promised_but_not_judged(desk: Any) -> None:
    """Nobody knows its deadline; left out without a word it would flatter the figure. One withdrawn is out."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=IN_DAYS)
    opened = date(2026, 3, 2)
    rows = [
        {"case_id": 1, "opened": opened, "ended": date(2026, 3, 20)},
        {"case_id": 2, "opened": opened, "left_on": date(2026, 3, 20)},
        {"case_id": 3, "opened": opened},
    ]
    stops = [{"case_id": number, "paused_from": date(2026, 3, 5)} for number in (1, 2, 3)]
    found = run(desk, measure, rows, date(2026, 3, 31), stops)
    assert (of(found, "promised"), of(found, "counted"), of(found, "paused")) == ([1], [], [3])


def test_open_and_paused_are_as_they_were_on_the_last_day_covered(desk: Any) -> None:
    """What ended, was withdrawn or went on after that day was still open, or stood still, on it."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=IN_DAYS)
    rows = [
        {"case_id": 1, "opened": date(2026, 3, 1), "ended": date(2026, 4, 5)},
        {"case_id": 2, "opened": date(2026, 3, 1), "left_on": date(2026, 4, 5)},
        {"case_id": 3, "opened": date(2026, 3, 1), "ended": date(2026, 3, 31)},
    ]
    found = run(desk, measure, rows, date(2026, 3, 31))
    assert of(found, "overdue") == [1, 2]
    stops = [{"case_id": 1, "paused_from": date(2026, 3, 5), "paused_to": date(2026, 4, 2)}]
    assert of(run(desk, measure, rows, date(2026, 3, 31), stops), "paused") == [1]
    assert of(run(desk, measure, rows, date(2026, 3, 4), stops), "paused") == []


def test_a_pause_is_of_the_case_whose_whole_key_it_names(desk: Any) -> None:
    """Another office's case with the same number goes on."""
    measure = OnTime("opened", "ended", within="10 days", pauses=IN_DAYS)
    stops = [
        {"case_id": 1, "office": "B", "paused_from": date(2026, 3, 3), "paused_to": date(2026, 3, 8)},
        {"case_id": 1, "paused_from": date(2026, 3, 3), "paused_to": date(2026, 3, 4)},
        {"case_id": 1, "paused_from": date(2026, 3, 5), "paused_to": date(2026, 3, 9), "__bad": "required"},
        {"case_id": 1, "paused_to": date(2026, 3, 9)},
    ]
    found = run(desk, measure, [{"case_id": 1, "opened": date(2026, 3, 2)}], date(2026, 3, 31), stops)
    assert found[1]["due"] == date(2026, 3, 13)


def test_a_bad_row_with_the_number_of_a_good_one_does_not_share_its_pauses(desk: Any) -> None:
    """The good case opened on 2 March is stopped from the 3rd to the 8th, whatever the other row says of its start."""
    rows = [{"case_id": 1, "opened": date(2026, 1, 1), "__bad": "enum_kind"}, {"case_id": 1, "opened": date(2026, 3, 2)}]
    measure = OnTime("opened", "ended", within="10 days", pauses=IN_DAYS)
    found = run(
        desk, measure, rows, date(2026, 3, 31), [{"case_id": 1, "paused_from": date(2026, 3, 1), "paused_to": date(2026, 3, 8)}]
    )
    assert found[1]["due"] == date(2026, 3, 17)


def test_the_last_day_itself(desk: Any) -> None:
    """Withdrawn on the day of the deadline is out, the day after is broken; a pause that ends on a day is over on it."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=IN_DAYS)
    rows = [
        {"case_id": 1, "opened": date(2026, 3, 1), "left_on": date(2026, 3, 11)},
        {"case_id": 2, "opened": date(2026, 3, 1), "left_on": date(2026, 3, 12)},
        {"case_id": 3, "opened": date(2026, 3, 25)},
        {"case_id": 4, "opened": date(2026, 3, 25)},
    ]
    stops = [{"case_id": 3, "paused_from": date(2026, 3, 31), "paused_to": date(2026, 4, 1)}]
    stops += [{"case_id": 4, "paused_from": date(2026, 3, 30), "paused_to": date(2026, 3, 31)}]
    found = run(desk, measure, rows, date(2026, 3, 31), stops)
    assert (of(found, "counted"), of(found, "paused")) == ([2], [3])


def test_half_a_month_is_no_deadline(desk: Any) -> None:
    """A row's own number of months is a whole one; any other gives no deadline."""
    measure = OnTime("opened", "ended", within="allowed months")
    assert due(desk, measure, opened=date(2026, 1, 31), allowed=1) == date(2026, 2, 28)
    assert due(desk, measure, opened=date(2026, 1, 31), allowed=1.5) is None


def test_bad_rows_stay_in_the_relation(desk: Any) -> None:
    """Whoever counts them as set aside finds them there, in a month, whatever their deadline."""
    rows = [{"case_id": 1, "opened": date(2026, 3, 30), "__bad": "enum_kind"}, {"case_id": 2, "opened": date(2026, 3, 30)}]
    found = run(desk, OnTime("opened", "ended", within="10 days"), rows, date(2026, 3, 31))
    assert {number: each["day"] for number, each in found.items()} == {1: date(2026, 3, 30)}


def test_hours_and_deadlines_with_a_time_count_to_the_second(desk: Any) -> None:
    """Four hours end on the second; a time is kept or broken within its day, a date with its whole day."""
    at = datetime(2026, 3, 2, 22, 30)
    rows = [
        {"case_id": 1, "opened_at": at, "ended_at": at + timedelta(hours=4), "deadline_at": at, "deadline": at.date()},
        {
            "case_id": 2,
            "opened_at": at,
            "ended_at": at + timedelta(hours=4, seconds=1),
            "deadline_at": at,
            "deadline": at.date(),
        },
        {"case_id": 3, "opened_at": at, "ended_at": at + timedelta(hours=1), "deadline_at": at, "deadline": at.date()},
        {"case_id": 4, "opened_at": at, "ended_at": at, "deadline_at": at, "deadline": at.date()},
    ]
    until = date(2026, 3, 31)
    assert of(run(desk, OnTime("opened_at", "ended_at", within="4 hours"), rows, until), "kept") == [1, 3, 4]
    assert of(run(desk, OnTime("opened_at", "ended_at", deadline="deadline_at"), rows, until), "kept") == [4]
    assert of(run(desk, OnTime("opened_at", "ended_at", deadline="deadline"), rows, until), "kept") == [3, 4]
    # The second of the deadline is on 3 March: on the 2nd nothing is due.
    assert run(desk, OnTime("opened_at", "ended_at", within="4 hours"), rows, date(2026, 3, 2)) == {}


@pytest.mark.parametrize(("begins", "ends"), [(4, 4), (3, 6)])
def test_a_pause_of_hours_that_begins_with_the_deadline_changes_nothing(desk: Any, begins: int, ends: int) -> None:
    """Two hours' pause after three of four hours puts the deadline off by two; after the fourth there is none to put off."""
    at, hour = datetime(2026, 3, 2, 8), timedelta(hours=1)
    measure = OnTime("opened_at", "ended_at", within="4 hours", pauses=Pauses(dataset=STOPS, start="from_at", end="to_at"))
    stop = {"case_id": 1, "from_at": at + begins * hour, "to_at": at + (begins + 2) * hour}
    assert run(desk, measure, [{"case_id": 1, "opened_at": at}], UNTIL, [stop])[1]["due"] == at + ends * hour


# -- any cases, against a walk from day to day -----------------------------------------------------------------------

FIRST = date(2026, 3, 20)
UNTIL = date(2026, 5, 10)
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
SEVERAL = st.lists(CASE, min_size=1, max_size=25)


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


def compared(desk: Any, cases: Sequence[Case], measure: OnTime, deadlines: Iterator[date | None]) -> None:
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
    found = run(desk, measure, rows, UNTIL, stops)
    expected = {
        number: judged(each, deadline, measure.counted_when)
        for number, (each, deadline) in enumerate(zip(cases, deadlines, strict=True))
    }
    assert found == {number: each for number, each in expected.items() if each is not None}


@pytest.mark.parametrize("counted_when", ["due", "decided", "opened"])
@pytest.mark.parametrize("kind", ["days", "working days"])
@settings(max_examples=8)
@given(cases=SEVERAL)
def test_any_cases_are_as_a_walk_from_day_to_day_says(desk: Any, kind: str, counted_when: str, cases: list[Case]) -> None:
    """Pauses that overlap, touch, begin before the start or never end; deadlines before and after the last day covered."""
    measure = OnTime(
        "opened", "ended", within=f"allowed {kind}", withdrawn="left_on", pauses=IN_DAYS, counted_when=counted_when
    )
    compared(desk, cases, measure, (walked(case, kind) for case in cases))


@settings(max_examples=8)
@given(cases=SEVERAL, months=st.integers(1, 3), roll=st.booleans())
def test_months_with_pauses_end_as_a_walk_says(desk: Any, cases: list[Case], months: int, roll: bool) -> None:
    """Months are days once they are laid out: a pause puts their end off by its days; then it may roll."""
    measure = OnTime(
        "opened", "ended", within=f"{months} months", withdrawn="left_on", pauses=IN_DAYS, roll="following" if roll else None
    )
    found = (walked(evolve(case, allowed=months), "months") for case in cases)
    compared(desk, cases, measure, (rolled(day) if roll else day for day in found))


@pytest.mark.parametrize("kind", ["days", "working days"])
@settings(max_examples=4)
@given(cases=SEVERAL)
def test_one_pause_in_the_row_itself_is_as_one_of_a_dataset(desk: Any, kind: str, cases: list[Case]) -> None:
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
    measure = OnTime("opened", "ended", within=f"allowed {kind}", pauses=IN_DAYS, counted_when="opened")
    own = evolve(measure, pauses=Pauses(start="own_from", end="own_to"))
    assert run(desk, own, rows, UNTIL) == run(desk, measure, rows, UNTIL, stops)


MINUTES = st.integers(0, 400).map(lambda minutes: datetime(2026, 5, 10, 20) + timedelta(minutes=minutes))


@settings(max_examples=8)
@given(
    cases=st.lists(
        st.tuples(MINUTES, st.integers(1, 3), st.lists(st.tuples(MINUTES, MINUTES), max_size=4)), min_size=1, max_size=15
    )
)
def test_hours_with_pauses_end_as_a_walk_from_minute_to_minute_says(desk: Any, cases: list[Any]) -> None:
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
        pauses=Pauses(dataset=STOPS, start="from_at", end="to_at"),
    )  # fmt: skip
    rows = [{"case_id": number, "opened_at": at, "allowed": hours} for number, (at, hours, _) in enumerate(cases)]
    stops = [{"case_id": number, "from_at": start, "to_at": end} for number, each in enumerate(cases) for start, end in each[2]]
    found = run(desk, measure, rows, UNTIL, stops)
    assert {number: each["due"] for number, each in found.items()} == {number: walk(*each) for number, each in enumerate(cases)}
