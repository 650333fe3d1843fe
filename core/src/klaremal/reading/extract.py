"""From an extract (files and a format, as collectors hand it over) to a query, by the reader of its format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import fields

from klaremal.engine import Engine
from klaremal.errors import DeclarationError, nearest
from klaremal.model.collector import Extract
from klaremal.reading.delimited import CsvOptions, open_delimited
from klaremal.reading.opened import Looked, Opened, listed
from klaremal.reading.parquet import ParquetOptions, open_parquet
from klaremal.reading.records import JsonOptions, open_records
from klaremal.reading.workbook import ExcelOptions, open_workbooks

READERS: Mapping[str, type] = MappingProxyType(
    {"csv": CsvOptions, "excel": ExcelOptions, "json": JsonOptions, "parquet": ParquetOptions}
)


def open_extract(extract: Extract, looked: Looked, engine: Engine) -> Opened:
    """Return the extract as a query; no row is kept in Python.

    Errors: SourceUnavailable and SourceUnreadable for the files, DeclarationError for a format or an option that no reader has.
    """
    options = reader_options(extract.format, dict(extract.options))
    if isinstance(options, CsvOptions):
        return open_delimited(extract.paths, options, looked, engine)
    if isinstance(options, ExcelOptions):
        return open_workbooks(extract.paths, options, looked, engine.scratch)
    if isinstance(options, JsonOptions):
        return open_records(extract.paths, options, looked, engine)
    return open_parquet(extract.paths, looked, engine)


def reader_options(format: str, given: Mapping[str, Any]) -> Any:
    """Return a reader's options as its own value; DeclarationError names what it does not know."""
    if format not in READERS:
        raise DeclarationError(f'request.read: format "{format}" is unknown. Use {listed(READERS)}.')
    reader = READERS[format]
    known = [each.name for each in fields(reader)]
    unknown = sorted(set(given) - set(known))
    if unknown:
        near = nearest(unknown[0], known)
        hint = f' Did you mean "{near}"?' if near else ""
        raise DeclarationError(f'request.read: the {format} reader has no option "{unknown[0]}"; it has {listed(known)}.{hint}')
    return reader(**given)
