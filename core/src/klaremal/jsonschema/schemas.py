"""JSON Schemas of klaremal.toml and of goal files, from their keys and the installed plugins, for editors; checks no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields

from klaremal.discovery import CORE
from klaremal.jsonschema.targets import target_schemas
from klaremal.jsonschema.words import WORDS
from klaremal.model.column import MISSING_CAUSES, Column
from klaremal.model.dataset import Dataset
from klaremal.model.identifier import ID_PATTERN
from klaremal.model.indicator import DISCLOSURES, HOMOGENEOUS, PUBLICATIONS
from klaremal.model.on_time import COUNTED_WHEN
from klaremal.model.period import FREQUENCIES
from klaremal.model.text import Text
from klaremal.model.unit import COUNTRIES, LEVELS
from klaremal.registry import Registry
from klaremal.shape import PathText, key_of
from klaremal.workspace.shape import (
    LANGUAGES,
    TARGETS,
    CalendarShape,
    DecisionShape,
    GoalFileShape,
    GoalShape,
    OrganisationShape,
    OverrideShape,
    ReleaseShape,
    SourceShape,
    StatutoryShape,
    UnitsFromShape,
    UnitsShape,
    WorkspaceShape,
)

WORKSPACE_SCHEMA = ".klaremal/klaremal.schema.json"
GOALS_SCHEMA = ".klaremal/goals.schema.json"

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DAY: Schema = {"type": "string", "format": "date"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_TEXT: Schema = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {lang: {"type": "string"} for lang in LANGUAGES}, "additionalProperties": False},
    ]
}


def workspace_schema(registry: Registry, lang: str = "da") -> Schema:
    """Return the schema of klaremal.toml, with the ids of everything that is installed; titles are in `lang`."""
    # A made dataset has no source.
    datasets = {name: each for name, each in registry.datasets.items() if not each.made_of}
    sectors = {name: each.title.say(lang) for name, each in registry.sectors.items()}
    plugins = {each.name: sectors.get(each.name, "") for each in registry.plugins if each.name != CORE}
    overrides = {name: _ref("override", each.title.say(lang)) for name, each in registry.indicators.items()}
    indicators = {name: each.title.say(lang) for name, each in sorted(registry.indicators.items())}
    own: dict[str, Schema] = {
        "plugins": listed({"anyOf": [choice(plugins), {"type": "string", "pattern": r"^[^/\\].*\.(py|toml)$"}]}),
        "organisation": _block(OrganisationShape),
        "languages": listed(choice(dict.fromkeys(LANGUAGES, ""))),
        "units": _block(UnitsShape, **_units(registry)),
        "calendar": _block(CalendarShape, country={"enum": list(COUNTRIES)}, closed=listed({"type": "string"})),
        "sources": _by_plugin({name: listed(_ref(name)) for name in datasets}),
        "indicators": _by_plugin(overrides),
        "statutory": _block(StatutoryShape, off=_by_plugin(_reasons(registry, lang))),
        "release": listed(_block(ReleaseShape, indicator=choice(indicators))),
    }
    definitions = {
        "override": _override(),
        "option": table(_options(registry)),
        **{name: _source(each, registry, lang) for name, each in sorted(datasets.items())},
    }
    return {"$schema": DRAFT, "title": "klaremal.toml", **_block(WorkspaceShape, **own), "$defs": definitions}


def goals_schema(registry: Registry, lang: str = "da") -> Schema:
    """Return the schema of a goal file, with the ids of everything that is installed; titles are in `lang`."""
    goal = _goal(registry, lang)
    own: dict[str, Schema] = {
        "defaults": goal,
        "goal": {
            "type": "object",
            "propertyNames": {"pattern": f"^{ID_PATTERN}$"},
            "additionalProperties": listed(_ref("goal")),
        },
    }
    # In a goal a target takes the place of the one in the file's defaults; two of its own contradict each other.
    definitions = {"goal": {**goal, "required": ["title", "promise"], "oneOf": _one_target()}}
    return {"$schema": DRAFT, "title": "goals/*.toml", **_block(GoalFileShape, **own), "$defs": definitions}


# -- klaremal.toml ---------------------------------------------------------------------------------------------------


def _units(registry: Registry) -> dict[str, Schema]:
    return {
        "set": choice({name: each.reference for name, each in sorted(registry.unit_sets.items())}),
        "from": _by_plugin({name: _units_from(each) for name, each in registry.datasets.items()}),
    }


def _units_from(dataset: Dataset) -> Schema:
    column = {"enum": [each.name for each in dataset.columns]}
    return _block(UnitsFromShape, code=column, name=column, parent=column, level={"enum": list(LEVELS)})


def _source(dataset: Dataset, registry: Registry, lang: str) -> Schema:
    columns = {each.name: each for each in dataset.columns}
    names = {name: {"type": "string", "description": each.title.say(lang)} for name, each in columns.items()}
    dated = [f"newest:{each.name}" for each in dataset.columns if each.type in ("date", "datetime")]
    made = _block(
        SourceShape,
        collector=choice({name: each.title.say(lang) for name, each in sorted(registry.collectors.items())}),
        complete_from=_DAY,
        complete_until={"anyOf": [_DAY, {"enum": ["end_of_last_month", "file_date", *dated]}]},
        columns=table(names),
        values=table({name: {"type": "object", "additionalProperties": _value(each)} for name, each in columns.items()}),
        missing=_missing(columns),
        constants=table({name: _value(each) for name, each in columns.items()}),
        wide_to_long=_wide(),
        sql={"type": "string"},
        decimal={"enum": [",", "."]},
        thousands={"enum": [".", ",", " ", "'"]},
        dates={"type": "string"},
    )
    options = {name: {"$ref": f"#/$defs/option/properties/{name}"} for name in _options(registry)}
    made["properties"] = {**options, **made["properties"]}
    return {**made, "description": f"{dataset.title.say(lang)}: {dataset.grain.say(lang)}"}


def _value(column: Column) -> Schema:
    return {"enum": list(column.codes)} if column.codes else _SCALAR


def _missing(columns: Iterable[str]) -> Schema:
    cause = {"enum": list(MISSING_CAUSES)}
    marks: Schema = {"type": "array", "items": _SCALAR}
    of_column = {"anyOf": [marks, {"type": "object", "additionalProperties": cause}]}
    table = {"type": "object", "properties": dict.fromkeys(columns, of_column), "additionalProperties": cause}
    return {"anyOf": [_SCALAR, marks, table]}


def _wide() -> Schema:
    name = {"type": "string"}
    made = table({"keep": {"anyOf": [name, {"type": "array", "items": name}]}, "names": name, "values": name})
    return {**made, "required": ["keep", "names", "values"]}


def _options(registry: Registry) -> dict[str, Schema]:
    """Return the options of every collector; one with a name in common with another takes what either takes."""
    found: dict[str, dict[str, Schema]] = {}
    for name, collector in sorted(registry.collectors.items()):
        if collector.options is None:
            continue
        kinds = get_type_hints(collector.options)
        for option in collector.option_names:
            found.setdefault(option, {})[name] = _of_type(kinds[option])
    return {option: _shared(kinds) for option, kinds in sorted(found.items())}


def _shared(kinds: Mapping[str, Schema]) -> Schema:
    different = [each for place, each in enumerate(kinds.values()) if each not in list(kinds.values())[:place]]
    kind = different[0] if len(different) == 1 else {"anyOf": different}
    return {**kind, "description": f"An option of {', '.join(kinds)}."}


def _override() -> Schema:
    return _block(
        OverrideShape,
        plausible={"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        levels=listed({"enum": list(LEVELS)}),
        frequency={"enum": list(FREQUENCIES)},
        publication={"enum": list(PUBLICATIONS)},
        counted_when={"enum": list(COUNTED_WHEN)},
        disclosure={"enum": list(DISCLOSURES)},
        homogeneous={"enum": list(HOMOGENEOUS)},
    )


def _reasons(registry: Registry, lang: str) -> dict[str, Schema]:
    return {
        name: {"type": "string", "minLength": 1, "description": versions[-1].title.say(lang)}
        for name, versions in registry.goals.items()
    }


# -- goal files ------------------------------------------------------------------------------------------------------


def _goal(registry: Registry, lang: str) -> Schema:
    under = {**table({"under": {"type": "string"}, "level": {"enum": list(LEVELS)}}), "required": ["under", "level"]}
    made = _block(
        GoalShape,
        indicator=choice({name: each.title.say(lang) for name, each in sorted(registry.indicators.items())}),
        threshold=choice({name: each.title.say(lang) for name, each in sorted(registry.thresholds.items())}),
        rule=choice({name: each.title.say(lang) for name, each in sorted(registry.fulfilment_rules.items())}),
        **target_schemas(),
        tolerance={"type": "number", "minimum": 0},
        frequency={"enum": list(FREQUENCIES)},
        units=listed({"anyOf": [{"type": "string", "examples": list(LEVELS)}, under]}),
        within={"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]},
        decision=_block(DecisionShape),
        minimum_coverage={"type": "number", "minimum": 0, "maximum": 100},
    )
    made.pop("required", None)
    return made


def _one_target() -> list[Schema]:
    """Return that a goal has one target at most: none of its own when the file's defaults give it."""
    each = [{"required": [key]} for key in TARGETS]
    return [*each, {"not": {"anyOf": each}}]


