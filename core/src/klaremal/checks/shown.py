"""What an analyst needs to see of bad rows besides their examples: values that contradict or are not allowed; flags nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

from klaremal.checks.rules import Rule
from klaremal.engine import Engine, name, text
from klaremal.errors import nearest
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset

EXAMPLES = 5
MASK = "***"

_EMPTY = "(empty)"
_CODES = 10


def conflicts(engine: Engine, relation: str, dataset: Dataset, rule: Rule) -> Iterator[str]:
    """Give for up to five keys what their rows say against each other, as `case_id = 1; kind = bolig / hjælp`."""
    others = [column for column in dataset.columns if column.name not in rule.columns]
    keys = ", ".join(map(_text, rule.columns))
    cells = ", ".join([keys, *(f"list(distinct {_text(column.name)})" for column in others)])
    sql = f"select {cells} from {name(relation)} where __bad = {text(rule.id)} "
    sql += f"group by {keys} order by {keys} limit {EXAMPLES}"
    for row in engine.query(sql, f"what rows with the same {', '.join(rule.columns)} say"):
        key, said = row[: len(rule.columns)], row[len(rule.columns) :]
        shared = [(dataset.column(column), [str(value)]) for column, value in zip(rule.columns, key, strict=True)]
        different = [(column, values) for column, values in zip(others, said, strict=True) if len(values) > 1]
        yield "; ".join(_pair(column, values) for column, values in shared + different)


def mapping(engine: Engine, relation: str, column: Column, rule: Rule) -> str:
    """Return the line for klaremal.toml that maps up to five values that are not allowed to the nearest allowed ones.

    A value that is near to none is mapped to the list of those that are allowed, for the analyst to choose from.
    """
    if column.personal:
        return ""
    sql = f"select distinct {_text(column.name)} from {name(relation)} where __bad = {text(rule.id)}"
    sql += f" order by 1 limit {EXAMPLES}"
    wrong = [str(row[0]) for row in engine.query(sql, f"values of {column.name} that are not allowed")]
    choice = " | ".join(column.codes[:_CODES]) + (" | ..." if len(column.codes) > _CODES else "")
    pairs = ", ".join(f"{_quoted(each)} = {_quoted(nearest(each, column.codes) or choice)}" for each in wrong)
    return f"values = {{ {column.name} = {{ {pairs} }} }}"


def _pair(column: Column, values: list[str]) -> str:
    told = [MASK if column.personal and value != _EMPTY else value for value in sorted(values)]
    more = " / ..." if len(told) > EXAMPLES else ""
    return f"{column.name} = {' / '.join(told[:EXAMPLES])}{more}"


def _text(column: str) -> str:
    return f"coalesce(cast({name(column)} as varchar), {text(_EMPTY)})"


def _quoted(value: str) -> str:
    """Write a text as TOML does."""
    return json.dumps(value, ensure_ascii=False)
