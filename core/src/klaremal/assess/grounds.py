"""The figures that targets stand on: an earlier one of the same unit, or that of others in the same period; none is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from klaremal.assess.observed import METHOD_CHANGED, NO_CASES, NO_CAUSE, NO_DATA, NOT_MEASURED, Observed, Places
from klaremal.assess.promised import Promised
from klaremal.assess.series import Floats, Integers, Series, Truths
from klaremal.assess.trend import breaks_within

if TYPE_CHECKING:
    from klaremal.plan import PlannedGoal
    from klaremal.plan_compared import Compared, Spells

_NO_END = 1 << 40
# A group needs two others, and so many tenths of all the others, with a value.
_OTHERS = 2
_TENTHS = 8


@frozen(eq=False, kw_only=True)
class Grounds:
    """What each entry's target stands on: `cause` says why its figure cannot be used, `closed` that its period is over.

    A target that stands on no figure has an ordinary band, no cause and nothing to wait for. `own` says that a unit would be
    held against itself.
    """

    value: Floats
    cause: Places
    closed: Truths
    own: Truths

    @classmethod
    def of(
        cls, series: Series, goals: Sequence[PlannedGoal], entries: Promised, observed: Observed, minimum: Floats
    ) -> Grounds:
        """Find the figures; `minimum` is the share of each entry's goal that must have been measured.

        Where no target stands on a figure there is one neutral element for all.
        """
        stands = any(planned.compared for planned in goals) or bool(entries.back.any())
        size = len(entries) if stands else 1
        found = cls(
            value=np.zeros(size),
            cause=np.full(size, NO_CAUSE, dtype=np.int8),
            closed=np.ones(size, dtype=bool),
            own=np.zeros(size, dtype=bool),
        )
        found._add_earlier(series, entries, observed, minimum)
        for goal, planned in enumerate(goals):
            if planned.compared:
                where = np.arange(*np.searchsorted(entries.goal, [goal, goal + 1]))
                held = _Held(series=series, planned=planned, observed=observed, minimum=planned.goal.minimum_coverage)
                for compared, chosen in _by_others(series.unit[entries.place[where]], series, planned):
                    held.add(found, where[chosen], entries.place[where[chosen]], compared)
        return found

    def under(self, entries: Promised) -> Promised:
        """Return the entries with bands that stand on their figures; NaN where the figure cannot be used."""
        if not entries.in_percent.any() and not self.value.any() and (self.cause == NO_CAUSE).all():
            return entries
        if not entries.in_percent.any():
            return evolve(entries, low=_added(entries.low, self.value), high=_added(entries.high, self.value))
        size = np.where(entries.in_percent, np.abs(self.value), 1.0)
        low, high = (np.where(np.isfinite(each), each * size, each) for each in (entries.low, entries.high))
        return evolve(entries, low=_added(low, self.value), high=_added(high, self.value))

    def take(self, which: Any) -> Grounds:
        """Return the chosen ones, by mask or by position."""
        return Grounds(value=self.value[which], cause=self.cause[which], closed=self.closed[which], own=self.own[which])

    def set(self, where: Integers, value: Floats, cause: Places, closed: Truths) -> None:
        """Note the figures of some entries; a figure that cannot be used is none."""
        self.value[where] = np.where(cause == NO_CAUSE, value, np.nan)
        self.cause[where] = cause
        self.closed[where] = closed

    def _add_earlier(self, series: Series, entries: Promised, observed: Observed, minimum: Floats) -> None:
        """Note the figures of earlier periods; none across a change of method, since the two are not of one kind."""
        where = np.flatnonzero(entries.back > 0)
        if not len(where):
            return
        place, back = entries.place[where], entries.back[where]
        start, group = series.start[place], series.group[place]
        then = series.find(series.number_at(place), start - back)
        cause = observed.causes(then, minimum[where])
        for which in np.unique(group).tolist():
            indicator, frequency = observed.figures.indicators[which], series.groups[which][-1]
            of = np.flatnonzero(group == which)
            broken = breaks_within(indicator, start[of] - back[of], start[of], frequency)
            cause[of[broken]] = np.minimum(cause[of[broken]], METHOD_CHANGED)
        self.set(where, observed.value[then], cause, (then < 0) | observed.closed[then])


def _added(end: Floats, ground: Floats) -> Floats:
    """Return the finite ends of bands with their ground added; an open end stays open."""
    return np.where(np.isfinite(end), end + ground, end)


def _by_others(unit: Integers, series: Series, planned: PlannedGoal) -> Iterator[tuple[Compared, Integers]]:
    """Give those whom units are held against, each once, with the positions of the units for which they are."""
    kinds: dict[Compared, int] = {}
    kind_of = np.full(len(series.units), -1, dtype=np.int64)
    place_of = {code: place for place, code in enumerate(series.units)}
    for code, compared in planned.compared:
        kind_of[place_of[code]] = kinds.setdefault(compared, len(kinds))
    for compared, kind in kinds.items():
        yield compared, np.flatnonzero(kind_of[unit] == kind)


@frozen(eq=False, kw_only=True)
class _Held:
    """A goal whose units are held against others, with the figures of all of them."""

    series: Series
    planned: PlannedGoal
    observed: Observed
    minimum: float

    def add(self, found: Grounds, where: Integers, place: Integers, compared: Compared) -> None:
        """Note what the entries at `where`, with their rows at `place`, are held against."""
        start, unit = self.series.start[place], self.series.unit[place]
        # Whoever is in no group, or is held against somebody who is not known, has nothing to be held against.
        nobody = np.full(len(where), NO_DATA, dtype=np.int8)
        found.set(where, np.full(len(where), np.nan), nobody, np.ones(len(where), dtype=bool))
        for codes, within in _spells(compared.others, start):
            figures = self._group if compared.is_group else self._unit
            value, cause, closed = figures(codes, start[within], unit[within])
            found.set(where[within], value, cause, closed)
            if not compared.is_group:
                found.own[where[within]] = np.isin(unit[within], self._places(codes))
        for codes, within in _spells(compared.whole, start):
            if not self._is_known(codes):
                nothing = np.full(len(within), NO_DATA, dtype=np.int8)
                found.set(where[within], np.full(len(within), np.nan), nothing, found.closed[where[within]])

    def _unit(self, codes: Sequence[str], start: Integers, unit: Integers) -> tuple[Floats, Places, Truths]:
        """Return the figures of one unit. That it had no cases is no answer: there is nothing to be held against."""
        then = self.series.find(self._numbers(codes)[0], start)
        cause = self.observed.causes(then, self.minimum)
        cause[np.isin(cause, (NO_CASES, NOT_MEASURED))] = NO_DATA
        return self.observed.value[then], cause, (then < 0) | self.observed.closed[then]

    def _group(self, codes: Sequence[str], start: Integers, unit: Integers) -> tuple[Floats, Places, Truths]:
        """Return the figures of each unit's others in a group, put together by weight."""
        starts, at_start = np.unique(start, return_inverse=True)
        units, at_unit = np.unique(unit, return_inverse=True)
        then = self.series.find(self._numbers(codes)[None, :], starts[:, None])
        weight = np.where(then < 0, 0.0, self.observed.numbers("weight", then))
        usable = (self.observed.causes(then, self.minimum) == NO_CAUSE) & (weight > 0)
        weight = np.where(usable, weight, 0.0)
        value = np.where(usable, self.observed.value[then], 0.0)
        others = (self._places(codes)[:, None] != units[None, :]).astype(np.float64)
        known, waiting = usable @ others, (usable & ~self.observed.closed[then]) @ others
        enough = (known >= _OTHERS) & (10 * known >= _TENTHS * others.sum(axis=0))
        bottom = weight @ others
        together = np.divide((value * weight) @ others, bottom, out=np.full(bottom.shape, np.nan), where=bottom > 0)
        cause = np.where(enough, np.int8(NO_CAUSE), np.int8(NO_DATA))
        cell = (at_start, at_unit)
        return together[cell], cause[cell], (waiting == 0)[cell]

    def _is_known(self, codes: Sequence[str]) -> bool:
        """Say whether the data has ever said anything of nearly all of these units."""
        place, of = self.series.places(self._numbers(codes))
        said = np.unique(of[self.observed.cause[place] > NO_CASES])
        return len(said) >= self.minimum * len(codes)

    def _numbers(self, codes: Sequence[str]) -> Integers:
        bound = self.planned.goal
        group = self.series.groups.index(self.planned.group)
        breakdown = self.series.breakdowns.index(bound.goal.breakdown)
        return self.series.number_of(group, breakdown, self._places(codes))

    def _places(self, codes: Sequence[str]) -> Integers:
        place_of = {code: place for place, code in enumerate(self.series.units)}
        return np.array([place_of[code] for code in codes], dtype=np.int64)


def _spells(spells: Spells, start: Integers) -> Iterator[tuple[Sequence[str], Integers]]:
    """Give the units of each spell with the positions of the periods that begin in it."""
    begins = [*(first for first, _ in spells), _NO_END]
    for (first, codes), end in zip(spells, begins[1:], strict=True):
        within = np.flatnonzero((start >= first) & (start < end))
        if len(within):
            yield codes, within
