"""The statements of terms that cannot be added: all rows of a level and frequency at once; they run nothing.

Persons are told apart in two steps, by cell and person and then by cell: engines do that faster than a count of different
values, and what is asked of the same persons is asked of one grouping.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from klaremal.compile.pieces import (
    as_type,
    cell,
    grouped,
    if_then,
    is_good,
    period_key,
    table,
    unit_text,
    value_names,
    value_of,
    values_of,
)
from klaremal.model.formula import Formula
from klaremal.model.measure import Term

if TYPE_CHECKING:
    from klaremal.plan import Pass, Single

Named = tuple[str, Term]


def single_statements(
    pass_: Pass, single: Single, relation: str, places: str, dialect: str, *, bad: bool = True
) -> tuple[str, ...]:
    """Return SELECTs of the terms that cannot be added: unit code, first month, breakdown, and some of `s0`, `s1` ... each.

    `places` is a table with the columns `__text`, `__key` (as `statement` gives unit and period; empty where no unit is
    named), `__unit` (the code of the unit at the level) and `__start` (the first month of the period). All have the same
    groups.
    """
    rows = _Placed(pass_, relation, places, bad)
    together: dict[Formula | None, list[Named]] = {}
    for place, term in enumerate(single.terms):
        together.setdefault(_told_by(term), []).append((f"s{place}", term))
    made = (_plain(rows, terms) if by is None else _by(rows, by, terms) for by, terms in together.items())
    return tuple(query.sql(dialect=dialect, copy=False) for query in made)


def _told_by(term: Term) -> Formula | None:
    """Return by what a term tells persons or the like apart: it counts them, or asks for the largest sum of one."""
    return term.of if term.kind == "distinct" else term.by


def _plain(rows: _Placed, terms: Sequence[Named]) -> exp.Select:
    return rows.query([exp.alias_(_quantile(term), name) for name, term in terms])


def _by(rows: _Placed, by: Formula, terms: Sequence[Named]) -> exp.Select:
    """Return a SELECT over groups of one person and cell. Nobody counts whose name is missing; for sums each row is one."""
    inner = rows.query([tree for each in terms for tree in _of_one(*each)], exp.alias_(by.expanded(), "__by"))
    found = [exp.alias_(_of_all(*each), each[0]) for each in terms]
    query = exp.Select().select(*map(cell, rows.keys), *found, copy=False).from_(inner.subquery("p"), copy=False)
    return grouped(query, len(rows.keys))


def _of_one(name: str, term: Term) -> Iterator[exp.Expr]:
    """Give what is known of one person: whether there is a row that counts, or the sum, and the largest row."""
    where = None if term.where is None else term.where.expanded()
    if term.kind == "distinct":
        yield exp.alias_(exp.Max(this=if_then(where, exp.Literal.number(1))), name)
        return
    of = if_then(where, value_of(term))
    yield exp.alias_(exp.Sum(this=of), name)
    yield exp.alias_(exp.Max(this=exp.Abs(this=of.copy())), f"{name}_row")


def _of_all(name: str, term: Term) -> exp.Expr:
    is_unnamed = exp.Is(this=cell("__by"), expression=exp.Null())
    if term.kind == "distinct":
        return exp.Count(this=if_then(exp.Not(this=is_unnamed), cell(name)))
    unnamed = exp.If(this=is_unnamed, true=cell(f"{name}_row"))
    return exp.Max(this=exp.Case(ifs=[unnamed], default=exp.Abs(this=cell(name))))


def _quantile(term: Term) -> exp.Expr:
    where = None if term.where is None else term.where.expanded()
    q = exp.Literal.number(repr(0.5 if term.q is None else float(term.q)))
    of = as_type(if_then(where, value_of(term)), exp.DType.DOUBLE)
    order = exp.Order(expressions=[exp.Ordered(this=of, nulls_first=False)])
    return exp.WithinGroup(this=exp.PercentileCont(this=q), expression=order)


class _Placed:
    """The rows of a pass put into places: grouped by the unit's code, the first month, and the values of the breakdown."""

    def __init__(self, pass_: Pass, relation: str, places: str, bad: bool) -> None:
        self._pass = pass_
        self._relation = relation
        self._places = places
        self._bad = bad
        self.keys = ("unit", "start", *value_names(pass_))

    def query(self, made: Sequence[exp.Expr], *by: exp.Expr) -> exp.Select:
        """Return a SELECT of these columns, grouped by the keys and `by` more."""
        named = exp.Coalesce(this=unit_text(self._pass.dataset), expressions=[exp.Literal.string("")])
        rows = exp.select("*", exp.alias_(named, "__row_text"), exp.alias_(period_key(self._pass), "__row_key"))
        columns: list[exp.Expr] = [exp.alias_(cell("__unit"), "unit"), exp.alias_(cell("__start"), "start")]
        columns += [*values_of(self._pass), *by]
        met = exp.and_(
            exp.EQ(this=cell("__row_text"), expression=cell("__text")),
            exp.EQ(this=cell("__row_key"), expression=cell("__key")),
        )
        query = exp.Select().select(*columns, *made, copy=False)
        query = query.from_(rows.from_(table(self._relation)).subquery("r"), copy=False)
        query = query.join(table(self._places), on=met, join_type="inner", copy=False)
        if self._bad:
            query = query.where(is_good(), copy=False)
        return grouped(query, len(columns), in_order=not by)
