"""A file of units (CSV or a workbook) as rows of text with their row numbers; resolves no names and builds no tree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attrs import frozen

from klaremal.bind.table_file import cell_text, read_table
from klaremal.errors import Fault, nearest
from klaremal.model.unit import LEVELS

# What people call the columns and the levels, besides klaremal's own words.
_HEADERS = {
    "kode": "code", "nr": "code", "nummer": "code", "navn": "name", "niveau": "level", "nivå": "level", "type": "level",
    "overordnet": "parent", "under": "parent", "ligger i": "parent", "forælder": "parent", "gyldig fra": "valid_from",
    "gyldig til": "valid_to", "fra": "valid_from", "til": "valid_to", "alias": "aliases", "aliasser": "aliases",
    "andre navne": "aliases", "kaldes også": "aliases",
}  # fmt: skip
_LEVELS = {
    "land": "nation", "region": "region", "kommune": "municipality", "distrikt": "district", "område": "district",
    "bydel": "district", "institution": "institution", "institusjon": "institution", "skole": "institution",
    "fylke": "region",
}  # fmt: skip
COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "aliases")
_NEEDED = ("code", "name", "level")


@frozen(kw_only=True)
class UnitRow:
    """One row of a file of units: text as it stands there, dates read, `place` for messages."""

    place: str
    code: str
    name: str
    level: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()


def read_units_file(path: Path, shown: str) -> tuple[tuple[UnitRow, ...], tuple[Fault, ...]]:
    """Return the rows of a file of units and what is wrong with it; `shown` is the path that people see."""
    rows, faults = read_table(path, shown, "Check [units] file; the path is relative to klaremal.toml.")
    if faults:
        return (), faults
    return _rows(rows, shown)


def _rows(table: Iterable[list[Any]], shown: str) -> tuple[tuple[UnitRow, ...], tuple[Fault, ...]]:
    numbered = [(number, row) for number, row in enumerate(table, start=1) if any(cell_text(cell) for cell in row)]
    if not numbered:
        return (), (Fault(shown, "is empty.", f"Its first row is {', '.join(COLUMNS)}; then one row per unit."),)
    headers = [_header(cell_text(cell)) for cell in numbered[0][1]]
    missing = [name for name in _NEEDED if name not in headers]
    if missing:
        found = ", ".join(cell_text(cell) for cell in numbered[0][1] if cell_text(cell))
        cure = f"The first row names the columns {', '.join(COLUMNS)}; it has {found}."
        return (), (Fault(shown, f"has no column {', '.join(missing)}.", cure),)
    made: list[UnitRow] = []
    faults: list[Fault] = []
    for number, row in numbered[1:]:
        cells = {name: cell for name, cell in zip(headers, row, strict=False) if name in COLUMNS}
        unit, wrong = _row(cells, f"{shown}: row {number}")
        faults += wrong
        if unit is not None:
            made.append(unit)
    return tuple(made), tuple(faults)


def _row(cells: dict[str, Any], place: str) -> tuple[UnitRow | None, list[Fault]]:
    text = {name: cell_text(cell) for name, cell in cells.items()}
    faults = [Fault(place, f"{name} is empty.", "Fill it in.") for name in _NEEDED if not text.get(name)]
    level = _LEVELS.get(text.get("level", "").casefold(), text.get("level", "").casefold())
    if level and level not in LEVELS:
        near = nearest(level, (*LEVELS, *_LEVELS))
        faults.append(Fault(place, f'"{text["level"]}" is no level.', f"Use {', '.join(LEVELS)}.", near))
    days: dict[str, date | None] = {}
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = _day(cells.get(name))
        except ValueError:
            faults.append(Fault(place, f'{name} "{text[name]}" is no date.', "Write it as 2026-08-01 or 01-08-2026."))
    if faults:
        return None, faults
    aliases = tuple(alias.strip() for alias in text.get("aliases", "").replace("|", ";").split(";") if alias.strip())
    row = UnitRow(
        place=place, code=text["code"], name=text["name"], level=level, parent=text.get("parent", ""), aliases=aliases, **days
    )
    return row, []


def _header(text: str) -> str:
    plain = " ".join(text.casefold().replace("_", " ").split())
    return _HEADERS.get(plain, plain.replace(" ", "_"))


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell_text(cell)
    if not text:
        return None
    parts = text.replace("/", "-").replace(".", "-").split("-")
    return date.fromisoformat(text) if len(parts[0]) == 4 else datetime.strptime("-".join(parts), "%d-%m-%Y").date()
