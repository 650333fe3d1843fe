"""What eldercare declares: ids, directions, and words in three languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

import klaremal_eldercare
from klaremal.cli.main import main
from klaremal.targets import AtLeast
from klaremal_eldercare.collectors import COLLECTORS
from klaremal_eldercare.datasets import DATASETS
from klaremal_eldercare.indicators import INDICATORS
from klaremal_eldercare.thresholds import GOALS, THRESHOLDS

LANGUAGES = {"da", "en", "nb"}
SECTORS = tuple(klaremal_eldercare.klaremal_sectors())


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
        ("eldercare.home_help_satisfaction", "eldercare.home_help_survey", "percent", "higher"),
        ("eldercare.nursing_home_guarantee", "eldercare.nursing_home_clocks", "percent", "higher"),
        ("eldercare.nursing_home_ready", "eldercare.nursing_home_clocks", "percent", "higher"),
        ("eldercare.nursing_home_waiting_days", "eldercare.nursing_home_waits", "days", "lower"),
        ("eldercare.nursing_home_waiting_days_median", "eldercare.nursing_home_waits", "days", "lower"),
        ("eldercare.delivered_home_help", "eldercare.home_help", "percent", "neutral"),
        ("eldercare.helpers_in_14_days", "eldercare.helpers", "number", "lower"),
        ("eldercare.decisions_on_time", "eldercare.decisions", "percent", "higher"),
        ("eldercare.users_satisfied", "eldercare.own_survey", "percent", "higher"),
        ("eldercare.readmissions_per_1000", "eldercare.admissions", "per_1000", "lower"),
    ]


def test_the_law_is_a_threshold_and_a_goal_without_tolerance() -> None:
    """Everyone is offered a nursing home within two months since 2009; no council may ask for less."""
    assert [(each.basis, each.target, each.valid_from.year) for each in THRESHOLDS] == [("law", AtLeast(100), 2009)]
    assert [(each.threshold, each.statutory, each.tolerance) for each in GOALS] == [(THRESHOLDS[0].id, True, 0)]


@pytest.mark.parametrize(("marker", "cause"), [("-", "no_data"), ("*", "confidential"), ("<5", "too_few")])
def test_the_surveys_own_marks_say_why_a_figure_is_missing(marker: str, cause: str) -> None:
    """What the survey hides is hidden, not bad: each of its marks has a cause."""
    assert dict(DATASETS[0].column("satisfied").missing)[marker] == cause


def test_klaremal_takes_the_plugin_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the plugin is left out when it is installed."""
    main(["plugins", "--format", "json"])
    listed = [each for each in json.loads(capsys.readouterr().out) if each["id"] == "eldercare"]
    assert [(each["left_out"], each["datasets"], each["indicators"], each["goals"]) for each in listed] == [("", 12, 17, 1)]
