"""The workspace held against the plugins: every id, option, unit and target found, or one error with all the faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve, field, frozen

from klaremal.bind.declared_here import with_declared
from klaremal.bind.disclosure import check_releases, check_years
from klaremal.bind.goals import Judged, bind_goals, statutory
from klaremal.bind.ids import Ids, Notes, installed_plugins, warn_of_left_out, warn_of_versions
from klaremal.bind.places import Places
from klaremal.bind.sources import BoundSource, bind_sources
from klaremal.bind.tasks import Task, bind_tasks
from klaremal.bind.units import bind_units
from klaremal.bind.working_days import country_of, with_calendar
from klaremal.declared import overlaps
from klaremal.errors import DeclarationError, Fault, WorkspaceError, nearest
from klaremal.model.dataset import Dataset
from klaremal.model.done import Done
from klaremal.model.formula import Formula
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator
from klaremal.model.on_time import OnTime
from klaremal.model.period import Period, month_key
from klaremal.model.quotient import other_id, other_of, resolved
from klaremal.model.rule import Rule
from klaremal.model.target import Target
from klaremal.model.threshold import Threshold
from klaremal.model.unit import COUNTRIES, Units
from klaremal.registry import Registry
from klaremal.shape import Shapes, fault, under
from klaremal.workspace.folder import FILE_NAME, Workspace


@frozen(kw_only=True)
class BoundGoal:
    """One version of a goal with all that judges it.

    `first` and `last` are the days it holds, after what supersedes it and the threshold's own validity; a period is judged by
    the version in force on its first day. `minimum_coverage` is a share. `targets` are those of single units, as named.
    """

    goal: Goal
    version: int
    indicator: Indicator
    target: Target
    frequency: str
    first: date
    last: date | None
    basis: str | None
    threshold: Threshold | None
    targets: tuple[tuple[str, Target], ...]
    rule: Rule | None = None
    place: str = field(default="", eq=False)
    minimum_coverage: float


@frozen(kw_only=True)
class BoundTask:
    """One version of a goal that is something to be done: no indicator judges it, and it is judged at its deadline."""

    goal: Goal
    version: int
    done: Done
    frequency: str
    first: date
    last: date | None
    place: str = field(default="", eq=False)

    @property
    def period(self) -> Period:
        """The period that contains the deadline."""
        return Period.of(self.frequency, month_key(self.done.by))


@frozen(kw_only=True, eq=False)
class Bound:
    """A workspace that can be run: what its words mean, with the plugins it uses (`registry` holds no others).

    `units` lack those that come from datasets. `indicators` are as the workspace overrides them. `country` is the one whose
    holidays hold.
    """

    workspace: Workspace
    registry: Registry
    units: Units
    organisation: str
    sources: tuple[BoundSource, ...]
    indicators: Mapping[str, Indicator]
    goals: tuple[BoundGoal, ...]
    tasks: tuple[BoundTask, ...] = ()
    warnings: tuple[Fault, ...] = ()
    country: str = COUNTRIES[0]


def bind(workspace: Workspace, registry: Registry, faults: Iterable[Fault] = ()) -> Bound:
    """Return the workspace bound to the plugins it names; WorkspaceError with every fault, those given among them."""
    notes = Notes(list(faults))
    if FILE_NAME in workspace.unread:
        raise WorkspaceError(notes.faults)
    plugins = installed_plugins(workspace.plugins, registry, notes, under(FILE_NAME, "plugins"))
    files = (each.name for each in workspace.plugin_files)
    ids = with_declared(workspace, Ids(registry, registry.only((*plugins, *files)), notes))
    warn_of_versions(ids.used, notes, under(FILE_NAME, "plugins"))
    units, organisation = bind_units(workspace, ids)
    sources = tuple(bind_sources(workspace.sources, ids, Shapes()))
    _check_units_from(workspace, ids)
    indicators = _overridden(workspace, ids)
    places = Places(units, organisation, bool(workspace.units_from), workspace.folder)
    off = [goal for goal, _ in workspace.statutory_off if _is_statutory(goal, ids)]
    configured = _configured(workspace, ids)
    judged = [
        *bind_goals(workspace.goals, indicators, places, ids),
        *statutory(ids, configured, off, indicators, places),
    ]
    country = country_of(workspace, ids)
    judged = [evolve(each, indicator=with_calendar(each.indicator, country, workspace.closed)) for each in judged]
    tasks = tuple(bind_tasks(workspace.goals, ids))
    _check_references(workspace, (*judged, *tasks), ids)
    check_releases(workspace, indicators, places, ids)
    _warn_of_sources(judged, configured, notes)
    _warn_of_breakdowns(judged, notes)
    dated = tuple(_in_time((*judged, *tasks), notes))
    check_years([each for each in dated if isinstance(each, BoundGoal)], notes)
    warn_of_left_out(notes, under(FILE_NAME, "plugins"))
    if not dated and not workspace.unread:
        cure = f"Write one in goals/name.toml, or correct goals = [...] in {FILE_NAME}; klaremal goals lists what is found."
        notes.warn(under(FILE_NAME, "goals"), "there is no goal, so that nothing is judged.", cure)
    if notes.faults or units is None or organisation is None:
        raise WorkspaceError(dict.fromkeys(notes.faults))
    return Bound(
        workspace=workspace,
        registry=ids.used,
        units=units,
        organisation=organisation,
        sources=sources,
        indicators=indicators,
        goals=tuple(each for each in dated if isinstance(each, BoundGoal)),
        tasks=tuple(each for each in dated if isinstance(each, BoundTask)),
        warnings=tuple(dict.fromkeys(notes.warnings)),
        country=country,
    )


def _is_statutory(goal: str, ids: Ids) -> bool:
    return ids.find("goals", goal, under(FILE_NAME, "statutory.off")) is not None


def _configured(workspace: Workspace, ids: Ids) -> tuple[str, ...]:
    """Return the datasets that have rows: those with a source, and made ones of which every part has rows."""
    found = dict.fromkeys(section.dataset for section in workspace.sources)
    ahead = [each for each in ids.used.datasets.values() if each.made_of]
    while ready := [each for each in ahead if found.keys() >= {*each.made_of}]:
        found |= dict.fromkeys(each.id for each in ready)
        ahead = [each for each in ahead if each.id not in found]
    return tuple(found)


def _check_units_from(workspace: Workspace, ids: Ids) -> None:
    configured = _configured(workspace, ids)
    for each in workspace.units_from:
        dataset = ids.find("datasets", each.dataset, each.place)
        if dataset is None:
            continue
        if each.dataset not in configured:
            ids.notes.fault(each.place, f"{each.dataset} has no source.", f"Add [sources.{each.dataset}].")
        if each.where:
            _check_where(each.where, dataset, under(each.place, "where"), ids)
        known = [column.name for column in dataset.columns]
        for key, name in (("code", each.code), ("name", each.name), ("parent", each.parent)):
            if name not in known:
                what = f'the dataset {dataset.id} has no column "{name}".'
                ids.notes.fault(under(each.place, key), what, f"Its columns are {', '.join(known)}.")


def _check_where(text: str, dataset: Dataset, place: str, ids: Ids) -> None:
    try:
        problems = dataset.faults(Formula.of(text), "condition")
    except DeclarationError as error:
        problems = [str(error)]
    for problem in problems:
        ids.notes.faults.append(fault(place, problem))


def _overridden(workspace: Workspace, ids: Ids) -> dict[str, Indicator]:
    """Return all indicators by id, with the workspace's overrides; they enter the definition as any declaration does."""
    datasets = ids.used.datasets
    indicators = dict(ids.used.indicators)
    for each in [each for each in indicators.values() if other_id(each.measure) is not None]:
        indicators[each.id] = evolve(each, measure=resolved(each.measure, datasets))
    for override in workspace.overrides:
        indicator = ids.find("indicators", override.indicator, override.place)
        if indicator is None:
            continue
        changes: dict[str, Any] = dict(override.changes)
        if changes.get("publication") == "public" and indicator.publication == "internal":
            what = f"{indicator.id} is internal, and a workspace cannot make it public."
            ids.notes.fault(under(override.place, "publication"), what, "Leave publication out.")
            continue
        if len(changes.get("plausible", (0, 0))) != 2:
            ids.notes.fault(under(override.place, "plausible"), "it is not two numbers.", "Write plausible = [0, 100].")
            continue
        try:
            if "counted_when" in changes:
                changes["measure"] = _counted(indicator, changes.pop("counted_when"))
            indicators[indicator.id] = evolve(indicator, **changes)
        except DeclarationError as error:
            ids.notes.faults.append(fault(override.place, str(error).removeprefix(f"indicator {indicator.id}: ")))
    return indicators


