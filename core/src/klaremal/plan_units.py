"""The units that goals mean, and the target of each: names, levels, places and groups as codes; it chooses no goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from attrs import frozen

from klaremal.errors import Fault
from klaremal.model.goal import UnitsUnder
from klaremal.model.period import Period, month_key
from klaremal.model.target import Band, Target
from klaremal.model.unit import LEVELS, Units

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal

# Months before and after all others.
_BEFORE: Final = -1
_AFTER: Final = 1 << 40


@frozen
class InTurn(Target):
    """Targets that follow each other, each with its first day; a period has that of its own first day, None promises nothing.

    No council writes it: it is what a group whose members change makes of a unit's target.
    """

    spells: tuple[tuple[date, Target | None], ...]

    @property
    def strict(self) -> bool:
        """As the targets are, which are of one kind."""
        return any(target.strict for _, target in self.spells if target is not None)

    @property
    def in_percent(self) -> bool:
        """As the targets are, which are of one kind."""
        return any(target.in_percent for _, target in self.spells if target is not None)

    def band(self, period: Period, direction: str) -> Band | None:
        """Return the band of the target that holds on the period's first day."""
        target = self._of(period)
        return None if target is None else target.band(period, direction)

    def months_back(self, period: Period) -> int:
        """Return how far back the figure lies on which the target of the period's first day stands."""
        target = self._of(period)
        return 0 if target is None else target.months_back(period)

    def _of(self, period: Period) -> Target | None:
        begun = [target for first, target in self.spells if first <= period.first_day]
        return begun[-1] if begun else None


