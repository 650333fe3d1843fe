"""What eldercare declares: ids, directions, and words in three languages."""

from __future__ import annotations

import pytest

from klaremal.targets import AtLeast
from klaremal_eldercare.datasets import DATASETS
from klaremal_eldercare.indicators import INDICATORS
from klaremal_eldercare.thresholds import GOALS, THRESHOLDS


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
