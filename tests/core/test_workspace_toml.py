"""The syntax of TOML as people write it: what is read as it was meant, and the sentence with line and cure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.workspace.toml_text import parse, read_toml

MEANT = [
    pytest.param("at_least = 92,5", {"at_least": 92.5}, "92,5 has a decimal comma. Write 92.5.", id="decimal comma"),
    pytest.param("at_least = 1.250,5", {"at_least": 1250.5}, "1.250,5 has a decimal comma. Write 1250.5.", id="thousands"),
    pytest.param(
        "path = { 2026 = 60,5, 2027 = 61 }",
        {"path": {"2026": 60.5, "2027": 61}},
        "60,5 has a decimal comma. Write 60.5.",
        id="decimal comma in a table",
    ),
    pytest.param(
        "unit = 0101", {"unit": "0101"}, '0101 begins with a zero, so it is no number. Write it in quotes: "0101".', id="0101"
    ),
    pytest.param(
        "valid_from = 11-12-2025",
        {"valid_from": date(2025, 12, 11)},
        "11-12-2025 is not how a date is written. Write 2025-12-11 (year-month-day, without quotes).",
        id="day first",
    ),
    pytest.param(
        "valid_from = 1.2.2026",
        {"valid_from": date(2026, 2, 1)},
        "1.2.2026 is not how a date is written. Write 2026-02-01 (year-month-day, without quotes).",
        id="dots",
    ),
    pytest.param(
        "valid_from = 2026-1-1",
        {"valid_from": date(2026, 1, 1)},
        "2026-1-1 is not how a date is written. Write 2026-01-01 (year-month-day, without quotes).",
        id="one digit",
    ),
    pytest.param(
        "title = “Børn”",
        {"title": "Børn"},
        '“ is a curly quotation mark, as Word writes them. Write straight ones: title = "Børn"',
        id="curly quotes",
    ),
    pytest.param(
        "title = ’Børn’",
        {"title": "Børn"},
        "’ is a curly quotation mark, as Word writes them. Write straight ones: title = 'Børn'",
        id="curly single quotes",
    ),
    pytest.param(
        'files = "C:\\Udtræk\\fil.csv"',
        {"files": "C:/Udtræk/fil.csv"},
        'the backslash in "C:\\Udtræk\\fil.csv" begins a special sign. '
        'Use / between folders, or single quotes: "C:/Udtræk/fil.csv"',
        id="backslash",
    ),
    pytest.param(
        "name = Solbjerg Kommune # os",
        {"name": "Solbjerg Kommune"},
        'Solbjerg Kommune is text without quotes. Write name = "Solbjerg Kommune"',
        id="no quotes",
    ),
    pytest.param(
        'name = "Solbjerg',
        {"name": "Solbjerg"},
        'the text has a quotation mark at one end only. Write name = "Solbjerg"',
        id="one quote",
    ),
    pytest.param(
        'title = "Vores "gode" veje"',
        {"title": 'Vores "gode" veje'},
        "there are quotation marks inside the text. Write title = 'Vores \"gode\" veje'",
        id="quotes inside",
    ),
    pytest.param("done = True", {"done": True}, "True has a capital letter. Write true.", id="True"),
    pytest.param(
        "at_least = 95 %", {"at_least": 95}, "95 % has a percent sign. Write 95; the indicator knows its unit.", id="%"
    ),
    pytest.param("at_least = .5", {"at_least": 0.5}, ".5 lacks a digit beside the point. Write 0.5.", id=".5"),
    pytest.param("closed = [06-05]", {"closed": ["06-05"]}, '06-05 is no number. Write it in quotes: "06-05".', id="06-05"),
    pytest.param(
        "at_least: 95",
        {"at_least": 95},
        "a name and its value are joined by =, not by a colon. Write at_least = 95",
        id="colon",
    ),
    pytest.param("// hej", {}, '"//" does not begin a comment. Begin it with #.', id="comment"),
    pytest.param(
        "Østby = 3", {"Østby": 3}, 'the name Østby has more than a-z, 0-9, _ and -. Put quotes around it: "Østby" = 3', id="key"
    ),
    pytest.param(
        "[goal.børn]",
        {"goal": {"boern": {}}},
        "a goal is called something of a-z, 0-9 and _. Write [goal.boern]",
        id="block",
    ),
    pytest.param(
        "[statutory.børn]",
        {"statutory": {"børn": {}}},
        'a name of more than a-z, 0-9, _ and - needs quotes. Write [statutory."børn"]',
        id="block of other words",
    ),
    pytest.param(
        '[indicator."x"]\n[dataset.r.columns]\nfuldført = "date"',
        {"indicator": {"x": {}}, "dataset": {"r": {"columns": {"fuldfoert": "date"}}}},
        "fuldført cannot be the name of a column, which is a-z, 0-9 and _. "
        'Call it fuldfoert, and say also = "fuldført" where that is the header of the source.',
        id="name of a column",
    ),
    pytest.param(
        'columns = { id = "string", Åbnet = "date" }',
        {"columns": {"id": "string", "aabnet": "date"}},
        "Åbnet cannot be the name of a column, which is a-z, 0-9 and _. "
        'Call it aabnet, and say also = "Åbnet" where that is the header of the source.',
        id="name of a column in braces",
    ),
    pytest.param(
        'targets = { "Å = {" = 1, Østby = 95 } # { Æ = 1 }',
        {"targets": {"Å = {": 1, "Østby": 95}},
        'the name Østby has more than a-z, 0-9, _ and -. Put quotes around it: "Østby"',
        id="key in braces",
    ),
    pytest.param(
        'day = { type = "date" also = "Startet" }',
        {"day": {"type": "date", "also": "Startet"}},
        'a comma is missing between two keys, before also. Write day = { type = "date", also = "Startet" }',
        id="comma between keys",
    ),
    pytest.param(
        'day = { type = "date"; also = "Startet" }',
        {"day": {"type": "date", "also": "Startet"}},
        'between two keys stands a comma, not a semicolon. Write day = { type = "date", also = "Startet" }',
        id="semicolon",
    ),
    pytest.param(
        'plugins = ["schools" "own.toml"]',
        {"plugins": ["schools", "own.toml"]},
        'a comma is missing between two values, before "own.toml". Write plugins = ["schools", "own.toml"]',
        id="comma between values",
    ),
    pytest.param(
        'plugins = [\n  "schools" # ours\n  "own.toml"]',
        {"plugins": ["schools", "own.toml"]},
        'a comma is missing between two values, before "own.toml". Write one at the end of the line above.',
        id="comma between lines",
    ),
    pytest.param(
        "[goal.huller",
        {"goal": {"huller": {}}},
        "the bracket around the block's name is not closed. Write [goal.huller]",
        id="[",
    ),
    pytest.param("a = 1\na = 2", {"a": 1}, "a is given twice (first in line 1). Keep one of them.", id="twice"),
    pytest.param(
        "a = { b = 1, }", {"a": {"b": 1}}, "a table in { } has a comma after its last entry. Write a = { b = 1 }", id="}"
    ),
    pytest.param("owner =", {}, "owner has no value. Write one after the =, or put # before the line.", id="empty"),
]


@pytest.mark.parametrize(("text", "content", "sentence"), MEANT)
def test_a_plain_mistake_is_said_with_its_cure_and_read_as_it_was_meant(text: str, content: Any, sentence: str) -> None:
    """The line is named, the cure is written out, and the rest of the file is read on."""
    read, faults = parse(text, "klaremal.toml")
    line = text.count("\n") + 1
    assert [str(fault) for fault in faults] == [f"klaremal.toml: line {line}: {sentence}"]
    assert read == content


UNCLEAR = [
    pytest.param("valid_from = 31-02-2026", 1, "31-02-2026 is not a day that exists.", id="no such day"),
    pytest.param("valid_from = 2026-02-30", 1, "2026-02-30 is not a day that exists.", id="no such day in ISO"),
    pytest.param("[a]\nx = 1\n[a]\ny = 2", 3, "the block [a] is there twice. Keep one of them.", id="block twice"),
    pytest.param(
        "[goal.x]\n[goal.x]",
        2,
        "the block [goal.x] is there twice. "
        "Give one another id; for a new version of the same goal write [[goal.x]] above both.",
        id="goal twice",
    ),
    pytest.param(
        "[sources.a.b]\n[sources.a.b]",
        2,
        "the block [sources.a.b] is there twice. For two sources of one dataset write [[sources.a.b]] above both.",
        id="source twice",
    ),
    pytest.param(
        "a = {\n  b = 1\n}", 1, "a table in { } is not closed on its line. Write it on one line", id="table over lines"
    ),
    pytest.param("a = [1,\n2", 2, "[ in line 1 is never closed", id="open list"),
    pytest.param("a = [1\nb = 2", 2, "[ in line 1 is never closed", id="open list before a key"),
    pytest.param('a = [1\n"b" = 2', 2, "[ in line 1 is never closed", id="open list before a key in quotes"),
    pytest.param("a", 1, "this cannot be read: a", id="a word"),
]


@pytest.mark.parametrize(("text", "line", "sentence"), UNCLEAR)
def test_what_cannot_be_told_is_named_with_its_line_and_nothing_is_read(text: str, line: int, sentence: str) -> None:
    """A file whose meaning is unclear has no content, so that nothing is guessed."""
    content, faults = parse(text, "goals/a.toml")
    assert content is None
    assert str(faults[-1]).startswith(f"goals/a.toml: line {line}: {sentence}")


def test_several_mistakes_of_one_file_come_at_once() -> None:
    """The reader of TOML stops at the first mistake; klaremal goes on."""
    text = "valid_from = 01-01-2026\nat_least = 92,5\n\nunit = 0751\ntitle = “Veje”\n"
    content, faults = parse(text, "a.toml")
    assert [fault.path for fault in faults] == ["a.toml: line 1", "a.toml: line 2", "a.toml: line 4", "a.toml: line 5"]
    assert content == {"valid_from": date(2026, 1, 1), "at_least": 92.5, "unit": "0751", "title": "Veje"}


def test_curly_quotes_and_commas_inside_text_are_left_alone() -> None:
    """Only what lies outside quotation marks is ever taken for a mistake."""
    text = 'title = "Vi når “92,5” den 11-12-2025"'
    assert parse(text, "a.toml") == ({"title": "Vi når “92,5” den 11-12-2025"}, ())


def test_the_mark_that_notepad_puts_first_is_passed_over(tmp_path: Path) -> None:
    """A byte order mark is no mistake of the analyst's."""
    path = tmp_path / "klaremal.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "S\xc3\xb8lund"\r\nunit = "751"\r\n')
    assert read_toml(path, "klaremal.toml") == ({"name": "Sølund", "unit": "751"}, ())


