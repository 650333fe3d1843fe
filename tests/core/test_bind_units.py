"""The workspace's own units: a file of districts and institutions in CSV or a workbook, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from klaremal.bind.units_file import UnitRow, read_units_file
from klaremal.bind.workspace import Bound

Binding = Callable[..., Bound]
Faults = Callable[..., list[str]]

UNITS = "code,name,level,parent,valid_from,valid_to,aliases\n"
DAY = date(2026, 6, 1)


@pytest.fixture
def with_units(workspace_text: str) -> str:
    """Return a workspace that names a file of units."""
    return workspace_text + '[units]\nset = "dk"\nfile = "enheder.csv"\n'


def test_a_file_adds_districts_and_institutions_below_the_municipality(bound: Binding, with_units: str) -> None:
    """The unit above is named by code or name; without one it is the organisation."""
    rows = "730-1,Østby,district,,,,\n730-11,Solsikken,institution,Østby,2026-01-01,2028-12-31,Solen;Sol\n"
    units = bound(with_units, **{"enheder.csv": UNITS + rows}).units
    assert (units.resolve("Østby"), units.parent("730-1", DAY)) == ("730-1", "730")
    assert (units.resolve("Sol"), units.parent("730-11", DAY)) == ("730-11", "730-1")
    assert units.get("730-11").valid_to == date(2028, 12, 31)
    assert units.ancestor("730-11", "municipality", DAY) == "730"


def test_a_goal_may_name_the_files_units(bound: Binding, with_units: str, goal_text: str) -> None:
    """By name."""
    made = bound(with_units, goal_text + 'units = "Østby"\n', **{"enheder.csv": UNITS + "730-1,Østby,district,,,,\n"})
    assert made.goals[0].goal.units == ("Østby",)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("﻿Kode;Navn;Niveau\n730-1;Østby;Distrikt\n".encode(), id="Excel's CSV with a byte order mark"),
        pytest.param("Kode;Navn;Niveau\r\n730-1;Østby;Distrikt\r\n".encode("cp1252"), id="ANSI"),
        pytest.param("code\tname\tlevel\n730-1\tØstby\tdistrict\n".encode("utf-16"), id="Excel's Unicode text"),
        pytest.param('code,name,level\n"730-1","Østby",district\n'.encode(), id="commas and quotes"),
    ],
)
def test_a_csv_is_read_as_excel_writes_it(content: bytes, tmp_path: Path) -> None:
    """Encodings, delimiters and Danish headers are found."""
    path = tmp_path / "enheder.csv"
    path.write_bytes(content)
    rows, faults = read_units_file(path, "enheder.csv")
    assert faults == ()
    assert rows == (UnitRow(place="enheder.csv: row 2", code="730-1", name="Østby", level="district"),)


CELL = {str: '<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>', int: '<c r="{at}"><v>{value}</v></c>'}
DAY_CELL = '<c r="{at}" s="1"><v>{value}</v></c>'
OFFICE = "http://schemas.openxmlformats.org"
PARTS = {
    "[Content_Types].xml": f'''<Types xmlns="{OFFICE}/package/2006/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Default Extension="xml" ContentType="application/xml"/></Types>''',
    "_rels/.rels": f'''<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="rId1"
        Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
    "xl/workbook.xml": f'''<workbook xmlns="{OFFICE}/spreadsheetml/2006/main"
        xmlns:r="{OFFICE}/officeDocument/2006/relationships">
        <sheets><sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>''',
    "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{OFFICE}/package/2006/relationships">
        <Relationship Id="rId1" Type="{OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/s.xml"/>
        <Relationship Id="rId2" Type="{OFFICE}/officeDocument/2006/relationships/styles" Target="styles.xml"/>
        </Relationships>''',
    "xl/styles.xml": f'''<styleSheet xmlns="{OFFICE}/spreadsheetml/2006/main">
        <cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>''',
}


def write_workbook(path: Path, rows: list[list[str | int | date | None]]) -> None:
    """Write a workbook as Excel does, as far as these cells need it: text, numbers, days, and gaps between them."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = ""
        for column, value in enumerate(row):
            at = f"{'ABCDEFG'[column]}{number}"
            if isinstance(value, date):
                cells += DAY_CELL.format(at=at, value=(value - date(1899, 12, 30)).days)
            elif value is not None:
                cells += CELL[type(value)].format(at=at, value=value)
        lines.append(f'<row r="{number}">{cells}</row>')
    sheet = f'<worksheet xmlns="{OFFICE}/spreadsheetml/2006/main"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    with ZipFile(path, "w") as book:
        for name, text in {**PARTS, "xl/worksheets/s.xml": sheet}.items():
            book.writestr(name, text)


