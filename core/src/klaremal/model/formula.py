"""The value Formula: one SQL scalar expression as text, checked when made; it knows no data and runs nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import Factory, field, frozen

from klaremal.errors import DeclarationError

if TYPE_CHECKING:
    from sqlglot import exp


def _written(value: Any) -> str:
    """Write what was given as the text of a formula; numbers exactly as they are shown."""
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, (float, Decimal)) and math.isfinite(value)):
        return format(Decimal(str(value)), "f")
    raise DeclarationError(f"A formula is text or a number, not {value!r}; write it in quotes.")


def _parsed(formula: Formula) -> exp.Expr:
    from klaremal.model.formula_parse import parse

    return parse(formula.text)


def _canonical(formula: Formula) -> str:
    from klaremal.model.formula_text import canonical

    return canonical(formula._tree)


def _columns(formula: Formula) -> frozenset[str]:
    from sqlglot import exp

    return frozenset(node.name for node in formula._tree.find_all(exp.Column))


@frozen
class Formula:
    """One SQL scalar expression, equal to every other that differs only in case, spaces and redundant parentheses.

    Allowed are comparisons, and/or/not, in, between, is null, case, coalesce, `+ - * /`, least, greatest, round, cast,
    `date '2026-01-31'`, `timestamp '...'`, intervals (`decision_date + interval 2 month`) and klaremal's own functions:

    - `days_between(from, to)`: whole days; the same day is 0.
    - `hours_between(from, to)`, `minutes_between(from, to)`: with decimals, from whole seconds.
    - `age(birth, at)`: whole years.
    - `first_of_month(date)`: a date.
    - `school_year(date)`: the year in which it began, 2025 for 2025/26; it begins on 1 August.
    - `block(date, 14)`: the number of the block of 14 days; block 0 begins on Monday 1 January 2001.
    - `working_days_between(from, to)`: working days after the first date up to the second, by the country's calendar.

    Division is true division (7 / 2 is 3.5) and gives null when divided by zero. A cast that does not fit gives null.
    SQL's null logic holds: a condition that is unknown counts nowhere; least and greatest pass over nulls.
    A mistake is a DeclarationError that shows the place.
    """

    text: str = field(converter=_written, eq=False)
    _tree: exp.Expr = field(default=Factory(_parsed, takes_self=True), init=False, eq=False, repr=False)
    canonical: str = field(default=Factory(_canonical, takes_self=True), init=False, repr=False)
    columns: frozenset[str] = field(default=Factory(_columns, takes_self=True), init=False, eq=False, repr=False)

    @classmethod
    def of(cls, value: str | int | float | Decimal | Formula) -> Formula:
        """Return the formula of a text or a number; a formula is returned as it is."""
        return value if isinstance(value, Formula) else cls(value)

    def __str__(self) -> str:
        """Give the text as it was written."""
        return self.text

    @property
    def tree(self) -> exp.Expr:
        """A copy of the sqlglot expression; own functions are `Anonymous` nodes, not yet plain SQL."""
        return self._tree.copy()

    @property
    def needs_calendar(self) -> bool:
        """Whether working days are looked up."""
        return "working_days_between" in self.canonical

    def check(self, columns: Mapping[str, str], values: Mapping[str, Sequence[str]] | None = None) -> list[str]:
        """Return what does not fit the columns (name to type, or to kind for derived ones), one sentence each.

        Unknown columns come with the nearest name; text beside a number, or a number where a condition is wanted,
        with the cure. `values` are all that a column can have, by its name: what is compared with another one is never so.
        """
        from klaremal.model.formula_types import Walk
        from klaremal.model.formula_values import never

        walk = Walk(columns)
        walk.kind(self._tree)
        return list(dict.fromkeys(walk.faults or never(self._tree, values or {})))

    def values(self, values: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
        """Return all that the formula can give beside null, where `values` are those of columns; None when nobody knows."""
        from klaremal.model.formula_values import possible

        return possible(self._tree, values)

    def kind(self, columns: Mapping[str, str]) -> str:
        """Return condition, number, text, date (with or without a time) or unknown."""
        from klaremal.model.formula_types import Walk

        return Walk(columns).kind(self._tree)

    def has_time(self, columns: Mapping[str, str]) -> bool:
        """Say whether the value is a date with a time of the day, where `columns` maps every column to its type."""
        from klaremal.model.formula_types import has_time

        return has_time(self._tree, columns)

    def expanded(self) -> exp.Expr:
        """Return a new sqlglot expression with own functions and division as plain SQL."""
        from klaremal.model.formula_functions import expand

        return expand(self._tree)

    def sql(self, dialect: str = "duckdb", qualify: str | None = None, replace: Mapping[str, str] | None = None) -> str:
        """Write the formula in an engine's SQL.

        `qualify` is the table's name before every column. `replace` maps a column to SQL text of the same dialect that
        takes its place.
        """
        import sqlglot
        from sqlglot import exp

        tree = exp.Paren(this=self.expanded())
        for node in list(tree.find_all(exp.Column)):
            if replace and node.name in replace:
                node.replace(exp.Paren(this=sqlglot.parse_one(replace[node.name], dialect=dialect)))
            elif qualify and not node.name.startswith("__"):  # the calendar's columns are its own
                node.set("table", exp.Identifier(this=qualify, quoted=True))
        written: exp.Expr = tree.this
        return written.sql(dialect=dialect, comments=False)


def substitute(formula: Formula, derived: Mapping[str, Formula]) -> Formula:
    """Return the formula with derived columns written out, also those that derived columns use.

    A derived column that leads back to itself is a DeclarationError that names the way round.
    """
    return _written_out(formula, derived, {}, ())


def _written_out(formula: Formula, derived: Mapping[str, Formula], ready: dict[str, Formula], way: tuple[str, ...]) -> Formula:
    from sqlglot import exp

    from klaremal.model.formula_parse import MAX_DEPTH, normal
    from klaremal.model.formula_text import canonical

    used = sorted(formula.columns & derived.keys())
    if not used:
        return formula
    for name in used:
        if name in way:
            circle = " -> ".join((*way[way.index(name) :], name))
            raise DeclarationError(f"Derived columns go in a circle: {circle}. Write one of them with columns alone.")
        if len(way) >= MAX_DEPTH:
            raise DeclarationError(f"More than {MAX_DEPTH} derived columns lead to each other: {way[0]} ... {name}.")
        if name not in ready:
            ready[name] = _written_out(derived[name], derived, ready, (*way, name))
    root = exp.Paren(this=formula.tree)
    for node in list(root.find_all(exp.Column)):
        if node.name in ready:
            node.replace(exp.Paren(this=ready[node.name].tree))
    # Read again, so that what was written out keeps the same limits as what a person writes.
    return Formula.of(canonical(normal(root.this, formula.text)))
