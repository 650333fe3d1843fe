"""What time demands: how often a unit's figures are published, and which sums over time wait; nothing about units.

A frequency is fixed at the year's start, for if a month were hidden only when it turned out small, its absence would tell
so. Provisional sums, the year to date and windows of twelve months are subtractions in waiting: with a hidden part in them
the next one gives that part away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from klaremal.model.period import FREQUENCIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.disclosure.cells import Cells
    from klaremal.disclosure.primary import Family

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

# The frequencies that divide a year, finest first; there is one kind of year in a family.
_STEPS: Final = ("month", "quarter", "half_year", "year", "school_year")
# What is added to a month key so that a school year, which starts in August, ends where a calendar year does.
_SCHOOL: Final = 5


def below_finest(cells: Cells, family: Family) -> Truths:
    """Say which cells are of a period that is shorter than their unit's finest published one in their year.

    That is the finest whose smallest period of the year before had n of at least the minimum; where none had, the coarsest
    there is. A unit without any case in the year before publishes at every frequency.
    """
    step = np.full(len(FREQUENCIES), -1, dtype=np.int64)
    for place, name in enumerate(_STEPS):
        step[FREQUENCIES.index(name)] = place
    of_cell = step[cells.kind]
    divides = of_cell >= 0
    shift = _SCHOOL if cells.is_kind("school_year").any() else 0
    year = (cells.end - 1 + shift) // 12
    units, unit = np.unique(cells.unit, return_inverse=True)
    year -= year.min() if len(year) else 0
    smallest = np.full((len(units), int(year.max(initial=0)) + 1, len(_STEPS)), np.inf)
    total = divides & (cells.breakdown == 0) & ~cells.absent
    np.minimum.at(smallest, (unit[total], year[total], of_cell[total]), family.n[total])
    cases = np.zeros(smallest.shape[:2])
    np.add.at(cases, (unit[total], year[total]), family.n[total])
    known = np.isfinite(smallest) & (cases > 0)[..., None]
    enough = known & (smallest >= family.minimum)
    coarsest = len(_STEPS) - 1 - known[..., ::-1].argmax(axis=2)
    finest = np.where(enough.any(axis=2), enough.argmax(axis=2), np.where(known.any(axis=2), coarsest, 0))
    allowed = np.where(year > 0, finest[unit, year - 1], 0)
    found: Truths = divides & (of_cell < allowed)
    return found


class Waiting:
    """The sums over time that wait for their parts, and the cells that they are sums of."""

    def __init__(self, cells: Cells) -> None:
        self._series, self._count = cells.series()
        first = cells.start.min() if len(cells) else 0
        self._start, self._end = cells.start - first, cells.end - first
        self._months = cells.months
        rolling = cells.is_kind("rolling12")
        self._windows = np.flatnonzero(rolling)
        self._sums = np.flatnonzero(~rolling & cells.provisional)
        self._month = cells.is_kind("month")
        self._part = ~rolling

    def withheld(self, hidden: Truths) -> Integers:
        """Return the windows with a hidden month in them, and the provisional sums with any hidden finer period in them."""
        if not len(self._windows) and not len(self._sums):
            return np.zeros(0, dtype=np.int64)
        windows = self._windows[self._holds(self._windows, hidden & self._month)]
        sums = self._sums[self._holds(self._sums, hidden & self._part)]
        return np.union1d(windows, sums)

    def _holds(self, wholes: Integers, parts: Truths) -> Truths:
        """Say which wholes have one of these cells, shorter than they are, in them."""
        found = np.zeros(len(wholes), dtype=bool)
        span = int(self._end.max(initial=0)) + 1
        for length in np.unique(self._months[parts]).tolist():
            here = np.flatnonzero(parts & (self._months == length))
            begun = np.zeros((self._count, span + 1), dtype=np.int64)
            np.add.at(begun, (self._series[here], self._start[here] + 1), 1)
            begun = begun.cumsum(axis=1)
            series, last = self._series[wholes], self._end[wholes] - length + 1
            inside = begun[series, np.maximum(last, 0)] - begun[series, self._start[wholes]]
            found |= (self._months[wholes] > length) & (inside > 0)
        return found