def test_a_file_saved_as_ansi_is_said_with_line_and_cure_and_read_on(tmp_path: Path) -> None:
    """Danish letters in Windows' own encoding: the line that shows it, and what to choose in Notepad."""
    path = tmp_path / "klaremal.toml"
    path.write_bytes('# ok\nname = "Sølund"\nat_least = 92,5\n'.encode("cp1252"))
    content, faults = read_toml(path, "klaremal.toml")
    assert content == {"name": "Sølund", "at_least": 92.5}
    assert [str(fault) for fault in faults] == [
        'klaremal.toml: line 2: is saved as ANSI, so that æ, ø and å cannot be read (name = "Sølund"). '
        'Save it as UTF-8 (Notepad: File, Save as, Encoding "UTF-8").',
        "klaremal.toml: line 3: 92,5 has a decimal comma. Write 92.5.",
    ]


def test_a_file_saved_as_utf_16_is_said_with_its_cure(tmp_path: Path) -> None:
    """Notepad calls it Unicode."""
    path = tmp_path / "klaremal.toml"
    path.write_bytes('name = "Sølund"'.encode("utf-16"))
    content, faults = read_toml(path, "klaremal.toml")
    assert content == {"name": "Sølund"}
    assert [fault.what for fault in faults] == ["is saved as UTF-16."]


def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    """A folder in the place of a file, for one."""
    content, faults = read_toml(tmp_path, "goals/a.toml")
    assert content is None
    assert faults[0].path == "goals/a.toml"
    assert faults[0].what.startswith("cannot be opened: ")


@given(st.text(alphabet="abåæ =.\"'[]{}#,-0129\n\\“%:", max_size=60))
def test_no_text_makes_the_reader_fail_or_hang(text: str) -> None:
    """Whatever stands in a file, the answer is content, or faults that say where."""
    content, faults = parse(text, "a.toml")
    assert content is not None or faults
    assert all(fault.path.startswith("a.toml: line ") and fault.what for fault in faults)
