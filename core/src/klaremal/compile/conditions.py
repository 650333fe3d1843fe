"""Conditions in their shortest form: tests for null that another part already makes are left out; it writes no SQL.

A condition counts a row only when it is true, so that `x is not null and x > 5` is `x > 5`. Engines evaluate every test that
is written, for every row and every component.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen
from sqlglot import exp

_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_ARITHMETIC: Final = (exp.Add, exp.Sub, exp.Mul)


@frozen(eq=False)
class Condition:
    """Parts that must all be true, and columns that must not be null; of a formula that is summed, nulls count anyway."""

    parts: tuple[exp.Expr, ...]
    filled: tuple[exp.Column, ...]

    @classmethod
    def of(cls, conditions: Iterable[exp.Expr | None], summed: exp.Expr | None = None) -> Condition:
        """Take conditions apart and leave out what follows from the rest, or from `summed` being added up."""
        parts: dict[exp.Expr, None] = {}
        filled: dict[str, exp.Column] = {}
        for part in (each for condition in conditions if condition is not None for each in _parts(condition)):
            columns = _tested(part)
            if columns is None:
                parts[part] = None
            else:
                filled.update({column.name: column for column in columns})
        known = {name for part in parts for name in _needed(part)}
        if summed is not None:
            known |= {column.name for column in _columns(summed) or ()}
        return cls(tuple(parts), tuple(column for name, column in filled.items() if name not in known))

    @property
    def tree(self) -> exp.Expr | None:
        """The condition as one expression; None when it is always true."""
        tests = [exp.Not(this=exp.Is(this=column, expression=exp.Null())) for column in self.filled]
        every = [*self.parts, *tests]
        return exp.and_(*every, copy=False) if every else None


def certain(condition: exp.Expr, filled: frozenset[str]) -> exp.Expr:
    """Return a condition without a `coalesce` around what is never null where these columns are filled."""
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        return exp.And(this=certain(condition.left, filled), expression=certain(condition.right, filled))
    if isinstance(condition, exp.Coalesce) and _is_never_null(condition.this, filled):
        kept: exp.Expr = condition.this
        return kept
    return condition


def _is_never_null(node: exp.Expr, filled: frozenset[str]) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Column):
        return node.name in filled
    if isinstance(node, (exp.Literal, exp.Boolean, exp.Is, exp.Interval)):
        return True
    if isinstance(node, exp.Coalesce):
        return any(_is_never_null(each, filled) for each in node.iter_expressions())
    # A date that is written out; any other cast may not fit, and is then null.
    if isinstance(node, exp.Cast):
        return type(node) is exp.Cast and isinstance(node.this, exp.Literal)
    kept = (exp.And, exp.Or, exp.Not, exp.Neg, exp.Between, exp.In, *_COMPARISONS, *_ARITHMETIC)
    return isinstance(node, kept) and all(_is_never_null(each, filled) for each in node.iter_expressions())


def _parts(condition: exp.Expr) -> list[exp.Expr]:
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        return [*_parts(condition.left), *_parts(condition.right)]
    return [condition]


def _tested(part: exp.Expr) -> Sequence[exp.Column] | None:
    """Return the columns that `part` says are not null, if that is all it says."""
    if isinstance(part, exp.Not):
        inner = part.this.unnest()
        if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
            return _columns(inner.this)
    return None


def _columns(node: exp.Expr) -> list[exp.Column] | None:
    """Return the columns of an expression that is null exactly when one of them is; None where that cannot be said."""
    node = node.unnest()
    if isinstance(node, exp.Column):
        return [node]
    if isinstance(node, exp.Literal):
        return []
    if isinstance(node, (exp.Neg, exp.Not)):
        return _columns(node.this)
    inner: list[exp.Expr] = []
    if isinstance(node, (*_COMPARISONS, *_ARITHMETIC)):
        inner = [node.left, node.right]
    elif isinstance(node, exp.Between):
        inner = [node.this, node.args["low"], node.args["high"]]
        # "5 between null and 3" is false, not null: only literal ends are as simple as they look.
        if not all(isinstance(each.unnest(), exp.Literal) for each in inner[1:]):
            return None
    elif isinstance(node, exp.In) and all(isinstance(each.unnest(), exp.Literal) for each in node.expressions):
        inner = [node.this]
    if not inner or any(isinstance(each, exp.Interval) for each in inner):
        return None
    found = [_columns(each) for each in inner]
    return None if None in found else [column for columns in found if columns is not None for column in columns]


def _needed(part: exp.Expr) -> set[str]:
    """Return the columns that cannot be null where `part` is true."""
    return {column.name for column in _columns(part) or ()}
