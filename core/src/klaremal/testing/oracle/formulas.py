"""Formulas evaluated over one row in plain Python, with SQL's null logic and exact decimals; it writes and runs no SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen
from sqlglot import exp

from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula
from klaremal.testing.oracle.days import FUNCTIONS, Calendar, moved

Row = Mapping[str, Any]

# Products of decimals stay exact; a quotient has more digits than a float.
EXACT: Final = Context(prec=60)


# Behind a column's name: why its value is missing, in the source's own words. No column of a contract ends so.
CAUSE: Final = "__cause"


def read(dataset: Dataset, cells: Row) -> Row:
    """Return a row as its source delivers it with the markers of missing values taken out, and what each of them means."""
    row = dict(cells)
    for column in dataset.columns:
        text = "" if cells[column.name] is None else str(cells[column.name])
        meaning = dict(column.missing).get(text)
        if meaning is not None:
            row |= {column.name: None, f"{column.name}{CAUSE}": meaning}
    return row


def said(row: Row, column: str) -> str | None:
    """Return what the source says of a missing value."""
    return row.get(f"{column}{CAUSE}")


@frozen(eq=False)
class Evaluator:
    """What formulas say of rows; `derived` are the dataset's own formulas by name, `calendar` has the working days."""

    calendar: Calendar
    derived: Mapping[str, Formula]

    def of(self, formula: Formula, row: Row) -> Any:
        """Return the value of a formula for a row: a truth value, a Decimal, a text, a date or a datetime; None is null."""
        return self.node(formula.tree, row)

    def node(self, node: exp.Expr, row: Row) -> Any:
        """Return the value of one node of a formula's tree."""
        return _RULES[type(node)](self, node, row)

    def holds(self, formula: Formula | None, row: Row) -> bool | None:
        """Say whether a condition is true; without one it is, and None is unknown."""
        return True if formula is None else self.of(formula, row)


def _column(it: Evaluator, node: exp.Column, row: Row) -> Any:
    if node.name in it.derived and node.name not in row:
        return it.of(it.derived[node.name], row)
    value = row[node.name]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _and(it: Evaluator, node: exp.And, row: Row) -> bool | None:
    return _all([it.node(node.this, row), it.node(node.expression, row)])


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _or(it: Evaluator, node: exp.Or, row: Row) -> bool | None:
    return _any([it.node(node.this, row), it.node(node.expression, row)])


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


def _not(it: Evaluator, node: exp.Not, row: Row) -> bool | None:
    found = it.node(node.this, row)
    return None if found is None else not found


def alike(*values: Any) -> tuple[Any, ...]:
    """Return values that can be compared: a date beside a datetime is its midnight."""
    if any(isinstance(each, datetime) for each in values):
        return tuple(_at_midnight(each) for each in values)
    return values


def _at_midnight(value: Any) -> Any:
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return datetime(value.year, value.month, value.day) if is_day else value


_COMPARED: Final[Mapping[type[exp.Expr], Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        exp.EQ: lambda a, b: a == b,
        exp.NEQ: lambda a, b: a != b,
        exp.LT: lambda a, b: a < b,
        exp.LTE: lambda a, b: a <= b,
        exp.GT: lambda a, b: a > b,
        exp.GTE: lambda a, b: a >= b,
    }
)


def _compared(it: Evaluator, node: exp.Binary, row: Row) -> bool | None:
    left, right = it.node(node.this, row), it.node(node.expression, row)
    return None if left is None or right is None else _COMPARED[type(node)](*alike(left, right))


def _in(it: Evaluator, node: exp.In, row: Row) -> bool | None:
    value = it.node(node.this, row)
    among = [it.node(each, row) for each in node.expressions]
    if value is None:
        return None
    return _any([None if each is None else bool(alike(value, each)[0] == alike(value, each)[1]) for each in among])


def _between(it: Evaluator, node: exp.Between, row: Row) -> bool | None:
    value, low, high = (it.node(node.args[key], row) for key in ("this", "low", "high"))
    parts: list[bool | None] = []
    for one, other in ((low, value), (value, high)):
        parts.append(None if one is None or other is None else bool(alike(one, other)[0] <= alike(one, other)[1]))
    return _all(parts)


def _case(it: Evaluator, node: exp.Case, row: Row) -> Any:
    base = node.args.get("this")
    for each in node.args["ifs"]:
        found = it.node(each.this, row)
        if base is not None:
            value = it.node(base, row)
            found = value is not None and found is not None and bool(alike(value, found)[0] == alike(value, found)[1])
        if found:
            return it.node(each.args["true"], row)
    default = node.args.get("default")
    return None if default is None else it.node(default, row)


