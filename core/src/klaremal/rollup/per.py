"""The denominators of ratios and rates that are per a total of another dataset, in the periods and units of the figures.

Where the total is not known it is missing, never 0: a place without rows, one of whose parts has none, a number or a condition
that is null. A place must say itself that nobody is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import evolve, frozen

from klaremal.compile import outputs
from klaremal.model.outcome import SetAside
from klaremal.model.period import MONTHS
from klaremal.model.quotient import Quotient
from klaremal.model.unit import LEVELS, Units
from klaremal.plan_terms import denominator
from klaremal.rollup.absence import reporting
from klaremal.rollup.located import find, located, rows_aside
from klaremal.rollup.periods import Base, base_periods, complete_until, is_closed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.components import Groups
    from klaremal.plan import Pass, WantedIndicator
    from klaremal.rollup.by_value import Value
    from klaremal.rollup.located import Found, Located
    from klaremal.rollup.periods import Reported
    from klaremal.rollup.tree import Places, Tree

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

# A state is not too old for a period that begins so many months after its own.
_MONTHS_KEPT: Final = 12
_LOWEST: Final = LEVELS.index("municipality")


@frozen(eq=False, kw_only=True)
class Other:
    """A pass over another dataset with the totals that indicators are per, and the last day that its data covers."""

    groups: Groups
    pass_: Pass
    until: date | None


@frozen(eq=False, kw_only=True)
class Per:
    """The denominators of some indicators, as indicator x period x unit: `total` per `steps` (of each period) is the number.

    `unit` says how many of its whole numbers make one. `whole` is where it is known; `doubtful` where rows were set aside that
    would have made it larger, or, unless it `only_grows`, smaller. `closed` is of each period, and so is `begun`: the other
    dataset had rows by then.
    """

    total: NDArray[Any]
    unit: NDArray[Any]
    steps: Integers
    whole: Truths
    doubtful: Truths
    only_grows: Truths
    closed: Truths
    begun: Truths


@frozen(eq=False, kw_only=True)
class Denominator:
    """The groups of another dataset in its own base periods; of a snapshot only those with a status date."""

    pass_: Pass
    groups: Groups
    found: Found
    located: Located
    base: Base
    until: date | None
    units: Units
    set_aside: tuple[SetAside, ...] = ()

    @classmethod
    def of(cls, other: Other, units: Units, organisation: str, today: date) -> Denominator:
        """Find where the groups count; rows of a place above the municipalities that other rows are of are set aside."""
        pass_ = other.pass_
        found = find(other.groups, pass_, (), units, organisation)
        is_larger, too_large = _larger(found, other.groups, pass_, units)
        groups, found = other.groups.take(~is_larger), found.take(~is_larger)
        every = located(groups, found, pass_, (), units)
        until = complete_until(every, pass_, other.until, today)
        base = base_periods(every, pass_, until, today)
        if pass_.dataset.snapshot:
            has = base.with_data
            base = evolve(
                base, starts=base.starts[has], last_days=base.last_days[has], closed=base.closed[has], with_data=has[has]
            )
        return cls(
            pass_=pass_,
            groups=groups,
            found=found,
            located=every,
            base=base,
            until=until,
            units=units,
            set_aside=(*found.set_aside, *too_large),
        )

    def of_value(self, value: Value) -> Denominator:
        """Return the denominators of one value of the breakdown."""
        which = value.among(self.groups.values, believed=False)
        groups, found = self.groups.take(which), self.found.take(which)
        return evolve(self, groups=groups, found=found, located=located(groups, found, self.pass_, (), self.units))

    def per(self, wanted: Sequence[WantedIndicator], periods: Reported, places: Places, tree: Tree) -> Per:
        """Return the denominators of indicators, whose totals have one rule for time."""
        measure = wanted[0].indicator.measure
        assert isinstance(measure, Quotient), "only ratios and rates are per a total"
        over = measure.over_time(self.pass_.dataset)
        windows = self._windows(periods, over)
        terms = [dict(denominator(each.indicator.measure, self.pass_.breakdown)) for each in wanted]
        places_of = {term: place for place, term in enumerate(self.pass_.terms)}
        columns = [{name: f"c{places_of[term]}" for name, term in each.items()} for each in terms]
        made = [self._of(each, windows, places, tree) for each in columns]
        scales = {each.name: each.scale or 0 for each in outputs(self.pass_)}
        shaped = (len(wanted), 1, 1)
        return Per(
            total=np.stack([total for total, _, _ in made]),
            unit=np.array([10 ** scales[each["sum"]] for each in columns]).reshape(shaped),
            steps=(windows[1] - windows[0] + 1 if over == "mean" else np.ones(len(periods), dtype=np.int64))[:, None],
            whole=np.stack([whole for _, whole, _ in made]),
            doubtful=np.stack([doubtful for _, _, doubtful in made]),
            only_grows=np.array([self._only_grows(each) for each in wanted]).reshape(shaped),
            closed=is_closed(periods.last_days, self.until, self.pass_.dataset.settle_days),
            begun=periods.last_days >= self.base.last_days.min(initial=np.iinfo(np.int64).max),
        )

    def _windows(self, periods: Reported, over: str) -> tuple[Integers, Integers, Truths]:
        """Return the places of the first and the last base period that count in each period, and whether there are any.

        A state that is older counts where the period has none, if it is at most a year old; of other rows a period has all of
        its base periods or none.
        """
        starts, months = self.base.starts, self.base.months
        first = np.searchsorted(starts, periods.starts)
        last = np.searchsorted(starts, periods.starts + MONTHS[periods.frequency] - months, side="right") - 1
        there = last >= first
        if self.pass_.dataset.snapshot:
            before = np.searchsorted(starts, periods.starts - months, side="right") - 1
            older = ~there & (before >= 0)
            older[older] = periods.starts[older] - starts[before[older]] <= _MONTHS_KEPT
            first, last = np.where(older, before, first), np.where(older, before, last)
            there = there | older
        else:
            there[there] = starts[first[there]] == periods.starts[there]
        if over == "last":
            first = last
        return np.where(there, first, 0), np.where(there, last, 0), there

    def _of(
        self, column: dict[str, str], windows: tuple[Integers, Integers, Truths], places: Places, tree: Tree
    ) -> tuple[NDArray[Any], Truths, Truths]:
        """Return the totals of one indicator by period and unit, where they are whole and where they are in doubt."""
        first, last, there = windows
        dense = {name: self._dense(column[name]) for name in ("promised", "n", "aside", "sum")}
        shape = (len(first), len(places))
        total = np.zeros(shape, dtype=dense["sum"].dtype)
        whole, doubtful = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        doubtful |= self._lost_anywhere(column["aside"])
        for stretch, _ in places.stretches:
            part = slice(stretch.first, stretch.last)
            above = _places(tree.ancestors(self.located.codes, places.level, stretch.day), places.codes)
            ends = first[part], last[part]
            cells = {name: _added(values, above, len(places)) for name, values in dense.items()}
            missing = (cells["promised"] == 0) | (cells["n"] < cells["promised"])
            missing |= self._lacking(dense["promised"], above, places, tree, stretch.day)
            total[part] = _over(cells["sum"], *ends)
            whole[part] = _over(missing, *ends) == 0
            doubtful[part] |= _over(cells["aside"], *ends) > 0
        return total, whole & there[:, None], doubtful

    def _lacking(self, rows: NDArray[Any], above: Integers, places: Places, tree: Tree, day: date) -> Truths:
        """Say in which base periods a part of a place has no rows: a municipality, or a smaller unit that still reports."""
        codes, last_days = self.located.codes, self.base.last_days
        present = rows > 0
        expected = reporting(present, self.base.starts) & tree.filled(codes, last_days, self.units.valid)
        lacking = _added(expected & ~present, above, len(places)) > 0
        is_large = LEVELS.index(places.level) < _LOWEST
        if is_large and any(LEVELS.index(self.units.level(code)) >= _LOWEST for code in codes):
            towns = [code for code in self.units.codes if self.units.level(code) == "municipality"]
            of_town = _places(tree.ancestors(codes, "municipality", day), towns)
            lost = tree.filled(towns, last_days, self.units.valid) & (_added(rows, of_town, len(towns)) == 0)
            lacking |= _added(lost, _places(tree.ancestors(towns, places.level, day), places.codes), len(places)) > 0
        return lacking

    def _dense(self, column: str) -> NDArray[Any]:
        """Return a column as base period x unit of the data."""
        at, starts = self.located, self.base.starts
        place = np.searchsorted(starts, at.start)
        kept = (place < len(starts)) & at.own[at.unit]
        kept[kept] = starts[place[kept]] == at.start[kept]
        values = np.zeros((len(starts), len(at.codes)), dtype=at.columns[column].dtype)
        values[place[kept], at.unit[kept]] = at.columns[column][kept]
        return values

    def _lost_anywhere(self, aside: str) -> bool:
        """Say whether rows were set aside of which nobody knows the unit or the date: they may be of any."""
        nowhere = (self.found.unit < 0) | (self.found.start < 0)
        return bool(self.groups.columns[aside][nowhere].sum() > 0)

    def _only_grows(self, wanted: WantedIndicator) -> bool:
        """Say whether no row can make the total smaller, by what the contract allows in its column."""
        measure = wanted.indicator.measure
        of = measure.per.of if isinstance(measure, Quotient) else None
        if of is None or of.columns != {of.canonical} or of.canonical not in self.pass_.dataset.types:
            return False
        least: Any = self.pass_.dataset.column(of.canonical).minimum
        return least is not None and least >= 0


def _larger(found: Found, groups: Groups, pass_: Pass, units: Units) -> tuple[Truths, tuple[SetAside, ...]]:
    """Say which groups are of regions and nations where others are of municipalities or smaller: they would count twice."""
    rank = np.array([LEVELS.index(units.level(code)) for code in found.codes], dtype=np.int64)
    is_larger: Truths = np.append(rank < _LOWEST, False)[found.unit]
    if pass_.dataset.level is not None or not is_larger.any() or not (rank >= _LOWEST).any():
        return np.zeros(len(groups), dtype=bool), ()
    texts = {units.name(found.codes[place]): np.flatnonzero(found.unit == place) for place in np.flatnonzero(rank < _LOWEST)}
    what = f"{', '.join(pass_.dataset.placed_in)}: of a larger place than the municipalities of the other rows: {{texts}}."
    said = rows_aside(pass_.dataset.id, "other_level", texts, groups.columns["good"], what)
    return is_larger, () if said is None else (said,)


def _places(codes: Sequence[str], among: Sequence[str]) -> Integers:
    """Return the place of each code among others, -1 where it is none of them."""
    place_of = {code: place for place, code in enumerate(among)}
    return np.array([place_of.get(code, -1) for code in codes], dtype=np.int64)


def _added(values: NDArray[Any], above: Integers, size: int) -> NDArray[Any]:
    """Add up the units (last axis) that lie in each of `size` places."""
    values = values.astype(np.int64) if values.dtype == bool else values
    found = np.zeros((len(values), size), dtype=values.dtype)
    inside = np.flatnonzero(above >= 0)
    np.add.at(found.T, above[inside], values.T[inside])
    return found


def _over(base: NDArray[Any], first: Integers, last: Integers) -> NDArray[Any]:
    """Add up base periods (the first axis) from the first to the last of each period."""
    if not len(base):
        return np.zeros((len(first), *base.shape[1:]), dtype=np.int64)
    kind = np.int64 if base.dtype == bool else base.dtype
    counted = np.concatenate([np.zeros((1, *base.shape[1:]), dtype=kind), np.cumsum(base, axis=0, dtype=kind)])
    found: NDArray[Any] = counted[last + 1] - counted[first]
    return found
