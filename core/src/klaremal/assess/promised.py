"""What goals promise where: the rows of the series that each goal judges, with the band that each value must lie in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from klaremal.assess.series import Floats, Integers, Series
from klaremal.model.period import Period, month_key
from klaremal.model.target import Target

if TYPE_CHECKING:
    from klaremal.plan import PlannedGoal

_NO_END = 1 << 40
_NOTHING = (np.nan, np.nan)


@frozen(eq=False, kw_only=True)
class Promised:
    """One entry for each goal, unit and period that something is promised for.

    `goal` is the place of the goal, `place` that of the row in the series, `low` and `high` the band, infinite where open.
    """

    goal: Integers
    place: Integers
    low: Floats
    high: Floats


def promised(series: Series, goals: Sequence[PlannedGoal]) -> Promised:
    """Join goals with the rows of their series; the entries come by goal, and in the order of the observations.

    A version of a goal judges the periods whose first day it holds on.
    """
    wanted, target, targets = _wanted(series, goals)
    place, of = series.places(wanted)
    goal = np.repeat(np.arange(len(goals)), [len(planned.units) for planned in goals])[of]
    start = series.start[place]
    # A goal that begins within a month first judges the period that begins after it.
    first = np.array([month_key(each.goal.first) + (each.goal.first.day > 1) for each in goals], dtype=np.int64)
    last = np.array([month_key(each.goal.last) if each.goal.last else _NO_END for each in goals], dtype=np.int64)
    inside = np.flatnonzero((start >= first[goal]) & (start <= last[goal]))
    goal, place = goal[inside], place[inside]
    low, high = _bands(targets, target[of[inside]], start[inside])
    order = np.argsort(goal * (int(series.rows.max(initial=0)) + 1) + series.rows[place])
    order = order[~np.isnan(low[order])]
    return Promised(goal=goal[order], place=place[order], low=low[order], high=high[order])


Dated = tuple[Target, str, str]


def _wanted(series: Series, goals: Sequence[PlannedGoal]) -> tuple[Integers, Integers, list[Dated]]:
    """Return, goal by goal and unit by unit, the number of the series and the place of the target among the last list."""
    group_of = {group: place for place, group in enumerate(series.groups)}
    unit_of = {unit: place for place, unit in enumerate(series.units)}
    breakdown_of = {breakdown: place for place, breakdown in enumerate(series.breakdowns)}
    choices = dict.fromkeys(planned.units for planned in goals)
    chosen = {units: np.array([unit_of[unit] for unit in units], dtype=np.int64) for units in choices}
    known: dict[Dated, int] = {}
    numbers, targets = [], []
    for planned in goals:
        bound = planned.goal
        kind = (bound.frequency, bound.indicator.direction)
        group = group_of[bound.indicator.id, bound.frequency]
        numbers.append(series.number_of(group, breakdown_of[bound.goal.breakdown], chosen[planned.units]))
        own = dict(planned.targets)
        if own:
            each = [known.setdefault((own.get(unit, bound.target), *kind), len(known)) for unit in planned.units]
            targets.append(np.array(each, dtype=np.int64))
        else:
            targets.append(np.full(len(planned.units), known.setdefault((bound.target, *kind), len(known))))
    if not numbers:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), []
    return np.concatenate(numbers), np.concatenate(targets), list(known)


def _bands(targets: Sequence[Dated], target: Integers, start: Integers) -> tuple[Floats, Floats]:
    """Return the band of each row; NaN where the target promises nothing yet. A target is asked once for each period."""
    if not len(start):
        return np.empty(0), np.empty(0)
    earliest = int(start.min())
    months = int(start.max()) - earliest + 1
    cell = target * months + (start - earliest)
    used = np.zeros(len(targets) * months, dtype=bool)
    used[cell] = True
    cells = np.flatnonzero(used)
    periods: dict[tuple[str, int], Period] = {}
    bands = []
    for which, month in zip((cells // months).tolist(), (cells % months).tolist(), strict=True):
        each, frequency, direction = targets[which]
        period = periods.get((frequency, month))
        if period is None:
            period = periods[frequency, month] = Period(frequency.removesuffix("12"), month + earliest)
        bands.append(each.band(period, direction) or _NOTHING)
    low, high = np.array(bands).T
    place = (np.cumsum(used) - 1)[cell]
    return low[place], high[place]
