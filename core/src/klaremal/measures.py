"""The measures that an indicator can be declared with; a table of contents."""

from __future__ import annotations

from klaremal.model.measure import (
    Count,
    Distinct,
    Mean,
    Measure,
    Median,
    OnTime,
    Published,
    Quantile,
    Rate,
    Ratio,
    Share,
    Total,
)

__all__ = [
    "Count",
    "Distinct",
    "Mean",
    "Measure",
    "Median",
    "OnTime",
    "Published",
    "Quantile",
    "Rate",
    "Ratio",
    "Share",
    "Total",
]
