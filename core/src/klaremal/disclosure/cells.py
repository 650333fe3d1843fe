"""The cells that one family of indicators shares, as arrays: where they lie and what is out already; no rules.

A cell is a unit in a period, in all or for one value of a breakdown. Indicators on the same rows are one family: they
show the same n, so that what one of them hides all of them must hide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, fields, frozen

from klaremal.model.period import FREQUENCIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]


def _integers(values: Any) -> Integers:
    return np.asarray(values, dtype=np.int64)


def _truths(values: Any) -> Truths:
    return np.asarray(values, dtype=bool)


@frozen(eq=False, kw_only=True)
class Cells:
    """The cells of a family, each once, in any order; all arrays are equally long.

    `unit` is any integer for a unit, `parent` that of the unit among them whose figure holds this one in this period (-1:
    none), `depth` the place of the unit's level in LEVELS. `kind` is a place in FREQUENCIES, `start` the first month as an
    integer, `months` the length. `breakdown` is 0 for the total, else any integer for a value ("?" is one), `dimension`
    then the breakdown that it is a value of. Where the integers of units and values follow their codes, so do choices between
    equals.

    What the cells of a unit lack of its parent's is an unknown of its own in each period, of which nothing follows for the
    others. The shorter periods of a cell are cells as well, where there are cells of that length: those without a row are
    `absent`, have no number, and everybody knows that they are empty.

    `public` cells have been published with exactly this figure. `withheld` ones were hidden before and are to stay hidden.
    `provisional` ones can still grow.
    """

    unit: Integers = field(converter=_integers)
    parent: Integers = field(converter=_integers)
    depth: Integers = field(converter=_integers)
    kind: Integers = field(converter=_integers)
    start: Integers = field(converter=_integers)
    months: Integers = field(converter=_integers)
    breakdown: Integers = field(converter=_integers)
    dimension: Integers = field(converter=_integers)
    public: Truths = field(converter=_truths)
    withheld: Truths = field(converter=_truths)
    provisional: Truths = field(converter=_truths)
    absent: Truths = field(converter=_truths)

    @absent.default
    def _none(self) -> Truths:
        return np.zeros(len(self.unit), dtype=bool)

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def end(self) -> Integers:
        """The month after the last one."""
        return self.start + self.months

    def order(self) -> Integers:
        """Return the places of the cells in the order that decides between equals: unit, breakdown, period."""
        return np.lexsort((self.kind, self.months, self.start, self.breakdown, self.unit))

    def take(self, places: Integers) -> Cells:
        """Return the cells at these places."""
        return evolve(self, **{each.name: getattr(self, each.name)[places] for each in fields(Cells)})

    def is_kind(self, *names: str) -> Truths:
        """Say which cells are of one of these kinds of period."""
        found: Truths = np.isin(self.kind, [FREQUENCIES.index(name) for name in names])
        return found

    def series(self) -> tuple[Integers, int]:
        """Return for each cell the number of its series (one unit, one value of a breakdown), and how many series there are."""
        pairs = np.stack([self.unit, self.breakdown])
        found, which = np.unique(pairs, axis=1, return_inverse=True)
        return which.reshape(-1), found.shape[1]
