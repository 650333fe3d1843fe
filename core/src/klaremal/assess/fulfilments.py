"""Fulfilments: goals judged against released observations, all at once and without a clock; it reads and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from klaremal.assess.promised import Promised, promised
from klaremal.assess.series import Floats, Series, Truths, codes_of
from klaremal.assess.trend import UNKNOWN, Figures, breaks_within, distance, movements, signs_of, trends, trends_to_band
from klaremal.judge import CLEAR, NOT_FULFILLED, at_least, at_most, certainties, statuses
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count, Total
from klaremal.model.outcome import CAUSES, CERTAINTIES, STATUSES, TRENDS
from klaremal.model.unit import LEVELS

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal
    from klaremal.plan import PlannedGoal

COLUMNS = (
    "goal", "version", "indicator", "sector", "unit", "level", "start", "frequency", "breakdown", "value", "target",
    "target_high", "status", "cause", "certainty", "course", "trend", "margin", "n", "part", "low", "high",
    "provisional", "warned",
)  # fmt: skip

Places = NDArray[np.int8]

_NOT_ASSESSABLE = STATUSES.index("not_assessable")
_MISSING = -1
_NO_CAUSE = len(CAUSES)
_NO_DATA, _CONFIDENTIAL, _METHOD_CHANGED, _IMPLAUSIBLE, _COVERAGE = (
    CAUSES.index(cause) for cause in ("no_data", "confidential", "method_changed", "implausible", "coverage_too_low")
)


def assess(observations: pd.DataFrame, goals: Sequence[PlannedGoal]) -> pd.DataFrame:
    """Judge every goal for each of its units and periods that has an observation and is promised something.

    The rows come by goal, and in the observations' order. A provisional row has no status, except where a number that can only
    grow already is above what was promised. A row that cannot be judged has the first cause that matches. Unknown figures are
    NaN and unknown words missing; `warned` says that a part of the value was implausible.
    """
    bounds = [planned.goal for planned in goals]
    indicators = {(bound.indicator.id, bound.frequency): bound.indicator for bound in bounds}
    series = Series.of(
        observations,
        groups=list(indicators),
        units=list(dict.fromkeys(unit for units in dict.fromkeys(each.units for each in goals) for unit in units)),
        breakdowns=list(dict.fromkeys(bound.goal.breakdown for bound in bounds)),
    )
    entries = promised(series, goals)
    figures = _Observed.of(observations, series, tuple(indicators.values()))
    settings = _Settings.of(bounds, entries)
    status, cause, exceeded = _status(figures, settings, entries)
    judged = (status != _MISSING) & (status != _NOT_ASSESSABLE)
    certain = _certainty(figures, settings, entries, judged)
    trend = _trend(series, figures, settings, entries)
    trend[~judged | exceeded] = _MISSING
    words = {
        "status": _words(STATUSES, status),
        "cause": _words(CAUSES, np.where(status == _NOT_ASSESSABLE, cause, _MISSING)),
        "certainty": _words(CERTAINTIES, certain),
        "trend": _words(TRENDS, trend),
    }
    return _frame(observations, series, bounds, entries, words, cause == _CONFIDENTIAL)


@frozen(eq=False, kw_only=True)
class _Observed:
    """What the observations of the series say, in the order of the series; `cause` does not depend on a goal."""

    figures: Figures
    least: Floats
    most: Floats
    coverage: Floats
    closed: Truths
    cause: Places

    @classmethod
    def of(cls, observations: pd.DataFrame, series: Series, indicators: tuple[Indicator, ...]) -> _Observed:
        def numbers(name: str) -> Floats:
            return observations[name].to_numpy(dtype=float, na_value=np.nan)[series.rows]

        value = numbers("value")
        given = observations["cause"].notna().to_numpy()
        cause = np.full(len(given), _NO_CAUSE, dtype=np.int8)
        own = codes_of(observations["cause"][given], CAUSES)
        cause[given] = np.where(own < 0, _NO_DATA, own)
        cause = cause[series.rows]
        cause[np.isnan(value) & (cause == _NO_CAUSE)] = _NO_DATA
        _add_causes(cause, value, series, indicators)
        closed = ~observations["provisional"].to_numpy(dtype=bool)[series.rows]
        figures = Figures(
            value=value, low=numbers("low"), high=numbers("high"), usable=closed & (cause == _NO_CAUSE), indicators=indicators
        )
        return cls(
            figures=figures,
            least=numbers("least"),
            most=numbers("most"),
            coverage=numbers("coverage"),
            closed=closed,
            cause=cause,
        )


def _add_causes(cause: Places, value: Floats, series: Series, indicators: tuple[Indicator, ...]) -> None:
    """Lower `cause` to method_changed and implausible where an indicator's breaks and plausible range say so."""
    for group, ((_, frequency), indicator) in enumerate(zip(series.groups, indicators, strict=True)):
        rows = series.of_group(group)
        if indicator.breaks:
            start = series.start[rows]
            changed = breaks_within(indicator, start, start, frequency)
            cause[rows] = np.where(changed, np.minimum(cause[rows], _METHOD_CHANGED), cause[rows])
        if indicator.plausible is not None:
            lowest, highest = indicator.plausible
            found = value[rows]
            wrong = ~np.isnan(found) & ~(at_least(found, lowest) & at_most(found, highest))
            cause[rows] = np.where(wrong, np.minimum(cause[rows], _IMPLAUSIBLE), cause[rows])


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


