"""Workbooks (xlsx, xls, xlsb, ods): one sheet as text, its header row found or declared; values are read, never formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from klaremal.errors import SourceUnreadable, nearest
from klaremal.reading.delimited import REWRITTEN, Table, even_row, row_number, stacked
from klaremal.reading.encoding import unavailable
from klaremal.reading.header import ROWS_SEARCHED, find_header
from klaremal.reading.opened import NATIVE_ENDING, Looked, Opened, column_names, doubled_headers, listed

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


@frozen(kw_only=True)
class ExcelOptions:
    """Where the table is: the sheet's name (default: the first sheet) and the header's row, as the workbook numbers it."""

    sheet: str | None = None
    header_row: int | None = field(default=None, validator=row_number)


def open_workbooks(paths: Iterable[Path], options: ExcelOptions, looked: Looked, scratch: Path) -> Opened:
    """Return a sheet of each workbook as one query, stacked by header in the order given.

    Dates become ISO text; a number with decimals is marked with `NATIVE_ENDING`. Errors: SourceUnavailable, SourceUnreadable.
    """
    return stacked([_table(path, options, looked, scratch) for path in paths], looked, native=True)


def _table(path: Path, options: ExcelOptions, looked: Looked, scratch: Path) -> Table:
    try:
        return _written(path, _sheet(_workbook(path), options.sheet), options, looked, scratch)
    except SourceUnreadable as error:
        raise SourceUnreadable(error.message, address=str(path)) from error


def _workbook(path: Path) -> CalamineWorkbook:
    import python_calamine

    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise SourceUnreadable("the workbook is empty (0 bytes). Save or fetch it again.")
        return python_calamine.load_workbook(path)
    except python_calamine.PasswordError as error:
        raise SourceUnreadable("the workbook has a password. Save a copy without one for klaremal.") from error
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError) as error:
        raise SourceUnreadable(
            f"the workbook cannot be read ({error}). It may be cut off, or another kind of file with a workbook's name: "
            "open it in Excel and save it again as .xlsx."
        ) from error
    except OSError as error:
        raise unavailable(path, error) from error


def _sheet(workbook: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
    names = workbook.sheet_names
    if wanted is None and names:
        return workbook.get_sheet_by_index(0)
    if wanted not in names:
        near = nearest(wanted or "", names)
        hint = f' Did you mean "{near}"?' if near else ""
        raise SourceUnreadable(f'there is no sheet "{wanted}"; the workbook has {listed(names)}.{hint}')
    return workbook.get_sheet_by_name(wanted)


def _written(path: Path, sheet: CalamineSheet, options: ExcelOptions, looked: Looked, scratch: Path) -> Table:
    """Write the rows below the header to the scratch folder as CSV and return them as a table."""
    rows = _rows(sheet)
    top = list(islice(rows, max(ROWS_SEARCHED, options.header_row or 0)))
    if not top:
        raise SourceUnreadable(f'the sheet "{sheet.name}" is empty.')
    header = find_header(top, looked, options.header_row)
    names = column_names(top[header.row], max(map(len, top)))
    target = scratch / f"sheet_{len(list(scratch.iterdir()))}.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=REWRITTEN, lineterminator="\n")
        writer.writerows(even_row(row, len(names)) for row in chain(top[header.row + 1 :], rows))
    doubled = doubled_headers(top[header.row])
    return Table(path=target, label=path.name, delimiter=REWRITTEN, names=names, above=0, doubled=doubled)


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Give every row of a sheet as text, from its first row and column on, so that both are numbered as in Excel."""
    # The library gives the empty rows above the first cell, but not the empty columns before it.
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + [_cell(value) for value in row]


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Fifteen digits are what Excel keeps and shows: 0.1 + 0.2 is 0.3 there.
        shown = f"{value:.15g}"
        return shown if "." not in shown or "e" in shown else shown + NATIVE_ENDING
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)
