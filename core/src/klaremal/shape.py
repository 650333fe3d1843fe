"""Values of TOML as typed fields: a table against an attrs class, every mistake a fault with its place; reads no file."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, Attribute, fields
from cattrs import BaseValidationError, Converter, StructureHandlerNotFoundError
from cattrs.errors import CattrsError

from klaremal.errors import DeclarationError, Fault, KlaremalError, nearest
from klaremal.model.text import Text

# A path, a pattern of paths or an address: text in which a control character is a backslash gone wrong.
PathText = NewType("PathText", str)
Names = tuple[str, ...]
Paths = tuple[PathText, ...]

# What cattrs and constructors raise besides our own errors.
_OTHER_ERRORS = (CattrsError, BaseValidationError, ValueError, TypeError, KeyError)

# What file systems take, in bytes.
_LONGEST_NAME = 255
_LONGEST_PATH = 3000
_SHOWN = 80
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_DANISH = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LETTERS = {"\n": "n", "\t": "t", "\r": "r", "\b": "b", "\f": "f", "\x1b": "e"}
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-ZÆØÅ])")


def fault(path: str, message: str, near: str = "") -> Fault:
    """Return a message as a fault: its first sentence is what is wrong, the rest the cure."""
    what, *cure = _SENTENCE.split(message.strip(), maxsplit=1)
    return Fault(path, what, " ".join(cure), near)


def under(place: str, key: str) -> str:
    """Return the place of a key: "klaremal.toml" gives "klaremal.toml: units", and that "klaremal.toml: units.set"."""
    return f"{place}.{key}" if ": " in place else f"{place}: {key}"


def read_text(value: Any) -> str:
    """Return text, or refuse a number or a date without quotes."""
    if isinstance(value, str):
        if not value:
            raise DeclarationError("the text is empty. Fill it in, or leave the line out.")
        return value
    if isinstance(value, (bool, list, Mapping)):
        raise DeclarationError(f"{_shown(value)} is not text. Write text in quotes.")
    raise DeclarationError(f'{_shown(value)} is not text. Write it in quotes: "{_shown(value)}".')


def read_path(value: Any) -> PathText:
    """Return a path with / between folders, or refuse one that no file has, as where a backslash became a control character."""
    text = read_text(value)
    if len(text.encode()) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_NAME for part in re.split(r"[/\\]", text)):
        raise DeclarationError(f"{text[:40]}... is longer than the name of a file can be. Write its path.")
    found = _CONTROL.search(text)
    if found:
        meant = "".join(f"/{_LETTERS[sign]}" if sign in _LETTERS else sign for sign in text).replace("\\", "/")
        letter = _LETTERS.get(found[0], "")
        raise DeclarationError(
            f"there is a control character in the path, because \\{letter} in double quotes is one. "
            f'Use / between folders ("{meant}") or single quotes.'
        )
    return PathText(text.replace("\\", "/"))


def read_day(value: Any) -> date:
    """Return a date, written without quotes or as ISO text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = str(value)
    if isinstance(value, datetime):
        raise DeclarationError(f"{text} has a time. Write the day only: {value.date()}.")
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise DeclarationError(f"{text} is not a day that exists. Write a date as 2026-12-31.") from None
    found = _DANISH.fullmatch(text)
    cure = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else "2026-12-31"
    year = f", {text}-01-01 or {text}-12-31" if isinstance(value, int) and 1900 < value < 2200 else ""
    raise DeclarationError(f"{_shown(value)} is not a date. Write year-month-day without quotes: {cure}{year}.")


