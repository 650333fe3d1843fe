"""Margin: how many more may break a promise about a share before it is broken itself; exact, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from klaremal.assess.observed import Observed
from klaremal.assess.promised import Promised
from klaremal.assess.series import Floats, Integers, Series, Truths
from klaremal.model.measure import Share
from klaremal.model.on_time import OnTime
from klaremal.model.period import MONTHS

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal

# A target is the fraction that it was written as (a third of the way along a path, say): the simplest one that near.
_DENOMINATOR = 1_000_000


def margins(
    series: Series, bounds: Sequence[BoundGoal], entries: Promised, observed: Observed, closed: Truths, usable: Truths
) -> Floats:
    """Return for the usable entries of goals "at least so much of a share" how many more may fail; NaN for all others.

    Of a period that is not `closed` as many are expected as there were in its remaining months a year before; where these
    are not known, or hidden, only those so far count. Less than none means so many too many.
    """
    found = np.full(len(entries), np.nan)
    shares = np.array([isinstance(each.indicator.measure, (Share, OnTime)) for each in bounds], dtype=bool)
    floors = usable & np.isfinite(entries.low) & np.isposinf(entries.high)
    chosen = np.flatnonzero(floors & shares[entries.goal]) if len(bounds) else np.empty(0, dtype=np.int64)
    if not len(chosen):
        return found
    total, broken = _counted(observed, entries.place[chosen])
    runs = np.flatnonzero(~closed[chosen])
    if len(runs):
        total[runs], broken[runs] = _expected(series, bounds, entries.take(chosen[runs]), observed)
    found[chosen] = allowed(total, entries.low[chosen], entries.strict[chosen]) - broken
    return found


def allowed(total: Floats, target: Floats, strict: Truths) -> Floats:
    """Return how many of a total may fail so that at least `target` percent do not (more, if strict); NaN without a total."""
    whole = total == np.floor(total)
    count = np.where(whole, total, 0).astype(np.int64)
    which, targets = pd.factorize(target)
    fractions = [Fraction(each).limit_denominator(_DENOMINATOR) for each in targets.tolist()]
    per_hundred = np.array([100 * each.denominator for each in fractions], dtype=np.int64)[which]
    fail = np.array([100 * each.denominator - each.numerator for each in fractions], dtype=np.int64)[which]
    most = np.where(strict, -((-count * fail) // per_hundred) - 1, (count * fail) // per_hundred)
    return np.where(whole, most, np.nan)


def _counted(observed: Observed, place: Integers) -> tuple[Floats, Floats]:
    """Return how many were judged in some rows, and how many of them failed; where there was nobody none did."""
    # Of persons there are n, of rows (of which `part` are hits) as many as a value weighs.
    rows, part = observed.numbers("weight", place), observed.numbers("part", place)
    n = np.where(np.isnan(rows), observed.numbers("n", place), rows)
    return n, np.where(n == 0, 0.0, n - part)


def _expected(series: Series, bounds: Sequence[BoundGoal], entries: Promised, observed: Observed) -> tuple[Floats, Floats]:
    """Return how many are expected in periods that are not over, and how many of them have failed: by months, else so far."""
    total, broken = _counted(observed, entries.place)
    for goal in np.unique(entries.goal).tolist():
        bound = bounds[goal]
        of = np.flatnonzero(entries.goal == goal)
        place = entries.place[of]
        indicator, definition, _ = series.groups[series.group[place[0]]]
        months = (indicator, definition, "month")
        if bound.frequency in ("month", "rolling12") or months not in series.groups:
            continue
        breakdown = series.breakdowns.index(bound.goal.breakdown)
        number = series.number_of(series.groups.index(months), breakdown, series.unit[place])
        month = series.start[place][:, None] + np.arange(MONTHS[bound.frequency])
        now, before = (series.find(number[:, None], each) for each in (month, month - 12))
        over = (now >= 0) & observed.closed[now]
        then = (before >= 0) & observed.closed[before]
        (n, failures), (last_year, _) = (_counted(observed, each) for each in (now, before))
        expected = np.where(over, n, np.where(then, last_year, np.nan)).sum(axis=1)
        failed = np.where(over, failures, 0.0).sum(axis=1)
        known = np.isfinite(expected) & np.isfinite(failed)
        total[of[known]], broken[of[known]] = expected[known], failed[known]
    return total, broken
