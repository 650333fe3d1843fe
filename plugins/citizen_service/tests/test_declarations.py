"""What citizen service declares: ids, directions, and words in three languages."""

from __future__ import annotations

from klaremal.targets import AtLeast
from klaremal_citizen_service.datasets import DATASETS
from klaremal_citizen_service.indicators import INDICATORS
from klaremal_citizen_service.thresholds import GOALS, THRESHOLDS


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
