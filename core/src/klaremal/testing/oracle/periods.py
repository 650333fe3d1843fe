"""The periods that rows are reported for: which there are, which base periods each is made of, which are over; no figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from attrs import frozen

from klaremal.model.period import MONTHS, first_day_of, start_of

# Rows that lie further apart than so many months are no series: nothing is missing between them.
_LONGEST_GAP: Final = 120


@frozen(kw_only=True)
class Span:
    """A period: the base periods that count in it, those in it before the first rows of all, and whether it is over."""

    start: int
    parts: tuple[int, ...]
    before: tuple[int, ...]
    is_closed: bool

    @property
    def every(self) -> tuple[int, ...]:
        """All base periods that should have rows."""
        return (*self.before, *self.parts)


@frozen(eq=False, kw_only=True, slots=False)
class Timeline:
    """The base periods of a dataset's rows and the periods made of them.

    `filled` are the first months of base periods with rows, `until` is the last day that the data covers, `settle_days` pass
    before a period is over. Of a `state` only the last base period with rows counts in each period.
    """

    base: str
    frequency: str
    filled: frozenset[int]
    until: date
    settle_days: int = 0
    state: bool = False

    def is_over(self, start: int, frequency: str) -> bool:
        """Say whether the data covers a period of a frequency."""
        last_day = first_day_of(start + MONTHS[frequency]) - timedelta(days=1)
        return last_day + timedelta(days=self.settle_days) <= self.until

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The base periods from the first with rows to the last that is over or has rows."""
        found: list[int] = []
        for each in sorted(self.filled):
            near = found and each - found[-1] <= _LONGEST_GAP
            found += range(found[-1] + MONTHS[self.base], each, MONTHS[self.base]) if near else ()
            found.append(each)
        while found and self.is_over(found[-1] + MONTHS[self.base], self.base):
            found.append(found[-1] + MONTHS[self.base])
        return tuple(found)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The periods that are over or have rows, in order."""
        made = self._windows() if self.frequency == "rolling12" else self._whole()
        return tuple(each for each in made if each.is_closed or self.filled & set(each.parts))

    def _windows(self) -> Iterator[Span]:
        """Give the twelve months up to each base period, where the rows go so far back."""
        months = MONTHS[self.base]
        for last in self.starts:
            parts = tuple(range(last + months - 12, last + months, months))
            if set(parts) <= set(self.starts):
                yield self._span(parts[0], parts, ())

    def _whole(self) -> Iterator[Span]:
        months = MONTHS[self.base]
        for start in sorted({start_of(each, self.frequency) for each in self.starts}):
            parts = tuple(each for each in self.starts if start_of(each, self.frequency) == start)
            yield self._span(start, parts, tuple(range(start, parts[0], months)))

    def _span(self, start: int, parts: tuple[int, ...], before: tuple[int, ...]) -> Span:
        is_closed = self.is_over(start, self.frequency)
        if self.state:
            newest = max(self.filled & set(parts), default=parts[-1])
            return Span(start=start, parts=(newest,), before=(), is_closed=is_closed)
        return Span(start=start, parts=parts, before=before, is_closed=is_closed)

    @cached_property
    def every(self) -> tuple[int, ...]:
        """All base periods, those before the first rows included that periods begin in."""
        return tuple(sorted({*self.starts, *(each for span in self.spans for each in span.before)}))

    @cached_property
    def over(self) -> frozenset[int]:
        """The base periods that are over; those before the first rows are where any is."""
        last = max((each for each in self.starts if self.is_over(each, self.base)), default=-1)
        return frozenset(each for each in self.every if each <= last)


def stopped(rows: Iterable[tuple[int, bool]]) -> list[bool]:
    """Say of each period whether its rows were lost: it is over, has none, and the last four known ones had five on average.

    `rows` are the numbers of rows of periods that follow each other, each with whether the period is over. One whose rows were
    lost says nothing about those after it.
    """
    known: list[int] = []
    found = []
    for number, is_over in rows:
        before = known[-4:]
        lost = is_over and number == 0 and bool(before) and sum(before) >= 5 * len(before)
        found.append(lost)
        if is_over and not lost:
            known.append(number)
    return found
