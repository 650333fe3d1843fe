"""Figures as their source published them: one cell, one row; cells that the source lacks are filled with weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import frozen

from klaremal.model.outcome import CAUSES, SetAside
from klaremal.model.period import Period
from klaremal.rollup.figures import NO_CAUSE, Block, Figures, cause_code, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.model.unit import Units
    from klaremal.plan import WantedIndicator
    from klaremal.rollup.located import Located
    from klaremal.rollup.periods import Base, Reported
    from klaremal.rollup.tree import Places

    Floats = NDArray[np.float64]
    Truths = NDArray[np.bool_]

_SHOWN: Final = 5
_NO_DATA, _NOT_MEASURED = cause_code("no_data"), cause_code("not_measured")


@frozen(eq=False, kw_only=True)
class OwnRows:
    """Where the data has its own rows for reported cells: groups, and the places (period, unit) that they stand for."""

    group: NDArray[np.int64]
    period: NDArray[np.int64]
    unit: NDArray[np.int64]
    shape: tuple[int, int]

    @classmethod
    def of(cls, located: Located, base: Base, reported: Reported, places: Places) -> OwnRows:
        """Find them; a period of several base periods has no row of its own."""
        shape = (len(reported), len(places))
        place_of = {code: place for place, code in enumerate(places.codes)}
        unit = np.array([place_of.get(code, -1) for code in located.codes], dtype=np.int64)[located.unit]
        if not len(reported) or (base.frequency != reported.frequency and not reported.state):
            unit = np.full_like(unit, -1)
        starts = base.starts[reported.last] if reported.state else reported.starts
        period = np.searchsorted(starts, located.start)
        kept = (unit >= 0) & (period < len(reported))
        kept[kept] = starts[period[kept]] == located.start[kept]
        group = np.flatnonzero(kept)
        return cls(group=group, period=period[group], unit=unit[group], shape=shape)

    def spread(self, values: NDArray[Any], empty: Any = 0) -> NDArray[Any]:
        """Return the groups' values as period x unit."""
        found = np.full(self.shape, empty, dtype=values.dtype)
        found[self.period, self.unit] = values[self.group]
        return found


def published(block: Block, located: Located, own_rows: OwnRows, incomplete: Sequence[Truths]) -> tuple[Figures, Truths]:
    """Return the figures of published indicators, and the cells in which two rows say different things.

    A row of the source wins, also one that says why it has no number; where it cannot be read there is none. Where there is
    no row, the units below are put together by weight; `incomplete` cells, of which parts are missing, then have an unknown
    coverage.
    """
    made = [_one(block, place, located, own_rows, incomplete[place]) for place in range(len(block.wanted))]
    stacked = {name: np.stack([each[0][name] for each in made]) for name in made[0][0]}
    none = np.full(stacked["value"].shape, np.nan)
    wrong = np.stack([each[1] for each in made])
    return Figures(**stacked, part=none, low=none, high=none), wrong


def _one(
    block: Block, place: int, located: Located, own_rows: OwnRows, incomplete: Truths
) -> tuple[dict[str, NDArray[Any]], Truths]:
    terms = block.terms[place]
    column = block.column[terms["value"]]
    of = {part: own_rows.spread(located.columns[f"{column}{part}"]) for part in ("", "_most", "_rows", "_filled")}
    scale = block.scale[terms["value"]]
    rows, filled = of["_rows"], of["_filled"]
    wrong = (rows > 1) & ((of[""] != of["_most"]) | (filled != rows)) & (filled > 0)
    value = of[""] if of[""].dtype == np.float64 else ratio(of[""], 1, units=(10**scale, 1))
    value = np.where((filled > 0) & ~wrong, value, np.nan)
    coverage = np.where(np.isnan(value), np.nan, 1.0)
    n, judged, told = (_of_cells(block, place, name, located, own_rows, rows) for name in ("persons", "n", "persons_told"))
    # Where a row does not tell how many persons it is of, nobody knows how many there are.
    n = np.where(told < judged, np.nan, n)
    doubtful = np.zeros(own_rows.shape, dtype=bool)
    if "weight" in terms:
        unread = own_rows.spread(located.columns[block.column[terms["aside"]]]) > 0
        filling = (rows == 0) & ~unread
        weighted, share = _weighed(block, place, incomplete)
        value, coverage = np.where(filling, weighted, value), np.where(filling, share, coverage)
        doubtful = filling & (block.cells.of(block.column[terms["aside"]]) > 0)
    cause = np.where(np.isnan(value), _causes(own_rows, located, column, rows, wrong), NO_CAUSE)
    unknown = np.isnan(value)
    return {
        "value": value,
        "n": np.where(unknown, np.nan, n),
        "coverage": coverage,
        "weight": np.where(unknown, np.nan, _of_cells(block, place, "weight", located, own_rows, rows)),
        "least": np.where(doubtful & ~unknown, -np.inf, value),
        "most": np.where(doubtful & ~unknown, np.inf, value),
        "cause": cause.astype(np.int8),
    }, wrong


