"""Legal clocks on a real engine: the cases of the written rules, and what lies at their edges."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from klaremal.compile.clock import clocked_sql
from klaremal.measures import OnTime, Pauses
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.on_time import Clock

BOSTON = Path(__file__).resolve().parents[3] / "data" / "us-boston311-sla" / "requests_2013_2014.csv.gz"


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


def test_case_19_by_due_date(clocks: Any) -> None:
    """Ten days, March complete: 2 of 6 kept; open past the deadline 2, the oldest 30 days; paused 1."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=clocks.in_days)
    found = clocks.run(measure, MARCH, date(2026, 3, 31), MARCH_STOPS)
    assert of(found, "counted") == of(found, "promised") == [1, 2, 3, 7, 8, 10]
    assert of(found, "kept") == [1, 8]
    assert of(found, "overdue") == [3, 10]
    assert [found[number]["age"] for number in (3, 10)] == [16, 30]
    assert of(found, "paused") == [9]
    # Withdrawn in time is there and counts nowhere; what is not yet due belongs to no period.
    assert sorted(found) == [1, 2, 3, 6, 7, 8, 9, 10]
    assert {each["day"].month for each in found.values()} == {3}


def test_case_19_by_decision(clocks: Any) -> None:
    """Of the four decided in March three were in time; what is open and late stands beside it, as before."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=clocks.in_days, counted_when="decided")
    found = clocks.run(measure, MARCH, date(2026, 3, 31), MARCH_STOPS)
    assert of(found, "counted") == of(found, "promised") == [1, 2, 5, 8]
    assert of(found, "kept") == [1, 5, 8]
    assert [found[number]["day"] for number in (1, 2, 5, 8)] == [date(2026, 3, day) for day in (11, 12, 26, 25)]
    assert (of(found, "overdue"), found[10]["age"], of(found, "paused")) == ([3, 10], 30, [9])


def test_by_opening_those_not_yet_due_are_promised_but_not_judged(clocks: Any) -> None:
    """Of the nine opened and not withdrawn six are due; the paused one is neither, and coverage says what is missing."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=clocks.in_days, counted_when="opened")
    found = clocks.run(measure, MARCH, date(2026, 3, 31), MARCH_STOPS)
    assert of(found, "counted") == [1, 2, 3, 7, 8, 10]
    assert of(found, "promised") == [1, 2, 3, 4, 5, 7, 8, 10]
    assert of(found, "kept") == [1, 8]
    assert found[5]["day"] == date(2026, 3, 24)


def test_case_20_pauses_that_overlap_count_once(clocks: Any) -> None:
    """Forty days from 2 March, stopped from the 10th to the 25th in two pauses: 26 April."""
    stops = ((date(2026, 3, 10), date(2026, 3, 20)), (date(2026, 3, 15), date(2026, 3, 25)))
    measure = OnTime("opened", "ended", within="40 days", pauses=clocks.in_days)
    assert clocks.due(measure, *stops, opened=date(2026, 3, 2)) == date(2026, 4, 26)
    assert clocks.due(measure, *reversed(stops), opened=date(2026, 3, 2)) == date(2026, 4, 26)


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
def test_deadlines(clocks: Any, within: str, opened: date, expected: date) -> None:
    """The day of the start is day 0; weekends, holidays and closed days are no working days."""
    assert clocks.due(OnTime("opened", "ended", within=within), opened=opened) == expected


@pytest.mark.parametrize(
    ("within", "opened", "expected"),
    [
        ("10 days", date(2026, 3, 25), date(2026, 4, 7)),  # Saturday 4 April, then Easter
        ("9 days", date(2026, 3, 23), date(2026, 4, 1)),  # a Wednesday stays
        ("2 months", date(2026, 4, 5), date(2026, 6, 8)),  # Friday 5 June is closed
    ],
)
def test_a_deadline_rolls_to_the_following_working_day_where_that_is_said(
    clocks: Any, within: str, opened: date, expected: date
) -> None:
    """Only with roll; a deadline on a working day stays."""
    assert clocks.due(OnTime("opened", "ended", within=within, roll="following"), opened=opened) == expected


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


