"""What citizen service declares: ids, directions, and words in three languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

import klaremal_citizen_service
from klaremal.cli.main import main
from klaremal_citizen_service.datasets import DATASETS
from klaremal_citizen_service.indicators import INDICATORS

LANGUAGES = {"da", "en", "nb"}
SECTORS = tuple(klaremal_citizen_service.klaremal_sectors())


def words() -> list[Any]:
    """Return every text for people that the plugin declares, each named for the report."""
    declared: list[Any] = [*SECTORS, *DATASETS, *INDICATORS]
    fields = ("title", "description", "grain", "promise", "counted")
    found = [
        (f"{getattr(each, 'id', None) or each.name}-{name}", getattr(each, name))
        for each in declared
        for name in fields
        if getattr(each, name, None)
    ]
    for dataset in DATASETS:
        found += [(f"{dataset.id}-{column.name}", column.title) for column in dataset.columns]
        found += [(f"{dataset.id}-{code}", text) for column in dataset.columns for code, text in column.enum]
    found += [(f"{each.id}-break-{day}", text) for each in INDICATORS for day, text in each.breaks]
    return [pytest.param(text, id=name) for name, text in found]


@pytest.mark.parametrize("text", words())
def test_every_text_is_there_in_three_languages(text: Any) -> None:
    """Nobody who reads Danish, English or Norwegian meets a text of another language."""
    assert set(text.languages) == LANGUAGES
    assert all(text.say(lang).strip() for lang in LANGUAGES)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.id)
def test_every_indicator_says_what_it_measures_and_whose_definition_it_is(indicator: Any) -> None:
    """An indicator has a title, a description and at least one reference."""
    assert indicator.title
    assert indicator.description
    assert indicator.references


def test_the_indicator_keeps_its_id_dataset_unit_of_measurement_and_direction() -> None:
    """A council's goal names this id for years, and what is better must not turn round."""
    assert [(each.id, each.dataset.id, each.measured_in, each.direction) for each in INDICATORS] == [
        ("citizen_service.appeals_reversed", "citizen_service.appeals", "percent", "lower")
    ]
    assert [each.id for each in DATASETS] == ["citizen_service.appeals"]


def test_every_row_is_a_case_of_its_own() -> None:
    """Cases are counted, not totals: no level, the case number is the key, and a decision in the future is an error."""
    appeals = DATASETS[0]
    assert (appeals.level, appeals.key, appeals.events) == (None, ("case_id",), ("decided_on",))


def test_klaremal_takes_the_plugin_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the plugin is left out when it is installed."""
    main(["plugins", "--format", "json"])
    listed = [each for each in json.loads(capsys.readouterr().out) if each["id"] == "citizen_service"]
    assert [(each["left_out"], each["datasets"], each["indicators"], each["goals"]) for each in listed] == [("", 1, 1, 0)]
