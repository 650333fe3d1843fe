"""Things to be done: judged by the day of the run, for the organisation's own unit, in the period of their deadline."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from klaremal.assess.fulfilments import COLUMNS, assess
from klaremal.assess.tasks import with_tasks
from klaremal.bind.workspace import BoundTask
from klaremal.model.goal import Goal
from klaremal.model.period import Period
from klaremal.targets import Done

BY = date(2027, 12, 31)


def task(done: Done, **more: Any) -> BoundTask:
    """Return something to be done, in force from 2026, judged in a quarter, unless `more` says otherwise."""
    given: dict[str, Any] = {"version": 1, "frequency": "quarter", "first": date(2026, 1, 1), "last": None} | more
    goal = Goal(id=given.pop("id", "selv"), title="Selvbetjening", promise="På nettet.", target=done, valid_from=given["first"])
    return BoundTask(goal=goal, done=done, **given)


def judged(*tasks: BoundTask, today: date) -> list[tuple[Any, ...]]:
    """Return goal, version, unit, period, status and cause of each row, and whether it is provisional."""
    frame = with_tasks(assess(_nothing(), []), tasks, "751", "municipality", today)
    assert list(frame.columns) == list(COLUMNS)
    plain = frame.astype(object).where(frame.notna(), None)
    rows: list[dict[str, Any]] = plain.to_dict("records")
    assert {(row["indicator"], row["sector"], row["value"], row["n"], row["breakdown"]) for row in rows} <= {
        (None, None, None, None, "")
    }
    return [
        (row["goal"], row["version"], row["unit"], Period(row["frequency"], row["start"]).code, row["status"], row["cause"],
         row["provisional"])
        for row in rows
    ]  # fmt: skip


def _nothing() -> pd.DataFrame:
    texts = ("indicator", "definition", "unit", "level", "frequency", "breakdown", "cause")
    numbers = ("value", "n", "part", "low", "high", "least", "most", "coverage", "weight", "start")
    return pd.DataFrame(
        {**{name: pd.Series([], dtype="str") for name in texts}, **{name: pd.Series([], dtype=float) for name in numbers}}
        | {name: pd.Series([], dtype=bool) for name in ("provisional", "warned")}
    )


@pytest.mark.parametrize(
    ("done", "today", "status", "cause"),
    [
        pytest.param(Done(BY), date(2026, 11, 22), "not_assessable", "not_yet_due", id="not yet, with time left"),
        pytest.param(Done(BY), BY, "not_assessable", "not_yet_due", id="the last day"),
        pytest.param(Done(BY), date(2028, 1, 1), "not_fulfilled", None, id="the day after"),
        pytest.param(Done(BY, date(2027, 6, 3)), date(2027, 7, 1), "fulfilled", None, id="done before"),
        pytest.param(Done(BY, BY), date(2028, 7, 1), "fulfilled", None, id="done on the last day"),
        pytest.param(Done(BY, date(2028, 1, 1)), date(2028, 7, 1), "not_fulfilled", None, id="done a day late"),
    ],
)
def test_something_is_done_in_time_or_not(done: Done, today: date, status: str, cause: str | None) -> None:
    """Before its deadline nothing is held against anybody."""
    assert judged(task(done), today=today) == [("selv", 1, "751", "2027K4", status, cause, False)]


@pytest.mark.parametrize(
    ("frequency", "code"), [("month", "2027M12"), ("half_year", "2027H2"), ("year", "2027"), ("school_year", "2027/28")]
)
def test_the_row_stands_in_the_period_of_the_deadline(frequency: str, code: str) -> None:
    """Whatever periods the goal is judged by."""
    assert judged(task(Done(BY), frequency=frequency), today=date(2026, 1, 1))[0][3] == code


def test_the_version_that_holds_on_its_deadline_is_judged() -> None:
    """A deadline that a later version put off before it came is no longer one."""
    first = task(Done(BY), last=date(2026, 12, 31))
    later = task(Done(date(2028, 6, 30)), version=2, first=date(2027, 1, 1))
    assert judged(first, later, today=date(2026, 6, 1)) == [
        ("selv", 2, "751", "2028K2", "not_assessable", "not_yet_due", False)
    ]


def test_of_two_deadlines_in_one_period_the_first_counts() -> None:
    """To put a deadline off by some weeks after it has passed does not make it kept."""
    first = task(Done(date(2027, 11, 30)), last=date(2027, 11, 30))
    later = task(Done(BY), version=2, first=date(2027, 12, 1))
    assert judged(first, later, today=date(2027, 12, 15)) == [("selv", 1, "751", "2027K4", "not_fulfilled", None, False)]


def test_without_tasks_the_fulfilments_are_as_they_were() -> None:
    """Not even copied."""
    nothing = assess(_nothing(), [])
    assert with_tasks(nothing, (), "751", "municipality", BY) is nothing