def test_cases_without_a_known_deadline_are_promised_but_not_judged(clocks: Any) -> None:
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
    found = clocks.run(measure, rows, date(2026, 3, 31))
    assert of(found, "promised") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert of(found, "counted") == of(found, "kept") == [1, 7]
    # Half a day more is passed with the fifth.
    assert found[7]["due"] == found[1]["due"] == date(2026, 3, 9)
    assert (found[2]["day"], found[4]["day"]) == (opened, None)


def test_a_pause_past_the_calendar_gives_no_deadline_rather_than_a_wrong_one(clocks: Any) -> None:
    """Working days of the year 2150 are not known."""
    stop = (date(2026, 3, 3), date(2150, 1, 1))
    found = [
        clocks.due(OnTime("opened", "ended", within=within, pauses=clocks.in_days), stop, opened=date(2026, 3, 2))
        for within in ("5 working days", "5 days")
    ]
    assert found == [None, date(2026, 3, 7) + (stop[1] - stop[0])]


def test_a_case_ended_during_a_pause_without_an_end_is_promised_but_not_judged(clocks: Any) -> None:
    """Nobody knows its deadline; left out without a word it would flatter the figure. One withdrawn is out."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=clocks.in_days)
    opened = date(2026, 3, 2)
    rows = [
        {"case_id": 1, "opened": opened, "ended": date(2026, 3, 20)},
        {"case_id": 2, "opened": opened, "left_on": date(2026, 3, 20)},
        {"case_id": 3, "opened": opened},
    ]
    stops = [{"case_id": number, "paused_from": date(2026, 3, 5)} for number in (1, 2, 3)]
    found = clocks.run(measure, rows, date(2026, 3, 31), stops)
    assert (of(found, "promised"), of(found, "counted"), of(found, "paused")) == ([1], [], [3])


def test_open_and_paused_are_as_they_were_on_the_last_day_covered(clocks: Any) -> None:
    """What ended, was withdrawn or went on after that day was still open, or stood still, on it."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=clocks.in_days)
    rows = [
        {"case_id": 1, "opened": date(2026, 3, 1), "ended": date(2026, 4, 5)},
        {"case_id": 2, "opened": date(2026, 3, 1), "left_on": date(2026, 4, 5)},
        {"case_id": 3, "opened": date(2026, 3, 1), "ended": date(2026, 3, 31)},
    ]
    found = clocks.run(measure, rows, date(2026, 3, 31))
    assert of(found, "overdue") == [1, 2]
    stops = [{"case_id": 1, "paused_from": date(2026, 3, 5), "paused_to": date(2026, 4, 2)}]
    assert of(clocks.run(measure, rows, date(2026, 3, 31), stops), "paused") == [1]
    assert of(clocks.run(measure, rows, date(2026, 3, 4), stops), "paused") == []


def test_a_pause_is_of_the_case_whose_whole_key_it_names(clocks: Any) -> None:
    """Another office's case with the same number goes on."""
    measure = OnTime("opened", "ended", within="10 days", pauses=clocks.in_days)
    stops = [
        {"case_id": 1, "office": "B", "paused_from": date(2026, 3, 3), "paused_to": date(2026, 3, 8)},
        {"case_id": 1, "paused_from": date(2026, 3, 3), "paused_to": date(2026, 3, 4)},
        {"case_id": 1, "paused_from": date(2026, 3, 5), "paused_to": date(2026, 3, 9), "__bad": "required"},
        {"case_id": 1, "paused_to": date(2026, 3, 9)},
    ]
    found = clocks.run(measure, [{"case_id": 1, "opened": date(2026, 3, 2)}], date(2026, 3, 31), stops)
    assert found[1]["due"] == date(2026, 3, 13)


