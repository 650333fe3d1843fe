"""The terms that an indicator needs of a pass: those of its measure, narrowed to totals, and the persons behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula, substitute
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Measure, Published, Term, Total
from klaremal.model.quotient import Quotient, Rate, Ratio, other_of

# Different persons among the rows that are judged, those that are hits, and those that are not.
PEOPLE: Final = ("people", "people_hit", "people_missed")

# What the largest part of a sum is called, before the name of the sum.
LARGEST: Final = "largest_"

# What is needed of the denominator of another dataset.
_DENOMINATOR: Final = ("promised", "n", "aside", "sum")

# How many rows are no parts of others, where a column has a code that means all of them.
WHOLE: Final = "whole"

# What a column is called that says whether a row counts in the total over another one.
MEANS_ALL: Final = "__all"


def components(measure: Measure, dataset: Dataset, breakdown: tuple[str, ...] = ()) -> tuple[tuple[str, Term], ...]:
    """Return the terms of a measure by name, with `weighed` (rows that have a weight) for a published figure with one.

    Of totals the one row of a cell may say why it has no number: a term for each column, `cause_<column>`. Where a column
    has a code that means all, only rows with it count, `whole` of them, unless the measure's own `where` or the breakdown is
    about the column: the scan says in `<column>__all` which rows those are, all of them where none has the code.
    """
    terms = dict(measure.components)
    if dataset.level is not None and measure.complete is not None and not isinstance(measure, Published):
        columns = substitute(measure.complete, dict(dataset.derived)).columns
        terms |= {f"cause_{each}": Term("cause", of=Formula.of(each), where=measure.possible) for each in sorted(columns)}
    if isinstance(measure, Published) and measure.weight is not None:
        terms["weighed"] = Term("count", where=_and(measure.possible, f"({measure.weight.canonical}) is not null"))
    if dataset.person is not None and dataset.level is None and not isinstance(measure, Published):
        terms |= _people(terms, measure, Formula.of(dataset.person))
    totals = " and ".join(_totals(measure, dataset, breakdown))
    if totals:
        terms = {name: Term(each.kind, each.of, _and(each.where, totals), each.q) for name, each in terms.items()}
        terms[WHOLE] = Term("count", where=Formula.of(totals))
    return tuple(terms.items())


def needed(indicator: Indicator, breakdown: tuple[str, ...] = ()) -> tuple[tuple[str, Term], ...]:
    """Return the terms of an indicator by name: those of its measure, and what its figures may not be shown without.

    Of a sum of many that is the largest part that a person has in it (a row, where no column names persons), as
    `largest_` and the name of the sum. Nobody asks where no small numbers are hidden, nor where rows are totals themselves.
    """
    dataset, measure = indicator.dataset, indicator.measure
    found = components(measure, dataset, breakdown)
    if not indicator.hides_few or dataset.level is not None or not isinstance(measure, (Ratio, Total)):
        return found
    by = None if dataset.person is None else Formula.of(dataset.person)
    sums = ((name, term) for name, term in found if term.kind == "sum")
    return (*found, *((f"{LARGEST}{name}", Term("largest", term.of, term.where, by=by)) for name, term in sums))


def denominator(measure: Measure, breakdown: tuple[str, ...] = ()) -> tuple[tuple[str, Term], ...]:
    """Return the terms of the total that a measure is per, by name, where that is of another dataset; else none."""
    dataset = other_of(measure)
    if dataset is None or not isinstance(measure, Quotient):
        return ()
    return tuple((name, term) for name, term in components(measure.per, dataset, breakdown) if name in _DENOMINATOR)


def _people(terms: Mapping[str, Term], measure: Measure, person: Formula) -> dict[str, Term]:
    judged = terms["n"].where
    found = {"people": Term("distinct", of=person, where=judged)}
    if "part" in terms:
        part = terms["part"].where
        found["people_hit"] = Term("distinct", of=person, where=part)
        if part is not None:
            found["people_missed"] = Term("distinct", of=person, where=_and(judged, f"not ({part.canonical})"))
    elif isinstance(measure, Rate):
        found["people_hit"] = Term("distinct", of=person, where=_and(judged, f"({measure.events.canonical}) > 0"))
    return found


def _totals(measure: Measure, dataset: Dataset, breakdown: tuple[str, ...]) -> Iterator[str]:
    """Give a condition for each column of which only the rows that mean all of them count."""
    derived = dict(dataset.derived)
    named = {
        column
        for name, formula, _ in measure.formulas
        if name.rpartition(".")[2] == "where"
        for column in substitute(formula, derived).columns
    }
    for column in dataset.columns:
        if column.total is not None and column.name not in breakdown and column.name not in named:
            yield f"{column.name}{MEANS_ALL}"


def _and(where: Formula | None, condition: str) -> Formula:
    return Formula.of(condition if where is None else f"({where.canonical}) and {condition}")
