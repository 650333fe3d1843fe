"""Targets: how much was promised, as a band lo..hi for a period; those that stand on other figures are in `standing`."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.period import Period

Band = tuple[float, float]

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def number(value: Any, where: str) -> float:
    """Return a finite number, or refuse with the place and the cure (a decimal comma, a quoted number)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        hint = ""
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip(" %")):
            hint = f" Write it without quotes and with a point: {value.strip(' %').replace(',', '.')}."
        raise DeclarationError(f"{where}: {value!r} is not a number.{hint or ' Write it as 92.5, without quotes.'}")
    if not abs(value) <= sys.float_info.max:
        raise DeclarationError(f"{where}: {str(value)[:40]} is not a finite number. Write it as 92.5.")
    return float(value)


def _at_least(value: Any) -> float:
    return number(value, "at_least")


def _at_most(value: Any) -> float:
    return number(value, "at_most")


def _between(value: Any) -> float:
    return number(value, "between")


@frozen
class Target:
    """What all targets share: a direction they fit, and a band for each period."""

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions of an indicator that the target does not contradict."""
        return ("higher", "lower", "neutral")

    @property
    def strict(self) -> bool:
        """Whether a value that only equals the bound does not fulfil the promise."""
        return False

    @property
    def in_percent(self) -> bool:
        """Whether the band of a target that stands on another figure is a share of that figure, rather than added to it."""
        return False

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values that it promises, as far as they do not follow from other figures."""
        return ()

    def band(self, period: Period, direction: str) -> Band | None:
        """Return the lowest and highest value that fulfil the promise in that period; None when it promises nothing yet.

        Of a target that stands on another figure it is how far from that figure they are.
        """
        raise NotImplementedError

    def months_back(self, period: Period) -> int:
        """Return how many months before a period the one begins whose figure the band is added to; 0 without one."""
        return 0

    def faults(self, frequency: str) -> tuple[str, ...]:
        """Say why the target cannot judge periods of that frequency, as sentences; empty when it can."""
        return ()

    def with_value(self, value: Any) -> Target:
        """Return the same kind of target with another value, as a goal's `targets` per unit give it."""
        raise DeclarationError(
            f"targets: one value per unit cannot replace a {type(self).__name__}; give the unit a goal of its own."
        )


@frozen
class AtLeast(Target):
    """The value is at least `value`."""

    value: float = field(converter=_at_least)

    @property
    def directions(self) -> tuple[str, ...]:
        """Higher is better, or neither."""
        return ("higher", "neutral")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The value."""
        return (self.value,)

    def band(self, period: Period, direction: str) -> Band | None:
        """From the value upwards, in every period."""
        return (self.value, math.inf)

    def with_value(self, value: Any) -> Target:
        """Return the target with another lowest value."""
        return AtLeast(value)


@frozen
class AtMost(Target):
    """The value is at most `value`."""

    value: float = field(converter=_at_most)

    @property
    def directions(self) -> tuple[str, ...]:
        """Lower is better, or neither."""
        return ("lower", "neutral")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The value."""
        return (self.value,)

    def band(self, period: Period, direction: str) -> Band | None:
        """Up to the value, in every period."""
        return (-math.inf, self.value)

    def with_value(self, value: Any) -> Target:
        """Return the target with another highest value."""
        return AtMost(value)


@frozen
class Between(Target):
    """The value is between `low` and `high`, both included."""

    low: float = field(converter=_between)
    high: float = field(converter=_between)

    def __attrs_post_init__(self) -> None:
        """Refuse an empty range."""
        if self.low > self.high:
            raise DeclarationError(
                f"between: the first number ({self.low:g}) is larger than the second ({self.high:g}); swap them."
            )

    @property
    def numbers(self) -> tuple[float, ...]:
        """Both ends."""
        return (self.low, self.high)

    def band(self, period: Period, direction: str) -> Band | None:
        """The same range in every period."""
        return (self.low, self.high)

    def with_value(self, value: Any) -> Target:
        """Return the target with another range, given as two numbers."""
        if isinstance(value, (list, tuple)) and len(value) == 2:
            return Between(*value)
        raise DeclarationError("targets: a between needs two numbers per unit, as [95, 105].")


