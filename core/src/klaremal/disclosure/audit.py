"""The attacker's side: which hidden cells can be computed from what is shown, and from which shown cells; hides nothing.

Differences find a cell exactly if its unit vector lies in the row space of the relations between unknown cells: if no
change of the unknown cells that keeps all relations moves it. One random change tells this of all cells of a block.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from klaremal.disclosure.bounds import Pinned, pinned
from klaremal.disclosure.elimination import PRIME, eliminate, free_move

if TYPE_CHECKING:
    from klaremal.disclosure.pattern import Pattern

_NOTHING = Pinned(cells=frozenset(), tight=frozenset())


@frozen
class Leak:
    """A cell that must not be known and can be computed, and the known cells that a computation of it uses."""

    place: int
    used: frozenset[int]


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

    def leaks(self, seeds: Iterable[int], among: Collection[int] | None = None) -> list[Leak]:
        """Return the leaks, by cell, in the blocks of unknown cells that these cells stand in.

        What is hidden besides makes nothing computable: of what leaked before it is enough to look `among` those cells.
        """
        pattern = self._pattern
        related = self._block(seeds if among is None else among)
        bounded = zip(pinned(pattern, related), pattern.few, strict=True)
        found: dict[int, frozenset[int]] = {}
        for known, told in ((_NOTHING, pattern.sensitive), *((each, few) for each, few in bounded if each.cells)):
            places = self._determined(related, known) if among is None else among
            found |= self._used(related, known, {place for place in places if told[place] and place not in found})
        return [Leak(place, used) for place, used in sorted(found.items())]

    def _block(self, seeds: Iterable[int]) -> list[int]:
        """Return the relations that connect these cells with other unknown ones."""
        pattern = self._pattern
        unknown = pattern.unknown
        waiting = [place for place in seeds if unknown[place]]
        inside, related = set(waiting), set[int]()
        while waiting:
            for relation in pattern.relations_of(waiting.pop()):
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

    def _used(self, related: Iterable[int], known: Pinned, places: Collection[int]) -> dict[int, frozenset[int]]:
        """Return those of these cells that can be computed when some are pinned, with what that uses."""
        pattern = self._pattern
        unknown = pattern.unknown
        if not places:
            return {}
        rows = (dict(pattern.cells_of(relation)) for relation in related)
        _, left = eliminate(rows, lambda place: bool(unknown[place]) and place not in places and place not in known.cells)
        pivots, _ = eliminate(left, places.__contains__)
        among = [(place, {other: sign for other, sign in row.items() if other in places}) for place, row in pivots]
        moves = free_move(among, self._weights.__getitem__)
        ways: dict[int, set[int]] = {}
        for place, row in reversed(pivots):
            ways[place] = set(row).union(*(ways[other] for other in row if other != place and other in ways))
        return {place: self._shown(ways[place], known) for place, _ in pivots if not moves[place]}

    def _shown(self, cells: set[int], known: Pinned) -> frozenset[int]:
        """Return the known ones of these cells, and those from which the pinned ones among them follow."""
        pattern = self._pattern
        more = (
            pattern.cells_of(relation) for place in known.beside(pattern, cells) for relation in pattern.relations_of(place)
        )
        every = cells.union(place for each in more for place, _ in each)
        return frozenset(place for place in every if not pattern.unknown[place])
