"""One level and frequency of a roll-up: its periods and units, what counts in each, and what is missing; no values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from klaremal.model.measure import Count, Rate
from klaremal.rollup.absence import reporting, stopped
from klaremal.rollup.figures import Block
from klaremal.rollup.published import OwnRows
from klaremal.rollup.single import spread
from klaremal.rollup.tree import EXPECTED, Places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import WantedIndicator
    from klaremal.rollup.material import Material
    from klaremal.rollup.periods import Reported
    from klaremal.rollup.sums import Cells

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]


@frozen(eq=False, slots=False)
class Grid:
    """The cells of one level and frequency; what several indicators need is made once, when first asked for."""

    material: Material
    periods: Reported
    places: Places

    def block(self, wanted: Sequence[WantedIndicator], only_last: bool) -> Block:
        """Return the components of indicators of one measure."""
        cells = self._last_cells if only_last else self._cells
        rows = cells.of("rows")
        material = self.material
        single = [term for each in wanted for _, term in each.components if not (term.additive or term.kind == "published")]
        return Block(
            wanted=wanted,
            cells=cells,
            column=material.column,
            scale=material.scale,
            rows=rows,
            good=cells.of("good"),
            stopped=self._stopped,
            steps=self.steps[0] if isinstance(wanted[0].indicator.measure, Rate) else self._lived,
            lived=self._lived,
            by_unit=material.pass_.dataset.level is not None,
            single=spread(material.single, material.pass_, single, self.periods, self.places) if single else None,
        )

    def expected(self, block: Block) -> Truths:
        """Say which cells are reported: of the upper levels every unit that exists, of the lower those that the data knows.

        A unit that a goal names is reported in any case, and so is one that no longer exists but has rows.
        """
        return np.stack([self._expected(each, block) for each in block.wanted])

    def _expected(self, each: WantedIndicator, block: Block) -> Truths:
        places = self.places
        named = np.array([code in each.codes for code in places.codes], dtype=bool)
        if places.level in EXPECTED:
            closed_down = (block.rows > 0) & ~places.valid & (places.inside.any(axis=0) | named)
            found: Truths = (places.valid & (places.inside | named)) | closed_down
            return found
        is_count = isinstance(each.indicator.measure, Count)
        seen = block.rows > 0 if is_count else block.cells.of(self.material.promised(each)) > 0
        known: Truths = (reporting(seen, self.periods.starts) | named) & (places.valid | seen)
        return known

    def lost(self, each: WantedIndicator) -> Truths:
        """Say in which cells of an indicator a sub-period or a unit is missing."""
        column = "rows" if isinstance(each.indicator.measure, Count) else self.material.promised(each)
        key = column if self.material.pass_.dataset.level else ""
        if key not in self._lost:
            absence = self.material.absence
            self._lost[key] = absence.parts(self.periods, self.places, absence.dense(column), self.steps[1])
        return self._lost[key]

    @cached_property
    def steps(self) -> tuple[Integers, Truths]:
        """In how many base periods of each cell there are rows, and whether one of several is missing."""
        return self.material.absence.steps(self.periods, self.places)

    @cached_property
    def _lived(self) -> Integers:
        """In how many base periods of each cell its unit exists; all of them where rows come before or after its time."""
        lived = self.material.absence.lived(self.periods, self.places)
        return np.where(lived > 0, lived, self.periods.steps[:, None])

    @cached_property
    def own_rows(self) -> OwnRows:
        """The rows that the source itself has for these cells."""
        return OwnRows.of(self.material.located, self.material.base, self.periods, self.places)

    @cached_property
    def _stopped(self) -> Truths:
        return stopped(self._cells.of("rows"), self.periods.closed)

    @cached_property
    def _cells(self) -> Cells:
        return self.material.sums.cells(self.periods, self.places)

    @cached_property
    def _last_cells(self) -> Cells:
        return self.material.sums.cells(self.periods, self.places, only_last=True)

    @cached_property
    def _lost(self) -> dict[Any, Truths]:
        return {}
