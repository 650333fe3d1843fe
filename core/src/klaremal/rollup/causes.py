"""Why a value that is there cannot be judged: a change of method within the period, or a value outside what is plausible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from klaremal.model.period import first_day_of
from klaremal.model.unit import LEVELS
from klaremal.rollup.figures import NO_CAUSE, cause_code
from klaremal.rollup.periods import day_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import WantedIndicator
    from klaremal.rollup.periods import Reported
    from klaremal.rollup.tree import Places, Tree

    Truths = NDArray[np.bool_]

_METHOD_CHANGED: Final = cause_code("method_changed")
# The slack with which values are compared everywhere, relative to the bound but at least absolute.
_SLACK: Final = 1e-9
_EPOCH: Final = date(1970, 1, 1)

# Indicator, unit and first month of cells that hold an implausible cell below them.
Warned = set[tuple[str, str, int]]


def changed(wanted: Sequence[WantedIndicator], periods: Reported) -> NDArray[np.int8]:
    """Return method_changed for the periods of each indicator after whose first day its method changed, else NO_CAUSE."""
    found = np.full((len(wanted), len(periods), 1), NO_CAUSE, dtype=np.int8)
    if not any(each.indicator.breaks for each in wanted):
        return found
    first_days = np.array([(first_day_of(start) - _EPOCH).days for start in periods.starts.tolist()], dtype=np.int64)
    for place, each in enumerate(wanted):
        for day, _ in each.indicator.breaks:
            turn = (day - _EPOCH).days
            found[place, (first_days < turn) & (turn <= periods.last_days), 0] = _METHOD_CHANGED
    return found


def implausible(wanted: Sequence[WantedIndicator], value: NDArray[np.float64]) -> Truths:
    """Say which values lie outside what their indicator says is plausible."""
    ranges = [each.indicator.plausible or (-np.inf, np.inf) for each in wanted]
    low, high = (np.array(ends, dtype=np.float64).reshape(-1, 1, 1) for ends in zip(*ranges, strict=True))
    with np.errstate(invalid="ignore"):
        found: Truths = (value < low - _slack(low)) | (value > high + _slack(high))
    return found


def _slack(bound: Any) -> Any:
    return np.where(np.isfinite(bound), _SLACK * np.maximum(1, np.abs(bound)), 0)


def warn_above(
    tree: Tree, wanted: Sequence[WantedIndicator], wrong: Truths, periods: Reported, places: Places, warned: Warned
) -> None:
    """Note every reported cell above an implausible one: the implausible value is part of it."""
    for place, period, unit in np.argwhere(wrong).tolist():
        indicator = wanted[place].indicator
        for level in wanted[place].levels:
            if LEVELS.index(level) < LEVELS.index(places.level):
                above = tree.units.ancestor(places.codes[unit], level, day_of(int(periods.last_days[period])))
                if above is not None:
                    warned.add((indicator.id, above, int(periods.starts[period])))


def is_warned(wanted: Sequence[WantedIndicator], periods: Reported, places: Places, warned: Warned) -> Truths:
    """Return the noted cells of one level as indicator x period x unit."""
    found = np.zeros((len(wanted), len(periods), len(places)), dtype=bool)
    if warned:
        period_of = {start: place for place, start in enumerate(periods.starts.tolist())}
        unit_of = {code: place for place, code in enumerate(places.codes)}
        indicator_of = {each.indicator.id: place for place, each in enumerate(wanted)}
        for indicator, code, start in warned:
            if indicator in indicator_of and code in unit_of:
                found[indicator_of[indicator], period_of[start], unit_of[code]] = True
    return found
