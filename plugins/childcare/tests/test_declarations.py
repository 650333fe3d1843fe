"""What childcare declares: ids, directions, levels of the law, and words in three languages."""

from __future__ import annotations

from datetime import date

from klaremal.targets import AtLeast, AtMost
from klaremal_childcare.collectors import COLLECTORS
from klaremal_childcare.datasets import DATASETS
from klaremal_childcare.indicators import INDICATORS
from klaremal_childcare.thresholds import GOALS, THRESHOLDS


def test_indicators_keep_their_id_dataset_unit_of_measurement_and_direction() -> None:
    """A council's goal names these ids for years, and what is better must not turn round."""
    assert [(each.id, each.dataset.id, each.measured_in, each.direction) for each in INDICATORS] == [
        ("childcare.staffing_0_2", "childcare.staffing", "children_per_adult", "lower"),
        ("childcare.staffing_3_5", "childcare.staffing", "children_per_adult", "lower"),
        ("childcare.staffing_dagpleje", "childcare.staffing", "children_per_adult", "lower"),
        ("childcare.trained_pedagogues", "childcare.education", "percent", "higher"),
        ("childcare.parent_satisfaction", "childcare.parent_survey", "points", "higher"),
        ("childcare.place_guarantee", "childcare.place_guarantees", "percent", "higher"),
        ("childcare.first_choice", "childcare.places_taken", "percent", "higher"),
        ("childcare.waiting_days", "childcare.places_taken", "days", "lower"),
        ("childcare.waiting_days_median", "childcare.places_taken", "days", "lower"),
        ("childcare.staffing_0_2_own", "childcare.staffed_institutions", "children_per_adult", "lower"),
        ("childcare.staffing_3_5_own", "childcare.staffed_institutions", "children_per_adult", "lower"),
    ]
    assert {each.publication for each in INDICATORS} == {"public"}


def test_only_own_staffing_is_measured_for_each_institution() -> None:
    """What is published is so for municipalities; the waiting list is one for all institutions."""
    levels = {each.id: each.levels for each in INDICATORS if each.levels != ("municipality",)}
    assert levels == {
        "childcare.staffing_0_2_own": ("municipality", "institution"),
        "childcare.staffing_3_5_own": ("municipality", "institution"),
    }


def test_figures_from_rows_are_measured_by_month_and_published_ones_by_year() -> None:
    """The year of the law is made of the months; what is published once a year is so."""
    assert [each.frequency for each in INDICATORS] == ["year"] * 5 + ["month"] * 6


def test_datasets_and_collectors_keep_their_ids() -> None:
    """A workspace names these in its [sources] blocks."""
    assert [each.id for each in DATASETS] == [
        "childcare.staffing",
        "childcare.education",
        "childcare.parent_survey",
        "childcare.waiting_list",
        "childcare.place_guarantees",
        "childcare.places_taken",
        "childcare.enrolment",
        "childcare.staff",
        "childcare.staffed_institutions",
    ]
    assert [each.name for each in COLLECTORS] == [
        "childcare.stil",
        "childcare.waiting_list_csv",
        "childcare.enrolment_csv",
        "childcare.staff_csv",
    ]


def test_the_law_is_three_and_six_children_per_adult_from_2024_and_a_place_for_everyone() -> None:
    """Dagtilbudsloven § 19 a, by published figures and by the municipality's own, and § 23 with its executive order."""
    laws = {each.id: (each.indicator.id, each.target, each.valid_from) for each in THRESHOLDS if each.basis == "law"}
    assert laws == {
        "childcare.minimum_staffing_0_2_law": ("childcare.staffing_0_2", AtMost(3.0), date(2024, 1, 1)),
        "childcare.minimum_staffing_3_5_law": ("childcare.staffing_3_5", AtMost(6.0), date(2024, 1, 1)),
        "childcare.minimum_staffing_0_2_own_law": ("childcare.staffing_0_2_own", AtMost(3.0), date(2024, 1, 1)),
        "childcare.minimum_staffing_3_5_own_law": ("childcare.staffing_3_5_own", AtMost(6.0), date(2024, 1, 1)),
        "childcare.place_guarantee_law": ("childcare.place_guarantee", AtLeast(100), date(2021, 11, 18)),
    }


def test_the_recommendation_is_no_law() -> None:
    """The pedagogues' union recommends 80 percent; childminders have no limit."""
    others = {each.id: (each.target, each.basis) for each in THRESHOLDS if each.basis != "law"}
    assert others == {"childcare.trained_pedagogues_recommended": (AtLeast(80), "recommendation")}


def test_statutory_goals_stand_on_the_law_and_have_no_tolerance() -> None:
    """A law that is nearly kept is broken; its goals hold from the day it came into force, for the municipality."""
    assert [(each.id, each.threshold, each.valid_from) for each in GOALS] == [
        ("childcare.minimum_staffing_0_2", "childcare.minimum_staffing_0_2_law", date(2024, 1, 1)),
        ("childcare.minimum_staffing_3_5", "childcare.minimum_staffing_3_5_law", date(2024, 1, 1)),
        ("childcare.minimum_staffing_0_2_own", "childcare.minimum_staffing_0_2_own_law", date(2024, 1, 1)),
        ("childcare.minimum_staffing_3_5_own", "childcare.minimum_staffing_3_5_own_law", date(2024, 1, 1)),
        ("childcare.place_guarantee", "childcare.place_guarantee_law", date(2021, 11, 18)),
    ]
    assert {each.frequency for each in GOALS} == {"year"}
    assert all(each.statutory and each.tolerance == 0 and each.units == ("municipality",) for each in GOALS)


def test_figures_before_and_after_the_new_method_of_2023_are_not_compared() -> None:
    """The statistics count staff and children otherwise from 2023; the three ratios carry the break."""
    broken = {each.id: [day for day, _ in each.breaks] for each in INDICATORS if each.breaks}
    assert broken == {
        "childcare.staffing_0_2": [date(2023, 1, 1)],
        "childcare.staffing_3_5": [date(2023, 1, 1)],
        "childcare.staffing_dagpleje": [date(2023, 1, 1)],
    }
