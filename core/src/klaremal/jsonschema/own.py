"""The JSON Schema of a plugin file in TOML, from the classes that its blocks become; checks no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import NOTHING, fields

from klaremal.jsonschema import own_words as words
from klaremal.jsonschema.schemas import DRAFT, choice, listed, of_class, table
from klaremal.model.column import MISSING_CAUSES, TYPES, Column
from klaremal.model.dataset import BASES, Dataset
from klaremal.model.identifier import ID_PATTERN
from klaremal.model.indicator import ALLOWED, LEFT_TO_THE_WORKSPACE, Indicator
from klaremal.model.measure_keys import MEASURES, arguments_of
from klaremal.model.measured_in import UNITS_OF_MEASUREMENT
from klaremal.model.on_time import COUNTED_WHEN
from klaremal.model.unit import LEVELS
from klaremal.registry import Registry

OWN_SCHEMA = ".klaremal/own.schema.json"

Schema = dict[str, Any]

_STRING: Final[Schema] = {"type": "string"}
_FORMULA: Final[Schema] = {"type": ["string", "number"]}
_REFERENCES: Final[Schema] = listed({"anyOf": [_STRING, table({"text": _STRING, "link": _STRING})]})
_PER: Final[Schema] = {
    "anyOf": [
        _FORMULA,
        table(dict.fromkeys(("of", "where", "known"), _FORMULA) | {"over_time": _STRING, "dataset": _STRING}),
    ]
}
_WITHIN: Final[Schema] = {
    "anyOf": [_STRING, table({"default": _STRING, "by": _STRING, "title": {"type": ["string", "object"]}})],
}


def own_schema(registry: Registry, lang: str = "da") -> Schema:
    """Return the schema of a plugin file, with the ids of all datasets that are known; titles are in `lang`."""
    datasets = {name: each.title.say(lang) for name, each in sorted(registry.datasets.items())}
    blocks = {"dataset": _dataset(), "indicator": _indicator(datasets)}
    named: dict[str, Schema] = {
        name: {
            "type": "object",
            "propertyNames": {"pattern": f"^{ID_PATTERN}$"},
            "additionalProperties": {"$ref": f"#/$defs/{name}"},
            "description": words.FILE[name],
        }
        for name in blocks
    }
    title = {"type": ["string", "object"], "description": words.FILE["title"]}
    return {"$schema": DRAFT, "title": "own.toml", **table({"title": title, **named}), "$defs": blocks}


def _dataset() -> Schema:
    column = _of(
        Column,
        words.COLUMN,
        type={"enum": list(TYPES)},
        enum={"anyOf": [{"type": "array"}, {"type": "object"}]},
        missing={"type": "object", "additionalProperties": {"enum": list(MISSING_CAUSES)}},
        minimum={"type": ["number", "string"]},
        maximum={"type": ["number", "string"]},
    )
    of_type = {"anyOf": [{"enum": list(TYPES)}, column]}
    return _of(
        Dataset,
        words.DATASET,
        columns={"type": "object", "additionalProperties": of_type},
        dated_by=listed(_STRING),
        level={"enum": list(LEVELS)},
        frequency={"enum": list(ALLOWED["frequency"])},
        basis={"enum": list(BASES)},
        derived={"type": "object", "additionalProperties": _FORMULA},
        references=_REFERENCES,
        made_from=listed(_STRING),
    )


def _indicator(datasets: Mapping[str, str]) -> Schema:
    allowed = {name: {"enum": list(several)} for name, several in ALLOWED.items()}
    names = {"type": "array", "items": listed(_STRING)}
    made = _of(
        Indicator,
        words.INDICATOR,
        **{
            **allowed,
            "levels": listed(allowed["levels"]),
            # A dataset of one's own may be written a moment ago.
            "dataset": {"anyOf": [choice(datasets), {"type": "string", "pattern": r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"}]},
            "measure": {"enum": list(MEASURES)},
            "measured_in": {"anyOf": [{"enum": list(UNITS_OF_MEASUREMENT)}, _STRING]},
            "breakdowns": {"anyOf": [_STRING, names]},
            "plausible": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            "breaks": {"type": "object"},
            "references": _REFERENCES,
        },
    )
    kinds: dict[str, Schema] = {
        "per": _PER,
        "within": _WITHIN,
        "pauses": table({"start": _FORMULA, "end": _FORMULA, "dataset": _STRING}),
        "counted_when": {"enum": list(COUNTED_WHEN)},
        "over_time": {"enum": ["sum", "last", "mean"]},
        "roll": {"enum": ["following"]},
        "scale": {"type": "number"},
        "q": {"type": "number", "minimum": 0},
    }
    arguments = dict.fromkeys(name for kind in MEASURES.values() for name in arguments_of(kind))
    described = {name: {**kinds.get(name, _FORMULA), "description": words.ARGUMENTS[name]} for name in arguments}
    return {**made, "properties": {**made["properties"], **described}}


def _of(kind: Any, says: Mapping[str, str], /, **own: Schema) -> Schema:
    """Return the schema of a block that becomes an object of a class: every field but what the block's own name gives."""
    named: Iterable[str] = ("id", "name", *LEFT_TO_THE_WORKSPACE)
    properties = {name: {**schema, "description": says[name]} for name, schema in of_class(kind, named, own).items()}
    needed = [each.name for each in fields(kind) if each.default is NOTHING and each.name not in named]
    return {**table(properties), "required": needed}
