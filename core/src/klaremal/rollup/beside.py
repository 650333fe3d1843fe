"""What stands beside the figure of a clock on the last day that the data covers: open cases that are late, or paused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from attrs import evolve

from klaremal.model.on_time import OLDEST_OPEN, OPEN_OVERDUE, PAUSED_NOW
from klaremal.model.period import month_key
from klaremal.model.unit import LEVELS
from klaremal.rollup.figures import NO_CAUSE, Figures
from klaremal.rollup.frame import NUMBERS, Collected
from klaremal.rollup.periods import Reported, last_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from klaremal.plan import WantedIndicator
    from klaremal.rollup.material import Material
    from klaremal.rollup.tree import Places

    Floats = NDArray[np.float64]

# The component that each is made of.
_TERMS: Final[Mapping[str, str]] = MappingProxyType({OPEN_OVERDUE: "overdue", OLDEST_OPEN: "oldest", PAUSED_NOW: "paused"})


def beside(from_pass: Material, wanted: Sequence[WantedIndicator], until: date) -> list[pd.DataFrame]:
    """Return the observations beside the figures of a clock: how many open cases are late, the age of the oldest, the paused.

    They are of every unit with cases and of the month of `until`, whatever periods the figure has. The age is in days, and
    its n is the number of cases that are late; where none is there is no age.
    """
    month = _month(until)
    found = []
    for name, term in _TERMS.items():
        collected = Collected(wanted, from_pass.tree.units)
        for level in LEVELS:
            chosen = [each for each in wanted if level in each.levels]
            places = from_pass.tree.places(level, month) if chosen else None
            if places is not None and len(places):
                _add(collected, from_pass, chosen, (name, term), month, places)
        frame = collected.frame()
        ids = pd.Index([f"{each}.{name}" for each in frame["indicator"].cat.categories], dtype=object)
        frame["indicator"] = pd.Categorical.from_codes(frame["indicator"].cat.codes, categories=ids)
        found.append(frame)
    return found


def _month(until: date) -> Reported:
    starts = np.array([month_key(until)], dtype=np.int64)
    none = np.zeros(1, dtype=np.int64)
    closed, partial = np.ones(1, dtype=bool), np.zeros(1, dtype=bool)
    return Reported(
        frequency="month", starts=starts, last_days=last_days(starts, "month"), closed=closed, first=none, last=none,
        partial=partial, steps=none + 1,
    )  # fmt: skip


def _add(
    collected: Collected,
    from_pass: Material,
    wanted: Sequence[WantedIndicator],
    which: tuple[str, str],
    month: Reported,
    places: Places,
) -> None:
    name, term = which
    value = np.stack([_of_units(from_pass, each, term, places) for each in wanted])[:, None, :]
    n = value if name != OLDEST_OPEN else np.stack([_of_units(from_pass, each, "overdue", places) for each in wanted])[:, None]
    nothing = {each: np.full(value.shape, np.nan) for each in NUMBERS}
    figures = Figures(**nothing, cause=np.full(value.shape, NO_CAUSE, dtype=np.int8))
    figures = evolve(figures, value=value, n=n, least=value, most=value)
    with_cases = np.stack([_of_units(from_pass, each, "promised", places) for each in wanted])[:, None, :] > 0
    expected = with_cases & (n > 0) if name == OLDEST_OPEN else with_cases | (n > 0)
    if expected.any():
        collected.add(wanted, figures, expected, np.zeros(value.shape, dtype=bool), month, places)


def _of_units(from_pass: Material, each: WantedIndicator, term: str, places: Places) -> Floats:
    """Return a component of each unit over all periods: added up, of the age the largest."""
    located = from_pass.located
    column = located.columns[from_pass.column[dict(each.components)[term]]].astype(np.float64)
    found = np.zeros(len(places))
    for _, above in places.stretches:
        place = above[located.unit]
        kept = (place >= 0) & located.own[located.unit]
        (np.maximum if term == "oldest" else np.add).at(found, place[kept], column[kept])
    return found
