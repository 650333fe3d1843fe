"""The measures that an indicator can be declared with; a table of contents."""

from __future__ import annotations

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