def _counted(indicator: Indicator, when: str) -> OnTime:
    """Return the measure of an indicator whose cases count in another period."""
    if not isinstance(indicator.measure, OnTime):
        raise DeclarationError("counted_when is for cases with a deadline (OnTime). Leave it out.")
    return evolve(indicator.measure, counted_when=when)


def _check_references(workspace: Workspace, judged: Sequence[Judged | Task], ids: Ids) -> None:
    """Note what goals of the workspace refer to among goals, and versions of one goal that hold on the same day."""
    known = {section.id for section in workspace.goals} | set(ids.used.goals)
    complete = not workspace.unread
    for each in judged:
        goal = each.goal
        if goal.statutory:
            continue
        if goal.parent is not None and complete and goal.parent not in known:
            ids.find("goals", goal.parent, under(each.place, "parent"))
        if goal.supersedes is not None:
            _check_supersedes(each, judged, known if complete else {*known, goal.supersedes}, ids)
    places = {each.goal.id: each.place for each in judged}
    for message in overlaps(each.goal for each in judged if not each.goal.statutory):
        goal_id = message.removeprefix("goal ").partition(":")[0]
        ids.notes.faults.append(fault(places[goal_id], message.removeprefix(f"goal {goal_id}: ")))


def _warn_of_sources(judged: Sequence[Judged], configured: Sequence[str], notes: Notes) -> None:
    """Warn of goals whose dataset has no source: they can never be assessed."""
    for each in judged:
        other = other_of(each.indicator.measure)
        for dataset in (each.indicator.dataset, *(() if other is None else (other,))):
            if dataset.id in configured:
                continue
            parts = [part for part in dataset.made_of if part not in configured]
            made = f", which is made of {' and '.join(parts)}" if parts else ""
            on = "measured on" if dataset is not other else "a figure per a total of"
            what = f"the goal is {on} {dataset.id}{made}, which has no source: it cannot be assessed."
            notes.warn(each.place, what, f"Add [sources.{(parts or [dataset.id])[0]}] to {FILE_NAME}.")


