"""CSV in all its kinds: delimiter and header row found or declared, rows of uneven length, several files as one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.engine import Engine
from klaremal.errors import DeclarationError, SourceUnreadable
from klaremal.reading.delimited import CsvOptions, open_delimited
from klaremal.reading.opened import Looked, Opened

Open = Callable[..., tuple[Opened, list[tuple[Any, ...]]]]

KNOWN = Looked(headers=frozenset({"sagsnr", "modtaget", "distrikt"}))


@pytest.fixture
def opened(engine: Engine) -> Open:
    """Return a function that writes CSV files, and gives what the reader makes of them and their rows."""

    def open_(folder: Path, *texts: str, looked: Looked = KNOWN, **options: Any) -> tuple[Opened, list[tuple[Any, ...]]]:
        paths = []
        for number, content in enumerate(texts):
            paths.append(folder / f"{number}.csv")
            paths[-1].write_bytes(content.encode())
        source = open_delimited(paths, CsvOptions(**options), looked, engine)
        return source, engine.query(source.sql, "read")

    return open_


def headers(source: Opened) -> list[str]:
    """Return the names of the columns."""
    return [header for header, _ in source.columns]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"], ids=["semicolon", "comma", "tab", "bar"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, opened: Open) -> None:
    """By the headers that are known, whatever else stands in the cells."""
    text = "Sagsnr;Modtaget;Note\n1;2026-01-01;a\n2;2026-01-02;b\n".replace(";", delimiter)
    source, rows = opened(tmp_path, text)
    assert headers(source) == ["Sagsnr", "Modtaget", "Note"]
    assert rows == [("1", "2026-01-01", "a"), ("2", "2026-01-02", "b")]


@pytest.mark.parametrize(
    ("written", "declared", "better"),
    [(",", ";", '","'), (";", ",", '";"'), ("\t", ";", r'"\\t"')],
    ids=["comma", "semicolon", "tab"],
)
def test_a_declared_delimiter_that_is_not_the_files_own_is_said_with_the_right_one(
    tmp_path: Path, opened: Open, written: str, declared: str, better: str
) -> None:
    """A preset's delimiter is easily another than the file's; no header is missing then."""
    text = "Udtræk; pr. dag, alle\nSagsnr;Modtaget;Note\n1;2026-01-01;a\n".replace(";", written)
    message = (
        f'with delimiter = "{declared}" none of the columns is found; with delimiter = {better} 2 headers are known. Write '
    )
    with pytest.raises(SourceUnreadable, match=message):
        opened(tmp_path, text, delimiter=declared)


def test_a_declared_delimiter_without_known_headers_is_taken_when_no_other_has_them(tmp_path: Path, opened: Open) -> None:
    """The source's own sql may name its columns by number."""
    source, rows = opened(tmp_path, "x;y,z\n1;2,3\n", delimiter=";")
    assert (headers(source), rows) == (["x", "y,z"], [("1", "2,3")])


def test_decimal_commas_do_not_make_a_delimiter(tmp_path: Path, opened: Open) -> None:
    """With no header known, semicolons win over as many commas in figures."""
    source, rows = opened(tmp_path, "a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", looked=Looked())
    assert headers(source) == ["a", "b", "c"]
    assert rows[0] == ("1,5", "2,5", "3,5")


@pytest.mark.parametrize(
    "above",
    [
        "",
        "Udtræk af sager\n",
        "Udtræk\n\nTrukket 1. marts; af BBR\n\n",
        "sep=;\n",
        '"Sager ""2026"",\nto linjer"\n',
        "\r\n\r\n",
    ],
    ids=["none", "title", "notes", "sep", "quoted-line-break", "blank-lines"],
)
def test_the_header_is_found_below_titles_and_notes(tmp_path: Path, above: str, opened: Open) -> None:
    """The row with most known headers is the header; what lies above it is no data."""
    source, rows = opened(tmp_path, f"{above}Sagsnr;Modtaget;Distrikt\n1;2026-01-01;Nord\n")
    assert headers(source) == ["Sagsnr", "Modtaget", "Distrikt"]
    assert rows == [("1", "2026-01-01", "Nord")]


def test_without_a_known_header_the_first_full_row_is_it(tmp_path: Path, opened: Open) -> None:
    """A source with its own `sql` may have headers that no contract knows."""
    source, rows = opened(tmp_path, "Titel;;\n;;\n;Kom.nr;2024\nDragør;155;1\nÆrø;492;2\n", looked=Looked())
    assert headers(source) == ["column_1", "Kom.nr", "2024"]
    assert rows == [("Dragør", "155", "1"), ("Ærø", "492", "2")]


