"""Tendency of a series of yearly values: the median of all slopes between two of them (Theil and Sen)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from statistics import median

Points = Sequence[tuple[float, float]]


def tendency(points: Points) -> tuple[float, float]:
    """Return slope and intercept: medians, which one odd year does not move. There are at least two points, each x once."""
    slope = median((later - value) / (after - place) for (place, value), (after, later) in combinations(points, 2))
    return slope, median(value - slope * place for place, value in points)
