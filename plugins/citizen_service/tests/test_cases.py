"""Applications within the council's deadline and notice when late, from small tables to figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klaremal.run import Run

HEAD = "case_id, area, applied_date, due_date, decided_date, withdrawn_date, notice_date\n"
# Ten working days from 1 April 2025 end on the 15th, from the 8th (Easter lies between) on the 25th.
APPLIED = """
1, andet, 2025-04-01, , 2025-04-15, ,
2, andet, 2025-04-01, , 2025-04-16, ,
3, andet, 2025-04-08, , 2025-04-25, ,
4, andet, 2025-04-08, , 2025-04-28, ,
5, andet, 2025-04-08, , ,           ,
6, andet, 2025-04-08, , ,           2025-04-10,
"""
# 1-4 are told; 5 is not, and still open; 6 kept its day, 7 was withdrawn in time.
LATE = """
1, andet, 2025-04-01, 2025-04-15, 2025-04-16, ,           2025-04-15
2, andet, 2025-04-01, 2025-04-15, 2025-05-16, ,           2025-04-10
3, andet, 2025-04-01, 2025-04-15, ,           ,           2025-04-10
4, andet, 2025-04-01, 2025-04-15, ,           2025-04-20, 2025-04-10
5, andet, 2025-04-01, 2025-04-15, ,           ,
6, andet, 2025-04-01, 2025-04-15, 2025-04-15, ,
7, andet, 2025-04-01, 2025-04-15, ,           2025-04-15,
"""
ON_TIME = "citizen_service.cases_on_time"
NOTICE = "citizen_service.notice_when_late"


def test_the_council_may_count_working_days(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """1 and 3 of 1, 2, 3, 4 and 5 (open); 6 was withdrawn in time."""
    target = 'at_least = 90\nwithin = "10 working days"'
    found = measured({"citizen_service.cases": HEAD + APPLIED.strip()}, {ON_TIME: target})
    assert figure(found, ON_TIME) == (40.0, 5.0, None)


def test_an_area_may_have_a_deadline_of_its_own(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """15 days for sickness benefit: 1 and 2 of 5 are in time; the same cases elsewhere keep 30 days: all but the open one."""
    target = 'at_least = 90\nwithin = { sygedagpenge = "15 days" }'
    sick = "\n".join(f"s{line}" for line in APPLIED.strip().replace("andet", "sygedagpenge").splitlines())
    found = measured({"citizen_service.cases": f"{HEAD}{APPLIED.strip()}\n{sick}"}, {ON_TIME: target})
    assert figure(found, ON_TIME) == (60.0, 10.0, None)
    assert figure(found, ON_TIME, breakdown="area=sygedagpenge") == (40.0, 5.0, None)
    assert figure(found, ON_TIME, breakdown="area=andet") == (80.0, 5.0, None)


def test_who_waits_longer_is_told(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """1 to 4 of 1 to 5 are told; an open case is past its day as well, and one answered or withdrawn on its day is not."""
    found = measured({"citizen_service.cases": HEAD + LATE.strip()}, {NOTICE: "at_least = 50"}, "month")
    assert figure(found, NOTICE, "2025M04") == (80.0, 5.0, None)
    assert found.set_aside == ()
