"""A file of targets, one row per unit and period, as values by unit and period; what they promise is decided elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from klaremal.bind.ids import Ids
from klaremal.bind.places import Places, codes_named
from klaremal.bind.table_file import WORKBOOKS, cell_text, read_table
from klaremal.errors import DeclarationError
from klaremal.model.period import Period
from klaremal.shape import fault

COLUMNS = ("unit", "period", "value")

# What people call the columns besides klaremal's own words.
_HEADERS = {
    "enhed": "unit", "enhet": "unit", "kode": "unit", "navn": "unit", "periode": "period", "år": "period", "year": "period",
    "værdi": "value", "verdi": "value", "måltal": "value", "måltall": "value", "target": "value",
}  # fmt: skip
_ENDINGS = (".csv", ".txt", ".tsv", *WORKBOOKS)
_NUMBER = re.compile(r"[-\N{MINUS SIGN}]?\d+(?:[.,]\d+)?")
# A sign before exactly three digits can be a decimal sign, and one between thousands.
_UNCLEAR = re.compile(r"[-\N{MINUS SIGN}]?[1-9]\d{0,2}[.,]\d{3}")

Values = dict[str, dict[str, float]]


def is_file(value: Any) -> bool:
    """Say whether the value of a target is the name of a file."""
    return isinstance(value, str) and PurePath(value.replace("\\", "/")).suffix.casefold() in _ENDINGS


def read_targets(file: str, has_own: bool, places: Places, place: str, ids: Ids) -> Values:
    """Return the targets of a file by unit, as it names them, and period; what is wrong with it goes to the notes.

    `has_own` says that the goal also lists targets itself, which would leave open what holds.
    """
    shown = file.replace("\\", "/")
    if has_own:
        ids.notes.fault(place, f"{shown} gives each unit its target, and so does targets.", "Write all of them into the file.")
    rows, faults = read_table(places.folder / shown, shown, f"Check {place}; the path is relative to klaremal.toml.")
    ids.notes.faults.extend(faults)
    found: Values = {}
    for row, unit, period, value in _rows(rows, shown, ids) if not faults else ():
        if places.units is not None and not codes_named(unit, places.units, places, row, ids) and not places.open:
            continue
        known = found.setdefault(unit, {})
        if known.setdefault(period, value) != value:
            ids.notes.fault(row, f"{unit} has another target for {period} further up.", "Keep one of them.")
    return found


def _rows(table: list[list[Any]], shown: str, ids: Ids) -> Iterator[tuple[str, str, str, float]]:
    """Give the rows that can be read as place, unit, period and value; what is wrong with the others is noted."""
    filled = [(number, row) for number, row in enumerate(table, start=1) if any(cell_text(cell) for cell in row)]
    headers = [_header(cell_text(cell)) for cell in filled[0][1]] if filled else []
    missing = [name for name in COLUMNS if name not in headers]
    twice = [name for name, count in Counter(headers).items() if count > 1 and name in COLUMNS]
    if missing or twice:
        what = f"has no column {', '.join(missing)}." if missing else f"has several columns {', '.join(twice)}."
        ids.notes.fault(shown, what, f"The first row is {', '.join(COLUMNS)}; then one row per unit and period.")
        return
    for number, row in filled[1:]:
        place = f"{shown}: row {number}"
        if any(cell_text(cell) for cell in row[len(headers) :]):
            what = f"it has more cells than the header ({len(row)} for {len(headers)})."
            ids.notes.fault(place, what, "Write decimals with a point, or put semicolons between the cells.")
            continue
        cells = dict(zip(headers, row, strict=False))
        try:
            yield (place, *_cells(cells))
        except DeclarationError as error:
            ids.notes.faults.append(fault(place, str(error)))


def _cells(cells: Mapping[str, Any]) -> tuple[str, str, float]:
    empty = [name for name in COLUMNS if not cell_text(cells.get(name))]
    if empty:
        raise DeclarationError(f"{', '.join(empty)} is empty. Fill it in, or remove the row.")
    period = cells["period"]
    return cell_text(cells["unit"]), Period.parse(cell_text(period)).code, _number(cells["value"])


def _number(cell: Any) -> float:
    """Return a number with a decimal point or comma; one that could be read in two ways is refused."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    text = cell_text(cell)
    plain = text.replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise DeclarationError(f'value "{text}" is not a number. Write it as 92.5.')
    if _UNCLEAR.fullmatch(text):
        whole = re.sub(r"[.,]", "", plain.replace(".", ""))
        raise DeclarationError(f'value "{text}" can be {plain} and {whole}. Write {plain}0 or {whole}.')
    return float(plain)


def _header(text: str) -> str:
    plain = " ".join(text.casefold().split())
    return _HEADERS.get(plain, plain)
