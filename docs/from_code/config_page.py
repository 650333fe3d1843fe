"""The page of keys: every key of klaremal.toml and of goal files, from their shapes, their words and the schema for editors."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from attrs import NOTHING, fields
from markdown import code, page, prose, sentence, table

from klaremal.builtin.population import POPULATION
from klaremal.discovery import CORE, discover
from klaremal.jsonschema.own import own_schema
from klaremal.jsonschema.schemas import goals_schema, workspace_schema
from klaremal.jsonschema.words import WORDS
from klaremal.registry import Registry, build
from klaremal.shape import key_of

# The block in a file that a shape is; a shape that is not here is headed by what it says of itself.
_BLOCKS = MappingProxyType(
    {
        "WorkspaceShape": "klaremal.toml",
        "OrganisationShape": "[organisation]",
        "UnitsShape": "[units]",
        "UnitsFromShape": '[units.from."dataset"]',
        "CalendarShape": "[calendar]",
        "SourceShape": "[sources.dataset]",
        "OverrideShape": '[indicators."indicator"]',
        "StatutoryShape": "[statutory]",
        "ReleaseShape": "[[release]]",
        "GoalFileShape": "Goal files",
        "GoalShape": "[goal.id], and [defaults]",
        "DecisionShape": "decision",
    }
)
_INTRO = """\
Every key there is, block by block, in the words that an editor shows beside it; [The workspace](workspace.md),
[Sources](sources.md) and [Targets](targets.md) say what follows from them, with examples. A key that is not here is a
mistake, and the nearest one is named. `klaremal schema` writes the same as a JSON Schema, with the ids of what is
installed."""
_OPTIONS = """\
Beside these keys a source has the options of its collector. Collectors that plugins bring are presets of these four, or
have options of their own:"""
_COLUMNS = tuple(each.name for each in POPULATION.columns)
_DATASETS = (POPULATION.id,)
_DATED = re.compile(r"newest:\w+")
_OWN = """\
Indicators that a workspace declares itself ([What a workspace adds itself](own-plugins.md)). A measure's arguments stand beside
it, each for the measures that are named with it."""
_KINDS = MappingProxyType(
    {
        "string": "text",
        "number": "a number",
        "integer": "a whole number",
        "boolean": "`true` or `false`",
        "object": "a block",
        "array": "a list",
    }
)


def text() -> str:
    """Return the page."""
    registry = build(*discover((CORE,)))
    blocks = [*_blocks(workspace_schema(registry, "en")), *_blocks(goals_schema(registry, "en"))]
    parts = []
    for shape, words in WORDS.items():
        # The block of the schema that has the most of the keys is theirs.
        known = max(blocks, key=lambda each: len(set(words) & set(each)) - len(set(each) - set(words)) / 1000, default={})
        rows = [(code(key), _kind(known.get(key, {})), _without(shape, key), said) for key, said in words.items()]
        heading = _BLOCKS.get(shape.__name__)
        parts += [f"## {heading or sentence(shape).partition(':')[0]}", prose(shape)]
        parts.append(table(["key", "is", "without it", "says"], rows))
        if shape.__name__ == "SourceShape":
            parts += [_OPTIONS, *_collectors(registry)]
    return page("Every key", _INTRO, *parts, *_own(registry))


def _own(registry: Registry) -> Iterator[str]:
    """Give the blocks of a plugin file in TOML, which have no shapes: their keys are the fields of what they become."""
    schema = own_schema(registry, "en")
    columns = schema["$defs"]["dataset"]["properties"]["columns"]["additionalProperties"]["anyOf"][-1]
    blocks = [("A plugin file in TOML", schema), ("[dataset.name]", schema["$defs"]["dataset"])]
    blocks += [("[dataset.name.columns]", columns), ("[indicator.name]", schema["$defs"]["indicator"])]
    for heading, block in blocks:
        needed = block.get("required", ())
        rows = [
            (code(key), _kind(each), "must be there" if key in needed else "", each.get("description", ""))
            for key, each in block["properties"].items()
        ]
        says = [_OWN] if block is schema else []
        yield "\n\n".join([f"## {heading}", *says, table(["key", "is", "without it", "says"], rows)])


def _blocks(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Give the properties of every block in a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema["properties"]
        for each in schema.values():
            yield from _blocks(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _blocks(each)


def _without(shape: type, key: str) -> str:
    (found,) = (each for each in fields(shape) if key_of(each) == key)
    if found.default is NOTHING:
        return "must be there"
    plain = isinstance(found.default, (str, int, float, tuple)) and found.default not in ("", (), 0)
    shown = ", ".join(map(str, found.default)) if isinstance(found.default, tuple) else found.default
    return code(shown) if plain else ""


def _kind(schema: Mapping[str, Any]) -> str:
    """Return what may stand there, in words."""
    if "enum" in schema:
        # The schema is for an editor that knows the workspace's datasets; here they are anybody's.
        if set(schema["enum"]) <= set(_COLUMNS):
            return "a column of the dataset"
        if set(schema["enum"]) <= set(_DATASETS):
            return "an id"
        return " or ".join(code(json.dumps(_DATED.sub("newest:column", each))) for each in schema["enum"])
    if "anyOf" in schema:
        several = [each for each in schema["anyOf"] if each.get("type") == "array" and each.get("items") in schema["anyOf"]]
        single = [_kind(each) for each in schema["anyOf"] if each not in several]
        words = " or ".join(dict.fromkeys(each for each in single if each))
        return f"{words}, or several" if several and words else words
    if schema.get("type") == "array":
        many = {2: "two numbers"}.get(schema.get("maxItems", 0))
        return many or f"a list of {_kind(schema.get('items', {}))}".removesuffix(" of ")
    if schema.get("type") == "object" or "$ref" in schema:
        inside = [each for each in schema.get("properties", {}) if "." not in each and each != CORE]
        if "$ref" in schema or set(inside) & set(_COLUMNS) or schema.get("additionalProperties"):
            return "{ column = ... }" if set(inside) & set(_COLUMNS) else "a block"
        return "{ " + ", ".join(map(code, inside)) + " }" if 0 < len(inside) < 6 else "a block"
    if schema.get("format") == "date":
        return "a date"
    if "pattern" in schema:
        return "a file" if r"\.(" in schema["pattern"] else "text"
    given = schema.get("type", "")
    return " or ".join(_KINDS[each] for each in ([given] if isinstance(given, str) else given) if each)


def _collectors(registry: Registry) -> Iterator[str]:
    for name, collector in sorted(registry.collectors.items()):
        if collector.options is None:
            continue
        options = [each for each in fields(collector.options) if each.name in collector.option_names]
        rows = [(code(each.name), _default(each)) for each in options]
        said = [f"### {name}", collector.title.say("en") + ".", " ".join((inspect.getdoc(collector.options) or "").split())]
        yield "\n\n".join([*said, table(["option", "without it"], rows)] if rows else said)


def _default(option: Any) -> str:
    return "" if option.default in (None, NOTHING, "") else code(option.default)
