"""What a measure makes of the rows of one unit and period, each row judged by itself; it finds no rows and knows no units."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from klaremal.model.formula import Formula
from klaremal.model.measure import Count, Distinct, Mean, Measure, Median, Published, Quantile, Share, Total
from klaremal.model.on_time import OnTime
from klaremal.model.quotient import Rate, Ratio
from klaremal.testing.oracle.clock import Case
from klaremal.testing.oracle.formulas import Evaluator, Row


@frozen(eq=False, kw_only=True)
class Group:
    """The rows of a unit and period, what became of each where a clock runs, and each one's base period.

    `last` is the period's last base period, `per` the total of another dataset that a ratio or rate is per: None where that
    is not known. `by_unit` says that rows are totals of units.
    """

    rows: Sequence[Row]
    periods: Sequence[int]
    rules: Evaluator
    last: int
    cases: Sequence[Case] = ()
    by_unit: bool = False
    per: Fraction | None = None


def judged(measure: Measure, group: Group) -> list[tuple[int, Row]]:
    """Return the rows that the promise is about and that can be judged, with their places."""
    return [(place, row) for place, row in enumerate(group.rows) if _is_judged(measure, group, place, row)]


def _is_judged(measure: Measure, group: Group, place: int, row: Row) -> bool:
    rules = group.rules
    if rules.holds(measure.where, row) is not True or rules.holds(measure.known, row) is not True:
        return False
    if isinstance(measure, OnTime):
        return group.cases[place].counted
    if any(rules.of(formula, row) is None for formula in _numbers(measure)):
        return False
    return all(_is_settled(total, rules, row) for total in _totals(measure))


def _numbers(measure: Measure) -> list[Formula]:
    """Return the formulas without whose value a row cannot be judged."""
    if isinstance(measure, Share):
        return [measure.condition]
    if isinstance(measure, (Total, Mean, Median, Quantile)):
        return [measure.of]
    if isinstance(measure, (Distinct, Published)):
        return [measure.column]
    if isinstance(measure, Rate):
        return [measure.events, *(total.of for total in _totals(measure))]
    return [total.of for total in _totals(measure)]


def _totals(measure: Measure) -> list[Total]:
    """Return the totals inside a measure that are of its own rows."""
    if not isinstance(measure, (Ratio, Rate)):
        return []
    here = [measure.per] if measure.per.dataset is None else []
    return [measure.top, *here] if isinstance(measure, Ratio) else here


def _is_settled(total: Total, rules: Evaluator, row: Row) -> bool:
    """Say whether it is known if, and with what, a row counts in a total inside a measure."""
    counts = rules.holds(total.where, row)
    return counts is False or (counts is True and rules.holds(total.known, row) is True)


def promised(measure: Measure, group: Group) -> int:
    """Count the rows that the promise is about, or may be."""
    return sum(
        group.rules.holds(measure.where, row) is not False and (not group.cases or group.cases[place].promised)
        for place, row in enumerate(group.rows)
    )


def value(measure: Measure, group: Group) -> Fraction | None:
    """Return the value of a measure, None where there is none; KeyError for a measure that is not one of klaremal's."""
    return _VALUES[type(measure)](measure, group)


def known_measures() -> Collection[type[Measure]]:
    """Return the measures that are understood here."""
    return _VALUES.keys()


def total_of(total: Total, group: Group, among: Sequence[tuple[int, Row]]) -> Fraction:
    """Return the exact sum of a total over those of some rows that it counts."""
    counted = (row for _, row in among if group.rules.holds(total.where, row) is True)
    return sum((_fraction(group.rules.of(total.of, row)) for row in counted), Fraction(0))


def _fraction(number: Any) -> Fraction:
    return Fraction(number) if isinstance(number, (int, Decimal)) else Fraction(str(number))


def _divided(top: Fraction | int, bottom: Fraction | int, times: float = 1) -> Fraction | None:
    return Fraction(str(times)) * Fraction(top) / Fraction(bottom) if bottom else None


def _share(measure: Share, group: Group) -> Fraction | None:
    rows = judged(measure, group)
    return _divided(sum(group.rules.of(measure.condition, row) is True for _, row in rows), len(rows), 100)


def _on_time(measure: OnTime, group: Group) -> Fraction | None:
    rows = judged(measure, group)
    return _divided(sum(group.cases[place].kept for place, _ in rows), len(rows), 100)


def _count(measure: Count, group: Group) -> Fraction | None:
    return Fraction(len(judged(measure, group))) if group.rows else None


def _total(measure: Total, group: Group) -> Fraction | None:
    """Return the sum; of a state that of its last base period, of a mean over time that over those with rows."""
    rows = judged(measure, group)
    if measure.over_time == "last":
        rows = [(place, row) for place, row in rows if group.periods[place] == group.last]
    nobody = bool(group.rows) and promised(measure, group) == 0 and not group.by_unit
    if not rows and not nobody:
        return None
    found = sum((_fraction(group.rules.of(measure.of, row)) for _, row in rows), Fraction(0))
    return found / len(set(group.periods)) if measure.over_time == "mean" and group.rows else found


def _mean(measure: Mean, group: Group) -> Fraction | None:
    numbers = _values(measure.of, measure, group)
    return _divided(sum(numbers, Fraction(0)), len(numbers))


def _values(of: Formula, measure: Measure, group: Group) -> list[Fraction]:
    return [_fraction(group.rules.of(of, row)) for _, row in judged(measure, group)]


def _quantile(numbers: Sequence[Fraction], q: float) -> Fraction | None:
    """Return the value below which the share q lies, between its neighbours in a straight line (R's type 7)."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    place = (len(ordered) - 1) * Fraction(str(q))
    low = floor(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def _distinct(measure: Distinct, group: Group) -> Fraction | None:
    rows = judged(measure, group)
    return Fraction(len({group.rules.of(measure.column, row) for _, row in rows})) if rows else None


def _ratio(measure: Ratio, group: Group) -> Fraction | None:
    rows = judged(measure, group)
    top = total_of(measure.top, group, rows)
    if measure.per.dataset is not None:
        return _per_other(top, len(rows), measure, group)
    return _divided(top, total_of(measure.per, group, rows), measure.scale) if rows else None


def _rate(measure: Rate, group: Group) -> Fraction | None:
    """Return the events per the mean over base periods of the total; those of a base period without one stand alone."""
    rows = judged(measure, group)
    events = sum((_fraction(group.rules.of(measure.events, row)) for _, row in rows), Fraction(0))
    if measure.per.dataset is not None:
        return _per_other(events, len(rows), measure, group)
    populated = {group.periods[place] for place, row in rows if group.rules.holds(measure.per.where, row) is True}
    if not rows or {group.periods[place] for place, _ in rows} - populated:
        return None
    return _divided(events * len(populated), total_of(measure.per, group, rows), measure.scale)


def _per_other(top: Fraction, n: int, measure: Ratio | Rate, group: Group) -> Fraction | None:
    nobody = bool(group.rows) and promised(measure, group) == 0 and not group.by_unit
    return _divided(top, group.per, measure.scale) if group.per is not None and (n or nobody) else None


_VALUES: Final[Mapping[type[Measure], Callable[[Any, Group], Fraction | None]]] = MappingProxyType(
    {
        Count: _count,
        Distinct: _distinct,
        Mean: _mean,
        Median: lambda measure, group: _quantile(_values(measure.of, measure, group), 0.5),
        OnTime: _on_time,
        Quantile: lambda measure, group: _quantile(_values(measure.of, measure, group), measure.q),
        Rate: _rate,
        Ratio: _ratio,
        Share: _share,
        Total: _total,
    }
)
