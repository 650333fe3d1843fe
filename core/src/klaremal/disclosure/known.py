"""What is out already of the cells of a family, from the newest rows of the ledger; it judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from klaremal.model.period import FREQUENCIES, Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

_KEY: Final = ("unit", "start", "frequency", "breakdown")
# What is shown of a figure and says how many it is about.
SHOWN: Final = ("value", "n", "part")


@frozen(eq=False, kw_only=True)
class Published:
    """What is out already of some cells: the numbers as they were shown, NaN where there was none.

    `running` figures could still grow when they were shown. `hidden` cells were hidden when they were last judged for good.
    """

    running: Truths
    hidden: Truths
    numbers: Mapping[str, Floats]


def out(stored: pd.DataFrame) -> pd.DataFrame:
    """Return observations of the ledger with the first month of their periods, `start`, as those of a run have it."""
    starts = {code: Period.parse(code).start for code in stored["period"].unique()}
    return stored.assign(start=stored["period"].map(starts))


def coded(indicator: pd.Series[Any], definition: pd.Series[Any]) -> dict[tuple[str, str], Integers]:
    """Return the rows of each indicator in each of its definitions."""
    first, ids = pd.factorize(indicator)
    second, definitions = pd.factorize(definition)
    both = first.astype(np.int64) * max(len(definitions), 1) + second
    order = np.argsort(both, kind="stable")
    bounds = np.flatnonzero(np.diff(both[order], prepend=-1))
    found = {}
    for rows in np.split(order, bounds[1:]) if len(order) else ():
        place, of = divmod(int(both[rows[0]]), max(len(definitions), 1))
        found[str(ids[place]), str(definitions[of])] = rows
    return found


@frozen(eq=False, kw_only=True)
class Known:
    """The newest stored rows of one indicator in one definition: where they lie, and what they show."""

    index: pd.MultiIndex
    numbers: Mapping[str, Floats]
    running: Truths
    hidden: Truths

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Known:
        """Read stored rows, as `out` gives them."""
        running = rows["provisional"].to_numpy(dtype=bool)
        return cls(
            index=pd.MultiIndex.from_arrays([rows[name].to_numpy(dtype=object) for name in _KEY], names=_KEY),
            numbers={name: rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in SHOWN},
            running=running,
            hidden=(rows["cause"].astype(object) == "confidential").to_numpy(dtype=bool) & ~running,
        )

    def at(self, unit: NDArray[Any], start: Integers, kind: Integers, breakdown: NDArray[Any]) -> Published:
        """Return what is out of some cells, given by code, first month, place in FREQUENCIES and text."""
        frequency = np.array(FREQUENCIES, dtype=object)[kind]
        wanted = pd.MultiIndex.from_arrays([unit, start, frequency, breakdown]) if len(self.running) else None
        place = np.full(len(start), -1, dtype=np.int64) if wanted is None else self.index.get_indexer(wanted)
        there = place >= 0

        def taken(values: NDArray[Any], none: Any) -> NDArray[Any]:
            found = np.full(len(there), none)
            found[there] = values[place[there]]
            return found

        return Published(
            running=taken(self.running, False),
            hidden=taken(self.hidden, False),
            numbers={name: taken(values, np.nan) for name, values in self.numbers.items()},
        )
