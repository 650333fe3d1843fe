"""The measures that an indicator can be declared with; a table of contents."""

from __future__ import annotations

from typing import Any

from klaremal.model.measure import (
    Count,
    Distinct,
    Mean,
    Measure,
    Median,
    Published,
    Quantile,
    Share,
    Total,
)
from klaremal.model.on_time import OnTime, Pauses
from klaremal.model.quotient import Rate, Ratio

__all__ = [
    "Count",
    "Distinct",
    "Mean",
    "Measure",
    "Median",
    "OnTime",
    "Pauses",
    "Published",
    "Quantile",
    "Rate",
    "Ratio",
    "Share",
    "Total",
]

# Old name: (new name, the version that no longer has the old one).
_RENAMED: dict[str, tuple[str, str]] = {}


def __getattr__(name: str) -> Any:
    """Return what has a new name by its old one, with a warning."""
    from klaremal import renamed

    return globals()[renamed.current(__name__, name, _RENAMED)]
