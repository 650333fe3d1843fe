"""Observations ordered so that the row before is the same series a year earlier; no figures are judged here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from klaremal.model.period import FREQUENCIES

Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
Truths = NDArray[np.bool_]
# An indicator's id, its definition and a frequency: two goals may promise one indicator with different deadlines.
Group = tuple[str, str, str]


def codes_of(column: pd.Series[Any], known: Sequence[str]) -> Integers:
    """Return the place of each value in `known`, -1 where it is missing or not there.

    A categorical column is not looked through, and of equal values that stand together only the first is.
    """
    places = pd.Index(list(known), dtype=object)
    if isinstance(column.dtype, pd.CategoricalDtype):
        found = places.get_indexer(pd.Index(column.cat.categories, dtype=object))
        return np.append(found, -1)[column.cat.codes.to_numpy()]
    words = column.to_numpy(dtype=object)
    turns = np.ones(len(words), dtype=bool)
    turns[1:] = words[1:] != words[:-1]
    heads = np.flatnonzero(turns)
    codes, values = pd.factorize(words[heads])
    found = np.append(places.get_indexer(pd.Index(values, dtype=object)), -1)[codes]
    return np.repeat(found, np.diff(heads, append=len(words)))


@frozen(eq=False, kw_only=True)
class Series:
    """Those observations that any goal asks for, in the order of series, then month of the year, then year.

    `rows` are places in the frame. `group` is the place in `groups` (indicator id, definition, frequency). The first row of
    each series is at `firsts`, its number in `numbers`, which `number_of` computes. `follows` says that the row before
    is the same period a year earlier. `keys` are in order; `find` looks rows up by them.
    """

    groups: tuple[Group, ...]
    units: tuple[str, ...]
    breakdowns: tuple[str, ...]
    rows: Integers
    group: Integers
    unit: Integers
    start: Integers
    follows: Truths
    numbers: Integers
    firsts: Integers
    keys: Integers
    years: tuple[int, int]

    @classmethod
    def of(
        cls,
        observations: pd.DataFrame,
        groups: Sequence[Group],
        units: Sequence[str],
        breakdowns: Sequence[str],
    ) -> Series:
        """Pick the observations of these groups, units and breakdowns, and order them."""
        group = _groups_of(observations, groups)
        unit = codes_of(observations["unit"], units)
        breakdown = codes_of(observations["breakdown"], breakdowns)
        rows = np.flatnonzero((group >= 0) & (unit >= 0) & (breakdown >= 0))
        start = observations["start"].to_numpy(dtype=np.int64)
        if len(rows) < len(start):
            group, unit, breakdown, start = group[rows], unit[rows], breakdown[rows], start[rows]
        number = (group.astype(np.int64) * len(breakdowns) + breakdown) * max(len(units), 1) + unit
        year, month = np.divmod(start, 12)
        earliest = int(year.min(initial=year[0])) if len(year) else 0
        # One more year than there is, so that the last year of one month never stands beside the first of the next.
        years = (earliest, int(year.max(initial=earliest)) - earliest + 2)
        key = _key(number, year, month, years)
        order = np.argsort(key)
        key, number = key[order], number[order]
        follows = np.zeros(len(key), dtype=bool)
        follows[1:] = np.diff(key) == 1
        opens = np.ones(len(key), dtype=bool)
        opens[1:] = np.diff(number) != 0
        firsts = np.flatnonzero(opens)
        return cls(
            groups=tuple(groups), units=tuple(units), breakdowns=tuple(breakdowns), rows=rows[order], group=group[order],
            unit=unit[order], start=start[order], follows=follows, numbers=number[firsts], firsts=firsts, keys=key, years=years,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows)

    def of_group(self, group: int) -> slice:
        """Return where the rows of a group are: they stand together."""
        return slice(*np.searchsorted(self.group, [group, group + 1]).tolist())

    def number_of(self, group: int, breakdown: int, units: Integers) -> Integers:
        """Return the number of the series of each unit."""
        return (group * len(self.breakdowns) + breakdown) * max(len(self.units), 1) + units.astype(np.int64)

    def number_at(self, places: Integers) -> Integers:
        """Return the number of the series that each row belongs to."""
        found: Integers = self.numbers[np.searchsorted(self.firsts, places, side="right") - 1]
        return found

    def find(self, numbers: Any, starts: Any) -> Integers:
        """Return the place of the row of each series and period, -1 where there is none."""
        numbers, starts = np.broadcast_arrays(numbers, starts)
        if not len(self):
            return np.full(numbers.shape, -1, dtype=np.int64)
        year, month = np.divmod(starts, 12)
        key = _key(numbers, year, month, self.years)
        place = np.minimum(np.searchsorted(self.keys, key), len(self) - 1)
        first, span = self.years
        there = (year >= first) & (year < first + span - 1) & (self.keys[place] == key)
        return np.where(there, place, -1)

    def places(self, wanted: Integers) -> tuple[Integers, Integers]:
        """Return the places of all rows of the wanted series, and for each the position of its series in `wanted`."""
        if not len(self.numbers) or not len(wanted):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.numbers, wanted), len(self.numbers) - 1)
        there = self.numbers[found] == wanted
        ends = np.append(self.firsts[1:], len(self))
        lengths = np.where(there, ends[found] - self.firsts[found], 0)
        of = np.repeat(np.arange(len(wanted)), lengths)
        skipped = np.repeat(self.firsts[found] - (np.cumsum(lengths) - lengths), lengths)
        return np.arange(len(of)) + skipped, of


def _key(number: Integers, year: Integers, month: Integers, years: tuple[int, int]) -> Integers:
    first, span = years
    return (number * 12 + month) * span + (year - first)


def _groups_of(observations: pd.DataFrame, groups: Sequence[Group]) -> Integers:
    indicators = list(dict.fromkeys(indicator for indicator, _, _ in groups))
    definitions = list(dict.fromkeys(definition for _, definition, _ in groups))
    table = np.full((len(indicators) + 1, len(definitions) + 1, len(FREQUENCIES) + 1), -1, dtype=np.int64)
    for place, (indicator, definition, frequency) in enumerate(groups):
        table[indicators.index(indicator), definitions.index(definition), FREQUENCIES.index(frequency)] = place
    named = (("indicator", indicators), ("definition", definitions), ("frequency", FREQUENCIES))
    found: Integers = table[tuple(codes_of(observations[column], known) for column, known in named)]
    return found
