"""The frame of observations, put together from arrays of whole blocks; it calculates nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from klaremal.categories import words_at
from klaremal.model.outcome import CAUSES
from klaremal.model.period import FREQUENCIES
from klaremal.model.unit import LEVELS, Units
from klaremal.rollup.figures import NO_CAUSE, Figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import WantedIndicator
    from klaremal.rollup.periods import Reported
    from klaremal.rollup.tree import Places

NUMBERS: Final = ("value", "n", "part", "low", "high", "least", "most", "coverage", "weight")
# Numbers of persons and the largest part of a sum, which only disclosure control looks at.
INTERNAL: Final = ("hits", "misses", "largest")
COLUMNS: Final = (
    "indicator", "definition", "unit", "level", "start", "frequency", "breakdown", *NUMBERS, *INTERNAL,
    "cause", "provisional", "warned",
)  # fmt: skip
# Columns that follow from the indicator.
_MADE: Final = ("definition",)


class Collected:
    """Observations as they are found: one array for each column and block, joined once at the end."""

    def __init__(self, wanted: Sequence[WantedIndicator], units: Units) -> None:
        self._wanted = tuple(wanted)
        self._units = units
        self._indicator_of = {(each.indicator.id, each.definition): place for place, each in enumerate(wanted)}
        self._unit_of = {code: place for place, code in enumerate(units.codes)}
        self._breakdowns: dict[str, int] = {}
        self._parts: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS if name not in _MADE}

    def add(
        self,
        wanted: Sequence[WantedIndicator],
        figures: Figures,
        expected: NDArray[np.bool_],
        warned: NDArray[np.bool_],
        periods: Reported,
        places: Places,
        breakdown: str = "",
    ) -> None:
        """Add the expected cells of a block (indicator x period x unit), by indicator, period and unit."""
        shape = expected.shape
        which = slice(None) if expected.all() else np.flatnonzero(expected)

        def spread(values: NDArray[Any], *across: int) -> NDArray[Any]:
            """Return the expected cells of what is known by some of the axes alone."""
            found: NDArray[Any] = np.broadcast_to(np.expand_dims(values, across), shape).reshape(-1)[which]
            return found

        of = self._breakdowns.setdefault(breakdown, len(self._breakdowns))
        own = np.array([self._indicator_of[each.indicator.id, each.definition] for each in wanted], dtype=np.int32)
        codes = np.array([self._unit_of[code] for code in places.codes], dtype=np.int32)
        found = {
            "indicator": spread(own, 1, 2),
            "unit": spread(codes, 0, 1),
            "level": spread(np.array([LEVELS.index(places.level)], dtype=np.int8), 1, 2),
            "start": spread(periods.starts, 0, 2),
            "frequency": spread(np.array([FREQUENCIES.index(periods.frequency)], dtype=np.int8), 1, 2),
            "breakdown": spread(np.array([of], dtype=np.int32), 1, 2),
            "cause": figures.cause.reshape(-1)[which],
            "provisional": spread(~periods.closed, 0, 2),
            "warned": warned.reshape(-1)[which],
        }
        for name in NUMBERS:
            found[name] = getattr(figures, name).reshape(-1)[which]
        for name in INTERNAL:
            internal = getattr(figures, name)
            found[name] = np.full(len(found["cause"]), np.nan) if internal is None else internal.reshape(-1)[which]
        for name, values in found.items():
            self._parts[name].append(values)

    def frame(self) -> pd.DataFrame:
        """Return all that was added as one frame; texts are categorical, a missing cause is null."""
        joined = {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in self._parts.items()}
        indicator = joined["indicator"].astype(np.int32)
        cause = joined["cause"].astype(np.int8)
        definitions = list(dict.fromkeys(each.definition for each in self._wanted))
        place_of = {definition: place for place, definition in enumerate(definitions)}
        own = np.array([place_of[each.definition] for each in self._wanted], dtype=np.int32)
        texts = {
            "indicator": words_at(indicator, [each.indicator.id for each in self._wanted]),
            "definition": words_at(own[indicator], definitions),
            "unit": words_at(joined["unit"].astype(np.int32), self._units.codes),
            "level": words_at(joined["level"].astype(np.int8), LEVELS),
            "frequency": words_at(joined["frequency"].astype(np.int8), FREQUENCIES),
            "breakdown": words_at(joined["breakdown"].astype(np.int32), tuple(self._breakdowns)),
            "cause": words_at(np.where(cause == NO_CAUSE, -1, cause), CAUSES),
        }
        numbers: dict[str, Any] = {name: joined[name].astype(np.float64, copy=False) for name in (*NUMBERS, *INTERNAL)}
        numbers["start"] = joined["start"].astype(np.int64, copy=False)
        numbers |= {name: joined[name].astype(bool, copy=False) for name in ("provisional", "warned")}
        return pd.DataFrame({name: texts[name] if name in texts else numbers[name] for name in COLUMNS}, copy=False)