def _of_cells(block: Block, place: int, name: str, located: Located, own_rows: OwnRows, rows: NDArray[Any]) -> Floats:
    """Return a term behind each figure (persons, weight): of its own row, else of the rows it was put together from."""
    term = block.terms[place].get(name)
    if term is None:
        return np.full(own_rows.shape, np.nan)
    column, unit = block.column[term], (10 ** block.scale[term], 1)
    own = ratio(own_rows.spread(located.columns[column]), 1, units=unit)
    return np.where(rows > 0, own, ratio(block.cells.of(column), 1, units=unit))


def _weighed(block: Block, place: int, incomplete: Truths) -> tuple[Floats, Floats]:
    """Return the weighted mean of the rows below, and the share of all weight that it rests on: NaN when that is unknown."""
    terms = block.terms[place]
    names = ("weighted", "weight", "weight_promised", "promised", "weighed")
    weighted, weight, promised, rows, weighed = (block.cells.of(block.column[terms[name]]) for name in names)
    scales = [10 ** block.scale[terms[name]] for name in ("weighted", "weight", "weight_promised")]
    value = ratio(weighted, weight, units=(scales[0], scales[1]))
    share = ratio(weight, promised, units=(scales[1], scales[2]))
    return value, np.where((rows == weighed) & ~incomplete, share, np.nan)


def _causes(own_rows: OwnRows, located: Located, column: str, rows: NDArray[Any], wrong: Truths) -> NDArray[np.int64]:
    """Return why there is no number: what the row itself says, or that there is no row."""
    codes = own_rows.spread(causes_of(located.columns[f"{column}_cause"], _NOT_MEASURED), _NOT_MEASURED)
    return np.where((rows == 0) | wrong, _NO_DATA, codes)


def causes_of(said: NDArray[Any], otherwise: int) -> NDArray[np.int64]:
    """Return the place of each cause that a source says, `otherwise` where it says none."""
    known = {text: CAUSES.index(text) for text in set(said) - {None} if text in CAUSES}
    return np.array([known.get(text, otherwise) for text in said], dtype=np.int64)


def named(cells: Truths, periods: Reported, places: Places, units: Units) -> tuple[tuple[str, ...], str]:
    """Return up to five of the marked cells (period x unit) by unit and period, and how many more there are in words."""
    every = np.argwhere(cells).tolist()
    kind = periods.frequency.removesuffix("12")
    shown = (f"{units.name(places.codes[unit])} {Period(kind, int(periods.starts[at])).code}" for at, unit in every[:_SHOWN])
    return tuple(shown), f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""


def duplicates(
    wanted: WantedIndicator, wrong: Truths, rows: NDArray[Any], periods: Reported, places: Places, units: Units
) -> SetAside | None:
    """Return what is said of cells in which rows say different things, with up to five of them by unit and period."""
    shown, more = named(wrong, periods, places, units)
    if not shown:
        return None
    return SetAside(
        dataset=wanted.indicator.dataset.id,
        rule="duplicate_cell",
        rows=int(rows[wrong].sum()),
        message=(
            f"{wanted.indicator.id}: several rows with different values for one published figure: {', '.join(shown)}{more}. "
            "Narrow the indicator's `where` until one row is left."
        ),
        examples=shown,
    )
