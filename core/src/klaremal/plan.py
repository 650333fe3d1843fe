"""The plan of a run: which goals, for which units, need which indicators, which passes over which datasets; reads no data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from klaremal.canonical import definition
from klaremal.errors import DeclarationError, Fault, WorkspaceError, nearest
from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Measure, Published, Term
from klaremal.model.period import FREQUENCIES, Period
from klaremal.model.target import Target
from klaremal.model.unit import LEVELS, Units
from klaremal.plan_units import Choices

if TYPE_CHECKING:
    from klaremal.bind.workspace import Bound, BoundGoal

_NAMED = 10


@frozen(kw_only=True)
class PlannedGoal:
    """One version of a goal with the codes of the units that it binds; `targets` are those units' own, by code.

    `named` are the units that it names one by one (or its organisation), among its units or with a target of their own,
    not as all of a level: it wants an answer for each of them, whatever the data knows.
    """

    goal: BoundGoal
    units: tuple[str, ...]
    targets: tuple[tuple[str, Target], ...] = ()
    named: tuple[str, ...] = ()


@frozen(kw_only=True)
class WantedIndicator:
    """An indicator that goals in force need: its components by name, and the frequencies and levels to report.

    All units of the levels under the organisation are reported (below the municipality: those that the data knows), and
    those in `codes`, which goals name one by one.
    """

    indicator: Indicator
    definition: str
    components: tuple[tuple[str, Term], ...]
    frequencies: tuple[str, ...]
    levels: tuple[str, ...]
    codes: frozenset[str] = frozenset()

    @property
    def dated_by(self) -> str:
        """The column that says which period a row belongs to."""
        return self.indicator.dated_by or self.indicator.dataset.dated_by


@frozen(kw_only=True)
class Single:
    """Terms that cannot be added (quantiles, numbers of different values), for one level and one frequency."""

    level: str
    frequency: str
    terms: tuple[Term, ...]


@frozen(kw_only=True)
class Pass:
    """One reading of a dataset by one date: every additive term once, and the others for each level and frequency."""

    dataset: Dataset
    dated_by: str
    terms: tuple[Term, ...]
    single: tuple[Single, ...] = ()

    @property
    def base_frequency(self) -> str:
        """How finely the rows are dated by `dated_by`."""
        if self.dated_by == self.dataset.dated_by:
            return self.dataset.base_frequency
        return "year" if self.dataset.column(self.dated_by).type == "year" else "month"

    @property
    def by_day(self) -> bool:
        """Whether `dated_by` holds days; otherwise it holds the names of periods."""
        return self.dataset.column(self.dated_by).type in ("date", "datetime")


@frozen(kw_only=True)
class Plan:
    """What one run does, worked out before any source is touched; `warnings` are units and levels that nothing is known of."""

    goals: tuple[PlannedGoal, ...]
    indicators: tuple[WantedIndicator, ...]
    passes: tuple[Pass, ...]
    datasets: tuple[str, ...]
    period: Period | None = None
    warnings: tuple[Fault, ...] = ()

    def wanted(self, pass_: Pass) -> tuple[WantedIndicator, ...]:
        """Return the indicators that a pass serves."""
        return tuple(
            each
            for each in self.indicators
            if each.indicator.dataset.id == pass_.dataset.id and each.dated_by == pass_.dated_by
        )


def make(
    bound: Bound,
    units: Units,
    sectors: Iterable[str] | None = None,
    goals: Iterable[str] | None = None,
    period: Period | str | None = None,
) -> Plan:
    """Work out what the chosen goals need; without a choice all of them. Units are those of the workspace and its datasets.

    A pass holds the terms of every goal of the workspace, chosen or not, so that components kept from a whole run serve
    one goal as well. WorkspaceError for a sector, goal or period that cannot be chosen, and for a goal that cannot be
    measured as it asks.
    """
    only = _period(period)
    chosen = _chosen(bound, tuple(sectors or ()), tuple(goals or ()), only)
    choices = Choices(units, bound.organisation)
    planned = tuple(_planned(each, choices) for each in chosen)
    indicators = _wanted(planned, units)
    is_all = len(chosen) == len(bound.goals)
    every = indicators if is_all else _wanted(tuple(_planned(each, choices) for each in bound.goals), units)
    faults = [fault for goal in chosen for fault in _unmeasurable(goal)]
    if faults:
        raise WorkspaceError(faults)
    datasets = sorted({each.indicator.dataset.id for each in indicators})
    return Plan(
        goals=planned,
        indicators=indicators,
        passes=_passes([each for each in every if each.indicator.dataset.id in datasets]),
        datasets=tuple(datasets),
        period=only,
        warnings=tuple(dict.fromkeys(fault for goal in chosen for fault in choices.warnings(goal))),
    )


def components(measure: Measure) -> tuple[tuple[str, Term], ...]:
    """Return the terms of a measure by name, with `weighed` (rows that have a weight) for a published figure with one."""
    terms = dict(measure.components)
    if isinstance(measure, Published) and measure.weight is not None:
        filled = f"({measure.weight.canonical}) is not null"
        where = f"({measure.where.canonical}) and {filled}" if measure.where is not None else filled
        terms["weighed"] = Term("count", where=Formula.of(where))
    return tuple(terms.items())


# -- the choice of goals ---------------------------------------------------------------------------------------------


def _period(given: Period | str | None) -> Period | None:
    if not isinstance(given, str):
        return given
    try:
        return Period.parse(given) if given else None
    except DeclarationError as error:
        raise WorkspaceError([Fault("--period", error.message)]) from error


def _chosen(bound: Bound, sectors: Sequence[str], goals: Sequence[str], period: Period | None) -> list[BoundGoal]:
    """Return the goals of these sectors, with these ids and judged in this period; names nothing has are faults."""
    faults = [
        _unknown_name(option, name, known)
        for option, names, known in (
            ("sector", sectors, {goal.indicator.plugin for goal in bound.goals}),
            ("goal", goals, {goal.goal.id for goal in bound.goals}),
        )
        for name in names
        if name not in known
    ]
    found = [
        goal
        for goal in bound.goals
        if (not sectors or goal.indicator.plugin in sectors) and (not goals or goal.goal.id in goals)
    ]
    if not found and not faults and goals:
        what = f"{', '.join(goals)} is of another sector than {', '.join(sectors)}."
        faults.append(Fault("--goal", what, "Leave --sector out."))
    if period is not None and not faults:
        judged = [goal for goal in found if goal.frequency == period.frequency and _in_force(goal, period)]
        if not judged:
            used = ", ".join(sorted({goal.frequency for goal in found}, key=FREQUENCIES.index)) or "none"
            faults.append(Fault("--period", f"no goal is judged for {period.code}; the goals here are judged by: {used}."))
        found = judged
    if faults:
        raise WorkspaceError(faults)
    return found


def _unknown_name(option: str, name: str, known: Iterable[str]) -> Fault:
    names = sorted(known)
    near = nearest(name, names)
    cure = f"There is {', '.join(names[:_NAMED])}{' ...' if len(names) > _NAMED else ''}." if names and not near else ""
    return Fault(f"--{option}", f'there is no {option} "{name}" here.', cure, near)


def _in_force(goal: BoundGoal, period: Period) -> bool:
    return goal.first <= period.first_day and (goal.last is None or period.first_day <= goal.last)


def _unmeasurable(goal: BoundGoal) -> list[Fault]:
    kinds = {term.kind for term in goal.indicator.measure.components.values()}
    if goal.frequency == "rolling12" and kinds & {"quantile", "median", "distinct"}:
        name = type(goal.indicator.measure).__name__
        return [Fault(goal.place, f"{name} has no rolling windows.", 'Use frequency = "year", or a measure that adds up.')]
    return []


def _planned(goal: BoundGoal, choices: Choices) -> PlannedGoal:
    units = choices.codes(goal)
    own = {code: target for text, target in goal.targets for code in choices.one(text) if code in units}
    # A unit's own value goes before that of a group it belongs to.
    single = {codes[0]: target for text, target in goal.targets if len(codes := choices.one(text)) == 1 and codes[0] in units}
    # Whoever gives a unit a value of its own wants an answer for it, although it is chosen by its level.
    named = tuple(dict.fromkeys((*choices.named(goal), *single)))
    return PlannedGoal(goal=goal, units=units, targets=tuple(sorted((own | single).items())), named=named)


# -- indicators and passes -------------------------------------------------------------------------------------------


def _wanted(goals: Sequence[PlannedGoal], units: Units) -> tuple[WantedIndicator, ...]:
    """Return every indicator once, with the frequencies of its goals and the levels of itself and of its goals' units."""
    found: dict[str, dict[str, Any]] = {}
    for planned in goals:
        indicator = planned.goal.indicator
        entry = found.setdefault(
            indicator.id, {"indicator": indicator, "frequencies": set(), "levels": set(indicator.levels), "codes": set()}
        )
        entry["frequencies"].add(planned.goal.frequency)
        entry["codes"].update(planned.named)
        entry["levels"].update({units.level(code) for code in planned.units})
    return tuple(
        WantedIndicator(
            indicator=entry["indicator"],
            definition=definition(entry["indicator"]),
            components=components(entry["indicator"].measure),
            frequencies=tuple(sorted(entry["frequencies"], key=FREQUENCIES.index)),
            levels=tuple(sorted(entry["levels"], key=LEVELS.index)),
            codes=frozenset(entry["codes"]),
        )
        for _, entry in sorted(found.items())
    )


