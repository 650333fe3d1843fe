"""What stands beside the figure of a clock, case by case: how many open ones are late, the age of the oldest, the paused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from klaremal.model.indicator import Indicator
from klaremal.model.on_time import OLDEST_OPEN, OPEN_OVERDUE, PAUSED_NOW, OnTime
from klaremal.model.period import month_key
from klaremal.testing.oracle.days import Calendar
from klaremal.testing.oracle.figure import Figure
from klaremal.testing.oracle.formulas import Evaluator
from klaremal.testing.oracle.judged import Seen
from klaremal.testing.oracle.places import Places
from klaremal.testing.oracle.placing import Rows, dated, seen


def beside(
    indicator: Indicator, rows: Rows, places: Places, until: date, calendar: Calendar | None = None
) -> dict[str, dict[tuple[str, int, str], Figure]]:
    """Return what stands beside the figures of a clock on the last day covered, by its name; nothing for other measures.

    It is of every unit with cases that the promise is about, in the month of that day. Without a late one there is no age.
    """
    measure, own = indicator.measure, indicator.dataset
    found: dict[str, dict[tuple[str, int, str], Figure]] = {OPEN_OVERDUE: {}, OLDEST_OPEN: {}, PAUSED_NOW: {}}
    if not isinstance(measure, OnTime):
        return {}
    rules = Evaluator(calendar or Calendar(), dict(own.derived))
    every = seen(measure, own, dated(indicator, rows, rules, until), (), rows[own.id], places, rules)
    for level in indicator.levels:
        for unit in places.inside(level):
            inside = [each for each in every if places.above(each.unit, level) == unit]
            key = (unit, month_key(until), "")
            overdue, paused = _ages(measure, rules, inside), _paused(measure, rules, inside)
            has_cases = any(each.promised for each in inside)
            if has_cases or overdue:
                found[OPEN_OVERDUE][key] = Figure(value=Fraction(len(overdue)), n=Fraction(len(overdue)))
            if has_cases or paused:
                found[PAUSED_NOW][key] = Figure(value=Fraction(paused), n=Fraction(paused))
            if has_cases and overdue:
                found[OLDEST_OPEN][key] = Figure(value=Fraction(max(overdue)), n=Fraction(len(overdue)))
    return found


def _about(measure: OnTime, rules: Evaluator, rows: Sequence[Seen]) -> list[Seen]:
    return [each for each in rows if rules.holds(measure.where, each.row) is True]


def _ages(measure: OnTime, rules: Evaluator, rows: Sequence[Seen]) -> list[int]:
    """Return for how many days each case has been open that is late."""
    return [each.case.age for each in _about(measure, rules, rows) if each.case is not None and each.case.overdue]


def _paused(measure: OnTime, rules: Evaluator, rows: Sequence[Seen]) -> int:
    return sum(each.case is not None and each.case.paused for each in _about(measure, rules, rows))
