"""Whom a target `relative` means: a unit, a group, or for each unit its own group; who is in a group when is in the tree."""

from __future__ import annotations

from attrs import frozen

from klaremal.model.standing import GROUP, NATION
from klaremal.model.unit import Units


@frozen(kw_only=True)
class Others:
    """One unit by code, or groups by id: all of those called so, or (`own`) the sets in which each unit has its own group."""

    code: str = ""
    groups: tuple[str, ...] = ()
    own: bool = False


def others_of(to: str, units: Units, organisation: str | None) -> Others | None:
    """Return whom a text means: "nation", "group", a unit, a group or a set of groups; None when nobody is called so."""
    sets = tuple(dict.fromkeys(each.id.partition(".")[0] for each in units.groups))
    if to == NATION:
        nations = [code for code in units.codes if units.level(code) == NATION]
        return Others(code=nations[0]) if len(nations) == 1 else None
    if to == GROUP or to in sets:
        return Others(groups=sets if to == GROUP else (to,), own=True) if sets else None
    code = units.resolve(to, under=organisation) or units.resolve(to)
    if code is not None:
        return Others(code=code)
    groups = units.groups_called(to)
    return Others(groups=groups) if len(groups) == 1 else None