def test_years_are_headers_of_a_wide_table(tmp_path: Path, opened: Open) -> None:
    """When columns are to become rows, the row with most years is the header."""
    looked = Looked(headers=frozenset({"kommune"}), years=True)
    source, _ = opened(tmp_path, "Kommune\nOmråde;2022;2023;2024\nKommune;1;2;3\n", looked=looked)
    assert headers(source) == ["Område", "2022", "2023", "2024"]


def test_a_declared_header_row_counts_as_a_spreadsheet_does(tmp_path: Path, opened: Open) -> None:
    """From 1, blank lines included, also when another row would look more like it."""
    source, rows = opened(tmp_path, "Sagsnr;Modtaget\n\na;b\n1;2\n", header_row=3)
    assert headers(source) == ["a", "b"]
    assert rows == [("1", "2")]


def test_a_header_row_below_the_end_is_refused(tmp_path: Path, opened: Open) -> None:
    """The message says how many rows there are."""
    with pytest.raises(SourceUnreadable, match=r"0.csv: header_row = 9, but there are only 2 rows"):
        opened(tmp_path, "a;b\n1;2\n", header_row=9)


def test_short_rows_are_filled_and_long_rows_are_refused(tmp_path: Path, opened: Open) -> None:
    """A footnote fills one cell; a row with more cells than headers has a delimiter too many, and the line is named."""
    _, rows = opened(tmp_path, "Sagsnr;Modtaget\n1;2026-01-01\nKilde: BBR\n")
    assert rows[1] == ("Kilde: BBR", None)
    with pytest.raises(SourceUnreadable, match=r"Line: 402; Expected Number of Columns: 2 Found: 3$"):
        opened(tmp_path, "Sagsnr;Modtaget\n" + "1;2026\n" * 400 + "9;2026;x\n")
    with pytest.raises(SourceUnreadable, match=r"line 402 has 3 cells, but there are 2 headers\."):
        opened(tmp_path, "Sagsnr;Modtaget\n" + '1;"2026"\n' * 400 + "9;2026;x\n")


def test_decimal_commas_between_commas_are_refused(tmp_path: Path, opened: Open) -> None:
    """85,5 would be read as 85, and 5 as the next cell: a wrong figure that nothing else would notice."""
    with pytest.raises(SourceUnreadable, match=r"row 3 has 4 cells, but there are 3 headers.*in quotes"):
        opened(tmp_path, "Sagsnr,Modtaget,Andel\n1,2026-01-01,85\n2,2026-01-02,85,5\n")


def test_a_delimiter_at_the_end_of_each_line_is_no_error(tmp_path: Path, opened: Open) -> None:
    """Some systems end each line with a delimiter: that is a column without a header."""
    source, rows = opened(tmp_path, "Sagsnr;Modtaget\n1;2026;\n2;2026;\n")
    assert headers(source) == ["Sagsnr", "Modtaget", "column_3"]
    assert rows[1] == ("2", "2026", None)


def test_quoted_cells_keep_delimiters_quotes_and_line_breaks(tmp_path: Path, opened: Open) -> None:
    """Text that people typed comes through as they typed it, next to rows that are cut short."""
    text = 'Sagsnr;Note;Modtaget\r\n1;"linje 1\r\n\r\nlinje ""2""; ja";2026\r\n2;5" rør\r\n'
    _, rows = opened(tmp_path, text)
    assert rows == [("1", 'linje 1\n\nlinje "2"; ja', "2026"), ("2", '5" rør', None)]


def test_a_quote_that_never_ends_is_refused(tmp_path: Path, opened: Open) -> None:
    """Half the file would become one cell."""
    with pytest.raises(SourceUnreadable, match=r"0.csv: line 302: a quote sign is not closed"):
        opened(tmp_path, "Sagsnr;Modtaget\n" + "1;2026\n" * 300 + '1;"2026\n2;2026\n')


def test_text_after_a_closed_quote_is_refused(tmp_path: Path, opened: Open) -> None:
    """Nobody knows where such a cell ends."""
    with pytest.raises(SourceUnreadable, match=r"line 2: .*text follows it.*Write two quote signs"):
        opened(tmp_path, 'Sagsnr;Modtaget\n1;"Vej "A" 7"\n')