def _points(value: Any) -> tuple[tuple[Period, float], ...]:
    if isinstance(value, str):
        raise DeclarationError(f"path: {value!r} is not a table; write {{ 2026 = 60, 2029 = 66 }}.")
    given = value.items() if isinstance(value, Mapping) else value
    points = [
        (period if isinstance(period, Period) else Period.parse(period), number(each, f"path {period}"))
        for period, each in given
    ]
    return tuple(sorted(points, key=lambda point: point[0].start))


_SHAPES = ("linear", "steps")


@frozen
class Path(Target):
    """A value per period on the way to a final one: points, with a straight line (`linear`) or `steps` between them.

    A point holds for every period that it contains. `linear` fills only the points that are missing between two given
    ones. Before the first point nothing is promised; the last one holds on.
    """

    points: tuple[tuple[Period, float], ...] = field(converter=_points)
    shape: str = field(default="linear", kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse an empty path, two kinds of period in one path, and the same point twice."""
        if not self.points:
            raise DeclarationError("path: give at least one point, as { 2026 = 60, 2029 = 66 }.")
        if self.shape not in _SHAPES:
            raise DeclarationError(f'path: shape "{self.shape}" is unknown; use linear or steps.')
        if len({point.frequency for point, _ in self.points}) > 1:
            kinds = ", ".join(point.code for point, _ in self.points)
            raise DeclarationError(f"path: the points are of different kinds ({kinds}); use years, or quarters, throughout.")
        if self.points[0][0].frequency == "rolling12":
            raise DeclarationError(f"path: the point {self.points[0][0].code} is a rolling window; use years, or quarters.")
        for (one, _), (other, _) in pairwise(self.points):
            if one.start == other.start:
                raise DeclarationError(f"path: the point {one.code} is given twice; keep one.")

    @property
    def directions(self) -> tuple[str, ...]:
        """A path needs to know whether its values are floors or ceilings."""
        return ("higher", "lower")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values of the points."""
        return tuple(value for _, value in self.points)

    def faults(self, frequency: str) -> tuple[str, ...]:
        """Refuse periods that no point contains whole: finer points than periods, school years in years, rolling windows."""
        point = self.points[0][0]
        if frequency == "rolling12":
            return (f"path: points such as {point.code} cannot contain rolling windows of 12 months; use another frequency.",)
        probe = Period.of(frequency, point.last_month)
        if not point.contains(probe):
            return (f"path: the point {point.code} does not contain whole periods of {frequency}; use coarser points.",)
        return ()

    def value(self, period: Period) -> float | None:
        """Return the promised value of the point that contains `period`; None before the first point."""
        first = self.points[0][0]
        holder = Period.of(first.frequency, period.first_month)
        if holder.start < first.start:
            return None
        before = [(point, value) for point, value in self.points if point.start <= holder.start]
        after = [(point, value) for point, value in self.points if point.start > holder.start]
        start, low = before[-1]
        if self.shape == "steps" or not after or start.start == holder.start:
            return low
        end, high = after[0]
        return low + (high - low) * (holder.start - start.start) / (end.start - start.start)

    def band(self, period: Period, direction: str) -> Band | None:
        """A floor where higher is better, a ceiling where lower is."""
        value = self.value(period)
        if value is None:
            return None
        return (value, math.inf) if direction == "higher" else (-math.inf, value)


def meant_as_share(target: Target) -> float | None:
    """Return the largest number of a target on percentages that looks like a share (above 0, at most 1); None without one."""
    largest = max(target.numbers, default=0.0)
    return largest if 0 < largest <= 1 else None


def is_floor(target: Target, direction: str) -> bool:
    """Say whether everything above the target fulfils it, so that a share in place of a percentage fulfils almost all."""
    return "lower" not in target.directions or ("neutral" not in target.directions and direction == "higher")