def _first(it: Evaluator, node: exp.Expr, row: Row) -> Any:
    return next((value for each in (node.this, *node.expressions) if (value := it.node(each, row)) is not None), None)


def _extreme(choose: Callable[[Any], Any]) -> Callable[[Evaluator, Any, Row], Any]:
    def found(it: Evaluator, node: exp.Expr, row: Row) -> Any:
        values = [value for each in (node.this, *node.expressions) if (value := it.node(each, row)) is not None]
        return choose(alike(*values)) if values else None

    return found


def _sum(sign: int) -> Callable[[Evaluator, Any, Row], Any]:
    def found(it: Evaluator, node: exp.Binary, row: Row) -> Any:
        left = it.node(node.this, row)
        if isinstance(node.expression, exp.Interval):
            step = node.expression
            return None if left is None else moved(left, sign * int(step.this.this), str(step.args["unit"].this).lower())
        right = it.node(node.expression, row)
        return None if left is None or right is None else EXACT.add(left, sign * right)

    return found


def _product(it: Evaluator, node: exp.Mul, row: Row) -> Decimal | None:
    left, right = it.node(node.this, row), it.node(node.expression, row)
    return None if left is None or right is None else EXACT.multiply(left, right)


def _quotient(it: Evaluator, node: exp.Div, row: Row) -> Decimal | None:
    top, bottom = it.node(node.this, row), it.node(node.expression, row)
    return None if top is None or not bottom else EXACT.divide(top, bottom)


def _rounded(it: Evaluator, node: exp.Round, row: Row) -> Decimal | None:
    value, decimals = it.node(node.this, row), node.args.get("decimals")
    places = 0 if decimals is None else int(it.node(decimals, row))
    return None if value is None else value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)


def _negative(it: Evaluator, node: exp.Neg, row: Row) -> Decimal | None:
    value = it.node(node.this, row)
    return None if value is None else -value


def _literal(it: Evaluator, node: exp.Literal, row: Row) -> Any:
    return str(node.this) if node.is_string else Decimal(str(node.this))


def _cast(it: Evaluator, node: exp.Cast, row: Row) -> Any:
    value = it.node(node.this, row)
    if value is None:
        return None
    try:
        return _CASTS[node.to.this](value)
    except (ValueError, InvalidOperation):
        return None


def _to_number(value: Any) -> Decimal:
    return Decimal(int(value)) if isinstance(value, bool) else Decimal(value)


def _to_truth(value: Any) -> bool:
    if isinstance(value, str):
        return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}[value.lower()]
    return bool(value)


def _to_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _to_moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else _at_midnight(value)


_CASTS: Final[Mapping[Any, Callable[[Any], Any]]] = MappingProxyType(
    {
        exp.DType.TEXT: _to_text,
        exp.DType.BIGINT: lambda value: _to_number(value).quantize(Decimal(1), ROUND_HALF_UP, EXACT),
        exp.DType.DECIMAL: _to_number,
        exp.DType.DOUBLE: _to_number,
        exp.DType.BOOLEAN: _to_truth,
        exp.DType.DATE: lambda value: _to_moment(value).date(),
        exp.DType.TIMESTAMP: _to_moment,
    }
)


def _own(it: Evaluator, node: exp.Anonymous, row: Row) -> Any:
    parts = [it.node(each, row) for each in node.expressions]
    return None if None in parts else FUNCTIONS[str(node.this)](it.calendar, *parts)


_RULES: Final[Mapping[type[exp.Expr], Callable[[Evaluator, Any, Row], Any]]] = MappingProxyType(
    {
        **dict.fromkeys(_COMPARED, _compared),
        exp.Add: _sum(1),
        exp.And: _and,
        exp.Anonymous: _own,
        exp.Between: _between,
        exp.Boolean: lambda it, node, row: bool(node.this),
        exp.Case: _case,
        exp.Cast: _cast,
        exp.Coalesce: _first,
        exp.Column: _column,
        exp.Div: _quotient,
        exp.Greatest: _extreme(max),
        exp.In: _in,
        exp.Is: lambda it, node, row: it.node(node.this, row) is None,
        exp.Least: _extreme(min),
        exp.Literal: _literal,
        exp.Mul: _product,
        exp.Neg: _negative,
        exp.Not: _not,
        exp.Null: lambda it, node, row: None,
        exp.Or: _or,
        exp.Paren: lambda it, node, row: it.node(node.this, row),
        exp.Round: _rounded,
        exp.Sub: _sum(-1),
    }
)
