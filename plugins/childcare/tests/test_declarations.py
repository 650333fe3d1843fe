"""What childcare declares: ids, directions, levels of the law, and words in three languages."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

import klaremal_childcare
from klaremal.cli.main import main
from klaremal.targets import AtLeast, AtMost
from klaremal_childcare.collectors import COLLECTORS
from klaremal_childcare.datasets import DATASETS
from klaremal_childcare.indicators import INDICATORS
from klaremal_childcare.thresholds import GOALS, THRESHOLDS

LANGUAGES = {"da", "en", "nb"}
SECTORS = tuple(klaremal_childcare.klaremal_sectors())


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


def test_indicators_keep_their_id_dataset_unit_of_measurement_and_direction() -> None:
    """A council's goal names these ids for years, and what is better must not turn round."""
    assert [(each.id, each.dataset.id, each.measured_in, each.direction) for each in INDICATORS] == [
        ("childcare.staffing_0_2", "childcare.staffing", "children_per_adult", "lower"),
        ("childcare.staffing_3_5", "childcare.staffing", "children_per_adult", "lower"),
        ("childcare.staffing_dagpleje", "childcare.staffing", "children_per_adult", "lower"),
        ("childcare.trained_pedagogues", "childcare.education", "percent", "higher"),
        ("childcare.parent_satisfaction", "childcare.parent_survey", "points", "higher"),
    ]
    assert {(each.frequency, each.levels, each.publication) for each in INDICATORS} == {("year", ("municipality",), "public")}


def test_datasets_and_collectors_keep_their_ids() -> None:
    """A workspace names these in its [sources] blocks."""
    assert [each.id for each in DATASETS] == ["childcare.staffing", "childcare.education", "childcare.parent_survey"]
    assert [each.name for each in COLLECTORS] == ["childcare.stil"]


def test_the_laws_minimum_is_three_and_six_children_per_adult_from_2024() -> None:
    """Dagtilbudsloven § 19 a: at most 3.0 children of 0-2 years and 6.0 of 3-5 years per adult, as a yearly mean."""
    laws = {each.id: (each.indicator.id, each.target, each.valid_from) for each in THRESHOLDS if each.basis == "law"}
    assert laws == {
        "childcare.minimum_staffing_0_2_law": ("childcare.staffing_0_2", AtMost(3.0), date(2024, 1, 1)),
        "childcare.minimum_staffing_3_5_law": ("childcare.staffing_3_5", AtMost(6.0), date(2024, 1, 1)),
    }


def test_the_recommendation_is_no_law() -> None:
    """The pedagogues' union recommends 80 percent; only the two minimums are law, and childminders have no limit."""
    others = {each.id: (each.target, each.basis) for each in THRESHOLDS if each.basis != "law"}
    assert others == {"childcare.trained_pedagogues_recommended": (AtLeast(80), "recommendation")}


def test_statutory_goals_stand_on_the_law_and_have_no_tolerance() -> None:
    """A law that is nearly kept is broken; its goals hold from the day it came into force, for the municipality."""
    assert [(each.id, each.threshold, each.valid_from) for each in GOALS] == [
        ("childcare.minimum_staffing_0_2", "childcare.minimum_staffing_0_2_law", date(2024, 1, 1)),
        ("childcare.minimum_staffing_3_5", "childcare.minimum_staffing_3_5_law", date(2024, 1, 1)),
    ]
    assert all(each.statutory and each.tolerance == 0 and each.units == ("municipality",) for each in GOALS)


def test_figures_before_and_after_the_new_method_of_2023_are_not_compared() -> None:
    """The statistics count staff and children otherwise from 2023; the three ratios carry the break."""
    broken = {each.id: [day for day, _ in each.breaks] for each in INDICATORS if each.breaks}
    assert broken == {
        "childcare.staffing_0_2": [date(2023, 1, 1)],
        "childcare.staffing_3_5": [date(2023, 1, 1)],
        "childcare.staffing_dagpleje": [date(2023, 1, 1)],
    }


def test_klaremal_takes_the_plugin_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the plugin is left out when it is installed."""
    main(["plugins", "--format", "json"])
    listed = [each for each in json.loads(capsys.readouterr().out) if each["id"] == "childcare"]
    assert [(each["left_out"], each["datasets"], each["indicators"], each["goals"]) for each in listed] == [("", 4, 9, 2)]
