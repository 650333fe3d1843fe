"""Options made up for a collector, by the types and names of its fields; it asks no collector for anything."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from attrs import NOTHING, fields

from klaremal.shape import PathText, Shapes, key_of, read_fields

_FILE: Final = "missing/nothing.csv"
_TEXT: Final = "example"
_DAY: Final = date(2025, 1, 1)
_ADDRESS_NAMES: Final = re.compile(r"(url|uri|address|endpoint|host|server|link)s?$")
_FILE_NAMES: Final = re.compile(r"(path|file|folder|directory)s?$")
# What a field of a plain type is given; a boolean is no number here, and a time no day.
_PLAIN: Final[Mapping[Any, Any]] = {
    bool: False, int: 1, float: 1.0, date: _DAY, datetime: datetime(2025, 1, 1),
}  # fmt: skip


@contextmanager
def refusing_address() -> Iterator[str]:
    """Give an address of this machine at which nobody answers as long as the block runs."""
    with socket.socket() as held:
        # A number that is taken and not listened at refuses whoever calls.
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/nothing"


def options_of(kind: type[Any], address: str) -> tuple[Any, Mapping[str, Any]] | None:
    """Return an instance of an options class with what was made up for it; None where it refuses all that is thought of.

    What must be given is read as from a workspace: a path that does not exist, an address that refuses, a text, a number.
    """
    for everywhere in ("", address, _FILE, "1", "2025-01-01"):
        shapes = Shapes()
        kinds = shapes.kinds(kind)
        made = {
            key_of(each): _value(kinds.get(each.name, each.type), each.name, address, everywhere)
            for each in fields(kind)
            if each.default is NOTHING and each.init
        }
        good, faults = read_fields(shapes, made, kind, "", required=False)
        try:
            if not faults:
                return kind(**good), made
        except Exception:  # noqa: BLE001 - a class may refuse in its own words, and is then asked with other texts
            continue
    return None


def _value(kind: Any, name: str, address: str, everywhere: str) -> Any:
    """Return a value as a workspace could hold it; a text for types that klaremal does not know."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _value(next(each for each in inner if each is not NoneType), name, address, everywhere)
    if origin is Literal:
        return inner[0]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return {}
    if origin in (tuple, list, set, frozenset):
        return [_value(inner[0], name, address, everywhere)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if everywhere:
        return everywhere
    is_file = kind in (Path, PathText) or _FILE_NAMES.search(name)
    return address if _ADDRESS_NAMES.search(name) else _FILE if is_file else _TEXT
