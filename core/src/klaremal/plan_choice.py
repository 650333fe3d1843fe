"""Which goals of a workspace a run is about: those of some sectors, some ids, one period; what they need is not here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from klaremal.errors import DeclarationError, Fault, WorkspaceError, nearest
from klaremal.model.period import FREQUENCIES, Period

if TYPE_CHECKING:
    from klaremal.bind.workspace import Bound, BoundGoal, BoundTask

_NAMED: Final = 10


def period_of(given: Period | str | None) -> Period | None:
    """Return the period that a text names; WorkspaceError for one that names none."""
    if not isinstance(given, str):
        return given
    try:
        return Period.parse(given) if given else None
    except DeclarationError as error:
        raise WorkspaceError([Fault("--period", error.message)]) from error


def chosen_of(
    bound: Bound, sectors: Sequence[str], goals: Sequence[str], period: Period | None
) -> tuple[list[BoundGoal], list[BoundTask]]:
    """Return the goals of these sectors, with these ids and judged in this period; names nothing has are faults.

    What is to be done is of no sector.
    """
    faults = [
        _unknown_name(option, name, known)
        for option, names, known in (
            ("sector", sectors, {goal.indicator.plugin for goal in bound.goals}),
            ("goal", goals, {goal.goal.id for goal in bound.goals} | {task.goal.id for task in bound.tasks}),
        )
        for name in names
        if name not in known
    ]
    found = [
        goal
        for goal in bound.goals
        if (not sectors or goal.indicator.plugin in sectors) and (not goals or goal.goal.id in goals)
    ]
    tasks = [task for task in bound.tasks if not sectors and (not goals or task.goal.id in goals)]
    if not found and not tasks and not faults and goals:
        what = f"{', '.join(goals)} is of another sector than {', '.join(sectors)}."
        faults.append(Fault("--goal", what, "Leave --sector out."))
    if period is not None and not faults:
        judged = [goal for goal in found if goal.frequency == period.frequency and _in_force(goal, period)]
        due = [task for task in tasks if task.period == period]
        if not judged and not due:
            kinds = {goal.frequency for goal in found} | {task.frequency for task in tasks}
            used = ", ".join(sorted(kinds, key=FREQUENCIES.index)) or "none"
            faults.append(Fault("--period", f"no goal is judged for {period.code}; the goals here are judged by: {used}."))
        found, tasks = judged, due
    if faults:
        raise WorkspaceError(faults)
    return found, tasks


def _unknown_name(option: str, name: str, known: Iterable[str]) -> Fault:
    names = sorted(known)
    near = nearest(name, names)
    cure = f"There is {', '.join(names[:_NAMED])}{' ...' if len(names) > _NAMED else ''}." if names and not near else ""
    return Fault(f"--{option}", f'there is no {option} "{name}" here.', cure, near)


def _in_force(goal: BoundGoal, period: Period) -> bool:
    return goal.first <= period.first_day and (goal.last is None or period.first_day <= goal.last)
