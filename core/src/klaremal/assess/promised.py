"""What goals promise where: the rows of the series that each goal judges, with the band that each value must lie in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import fields, frozen

from klaremal.assess.series import Floats, Integers, Series, Truths
from klaremal.judge import slack
from klaremal.model.period import MONTHS, Period, month_key
from klaremal.model.target import Target

if TYPE_CHECKING:
    from klaremal.plan import PlannedGoal

_NO_END = 1 << 40
_NOTHING = (np.nan, np.nan)


@frozen(eq=False, kw_only=True)
class Promised:
    """One entry for each goal, unit and period that something is promised for.

    `goal` is the place of the goal, `place` that of the row in the series, `low` and `high` the band, infinite where open. A
    value that only equals a `strict` bound is outside. `due` is false before the period in which a goal is to be met.

    Of a target that stands on another figure the band is how far from it, or (`in_percent`) which share of it: the figure
    `back` months earlier, or that of others.
    """

    goal: Integers
    place: Integers
    low: Floats
    high: Floats
    strict: Truths
    due: Truths
    in_percent: Truths
    back: Integers

    def __len__(self) -> int:
        return len(self.goal)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """The band that a value is compared with, allowing the usual slack: a strict bound is so much further on."""
        if not self.strict.any():
            return self.low, self.high
        beyond = np.where(self.strict & np.isfinite(self.low), 2 * slack(self.low), 0.0)
        below = np.where(self.strict & np.isfinite(self.high), 2 * slack(self.high), 0.0)
        return self.low + beyond, self.high - below

    def take(self, which: Any) -> Promised:
        """Return the chosen entries, by mask or by position."""
        return Promised(**{each.name: getattr(self, each.name)[which] for each in fields(Promised)})


def promised(series: Series, goals: Sequence[PlannedGoal]) -> Promised:
    """Join goals with the rows of their series; the entries come by goal, and in the order of the observations.

    A version of a goal judges the periods whose first day it holds on, of units that lie where it means them on the last day.
    """
    wanted, target, targets = _wanted(series, goals)
    place, of = series.places(wanted)
    goal = np.repeat(np.arange(len(goals)), [len(planned.units) for planned in goals])[of]
    start = series.start[place]
    # A goal that begins within a month first judges the period that begins after it.
    first = np.array([month_key(each.goal.first) + (each.goal.first.day > 1) for each in goals], dtype=np.int64)
    last = np.array([month_key(each.goal.last) if each.goal.last else _NO_END for each in goals], dtype=np.int64)
    inside = np.flatnonzero((start >= first[goal]) & (start <= last[goal]) & ~_away(goals, goal, of, start))
    order = inside[np.argsort(goal[inside] * (int(series.rows.max(initial=0)) + 1) + series.rows[place[inside]])]
    goal, place, which, start = goal[order], place[order], target[of[order]], start[order]
    low, high, back = _bands(targets, which, start)
    due_from = np.array([each.goal.goal.by.start if each.goal.goal.by else 0 for each in goals], dtype=np.int64)
    entries = Promised(
        goal=goal,
        place=place,
        low=low,
        high=high,
        strict=np.array([each.strict for each, *_ in targets], dtype=bool)[which],
        due=start >= due_from[goal],
        in_percent=np.array([each.in_percent for each, *_ in targets], dtype=bool)[which],
        back=back,
    )
    something = ~np.isnan(low)
    return entries if something.all() else entries.take(something)


def _away(goals: Sequence[PlannedGoal], goal: Integers, of: Integers, start: Integers) -> Truths:
    """Say which entries are of a unit that lies elsewhere in the last month of the period."""
    away, offset = [], 0
    for planned in goals:
        place_of = {unit: place for place, unit in enumerate(planned.units)} if planned.away else {}
        away += [(offset + place_of[unit], since, until) for unit, since, until in planned.away]
        offset += len(planned.units)
    found = np.zeros(len(of), dtype=bool)
    if not away:
        return found
    unit, since, until = np.array(sorted(away), dtype=np.int64).T
    low, high = (np.searchsorted(unit, of, side) for side in ("left", "right"))
    entry = np.repeat(np.arange(len(of)), high - low)
    spell = np.arange(len(entry)) - np.repeat(np.cumsum(high - low) - high, high - low)
    months = np.array([MONTHS[each.goal.frequency] for each in goals], dtype=np.int64)
    month = (start + months[goal] - 1)[entry]
    found[entry[(since[spell] <= month) & (month < until[spell])]] = True
    return found


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
        group = group_of[planned.group]
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


def _bands(targets: Sequence[Dated], target: Integers, start: Integers) -> tuple[Floats, Floats, Integers]:
    """Return the band of each row, NaN where the target promises nothing yet, and how many months earlier its base lies.

    A target is asked once for each period.
    """
    if not len(start):
        return np.empty(0), np.empty(0), np.empty(0, dtype=np.int64)
    earliest = int(start.min())
    months = int(start.max()) - earliest + 1
    cell = target * months + (start - earliest)
    used = np.zeros(len(targets) * months, dtype=bool)
    used[cell] = True
    cells = np.flatnonzero(used)
    periods: dict[tuple[str, int], Period] = {}
    bands, back = [], []
    for which, month in zip((cells // months).tolist(), (cells % months).tolist(), strict=True):
        each, frequency, direction = targets[which]
        period = periods.get((frequency, month))
        if period is None:
            period = periods[frequency, month] = Period(frequency.removesuffix("12"), month + earliest)
        bands.append(each.band(period, direction) or _NOTHING)
        back.append(each.months_back(period))
    low, high = np.array(bands).T
    place = (np.cumsum(used) - 1)[cell]
    return low[place], high[place], np.array(back, dtype=np.int64)[place]
