"""JSON Schemas of the keys that give a goal its target, and of what goes with it; checks no file."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

NUMBER: Final[Schema] = {"type": "number"}
TWO: Final[Schema] = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
SHAPES: Final[Schema] = {"enum": ["linear", "steps"]}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_TEXT: Final[Schema] = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}
_YEAR: Final[Schema] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
_PERCENT: Final[Schema] = {"type": "number", "minimum": 1, "maximum": 100}
_FILE: Final[Schema] = {
    "type": "string",
    "pattern": r"\.([cC][sS][vV]|[tT][xX][tT]|[tT][sS][vV]|[xX][lL][sS][xXmM]?|[oO][dD][sS])$",
}


def target_schemas() -> dict[str, Schema]:
    """Return the schemas by key, as a goal file has them."""
    number_or_file = {"anyOf": [NUMBER, _FILE]}
    by_period = {"type": "object", "additionalProperties": NUMBER}
    return {
        "at_least": number_or_file,
        "at_most": number_or_file,
        "between": TWO,
        "path": {"type": "object", "properties": {"shape": SHAPES}, "additionalProperties": NUMBER},
        "shape": SHAPES,
        "change": {
            **_table(by=NUMBER, by_percent=NUMBER, since=_YEAR, until=_YEAR, strict={"type": "boolean"}),
            "required": ["since"],
            "oneOf": [{"required": ["by"]}, {"required": ["by_percent"]}],
        },
        "relative": {**_table(to={"type": "string", "examples": ["nation", "group"]}, offset=NUMBER), "required": ["to"]},
        "done": {**_table(by=_DAY, status={"enum": ["done", "not_yet"]}, on=_DAY, note=_TEXT), "required": ["by"]},
        "by": _YEAR,
        "summary": {"anyOf": [{"enum": ["all", "worst"]}, _rule("worst"), _rule("share")]},
        "targets": {"type": "object", "additionalProperties": {"anyOf": [NUMBER, TWO, by_period]}},
    }


def _table(**keys: Schema) -> Schema:
    return {"type": "object", "properties": keys, "additionalProperties": False}


def _rule(kind: str) -> Schema:
    return {**_table(**{kind: _PERCENT}), "required": [kind]}
