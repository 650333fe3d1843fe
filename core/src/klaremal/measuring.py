"""From sources to observations: what a run does with data, dataset by dataset; judging and storing are not here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from klaremal import unit_rows
from klaremal.errors import ContractBroken, Fault, KlaremalError
from klaremal.model.outcome import Gap, Provenance, SetAside

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.checks.rows import Rows
    from klaremal.collect import Delivery
    from klaremal.components import Groups, Report
    from klaremal.engine import Engine, Statement
    from klaremal.model.unit import Unit, Units
    from klaremal.plan import Pass, Plan
    from klaremal.ready import Choice, Progress, Ready
    from klaremal.workspace.folder import UnitsFrom


@frozen(kw_only=True, eq=False)
class Measured:
    """What the datasets of a run gave: in-flight observations, and all that was noticed on the way.

    `scanned` and `kept` count passes over data, and those whose components were there from an earlier run.
    """

    observations: pd.DataFrame
    plan: Plan
    units: Units
    engine: str
    provenance: tuple[Provenance, ...] = ()
    gaps: tuple[Gap, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    warnings: tuple[Fault, ...] = ()
    scanned: int = 0
    kept: int = 0
    statements: tuple[Statement, ...] = field(default=(), repr=False)


@frozen(kw_only=True, eq=False)
class Desk:
    """The engine with the deliveries of a run; a dataset's rows are prepared and checked once, when first asked for."""

    engine: Engine
    ready: Ready
    deliveries: dict[str, Delivery]
    gaps: dict[str, Gap]
    notes: list[Fault] = field(factory=list, init=False)
    _rows: dict[str, Rows] = field(factory=dict, init=False)
    _reports: dict[str, Report] = field(factory=dict, init=False)

    def rows(self, dataset: str) -> Rows:
        """Return the checked rows of a dataset; a KlaremalError says why they cannot be used."""
        from klaremal.checks.rows import check
        from klaremal.components import Report
        from klaremal.prepare.rows import prepare

        if dataset not in self._rows:
            rows = check(self.engine, prepare(self.engine, self.deliveries[dataset]), self.ready.today)
            self._rows[dataset] = rows
            self._reports[dataset] = Report(
                total=rows.total,
                bad=rows.bad,
                set_aside=rows.set_aside,
                newest_event=rows.newest_event,
                warnings=rows.warnings,
            )
        return self._rows[dataset]

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

    def fenced(self, dataset: str, work: Callable[[], None]) -> None:
        """Do work on a dataset; when its source turns out to be unusable it becomes a gap, and the others go on."""
        if dataset in self.gaps:
            return
        try:
            work()
        except KlaremalError as error:
            self.gaps[dataset] = Gap(dataset=dataset, cause="source_failed", message=str(error))


def measure(ready: Ready, choice: Choice, plan: Plan, say: Progress) -> Measured:
    """Collect, check, scan and roll up what the chosen goals need; a source that fails is a gap and the others go on.

    `plan` is `plan_of` the choice; it is made anew when the data brings units of which it does not know.
    """
    from klaremal.plan import make

    needed = [*plan.datasets, *(each.dataset for each in ready.workspace.units_from)]
    with opened(ready, needed, say) as desk:
        units, lost = placed(desk, say)
        if units is not ready.bound.units:
            plan = make(ready.bound, units, choice.sectors or None, choice.goals or None, choice.period or None)
        walk = _Walk(desk=desk, plan=plan, units=units)
        for pass_ in plan.passes:
            say(f"scanning {pass_.dataset.id}")
            desk.fenced(pass_.dataset.id, partial(walk.take, pass_))
        return walk.measured(lost)


@contextmanager
def opened(ready: Ready, datasets: Iterable[str], say: Progress) -> Iterator[Desk]:
    """Collect the datasets and give a desk with an engine that may read their files and no others."""
    from klaremal.collect import collect
    from klaremal.engine import Engine

    say("collecting")
    delivered = collect(ready.bound, dict.fromkeys(datasets), ready.today, ready.state, ready.secret)
    paths = [path for each in delivered for path in each.paths]
    with Engine.open(ready.state, allowed=paths) as engine:
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


