"""Delivered help and different helpers, from small tables with every edge to figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from klaremal.run import Run

HEAD = (
    "citizen_id, age, month, supplier_type, supplier_id, granted_min_personal, granted_min_practical, "
    "delivered_min_personal, delivered_min_practical\n"
)
# f is too young, g has nothing granted; the others: 420 of 560 minutes.
AUGUST = """
a, 70, 2025-08, kommunal, 1, 100, 20, 90,  10
b, 80, 2025-08, kommunal, 1, 60,  0,  60,  0
c, 67, 2025-08, kommunal, 1, 40,  40, 20,  20
d, 90, 2025-08, kommunal, 1, 200, 0,  220, 0
e, 75, 2025-08, kommunal, 1, 100, 0,  0,   0
f, 66, 2025-08, kommunal, 1, 500, 0,  0,   0
g, 80, 2025-08, privat,   2, 0,   0,  30,  0
"""
# Nobody knows what h had delivered.
UNKNOWN = "h, 80, 2025-08, kommunal, 1, 60, 0, , 0\n"
DELIVERED = {"eldercare.delivered_home_help": "between = [95, 105]"}
HELPERS = {"eldercare.helpers_in_14_days": "at_most = 10"}

# A block of 14 days: 642 x 14 days after Monday 1 January 2001.
FIRST = date(2025, 8, 11)


def visits(citizen: str, helpers: int, per_day: int = 2, first: date = FIRST) -> Iterator[str]:
    """Give a citizen's visits on the 14 days of the block, carried out by so many employees in turn."""
    for number in range(14 * per_day):
        day = first + timedelta(days=number // per_day)
        hour = (7, 21, 12)[number % per_day]
        yield f"{citizen}{number}, {citizen}, m{number % helpers}, {day} {hour:02}:59, §83, gennemført"


def log(*more: str, first: date = FIRST) -> str:
    """Return the log of five citizens who meet 2, 4, 6, 8 and 10 helpers, with further lines."""
    head = "visit_id, citizen_id, employee_id, planned_start, paragraph, status"
    meets = {"a": 2, "b": 4, "c": 6, "d": 8, "e": 10}
    return "\n".join(
        [head, *(line for citizen, helpers in meets.items() for line in visits(citizen, helpers, first=first)), *more]
    )


def test_delivered_minutes_are_put_over_granted_ones(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """420 of 560 minutes of five citizens."""
    found = measured({"eldercare.home_help": HEAD + AUGUST.strip()}, DELIVERED, "month")
    assert figure(found, "eldercare.delivered_home_help", "2025M08")[0] == 75.0
    assert found.set_aside == ()


def test_minutes_that_nobody_knows_lower_the_coverage(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """Five of six can be judged, and 83 percent are not enough."""
    found = measured({"eldercare.home_help": HEAD + AUGUST.strip() + "\n" + UNKNOWN}, DELIVERED, "month")
    rows = found.observations[found.observations["period"] == "2025M08"]
    assert rows[rows["breakdown"].fillna("") == ""]["coverage"].tolist() == [pytest.approx(5 / 6)]


def test_helpers_are_counted_in_blocks_of_14_days(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """2, 4, 6, 8 and 10 helpers: 6 on average. A night, nursing, a cancelled visit and who has one a day change nothing."""
    more = (
        "x1, a, n1, 2025-08-12 22:30, §83, gennemført",
        "x2, a, n2, 2025-08-12 10:00, sygepleje, gennemført",
        "x3, a, n3, 2025-08-12 11:00, §83, aflyst_kommune",
        *visits("f", 14, per_day=1),
    )
    found = measured({"eldercare.visits": log(*more)}, HELPERS, "month")
    assert figure(found, "eldercare.helpers_in_14_days", "2025M08") == (6.0, 5.0, None)
    assert found.set_aside == ()


def test_a_visit_by_nobody_knows_whom_leaves_the_number_unknown(measured: Callable[..., Run]) -> None:
    """A sixth citizen with one visit without a name cannot be judged: five of six are."""
    unknown = [line.replace(", m0,", ", ,", 1) if "f0," in line else line for line in visits("f", 3)]
    found = measured({"eldercare.visits": log(*unknown)}, HELPERS, "month")
    rows = found.observations[(found.observations["period"] == "2025M08")]
    assert rows["coverage"].tolist() == [pytest.approx(5 / 6)]


def test_a_block_belongs_to_the_month_in_which_it_ends(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """The block from 28 July to 10 August is August's, and July has no figure."""
    found = measured({"eldercare.visits": log(first=FIRST - timedelta(days=14))}, HELPERS, "month")
    assert figure(found, "eldercare.helpers_in_14_days", "2025M08") == (6.0, 5.0, None)
    assert "2025M07" not in set(found.observations[found.observations["value"].notna()]["period"])
