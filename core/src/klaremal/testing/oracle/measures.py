"""What a measure makes of the rows of one unit and period: value, part and interval; it finds no rows and knows no units."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import floor
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from klaremal.model.formula import Formula
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count, Distinct, Mean, Measure, Median, Quantile, Share, Total
from klaremal.model.on_time import OnTime
from klaremal.model.quotient import Rate, Ratio
from klaremal.testing.oracle import intervals
from klaremal.testing.oracle.formulas import Evaluator
from klaremal.testing.oracle.intervals import Interval
from klaremal.testing.oracle.judged import Seen


@frozen(eq=False, kw_only=True, slots=False)
class Group:
    """The rows of a unit and period; `steps` is how many base periods the period has.

    `per` is the total of another dataset that a ratio or rate is per: None where that is not known. `by_unit` says that rows
    are totals of units.
    """

    rows: Sequence[Seen]
    rules: Evaluator
    steps: int = 1
    by_unit: bool = False
    per: Fraction | None = None

    @cached_property
    def judged(self) -> list[Seen]:
        """The rows that are judged."""
        return [each for each in self.rows if each.judged]

    @cached_property
    def promised(self) -> int:
        """How many rows the promise is about, or may be."""
        return sum(each.promised for each in self.rows)

    @property
    def is_nobodys(self) -> bool:
        """Whether there are rows, and the promise is about none of them; totals of units say so themselves."""
        return self.promised == 0 and not self.by_unit and any(each.counts for each in self.rows)

    def values(self, of: Formula) -> list[Fraction]:
        """Return the numbers of the rows that are judged."""
        return [_fraction(self.rules.of(of, each.row)) for each in self.judged]

    def total(self, total: Total) -> Fraction:
        """Return the exact sum of a total over those of the judged rows that it counts."""
        rows = (each.row for each in self.judged if self.rules.holds(total.where, each.row) is True)
        return sum((_fraction(self.rules.of(total.of, row)) for row in rows), Fraction(0))


def value(measure: Measure, group: Group) -> Fraction | None:
    """Return the value of a measure, None where there is none; KeyError for a measure that is not one of klaremal's."""
    return _VALUES[type(measure)](measure, group)


def known_measures() -> Collection[type[Measure]]:
    """Return the measures that are understood here."""
    return _VALUES.keys()


def part(measure: Measure, group: Group) -> Fraction | None:
    """Return how many of the judged rows count: hits, kept, events, the upper total; None where a measure has no parts."""
    if isinstance(measure, Share):
        return Fraction(sum(group.rules.of(measure.condition, each.row) is True for each in group.judged))
    if isinstance(measure, OnTime):
        return Fraction(sum(each.case is not None and each.case.kept for each in group.judged))
    if isinstance(measure, Rate):
        return sum(group.values(measure.events), Fraction(0))
    return _top(measure, group) if isinstance(measure, Ratio) else None


def interval(indicator: Indicator, group: Group) -> Interval:
    """Return the interval of a share, a mean or a rate: of a sample that of those who did not answer, too."""
    measure, n = indicator.measure, len(group.judged)
    is_sample = indicator.dataset.basis == "sample"
    asked = group.promised if is_sample and group.promised > n else None
    if isinstance(measure, (Share, OnTime)):
        return intervals.share(int(part(measure, group) or 0), n, asked)
    if isinstance(measure, Mean):
        return intervals.mean(group.values(measure.of), _scale(indicator, measure.of), asked)
    if not isinstance(measure, Rate):
        return intervals.NONE
    people = (
        group.per if measure.per.dataset is not None else _divided(group.total(measure.per), len(_populated(measure, group)))
    )
    everyone = None if asked is None or people is None else people * asked / n
    return intervals.rate(part(measure, group) or Fraction(0), people or Fraction(0), measure.scale, everyone)