class Choices:
    """Turns what goals write about units into codes; remembers the levels and stays it has looked up."""

    def __init__(self, units: Units, organisation: str) -> None:
        self._units = units
        self._organisation = organisation
        self._levels: dict[tuple[str, str, date, date | None], tuple[str, ...]] = {}
        self._spells: dict[tuple[str, str, date], tuple[tuple[int, int], ...]] = {}

    def codes(self, goal: BoundGoal) -> tuple[str, ...]:
        """Return the codes of a goal's units, each once, in the order they were written."""
        if not goal.goal.units:
            return (self._organisation,)
        return tuple(dict.fromkeys(chain.from_iterable(self._of(choice, goal) for choice in goal.goal.units)))

    def named(self, goal: BoundGoal) -> tuple[str, ...]:
        """Return the codes of the units that a goal names, one by one or by their group; without any its organisation's."""
        if not goal.goal.units:
            return (self._organisation,)
        single = [each for each in goal.goal.units if isinstance(each, str) and each not in LEVELS]
        return tuple(dict.fromkeys(chain.from_iterable(self._meant(text, goal) for text in single)))

    def own(self, goal: BoundGoal) -> dict[str, Target]:
        """Return the targets of units that a goal gives one of their own, by code; those of groups are not among them."""
        found = ((self._unit(text), target) for text, target in goal.targets)
        return {code: target for code, target in found if code is not None}

    def targets(self, goal: BoundGoal) -> dict[str, Target]:
        """Return by code what is promised for the goal's units whose target is not simply the goal's, however long it holds.

        A unit's own value goes before that of its group, and the group's before the goal's. Members of a group are those of
        the period's first day: what a unit was promised then judges the whole period, as with versions of a goal.
        """
        of_groups = [(groups, target) for text, target in goal.targets if (groups := self._groups(text))]
        chosen = [each for each in goal.goal.units if isinstance(each, str) and each not in LEVELS and self._groups(each)]
        own = self.own(goal)
        if not own and not of_groups and not chosen:
            return {}
        others = [each for each in goal.goal.units if each not in chosen]
        firm = {code for each in others for code in self._of(each, goal)} if goal.goal.units else {self._organisation}
        promised = []
        for day in self._units.turns(goal.first, goal.last):
            bound = firm.union(*(self._units.members(self._groups(each), day) for each in chosen))
            of_day = dict.fromkeys(bound, goal.target)
            for groups, target in reversed(of_groups):
                of_day |= dict.fromkeys(bound & self._units.members(groups, day), target)
            promised.append((day, of_day | {code: target for code, target in own.items() if code in bound}))
        whole = {code: _in_turn([(day, of_day.get(code)) for day, of_day in promised]) for code in self.codes(goal)}
        return {code: target for code, target in whole.items() if target != goal.target}

    def away(self, goal: BoundGoal) -> tuple[tuple[str, int, int], ...]:
        """Return when units that a goal means as all of a level lie elsewhere: code, first month, and the month after the last.

        A unit lies where it does on a period's last day, that of its last month. One that the goal names is meant anywhere.
        """
        named = self._unmoved | set(self.named(goal))
        stays: dict[str, list[tuple[int, int]]] = {}
        for above, level in chain.from_iterable(self._places(choice, goal) for choice in goal.goal.units):
            for code in self._below(above, level, goal):
                if code not in named:
                    stays.setdefault(code, []).extend(self._stays(code, above, goal))
        return tuple((code, *gap) for code, known in stays.items() for gap in _gaps(sorted(known)))

    def warnings(self, goal: BoundGoal) -> list[Fault]:
        """Say which of a goal's units are not known: units that come from a dataset are known only when it was read."""
        found = []
        for choice in goal.goal.units:
            if self._of(choice, goal):
                continue
            if isinstance(choice, UnitsUnder):
                what = f'no {choice.level} is known under "{choice.under}".'
            elif choice in LEVELS:
                what = f"no {choice} is known under {self._units.name(self._organisation)}."
            else:
                found.append(self._unknown(goal, "units", choice))
                continue
            found.append(Fault(goal.place, f"units: {what}", "Give the units in [units] file or [units.from]."))
        return found + list(self._of_targets(goal))

    def by_level(self, goal: BoundGoal) -> tuple[str, ...]:
        """Return the codes of the units below the municipality that a goal means as all of a level."""
        low = LEVELS[LEVELS.index("municipality") + 1 :]
        choices = [each for each in goal.goal.units if (each.level if isinstance(each, UnitsUnder) else each) in low]
        return tuple(dict.fromkeys(chain.from_iterable(self._of(choice, goal) for choice in choices)))

    def _of_targets(self, goal: BoundGoal) -> Iterator[Fault]:
        units = set(self.codes(goal))
        for text, _ in goal.targets:
            codes = self._meant(text, goal)
            if not codes:
                yield self._unknown(goal, "targets", text)
            elif units.isdisjoint(codes):
                yield Fault(goal.place, f'targets: "{text}" is none of the goal\'s units.', "Add it to units, or leave it out.")

    def _unknown(self, goal: BoundGoal, key: str, text: str) -> Fault:
        several = self._units.matches(text)
        if len(several) > 1:
            return Fault(goal.place, f'{key}: "{text}" can be {", ".join(several)}.', "Write the code.")
        return Fault(goal.place, f'{key}: "{text}" is not a unit that is known.', near=self._units.nearest(text))

    def _of(self, choice: str | UnitsUnder, goal: BoundGoal) -> tuple[str, ...]:
        if isinstance(choice, UnitsUnder) or choice in LEVELS:
            return tuple(chain.from_iterable(self._below(*place, goal) for place in self._places(choice, goal)))
        return self._meant(choice, goal)

    def _places(self, choice: str | UnitsUnder, goal: BoundGoal) -> Iterator[tuple[str, str]]:
        """Give the units above, each with the level, of a choice of all units of a level; nothing for a name."""
        if isinstance(choice, UnitsUnder):
            yield from ((code, choice.level) for code in self._meant(choice.under, goal))
        elif choice in LEVELS:
            yield self._organisation, choice

    def _unit(self, text: str) -> str | None:
        """Return the code of a unit by code, name or alias; of several that of the organisation's own."""
        return self._units.resolve(text, under=self._organisation) or self._units.resolve(text)

    def _groups(self, text: str) -> tuple[str, ...]:
        """Return the groups that a text means when it is no unit, by id."""
        return () if self._unit(text) is not None else self._units.groups_called(text)

    def _meant(self, text: str, goal: BoundGoal) -> tuple[str, ...]:
        """Return the unit of that code, name or alias, or all that are in the group at any time while the goal holds."""
        code = self._unit(text)
        if code is not None:
            return (code,)
        groups = self._groups(text)
        found = {each for day in self._units.turns(goal.first, goal.last) for each in self._units.members(groups, day)}
        return tuple(each for each in self._units.codes if each in found)

    def _below(self, above: str, level: str, goal: BoundGoal) -> tuple[str, ...]:
        """Return the units of a level that lie in another at any time while the goal holds."""
        key = (above, level, goal.first, goal.last)
        if key not in self._levels:
            found = {code for day in self._units.turns(goal.first, goal.last) for code in self._units.under(above, day)}
            self._levels[key] = tuple(code for code in self._units.codes if code in found and self._units.level(code) == level)
        return self._levels[key]

    def _stays(self, code: str, above: str, goal: BoundGoal) -> tuple[tuple[int, int], ...]:
        """Return when a unit lies in another since a goal began, as the first month and the month after the last."""
        key = (code, above, goal.first)
        if key not in self._spells:
            turns = self._units.turns(goal.first, None)
            months = pairwise([_BEFORE, *map(month_key, turns[1:]), _AFTER])
            level = self._units.level(above)
            stays = [spell for day, spell in zip(turns, months, strict=True) if self._units.ancestor(code, level, day) == above]
            self._spells[key] = tuple(stays)
        return self._spells[key]

    @cached_property
    def _unmoved(self) -> set[str]:
        """The units that lie in the same ones at all times."""
        parents: dict[str, set[str | None]] = {}
        for unit in sorted(self._units.units, key=lambda unit: LEVELS.index(unit.level)):
            parents.setdefault(unit.code, set()).add(unit.parent)
        found: set[str] = set()
        for code, above in parents.items():
            if len(above) == 1 and above <= found | {None}:
                found.add(code)
        return found


def _gaps(stays: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the months between stays, which come in their order."""
    end = _BEFORE
    for since, until in (*stays, (_AFTER, _AFTER)):
        if since > end:
            yield end, since
        end = max(end, until)


def _in_turn(spells: Sequence[tuple[date, Target | None]]) -> Target:
    """Return targets by their first days as one, the plain target where it is the same throughout."""
    new = [place == 0 or target != spells[place - 1][1] for place, (_, target) in enumerate(spells)]
    kept = tuple(spell for spell, is_new in zip(spells, new, strict=True) if is_new)
    first = kept[0][1]
    return first if len(kept) == 1 and first is not None else InTurn(kept)
