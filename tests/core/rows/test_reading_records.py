"""JSON as it comes from interfaces: lists, lines and records below a path; numbers that were numbers stay so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from klaremal.engine import Engine
from klaremal.errors import DeclarationError, SourceUnreadable
from klaremal.reading.opened import Looked, Opened
from klaremal.reading.records import JsonOptions, open_records

Open = Callable[..., tuple[Opened, list[tuple[Any, ...]]]]


@pytest.fixture
def opened(engine: Engine) -> Open:
    """Return a function that writes JSON files, and gives what the reader makes of them and their rows."""

    def open_(
        folder: Path, *texts: str | bytes, numbered: bool = False, **options: Any
    ) -> tuple[Opened, list[tuple[Any, ...]]]:
        paths = []
        for number, content in enumerate(texts):
            paths.append(folder / f"{number}.json")
            paths[-1].write_bytes(content.encode() if isinstance(content, str) else content)
        source = open_records(paths, JsonOptions(**options), Looked(numbered=numbered), engine)
        return source, engine.query(source.sql, "read")

    return open_


RECORDS = [{"kommune": "Ærø", "værdi": 2.351, "n": 5}, {"kommune": "Fanø", "værdi": None, "n": 7}]
ROWS = {("Ærø", "2.351e0", "5"), ("Fanø", None, "7")}


def by_name(source: Opened, rows: list[tuple[Any, ...]], *columns: str) -> set[tuple[Any, ...]]:
    """Return the rows with their columns in this order."""
    places = [[header for header, _ in source.columns].index(column) for column in columns]
    return {tuple(row[place] for place in places) for row in rows}


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (json.dumps(RECORDS), {}),
        (json.dumps(RECORDS, ensure_ascii=False, indent=2), {}),
        ("\n".join(json.dumps(record) for record in RECORDS), {}),
        (json.dumps({"meta": {"n": 2}, "data": {"rows": RECORDS}}), {"path": "data.rows"}),
        (json.dumps({"value": RECORDS}), {"path": "value"}),
        (b"\xef\xbb\xbf" + json.dumps(RECORDS, ensure_ascii=False).encode(), {}),
        (json.dumps(RECORDS, ensure_ascii=False).encode("cp1252"), {}),
        (json.dumps(RECORDS, ensure_ascii=False).encode("utf-16"), {}),
    ],
    ids=["list", "indented", "lines", "path", "odata", "bom", "cp1252", "utf-16"],
)
def test_records_are_read_wherever_they_are(
    tmp_path: Path, content: str | bytes, options: dict[str, Any], opened: Open
) -> None:
    """The same two records come out of every form."""
    source, rows = opened(tmp_path, content, **options)
    assert by_name(source, rows, "kommune", "værdi", "n") == ROWS


def test_numbers_and_texts_are_told_apart(tmp_path: Path, opened: Open) -> None:
    """2.351 as a number is two and a third; as text it stays as it is, and so does a list."""
    record = {"a": 2.351, "b": "2.351", "c": 5, "d": True, "e": [1, 2], "f": "", "g": 1e-7}
    source, rows = opened(tmp_path, json.dumps([record]))
    assert by_name(source, rows, *"abcdefg") == {("2.351e0", "2.351", "5", "true", "[1,2]", "", "1e-7")}


def test_keys_inside_objects_get_points(tmp_path: Path, opened: Open) -> None:
    """What interfaces nest becomes columns; an empty object has nothing inside and stays as it is."""
    records = [{"skole": {"navn": "Blå", "sted": {"kommune": "Ærø"}}, "andet": {}}, {"skole": {"navn": "Rød"}, "andet": {}}]
    source, rows = opened(tmp_path, json.dumps(records))
    assert by_name(source, rows, "skole.navn", "skole.sted.kommune", "andet") == {("Blå", "Ærø", "{}"), ("Rød", None, "{}")}


def test_keys_may_hold_any_sign(tmp_path: Path, opened: Open) -> None:
    """Statistics offices have brackets, points, quotes and blanks in their keys."""
    record = {"[Kommune].[Navn]": "Ærø", 'a "b"': "1", "c\\d": "2", "e.f": "3", "  g  ": "4", "": "5"}
    source, rows = opened(tmp_path, json.dumps([record]))
    assert by_name(source, rows, "[Kommune].[Navn]", 'a "b"', "c\\d", "e.f", "g") == {("Ærø", "1", "2", "3", "4")}


def test_a_key_that_some_records_lack_is_null_in_them(tmp_path: Path, opened: Open) -> None:
    """Also when the first ten thousand records lack it."""
    records = [{"a": number} for number in range(30_000)] + [{"a": 1, "sent": "x"}]
    source, rows = opened(tmp_path, json.dumps(records))
    assert [header for header, _ in source.columns] == ["a", "sent"]
    assert (rows[0], rows[-1], len(rows)) == (("0", None), ("1", "x"), 30_001)


def test_files_are_stacked_by_key_in_their_order(tmp_path: Path, opened: Open) -> None:
    """Each file may have its own keys."""
    source, rows = opened(tmp_path, '[{"a": 1}, {"a": 2}]', '[{"b": "x", "a": 3}]', numbered=True)
    assert by_name(source, rows, "a", "b", "__file", "__row") == {
        ("1", None, "0.json", 1), ("2", None, "0.json", 2), ("3", "x", "1.json", 3),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("[]", "there are no records in the file"),
        ('[{"a": 1}, {"a": 2', "0.json: .*Malformed JSON"),
        ("sagsnr;dato\n1;2026\n", "Malformed JSON"),
        ("[[1, 2], [3, 4]]", "there are no records in the file: klaremal looks for a list of objects"),
    ],
    ids=["0-bytes", "empty-list", "half", "csv", "lists"],
)
def test_what_holds_no_records_is_refused_in_words(tmp_path: Path, content: str, message: str, opened: Open) -> None:
    """Half a file, an empty one and another kind of file are named for what they are."""
    with pytest.raises(SourceUnreadable, match=message):
        opened(tmp_path, content)


def test_a_path_that_leads_nowhere_is_met_with_the_lists_that_are_there(tmp_path: Path, opened: Open) -> None:
    """The reader looks where the records could be."""
    content = json.dumps({"data": {"rows": [{"a": 1}]}, "total": 1})
    with pytest.raises(SourceUnreadable, match=r'no records at path "rows": .* Lists are at .*rows'):
        opened(tmp_path, content, path="rows")


@pytest.mark.parametrize("path", [".", "a..b", "a."], ids=["point", "two-points", "point-at-the-end"])
def test_a_path_without_keys_is_refused(path: str) -> None:
    """Mistakes in klaremal.toml are found when it is read."""
    with pytest.raises(DeclarationError, match=r'path: .* is no way to the records.*"data.rows"'):
        JsonOptions(path=path)
