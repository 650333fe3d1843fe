"""Goals on a breakdown, one for each value that there are figures of; judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from klaremal.model.breakdown import matches

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.plan import PlannedGoal


def by_value(goals: Sequence[PlannedGoal], observations: pd.DataFrame) -> tuple[PlannedGoal, ...]:
    """Return the goals, each that is about a breakdown once for every value that it asks for and the observations have."""
    if not any(planned.goal.goal.breakdown for planned in goals):
        return tuple(goals)
    pairs = observations[["indicator", "breakdown"]].drop_duplicates().astype(str)
    texts: dict[str, list[str]] = {}
    for indicator, text in pairs.itertuples(index=False):
        texts.setdefault(indicator, []).append(text)
    return tuple(each for planned in goals for each in _of_values(planned, texts.get(planned.goal.indicator.id, [])))


def _of_values(planned: PlannedGoal, texts: Sequence[str]) -> Iterator[PlannedGoal]:
    bound = planned.goal
    if not bound.goal.breakdown:
        yield planned
        return
    for text in texts:
        if text and matches(bound.goal.breakdown, text):
            yield evolve(planned, goal=evolve(bound, goal=evolve(bound.goal, breakdown=text)))
