"""Goals that are something to be done: their rows, judged by the day of the run; no figure is needed for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from klaremal.assess.fulfilments import COLUMNS
from klaremal.categories import joined, words_at

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundTask

_NUMBERS = ("value", "target", "target_high", "margin", "n", "part", "low", "high")
_FLAGS = ("provisional", "warned")


def with_tasks(judged: pd.DataFrame, tasks: Iterable[BoundTask], unit: str, level: str, today: date) -> pd.DataFrame:
    """Return the fulfilments with one row more for each task, for the organisation's own unit, in the deadline's period.

    Done on the deadline or before is fulfilled, done later is not; what is not done is not yet due until the deadline has
    passed. The version in force on its deadline is judged; of two in one period the first.
    """
    rows = list(_rows(tasks, unit, level, today))
    if not rows:
        return judged
    made = pd.DataFrame(rows)
    for name in COLUMNS:
        if name in _NUMBERS:
            made[name] = np.nan
        elif name in _FLAGS:
            made[name] = False
        elif name not in ("version", "start"):
            which, words = pd.factorize(made.get(name, pd.Series([None] * len(made))).to_numpy(dtype=object))
            made[name] = words_at(which, list(words))
    made = made[list(COLUMNS)]
    return joined([judged, made]) if len(judged) else made


def _rows(tasks: Iterable[BoundTask], unit: str, level: str, today: date) -> Iterator[dict[str, Any]]:
    seen = set()
    for task in sorted(tasks, key=lambda each: (each.goal.id, each.version)):
        in_force = task.last is None or task.done.by <= task.last
        key = (task.goal.id, task.period.code)
        if not in_force or key in seen:
            continue
        seen.add(key)
        status, cause = _status(task, today)
        yield {
            "goal": task.goal.id,
            "version": task.version,
            "unit": unit,
            "level": level,
            "start": task.period.start,
            "frequency": task.frequency,
            "breakdown": "",
            "status": status,
            "cause": cause,
        }


def _status(task: BoundTask, today: date) -> tuple[str, str | None]:
    """Return the status on a day, and its cause where there is none; the deadline's own day belongs to it."""
    by, on = task.done.by, task.done.on
    if on is not None:
        return ("fulfilled" if on <= by else "not_fulfilled"), None
    return ("not_fulfilled", None) if today > by else ("not_assessable", "not_yet_due")
