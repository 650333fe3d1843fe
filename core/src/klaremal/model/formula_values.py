"""Which values the parts of a formula can have, and where one is asked for that never stands there; it knows no types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from klaremal.errors import nearest
from klaremal.model.formula_parse import inner
from klaremal.model.formula_text import canonical, text_literal

_SHOWN = 10


def possible(node: exp.Expr, values: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
    """Return the values that an expression can have beside null, as text; None when nobody knows.

    `values` are those of columns by name; a column that is not there can have any.
    """
    node = inner(node)
    if isinstance(node, exp.Column):
        known = values.get(node.name)
        return None if known is None else tuple(known)
    if isinstance(node, exp.Null):
        return ()
    if isinstance(node, exp.Case):
        default = node.args.get("default")
        parts = [*(each.args["true"] for each in node.args["ifs"]), *([] if default is None else [default])]
    elif isinstance(node, (exp.Coalesce, exp.Least, exp.Greatest)):
        parts = [node.this, *node.expressions]
    else:
        written = _constant(node)
        return None if written is None else (written,)
    found: dict[str, None] = {}
    for part in parts:
        of_part = possible(part, values)
        if of_part is None:
            return None
        found |= dict.fromkeys(of_part)
    return tuple(found)


def never(tree: exp.Expr, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Give a sentence for each value that is compared with something that never has it, the nearest one named."""
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In, exp.Case):
        for subject, wanted in _compared(node):
            constant = _constant(wanted)
            known = None if constant is None or _constant(subject) is not None else possible(subject, values)
            if constant is not None and known and not _stands(wanted, constant, known):
                yield _sentence(inner(subject), inner(wanted), constant, known)


def _compared(node: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """Give what is held for equal in a node, each beside the other."""
    if isinstance(node, exp.In):
        yield from ((node.this, each) for each in node.expressions)
    elif isinstance(node, exp.Case):
        base = node.args.get("this")
        yield from ((base, each.this) for each in node.args["ifs"] if base is not None)
    else:
        yield from ((node.this, node.expression), (node.expression, node.this))


def _constant(node: exp.Expr) -> str | None:
    """Return the text or the number that is written in a place; None where something else is."""
    node = inner(node)
    if isinstance(node, exp.Neg):
        number = _constant(node.this)
        return None if number is None else _number(f"-{number}")
    if not isinstance(node, exp.Literal):
        return None
    return str(node.this) if node.is_string else _number(node.this)


def _number(text: str) -> str:
    """Return a number as it is written shortest, so that 2 and 2.0 are one; what is no number as it is."""
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text


def _is_text(node: exp.Expr) -> bool:
    node = inner(node)
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _stands(wanted: exp.Expr, constant: str, known: Sequence[str]) -> bool:
    return constant in (known if _is_text(wanted) else map(_number, known))


def _sentence(subject: exp.Expr, wanted: exp.Expr, constant: str, known: Sequence[str]) -> str:
    def shown(value: str) -> str:
        return text_literal(value) if _is_text(wanted) else value

    more = f" ... ({len(known)} in all)" if len(known) > _SHOWN else ""
    listed = f"{', '.join(map(shown, known[:_SHOWN]))}{more}"
    what = f"{canonical(subject)} is never {canonical(wanted)}"
    near = nearest(constant, known) if _is_text(wanted) else ""
    if near:
        return f"{what}; did you mean {shown(near)}? Its values are {listed}"
    return f"{what}; its values are {listed} (a row without one: {canonical(subject)} is null)"
