"""What analysts are shown of bad rows: values that contradict each other, and a line to paste for those not allowed."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from klaremal import Column, Dataset
from klaremal.cli.aside_words import told
from klaremal.model.outcome import SetAside

CASES = Dataset(
    id="demo.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("case_id", "string"),
        Column("year", "year"),
        Column("kind", "string", enum=("generel", "særlig")),
        Column("days", "number", decimals=1),
        Column("cpr", "string", personal=True),
        Column("secret", "string", enum=("a", "b"), personal=True),
    ),
    dated_by="year",
    key=("case_id",),
    bad_rows_allowed=1,
)
HEADER = "case_id;year;kind;days;cpr;secret\n"


def aside(desk: Any, *lines: str, **section: Any) -> dict[str, SetAside]:
    """Return what the checks say of lines below the header, by rule."""
    desk.write("a.csv", HEADER + "".join(f"{line}\n" for line in lines))
    rows, _ = desk.checked(CASES, files="a.csv", **section)
    return {each.rule: each for each in rows.set_aside}


def test_rows_of_one_key_show_every_value_between_which_they_differ(desk: Any) -> None:
    """Once for each key, in the order of the keys; what is the same in all of them is left out, and so is the personal."""
    found = aside(
        desk, "2;2025;generel;3,5;010203-1234;", "1;2025;generel;;;", "2;2025;særlig;3;010203-9999;", "1;2024;generel;7;;"
    )["duplicate_key"]
    assert found.rows == 4
    assert found.examples == (
        "case_id = 1; year = 2024 / 2025; days = (empty) / 7.0",
        "case_id = 2; kind = generel / særlig; days = 3.0 / 3.5; cpr = *** / ***",
    )


def test_at_most_five_keys_and_values_are_shown(desk: Any) -> None:
    """The others are counted."""
    lines = [f"{key};2025;generel;{days};;" for key in range(7) for days in range(8)]
    found = aside(desk, *lines)["duplicate_key"]
    assert (found.rows, len(found.examples)) == (56, 5)
    assert found.examples[0] == "case_id = 0; days = 0.0 / 1.0 / 2.0 / 3.0 / 4.0 / ..."


def test_values_that_are_not_allowed_come_with_the_line_that_maps_them(desk: Any) -> None:
    """The nearest allowed value is filled in; where none is near, those that are allowed stand there to choose from."""
    wrong = ("1;2025;Generelt;;;", '2;2025;"a ""b""";;;', "3;2025;Generelt;;;")
    message = aside(desk, *wrong)["enum_kind"].message
    assert message == (
        "kind is none of generel, særlig. In klaremal.toml: "
        'values = { kind = { "Generelt" = "generel", "a \\"b\\"" = "generel | særlig" } }'
    )


def test_the_line_can_be_pasted_as_it_stands(desk: Any) -> None:
    """It is TOML, and with it the rows are good."""
    line = aside(desk, "1;2025;Generelt;;;")["enum_kind"].message.partition("klaremal.toml: ")[2]
    assert aside(desk, "1;2025;Generelt;;;", **tomllib.loads(line)) == {}


def test_no_personal_value_is_offered_for_pasting(desk: Any) -> None:
    """What is masked in examples is not told in the line, either."""
    found = aside(desk, "1;2025;;;;kendt person")["enum_secret"]
    assert found.message == "secret is none of a, b."
    assert "kendt" not in repr(found)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("da", "kind har en værdi, der ikke er tilladt. I klaremal.toml: "),
        ("nb", "kind har en verdi som ikke er tillatt. I klaremal.toml: "),
        ("en", "kind is none of generel, særlig. In klaremal.toml: "),
    ],
)
def test_the_line_is_told_in_every_language(desk: Any, lang: str, expected: str) -> None:
    """The words around it are the analyst's, the line is not translated; the example follows it."""
    found = aside(desk, "1;2025;Generelt;;;")["enum_kind"]
    line = 'values = { kind = { "Generelt" = "generel" } }'
    assert told(found, lang) == f"{expected}{line} (case_id = 1; kind = Generelt)"
