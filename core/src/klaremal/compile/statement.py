"""The statement of a pass: every component of every indicator as one grouped SELECT; it runs nothing.

Written as a sqlglot tree, so that another engine needs only its dialect. Formulas arrive as plain SQL from `Formula`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from attrs import frozen
from sqlglot import exp

from klaremal.compile.conditions import Condition, certain
from klaremal.compile.scale import scale_of
from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula, substitute
from klaremal.model.measure import Term

if TYPE_CHECKING:
    from klaremal.plan import Pass, Single

# Decimals to which quotients are summed: a sum of floats would depend on the order of the rows.
QUOTIENT_DECIMALS: Final = 9
# The period of a row without a date, and of a bad row whose date is not believed. No month is negative.
UNDATED: Final = -1
UNREADABLE: Final = -2
# The unit of a bad row whose text for it is not believed, and its period where that is a text: no unit and no period.
UNREADABLE_TEXT: Final = "?"
# The mark before a value of a breakdown, so that none looks like UNREADABLE_TEXT.
VALUE_MARK: Final = "="


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
    if term.kind == "sum":
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
    known, good = frozenset(causes), _is_good() if bad else None
    unit, period = _unit(pass_.dataset, bad), _period(pass_, bad)
    columns: list[exp.Expr] = [exp.alias_(unit, "unit"), exp.alias_(period, "period"), *_values(pass_, bad)]
    by = len(columns)
    columns += [exp.alias_(_count(), "rows"), exp.alias_(_count(good), "good")]
    for place, term in enumerate(pass_.terms):
        made = _outputs(term, f"c{place}", pass_.dataset)
        columns += [exp.alias_(tree, each.name) for tree, each in zip(_term(term, made, pass_, known, good), made, strict=True)]
    query = exp.Select().select(*columns, copy=False).from_(_relation(relation), copy=False)
    return _grouped(query, by).sql(dialect=dialect, copy=False)


def number_of_values(pass_: Pass, relation: str, most: int, dialect: str) -> str:
    """Return a SELECT of how many values the breakdown of a pass has in good rows, counted up to `most` + 1.

    Columns that say themselves which values they have are not looked at.
    """
    names = [name for name in pass_.breakdown if not pass_.dataset.column(name).codes]
    values = exp.Select().select(*map(_column, names)).distinct().from_(_relation(relation))
    found = values.where(_is_good()).limit(most + 1).subquery("v")
    return exp.Select().select(exp.Count(this=exp.Star())).from_(found).sql(dialect=dialect)


def value_names(pass_: Pass) -> tuple[str, ...]:
    """Return the names under which a statement gives the columns of the breakdown, text with VALUE_MARK before it."""
    return tuple(f"b{place}" for place in range(len(pass_.breakdown)))


def _values(pass_: Pass, bad: bool = False) -> list[exp.Expr]:
    """Return the value of each column of the breakdown, null without one, UNREADABLE_TEXT where the cell breaks a rule."""
    found: list[exp.Expr] = []
    for made, column in zip(value_names(pass_), pass_.breakdown, strict=True):
        text = _cast(_column(column), exp.DType.TEXT)
        marked = exp.DPipe(this=exp.Literal.string(VALUE_MARK), expression=text)
        value = _believed((column,), marked, exp.Literal.string(UNREADABLE_TEXT)) if bad else marked
        found.append(exp.alias_(value, made))
    return found


def single_statement(pass_: Pass, single: Single, relation: str, places: str, dialect: str, *, bad: bool = True) -> str:
    """Return one SELECT of the terms that cannot be added: unit code, first month and `s0`, `s1` ..., in their order.

    `places` is a table with the columns `__text`, `__key` (as `statement` gives unit and period; empty where no unit is
    named), `__unit` (the code of the unit at the level) and `__start` (the first month of the period).
    """
    named = exp.Coalesce(this=_unit(pass_.dataset), expressions=[exp.Literal.string("")])
    inner = exp.select("*", exp.alias_(named, "__row_text"), exp.alias_(_period(pass_), "__row_key"))
    columns: list[exp.Expr] = [exp.alias_(_column("__unit"), "unit"), exp.alias_(_column("__start"), "start")]
    columns += _values(pass_)
    by = len(columns)
    columns += [exp.alias_(_single(term), f"s{place}") for place, term in enumerate(single.terms)]
    met = exp.and_(
        exp.EQ(this=_column("__row_text"), expression=_column("__text")),
        exp.EQ(this=_column("__row_key"), expression=_column("__key")),
    )
    query = exp.Select().select(*columns, copy=False).from_(inner.from_(_relation(relation)).subquery("r"), copy=False)
    query = query.join(_relation(places), on=met, join_type="inner", copy=False)
    if bad:
        query = query.where(_is_good(), copy=False)
    return _grouped(query, by).sql(dialect=dialect, copy=False)


def _grouped(query: exp.Select, columns: int) -> exp.Select:
    """Group and order by the first columns. A long statement is not copied at each step."""
    places = [str(place + 1) for place in range(columns)]
    return query.group_by(*places, copy=False).order_by(*places, copy=False)


# -- where and when a row counts -------------------------------------------------------------------------------------


def _unit(dataset: Dataset, bad: bool = False) -> exp.Expr:
    texts = [_text(name, bad) for name in dataset.placed_in]
    if not texts:
        return exp.Literal.string("")
    return exp.Coalesce(this=texts[0], expressions=texts[1:]) if len(texts) > 1 else texts[0]


def _period(pass_: Pass, bad: bool = False) -> exp.Expr:
    if not pass_.by_day:
        return _text(pass_.dated_by, bad)
    day = _column(pass_.dated_by)
    year, month = (exp.Extract(this=exp.var(part), expression=day.copy()) for part in ("YEAR", "MONTH"))
    months = exp.Add(this=exp.Mul(this=year, expression=exp.Literal.number(12)), expression=month)
    key = exp.Sub(this=months, expression=exp.Literal.number(1))
    dated = exp.Coalesce(this=key, expressions=[exp.Literal.number(UNDATED)])
    return _cast(_believed(pass_.dating, dated, exp.Literal.number(UNREADABLE)) if bad else dated, exp.DType.BIGINT)


def _text(column: str, bad: bool) -> exp.Expr:
    text = _cast(_column(column), exp.DType.TEXT)
    return _believed((column,), text, exp.Literal.string(UNREADABLE_TEXT)) if bad else text


def _believed(columns: Sequence[str], value: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    """Return a value that columns say, or the other one where one of their cells breaks a rule."""
    broken = exp.or_(*map(_is_broken, columns), copy=False)
    return exp.Case(ifs=[exp.If(this=broken, true=otherwise)], default=value)


# -- terms -----------------------------------------------------------------------------------------------------------


def _term(term: Term, made: Sequence[Output], pass_: Pass, causes: frozenset[str], good: exp.Expr | None) -> list[exp.Expr]:
    where = None if term.where is None else term.where.expanded()
    if term.kind == "aside":
        return [_aside(term.where, pass_.dataset) if good is not None else _cast(exp.Literal.number(0), exp.DType.BIGINT)]
    if where is not None:
        where = certain(where, _filled(pass_.dataset, causes))
    if term.kind == "count":
        return [_count(where, good)]
    of, scale = _of(term), made[0].scale
    if term.kind == "published":
        return _published(term, scale, (where, good), causes)
    if term.kind == "cause":
        return [_cause(term, Condition.of((where, good)).tree, causes)]
    if term.kind == "max":
        return [_cast(_or_0(exp.Max(this=_if(Condition.of((where, good)).tree, of))), exp.DType.BIGINT)]
    kept = Condition.of((where, good), summed=of).tree
    if term.kind == "squares":
        number = _cast(of, exp.DType.DOUBLE)
        return [_or_0(exp.Sum(this=_if(kept, exp.Mul(this=number, expression=number.copy()))))]
    # A column of the contract is a whole number or a decimal; anything else is made one, so that the sum is exact.
    is_exact = isinstance(of, exp.Column) and of.name in pass_.dataset.types
    exact = of if is_exact else _cast(of, _decimal(scale))
    return [_cast(_or_0(exp.Sum(this=_if(kept, exact))), _decimal(scale))]


def _published(term: Term, scale: int | None, conditions: Sequence[exp.Expr | None], causes: frozenset[str]) -> list[exp.Expr]:
    of, kept = _of(term), Condition.of(conditions).tree
    value = _cast(of, exp.DType.DOUBLE if scale is None else _decimal(scale))
    return [
        exp.Min(this=_if(kept, value)),
        exp.Max(this=_if(kept, value)),
        _count(*conditions),
        exp.Count(this=_if(kept, of)),
        _cause(term, kept, causes),
    ]


def _cause(term: Term, kept: exp.Expr | None, causes: frozenset[str]) -> exp.Expr:
    """Return what the source says of a missing value; null where it has no words for it."""
    name = f"{_of(term).name}__cause"
    said = _column(name) if name in causes else exp.Null()
    return exp.Min(this=_if(kept, _cast(said, exp.DType.TEXT)))


def _single(term: Term) -> exp.Expr:
    where = None if term.where is None else term.where.expanded()
    of = _if(where, _of(term))
    if term.kind == "distinct":
        return exp.Count(this=exp.Distinct(expressions=[of]))
    q = exp.Literal.number(repr(0.5 if term.q is None else float(term.q)))
    order = exp.Order(expressions=[exp.Ordered(this=_cast(of, exp.DType.DOUBLE), nulls_first=False)])
    return exp.WithinGroup(this=exp.PercentileCont(this=q), expression=order)


def _aside(where: Formula | None, dataset: Dataset) -> exp.Expr:
    """Count bad rows that may be in `where`: those too of which it looks at a cell that breaks a rule."""
    if where is None:
        return _count(_is_bad())
    columns = sorted(substitute(where, dict(dataset.derived)).columns)
    may_be_in = exp.or_(where.expanded(), *map(_is_broken, columns), copy=False)
    # Inside the other, so that only bad rows are looked at.
    return exp.Count(this=_if(_is_bad(), _if(may_be_in, exp.Literal.number(1))))


def _filled(dataset: Dataset, causes: frozenset[str]) -> frozenset[str]:
    """Return the columns that are null in no good row: required ones of which no marker says why they are missing."""
    return frozenset(each.name for each in dataset.columns if each.required and f"{each.name}__cause" not in causes)


def _count(*conditions: exp.Expr | None) -> exp.Expr:
    """Count rows; where one column alone decides, it is counted itself."""
    kept = Condition.of(conditions)
    if kept.filled:
        *others, last = kept.filled
        return exp.Count(this=_if(Condition(kept.parts, tuple(others)).tree, last))
    tree = kept.tree
    return exp.Count(this=exp.Star() if tree is None else _if(tree, exp.Literal.number(1)))


def _if(condition: exp.Expr | None, then: exp.Expr) -> exp.Expr:
    """Return the value where the condition holds and null elsewhere: engines do this faster than a FILTER clause."""
    if condition is None:
        return then.copy()
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=then.copy())])


def _of(term: Term) -> exp.Expr:
    assert term.of is not None, "only counts are made of no formula"
    tree: exp.Expr = term.of.expanded()
    return tree


def _is_good() -> exp.Expr:
    return exp.Is(this=_column("__bad"), expression=exp.Null())


def _is_bad() -> exp.Expr:
    return exp.Not(this=_is_good())


def _is_broken(column: str) -> exp.Expr:
    """Say whether a bad row's cell breaks a rule; `__broken` names such columns as `|days|kind|`."""
    place = exp.StrPosition(this=_column("__broken"), substr=exp.Literal.string(f"|{column}|"))
    return exp.GT(this=place, expression=exp.Literal.number(0))


def _or_0(total: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=total, expressions=[exp.Literal.number(0)])


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _relation(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _decimal(scale: int | None) -> exp.DataType:
    digits = (38, QUOTIENT_DECIMALS if scale is None else scale)
    parameters = [exp.DataTypeParam(this=exp.Literal.number(each)) for each in digits]
    return exp.DataType(this=exp.DType.DECIMAL, expressions=parameters, nested=False)


def _cast(tree: exp.Expr, to: exp.DType | exp.DataType) -> exp.Cast:
    return exp.Cast(this=tree.copy(), to=to if isinstance(to, exp.DataType) else exp.DataType(this=to, nested=False))
