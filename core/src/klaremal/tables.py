"""The outward tables: in-flight frames with the names of units and the codes of periods; no figure is changed.

In flight a period is the integer of its first month and a unit its code. In the ledger and in exports both are words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from klaremal.categories import words_at
from klaremal.model.period import FREQUENCIES, Period

if TYPE_CHECKING:
    from klaremal.model.unit import Units

OBSERVATION_COLUMNS: Final = (
    "indicator", "definition", "unit", "unit_name", "level", "period", "frequency", "breakdown",
    "value", "n", "part", "low", "high", "coverage", "cause", "provisional",
)  # fmt: skip
FULFILMENT_COLUMNS: Final = (
    "goal", "version", "indicator", "sector", "unit", "unit_name", "level", "period", "breakdown",
    "value", "target", "target_high", "status", "cause", "certainty", "course", "trend",
    "margin", "n", "part", "low", "high", "provisional",
)  # fmt: skip


def observations_table(observations: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Return observations as they are stored and exported, in the same order."""
    return _table(observations, units, OBSERVATION_COLUMNS)


def fulfilments_table(fulfilments: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Return fulfilments as they are stored and exported, in the same order."""
    return _table(fulfilments, units, FULFILMENT_COLUMNS)


def parts_of(row: Mapping[str, Any], fulfilments: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the fulfilments that one without an indicator sums up: those of its goal and period that have one."""
    same = fulfilments["indicator"].notna()
    for name in ("goal", "version", "period", "breakdown"):
        same &= fulfilments[name] == row[name]
    return [{str(name): value for name, value in each.items()} for each in fulfilments[same].to_dict("records")]


def _table(frame: pd.DataFrame, units: Units, columns: Sequence[str]) -> pd.DataFrame:
    made = {"unit_name": _unit_names(frame["unit"], units), "period": _periods(frame)} if len(frame) else {}
    given = {name: made.get(name, frame.get(name)) for name in columns}
    return pd.DataFrame(given, columns=list(columns), index=frame.index, copy=False)


def _unit_names(codes: pd.Series[Any], units: Units) -> pd.Categorical:
    which, known = pd.factorize(codes)
    return words_at(which, [units.name(code) for code in known])


def _periods(frame: pd.DataFrame) -> pd.Categorical:
    """Return each row's period as its code, made once for every period there is."""
    of_kind, kinds = pd.factorize(frame["frequency"])
    starts = frame["start"].to_numpy(dtype=np.int64)
    distinct, which = np.unique(starts * len(FREQUENCIES) + of_kind, return_inverse=True)
    pairs = [divmod(each, len(FREQUENCIES)) for each in distinct.tolist()]
    return words_at(which, [Period(kinds[kind].removesuffix("12"), start).code for start, kind in pairs])
