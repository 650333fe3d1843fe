"""Small numbers are hidden before anything is judged or stored: primary suppression; nothing derived from them is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from klaremal.model.measure import Count, Distinct, Measure, Published, Rate, Ratio, Share, Total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import WantedIndicator

# What tells of persons, not only of the municipality's work: hits and misses are small numbers, too (semantics 6).
_PERSONS: Final[tuple[type[Measure], ...]] = (Share, Rate, Count, Ratio, Total, Distinct)
_FIGURES: Final = ("value", "n", "part", "low", "high", "least", "most", "coverage")
CONFIDENTIAL: Final = "confidential"


def disclose(observations: pd.DataFrame, indicators: Iterable[WantedIndicator]) -> pd.DataFrame:
    """Return the observations that may be seen: a cell with fewer than `minimum_count` behind it has no figure left.

    Published figures are controlled by their source already. For measures that tell of persons the hits and the others are
    held against the minimum as well. Cells that could be computed from others by subtraction are not looked for here.
    """
    if observations.empty:
        return observations
    hidden = np.zeros(len(observations), dtype=bool)
    names = observations["indicator"].astype(object).to_numpy()
    n = observations["n"].to_numpy(dtype=float)
    part = observations["part"].to_numpy(dtype=float)
    for each in indicators:
        indicator = each.indicator
        if isinstance(indicator.measure, Published):
            continue
        small = _small(n, indicator.minimum_count)
        if isinstance(indicator.measure, _PERSONS):
            small |= _small(part, indicator.minimum_count) | _small(n - part, indicator.minimum_count)
        hidden |= small & (names == indicator.id)
    if not hidden.any():
        return observations
    released = observations.copy()
    released.loc[hidden, list(_FIGURES)] = np.nan
    released["cause"] = released["cause"].astype(object)
    released.loc[hidden, "cause"] = CONFIDENTIAL
    return released


def _small(count: NDArray[np.float64], minimum: int) -> NDArray[np.bool_]:
    """Say where a count is from 1 to one below the minimum; an unknown one is not."""
    return (count >= 1) & (count < minimum)
