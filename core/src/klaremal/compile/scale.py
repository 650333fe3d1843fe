"""How many decimals the values of a formula have, worked out from the contract's columns; it looks at no data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlglot import exp

from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula, substitute

# An exact decimal number has at most 38 digits in all; a product with more decimals than this is treated as a quotient.
_MOST_DECIMALS: Final = 24


def scale_of(formula: Formula | None, dataset: Dataset) -> int | None:
    """Return how many decimals every value of a formula over a dataset has at most; None when there is no such number."""
    if formula is None:
        return 0
    if formula.columns == {formula.canonical} and formula.canonical in dataset.types:
        return _scale_of_name(formula.canonical, dataset)
    return _scale(substitute(formula, dict(dataset.derived)).expanded(), dataset)


def _scale(node: exp.Expr, dataset: Dataset) -> int | None:
    rule = _SCALES.get(type(node))
    return None if rule is None else rule(node, dataset)


def _widest(parts: Iterable[exp.Expr | None], dataset: Dataset) -> int | None:
    scales = [_scale(part, dataset) for part in parts if part is not None]
    return max((each for each in scales if each is not None), default=0) if None not in scales else None


def _scale_of_column(node: exp.Column, dataset: Dataset) -> int | None:
    return _scale_of_name(node.name, dataset)


def _scale_of_name(name: str, dataset: Dataset) -> int | None:
    column = dataset.column(name)
    return {"integer": 0, "year": 0, "number": column.decimals}.get(column.type)


def _scale_of_literal(node: exp.Literal, _: Dataset) -> int | None:
    text = str(node.this).lower()
    return None if node.is_string or "e" in text else len(text.partition(".")[2])


def _scale_of_product(node: exp.Mul, dataset: Dataset) -> int | None:
    left, right = _scale(node.left, dataset), _scale(node.right, dataset)
    return None if left is None or right is None or left + right > _MOST_DECIMALS else left + right


def _scale_of_round(node: exp.Round, dataset: Dataset) -> int | None:
    decimals = node.args.get("decimals")
    if decimals is None:
        return 0
    return max(int(decimals.this), 0) if isinstance(decimals, exp.Literal) else _scale(node.this, dataset)


def _scale_of_cast(node: exp.Cast, _: Dataset) -> int | None:
    if node.to.this == exp.DType.BIGINT:
        return 0
    if node.to.this == exp.DType.DECIMAL:
        parameters = node.to.expressions
        return int(parameters[1].this.this) if len(parameters) > 1 else 0
    return None


def _scale_of_case(node: exp.Case, dataset: Dataset) -> int | None:
    return _widest([*(each.args["true"] for each in node.args["ifs"]), node.args.get("default")], dataset)


_SCALES: Final[Mapping[type[exp.Expr], Callable[[Any, Dataset], int | None]]] = MappingProxyType(
    {
        exp.Column: _scale_of_column,
        exp.Literal: _scale_of_literal,
        exp.Null: lambda node, dataset: 0,
        # A lookup in the calendar.
        exp.Subquery: lambda node, dataset: 0,
        exp.Mul: _scale_of_product,
        exp.Round: _scale_of_round,
        exp.Case: _scale_of_case,
        **dict.fromkeys((exp.Add, exp.Sub), lambda node, dataset: _widest([node.left, node.right], dataset)),
        **dict.fromkeys((exp.Neg, exp.Paren), lambda node, dataset: _scale(node.this, dataset)),
        **dict.fromkeys((exp.Cast, exp.TryCast), _scale_of_cast),
        **dict.fromkeys((exp.DateDiff, exp.Extract, exp.Floor), lambda node, dataset: 0),
        **dict.fromkeys(
            (exp.Coalesce, exp.Least, exp.Greatest), lambda node, dataset: _widest([node.this, *node.expressions], dataset)
        ),
    }
)
