"""The deliveries of a run with the engine that reads them: rows checked when first asked for, and the units that they bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from attrs import evolve, field, frozen

from klaremal import unit_rows
from klaremal.canonical import digest
from klaremal.errors import Fault, KlaremalError, SourceUnreadable
from klaremal.model.outcome import Gap, SetAside
from klaremal.model.unit_text import unit_meant

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows
    from klaremal.collect import Delivery
    from klaremal.components import Report
    from klaremal.engine import Engine
    from klaremal.model.dataset import Dataset
    from klaremal.model.on_time import Clock
    from klaremal.model.unit import Unit, Units
    from klaremal.ready import Progress, Ready
    from klaremal.working_days import Calendar
    from klaremal.workspace.folder import UnitsFrom


# Bytes of all sources together that one thread is enough for.
_SMALL: Final = 20_000_000


@frozen(kw_only=True, eq=False, slots=False)
class Desk:
    """The engine with the deliveries of a run; a dataset's rows are prepared and checked once, when first asked for."""

    engine: Engine
    ready: Ready
    deliveries: dict[str, Delivery]
    gaps: dict[str, Gap]
    notes: list[Fault] = field(factory=list, init=False)
    _checked: dict[str, Rows] = field(factory=dict, init=False)
    _rows: dict[str, Rows] = field(factory=dict, init=False)
    _clocked: dict[Clock, Rows] = field(factory=dict, init=False)
    _reports: dict[str, Report] = field(factory=dict, init=False)

    @cached_property
    def calendar(self) -> Calendar:
        """The working days of the country with the workspace's own closed days; the engine knows them from then on."""
        from klaremal.working_days import calendar_of, load

        days = calendar_of(self.ready.bound.country, self.ready.workspace.closed)
        load(self.engine, days)
        return days

    def clocked(self, clock: Clock) -> Rows:
        """Return the checked cases of a clock with what it says of them on the last day that the data covers."""
        from klaremal.checks.clocks import clocked

        if clock not in self._clocked:
            rows = self.rows(clock.dataset.id)
            pauses = "" if clock.pauses is None else self._paused(clock).relation
            until = self.until(clock)
            found = clocked(self.engine, rows, clock, until or self.ready.today - timedelta(days=1), pauses)
            # Without a known end of the data no month is closed, and each day there is one more day.
            self._clocked[clock] = evolve(found, today_matters=found.today_matters or until is None)
        return self._clocked[clock]

    def until(self, clock: Clock) -> date | None:
        """Return the last day that the cases of a clock and their pauses cover, None when one cannot tell."""
        if clock.pauses is not None:
            self._paused(clock)
        reached = [self.deliveries[each].reach(self.report(each).newest) for each in clock.datasets]
        known = [each for each in reached if each is not None]
        return min(known) if len(known) == len(reached) else None

    def since(self, dataset: str, clock: Clock | None) -> date | None:
        """Return the first day that the rows of a dataset cover, and the pauses of its clock; None where no source says."""
        found = [self.deliveries[each].since for each in ((dataset,) if clock is None else clock.datasets)]
        return max((day for day in found if day is not None), default=None)

    def _paused(self, clock: Clock) -> Rows:
        """Return the pauses of a clock; when they cannot be used the cases cannot, either."""
        assert clock.pauses is not None, "only pauses of their own dataset have rows"
        self.fenced(clock.pauses.id, partial(self.rows, clock.pauses.id))
        if clock.pauses.id in self.gaps:
            why = self.gaps[clock.pauses.id].message
            raise SourceUnreadable(f"its pauses are {clock.pauses.id}, which cannot be used: {why}", clock.dataset.id)
        return self.rows(clock.pauses.id)

    def rows(self, dataset: str) -> Rows:
        """Return the checked rows of a dataset; a KlaremalError says why they cannot be used."""
        from klaremal.checks.parts import in_months, last_states

        if dataset not in self._rows:
            rows = self.checked(dataset)
            until = self.deliveries[dataset].reach(rows.newest)
            if rows.dataset.spell:
                # Without a known end of the data no month is closed, and each day there is one more day.
                rows = evolve(rows, today_matters=rows.today_matters or until is None)
                rows = in_months(self.engine, rows, until or self.ready.today - timedelta(days=1))
            elif rows.dataset.snapshot:
                rows = last_states(self.engine, rows)
            self._rows[dataset] = rows
            self._reports[dataset] = self.said(rows)
        return self._rows[dataset]

    def checked(self, dataset: str) -> Rows:
        """Return the rows of a dataset as its source delivers them, or as they are made of others, checked."""
        from klaremal.checks.rows import check
        from klaremal.prepare.made import prepare_made
        from klaremal.prepare.rows import prepare

        if dataset not in self._checked:
            delivery = self.deliveries[dataset]
            if any(formula.needs_calendar for _, formula in delivery.dataset.derived):
                _ = self.calendar
            parts = [self._part(each, dataset) for each in delivery.dataset.made_of]
            unit_of = partial(self._unit_of, delivery.dataset.level)
            if parts:
                relations = [(each.dataset.id, each.relation) for each in parts]
                rows = check(self.engine, prepare_made(self.engine, delivery.dataset, relations), self.ready.today, unit_of)
                rows = _reaching(rows, parts)
            else:
                rows = check(self.engine, prepare(self.engine, delivery), self.ready.today, unit_of)
            self._checked[dataset] = rows
        return self._checked[dataset]

    def _unit_of(self, level: str | None, written: str) -> str | None:
        bound = self.ready.bound
        return unit_meant(written, level, bound.units, bound.organisation) if written else bound.organisation

    def called(self, dataset: Dataset) -> tuple[str, ...]:
        """Return a hash of what units are called, where a key of the dataset names them: by it rows are copies or not."""
        return (self._names,) if {*dataset.key} & {*dataset.placed_in} else ()

    @cached_property
    def _names(self) -> str:
        return digest(self.ready.bound.organisation, self.ready.bound.units.units)

    def _part(self, dataset: str, made: str) -> Rows:
        """Return the checked rows of a dataset that another one is made of; one that fails is a gap of its own, too."""
        self.fenced(dataset, partial(self.checked, dataset))
        if dataset in self.gaps:
            raise SourceUnreadable(f"it is made of {dataset}, which cannot be used: {self.gaps[dataset].message}", made)
        return self._checked[dataset]

    def said(self, rows: Rows) -> Report:
        """Return what the checks say of rows, as it is kept beside what is found of them."""
        from klaremal.components import Report

        return Report(
            total=rows.total,
            bad=rows.bad,
            found_on=self.ready.today,
            set_aside=rows.set_aside,
            newest=rows.newest,
            delivered=rows.delivered,
            warnings=rows.warnings,
        )

    def looked_at(self, dataset: str) -> bool:
        """Say whether there is a report of a dataset: none of one that failed, nor of the pauses of cases that did."""
        return dataset not in self.gaps and dataset in self._reports

    def report(self, dataset: str) -> Report:
        """Return what the checks said of the dataset's rows, in this run or in the one whose components were kept."""
        return self._reports[dataset]

    def remember(self, dataset: str, report: Report) -> None:
        """Keep what the checks had said of rows that are not read again."""
        self._reports.setdefault(dataset, report)

    def keep(self, dataset: str, work: Callable[[], None]) -> None:
        """Keep what was found for the next run; where the folder does not take it this run goes on, and says so."""
        try:
            work()
        except (OSError, KlaremalError) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or str(error)
            what = f"what was found could not be kept in {self.ready.state}: {why}. The next run reads the source again."
            self.notes.append(Fault(dataset, what, "See to the disk and to your rights in the folder."))

    def fenced(self, dataset: str, work: Callable[[], object]) -> None:
        """Do work on a dataset; when its source turns out to be unusable it becomes a gap, and the others go on."""
        if dataset in self.gaps:
            return
        try:
            work()
        except KlaremalError as error:
            self.gaps[dataset] = Gap(dataset=dataset, cause="source_failed", message=str(error))


