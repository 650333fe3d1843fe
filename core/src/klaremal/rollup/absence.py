"""What is missing: periods and units that should have delivered rows and did not, and how much they would have been; no values.

Where rows are cases that carry days, a period without rows may be a period without cases; it is missing only if the last four
of which the rows are known averaged five or more. Where rows name their period, or are totals of units, every one that is
expected and not there is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import evolve, frozen

from klaremal.rollup.periods import Base, Reported, whole
from klaremal.rollup.tree import EXPECTED, Places, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import Pass
    from klaremal.rollup.located import Located

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Truths = NDArray[np.bool_]

_PERIODS_BEFORE: Final = 4
_ROWS_EXPECTED: Final = 5
# A unit below the municipality that has not reported for so many months is no longer expected to.
_MONTHS_EXPECTED: Final = 48


def stopped(rows: NDArray[Any], closed: Truths) -> Truths:
    """Say for each period (first axis) and unit whether rows stopped coming: none now, and an average of five before.

    Before are the last four closed periods of which the rows are known: one in which they had stopped says nothing. Where
    there are fewer, those count; the very first period has none.
    """
    found = np.zeros(rows.shape, dtype=bool)
    units = np.flatnonzero(((rows == 0) & closed[:, None]).any(axis=0) & (rows.sum(axis=0) >= _ROWS_EXPECTED))
    rows = rows[:, units]
    before = np.zeros((_PERIODS_BEFORE, len(units)), dtype=rows.dtype)
    known = np.zeros(len(units), dtype=np.int64)
    for place in np.flatnonzero(closed).tolist() if len(units) else ():
        enough = (known > 0) & (before.sum(axis=0) >= _ROWS_EXPECTED * np.minimum(known, _PERIODS_BEFORE))
        lost = (rows[place] == 0) & enough
        found[place, units] = lost
        before = np.where(lost, before, np.concatenate([before[1:], rows[place : place + 1]]))
        known += ~lost
    return found


def reporting(present: Truths, starts: Integers) -> Truths:
    """Say for each period and unit whether the unit reports then: from its first period until four years after its last."""
    if not len(present):
        return present
    first = starts[present.argmax(axis=0)]
    last = starts[len(present) - 1 - present[::-1].argmax(axis=0)]
    found: Truths = present.any(axis=0) & (starts[:, None] >= first) & (starts[:, None] <= last + _MONTHS_EXPECTED)
    return found


def estimated(values: Floats, there: Truths, lost: Truths) -> Floats:
    """Return what lost cells (period x unit) would have been: the unit's value in its latest period before that has rows.

    Else that of its next later one, else the mean of the other units of that period, else NaN. Cells that are not lost are 0.
    """
    found = np.zeros(lost.shape)
    period, unit = np.nonzero(lost)
    if not len(period):
        return found
    place = np.arange(len(there))[:, None]
    earlier = np.maximum.accumulate(np.where(there, place, -1), axis=0)
    later = np.minimum.accumulate(np.where(there, place, len(there))[::-1], axis=0)[::-1]
    nearest = np.where(earlier >= 0, earlier, later)[period, unit]
    count = there.sum(axis=1)
    mean = np.divide((values * there).sum(axis=1), count, out=np.full(len(there), np.nan), where=count > 0)
    is_known = nearest < len(there)
    found[period, unit] = np.where(is_known, values[np.where(is_known, nearest, 0), unit], mean[period])
    return found


@frozen(eq=False, kw_only=True)
class _Units:
    """Units with a column as base period x unit: in which cells there are rows, and in which they are lost."""

    codes: Sequence[str]
    values: NDArray[Any]
    there: Truths
    lost: Truths


class Absence:
    """Looks for what is missing in one pass, also in the base periods before its first rows that its periods begin in."""

    def __init__(self, located: Located, base: Base, tree: Tree, pass_: Pass, periods: Iterable[Reported]) -> None:
        self._located = located
        self._known = base
        self._base = whole(base, periods)
        self._is_known = np.isin(self._base.starts, base.starts)
        self._tree = tree
        self._level = pass_.dataset.level
        self._by_name = self._level is not None or not pass_.by_day
        self._rows = self._dense("rows")
        self._units: dict[str, _Units] = {}

    # -- what a grid asks ------------------------------------------------------------------------------------------------

    def interrupted(self, reported: Reported, places: Places) -> Truths:
        """Say for each period of several base periods and unit whether one that should have rows has none."""
        found = np.zeros((len(reported), len(places)), dtype=bool)
        if reported.frequency != self._base.frequency:
            for part, above in _parts(places):
                lost = self._lost_places(_added(self._rows, above, len(places)), places)
                found[part] = self._on_whole(reported).count_of(lost)[part] > 0
        return found

    def parts(self, reported: Reported, places: Places, column: str, interrupted: Truths) -> Truths:
        """Say for each period and unit whether a sub-period of it, or a unit in it, that should be there is missing.

        `column` counts the rows that make one there, where rows are totals; `interrupted` is what the method says.
        """
        units = self._of(column)
        lost = self._on_whole(reported).count_of(units.lost) > 0
        if self._level is None:
            lost |= self._lost_long(reported)
        found = np.zeros((len(reported), len(places)), dtype=bool)
        for part, above in self._lying(units, places):
            found[part] = _added(lost[part].astype(np.int64), above, len(places)) > 0
        return found | interrupted if self._level is None else found

    def estimated(self, reported: Reported, places: Places, column: str, interrupted: Truths) -> Floats:
        """Return how many rows a column would count in what is missing of each period and unit; NaN where nobody can say."""
        units, on_whole = self._of(column), self._on_whole(reported)
        values = estimated(units.values, units.there, units.lost)
        found = np.zeros((len(reported), len(places)))
        for part, above in self._lying(units, places):
            cells = _added(values, above, len(places))
            if self._level is None and interrupted[part].any():
                rows = _added(self._rows, above, len(places))
                lost = self._lost_places(rows, places)
                cells = np.where(lost, estimated(_added(units.values, above, len(places)), rows > 0, lost), cells)
            found[part] = on_whole.total_of(cells)[part]
        if self._level is None:
            # Units of so few rows that only a whole period without any is missed.
            lost = self._lost_long(reported) & ~(on_whole.count_of(units.lost) > 0)
            values = estimated(on_whole.total_of(units.values), on_whole.count_of(units.there) > 0, lost)
            for part, above in _parts(places):
                found[part] += _added(values[part], above, len(places))
        return found

    def with_rows(self, reported: Reported, places: Places, column: str) -> Integers:
        """Return in how many base periods of each period and unit a column counts rows."""
        found = np.zeros((len(reported), len(places)), dtype=np.int64)
        values = self._dense(column)
        for part, above in _parts(places):
            found[part] = self._on_whole(reported).count_of(_added(values, above, len(places)) > 0)[part]
        return found

    def lived(self, reported: Reported, places: Places) -> Integers:
        """Return in how many base periods of each period a unit exists; those before the first rows do not count."""
        exists = self._tree.filled(places.codes, self._known.last_days, self._tree.units.valid)
        return reported.count_of(exists)

    # -- base cells ------------------------------------------------------------------------------------------------------

    def _on_whole(self, reported: Reported) -> Reported:
        """Return periods as made of all base periods, those before the first rows included."""
        starts = self._base.starts
        last = np.searchsorted(starts, self._known.starts[reported.last])
        return evolve(reported, first=last if reported.state else np.searchsorted(starts, reported.starts), last=last)

    def _dense(self, name: str) -> NDArray[Any]:
        """Return a column as base period x data unit; units of another level than the dataset's stay at 0."""
        located, base = self._located, self._base
        place = np.searchsorted(base.starts, located.start)
        kept = (place < len(base.starts)) & located.own[located.unit]
        kept[kept] = base.starts[place[kept]] == located.start[kept]
        values = np.zeros((len(base.starts), len(located.codes)), dtype=located.columns[name].dtype)
        values[place[kept], located.unit[kept]] = located.columns[name][kept]
        return values

    def _of(self, column: str) -> _Units:
        """Return the units that rows are of, and where those are lost that a column counts (of cases: any)."""
        if column not in self._units:
            codes, values = self._located.codes, self._dense(column)
            if self._level is None:
                there, lost = self._rows > 0, self._stopped
            else:
                codes, values = self._totals(values)
                there = values > 0
                lost = ~there & self._base.closed[:, None] & self._expected(codes, there)
            self._units[column] = _Units(codes=codes, values=values, there=there, lost=lost)
        return self._units[column]

    def _totals(self, values: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[Any]]:
        """Return the units of the dataset's level and their values; of the upper levels also units without any."""
        units = self._tree.units
        known = units.codes if self._level in EXPECTED else self._located.codes
        codes = tuple(code for code in known if units.level(code) == self._level)
        place_of = {code: place for place, code in enumerate(codes)}
        of_level = [(unit, place_of[code]) for unit, code in enumerate(self._located.codes) if code in place_of]
        found = np.zeros((len(values), len(codes)), dtype=values.dtype)
        for unit, place in of_level:
            found[:, place] = values[:, unit]
        return codes, found

    @cached_property
    def _stopped(self) -> Truths:
        codes = self._located.codes
        return stopped(self._rows, self._base.closed & self._is_known) & self._expected(codes, self._rows > 0)

    def _lost_long(self, reported: Reported) -> Truths:
        """Say in which periods data units have no rows at all, and had before."""
        rows = self._on_whole(reported).total_of(self._rows)
        exists = self._tree.filled(self._located.codes, reported.last_days, self._tree.units.valid)
        return stopped(rows, reported.closed) & exists & self._reports(self._located.codes, rows > 0, reported.starts)

    def _lost_places(self, rows: NDArray[Any], places: Places) -> Truths:
        """Say in which base periods the rows of a reported unit are lost."""
        base = self._base
        missing = rows == 0
        if not self._by_name:
            missing = stopped(rows, base.closed & self._is_known) | (~self._is_known[:, None] & self._begins_busy)
        exists = self._tree.filled(places.codes, base.last_days, self._tree.units.valid)
        found: Truths = missing & base.closed[:, None] & exists
        return found

    def _expected(self, codes: Sequence[str], there: Truths) -> Truths:
        """Say in which base periods units exist and, below the municipality, still report."""
        base = self._base
        # Whoever reports when the data begins would have reported before.
        known = np.flatnonzero(self._is_known)
        since = known[np.searchsorted(known, np.arange(len(base.starts)))]
        exists = self._tree.filled(codes, base.last_days, self._tree.units.valid)
        return exists & self._reports(codes, there[since], base.starts)

    def _reports(self, codes: Sequence[str], there: Truths, starts: Integers) -> Truths:
        """Say when units report: those of the upper levels always, of the lower ones those that have rows around then."""
        units = self._tree.units
        always = np.array([units.level(code) in EXPECTED for code in codes], dtype=bool)
        return always | reporting(there, starts)

    def _lying(self, units: _Units, places: Places) -> Iterator[tuple[slice, Integers]]:
        """Give parts of the periods with the place that each unit lies in."""
        if self._level is None:
            yield from _parts(places)
            return
        place_of = {code: place for place, code in enumerate(places.codes)}
        for stretch, _ in places.stretches:
            above = self._tree.ancestors(units.codes, places.level, stretch.day)
            lying = np.array([place_of.get(code, -1) for code in above], dtype=np.int64)
            yield slice(stretch.first, stretch.last), lying

    @cached_property
    def _begins_busy(self) -> bool:
        """Say whether the time before the first rows is missing rather than empty: it begins with five rows a period."""
        early = self._rows[self._is_known][:_PERIODS_BEFORE].sum(axis=1)
        return bool(early.sum() >= _ROWS_EXPECTED * len(early))


def _parts(places: Places) -> Iterator[tuple[slice, Integers]]:
    for stretch, above in places.stretches:
        yield slice(stretch.first, stretch.last), above


def _added(values: NDArray[Any], above: Integers, size: int) -> NDArray[Any]:
    """Add up the units (last axis) that lie in each of `size` places."""
    found = np.zeros((len(values), size), dtype=values.dtype)
    inside = np.flatnonzero(above >= 0)
    if len(inside):
        inside = inside[np.argsort(above[inside], kind="stable")]
        targets, bounds = np.unique(above[inside], return_index=True)
        found[:, targets] = np.add.reduceat(values[:, inside], bounds, axis=1)
    return found
