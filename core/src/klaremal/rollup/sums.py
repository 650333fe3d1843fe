"""Components added up over base periods and then over units, exactly: in a dense cube while it fits, else by sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import frozen

from klaremal.rollup.periods import Base, Reported
from klaremal.rollup.tree import Places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.rollup.located import Located

# Numbers in a cube of components; larger ones are added up without it. 8 bytes each.
LARGEST_CUBE: Final = 16_000_000
# Numbers that are moved at a time while units are added up.
_PART: Final = 1_000_000

# Columns of one type as rows of one array: term x period x unit.
Stacks = dict[str, tuple[list[str], Any]]


@frozen(eq=False)
class Cells:
    """Sums by period and unit for each column; `of` gives one, `block` several as term x period x unit."""

    stacks: Stacks
    rows: dict[str, tuple[str, int]]

    def of(self, name: str) -> NDArray[Any]:
        """Return the sums of one column, period x unit."""
        kind, row = self.rows[name]
        found: NDArray[Any] = self.stacks[kind][1][row]
        return found

    def block(self, names: Sequence[str]) -> NDArray[Any]:
        """Return the sums of several columns, one after the other; whole numbers stay whole."""
        kinds = {self.rows[name][0] for name in names}
        if len(kinds) == 1:
            kind = kinds.pop()
            found: NDArray[Any] = self.stacks[kind][1][[self.rows[name][1] for name in names]]
            return found
        return np.stack([self.of(name).astype(object) for name in names])


def _kinds(columns: dict[str, NDArray[Any]], names: Sequence[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(str(columns[name].dtype), []).append(name)
    return kinds


class Cube:
    """All components of a pass, dense over base period and unit; memory does not depend on the number of rows."""

    def __init__(self, located: Located, base: Base, names: Sequence[str]) -> None:
        place = np.searchsorted(base.starts, located.start)
        inside = np.flatnonzero(place < len(base.starts))
        inside = inside[base.starts[place[inside]] == located.start[inside]]
        units = len(located.codes)
        cell = place[inside] * units + located.unit[inside]
        self._stacks: Stacks = {}
        for kind, of_kind in _kinds(located.columns, names).items():
            stack = np.zeros((len(of_kind), len(base.starts) * units), dtype=kind)
            for row, name in enumerate(of_kind):
                stack[row, cell] = located.columns[name][inside]
            self._stacks[kind] = (of_kind, stack.reshape(len(of_kind), len(base.starts), units))
        self._own = located.own
        self._periods: dict[tuple[str, bool], Stacks] = {}

    def cells(self, reported: Reported, places: Places, only_last: bool = False) -> Cells:
        """Add the base periods of each reported period up (or take the last one alone), then the units in each place."""
        key = (reported.frequency, only_last)
        if key not in self._periods:
            self._periods[key] = {
                kind: (names, _by_period(stack, reported, only_last)) for kind, (names, stack) in self._stacks.items()
            }
        return _cells(
            {kind: (names, _by_unit(stack, places, self._own)) for kind, (names, stack) in self._periods[key].items()}
        )


def _cells(stacks: Stacks) -> Cells:
    return Cells(stacks, {name: (kind, row) for kind, (names, _) in stacks.items() for row, name in enumerate(names)})


def _by_period(stack: NDArray[Any], reported: Reported, only_last: bool) -> NDArray[Any]:
    if only_last:
        last: NDArray[Any] = stack[:, reported.last]
        return last
    if (reported.first == reported.last).all():
        is_all = len(reported) == stack.shape[1]
        return stack if is_all else stack[:, reported.first]
    found = np.zeros((len(stack), len(reported), stack.shape[2]), dtype=stack.dtype)
    for place, (first, last_) in enumerate(zip(reported.first.tolist(), reported.last.tolist(), strict=True)):
        for step in range(first, last_ + 1):
            found[:, place] += stack[:, step]
    return found


def _by_unit(stack: NDArray[Any], places: Places, own: NDArray[np.bool_]) -> NDArray[Any]:
    found = np.zeros((len(stack), len(places.valid), len(places)), dtype=stack.dtype)
    terms = max(1, _PART // max(stack.shape[1] * stack.shape[2], 1))
    for stretch, above in places.stretches:
        members = np.flatnonzero((above >= 0) & own)
        if not len(members):
            continue
        members = members[np.argsort(above[members], kind="stable")]
        targets, bounds = np.unique(above[members], return_index=True)
        periods = slice(stretch.first, stretch.last)
        for first in range(0, len(stack), terms):
            part = stack[first : first + terms, periods][:, :, members]
            if len(bounds) < len(members):
                part = np.add.reduceat(part, bounds, axis=2)
            found[first : first + terms, periods, targets] = part
    return found


class Sorted:
    """The same sums without a cube, for data too sparse or too large for one: groups sorted by where they count."""

    def __init__(self, located: Located, base: Base, names: Sequence[str]) -> None:
        self._located = located
        self._base = base
        self._names = tuple(names)

    def cells(self, reported: Reported, places: Places, only_last: bool = False) -> Cells:
        """Add up as `Cube.cells` does."""
        group, cell = self._targets(reported, places, only_last)
        order = np.argsort(cell, kind="stable")
        group, cell = group[order], cell[order]
        targets, bounds = np.unique(cell, return_index=True)
        shape = (len(reported), len(places))
        stacks: Stacks = {}
        for kind, names in _kinds(self._located.columns, self._names).items():
            stack = np.zeros((len(names), shape[0] * shape[1]), dtype=kind)
            for row, name in enumerate(names):
                if len(group):
                    stack[row, targets] = np.add.reduceat(self._located.columns[name][group], bounds)
            stacks[kind] = (names, stack.reshape(len(names), *shape))
        return _cells(stacks)

    def largest(self, name: str, reported: Reported, places: Places, only_last: bool = False) -> NDArray[np.float64]:
        """Return the largest number of a column by period and unit, 0 where there is none."""
        group, cell = self._targets(reported, places, only_last)
        found = np.zeros(len(reported) * len(places))
        np.maximum.at(found, cell, self._located.columns[name][group].astype(np.float64))
        return found.reshape(len(reported), len(places))

    def _targets(self, reported: Reported, places: Places, only_last: bool) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return groups and the cells that they count in; a group counts once in each window that holds its period."""
        located, base = self._located, self._base
        place = np.searchsorted(base.starts, located.start)
        first = reported.last if only_last else reported.first
        low = np.searchsorted(reported.last, place)
        high = np.searchsorted(first, place, side="right")
        known = (place < len(base.starts)) & located.own[located.unit] & (high > low)
        known[known] = base.starts[place[known]] == located.start[known]
        kept = np.flatnonzero(known)
        counts = high[kept] - low[kept]
        group = np.repeat(kept, counts)
        period = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low[kept], counts)
        above = np.full(len(group), -1, dtype=np.int64)
        for stretch, of_unit in places.stretches:
            within = (period >= stretch.first) & (period < stretch.last)
            above[within] = of_unit[located.unit[group[within]]]
        placed = above >= 0
        return group[placed], period[placed] * len(places) + above[placed]


def sums(located: Located, base: Base, names: Sequence[str], largest: int = LARGEST_CUBE) -> Cube | Sorted:
    """Return the components of a pass ready to be added up, in a cube when it holds at most `largest` numbers."""
    size = len(base.starts) * len(located.codes) * len(names)
    return Cube(located, base, names) if size <= largest else Sorted(located, base, names)
