"""What is known of hidden cells because no count is negative and no hidden cell is empty; hides nothing.

In a relation a cell can rise as far as those beside it can fall and those on the other side can rise, and fall likewise. A
cell that can do neither is pinned: no other number fits. It began in a tight relation, in which all unknown cells stand on
one side and none can fall, so that their sum tells each of them: five hidden cells that sum to 5 are each 1.

This is what each relation tells by itself, in turn until nothing changes. What several bounds tell only together would take
a linear program for every cell (Fischetti and Salazar, Journal of the American Statistical Association 95, 2000); the tests
ask those, and it is rare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.disclosure.pattern import Pattern

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

# More than any count, and a sum of a million of them is still exact.
_FAR: Final = 2.0**32


@frozen(kw_only=True)
class Pinned:
    """For one of the counts: the unknown cells that are known by their bounds, and the tight relations that began it."""

    cells: frozenset[int]
    tight: frozenset[int]

    def telling(self, pattern: Pattern, few: Truths) -> set[int]:
        """Return the tight relations that small numbers follow from."""
        follow = self.beside(pattern, np.flatnonzero(few).tolist())
        return {relation for place in follow for relation in pattern.relations_of(place) if relation in self.tight}

    def beside(self, pattern: Pattern, seeds: Iterable[int]) -> set[int]:
        """Return the pinned cells that are connected with these by pinned ones."""
        waiting = [place for place in seeds if place in self.cells]
        found = set(waiting)
        while waiting:
            for relation in pattern.relations_of(waiting.pop()):
                more = [place for place, _ in pattern.cells_of(relation) if place in self.cells and place not in found]
                found.update(more)
                waiting.extend(more)
        return found


def pinned(pattern: Pattern, related: Iterable[int]) -> Iterator[Pinned]:
    """Give for each count what is pinned in these relations."""
    each = pattern.relations
    chosen = np.zeros(each.count, dtype=bool)
    chosen[list(related)] = True
    inside = chosen[each.relation] & pattern.unknown[each.place]
    places, cell = np.unique(each.place[inside], return_inverse=True)
    numbers, relation = np.unique(each.relation[inside], return_inverse=True)
    rooms = _Rooms(cell, 2 * relation + (each.sign[inside] < 0), (len(places), len(numbers)))
    for counts, least in zip(pattern.counts, pattern.least, strict=True):
        if not len(places):
            yield Pinned(cells=frozenset(), tight=frozenset())
        else:
            stuck, tight = rooms.none((counts - least)[places])
            yield Pinned(cells=frozenset(places[stuck].tolist()), tight=frozenset(numbers[tight].tolist()))


class _Rooms:
    """How far each unknown cell can be below and above what it is; `side` is twice the relation, one more beyond its equals."""

    def __init__(self, cell: Integers, side: Integers, size: tuple[int, int]) -> None:
        order = np.argsort(cell, kind="stable")
        self._cell, self._side = cell[order], side[order]
        self._begin = np.searchsorted(self._cell, np.arange(size[0]))
        self._sides = 2 * size[1]

    def none(self, below: Floats) -> tuple[Truths, Truths]:
        """Return the cells that can neither fall nor rise, and the tight relations; at first each can fall by `below`."""
        above = np.full(len(below), _FAR)
        while True:
            down, up = below[self._cell], above[self._cell]
            falls, rises = self._sums(down), self._sums(up)
            other = self._side ^ 1
            lower: Floats = np.minimum(below, np.minimum.reduceat(rises[self._side] - up + falls[other], self._begin))
            higher: Floats = np.minimum(above, np.minimum.reduceat(falls[self._side] - down + rises[other], self._begin))
            if (lower == below).all() and (higher == above).all():
                break
            below, above = lower, higher
        counted = self._sums(np.ones(len(self._cell))).reshape(-1, 2)
        return (below == 0) & (above == 0), (counted == 0).any(axis=1) & (falls.reshape(-1, 2).sum(axis=1) == 0)

    def _sums(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self._side, weights=values, minlength=self._sides), dtype=np.float64)
