"""CSV and its relatives: delimiter and header row found or declared, every column as text; no contract is known here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from attrs import Attribute, evolve, field, frozen

from klaremal.engine import Engine, name, text
from klaremal.errors import DeclarationError, SourceError, SourceUnreadable
from klaremal.reading.encoding import Plain, plain_texts
from klaremal.reading.header import find_header
from klaremal.reading.opened import Looked, Opened, column_names, doubled_headers

# In the order in which they win a tie: with a decimal comma there is a comma in every line.
_DELIMITERS = (";", "\t", "|", ",")
# What texts are written with that must be written once more for the engine.
REWRITTEN = ";"
_SAMPLE_CHARACTERS = 1 << 18
_SAMPLE_ROWS = 200


def _one_sign(_: object, attribute: Attribute[Any], value: Any) -> None:
    if value is not None and (not isinstance(value, str) or len(value) != 1 or value in "\r\n"):
        raise DeclarationError(f'{attribute.name}: {value!r} is not one sign. Write ";", ",", "|" or "\\t", or leave it out.')


def row_number(_: object, attribute: Attribute[Any], value: Any) -> None:
    """Validate an attrs field as the number of a row, counted from 1."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise DeclarationError(f"{attribute.name}: {value!r} is not the number of a row. Count from 1, as a spreadsheet does.")


@frozen(kw_only=True)
class CsvOptions:
    """How a CSV file is written; what is left out is found.

    `header_row` counts from 1, blank lines included. `encoding` is utf-8, cp1252, utf-16 or another that Python knows.
    """

    delimiter: str | None = field(default=None, validator=_one_sign)
    encoding: str | None = None
    header_row: int | None = field(default=None, validator=row_number)
    quote: str = field(default='"', validator=_one_sign)


@frozen(kw_only=True)
class Table:
    """One text with its layout: delimiter, column names, and how many rows (blank ones too) stand above the data.

    `padded` says that rows may be shorter than the header (footnotes stand in one cell); then no cell has a line break.
    """

    path: Path
    label: str
    delimiter: str
    names: tuple[str, ...]
    above: int
    quote: str = '"'
    padded: bool = False
    blanks: bool = True
    doubled: frozenset[str] = frozenset()


def open_delimited(paths: Iterable[Path], options: CsvOptions, looked: Looked, engine: Engine) -> Opened:
    """Return CSV files as one query, stacked by header in the order given.

    Errors: SourceUnavailable, SourceUnreadable. Rows longer than the header may fail only when the query is run.
    """
    tables = []
    for path in paths:
        for plain in plain_texts(path, engine.scratch, options.encoding):
            try:
                tables.append(_table(plain, options, looked, engine))
            except SourceUnreadable as error:
                raise SourceUnreadable(f"{plain.name}: {error.message}", address=str(path)) from error
    return stacked(tables, looked)


def _table(plain: Plain, options: CsvOptions, looked: Looked, engine: Engine) -> Table:
    """Return a text as a table that the engine reads rightly, rewritten when it could not."""
    delimiter, names, above, doubled = _layout(plain.path, options, looked)
    table = Table(
        path=plain.path, label=plain.name, delimiter=delimiter, names=names, above=above, quote=options.quote, padded=True,
        blanks=plain.blanks, doubled=doubled,
    )  # fmt: skip
    if not plain.uneven and not plain.quotes and options.quote == '"':
        return table
    if not plain.uneven:
        # Rows that are cut short and quoted line breaks together are what the engine cannot read.
        whole = evolve(table, padded=False)
        try:
            engine.query(f"select count(*) from {_read(whole)}", f"try to read {plain.name}")
            return whole
        except SourceError:
            pass
    return _rewritten(table, engine.scratch / f"table_{len(list(engine.scratch.iterdir()))}.csv")


def _rewritten(table: Table, target: Path) -> Table:
    """Write the rows below the header once more, each as long as the header and with even line ends."""
    width, line = len(table.names), 0
    with table.path.open(encoding="utf-8", newline="") as source, target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=REWRITTEN, lineterminator="\n")
        reader = csv.reader(source, delimiter=table.delimiter, quotechar=table.quote, strict=True)
        try:
            for number, row in enumerate(reader):
                if any(row[width:]):
                    raise SourceUnreadable(
                        f"line {line + 1} has {len(row)} cells, but there are {width} headers. "
                        "A cell that holds the delimiter must stand in quotes."
                    )
                if number >= table.above and row:
                    writer.writerow(even_row(row, width))
                line = reader.line_num
        except csv.Error as error:
            raise SourceUnreadable(
                f"line {line + 1}: a quote sign is not closed, or text follows it ({error}). Write two quote signs for one "
                "inside a cell."
            ) from error
    return evolve(table, path=target, delimiter=REWRITTEN, quote='"', above=0, padded=False)