def read_number(value: Any) -> float:
    """Return a number, or refuse one in quotes or with a decimal comma."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d+(?:[.,]\d+)?\s*%?", value.strip()):
        meant = value.strip(" %").replace(",", ".")
        raise DeclarationError(f'"{value}" is text, not a number. Write it without quotes and with a point: {meant}.')
    raise DeclarationError(f"{_shown(value)} is not a number. Write it as 92.5, without quotes.")


def read_whole(value: Any) -> int:
    """Return a whole number."""
    if read_number(value) != int(read_number(value)):
        raise DeclarationError(f"{value} is not a whole number. Write it without decimals.")
    return int(value)


def read_flag(value: Any) -> bool:
    """Return true or false."""
    if isinstance(value, bool):
        return value
    raise DeclarationError(f"{_shown(value)} is neither true nor false. Write true or false without quotes.")


def read_words(value: Any) -> Text:
    """Return text for people: one string, or a table of languages."""
    if isinstance(value, Mapping):
        return Text.of({str(key): read_text(each) for key, each in value.items()})
    return Text.of(read_text(value))


def read_table(value: Any) -> Mapping[str, Any]:
    """Return a table."""
    if isinstance(value, Mapping):
        return value
    raise DeclarationError(f"{_shown(value)} is not a table. Write {{ name = value }}, or a [block] of its own.")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (Mapping, list)):
        return "a table" if isinstance(value, Mapping) else "a list"
    text = str(value) if len(str(value)) <= _SHOWN else f"{str(value)[:_SHOWN]}..."
    return f'"{text}"' if isinstance(value, str) else text


class Shapes:
    """Reads TOML values as types, strictly: nothing is turned into another type by itself.

    It keeps the types of the fields of the classes it has seen, because a file has many goals of one shape. `more` reads
    further types, each found by a condition; `names` are those that annotations name and their modules do not import.
    """

    def __init__(
        self,
        more: Iterable[tuple[Callable[[Any], bool], Callable[[Any, Any], Any]]] = (),
        names: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._names = dict(names)
        made = self._converter = Converter(detailed_validation=False)
        self._kinds: dict[type, dict[str, Any]] = {}
        readers = ((str, read_text), (date, read_day), (float, read_number), (int, read_whole), (bool, read_flag))
        for kind, read in (*readers, (Text, read_words), (PathText, read_path)):
            made.register_structure_hook(kind, _hook(read))
        made.register_structure_hook_func(_is_union, self._read_one_of)
        made.register_structure_hook_func(_is_literal, _read_literal)
        made.register_structure_hook_func(_is_list, self._read_list)
        made.register_structure_hook_func(_is_fixed, self._read_fixed)
        made.register_structure_hook_func(_is_table, lambda value, _: read_table(value))
        for fits, read_more in more:
            made.register_structure_hook_func(fits, read_more)

    def read(self, value: Any, kind: Any) -> Any:
        """Return a value as a type; DeclarationError when it is not one."""
        return self._converter.structure(value, kind)

    def kinds(self, kind: type) -> Mapping[str, Any]:
        """Return the types of a class's fields; none when they name what is only imported for a type checker."""
        if kind not in self._kinds:
            try:
                self._kinds[kind] = get_type_hints(kind, None, self._names)
            except NameError:
                self._kinds[kind] = {}
        return self._kinds[kind]

    def _read_one_of(self, value: Any, kind: Any) -> Any:
        """Return the value as the first of several types that it is; a table of TOML has no None, but a preset may."""
        kinds = [each for each in get_args(kind) if each is not NoneType]
        if value is None and len(kinds) < len(get_args(kind)):
            return None
        refused: list[Exception] = []
        for each in kinds:
            try:
                return self.read(value, each)
            except (KlaremalError, *_OTHER_ERRORS) as error:
                refused.append(error)
        # Of several kinds the last is the larger one: a list, a table.
        raise refused[-1] if isinstance(value, (list, Mapping)) else refused[0]

    def _read_list(self, value: Any, kind: Any) -> Any:
        """Return a list of the kind's own type; one value stands for a list of one."""
        inner, origin = get_args(kind)[0], get_origin(kind)
        given = value if isinstance(value, (list, tuple)) else [value]
        return (origin or tuple)(self.read(each, inner) for each in given)

    def _read_fixed(self, value: Any, kind: Any) -> Any:
        """Return as many values as the kind has, each as its own type."""
        kinds = get_args(kind)
        if not isinstance(value, (list, tuple)) or len(value) != len(kinds):
            example = ", ".join('"..."' if each is str else "..." for each in kinds)
            given = f"a list of {len(value)}" if isinstance(value, (list, tuple)) else _shown(value)
            raise DeclarationError(f"{given} is not a list of {len(kinds)} values. Write [{example}].")
        return tuple(self.read(each, inner) for each, inner in zip(value, kinds, strict=True))


def _hook(read: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, _: read(value)


def _is_table(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return kind is dict or origin is dict or origin is Mapping


def _is_list(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return (origin is tuple and get_args(kind)[-1:] == (Ellipsis,)) or origin in (list, set, frozenset)


def _is_fixed(kind: Any) -> bool:
    return get_origin(kind) is tuple and bool(get_args(kind)) and get_args(kind)[-1] is not Ellipsis


def _is_literal(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is Literal


def _read_literal(value: Any, kind: Any) -> Any:
    if value in get_args(kind):
        return value
    raise DeclarationError(f"{_shown(value)} is unknown here. Use {', '.join(map(str, get_args(kind)))}.")


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def key_of(each: Attribute[Any]) -> str:
    """Return a field's key in the file: its name, but for words that Python keeps to itself (`from_` is `from`)."""
    return each.name.rstrip("_")


def read_fields(
    shapes: Shapes,
    table: Mapping[str, Any],
    kind: type,
    place: str,
    elsewhere: Mapping[str, str] | None = None,
    *,
    required: bool = True,
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Return the fields of an attrs class that a table fills rightly, by field name, and a fault for everything else.

    `elsewhere` says of keys that belong to another block where that is; without `required` nothing is missing.
    """
    known = {key_of(each): each for each in fields(kind)}
    kinds = shapes.kinds(kind)
    faults = list(unknown_keys(table, known, place, elsewhere or {}))
    good: dict[str, Any] = {}
    for key, each in known.items():
        if key not in table:
            if required and each.default is NOTHING:
                example = each.metadata.get("example", f'{key} = "..."')
                faults.append(Fault(place, f'"{key}" is missing.', f"Add {example}"))
            continue
        try:
            good[each.name] = shapes.read(table[key], kinds.get(each.name, Any))
        except KlaremalError as error:
            faults.append(fault(under(place, key), str(error)))
        except StructureHandlerNotFoundError:
            # A type of the plugin's own: what it makes of the value is its own affair.
            good[each.name] = table[key]
        except _OTHER_ERRORS as error:
            cure = f"Its type is {kinds.get(each.name, each.type)}."
            faults.append(Fault(under(place, key), f"{_shown(table[key])} does not fit: {error}.", cure))
    return good, tuple(faults)


def unknown_keys(table: Mapping[str, Any], known: Iterable[str], place: str, elsewhere: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return a fault for every key that is not known, with the nearest one or the block where it belongs."""
    names = tuple(known)
    faults = []
    for key in table:
        if key in names:
            continue
        if key in elsewhere:
            faults.append(Fault(place, f'"{key}" does not belong in this block.', elsewhere[key]))
            continue
        near = nearest(key, names)
        cure = "" if near else f"The keys here are {', '.join(sorted(names))}."
        faults.append(Fault(place, f'the key "{key}" is unknown.', cure, near))
    return tuple(faults)
