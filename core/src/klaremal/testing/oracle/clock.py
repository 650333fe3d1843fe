"""Legal clocks of one case at a time, day by day: when it is due and what became of it; it counts no figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from attrs import frozen

from klaremal.model.deadline import LARGEST, Within
from klaremal.model.on_time import Clock
from klaremal.testing.oracle.days import Calendar, day_of, months_later
from klaremal.testing.oracle.formulas import Evaluator, Row

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)

Pause = tuple[Any, Any]


@frozen(kw_only=True)
class Case:
    """What became of a case by the last day that the data covers.

    `day` is that by which it counts, None when by none; `promised`: it is one that the promise is about, `counted`: it is
    judged, `kept`: in time. A case that is ended or withdrawn on a day before its start is not `in_order` and counts nowhere.
    `overdue` is one that is open past its deadline, for `age` days since its start; of a `paused` one the clock stands still.
    """

    day: date | None
    promised: bool
    counted: bool
    kept: bool
    overdue: bool
    paused: bool
    age: int
    in_order: bool = True


@frozen(eq=False, kw_only=True)
class Timer:
    """The clock of an OnTime for rows of its dataset; `until` is the last day that the data covers."""

    clock: Clock
    rules: Evaluator
    until: date

    @property
    def calendar(self) -> Calendar:
        """The working days."""
        return self.rules.calendar

    def case(self, row: Row, pauses: Sequence[Pause] = ()) -> Case:
        """Return what became of a case; `pauses` are those of another dataset, from a moment until before another."""
        measure = self.clock.measure
        start, end = self._moment(self.rules.of(measure.start, row)), self._moment(self.rules.of(measure.end, row))
        left = None if measure.withdrawn is None else self._moment(self.rules.of(measure.withdrawn, row))
        due, endless, stands = self._due(row, start, self._merged(row, start, pauses))
        is_due = due is not None and day_of(due) <= self.until
        is_kept = end is not None and due is not None and end <= due
        is_out = left is not None and (endless if due is None else left <= due)
        unknown = due is None and (not endless or end is not None)
        started = None if start is None else day_of(start)
        by_due = day_of(due) if is_due and due is not None else started
        day: date | None
        if measure.counted_when == "decided":
            promised = end is not None and not is_out
            counted, day = promised and due is not None, by_due if end is None else day_of(end)
            ahead = not is_due and due is not None and end is None
        elif measure.counted_when == "due":
            promised, counted = not is_out and (is_due or unknown), is_due and not is_out
            day, ahead = by_due, not is_due and due is not None
        else:
            promised, counted = not is_out and (due is not None or unknown), is_due and not is_out
            day, ahead = started, False
        is_open = all(each is None or day_of(each) > self.until for each in (end, left))
        return Case(
            # Of a case that is not due yet only that it is paused is said.
            day=None if ahead and not (is_open and stands) else day,
            promised=promised,
            counted=counted,
            kept=counted and is_kept,
            overdue=is_open and is_due,
            paused=is_open and stands,
            age=0 if started is None else (self.until - started).days,
            in_order=started is None or all(each is None or day_of(each) >= started for each in (end, left)),
        )

    def due(self, row: Row, pauses: Sequence[Pause] = ()) -> Any:
        """Return when a case is due, a day or a second; None when that is not known, or a pause puts it off for ever."""
        start = self._moment(self.rules.of(self.clock.measure.start, row))
        return self._due(row, start, self._merged(row, start, pauses))[0]

    def _moment(self, value: Any) -> Any:
        """Return a date as what the clock counts: a day, or a second."""
        if value is None:
            return None
        if self.clock.unit == "seconds":
            return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return day_of(value)

    # -- pauses --------------------------------------------------------------------------------------------------------

    def _merged(self, row: Row, start: Any, pauses: Sequence[Pause]) -> list[Pause]:
        """Return pauses in order, none overlapping; day 0 cannot be paused, and None is no end."""
        own = self.clock.measure.pauses
        if own is None:
            return []
        given = pauses if own.dataset is not None else [(self.rules.of(own.start, row), self.rules.of(own.end, row))]
        first = None if start is None else start if self.clock.unit == "seconds" else start + _DAY
        found: list[Pause] = []
        for begin, end in sorted(
            ((self._moment(begin), self._moment(end)) for begin, end in given if begin is not None),
            key=lambda pause: (pause[0], pause[1] is None, pause[1] or pause[0]),
        ):
            begin = begin if first is None else max(begin, first)
            if found:
                last = found[-1][1]
                if last is None:
                    break
                begin = max(begin, last)
            if end is None or begin < end:
                found.append((begin, end))
        return found

    def _due(self, row: Row, start: Any, pauses: Sequence[Pause]) -> tuple[Any, bool, bool]:
        """Return when a case is due, None when that is not known; whether a pause without an end puts it off for ever, and
        whether the clock stands still on the last day."""
        target = self._target(row, start)
        endless = stands = False
        if target is not None:
            for begin, end in pauses:
                if self._is_over(begin, target):
                    break
                stands = stands or (day_of(begin) <= self.until and (end is None or day_of(end) > self.until))
                if end is None:
                    endless = True
                    break
                target = self._prolonged(target, begin, end)
        if endless or target is None:
            return None, endless, stands
        if self.clock.unit == "working_days":
            target = self.calendar.after(*target)
        return (self.calendar.from_then_on(target) if self.clock.measure.roll else target), False, stands

    def _is_over(self, begin: Any, target: Any) -> bool:
        """Say whether all that is allowed has passed when a pause begins."""
        if self.clock.unit == "working_days":
            origin, number = target
            return bool(self.calendar.between(origin, begin - _DAY) >= number)
        return bool(begin >= target) if self.clock.unit == "seconds" else bool(begin > target)

    def _prolonged(self, target: Any, begin: Any, end: Any) -> Any:
        if self.clock.unit == "working_days":
            origin, number = target
            return origin, number + self.calendar.between(begin - _DAY, end - _DAY)
        return target + (end - begin)

    # -- what is allowed -----------------------------------------------------------------------------------------------

    def _target(self, row: Row, start: Any) -> Any:
        """Return the deadline without pauses: a day, a second, or a day with a number of working days after it."""
        measure, within = self.clock.measure, self.clock.within
        if within is None:
            assert measure.deadline is not None, "a clock without a deadline is refused"
            return self._moment(self.rules.of(measure.deadline, row))
        amount = self._allowed(within, row)
        if start is None or amount is None:
            return None
        if within.kind == "working_days":
            return start, amount
        if within.kind == "months":
            return months_later(start, amount)
        return start + amount * (_SECOND if within.kind == "hours" else _DAY)

    def _allowed(self, within: Within, row: Row) -> int | None:
        """Return the amount in what is counted, seconds for hours; None where a row's own is none that can be."""
        amount: Decimal | None = self.rules.of(within.amount, row)
        if amount is None or not 0 <= amount <= LARGEST[within.kind] or (within.kind == "months" and amount % 1):
            return None
        return int((amount * (3600 if within.kind == "hours" else 1)).to_integral_value(ROUND_CEILING))
