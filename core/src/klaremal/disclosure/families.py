"""From observations to families of cells and back: which indicators count the same rows, and what each shows of them.

Observations are those of the run, as the roll-up makes them. What is out already comes from the ledger's newest rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from attrs import frozen

from klaremal.disclosure.cells import Cells
from klaremal.disclosure.known import SHOWN, Known, coded
from klaremal.disclosure.primary import Figures, Kind
from klaremal.disclosure.versions import Revision
from klaremal.model.measure import Count, Distinct, Mean, Median, Quantile, Share, Total
from klaremal.model.on_time import OnTime
from klaremal.model.period import FREQUENCIES, MONTHS, finer_or_equal
from klaremal.model.quotient import Rate, Ratio
from klaremal.model.unit import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.model.indicator import Indicator
    from klaremal.model.unit import Units
    from klaremal.plan import WantedIndicator

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

_NUMBERS = ("value", "n", "part", "hits", "misses", "largest")


@frozen(kw_only=True)
class Address:
    """Which figure of an indicator: its unit's code, its first month and frequency, and its breakdown's text."""

    indicator: str
    unit: str
    start: int
    frequency: str
    breakdown: str = ""


@frozen(eq=False, kw_only=True)
class Shared:
    """The indicators of a family with the cells that they share; `rows` gives, for each of them, its rows and their cells."""

    indicators: tuple[WantedIndicator, ...]
    cells: Cells
    figures: tuple[Figures, ...]
    revisions: tuple[Revision, ...]
    rows: tuple[tuple[Integers, Integers], ...]
    over_time: str


def shared(
    observations: pd.DataFrame,
    indicators: Iterable[WantedIndicator],
    units: Units,
    stored: pd.DataFrame,
    released: Collection[Address] = (),
) -> Iterator[Shared]:
    """Give the families of a run's indicators.

    `stored` are the newest observations of the ledger, as `out` gives them; `released` says where somebody has decided that a
    revision is published.
    """
    families: dict[Any, list[WantedIndicator]] = {}
    for each in indicators:
        families.setdefault(_same_rows(each), []).append(each)
    of = coded(observations["indicator"], observations["definition"])
    table, none = _Table.of(observations, units, released), np.empty(0, dtype=np.int64)
    stored_of = coded(stored["indicator"], stored["definition"])
    for together in families.values():
        rows = [of.get((each.indicator.id, each.definition), none) for each in together]
        if any(len(each) for each in rows):
            known = [stored_of.get((each.indicator.id, each.definition), none) for each in together]
            yield table.shared(tuple(together), rows, [Known.of(stored.iloc[places]) for places in known])


def _same_rows(each: WantedIndicator) -> tuple[Any, ...]:
    """Return what two indicators have in common whose promises are about the same rows in the same periods."""
    return each.indicator.dataset.id, each.dated_by, each.clock, dict(each.components).get("promised")


def _over_time(indicator: Indicator) -> str:
    """Say how periods are made of shorter ones: by their sum, or by the last one of a state."""
    is_last = isinstance(indicator.measure, Total) and indicator.measure.over_time == "last"
    return "last" if indicator.dataset.snapshot or is_last else "sum"


@frozen(eq=False, kw_only=True)
class _About:
    """What cells are about, as places of their unit, kind of period and breakdown and their first month."""

    unit: Integers
    start: Integers
    kind: Integers
    breakdown: Integers

    @classmethod
    def of(cls, keys: Integers, units: int, breakdowns: int) -> _About:
        """Return what keys are about, of so many units and breakdowns."""
        rest, unit = np.divmod(keys, units)
        rest, breakdown = np.divmod(rest, breakdowns)
        start, kind = np.divmod(rest, len(FREQUENCIES))
        return cls(unit=unit, start=start, kind=kind, breakdown=breakdown)

    def keys(self, units: int, breakdowns: int) -> Integers:
        """Return one integer for each cell."""
        return ((self.start * len(FREQUENCIES) + self.kind) * breakdowns + self.breakdown) * units + self.unit


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
    released: Collection[Address]

    @classmethod
    def of(cls, observations: pd.DataFrame, units: Units, released: Collection[Address]) -> _Table:
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
            released=released,
        )

    def shared(self, indicators: tuple[WantedIndicator, ...], rows: Sequence[Integers], known: Sequence[Known]) -> Shared:
        """Return a family: each cell once, with what each indicator shows of it and what of that is out already."""
        over_time = _over_time(indicators[0].indicator)
        every = np.concatenate(rows)
        shown, first, which = np.unique(self._keys(every), return_index=True, return_inverse=True)
        absent = self._absent(rows, shown) if over_time == "sum" else shown[:0]
        keys = np.concatenate([shown, absent])
        about = _About.of(keys, len(self.codes), len(self.breakdowns))
        units, values = (np.array(texts, dtype=object) for texts in (self.codes, self.breakdowns))
        units, values = units[about.unit], values[about.breakdown]
        places = np.split(which.reshape(-1), np.cumsum([len(each) for each in rows])[:-1])
        figures, revisions, hidden = [], [], []
        for wanted, mine, at, stored in zip(indicators, rows, places, known, strict=True):
            numbers = self._spread(mine, at, len(keys))
            was = stored.at(units, about.start, about.kind, values)
            figures.append(_figures(wanted.indicator, numbers))
            now, before = (_figures(wanted.indicator, _as_shown(each)) for each in (numbers, was.numbers))
            released = self._released(wanted.indicator.id, units, about, values)
            revisions.append(Revision(now=now, before=before, running=was.running, released=released))
            hidden.append(was.hidden)
        provisional = np.zeros(len(keys), dtype=bool)
        provisional[: len(shown)] = self.observations["provisional"].to_numpy(dtype=bool)[every[first]]
        public = np.logical_or.reduce([each.is_none for each in revisions])
        is_absent = np.arange(len(keys)) >= len(shown)
        withheld = np.logical_or.reduce(hidden) & ~public & ~is_absent
        return Shared(
            indicators=indicators,
            cells=self._cells(about, public=public, withheld=withheld, provisional=provisional, absent=is_absent),
            figures=tuple(figures),
            revisions=tuple(revisions),
            rows=tuple(zip(rows, places, strict=True)),
            over_time=over_time,
        )

    def _released(self, indicator: str, units: NDArray[Any], about: _About, values: NDArray[Any]) -> Truths:
        """Say which cells of an indicator have a revision that somebody has released."""
        found = np.zeros(len(units), dtype=bool)
        for each in self.released:
            if each.indicator == indicator:
                when = (about.start == each.start) & (about.kind == FREQUENCIES.index(each.frequency))
                found |= when & (units == each.unit) & (values == each.breakdown)
        return found

    def _keys(self, rows: Integers) -> Integers:
        about = _About(unit=self.unit[rows], start=self.start[rows], kind=self.kind[rows], breakdown=self.breakdown[rows])
        return about.keys(len(self.codes), len(self.breakdowns))

    def _absent(self, rows: Sequence[Integers], shown: Integers) -> Integers:
        """Return the cells that are not there in periods that are: of units without a row in a part of a longer period."""
        found = [shown[:0]]
        for mine in rows:
            kinds = [FREQUENCIES[kind] for kind in np.unique(self.kind[mine]).tolist()]
            for fine, coarse in permutations(kinds, 2):
                if finer_or_equal(fine, coarse):
                    whole = mine[self.kind[mine] == FREQUENCIES.index(coarse)]
                    parts = np.arange(0, MONTHS[coarse], MONTHS[fine])
                    about = _About(
                        unit=np.repeat(self.unit[whole], len(parts)),
                        start=(self.start[whole][:, None] + parts).reshape(-1),
                        kind=np.full(len(whole) * len(parts), FREQUENCIES.index(fine)),
                        breakdown=np.repeat(self.breakdown[whole], len(parts)),
                    )
                    found.append(about.keys(len(self.codes), len(self.breakdowns)))
        return np.setdiff1d(np.concatenate(found), shown)

    def _spread(self, rows: Integers, places: Integers, size: int) -> dict[str, Floats]:
        found = {}
        for name in _NUMBERS:
            found[name] = np.full(size, np.nan)
            found[name][places] = self.numbers[name][rows]
        return found

    def _cells(self, about: _About, **flags: Truths) -> Cells:
        months = np.array([MONTHS[name] for name in FREQUENCIES], dtype=np.int64)[about.kind]
        dimensions = {text: place for place, text in enumerate(dict.fromkeys(map(_columns_of, self.breakdowns)))}
        dimension = np.array([dimensions[_columns_of(text)] for text in self.breakdowns], dtype=np.int64)[about.breakdown]
        is_total = np.array([text == "" for text in self.breakdowns], dtype=bool)[about.breakdown]
        return Cells(
            unit=about.unit,
            parent=self._parents(about.unit, about.start + months),
            depth=np.array([LEVELS.index(self.units.level(code)) for code in self.codes], dtype=np.int64)[about.unit],
            kind=about.kind,
            start=about.start,
            months=months,
            breakdown=np.where(is_total, 0, about.breakdown + 1),
            dimension=np.where(is_total, 0, dimension + 1),
            **flags,
        )

    def _parents(self, units: Integers, ends: Integers) -> Integers:
        """Return the unit of the family that each cell's unit lies in on the period's last day: the nearest that has cells."""
        codes = {self.codes[place]: int(place) for place in np.unique(units).tolist()}
        pairs, which = np.unique(np.stack([units, ends]), axis=1, return_inverse=True)
        above = [self._above(self.codes[unit], end, codes) for unit, end in pairs.T.tolist()]
        return np.array(above, dtype=np.int64)[which.reshape(-1)]

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
    elif isinstance(measure, (Ratio, Total)):
        told = {"largest": numbers["largest"]}
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


def _as_shown(numbers: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the numbers that everybody sees, of which alone a revision can be told: not how many persons are hits."""
    nothing = np.full(len(numbers["n"]), np.nan)
    return {name: numbers.get(name, nothing) if name in SHOWN else nothing for name in _NUMBERS}
