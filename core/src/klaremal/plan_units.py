"""The units that goals mean: names, levels and places as codes; which goals there are is not decided here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from klaremal.errors import Fault
from klaremal.model.goal import UnitsUnder
from klaremal.model.unit import LEVELS, Units

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal


class Choices:
    """Turns what goals write about units into codes; remembers the levels it has looked up."""

    def __init__(self, units: Units, organisation: str) -> None:
        self._units = units
        self._organisation = organisation
        self._levels: dict[tuple[str, str, date, date | None], tuple[str, ...]] = {}

    def codes(self, goal: BoundGoal) -> tuple[str, ...]:
        """Return the codes of a goal's units, each once, in the order they were written."""
        if not goal.goal.units:
            return (self._organisation,)
        return tuple(dict.fromkeys(chain.from_iterable(self._of(choice, goal) for choice in goal.goal.units)))

    def named(self, goal: BoundGoal) -> tuple[str, ...]:
        """Return the codes of the units that a goal names one by one; without any its organisation is meant."""
        if not goal.goal.units:
            return (self._organisation,)
        single = [each for each in goal.goal.units if isinstance(each, str) and each not in LEVELS]
        return tuple(dict.fromkeys(chain.from_iterable(self.one(text) for text in single)))

    def one(self, text: str) -> tuple[str, ...]:
        """Return the code of a unit by code, name or alias, or the members of a group."""
        code = self._units.resolve(text, under=self._organisation) or self._units.resolve(text)
        if code is not None:
            return (code,)
        groups = [group for group in self._units.groups if text in (group.id, group.name)]
        return tuple(dict.fromkeys(chain.from_iterable(group.members for group in groups)))

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
            codes = self.one(text)
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
        if isinstance(choice, UnitsUnder):
            above = self.one(choice.under)
            return tuple(chain.from_iterable(self._below(code, choice.level, goal) for code in above))
        return self._below(self._organisation, choice, goal) if choice in LEVELS else self.one(choice)

    def _below(self, above: str, level: str, goal: BoundGoal) -> tuple[str, ...]:
        """Return the units of a level that lie in another at any time while the goal holds."""
        key = (above, level, goal.first, goal.last)
        if key not in self._levels:
            turns = [day for day in self._units.boundaries if goal.first < day and (goal.last is None or day <= goal.last)]
            found = {code for day in (goal.first, *turns) for code in self._units.under(above, day)}
            self._levels[key] = tuple(code for code in self._units.codes if code in found and self._units.level(code) == level)
        return self._levels[key]
