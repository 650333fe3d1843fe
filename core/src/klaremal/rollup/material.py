"""What one roll-up shares between its levels and frequencies: periods, tree, sums and what is missing, each made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import Factory, define

from klaremal.compile import outputs
from klaremal.model.measure import Count, Term
from klaremal.rollup.absence import Absence, reporting, stopped
from klaremal.rollup.figures import Block
from klaremal.rollup.periods import Base, Reported, base_periods, complete_until, reported
from klaremal.rollup.single import spread
from klaremal.rollup.sums import Cube, Sorted, sums
from klaremal.rollup.tree import EXPECTED, Places, Tree

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from klaremal.model.unit import Units
    from klaremal.plan import Pass, WantedIndicator
    from klaremal.rollup.located import Located

    Truths = NDArray[np.bool_]


@define(eq=False, kw_only=True)
class Material:
    """The groups of a pass in their periods and places; `column` and `scale` are those of each term."""

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
    _lost: dict[tuple[str, str, str], Truths] = Factory(dict)

    def block(self, wanted: Sequence[WantedIndicator], periods: Reported, places: Places, only_last: bool) -> Block:
        """Return the components of indicators of one measure in the cells of one level and frequency."""
        cells = self.sums.cells(periods, places, only_last)
        rows = cells.of("rows")
        single = [term for each in wanted for _, term in each.components if not term.additive and term.kind != "published"]
        return Block(
            wanted=wanted,
            cells=cells,
            column=self.column,
            scale=self.scale,
            rows=rows,
            good=cells.of("good"),
            stopped=stopped(rows, periods.closed),
            steps=self.absence.steps(periods, places)[0],
            length=np.ones_like(periods.steps) if only_last else periods.steps,
            by_unit=self.pass_.dataset.level is not None,
            single=spread(self.single, self.pass_, single, periods, places) if single else None,
        )

    def expected(self, block: Block, periods: Reported, places: Places) -> Truths:
        """Say which cells are reported: of the upper levels every unit that exists, of the lower those that the data knows.

        A unit that a goal names is reported in any case, and so is one that no longer exists but has rows.
        """
        rows = block.rows > 0
        inside = places.inside.any(axis=0)
        found = []
        for each in block.wanted:
            named = np.array([code in each.codes for code in places.codes], dtype=bool)
            if places.level in EXPECTED:
                cells = (places.valid & (places.inside | named)) | (rows & ~places.valid & (inside | named))
            else:
                seen = rows if isinstance(each.indicator.measure, Count) else block.cells.of(self._promised(each)) > 0
                cells = (reporting(seen, periods.starts) | named) & (places.valid | seen)
            found.append(cells)
        return np.stack(found)

    def lost(self, each: WantedIndicator, periods: Reported, places: Places) -> Truths:
        """Say in which cells of an indicator a sub-period or a unit is missing."""
        column = "rows" if isinstance(each.indicator.measure, Count) else self._promised(each)
        key = (periods.frequency, places.level, column if self.pass_.dataset.level else "")
        if key not in self._lost:
            self._lost[key] = self.absence.parts(periods, places, self.absence.dense(column))
        return self._lost[key]

    def _promised(self, each: WantedIndicator) -> str:
        return self.column[dict(each.components)["promised"]]


def material(
    located: Located,
    wanted: Sequence[WantedIndicator],
    pass_: Pass,
    tree: tuple[Units, str],
    until: date | None,
    today: date,
    single: pd.DataFrame | None,
    largest: int,
) -> Material:
    """Prepare the periods, the tree (of units, for an organisation) and the sums of a pass."""
    until = complete_until(located, pass_, until, today)
    base = base_periods(located, pass_, until, today)
    made = {
        frequency: reported(base, frequency, until, pass_.dataset.settle_days)
        for frequency in dict.fromkeys(each for one in wanted for each in one.frequencies)
    }
    periods = {frequency: found for frequency, found in made.items() if found is not None and len(found)}
    named = {code for each in wanted for code in each.codes}
    days = [base.last_days, *(each.last_days for each in periods.values())]
    units, organisation = tree
    grown = Tree(units, organisation, located.codes, named, days)
    column = {term: f"c{place}" for place, term in enumerate(pass_.terms)}
    scales = {each.name: each.scale or 0 for each in outputs(pass_)}
    needed = {column[term]: None for each in wanted for _, term in each.components if term.additive}
    return Material(
        located=located,
        pass_=pass_,
        base=base,
        periods=periods,
        tree=grown,
        sums=sums(located, base, ["rows", "good", *needed], largest),
        absence=Absence(located, base, grown, pass_),
        column=column,
        scale={term: scales[name] for term, name in column.items()},
        single=single,
    )
