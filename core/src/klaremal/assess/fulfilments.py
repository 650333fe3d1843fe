"""Fulfilments: goals judged against released observations, all at once and without a clock; it reads and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import fields, frozen
from numpy.typing import NDArray

from klaremal.assess.by_rule import OnFailure, Ruled, by_rules, refuse
from klaremal.assess.by_value import by_value
from klaremal.assess.course import courses
from klaremal.assess.grounds import Grounds
from klaremal.assess.margin import margins
from klaremal.assess.observed import CONFIDENTIAL, COVERAGE, NO_CAUSE, NO_DATA, NOT_YET_DUE, Observed, Places
from klaremal.assess.promised import Promised, promised
from klaremal.assess.series import Floats, Series, Truths, codes_of
from klaremal.assess.summary import Judged, Summed, summed
from klaremal.assess.trend import UNKNOWN, distance, movements, signs_of, trends, trends_to_band
from klaremal.categories import joined, words_at
from klaremal.judge import CLEAR, NOT_FULFILLED, at_least, at_most, certainties, statuses
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count, Total
from klaremal.model.outcome import CAUSES, CERTAINTIES, COURSES, STATUSES, TRENDS
from klaremal.model.unit import LEVELS

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal
    from klaremal.plan import PlannedGoal

COLUMNS = (
    "goal", "version", "indicator", "sector", "unit", "level", "start", "frequency", "breakdown", "value", "target",
    "target_high", "status", "cause", "certainty", "course", "trend", "margin", "n", "part", "low", "high",
    "provisional", "warned",
)  # fmt: skip

_NOT_ASSESSABLE = STATUSES.index("not_assessable")
_MISSING = -1


def assess(observations: pd.DataFrame, goals: Sequence[PlannedGoal], on_failure: OnFailure = refuse) -> pd.DataFrame:
    """Judge every goal for each of its units and periods that has an observation and is promised something.

    A goal on a breakdown is judged for each value that it asks for.
    The rows come by goal, and in the observations' order; a goal that sums up its units then has a row for the whole, with no
    indicator and no value: of `n` known units `part` fulfil it. A provisional row has no status, except where a number that
    can only grow already is above what was promised. A row that cannot be judged has the first cause that matches. Unknown
    figures are NaN and unknown words missing; `warned` says that a part of the value was implausible. A goal with a rule has
    that rule's statuses; one whose rule fails has no rows, and `on_failure` is told.
    """
    goals = by_value(goals, observations)
    bounds = [planned.goal for planned in goals]
    indicators = {planned.group: planned.goal.indicator for planned in goals}
    series = Series.of(
        observations,
        groups=list(indicators),
        units=_units(goals),
        breakdowns=list(dict.fromkeys(bound.goal.breakdown for bound in bounds)),
    )
    observed = Observed.of(observations, series, tuple(indicators.values()))
    entries, settings, grounds = _grounded(series, goals, observed)
    found = _judgement(observed, settings, entries, grounds)
    asked = found.judged & ~found.exceeded
    ruled, failed = by_rules(observations, series, goals, entries, asked, found.status, settings.tolerance)
    if failed:
        return assess(observations, _without(goals, failed, on_failure), on_failure)
    certain = _certainty(observed, settings, entries, found.judged)
    trend = _trend(series, observed, settings, entries)
    trend[~found.judged | found.exceeded] = _MISSING
    course = courses(series, bounds, entries, observed, found.usable, settings.minimum)
    margin = margins(series, bounds, entries, observed, found.closed, found.usable & entries.due)
    if any(bound.rule is not None for bound in bounds):
        by_rule = np.array([bound.rule is not None for bound in bounds])[entries.goal]
        _under_rules(found, ruled, by_rule)
        # What says how sure, how near or how far on its way speaks of one figure and its target.
        certain[by_rule], course[by_rule], margin[by_rule] = _MISSING, _MISSING, np.nan
        trend[by_rule & (found.status == _NOT_ASSESSABLE)] = _MISSING
    words = {
        "status": words_at(found.status, STATUSES),
        "cause": words_at(found.cause, CAUSES),
        "certainty": words_at(certain, CERTAINTIES),
        "course": words_at(course, COURSES),
        "trend": words_at(trend, TRENDS),
    }
    rows = _frame(series, bounds, entries, observed, words, margin, found)
    parts = Judged(
        goal=entries.goal,
        start=series.start[entries.place],
        status=found.status,
        cause=found.cause,
        provisional=~found.closed,
    )
    return _with_sums(rows, goals, entries, summed(goals, parts))


def _without(goals: Sequence[PlannedGoal], failed: dict[int, str], on_failure: OnFailure) -> list[PlannedGoal]:
    """Return the goals but for those whose rule failed, all values of a breakdown of theirs; say of each once what failed."""
    gone: dict[tuple[str, int], int] = {}
    for goal in failed:
        gone.setdefault((goals[goal].goal.goal.id, goals[goal].goal.version), goal)
    for goal in gone.values():
        on_failure(goals[goal], failed[goal])
    return [each for each in goals if (each.goal.goal.id, each.goal.version) not in gone]


def _under_rules(found: _Judgement, ruled: Ruled | None, by_rule: Truths) -> None:
    """Put the words of rules in place of those that compare one figure with its target."""
    # That one number already is too large decides nothing where several are looked at.
    early = by_rule & found.exceeded
    found.status[early] = np.where(found.closed[early], _NOT_ASSESSABLE, _MISSING)
    found.cause[early & found.closed] = NO_DATA
    if ruled is not None:
        found.status[ruled.entries], found.cause[ruled.entries] = ruled.status, ruled.cause


def _units(goals: Sequence[PlannedGoal]) -> list[str]:
    """Return the codes of all goals' units, and of those that they are held against."""
    own = (unit for units in dict.fromkeys(each.units for each in goals) for unit in units)
    others = (
        code for each in goals for compared in dict.fromkeys(each for _, each in each.compared) for code in compared.codes
    )
    return list(dict.fromkeys((*own, *sorted(set(others)))))


