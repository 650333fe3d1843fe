"""What one roll-up shares between its levels and frequencies: periods, tree and sums, each made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen

from klaremal.compile import outputs
from klaremal.model.measure import Term
from klaremal.plan_terms import WHOLE
from klaremal.rollup.absence import Absence
from klaremal.rollup.periods import Base, Reported, base_periods, complete_until, reported, states
from klaremal.rollup.sums import LARGEST_CUBE, Cells, Cube, Sorted, sums
from klaremal.rollup.tree import Places, Tree

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from klaremal.model.unit import Units
    from klaremal.plan import Pass, WantedIndicator
    from klaremal.rollup.located import Located
    from klaremal.rollup.per import Denominator


@frozen(eq=False, kw_only=True)
class Material:
    """The groups of a pass in their periods and places; `column` and `scale` (decimals) are those of each term.

    `since` is the first day that the data covers, None where nobody says. `per` are the other datasets, by id, that indicators
    are per a total of; one without the breakdown's columns is left out. `wholes` are the columns that count the rows which are
    no parts of a row that means all; beside each stands one that says where there are parts and no such row (`torn`).
    """

    located: Located
    pass_: Pass
    base: Base
    periods: Mapping[str, Reported]
    tree: Tree
    sums: Cube | Sorted
    absence: Absence
    column: Mapping[Term, str]
    scale: Mapping[Term, int]
    single: pd.DataFrame | None
    per: Mapping[str, Denominator] = field(factory=dict)
    since: date | None = None
    wholes: tuple[str, ...] = ()

    def cells(self, reported: Reported, places: Places, only_last: bool = False) -> Cells:
        """Return the sums of every column by period and unit (or of each period's last base period), doubt included."""
        found = self.sums.cells(reported, places, only_last)
        self.located.doubt.add_to(found, self.base, reported, places, only_last or reported.state)
        return found

    def largest(self, column: str, reported: Reported, places: Places, only_last: bool) -> NDArray[np.float64]:
        """Return the largest number of a column, which cannot be added up, by period and unit."""
        return Sorted(self.located, self.base, ()).largest(column, reported, places, only_last)

    def promised(self, each: WantedIndicator) -> str:
        """Return the column with the rows that an indicator's promise is about."""
        return self.column[dict(each.components)["promised"]]


def material_of(located: Located, whole: Material, single: pd.DataFrame | None, per: Mapping[str, Denominator]) -> Material:
    """Prepare some groups of a pass, with the periods, the tree and the terms of all of them."""
    located = _with_torn(located, whole.wholes)
    names = ["rows", "good", *(name for term, name in whole.column.items() if term.additive), *map(torn, whole.wholes)]
    return evolve(
        whole,
        located=located,
        sums=sums(located, whole.base, names),
        absence=Absence(located, whole.base, whole.tree, whole.pass_, whole.periods.values()),
        single=single,
        per=per,
    )


def material(
    located: Located,
    wanted: Sequence[WantedIndicator],
    pass_: Pass,
    tree: tuple[Units, str],
    days: tuple[date | None, date],
    single: pd.DataFrame | None,
    largest: int = LARGEST_CUBE,
) -> Material:
    """Prepare a pass: `tree` is the units and the organisation, `days` the last one covered and today.

    `largest` is how many numbers may lie in one cube."""
    until, today = complete_until(located, pass_, *days), days[1]
    base = base_periods(located, pass_, until, today)
    made = {
        frequency: reported(base, frequency, until, pass_.dataset.settle_days)
        for frequency in dict.fromkeys(each for one in wanted for each in one.frequencies)
    }
    periods = {frequency: found for frequency, found in made.items() if found is not None and len(found)}
    if pass_.dataset.snapshot:
        periods = {frequency: states(base, found) for frequency, found in periods.items()}
    named = {code for each in wanted for code in each.codes}
    last_days = [base.last_days, *(each.last_days for each in periods.values())]
    units, organisation = tree
    grown = Tree(units, organisation, located.codes, named, last_days)
    column = {term: f"c{place}" for place, term in enumerate(pass_.terms)}
    scales = {each.name: each.scale or 0 for each in outputs(pass_)}
    needed = dict.fromkeys(column[term] for each in wanted for _, term in each.components if term.additive)
    wholes = tuple(dict.fromkeys(column[term] for each in wanted for name, term in each.components if name == WHOLE))
    located = _with_torn(located, wholes)
    return Material(
        located=located,
        pass_=pass_,
        base=base,
        periods=periods,
        tree=grown,
        sums=sums(located, base, ["rows", "good", *needed, *map(torn, wholes)], largest),
        absence=Absence(located, base, grown, pass_, periods.values()),
        column=column,
        scale={term: scales[name] for term, name in column.items()},
        single=single,
        wholes=wholes,
    )


def torn(whole: str) -> str:
    """Return the column that says where a unit tells only the parts of what `whole` counts."""
    return f"{whole}_torn"


def _with_torn(located: Located, wholes: Sequence[str]) -> Located:
    """Add for each such column where there are good rows and none that means all: a sum over it would be too small."""
    if not wholes:
        return located
    good = located.columns["good"] > 0
    made = {torn(name): (good & (located.columns[name] == 0)).astype(np.int64) for name in wholes}
    return evolve(located, columns={**located.columns, **made})
