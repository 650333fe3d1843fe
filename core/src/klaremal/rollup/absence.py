"""What is missing: periods and units that should have delivered rows and did not; no values.

Where rows are cases that carry days, a period without rows may be a period without cases; it is missing only if the four
periods before it averaged five rows or more. Where rows name their period, or are totals of units, every one that is
expected and not there is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from klaremal.rollup.periods import Base, Reported
from klaremal.rollup.tree import EXPECTED, Places, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import Pass
    from klaremal.rollup.located import Located

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

_PERIODS_BEFORE: Final = 4
_ROWS_EXPECTED: Final = 5
# A unit below the municipality that has not reported for so many months is no longer expected to.
_MONTHS_EXPECTED: Final = 48


def stopped(rows: NDArray[Any], closed: Truths) -> Truths:
    """Say for each period (first axis) and unit whether rows stopped coming: none now, and an average of five before.

    Where there are fewer than four periods before it, those count; the very first period has none.
    """
    total = np.concatenate([np.zeros_like(rows[:1]), np.cumsum(rows, axis=0)])
    place = np.arange(len(rows))
    before = np.minimum(place, _PERIODS_BEFORE)
    earlier = total[place] - total[place - before]
    enough = (earlier >= _ROWS_EXPECTED * before[:, None]) & (before > 0)[:, None]
    found: Truths = closed[:, None] & (rows == 0) & enough
    return found


def reporting(present: Truths, starts: Integers) -> Truths:
    """Say for each period and unit whether the unit reports then: from its first period until four years after its last."""
    if not len(present):
        return present
    first = starts[present.argmax(axis=0)]
    last = starts[len(present) - 1 - present[::-1].argmax(axis=0)]
    found: Truths = present.any(axis=0) & (starts[:, None] >= first) & (starts[:, None] <= last + _MONTHS_EXPECTED)
    return found


class Absence:
    """Looks for what is missing in one pass."""

    def __init__(self, located: Located, base: Base, tree: Tree, pass_: Pass) -> None:
        self._located = located
        self._base = base
        self._tree = tree
        self._level = pass_.dataset.level
        self._by_name = self._level is not None or not pass_.by_day
        self._rows = self.dense("rows")

    def dense(self, name: str) -> NDArray[Any]:
        """Return a column as base period x data unit; units of another level than the dataset's stay at 0."""
        located, base = self._located, self._base
        place = np.searchsorted(base.starts, located.start)
        kept = (place < len(base.starts)) & located.own[located.unit]
        kept[kept] = base.starts[place[kept]] == located.start[kept]
        values = np.zeros((len(base.starts), len(located.codes)), dtype=located.columns[name].dtype)
        values[place[kept], located.unit[kept]] = located.columns[name][kept]
        return values

    def steps(self, reported: Reported, places: Places) -> tuple[Integers, Truths]:
        """Return in how many base periods of each period a unit has rows, and whether a closed one of several is missing."""
        counts = np.zeros((len(reported), len(places)), dtype=np.int64)
        lost = np.zeros(counts.shape, dtype=bool)
        exists, by_name = self._exists(places), self._by_name
        for stretch, above in places.stretches:
            rows = self._by_place(above, len(places))
            missing = (rows == 0) & self._base.closed[:, None] & exists if by_name else stopped(rows, self._base.closed)
            part = slice(stretch.first, stretch.last)
            counts[part] = reported.count_of(rows > 0)[part]
            lost[part] = reported.count_of(missing)[part] > 0
        if reported.frequency == self._base.frequency:
            return counts, np.zeros(counts.shape, dtype=bool)
        return counts, lost | (reported.partial & self._begins_busy())[:, None]

    def lived(self, reported: Reported, places: Places) -> Integers:
        """Return in how many base periods of each period a unit exists."""
        return reported.count_of(self._exists(places))

    def _exists(self, places: Places) -> Truths:
        return self._tree.filled(places.codes, self._base.last_days, self._tree.units.valid)

    def parts(self, reported: Reported, places: Places, seen: NDArray[Any], sub_period: Truths) -> Truths:
        """Say for each period and unit whether a sub-period of it, or a unit in it, that should be there is missing.

        `seen` is how many rows of the indicator there are, by base period and data unit; `sub_period` what `steps` said.
        """
        if self._level is not None:
            return self._totals(reported, places, seen)
        rows = [self._rows[first : last + 1].sum(axis=0) for first, last in reported.ranges()]
        unit = reported.count_of(stopped(self._rows, self._base.closed)) > 0
        unit |= stopped(np.array(rows).reshape(unit.shape), reported.closed)
        return sub_period | _any_below(unit, places, [above for _, above in places.stretches])

    def _totals(self, reported: Reported, places: Places, seen: NDArray[Any]) -> Truths:
        """Say where a total is missing; below the municipality only units that report are expected to."""
        units = self._tree.units
        known = units.codes if self._level in EXPECTED else self._located.codes
        codes = [code for code in known if units.level(code) == self._level]
        present = np.zeros((len(self._base.starts), len(codes)), dtype=bool)
        place_of = {code: place for place, code in enumerate(codes)}
        for unit, code in enumerate(self._located.codes):
            if code in place_of:
                present[:, place_of[code]] = seen[:, unit] > 0
        expected = self._tree.filled(codes, self._base.last_days, units.valid)
        if self._level not in EXPECTED:
            expected &= reporting(present, self._base.starts)
        lost = reported.count_of(expected & ~present & self._base.closed[:, None]) > 0
        found = _any_below(lost, places, [self._above(codes, places, stretch.day) for stretch, _ in places.stretches])
        return found | reported.partial[:, None]

    def _by_place(self, above: Integers, size: int) -> NDArray[Any]:
        rows = np.zeros((len(self._base.starts), size), dtype=self._rows.dtype)
        for unit in np.flatnonzero((above >= 0) & self._located.own).tolist():
            rows[:, above[unit]] += self._rows[:, unit]
        return rows

    def _above(self, codes: Sequence[str], places: Places, day: Any) -> Integers:
        place_of = {code: place for place, code in enumerate(places.codes)}
        above = self._tree.ancestors(codes, places.level, day)
        return np.array([place_of.get(code, -1) for code in above], dtype=np.int64)

    def _begins_busy(self) -> bool:
        """Say whether the time before the first rows is missing rather than empty: it begins with five rows a period."""
        early = self._rows[:_PERIODS_BEFORE].sum(axis=1)
        return self._by_name or bool(early.sum() >= _ROWS_EXPECTED * len(early))


def _any_below(lost: Truths, places: Places, above: Sequence[Integers]) -> Truths:
    """Say for each period and place whether anything that lies in it is lost."""
    found = np.zeros((len(lost), len(places)), dtype=bool)
    for (stretch, _), place_of in zip(places.stretches, above, strict=True):
        period, unit = np.nonzero(lost[stretch.first : stretch.last])
        inside = place_of[unit] >= 0
        found[stretch.first + period[inside], place_of[unit[inside]]] = True
    return found