def _grows(indicator: Indicator) -> bool:
    """Say whether a value of which parts are still missing can only become larger."""
    measure = indicator.measure
    return isinstance(measure, Count) or (isinstance(measure, Total) and measure.over_time == "sum")


def _status(observed: _Observed, settings: _Settings, entries: Promised) -> tuple[Places, Places, Truths]:
    """Return the status of each entry, its cause, and whether it was judged because its number already is too large."""
    place = entries.place
    value, closed = observed.figures.value[place], observed.closed[place]
    cause = observed.cause[place]
    # Unknown coverage (NaN) is too low as well.
    short = ~at_least(observed.coverage[place], settings.minimum)
    cause = np.where(short, np.minimum(cause, _COVERAGE), cause)
    status = statuses(value, entries.low, entries.high, settings.tolerance)
    status[cause != _NO_CAUSE] = _NOT_ASSESSABLE
    status[~closed] = _MISSING
    unfinished = (cause == _NO_DATA) | (~closed & ((cause == _NO_CAUSE) | (cause == _COVERAGE)))
    exceeded = unfinished & settings.grows & np.isneginf(entries.low) & (value > entries.high)
    exceeded[exceeded] = ~at_most(value[exceeded], (entries.high + settings.tolerance)[exceeded])
    status[exceeded] = NOT_FULFILLED
    return status, cause, exceeded


def _certainty(observed: _Observed, settings: _Settings, entries: Promised, judged: Truths) -> Places:
    """Return whether each judged entry would have the same status if every row set aside counted for it, or against it."""
    value, least, most = observed.figures.value, observed.least, observed.most
    certain = np.where(judged, np.int8(CLEAR), np.int8(_MISSING))
    aside = ~((least == value) & (most == value))
    where = np.flatnonzero(judged & aside[entries.place])
    place = entries.place[where]
    certain[where] = certainties(
        np.minimum(least[place], value[place]),
        np.maximum(most[place], value[place]),
        entries.low[where],
        entries.high[where],
        settings.tolerance[where],
    )
    return certain


def _trend(series: Series, observed: _Observed, settings: _Settings, entries: Promised) -> Places:
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


def _words(names: Sequence[str], places: Any) -> Any:
    """Return the word at each place as pandas' own texts, missing where the place is -1."""
    return pd.array(list(names) or [""], dtype="str").take(np.asarray(places, dtype=np.intp), allow_fill=True)


def _frame(
    observations: pd.DataFrame,
    series: Series,
    bounds: Sequence[BoundGoal],
    entries: Promised,
    words: dict[str, Any],
    hidden: Truths,
) -> pd.DataFrame:
    """Put the judgement beside the figures that it follows from; a hidden row has no figures at all."""
    goal, place = entries.goal, entries.place
    rows = series.rows[place]

    def figure(name: str) -> Floats:
        numbers = observations[name].to_numpy(dtype=float, na_value=np.nan)[rows]
        numbers[hidden] = np.nan
        return numbers

    both = np.isfinite(entries.low) & np.isfinite(entries.high)
    found = {
        **_of_goals(bounds, goal),
        "unit": _words(series.units, series.unit[place]),
        "level": _words(LEVELS, codes_of(observations["level"], LEVELS)[rows]),
        "start": series.start[place],
        "target": np.where(np.isneginf(entries.low), entries.high, entries.low),
        "target_high": np.where(both, entries.high, np.nan),
        **words,
        "course": _words((), np.full(len(goal), _MISSING)),
        "margin": np.full(len(goal), np.nan),
        **{name: figure(name) for name in ("value", "n", "part", "low", "high")},
        "provisional": observations["provisional"].to_numpy(dtype=bool)[rows],
        "warned": observations["warned"].to_numpy(dtype=bool)[rows] & ~hidden,
    }
    return pd.DataFrame({name: found[name] for name in COLUMNS}, copy=False)


def _of_goals(bounds: Sequence[BoundGoal], goal: Any) -> dict[str, Any]:
    """Return the columns that a goal says for all its rows."""
    return {
        "goal": _words([bound.goal.id for bound in bounds], goal),
        "version": np.array([bound.version for bound in bounds], dtype=np.int64)[goal],
        "indicator": _words([bound.indicator.id for bound in bounds], goal),
        "sector": _words([bound.indicator.plugin for bound in bounds], goal),
        "frequency": _words([bound.frequency for bound in bounds], goal),
        "breakdown": _words([bound.goal.breakdown for bound in bounds], goal),
    }
