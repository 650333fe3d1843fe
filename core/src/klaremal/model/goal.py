"""Goals and decisions: what a council or a law promised, about which units, how much, by when, decided where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, not_yet
from klaremal.model.breakdown import ordered
from klaremal.model.column import pairs
from klaremal.model.done import Done
from klaremal.model.indicator import is_percentage
from klaremal.model.period import FREQUENCIES, Period
from klaremal.model.summary import Summary, as_summary
from klaremal.model.target import AtLeast, AtMost, Between, Target, number
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
    # A between's two numbers come as a list from TOML, values by period as a table; as tuples the goal is hashable.
    return tuple((unit, _hashable(each)) for unit, each in pairs(value, "targets"))


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


def _allowed(value: Any) -> str | tuple[tuple[str, str], ...] | None:
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, (Mapping, tuple)):
        cure = 'write "10 days", or one for each value of the column: { letter = "10 days" }'
        raise DeclarationError(f"within: {value!r} is no length of time; {cure}.")
    return tuple((each, str(text)) for each, text in pairs(value, "within"))


def _breakdown(value: Any) -> str:
    if not isinstance(value, str):
        raise DeclarationError(f'breakdown: {value!r} is no text; write "sex=K", "sex" for each value, or "sex=K;age=0-5".')
    return ordered(value)


def _by(value: Any) -> Period | None:
    return value if value is None or isinstance(value, Period) else Period.parse(value)


@frozen(kw_only=True)
class Goal:
    """A promise: its words for the citizen, the indicator that measures it, the target, and whom and when it binds.

    `indicator` and `threshold` are ids; with a threshold the target and the indicator are the threshold's. `units` are
    levels, names or codes; empty means the organisation's own unit. `targets` gives single units another value.
    `tolerance` is absolute, in the indicator's unit of measurement: that much short is "partly fulfilled". Before the period
    `by` nothing is due yet. `rule` is the id of a `FulfilmentRule` that judges it. `summary` says how the statuses of its
    units make the organisation's own. Something to be done (the target Done) has no indicator and no units.
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
    within: str | tuple[tuple[str, str], ...] | None = field(default=None, converter=_allowed)
    tolerance: float = 0.0
    frequency: str | None = None
    units: tuple[str | UnitsUnder, ...] = field(default=(), converter=_unit_choices)
    targets: tuple[tuple[str, Any], ...] = field(default=(), converter=_targets)
    breakdown: str = field(default="", converter=_breakdown)
    valid_to: date | None = None
    by: Period | None = field(default=None, converter=_by)
    decision: Decision | None = None
    owner: Text = field(default=Text(), converter=as_text)
    parent: str | None = None
    consequence: Text = field(default=Text(), converter=as_text)
    supersedes: str | None = None
    summary: Summary | None = field(default=None, converter=as_summary)
    minimum_coverage: float | None = None
    rule: str | None = None
    statutory: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse a goal that cannot be judged, naming the goal and the field."""
        if not _GOAL_ID.fullmatch(self.id):
            raise DeclarationError(f'goal "{self.id}": an id is a-z, 0-9 and _, beginning with a letter; rename it.')
        if (self.target is None) == (self.threshold is None):
            raise self._wrong(
                "give exactly one target (at_least, at_most, between, path, change, relative, done) or a threshold"
            )
        target: Any = self.target
        if target is not None and not isinstance(target, Target):
            raise self._wrong(f"target: {target!r} is no target; write one of klaremal.targets, as AtLeast(95)")
        if isinstance(target, Done):
            self._check_done()
        elif target is not None and self.indicator is None:
            raise self._wrong("indicator is missing; name what is measured")
        if self.by is not None and target is not None and not isinstance(target, (AtLeast, AtMost, Between)):
            raise self._wrong(f"by is for at_least, at_most and between; a {type(target).__name__} says itself for when")
        if number(self.tolerance, f"goal {self.id}: tolerance") < 0:
            raise self._wrong(f"tolerance is 0 or more, not {self.tolerance:g}")
        self._check_validity()
        if self.frequency is not None and self.frequency not in FREQUENCIES:
            raise self._wrong(f'frequency "{self.frequency}" is unknown; use one of {", ".join(FREQUENCIES)}')
        if self.minimum_coverage is not None and not is_percentage(self.minimum_coverage):
            raise self._wrong(f"minimum_coverage is a percentage, 0 or 1 to 100 (95, not 0.95), not {self.minimum_coverage:g}")

    def _check_done(self) -> None:
        """Refuse what says how a figure is judged, since there is none."""
        measured = ("indicator", "within", "units", "targets", "breakdown", "by", "summary", "minimum_coverage", "tolerance")
        for name in (*measured, "rule"):
            if getattr(self, name) not in (None, "", (), 0):
                raise self._wrong(f"something to be done has no {name}; leave it out")

    def _check_validity(self) -> None:
        for name, day in (("valid_from", self.valid_from), ("valid_to", self.valid_to)):
            if day is not None and type(day) is not date:
                raise self._wrong(f"{name} is a date, as date(2026, 1, 1), not {day!r}")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise self._wrong(f"valid_to ({self.valid_to}) is before valid_from ({self.valid_from}); swap them")

    def _wrong(self, what: str) -> DeclarationError:
        return DeclarationError(f"goal {self.id}: {what}.")
