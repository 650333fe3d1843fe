"""Whose figures a goal's units are held against, by code and in the course of time; it reads no figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Final

from attrs import frozen

from klaremal.errors import Fault
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Published
from klaremal.model.others import Others, others_of
from klaremal.model.period import month_key
from klaremal.model.standing import Relative
from klaremal.model.unit import Units

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal

# A month before all others.
_BEFORE: Final = -1
# Where rows are totals of these levels, a figure of a larger place that lacks one says so by its coverage.
_COMPLETE: Final = ("nation", "region", "municipality")

# Units by the first month of the periods for which they are meant, until the next.
Spells = tuple[tuple[int, tuple[str, ...]], ...]


@frozen(kw_only=True)
class Compared:
    """Those whom a unit's values are held against: `others`, put together by weight when they are a group.

    In a group a unit is never among its own others. `whole` are the units that the data must know, nearly all of them, for
    the figure of a larger place to be its own: rows that are cases do not tell which municipalities are missing.
    """

    others: Spells
    is_group: bool = False
    whole: Spells = ()

    @property
    def codes(self) -> frozenset[str]:
        """All units whose figures are needed at any time."""
        return frozenset(chain.from_iterable(codes for _, codes in (*self.others, *self.whole)))


def compared(goal: BoundGoal, codes: Iterable[str], units: Units, organisation: str) -> tuple[tuple[str, Compared], ...]:
    """Return for each of a goal's units whom it is held against; nothing for a goal whose target stands on no others.

    A group is that of the period's first day.
    """
    target = goal.target
    if not isinstance(target, Relative):
        return ()
    others = others_of(target.to, units, organisation) or Others()
    if others.own:
        return tuple((code, Compared(others=_own_group(code, others, goal, units), is_group=True)) for code in codes)
    if others.groups:
        members = [(day, tuple(sorted(units.members(others.groups, day)))) for day in units.turns(goal.first, goal.last)]
        same = Compared(others=_spells(members), is_group=True)
    elif others.code:
        same = Compared(others=((_BEFORE, (others.code,)),), whole=_whole(others.code, goal, units))
    else:
        same = Compared(others=())
    return tuple((code, same) for code in codes)


def unknown(goal: BoundGoal, units: Units, organisation: str) -> Iterator[Fault]:
    """Say that nobody is called as a target says: units that come from a dataset are known only when it was read."""
    target = goal.target
    if isinstance(target, Relative) and others_of(target.to, units, organisation) is None:
        yield Fault(goal.place, f'relative: "{target.to}" is not a unit or group that is known.', near=units.nearest(target.to))


def _own_group(code: str, others: Others, goal: BoundGoal, units: Units) -> Spells:
    """Return the group of a set that a unit is in, over time; nobody while it is in none."""
    found = []
    for day in units.turns(goal.first, goal.last):
        groups = [each.id for each in units.groups if each.id.partition(".")[0] in others.groups]
        mine = [each for each in dict.fromkeys(groups) if code in units.members([each], day)]
        found.append((day, tuple(sorted(units.members(mine, day)))))
    return _spells(found)


def _whole(code: str, goal: BoundGoal, units: Units) -> Spells:
    """Return the municipalities of a larger place, over time, where the data itself does not tell when one is missing."""
    if units.level(code) not in ("nation", "region") or _tells(goal.indicator):
        return ()
    days = units.turns(goal.first, goal.last)
    return _spells(
        [(day, tuple(each for each in units.under(code, day) if units.level(each) == "municipality")) for day in days]
    )


def _tells(indicator: Indicator) -> bool:
    """Say whether the data tells when a part of a larger place is missing: totals do, and figures published for it."""
    measure = indicator.measure
    return indicator.dataset.level in _COMPLETE or (isinstance(measure, Published) and measure.weight is None)


def _spells(by_day: Sequence[tuple[date, tuple[str, ...]]]) -> Spells:
    """Return units by the first day that they are meant on, by month, each once: periods begin with the first of a month."""
    found: list[tuple[int, tuple[str, ...]]] = []
    for place, (day, codes) in enumerate(by_day):
        month = _BEFORE if place == 0 else month_key(day) + (day.day > 1)
        if not found or found[-1][1] != codes:
            found.append((month, codes))
    return tuple(found)
