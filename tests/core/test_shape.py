"""Values of TOML as typed fields: nothing is turned into another type by itself, and every mistake has its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

import pytest
from attrs import field, frozen

from klaremal import Text
from klaremal.shape import Names, Paths, PathText, Shapes, fault, read_fields, under


class Own:
    """A type that no converter knows."""


@frozen
class Kinds:
    """One field of every kind that a file or a plugin's options may have."""

    text: str | None = None
    words: Text | None = None
    path: PathText | None = None
    paths: Paths = ()
    names: Names = ()
    number: float | None = None
    whole: int = 0
    flag: bool = False
    day: date | None = None
    choice: Literal["left", "right"] = "left"
    either: int | str | None = None
    table: Mapping[str, Any] = field(factory=dict)
    numbers: list[float] = field(factory=list)
    own: Own | None = None
    from_: str = ""


def read_one(key: str, value: object) -> tuple[dict[str, Any], list[str]]:
    """Return the field that one key fills, and the sentences about it."""
    values, faults = read_fields(Shapes(), {key: value}, Kinds, "a.toml")
    return values, [str(each) for each in faults]


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("text", "x", "x"),
        ("words", "Veje", Text.of("Veje")),
        ("words", {"da": "Veje", "en": "Roads"}, Text.of({"da": "Veje", "en": "Roads"})),
        ("path", "data\\a.csv", "data/a.csv"),
        ("paths", "a.csv", ("a.csv",)),
        ("paths", ["a.csv", "b\\c.csv"], ("a.csv", "b/c.csv")),
        ("names", "roads", ("roads",)),
        ("number", 3, 3.0),
        ("number", 2.5, 2.5),
        ("whole", 3, 3),
        ("flag", True, True),
        ("day", date(2026, 1, 1), date(2026, 1, 1)),
        ("day", "2026-01-01", date(2026, 1, 1)),
        ("choice", "right", "right"),
        ("either", 3, 3),
        ("either", "x", "x"),
        ("table", {"a": 1}, {"a": 1}),
        ("numbers", [1, 2.5], [1.0, 2.5]),
        ("numbers", 1, [1.0]),
        ("own", "as it is", "as it is"),
    ],
)
def test_a_right_value_is_read_as_its_type(key: str, value: object, read: object) -> None:
    """One value stands for a list of one; a type that only a plugin knows is left to the plugin."""
    assert read_one(key, value) == ({key: read}, [])


def test_a_key_that_python_keeps_to_itself_has_no_underscore_in_the_file() -> None:
    """`from` in the file is the field `from_`."""
    assert read_one("from", "x") == ({"from_": "x"}, [])


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("text", 751, '751 is not text. Write it in quotes: "751".'),
        ("text", 92.5, '92.5 is not text. Write it in quotes: "92.5".'),
        ("text", True, "true is not text. Write text in quotes."),
        ("text", ["x"], "a list is not text. Write text in quotes."),
        ("text", "", "the text is empty. Fill it in, or leave the line out."),
        ("words", {"dansk": "x"}, "Text: 'dansk' is not a language."),
        ("path", "C:\new\table", "there is a control character in the path, because \\n in double quotes is one. "),
        ("number", "92,5", '"92,5" is text, not a number. Write it without quotes and with a point: 92.5.'),
        ("number", "95 %", '"95 %" is text, not a number. Write it without quotes and with a point: 95.'),
        ("number", "mange", '"mange" is not a number. Write it as 92.5, without quotes.'),
        ("number", True, "true is not a number. Write it as 92.5, without quotes."),
        ("whole", 2.5, "2.5 is not a whole number. Write it without decimals."),
        ("flag", "ja", '"ja" is neither true nor false. Write true or false without quotes.'),
        ("day", 2026, "2026 is not a date. Write year-month-day without quotes: 2026-12-31, 2026-01-01 or 2026-12-31."),
        ("day", "31.12.2026", '"31.12.2026" is not a date. Write year-month-day without quotes: 2026-12-31.'),
        ("day", "2026-02-30", "2026-02-30 is not a day that exists. Write a date as 2026-12-31."),
        ("day", datetime(2026, 1, 1, 8), "2026-01-01 08:00:00 has a time. Write the day only: 2026-01-01."),
        ("choice", "up", '"up" is unknown here. Use left, right.'),
        ("table", 3, "3 is not a table. Write { name = value }, or a [block] of its own."),
        ("numbers", ["x"], '"x" is not a number. Write it as 92.5, without quotes.'),
    ],
)
def test_a_wrong_value_is_said_with_its_place_and_cure(key: str, value: object, sentence: str) -> None:
    """The value, what it is not, and how it is written."""
    values, said = read_one(key, value)
    assert values == {}
    assert len(said) == 1
    assert said[0].startswith(f"a.toml: {key}: {sentence}")


def test_the_right_fields_are_kept_beside_the_wrong_ones() -> None:
    """So that all that is wrong behind them is found in the same run."""
    values, faults = read_fields(Shapes(), {"text": 3, "whole": 4, "flga": True, "flag": 1}, Kinds, "a.toml: block")
    assert values == {"whole": 4}
    assert [str(each) for each in faults] == [
        'a.toml: block: the key "flga" is unknown. Did you mean "flag"?',
        'a.toml: block.text: 3 is not text. Write it in quotes: "3".',
        "a.toml: block.flag: 1 is neither true nor false. Write true or false without quotes.",
    ]


def test_an_unknown_key_without_a_near_one_lists_the_keys() -> None:
    """In alphabetical order."""
    said = read_one("zzzz", 1)[1]
    assert said[0].startswith('a.toml: the key "zzzz" is unknown. The keys here are choice, day, either, flag, from, names')


def test_what_is_needed_and_missing_is_said_unless_it_may_come_from_elsewhere() -> None:
    """Defaults of a goal file are filled in later."""

    @frozen
    class Needed:
        name: str = field(metadata={"example": 'name = "Solbjerg".'})

    assert [str(each) for each in read_fields(Shapes(), {}, Needed, "a.toml")[1]] == [
        'a.toml: "name" is missing. Add name = "Solbjerg".'
    ]
    assert read_fields(Shapes(), {}, Needed, "a.toml", required=False) == ({}, ())


def test_a_place_names_file_block_and_key() -> None:
    """The first key follows a colon, the others a point."""
    assert under(under("klaremal.toml", "units"), "set") == "klaremal.toml: units.set"


def test_a_message_is_divided_into_what_is_wrong_and_the_cure() -> None:
    """After its first sentence; a point inside a number or an abbreviation does not end one."""
    made = fault("a.toml", "Ca. 1. kvartal 2.5 is wrong. Write it so. And so.")
    assert (made.what, made.cure) == ("Ca. 1. kvartal 2.5 is wrong.", "Write it so. And so.")