def _warn_of_breakdowns(judged: Sequence[Judged], notes: Notes) -> None:
    """Warn of breakdowns that the dataset whose total an indicator is per does not have: they have no figures."""
    for indicator in {each.indicator.id: each.indicator for each in judged}.values():
        other = other_of(indicator.measure)
        if other is None:
            continue
        for columns in indicator.breakdowns:
            lacking = [name for name in columns if name not in other.types]
            if lacking:
                what = f"the breakdown by {' and '.join(columns)} has no figures: {other.id} has no column {lacking[0]}."
                notes.warn(indicator.id, what, "Goals for its values cannot be assessed; break it down by columns of both.")


def _check_supersedes(judged: Judged | Task, others: Sequence[Judged | Task], known: set[str], ids: Ids) -> None:
    goal, place = judged.goal, under(judged.place, "supersedes")
    if goal.supersedes == goal.id:
        ids.notes.fault(place, "a goal cannot supersede itself.", "Name the goal that it takes the place of.")
        return
    elif goal.supersedes in ids.used.goals:
        cure = f'Switch it off with a reason: [statutory.off] "{goal.supersedes}" = "...".'
        ids.notes.fault(place, f"{goal.supersedes} is a statutory goal; a council cannot end it.", cure)
    elif goal.supersedes not in known:
        near = nearest(str(goal.supersedes), known)
        cure = "" if near else "Name a goal of this workspace."
        ids.notes.fault(place, f'there is no goal "{goal.supersedes}".', cure, near)
    for other in others:
        if other.goal.statutory or other.goal.id != goal.supersedes:
            continue
        if other.goal.valid_from >= goal.valid_from:
            what = (
                f"{other.goal.id} begins on {other.goal.valid_from}, and this goal, which is to end it, on {goal.valid_from}."
            )
            ids.notes.fault(place, what, "Let this goal begin later.")
        one, of = (each.indicator.id if isinstance(each, Judged) else "nothing" for each in (other, judged))
        if one != of:
            what = f"it ends {other.goal.id}, which is measured on {one}, not on {of}."
            ids.notes.warn(place, what, "Where both promises hold, leave supersedes out.")


