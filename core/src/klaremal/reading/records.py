"""JSON: a list of records (or one record a line) as a query, every key as text; keys inside an object get dots (`q.el`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import Attribute, field, frozen

from klaremal.engine import Engine, name, text
from klaremal.errors import DeclarationError, SourceError, SourceUnreadable
from klaremal.reading.encoding import Plain, plain_texts
from klaremal.reading.opened import NATIVE_ENDING, Looked, Opened, column_names, listed

_LARGEST = (1 << 32) - 1
# Objects in objects in objects: further down a value stays the JSON text that it is.
_DEEPEST = 4

Way = tuple[str, ...]


def _check_path(_: object, attribute: Attribute[str], value: str) -> None:
    if value and not all(str(value).split(".")):
        raise DeclarationError(f'{attribute.name}: {value!r} is no way to the records. Write the keys with dots: "data.rows".')


@frozen(kw_only=True)
class JsonOptions:
    """Where the records are: keys with dots between them (`data.rows`); empty when the file itself is the list."""

    path: str = field(default="", validator=_check_path)
    encoding: str | None = None


def open_records(paths: Iterable[Path], options: JsonOptions, looked: Looked, engine: Engine) -> Opened:
    """Return JSON files as one query, stacked by key in the order given; a key that a record lacks is null.

    Numbers with decimals are marked with `NATIVE_ENDING`. Errors: SourceUnavailable, SourceUnreadable.
    """
    ways: dict[Way, str] = {}
    parts: list[tuple[Plain, str, tuple[Way, ...]]] = []
    for path in paths:
        for plain in plain_texts(path, engine.scratch, options.encoding):
            records = _records(plain, options.path)
            try:
                own = _keys(records, plain, options, engine)
            except SourceError as error:
                raise SourceUnreadable(f"{plain.name}: {error.message}", address=str(path)) from error
            parts.append((plain, records, own))
            for way in own:
                ways.setdefault(way, ".".join(way))
    names = dict(zip(ways, column_names(tuple(ways.values()), len(ways)), strict=True))
    sql = " union all ".join(_query(records, own, names, plain.name, looked) for plain, records, own in parts)
    columns = [(each, "VARCHAR") for each in names.values()]
    if looked.numbered:
        sql = f"select *, row_number() over () as __row from ({sql})"
        columns += [("__file", "VARCHAR"), ("__row", "BIGINT")]
    return Opened(sql=sql, columns=tuple(columns), native=True)


def _records(plain: Plain, path: str) -> str:
    """Write the query that gives each record as `record`."""
    size = min(max(plain.path.stat().st_size + 1024, 1 << 24), _LARGEST)
    file = text(plain.path.as_posix())
    if not path:
        return f"select json as record from read_json_objects({file}, maximum_object_size={size})"
    way = "$" + "".join(f'."{key}"' for key in path.split("."))
    whole = f"read_json_objects({file}, format='unstructured', maximum_object_size={size})"
    return f"select unnest(json_extract(json, {text(way + '[*]')})) as record from {whole}"


def _keys(records: str, plain: Plain, options: JsonOptions, engine: Engine) -> tuple[Way, ...]:
    """Return the ways to the values of all records, in the order in which they first appear."""
    sql = f"select json_group_structure(record) from ({records}) where json_type(record) = 'OBJECT'"
    found = engine.query(sql, f"find the keys of {plain.name}")
    structure = json.loads(found[0][0]) if found and found[0][0] else {}
    keys = tuple(_ways(structure)) if isinstance(structure, dict) else ()
    if keys:
        return keys
    lists = _lists(plain, engine)
    hint = f" Lists are at {listed(lists)}: write path = {text(lists[0])}." if lists else ""
    where = f'at path "{options.path}"' if options.path else "in the file"
    raise SourceUnreadable(f"there are no records {where}: klaremal looks for a list of objects.{hint}")


def _lists(plain: Plain, engine: Engine) -> list[str]:
    """Return the ways to lists of records inside the first object, two keys deep, for a message."""
    file = text(plain.path.as_posix())
    sql = f"select json_structure(json) from read_json_objects({file}, maximum_object_size=268435456) limit 1"
    found = engine.query(sql, f"look into {plain.name}")
    structure = str(found[0][0]) if found else ""
    return re.findall(r'"([^"]+)":\[\{', structure)


def _ways(structure: Mapping[str, Any], above: Way = ()) -> Iterator[Way]:
    """Give the way to every value that is no object itself; an empty object, or one too deep, is a value.

    A key without a name is no column.
    """
    for key, inner in structure.items():
        if not key:
            continue
        way = (*above, key)
        if isinstance(inner, Mapping) and inner and len(way) < _DEEPEST:
            yield from _ways(inner, way)
        else:
            yield way


def _shape(ways: Iterable[Way]) -> Any:
    """Return the ways as the nested object that json_transform wants; what lies at the end of each is left as it is."""
    shape: dict[str, Any] = {}
    for way in ways:
        inner = shape
        for key in way[:-1]:
            inner = inner.setdefault(key, {})
        inner[way[-1]] = "JSON"
    return shape


def _query(records: str, own: tuple[Way, ...], names: dict[Way, str], label: str, looked: Looked) -> str:
    cells = [_cell(way, each) if way in own else f"null::varchar as {name(each)}" for way, each in names.items()]
    extra = f", {text(label)} as __file" if looked.numbered else ""
    shape = text(json.dumps(_shape(own), ensure_ascii=False))
    inner = f"select unnest(json_transform(record, {shape})) from ({records})"
    return f"select {', '.join(cells)}{extra} from ({inner})"


def _cell(way: Way, column: str) -> str:
    place = ".".join(name(key) for key in way)
    value = f"({place}->>'$')"
    marked = f"{value} || {text(NATIVE_ENDING)}"
    number = f"json_type({place}) = 'DOUBLE' and contains({value}, '.') and not contains(lower({value}), 'e')"
    return f"case when {number} then {marked} else {value} end as {name(column)}"
