"""From a file to a status that may be wrong: rows set aside could have counted for or against, wherever they may belong."""

from __future__ import annotations

from typing import Any

import pytest

SOURCE = """[[sources.roads.cases]]
collector = "csv"
files = "cases.csv"
complete_until = 2025-12-31
"""
GOAL = {"indicator": '"roads.kept"', "at_least": 95}
# The second cell of a row is its date. Two rows of which the date, the unit or both are not known.
NO_DATE = ("Aarhus", "31-02-2025", "", "true", 1)
NO_UNIT = ("Atlantis", "2025-03-05", "", "true", 1)
NEITHER = ("Atlantis", "31-02-2025", "", "true", 1)


def cases(place: str, hits: int, year: int = 2025, month: int | None = None) -> list[tuple[str, str, str, str, int]]:
    """Return a hundred cases of one month, or spread over the months of a year, of which so many were kept."""
    return [(place, f"{year}-{month or n % 12 + 1:02d}-05", "", str(n < hits).lower(), 1) for n in range(100)]


def certainty(run: Any, unit: str, goal: str = "kept") -> dict[str, tuple[str, str]]:
    """Return status and certainty of what was judged, by period."""
    found = run.fulfilments
    mine = found[(found["goal"] == goal) & (found["unit_name"] == unit) & (found["status"] == "fulfilled")]
    return {row.period: (row.status, row.certainty) for row in mine.itertuples()}


@pytest.mark.parametrize("lost", [NO_DATE, NO_UNIT, NEITHER], ids=["no such day", "no such unit", "neither"])
@pytest.mark.parametrize(("hits", "word"), [(95, "uncertain"), (98, "clear")])
def test_two_rows_that_may_belong_to_the_period_make_95_of_100_uncertain(
    desk: Any, lost: tuple[Any, ...], hits: int, word: str
) -> None:
    """At worst 95 of 102 are 93.1 percent; 98 of 102 are 96.1, which is still enough."""
    desk.cases(*cases("Aarhus", hits), lost, lost)
    assert certainty(desk.run({"kept": GOAL}, source=SOURCE), "Aarhus") == {"2025": ("fulfilled", word)}


@pytest.mark.parametrize(
    ("lost", "doubtful"),
    [
        (NO_DATE, {("Aarhus", "2024"), ("Aarhus", "2025")}),
        (NO_UNIT, {("Aarhus", "2025"), ("Odense", "2025")}),
        (NEITHER, {("Aarhus", "2024"), ("Aarhus", "2025"), ("Odense", "2024"), ("Odense", "2025")}),
    ],
    ids=["no such day", "no such unit", "neither"],
)
def test_rows_are_in_doubt_where_they_may_belong_and_nowhere_else(
    desk: Any, lost: tuple[Any, ...], doubtful: set[tuple[str, str]]
) -> None:
    """Of a known unit in every year, of a known year in every unit, and otherwise everywhere."""
    known = [case for place in ("Aarhus", "Odense") for year in (2024, 2025) for case in cases(place, 95, year)]
    desk.cases(*known, lost, lost)
    run = desk.run({"kept": GOAL}, source=SOURCE)
    found = {(unit, period): word for unit in ("Aarhus", "Odense") for period, word in certainty(run, unit).items()}
    assert len(found) == 4
    assert {cell for cell, (_, word) in found.items() if word == "uncertain"} == doubtful


def test_a_row_without_a_day_is_one_row_of_a_month_and_one_of_a_year(desk: Any) -> None:
    """1152 of 1200 are at worst 95.8 percent; counted in each of twelve months it would be 94.1. A month's 96 are 94.1."""
    desk.cases(*(case for month in range(1, 13) for case in cases("Aarhus", 96, month=month)), NO_DATE, NO_DATE)
    run = desk.run({"kept": GOAL, "month": GOAL | {"frequency": '"month"'}}, source=SOURCE)
    assert certainty(run, "Aarhus") == {"2025": ("fulfilled", "clear")}
    assert list(certainty(run, "Aarhus", "month").values()) == [("fulfilled", "uncertain")] * 12


def test_an_open_case_is_no_row_in_doubt(desk: Any) -> None:
    """By the day of closing it counts nowhere yet, and nothing is wrong with it; a day that does not exist may be any."""
    closed = [("Aarhus", "2025-01-05", "2025-02-05", "true", 1)] * 3
    goal = {"closed": {"indicator": '"roads.closed"', "between": "[0, 3]"}}
    desk.cases(*closed, ("Aarhus", "2025-01-05", "", "true", 1))
    assert certainty(desk.run(goal, source=SOURCE), "Aarhus", "closed") == {"2025": ("fulfilled", "clear")}
    desk.cases(*closed, ("Aarhus", "2025-01-05", "31-02-2025", "true", 1))
    assert certainty(desk.run(goal, source=SOURCE), "Aarhus", "closed") == {"2025": ("fulfilled", "uncertain")}
