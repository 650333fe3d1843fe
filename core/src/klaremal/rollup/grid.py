"""One level and frequency of a roll-up: its periods and units, what counts in each, and what is missing; no values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from klaremal.model.measure import Count, Published, Total
from klaremal.model.quotient import Rate, other_id
from klaremal.plan_terms import LARGEST, PEOPLE, WHOLE
from klaremal.rollup.absence import reporting, stopped
from klaremal.rollup.figures import NO_CAUSE, Block
from klaremal.rollup.material import torn
from klaremal.rollup.published import OwnRows, causes_of
from klaremal.rollup.single import spread
from klaremal.rollup.tree import EXPECTED, Places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.model.measure import Term
    from klaremal.plan import WantedIndicator
    from klaremal.rollup.material import Material
    from klaremal.rollup.per import Per
    from klaremal.rollup.periods import Reported
    from klaremal.rollup.sums import Cells

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]


def _is_internal(term: str) -> bool:
    """Say whether a term by this name is no figure of its own: only disclosure control looks at it."""
    return term in PEOPLE or term.startswith(LARGEST)


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
        single = [term for each in wanted for name, term in each.components if term.single and not _is_internal(name)]
        return Block(
            wanted=wanted,
            cells=cells,
            column=material.column,
            scale=material.scale,
            rows=rows,
            good=cells.of("good"),
            torn=self._torn(wanted, cells),
            stopped=self._stopped,
            missing=self._missing(wanted),
            said=np.stack([self._said(each) for each in wanted]),
            steps=self._steps(wanted),
            lived=self._lived,
            by_unit=material.pass_.dataset.level is not None,
            single=self._spread(single, only_last) if single else None,
            people=self._people(wanted, only_last),
            largest=self._largest(wanted, cells, only_last),
            per=self._per(wanted),
        )

    def _torn(self, wanted: Sequence[WantedIndicator], cells: Cells) -> Truths:
        """Say in which cells of each indicator a unit tells only the parts of a whole."""
        of = [dict(each.components).get(WHOLE) for each in wanted]
        none = np.zeros((len(self.periods), len(self.places)), dtype=bool)
        return np.stack([none if term is None else cells.of(torn(self.material.column[term])) > 0 for term in of])

    def _per(self, wanted: Sequence[WantedIndicator]) -> Per | None:
        """Return what indicators are per of another dataset; None where they are not, or that has not the breakdown."""
        other = self.material.per.get(other_id(wanted[0].indicator.measure) or "")
        return None if other is None else other.per(wanted, self.periods, self.places, self.material.tree)

    def _spread(self, terms: Sequence[Term], only_last: bool) -> Floats:
        """Return terms that cannot be added; where only the last base period of each period counts, those of that one."""
        material, periods = self.material, self.periods
        if only_last:
            base = material.base
            periods = evolve(periods, frequency=base.frequency, starts=base.starts[periods.last])
        return spread(material.single, material.pass_, terms, periods, self.places)

    def _people(self, wanted: Sequence[WantedIndicator], only_last: bool) -> Mapping[str, Floats]:
        """Return how many different persons there are among the rows of each kind, NaN where no column tells them apart."""
        terms = [dict(each.components) for each in wanted]
        none = np.full((1, len(self.periods), len(self.places)), np.nan)
        found = {}
        for name in PEOPLE:
            if any(name in each for each in terms):
                of = [[each[name]] if name in each else [] for each in terms]
                found[name] = np.concatenate([self._spread(one, only_last) if one else none for one in of])
        return found

    def _largest(self, wanted: Sequence[WantedIndicator], cells: Cells, only_last: bool) -> Floats | None:
        """Return the largest share that one person or row has in a sum of each indicator, NaN where nobody asks."""
        found = [self._share(dict(each.components), cells, only_last) for each in wanted]
        asked = [each for each in found if each is not None]
        return np.stack([np.full_like(asked[0], np.nan) if each is None else each for each in found]) if asked else None

    def _share(self, terms: Mapping[str, Term], cells: Cells, only_last: bool) -> Floats | None:
        material, found = self.material, []
        for name, term in terms.items():
            if name.startswith(LARGEST):
                of = terms[name.removeprefix(LARGEST)]
                if term.single:
                    parts = self._spread([term], only_last)[0]
                    largest = np.nan_to_num(parts) * 10 ** material.scale[of]
                else:
                    largest = material.largest(material.column[term], self.periods, self.places, only_last)
                whole = np.abs(cells.of(material.column[of]).astype(np.float64))
                share = np.divide(largest, whole, out=np.where(largest > 0, np.inf, 0.0), where=whole > 0)
                found.append(share)
        return np.maximum.reduce(found) if found else None

    def expected(self, wanted: Sequence[WantedIndicator], only_last: bool) -> Truths:
        """Say which cells are reported: of the upper levels every unit that exists, of the lower those that the data knows.

        A unit that a goal names is reported in any case, and so is one that no longer exists but has rows.
        """
        cells = self._last_cells if only_last else self._cells
        return np.stack([self._expected(each, cells) for each in wanted])

    def _expected(self, each: WantedIndicator, cells: Cells) -> Truths:
        places, rows = self.places, cells.of("rows")
        named = np.array([code in each.codes for code in places.codes], dtype=bool)
        if places.level in EXPECTED:
            closed_down = (rows > 0) & ~places.valid & (places.inside.any(axis=0) | named)
            found: Truths = (places.valid & (places.inside | named)) | closed_down
            return found
        is_count = isinstance(each.indicator.measure, Count)
        seen = rows > 0 if is_count else cells.of(self.material.promised(each)) > 0
        known: Truths = (reporting(seen, self.periods.starts) | named) & (places.valid | seen) & (places.inside | named)
        return known

    def lost(self, each: WantedIndicator) -> Truths:
        """Say in which cells of an indicator a sub-period or a unit is missing."""
        column = "rows" if isinstance(each.indicator.measure, Count) else self.material.promised(each)
        key = column if self.material.pass_.dataset.level else ""
        if key not in self._lost:
            self._lost[key] = self.material.absence.parts(self.periods, self.places, column, self.interrupted)
        return self._lost[key]

    def _missing(self, wanted: Sequence[WantedIndicator]) -> Floats:
        """Return about how many more rows each promise would be about if nothing were missing; NaN where nobody can say.

        A count, a sum or a published figure of which a part is missing is none, so that nobody asks. Of a sample nothing is:
        its rows are those who were asked, whenever that was.
        """
        indicator = wanted[0].indicator
        if isinstance(indicator.measure, (Count, Total, Published)) or indicator.dataset.basis == "sample":
            return np.zeros((1, 1, 1))
        for each in wanted:
            column = self.material.promised(each)
            if column not in self._estimated:
                lost = self.lost(each)
                self._estimated[column] = (
                    self.material.absence.estimated(self.periods, self.places, column, self.interrupted)
                    if lost.any()
                    else np.zeros(lost.shape)
                )
        return np.stack([self._estimated[self.material.promised(each)] for each in wanted])

    def _said(self, each: WantedIndicator) -> NDArray[np.int8]:
        """Return why the one row of a cell of totals has no number, as its source says; NO_CAUSE where it says nothing."""
        columns = [self.material.column[term] for _, term in each.components if term.kind == "cause"]
        if not columns:
            return np.full((len(self.periods), len(self.places)), NO_CAUSE, dtype=np.int8)
        located, rows = self.material.located, self.own_rows
        codes = [rows.spread(causes_of(located.columns[name], NO_CAUSE), NO_CAUSE) for name in columns]
        alone = rows.spread(located.columns[self.material.promised(each)]) == 1
        return np.where(alone, np.minimum.reduce(codes), NO_CAUSE).astype(np.int8)

    def _steps(self, wanted: Sequence[WantedIndicator]) -> Mapping[str, Integers]:
        """Return in how many base periods of each cell a rate has rows that are judged, and in how many a population."""
        if not isinstance(wanted[0].indicator.measure, Rate) or wanted[0].other is not None:
            return {}
        absence, column = self.material.absence, self.material.column
        terms = [dict(each.components) for each in wanted]
        return {
            name: np.stack([absence.with_rows(self.periods, self.places, column[each[name]]) for each in terms])
            for name in ("n", "per_rows")
        }

    @cached_property
    def interrupted(self) -> Truths:
        """In which cells of several base periods one of them is missing."""
        return self.material.absence.interrupted(self.periods, self.places)

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
        found = stopped(self._cells.of("rows"), self.periods.closed)
        # Without a status date nothing is known of a period's state.
        return found | ~self.material.base.with_data[self.periods.last][:, None] if self.periods.state else found

    @cached_property
    def _cells(self) -> Cells:
        return self.material.cells(self.periods, self.places)

    @cached_property
    def _last_cells(self) -> Cells:
        return self.material.cells(self.periods, self.places, only_last=True)

    @cached_property
    def _lost(self) -> dict[Any, Truths]:
        return {}

    @cached_property
    def _estimated(self) -> dict[str, Floats]:
        return {}