def _grounded(series: Series, goals: Sequence[PlannedGoal], observed: Observed) -> tuple[Promised, _Settings, Grounds]:
    """Return what is promised, with the figures that it stands on; a unit that is only held against itself is left out."""
    entries = promised(series, goals)
    settings = _Settings.of([planned.goal for planned in goals], entries)
    grounds = Grounds.of(series, goals, entries, observed, settings.minimum)
    if grounds.own.any():
        kept = ~grounds.own
        entries, settings, grounds = entries.take(kept), settings.take(kept), grounds.take(kept)
    return grounds.under(entries), settings, grounds


@frozen(eq=False, kw_only=True)
class _Settings:
    """What each entry's goal says about judging: one element for each entry."""

    tolerance: Floats
    minimum: Floats
    grows: Truths
    sign: Places
    noticeable: Floats

    @classmethod
    def of(cls, bounds: Sequence[BoundGoal], entries: Promised) -> _Settings:
        def spread(values: Sequence[Any], kind: type) -> NDArray[Any]:
            return np.array(values, dtype=kind)[entries.goal]

        indicators = [bound.indicator for bound in bounds]
        return cls(
            tolerance=spread([bound.goal.tolerance for bound in bounds], float),
            minimum=spread([bound.minimum_coverage for bound in bounds], float),
            grows=spread([_grows(indicator) for indicator in indicators], bool),
            sign=signs_of(indicators)[entries.goal],
            noticeable=spread([np.nan if each.noticeable is None else each.noticeable for each in indicators], float),
        )

    def take(self, which: Any) -> _Settings:
        """Return the chosen ones, by mask or by position."""
        return _Settings(**{each.name: getattr(self, each.name)[which] for each in fields(_Settings)})


def _grows(indicator: Indicator) -> bool:
    """Say whether a value of which parts are still missing can only become larger."""
    measure = indicator.measure
    return isinstance(measure, Count) or (isinstance(measure, Total) and measure.over_time == "sum")


@frozen(eq=False, kw_only=True)
class _Judgement:
    """The status and cause of each entry as places, -1 for none, and what decides about its other words.

    `judged`: it has a status of its value. `exceeded`: that is because its number already is too large. `usable`: its value
    says something, due or not. `hidden`: nothing about it may be shown.
    """

    status: Places
    cause: Places
    closed: Truths
    judged: Truths
    exceeded: Truths
    usable: Truths
    hidden: Truths


def _judgement(observed: Observed, settings: _Settings, entries: Promised, grounds: Grounds) -> _Judgement:
    place = entries.place
    value, closed = observed.value[place], observed.closed[place] & grounds.closed
    low, high = entries.bounds
    cause = np.minimum(observed.causes(place, settings.minimum), grounds.cause)
    status = statuses(value, low, high, settings.tolerance)
    status[cause != NO_CAUSE] = _NOT_ASSESSABLE
    status[~closed] = _MISSING
    unfinished = (cause == NO_DATA) | (~closed & ((cause == NO_CAUSE) | (cause == COVERAGE)))
    exceeded = unfinished & settings.grows & entries.due & np.isneginf(entries.low) & (value > high)
    exceeded[exceeded] = ~at_most(value[exceeded], (high + settings.tolerance)[exceeded])
    status[exceeded] = NOT_FULFILLED
    waits = ~entries.due & closed
    status[waits] = _NOT_ASSESSABLE
    shown = np.where(waits, NOT_YET_DUE, cause)
    return _Judgement(
        status=status,
        cause=np.where(status == _NOT_ASSESSABLE, shown, _MISSING).astype(np.int8),
        closed=closed,
        judged=(status != _MISSING) & (status != _NOT_ASSESSABLE),
        exceeded=exceeded,
        usable=cause == NO_CAUSE,
        hidden=cause == CONFIDENTIAL,
    )


