"""The lines about what a target stands on and what lies ahead: course, margin and tendency; it judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from klaremal.explain.tendency import tendency
from klaremal.explain.told import Evidence, Line, Row, Told
from klaremal.model.period import MONTHS, Period
from klaremal.model.standing import Change, Relative
from klaremal.model.target import Path, Target
from klaremal.reason.promises import change_text, relative_text, whose_text
from klaremal.reason.sentence import COURSE_WORDS, period_of
from klaremal.reason.shown import count_text, decimals_of_indicator, number_text, with_unit
from klaremal.reason.words import words_of

# With fewer yearly values a flat series seems to rise or fall too often.
_YEARS: Final = 5


def ahead(told: Told, evidence: Evidence) -> Iterator[Line]:
    """Say what the target follows from, and how it stands with one that lies ahead."""
    if told.word("status") != "not_assessable" or told.word("cause") == "not_yet_due":
        yield "ground", _ground(told, evidence)
    target = told.target
    until = None if target is None else _final(target, told.goal.get("by"))
    course = told.word("course")
    if course and until is not None:
        text = words_of(COURSE_WORDS, told.lang)[course]
        yield "course", told.says["course"].format(course=text, until=until.label(told.lang))
    margin = told.number("margin")
    if margin is not None:
        key = "margin" if margin >= 0 else "too_many"
        yield "margin", told.says[key].format(count=count_text(abs(margin), told.lang))
    if until is not None:
        yield "tendency", _tendency(told, evidence, until)


def _final(target: Target, by: object) -> Period | None:
    """Return the period in which a target that lies ahead is to be met."""
    if isinstance(target, Path):
        return target.points[-1][0]
    if isinstance(target, Change):
        return target.until
    return Period.parse(by) if isinstance(by, str) else None


def _ground(told: Told, evidence: Evidence) -> str:
    """Say which figure the target stands on, and how far from it."""
    target, period = told.target, period_of(told.row)
    found: Row | None = None
    if isinstance(target, Change):
        then = Period(period.kind, period.start - target.months_back(period))
        found = next((each for each in evidence.history if each.get("period") == then.code), None)
        whose, promise = then.label(told.lang), change_text(target, told.indicator, told.lang)
    elif isinstance(target, Relative):
        found = evidence.others
        whose, promise = whose_text(target, told.lang), relative_text(target, told.indicator, told.lang)
    else:
        return ""
    value = _others_value(told, target) if found is None else found.get("value")
    if value is None or value != value:
        return promise
    return told.says["ground"].format(value=told.precise(float(value)), then=whose, promise=promise)


def _others_value(told: Told, target: Target) -> float | None:
    """Return what a group's value was, as the target tells it, unless units have distances of their own."""
    bound = told.number("target")
    if bound is None or not isinstance(target, Relative) or told.goal.get("targets"):
        return None
    return bound - target.offset


def _tendency(told: Told, evidence: Evidence, until: Period) -> str:
    """Say where the yearly values so far would lead, where there are enough of them since the method last changed."""
    period = period_of(told.row)
    if MONTHS[period.frequency] != 12 or period.frequency == "rolling12" or until.start <= period.start:
        return ""
    points = sorted(_points(told, evidence, period))
    if len(points) < _YEARS:
        return ""
    slope, intercept = tendency(points)
    places = max(decimals_of_indicator(told.indicator), 1)
    rise = f"{'+' if slope > 0 else ''}{number_text(slope, places, told.lang)}"
    value = number_text(intercept + slope * until.start / 12, places, told.lang)
    return told.says["tendency"].format(
        slope=rise,
        count=len(points),
        value=with_unit(value, told.indicator.measured_in, told.lang),
        until=until.label(told.lang),
    )


def _points(told: Told, evidence: Evidence, period: Period) -> Iterator[tuple[float, float]]:
    """Give the closed yearly values until the period, since the last change of method, each with its year."""
    breaks = [day for day, _ in told.indicator.breaks if day <= period.last_day]
    for each in evidence.history:
        then, value = Period.parse(str(each["period"])), each.get("value")
        usable = not isinstance(each.get("cause"), str) and not each.get("provisional")
        since = not breaks or then.first_day >= max(breaks)
        in_series = then.frequency == period.frequency and then.start <= period.start
        if usable and since and in_series and value is not None and value == value:
            yield then.start / 12, float(value)
