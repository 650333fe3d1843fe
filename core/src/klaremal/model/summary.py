"""How the statuses of a goal's units make one for the whole organisation: the declared rule; the counting is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.target import number

ALL: Final = "all"
WORST: Final = "worst"
SHARE: Final = "share"

# The quorum of a `worst` that says none: with fewer known units than so many percent it is as strict as `all`.
_QUORUM: Final = 80.0


def _percent(value: Any) -> float:
    percent = number(value, "summary")
    if not 1 <= percent <= 100:
        raise DeclarationError(f"summary: {percent:g} is no percentage from 1 to 100 (90, not 0.9).")
    return percent


@frozen
class Summary:
    """The rule: `all` units fulfil it, the `worst` of the known ones counts, or a `share` of them must fulfil it.

    `percent` is the share, or the quorum of `worst`: how many of the units must be known for the others to be skipped.
    """

    kind: str
    percent: float = field(default=100.0, converter=_percent)

    @classmethod
    def of(cls, value: Any) -> Summary | None:
        """Return the rule that a goal file writes: "all", "worst", { worst = 90 } or { share = 90 }; None for none."""
        if value is None or isinstance(value, Summary):
            return value
        if value in (ALL, WORST):
            return cls(value, 100.0 if value == ALL else _QUORUM)
        if isinstance(value, Mapping) and len(value) == 1:
            kind, percent = next(iter(value.items()))
            if kind in (WORST, SHARE):
                return cls(kind, percent)
        raise DeclarationError(f'summary: {value!r} is no summary. Write "all", "worst", {{ worst = 90 }} or {{ share = 90 }}.')


def as_summary(value: Any) -> Summary | None:
    """Return `Summary.of(value)`; a plain function, which type checkers understand as an attrs converter."""
    return Summary.of(value)
