"""What released observations say, in the order of their series, whatever goal asks; nothing is judged here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from klaremal.assess.series import Floats, Integers, Series, Truths, codes_of
from klaremal.assess.trend import Figures
from klaremal.judge import at_least
from klaremal.model.indicator import Indicator
from klaremal.model.outcome import CAUSES

Places = NDArray[np.int8]

NO_CAUSE = len(CAUSES)
NOT_YET_DUE, NO_DATA, NOT_MEASURED, NO_CASES, CONFIDENTIAL, METHOD_CHANGED, COVERAGE = (
    CAUSES.index(cause)
    for cause in ("not_yet_due", "no_data", "not_measured", "no_cases", "confidential", "method_changed", "coverage_too_low")
)


@frozen(eq=False, kw_only=True)
class Observed:
    """The figures of the rows of a series; `cause` does not depend on a goal."""

    frame: pd.DataFrame
    series: Series
    figures: Figures
    least: Floats
    most: Floats
    coverage: Floats
    closed: Truths
    cause: Places

    @classmethod
    def of(cls, observations: pd.DataFrame, series: Series, indicators: tuple[Indicator, ...]) -> Observed:
        """Take the figures of the series' rows from the observations."""

        def numbers(name: str) -> Floats:
            return observations[name].to_numpy(dtype=float)[series.rows]

        value = numbers("value")
        given = observations["cause"].notna().to_numpy()
        cause = np.full(len(given), NO_CAUSE, dtype=np.int8)
        own = codes_of(observations["cause"][given], CAUSES)
        cause[given] = np.where(own < 0, NO_DATA, own)
        cause = cause[series.rows]
        cause[np.isnan(value) & (cause == NO_CAUSE)] = NO_DATA
        closed = ~observations["provisional"].to_numpy(dtype=bool)[series.rows]
        figures = Figures(
            value=value, low=numbers("low"), high=numbers("high"), usable=closed & (cause == NO_CAUSE), indicators=indicators
        )
        return cls(
            frame=observations,
            series=series,
            figures=figures,
            least=numbers("least"),
            most=numbers("most"),
            coverage=numbers("coverage"),
            closed=closed,
            cause=cause,
        )

    @property
    def value(self) -> Floats:
        """The values."""
        return self.figures.value

    def numbers(self, name: str, place: Integers) -> Floats:
        """Return another figure (n, part, weight) of rows by their places; that of a negative place means nothing."""
        return self.frame[name].to_numpy(dtype=float)[self.series.rows[place]]

    def causes(self, place: Integers, minimum: Any) -> Places:
        """Return why values cannot be used where at least a share `minimum` must have been measured, NO_CAUSE where they can.

        A negative place is no row at all. Unknown coverage (NaN) is too low as well; what has no value has a cause of its own.
        """
        if not len(self.cause):
            return np.full(place.shape, NO_DATA, dtype=np.int8)
        cause = np.where(place < 0, np.int8(NO_DATA), self.cause[place])
        short = ~np.isnan(self.value[place]) & ~at_least(self.coverage[place], minimum)
        return np.where(short, np.minimum(cause, COVERAGE), cause).astype(np.int8)
