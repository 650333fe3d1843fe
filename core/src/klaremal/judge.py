"""Status and certainty of values against bands, as vectors; it knows no goals and no causes.

A status is a rank here: 0 fulfilled, 1 partly fulfilled, 2 not fulfilled, the places in `STATUSES`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FULFILLED, PARTLY, NOT_FULFILLED, UNDECIDED = 0, 1, 2, 3
CLEAR, UNCERTAIN = 0, 1
SLACK = 1e-9

Floats = NDArray[np.floating[Any]]
Truths = NDArray[np.bool_]
Ranks = NDArray[np.int8]
Counts = NDArray[np.integer[Any]]


def slack(bound: Any) -> Any:
    """Return by how much a computed number may miss a bound and still meet it: 1e-9 of its size, at least 1e-9.

    0.1 + 0.2 is at most 0.3, and 29 of 100 is at least 29 percent, although neither is in binary fractions.
    """
    return SLACK * np.maximum(1.0, np.abs(bound))


def at_least(values: Any, bound: Any) -> Any:
    """Say for each value whether it is at least the bound, the slack allowed; never for NaN."""
    return values >= bound - slack(bound)


def at_most(values: Any, bound: Any) -> Any:
    """Say for each value whether it is at most the bound, the slack allowed; never for NaN."""
    return values <= bound + slack(bound)


def statuses(values: Floats, low: Floats, high: Floats, tolerance: Floats) -> Ranks:
    """Rank each value against its band low..high: inside, within the tolerance of it, or neither."""
    inside = at_least(values, low) & at_most(values, high)
    ranks = np.where(inside, np.int8(FULFILLED), np.int8(NOT_FULFILLED))
    if np.any(tolerance > 0):
        near = at_least(values, low - tolerance) & at_most(values, high + tolerance)
        ranks[near & ~inside & (tolerance > 0)] = PARTLY
    return ranks


def summaries(kind: str, percent: float, known: Counts, unknown: Counts) -> Ranks:
    """Rank wholes by how many of their parts have each rank (the rows of `known`), UNDECIDED where unknown parts decide.

    `all`: the worst of all parts. `worst`: that of the known ones, if they are at least `percent` of all. `share`: fulfilled
    if at least `percent` of all parts are, not if they cannot become so many. A whole without parts is undecided.
    """
    fulfilled, partly, failed = known
    number = known.sum(axis=0)
    every = number + unknown
    if kind == "share":
        found = np.where(100 * fulfilled >= percent * every - SLACK, FULFILLED, UNDECIDED)
        found = np.where(100 * (fulfilled + unknown) < percent * every - SLACK, NOT_FULFILLED, found)
    else:
        enough = (kind == "worst") & (number > 0) & (100 * number >= percent * every - SLACK)
        found = np.where(partly > 0, PARTLY, FULFILLED)
        found = np.where(enough | (unknown == 0), found, UNDECIDED)
        found = np.where(failed > 0, NOT_FULFILLED, found)
    return np.where(every == 0, UNDECIDED, found).astype(np.int8)


def certainties(least: Floats, most: Floats, low: Floats, high: Floats, tolerance: Floats) -> Ranks:
    """Say whether a status is the same for every value of the closed interval least..most; an unknown end (NaN) is open.

    Statuses get worse on both sides of the band, so that the interval's point nearest to the band has the best status and one
    of its ends the worst.
    """
    first = np.where(np.isnan(least), -np.inf, least)
    last = np.where(np.isnan(most), np.inf, most)
    best = statuses(np.minimum(np.maximum(first, low), last), low, high, tolerance)
    worst = np.maximum(statuses(first, low, high, tolerance), statuses(last, low, high, tolerance))
    return np.where(best == worst, np.int8(CLEAR), np.int8(UNCERTAIN))
