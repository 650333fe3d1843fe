"""The equations between cells: a unit and its children, a total and its values, a period and its parts; no choices.

Each relation says that its cells, added with their signs, sum to nothing. Where the cells of a table do not make up their
whole (rows that name no institution, a child that is not in the table), the rest is an unknown of its own, which is never
published and may itself be of few persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from klaremal.disclosure.cycles import Term, cycles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.disclosure.cells import Cells
    from klaremal.disclosure.primary import Family, Floats

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

# Counts are whole numbers; what is left of a sum of them below this is what floats lose.
_NOTHING = 0.5


@frozen(eq=False, kw_only=True)
class Relations:
    """All relations as their entries, by relation; places from `size` on are rests, with `rests` (count x rest) as counts.

    `relation` and `place` say which cell stands in which relation, `sign` with which coefficient (1 or -1), and `is_whole`
    whether it is what the others are parts of.
    """

    size: int
    count: int
    relation: Integers
    place: Integers
    sign: Integers
    is_whole: Truths
    rests: Floats


@frozen(eq=False, kw_only=True)
class _Entries:
    """Entries of one sort of relation; `relation` counts from 0."""

    relation: Integers
    place: Integers
    sign: Integers
    is_whole: Truths

    @property
    def count(self) -> int:
        return int(self.relation.max()) + 1 if len(self.relation) else 0


def relations(cells: Cells, family: Family, *, over_time: str = "sum") -> Relations:
    """Return the relations between cells, which are in their order: of units first, then of breakdowns, then of periods.

    They are worked through in this order, so that what protects a value of a unit is the same value of another unit.
    A figure that is `over_time` the "last" one is not added up: a year's is its last month's.
    """
    sums = [each for each in (_of_units(cells), _of_breakdowns(cells)) if len(each.place)]
    rests: list[Floats] = []
    parts = []
    known = len(cells)
    for each in sums:
        completed, rest = _completed(each, family, known)
        known += rest.shape[1]
        parts.append(completed)
        rests.append(rest)
    parts += list(_of_periods(cells, over_time))
    return _joined(parts, len(cells), np.concatenate([np.zeros((len(family.counts), 0)), *rests], axis=1))


def _joined(parts: Sequence[_Entries], size: int, rests: Floats) -> Relations:
    begun = np.cumsum([0, *(each.count for each in parts)])
    shifted = [evolve(each, relation=each.relation + first) for each, first in zip(parts, begun, strict=False)]
    none = np.zeros(0, dtype=np.int64)
    relation, place, sign = (
        np.concatenate([none, *(getattr(each, name) for each in shifted)]) for name in ("relation", "place", "sign")
    )
    is_whole = np.concatenate([none.astype(bool), *(each.is_whole for each in shifted)])
    order = np.lexsort((place, relation))
    return Relations(
        size=size, count=int(begun[-1]), relation=relation[order], place=place[order], sign=sign[order],
        is_whole=is_whole[order], rests=rests,
    )  # fmt: skip


# -- units and breakdowns ----------------------------------------------------------------------------------------------


class _Index:
    """Finds the cell of another unit or value in the same period."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._period = np.unique(np.stack([cells.start, cells.months, cells.kind]), axis=1, return_inverse=True)[1].reshape(-1)
        self._units, unit = np.unique(cells.unit, return_inverse=True)
        self._values, value = np.unique(cells.breakdown, return_inverse=True)
        keys = self._key(unit, value)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def place(self, unit: Integers, breakdown: Integers) -> Integers:
        """Return for each cell the place of that of another unit and value in its period, -1 where there is none."""
        unit_at, value_at = np.searchsorted(self._units, unit), np.searchsorted(self._values, breakdown)
        unit_at, value_at = np.minimum(unit_at, len(self._units) - 1), np.minimum(value_at, len(self._values) - 1)
        keys = self._key(unit_at, value_at)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        is_there = (self._units[unit_at] == unit) & (self._values[value_at] == breakdown) & (self._keys[at] == keys)
        return np.where(is_there, self._order[at], -1)

    def _key(self, unit: Integers, value: Integers) -> Integers:
        periods = int(self._period.max(initial=0)) + 1
        return (unit * periods + self._period) * len(self._values) + value