def test_uneven_line_ends_lose_no_row(tmp_path: Path, opened: Open) -> None:
    """Files put together from several systems end their lines in several ways."""
    _, rows = opened(tmp_path, "Titel\r\nSagsnr;Modtaget\r\n1;2026\n2;2026\r\n\n3;2026\r4;x\n")
    assert rows == [("1", "2026"), ("2", "2026"), ("3", "2026"), ("4", "x")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old-mac"])
def test_every_line_end_is_read(tmp_path: Path, end: str, opened: Open) -> None:
    """Also the header is found with each."""
    _, rows = opened(tmp_path, end.join(["Titel", "", "Sagsnr;Modtaget", "1;2026", "2;2026", ""]))
    assert rows == [("1", "2026"), ("2", "2026")]


def test_headers_get_names_of_their_own(tmp_path: Path, opened: Open) -> None:
    """Blanks are evened out; empty and repeated headers are numbered, and repeated ones are remembered."""
    source, rows = opened(tmp_path, "Sagsnr; Modtaget ;;Dato;dato;Et \u00a0 navn\n1;2;3;4;5;6\n")
    assert headers(source) == ["Sagsnr", "Modtaget", "column_3", "Dato", "dato_2", "Et navn"]
    assert source.doubled == {"dato"}
    assert rows == [("1", "2", "3", "4", "5", "6")]


def test_files_are_stacked_by_header_in_their_order(tmp_path: Path, opened: Open) -> None:
    """Columns may stand in another order, differ in case or be missing; each file has its own delimiter."""
    first = "Sagsnr;Modtaget;Ny\n1;2026;x\n2;2026;y\n"
    source, rows = opened(tmp_path, first, "MODTAGET,Sagsnr\n2025,3\n", looked=Looked(headers=KNOWN.headers, numbered=True))
    assert headers(source) == ["Sagsnr", "Modtaget", "Ny", "__file", "__row"]
    assert rows == [
        ("1", "2026", "x", "0.csv", 1),
        ("2", "2026", "y", "0.csv", 2),
        ("3", "2025", None, "1.csv", 3),
    ]


def test_rows_keep_the_order_of_the_file(tmp_path: Path) -> None:
    """A source's `sql` may fill blocks downwards: `__row` is the order of a large file read by several threads."""
    path = tmp_path / "large.csv"
    path.write_text("Sagsnr;Modtaget\n" + "".join(f"{number};2026-01-01\n" for number in range(300_000)))
    with Engine.open(tmp_path / ".klaremal", threads=2, allowed=[path]) as engine:
        source = open_delimited([path], CsvOptions(), Looked(headers=KNOWN.headers, numbered=True), engine)
        wrong = f"select count(*) from ({source.sql}) where cast(Sagsnr as bigint) <> __row - 1"
        assert engine.query(wrong, "look at the order") == [(0,)]


@pytest.mark.parametrize(
    ("option", "message"),
    [({"delimiter": ";;"}, "delimiter: ';;' is not one sign"), ({"delimiter": ""}, "is not one sign"),
     ({"header_row": 0}, "header_row: 0 is not the number of a row"), ({"header_row": True}, "is not the number of a row"),
     ({"quote": "\n"}, "is not one sign")],
    ids=["two-signs", "no-sign", "row-0", "row-true", "line-break"],
)  # fmt: skip
def test_options_that_cannot_be_are_refused(option: dict[str, Any], message: str) -> None:
    """Mistakes in klaremal.toml are found when it is read."""
    with pytest.raises(DeclarationError, match=message):
        CsvOptions(**option)


CELLS = st.lists(st.sampled_from(["a", "ø", ";", '"', "\n", "\r\n", "\r", " ", "1"]), max_size=4).map("".join)


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=5), end=st.sampled_from(["\n", "\r\n"]))
def test_whatever_python_writes_as_csv_is_read_back(engine: Engine, rows: list[list[str]], end: str) -> None:
    """Against Python's own csv module, cell by cell: delimiters, quotes, line breaks, short rows; blank rows are no rows."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator=end).writerows([["h1", "h2", "h3"], *rows])
    path = engine.scratch / f"{engine.fresh('source')}.csv"
    path.write_bytes(written.getvalue().encode())
    found = engine.query(open_delimited([path], CsvOptions(), Looked(headers=frozenset({"h1", "h2"})), engine).sql, "read")
    wanted = [[*row, *[""] * (3 - len(row))] for row in csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";")]
    assert [row for row in plain(found) if any(row)] == [row for row in plain(wanted[1:]) if any(row)]


def plain(rows: Iterable[Iterable[str | None]]) -> list[list[str]]:
    """Return rows with null as empty text, and one kind of line break inside cells."""
    return [[(cell or "").replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows]
