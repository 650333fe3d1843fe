"""Targets that stand on another figure: an earlier one of the same unit, or that of other units; they know no figures."""

from __future__ import annotations

import math
from typing import Any, Final

from attrs import evolve, field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.period import Period
from klaremal.model.target import Band, Target, number

PREVIOUS: Final = "previous"
NATION: Final = "nation"
GROUP: Final = "group"


def _by(value: Any) -> float | None:
    return None if value is None else number(value, "change: by")


def _by_percent(value: Any) -> float | None:
    return None if value is None else number(value, "change: by_percent")


def _since(value: Any) -> Period | str:
    return PREVIOUS if value == PREVIOUS else _year(value, "since")


def _until(value: Any) -> Period | None:
    return None if value is None else _year(value, "until")


def _year(value: Any, name: str) -> Period:
    period = value if isinstance(value, Period) else Period.parse(value)
    if period.kind not in ("year", "school_year"):
        raise DeclarationError(f"change: {name}: {period.code} is no year. Write {name} = 2025, or a school year as 2025/26.")
    return period


@frozen(kw_only=True)
class Change(Target):
    """A value that follows from an earlier one of the same unit: `by` more (or, negative, less) for every year since then.

    `since` is the year of the earlier value, which is that of the same season; "previous" is always the year before.
    `by_percent` is relative to the earlier value. `until` is the last year in which the target moves; it then stays.
    `strict`: a value that only equals the target does not fulfil it.
    """

    by: float | None = field(default=None, converter=_by)
    by_percent: float | None = field(default=None, converter=_by_percent)
    since: Period | str = field(converter=_since)
    until: Period | None = field(default=None, converter=_until)
    strict: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse two sizes of the change, or none, and an end that does not follow the beginning."""
        if (self.by is None) == (self.by_percent is None):
            raise DeclarationError("change: give exactly one of by and by_percent, as { by = 1.5, since = 2025 }.")
        if self.until is None:
            return
        if not isinstance(self.since, Period):
            raise DeclarationError('change: until does not go with since = "previous", which has no end. Leave it out.')
        if self.until.kind != self.since.kind or self.until.start <= self.since.start:
            raise DeclarationError(f"change: until ({self.until.code}) is no later year than since ({self.since.code}).")

    @property
    def size(self) -> float:
        """The change of one year, absolute or in percent."""
        return (self.by_percent if self.by is None else self.by) or 0.0

    @property
    def in_percent(self) -> bool:
        """Whether the change is relative to the earlier value."""
        return self.by is None

    @property
    def directions(self) -> tuple[str, ...]:
        """More is for an indicator where higher is better, less for one where lower is; no change is for both."""
        either = ("higher", "lower")
        return either if self.size == 0 else either[:1] if self.size > 0 else either[1:]

    def years(self, period: Period) -> int:
        """Return how many whole years lie between the earlier value and the one of `period`; 0 or less: nothing is promised."""
        if not isinstance(self.since, Period):
            return 1
        return (Period.of(self.since.kind, period.last_month).start - self.since.start) // 12

    def months_back(self, period: Period) -> int:
        """Return how many months earlier the same season of `since` lies."""
        return 12 * max(self.years(period), 0)

    def band(self, period: Period, direction: str) -> Band | None:
        """Return the change since the earlier value as a floor where higher is better, a ceiling where lower is."""
        years = self.years(period)
        if years <= 0:
            return None
        if self.until is not None and isinstance(self.since, Period):
            years = min(years, (self.until.start - self.since.start) // 12)
        amount = self.size * years / 100 if self.in_percent else self.size * years
        return (amount, math.inf) if direction == "higher" else (-math.inf, amount)

    def faults(self, frequency: str) -> tuple[str, ...]:
        """Refuse periods that do not lie in one year of `since`: school years beside years, quarters beside school years."""
        if not isinstance(self.since, Period) or frequency == "rolling12":
            return ()
        if not self.since.contains(Period.of(frequency, self.since.last_month)):
            return (f"change: the year {self.since.code} has no whole periods of {frequency}; use the other kind.",)
        return ()

    def with_value(self, value: Any) -> Target:
        """Return the target with another change a year."""
        return evolve(self, **{"by_percent" if self.in_percent else "by": value})


def _offset(value: Any) -> float:
    return number(value, "relative: offset")


def _to(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise DeclarationError(f'relative: to: {value!r} names nobody. Write "nation", "group", or a unit or group.')
    return value


@frozen
class Relative(Target):
    """A value held against that of others in the same period: the `nation`, a `group` without oneself, or one unit.

    `to` is "nation", "group" (that of the unit itself), a group or a unit by code or name. `offset` is added to theirs.
    """

    to: str = field(converter=_to)
    offset: float = field(default=0.0, converter=_offset)

    @property
    def directions(self) -> tuple[str, ...]:
        """It needs to know whether the others' value is a floor or a ceiling."""
        return ("higher", "lower")

    def band(self, period: Period, direction: str) -> Band | None:
        """Return the offset from the others' value as a floor where higher is better, a ceiling where lower is."""
        return (self.offset, math.inf) if direction == "higher" else (-math.inf, self.offset)

    def with_value(self, value: Any) -> Target:
        """Return the target with another distance to the same others."""
        return Relative(self.to, value)
