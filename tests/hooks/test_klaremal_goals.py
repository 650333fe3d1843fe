"""klaremal_goals: the statutory goals, each on a threshold of the plugin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from klaremal import Dataset, Goal, Indicator, Threshold
from klaremal.registry import Registry

Of = Callable[..., Registry]


def test_a_plugin_declares_its_statutory_goals(
    registry_of: Of, potholes: Dataset, repaired: Indicator, recommended: Threshold
) -> None:
    """By id, with all versions of each."""
    goal = Goal(
        id="roads.all_repaired",
        title="Huller lukkes",
        promise="Vi lukker huller i vejen.",
        threshold="roads.recommended",
        valid_from=date(2026, 1, 1),
        statutory=True,
    )
    registry = registry_of(
        klaremal_datasets=[potholes],
        klaremal_indicators=[repaired],
        klaremal_thresholds=[recommended],
        klaremal_goals=[goal],
    )
    assert registry.goals == {"roads.all_repaired": (goal,)}
