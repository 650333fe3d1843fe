"""From observations to families of cells and back: which indicators count the same rows, and what each shows of them.

Observations are those of the run, as the roll-up makes them. What is out already comes from the ledger's newest rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from attrs import frozen

from klaremal.disclosure.cells import KINDS, Cells
from klaremal.disclosure.primary import Figures, Kind
from klaremal.model.measure import Count, Distinct, Mean, Median, Quantile, Rate, Share, Total
from klaremal.model.on_time import OnTime
from klaremal.model.period import FREQUENCIES, MONTHS, Period
from klaremal.model.unit import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.model.indicator import Indicator
    from klaremal.model.unit import Units
    from klaremal.plan import WantedIndicator

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

_KEY = ("unit", "start", "frequency", "breakdown")
_NUMBERS = ("value", "n", "part", "hits", "misses")


@frozen(eq=False, kw_only=True)
class Published:
    """What is out already of the cells of a family: the numbers as they were shown, NaN where there was none.

    `hidden` cells were hidden when they were last judged for good.
    """

    shown: Truths
    hidden: Truths
    n: Floats
    part: Floats


@frozen(eq=False, kw_only=True)
class Shared:
    """The indicators of a family with the cells that they share; `rows` gives, for each of them, its rows and their cells."""

    indicators: tuple[WantedIndicator, ...]
    cells: Cells
    figures: tuple[Figures, ...]
    before: tuple[Figures, ...]
    rows: tuple[tuple[Integers, Integers], ...]

    @property
    def over_time(self) -> str:
        """How periods are made of shorter ones: their sum, or the last one of a state."""
        first = self.indicators[0].indicator
        is_last = isinstance(first.measure, Total) and first.measure.over_time == "last"
        return "last" if first.dataset.snapshot or is_last else "sum"


def shared(
    observations: pd.DataFrame, indicators: Iterable[WantedIndicator], units: Units, stored: pd.DataFrame
) -> Iterator[Shared]:
    """Give the families of a run's indicators.

    `stored` are the newest observations of the ledger, with period codes.
    """
    families: dict[Any, list[WantedIndicator]] = {}
    for each in indicators:
        families.setdefault(_same_rows(each), []).append(each)
    of = _coded(observations["indicator"], observations["definition"])
    table = _Table.of(observations, units)
    known = _keyed(stored)
    for together in families.values():
        rows = [of.get((each.indicator.id, each.definition), np.empty(0, dtype=np.int64)) for each in together]
        if any(len(each) for each in rows):
            yield table.shared(tuple(together), rows, [known(each) for each in together])


def _same_rows(each: WantedIndicator) -> tuple[Any, ...]:
    """Return what two indicators have in common whose promises are about the same rows in the same periods."""
    return each.indicator.dataset.id, each.dated_by, each.clock, dict(each.components).get("promised")


def _coded(indicator: pd.Series[Any], definition: pd.Series[Any]) -> dict[tuple[str, str], Integers]:
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
class _Table:
    """The observations with integers for what they are about; the integers follow the order of the codes."""

    observations: pd.DataFrame
    units: Units
    unit: Integers
    codes: Sequence[str]
    breakdown: Integers
    breakdowns: Sequence[str]
    start: Integers
    kind: Integers
    numbers: Mapping[str, Floats]

    @classmethod
    def of(cls, observations: pd.DataFrame, units: Units) -> _Table:
        unit, codes = pd.factorize(observations["unit"].astype(object), sort=True)
        breakdown, breakdowns = pd.factorize(observations["breakdown"].astype(object), sort=True)
        return cls(
            observations=observations,
            units=units,
            unit=unit.astype(np.int64),
            codes=[str(code) for code in codes],
            breakdown=breakdown.astype(np.int64),
            breakdowns=[str(each) for each in breakdowns],
            start=observations["start"].to_numpy(dtype=np.int64),
            kind=pd.Index(FREQUENCIES).get_indexer(pd.Index(observations["frequency"].astype(object))).astype(np.int64),
            numbers={name: observations[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in _NUMBERS},
        )

    def shared(self, indicators: tuple[WantedIndicator, ...], rows: Sequence[Integers], known: Sequence[_Known]) -> Shared:
        """Return a family: each cell once, with what each indicator shows of it."""
        every = np.concatenate(rows)
        key = ((self.start[every] * len(KINDS) + self.kind[every]) * len(self.breakdowns) + self.breakdown[every]) * len(
            self.codes
        ) + self.unit[every]
        distinct, first, which = np.unique(key, return_index=True, return_inverse=True)
        one = every[first]
        places = np.split(which.reshape(-1), np.cumsum([len(each) for each in rows])[:-1])
        out = [self._published(each, here) for each, here in zip(known, [one] * len(known), strict=True)]
        figures, before = [], []
        for wanted, mine, at, was in zip(indicators, rows, places, out, strict=True):
            figures.append(_figures(wanted.indicator, self._spread(mine, at, len(distinct))))
            before.append(_figures(wanted.indicator, _as_shown(was)))
        same = [_unchanged(now, was) for now, was in zip(figures, out, strict=True)]
        return Shared(
            indicators=indicators,
            cells=self._cells(one, np.logical_or.reduce(same), np.logical_or.reduce([each.hidden for each in out])),
            figures=tuple(figures),
            before=tuple(before),
            rows=tuple(zip(rows, places, strict=True)),
        )

    def _spread(self, rows: Integers, places: Integers, size: int) -> dict[str, Floats]:
        found = {}
        for name in _NUMBERS:
            found[name] = np.full(size, np.nan)
            found[name][places] = self.numbers[name][rows]
        return found

    def _published(self, known: _Known, rows: Integers) -> Published:
        at = known.places(self.codes, self.breakdowns, self.unit[rows], self.breakdown[rows], self.start[rows], self.kind[rows])
        there = at >= 0

        def of(values: NDArray[Any], none: Any) -> NDArray[Any]:
            return np.where(there, values[np.where(there, at, 0)], none) if len(values) else np.full(len(at), none)

        n = of(known.n, np.nan)
        return Published(shown=~np.isnan(n), hidden=of(known.hidden, False).astype(bool), n=n, part=of(known.part, np.nan))

    def _cells(self, rows: Integers, public: Truths, withheld: Truths) -> Cells:
        kind = self.kind[rows]
        months = np.array([MONTHS[name] for name in FREQUENCIES], dtype=np.int64)[kind]
        dimensions = {text: place for place, text in enumerate(dict.fromkeys(map(_columns_of, self.breakdowns)))}
        dimension = np.array([dimensions[_columns_of(text)] for text in self.breakdowns], dtype=np.int64)[self.breakdown[rows]]
        is_total = np.array([text == "" for text in self.breakdowns], dtype=bool)[self.breakdown[rows]]
        return Cells(
            unit=self.unit[rows],
            parent=self._parents(rows, self.start[rows] + months),
            depth=np.array([LEVELS.index(self.units.level(code)) for code in self.codes], dtype=np.int64)[self.unit[rows]],
            kind=kind,
            start=self.start[rows],
            months=months,
            breakdown=np.where(is_total, 0, self.breakdown[rows] + 1),
            dimension=np.where(is_total, 0, dimension + 1),
            public=public,
            withheld=withheld & ~public,
            provisional=self.observations["provisional"].to_numpy(dtype=bool)[rows],
        )

    def _parents(self, rows: Integers, ends: Integers) -> Integers:
        """Return the unit of the family that each cell's unit lies in on the period's last day: the nearest that has cells."""
        present = np.unique(self.unit[rows])
        codes = {self.codes[place]: int(place) for place in present.tolist()}
        found = np.full(len(rows), -1, dtype=np.int64)
        pairs, which = np.unique(np.stack([self.unit[rows], ends]), axis=1, return_inverse=True)
        above = [self._above(self.codes[unit], end, codes) for unit, end in pairs.T.tolist()]
        found[:] = np.array(above, dtype=np.int64)[which.reshape(-1)]
        return found

    def _above(self, code: str, end: int, codes: Mapping[str, int]) -> int:
        day = date(end // 12, end % 12 + 1, 1) - timedelta(days=1)
        while (parent := self.units.parent(code, day)) is not None:
            if parent in codes:
                return codes[parent]
            code = parent
        return -1


def _columns_of(breakdown: str) -> str:
    return ";".join(part.partition("=")[0] for part in breakdown.split(";"))


# -- what an indicator shows -----------------------------------------------------------------------------------------


def _figures(indicator: Indicator, numbers: Mapping[str, Floats]) -> Figures:
    """Return what an indicator shows, for the primary rules: persons where a column tells them apart, else rows."""
    measure = indicator.measure
    told: dict[str, Any] = {}
    if isinstance(measure, (Share, OnTime)):
        hits = np.where(np.isnan(numbers["hits"]), numbers["part"], numbers["hits"])
        misses = np.where(np.isnan(numbers["misses"]), numbers["n"] - numbers["part"], numbers["misses"])
        told = {"hits": hits, "misses": misses}
    elif isinstance(measure, Rate):
        told = {"events": numbers["part"]}
    elif isinstance(measure, (Count, Distinct)):
        told = {"events": numbers["value"]}
    elif isinstance(measure, (Quantile, Median)):
        told = {"quantile": measure.q if isinstance(measure, Quantile) else 0.5}
    elif isinstance(measure, Mean):
        told = {"value": numbers["value"], "scale": _scale(indicator, measure)}
    return Figures(
        kind=cast(Kind, indicator.disclosed_as),
        minimum=indicator.minimum_count,
        n=numbers["n"],
        homogeneous="hide" if indicator.homogeneous == "hide" else "show",
        distinct=indicator.dataset.person is not None,
        **told,
    )


def _scale(indicator: Indicator, measure: Mean) -> tuple[float, float] | None:
    """Return the scale on which the values lie, where the contract says both of its ends."""
    of = measure.of.canonical
    if measure.of.columns != {of} or of not in indicator.dataset.types:
        return None
    column: Any = indicator.dataset.column(of)
    is_number = column.type in ("integer", "number") and column.minimum is not None and column.maximum is not None
    return (float(column.minimum), float(column.maximum)) if is_number else None


def _as_shown(was: Published) -> dict[str, Floats]:
    nothing = np.full(len(was.n), np.nan)
    return {"value": nothing, "n": was.n, "part": was.part, "hits": nothing, "misses": nothing}


def _unchanged(now: Figures, was: Published) -> Truths:
    """Say which cells are out with exactly this figure."""
    same = was.shown & (now.n == was.n)
    hits = now.hits if now.hits is not None else now.events
    found: Truths = same if hits is None else same & ((hits == was.part) | np.isnan(was.part))
    return found


# -- what the ledger says --------------------------------------------------------------------------------------------


@frozen(eq=False, kw_only=True)
class _Known:
    """The newest stored rows of one indicator: where they lie, and what they show."""

    index: pd.MultiIndex
    n: Floats
    part: Floats
    hidden: Truths

    def places(
        self,
        codes: Sequence[str],
        breakdowns: Sequence[str],
        unit: Integers,
        breakdown: Integers,
        start: Integers,
        kind: Integers,
    ) -> Integers:
        """Return where each cell stands among the stored rows, -1 where it does not."""
        if not len(self.n):
            return np.full(len(unit), -1, dtype=np.int64)
        wanted = pd.MultiIndex.from_arrays(
            [
                np.array(codes, dtype=object)[unit],
                start,
                np.array(FREQUENCIES, dtype=object)[kind],
                np.array(breakdowns, dtype=object)[breakdown],
            ]
        )
        return np.asarray(self.index.get_indexer(wanted), dtype=np.int64)


def _keyed(stored: pd.DataFrame) -> Callable[[WantedIndicator], _Known]:
    """Return a function that gives the stored rows of an indicator in the definition that it has now."""
    of = _coded(stored["indicator"], stored["definition"]) if len(stored) else {}
    starts = {code: Period.parse(code).start for code in stored["period"].unique()} if len(stored) else {}

    def known(each: WantedIndicator) -> _Known:
        mine = stored.iloc[of.get((each.indicator.id, each.definition), np.empty(0, dtype=np.int64))]
        arrays = [mine["unit"], mine["period"].map(starts), mine["frequency"], mine["breakdown"]]
        is_hidden = (mine["cause"].astype(object) == "confidential") & ~mine["provisional"].astype(bool)
        return _Known(
            index=pd.MultiIndex.from_arrays([each.to_numpy(dtype=object) for each in arrays], names=_KEY),
            n=mine["n"].to_numpy(dtype=np.float64, na_value=np.nan),
            part=mine["part"].to_numpy(dtype=np.float64, na_value=np.nan),
            hidden=is_hidden.to_numpy(dtype=bool),
        )

    return known
