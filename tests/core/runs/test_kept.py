"""What a run keeps for the next: nothing is scanned twice, and nothing holds longer than it is true."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from klaremal.ready import Choice

# A year of cases in two municipalities; some are kept, some were closed.
CASES = [
    (
        place,
        f"2025-{month:02}-{day:02}",
        f"2025-{month:02}-28" if day > 5 else "",
        str((month + day) % 3 > 0).lower(),
        month + day,
    )
    for place in ("Aarhus", "Odense")
    for month in range(1, 13)
    for day in (3, 9, 17)
]
KEPT = {"kept": {"indicator": '"roads.kept"', "at_least": 60}}
LONG = {"long": {"indicator": '"roads.long"'}}
MEDIAN = {"median": {"indicator": '"roads.median"'}}
MOST = {"most": {"indicator": '"roads.most"'}}
CLOSED = {"closed": {"indicator": '"roads.closed"'}}
MONTHLY = {"monthly": {"indicator": '"roads.median"', "frequency": '"month"'}}
Goals = Mapping[str, Mapping[str, Any]]


def scans(desk: Any, goals: Goals, **more: Any) -> tuple[int, int]:
    """Measure these goals and return how many passes were scanned, and how many were there from before."""
    found = desk.measure(goals, **more)
    return found.scanned, found.kept


def single_scans(desk: Any, goals: Goals) -> list[str]:
    """Return the levels and frequencies whose terms that cannot be added were scanned."""
    purposes = [each.purpose for each in desk.measure(goals).statements]
    return [each.partition(" for ")[2] for each in purposes if each.startswith("scan ") and " for " in each]


@pytest.mark.parametrize(
    ("steps", "counts"),
    [
        ([KEPT, KEPT], [(1, 0), (0, 1)]),
        ([KEPT | LONG, KEPT, LONG, KEPT | LONG], [(1, 0), (0, 1), (0, 1), (0, 1)]),
        ([KEPT, KEPT | LONG, KEPT, KEPT | LONG], [(1, 0), (1, 0), (0, 1), (0, 1)]),
        ([KEPT, LONG, KEPT | LONG], [(1, 0), (1, 0), (0, 1)]),
        ([KEPT, KEPT | CLOSED, CLOSED], [(1, 0), (1, 1), (0, 1)]),
        ([KEPT | MEDIAN, KEPT, KEPT | MEDIAN, MEDIAN], [(1, 0), (0, 1), (0, 1), (0, 1)]),
        ([MEDIAN, MEDIAN | MONTHLY, MONTHLY, MEDIAN | MONTHLY], [(1, 0), (1, 0), (0, 1), (0, 1)]),
    ],
    ids=["again", "removed and added again", "one more", "one after the other", "by another date", "a median", "by month"],
)
def test_goals_come_and_go_without_a_scan_of_what_was_scanned(
    desk: Any, steps: list[Goals], counts: list[tuple[int, int]]
) -> None:
    """Only a goal that needs what nobody needed before costs a pass; each run finds what one in a new folder finds."""
    desk.cases(*CASES)
    assert [scans(desk, goals) for goals in steps] == counts


def test_what_is_kept_is_what_a_scan_finds(desk: Any, tmp_path: Any) -> None:
    """To the last bit, in whatever order the goals came, medians too."""
    desk.cases(*CASES)
    everything = KEPT | LONG | MEDIAN | MOST | MONTHLY | CLOSED
    new = desk.measure(everything).observations
    for path in (tmp_path / ".klaremal" / "components").iterdir():
        path.unlink()
    for goals in (MEDIAN, LONG, CLOSED | MONTHLY, MOST | KEPT):
        desk.measure(goals)
    kept = desk.measure(everything)
    assert (kept.scanned, kept.kept) == (0, 2)
    pd.testing.assert_frame_equal(kept.observations, new, check_exact=True)


def test_a_run_of_one_goal_takes_what_the_whole_run_kept(desk: Any) -> None:
    """And a whole run scans once more after a run of one goal alone, which looked at nothing else."""
    desk.cases(*CASES)
    whole, one = Choice(), Choice(goals=("kept",))
    found = [scans(desk, KEPT | LONG | MEDIAN, choice=choice) for choice in (one, whole, one, whole)]
    assert found == [(1, 0), (1, 0), (0, 1), (0, 1)]


def test_a_median_is_scanned_for_each_level_and_frequency_once(desk: Any) -> None:
    """A goal by month adds the months; a second indicator by year the years, and nothing by month."""
    desk.cases(*CASES)
    assert single_scans(desk, MEDIAN) == ["municipality and year"]
    assert single_scans(desk, MEDIAN | MONTHLY) == ["municipality and month"]
    assert single_scans(desk, MEDIAN | MONTHLY | MOST) == ["municipality and year"]
    assert single_scans(desk, MONTHLY | MOST) == []


def test_a_change_of_the_source_is_scanned(desk: Any) -> None:
    """One more row, and one more after that; back again, what was kept of the first content is still there."""
    counts = []
    for rows in (CASES, CASES[1:], CASES):
        desk.cases(*rows)
        counts.append(scans(desk, KEPT))
    assert counts == [(1, 0), (1, 0), (0, 1)]


def test_rows_of_today_are_not_kept(desk: Any) -> None:
    """They count from tomorrow on as days that are over: until then every run looks at them again."""
    desk.cases(*CASES, ("Aarhus", "2026-11-22", "", "true", 1))
    assert [scans(desk, KEPT | MEDIAN) for _ in range(2)] == [(1, 0), (1, 0)]
    day_after = date(2026, 11, 23)
    assert [scans(desk, KEPT | MEDIAN, today=day_after) for _ in range(2)] == [(1, 0), (0, 1)]


def test_rows_of_tomorrow_become_good(desk: Any) -> None:
    """Today they are a mistake of the source, tomorrow they count; what was found today says nothing of that."""
    desk.cases(*CASES, ("Aarhus", "2026-11-23", "", "true", 1))
    goals = {"kept": {"indicator": '"roads.kept"', "at_least": 60, "frequency": '"month"'}}
    today, later = desk.run(goals), desk.run(goals, today=date(2026, 11, 24))
    assert [("2026M11" in desk.judged(each, "kept"), len(each.set_aside)) for each in (today, later)] == [(False, 1), (True, 0)]


def test_a_run_as_of_an_earlier_day_looks_for_itself(desk: Any) -> None:
    """On 1 July 2025 half of the rows lay in the future: what a later run kept of them does not hold, nor the reverse."""
    desk.cases(*CASES)
    days = (date(2026, 11, 22), date(2025, 7, 1), date(2026, 11, 22))
    now, then, again = (desk.measure(KEPT | MEDIAN, today=day) for day in days)
    assert [(each.scanned, each.kept) for each in (now, then, again)] == [(1, 0), (1, 0), (0, 1)]
    assert [sum(each.rows for each in found.set_aside) for found in (now, then, again)] == [0, 36, 0]
    pd.testing.assert_frame_equal(again.observations, now.observations, check_exact=True)


def test_what_an_earlier_day_found_takes_nothing_from_the_later(desk: Any) -> None:
    """On 1 July 2025 a case closed in August is a mistake and counts nowhere; the median of a later day still has it."""
    cases = [case for case in CASES if case[1] < "2025-07-01"]
    desk.cases(*cases, ("Aarhus", "2025-06-20", "2025-08-01", "true", 99))
    days = (date(2026, 11, 22), date(2025, 7, 1), date(2026, 11, 22))
    now, then, again = (desk.measure(MEDIAN | MOST, today=day) for day in days)
    assert [sum(each.rows for each in found.set_aside) for found in (now, then, again)] == [0, 1, 0]
    assert (again.scanned, again.kept) == (0, 1)
    pd.testing.assert_frame_equal(again.observations, now.observations, check_exact=True)


TWO = """[[sources.roads.reports]]
collector = "csv"
files = "one.csv"
complete_until = "{rule}"
[[sources.roads.reports]]
collector = "csv"
files = "two.csv"
"""
REPORTED = {"reported": {"indicator": '"roads.reported"', "frequency": '"month"', "valid_from": "2026-01-01"}}


@pytest.mark.parametrize("rule", ["end_of_last_month", "file_date"])
def test_how_far_one_of_two_sources_reaches_is_asked_every_day(desk: Any, rule: str) -> None:
    """On 10 April the first reaches until 31 March, a month later further; then the second, until 8 April, decides.

    Eight days after the end of March the reports of March are in: only on the second day March is closed.
    """
    desk.cases(("Aarhus", "2026-03-05", "", "true", 1), name="one.csv")
    desk.cases(("Aarhus", "2026-04-08", "", "true", 1), name="two.csv")
    found = []
    for today, written in ((date(2026, 4, 10), datetime(2026, 4, 1)), (date(2026, 5, 10), datetime(2026, 5, 1))):
        os.utime(desk.folder / "one.csv", (written.timestamp(), written.timestamp()))
        found.append(desk.run(REPORTED, source=TWO.format(rule=rule), today=today))
    assert [(each.scanned, each.kept) for each in found] == [(1, 0), (0, 1)]
    ends = [[part.complete_until for part in each.provenance] for each in found]
    assert ends == [[date(2026, 3, 31), date(2026, 4, 8)], [date(2026, 4, 30), date(2026, 4, 8)]]
    assert [desk.judged(each, "reported")["2026M03"][2] for each in found] == [None, "fulfilled"]


def test_another_day_until_which_the_data_is_complete_is_no_other_data(desk: Any) -> None:
    """An analyst who corrects it waits for no scan, and the periods are closed as it says."""
    desk.cases(*CASES)
    source = '[[sources.roads.cases]]\ncollector = "csv"\nfiles = "cases.csv"\ncomplete_until = {day}\n'
    found = [desk.run(KEPT, source=source.format(day=day)) for day in ("2025-12-30", "2025-12-31")]
    assert [(each.scanned, each.kept) for each in found] == [(1, 0), (0, 1)]
    assert [desk.judged(each, "kept")["2025"][2] for each in found] == [None, "fulfilled"]
