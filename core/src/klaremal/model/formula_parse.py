"""From the text of a formula to its tree in normal form: allowed nodes only, parentheses only where they matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError

from klaremal.errors import DeclarationError
from klaremal.model.formula_grammar import moment, tokens_of
from klaremal.model.formula_words import OWN_FUNCTIONS, OWN_MARK, fault_at

MAX_DEPTH = 100

COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_RANK: Mapping[type[exp.Expr], int] = MappingProxyType(
    {
        exp.Or: 1,
        exp.And: 2,
        exp.Not: 3,
        **dict.fromkeys((*COMPARISONS, exp.In, exp.Between, exp.Is), 4),
        exp.Add: 5,
        exp.Sub: 5,
        exp.Mul: 6,
        exp.Div: 6,
        exp.Neg: 7,
    }
)
_TERM, _ATOM = 5, 8  # what binds as + or stronger can be compared; an atom never needs parentheses


def parse(text: str) -> exp.Expr:
    """Return the normal tree of a formula; a mistake is a DeclarationError with carets under it."""
    tokens = tokens_of(text)
    try:
        found = Dialect.get_or_raise(None).parser().parse_into(exp.Condition, tokens, text)
    except RecursionError:
        raise _too_deep(text) from None
    except ParseError as error:
        place = error.errors[0] if error.errors else {}
        at = next((t for t in tokens if (t.line, t.col) == (place.get("line"), place.get("col"))), tokens[-1])
        raise fault_at(text, at.start, at.end - at.start + 1, "The formula cannot be read from here.") from None
    tree = found[0]
    if tree is None or len(found) != 1:
        raise fault_at(text, 0, 1, "A formula is one expression.")
    return normal(tree, text)


def normal(tree: exp.Expr, text: str) -> exp.Expr:
    """Return a new tree in normal form; `text` is what a mistake is shown in.

    A tree so deep that functions that call themselves could not walk it is refused.
    """
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return _build(tree, text)
    raise _too_deep(text)


def _too_deep(text: str) -> DeclarationError:
    return DeclarationError(
        f"A formula is more than {MAX_DEPTH} steps deep; write a long row of a = 1 or a = 2 ... as a in (1, 2, ...), "
        f"or split it with the dataset's derived columns. It begins: {text[:60]}"
    )


def inner(node: exp.Expr) -> exp.Expr:
    """Return the node inside any parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _build(node: exp.Expr, text: str) -> exp.Expr:
    """Return the normal form of one node and all below it; what has no rule is refused."""
    node = inner(node)
    rule = _RULES.get(type(node))
    if rule is None:
        raise _fault(node, text, f"A formula cannot hold this ({type(node).__name__.lower()}).")
    return rule(node, text)


def _fault(node: exp.Expr, text: str, what: str) -> DeclarationError:
    spots = [spot for each in node.walk() if (spot := each.meta.get("start")) is not None]
    return fault_at(text, min(spots, default=0), 1, what)


def _operand(node: exp.Expr, rank: int, text: str) -> exp.Expr:
    """Build a part and put parentheses around it when it binds weaker than `rank`."""
    built = _build(node, text)
    return exp.Paren(this=built) if _RANK.get(type(built), _ATOM) < rank else built


def _column(node: exp.Column, text: str) -> exp.Expr:
    if not isinstance(node.this, exp.Identifier) or node.args.get("table"):
        raise _fault(node, text, "Name the column alone, without its table.")
    # Quoted in every engine's SQL, so that no name can be read as something else.
    return exp.Column(this=exp.Identifier(this=node.name, quoted=True))


def _literal(node: exp.Literal, _text: str) -> exp.Expr:
    if node.is_string:
        return exp.Literal.string(node.this)
    whole, _, decimals = str(node.this).partition(".")
    whole = whole.lstrip("0") or "0"
    return exp.Literal.number(f"{whole}.{decimals}" if decimals else whole)


def _boolean(node: exp.Boolean, _text: str) -> exp.Expr:
    return exp.Boolean(this=bool(node.this))


