"""The deadline of a promise: an indicator with the `within` of a goal filled in; it reads no workspace."""

from __future__ import annotations

from attrs import evolve

from klaremal.errors import DeclarationError
from klaremal.model.deadline import Deadline
from klaremal.model.indicator import Indicator
from klaremal.model.on_time import OnTime


def promised(indicator: Indicator, within: str | tuple[tuple[str, str], ...] | None) -> Indicator:
    """Return the indicator as a goal promises it: with its deadline filled in, by the goal's `within` or else its default.

    Errors: DeclarationError when the goal gives a deadline to what has none of its own to fill, or one that cannot be.
    """
    measure = indicator.measure
    if isinstance(measure, OnTime) and isinstance(measure.within, Deadline):
        deadline = measure.within
        by = None if deadline.by is None else indicator.dataset.column(deadline.by)
        allowed = deadline.filled(within, by)
        return evolve(indicator, measure=evolve(measure, within=allowed))
    if within is not None:
        why = "has a deadline that no goal changes" if isinstance(measure, OnTime) else "is not about a deadline"
        raise DeclarationError(f"within: {indicator.id} {why}. Leave within out.")
    return indicator