def even_row(row: Sequence[str], width: int) -> list[str]:
    """Return a row as it can be written for the engine: as long as the header, with one kind of line break inside cells."""
    cells = [cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell for cell in row[:width]]
    return cells + [""] * (width - len(cells))


def stacked(tables: Sequence[Table], looked: Looked, native: bool = False) -> Opened:
    """Return tables as one query; a column that a table lacks is null in its rows."""
    names: dict[str, str] = {}
    for table in tables:
        for each in table.names:
            names.setdefault(each.casefold(), each)
    parts = []
    for table in tables:
        own = {each.casefold(): each for each in table.names}
        cells = [f"{name(own[key])} as {name(each)}" if key in own else f"null as {name(each)}" for key, each in names.items()]
        extra = f", {text(table.label)} as __file" if looked.numbered else ""
        parts.append(f"select {', '.join(cells)}{extra} from {_read(table)}")
    sql = " union all ".join(parts)
    columns = [(each, "VARCHAR") for each in names.values()]
    if looked.numbered:
        sql = f"select *, row_number() over () as __row from ({sql})"
        columns += [("__file", "VARCHAR"), ("__row", "BIGINT")]
    doubled = frozenset[str]().union(*(table.doubled for table in tables))
    blanks = any(table.blanks for table in tables)
    return Opened(sql=sql, columns=tuple(columns), doubled=doubled, native=native, blanks=blanks)


def _read(table: Table) -> str:
    columns = ", ".join(f"{text(each)}: 'VARCHAR'" for each in table.names)
    # Never with parallel=false: read so, the engine loses the rows after a quote sign that is not closed, and says nothing.
    return (
        f"read_csv({text(table.path.as_posix())}, auto_detect=false, header=false, skip={table.above}, "
        f"delim={text(table.delimiter)}, quote={text(table.quote)}, escape={text(table.quote)}, comment='', "
        f"null_padding={'true' if table.padded else 'false'}, columns={{{columns}}})"
    )


def _layout(path: Path, options: CsvOptions, looked: Looked) -> tuple[str, tuple[str, ...], int, frozenset[str]]:
    """Return the delimiter, the column names, the rows above the data, and headers that stand several times."""
    best: tuple[tuple[int, int], str, list[list[str]], int] | None = None
    sample, whole = _sample(path)
    for delimiter in _DELIMITERS if options.delimiter is None else (options.delimiter,):
        rows = _rows(sample, whole, delimiter, options.quote)
        header = find_header(rows, looked, options.header_row)
        rank = (header.hits, sum(1 for row in rows if len(row) > 1))
        if best is None or rank > best[0]:
            best = rank, delimiter, rows, header.row
    if best is None:
        raise SourceUnreadable("there is nothing to read.")
    (hits, _), delimiter, rows, row = best
    if options.delimiter is not None and hits == 0:
        _refuse_delimiter(sample, whole, options, looked)
    if not looked.numbered:
        _refuse_longer(rows, row)
    width = max(len(each) for each in rows[row:])
    return delimiter, column_names(rows[row], width), row + 1, doubled_headers(rows[row])


def _refuse_delimiter(sample: str, whole: bool, options: CsvOptions, looked: Looked) -> None:
    """Refuse a declared delimiter by which none of the headers that are looked for is found, when some are by another."""
    found = {}
    for other in _DELIMITERS:
        try:
            found[other] = find_header(_rows(sample, whole, other, options.quote), looked, options.header_row).hits
        except SourceUnreadable:  # split by this one, the text has no such row
            continue
    other = max(found, key=lambda each: found[each], default="")
    if other and found[other]:
        written, better = (f'delimiter = "{each}"'.replace("\t", "\\t") for each in (str(options.delimiter), other))
        headers = "header is" if found[other] == 1 else "headers are"
        raise SourceUnreadable(
            f"with {written} none of the columns is found; with {better} {found[other]} {headers} known. "
            f"Write {better} in the source's section: it takes the place of a preset's."
        )


def _refuse_longer(rows: Sequence[Sequence[str]], header: int) -> None:
    """Refuse a row with more cells than there are headers: 85,5 between commas would be read as 85, and 5 as the next cell.

    Empty cells at the end are a spreadsheet's habit. A source's own `sql` may know what headerless cells mean.
    """
    width = len(rows[header])
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        if any(cell.strip() for cell in row[width:]):
            raise SourceUnreadable(
                f"row {number} has {len(row)} cells, but there are {width} headers. A cell that holds the delimiter (a decimal "
                "comma between commas) must stand in quotes, or the file be saved with semicolons."
            )


def _sample(path: Path) -> tuple[str, bool]:
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
        return sample, not file.read(1)


def _rows(sample: str, whole: bool, delimiter: str, quote: str) -> list[list[str]]:
    """Return the first rows of a sample; the last one, which may be cut off, is left out."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote):
            rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:  # a cell longer than the csv module reads: with this delimiter the text is no table from here on
        return rows
    return rows if whole and len(rows) <= _SAMPLE_ROWS else rows[:-1] or rows
