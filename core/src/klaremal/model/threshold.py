"""Thresholds: dated reference levels that a plugin ships with their legal basis."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.identifier import plugin_id
from klaremal.model.indicator import Indicator, Reference
from klaremal.model.target import Target, is_floor, meant_as_share
from klaremal.model.text import Text, as_text

BASES = ("law", "agreement", "recommendation")

_BETTER = {
    "higher": "higher is better, so use AtLeast",
    "lower": "lower is better, so use AtMost",
    "neutral": "neither is better, so use AtLeast, AtMost or Between",
}


def _reference(value: Any) -> Reference:
    return value if isinstance(value, Reference) else Reference(value)


@frozen(kw_only=True)
class Threshold:
    """A reference level of an indicator: the target, what it rests on, and from when to when it holds.

    A goal may adopt it by id. On the basis `law` a goal can have no tolerance: a law that is nearly kept is broken.
    """

    id: str = field(validator=plugin_id)
    title: Text = field(converter=as_text)
    indicator: Indicator
    target: Target
    basis: str
    reference: Reference = field(converter=_reference)
    valid_from: date
    valid_to: date | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse an unknown basis, a target against the indicator's direction and a validity that ends before it begins."""
        indicator: Any = self.indicator
        target: Any = self.target
        if not isinstance(indicator, Indicator):
            raise DeclarationError(f"threshold {self.id}: indicator: {indicator!r} is no Indicator; give it, not its id.")
        if not isinstance(target, Target):
            raise DeclarationError(
                f"threshold {self.id}: target: {target!r} is no target; write one of klaremal.targets, as AtLeast(95)."
            )
        if self.basis not in BASES:
            raise DeclarationError(f'threshold {self.id}: basis "{self.basis}" is unknown; use one of {", ".join(BASES)}.')
        if self.indicator.direction not in self.target.directions:
            raise DeclarationError(
                f"threshold {self.id}: the target is against the direction of {self.indicator.id}: "
                f"{_BETTER[self.indicator.direction]}. Or correct the indicator's direction."
            )
        self._check_percent()
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise DeclarationError(
                f"threshold {self.id}: valid_to ({self.valid_to}) is before valid_from ({self.valid_from}); swap them."
            )

    def _check_percent(self) -> None:
        """Refuse a share where percent are meant: a floor of 0.95 percent would call almost everything fulfilled."""
        share = meant_as_share(self.target) if self.indicator.measured_in == "percent" else None
        if share is not None and is_floor(self.target, self.indicator.direction):
            raise DeclarationError(
                f"threshold {self.id}: target: {share:g} means {share:g} percent, since {self.indicator.id} is measured in "
                f"percent. Write {100 * share:g}; if {share:g} percent is meant, write Between({share:g}, 100)."
            )
