"""Values of a wrong type for every key of a workspace's files: each is a fault with its place and a cure, none an error."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

from klaremal.bind.workspace import bind
from klaremal.discovery import CORE, discover
from klaremal.errors import Fault, WorkspaceError
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.measure_keys import MEASURES, arguments_of
from klaremal.registry import Registry, build
from klaremal.shape import key_of
from klaremal.workspace import shape
from klaremal.workspace.folder import read

Table = dict[str, Any]

DECISION = {"body": "Byrådet", "date": date(2025, 12, 14)}
GOAL: Table = {"title": "T", "promise": "P", "valid_from": date(2026, 1, 1), "indicator": "own.late", "decision": DECISION}
SOURCE: Table = {"collector": "csv", "files": "a.csv"}
RELEASE: Table = {"indicator": "own.late", "unit": "751", "period": "2026", "by": "x", "date": date(2026, 1, 1), "reason": "r"}
WORKSPACE: Table = {"plugins": ["own.toml"], "organisation": {"name": "Solbjerg", "unit": "751"}}
DATASET: Table = {
    "title": "S", "grain": "g", "dated_by": "opened",
    "columns": {"case": "string", "kind": {"type": "string", "enum": ["a", "b"]}, "n": "number", "opened": "date",
                "ended": "date"},
}  # fmt: skip
INDICATOR: Table = {
    "title": "T", "dataset": "own.cases", "measured_in": "points", "direction": "higher", "frequency": "month",
}  # fmt: skip
CLOCK: Table = INDICATOR | {"measured_in": "percent", "measure": "on_time", "start": "opened", "end": "ended"}
LATE: Table = CLOCK | {"within": {"default": "10 days", "by": "kind"}}
ARGUMENTS: dict[str, Table] = {
    "share": {"condition": "kind = 'a'"}, "mean": {"of": "n"}, "total": {"of": "n"}, "median": {"of": "n"},
    "quantile": {"of": "n"}, "distinct": {"column": "case"}, "ratio": {"top": "n", "per": "n"},
    "rate": {"events": 1, "per": "n"},
    "on_time": {"start": "opened", "end": "ended", "within": "3 days"}, "published": {"column": "n"},
}  # fmt: skip

WRONG = [42, True, "", [1, 2], {"a": [1]}, date(2026, 1, 1), float("inf"), 10**400]
# What Python says of types, and no person should read.
RAW = re.compile(
    r"unhashable|object is not|NoneType|no attribute|(positional|keyword) argument|<class|not iterable|Its type is"
)


def toml(value: Any) -> str:
    """Write a value of TOML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, (date, datetime)) else repr(value)


def each_key(block: Mapping[str, Any], keys: Iterator[str] | list[str], value: Any) -> Iterator[tuple[str, Table]]:
    """Give the block once for each key, with the value there."""
    yield from ((key, {**block, key: value}) for key in keys)


def keys_of(kind: type) -> list[str]:
    """Return the keys that a shape or a declared class has in a file."""
    return [key_of(each) for each in fields(kind)]


def own(value: Any) -> Table:
    """Return own.toml with good datasets and indicators, and for each key of each kind one that has the value there."""
    datasets = {f"d_{key}": block for key, block in each_key(DATASET, keys_of(Dataset), value)}
    columns = {
        f"c_{key}": {**DATASET, "columns": {**DATASET["columns"], "n": block}}
        for key, block in each_key({"type": "number"}, keys_of(Column), value)
    }
    indicators = {f"i_{key}": block for key, block in each_key(LATE, keys_of(Indicator), value)}
    for name, kind in MEASURES.items():
        unit = {"share": "percent", "on_time": "percent"}.get(name, "points")
        good = INDICATOR | {"measure": name, "measured_in": unit} | ARGUMENTS.get(name, {})
        indicators |= {f"m_{name}_{key}": block for key, block in each_key(good, list(arguments_of(kind)), value)}
    for key in ("within", "pauses", "per"):
        indicators[f"t_{key}"] = CLOCK | {key: {"default": value, "start": value, "of": value, "by": value}}
    overridden = {f"o_{key}": LATE for key in keys_of(shape.OverrideShape)}
    return {"dataset": {"cases": DATASET, **datasets, **columns}, "indicator": {"late": LATE, **overridden, **indicators}}


def goals(value: Any) -> Table:
    """Return a goal file with one goal for each key, and for each key inside a target and a decision."""
    found = {f"g_{key}": block for key, block in each_key(GOAL | {"at_least": 90}, keys_of(shape.GoalShape), value)}
    targets = [key for key in shape.TARGETS if key != "threshold"]
    found |= {f"t_{key}": GOAL | {key: value} for key in targets}
    inside = {
        "change": ("by", "by_percent", "since", "until", "strict"), "relative": ("to", "offset"),
        "done": ("by", "on", "status", "note"),
        "path": ("2026", "shape"),
    }  # fmt: skip
    good: Table = {
        "change": {"since": 2025},
        "relative": {"to": "nation"},
        "done": {"by": date(2026, 12, 31)},
        "path": {"2027": 1},
    }
    for target, keys in inside.items():
        found |= {f"n_{target}_{key}": GOAL | {target: good[target] | {key: value}} for key in keys}
    found |= {f"d_{key}": GOAL | {"decision": DECISION | {key: value}} for key in keys_of(shape.DecisionShape)}
    found |= {f"u_{key}": GOAL | {"at_least": 90, key: {"a": value}} for key in ("within", "targets", "units", "summary")}
    return {"goal": found}