def _scale(indicator: Indicator, of: Formula) -> tuple[float, float]:
    """Return between which numbers a mean lies: those that the column may have, and those that are plausible."""
    columns = {each.name: each for each in indicator.dataset.columns if each.type in ("integer", "number")}
    column = columns.get(of.canonical)
    own: Any = None if column is None else (column.minimum, column.maximum)
    return intervals.scale_of(own, indicator.plausible)


def _fraction(number: Any) -> Fraction:
    return Fraction(number) if isinstance(number, (int, Decimal)) else Fraction(str(number))


def _divided(top: Fraction | int, bottom: Fraction | int, times: float = 1) -> Fraction | None:
    return Fraction(str(times)) * Fraction(top) / Fraction(bottom) if bottom else None


def _share(measure: Share | OnTime, group: Group) -> Fraction | None:
    return _divided(part(measure, group) or 0, len(group.judged), 100)


def _count(measure: Count, group: Group) -> Fraction | None:
    return Fraction(len(group.judged)) if any(each.counts for each in group.rows) else None


def _total(measure: Total, group: Group) -> Fraction | None:
    """Return the sum, 0 where the promise is about none of the rows; a mean over time is over all base periods."""
    if not group.judged and not group.is_nobodys:
        return None
    return sum(group.values(measure.of), Fraction(0)) / (group.steps if measure.over_time == "mean" else 1)


def _mean(measure: Mean, group: Group) -> Fraction | None:
    numbers = group.values(measure.of)
    return _divided(sum(numbers, Fraction(0)), len(numbers))


def _quantile(numbers: Sequence[Fraction], q: float) -> Fraction | None:
    """Return the value below which the share q lies, between its neighbours in a straight line (R's type 7)."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    place = (len(ordered) - 1) * Fraction(str(q))
    low = floor(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def _distinct(measure: Distinct, group: Group) -> Fraction | None:
    return Fraction(len({group.rules.of(measure.column, each.row) for each in group.judged})) if group.judged else None


def _top(measure: Ratio, group: Group) -> Fraction:
    return group.total(measure.top) / (group.steps if measure.top.over_time == "mean" else 1)


def _ratio(measure: Ratio, group: Group) -> Fraction | None:
    if measure.per.dataset is not None:
        return _per_other(_top(measure, group), measure, group)
    return _divided(group.total(measure.top), group.total(measure.per), measure.scale) if group.judged else None


def _rate(measure: Rate, group: Group) -> Fraction | None:
    """Return the events per the mean over base periods of the total; those of a base period without one stand alone."""
    events = sum(group.values(measure.events), Fraction(0))
    if measure.per.dataset is not None:
        return _per_other(events, measure, group)
    if not group.judged or stands_alone(measure, group):
        return None
    return _divided(events * len(_populated(measure, group)), group.total(measure.per), measure.scale)


def stands_alone(measure: Measure, group: Group) -> bool:
    """Say whether a rate has events in a base period in which it has no population of its own."""
    if not isinstance(measure, Rate) or measure.per.dataset is not None:
        return False
    return bool({each.start for each in group.judged} - _populated(measure, group))


def _populated(measure: Rate, group: Group) -> set[int]:
    """Return the base periods with a row that the population counts."""
    return {each.start for each in group.judged if group.rules.holds(measure.per.where, each.row) is True}


def _per_other(top: Fraction, measure: Ratio | Rate, group: Group) -> Fraction | None:
    is_known = group.per is not None and (group.judged or group.is_nobodys)
    return _divided(top, group.per or 0, measure.scale) if is_known else None


_VALUES: Final[Mapping[type[Measure], Callable[[Any, Group], Fraction | None]]] = MappingProxyType(
    {
        Count: _count,
        Distinct: _distinct,
        Mean: _mean,
        Median: lambda measure, group: _quantile(group.values(measure.of), 0.5),
        OnTime: _share,
        Quantile: lambda measure, group: _quantile(group.values(measure.of), measure.q),
        Rate: _rate,
        Ratio: _ratio,
        Share: _share,
        Total: _total,
    }
)
