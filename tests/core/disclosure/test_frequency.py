"""What time demands: the finest frequency of a unit, and the sums that wait for their parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from klaremal.disclosure.frequency import Waiting, below_finest


def late(desk: Any, rows: list[Any]) -> set[str]:
    """Return the cells that are of too short a period."""
    found = below_finest(desk.cells(rows), desk.family(rows))
    return {row.name for row, is_late in zip(rows, found.tolist(), strict=True) if is_late}


def waiting(desk: Any, rows: list[Any], hidden: set[str]) -> set[str]:
    """Return the sums that wait when these cells are hidden."""
    found = Waiting(desk.cells(rows)).withheld(np.array([row.name in hidden for row in rows]))
    return {rows[place].name for place in found.tolist()}


@pytest.mark.parametrize(
    ("last_year", "expected"),
    [
        ({"2025M01": 5, "2025M02": 9, "2025K1": 40, "2025": 99}, set()),
        ({"2025M01": 3, "2025M02": 9, "2025K1": 21, "2025": 99}, {"u M01", "u M02"}),
        ({"2025M01": 3, "2025M02": 9, "2025K1": 4, "2025": 99}, {"u M01", "u M02", "u K1"}),
        ({"2025M01": 0, "2025M02": 9, "2025K1": 21, "2025": 99}, {"u M01", "u M02"}),
        ({"2025M01": 1, "2025M02": 1, "2025K1": 2, "2025": 4}, {"u M01", "u M02", "u K1"}),
        ({"2025K1": 21, "2025": 99}, {"u M01", "u M02"}),
        ({"2024M01": 1, "2024K1": 1, "2024": 1}, set()),
    ],
    ids=[
        "all enough",
        "a small month",
        "a small quarter",
        "an empty month",
        "a small year",
        "no months",
        "the year before that",
    ],
)
def test_last_year_decides_how_often_a_unit_is_published(desk: Any, last_year: dict[str, float], expected: set[str]) -> None:
    """The finest whose smallest period had five or more; the year where none had; all where nothing is known of last year."""
    this_year = {"2026M01": 30, "2026M02": 30, "2026K1": 90, "2026": 360}
    found = late(desk, desk.series("u", last_year | this_year))
    assert {name for name in found if "202" not in name} == expected


def test_each_unit_has_its_own_frequency_and_its_values_follow(desk: Any) -> None:
    """The total decides for all values of a breakdown; another unit's small month does not matter."""
    small = [desk.Cell("u", 3, "2025M01"), desk.Cell("u", 60, "2025"), desk.Cell("u", 9, "2026M01")]
    large = [desk.Cell("v", n, period) for period, n in (("2025M01", 9), ("2025", 60), ("2026M01", 9))]
    large.append(desk.Cell("v", 1, "2025M01", "men"))
    assert late(desk, [*small, desk.Cell("u", 8, "2026M01", "men"), *large]) == {"u M01", "u M01 men"}


def test_a_school_year_begins_in_august(desk: Any) -> None:
    """August 2025 lies in 2025/26; its year before, 2024/25, had a month of 3."""
    rows = desk.series("u", {"2024/25": 80, "2025M03": 3, "2025M08": 9, "2025/26": 90})
    assert late(desk, rows) == {"u 2025M08"}


def test_windows_are_of_no_year(desk: Any) -> None:
    """They wait for hidden months instead."""
    rows = desk.series("u", {"2025M01": 3, "2025": 80, "2026M03R12": 90})
    assert late(desk, rows) == set()


def test_what_is_out_stays_out(desk: Any) -> None:
    """A month that has been published is not hidden because last year's figures were revised."""
    rows = [desk.Cell("u", 3, "2025M01"), desk.Cell("u", 80, "2025", public=True), desk.Cell("u", 9, "2026M01", public=True)]
    assert desk.hidden(rows) == {"u 2025M01"}


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        ({"u M03"}, {"u M03R12", "u 2027M02R12"}),
        ({"u 2027M02"}, {"u 2027M02R12"}),
        ({"u 2025M03"}, set()),
        ({"u K1"}, set()),
        ({"v M03"}, set()),
        ({"u M03 men"}, set()),
    ],
    ids=["in two windows", "in the last", "before all", "no month", "another unit", "another value"],
)
def test_a_window_waits_for_the_months_in_it(desk: Any, hidden: set[str], expected: set[str]) -> None:
    """March 2026 lies in the windows to March 2026 and to February 2027, and April 2025 to February 2026 in the first."""
    rows = desk.series("u", {"2026M03R12": 99, "2027M02R12": 99, "2025M03": 9, "2026M03": 9, "2027M02": 9, "2026K1": 27})
    rows += [desk.Cell("v", 9, "2026M03"), desk.Cell("u", 9, "2026M03", "men")]
    assert waiting(desk, rows, hidden) == expected


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        ({"u M05"}, {"u to 5", "u H1"}),
        ({"u M03"}, {"u to 5", "u H1"}),
        ({"u K1"}, {"u to 5", "u H1"}),
        ({"u H1"}, set()),
        ({"u M06"}, {"u H1"}),
        ({"u 2025M12"}, set()),
    ],
    ids=["the newest month", "an older one", "a quarter", "itself", "after the date", "the year before"],
)
def test_a_provisional_sum_waits_for_any_part_of_it(desk: Any, hidden: set[str], expected: set[str]) -> None:
    """The year to May and the running half-year; the closed first quarter of the year before is final."""
    rows = desk.series("u", {"2025M12": 9, "2026M03": 9, "2026M05": 9, "2026M06": 9, "2026K1": 30, "2025": 99})
    rows += [desk.Cell("u", 45, to_date=5), desk.Cell("u", 60, "2026H1", provisional=True)]
    assert waiting(desk, rows, hidden) == expected


def test_nothing_waits_where_nothing_can_still_grow(desk: Any) -> None:
    """A closed quarter with a hidden month is protected by another month instead."""
    assert waiting(desk, desk.series("u", {"2026M01": 3, "2026M02": 9, "2026M03": 9, "2026K1": 21}), {"u M01"}) == set()
