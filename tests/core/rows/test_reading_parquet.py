"""Parquet: types stay as they were written, several files are one, and damaged files are named for what they are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from klaremal.engine import Engine
from klaremal.errors import SourceUnavailable, SourceUnreadable
from klaremal.model.collector import Extract
from klaremal.reading.extract import open_extract
from klaremal.reading.opened import Looked, Opened

Open = Callable[..., tuple[Opened, list[tuple[Any, ...]]]]
Write = Callable[[Path, str], Path]


@pytest.fixture
def write(engine: Engine) -> Write:
    """Return a function that writes the rows of a query as a Parquet file."""

    def to(path: Path, select: str) -> Path:
        engine.query(f"copy ({select}) to '{path}' (format parquet)", "write")
        return path

    return to


@pytest.fixture
def opened(engine: Engine) -> Open:
    """Return a function that gives what the reader makes of Parquet files, and their rows."""

    def open_(*paths: Path, numbered: bool = False) -> tuple[Opened, list[tuple[Any, ...]]]:
        source = open_extract(Extract(paths=paths, format="parquet"), Looked(numbered=numbered), engine)
        return source, engine.query(source.sql, "read")

    return open_


def test_types_are_kept_and_nothing_is_text(tmp_path: Path, opened: Open, write: Write) -> None:
    """What was a number or a date is one, without being parsed."""
    source, rows = opened(
        write(tmp_path / "a.parquet", "select 'Ærø' as unit, 1.50::decimal(9, 2) as n, date '2026-01-31' as d")
    )
    assert source.columns == (("unit", "VARCHAR"), ("n", "DECIMAL(9,2)"), ("d", "DATE"))
    assert not source.text
    assert len(rows) == 1


def test_files_are_stacked_by_name(tmp_path: Path, opened: Open, write: Write) -> None:
    """Columns may stand in another order or be missing; rows are numbered through all files when a query asks."""
    first, second = write(tmp_path / "1.parquet", "select 1 as a, 'x' as b"), write(tmp_path / "2.parquet", "select 'y' as b")
    source, rows = opened(first, second, numbered=True)
    assert [header for header, _ in source.columns] == ["a", "b", "__file", "__row"]
    assert rows == [(1, "x", "1.parquet", 1), (None, "y", "2.parquet", 2)]


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made there")
def test_a_name_with_pattern_signs_is_one_file(tmp_path: Path, opened: Open, write: Write) -> None:
    """A star in a file's name does not bring its neighbours along."""
    write(tmp_path / "plain.parquet", "select 1 as a").rename(tmp_path / "x*.parquet")
    write(tmp_path / "xy.parquet", "select 2 as a")
    assert opened(tmp_path / "x*.parquet")[1] == [(1,)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"empty \(0 bytes\)"),
        (b"a;b\n1;2\n", "no Parquet file. Use the collector for its kind"),
        (None, "cut off: its end is missing"),
    ],
    ids=["0-bytes", "csv", "half"],
)
def test_damaged_files_are_refused_in_words(
    tmp_path: Path, content: bytes | None, message: str, opened: Open, write: Write
) -> None:
    """Each is named, with what to do."""
    whole = write(tmp_path / "whole.parquet", "select * from range(1000)").read_bytes()
    path = tmp_path / "a.parquet"
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(SourceUnreadable, match=message) as caught:
        opened(path)
    assert caught.value.address == str(path)


def test_a_file_that_is_not_there(tmp_path: Path, opened: Open) -> None:
    """Said as for every other kind of file."""
    with pytest.raises(SourceUnavailable, match="cannot be opened: No such file"):
        opened(tmp_path / "væk.parquet")
