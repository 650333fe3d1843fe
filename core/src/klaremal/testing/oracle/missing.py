"""What should be there and is not: units and base periods whose rows are missing, and how many they would have been.

Where rows are cases that carry days, a period without rows may be one without cases; of others every one is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeVar

from attrs import field, frozen

from klaremal.testing.oracle.periods import Span, Timeline, stopped
from klaremal.testing.oracle.places import ALWAYS, Places

# A small unit that has not been heard of for so many months is not expected to report.
_MONTHS_EXPECTED: Final = 48
_PERIODS: Final = 4
_ROWS: Final = 5

Counts = Mapping[tuple[int, str], int]
# How many rows there would be of a unit or place, None where nobody can say.
Estimate = Fraction | None

Part = TypeVar("Part", bound=Hashable)
Numbers = Mapping[tuple[Part, str], int]
Asked = Callable[[Part, str], bool]


def reports(seen: Sequence[int], start: int) -> bool:
    """Say whether a small unit that has rows in some periods is expected to have some in another."""
    return bool(seen) and seen[0] <= start <= seen[-1] + _MONTHS_EXPECTED


@frozen(eq=False, kw_only=True, slots=False)
class Missing:
    """The rows of one value of a breakdown by base period and unit, and what is not among them.

    `units` are those that any row names, `rows` all rows, `counted` those that the promise may be about (of a count, all).
    `level` is that of totals, None where rows are cases; `by_day` says that those carry days.
    """

    timeline: Timeline
    places: Places
    units: Sequence[str]
    rows: Counts
    counted: Counts
    level: str | None
    by_day: bool
    _lost_by_level: dict[str, frozenset[tuple[int, str]]] = field(factory=dict, init=False)
    _estimates_by_level: dict[str, dict[tuple[int, str], Estimate]] = field(factory=dict, init=False)

    # -- what a cell asks ----------------------------------------------------------------------------------------------

    def stopped(self, unit: str, span: Span) -> bool:
        """Say whether the rows of a unit stopped coming; of a state without a date nothing is known."""
        if self.timeline.state and span.parts[0] not in self.timeline.filled:
            return True
        within = self._within(unit)
        spans = self.timeline.spans
        of_spans = [
            (sum(self.rows.get((part, each), 0) for part in one.parts for each in within), one.is_closed) for one in spans
        ]
        return stopped(of_spans)[spans.index(span)]

    def interrupted(self, unit: str, span: Span) -> bool:
        """Say whether a unit has no rows in a base period of a longer one in which it should have some."""
        is_longer = self.timeline.frequency != self.timeline.base
        return is_longer and any((part, unit) in self._lost_places(self.places.levels[unit]) for part in span.every)

    def lost(self, unit: str, span: Span) -> bool:
        """Say whether a part of a sum is missing: a base period, or a unit in one."""
        within = self._within(unit)
        if any((part, each) in self._lost_units for part in span.every for each in within):
            return True
        if self.level is not None:
            return False
        return any((span, each) in self._lost_spans for each in within) or self.interrupted(unit, span)

    def expected(self, unit: str, span: Span) -> Estimate:
        """Return how many more rows the promise would be about if all were there."""
        within = self._within(unit)
        found: list[Estimate] = []
        for part in span.every:
            if self.level is None and self.timeline.frequency != self.timeline.base:
                level = self.places.levels[unit]
                if (part, unit) in self._lost_places(level):
                    found.append(self._estimates_of_places(level)[part, unit])
                    continue
            found += [self._estimates_of_units[part, each] for each in within if (part, each) in self._lost_units]
        if self.level is None:
            found += [self._estimates_of_spans[span, each] for each in within if (span, each) in self._estimates_of_spans]
        return None if None in found else sum((each for each in found if each is not None), Fraction(0))

    # -- units and places ----------------------------------------------------------------------------------------------

    @cached_property
    def _of_level(self) -> Sequence[str]:
        """The units that should report: all of a large level of totals, else those that rows name."""
        if self.level is None:
            return self.units
        if self.level in ALWAYS:
            return [code for code, level in self.places.levels.items() if level == self.level]
        return [code for code in self.units if self.places.levels[code] == self.level]

    def _within(self, unit: str) -> list[str]:
        level = self.places.levels[unit]
        return [each for each in self._of_level if self.places.above(each, level) == unit]

    def _is_there(self, part: int, unit: str) -> bool:
        return (self.rows if self.level is None else self.counted).get((part, unit), 0) > 0

    def _reports(self, unit: str, start: int, seen: Sequence[int]) -> bool:
        return self.places.levels[unit] in ALWAYS or reports(seen, start)

    # -- what is lost --------------------------------------------------------------------------------------------------

    @cached_property
    def _lost_units(self) -> frozenset[tuple[int, str]]:
        """The base periods and units without rows that should have some."""
        found = set()
        for unit in self._of_level:
            seen = [part for part in self.timeline.starts if self._is_there(part, unit)]
            if seen and seen[0] == self.timeline.starts[0]:
                # Whoever reports when the data begins would have reported before.
                seen.insert(0, self.timeline.every[0])
            lost = self._stopped_at(unit) if self.level is None else self._empty_at(unit)
            found |= {(part, unit) for part in lost if self._reports(unit, part, seen)}
        return frozenset(found)

    def _stopped_at(self, unit: str) -> list[int]:
        line = self.timeline
        flags = stopped((self.rows.get((part, unit), 0), part in line.over) for part in line.starts)
        return [part for part, lost in zip(line.starts, flags, strict=True) if lost]

    def _empty_at(self, unit: str) -> list[int]:
        return [part for part in self.timeline.every if part in self.timeline.over and not self._is_there(part, unit)]

    @cached_property
    def _lost_spans(self) -> frozenset[tuple[Span, str]]:
        """The whole periods in which units have no rows and had some before: months of few rows are missed together."""
        found = set()
        spans = self.timeline.spans
        for unit in self.units:
            numbers = [sum(self.rows.get((part, unit), 0) for part in span.every) for span in spans]
            seen = [span.start for span, number in zip(spans, numbers, strict=True) if number]
            flags = stopped((number, span.is_closed) for span, number in zip(spans, numbers, strict=True))
            found |= {
                (span, unit) for span, lost in zip(spans, flags, strict=True) if lost and self._reports(unit, span.start, seen)
            }
        return frozenset(found)

    def _lost_places(self, level: str) -> frozenset[tuple[int, str]]:
        """Return the base periods and places of a level whose rows are lost."""
        if level not in self._lost_by_level:
            numbers = self._of_places(level, self.rows)
            self._lost_by_level[level] = frozenset(
                (part, place)
                for place in self._places(level)
                for part in self._lost_at(place, numbers)
                if part in self.timeline.over
            )
        return self._lost_by_level[level]

    def _lost_at(self, place: str, numbers: Counts) -> list[int]:
        line = self.timeline
        if self.level is not None or not self.by_day:
            return [part for part in line.every if not numbers.get((part, place), 0)]
        flags = stopped((numbers.get((part, place), 0), part in line.over) for part in line.starts)
        early = [part for part in line.every if part < line.starts[0]] if self._begins_busy else []
        return [*early, *(part for part, lost in zip(line.starts, flags, strict=True) if lost)]

    @cached_property
    def _begins_busy(self) -> bool:
        """Whether the time before the first rows is missing rather than empty: they begin with five a base period."""
        first = self.timeline.starts[:_PERIODS]
        return sum(number for (part, _), number in self.rows.items() if part in first) >= _ROWS * len(first)

    def _places(self, level: str) -> list[str]:
        return [code for code, of in self.places.levels.items() if of == level]

    def _of_places(self, level: str, counts: Counts) -> Counter[tuple[int, str]]:
        found: Counter[tuple[int, str]] = Counter()
        for (part, unit), number in counts.items():
            place = self.places.above(unit, level)
            if place is not None:
                found[part, place] += number
        return found

    # -- how much that was ---------------------------------------------------------------------------------------------

    @cached_property
    def _estimates_of_units(self) -> dict[tuple[int, str], Estimate]:
        return _estimates(self.timeline.every, self._of_level, self.counted, self._is_there, self._lost_units)

    def _estimates_of_places(self, level: str) -> dict[tuple[int, str], Estimate]:
        if level not in self._estimates_by_level:
            numbers, rows = self._of_places(level, self.counted), self._of_places(level, self.rows)
            self._estimates_by_level[level] = _estimates(
                self.timeline.every,
                self._places(level),
                numbers,
                lambda part, place: rows[part, place] > 0,
                self._lost_places(level),
            )
        return self._estimates_by_level[level]

    @cached_property
    def _estimates_of_spans(self) -> dict[tuple[Span, str], Estimate]:
        """What is missing where only the whole period without rows is missed, not one of its base periods."""
        spans = self.timeline.spans
        numbers = {
            (span, unit): sum(self.counted.get((part, unit), 0) for part in span.every) for span in spans for unit in self.units
        }
        there = {(span, unit): any(self._is_there(part, unit) for part in span.every) for span in spans for unit in self.units}
        lost = {
            (span, unit) for span, unit in self._lost_spans if not any((part, unit) in self._lost_units for part in span.every)
        }
        return _estimates(spans, self.units, numbers, lambda span, unit: there[span, unit], lost)


def _estimates(
    parts: Sequence[Part],
    units: Sequence[str],
    numbers: Numbers[Part],
    is_there: Asked[Part],
    lost: Collection[tuple[Part, str]],
) -> dict[tuple[Part, str], Estimate]:
    """Return what lost cells would be: as many as the unit has before, else after, else as the others have then on average."""
    found: dict[tuple[Part, str], Estimate] = {}
    for part, unit in lost:
        place = parts.index(part)
        nearest = [*reversed(parts[:place]), *parts[place + 1 :]]
        own = next((each for each in nearest if is_there(each, unit)), None)
        others = [numbers.get((part, each), 0) for each in units if is_there(part, each)]
        mean = Fraction(sum(others), len(others)) if others else None
        found[part, unit] = mean if own is None else Fraction(numbers.get((own, unit), 0))
    return found