def _passes(wanted: Sequence[WantedIndicator]) -> tuple[Pass, ...]:
    """Return one pass for each dataset and date; terms that several indicators share are in it once."""
    together: dict[tuple[str, str], list[WantedIndicator]] = {}
    for each in wanted:
        together.setdefault((each.indicator.dataset.id, each.dated_by), []).append(each)
    return tuple(_pass(each) for _, each in sorted(together.items()))


def _pass(wanted: Sequence[WantedIndicator]) -> Pass:
    terms: dict[Term, None] = {}
    single: dict[tuple[str, str], dict[Term, None]] = {}
    for each in wanted:
        for _, term in each.components:
            if term.additive or term.kind == "published":
                terms[term] = None
                continue
            for level in each.levels:
                for frequency in each.frequencies:
                    single.setdefault((level, frequency), {})[term] = None
    return Pass(
        dataset=wanted[0].indicator.dataset,
        dated_by=wanted[0].dated_by,
        terms=tuple(terms),
        single=tuple(
            Single(level=level, frequency=frequency, terms=tuple(terms))
            for (level, frequency), terms in sorted(single.items(), key=_level_and_frequency)
        ),
    )


def _level_and_frequency(item: tuple[tuple[str, str], Mapping[Term, None]]) -> tuple[int, int]:
    level, frequency = item[0]
    return LEVELS.index(level), FREQUENCIES.index(frequency)