# -- blocks and types ------------------------------------------------------------------------------------------------


def _block(shape: type, /, **own: Schema) -> Schema:
    """Return the schema of a block: every key of its shape with its words, and the schema in `own` or that of its type."""
    kinds = get_type_hints(shape)
    properties = {}
    for each in fields(shape):
        key = key_of(each)
        properties[key] = {**(own[key] if key in own else _of_type(kinds[each.name])), "description": WORDS[shape][key]}
    needed = [key_of(each) for each in fields(shape) if each.default is NOTHING]
    made = table(properties)
    return {**made, "required": needed} if needed else made


def table(properties: Mapping[str, Schema]) -> Schema:
    """Return a table with these keys and no others."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _by_plugin(entries: Mapping[str, Schema]) -> Schema:
    """Return a block of blocks by id, written nested ([x.schools.absence]) or quoted ([x."schools.absence"])."""
    nested: dict[str, dict[str, Schema]] = {}
    for name, entry in sorted(entries.items()):
        plugin, _, own = name.partition(".")
        nested.setdefault(plugin, {})[own] = entry
    return table({**{plugin: table(own) for plugin, own in nested.items()}, **dict(sorted(entries.items()))})


def choice(titles: Mapping[str, str]) -> Schema:
    """Return one of several words, any word when there are none; editors for TOML (Taplo) show the titles beside them."""
    if not titles:
        return {"type": "string"}
    return {"enum": list(titles), "x-taplo": {"docs": {"enumValues": list(titles.values())}}}


def listed(item: Schema) -> Schema:
    """Return a list, or a single item in its place: "a" or ["a", "b"], [block] or [[block]]."""
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _ref(name: str, description: str = "") -> Schema:
    return {"$ref": f"#/$defs/{name}", **({"description": description} if description else {})}


def of_class(kind: type, without: Iterable[str], own: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the schema of each field of a class: that in `own`, or that of its type."""
    kinds = get_type_hints(kind)
    names = [each.name for each in fields(kind) if each.name not in without]
    return {name: own[name] if name in own else _of_type(kinds[name]) for name in names}


def _of_type(kind: Any) -> Schema:
    """Return the schema of a Python type; anything may stand where the type does not say."""
    if get_origin(kind) in (Union, UnionType):
        inner = [_of_type(each) for each in get_args(kind) if each is not NoneType]
        return inner[0] if len(inner) == 1 else {"anyOf": inner}
    if get_origin(kind) is tuple:
        return listed(_of_type(get_args(kind)[0]))
    if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        return {"type": "object"}
    plain: dict[Any, Schema] = {
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        float: {"type": "number"},
        str: {"type": "string"},
        date: _DAY,
        Text: _TEXT,
        PathText: {"type": "string"},
    }
    return plain.get(kind, {})
