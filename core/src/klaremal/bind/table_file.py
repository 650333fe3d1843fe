"""A small table that a workspace names beside its data (CSV or a workbook) as rows of cells; knows no columns."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from klaremal.errors import Fault, SourceUnreadable

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def read_table(path: Path, shown: str, cure: str) -> tuple[list[list[Any]], tuple[Fault, ...]]:
    """Return the rows of a file, header and all, or what keeps it from being read; `cure` is for one that is not there."""
    try:
        return (_workbook(path) if path.suffix.casefold() in WORKBOOKS else _delimited(path)), ()
    except FileNotFoundError:
        return [], (Fault(shown, "there is no such file.", cure),)
    except PermissionError:
        return [], (Fault(shown, "may not be opened.", "Close it in Excel, and check that you may read it."),)
    except (SourceUnreadable, OSError, ValueError, csv.Error) as error:
        return [], (Fault(shown, f"cannot be read: {error}.", "Open it, save it again as .xlsx or .csv, and close it."),)


def cell_text(cell: Any) -> str:
    """Return a cell as text; a workbook keeps codes such as 751 as numbers."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _workbook(path: Path) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    # The library opens files itself and tells less than the system does about why one cannot be opened.
    with path.open("rb"):
        pass
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            return [list(row) for row in workbook.get_sheet_by_index(0).to_python()]
    except CalamineError as error:
        raise SourceUnreadable(str(error)) from error


def _delimited(path: Path) -> list[list[Any]]:
    text = _decoded(path.read_bytes())
    head = text.partition("\n")[0]
    delimiter = max(";,\t|", key=head.count)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")
