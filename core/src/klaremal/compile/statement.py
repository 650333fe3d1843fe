"""The statement of a pass: every component of every indicator as one grouped SELECT; it runs nothing.

Written as a sqlglot tree, so that another engine needs only its dialect. Formulas arrive as plain SQL from `Formula`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen
from sqlglot import exp

from klaremal.compile.conditions import Condition, certain
from klaremal.compile.pieces import (
    QUOTIENT_DECIMALS,
    as_type,
    cell,
    decimal,
    grouped,
    if_then,
    is_bad,
    is_broken,
    is_good,
    or_0,
    period_key,
    size_of,
    table,
    unit_text,
    value_of,
    values_of,
)
from klaremal.compile.scale import scale_of
from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula, substitute
from klaremal.model.measure import Term

if TYPE_CHECKING:
    from klaremal.plan import Pass


@frozen
class Output:
    """One column that a statement gives: its kind (integer, decimal, squares, float, text) and, if exact, its decimals."""

    name: str
    kind: str
    scale: int | None = None


def outputs(pass_: Pass) -> tuple[Output, ...]:
    """Return the columns of `statement` after unit and period: `rows`, `good`, then `c0`, `c1` ... for each term.

    `rows` are all rows and `good` those that the checks left. A published term has five columns: the smallest and largest
    value (`c0`, `c0_most`), the number of rows and of those with a value (`c0_rows`, `c0_filled`) and the cause of a missing
    one (`c0_cause`).
    """
    found = [Output("rows", "integer", 0), Output("good", "integer", 0)]
    for place, term in enumerate(pass_.terms):
        found += _outputs(term, f"c{place}", pass_.dataset)
    return tuple(found)


def _outputs(term: Term, name: str, dataset: Dataset) -> list[Output]:
    if term.kind in ("count", "aside", "max"):
        return [Output(name, "integer", 0)]
    if term.kind == "cause":
        return [Output(name, "text")]
    if term.kind == "squares":
        return [Output(name, "squares")]
    scale = scale_of(term.of, dataset)
    if term.kind in ("sum", "largest"):
        return [Output(name, "decimal", QUOTIENT_DECIMALS if scale is None else scale)]
    kind = "float" if scale is None else "decimal"
    return [
        Output(name, kind, scale),
        Output(f"{name}_most", kind, scale),
        Output(f"{name}_rows", "integer", 0),
        Output(f"{name}_filled", "integer", 0),
        Output(f"{name}_cause", "text"),
    ]


def statement(pass_: Pass, relation: str, dialect: str, *, causes: Iterable[str] = (), bad: bool = True) -> str:
    """Return one SELECT: unit text, period and every term, by unit and period, in their order.

    `period` is the month as an integer for dates (UNDATED without one) and the text of the column otherwise. Bad rows whose
    unit or date breaks a rule have UNREADABLE_TEXT or UNREADABLE in its place. Sums are DECIMAL(38, scale) and 0 over no rows.
    `causes` are the columns of the relation that say why another is missing; without `bad` rows none is looked for.
    """
    known, good = frozenset(causes), is_good() if bad else None
    unit, period = unit_text(pass_.dataset, bad), period_key(pass_, bad)
    columns: list[exp.Expr] = [exp.alias_(unit, "unit"), exp.alias_(period, "period"), *values_of(pass_, bad)]
    by = len(columns)
    columns += [exp.alias_(_count(), "rows"), exp.alias_(_count(good), "good")]
    for place, term in enumerate(pass_.terms):
        made = _outputs(term, f"c{place}", pass_.dataset)
        columns += [exp.alias_(tree, each.name) for tree, each in zip(_term(term, made, pass_, known, good), made, strict=True)]
    query = exp.Select().select(*columns, copy=False).from_(table(relation), copy=False)
    return grouped(query, by).sql(dialect=dialect, copy=False)


def number_of_values(pass_: Pass, relation: str, most: int, dialect: str) -> str:
    """Return a SELECT of how many values the breakdown of a pass has in good rows, counted up to `most` + 1.

    Columns that say themselves which values they have are not looked at.
    """
    names = [name for name in pass_.breakdown if not pass_.dataset.column(name).codes]
    values = exp.Select().select(*map(cell, names)).distinct().from_(table(relation))
    found = values.where(is_good()).limit(most + 1).subquery("v")
    return exp.Select().select(exp.Count(this=exp.Star())).from_(found).sql(dialect=dialect)


# -- terms -----------------------------------------------------------------------------------------------------------


def _term(term: Term, made: Sequence[Output], pass_: Pass, causes: frozenset[str], good: exp.Expr | None) -> list[exp.Expr]:
    where = None if term.where is None else term.where.expanded()
    if term.kind == "aside":
        return [_aside(term.where, pass_.dataset) if good is not None else as_type(exp.Literal.number(0), exp.DType.BIGINT)]
    if where is not None:
        where = certain(where, _filled(pass_.dataset, causes))
    if term.kind == "count":
        return [_count(where, good)]
    of, scale = value_of(term), made[0].scale
    if term.kind == "published":
        return _published(term, scale, (where, good), causes)
    if term.kind == "cause":
        return [_cause(term, Condition.of((where, good)).tree, causes)]
    if term.kind == "max":
        return [as_type(or_0(exp.Max(this=if_then(Condition.of((where, good)).tree, of))), exp.DType.BIGINT)]
    kept = Condition.of((where, good), summed=of).tree
    if term.kind == "squares":
        number = as_type(of, exp.DType.DOUBLE)
        return [or_0(exp.Sum(this=if_then(kept, exp.Mul(this=number, expression=number.copy()))))]
    # A column of the contract is a whole number or a decimal; anything else is made one, so that the sum is exact.
    is_exact = isinstance(of, exp.Column) and of.name in pass_.dataset.types
    exact = of if is_exact else as_type(of, decimal(scale))
    is_sum = term.kind == "sum"
    found = exp.Sum(this=if_then(kept, exact)) if is_sum else exp.Max(this=if_then(kept, size_of(exact, pass_.dataset)))
    return [as_type(or_0(found), decimal(scale))]


def _published(term: Term, scale: int | None, conditions: Sequence[exp.Expr | None], causes: frozenset[str]) -> list[exp.Expr]:
    of, kept = value_of(term), Condition.of(conditions).tree
    value = as_type(of, exp.DType.DOUBLE if scale is None else decimal(scale))
    return [
        exp.Min(this=if_then(kept, value)),
        exp.Max(this=if_then(kept, value)),
        _count(*conditions),
        exp.Count(this=if_then(kept, of)),
        _cause(term, kept, causes),
    ]


def _cause(term: Term, kept: exp.Expr | None, causes: frozenset[str]) -> exp.Expr:
    """Return what the source says of a missing value; null where it has no words for it."""
    name = f"{value_of(term).name}__cause"
    said = cell(name) if name in causes else exp.Null()
    return exp.Min(this=if_then(kept, as_type(said, exp.DType.TEXT)))


def _aside(where: Formula | None, dataset: Dataset) -> exp.Expr:
    """Count bad rows that may be in `where`: those too of which it looks at a cell that breaks a rule."""
    if where is None:
        return _count(is_bad())
    columns = sorted(substitute(where, dict(dataset.derived)).columns)
    may_be_in = exp.or_(where.expanded(), *map(is_broken, columns), copy=False)
    # Inside the other, so that only bad rows are looked at.
    return exp.Count(this=if_then(is_bad(), if_then(may_be_in, exp.Literal.number(1))))


def _filled(dataset: Dataset, causes: frozenset[str]) -> frozenset[str]:
    """Return the columns that are null in no good row: required ones of which no marker says why they are missing."""
    return frozenset(each.name for each in dataset.columns if each.required and f"{each.name}__cause" not in causes)


def _count(*conditions: exp.Expr | None) -> exp.Expr:
    """Count rows; where one column alone decides, it is counted itself."""
    kept = Condition.of(conditions)
    if kept.filled:
        *others, last = kept.filled
        return exp.Count(this=if_then(Condition(kept.parts, tuple(others)).tree, last))
    tree = kept.tree
    return exp.Count(this=exp.Star() if tree is None else if_then(tree, exp.Literal.number(1)))