def test_a_bad_row_with_the_number_of_a_good_one_does_not_share_its_pauses(clocks: Any) -> None:
    """The good case opened on 2 March is stopped from the 3rd to the 8th, whatever the other row says of its start."""
    rows = [{"case_id": 1, "opened": date(2026, 1, 1), "__bad": "enum_kind"}, {"case_id": 1, "opened": date(2026, 3, 2)}]
    measure = OnTime("opened", "ended", within="10 days", pauses=clocks.in_days)
    found = clocks.run(
        measure, rows, date(2026, 3, 31), [{"case_id": 1, "paused_from": date(2026, 3, 1), "paused_to": date(2026, 3, 8)}]
    )
    assert found[1]["due"] == date(2026, 3, 17)


def test_the_last_day_itself(clocks: Any) -> None:
    """Withdrawn on the day of the deadline is out, the day after is broken; a pause that ends on a day is over on it."""
    measure = OnTime("opened", "ended", within="10 days", withdrawn="left_on", pauses=clocks.in_days)
    rows = [
        {"case_id": 1, "opened": date(2026, 3, 1), "left_on": date(2026, 3, 11)},
        {"case_id": 2, "opened": date(2026, 3, 1), "left_on": date(2026, 3, 12)},
        {"case_id": 3, "opened": date(2026, 3, 25)},
        {"case_id": 4, "opened": date(2026, 3, 25)},
    ]
    stops = [{"case_id": 3, "paused_from": date(2026, 3, 31), "paused_to": date(2026, 4, 1)}]
    stops += [{"case_id": 4, "paused_from": date(2026, 3, 30), "paused_to": date(2026, 3, 31)}]
    found = clocks.run(measure, rows, date(2026, 3, 31), stops)
    assert (of(found, "counted"), of(found, "paused")) == ([2], [3])


def test_half_a_month_is_no_deadline(clocks: Any) -> None:
    """A row's own number of months is a whole one; any other gives no deadline."""
    measure = OnTime("opened", "ended", within="allowed months")
    assert clocks.due(measure, opened=date(2026, 1, 31), allowed=1) == date(2026, 2, 28)
    assert clocks.due(measure, opened=date(2026, 1, 31), allowed=1.5) is None


def test_bad_rows_stay_in_the_relation(clocks: Any) -> None:
    """Whoever counts them as set aside finds them there, in a month, whatever their deadline."""
    rows = [{"case_id": 1, "opened": date(2026, 3, 30), "__bad": "enum_kind"}, {"case_id": 2, "opened": date(2026, 3, 30)}]
    found = clocks.run(OnTime("opened", "ended", within="10 days"), rows, date(2026, 3, 31))
    assert {number: each["day"] for number, each in found.items()} == {1: date(2026, 3, 30)}


def test_hours_and_deadlines_with_a_time_count_to_the_second(clocks: Any) -> None:
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
    assert of(clocks.run(OnTime("opened_at", "ended_at", within="4 hours"), rows, until), "kept") == [1, 3, 4]
    assert of(clocks.run(OnTime("opened_at", "ended_at", deadline="deadline_at"), rows, until), "kept") == [4]
    assert of(clocks.run(OnTime("opened_at", "ended_at", deadline="deadline"), rows, until), "kept") == [3, 4]
    # The second of the deadline is on 3 March: on the 2nd nothing is due.
    assert clocks.run(OnTime("opened_at", "ended_at", within="4 hours"), rows, date(2026, 3, 2)) == {}


@pytest.mark.parametrize(("begins", "ends"), [(4, 4), (3, 6)])
def test_a_pause_of_hours_that_begins_with_the_deadline_changes_nothing(clocks: Any, begins: int, ends: int) -> None:
    """Two hours' pause after three of four hours puts the deadline off by two; after the fourth there is none to put off."""
    at, hour = datetime(2026, 3, 2, 8), timedelta(hours=1)
    measure = OnTime(
        "opened_at", "ended_at", within="4 hours", pauses=Pauses(dataset=clocks.stops, start="from_at", end="to_at")
    )
    stop = {"case_id": 1, "from_at": at + begins * hour, "to_at": at + (begins + 2) * hour}
    assert clocks.run(measure, [{"case_id": 1, "opened_at": at}], clocks.until, [stop])[1]["due"] == at + ends * hour