@frozen(kw_only=True, eq=False)
class _Walk:
    """The passes of one run, taken one by one; what they find is gathered here."""

    desk: Desk
    plan: Plan
    units: Units
    _frames: list[tuple[str, pd.DataFrame]] = field(factory=list, init=False)
    _aside: list[SetAside] = field(factory=list, init=False)
    _taken: list[bool] = field(factory=list, init=False)

    def take(self, pass_: Pass) -> None:
        """Scan a pass, or take what an earlier run kept of the same data, and roll it up."""
        from klaremal.rollup import rollup

        wanted = self.plan.wanted(pass_)
        if not wanted:
            return
        groups, report, was_scanned = self._groups(pass_)
        single, single_was_scanned = self._single(pass_, groups)
        delivery = self.desk.deliveries[pass_.dataset.id]
        until = delivery.complete_until or report.newest_event
        observations, aside = rollup(
            groups, wanted, pass_, self.units, self.desk.ready.bound.organisation, until, self.desk.ready.today, single=single
        )
        self._aside.extend(aside)
        _refuse_nothing(pass_.dataset.id, report, aside)
        self._frames.append((pass_.dataset.id, observations))
        self._taken.append(was_scanned or single_was_scanned)

    def _groups(self, pass_: Pass) -> tuple[Groups, Report, bool]:
        from klaremal import components
        from klaremal.scan import scan

        desk, dataset = self.desk, pass_.dataset.id
        key = self._key(pass_)
        kept = components.load(desk.engine, desk.ready.state, key, pass_)
        if kept is not None:
            desk.remember(dataset, kept[1])
            return (*kept, False)
        rows = desk.rows(dataset)
        groups = scan(desk.engine, rows, pass_)
        # Rows of today or later are judged otherwise tomorrow: what was found today would then be wrong.
        if not rows.today_matters:
            report = desk.report(dataset)
            desk.keep(dataset, partial(components.store, desk.engine, desk.ready.state, key, groups, pass_, report))
        return groups, desk.report(dataset), True

    def _single(self, pass_: Pass, groups: Groups) -> tuple[pd.DataFrame | None, bool]:
        from klaremal import components
        from klaremal.rollup import places
        from klaremal.scan import scan_single

        if not pass_.single:
            return None, False
        desk = self.desk
        where, hashed = places(groups, pass_, self.plan.wanted(pass_), self.units, desk.ready.bound.organisation)
        key = self._key(pass_, hashed)
        kept = components.load_frame(desk.engine, desk.ready.state, key)
        if kept is not None:
            return kept, False
        rows = desk.rows(pass_.dataset.id)
        frame = scan_single(desk.engine, rows, pass_, where)
        if not rows.today_matters:
            desk.keep(pass_.dataset.id, partial(components.store_frame, desk.engine, desk.ready.state, key, frame))
        return frame, True

    def _key(self, pass_: Pass, where: str = "") -> str:
        from klaremal import __version__, components

        ready = self.desk.ready
        versions = (__version__, self.desk.engine.version)
        return components.key(
            self.desk.deliveries[pass_.dataset.id].fingerprint, pass_, ready.workspace.closed, versions, where
        )

    def measured(self, lost: Iterable[SetAside]) -> Measured:
        """Return all that was found, with a row for every goal whose source failed."""
        from klaremal.rollup import unmeasured

        desk, bound = self.desk, self.desk.ready.bound
        # Of a dataset that failed on its second pass the first pass is no answer, either.
        frames = [frame for name, frame in self._frames if len(frame) and name not in desk.gaps]
        none = unmeasured((), "no_data", self.units, bound.organisation, desk.ready.today)
        gaps = tuple(desk.gaps[name] for name in sorted(desk.gaps))
        for gap in gaps:
            wanted = [each for each in self.plan.indicators if each.indicator.dataset.id == gap.dataset]
            frames.append(unmeasured(wanted, gap.cause, self.units, bound.organisation, desk.ready.today))
        # Units that nobody knows are no mistake of the goals while the source that would name them is missing.
        unnamed = any(each.dataset in desk.gaps for each in desk.ready.workspace.units_from)
        unknown = () if unnamed else self.plan.warnings
        reports = [(name, desk.report(name)) for name in self.plan.datasets if name not in desk.gaps]
        return Measured(
            observations=_joined(frames) if frames else none,
            plan=self.plan,
            units=self.units,
            engine=desk.engine.version,
            provenance=tuple(self._provenance()),
            gaps=gaps,
            set_aside=tuple(
                dict.fromkeys((*lost, *(each for _, report in reports for each in report.set_aside), *self._aside))
            ),
            # A warning of the checks names its dataset itself.
            warnings=(
                *unknown,
                *self._unseen(),
                *(Fault("", text) for _, report in reports for text in report.warnings),
                *desk.notes,
            ),
            scanned=sum(self._taken),
            kept=len(self._taken) - sum(self._taken),
            statements=tuple(desk.engine.log),
        )

    def _unseen(self) -> Iterator[Fault]:
        """Warn of units of the workspace that the data never names; of a dataset that failed nothing is known."""
        from klaremal.unseen import unseen

        seen: dict[str, set[str]] = {}
        for name, frame in self._frames:
            if name not in self.desk.gaps:
                for indicator, units in frame.groupby("indicator", observed=True)["unit"]:
                    seen.setdefault(str(indicator), set()).update(units.unique())
        return unseen(self.desk.ready.bound, self.plan, seen, self.desk.ready.today)

    def _provenance(self) -> Iterator[Provenance]:
        for name in self.plan.datasets:
            if name in self.desk.gaps:
                continue
            report, delivery = self.desk.report(name), self.desk.deliveries[name]
            for part in delivery.parts:
                until = part.provenance.complete_until or report.newest_event
                rule = part.provenance.complete_rule or ("newest_event" if delivery.dataset.events else "newest_period")
                yield evolve(part.provenance, rows=report.total, complete_until=until, complete_rule=rule)


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames of observations together; texts stay categorical, although each frame knows only its own indicators."""
    import pandas as pd
    from pandas.api.types import union_categoricals

    found: dict[str, Any] = {}
    for name, kind in frames[0].dtypes.items():
        parts = [frame[name] for frame in frames]
        is_text = isinstance(kind, pd.CategoricalDtype)
        found[str(name)] = union_categoricals(parts) if is_text else pd.concat(parts, ignore_index=True)
    return pd.DataFrame(found, copy=False)


def _refuse_nothing(dataset: str, report: Report, aside: Iterable[SetAside]) -> None:
    """Refuse a dataset of which every row was set aside: that is a mistake in the source, not a year without cases."""
    good = report.total - report.bad
    # Rows without an optional date say nothing against the source: by another date they count.
    if good and sum(each.rows for each in aside if each.rule != "undated") >= good:
        reasons = "; ".join(each.message or each.rule for each in aside)
        raise ContractBroken(f"not one of the {report.total} rows counts: {reasons}", dataset)