def blocks(value: Any) -> Table:
    """Return klaremal.toml with the value for each key of a block that may stand several times."""
    sources = [block for _, block in each_key(SOURCE, keys_of(shape.SourceShape), value)]
    sources += [block for kind in OPTIONS for _, block in each_key(SOURCE | {"collector": kind}, list(OPTIONS[kind]), value)]
    sources += [SOURCE | {key: {"kind": value}} for key in ("columns", "values", "missing", "constants")]
    releases = [block for _, block in each_key(RELEASE, keys_of(shape.ReleaseShape), value)]
    overrides = {f"own.o_{key}": block for key, block in each_key({"reason": "r"}, keys_of(shape.OverrideShape), value)}
    return WORKSPACE | {"sources": {"own.cases": sources}, "release": releases, "indicators": overrides}


def workspaces(value: Any) -> Iterator[Table]:
    """Give small ones, each with the value for one of the keys of which a file has one."""
    plain = WORKSPACE | {"plugins": []}
    yield from (block for _, block in each_key(plain, keys_of(shape.WorkspaceShape), value))
    inner = {
        "organisation": (WORKSPACE["organisation"], shape.OrganisationShape),
        "units": ({}, shape.UnitsShape),
        "calendar": ({}, shape.CalendarShape),
        "statutory": ({}, shape.StatutoryShape),
    }
    for name, (good, kind) in inner.items():
        yield from (plain | {name: block} for _, block in each_key(good, keys_of(kind), value))
    units_from = {"code": "municipality", "name": "municipality", "parent": "sex", "level": "institution"}
    for _, block in each_key(units_from, keys_of(shape.UnitsFromShape), value):
        yield plain | {"units": {"from": {"klaremal.population": block}}}


OPTIONS = {"csv": ("delimiter", "encoding", "header_row"), "excel": ("sheet", "header_row"), "json": ("records",)}


@pytest.fixture(scope="module")
def core() -> Registry:
    """Return core's own declarations."""
    return build([source for source in discover()[0] if source.name == CORE])


@pytest.fixture
def faults(core: Registry, tmp_path: Path) -> Callable[..., tuple[Fault, ...]]:
    """Return a function that gives what is wrong with a workspace of its file, own.toml and goals, or of its file alone."""
    (tmp_path / "goals").mkdir()

    def of(*files: Table) -> tuple[Fault, ...]:
        for name, content in zip(("klaremal.toml", "own.toml", "goals/goals.toml"), files, strict=False):
            text = "".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in content.items())
            (tmp_path / name).write_text(text, encoding="utf-8")
        read_from, found = read(tmp_path)
        try:
            return bind(read_from, core, found).warnings
        except WorkspaceError as error:
            return error.faults

    return of


def test_what_the_wrong_values_stand_in_is_right(faults: Callable[..., tuple[Fault, ...]]) -> None:
    """Without them the workspace only lacks figures."""
    good = {"dataset": {"cases": DATASET}, "indicator": {"late": LATE}}
    workspace = WORKSPACE | {"sources": {"own.cases": SOURCE}, "release": [RELEASE]}
    assert faults(workspace, good, {"goal": {"g": GOAL | {"at_least": 90}}}) == ()


@pytest.mark.parametrize("value", WRONG, ids=lambda value: toml(value)[:24])
def test_a_value_of_a_wrong_type_is_a_fault_wherever_it_stands(value: Any, faults: Callable[..., tuple[Fault, ...]]) -> None:
    """Every fault has a place, is short enough to read, and is not what Python says of types."""
    found = [fault for each in workspaces(value) for fault in faults(each)]
    assert len(found) > 20
    found += faults(blocks(value), own(value), goals(value))
    assert len(found) > 200
    assert [each for each in found if not each.path or RAW.search(str(each)) or len(str(each)) > 2000] == []


# Keys that take true.
TRUE = {
    "dataset.d_snapshot",
    "goal.n_change_strict",
    *(f"dataset.c_{key}.columns" for key in ("required", "unique", "personal")),
}


def test_true_is_no_text_no_number_no_day_and_no_table(faults: Callable[..., tuple[Fault, ...]]) -> None:
    """Of every block of which one key is true, that is told."""
    declared, goal_file = own(True), goals(True)
    found = faults(WORKSPACE | {"sources": {"own.cases": SOURCE}}, declared, goal_file)
    told = " ".join(f"{each.path}." for each in found)
    blocks = [f"{kind}.{name}" for file in (declared, goal_file) for kind in file for name in file[kind]]
    silent = [each for each in blocks if f" {each}." not in told and not any(key.startswith(each) for key in TRUE)]
    assert silent == ["dataset.cases", "indicator.late", *(f"indicator.o_{key}" for key in keys_of(shape.OverrideShape))]
