"""The roll-up: from the groups of a pass to the observations of all its indicators, every level and frequency at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from klaremal.categories import joined
from klaremal.compile import value_names
from klaremal.model.measure import Count, Measure, Published, Total
from klaremal.model.quotient import Quotient, Rate, other_id
from klaremal.model.unit import LEVELS, Units
from klaremal.rollup.beside import beside
from klaremal.rollup.by_value import values_of
from klaremal.rollup.causes import Warned, changed, implausible, is_warned, warn_above
from klaremal.rollup.figures import Block, Figures, cause_code, figures, with_people
from klaremal.rollup.frame import Collected
from klaremal.rollup.grid import Grid
from klaremal.rollup.located import find, located
from klaremal.rollup.material import Material, material, material_of
from klaremal.rollup.per import Denominator
from klaremal.rollup.published import duplicates, published
from klaremal.rollup.quotients import per_other, without, without_total

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.components import Groups
    from klaremal.model.outcome import SetAside
    from klaremal.plan import Pass, WantedIndicator
    from klaremal.rollup.located import Found
    from klaremal.rollup.per import Other

    Truths = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    # By frequency and level.
    Grids = dict[tuple[str, str], Grid]

_NO_DATA, _IMPLAUSIBLE = cause_code("no_data"), cause_code("implausible")


def rollup(  # noqa: PLR0913 - what passes found, and the units and days that it is put into
    groups: Groups,
    wanted: Sequence[WantedIndicator],
    pass_: Pass,
    units: Units,
    organisation: str,
    until: date | None,
    today: date,
    *,
    since: date | None = None,
    single: pd.DataFrame | None = None,
    others: Sequence[Other] = (),
) -> tuple[pd.DataFrame, tuple[SetAside, ...]]:
    """Return the observations of all indicators of a pass, and the rows that count in none of them.

    There is a row for every expected unit and every period from the first in the data to the last that is closed or has
    data; a cell without a value has a `cause`. `until` is the last whole day that the data covers,
    `since` the first one, where it is known: of periods that begin before it nothing is said but that. `single` holds the terms
    that cannot be added, as `scan_single` gives them. `others` are the passes, of the same breakdown, over other datasets that
    indicators are per a total of; where one is not given the total is missing.

    A Count or Total of which a part is missing has the cause no_data and, as its value, what is known so far; an
    implausible value and one from across a change of method stand beside their cause as well.

    Of a pass with a breakdown the figures are those of its values, in the periods and for the units that all rows have.
    """
    found = find(groups, pass_, wanted, units, organisation)
    every = located(groups, found, pass_, wanted, units)
    from_pass = material(every, wanted, pass_, (units, organisation), (until, today), single)
    per = {each.pass_.dataset.id: Denominator.of(each, units, organisation, today) for each in others}
    from_pass = evolve(from_pass, since=since, per=per)
    if pass_.breakdown:
        observations, set_aside = _by_value(groups, found, from_pass, wanted, units)
    else:
        observations, set_aside = observed(from_pass, wanted, units)
    if pass_.clock is not None and until is not None and not pass_.breakdown:
        observations = joined([observations, *beside(from_pass, wanted, until)])
    return observations, (*every.set_aside, *set_aside, *(said for each in per.values() for said in each.set_aside))


def _by_value(
    groups: Groups, found: Found, whole: Material, wanted: Sequence[WantedIndicator], units: Units
) -> tuple[pd.DataFrame, tuple[SetAside, ...]]:
    """Return the observations of each value of a breakdown, one value after the other."""
    pass_, single = whole.pass_, whole.single
    collected = Collected(wanted, units)
    set_aside: list[SetAside] = []
    grids: Grids = {}
    asked = dict.fromkeys(text for each in wanted for text in each.asked_of(pass_.breakdown))
    for value in values_of(groups, pass_, asked):
        which = value.among(groups.values, believed=False)
        part = located(groups.take(which), found.take(which), pass_, wanted, units)
        named = [] if single is None else [single[name].to_numpy(dtype=object) for name in value_names(pass_)]
        own = None if single is None else single[value.among(named)]
        per = {name: each.of_value(value) for name, each in whole.per.items()}
        set_aside += _observe(material_of(part, whole, own, per), wanted, collected, value.text, (whole, grids))
    return collected.frame(), tuple(set_aside)


def observed(from_pass: Material, wanted: Sequence[WantedIndicator], units: Units) -> tuple[pd.DataFrame, tuple[SetAside, ...]]:
    """Return the observations of prepared material, and the published cells that have several values."""
    collected = Collected(wanted, units)
    set_aside = _observe(from_pass, wanted, collected)
    return collected.frame(), tuple(set_aside)


def _observe(
    from_pass: Material,
    wanted: Sequence[WantedIndicator],
    collected: Collected,
    breakdown: str = "",
    whole: tuple[Material, Grids] | None = None,
) -> list[SetAside]:
    """Collect the observations of prepared material; `whole` is that of all values, with its grids as they are made."""
    set_aside: list[SetAside] = []
    for frequency, periods in from_pass.periods.items():
        warned: Warned = set()
        # The finest level first: an implausible unit warns those that it lies in.
        for level in reversed(LEVELS):
            chosen = [each for each in wanted if frequency in each.frequencies and level in each.levels]
            places = from_pass.tree.places(level, periods) if chosen else None
            if places is not None and len(places):
                grid = Grid(from_pass, periods, places)
                every = grid if whole is None else whole[1].setdefault((frequency, level), Grid(whole[0], periods, places))
                for together, only_last in _by_measure(chosen):
                    expected = every.expected(together, only_last)
                    set_aside += _collect(grid, grid.block(together, only_last), expected, warned, collected, breakdown)
    return set_aside


def _by_measure(wanted: Sequence[WantedIndicator]) -> list[tuple[list[WantedIndicator], bool]]:
    """Group indicators whose figures are made alike; the flag says that only the last base period of each period counts."""
    kinds: dict[tuple[type[Measure], bool, str | None, str], list[WantedIndicator]] = {}
    for each in wanted:
        measure = each.indicator.measure
        only_last = isinstance(measure, Total) and measure.over_time == "last"
        over = measure.over_time(each.other) if isinstance(measure, Quotient) and each.other is not None else ""
        kinds.setdefault((type(measure), only_last, other_id(measure), over), []).append(each)
    return [(together, only_last) for (_, only_last, _, _), together in kinds.items()]


def _collect(
    grid: Grid, block: Block, expected: Truths, warned: Warned, collected: Collected, breakdown: str
) -> list[SetAside]:
    """Collect the observations of one block; return what is said of cells that several published values, or no total, leave."""
    wanted, periods, places = block.wanted, grid.periods, grid.places
    set_aside: list[SetAside] = []
    measure = wanted[0].indicator.measure
    if isinstance(measure, Published):
        found, set_aside = _published(grid, block)
    elif wanted[0].other is not None:
        found = with_people(per_other(block), block)
        set_aside = [*without_total(block, periods, places, grid.material.tree.units, breakdown)]
    else:
        found = figures(block)
    if block.torn.any() and not isinstance(measure, Published):
        # Of the parts nobody can tell how much of the whole there is, either.
        found = evolve(without(found, block.torn), coverage=np.where(block.torn, np.nan, found.coverage))
    if isinstance(measure, (Count, Total)):
        lost = np.stack([grid.lost(each) for each in wanted])
        found = evolve(found, cause=np.where(lost, np.minimum(found.cause, _NO_DATA), found.cause).astype(np.int8))
    elif isinstance(measure, Rate):
        found = without(found, grid.interrupted)
    early = periods.begun_before(grid.material.since)
    if early.any():
        found = without(found, early[:, None])
    wrong = implausible(wanted, found.value)
    cause = np.minimum(found.cause, changed(wanted, periods))
    cause = np.where(wrong, np.minimum(cause, _IMPLAUSIBLE), cause)
    warn_above(grid.material.tree, wanted, wrong & expected, periods, places, warned)
    found = evolve(found, cause=cause.astype(np.int8), largest=block.largest)
    if block.per is not None:
        # A figure that stands on two datasets is final when both are complete.
        periods = evolve(periods, closed=periods.closed & block.per.closed)
    collected.add(wanted, found, expected, is_warned(wanted, periods, places, warned), periods, places, breakdown)
    return set_aside


def _published(grid: Grid, block: Block) -> tuple[Figures, list[SetAside]]:
    whole = np.zeros(block.rows.shape, dtype=bool)
    incomplete = [
        grid.lost(each) if "weight" in terms else whole for each, terms in zip(block.wanted, block.terms, strict=True)
    ]
    located, units = grid.material.located, grid.material.tree.units
    found, wrong = published(block, located, grid.own_rows, incomplete)
    said = []
    for place, (each, terms) in enumerate(zip(block.wanted, block.terms, strict=True)):
        rows = grid.own_rows.spread(located.columns[f"{block.column[terms['value']]}_rows"])
        said.append(duplicates(each, wrong[place], rows, grid.periods, grid.places, units))
    return found, [each for each in said if each is not None]
