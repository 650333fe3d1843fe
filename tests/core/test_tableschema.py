"""A dataset's contract as Frictionless Table Schema: what the supplier of the rows is told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from klaremal.cli.main import main
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.tableschema import table_schema

POTHOLES = Dataset(
    id="roads.potholes",
    title={"da": "Huller i vejen", "en": "Potholes"},
    grain={"da": "én række pr. hul", "en": "one row per pothole"},
    columns=(
        Column("case_id", "string", {"da": "Sag", "en": "Case"}, required=True, unique=True, pattern="[0-9]+"),
        Column("size", "string", enum={"stor": {"da": "Stort", "en": "Large"}, "lille": {"da": "Lille", "en": "Small"}}),
        Column("reported_on", "date", required=True, minimum=date(2020, 1, 1), also=("Anmeldt", "Dato")),
        Column("depth", "number", minimum=0, maximum=90.5, missing={"..": "no_data", "-": "not_measured"}),
        Column("reporter", "string", personal=True),
        Column("month", "period"),
        Column("district", "string"),
    ),
    placed_in="district",
    dated_by="reported_on",
    key=("case_id",),
    events=("reported_on",),
)


def field(name: str, lang: str = "en") -> dict[str, Any]:
    """Return one field of the schema of the potholes."""
    return next(each for each in table_schema(POTHOLES, lang)["fields"] if each["name"] == name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "case_id",
            {
                "name": "case_id",
                "type": "string",
                "title": "Case",
                "constraints": {"required": True, "unique": True, "pattern": "[0-9]+"},
            },
        ),
        (
            "size",
            {
                "name": "size",
                "type": "string",
                "categories": [{"value": "stor", "label": "Large"}, {"value": "lille", "label": "Small"}],
                "constraints": {"enum": ["stor", "lille"]},
            },
        ),
        (
            "reported_on",
            {
                "name": "reported_on",
                "type": "date",
                "constraints": {"required": True, "minimum": "2020-01-01"},
                "klaremal:also": ["Anmeldt", "Dato"],
            },
        ),
        ("depth", {"name": "depth", "type": "number", "constraints": {"minimum": 0, "maximum": 90.5}}),
        ("reporter", {"name": "reporter", "type": "string", "klaremal:personal": True}),
        # Table Schema knows no periods: a text, by rules of klaremal's own.
        ("month", {"name": "month", "type": "string"}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_column_is_a_field(name: str, expected: dict[str, Any]) -> None:
    """Type, title and constraints in the words of Table Schema; what it has no word for is prefixed with klaremal."""
    assert field(name) == expected


def test_the_schema_says_what_a_row_is_and_what_identifies_it() -> None:
    """Beside the fields: id, title, grain, key, marks for missing figures, and where and when a row counts."""
    schema = {key: value for key, value in table_schema(POTHOLES).items() if key != "fields"}
    assert schema == {
        "name": "roads.potholes",
        "title": "Potholes",
        "description": "one row per pothole",
        "primaryKey": ["case_id"],
        "missingValues": ["", "-", ".."],
        "klaremal": {"placed_in": ["district"], "dated_by": "reported_on", "frequency": "month", "level": None},
    }


def test_titles_are_in_the_language_asked_for() -> None:
    """A Danish supplier gets Danish titles."""
    assert table_schema(POTHOLES, "da")["title"] == "Huller i vejen"
    assert field("case_id", "da")["title"] == "Sag"
    assert field("size", "da")["categories"][0] == {"value": "stor", "label": "Stort"}


def test_the_command_writes_one_schema_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    """One dataset gives an object that can be saved as it is; without a name it is a list of all."""
    assert main(["datasets", "childcare.staffing", "--format", "tableschema", "--lang", "da"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert (one["name"], one["title"]) == ("childcare.staffing", "Normeringer som offentliggjort")
    assert [each["name"] for each in one["fields"]] == ["municipality", "offer", "year", "ratio"]
    assert main(["datasets", "--format", "tableschema", "--lang", "da"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert one in listed
    assert len({each["name"] for each in listed}) == len(listed) >= 8


def test_an_unknown_dataset_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the keyboard costs one line."""
    assert main(["datasets", "childcare.stafing", "--format", "tableschema"]) == 2
    assert 'Did you mean "childcare.staffing"?' in capsys.readouterr().err
