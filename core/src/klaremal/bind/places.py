"""The units and groups that goals name, held against the tree; what a goal means by them is worked out with the plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from attrs import frozen

from klaremal.bind.ids import Ids
from klaremal.errors import nearest
from klaremal.model.goal import Goal, UnitsUnder
from klaremal.model.indicator import Indicator
from klaremal.model.unit import LEVELS, Units
from klaremal.shape import under


@frozen
class Places:
    """The tree that goals name units of: None while it could not be made; `open` when a dataset will add units.

    `folder` is the workspace's, in which goals name files.
    """

    units: Units | None
    organisation: str | None
    open: bool = False
    folder: Path = Path()


def check_units(goal: Goal, indicator: Indicator, places: Places, place: str, ids: Ids) -> None:
    """Note units, levels and groups of a goal that are not known or not reported, and groups that contradict each other."""
    units = places.units
    if units is None or places.organisation is None:
        return
    for choice in goal.units or (places.organisation,):
        for level in _levels(choice, units, places, under(place, "units"), ids):
            if level not in indicator.levels:
                what = f"{indicator.id} is reported for {', '.join(indicator.levels)}, not for {level}."
                ids.notes.fault(under(place, "units"), what, f'Write units = ["{indicator.levels[0]}"].')
        _warn_of_ended(choice, goal, units, under(place, "units"), ids)
    for text, _ in goal.targets:
        codes_named(text, units, places, under(place, "targets"), ids)
        _warn_of_ended(text, goal, units, under(place, "targets"), ids)
    _check_groups(goal, units, places, under(place, "targets"), ids)


def _warn_of_ended(text: str | UnitsUnder, goal: Goal, units: Units, place: str, ids: Ids) -> None:
    """Warn of a unit that ended before the goal begins: nothing is ever judged for it."""
    code = None if isinstance(text, UnitsUnder) or text in LEVELS else units.resolve(text)
    last = None if code is None else units.get(code).valid_to
    if last is not None and last < goal.valid_from:
        what = f"{text} ended on {last}, before the goal begins on {goal.valid_from}."
        ids.notes.warn(place, what, "Name the unit that took its place.")


def _levels(choice: str | UnitsUnder, units: Units, places: Places, place: str, ids: Ids) -> Iterator[str]:
    """Give the levels of the units that a goal chooses; what is unknown is noted."""
    if isinstance(choice, UnitsUnder):
        if choice.level not in LEVELS:
            near = nearest(choice.level, LEVELS)
            ids.notes.fault(place, f'"{choice.level}" is no level.', f"Use {', '.join(LEVELS)}.", near)
            return
        codes_named(choice.under, units, places, place, ids)
        yield choice.level
    elif choice in LEVELS:
        yield choice
    else:
        yield from dict.fromkeys(units.level(code) for code in codes_named(choice, units, places, place, ids))


def codes_named(text: str, units: Units, places: Places, place: str, ids: Ids) -> tuple[str, ...]:
    """Return the unit, or the members of the group, that a goal names; noted when there is none or several.

    Nothing is noted of a name that is not known yet when a dataset may add it.
    """
    code = units.resolve(text) or units.resolve(text, under=places.organisation)
    if code is not None:
        return (code,)
    groups, several = units.groups_called(text), units.matches(text)
    if len(groups) == 1:
        return tuple(dict.fromkeys(code for each in units.groups if each.id in groups for code in each.members))
    if groups:
        ids.notes.fault(place, f'{len(groups)} groups are called "{text}".', f"Write the id: {' or '.join(groups[:5])}.")
    elif places.open:
        return ()
    elif several:
        cure = f"Write the code: {' or '.join(several[:5])}."
        ids.notes.fault(place, f'{len(several)} units are called "{text}".', cure)
    else:
        called = [word for each in units.groups for word in (each.id, each.name)]
        near = nearest(text, LEVELS) or units.nearest(text) or nearest(text, called)
        cure = "" if near else f"Write a level ({', '.join(LEVELS)}), or the name or code of a unit."
        ids.notes.fault(place, f'there is no unit "{text}".', cure, near)
    return ()


def _check_groups(goal: Goal, units: Units, places: Places, place: str, ids: Ids) -> None:
    """Note units that two groups with targets of their own would promise different things at one time."""
    said: dict[str, Any] = dict(goal.targets)
    groups = {text: units.groups_called(text) for text in said if units.resolve(text) is None}
    own = {code for text in said if (code := units.resolve(text) or units.resolve(text, under=places.organisation))}
    for one, other in combinations([text for text, found in groups.items() if found], 2):
        days = units.turns(goal.valid_from, goal.valid_to) if said[one] != said[other] else ()
        shared = {code for day in days for code in units.members(groups[one], day) & units.members(groups[other], day)}
        if left := sorted(shared - own):
            what = f'{units.name(left[0])} ({left[0]}) is in both "{one}" and "{other}", whose targets differ.'
            ids.notes.fault(place, what, f'Give it a target of its own: "{left[0]}" = ...')
