"""Disclosure control before anything is judged: figures on few persons or cases are hidden; secondary hiding is not here.

Only this step's result goes further: a status, a trend or an interval that followed from a hidden figure would give it away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from klaremal.model.measure import Count, Distinct, Published, Rate, Share
from klaremal.model.outcome import CAUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.model.indicator import Indicator
    from klaremal.plan import WantedIndicator

    Truths = NDArray[np.bool_]

_FIGURES: Final = ("value", "n", "part", "low", "high", "least", "most", "coverage")
_CONFIDENTIAL: Final = CAUSES.index("confidential")


def disclose(observations: pd.DataFrame, indicators: Iterable[WantedIndicator]) -> pd.DataFrame:
    """Return the observations with every figure of too few persons or cases hidden, under the cause `confidential`.

    Too few is an n from 1 to `minimum_count` - 1; where the figure says something of persons, so are hits and misses (Share),
    events (Rate) and a number of different ones (Distinct). Figures of a statistics office (Published, and rows that are
    totals of units) are already controlled, and n is then not a number of persons.
    """
    if observations.empty:
        return observations
    numbers = {name: observations[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("value", "n", "part")}
    codes, ids = pd.factorize(observations["indicator"])
    place_of = {indicator: place for place, indicator in enumerate(ids)}
    few = np.zeros(len(observations), dtype=bool)
    for wanted in indicators:
        if wanted.indicator.id in place_of and not _is_controlled(wanted.indicator):
            here = np.flatnonzero(codes == place_of[wanted.indicator.id])
            few[here] = _too_few(wanted.indicator, {name: values[here] for name, values in numbers.items()})
    return _hidden(observations, few) if few.any() else observations


def _is_controlled(indicator: Indicator) -> bool:
    return isinstance(indicator.measure, Published) or indicator.dataset.level is not None


def _too_few(indicator: Indicator, numbers: dict[str, NDArray[np.float64]]) -> Truths:
    k = indicator.minimum_count
    counts = [numbers["n"]]
    if isinstance(indicator.measure, Share):
        counts += [numbers["part"], numbers["n"] - numbers["part"]]
    elif isinstance(indicator.measure, Rate):
        counts.append(numbers["part"])
    elif isinstance(indicator.measure, (Count, Distinct)):
        counts.append(numbers["value"])
    with np.errstate(invalid="ignore"):
        found: Truths = np.logical_or.reduce([(count > 0) & (count < k) for count in counts])
    return found


def _hidden(observations: pd.DataFrame, few: Truths) -> pd.DataFrame:
    """Take the figures away; a cause that goes before (there is no data at all) stays."""
    hidden = observations.copy()
    for name in _FIGURES:
        hidden[name] = np.where(few, np.nan, observations[name].to_numpy(dtype=np.float64, na_value=np.nan))
    hidden["warned"] = observations["warned"].to_numpy(dtype=bool) & ~few
    own = pd.Categorical(observations["cause"], categories=pd.Index(CAUSES, dtype=object)).codes.astype(np.int64)
    later = few & ((own < 0) | (own > _CONFIDENTIAL))
    causes: Any = pd.Categorical.from_codes(np.where(later, _CONFIDENTIAL, own), categories=pd.Index(CAUSES, dtype=object))
    hidden["cause"] = pd.Series(causes, index=hidden.index)
    return hidden
