"""Where the header of a table is: among title rows, unit rows and blank lines; cells are text, and no file is opened here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from attrs import frozen

from klaremal.errors import SourceUnreadable
from klaremal.reading.opened import Looked, plain_header

# How far down a header is searched; what lies above it is a title, a unit or a note.
ROWS_SEARCHED = 50
_YEAR = re.compile(r"(18|19|20|21)\d\d(\D.*)?", re.DOTALL)


@frozen(kw_only=True)
class Header:
    """The row that holds the headers, counted from 0, and how many of its cells were looked for."""

    row: int
    hits: int


def find_header(rows: Sequence[Sequence[str]], looked: Looked, declared: int | None = None) -> Header:
    """Return the row with most of the headers that are looked for, the first of several; `declared` (from 1) decides.

    When none is known: the first row that is about as full as most rows are. SourceUnreadable when there is nothing.
    """
    if declared is not None:
        if not 1 <= declared <= len(rows):
            raise SourceUnreadable(f"header_row = {declared}, but there are only {len(rows)} rows. Count from 1.")
        return Header(row=declared - 1, hits=_hits(rows[declared - 1], looked))
    searched = rows[:ROWS_SEARCHED]
    best = max(range(len(searched)), key=lambda row: (_hits(searched[row], looked), -row), default=None)
    if best is None or not any(_filled(row) for row in rows):
        raise SourceUnreadable("there is nothing but blank lines.")
    hits = _hits(searched[best], looked)
    return Header(row=best, hits=hits) if hits else Header(row=_first_full(rows), hits=0)


def _hits(row: Sequence[str], looked: Looked) -> int:
    hits = len({plain_header(cell) for cell in row} & looked.headers)
    return hits + (sum(1 for cell in row if _YEAR.fullmatch(cell.strip())) if looked.years else 0)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _first_full(rows: Sequence[Sequence[str]]) -> int:
    """Return the first row that is at most one cell short of the middle row; titles and notes fill one cell only."""
    counts = [_filled(row) for row in rows]
    usual = median(count for count in counts if count)
    return next(number for number, count in enumerate(counts) if count >= max(min(usual, 2), usual - 1))
