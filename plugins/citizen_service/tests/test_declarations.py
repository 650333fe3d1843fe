"""What citizen service declares: ids, directions, and words in three languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

import klaremal_citizen_service
from klaremal.cli.main import main
from klaremal.targets import AtLeast
from klaremal_citizen_service.collectors import COLLECTORS
from klaremal_citizen_service.datasets import DATASETS
from klaremal_citizen_service.indicators import INDICATORS
from klaremal_citizen_service.thresholds import GOALS, THRESHOLDS

LANGUAGES = {"da", "en", "nb"}
SECTORS = tuple(klaremal_citizen_service.klaremal_sectors())


def words() -> list[Any]:
    """Return every text for people that the plugin declares, each named for the report."""
    declared: list[Any] = [*SECTORS, *DATASETS, *INDICATORS, *COLLECTORS, *THRESHOLDS, *GOALS]
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
        ("citizen_service.appeals_reversed", "citizen_service.appeals", "percent", "lower"),
        ("citizen_service.requests_on_time", "citizen_service.requests", "percent", "higher"),
        ("citizen_service.building_cases_on_time", "citizen_service.building_cases", "percent", "higher"),
        ("citizen_service.cases_on_time", "citizen_service.cases", "percent", "higher"),
        ("citizen_service.notice_when_late", "citizen_service.cases", "percent", "higher"),
        ("citizen_service.queue_minutes_median", "citizen_service.queue_tickets", "minutes", "lower"),
        ("citizen_service.queue_minutes_p90", "citizen_service.queue_tickets", "minutes", "lower"),
        ("citizen_service.queue_within_15_minutes", "citizen_service.queue_tickets", "percent", "higher"),
        ("citizen_service.calls_answered_in_2_minutes", "citizen_service.calls", "percent", "higher"),
    ]


def test_the_law_is_a_threshold_and_a_goal_without_tolerance() -> None:
    """Everyone who waits longer than the deadline is told; no council may ask for less."""
    assert [(each.basis, each.target) for each in THRESHOLDS] == [("law", AtLeast(100))]
    assert [(each.threshold, each.statutory, each.tolerance) for each in GOALS] == [(THRESHOLDS[0].id, True, 0)]


def test_every_row_is_a_case_of_its_own() -> None:
    """Cases are counted, not totals: no level, the case number is the key, and a decision in the future is an error."""
    appeals = DATASETS[0]
    assert (appeals.level, appeals.key, appeals.events) == (None, ("case_id",), ("decided_on",))
    requests = DATASETS[1]
    assert (requests.level, requests.key, requests.events) == (None, ("request_id",), ("opened_at", "closed_at"))


def test_klaremal_takes_the_plugin_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the plugin is left out when it is installed."""
    main(["plugins", "--format", "json"])
    listed = [each for each in json.loads(capsys.readouterr().out) if each["id"] == "citizen_service"]
    assert [(each["left_out"], each["datasets"], each["indicators"], each["goals"]) for each in listed] == [("", 8, 14, 1)]
