"""The attacker's side: which hidden cells can be computed from what is shown, and from which shown cells; hides nothing.

Differences find a cell exactly if its unit vector lies in the row space of the relations between unknown cells: if no
change of the unknown cells that keeps all relations moves it. One random change tells this of all cells of a block.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from attrs import frozen

from klaremal.disclosure.bounds import Pinned, pinned
from klaremal.disclosure.elimination import PRIME, Row, eliminate, free_move

if TYPE_CHECKING:
    from klaremal.disclosure.pattern import Pattern

# How many relations around a cell are looked at first for how it is computed.
_NEAR: Final = 16
_NOTHING = Pinned(cells=frozenset(), tight=frozenset())


@frozen
class Leak:
    """A cell that must not be known and can be computed, when some are pinned by their bounds."""

    place: int
    pinned: Pinned


class Audit:
    """Audits a pattern as it grows; each cell has its own weight, so that the order of the work makes no difference."""

    def __init__(self, pattern: Pattern) -> None:
        self._pattern = pattern
        self._weights: list[int] = np.random.default_rng(1).integers(1, PRIME, size=len(pattern.reason)).tolist()

    def bounds(self, seeds: Iterable[int]) -> tuple[set[int], set[int]]:
        """Return the small numbers that bounds tell in the blocks of these cells, and the relations they follow from."""
        pattern = self._pattern
        told, tight = set[int](), set[int]()
        for each, few in zip(pinned(pattern, self._block(seeds)), pattern.few, strict=True):
            told.update(place for place in each.cells if few[place])
            tight |= each.telling(pattern, few)
        return told, tight

    def leaks(self, seeds: Iterable[int]) -> list[Leak]:
        """Return the leaks, by cell, in the blocks of unknown cells that these cells stand in."""
        pattern = self._pattern
        related = self._block(seeds)
        found = {place: _NOTHING for place in self._determined(related, _NOTHING) if pattern.sensitive[place]}
        for each, few in zip(pinned(pattern, related), pattern.few, strict=True):
            if each.cells:
                found |= {place: each for place in self._determined(related, each) if few[place] and place not in found}
        return [Leak(place, each) for place, each in sorted(found.items())]

    def _block(self, seeds: Iterable[int], most: int | None = None) -> list[int]:
        """Return the relations that connect these cells with other unknown ones: all, or about so many of the nearest."""
        pattern = self._pattern
        unknown = pattern.unknown
        waiting = deque(place for place in seeds if unknown[place])
        inside, related = set(waiting), set[int]()
        while waiting and (most is None or len(related) < most):
            for relation in pattern.relations_of(waiting.popleft()):
                if relation not in related:
                    related.add(relation)
                    more = [place for place, _ in pattern.cells_of(relation) if unknown[place] and place not in inside]
                    inside.update(more)
                    waiting.extend(more)
        return sorted(related)

    def _determined(self, related: Iterable[int], known: Pinned) -> Iterator[int]:
        """Give the unknown cells of these relations that differences determine."""
        pattern, weights = self._pattern, self._weights
        unknown = pattern.unknown.copy()
        unknown[list(known.cells)] = False
        is_unknown = unknown.tolist()
        rows = ({place: sign for place, sign in pattern.cells_of(relation) if is_unknown[place]} for relation in related)
        pivots, _ = eliminate(rows, lambda place: True)
        return (place for place, moved in free_move(pivots, weights.__getitem__).items() if not moved)

    def used(self, leak: Leak) -> set[int] | None:
        """Return the known cells that a computation of the leaking cell uses, None where it can no longer be computed."""
        pattern = self._pattern
        unknown = pattern.unknown
        ways = self._ways(leak)
        if not ways:
            return None
        shortest: Row = min(ways, key=len)
        used = set(shortest)
        for place in leak.pinned.beside(pattern, used):
            for relation in pattern.relations_of(place):
                used.update(other for other, _ in pattern.cells_of(relation))
        return {place for place in used if not unknown[place]}

    def _ways(self, leak: Leak) -> list[Row]:
        """Return equations that give the leaking cell from known ones; most stand near it, so that is looked at first."""
        pattern = self._pattern
        unknown = pattern.unknown

        def is_pivot(place: int) -> bool:
            return bool(unknown[place]) and place != leak.place and place not in leak.pinned.cells

        most, related, ways = _NEAR, list[int](), list[Row]()
        while not ways:
            wider = self._block([leak.place], most)
            if len(wider) == len(related):
                break
            most, related = 8 * most, wider
            rows = (dict(pattern.cells_of(relation)) for relation in related)
            ways = [row for row in eliminate(rows, is_pivot)[1] if leak.place in row]
        return ways
