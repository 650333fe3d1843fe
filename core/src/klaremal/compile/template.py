"""Trees written as text with places to fill in: `:name` stands for another tree; it knows no dataset and no measure."""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp


def tree(template: str, **parts: exp.Expr) -> exp.Expr:
    """Return the tree of a template in which each `:name` is a copy of the part of that name."""
    root = exp.Paren(this=sqlglot.parse_one(template))
    for place in list(root.find_all(exp.Placeholder)):
        part = parts[place.name].copy()
        place.replace(exp.paren(part, copy=False) if isinstance(part, (exp.Binary, exp.Not)) else part)
    filled: exp.Expr = root.this
    return filled


def layer(below: exp.Table | exp.Select, columns: Mapping[str, str | exp.Expr], where: str = "") -> exp.Select:
    """Return a SELECT of all that is below and of these columns, by name; `where` leaves rows out first."""
    made = [exp.alias_(tree(each) if isinstance(each, str) else each, name) for name, each in columns.items()]
    query = exp.Select().select("*", *made, copy=False).from_(source(below, "r"), copy=False)
    return query.where(where, copy=False) if where else query


def source(below: exp.Table | exp.Select, name: str) -> exp.Expr:
    """Return what stands after FROM under a name of its own."""
    if isinstance(below, exp.Select):
        return below.subquery(name, copy=False)
    named: exp.Expr = exp.alias_(below.copy(), name, table=True)
    return named


def column(name: str, table: str = "") -> exp.Column:
    """Return a column, in quotes so that no name can be read as something else."""
    return exp.column(exp.to_identifier(name, quoted=True), exp.to_identifier(table, quoted=True) if table else None)
