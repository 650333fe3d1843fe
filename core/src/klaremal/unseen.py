"""Units that goals mean as all of a level and of which the data never says anything; places no rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from klaremal.errors import Fault
from klaremal.plan_units import Choices

if TYPE_CHECKING:
    from klaremal.bind.workspace import Bound, BoundGoal
    from klaremal.plan import Plan

_SHOWN = 5


def unseen(bound: Bound, plan: Plan, seen: Mapping[str, Collection[str]], today: date) -> Iterator[Fault]:
    """Give one warning for each goal with units of the workspace that its indicator never has.

    `seen` holds the codes of the units by indicator; goals of an indicator that is not in it are passed over. Units that
    datasets bring are not looked for, nor those that open later.
    """
    choices = Choices(bound.units, bound.organisation)
    opened = {unit.code for unit in bound.units.units if unit.valid_from is None or unit.valid_from <= today}
    told = set()
    for planned in plan.goals:
        goal = planned.goal
        known = seen.get(goal.indicator.id)
        if known is None or goal.goal.id in told:
            continue
        missing = [code for code in choices.by_level(goal) if code in opened and code not in known]
        if missing:
            told.add(goal.goal.id)
            yield _warning(bound, goal, missing)


def _warning(bound: Bound, goal: BoundGoal, missing: list[str]) -> Fault:
    levels = {bound.units.level(code) for code in missing}
    noun = levels.pop() if len(levels) == 1 else "unit"
    one = len(missing) == 1
    which = f"{len(missing)} {noun}{'' if one else 's'}{' of the unit file' if bound.workspace.units_file else ''}"
    names = "; ".join(bound.units.name(code) for code in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    # A unit may well have rows, of which the indicator counts none (a private school).
    rows = f"the rows of {goal.indicator.dataset.id} that {goal.indicator.id} counts"
    what = f"units: {which} never occur{'s' if one else ''} among {rows}: {names}{more}."
    return Fault(goal.place, what, "Compare the names and codes with the data; one that has closed needs a valid_to.")
