"""Trend: whether a value moved from the same period a year earlier by more than chance, and whether that is better."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from klaremal.assess.series import Series
from klaremal.judge import slack
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count
from klaremal.model.period import MONTHS, month_key

BETTER, UNCHANGED, WORSE, NONE = 0, 1, 2, -1
# A movement that nothing can be said of.
UNKNOWN = np.int8(9)

# Two-sided 95 percent of a normal distribution; and of a change when the usual change is known from its mean size alone:
# the mean |difference| of two normal values is sqrt(2/pi) of the difference's standard deviation, 1.96 / 0.798 = 2.46.
_NORMAL = 1.96
_USUAL = 2.46
_EARLIER_VALUES = 5

Floats = NDArray[np.floating[Any]]
Truths = NDArray[np.bool_]
Steps = NDArray[np.int8]


@frozen(eq=False, kw_only=True)
class Figures:
    """The figures of a series' rows, in its order; `usable` is a closed, shown, plausible value."""

    value: Floats
    low: Floats
    high: Floats
    usable: Truths
    indicators: tuple[Indicator, ...]


def movements(series: Series, figures: Figures) -> Steps:
    """Return 1 where the value rose since a year earlier, -1 where it fell, 0 where it did neither by more than chance.

    9 where nothing can be said: no value on one side, a break of the method between, or no measure of chance.
    """
    moved = np.full(len(series), UNKNOWN)
    linked = _linked(series, figures)
    here = np.flatnonzero(linked)
    if not len(here):
        return moved
    before = here - 1
    now, then = figures.value[here], figures.value[before]
    change, group = now - then, series.group[here]
    size = np.abs(change)
    least = np.array([np.nan if each.noticeable is None else each.noticeable for each in figures.indicators])
    counts = np.array([isinstance(each.measure, Count) for each in figures.indicators])[group]
    low, high = figures.low, figures.high
    below, above = interval_of_change(now, low[here], high[here], then, low[before], high[before])
    measured = np.isfinite(below) & np.isfinite(above) & ~counts
    small = size < (least - slack(least))[group]
    small |= measured & (below <= 0) & (above >= 0)
    if counts.any():
        small |= counts & (size <= _NORMAL * np.sqrt(np.maximum(now + then, 0.0)))
    known = measured | counts
    if not known.all():
        usual = _usual_change(linked, figures.value)[before]
        small |= ~known & (size <= _USUAL * usual + slack(change))
        known |= np.isfinite(usual) | np.isfinite(least)[group]
    steps = np.where(small, 0, np.sign(change)).astype(np.int8)
    moved[here[known]] = steps[known]
    return moved


def interval_of_change(
    now: Any, now_low: Any, now_high: Any, then: Any, then_low: Any, then_high: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the interval of now - then: the distances of both values to their own limits, squared and added (Newcombe)."""
    change = now - then
    down = np.square(now - now_low) + np.square(then_high - then)
    up = np.square(now_high - now) + np.square(then - then_low)
    return change - np.sqrt(down), change + np.sqrt(up)


def _linked(series: Series, figures: Figures) -> Truths:
    """Say which rows follow the same period a year earlier, both usable, without a break of the method between."""
    linked = series.follows & figures.usable
    linked[1:] &= figures.usable[:-1]
    for group, ((_, _, frequency), indicator) in enumerate(zip(series.groups, figures.indicators, strict=True)):
        if indicator.breaks:
            rows = series.of_group(group)
            start = series.start[rows]
            linked[rows] &= ~breaks_within(indicator, start - 12, start, frequency)
    return linked


def breaks_within(indicator: Indicator, first: Any, last: Any, frequency: str) -> Truths:
    """Say whether a break lies after the first day of the periods `first` and not after the last day of the periods `last`.

    Periods are given by their first months. A break on the very first day is none: all of it is measured the new way.
    """
    inside = np.zeros(len(first), dtype=bool)
    for day, _ in indicator.breaks:
        month = month_key(day)
        inside |= (first < month + (day.day > 1)) & (last + MONTHS[frequency] > month)
    return inside


def _usual_change(linked: Truths, values: Floats) -> Floats:
    """Return for each row the mean |yearly change| of the unbroken run of values that ends with it; NaN below five values.

    The sums are taken run by run, never as a difference of two grand totals, which would drown small figures in large.
    """
    place = np.arange(len(linked))
    depth = place - np.maximum.accumulate(np.where(linked, 0, place))
    sums = np.zeros(len(linked))
    order = np.argsort(depth.astype(np.uint16), kind="stable")
    edges = np.cumsum(np.bincount(depth))
    for since, until in pairwise(edges.tolist()):
        rows = order[since:until]
        sums[rows] = sums[rows - 1] + np.abs(values[rows] - values[rows - 1])
    return np.where(depth >= _EARLIER_VALUES - 1, sums / np.maximum(depth, 1), np.nan)


def trends(moved: Steps, signs: Steps) -> Steps:
    """Turn movements into better, unchanged and worse, by the sign of the direction; none for neutral (0) and unknown."""
    turned = moved * signs
    result = np.where(turned > 0, np.int8(BETTER), np.where(turned < 0, np.int8(WORSE), np.int8(UNCHANGED)))
    result[(moved == UNKNOWN) | (signs == 0)] = NONE
    return result


def trends_to_band(moved: Steps, nearer: Floats, noticeable: Floats) -> Steps:
    """Turn known movements into better and worse by how much nearer to the band the value came, if that is noticeable.

    `noticeable` is NaN where no smallest change is declared.
    """
    wanted = np.nan_to_num(noticeable)
    least = np.maximum(wanted - slack(wanted), slack(nearer))
    steps = np.where((np.abs(nearer) < least) | (moved == 0), 0, np.sign(nearer)).astype(np.int8)
    return trends(steps, np.ones(len(moved), dtype=np.int8))


def distance(value: Floats, low: Floats, high: Floats) -> Floats:
    """Return how far outside the band low..high each value lies, 0 inside."""
    return np.maximum(np.maximum(low - value, value - high), 0.0)


def signs_of(indicators: Sequence[Indicator]) -> Steps:
    """Return 1 for each indicator where higher is better, -1 where lower is, 0 where neither is."""
    return np.array([{"higher": 1, "lower": -1}.get(each.direction, 0) for each in indicators], dtype=np.int8)