def test_a_workbook_is_read_with_its_numbers_and_dates(tmp_path: Path) -> None:
    """A workbook keeps codes as numbers and days as days; rows without anything are passed over."""
    path = tmp_path / "enheder.xlsx"
    write_workbook(
        path,
        [
            ["Kode", "Navn", "Niveau", "Overordnet", "Gyldig fra", "Gyldig til"],
            [7301, "Østby", "Distrikt", 730, date(2026, 8, 1)],
            [],
            ["7302", "Vestby", "distrikt", "Randers", "01-08-2026", "31.12.2027"],
        ],
    )
    rows, faults = read_units_file(path, "enheder.xlsx")
    assert faults == ()
    assert [(row.code, row.name, row.level, row.parent, row.valid_from, row.valid_to) for row in rows] == [
        ("7301", "Østby", "district", "730", date(2026, 8, 1), None),
        ("7302", "Vestby", "district", "Randers", date(2026, 8, 1), date(2027, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(
            "", "enheder.csv: is empty. Its first row is code, name, level, parent, valid_from, valid_to, aliases; ", id="empty"
        ),
        pytest.param(
            "Navn;Type\nØstby;Distrikt\n",
            "enheder.csv: has no column code. The first row names the columns "
            "code, name, level, parent, valid_from, valid_to, aliases; it has Navn, Type.",
            id="no code",
        ),
        pytest.param("code,name,level\n,Østby,district\n", "enheder.csv: row 2: code is empty. Fill it in.", id="code empty"),
        pytest.param(
            "code,name,level\n1,Østby,distrit\n",
            'enheder.csv: row 2: "distrit" is no level. Did you mean "distrikt"? '
            "Use nation, region, municipality, district, institution.",
            id="level",
        ),
        pytest.param(
            "code,name,level,valid_from\n1,Østby,district,august\n",
            'enheder.csv: row 2: valid_from "august" is no date. Write it as 2026-08-01 or 01-08-2026.',
            id="date",
        ),
        pytest.param(
            "code,name,level,parent\n1,Østby,district,Ranbers\n",
            'enheder.csv: row 2: the unit above, "Ranbers", is not known. Did you mean "Randers"? Write its code or name.',
            id="unit above",
        ),
        pytest.param(
            "code,name,level\n1,Østby,district\n1,Vestby,district\n",
            'enheder.csv: the code "1" is given twice for the same time (Østby, Vestby).',
            id="one code twice",
        ),
        pytest.param(
            "code,name,level,parent\n1,Østby,institution,\n2,Vestby,district,1\n",
            'enheder.csv: the district "2" (Vestby) cannot lie in the institution "1" (Østby).',
            id="levels upside down",
        ),
        pytest.param(
            "code,name,level,valid_from,valid_to\n1,Østby,district,2026-08-01,2026-01-01\n",
            "enheder.csv: row 2: Unit.valid_to: 2026-01-01 lies before valid_from 2026-08-01.",
            id="ends before it begins",
        ),
        pytest.param(
            "code,name,level,parent\n1,Midt,district,\n2,Midt,district,\n3,Solen,institution,Midt\n",
            'enheder.csv: row 4: 2 units are called "Midt". Write the code: 1 or 2.',
            id="unit above with one name of two",
        ),
    ],
)
def test_a_mistake_in_the_file_is_said_with_its_row_and_cure(
    content: str, sentence: str, faults: Faults, with_units: str
) -> None:
    """The run does not begin with half a tree."""
    said = faults(with_units, **{"enheder.csv": content})
    assert len(said) == 1
    assert said[0].startswith(sentence)


def test_all_rows_are_looked_at(faults: Faults, with_units: str) -> None:
    """Not only the first that is wrong."""
    said = faults(with_units, **{"enheder.csv": "code,name,level\n,A,district\n2,B,by\n3,,district\n"})
    assert [sentence.split(":")[1] for sentence in said] == [" row 2", " row 3", " row 4"]


def test_two_institutions_of_one_name_are_a_warning_with_both_codes(bound: Binding, with_units: str) -> None:
    """They are two institutions; only rows that give nothing but the name cannot be placed."""
    rows = "730-1,Solsikken,institution,,,,\n730-2,solsikken,institution,,,,\n"
    made = bound(with_units, **{"enheder.csv": UNITS + rows})
    assert [str(warning) for warning in made.warnings] == [
        'enheder.csv: 2 units of the level institution are called "Solsikken": 730-1, 730-2. '
        "Rows that only give the name count nowhere; use the codes, or give each an alias of its own."
    ]


def test_a_goal_that_names_one_of_two_is_a_fault_with_both_codes(faults: Faults, with_units: str, goal_text: str) -> None:
    """A promise to the wrong institution is worse than none."""
    rows = "730-1,Solby,district,,,,\n730-2,Solby,district,,,,\n"
    assert faults(with_units, goal_text + 'units = "Solby"\n', **{"enheder.csv": UNITS + rows}) == [
        'goals/goals.toml: goal.huller.units: 2 units are called "Solby". Write the code: 730-1 or 730-2.'
    ]


def test_a_file_that_is_not_there_is_a_fault(faults: Faults, with_units: str) -> None:
    """The path is relative to klaremal.toml."""
    assert faults(with_units) == [
        "enheder.csv: there is no such file. Check [units] file; the path is relative to klaremal.toml."
    ]


def test_a_workbook_that_is_none_is_a_fault(faults: Faults, with_units: str) -> None:
    """A CSV with another name, for one."""
    said = faults(with_units.replace("enheder.csv", "enheder.xlsx"), **{"enheder.xlsx": "code;name\n"})
    assert said[0].startswith("enheder.xlsx: cannot be read: ")
    assert said[0].endswith("Open it, save it again as .xlsx or .csv, and close it.")


def test_an_unknown_set_has_the_known_ones_beside_it(faults: Faults, workspace_text: str) -> None:
    """Sets come with plugins."""
    assert faults(workspace_text + '[units]\nset = "no"\n') == [
        'klaremal.toml: units.set: there is no unit set "no". The unit sets are dk.'
    ]


def test_a_file_alone_can_hold_the_whole_tree(bound: Binding, workspace_text: str) -> None:
    """A country that no set describes: the organisation is one of the file's own units."""
    rows = "N,Landet,nation,,,,\n1,Byen,municipality,N,,,\n11,Centrum,district,,,,\n"
    text = workspace_text.replace('"730"', '"Byen"') + '[units]\nfile = "enheder.csv"\n'
    made = bound(text, **{"enheder.csv": UNITS + rows})
    assert made.organisation == "1"
    assert made.units.parent("11", DAY) == "1"


def test_units_that_a_dataset_will_add_may_be_named_before_they_are_known(
    bound: Binding, workspace_text: str, goal_text: str
) -> None:
    """Whether they exist is known when the rows are."""
    block = '[units.from."roads.potholes"]\ncode = "district"\nname = "district"\nparent = "road"\nlevel = "district"\n'
    made = bound(workspace_text + block, goal_text + 'units = ["Østby"]\n[goal.huller.targets]\n"Østby" = 80\n')
    assert made.goals[0].goal.units == ("Østby",)
