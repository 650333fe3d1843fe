"""Thresholds: dated reference levels that a plugin ships with their legal basis."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.identifier import plugin_id
from klaremal.model.indicator import Indicator, Reference
from klaremal.model.target import Target
from klaremal.model.text import Text, as_text

BASES = ("law", "agreement", "recommendation")


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
        """Refuse an unknown basis and a target against the indicator's direction."""
        if self.basis not in BASES:
            raise DeclarationError(f'threshold {self.id}: basis "{self.basis}" is unknown; use one of {", ".join(BASES)}.')
        if self.indicator.direction not in self.target.directions:
            raise DeclarationError(
                f"threshold {self.id}: the target is against the direction of {self.indicator.id}: "
                f"{self.indicator.direction} is better."
            )
