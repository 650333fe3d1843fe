"""Rows put into units, periods and breakdowns one by one, and the figure of each; the arithmetic of a measure is not here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from attrs import evolve, frozen

from klaremal.errors import Refused
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count, Published, Total
from klaremal.model.on_time import OnTime
from klaremal.model.outcome import CAUSES
from klaremal.model.period import MONTHS, first_day_of
from klaremal.model.quotient import Rate, other_id
from klaremal.testing.oracle.days import Calendar
from klaremal.testing.oracle.figure import Figure
from klaremal.testing.oracle.formulas import Evaluator, said
from klaremal.testing.oracle.judged import Seen, columns_needed
from klaremal.testing.oracle.measures import Group, interval, known_measures, part, stands_alone, value
from klaremal.testing.oracle.missing import Missing, reports
from klaremal.testing.oracle.per import Denominator
from klaremal.testing.oracle.periods import Span, Timeline
from klaremal.testing.oracle.places import ALWAYS, Places, value_of
from klaremal.testing.oracle.placing import Rows, dated, seen, values_of
from klaremal.testing.oracle.published import published

Key = tuple[str, int, str]


def figures(
    indicator: Indicator, rows: Rows, places: Places, until: date, calendar: Calendar | None = None
) -> dict[Key, Figure]:
    """Return the figures of an indicator by unit, first month of the period and breakdown: of every cell that is reported.

    `rows` are the good rows of each dataset by its id, as Python values: those of the indicator's own dataset and of the ones
    that it is per or paused by. Of made datasets they are the made rows, of spells their parts by month. Periods are those of
    the indicator's own frequency. `until` is the last day that all of them cover. Refused for a measure that is none of
    klaremal's.
    """
    if type(indicator.measure) not in (*known_measures(), Published):
        raise Refused(f"{indicator.id}: {type(indicator.measure).__name__} is none of klaremal.measures")
    own = indicator.dataset
    rules = Evaluator(calendar or Calendar(), dict(own.derived))
    given = dated(indicator, rows, rules, until)
    found: dict[Key, Figure] = {}
    for columns in ((), *indicator.breakdowns):
        every = seen(indicator.measure, own, given, columns, rows[own.id], places, rules)
        line = Timeline(
            base=indicator.base_frequency,
            frequency=indicator.frequency,
            filled=frozenset(each.start for each in every),
            until=until,
            settle_days=own.settle_days,
            state=own.snapshot,
        )
        per = Denominator.of(indicator, columns, rows, places, rules, line)
        whole = Cells(indicator=indicator, every=every, rows=every, line=line, places=places, rules=rules, per=per)
        for text in values_of(own, columns, given) if columns else ("",):
            inside = [each for each in every if not columns or value_of(columns, each.row) == text]
            cells = evolve(whole, rows=inside, breakdown=text)
            found |= {(unit, span.start, text): cells.figure(unit, span) for unit, span in whole.reported()}
    return found


@frozen(eq=False, kw_only=True, slots=False)
class Cells:
    """The rows of one value of a breakdown, of which figures are made; `every` are those of all values."""

    indicator: Indicator
    every: Sequence[Seen]
    rows: Sequence[Seen]
    line: Timeline
    places: Places
    rules: Evaluator
    per: Denominator | None
    breakdown: str = ""

    # -- which figures there are ---------------------------------------------------------------------------------------

    def reported(self) -> Iterator[tuple[str, Span]]:
        """Give the units and periods with a figure: below the municipality those of units that rows are of."""
        for level in self.indicator.levels:
            for unit in self.places.inside(level):
                known = [span.start for span in self.line.spans if self._is_seen(unit, span)]
                for span in self.line.spans:
                    if level in ALWAYS or reports(known, span.start):
                        yield unit, span

    def _is_seen(self, unit: str, span: Span) -> bool:
        """Say whether a small unit has rows that the promise may be about; of a count any will do."""
        inside = self._inside(unit, span)
        return bool(inside) if isinstance(self.indicator.measure, Count) else any(each.promised for each in inside)

    @cached_property
    def _by_unit(self) -> Mapping[tuple[int, str], Sequence[Seen]]:
        """The rows by base period and unit of each level."""
        found: dict[tuple[int, str], list[Seen]] = {}
        for each in self.rows:
            for level in self.indicator.levels:
                unit = self.places.above(each.unit, level)
                if unit is not None:
                    found.setdefault((each.start, unit), []).append(each)
        return found

    def _inside(self, unit: str, span: Span) -> list[Seen]:
        measure = self.indicator.measure
        is_last = isinstance(measure, Total) and measure.over_time == "last"
        parts = span.parts[-1:] if is_last else span.parts
        return [each for part_ in parts for each in self._by_unit.get((part_, unit), ())]

    # -- one figure ----------------------------------------------------------------------------------------------------

    def figure(self, unit: str, span: Span) -> Figure:
        """Return the figure of a unit and period."""
        measure, inside = self.indicator.measure, self._inside(unit, span)
        per = None if self.per is None else self.per.per(unit, span, self.breakdown)
        group = Group(rows=inside, rules=self.rules, steps=len(span.parts), by_unit=self._level is not None, per=per)
        if isinstance(measure, Published):
            own = [self._has_own_rows and each.unit == unit for each in inside]
            found = published(measure, group, own, self._missing.lost(unit, span))
        else:
            found = self._made(group, unit, span)
            if self._lacks_other(per, unit, span):
                found = Figure(cause="no_data", coverage=found.coverage)
            if _is_torn(inside):
                found = Figure(cause="no_data")
        found = evolve(found, rows=tuple(each.row for each in inside), is_final=self._is_final(span))
        return self._judgeable(found, span)

    @property
    def _level(self) -> str | None:
        return self.indicator.dataset.level

    @property
    def _has_own_rows(self) -> bool:
        """Whether one row can be all of a figure: its period is one that rows are dated by."""
        return self.line.state or self.indicator.frequency == self.indicator.base_frequency

    def _made(self, group: Group, unit: str, span: Span) -> Figure:
        measure = self.indicator.measure
        found, n = value(measure, group), len(group.judged)
        cause = None if found is not None else self._said(group, unit) or self._cause(group, unit, span)
        if stands_alone(measure, group):
            cause = "not_measured"
        nothing = found is None and cause == "no_data"
        if isinstance(measure, (Count, Total)) and self._missing.lost(unit, span):
            cause = "no_data"
        return Figure(
            value=found,
            n=None if nothing else Fraction(self._people(group)),
            part=None if nothing or (n == 0 and found is None) else part(measure, group),
            interval=Figure().interval if found is None else interval(self.indicator, group),
            coverage=self._coverage(group, found is not None, unit, span),
            cause=cause,
        )

    def _said(self, group: Group, unit: str) -> str | None:
        """Return why the one row that is the total of a cell has no number, in the source's own words."""
        rows = [each.row for each in group.rows if each.promised and each.unit == unit]
        if self._level is None or not self._has_own_rows or len(rows) != 1:
            return None
        columns = columns_needed(self.indicator.measure, self.indicator.dataset)
        return min(filter(None, (said(rows[0], each) for each in columns)), key=CAUSES.index, default=None)

    def _cause(self, group: Group, unit: str, span: Span) -> str:
        """Return why there is no value: nothing came, nobody could be judged, or there was nobody."""
        if group.promised:
            return "no_cases" if group.judged else "not_measured"
        only_parts = bool(group.rows) and not any(each.counts for each in group.rows)
        if self._level is not None or only_parts:
            return "no_data"
        return "no_data" if not group.rows and self._missing.stopped(unit, span) else "no_cases"

    def _people(self, group: Group) -> int:
        """Return how many persons were judged where a column tells them apart, else how many rows."""
        person = self.indicator.dataset.person
        if person is None or self._level is not None:
            return len(group.judged)
        return len({each.row[person] for each in group.judged} - {None})

    def _coverage(self, group: Group, is_known: bool, unit: str, span: Span) -> Fraction | None:
        """Return the share of those whom the promise is about that was judged; what is missing of them is estimated."""
        more: Fraction | None = Fraction(0)
        if not isinstance(self.indicator.measure, (Count, Total)) and self.indicator.dataset.basis != "sample":
            more = self._missing.expected(unit, span)
        if more is None:
            return None
        whole = group.promised + more
        return Fraction(len(group.judged)) / whole if whole else Fraction(1) if is_known else None

    def _lacks_other(self, per: Fraction | None, unit: str, span: Span) -> bool:
        """Say whether a part of what the figure stands on is missing: the other total, or a month of a rate."""
        if other_id(self.indicator.measure) is not None and per is None:
            return True
        return isinstance(self.indicator.measure, Rate) and self._missing.interrupted(unit, span)

    def _is_final(self, span: Span) -> bool:
        return span.is_closed and (self.per is None or self.per.is_closed(span))

    def _judgeable(self, found: Figure, span: Span) -> Figure:
        """Return a figure with why it cannot be judged: the first of the causes there are."""
        causes = [] if found.cause is None else [found.cause]
        first, after = (first_day_of(each) for each in (span.start, span.start + MONTHS[self.indicator.frequency]))
        if any(first < day <= after - timedelta(days=1) for day, _ in self.indicator.breaks):
            causes.append("method_changed")
        low, high = self.indicator.plausible or (None, None)
        if found.value is not None and low is not None and high is not None:
            slack = [1e-9 * max(1.0, abs(each)) for each in (low, high)]
            if not low - slack[0] <= float(found.value) <= high + slack[1]:
                causes.append("implausible")
        return evolve(found, cause=min(causes, key=CAUSES.index, default=None))

    # -- what is missing -----------------------------------------------------------------------------------------------

    @cached_property
    def _missing(self) -> Missing:
        dataset, measure = self.indicator.dataset, self.indicator.measure
        rows = Counter((each.start, each.unit) for each in self.rows)
        counted = (
            rows if isinstance(measure, Count) else Counter((each.start, each.unit) for each in self.rows if each.promised)
        )
        column = dataset.column(self.indicator.dated_by or dataset.date_column)
        return Missing(
            timeline=self.line,
            places=self.places,
            units=sorted({each.unit for each in self.every}),
            rows=rows,
            counted=counted,
            level=dataset.level,
            by_day=isinstance(measure, OnTime) or column.type in ("date", "datetime"),
        )


def _is_torn(rows: Sequence[Seen]) -> bool:
    """Say whether a unit tells in a base period only the parts of a row that means all, and not that row."""
    known: dict[tuple[int, str], bool] = {}
    for each in rows:
        known[each.start, each.unit] = known.get((each.start, each.unit), False) or each.counts
    return not all(known.values())
