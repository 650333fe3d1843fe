"""Rows set aside that may belong to cells which they do not name, since their unit or period is unknown; no values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from klaremal.model.period import MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.components import Groups
    from klaremal.plan import Pass, WantedIndicator
    from klaremal.rollup.located import Found
    from klaremal.rollup.periods import Base, Reported
    from klaremal.rollup.sums import Cells
    from klaremal.rollup.tree import Places

    Integers = NDArray[np.int64]


@frozen(eq=False, kw_only=True)
class Doubt:
    """How many rows may belong anywhere, for each of `columns` (the last axis), which count rows set aside.

    `by_unit` are rows of a known unit (its place in the codes) and an unknown period, `by_start` rows of an unknown unit in
    the periods that begin with `starts`, and `anywhere` those of which neither is known.
    """

    columns: tuple[str, ...]
    by_unit: Integers
    starts: Integers
    by_start: Integers
    anywhere: Integers

    @classmethod
    def of(cls, groups: Groups, found: Found, pass_: Pass, wanted: Sequence[WantedIndicator]) -> Doubt:
        """Count them where rows are cases; a total of another unit or level is no part of the ones that are asked for.

        A bad row counts, and so does a good one (as far as the promise may be about it) of a unit that nobody knows or of a
        period that cannot be read. A row without a date is in no period by right: its case may still be open.
        """
        column = {term: f"c{place}" for place, term in enumerate(pass_.terms) if pass_.dataset.level is None}
        pairs = {
            column[terms["aside"]]: column[terms["promised"]]
            for terms in (dict(each.components) for each in wanted)
            if terms["aside"] in column
        }
        rows = np.zeros((len(groups), len(pairs)), dtype=np.int64)
        for place, (bad, good) in enumerate(pairs.items()):
            rows[:, place] = groups.columns[bad] + groups.columns[good]
        has_unit, has_start = found.unit >= 0, found.start >= 0
        of_unit, of_start = has_unit & found.unreadable, ~has_unit & has_start
        starts, which = np.unique(found.start[of_start], return_inverse=True)
        return cls(
            columns=tuple(pairs),
            by_unit=_added(rows[of_unit], found.unit[of_unit], len(found.codes)),
            starts=starts,
            by_start=_added(rows[of_start], which, len(starts)),
            anywhere=rows[~has_unit & found.unreadable].sum(axis=0),
        )

    def add_to(self, cells: Cells, base: Base, reported: Reported, places: Places, only_last: bool) -> None:
        """Add the rows to the cells that they may belong to, each once to a cell, however many base periods it has."""
        if not (self.by_unit.any() or self.by_start.any() or self.anywhere.any()):
            return
        first = base.starts[reported.last] if only_last else reported.starts
        after = first + (base.months if only_last else MONTHS[reported.frequency])
        earlier = np.vstack([np.zeros_like(self.anywhere), np.cumsum(self.by_start, axis=0)])
        of_period = earlier[np.searchsorted(self.starts, after)] - earlier[np.searchsorted(self.starts, first)]
        shared = of_period + self.anywhere
        for stretch, above in places.stretches:
            of_place = _added(self.by_unit[above >= 0], above[above >= 0], len(places))
            part = slice(stretch.first, stretch.last)
            for term, column in enumerate(self.columns):
                cells.of(column)[part] += shared[part, term, None] + of_place[:, term]


def _added(rows: Integers, which: Integers, size: int) -> Integers:
    """Add up the rows that mean the same place, of which there are `size`."""
    found = np.zeros((size, rows.shape[1]), dtype=np.int64)
    np.add.at(found, which, rows)
    return found