def _null(_node: exp.Null, _text: str) -> exp.Expr:
    return exp.Null()


def _interval(node: exp.Interval, text: str) -> exp.Expr:
    raise _fault(node, text, "An interval is added to a date or taken from it: decision_date + interval 2 month.")


def _not(node: exp.Not, text: str) -> exp.Expr:
    return exp.Not(this=_operand(node.this, _RANK[exp.Not], text))


def _neg(node: exp.Neg, text: str) -> exp.Expr:
    return exp.Neg(this=_operand(node.this, _ATOM, text))


def _chain(node: exp.And | exp.Or, text: str) -> exp.Expr:
    """Write (a and (b and c)) and ((a and b) and c) alike, from the left."""
    kind, parts, waiting = type(node), list[exp.Expr](), [inner(node)]
    while waiting:
        each = inner(waiting.pop())
        if isinstance(each, kind):
            waiting += [each.right, each.left]
        else:
            parts.append(_operand(each, _RANK[kind] + 1, text))
    tree = parts[0]
    for part in parts[1:]:
        tree = kind(this=tree, expression=part)
    return tree


def _comparison(node: exp.Binary, text: str) -> exp.Expr:
    left, right = _operand(node.left, _TERM, text), _operand(node.right, _TERM, text)
    if isinstance(inner(left), exp.Null) or isinstance(inner(right), exp.Null):
        raise _fault(node, text, "A comparison with null is never true; write: is null, or: is not null.")
    return type(node)(this=left, expression=right)


def _arithmetic(node: exp.Binary, text: str) -> exp.Expr:
    rank, first, second = _RANK[type(node)], node.left, node.right
    if isinstance(node, exp.Add) and isinstance(inner(first), exp.Interval):
        first, second = second, first
    moved = inner(second)
    if isinstance(moved, exp.Interval) and isinstance(node, (exp.Add, exp.Sub)):
        unit = exp.var(str(moved.args["unit"].this).upper())
        step = exp.Interval(this=exp.Literal.string(moved.this.this), unit=unit)
        return type(node)(this=_operand(first, rank, text), expression=step)
    right = _operand(second, rank + 1, text)
    if isinstance(right, exp.Neg):  # a - -1 is a comment when the space is lost
        right = exp.Paren(this=right)
    return type(node)(this=_operand(first, rank, text), expression=right)


def _in(node: exp.In, text: str) -> exp.Expr:
    if not node.expressions:
        raise _fault(node, text, "After in comes a list of values in parentheses.")
    if any(isinstance(inner(each), exp.Null) for each in node.expressions):
        raise _fault(node, text, "null in a list is equal to nothing; write: ... or column is null.")
    values = [_operand(each, _TERM, text) for each in node.expressions]
    return exp.In(this=_operand(node.this, _TERM, text), expressions=values)


def _between(node: exp.Between, text: str) -> exp.Expr:
    low, high = node.args["low"], node.args["high"]
    if isinstance(inner(low), exp.Null) or isinstance(inner(high), exp.Null):
        raise _fault(node, text, "A comparison with null is never true; write: is null, or: is not null.")
    ends = {"low": _operand(low, _TERM, text), "high": _operand(high, _TERM, text)}
    return exp.Between(this=_operand(node.this, _TERM, text), **ends)


def _is(node: exp.Is, text: str) -> exp.Expr:
    return exp.Is(this=_operand(node.this, _TERM, text), expression=exp.Null())


def _case(node: exp.Case, text: str) -> exp.Expr:
    base, default, branches = node.args.get("this"), node.args.get("default"), node.args.get("ifs") or []
    ifs = [exp.If(this=_build(each.this, text), true=_build(each.args["true"], text)) for each in branches]
    if not ifs:
        raise _fault(node, text, "case has no when; write: case when condition then value else value end.")
    built = {name: _build(part, text) for name, part in (("this", base), ("default", default)) if part is not None}
    return exp.Case(ifs=ifs, **built)


