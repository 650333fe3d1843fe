"""Units (nation, region, municipality, district, institution) as a tree that changes over time; reads no files.

A unit is always a place. A code may have several entries with disjoint validity: that is how a unit changes parent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Protocol, TypeVar

from attrs import Attribute, field, frozen

from klaremal.errors import DeclarationError, nearest
from klaremal.model.unit_name import UnitNames, spelled

# The countries whose holidays klaremal counts working days by.
COUNTRIES: Final = ("DK", "NO", "SE")
LEVELS: Final = ("nation", "region", "municipality", "district", "institution")

_FIRST: Final = date.min
_LAST: Final = date.max
_SHOWN_FAULTS: Final = 10
_GROUP_ID: Final = re.compile("[a-z][a-z0-9_]*[.][a-z0-9_]+")


class _Timed(Protocol):
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


_T = TypeVar("_T", bound=_Timed)


def _check_day(instance: Any, attribute: Attribute[Any], value: object) -> None:
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise DeclarationError(f"{type(instance).__name__}.{attribute.name}: {value!r} is no date. Write it as 2026-01-01.")


def _check_days(instance: Any, attribute: Attribute[Any], valid_to: date | None) -> None:
    _check_day(instance, attribute, valid_to)
    if valid_to is not None and instance.valid_from is not None and valid_to < instance.valid_from:
        raise DeclarationError(
            f"{type(instance).__name__}.valid_to: {valid_to} lies before valid_from {instance.valid_from}. "
            "valid_to is the last day that counts."
        )


def _check_word(instance: Any, attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value or value != value.strip():
        raise DeclarationError(
            f"{type(instance).__name__}.{attribute.name}: {value!r} is empty, no text or has spaces around it. "
            "Write it as text in quotes."
        )


def _check_level(unit: Unit, _: Attribute[str], level: str) -> None:
    if level not in LEVELS:
        near = f' Did you mean "{found}"?' if (found := nearest(str(level), LEVELS)) else ""
        raise DeclarationError(f'Unit.level: "{level}" of {unit.code} is none of {", ".join(LEVELS)}.{near}')


def _check_group_id(_: UnitGroup, __: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _GROUP_ID.fullmatch(value):
        raise DeclarationError(f'UnitGroup.id: {value!r} is not written <set>.<code>, such as "kommunegruppe.1".')


def _check_country(_: UnitSet, __: Attribute[str], country: str) -> None:
    if country not in COUNTRIES:
        raise DeclarationError(f'UnitSet.country: "{country}" is none of {", ".join(COUNTRIES)}.')


def _words(values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise DeclarationError(f'aliases and members are lists: write ("{values}",) where there is only one.')
    return tuple(str(value) for value in values)


@frozen(kw_only=True)
class Unit:
    """One place that figures are about, in one stretch of time; `valid_to` is its last day, None is without end."""

    code: str = field(validator=_check_word)
    name: str = field(validator=_check_word)
    level: str = field(validator=_check_level)
    parent: str | None = None
    valid_from: date | None = field(default=None, validator=_check_day)
    valid_to: date | None = field(default=None, validator=_check_days)
    aliases: tuple[str, ...] = field(default=(), converter=_words)


@frozen(kw_only=True)
class UnitGroup:
    """Units that are compared with each other, such as municipalities of one kind; `id` is ``<set>.<code>``."""

    id: str = field(validator=_check_group_id)
    name: str = field(validator=_check_word)
    members: tuple[str, ...] = field(converter=_words)
    valid_from: date | None = field(default=None, validator=_check_day)
    valid_to: date | None = field(default=None, validator=_check_days)


def _units(values: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple(values)


def _groups(values: Iterable[UnitGroup]) -> tuple[UnitGroup, ...]:
    return tuple(values)


@frozen(kw_only=True)
class UnitSet:
    """Units and groups that a plugin ships under one id; `reference` names their source and its licence.

    `country` is the one whose holidays hold there, unless a workspace says another.
    """

    id: str = field(validator=_check_word)
    units: tuple[Unit, ...] = field(converter=_units)
    groups: tuple[UnitGroup, ...] = field(default=(), converter=_groups)
    reference: str = ""
    country: str = field(default=COUNTRIES[0], validator=_check_country)


def _is_valid(entry: _Timed, day: date) -> bool:
    return (entry.valid_from or _FIRST) <= day <= (entry.valid_to or _LAST)


def _by_start(entries: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.valid_from or _FIRST))


@frozen(slots=False)
class Units:
    """All units of a workspace as one tree: finds a unit by what people call it, and its place on a given day."""

    units: tuple[Unit, ...]
    groups: tuple[UnitGroup, ...] = ()

    @classmethod
    def of(cls, units: Iterable[Unit], groups: Iterable[UnitGroup] = ()) -> Units:
        """Make the tree; raises DeclarationError that lists what contradicts itself (codes, parents, levels, dates)."""
        made = cls(tuple(units), tuple(groups))
        faults = list(dict.fromkeys([*_unit_faults(made._versions), *_group_faults(made)]))
        if faults:
            more = [f"... and {len(faults) - _SHOWN_FAULTS} more"] if len(faults) > _SHOWN_FAULTS else []
            raise DeclarationError("\n".join(["units:", *faults[:_SHOWN_FAULTS], *more]))
        return made

    def with_units(self, more: Iterable[Unit]) -> Units:
        """Return the tree with further units, such as a workspace's own institutions below the municipalities."""
        return Units.of((*self.units, *more), self.groups)

    # -- what people call a unit -------------------------------------------------------------------------------------

    def resolve(self, text: str, level: str | None = None, under: str | None = None) -> str | None:
        """Return the code of the unit that `text` means: its code, name or alias, in any usual spelling.

        None when no unit is called so, or several are and neither `level` nor `under` (a unit above it) decides.
        """
        for codes in self._names.candidates(text):
            fitting = [code for code in codes if self._fits(code, level, under)]
            if fitting:
                return fitting[0] if len(fitting) == 1 else None
        return None

    def matches(self, text: str) -> tuple[str, ...]:
        """Return the codes of all units that `text` can mean, the likeliest first; for messages."""
        return tuple(dict.fromkeys(code for codes in self._names.candidates(text) for code in codes))

    def nearest(self, text: str) -> str:
        """Return the known name or code closest to `text`, or an empty string; for messages."""
        # Compared as names are: "Århuss" is nearer to Aarhus than its letters are.
        known = {spelled(name): name for name in (*self._versions, *(unit.name for unit in self.units))}
        return known.get(nearest(spelled(text), known), "")

    # -- one unit ----------------------------------------------------------------------------------------------------

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code once, in the order they were given."""
        return tuple(self._versions)

    def get(self, code: str) -> Unit:
        """Return the newest entry of a unit; DeclarationError for a code that is not known."""
        if code not in self._versions:
            near = f' Did you mean "{found}"?' if (found := self.nearest(code)) else ""
            raise DeclarationError(f'units: no unit has the code "{code}".{near}')
        return self._versions[code][-1]

    def name(self, code: str) -> str:
        """Return the newest name of a unit."""
        return self.get(code).name

    def level(self, code: str) -> str:
        """Return the level of a unit."""
        return self.get(code).level

    def valid(self, code: str, day: date) -> bool:
        """Say whether a unit exists on a day."""
        return any(_is_valid(unit, day) for unit in self._versions.get(code, ()))

    # -- its place on a day ------------------------------------------------------------------------------------------

    def parent(self, code: str, day: date) -> str | None:
        """Return the unit directly above on a day.

        A closed unit keeps its last parent, and one not yet opened has its first: what it reported still counts.
        """
        self.get(code)
        versions = self._versions[code]
        begun = [unit for unit in versions if (unit.valid_from or _FIRST) <= day]
        return (begun[-1] if begun else versions[0]).parent

    def ancestor(self, code: str, level: str, day: date) -> str | None:
        """Return the unit of a level that a unit lies in on a day (itself if it is of that level), or None."""
        above: str | None = code
        while above is not None and self.level(above) != level:
            above = self.parent(above, day)
        return above

    def under(self, code: str, day: date) -> tuple[str, ...]:
        """Return the unit itself and all units that exist below it on a day, from the top down."""
        found = [self.get(code).code]
        for above in found:
            found += [child for child in self._children.get(above, ()) if self._is_child(child, above, day)]
        return tuple(found)

    def at(self, level: str, day: date) -> tuple[str, ...]:
        """Return the units of a level that exist on a day."""
        return tuple(code for code in self.codes if self.level(code) == level and self.valid(code, day))

    @cached_property
    def boundaries(self) -> tuple[date, ...]:
        """The days on which the tree changes; between two of them every answer about a day is the same."""
        entries: list[_Timed] = [*self.units, *self.groups]
        starts = {entry.valid_from for entry in entries if entry.valid_from}
        ends = {entry.valid_to + timedelta(days=1) for entry in entries if entry.valid_to and entry.valid_to < _LAST}
        return tuple(sorted(starts | ends))

    def turns(self, first: date, last: date | None) -> tuple[date, ...]:
        """Return the first day of a stretch of time and the days in it on which the tree changes; None is without end."""
        return (first, *(day for day in self.boundaries if first < day and (last is None or day <= last)))

    def groups_called(self, text: str) -> tuple[str, ...]:
        """Return the ids of the groups that `text` means, by id or name."""
        said = spelled(text)
        return tuple(dict.fromkeys(each.id for each in self.groups if said in (spelled(each.id), spelled(each.name))))

    def group(self, group_id: str, day: date) -> UnitGroup | None:
        """Return a group as it was made up on a day."""
        return next((group for group in self.groups if group.id == group_id and _is_valid(group, day)), None)

    def members(self, groups: Iterable[str], day: date) -> frozenset[str]:
        """Return the codes of all that are in groups, given by id, on a day."""
        found = (self.group(each, day) for each in groups)
        return frozenset(code for group in found if group is not None for code in group.members)

    # -- indexes, made once ------------------------------------------------------------------------------------------

    @cached_property
    def _versions(self) -> dict[str, tuple[Unit, ...]]:
        entries: dict[str, list[Unit]] = {}
        for unit in self.units:
            entries.setdefault(unit.code, []).append(unit)
        return {code: _by_start(units) for code, units in entries.items()}

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for unit in self.units:
            if unit.parent is not None:
                found.setdefault(unit.parent, {})[unit.code] = None
        return {code: tuple(children) for code, children in found.items()}

    def _is_child(self, code: str, above: str, day: date) -> bool:
        return self.valid(code, day) and self.parent(code, day) == above

    @cached_property
    def _ever_above(self) -> dict[str, frozenset[str]]:
        """Every unit with all that it ever lay in, itself included; levels are in order, so parents come first."""
        found: dict[str, frozenset[str]] = {}
        for code in sorted(self.codes, key=lambda code: LEVELS.index(self.level(code))):
            parents = (unit.parent for unit in self._versions[code])
            found[code] = frozenset({code}).union(*(found[parent] for parent in parents if parent is not None))
        return found

    @cached_property
    def _names(self) -> UnitNames:
        return UnitNames.of((unit.code, unit.level, (unit.name, *unit.aliases)) for unit in self.units)

    def _fits(self, code: str, level: str | None, under: str | None) -> bool:
        return (level is None or self.level(code) == level) and (under is None or under in self._ever_above[code])


def _overlaps(entries: tuple[_T, ...]) -> bool:
    return any((one.valid_to or _LAST) >= (two.valid_from or _FIRST) for one, two in pairwise(entries))


def _unit_faults(versions: dict[str, tuple[Unit, ...]]) -> Iterator[str]:
    for code, units in versions.items():
        if _overlaps(units):
            yield (
                f'the code "{code}" is given twice for the same time ({", ".join(unit.name for unit in units)}). '
                "Give each unit its own code, end one entry (valid_to) before the next begins, or leave out the second."
            )
        if len({unit.level for unit in units}) > 1:
            yield f'the unit "{code}" has several levels. A unit keeps its level; give the new one a new code.'
        for unit in units:
            yield from _parent_faults(unit, versions)


def _parent_faults(unit: Unit, versions: dict[str, tuple[Unit, ...]]) -> Iterator[str]:
    if unit.parent is None:
        return
    if unit.parent not in versions:
        near = f' Did you mean "{found}"?' if (found := nearest(unit.parent, versions)) else ""
        yield f'the unit "{unit.code}" ({unit.name}) lies in "{unit.parent}", which is not a unit.{near}'
    elif unit.parent == unit.code:
        yield f'the unit "{unit.code}" ({unit.name}) lies in itself. Name the unit above it.'
    elif LEVELS.index(versions[unit.parent][0].level) >= LEVELS.index(unit.level):
        above = versions[unit.parent][0]
        yield (
            f'the {unit.level} "{unit.code}" ({unit.name}) cannot lie in the {above.level} "{above.code}" '
            f"({above.name}). From the top down the levels are {', '.join(LEVELS)}."
        )


def _group_faults(units: Units) -> Iterator[str]:
    versions: dict[str, list[UnitGroup]] = {}
    for group in units.groups:
        versions.setdefault(group.id, []).append(group)
        unknown = [code for code in group.members if code not in units._versions]
        if unknown:
            yield f"the group {group.id} has members that are not units: {', '.join(unknown[:5])}."
    for group_id, entries in versions.items():
        if _overlaps(_by_start(entries)):
            yield f"the group {group_id} is given twice for the same time. End one (valid_to) before the next begins."
