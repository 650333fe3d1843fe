"""The periods that a pass reports, as places of its base periods: which are closed, and which are only running; no figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import evolve, frozen

from klaremal.model.period import MONTHS, finer_or_equal, month_key, start_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import Pass
    from klaremal.rollup.located import Located

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

# Periods with data that lie further apart are not filled up between: one date of the year 1026 is not a series.
_LONGEST_GAP: Final = 120


@frozen(eq=False, kw_only=True)
class Base:
    """The periods in which rows are dated, from the first with data to the last closed or running one.

    `starts` are first months, `last_days` days since 1970-01-01.
    """

    frequency: str
    starts: Integers
    last_days: Integers
    closed: Truths
    with_data: Truths

    @property
    def months(self) -> int:
        """How many months a base period has."""
        return MONTHS[self.frequency]


@frozen(eq=False, kw_only=True)
class Reported:
    """The periods of one frequency that are reported: each is made of the base periods at the places `first` to `last`.

    `partial` periods begin before the first base period. `steps` is how many base periods there are, so far, in each. With
    `state` only one base period counts in each: the last one that has data.
    """

    frequency: str
    starts: Integers
    last_days: Integers
    closed: Truths
    first: Integers
    last: Integers
    partial: Truths
    steps: Integers
    state: bool = False

    def __len__(self) -> int:
        return len(self.starts)

    def begun_before(self, day: date | None) -> Truths:
        """Say which periods began before the first day that the data covers; of states, which were over by then."""
        if day is None:
            return np.zeros(len(self), dtype=bool)
        first_days = self.starts - 1970 * 12
        days = self.last_days if self.state else first_days.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        found: Truths = days < (day - date(1970, 1, 1)).days
        return found

    def ranges(self) -> list[tuple[int, int]]:
        """Return the places of the first and the last base period of each period."""
        return list(zip(self.first.tolist(), self.last.tolist(), strict=True))

    def count_of(self, base: NDArray[Any]) -> Integers:
        """Return for each period in how many of its base periods (the first axis) something is true."""
        counted = np.concatenate([np.zeros_like(base[:1], dtype=np.int64), np.cumsum(base, axis=0, dtype=np.int64)])
        found: Integers = counted[self.last + 1] - counted[self.first]
        return found

    def total_of(self, base: NDArray[Any]) -> NDArray[Any]:
        """Return for each period the sum over its base periods (the first axis); NaN in one makes it NaN."""
        found = np.zeros((len(self), *base.shape[1:]), dtype=base.dtype)
        for place, (first, last) in enumerate(self.ranges()):
            found[place] = base[first : last + 1].sum(axis=0)
        return found


def day_of(days: int) -> date:
    """Return the date of a number of days since 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=days)


def complete_until(located: Located, pass_: Pass, known: date | None, today: date) -> date | None:
    """Return the last whole day that the data covers: the known one, else the end of the newest period of the data.

    No data covers today or later, so the end of a running year is not believed. None when the rows carry days and
    nothing is known.
    """
    if known is not None or pass_.by_day or not len(located):
        return known
    ends = last_days(located.start, pass_.base_frequency)
    yesterday = (today - timedelta(days=1) - date(1970, 1, 1)).days
    over = ends[ends <= yesterday]
    return day_of(int(over.max())) if len(over) else None


def base_periods(located: Located, pass_: Pass, until: date | None, today: date) -> Base:
    """Return the base periods of a pass; periods that begin after today are not reported."""
    frequency = pass_.base_frequency
    months = MONTHS[frequency]
    data = np.unique(located.start[located.start <= month_key(today)])
    starts = data
    if len(data):
        runs = np.split(data, np.flatnonzero(np.diff(data) > _LONGEST_GAP) + 1)
        ends = [int(run[-1]) for run in runs]
        if until is not None:
            # The month after the covered days; only periods that end before it are closed.
            ends[-1] = max(ends[-1], int(start_of(month_key(until + timedelta(days=1)), frequency)) - months)
        starts = np.concatenate([np.arange(int(run[0]), end + 1, months) for run, end in zip(runs, ends, strict=True)])
    ends_of = last_days(starts, frequency)
    return Base(
        frequency=frequency,
        starts=starts,
        last_days=ends_of,
        closed=is_closed(ends_of, until, pass_.dataset.settle_days),
        with_data=np.isin(starts, data),
    )


def whole(base: Base, periods: Iterable[Reported]) -> Base:
    """Return base periods together with those before their first rows that periods begin in."""
    before = [
        np.arange(start, base.starts[first], base.months)
        for each in periods
        for start, first in zip(each.starts[each.partial].tolist(), each.first[each.partial].tolist(), strict=True)
    ]
    if not before:
        return base
    starts = np.unique(np.concatenate([base.starts, *before]))
    return Base(
        frequency=base.frequency,
        starts=starts,
        last_days=last_days(starts, base.frequency),
        closed=starts <= base.starts[base.closed].max(initial=-1),
        with_data=np.isin(starts, base.starts[base.with_data]),
    )


def reported(base: Base, frequency: str, until: date | None, settle_days: int) -> Reported | None:
    """Return the periods of a frequency that are closed or have data; None when the base periods cannot make them up."""
    if not finer_or_equal(base.frequency, frequency) or not len(base.starts):
        return None
    months = MONTHS[frequency]
    is_rolling = frequency == "rolling12"
    starts = base.starts - (months - base.months) if is_rolling else np.unique(start_of(base.starts, frequency))
    first = np.searchsorted(base.starts, starts)
    last = np.searchsorted(base.starts, starts + months) - 1
    steps = last - first + 1
    ends = last_days(starts, frequency)
    closed = is_closed(ends, until, settle_days)
    counted = np.append(0, np.cumsum(base.with_data))
    kept = closed | (counted[last + 1] > counted[first])
    if is_rolling:
        kept &= steps * base.months == months
    chosen = np.flatnonzero(kept)
    return Reported(
        frequency=frequency,
        starts=starts[chosen],
        last_days=ends[chosen],
        closed=closed[chosen],
        first=first[chosen],
        last=last[chosen],
        partial=(starts < base.starts[first])[chosen],
        steps=steps[chosen],
    )


def states(base: Base, periods: Reported) -> Reported:
    """Return periods of which only the last base period with data counts; one without any keeps its last, which is empty."""
    newest = np.maximum.accumulate(np.where(base.with_data, np.arange(len(base.starts)), -1))[periods.last]
    last = np.where(newest >= periods.first, newest, periods.last)
    none, one = np.zeros(len(last), dtype=bool), np.ones(len(last), dtype=np.int64)
    return evolve(periods, first=last, last=last, partial=none, steps=one, state=True)


def last_days(starts: Integers, frequency: str) -> Integers:
    """Return the last day of the periods that start with these months, as days since 1970-01-01."""
    after = (np.asarray(starts, dtype=np.int64) + MONTHS[frequency] - 1970 * 12).astype("datetime64[M]")
    days: Integers = after.astype("datetime64[D]").astype(np.int64) - 1
    return days


def is_closed(ends: Integers, until: date | None, settle_days: int) -> Truths:
    """Say which periods with these last days are closed by data that covers the days to `until`."""
    if until is None:
        return np.zeros(len(ends), dtype=bool)
    closed: Truths = ends + settle_days <= (until - date(1970, 1, 1)).days
    return closed
