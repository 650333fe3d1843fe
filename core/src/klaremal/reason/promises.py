"""What a goal promises, in the fewest words, whatever kind of target it has; no value is compared here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klaremal.model.indicator import Indicator
from klaremal.model.listed import Listed
from klaremal.model.period import Period
from klaremal.model.standing import GROUP, NATION, Change, Relative
from klaremal.model.target import Band, Path
from klaremal.reason.shown import (
    UNLIMITED,
    date_text,
    open_band,
    promise_text,
    quantity_text,
    target_text,
    with_unit,
)
from klaremal.reason.target_words import TARGETS
from klaremal.reason.words import PHRASES, words_of

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal, BoundTask


def promised(goal: BoundGoal, lang: str = "da") -> str:
    """Say what a goal promises in the fewest words: "højst 3,0"; of a path the first and the last point."""
    target, indicator = goal.target, goal.indicator
    if isinstance(target, Path):
        return _path(target, indicator, lang)
    if isinstance(target, Change):
        return change_text(target, indicator, lang)
    if isinstance(target, Relative):
        return relative_text(target, indicator, lang)
    if isinstance(target, Listed):
        return words_of(TARGETS, lang)[f"{target.key}_listed"].format(file=target.file)
    # These promise the same in every period.
    band = target.band(Period("year", 0), indicator.direction) or (-UNLIMITED, UNLIMITED)
    promise = promise_text(band, indicator, lang)
    return due_text(promise, goal.goal.by, lang)


def promised_task(task: BoundTask, lang: str = "da") -> str:
    """Say until when something is to be done."""
    return words_of(TARGETS, lang)["done"].format(by=date_text(task.done.by, lang))


def due_text(promise: str, by: Period | None, lang: str) -> str:
    """Put the period in which a promise is to be met behind it, if there is one."""
    return promise if by is None else words_of(TARGETS, lang)["by"].format(promise=promise, until=by.label(lang))


def final_period(goal: BoundGoal) -> Period | None:
    """Return the period in which a target that lies ahead is to be met; None when none does."""
    return goal.target.points[-1][0] if isinstance(goal.target, Path) else goal.goal.by


def ground_text(goal: BoundGoal, period: Period, lang: str) -> str:
    """Name whose figure the target of a period stands on: an earlier period, the nation; empty when it stands on none."""
    target = goal.target
    if isinstance(target, Change):
        return Period(period.kind, period.start - target.months_back(period)).label(lang)
    if isinstance(target, Relative):
        return whose_text(target, lang)
    return ""


def strict_text(band: Band, indicator: Indicator, lang: str, places: int = 1) -> str:
    """Say what a band promises whose bound itself is not enough: "mere end 71,0 %"."""
    low, high = (quantity_text(bound, indicator, lang, places) if abs(bound) < UNLIMITED else "" for bound in band)
    return words_of(TARGETS, lang)["more_than" if low else "less_than"].format(low=low, high=high)


def _path(target: Path, indicator: Indicator, lang: str) -> str:
    (first, low), (last, high) = target.points[0], target.points[-1]
    begin = promise_text(open_band(low, target, indicator), indicator, lang)
    if first == last:
        return begin
    end = quantity_text(high, indicator, lang)
    return words_of(PHRASES, lang)["path"].format(promise=begin, first=first.label(lang), last=end, until=last.label(lang))


def change_text(target: Change, indicator: Indicator, lang: str) -> str:
    """Say how far from an earlier value the promised one is."""
    words = words_of(TARGETS, lang)
    then = target.since.label(lang) if isinstance(target.since, Period) else words["previous"]
    if target.size == 0:
        side = "floor" if indicator.direction == "higher" else "ceiling"
        return words[f"{side}_{'strict' if target.strict else 'same'}"].format(then=then)
    amount = with_unit(target_text(abs(target.size), 0, 1, lang), "percent", lang)
    if not target.in_percent:
        amount = _amount(target.size, indicator, lang)
    kind = ("rise" if target.size > 0 else "fall") + ("_yearly" if isinstance(target.since, Period) else "")
    promise = words[kind].format(least=words["over" if target.strict else "least"], amount=amount, then=then)
    return promise if target.until is None else words["until"].format(promise=promise, until=target.until.label(lang))


def relative_text(target: Relative, indicator: Indicator, lang: str) -> str:
    """Say how far from that of others the promised value is."""
    side = "floor" if indicator.direction == "higher" else "ceiling"
    kind = "same" if target.offset == 0 else "above" if target.offset > 0 else "below"
    amount = _amount(target.offset, indicator, lang)
    return words_of(TARGETS, lang)[f"{side}_{kind}"].format(amount=amount, then=whose_text(target, lang))


def whose_text(target: Relative, lang: str) -> str:
    """Name those whose value it is held against."""
    return words_of(TARGETS, lang)[target.to] if target.to in (NATION, GROUP) else target.to


def _amount(size: float, indicator: Indicator, lang: str) -> str:
    """Write how far two values are from each other: between two percentages that are percentage points."""
    text = target_text(abs(size), 0, 1, lang)
    if indicator.measured_in == "percent":
        return words_of(TARGETS, lang)["points"].format(number=text)
    return with_unit(text, indicator.measured_in, lang)