def _reaching(rows: Rows, parts: Sequence[Rows]) -> Rows:
    """Return made rows that reach as far as those that they are made of, of which they also say what was wrong."""
    return evolve(
        rows,
        newest=tuple(day for each in parts for day in each.newest),
        delivered=tuple(count for each in parts for count in each.delivered),
        set_aside=(*(one for each in parts for one in each.set_aside), *rows.set_aside),
        warnings=(*(one for each in parts for one in each.warnings), *rows.warnings),
        today_matters=rows.today_matters or any(each.today_matters for each in parts),
    )


@contextmanager
def opened(ready: Ready, datasets: Iterable[str], say: Progress) -> Iterator[Desk]:
    """Collect the datasets and give a desk with an engine that may read their files and no others."""
    from klaremal.collect import collect
    from klaremal.engine import Engine

    say("collecting")
    delivered = collect(ready.bound, dict.fromkeys(datasets), ready.today, ready.state, ready.secret)
    paths = [path for each in delivered for path in each.paths]
    size = sum(part.provenance.bytes for each in delivered for part in each.parts)
    # More threads take memory of their own, and over little data no less time.
    with Engine.open(ready.state, threads=1 if size < _SMALL else None, allowed=paths) as engine:
        yield Desk(
            engine=engine,
            ready=ready,
            deliveries={each.dataset.id: each for each in delivered},
            gaps={each.dataset.id: each.gap for each in delivered if each.gap is not None},
        )


def placed(desk: Desk, say: Progress) -> tuple[Units, list[SetAside]]:
    """Return the workspace's units with those that its datasets bring, and the ones that could not be placed."""
    found: list[Unit] = []
    lost: list[SetAside] = []
    units = desk.ready.bound.units
    for spec in desk.ready.workspace.units_from:
        say(f"units of {spec.dataset}")
        desk.fenced(spec.dataset, partial(_add_units, desk, spec, units, found, lost))
    return (units.with_units(found) if found else units), lost


def _add_units(desk: Desk, spec: UnitsFrom, units: Units, found: list[Unit], lost: list[SetAside]) -> None:
    delivery = desk.deliveries[spec.dataset]
    triples = unit_rows.kept(desk.ready.state, delivery, spec)
    if triples is None:
        rows = desk.rows(spec.dataset)
        triples = unit_rows.distinct(desk.engine, rows, spec)
        # A unit of which all rows lie ahead today is one tomorrow; what is kept must not hide it.
        if not rows.today_matters:
            desk.keep(spec.dataset, partial(unit_rows.keep, desk.ready.state, delivery, spec, triples))
    made, aside = unit_rows.units_of(triples, spec, units, desk.ready.bound.organisation)
    found.extend(made)
    lost.extend(aside)
