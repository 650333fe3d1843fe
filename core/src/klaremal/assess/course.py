"""Course: whether a value is on its way to a target that lies ahead, on a straight line or on the path that was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from klaremal.assess.observed import NO_CAUSE, Observed, Places
from klaremal.assess.promised import Promised
from klaremal.assess.series import Floats, Integers, Series, Truths
from klaremal.assess.trend import breaks_within, distance
from klaremal.judge import at_least, at_most
from klaremal.model.outcome import COURSES
from klaremal.model.period import MONTHS, month_key
from klaremal.model.target import Path

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal

REACHED, ON_TRACK, BEHIND, MISSED, TOO_EARLY = (np.int8(COURSES.index(word)) for word in COURSES)
_NONE = np.int8(-1)
_NEVER = -1


def courses(
    series: Series, bounds: Sequence[BoundGoal], entries: Promised, observed: Observed, usable: Truths, minimum: Floats
) -> Places:
    """Return the course of each entry, a place in COURSES, -1 where it has none.

    `usable` says that an entry's value says something; `minimum` is the share that must have been measured. A row that is
    provisional can only be too early: no closed value since the goal began.
    """
    found = np.full(len(entries), _NONE)
    ends = [_end(bound) for bound in bounds]
    chosen = np.flatnonzero(np.array([end is not None for end in ends], dtype=bool)[entries.goal]) if any(ends) else ()
    if not len(chosen):
        return found
    part = entries.take(chosen)
    closed = observed.closed[part.place]
    ways = _Ways.of(series, bounds, part, observed, minimum[chosen], [end or (0, np.nan) for end in ends])
    early = (ways.latest == ways.base) & (ways.base >= 0)
    waiting = np.where(early, TOO_EARLY, _NONE)
    found[chosen] = np.where(usable[chosen], np.where(closed, ways.courses(observed.value[part.place]), waiting), _NONE)
    return found


def _end(bound: BoundGoal) -> tuple[int, float] | None:
    """Return the first month of the period in which the final target is to be met, and the last value of a path."""
    if isinstance(bound.target, Path):
        point, value = bound.target.points[-1]
        return point.last_month - MONTHS[bound.frequency] + 1, value
    return (bound.goal.by.start, np.nan) if bound.goal.by is not None else None


@frozen(eq=False, kw_only=True)
class _Ways:
    """The way of each entry: its final band, when that is due, and where it began.

    `base` is the first month of the latest value before the goal, `latest` that of the latest before the entry, -1 without
    one, or where nobody needs it. `missed` says that it is or was due, and that the value then did not meet the target.
    """

    start: Integers
    due: Integers
    low: Floats
    high: Floats
    required_low: Floats
    required_high: Floats
    base: Integers
    latest: Integers
    needs_base: Truths
    broken: Truths
    missed: Truths

    @classmethod
    def of(
        cls,
        series: Series,
        bounds: Sequence[BoundGoal],
        entries: Promised,
        observed: Observed,
        minimum: Floats,
        ends: Sequence[tuple[int, float]],
    ) -> _Ways:
        """Look up where each entry's way begins and ends."""
        start, goal = series.start[entries.place], entries.goal
        due = np.array([end for end, _ in ends], dtype=np.int64)[goal]
        last = np.array([value for _, value in ends])[goal]
        follows = np.isfinite(last)
        low = np.where(follows & np.isfinite(entries.low), last, entries.low)
        high = np.where(follows & np.isfinite(entries.high), last, entries.high)
        first = np.array([month_key(each.first) + (each.first.day > 1) for each in bounds], dtype=np.int64)[goal]
        number, runs = series.number_at(entries.place), ~observed.closed[entries.place]
        search = _Search(series=series, observed=observed, goal=goal, number=number, minimum=minimum)
        # A path says itself what it requires; only while a period runs its base is asked for.
        base = search.latest(np.flatnonzero(~follows | runs), first)
        line = np.flatnonzero(~follows)
        wide = np.zeros(len(start))
        wide[line] = _left(start[line], base[line], due[line])
        wide[line] *= distance(observed.value[series.find(number[line], base[line])], low[line], high[line])
        return cls(
            start=start,
            due=due,
            low=low,
            high=high,
            required_low=entries.low - wide,
            required_high=entries.high + wide,
            base=base,
            latest=search.latest(np.flatnonzero(runs), start),
            needs_base=~follows,
            broken=_broken(series, entries, observed, base),
            missed=search.missed(np.flatnonzero(start >= due), due, low, high),
        )

    def courses(self, value: Floats) -> Places:
        """Return the course of entries with values that can be used."""
        meets = _meets(value, self.low, self.high)
        behind = ~_meets(value, self.required_low, self.required_high)
        found = np.where(behind, BEHIND, ON_TRACK)
        found = np.where((self.start > self.due) & ~meets, BEHIND, found)
        found = np.where(meets, REACHED, found)
        found = np.where(self.missed, MISSED, found)
        nowhere = self.needs_base & ((self.base < 0) | self.broken)
        return np.where(nowhere, _NONE, found).astype(np.int8)


def _meets(value: Floats, low: Floats, high: Floats) -> Truths:
    found: Truths = at_least(value, low) & at_most(value, high)
    return found


def _left(start: Integers, base: Integers, due: Integers) -> Floats:
    """Return which part of a straight line from base to due still lies ahead."""
    left: Floats = 1 - np.clip((start - base) / np.maximum(due - base, 1), 0, 1)
    return left


@frozen(eq=False, kw_only=True)
class _Search:
    """Looks for other rows of the entries' series; `minimum` is the share that each entry's goal wants measured."""

    series: Series
    observed: Observed
    goal: Integers
    number: Integers
    minimum: Floats

    def latest(self, where: Integers, before: Integers) -> Integers:
        """Return for some entries the first month of the latest closed value that begins before a month; -1 elsewhere."""
        found = np.full(len(self.goal), _NEVER, dtype=np.int64)
        if not len(where):
            return found
        months = int(before.max()) + 1
        key = (self.goal[where] * (int(self.number.max()) + 1) + self.number[where]) * months + before[where]
        _, first, which = np.unique(key, return_index=True, return_inverse=True)
        asked = where[first]
        place, of = self.series.places(self.number[asked])
        usable = (self.observed.causes(place, self.minimum[asked][of]) == NO_CAUSE) & self.observed.closed[place]
        usable &= self.series.start[place] < before[asked][of]
        latest = np.full(len(asked), _NEVER, dtype=np.int64)
        np.maximum.at(latest, of[usable], self.series.start[place[usable]])
        found[where] = latest[which]
        return found

    def missed(self, where: Integers, due: Integers, low: Floats, high: Floats) -> Truths:
        """Say for some entries whether a value was known when it was due and did not meet the target."""
        found = np.zeros(len(self.goal), dtype=bool)
        then = self.series.find(self.number[where], due[where])
        known = (self.observed.causes(then, self.minimum[where]) == NO_CAUSE) & self.observed.closed[then]
        found[where] = known & ~_meets(self.observed.value[then], low[where], high[where])
        return found


def _broken(series: Series, entries: Promised, observed: Observed, base: Integers) -> Truths:
    """Say whether the method changed between the base and the entry's own period."""
    group, start = series.group[entries.place], series.start[entries.place]
    found = np.zeros(len(entries), dtype=bool)
    for which in np.unique(group).tolist():
        of = np.flatnonzero(group == which)
        indicator, frequency = observed.figures.indicators[which], series.groups[which][-1]
        found[of] = breaks_within(indicator, base[of], start[of], frequency)
    return found
