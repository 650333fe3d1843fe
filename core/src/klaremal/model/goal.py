"""Goals and decisions: what a council or a law promised, about which units, how much, by when, decided where."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, not_yet
from klaremal.model.dataset import pairs
from klaremal.model.indicator import is_percentage
from klaremal.model.period import FREQUENCIES
from klaremal.model.target import Target, number
from klaremal.model.text import Text, as_text

_GOAL_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


@frozen(kw_only=True)
class Decision:
    """Where a goal was decided: the body, the date, the case number, the words and a link to them."""

    body: str
    date: date
    case: str = ""
    text: Text = field(default=Text(), converter=as_text)
    link: str = ""


@frozen(kw_only=True)
class UnitsUnder:
    """All units of a level below one unit, named by code, name or alias."""

    under: str
    level: str


def _unit_choices(value: Any) -> tuple[str | UnitsUnder, ...]:
    if value is None:
        return ()
    if isinstance(value, (str, UnitsUnder)):
        return (value,)
    return tuple(value)


def _targets(value: Any) -> tuple[tuple[str, Any], ...]:
    if isinstance(value, str):
        raise not_yet(f"targets from the file {value}")
    # A between's two numbers come as a list from TOML; as a tuple the goal is hashable.
    return tuple((unit, tuple(each) if isinstance(each, list) else each) for unit, each in pairs(value, "targets"))


@frozen(kw_only=True)
class Goal:
    """A promise: its words for the citizen, the indicator that measures it, the target, and whom and when it binds.

    `indicator` and `threshold` are ids; with a threshold the target and the indicator are the threshold's. `units` are
    levels, names or codes; empty means the organisation's own unit. `targets` gives single units another value.
    `tolerance` is absolute, in the indicator's unit of measurement: that much short is "partly fulfilled".
    `valid_from` and `valid_to` are the first and the last day. `supersedes` names a goal that this one ends the day
    before. Goals with one id and disjoint validities are the versions of one goal.
    """

    id: str
    title: Text = field(converter=as_text)
    promise: Text = field(converter=as_text)
    valid_from: date
    indicator: str | None = None
    target: Target | None = None
    threshold: str | None = None
    within: Any = None
    tolerance: float = 0.0
    frequency: str | None = None
    units: tuple[str | UnitsUnder, ...] = field(default=(), converter=_unit_choices)
    targets: tuple[tuple[str, Any], ...] = field(default=(), converter=_targets)
    breakdown: str = ""
    valid_to: date | None = None
    by: Any = None
    decision: Decision | None = None
    owner: Text = field(default=Text(), converter=as_text)
    parent: str | None = None
    consequence: Text = field(default=Text(), converter=as_text)
    supersedes: str | None = None
    summary: Any = None
    minimum_coverage: float | None = None
    statutory: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse a goal that cannot be judged, naming the goal and the field."""
        if not _GOAL_ID.fullmatch(self.id):
            raise DeclarationError(f'goal "{self.id}": an id is a-z, 0-9 and _, beginning with a letter; rename it.')
        for name, value in (
            ("within", self.within),
            ("by", self.by),
            ("summary", self.summary),
            ("breakdown", self.breakdown),
        ):
            if value not in (None, ""):
                raise not_yet(f"goal {self.id}: {name}")
        if (self.target is None) == (self.threshold is None):
            raise self._wrong("give exactly one target (at_least, at_most, between, path) or a threshold")
        target: Any = self.target
        if target is not None and not isinstance(target, Target):
            raise self._wrong(f"target: {target!r} is no target; write one of klaremal.targets, as AtLeast(95)")
        if self.target is not None and self.indicator is None:
            raise self._wrong("indicator is missing; name what is measured")
        if number(self.tolerance, f"goal {self.id}: tolerance") < 0:
            raise self._wrong(f"tolerance is 0 or more, not {self.tolerance:g}")
        self._check_validity()
        if self.frequency is not None and self.frequency not in FREQUENCIES:
            raise self._wrong(f'frequency "{self.frequency}" is unknown; use one of {", ".join(FREQUENCIES)}')
        if self.minimum_coverage is not None and not is_percentage(self.minimum_coverage):
            raise self._wrong(f"minimum_coverage is a percentage, 0 or 1 to 100 (95, not 0.95), not {self.minimum_coverage:g}")

    def _check_validity(self) -> None:
        for name, day in (("valid_from", self.valid_from), ("valid_to", self.valid_to)):
            if day is not None and type(day) is not date:
                raise self._wrong(f"{name} is a date, as date(2026, 1, 1), not {day!r}")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise self._wrong(f"valid_to ({self.valid_to}) is before valid_from ({self.valid_from}); swap them")

    def _wrong(self, what: str) -> DeclarationError:
        return DeclarationError(f"goal {self.id}: {what}.")
