"""The goal files of a workspace: which they are, and each goal with its file's defaults filled in; knows no indicator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, fields, frozen

from klaremal.errors import Fault, nearest
from klaremal.model.column import pairs
from klaremal.model.file_pattern import files_like
from klaremal.model.identifier import is_workspace_id, suggest
from klaremal.shape import Shapes, key_of, read_fields, under
from klaremal.workspace.shape import DEFAULT_GOALS, TARGETS, DecisionShape, GoalFileShape, GoalShape
from klaremal.workspace.toml_text import read_toml

# Keys that say how a figure is judged.
_OF_FIGURES = ("indicator", "within", "units", "targets", "breakdown", "by", "summary", "minimum_coverage", "tolerance", "rule")


@frozen(kw_only=True)
class GoalSection:
    """One [goal.<id>] of a file: its values by key as far as they can be read, the file's defaults filled in.

    `faulty` says that some key could not be read, which is a fault of its own; the goal is not judged then.
    """

    id: str
    values: tuple[tuple[str, Any], ...] = field(converter=pairs, hash=False)
    place: str = field(default="", eq=False)
    faulty: bool = False


def read_goals(
    shapes: Shapes, folder: Path, patterns: Iterable[str] | None
) -> tuple[tuple[GoalSection, ...], tuple[Fault, ...], tuple[str, ...]]:
    """Return the goals of all files that the patterns match, what is wrong, and the files that could not be read.

    Every pattern must match a file; None stands for the default pattern, which need not.
    """
    sections: list[GoalSection] = []
    faults: list[Fault] = []
    unread: list[str] = []
    files, missing = _files(folder, patterns)
    faults += missing
    for path, shown in files:
        table, found = read_toml(path, shown)
        faults += found
        if table is None:
            unread.append(shown)
            continue
        more, wrong = _read_file(shapes, table, shown)
        sections += more
        faults += wrong
    return tuple(sections), tuple(faults), tuple(unread)


def _files(folder: Path, patterns: Iterable[str] | None) -> tuple[list[tuple[Path, str]], list[Fault]]:
    found: dict[Path, str] = {}
    faults = []
    for pattern in DEFAULT_GOALS if patterns is None else patterns:
        matches = _matches(folder, pattern)
        for path in matches:
            found[path] = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
        if not matches and patterns is not None:
            faults.append(_no_file(folder, pattern))
    return list(found.items()), faults


def _no_file(folder: Path, pattern: str) -> Fault:
    """Return the fault of a pattern that matches nothing, with the file that was meant as far as it can be told."""
    is_name = not any(sign in pattern for sign in "*?[")
    what = f'there is no file "{pattern}".' if is_name else f'no file matches "{pattern}".'
    hidden = _matches(folder, f"{pattern}.txt")
    if hidden:
        cure = f"There is {hidden[0].name}: save it as .toml (rename it to {hidden[0].stem})."
        return Fault("klaremal.toml: goals", what, cure)
    files = [*folder.glob("*.toml*"), *folder.glob("*/*.toml*")]
    known = sorted(each.relative_to(folder).as_posix() for each in files if each.name != "klaremal.toml")
    cure = "Check its name and folder." if is_name else "Check the folder and the ending (.toml), or write a goal file there."
    return Fault("klaremal.toml: goals", what, cure, nearest(pattern, known))


def _matches(folder: Path, pattern: str) -> list[Path]:
    return [each for each in files_like(folder, pattern) if not each.name.startswith((".", "~"))]


def _read_file(shapes: Shapes, table: Mapping[str, Any], shown: str) -> tuple[list[GoalSection], list[Fault]]:
    below = dict.fromkeys((key_of(each) for each in fields(GoalShape)), "Put it below [defaults] or below a [goal.<id>].")
    top, found = read_fields(shapes, table, GoalFileShape, shown, below)
    faults = list(found)
    sections: list[GoalSection] = []
    # A mistake in the defaults is said once, not in every goal that they are filled into.
    defaults, wrong = _fields(shapes, top.get("defaults", {}), under(shown, "defaults"), required=False)
    faults += wrong
    unreadable = {key for key in top.get("defaults", {}) if key not in defaults}
    for goal_id, block, place in _blocks(top.get("goal", {}), shown):
        if not isinstance(block, Mapping):
            faults.append(Fault(place, "is not a block.", f"Write [goal.{goal_id}] on a line of its own."))
            continue
        if not is_workspace_id(goal_id):
            cure = f"An id is a-z, 0-9 and _, beginning with a letter: [goal.{suggest(goal_id).replace('.', '_')}]."
            faults.append(Fault(place, f'"{goal_id}" cannot be the id of a goal.', cure))
            continue
        own, wrong = _fields(shapes, block, place, required=False)
        values = _filled(defaults, own)
        lacking = _lacking(values, {*block, *unreadable}, place)
        faults += [*wrong, *lacking]
        faulty = bool(wrong or lacking or unreadable)
        sections.append(GoalSection(id=goal_id, values=values, place=place, faulty=faulty))
    return sections, faults


def _blocks(goals: Mapping[str, Any], shown: str) -> Iterator[tuple[str, Any, str]]:
    for goal_id, entry in goals.items():
        several = isinstance(entry, list)
        for number, block in enumerate(entry if several else [entry], start=1):
            place = under(shown, f"goal.{goal_id}") + (f" (version {number})" if several else "")
            yield goal_id, block, place


def _fields(shapes: Shapes, block: Mapping[str, Any], place: str, *, required: bool) -> tuple[dict[str, Any], list[Fault]]:
    values, found = read_fields(shapes, block, GoalShape, place, required=required)
    faults = list(found)
    if values.get("decision") is not None:
        decision, wrong = read_fields(shapes, values["decision"], DecisionShape, under(place, "decision"))
        faults += wrong
        if wrong:
            del values["decision"]
        else:
            values["decision"] = decision
    return values, faults


def _filled(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a goal's values on top of the defaults; a target of its own takes the place of the defaults' target.

    What the defaults say of how figures are judged does not hold for something to be done.
    """
    if any(key in own for key in TARGETS):
        elsewhere = (*TARGETS, "shape", *(_OF_FIGURES if "done" in own else ()))
        defaults = {key: value for key, value in defaults.items() if key not in elsewhere}
    return {**defaults, **own}


def _lacking(values: Mapping[str, Any], given: Iterable[str], place: str) -> list[Fault]:
    examples = {
        "title": 'Add title = "...".',
        "promise": 'Add promise = "..." (the sentence for the citizen).',
        "valid_from": "Add valid_from = 2026-01-01, here or below [defaults].",
    }
    return [
        Fault(place, f'"{key}" is missing.', cure) for key, cure in examples.items() if key not in values and key not in given
    ]
