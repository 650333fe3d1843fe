"""Two-sided 95 % intervals for shares, means and rates, of whole arrays at once; no data, no rules for when to use them.

A cell that can have no interval (n below 2, no spread, no denominator) gets NaN at both ends. `population` is the
number N that a sample was drawn from: then n counts as n_eff = n(N-1)/(N-n), and a full count is a point. Without it (NaN)
nothing is corrected, which on a complete register describes chance variation from year to year.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]

# The 97.5th percentile of the normal distribution.
Z: Final = 1.959963984540054

# The 97.5th percentile of Student's t for 1 to 30 degrees of freedom, from the finite series for whole degrees of
# freedom (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4), solved to ten decimals.
_T: Final = np.array([
    12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511,
    2.3646242516, 2.3060041352, 2.2621571628, 2.2281388520, 2.2009851601, 2.1788128297,
    2.1603686565, 2.1447866879, 2.1314495456, 2.1199052992, 2.1098155778, 2.1009220402,
    2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679, 2.0686576104, 2.0638985616,
    2.0595385528, 2.0555294386, 2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563,
])  # fmt: skip

# Exact limits of a Poisson mean for 1 to 4 events (half the 2.5th and 97.5th percentiles of chi-squared with 2x and
# 2x+2 degrees of freedom), where Byar's approximation is not close enough; for no events at all it is.
_POISSON_LOW: Final = np.array([0.0253178080, 0.2422092785, 0.6186721229, 1.0898653736])
_POISSON_HIGH: Final = np.array([5.5716433909, 7.2246876677, 8.7672730697, 10.2415886754])


def share(hits: ArrayLike, n: ArrayLike, population: ArrayLike | None = None) -> Limits:
    """Return Wilson's interval for the share of hits among n, in percent."""
    count, part = _floats(n), _floats(hits)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = part / count
        m = _effective(count, population)
        middle = p + Z * Z / (2 * m)
        half = Z * np.sqrt(p * (1 - p) / m + (Z / (2 * m)) ** 2)
        size = 1 + Z * Z / m
        low = np.where(part <= 0, 0.0, (middle - half) / size)
        high = np.where(part >= count, 1.0, (middle + half) / size)
    return _kept(100 * low, 100 * high, count >= 2, _is_whole(count, population), 100 * p)


def mean(
    total: ArrayLike,
    squares: ArrayLike,
    n: ArrayLike,
    scale: tuple[ArrayLike, ArrayLike] = (-np.inf, np.inf),
    population: ArrayLike | None = None,
) -> Limits:
    """Return Student's interval for a mean from the sum, the sum of squares and n, clipped to the ends of the scale.

    The sum of squares carries six significant digits. Where the spread is too small beside the values for them to show
    it, there is no interval rather than a wrong one.
    """
    count, first, second = _floats(n), _floats(total), _floats(squares)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        middle = first / count
        spread = second - first * middle
        deviation = np.sqrt(spread / (count - 1))
        half = t_quantile(count - 1) * deviation / np.sqrt(_effective(count, population))
        enough = (count >= 2) & (spread > _DIGITS_LOST * second)
    low, high = np.clip(middle - half, *scale), np.clip(middle + half, *scale)
    return _kept(low, high, enough, _is_whole(count, population), middle)


# Six significant digits leave an error of up to 5e-6 of the sum of squares; a tenth of the spread may be lost to it.
_DIGITS_LOST: Final = 5e-5


def events(count: ArrayLike) -> Limits:
    """Return Byar's interval for the mean number of events that stands behind a count; exact for 1 to 4 events."""
    x = _floats(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(x > 0, x * (1 - 1 / (9 * x) - Z / (3 * np.sqrt(x))) ** 3, 0.0)
        high = (x + 1) * (1 - 1 / (9 * (x + 1)) + Z / (3 * np.sqrt(x + 1))) ** 3
    few = (x >= 1) & (x < 5) & (x == np.floor(x))
    place = np.where(few, x, 1).astype(np.int64) - 1
    low, high = np.where(few, _POISSON_LOW[place], low), np.where(few, _POISSON_HIGH[place], high)
    known = x >= 0
    return np.where(known, np.maximum(low, 0.0), np.nan), np.where(known, high, np.nan)


def rate(count: ArrayLike, per: ArrayLike, scale: ArrayLike = 1.0, population: ArrayLike | None = None) -> Limits:
    """Return Byar's interval for events per `per`, times `scale`; for a sample, `per` persons of a population."""
    x, persons, times = _floats(count), _floats(per), _floats(scale)
    low, high = events(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = times * x / persons
        shrunk = np.sqrt(persons / _effective(persons, population))
        low, high = times * (x - (x - low) * shrunk) / persons, times * (x + (high - x) * shrunk) / persons
    return _kept(np.maximum(low, 0.0), high, persons > 0, _is_whole(persons, population), value)


def t_quantile(freedom: ArrayLike) -> Floats:
    """Return the 97.5th percentile of Student's t for whole degrees of freedom; NaN below 1. Error below 1e-7.

    To 30 degrees it is looked up, above it comes from the expansion in 1/degrees (Abramowitz and Stegun 26.7.5).
    """
    v = _floats(freedom)
    z2 = Z * Z
    terms = (
        Z * (z2 + 1) / 4,
        Z * ((5 * z2 + 16) * z2 + 3) / 96,
        Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
        Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        expanded = Z + sum(term / v**power for power, term in enumerate(terms, start=1))
    known = (v >= 1) & (v <= len(_T))
    found = np.where(known, _T[np.where(known, v, 1).astype(np.int64) - 1], expanded)
    return np.where(v >= 1, found, np.nan)


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _effective(n: Floats, population: ArrayLike | None) -> Floats:
    if population is None:
        return n
    size = _floats(population)
    effective: Floats = np.where(np.isnan(size), n, n * (size - 1) / (size - n))
    return effective


def _is_whole(n: Floats, population: ArrayLike | None) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = np.zeros(n.shape, dtype=bool) if population is None else n >= _floats(population)
    return whole


def _kept(low: Floats, high: Floats, enough: Any, whole: NDArray[np.bool_], value: Floats) -> Limits:
    """Keep the limits where there is enough, make a point of a full count, and leave NaN elsewhere."""
    low, high = np.where(whole, value, low), np.where(whole, value, high)
    enough = enough & np.isfinite(low) & np.isfinite(high)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)
