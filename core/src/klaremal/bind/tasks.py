"""Goals that are something to be done by a day, held against themselves; no indicator and no unit is looked up for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from klaremal.bind.goals import is_task, made_goal, read_target, warn_of_decision
from klaremal.bind.ids import Ids
from klaremal.model.done import Done
from klaremal.model.goal import Goal
from klaremal.shape import under
from klaremal.workspace.goal_files import GoalSection


@frozen(kw_only=True)
class Task:
    """A goal that is something to be done, before it is known which days it holds."""

    goal: Goal
    done: Done
    place: str = field(default="", eq=False)


def bind_tasks(sections: Iterable[GoalSection], ids: Ids) -> Iterator[Task]:
    """Give every goal that is something to be done; what is wrong with them goes to the notes."""
    for section in sections:
        if section.faulty or not is_task(section):
            continue
        before = len(ids.notes.faults)
        task = _task(section, ids)
        if task is None:
            continue
        _check(task, ids)
        warn_of_decision(task.goal, section.place, ids)
        if len(ids.notes.faults) == before:
            yield task


def _task(section: GoalSection, ids: Ids) -> Task | None:
    values = dict(section.values)
    done = read_target("done", values, section.place, ids)
    if not isinstance(done, Done):
        return None
    goal = made_goal(section, values, ids, target=done)
    return None if goal is None else Task(goal=goal, done=done, place=section.place)


def _check(task: Task, ids: Ids) -> None:
    """Note a deadline at which the goal does not hold: it would never be judged."""
    goal, by = task.goal, task.done.by
    place = under(task.place, "done")
    if by < goal.valid_from:
        ids.notes.fault(place, f"the deadline {by} is before the goal begins ({goal.valid_from}).", "Check by and valid_from.")
    elif goal.valid_to is not None and goal.valid_to < by:
        what = f"the goal ends on {goal.valid_to}, before its deadline {by}: it is never judged."
        ids.notes.warn(place, what, "Leave valid_to out, unless a later version of the goal takes over.")
