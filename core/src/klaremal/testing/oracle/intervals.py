"""Two-sided 95 % intervals one at a time, from their definitions: Wilson's, Student's, Byar's and the exact one of Poisson."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import atan, cos, exp, factorial, inf, pi, sin, sqrt
from statistics import NormalDist
from typing import Final

from attrs import evolve, frozen

Z: Final = NormalDist().inv_cdf(0.975)
# Below so many events Byar's approximation is not close enough.
_FEW: Final = 5
# A sum of squares has six digits: so much of it may be off, and where the spread is less than ten times that there is none.
_OFF: Final = 5e-6
_NO_SPREAD: Final = 5e-5


@frozen
class Interval:
    """The ends of an interval, None where there is none; `blur` is how far an end may be off, `sure` says that there is one."""

    low: float | None = None
    high: float | None = None
    blur: float = 0.0
    sure: bool = True


NONE: Final = Interval()


def share(hits: int, n: int, population: int | None) -> Interval:
    """Return Wilson's interval for hits among n, in percent; `population` is how many the sample was drawn from."""
    if n < 2:
        return NONE
    p = hits / n
    if population is not None and n >= population:
        return Interval(100 * p, 100 * p)
    m = _effective(n, population)
    centre, half = p + Z**2 / (2 * m), Z * sqrt(p * (1 - p) / m + Z**2 / (4 * m**2))
    low = 0.0 if hits == 0 else (centre - half) / (1 + Z**2 / m)
    high = 1.0 if hits == n else (centre + half) / (1 + Z**2 / m)
    return Interval(100 * low, 100 * high)


def mean(values: list[Fraction], scale: tuple[float, float], population: int | None) -> Interval:
    """Return Student's interval for the mean of values, cut off at the ends of their scale."""
    n = len(values)
    squares = float(sum((each**2 for each in values), Fraction(0)))
    if n < 2 or not squares:
        return NONE
    middle = sum(values, Fraction(0)) / n
    spread = float(sum(((each - middle) ** 2 for each in values), Fraction(0)))
    unsure = abs(spread / squares - _NO_SPREAD) <= 2 * _OFF
    if spread <= _NO_SPREAD * squares:
        return evolve(NONE, sure=not unsure)
    if population is not None and n >= population:
        return Interval(float(middle), float(middle), sure=not unsure)
    half = t_quantile(n - 1) * sqrt(spread / (n - 1) / _effective(n, population))
    low, high = (min(max(float(middle) + each, scale[0]), scale[1]) for each in (-half, half))
    return Interval(low, high, blur=half * _OFF * squares / spread, sure=not unsure)


def rate(events: Fraction, per: Fraction, scale: float, population: Fraction | None) -> Interval:
    """Return the interval for events per so many people, times a scale."""
    if per <= 0 or events < 0:
        return NONE
    value = scale * float(events / per)
    if population is not None and per >= population:
        return Interval(value, value)
    low, high = _poisson(int(events)) if 1 <= events < _FEW and events.denominator == 1 else _byar(float(events))
    shrunk = 1.0 if population is None else sqrt(float(per) / _effective(float(per), float(population)))
    low, high = (float(events) + (each - float(events)) * shrunk for each in (low, high))
    return Interval(max(scale * low / float(per), 0.0), scale * high / float(per))


def _effective(n: float, population: float | None) -> float:
    """Return as how many a sample of n counts."""
    return n if population is None else n * (population - 1) / (population - n)


def _byar(events: float) -> tuple[float, float]:
    low = events * (1 - 1 / (9 * events) - Z / (3 * sqrt(events))) ** 3 if events > 0 else 0.0
    more = events + 1
    return max(low, 0.0), more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3


def _poisson(events: int) -> tuple[float, float]:
    """Return the means of which so many events, or more, and so many, or fewer, have a chance of 2.5 %."""

    def up_to(most: int, mean_: float) -> float:
        return sum(exp(-mean_) * mean_**each / factorial(each) for each in range(most + 1))

    low = _solved(lambda each: 1 - up_to(events - 1, each), 0.025)
    return low, _solved(lambda each: 1 - up_to(events, each), 0.975)


def t_quantile(freedom: int) -> float:
    """Return what Student's t of so many degrees of freedom stays below in 97.5 % of cases."""
    return _solved(lambda each: (1 + _within(each, freedom)) / 2, 0.975)


def _within(t: float, freedom: int) -> float:
    """Return the chance that t lies between its negative and itself, from the finite series for whole degrees of freedom."""
    angle = atan(t / sqrt(freedom))
    if freedom == 1:
        return 2 * angle / pi
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    added = term
    for each in range(2 + odd, freedom - 1, 2):
        term *= cos(angle) ** 2 * (each - 1) / each
        added += term
    return 2 / pi * (angle + sin(angle) * added) if odd else sin(angle) * added


def _solved(rising: Callable[[float], float], wanted: float) -> float:
    """Return where a rising function of positive numbers has a value."""
    low, high = 0.0, 1.0
    while rising(high) < wanted:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def scale_of(*ranges: tuple[float | None, float | None] | None) -> tuple[float, float]:
    """Return the ends that several ranges leave of all numbers; None is no end."""
    given = [each for each in ranges if each is not None]
    lows, highs = ([pair[end] for pair in given] for end in (0, 1))
    return (
        max((float(each) for each in lows if each is not None), default=-inf),
        min((float(each) for each in highs if each is not None), default=inf),
    )
