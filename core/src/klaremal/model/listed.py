"""Targets that a file lists: a floor or a ceiling for each unit and period; the file itself is read elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from klaremal.errors import DeclarationError
from klaremal.model.period import Period
from klaremal.model.target import Band, Path, Target

LISTED_KEYS = ("at_least", "at_most")


@frozen(kw_only=True)
class Listed(Target):
    """What the file says of one unit: each value holds until the next; of a unit that it does not name (no path) nothing.

    `key` says whether the values are floors (at_least) or ceilings (at_most).
    """

    key: str
    file: str
    path: Path | None = None

    @property
    def directions(self) -> tuple[str, ...]:
        """A floor is not for an indicator where lower is better, a ceiling not for one where higher is."""
        return ("higher", "neutral") if self.key == "at_least" else ("lower", "neutral")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The listed values."""
        return () if self.path is None else self.path.numbers

    def band(self, period: Period, direction: str) -> Band | None:
        """Return the listed value as a floor or a ceiling; None before the first, and for a unit without any."""
        value = None if self.path is None else self.path.value(period)
        if value is None:
            return None
        return (value, math.inf) if self.key == "at_least" else (-math.inf, value)

    def faults(self, frequency: str) -> tuple[str, ...]:
        """Refuse periods that no listed one contains whole."""
        return () if self.path is None else self.path.faults(frequency)

    def with_value(self, value: Any) -> Target:
        """Return the target of one unit: its values by period, or one value is refused since the file says for when."""
        given = value.items() if isinstance(value, Mapping) else value
        if not isinstance(value, (Mapping, list, tuple)):
            raise DeclarationError(f"targets: {value!r} is no table of periods. Write it into {self.file}.")
        return evolve(self, path=Path(tuple(given), shape="steps"))
