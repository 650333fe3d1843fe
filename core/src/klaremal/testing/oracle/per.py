"""The totals of another dataset that ratios and rates are per, added up row by row; it knows no figure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Final

from attrs import evolve, frozen

from klaremal.model.indicator import Indicator
from klaremal.model.measure import Total
from klaremal.model.period import MONTHS
from klaremal.model.quotient import Rate, Ratio, other_of
from klaremal.testing.oracle.formulas import Evaluator
from klaremal.testing.oracle.judged import Seen
from klaremal.testing.oracle.measures import Group
from klaremal.testing.oracle.missing import reports
from klaremal.testing.oracle.periods import Span, Timeline
from klaremal.testing.oracle.places import Places, first_month, last_states, value_of
from klaremal.testing.oracle.placing import Dated, Rows, seen

# A state is not too old for a period that begins so many months after its own.
_MONTHS_KEPT: Final = 12
_LARGE: Final = ("nation", "region")
_TOWN: Final = "municipality"


@frozen(eq=False, kw_only=True, slots=False)
class Denominator:
    """A total of another dataset over its rows, as far as they count in a breakdown by some columns."""

    total: Total
    over_time: str
    frequency: str
    columns: Sequence[str]
    line: Timeline
    rows: Sequence[Seen]
    places: Places
    rules: Evaluator

    @classmethod
    def of(
        cls, indicator: Indicator, columns: Sequence[str], rows: Rows, places: Places, rules: Evaluator, line: Timeline
    ) -> Denominator | None:
        """Return what an indicator is per; None where it is of one dataset, or the other one has not the columns."""
        other, measure = other_of(indicator.measure), indicator.measure
        if other is None or not isinstance(measure, (Ratio, Rate)) or set(columns) - {each.name for each in other.columns}:
            return None
        total = evolve(measure.per, dataset=None)
        name = other.date_column
        given = [
            Dated(row=row, start=None if row[name] is None else first_month(row[name], other.base_frequency))
            for row in last_states(other, rows[other.id])
        ]
        own = Evaluator(rules.calendar, dict(other.derived))
        found = seen(total, other, given, columns, rows[other.id], places, own)
        filled = frozenset(each.start for each in found)
        timeline = evolve(line, base=other.base_frequency, filled=filled, settle_days=other.settle_days, state=other.snapshot)
        return cls(
            total=total,
            over_time=measure.over_time(other),
            frequency=indicator.frequency,
            columns=columns,
            line=timeline,
            rows=found,
            places=places,
            rules=own,
        )

    def is_closed(self, span: Span) -> bool:
        """Say whether this data covers a period, too."""
        return self.line.is_over(span.start, self.frequency)

    def per(self, unit: str, span: Span, breakdown: str) -> Fraction | None:
        """Return the mean over the base periods in a period, or their sum; None where a part is not known."""
        parts = self._chosen(span)
        within = [each for each in self.rows if not self.columns or value_of(self.columns, each.row) == breakdown]
        if not parts or any(self._is_lacking(unit, part, within) for part in parts):
            return None
        level = self.places.levels[unit]
        here = [each for each in within if each.start in parts and self.places.above(each.unit, level) == unit]
        return Group(rows=here, rules=self.rules).total(self.total) / (len(parts) if self.over_time == "mean" else 1)

    def _chosen(self, span: Span) -> list[int]:
        """Return the base periods that a period is per; of states those with rows, or the latest one before it."""
        first, months = span.start, MONTHS[self.line.base]
        known = sorted(self.line.filled) if self.line.state else self.line.starts
        chosen = [each for each in known if first <= each <= first + MONTHS[self.frequency] - months]
        if self.line.state and not chosen:
            chosen = [each for each in known if first - _MONTHS_KEPT <= each < first][-1:]
        elif not self.line.state and chosen[:1] != [first]:
            return []
        return chosen[-1:] if self.over_time == "last" else chosen

    def _is_lacking(self, unit: str, part: int, within: Sequence[Seen]) -> bool:
        """Say whether the total of a place is not known: nothing of it, a row of it, or a unit in it."""
        level = self.places.levels[unit]
        here = [each for each in within if each.start == part and self.places.above(each.unit, level) == unit]
        promised = [each for each in here if each.promised]
        if not promised or not all(each.judged for each in promised):
            return True
        months: dict[str, set[int]] = {}
        for each in within:
            if each.promised:
                months.setdefault(each.unit, set()).add(each.start)
        known = {code for code in months if self.places.above(code, level) == unit}
        if any(reports(sorted(months[code]), part) and part not in months[code] for code in known):
            return True
        return level in _LARGE and self._goes_by_town and bool(self._towns(unit) - self._towns_of(promised))

    @cached_property
    def _goes_by_town(self) -> bool:
        """Whether rows are of municipalities, or of what lies in them."""
        return any(self.places.levels[each.unit] not in _LARGE for each in self.rows)

    def _towns(self, unit: str) -> set[str]:
        level = self.places.levels[unit]
        return {code for code, of in self.places.levels.items() if of == _TOWN and self.places.above(code, level) == unit}

    def _towns_of(self, rows: Sequence[Seen]) -> set[str | None]:
        return {self.places.above(each.unit, _TOWN) for each in rows}
