"""Core's collectors: files of the workspace for core's own readers; each only says which files, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import asdict

from klaremal.model.collector import Collected, Collector, Request
from klaremal.reading.delimited import CsvOptions
from klaremal.reading.parquet import ParquetOptions
from klaremal.reading.records import JsonOptions
from klaremal.reading.workbook import ExcelOptions


def _files(format: str) -> Callable[[Request[Any]], Collected]:
    """Return the collect function of a format: all files of the source, with the source's options for its reader."""

    def collect(request: Request[Any]) -> Collected:
        paths = request.files()
        frame = request.read(*paths, format=format, **asdict(request.options))
        return Collected(frame=frame, origin=", ".join(request.patterns))

    return collect


CSV = Collector(
    name="csv",
    title={
        "da": "CSV-filer (også .txt, .gz og .zip); tegnsæt, skilletegn og overskriftsrække findes selv",
        "en": "CSV files (also .txt, .gz and .zip); encoding, delimiter and header row are found",
        "nb": "CSV-filer (også .txt, .gz og .zip); tegnsett, skilletegn og overskriftsrad finnes selv",
    },
    options=CsvOptions,
    collect=_files("csv"),
)
EXCEL = Collector(
    name="excel",
    title={
        "da": "Regneark (.xlsx, .xls, .xlsb, .ods): ét ark, overskriftsrækken findes selv",
        "en": "Workbooks (.xlsx, .xls, .xlsb, .ods): one sheet, the header row is found",
        "nb": "Regneark (.xlsx, .xls, .xlsb, .ods): ett ark, overskriftsraden finnes selv",
    },
    options=ExcelOptions,
    collect=_files("excel"),
)
PARQUET = Collector(
    name="parquet",
    title={"da": "Parquet-filer", "en": "Parquet files", "nb": "Parquet-filer"},
    options=ParquetOptions,
    collect=_files("parquet"),
)
JSON = Collector(
    name="json",
    title={
        "da": "JSON-filer: en liste af poster, eventuelt under en sti",
        "en": "JSON files: a list of records, possibly below a path",
        "nb": "JSON-filer: en liste av poster, eventuelt under en sti",
    },
    options=JsonOptions,
    collect=_files("json"),
)
COLLECTORS = (CSV, EXCEL, PARQUET, JSON)
