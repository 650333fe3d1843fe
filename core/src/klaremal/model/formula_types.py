"""What kind of value a formula gives, and where its parts do not fit the types of columns; it parses no text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import Factory, define
from sqlglot import exp

from klaremal.errors import nearest
from klaremal.model.formula_parse import COMPARISONS, inner
from klaremal.model.formula_text import canonical, text_literal

# Column types of a dataset, and the kinds themselves, so that derived columns can be given by their kind.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("string", "period", "text"), "text"),
        **dict.fromkeys(("integer", "number", "year"), "number"),
        **dict.fromkeys(("boolean", "condition"), "condition"),
        **dict.fromkeys(("date", "datetime"), "date"),
    }
)
_NAMED = {"text": "text", "number": "a number", "date": "a date", "condition": "a condition"}
_CAST_KINDS: Mapping[exp.DType, str] = MappingProxyType(
    {
        exp.DType.TEXT: "text",
        **dict.fromkeys((exp.DType.BIGINT, exp.DType.DECIMAL, exp.DType.DOUBLE), "number"),
        exp.DType.BOOLEAN: "condition",
        **dict.fromkeys((exp.DType.DATE, exp.DType.TIMESTAMP), "date"),
    }
)
_TODAY = ("today", "now", "current_date", "current_timestamp")


@define
class Walk:
    """One walk through a tree: the columns it may use, and what did not fit, a sentence each."""

    columns: Mapping[str, str]
    faults: list[str] = Factory(list)

    def kind(self, node: exp.Expr) -> str:
        """Return condition, number, text, date or unknown."""
        node = inner(node)
        return _RULES[type(node)](self, node)

    def want(self, node: exp.Expr, kind: str) -> None:
        """Note a fault if the node is known to be of another kind."""
        found = self.kind(node)
        if found not in (kind, "unknown"):
            cure = "; compare it with something" if kind == "condition" else ""
            self.faults.append(f"{canonical(node)} is {_NAMED[found]}, but {_NAMED[kind]} is wanted{cure}")

    def alike(self, node: exp.Expr, parts: Sequence[exp.Expr]) -> str:
        """Note a fault where two parts are of different kinds, and return the kind they share."""
        known = [(part, kind) for part in parts if (kind := self.kind(part)) != "unknown"]
        for part, kind in known[1:]:
            if kind != known[0][1]:
                cure = _cure(*known[0], part, kind)
                self.faults.append(f"{canonical(node)} puts {_NAMED[known[0][1]]} beside {_NAMED[kind]}; {cure}")
                return "unknown"
        return known[0][1] if known else "unknown"


def _column(walk: Walk, node: exp.Column) -> str:
    name = node.name
    if name in walk.columns:
        return KINDS.get(walk.columns[name], "unknown")
    near = nearest(name, walk.columns)
    cure = f'did you mean "{near}"?' if near else f"text is written with single quotes: {text_literal(name)}"
    if name.lower() in _TODAY:
        cure = "a formula knows no today, so that the same data gives the same figures; compare with a column or a date"
    walk.faults.append(f'there is no column "{name}"; {cure}')
    return "unknown"


def _logic(walk: Walk, node: exp.Expr) -> str:
    while isinstance(node, (exp.And, exp.Or)):
        walk.want(node.expression, "condition")
        node = node.this
    walk.want(node.this if isinstance(node, exp.Not) else node, "condition")
    return "condition"


def _null_test(walk: Walk, node: exp.Is) -> str:
    walk.kind(node.this)
    return "condition"


def _compared(walk: Walk, node: exp.Expr) -> str:
    others = [node.args[key] for key in ("expression", "low", "high") if node.args.get(key) is not None]
    walk.alike(node, [node.this, *others, *node.expressions])
    return "condition"


def _several(walk: Walk, node: exp.Expr) -> str:
    return walk.alike(node, [node.this, *node.expressions])


def _numbers(walk: Walk, node: exp.Expr) -> str:
    for part in (node.this, node.args.get("expression")):
        if part is not None:
            walk.want(part, "number")
    return "number"


def _sum(walk: Walk, node: exp.Binary) -> str:
    left = walk.kind(node.left)
    if isinstance(node.right, exp.Interval):
        if left not in ("date", "unknown") or node.find(exp.Column, exp.Cast) is None:
            moved = _NAMED.get(left, "null")
            walk.faults.append(f"{canonical(node)} moves {moved} in time; an interval moves a date")
        return "date"
    right = walk.kind(node.right)
    if "date" not in (left, right):
        for part, kind in ((node.left, left), (node.right, right)):
            if kind not in ("number", "unknown"):
                walk.faults.append(f"{canonical(part)} is {_NAMED[kind]}, but a number is wanted in {canonical(node)}")
        return "number"
    between = isinstance(node, exp.Sub) and right == "date"
    cure = f"days_between({canonical(node.right)}, {canonical(node.left)})" if between else "+ interval 3 day"
    walk.faults.append(f"{canonical(node)} calculates with a date; write {cure}")
    return "number" if between else "date"


def _case(walk: Walk, node: exp.Case) -> str:
    base, default, ifs = node.args.get("this"), node.args.get("default"), node.args["ifs"]
    if base is None:
        for each in ifs:
            walk.want(each.this, "condition")
    else:
        walk.alike(node, [base, *(each.this for each in ifs)])
    return walk.alike(node, [*(each.args["true"] for each in ifs), *([default] if default is not None else [])])


def _cast(walk: Walk, node: exp.Cast) -> str:
    literal = isinstance(node.this, exp.Literal) and node.this.is_string
    found, kind = "text" if literal else walk.kind(node.this), _CAST_KINDS[node.to.this]
    if (found == "date") != (kind == "date") and found != "unknown" and "text" not in (found, kind):
        walk.faults.append(f"{canonical(node)} makes {_NAMED[kind]} of {_NAMED[found]}, which cannot be done")
    return kind


def _own(walk: Walk, node: exp.Anonymous) -> str:
    name = str(node.this)
    for part in node.expressions[:1] if name == "block" else node.expressions:
        walk.want(part, "date")
    return "date" if name == "first_of_month" else "number"


def _cure(first: exp.Expr, first_kind: str, second: exp.Expr, second_kind: str) -> str:
    """Say how the two can be made alike when one of them is a literal."""
    for literal, kind, other in ((second, second_kind, first_kind), (first, first_kind, second_kind)):
        value = inner(literal)
        if not isinstance(value, exp.Literal):
            continue
        if (kind, other) == ("number", "text"):
            return f"write {text_literal(value.this)}"
        if (kind, other) == ("text", "number"):
            return "write the number without quotes"
        if (kind, other) == ("text", "date"):
            return f"write date {text_literal(value.this)}"
        if other == "condition":
            return "compare with true or false"
    return "cast one of them, as in cast(column as text)"


_RULES: Mapping[type[exp.Expr], Callable[[Walk, Any], str]] = MappingProxyType(
    {
        **dict.fromkeys((*COMPARISONS, exp.In, exp.Between), _compared),
        **dict.fromkeys((exp.And, exp.Or, exp.Not), _logic),
        **dict.fromkeys((exp.Coalesce, exp.Least, exp.Greatest), _several),
        **dict.fromkeys((exp.Round, exp.Neg, exp.Mul, exp.Div), _numbers),
        **dict.fromkeys((exp.Add, exp.Sub), _sum),
        exp.Anonymous: _own,
        exp.Boolean: lambda walk, node: "condition",
        exp.Case: _case,
        exp.Cast: _cast,
        exp.Column: _column,
        exp.Is: _null_test,
        exp.Literal: lambda walk, node: "text" if node.is_string else "number",
        exp.Null: lambda walk, node: "unknown",
    }
)


def has_time(node: exp.Expr, columns: Mapping[str, str]) -> bool:
    """Say whether an expression is a date with a time of the day, and not a whole day."""
    node = inner(node)
    if isinstance(node, exp.Column):
        return columns.get(node.name) == "datetime"
    if isinstance(node, exp.Cast):
        return bool(node.to.this == exp.DType.TIMESTAMP)
    if isinstance(node, exp.Interval):
        return str(node.args["unit"].this).upper() in ("HOUR", "MINUTE", "SECOND")
    parts = list(node.iter_expressions())
    if isinstance(node, exp.Case):
        parts = [*(each.args["true"] for each in node.args["ifs"]), *filter(None, [node.args.get("default")])]
    # Own functions give a number, or the first day of a month.
    return not isinstance(node, exp.Anonymous) and any(has_time(each, columns) for each in parts)
