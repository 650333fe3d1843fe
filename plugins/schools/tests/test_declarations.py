"""What schools declare: ids, directions, national goals, what the law keeps inside, and words in three languages."""

from __future__ import annotations

from datetime import date

import klaremal_schools
from klaremal.targets import AtLeast
from klaremal_schools.collectors import COLLECTORS
from klaremal_schools.datasets import DATASETS
from klaremal_schools.indicators import INDICATORS
from klaremal_schools.thresholds import THRESHOLDS


def test_indicators_keep_their_id_dataset_unit_of_measurement_and_direction() -> None:
    """A council's goal names these ids for years, and what is better must not turn round."""
    assert [(each.id, each.dataset.id, each.measured_in, each.direction) for each in INDICATORS] == [
        ("schools.absence_mellemtrin", "schools.municipalities", "percent", "lower"),
        ("schools.absence_udskoling", "schools.municipalities", "percent", "lower"),
        ("schools.absence", "schools.overview", "percent", "lower"),
        ("schools.wellbeing_mellemtrin", "schools.municipalities", "points", "higher"),
        ("schools.wellbeing_udskoling", "schools.municipalities", "points", "higher"),
        ("schools.competence_coverage", "schools.overview", "percent", "higher"),
        ("schools.class_size", "schools.overview", "pupils_per_class", "lower"),
        ("schools.grade_average", "schools.overview", "grade", "higher"),
        ("schools.good_readers", "schools.test_results", "percent", "higher"),
        ("schools.good_at_maths", "schools.test_results", "percent", "higher"),
        ("schools.high_absence", "schools.pupil_years", "percent", "lower"),
    ]
    assert {each.frequency for each in INDICATORS} == {"school_year"}


def test_datasets_and_collectors_keep_their_ids() -> None:
    """A workspace names these in its [sources] blocks."""
    assert [each.id for each in DATASETS] == [
        "schools.overview",
        "schools.municipalities",
        "schools.test_results",
        "schools.pupils",
        "schools.absence_days",
        "schools.pupil_years",
    ]
    assert [each.name for each in COLLECTORS] == ["schools.stil_csv"]


def test_only_test_results_are_internal() -> None:
    """Folkeskoleloven § 55 b: the results of one municipality's or school's tests are not published."""
    internal = [each.id for each in INDICATORS if each.publication == "internal"]
    assert internal == ["schools.good_readers", "schools.good_at_maths"]


def test_few_pupils_are_never_told_of() -> None:
    """The share of pupils who are often away tells of persons, who are counted as such."""
    (high,) = [each for each in INDICATORS if each.id == "schools.high_absence"]
    assert (high.disclosed_as, high.dataset.person, high.minimum_count) == ("persons", "pupil_id", 5)


def test_figures_per_school_are_measured_per_school() -> None:
    """Class size, grades and competences stand per school; only absence has the pupils to weigh schools together with."""
    levels = {each.id: each.levels for each in INDICATORS if each.dataset.id == "schools.overview"}
    assert levels == {
        "schools.absence": ("municipality", "institution"),
        "schools.competence_coverage": ("institution",),
        "schools.class_size": ("institution",),
        "schools.grade_average": ("institution",),
    }


def test_national_goals_are_agreements_that_a_council_adopts_or_not() -> None:
    """95 percent competence coverage from 2025/26, 80 percent good readers and good at mathematics; none is a law."""
    assert [(each.id, each.indicator.id, each.target, each.basis, each.valid_from) for each in THRESHOLDS] == [
        ("schools.competence_coverage_national", "schools.competence_coverage", AtLeast(95), "agreement", date(2025, 8, 1)),
        ("schools.good_readers_national", "schools.good_readers", AtLeast(80), "agreement", date(2014, 8, 1)),
        ("schools.good_at_maths_national", "schools.good_at_maths", AtLeast(80), "agreement", date(2014, 8, 1)),
    ]
    assert not hasattr(klaremal_schools, "klaremal_goals")


def test_results_of_different_tests_are_not_compared() -> None:
    """National tests, transition tests (2022/23) and skill tests (2026/27) measure differently."""
    broken = {each.id: [day for day, _ in each.breaks] for each in INDICATORS if each.breaks}
    assert broken == {
        "schools.good_readers": [date(2022, 8, 1), date(2026, 8, 1)],
        "schools.good_at_maths": [date(2022, 8, 1), date(2026, 8, 1)],
    }
