"""Figures made for rules of fulfilment, round promises of each direction, some of them hidden; it judges nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from math import inf, nan
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from attrs import evolve, frozen

from klaremal.assess.by_rule import JUDGED, Rows
from klaremal.judge import statuses

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Every figure is so many of these.
_OF: Final = 200
_FIRST: Final = 2020 * 12
# Months from one period to the next, and how many periods there are: rules look some years back, or to the same season before.
_STEPS: Final = {"years": (12, 5), "quarters": (3, 10), "months": (1, 14)}


@frozen
class Cell:
    """The figure of a unit in a period: so many of 200, None where it is unknown; a cause, and whether the period is over."""

    part: int | None
    cause: str | None = None
    closed: bool = True

    @property
    def usable(self) -> bool:
        """Say whether the figure can be judged."""
        return self.part is not None and self.cause is None and self.closed


@frozen
class Promise:
    """A band with its tolerance, in percent, and figures that come nearer to it or deeper into it one by one."""

    low: float
    high: float
    tolerance: float
    better: tuple[int, ...]


Series = Mapping[str, Sequence[Cell]]

PROMISES: Final = {
    "at least 90": Promise(90, inf, 5, (0, 100, 168, 170, 175, 180, 190, 200)),
    "at most 10": Promise(-inf, 10, 5, (200, 100, 32, 30, 25, 20, 10, 0)),
    "from 40 to 60, from below": Promise(40, 60, 5, (0, 60, 70, 75, 80, 100)),
    "from 40 to 60, from above": Promise(40, 60, 0, (200, 140, 130, 125, 120, 100)),
}


def tables() -> Iterator[tuple[str, Promise, int, Series]]:
    """Give tables with what they are called: none and one row, and for each promise known, hidden and open figures."""
    plain = PROMISES["at least 90"]
    yield "an empty table", plain, 12, {}
    yield "a table of one row", plain, 12, {"A": [Cell(190)]}
    yield "a table of one row, which is hidden", plain, 12, {"A": [Cell(None, "confidential")]}
    for name, promise, step, cells in histories():
        units = {unit: list(cells) for unit in "ABC"}
        units["B"][1], units["B"][3] = Cell(None, "confidential"), Cell(None, "no_data")
        units["C"][0], units["C"][-1] = evolve(cells[0], cause="implausible"), evolve(cells[-1], closed=False)
        yield name, promise, step, {**units, "D": cells[:1]}


def histories() -> Iterator[tuple[str, Promise, int, tuple[Cell, ...]]]:
    """Give the known figures of one unit for each promise and length of period, the same ones every time."""
    chance = random.Random(0)
    for words, promise in PROMISES.items():
        for periods, (step, number) in _STEPS.items():
            cells = tuple(Cell(chance.choice(promise.better)) for _ in range(number))
            yield f"{periods} with {words}", promise, step, cells


def rows_of(promise: Promise, step: int, units: Series) -> Rows:
    """Return figures as a rule is shown them; where a unit has several, nothing is promised of its first."""
    places = [(unit, number, cell) for unit in sorted(units) for number, cell in enumerate(units[unit])]
    cells = [cell for _, _, cell in places]
    part = np.array([nan if cell.part is None else cell.part for cell in cells], dtype=float)
    promised = np.array([number > 0 or len(units[unit]) == 1 for unit, number, _ in places], dtype=bool)
    usable = np.array([cell.usable for cell in cells], dtype=bool)
    value = 100 * part / _OF
    frame = pd.DataFrame(
        {
            "unit": _words([unit for unit, _, _ in places]),
            "level": _words(["municipality"] * len(cells)),
            "start": np.array([_FIRST + number * step for _, number, _ in places], dtype=np.int64),
            "value": value,
            "n": np.where(np.isnan(part), nan, float(_OF)),
            "part": part,
            "cause": _words([cell.cause for cell in cells]),
            "usable": usable,
            "low": np.where(promised, promise.low, nan),
            "high": np.where(promised, promise.high, nan),
            "tolerance": np.where(promised, promise.tolerance, nan),
            "method": np.zeros(len(cells), dtype=np.int64),
            "status": _words([None] * len(cells)),
        }
    )
    asked = np.flatnonzero(usable & promised)
    low, high, tolerance = (frame[name].to_numpy()[asked] for name in ("low", "high", "tolerance"))
    frame.loc[asked, "status"] = np.array(JUDGED, dtype=object)[statuses(value[asked], low, high, tolerance)]
    return Rows.numbered(frame, asked)


def _words(values: Sequence[str | None]) -> NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