def _several(node: exp.Func, text: str) -> exp.Expr:
    parts = [each for each in (node.this, *node.expressions) if each is not None]
    if len(parts) < 2:
        raise _fault(node, text, f"{node.sql_name().lower()}(a, b, ...) takes two values or more.")
    first, *rest = [_build(each, text) for each in parts]
    if isinstance(node, exp.Coalesce):
        return exp.Coalesce(this=first, expressions=rest)
    return type(node)(this=first, expressions=rest, ignore_nulls=True)


def _round(node: exp.Round, text: str) -> exp.Expr:
    decimals = node.args.get("decimals")
    if decimals is None:
        return exp.Round(this=_build(node.this, text))
    if set(node.args) - {"this", "decimals"} and any(node.args[key] for key in set(node.args) - {"this", "decimals"}):
        raise _fault(node, text, "Write round(number) or round(number, 2).")
    return exp.Round(this=_build(node.this, text), decimals=_whole(decimals, 0, 18, "The decimals of round", text))


def _whole(node: exp.Expr, least: int, most: int, what: str, text: str) -> exp.Expr:
    node = inner(node)
    number = isinstance(node, exp.Literal) and not node.is_string and node.this.isdecimal()
    if isinstance(node, exp.Literal) and number and least <= int(node.this) <= most:
        return _literal(node, text)
    raise _fault(node, text, f"{what} are a whole number from {least} to {most}, written out.")


def _cast(node: exp.Cast, text: str) -> exp.Expr:
    kind, value = node.to.this, inner(node.this)
    name = {exp.DType.DATE: "date", exp.DType.TIMESTAMP: "timestamp"}.get(kind, "")
    if name and isinstance(value, exp.Literal) and value.is_string:
        written = moment(name, value.this)
        if written is None:
            raise _fault(node, text, f"'{value.this}' is no {name}; write it as {name} '2026-01-31'.")
        return exp.Cast(this=exp.Literal.string(written), to=exp.DataType(this=kind, nested=False))
    sizes = [each.this.this for each in node.to.expressions] or (["18", "4"] if kind == exp.DType.DECIMAL else [])
    numbers = [exp.DataTypeParam(this=exp.Literal.number(int(size))) for size in sizes]
    return exp.Cast(this=_build(node.this, text), to=exp.DataType(this=kind, nested=False, expressions=numbers))


def _own(node: exp.Anonymous, text: str) -> exp.Expr:
    name, parts = str(node.this).removeprefix(OWN_MARK), node.expressions
    wanted = OWN_FUNCTIONS.get(name)
    if wanted is None:
        raise _fault(node, text, f"A formula has no function {name}().")
    if len(parts) != wanted:
        raise _fault(node, text, f"{name}() takes {wanted} value{'s' if wanted > 1 else ''}, not {len(parts)}.")
    if name == "block":
        days = _whole(parts[1], 1, 9999, "The days of block(date, days)", text)
        return exp.Anonymous(this=name, expressions=[_build(parts[0], text), days])
    return exp.Anonymous(this=name, expressions=[_build(each, text) for each in parts])


_RULES: Mapping[type[exp.Expr], Callable[[Any, str], exp.Expr]] = MappingProxyType(
    {
        **dict.fromkeys(COMPARISONS, _comparison),
        **dict.fromkeys(_ARITHMETIC, _arithmetic),
        exp.And: _chain,
        exp.Anonymous: _own,
        exp.Between: _between,
        exp.Boolean: _boolean,
        exp.Case: _case,
        exp.Cast: _cast,
        exp.Coalesce: _several,
        exp.Column: _column,
        exp.Greatest: _several,
        exp.In: _in,
        exp.Interval: _interval,
        exp.Is: _is,
        exp.Least: _several,
        exp.Literal: _literal,
        exp.Neg: _neg,
        exp.Not: _not,
        exp.Null: _null,
        exp.Or: _chain,
        exp.Round: _round,
    }
)
