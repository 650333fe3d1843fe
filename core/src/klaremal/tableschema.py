"""A dataset's contract as a Frictionless Table Schema, for whoever must deliver the rows; no rows here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from klaremal.model.column import Column
    from klaremal.model.dataset import Dataset

# Table Schema has no type for a period such as 2026K3 or 2025/26; it is a text with a rule of klaremal's.
_TYPES = {"period": "string"}


def table_schema(dataset: Dataset, lang: str = "en") -> dict[str, Any]:
    """Return the contract as a dict that follows Frictionless Table Schema v1, with klaremal's own keys in `klaremal`."""
    schema: dict[str, Any] = {
        "name": dataset.id,
        "title": dataset.title.say(lang),
        "description": dataset.grain.say(lang),
        "fields": [_field(column, lang) for column in dataset.columns],
    }
    if dataset.key:
        schema["primaryKey"] = list(dataset.key)
    markers = sorted({marker for column in dataset.columns for marker, _ in column.missing})
    schema["missingValues"] = ["", *markers]
    schema["klaremal"] = {
        "placed_in": list(dataset.placed_in),
        "dated_by": dataset.dated_by if isinstance(dataset.dated_by, str) else list(dataset.dated_by),
        "frequency": dataset.base_frequency,
        "level": dataset.level,
    }
    return schema


def _field(column: Column, lang: str) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    for name in ("required", "unique"):
        if getattr(column, name):
            constraints[name] = True
    if column.enum:
        constraints["enum"] = list(column.codes)
    for name in ("minimum", "maximum", "pattern"):
        value = getattr(column, name)
        if value is not None:
            constraints[name] = value.isoformat() if isinstance(value, date) else value
    made: dict[str, Any] = {"name": column.name, "type": _TYPES.get(column.type, column.type)}
    if column.title:
        made["title"] = column.title.say(lang)
    if column.enum:
        made["categories"] = [{"value": code, "label": title.say(lang)} for code, title in column.enum]
    if constraints:
        made["constraints"] = constraints
    if column.also:
        made["klaremal:also"] = list(column.also)
    if column.personal:
        made["klaremal:personal"] = True
    return made
