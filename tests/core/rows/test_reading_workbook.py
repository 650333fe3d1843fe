"""Workbooks: sheets and headers found or declared, cells of every kind as text; the files are written here, byte for byte."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from klaremal.engine import Engine
from klaremal.errors import SourceUnavailable, SourceUnreadable
from klaremal.reading.opened import Looked, Opened
from klaremal.reading.workbook import ExcelOptions, open_workbooks

Open = Callable[..., tuple[Opened, list[tuple[Any, ...]]]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
KNOWN = Looked(headers=frozenset({"skole", "fravær", "dato"}))


def line(number: int, row: list[Any]) -> str:
    """Write the cells of a row that hold something, each with its place."""
    return "".join(cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(row) if value is not None)


def cell(place: str, value: Any) -> str:
    """Write one cell as a workbook keeps it: dates are numbers with a style."""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{place}" s="2"><v>{(value - datetime(1899, 12, 30)).total_seconds() / 86400!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def write(path: Path, **sheets: list[list[Any]]) -> Path:
    """Write a workbook with these sheets and return its path."""
    numbers = range(1, len(sheets) + 1)
    formats = "".join(f'<xf numFmtId="{each}"/>' for each in (0, 14, 22))
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs count="3">{formats}</cellXfs></styleSheet>'
    kinds = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>' for n in numbers)
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in zip(numbers, sheets, strict=True))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
        + f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles,
    }
    for number, rows in zip(numbers, sheets.values(), strict=True):
        lines = "".join(f'<row r="{n}">{line(n, row)}</row>' for n, row in enumerate(rows, start=1) if row)
        files[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return path


@pytest.fixture
def opened(engine: Engine) -> Open:
    """Return a function that gives what the reader makes of a workbook, and its rows."""

    def open_(path: Path, looked: Looked = KNOWN, **options: Any) -> tuple[Opened, list[tuple[Any, ...]]]:
        source = open_workbooks([path], ExcelOptions(**options), looked, engine.scratch)
        return source, engine.query(source.sql, "read")

    return open_


ROWS = [["Skole", "Fravær", "Dato"], ["Blå Skole", 5.5, date(2026, 1, 31)], ["Ørestad", 6, date(2026, 2, 28)]]


def test_cells_of_every_kind_become_text(tmp_path: Path, opened: Open) -> None:
    """Dates are ISO, whole numbers have no point, and a number with decimals is marked as a number, not as text."""
    kinds = ["tekst", 5.0, 72.8, 2.351, 0.1 + 0.2, 1e20, True, date(2026, 1, 31), datetime(2026, 1, 31, 10, 30), None, "2,5"]
    path = write(tmp_path / "a.xlsx", Ark1=[[f"k{n}" for n in range(len(kinds))], kinds])
    source, rows = opened(path, Looked(headers=frozenset({"k1"})))
    assert rows == [
        ("tekst", "5", "72.8e0", "2.351e0", "0.3e0", "1e+20", "true", "2026-01-31", "2026-01-31 10:30:00", None, "2,5")
    ]
    assert source.native


def test_the_header_is_found_below_title_rows(tmp_path: Path, opened: Open) -> None:
    """Empty rows and columns before the table are kept in the count, as the workbook numbers them."""
    moved = [[None, *row] for row in ROWS]
    path = write(tmp_path / "a.xlsx", Ark1=[["Fravær på skoler"], [], [None, "Procent"], [], *moved])
    source, rows = opened(path)
    assert [header for header, _ in source.columns] == ["column_1", "Skole", "Fravær", "Dato"]
    assert rows[0] == (None, "Blå Skole", "5.5e0", "2026-01-31")
    assert opened(path, header_row=5)[1] == rows


def test_a_table_far_from_the_corner_is_numbered_as_in_excel(tmp_path: Path, opened: Open) -> None:
    """A table that begins in C3 has its header in row 3; a header that is missing in column D makes column_4."""
    moved = [[None, None, first, *rest] for first, *rest in [["Skole", None, "Fravær"], *ROWS[1:]]]
    source, rows = opened(write(tmp_path / "a.xlsx", Ark1=[[], [], *moved]), header_row=3)
    assert [header for header, _ in source.columns] == ["column_1", "column_2", "Skole", "column_4", "Fravær"]
    assert rows[1] == (None, None, "Ørestad", "6", "2026-02-28")


def test_the_first_sheet_is_read_unless_another_is_named(tmp_path: Path, opened: Open) -> None:
    """A sheet is named as it stands on its tab."""
    path = write(tmp_path / "a.xlsx", Forside=[["Skole"], ["x"]], Svar=ROWS)
    assert opened(path)[1] == [("x",)]
    assert len(opened(path, sheet="Svar")[1]) == 2


def test_a_sheet_that_is_not_there_is_named_with_the_nearest(tmp_path: Path, opened: Open) -> None:
    """All sheets are listed."""
    path = write(tmp_path / "a.xlsx", Forside=[["Skole"]], Svarark=ROWS)
    with pytest.raises(
        SourceUnreadable, match=r'there is no sheet "Svarak"; .*"Forside", "Svarark"\. Did you mean "Svarark"\?'
    ):
        opened(path, sheet="Svarak")


def test_workbooks_are_stacked_by_header(tmp_path: Path, engine: Engine) -> None:
    """One workbook a month is one source; `__row` goes on counting."""
    paths = [write(tmp_path / "1.xlsx", Ark1=ROWS), write(tmp_path / "2.xlsx", Ark1=[["Dato", "Skole"], ["x", "Ny"]])]
    looked = Looked(headers=KNOWN.headers, numbered=True)
    source = open_workbooks(paths, ExcelOptions(), looked, engine.scratch)
    found = engine.query(f"select Skole, Dato, __file, __row from ({source.sql})", "read")
    assert found == [
        ("Blå Skole", "2026-01-31", "1.xlsx", 1),
        ("Ørestad", "2026-02-28", "1.xlsx", 2),
        ("Ny", "x", "2.xlsx", 3),
    ]


def test_text_with_line_breaks_quotes_and_delimiters_survives(tmp_path: Path, opened: Open) -> None:
    """What people type into a cell comes through."""
    path = write(tmp_path / "a.xlsx", Ark1=[["Skole", "Fravær"], ['a;b "c"\nd', "x"], ["e\r\nf", ""]])
    assert opened(path)[1] == [('a;b "c"\nd', "x"), ("e\nf", None)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"empty \(0 bytes\)"),
        (b"PK\x03\x04" + b"garbage" * 40, "cannot be read .*save it again as .xlsx"),
        (b"Skole;Frav\xe6r\n", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "cannot be read"),
    ],
    ids=["0-bytes", "garbage", "csv-named-xlsx", "half-xls"],
)
def test_what_is_no_workbook_is_refused_in_words(tmp_path: Path, content: bytes, message: str, opened: Open) -> None:
    """The file is named, and what to do with it."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceUnreadable, match=message) as caught:
        opened(path)
    assert caught.value.address == str(path)


def test_half_a_workbook_is_refused(tmp_path: Path, opened: Open) -> None:
    """A workbook that was still being copied has no end."""
    whole = write(tmp_path / "whole.xlsx", Ark1=ROWS * 50).read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceUnreadable, match="It may be cut off"):
        opened(tmp_path / "half.xlsx")


@pytest.mark.parametrize("rows", [[], [[]], [[None, None]]], ids=["no-row", "empty-row", "empty-cells"])
def test_an_empty_sheet_is_refused(tmp_path: Path, rows: list[list[Any]], opened: Open) -> None:
    """Nothing to read is said, not passed over."""
    with pytest.raises(SourceUnreadable, match=r"is empty|nothing but blank lines"):
        opened(write(tmp_path / "a.xlsx", Ark1=rows))


def test_a_workbook_that_cannot_be_opened_names_excel(tmp_path: Path, opened: Open) -> None:
    """The file may be gone by the time it is read."""
    with pytest.raises(SourceUnavailable, match="cannot be opened"):
        opened(tmp_path / "væk.xlsx")
