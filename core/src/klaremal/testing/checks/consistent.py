"""Checks of declarations against each other: goals, thresholds and indicators that go together, in value and in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from klaremal.model.goal import Goal
from klaremal.model.threshold import Threshold
from klaremal.testing.subject import Finding, Subject


def goals_and_thresholds_agree(subject: Subject) -> Iterator[Finding]:
    """Thresholds lie where their indicator's values can, and goals hold only as long as the threshold that they stand on.

    When it fails: correct one of the two that are named; the goal follows the threshold, and the threshold the law.
    """
    thresholds = [each for each in subject.raw("thresholds") if isinstance(each, Threshold)]
    indicators = {each.id for each in subject.raw("indicators")}
    for each in thresholds:
        yield from _of_threshold(each, indicators)
    for one, other in combinations(thresholds, 2):
        if (one.indicator.id, one.basis, one.target) == (other.indicator.id, other.basis, other.target) and _overlap(
            one, other
        ):
            what = f"it says the same of {one.indicator.id} at the same time as {one.id}."
            yield Finding(other.id, what, "Keep one of them, or end the first the day before the second begins.")
    by_id = {each.id: each for each in thresholds}
    for goal in subject.raw("goals"):
        if isinstance(goal, Goal):
            yield from _of_goal(goal, by_id)


def _of_threshold(threshold: Threshold, indicators: set[str]) -> Iterator[Finding]:
    indicator = threshold.indicator
    if indicator.id not in indicators:
        cure = "Return the indicator from klaremal_indicators, or leave the threshold out."
        yield Finding(threshold.id, f"it is a level of {indicator.id}, which the plugin does not declare.", cure)
    if indicator.plausible is not None:
        low, high = indicator.plausible
        outside = [each for each in threshold.target.numbers if not low <= each <= high]
        if outside:
            what = f"{outside[0]:g} lies outside the range {low:g}..{high:g} that is plausible for {indicator.id}."
            yield Finding(threshold.id, what, "Correct the one or the other: nobody could ever meet it, or miss it.")
    for fault in threshold.target.faults(indicator.frequency):
        yield Finding(threshold.id, fault, "")


def _of_goal(goal: Goal, thresholds: dict[str, Threshold]) -> Iterator[Finding]:
    threshold = thresholds.get(goal.threshold or "")
    if threshold is None:
        what = f"it stands on the threshold {goal.threshold}, which the plugin does not declare."
        yield Finding(goal.id, what, "Return the threshold from klaremal_thresholds.")
        return
    if threshold.basis != "law":
        what = f'a statutory goal stands on a law, and the basis of {threshold.id} is "{threshold.basis}".'
        yield Finding(goal.id, what, 'Give the threshold basis="law" with its section, or leave the goal to the councils.')
    if goal.tolerance:
        yield Finding(goal.id, "a law that is nearly kept is broken.", "Leave tolerance out.")
    begins_early = goal.valid_from < threshold.valid_from
    ends_late = threshold.valid_to is not None and (goal.valid_to is None or goal.valid_to > threshold.valid_to)
    if begins_early or ends_late:
        held = f"from {threshold.valid_from}" + (f" until {threshold.valid_to}" if threshold.valid_to else "")
        what = f"it holds from {goal.valid_from}" + (f" until {goal.valid_to}" if goal.valid_to else "")
        cure = "Let the goal hold no longer than the law: valid_from and valid_to."
        yield Finding(goal.id, f"{what}, and its threshold {held}.", cure)


def _overlap(one: Threshold, other: Threshold) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)
