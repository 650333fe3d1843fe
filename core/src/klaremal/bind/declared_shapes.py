"""How values of TOML fill the fields of datasets, columns, indicators and measures; builds none of the four itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin

from klaremal.errors import DeclarationError
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.deadline import Deadline, Within
from klaremal.model.formula import Formula
from klaremal.model.indicator import Reference
from klaremal.model.measure import Measure, Total
from klaremal.model.on_time import Pauses
from klaremal.model.text import Text
from klaremal.shape import Shapes, read_fields, read_number, read_table, read_text

Reader = Callable[[Any, Any], Any]


def declared_shapes() -> Shapes:
    """Return shapes that know the types of declarations.

    A dataset and a measure are taken as they are: they are found and made before.
    """
    made: list[Shapes] = []

    def of(read: Callable[[Shapes, Any], Any]) -> Reader:
        return lambda value, _: read(made[0], value)

    readers: tuple[tuple[Any, Reader], ...] = (
        (Formula, of(_formula)),
        (Reference, of(_reference)),
        (Total, of(_total)),
        (Pauses, of(lambda shapes, value: _from_table(shapes, Pauses, value))),
        (tuple[Column, ...], of(_columns)),
        (Within, lambda value, _: Within.of(read_text(value))),
        (Within | Deadline | None, of(_allowed)),
        (Dataset | str | None, lambda value, _: read_text(value)),
        (Dataset, lambda value, _: value),
        (Measure, lambda value, _: value),
    )
    fitting = [(_is(kind), read) for kind, read in readers]
    made.append(Shapes((*fitting, (_is_pairs, _pairs_reader(made))), {"Dataset": Dataset}))
    return made[0]


def _is(wanted: Any) -> Callable[[Any], bool]:
    return lambda kind: bool(kind == wanted)


def _is_pairs(kind: Any) -> bool:
    """Say whether a type is pairs of a name (or a day) and a value, which a table gives."""
    inner = get_args(kind)[:1] if get_origin(kind) is tuple and get_args(kind)[-1:] == (Ellipsis,) else ()
    return bool(inner) and get_origin(inner[0]) is tuple and len(get_args(inner[0])) == 2 and Ellipsis not in get_args(inner[0])


def _pairs_reader(made: list[Shapes]) -> Reader:
    def read(value: Any, kind: Any) -> Any:
        name, of = get_args(get_args(kind)[0])
        if isinstance(value, Mapping):
            return tuple((made[0].read(key, name), made[0].read(each, of)) for key, each in value.items())
        if (name, of) != (str, Text):
            return read_table(value)
        # Values with their words may be listed without words.
        if not isinstance(value, list):
            raise DeclarationError(f'{value!r} is neither a list nor a table. Write ["a", "b"] or {{ a = "In words" }}.')
        return tuple(read_text(each) for each in value)

    return read


def _formula(shapes: Shapes, value: Any) -> Formula:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Formula.of(read_number(value) if isinstance(value, float) else value)
    return Formula.of(read_text(value))


def _reference(shapes: Shapes, value: Any) -> Reference:
    return _from_table(shapes, Reference, value) if isinstance(value, Mapping) else Reference(read_text(value))


def _total(shapes: Shapes, value: Any) -> Total:
    return _from_table(shapes, Total, value) if isinstance(value, Mapping) else Total(_formula(shapes, value))


def _allowed(shapes: Shapes, value: Any) -> Within | Deadline:
    return _from_table(shapes, Deadline, value) if isinstance(value, Mapping) else Within.of(read_text(value))


def _columns(shapes: Shapes, value: Any) -> tuple[Column, ...]:
    """Return the columns of a table: name = "type", or name = { type = "...", ... }."""
    found, wrong = [], []
    for name, each in read_table(value).items():
        try:
            table = {"type": each} if isinstance(each, str) else dict(read_table(each))
            found.append(_from_table(shapes, Column, {"name": name, **table}))
        except DeclarationError as error:
            text = str(error).removeprefix(f'column "{name}": ')
            wrong.append(f"{name}: {text}")
    if wrong:
        raise DeclarationError(" ".join(wrong))
    return tuple(found)


def _from_table(shapes: Shapes, kind: Any, value: Any) -> Any:
    """Return an object of a class whose fields a table gives; every mistake in it in one error."""
    values, faults = read_fields(shapes, read_table(value), kind, "")
    if faults:
        raise DeclarationError(" ".join(str(each).removeprefix(": ") for each in faults))
    return kind(**values)
