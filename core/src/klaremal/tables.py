"""In-flight frames as the outward tables: names beside codes, and periods in their one spelling; no figure is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from klaremal.model.period import Period

if TYPE_CHECKING:
    from klaremal.model.unit import Units

OBSERVATIONS = (
    "indicator", "definition", "unit", "unit_name", "level", "period", "frequency", "breakdown", "value", "n", "part",
    "low", "high", "coverage", "cause", "provisional",
)  # fmt: skip
FULFILMENTS = (
    "goal", "version", "indicator", "sector", "unit", "unit_name", "level", "period", "breakdown", "value", "target",
    "target_high", "status", "cause", "certainty", "course", "trend", "margin", "n", "part", "low", "high", "provisional",
)  # fmt: skip


def observations_table(observations: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Return in-flight observations with the columns, and in the words, of the ledger and of exports."""
    return _outward(observations, units, OBSERVATIONS)


def fulfilments_table(fulfilments: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Return in-flight fulfilments with the columns, and in the words, of the ledger and of exports."""
    return _outward(fulfilments, units, FULFILMENTS)


def _outward(frame: pd.DataFrame, units: Units, columns: Sequence[str]) -> pd.DataFrame:
    if frame.empty:
        return pd.DataFrame(columns=list(columns))
    named = _mapped(frame["unit"], units.name)
    return frame.assign(unit_name=named, period=_periods(frame))[list(columns)]


def _mapped(column: pd.Series[Any], name: Callable[[str], str]) -> pd.Categorical:
    """Return a name for every code, each distinct code looked up once; two codes may share a name."""
    codes, distinct = pd.factorize(column)
    return _named(codes, [name(str(each)) for each in distinct])


def _periods(frame: pd.DataFrame) -> pd.Categorical:
    pairs = pd.MultiIndex.from_arrays([frame["frequency"].astype(object), frame["start"]])
    codes, distinct = pd.factorize(pairs)
    return _named(codes, [_code(str(frequency), int(start)) for frequency, start in distinct])


def _code(frequency: str, start: int) -> str:
    # A rolling window is named by its last month.
    return Period.of(frequency, start + 11 if frequency == "rolling12" else start).code


def _named(codes: Any, names: list[str]) -> pd.Categorical:
    places, distinct = pd.factorize(pd.Index(names, dtype=object))
    return pd.Categorical.from_codes(places[codes], categories=distinct)