def _ends(judged: Sequence[Judged | Task]) -> dict[str, date]:
    """Return, by id, the last day of the goals that others supersede: the day before the first of those begins."""
    ends: dict[str, date] = {}
    for each in judged:
        ended = each.goal.supersedes
        if ended is not None and ended != each.goal.id:
            end = each.goal.valid_from - timedelta(days=1)
            ends[ended] = min(end, ends.get(ended, end))
    return ends


def _in_time(judged: Sequence[Judged | Task], notes: Notes) -> Iterator[BoundGoal | BoundTask]:
    """Give the goals with their version numbers and the days they hold."""
    ends = _ends([each for each in judged if not each.goal.statutory])
    versions: dict[str, int] = {}
    for each in sorted(judged, key=lambda one: (one.goal.statutory, one.goal.id, one.goal.valid_from)):
        goal, threshold = each.goal, each.threshold if isinstance(each, Judged) else None
        versions[goal.id] = versions.get(goal.id, 0) + 1
        first = max(day for day in (goal.valid_from, threshold and threshold.valid_from) if day)
        lasts = [
            day
            for day in (goal.valid_to, threshold and threshold.valid_to, None if goal.statutory else ends.get(goal.id))
            if day
        ]
        last = min(lasts) if lasts else None
        if last is not None and last < first:
            what = f"the goal never holds: it would begin on {first} and end on {last}."
            notes.fault(each.place, what, "Check valid_from and valid_to, and those of its threshold.")
            continue
        if threshold is not None and first > goal.valid_from and not goal.statutory:
            what = f"the goal begins on {goal.valid_from}, but {threshold.id} holds from {first}: it is judged from then."
            notes.warn(each.place, what)
        yield _bound(each, versions[goal.id], first, last)


def _bound(judged: Judged | Task, version: int, first: date, last: date | None) -> BoundGoal | BoundTask:
    goal, place = judged.goal, judged.place
    if isinstance(judged, Task):
        frequency = goal.frequency or "year"
        return BoundTask(goal=goal, version=version, done=judged.done, frequency=frequency, first=first, last=last, place=place)
    coverage = goal.minimum_coverage
    return BoundGoal(
        goal=goal,
        version=version,
        indicator=judged.indicator,
        target=judged.target,
        frequency=goal.frequency or judged.indicator.frequency,
        first=first,
        last=last,
        basis=judged.basis,
        threshold=judged.threshold,
        targets=judged.targets,
        rule=judged.rule,
        place=place,
        minimum_coverage=judged.indicator.least_coverage if coverage is None else coverage / 100,
    )
