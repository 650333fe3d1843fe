"""The keys of a goal that give it a target, and the target that a key and its value describe; reads no file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from attrs import NOTHING, fields

from klaremal.errors import DeclarationError, nearest
from klaremal.model.done import Done
from klaremal.model.listed import Listed
from klaremal.model.standing import Change, Relative
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target

TARGET_KEYS = ("at_least", "at_most", "between", "path", "change", "relative", "done")

_EXAMPLES = {
    "path": "{ 2026 = 60, 2029 = 66 }",
    "change": "{ by = 1.5, since = 2025 }",
    "relative": '{ to = "nation", offset = 0.5 }',
    "done": '{ by = 2027-12-31, status = "not_yet" }',
}


def target_of(key: str, value: Any, **options: Any) -> Target:
    """Return the target that a TOML key and its value describe; a DeclarationError says what is wrong with the value.

    `options` are further keys of a path given as a table, such as `shape`.
    """
    if key == "at_least":
        return AtLeast(value)
    if key == "at_most":
        return AtMost(value)
    if key == "between":
        if not (isinstance(value, (list, tuple)) and len(value) == 2):
            raise DeclarationError(f"between: {value!r} is not two numbers; write [95, 105].")
        return Between(*value)
    if key not in TARGET_KEYS:
        raise DeclarationError(f'"{key}" is no target; use one of {", ".join(TARGET_KEYS)}.')
    if not isinstance(value, Mapping):
        raise DeclarationError(f"{key}: {value!r} is not a table; write {_EXAMPLES[key]}.")
    if key == "path":
        points = {name: each for name, each in value.items() if name != "shape"}
        return Path(points, shape=value.get("shape", options.get("shape", "linear")))
    kinds: dict[str, Callable[..., Target]] = {"change": Change, "relative": Relative, "done": Done}
    return _of_table(key, value, kinds[key])


def target_from(plain: Mapping[str, Any]) -> Target:
    """Return the target whose canonical form this is, with the name of its kind under the empty key."""
    kinds: dict[str, Callable[..., Target]] = {
        kind.__name__: kind for kind in (AtLeast, AtMost, Between, Path, Change, Relative, Done, Listed)
    }
    fields = {name: value for name, value in plain.items() if name}
    if plain[""] == Done.__name__:
        fields |= {name: date.fromisoformat(fields[name]) for name in ("by", "on") if fields[name] is not None}
    if plain[""] == Listed.__name__ and fields["path"] is not None:
        fields["path"] = target_from(fields["path"])
    return kinds[plain[""]](**fields)


def _of_table(key: str, value: Mapping[str, Any], kind: Any) -> Target:
    """Return the target whose fields a table fills."""
    known = {each.name: each for each in fields(kind)}
    for name in value:
        if name not in known:
            raise DeclarationError(f'{key}: the key "{name}" is unknown. {_meant(name, known)}')
    for name, each in known.items():
        if each.default is NOTHING and name not in value:
            raise DeclarationError(f'{key}: "{name}" is missing. Write {_EXAMPLES[key]}.')
    if "strict" in value and not isinstance(value["strict"], bool):
        raise DeclarationError(f"{key}: strict: {value['strict']!r} is neither true nor false. Write it without quotes.")
    made: Target = kind(**value)
    return made


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f'Did you mean "{near}"?' if near else f"The keys are {', '.join(known)}."
