"""The canonical text of a formula's normal tree: its identity, independent of sqlglot's version; no engine's SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from klaremal.model.formula_words import GRAMMAR

_PLAIN = re.compile(r"[^\W\d]\w*")
_SIGNS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.And: "and", exp.Or: "or",
}  # fmt: skip
_TYPES = {
    exp.DType.TEXT: "text", exp.DType.BIGINT: "integer", exp.DType.DECIMAL: "decimal", exp.DType.DOUBLE: "double",
    exp.DType.BOOLEAN: "boolean", exp.DType.DATE: "date", exp.DType.TIMESTAMP: "timestamp",
}  # fmt: skip
_NAMES: Mapping[type[exp.Expr], str] = {exp.Coalesce: "coalesce", exp.Least: "least", exp.Greatest: "greatest"}


def canonical(node: exp.Expr) -> str:
    """Write a normal tree as text that parses to the same tree again."""
    if type(node) in _SIGNS:
        return _binary(node)
    return _WRITERS[type(node)](node)


def _binary(node: exp.Expr) -> str:
    """Write a row of operators from the left without one call per operator."""
    parts = list[str]()
    while type(node) in _SIGNS:
        parts += [canonical(node.expression), _SIGNS[type(node)]]
        node = node.this
    return " ".join([canonical(node), *reversed(parts)])


def text_literal(value: str) -> str:
    """Write a text with single quotes, a quote inside it doubled."""
    return "'" + value.replace("'", "''") + "'"


def type_name(to: exp.DataType) -> str:
    """Write the type of a cast in the formula's own words."""
    sizes = ", ".join(each.this.this for each in to.expressions)
    return _TYPES[to.this] + (f"({sizes})" if sizes else "")


def _list(parts: list[exp.Expr]) -> str:
    return ", ".join(canonical(each) for each in parts)


def _name(node: exp.Column) -> str:
    name = node.name
    if _PLAIN.fullmatch(name) and name.lower() not in GRAMMAR:
        return name
    return '"' + name.replace('"', '""') + '"'


def _not(node: exp.Not) -> str:
    part = node.this
    if isinstance(part, exp.In):
        return _in(part, "not in")
    if isinstance(part, exp.Between):
        return _between(part, "not between")
    return f"{canonical(part.this)} is not null" if isinstance(part, exp.Is) else f"not {canonical(part)}"


def _in(node: exp.In, words: str = "in") -> str:
    return f"{canonical(node.this)} {words} ({_list(node.expressions)})"


def _between(node: exp.Between, words: str = "between") -> str:
    return f"{canonical(node.this)} {words} {canonical(node.args['low'])} and {canonical(node.args['high'])}"


def _case(node: exp.Case) -> str:
    base, default = node.args.get("this"), node.args.get("default")
    parts = ["case", *([canonical(base)] if base is not None else [])]
    parts += [f"when {canonical(each.this)} then {canonical(each.args['true'])}" for each in node.args["ifs"]]
    parts += [f"else {canonical(default)}"] if default is not None else []
    return " ".join([*parts, "end"])


def _cast(node: exp.Cast) -> str:
    kind = type_name(node.to)
    if isinstance(node.this, exp.Literal) and node.this.is_string and kind in ("date", "timestamp"):
        return f"{kind} {canonical(node.this)}"
    return f"cast({canonical(node.this)} as {kind})"


def _round(node: exp.Round) -> str:
    decimals = node.args.get("decimals")
    return f"round({canonical(node.this)}" + (f", {canonical(decimals)})" if decimals is not None else ")")


def _several(node: exp.Expr) -> str:
    return f"{_NAMES[type(node)]}({_list([node.this, *node.expressions])})"


_WRITERS: Mapping[type[exp.Expr], Callable[[Any], str]] = {
    exp.Column: _name, exp.Not: _not, exp.In: _in, exp.Between: _between, exp.Case: _case, exp.Cast: _cast,
    exp.Round: _round, exp.Coalesce: _several, exp.Least: _several, exp.Greatest: _several,
    exp.Literal: lambda node: text_literal(node.this) if node.is_string else str(node.this),
    exp.Null: lambda node: "null",
    exp.Boolean: lambda node: "true" if node.this else "false",
    exp.Paren: lambda node: f"({canonical(node.this)})",
    exp.Neg: lambda node: f"-{canonical(node.this)}",
    exp.Is: lambda node: f"{canonical(node.this)} is null",
    exp.Interval: lambda node: f"interval {node.this.this} {str(node.unit.this).lower()}",
    exp.Anonymous: lambda node: f"{node.this}({_list(node.expressions)})",
}  # fmt: skip
