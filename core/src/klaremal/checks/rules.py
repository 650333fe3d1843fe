"""The rules of a contract as SQL conditions on a prepared row, in the order in which they are applied; nothing is run here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from klaremal.engine import name, text
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.prepare.types import columns_where, is_in, sql_type

_WORDS = {
    "integer": "a whole number", "number": "a number", "boolean": "yes or no", "date": "a date", 
    "datetime": "a date with a time", "year": "a year", "period": "a period",
}  # fmt: skip


@frozen(kw_only=True)
class Rule:
    """One rule: its id, when a row breaks it (SQL; none for keys and periods), and what to say of such rows.

    `columns` are those that it is about: they are shown in examples.
    """

    id: str
    message: str
    broken: str = ""
    columns: tuple[str, ...] = ()


def row_rules(dataset: Dataset, causes: tuple[str, ...], today: date) -> tuple[Rule, ...]:
    """Return the rules that each row keeps or breaks by itself; `causes` are the columns with a `__cause` beside them."""
    rules: list[Rule] = []
    for column in dataset.columns:
        rules += _of_column(column, column.name in causes)
    for event in dataset.events:
        late = f"{name(event)} >= date {text(today.isoformat())} + interval 1 day"
        message = f"{event} lies in the future (after {today.isoformat()}), though it is a date of something that has happened"
        rules.append(Rule(id=f"future_date_{event}", message=message, broken=late, columns=(event,)))
    dated_by = dataset.date_column
    if dataset.column(dated_by).type == "year":
        late = f"{name(dated_by)} > {today.year}"
        message = f"{dated_by} is a year that has not begun"
        rules.append(Rule(id=f"future_date_{dated_by}", message=message, broken=late, columns=(dated_by,)))
    if dataset.spell:
        begin, end = dataset.spell
        rules.append(
            Rule(
                id="end_before_start", message=f"{end} is before {begin}", columns=(end, begin),
                broken=f"cast({name(end)} as date) < cast({name(begin)} as date)",
            )
        )  # fmt: skip
    return tuple(rules)


def unreadable(column: Column) -> Rule:
    """Return the rule for a column whose cell is not of its type."""
    return Rule(
        id=f"unreadable_{column.name}",
        message=f"{column.name} cannot be read as {_WORDS.get(column.type, column.type)}",
        broken=is_in(column.name, "__unreadable"),
        columns=(column.name,),
    )


def duplicate(columns: tuple[str, ...], of_key: bool) -> Rule:
    """Return the rule for rows that share a key (or a unique value) but say different things."""
    shown = ", ".join(columns)
    return Rule(
        id="duplicate_key" if of_key else f"duplicate_{columns[0]}",
        message=f"the same {shown} stands in several rows with different content, and nothing says which one holds",
        columns=columns,
    )


def case_of(rules: tuple[Rule, ...]) -> str:
    """Write SQL that names the first rule that a row breaks, or is null."""
    broken = " ".join(f"when {rule.broken} then {text(rule.id)}" for rule in rules)
    return f"case {broken} end" if broken else "null::varchar"


def columns_of(rules: tuple[Rule, ...]) -> str:
    """Write SQL for the columns of a row with a `__bad` whose cells break some rule, as `columns_where` writes them."""
    conditions: dict[str, list[str]] = {}
    for rule in rules:
        for column in rule.columns:
            conditions.setdefault(column, []).append(f"({rule.broken})")
    return columns_where({column: " or ".join(broken) for column, broken in conditions.items()}, "__bad is not null")


def _of_column(column: Column, has_cause: bool) -> Iterator[Rule]:
    cell, of = name(column.name), (column.name,)
    if sql_type(column) != "VARCHAR":
        yield unreadable(column)
    if column.required:
        known = f" and {name(f'{column.name}__cause')} is null" if has_cause else ""
        yield Rule(id=f"required_{column.name}", message=f"{column.name} is empty", broken=f"{cell} is null{known}", columns=of)
    if column.codes:
        shown = ", ".join(column.codes[:10]) + (" ..." if len(column.codes) > 10 else "")
        yield Rule(
            id=f"enum_{column.name}", message=f"{column.name} is none of {shown}",
            broken=_none_of(column), columns=of,
        )  # fmt: skip
    if column.minimum is not None:
        yield Rule(
            id=f"minimum_{column.name}", message=f"{column.name} is below {column.minimum}",
            broken=f"{cell} < {_literal(column.minimum)}", columns=of,
        )  # fmt: skip
    if column.maximum is not None:
        yield Rule(
            id=f"maximum_{column.name}", message=f"{column.name} is above {column.maximum}",
            broken=f"{cell} > {_literal(column.maximum)}", columns=of,
        )  # fmt: skip
    if column.pattern is not None:
        yield Rule(
            id=f"pattern_{column.name}", message=f"{column.name} does not have the form {column.pattern}",
            broken=f"not regexp_full_match(cast({cell} as varchar), {text(column.pattern)})", columns=of,
        )  # fmt: skip


def _none_of(column: Column) -> str:
    """Write SQL that says of a filled cell whether it is none of the allowed values."""
    cell, codes = name(column.name), list(map(text, column.allowed))
    if column.type != "number":
        return f"cast({cell} as varchar) not in ({', '.join(codes)})"
    # As text a number has the decimals of its column: 2.0000 for 2. A code that is no number is null, and no value is it.
    numbers = ", ".join(f"try_cast({code} as {sql_type(column)})" for code in codes)
    return f"not coalesce({cell} in ({numbers}), {cell} is null)"


def _literal(bound: float | date) -> str:
    if isinstance(bound, date):
        return f"{'timestamp' if hasattr(bound, 'hour') else 'date'} {text(bound.isoformat())}"
    return repr(bound)
