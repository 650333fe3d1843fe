"""Observations of indicators whose dataset could not be used in a run: no numbers, only the cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from klaremal.model.breakdown import declared
from klaremal.model.period import Period, month_key
from klaremal.model.unit import Units
from klaremal.rollup.figures import Figures, cause_code
from klaremal.rollup.frame import NUMBERS, Collected
from klaremal.rollup.periods import Reported, last_days
from klaremal.rollup.tree import EXPECTED, Places, Tree

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.plan import WantedIndicator


def unmeasured(wanted: Sequence[WantedIndicator], cause: str, units: Units, organisation: str, today: date) -> pd.DataFrame:
    """Return a row with the cause for every expected unit and the newest period that has ended, of each frequency.

    Earlier periods are left alone: what former runs found of them still holds. Below the municipality only units that goals
    name are expected, since there is no data that would know others.
    """
    collected = Collected(wanted, units)
    named = {code for each in wanted for code in each.codes}
    for frequency in dict.fromkeys(each for one in wanted for each in one.frequencies):
        periods = _newest(frequency, today)
        tree = Tree(units, organisation, (), named, [periods.last_days])
        for level in dict.fromkeys(each for one in wanted for each in one.levels):
            places = tree.places(level, periods)
            chosen = [each for each in wanted if frequency in each.frequencies and level in each.levels]
            _add(collected, chosen, cause, periods, places)
    return collected.frame()


def _add(collected: Collected, wanted: Sequence[WantedIndicator], cause: str, periods: Reported, places: Places) -> None:
    """Add the rows of one level and frequency, also for each value of a breakdown that a contract or a goal names."""
    broken_down: dict[str, list[WantedIndicator]] = {"": [*wanted]}
    for each in wanted:
        for columns in each.indicator.breakdowns:
            for text in dict.fromkeys((*declared(each.indicator.dataset, columns), *each.asked_of(columns))):
                broken_down.setdefault(text, []).append(each)
    for text, chosen in broken_down.items():
        shape = (len(chosen), 1, len(places))
        expected = np.zeros(shape, dtype=bool)
        for place, each in enumerate(chosen):
            is_named = np.array([code in each.codes for code in places.codes], dtype=bool)
            expected[place] = places.valid & ((places.inside & (places.level in EXPECTED)) | is_named)
        if expected.any():
            nothing = {name: np.full(shape, np.nan) for name in NUMBERS}
            found = Figures(**nothing, cause=np.full(shape, cause_code(cause), dtype=np.int8))
            collected.add(chosen, found, expected, np.zeros(shape, dtype=bool), periods, places, text)


def _newest(frequency: str, today: date) -> Reported:
    """Return the newest period that ended before today, as closed."""
    running = Period.of(frequency, month_key(today))
    period = running.shift(-1)
    starts = np.array([period.start], dtype=np.int64)
    none = np.zeros(1, dtype=np.int64)
    return Reported(
        frequency=frequency,
        starts=starts,
        last_days=last_days(starts, frequency),
        closed=np.ones(1, dtype=bool),
        first=none,
        last=none,
        partial=np.zeros(1, dtype=bool),
        steps=none + 1,
    )
