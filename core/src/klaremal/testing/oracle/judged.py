"""What a measure says of one row: whether the promise may be about it, and whether it can be judged; it counts nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula, substitute
from klaremal.model.measure import Distinct, Mean, Measure, Median, Published, Quantile, Share, Total
from klaremal.model.quotient import Rate, Ratio
from klaremal.testing.oracle.clock import Case
from klaremal.testing.oracle.formulas import Evaluator, Row


@frozen(eq=False, kw_only=True)
class Seen:
    """A row with its unit, the first month of its base period, and what became of it where a clock runs.

    `counts` is false of one that is a part of another, or all of them; `promised`: the promise is or may be about it.
    """

    row: Row
    unit: str
    start: int
    counts: bool
    promised: bool
    judged: bool
    case: Case | None = None


def is_promised(measure: Measure, rules: Evaluator, row: Row, case: Case | None = None) -> bool:
    """Say whether the promise is about a row, or may be."""
    return rules.holds(measure.where, row) is not False and (case is None or case.promised)


def is_judged(measure: Measure, rules: Evaluator, row: Row, case: Case | None = None) -> bool:
    """Say whether the promise is about a row and can be judged by it."""
    if rules.holds(measure.where, row) is not True or rules.holds(measure.known, row) is not True:
        return False
    if case is not None:
        return case.counted
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


def columns_needed(measure: Measure, dataset: Dataset) -> set[str]:
    """Return the columns without whose value a row cannot be judged."""
    derived = dict(dataset.derived)
    return {column for formula in _numbers(measure) for column in substitute(formula, derived).columns}


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


# -- rows that mean all of a column ----------------------------------------------------------------------------------


@frozen(kw_only=True)
class Parts:
    """The columns whose code for all is among the rows, by the code; `broken_down` are those of the breakdown.

    Of a column that the measure's own `where` is about every row counts that it lets through, unless it is broken down.
    """

    totals: tuple[tuple[str, str], ...]
    broken_down: tuple[str, ...]

    @classmethod
    def of(cls, dataset: Dataset, measure: Measure, columns: Sequence[str], rows: Sequence[Row]) -> Parts:
        """Look for the codes among all rows of a dataset."""
        named = set(_asked_about(measure, dataset))
        found = []
        for column in dataset.columns:
            is_said = column.name in columns or column.name not in named
            if column.total is not None and is_said and any(str(row[column.name]) == column.total for row in rows):
                found.append((column.name, column.total))
        return cls(totals=tuple(found), broken_down=tuple(columns))

    def counts(self, row: Row) -> bool:
        """Say whether a row counts: one that means all, or of a breakdown one of the parts."""
        return all((str(row[name]) == code) is (name not in self.broken_down) for name, code in self.totals)


def _asked_about(measure: Measure, dataset: Dataset) -> Iterator[str]:
    """Give the columns that the conditions of a measure, and of the totals in it, are about."""
    derived = dict(dataset.derived)
    for condition in (measure.where, *(total.where for total in _totals(measure))):
        if condition is not None:
            yield from substitute(condition, derived).columns
