"""Pieces of the statements of a pass as sqlglot trees: where and when a row counts, and what it is asked; no statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from klaremal.model.dataset import Dataset
from klaremal.model.measure import Term

if TYPE_CHECKING:
    from klaremal.plan import Pass

# Decimals to which quotients are summed: a sum of floats would depend on the order of the rows.
QUOTIENT_DECIMALS: Final = 9
# The period of a row without a date, and of a bad row whose date is not believed. No month is negative.
UNDATED: Final = -1
UNREADABLE: Final = -2
# The unit of a bad row whose text for it is not believed, and its period where that is a text: no unit and no period.
UNREADABLE_TEXT: Final = "?"
# The mark before a value of a breakdown, so that none looks like UNREADABLE_TEXT.
VALUE_MARK: Final = "="


def value_names(pass_: Pass) -> tuple[str, ...]:
    """Return the names under which a statement gives the columns of the breakdown, text with VALUE_MARK before it."""
    return tuple(f"b{place}" for place in range(len(pass_.breakdown)))


def values_of(pass_: Pass, bad: bool = False) -> list[exp.Expr]:
    """Return the value of each column of the breakdown, null without one, UNREADABLE_TEXT where the cell breaks a rule."""
    found: list[exp.Expr] = []
    for made, column in zip(value_names(pass_), pass_.breakdown, strict=True):
        text = as_type(cell(column), exp.DType.TEXT)
        marked = exp.DPipe(this=exp.Literal.string(VALUE_MARK), expression=text)
        value = _believed((column,), marked, exp.Literal.string(UNREADABLE_TEXT)) if bad else marked
        found.append(exp.alias_(value, made))
    return found


def unit_text(dataset: Dataset, bad: bool = False) -> exp.Expr:
    """Return the text that names the unit of a row: that of the first column that is filled."""
    texts = [_text(name, bad) for name in dataset.placed_in]
    if not texts:
        return exp.Literal.string("")
    return exp.Coalesce(this=texts[0], expressions=texts[1:]) if len(texts) > 1 else texts[0]


def period_key(pass_: Pass, bad: bool = False) -> exp.Expr:
    """Return the month of a row as an integer, or the text of its period."""
    if not pass_.by_day:
        return _text(pass_.dated_by, bad)
    day = cell(pass_.dated_by)
    year, month = (exp.Extract(this=exp.var(part), expression=day.copy()) for part in ("YEAR", "MONTH"))
    months = exp.Add(this=exp.Mul(this=year, expression=exp.Literal.number(12)), expression=month)
    key = exp.Sub(this=months, expression=exp.Literal.number(1))
    dated = exp.Coalesce(this=key, expressions=[exp.Literal.number(UNDATED)])
    return as_type(_believed(pass_.dating, dated, exp.Literal.number(UNREADABLE)) if bad else dated, exp.DType.BIGINT)


def _text(column: str, bad: bool) -> exp.Expr:
    text = as_type(cell(column), exp.DType.TEXT)
    return _believed((column,), text, exp.Literal.string(UNREADABLE_TEXT)) if bad else text


def _believed(columns: Sequence[str], value: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    """Return a value that columns say, or the other one where one of their cells breaks a rule."""
    broken = exp.or_(*map(is_broken, columns), copy=False)
    return exp.Case(ifs=[exp.If(this=broken, true=otherwise)], default=value)


def grouped(query: exp.Select, columns: int, *, in_order: bool = True) -> exp.Select:
    """Group and order by the first columns. A long statement is not copied at each step."""
    places = [str(place + 1) for place in range(columns)]
    query = query.group_by(*places, copy=False)
    return query.order_by(*places, copy=False) if in_order else query


def if_then(condition: exp.Expr | None, then: exp.Expr) -> exp.Expr:
    """Return the value where the condition holds and null elsewhere: engines do this faster than a FILTER clause."""
    if condition is None:
        return then.copy()
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=then.copy())])


def value_of(term: Term) -> exp.Expr:
    """Return the number that a term is about."""
    assert term.of is not None, "only counts are made of no formula"
    tree: exp.Expr = term.of.expanded()
    return tree


def size_of(number: exp.Expr, dataset: Dataset) -> exp.Expr:
    """Return a number without its sign; a column that is never negative by its contract as it is."""
    if isinstance(number, exp.Column) and number.name in dataset.types:
        least = dataset.column(number.name).minimum
        if isinstance(least, (int, float)) and least >= 0:
            return number
    return exp.Abs(this=number)


def is_good() -> exp.Expr:
    """Say whether the checks left a row."""
    return exp.Is(this=cell("__bad"), expression=exp.Null())


def is_bad() -> exp.Expr:
    """Say whether the checks set a row aside."""
    return exp.Not(this=is_good())


def is_broken(column: str) -> exp.Expr:
    """Say whether a bad row's cell breaks a rule; `__broken` names such columns as `|days|kind|`."""
    place = exp.StrPosition(this=cell("__broken"), substr=exp.Literal.string(f"|{column}|"))
    return exp.GT(this=place, expression=exp.Literal.number(0))


def or_0(total: exp.Expr) -> exp.Expr:
    """Return a total, 0 over no rows."""
    return exp.Coalesce(this=total, expressions=[exp.Literal.number(0)])


def cell(name: str) -> exp.Column:
    """Return a column of the relation."""
    return exp.column(exp.to_identifier(name, quoted=True))


def table(name: str) -> exp.Table:
    """Return a relation by its name."""
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def decimal(scale: int | None) -> exp.DataType:
    """Return the type of exact numbers with so many decimals; those of a quotient without."""
    digits = (38, QUOTIENT_DECIMALS if scale is None else scale)
    parameters = [exp.DataTypeParam(this=exp.Literal.number(each)) for each in digits]
    return exp.DataType(this=exp.DType.DECIMAL, expressions=parameters, nested=False)


def as_type(tree: exp.Expr, to: exp.DType | exp.DataType) -> exp.Cast:
    """Return a value as another type."""
    return exp.Cast(this=tree.copy(), to=to if isinstance(to, exp.DataType) else exp.DataType(this=to, nested=False))
