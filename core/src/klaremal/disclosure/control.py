"""The whole of disclosure control for one family of indicators: what is hidden, and why, until nothing can be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from klaremal.disclosure.audit import Audit, Leak
from klaremal.disclosure.frequency import Waiting, below_finest
from klaremal.disclosure.pattern import EARLIER, LAST, PART, PRIMARY, SMALL, TIME, VALUE, VERSION, Pattern
from klaremal.disclosure.relations import relations
from klaremal.model.unit import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.disclosure.cells import Cells
    from klaremal.disclosure.primary import Family

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]


@frozen(eq=False, kw_only=True)
class Controlled:
    """What disclosure control decided of each cell.

    Outwards there is one marker, `hidden`. Why (`reason`, a place in REASONS) is for the analyst alone, and so is `bare`: which
    cells follow, by themselves or in a small sum, from what has been published before, whatever is hidden now.
    """

    hidden: Truths
    reason: Integers
    bare: Truths


def control(
    cells: Cells,
    family: Family,
    *,
    held: Truths | None = None,
    over_time: str = "sum",
    known_level: str = "municipality",
) -> Controlled:
    """Hide the cells that say too much, and as many others as it takes that they cannot be computed.

    `held` cells have a new figure that must not be known beside the one that is out. `over_time` is "last" where a period
    shows its last month. What units of `known_level` and above have in all is not hidden for the sake of others as long as
    something else helps: a unit below, a value of a breakdown, a shorter period.
    """
    order = cells.order()
    revised = np.zeros(len(cells), dtype=bool) if held is None else held[order]
    found = _controlled(cells.take(order), family.take(order), revised, over_time, LEVELS.index(known_level))
    reason, bare = np.zeros_like(found.reason), np.zeros_like(found.bare)
    reason[order], bare[order] = found.reason, found.bare
    return Controlled(hidden=reason > 0, reason=reason, bare=bare)


def _controlled(cells: Cells, family: Family, revised: Truths, over_time: str, known_depth: int) -> Controlled:
    reason = np.where(cells.withheld, EARLIER, 0)
    if not len(cells) or family.minimum <= 1:
        return Controlled(hidden=reason > 0, reason=reason, bare=np.zeros(len(cells), dtype=bool))
    for code, chosen in ((TIME, below_finest(cells, family) & ~cells.public), (VERSION, revised), (PRIMARY, family.sensitive)):
        reason[chosen] = code
    family = evolve(family, sensitive=family.sensitive | revised)
    pattern = Pattern(relations(cells, family, over_time=over_time), family, reason, cells.public, _ranks(cells, known_depth))
    _protect(pattern, Waiting(cells))
    bare = family.sensitive & cells.public
    bare[[place for place in pattern.bare if place < len(cells)]] = True
    return Controlled(hidden=pattern.hidden, reason=pattern.reason[: len(cells)], bare=bare)


def _ranks(cells: Cells, known_depth: int) -> Integers:
    """Return in which turn cells are hidden for the sake of others."""
    is_whole = cells.months == cells.months.max()
    above = np.where(cells.breakdown != 0, VALUE, np.where(is_whole, LAST, PART))
    return np.where(cells.depth > known_depth, SMALL, above)


def _protect(pattern: Pattern, waiting: Waiting) -> None:
    """Hide by time, by relations and by audit in turn, until nothing is left to do."""
    audit = Audit(pattern)
    leaking: set[int] | None = None
    while True:
        is_late = pattern.hide_for_time(waiting.withheld(pattern.hidden).tolist())
        if pattern.close() or is_late:
            continue
        seeds, pattern.recent = pattern.recent, []
        told, tight = audit.bounds(seeds)
        if pattern.widen(tight, everywhere=False):
            pattern.recent += seeds
            continue
        leaks = [leak for leak in audit.leaks(seeds, leaking) if leak.place not in pattern.bare]
        leaking = {leak.place for leak in leaks}
        if leaks:
            _stop(pattern, leaks)
        elif not pattern.widen(tight, everywhere=True):
            pattern.bare |= told
            return
        pattern.recent += seeds


def _stop(pattern: Pattern, leaks: list[Leak]) -> None:
    """Hide one more cell for every leak, but for those of which one that they use was hidden just now: they are stopped."""
    hidden: set[int] = set()
    for leak in leaks:
        if leak.used.isdisjoint(hidden):
            chosen = _nearest(pattern, leak.place, {place for place in leak.used if pattern.is_open(place)})
            if chosen is None:
                pattern.bare.add(leak.place)
            else:
                pattern.hide(chosen, pattern.reason_for(chosen))
                hidden.add(chosen)


def _nearest(pattern: Pattern, place: int, candidates: set[int]) -> int | None:
    """Return the nearest of these cells of the lowest rank, the smallest of several."""
    first = min((pattern.rank[each] for each in candidates), default=0)
    wanted = {each for each in candidates if pattern.rank[each] == first}
    reached, outermost = {place}, [place]
    while outermost:
        beside = {
            each for here in outermost for relation in pattern.relations_of(here) for each, _ in pattern.cells_of(relation)
        }
        if beside & wanted:
            return min(beside & wanted, key=lambda each: (pattern.n[each], each))
        outermost = sorted(each for each in beside - reached if pattern.unknown[each])
        reached |= beside
    return None