def _certainty(observed: Observed, settings: _Settings, entries: Promised, judged: Truths) -> Places:
    """Return whether each judged entry would have the same status if every row set aside counted for it, or against it."""
    value, least, most = observed.figures.value, observed.least, observed.most
    certain = np.where(judged, np.int8(CLEAR), np.int8(_MISSING))
    aside = ~((least == value) & (most == value))
    where = np.flatnonzero(judged & aside[entries.place])
    place = entries.place[where]
    low, high = entries.bounds
    certain[where] = certainties(
        np.minimum(least[place], value[place]),
        np.maximum(most[place], value[place]),
        low[where],
        high[where],
        settings.tolerance[where],
    )
    return certain


def _trend(series: Series, observed: Observed, settings: _Settings, entries: Promised) -> Places:
    """Return the trend of each entry, towards the band where the target is one; none where a year ago too little was known."""
    place, before = entries.place, entries.place - 1
    moved = movements(series, observed.figures)[place]
    trend = trends(moved, settings.sign)
    between = np.flatnonzero(np.isfinite(entries.low) & np.isfinite(entries.high) & (moved != UNKNOWN))
    if len(between):
        value, low, high = observed.figures.value, entries.low[between], entries.high[between]
        nearer = distance(value[before[between]], low, high) - distance(value[place[between]], low, high)
        trend[between] = trends_to_band(moved[between], nearer, settings.noticeable[between])
    trend[~at_least(observed.coverage[before], settings.minimum)] = _MISSING
    return trend


def _frame(
    series: Series,
    bounds: Sequence[BoundGoal],
    entries: Promised,
    observed: Observed,
    words: dict[str, Any],
    margin: Floats,
    judgement: _Judgement,
) -> pd.DataFrame:
    """Put the judgement beside the figures that it follows from; a hidden row has no figures at all."""
    goal, place, hidden = entries.goal, entries.place, judgement.hidden
    rows, observations = series.rows[place], observed.frame

    def figure(name: str) -> Floats:
        numbers = observations[name].to_numpy(dtype=float)[rows]
        numbers[hidden] = np.nan
        return numbers

    both = np.isfinite(entries.low) & np.isfinite(entries.high)
    found = {
        **_of_goals(bounds, goal),
        "unit": words_at(series.unit[place], series.units),
        "level": words_at(codes_of(observations["level"], LEVELS)[rows], LEVELS),
        "start": series.start[place],
        "target": np.where(np.isneginf(entries.low), entries.high, entries.low),
        "target_high": np.where(both, entries.high, np.nan),
        **words,
        "margin": np.where(hidden, np.nan, margin),
        **{name: figure(name) for name in ("value", "n", "part", "low", "high")},
        "provisional": ~judgement.closed,
        "warned": observations["warned"].to_numpy(dtype=bool)[rows] & ~hidden,
    }
    return pd.DataFrame({name: found[name] for name in COLUMNS}, copy=False)


def _with_sums(rows: pd.DataFrame, goals: Sequence[PlannedGoal], entries: Promised, sums: Summed) -> pd.DataFrame:
    """Add the rows of the wholes after those of the goal that they sum up."""
    if not len(sums):
        return rows
    bounds = [planned.goal for planned in goals]
    wholes = [planned.summed or ("", "") for planned in goals]
    found = {
        **_of_goals(bounds, sums.goal),
        "indicator": words_at(np.full(len(sums), _MISSING), ()),
        "unit": words_at(sums.goal, [code for code, _ in wholes]),
        "level": words_at(sums.goal, [level for _, level in wholes]),
        "start": sums.start,
        "status": words_at(sums.status, STATUSES),
        "cause": words_at(sums.cause, CAUSES),
        **{name: words_at(np.full(len(sums), _MISSING), ()) for name in ("certainty", "course", "trend")},
        "n": sums.known.astype(float),
        "part": sums.fulfilled.astype(float),
        "provisional": sums.provisional,
        "warned": np.zeros(len(sums), dtype=bool),
    }
    none = np.full(len(sums), np.nan)
    more = pd.DataFrame({name: found.get(name, none) for name in COLUMNS}, copy=False)
    order = np.argsort(np.concatenate([entries.goal, sums.goal]), kind="stable")
    return joined([rows, more]).take(order).reset_index(drop=True)


def _of_goals(bounds: Sequence[BoundGoal], goal: Any) -> dict[str, Any]:
    """Return the columns that a goal says for all its rows."""
    return {
        "goal": words_at(goal, [bound.goal.id for bound in bounds]),
        "version": np.array([bound.version for bound in bounds], dtype=np.int64)[goal],
        "indicator": words_at(goal, [bound.indicator.id for bound in bounds]),
        "sector": words_at(goal, [bound.indicator.plugin for bound in bounds]),
        "frequency": words_at(goal, [bound.frequency for bound in bounds]),
        "breakdown": words_at(goal, [bound.goal.breakdown for bound in bounds]),
    }
