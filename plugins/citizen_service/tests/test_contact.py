"""Queues and calls, from small tables with every edge to figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from klaremal.run import Run

START = datetime(2025, 6, 2, 9, 0)


def test_the_queue_is_measured_by_its_middle_its_tail_and_its_share(
    measured: Callable[..., Run], figure: Callable[..., Any]
) -> None:
    """Ten waits, and one who left: the middle is 11; 9 tenths of the way from 18 to 40 by type 7 is 20.2; 7 of 11 in time."""
    minutes = (2, 4, 6, 8, 10, 12, 14.5, 16, 18, 40)
    rows = [f"{at}, {START}, {START + timedelta(minutes=each)}, Pas" for at, each in enumerate(minutes)]
    table = "\n".join(["ticket_id, created_at, called_at, queue", *rows, f"left, {START}, , Pas"])
    names = ("queue_minutes_median", "queue_minutes_p90", "queue_within_15_minutes")
    targets = ("at_most = 10", "at_most = 20", "at_least = 80")
    asked = {f"citizen_service.{name}": target for name, target in zip(names, targets, strict=True)}
    found = measured({"citizen_service.queue_tickets": table}, asked)
    assert figure(found, "citizen_service.queue_minutes_median") == (11.0, 10.0, None)
    assert figure(found, "citizen_service.queue_minutes_p90") == (20.2, 10.0, None)
    assert figure(found, "citizen_service.queue_within_15_minutes") == (round(100 * 7 / 11, 6), 11.0, None)
    assert found.set_aside == ()


def test_calls_that_are_given_up_count_as_offered(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """30, 60, 90, 119 and 120 seconds are in time, 121 is not, and two hang up: 5 of 8."""
    seconds = (30, 60, 90, 119, 120, 121)
    rows = [f"{at}, {START}, {START + timedelta(seconds=each)}, Hovednummer" for at, each in enumerate(seconds)]
    gone = [f"x, {START}, , Hovednummer", f"y, {START}, , Hovednummer"]
    table = "\n".join(["call_id, offered_at, answered_at, queue", *rows, *gone])
    name = "citizen_service.calls_answered_in_2_minutes"
    assert figure(measured({"citizen_service.calls": table}, {name: "at_least = 80"}), name) == (62.5, 8.0, None)