def _of_units(cells: Cells) -> _Entries:
    whole = _Index(cells).place(cells.parent, cells.breakdown)
    return _sums(whole, whole)


def _of_breakdowns(cells: Cells) -> _Entries:
    whole = _Index(cells).place(cells.unit, np.zeros(len(cells), dtype=np.int64))
    whole = np.where(cells.breakdown == 0, -1, whole)
    return _sums(whole, whole * (int(cells.dimension.max(initial=0)) + 1) + cells.dimension)


def _sums(whole: Integers, owner: Integers) -> _Entries:
    """Return a relation for each owner: the whole, less the cells that have it as theirs."""
    part = np.flatnonzero(whole >= 0)
    _, first, relation = np.unique(owner[part], return_index=True, return_inverse=True)
    wholes = whole[part][first]
    return _Entries(
        relation=np.concatenate([np.arange(len(wholes)), relation]),
        place=np.concatenate([wholes, part]),
        sign=np.concatenate([np.ones(len(wholes), dtype=np.int64), np.full(len(part), -1)]),
        is_whole=np.concatenate([np.ones(len(wholes), dtype=bool), np.zeros(len(part), dtype=bool)]),
    )


def _completed(entries: _Entries, family: Family, first: int) -> tuple[_Entries, Floats]:
    """Add to each relation whose parts are not all of the whole what is left, as a part at a place from `first` on."""
    left = _left(entries, family.counts)
    open_ = np.flatnonzero(_left(entries, family.added).any(axis=0))
    more = _Entries(
        relation=np.concatenate([entries.relation, open_]),
        place=np.concatenate([entries.place, first + np.arange(len(open_))]),
        sign=np.concatenate([entries.sign, np.full(len(open_), -1)]),
        is_whole=np.concatenate([entries.is_whole, np.zeros(len(open_), dtype=bool)]),
    )
    return more, left[:, open_]


def _left(entries: _Entries, counts: Floats) -> Floats:
    """Return what of each count the parts of each relation leave of their whole.

    Where the parts have more than the whole, one person is in several of them: nothing is left that could be told.
    """
    left = np.zeros((len(counts), entries.count))
    for row, each in enumerate(counts):
        left[row] = np.bincount(entries.relation, weights=each[entries.place] * entries.sign, minlength=entries.count)
    return np.where(left < _NOTHING, 0, left)


# -- periods -----------------------------------------------------------------------------------------------------------


def _of_periods(cells: Cells, over_time: str) -> Iterator[_Entries]:
    """Give the relations of all series that have the same periods together; the cycles are found once for each."""
    period, ends = _periods(cells, over_time)
    series, count = cells.series()
    place = np.full((count, len(ends)), -1, dtype=np.int64)
    place[series, period] = np.arange(len(cells))
    patterns, of_series = np.unique(place >= 0, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        here = np.flatnonzero(of_series.reshape(-1) == number)
        there = np.flatnonzero(pattern)
        lengths = cells.months[place[here[0], there]]
        for cycle in cycles([ends[each] for each in there.tolist()]):
            yield _repeated(cycle, place[np.ix_(here, there)], lengths)


def _repeated(cycle: Sequence[Term], place: Integers, lengths: Integers) -> _Entries:
    """Return one relation for each row of places, which are those of the periods of a series."""
    at, sign = (np.array(each, dtype=np.int64) for each in zip(*cycle, strict=True))
    longest = lengths[at] == lengths[at].max()
    rows = len(place)
    return _Entries(
        relation=np.repeat(np.arange(rows), len(at)),
        place=place[:, at].reshape(-1),
        sign=np.tile(sign, rows),
        is_whole=np.tile(longest & ~longest.all(), rows),
    )


def _periods(cells: Cells, over_time: str) -> tuple[Integers, list[tuple[int, int]]]:
    """Return each cell's period as a place in a list of first months and months after the last."""
    both = np.stack([cells.start, cells.months, cells.kind])
    found, which = np.unique(both, axis=1, return_inverse=True)
    start, end = found[0], found[0] + found[1]
    if over_time == "last":
        start = end - 1
    return which.reshape(-1), list(zip(start.tolist(), end.tolist(), strict=True))
