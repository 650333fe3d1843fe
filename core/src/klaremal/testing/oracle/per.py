"""The totals of another dataset that ratios and rates are per, added up row by row; it knows no figure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Total
from klaremal.model.period import start_of
from klaremal.model.quotient import Rate, Ratio, other_of
from klaremal.testing.oracle.days import Calendar
from klaremal.testing.oracle.formulas import Evaluator, Row
from klaremal.testing.oracle.measures import Group, judged, promised, total_of
from klaremal.testing.oracle.places import Places, counts, first_month, last_states, value_of

# A state is not too old for a period that begins so many months after its own.
_MONTHS_KEPT: Final = 12


@frozen(eq=False, kw_only=True)
class Denominator:
    """A total of another dataset; `states` are its rows that count, each with the base period and the unit it is of."""

    dataset: Dataset
    total: Total
    over_time: str
    frequency: str
    columns: Sequence[str]
    places: Places
    rules: Evaluator
    states: Sequence[tuple[int, str, Row]]

    @classmethod
    def of(
        cls, indicator: Indicator, columns: Sequence[str], places: Places, rows: Sequence[Row], calendar: Calendar
    ) -> Denominator | None:
        """Return what an indicator is per, over the rows of that dataset; None where it is of one dataset."""
        other, measure = other_of(indicator.measure), indicator.measure
        if other is None or not isinstance(measure, (Ratio, Rate)):
            return None
        states = []
        for row in last_states(other, rows):
            unit = places.of(other, row)
            if unit is not None and row[other.date_column] is not None and counts(other, columns, row, rows):
                states.append((first_month(row[other.date_column], other.base_frequency), unit, row))
        return cls(
            dataset=other,
            total=evolve(measure.per, dataset=None),
            over_time=measure.over_time(other),
            frequency=indicator.frequency,
            columns=columns,
            places=places,
            rules=Evaluator(calendar, dict(other.derived)),
            states=states,
        )

    def per(self, unit: str, start: int, breakdown: str) -> Fraction | None:
        """Return the mean over the status dates in a period, or the sum of its rows; None where a part is not known."""
        sums = [self._at(at, unit, breakdown) for at in self._chosen(start)]
        if not sums or None in sums:
            return None
        added = sum((each for each in sums if each is not None), Fraction(0))
        return added / (len(sums) if self.over_time == "mean" else 1)

    def _chosen(self, start: int) -> list[int]:
        """Return the base periods in a period; of states the latest before it, at most a year old, where it has none."""
        every = sorted({at for at, _, _ in self.states})
        chosen = [at for at in every if start_of(at, self.frequency) == start]
        if not chosen and self.dataset.snapshot:
            chosen = [at for at in every if start - _MONTHS_KEPT <= at < start][-1:]
        return chosen[-1:] if self.over_time == "last" else chosen

    def _at(self, at: int, unit: str, breakdown: str) -> Fraction | None:
        level = self.places.levels[unit]
        here = [
            row
            for when, code, row in self.states
            if when == at
            and self.places.above(code, level) == unit
            and (not self.columns or value_of(self.columns, row) == breakdown)
        ]
        group = Group(rows=here, periods=[at] * len(here), rules=self.rules, last=at)
        counted = judged(self.total, group)
        # Where a row that may belong to it is not known the total is not known, either.
        return total_of(self.total, group, counted) if counted and len(counted) == promised(self.total, group) else None
