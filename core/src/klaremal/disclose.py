"""Disclosure control before anything is judged: what tells of few persons or cases is hidden, and what would give it away.

Only this step's result goes further: a status, a trend or an interval that followed from a hidden figure would tell it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from klaremal.disclosure import REASONS, by_few, control, family, held, overdue_hidden
from klaremal.disclosure.families import Address, shared
from klaremal.disclosure.known import out
from klaremal.model.on_time import BESIDE
from klaremal.model.outcome import CAUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.model.unit import Units
    from klaremal.plan import WantedIndicator

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

_FIGURES: Final = ("value", "n", "part", "low", "high", "least", "most", "coverage", "weight", "hits", "misses", "largest")
_STORED: Final = ("value", "n", "part", "low", "high", "coverage")
_CONFIDENTIAL: Final = CAUSES.index("confidential")
_PRIMARY, _VERSION, _SECONDARY = (REASONS.index(each) for each in ("primary", "version", "secondary"))


@frozen(kw_only=True)
class Hidden:
    """How many figures of an indicator are hidden and why, a word of REASONS; for the municipality's own eyes.

    `bare` says that they can be computed from what was published before, whatever is hidden now.
    """

    indicator: str
    reason: str
    cells: int
    bare: bool = False


@frozen(kw_only=True, eq=False)
class Disclosed:
    """Observations of which nothing hidden can be seen, and what was hidden, which is for the analyst alone.

    `released` are the revisions that were published because somebody decided so. `held` says which rows have a revision that
    is held back, None where none has; `revised` are then the observations as they would be without that.
    """

    observations: pd.DataFrame
    hidden: tuple[Hidden, ...] = ()
    released: tuple[Address, ...] = ()
    held: Truths | None = None
    revised: pd.DataFrame | None = None


def disclose(
    observations: pd.DataFrame,
    indicators: Iterable[WantedIndicator],
    units: Units,
    stored: Callable[[Sequence[str]], pd.DataFrame],
    released: Collection[Address] = (),
) -> Disclosed:
    """Hide every figure that says too much of few, and as many others as it takes that none of them can be computed.

    Indicators that count the same rows are controlled together. `stored` gives the ledger's newest observations of some
    indicators: what is out is known to everybody, what was hidden stays so, and of a revision by few the figure that is out
    stays, unless it is `released`. Figures of statistics offices are controlled already; of them nothing is asked.
    """
    if observations.empty:
        return Disclosed(observations=observations)
    wanted = tuple(each for each in indicators if each.indicator.disclosed_as != "published")
    if not any(each.indicator.hides_few for each in wanted):
        return Disclosed(observations=observations)
    known = out(stored([*dict.fromkeys(each.indicator.id for each in wanted)]))
    reason = np.zeros(len(observations), dtype=np.int64)
    bare = np.zeros(len(observations), dtype=bool)
    used: list[int] = []
    for each in shared(observations, wanted, units, known, released):
        late = held(each.revisions, each.cells.provisional)
        found = control(each.cells, family(each.figures), held=late, over_time=each.over_time)
        few = by_few(each.revisions, each.cells.provisional)
        for (rows, places), revision, by in zip(each.rows, each.revisions, few, strict=True):
            reason[rows], bare[rows] = found.reason[places], found.bare[places]
            used += rows[(by & revision.released & ~found.hidden)[places]].tolist()
    _hide_beside(observations, wanted, reason)
    published = tuple(_address(observations.iloc[row]) for row in used)
    if not reason.any():
        return Disclosed(observations=observations, released=published)
    told = _told(observations, reason, bare)
    is_held = reason == _VERSION
    shown = _as_before(_without(observations, reason > 0), reason, known)
    if not is_held.any():
        return Disclosed(observations=shown, hidden=told, released=published)
    revised = _as_before(_without(observations, (reason > 0) & ~is_held), np.where(is_held, 0, reason), known)
    return Disclosed(observations=shown, hidden=told, released=published, held=is_held, revised=revised)


def _address(row: pd.Series[Any]) -> Address:
    of = {name: str(row[name]) for name in ("indicator", "unit", "frequency", "breakdown")}
    return Address(start=int(row["start"]), **of)


def _hide_beside(observations: pd.DataFrame, wanted: Iterable[WantedIndicator], reason: Integers) -> None:
    """Hide what stands beside the figure of a legal clock where it tells of few cases; few overdue ones hide their age too.

    Where a unit's is hidden, that of every unit of its level is: what is shown of the level above then tells only their sum.
    """
    ids = observations["indicator"].astype(object).to_numpy()
    levels = observations["level"].astype(object).to_numpy()
    n = observations["n"].to_numpy(dtype=np.float64, na_value=np.nan)
    for each in wanted:
        for name in BESIDE if each.clock is not None else ():
            here = np.flatnonzero((ids == f"{each.indicator.id}.{name}") & np.isin(observations["definition"], each.definition))
            few = overdue_hidden(n[here], each.indicator.minimum_count)
            reason[here[np.isin(levels[here], levels[here[few]])]] = _SECONDARY
            reason[here[few]] = _PRIMARY


def _told(observations: pd.DataFrame, reason: Integers, bare: Truths) -> tuple[Hidden, ...]:
    rows = np.flatnonzero(reason > 0)
    ids = observations["indicator"].astype(object).to_numpy()[rows]
    counts = Counter(zip(ids.tolist(), reason[rows].tolist(), bare[rows].tolist(), strict=True))
    return tuple(
        Hidden(indicator=indicator, reason=REASONS[why], cells=cells, bare=is_bare)
        for (indicator, why, is_bare), cells in sorted(counts.items())
    )


def _without(observations: pd.DataFrame, hidden: Truths) -> pd.DataFrame:
    """Take the figures away; a cause that goes before (there is no data at all) stays."""
    found = observations.copy()
    for name in _FIGURES:
        found[name] = np.where(hidden, np.nan, observations[name].to_numpy(dtype=np.float64, na_value=np.nan))
    found["warned"] = observations["warned"].to_numpy(dtype=bool) & ~hidden
    own = pd.Categorical(observations["cause"], categories=pd.Index(CAUSES, dtype=object)).codes.astype(np.int64)
    later = hidden & ((own < 0) | (own > _CONFIDENTIAL))
    causes: Any = pd.Categorical.from_codes(np.where(later, _CONFIDENTIAL, own), categories=pd.Index(CAUSES, dtype=object))
    found["cause"] = pd.Series(causes, index=found.index)
    return found


def _as_before(observations: pd.DataFrame, reason: Integers, stored: pd.DataFrame) -> pd.DataFrame:
    """Put the figures that are out where a revision of them is held back, and where a running period's newest is hidden.

    What was shown of a running period stays what it was, a figure of a period that runs: so the ledger does not forget it.
    """
    provisional = observations["provisional"].to_numpy(dtype=bool)
    rows = np.flatnonzero((reason == _VERSION) | ((reason > 0) & provisional))
    if not len(rows) or stored.empty:
        return observations
    key = ["indicator", "definition", "unit", "start", "frequency", "breakdown"]
    mine, theirs = (pd.MultiIndex.from_frame(each[key].astype(object)) for each in (observations.iloc[rows], stored))
    at = theirs.get_indexer(mine)
    running = stored["provisional"].to_numpy(dtype=bool)[at]
    # Of another indicator of the family nothing may be out: it stays hidden.
    stays = (at >= 0) & stored["value"].notna().to_numpy()[at] & ((reason[rows] == _VERSION) | running)
    rows, at = rows[stays], at[stays]
    found = observations.copy()
    for name in (*_STORED, "provisional"):
        column = found[name].to_numpy(copy=True)
        column[rows] = stored[name].to_numpy(dtype=column.dtype)[at]
        found[name] = column
    for name in ("least", "most"):
        found.loc[found.index[rows], name] = found["value"].to_numpy()[rows]
    found.loc[found.index[rows], "cause"] = None
    return found
