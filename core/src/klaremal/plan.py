"""The plan of a run: which goals, for which units, need which indicators, which passes over which datasets; reads no data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from klaremal.canonical import definitions
from klaremal.errors import Fault, WorkspaceError
from klaremal.model.breakdown import of_columns
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Measure, Term, Total
from klaremal.model.on_time import DATED, Clock
from klaremal.model.period import FREQUENCIES, Period
from klaremal.model.quotient import other_of
from klaremal.model.target import Target
from klaremal.model.unit import LEVELS, Units
from klaremal.plan_choice import chosen_of, period_of
from klaremal.plan_compared import Compared, compared, unknown
from klaremal.plan_terms import denominator, needed
from klaremal.plan_units import Choices

if TYPE_CHECKING:
    from klaremal.bind.workspace import Bound, BoundGoal, BoundTask


@frozen(kw_only=True)
class PlannedGoal:
    """One version of a goal with the codes of the units that it binds; `targets` are of those that have another, by code.

    `named` are the units that it names one by one (or its organisation), among its units or with a target of their own,
    not as all of a level: it wants an answer for each of them, whatever the data knows. `away` says for units chosen by their
    level when they lie elsewhere: code, first month and the month after the last. `compared` says by code whom a unit is held
    against. `summed` is the organisation's unit and its level where the goal sums up its units and does not judge it itself.
    """

    goal: BoundGoal
    units: tuple[str, ...]
    targets: tuple[tuple[str, Target], ...] = ()
    named: tuple[str, ...] = ()
    away: tuple[tuple[str, int, int], ...] = ()
    compared: tuple[tuple[str, Compared], ...] = ()
    summed: tuple[str, str] | None = None
    definition: str = ""

    @property
    def group(self) -> tuple[str, str, str]:
        """The indicator, its definition and the frequency whose observations the goal judges."""
        return self.goal.indicator.id, self.definition, self.goal.frequency


@frozen(kw_only=True)
class WantedIndicator:
    """An indicator that goals in force need: its components by name, and the frequencies and levels to report.

    All units of the levels under the organisation are reported (below the municipality: those that the data knows), and
    those in `codes`, which goals name one by one. `asked` are the breakdowns of its goals.
    """

    indicator: Indicator
    definition: str
    components: tuple[tuple[str, Term], ...]
    frequencies: tuple[str, ...]
    levels: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    clock: Clock | None = None
    asked: tuple[str, ...] = ()

    def by(self, breakdown: tuple[str, ...]) -> WantedIndicator:
        """Return what is needed of the indicator where it is broken down by these columns."""
        return evolve(self, components=needed(self.indicator, breakdown)) if breakdown else self

    def asked_of(self, breakdown: tuple[str, ...]) -> tuple[str, ...]:
        """Return the values of a breakdown that goals name one by one, as texts."""
        found = (of_columns(breakdown, each) for each in self.asked)
        return tuple(each for each in found if each is not None)

    @property
    def single_frequencies(self) -> tuple[str, ...]:
        """The frequencies at which terms that cannot be added are needed: of the end of a period those of its last part."""
        is_last = isinstance(self.indicator.measure, Total) and self.indicator.measure.over_time == "last"
        return (self.indicator.base_frequency,) if is_last else self.frequencies

    @property
    def other(self) -> Dataset | None:
        """The other dataset whose total the indicator is per."""
        return other_of(self.indicator.measure)

    def is_per(self, pass_: Pass) -> bool:
        """Say whether a pass has the total that the indicator is per."""
        other = self.other
        if other is None or (pass_.dataset.id, pass_.dated_by, pass_.clock) != (other.id, other.date_column, None):
            return False
        return not pass_.breakdown or pass_.breakdown in self.indicator.breakdowns

    @property
    def dated_by(self) -> str:
        """The column that says which period a row belongs to."""
        if self.clock is not None:
            return DATED
        return self.indicator.dated_by or self.indicator.dataset.date_column


@frozen(kw_only=True)
class Single:
    """Terms that cannot be added (quantiles, numbers of different values), for one level and one frequency."""

    level: str
    frequency: str
    terms: tuple[Term, ...]


@frozen(kw_only=True)
class Pass:
    """One reading of a dataset by one date: every additive term once, and the others for each level and frequency.

    `breakdown` are the columns by whose values its rows are told apart; it is empty where they are not.
    """

    dataset: Dataset
    dated_by: str
    terms: tuple[Term, ...]
    single: tuple[Single, ...] = ()
    clock: Clock | None = None
    breakdown: tuple[str, ...] = ()

    @property
    def every_term(self) -> tuple[Term, ...]:
        """All terms, those that cannot be added among them."""
        return (*self.terms, *(term for single in self.single for term in single.terms))

    @property
    def dating(self) -> tuple[str, ...]:
        """The columns of the contract that say which period a row belongs to."""
        return (self.dated_by,) if self.clock is None else self.clock.columns

    @property
    def base_frequency(self) -> str:
        """How finely the rows are dated by `dated_by`."""
        if self.clock is not None:
            return "month"
        if self.dated_by == self.dataset.date_column:
            return self.dataset.base_frequency
        return "year" if self.dataset.column(self.dated_by).type == "year" else "month"

    @property
    def needs_calendar(self) -> bool:
        """Whether working days are looked up."""
        terms = (*self.terms, *(term for single in self.single for term in single.terms))
        formulas = [each for term in terms for each in (term.of, term.where) if each is not None]
        if self.clock is not None:
            formulas += [each for _, each, _ in self.clock.measure.formulas]
        return (self.clock is not None and self.clock.needs_calendar) or any(each.needs_calendar for each in formulas)

    @property
    def by_day(self) -> bool:
        """Whether `dated_by` holds days; otherwise it holds the names of periods."""
        return self.clock is not None or self.dataset.column(self.dated_by).type in ("date", "datetime")


@frozen(kw_only=True)
class Plan:
    """What one run does, worked out before any source is touched; `warnings` are units and levels that nothing is known of.

    `tasks` are the goals that no figure judges.
    """

    goals: tuple[PlannedGoal, ...]
    indicators: tuple[WantedIndicator, ...]
    passes: tuple[Pass, ...]
    datasets: tuple[str, ...]
    period: Period | None = None
    warnings: tuple[Fault, ...] = ()
    tasks: tuple[BoundTask, ...] = ()

    def wanted(self, pass_: Pass) -> tuple[WantedIndicator, ...]:
        """Return the indicators that a pass serves."""
        return tuple(
            each.by(pass_.breakdown)
            for each in self.indicators
            if (each.indicator.dataset.id, each.dated_by, each.clock) == (pass_.dataset.id, pass_.dated_by, pass_.clock)
            and (not pass_.breakdown or pass_.breakdown in each.indicator.breakdowns)
        )

    def measured_per(self, pass_: Pass) -> tuple[WantedIndicator, ...]:
        """Return the indicators of other datasets that are per a total of a pass."""
        return tuple(each for each in self.indicators if each.is_per(pass_))


def make(
    bound: Bound,
    units: Units,
    sectors: Iterable[str] | None = None,
    goals: Iterable[str] | None = None,
    period: Period | str | None = None,
) -> Plan:
    """Work out what the chosen goals need; without a choice all of them. Units are those of the workspace and its datasets.

    WorkspaceError for a sector, goal or period that cannot be chosen, and for a goal that cannot be measured as it asks.
    """
    only = period_of(period)
    chosen, tasks = chosen_of(bound, tuple(sectors or ()), tuple(goals or ()), only)
    choices = Choices(units, bound.organisation)
    planned = tuple(_planned(each, choices, units, bound.organisation) for each in chosen)
    indicators = _wanted(planned, units, bound)
    faults = [fault for goal in chosen for fault in _unmeasurable(goal)]
    if faults:
        raise WorkspaceError(faults)
    pauses = {each.clock.pauses.id for each in indicators if each.clock is not None and each.clock.pauses is not None}
    datasets = sorted({name for each in indicators for name in each.indicator.datasets} | pauses)
    defined = {(each.indicator.id, each.indicator.measure): each.definition for each in indicators}
    planned = tuple(evolve(each, definition=defined[each.goal.indicator.id, each.goal.indicator.measure]) for each in planned)
    return Plan(
        goals=planned,
        indicators=indicators,
        passes=_passes(indicators),
        datasets=tuple(datasets),
        period=only,
        warnings=tuple(dict.fromkeys(_warnings(chosen, choices, units, bound.organisation))),
        tasks=tuple(tasks),
    )


def _warnings(goals: Iterable[BoundGoal], choices: Choices, units: Units, organisation: str) -> Iterator[Fault]:
    for goal in goals:
        yield from choices.warnings(goal)
        yield from unknown(goal, units, organisation)


# -- goals -----------------------------------------------------------------------------------------------------------


def _unmeasurable(goal: BoundGoal) -> list[Fault]:
    terms = goal.indicator.measure.components.values()
    if goal.frequency == "rolling12" and any(term.kind in ("quantile", "distinct") for term in terms):
        name = type(goal.indicator.measure).__name__
        return [Fault(goal.place, f"{name} has no rolling windows.", 'Use frequency = "year", or a measure that adds up.')]
    return []


def _planned(goal: BoundGoal, choices: Choices, units: Units, organisation: str) -> PlannedGoal:
    codes = choices.codes(goal)
    # Whoever gives a unit a value of its own wants an answer for it, although it is chosen by its level.
    own = (code for code in choices.own(goal) if code in codes)
    is_summed = goal.goal.summary is not None and organisation not in codes
    return PlannedGoal(
        goal=goal,
        units=codes,
        targets=tuple(sorted(choices.targets(goal).items())),
        named=tuple(dict.fromkeys((*choices.named(goal), *own))),
        away=choices.away(goal),
        compared=compared(goal, codes, units, organisation),
        summed=(organisation, units.level(organisation)) if is_summed else None,
    )


# -- indicators and passes -------------------------------------------------------------------------------------------


def _wanted(goals: Sequence[PlannedGoal], units: Units, bound: Bound) -> tuple[WantedIndicator, ...]:
    """Return every indicator once for each deadline that its goals give it, with their frequencies and all levels needed.

    Those are its own, those of its goals' units, and those of others whom the units are held against. Where small numbers are
    hidden the frequencies are those of all goals, chosen or not: what one shows must not give away what another hides.
    """
    found: dict[tuple[str, Measure], dict[str, Any]] = {}
    for planned in goals:
        indicator = planned.goal.indicator
        entry = found.setdefault(
            (indicator.id, indicator.measure),
            {"indicator": indicator, "frequencies": set(), "levels": set(indicator.levels), "codes": set(), "asked": {}},
        )
        entry["frequencies"].add(planned.goal.frequency)
        entry["asked"] |= {planned.goal.goal.breakdown: None} if planned.goal.goal.breakdown else {}
        others = {code for _, each in planned.compared for code in each.codes}
        entry["codes"].update(planned.named, others)
        entry["levels"].update({units.level(code) for code in (*planned.units, *others)})
    for goal in bound.goals:
        key = (goal.indicator.id, goal.indicator.measure)
        if key in found and goal.indicator.hides_few:
            found[key]["frequencies"].add(goal.frequency)
    of = zip(definitions(entry["indicator"] for entry in found.values()), found.values(), strict=True)
    return tuple(
        WantedIndicator(
            indicator=entry["indicator"],
            definition=definition,
            components=needed(entry["indicator"]),
            frequencies=tuple(sorted(entry["frequencies"], key=FREQUENCIES.index)),
            levels=tuple(sorted(entry["levels"], key=LEVELS.index)),
            codes=frozenset(entry["codes"]),
            asked=tuple(entry["asked"]),
            clock=Clock.of(entry["indicator"].measure, entry["indicator"].dataset, bound.registry.datasets),
        )
        for definition, entry in sorted(of, key=lambda each: (each[1]["indicator"].id, each[0]))
    )


# Dataset, date, breakdown and clock of a pass.
_Key = tuple[str, str, tuple[str, ...], Clock | None]


def _passes(wanted: Sequence[WantedIndicator]) -> tuple[Pass, ...]:
    """Return one pass for each dataset, date, breakdown and clock; terms that several indicators share are in it once.

    Those with a total that others are per come first.
    """
    together: dict[_Key, list[WantedIndicator]] = {}
    totals: dict[_Key, dict[Term, None]] = {}
    datasets: dict[str, Dataset] = {}
    for each in wanted:
        datasets |= {of.id: of for of in (each.indicator.dataset, each.other) if of is not None}
        for columns in ((), *each.indicator.breakdowns):
            together.setdefault((each.indicator.dataset.id, each.dated_by, columns, each.clock), []).append(each.by(columns))
            other = each.other
            if other is not None and other.types.keys() >= {*columns}:
                terms = (term for _, term in denominator(each.indicator.measure, columns))
                totals.setdefault((other.id, other.date_column, columns, None), {}).update(dict.fromkeys(terms))
    keys = sorted({**totals, **together}, key=lambda key: (key not in totals, *key[:3]))
    return tuple(_pass(datasets[key[0]], key, together.get(key, ()), totals.get(key, {})) for key in keys)


def _pass(dataset: Dataset, key: _Key, wanted: Sequence[WantedIndicator], totals: Mapping[Term, None]) -> Pass:
    terms = dict(totals)
    single: dict[tuple[str, str], dict[Term, None]] = {}
    for each in wanted:
        for _, term in each.components:
            if not term.single:
                terms[term] = None
                continue
            for level in each.levels:
                for frequency in each.single_frequencies:
                    single.setdefault((level, frequency), {})[term] = None
    _, dated_by, breakdown, clock = key
    ordered = sorted(single.items(), key=lambda each: (LEVELS.index(each[0][0]), FREQUENCIES.index(each[0][1])))
    return Pass(
        dataset=dataset,
        dated_by=dated_by,
        terms=tuple(terms),
        single=tuple(Single(level=level, frequency=frequency, terms=tuple(terms)) for (level, frequency), terms in ordered),
        clock=clock,
        breakdown=breakdown,
    )
