"""Which cells are hidden and why, kept with what each relation gives away; hides one more where a relation shows too much.

A relation with hidden cells needs two unknown ones. If all that are unknown stand on one side, their sum is known: then it
may not be small either. Else one more of its cells is hidden, a part before the whole, the smallest first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.disclosure.primary import Family, Floats
    from klaremal.disclosure.relations import Relations

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

# Why a cell is hidden; for the analyst's report only. `last_resort` cells are new ones of the municipality or above.
REASONS: Final = ("", "primary", "version", "earlier", "time", "secondary", "last_resort")
PRIMARY, VERSION, EARLIER, TIME, SECONDARY, LAST_RESORT = range(1, len(REASONS))
# In which turn cells are hidden for the sake of others: small units' first, then of a municipality and more the values of
# breakdowns, then shorter periods, and what is shown in all last.
SMALL, VALUE, PART, LAST = range(4)


class Pattern:
    """The hidden cells, and for each relation how many of its cells are unknown on each side and what these sum to.

    `public` cells stay known even if they are hidden from now on. Cells of a lower `rank` are hidden before others, those of
    LAST only where nothing else helps. What is hidden for its time alone is unknown, but asks for no protection: it is not a
    figure of few persons.
    """

    def __init__(self, relations: Relations, family: Family, reason: Integers, public: Truths, rank: Integers) -> None:
        self.relations = relations
        rests = relations.rests
        size, count = relations.size, rests.shape[1]
        self.counts: Floats = np.concatenate([family.counts, rests], axis=1)
        self.least: Floats = np.concatenate([family.least, np.zeros_like(rests)], axis=1)
        few = family.is_few(self.counts)
        self.few: Truths = few
        self.sensitive: Truths = np.concatenate([family.sensitive, few[:, size:].any(axis=0)])
        self.unknown: Truths = np.concatenate([(reason > 0) & ~public, np.ones(count, dtype=bool)])
        self.reason: Integers = np.concatenate([reason, np.where(self.sensitive[size:], PRIMARY, 0)])
        self.n: Floats = np.concatenate([family.n, np.zeros(count)])
        self._open: Truths = np.concatenate([~public & (family.n > 0), np.zeros(count, dtype=bool)])
        self.rank: list[int] = [*rank.tolist(), *[LAST] * count]
        self._distinct = family.distinct
        self._minimum = family.minimum
        self.recent: list[int] = np.flatnonzero(self.unknown & self._asks(self.reason)).tolist()
        self.bare: set[int] = set()
        self._index()
        self._count()

    # -- the relations ---------------------------------------------------------------------------------------------

    def _index(self) -> None:
        each = self.relations
        begin = np.searchsorted(each.relation, np.arange(each.count + 1))
        self._begin: list[int] = begin.tolist()
        self._place: list[int] = each.place.tolist()
        self._sign: list[int] = each.sign.tolist()
        self._is_whole: list[bool] = each.is_whole.tolist()
        by_place = np.argsort(each.place, kind="stable")
        self._begin_of: list[int] = np.searchsorted(each.place[by_place], np.arange(len(self.reason) + 1)).tolist()
        self._relation_of: list[int] = each.relation[by_place].tolist()
        self._sign_of: list[int] = each.sign[by_place].tolist()

    def cells_of(self, relation: int) -> Iterator[tuple[int, int]]:
        """Give the cells of a relation with their signs."""
        part = slice(self._begin[relation], self._begin[relation + 1])
        return zip(self._place[part], self._sign[part], strict=True)

    def relations_of(self, place: int) -> list[int]:
        """Return the relations that a cell stands in."""
        return self._relation_of[self._begin_of[place] : self._begin_of[place + 1]]

    def _asks(self, reason: Integers) -> Truths:
        found: Truths = (reason > 0) & (reason != TIME)
        return found

    def _count(self) -> None:
        """Count the unknown cells of all relations at once, and note those that give something away."""
        each = self.relations
        unknown = self.unknown[each.place]
        relation, place, sign = each.relation[unknown], each.place[unknown], each.sign[unknown]
        sides = [np.bincount(relation[sign == side], minlength=each.count) for side in (1, -1)]
        sums = np.zeros((len(self.counts), each.count))
        for total, numbers in zip(sums, self.counts, strict=True):
            if self._distinct:
                np.maximum.at(total, relation, numbers[place])
            else:
                total += np.bincount(relation, weights=numbers[place], minlength=each.count)
        concerned = np.bincount(relation[self._asks(self.reason[place])], minlength=each.count) > 0
        small = ((sums > 0) & (sums < self._minimum)).any(axis=0)
        told = concerned & ((sides[0] + sides[1] < 2) | (((sides[0] == 0) | (sides[1] == 0)) & small))
        self._plus: list[int] = sides[0].tolist()
        self._minus: list[int] = sides[1].tolist()
        self._sums: list[list[float]] = sums.T.tolist()
        self._concerned: list[bool] = concerned.tolist()
        self._waiting: deque[int] = deque(np.flatnonzero(told).tolist())

    # -- hiding ----------------------------------------------------------------------------------------------------

    def hide(self, place: int, reason: int) -> None:
        """Hide a cell that is shown, and note the relations that now give something away."""
        self.reason[place] = reason
        self.unknown[place] = True
        asks = reason != TIME
        if asks:
            self.recent.append(place)
        numbers = self.counts[:, place].tolist()
        join = max if self._distinct else float.__add__
        for at in range(self._begin_of[place], self._begin_of[place + 1]):
            relation = self._relation_of[at]
            side = self._plus if self._sign_of[at] > 0 else self._minus
            side[relation] += 1
            self._sums[relation] = [join(one, other) for one, other in zip(self._sums[relation], numbers, strict=True)]
            if asks:
                self._concerned[relation] = True
                self._waiting.append(relation)

    def hide_for_time(self, places: Iterable[int]) -> bool:
        """Hide those of these cells that are shown and not out already; say whether there are any."""
        found = [place for place in places if self.is_open(place)]
        for place in found:
            self.hide(place, TIME)
        return bool(found)

    def is_open(self, place: int) -> bool:
        """Say whether a cell is shown and can still be hidden; an empty one protects nothing."""
        return bool(self._open[place]) and not self.reason[place]

    def close(self) -> bool:
        """Hide one more cell in each relation that gives something away, as long as there is any; say whether there was."""
        found = False
        while self._waiting:
            relation = self._waiting.popleft()
            while self._tells(relation):
                chosen = self._chosen(relation)
                if chosen is None:
                    break
                self.hide(chosen, self.reason_for(chosen))
                found = True
        return found

    def _tells(self, relation: int) -> bool:
        if not self._concerned[relation]:
            return False
        plus, minus = self._plus[relation], self._minus[relation]
        if plus + minus < 2:
            return True
        return not (plus and minus) and any(0 < total < self._minimum for total in self._sums[relation])

    def _chosen(self, relation: int) -> int | None:
        """Return the cell of a relation to hide.

        Where only one is unknown, what it protects need not be computable: then no cell of the last rank is hidden here.
        """
        is_sum = self._plus[relation] + self._minus[relation] > 1
        chosen = self._smallest(relation, everywhere=is_sum)
        if is_sum and chosen is None:
            self.bare.update(place for place, _ in self.cells_of(relation) if self.sensitive[place] and self.unknown[place])
        return chosen

    def _smallest(self, relation: int, *, everywhere: bool) -> int | None:
        """Return the smallest cell of the lowest rank in a relation that can be hidden, a part before the whole."""
        last = LAST if everywhere else LAST - 1
        part = range(self._begin[relation], self._begin[relation + 1])
        places = ((at, self._place[at]) for at in part)
        shown = (
            (self.rank[place], self._is_whole[at], self.n[place], place)
            for at, place in places
            if self.rank[place] <= last and self.is_open(place)
        )
        chosen = min(shown, default=None)
        return None if chosen is None else chosen[-1]

    def widen(self, relations: Iterable[int], *, everywhere: bool) -> bool:
        """Hide one more cell in each of these relations that has not got one by the others; say whether there was any."""
        touched: set[int] = set()
        for relation in sorted(relations):
            chosen = None if relation in touched else self._smallest(relation, everywhere=everywhere)
            if chosen is not None:
                self.hide(chosen, self.reason_for(chosen))
                touched.update(self.relations_of(chosen))
        return bool(touched)

    @property
    def hidden(self) -> Truths:
        """Which cells are hidden."""
        return self.reason[: self.relations.size] > 0

    def reason_for(self, place: int) -> int:
        """Return why a cell is hidden that is hidden for the sake of others."""
        return SECONDARY if self.rank[place] == SMALL else LAST_RESORT
