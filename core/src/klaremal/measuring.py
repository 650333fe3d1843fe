"""From sources to observations: what a run does with data, dataset by dataset; judging and storing are not here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from klaremal.desk import Desk, opened, placed
from klaremal.errors import ContractBroken, Fault
from klaremal.model.breakdown import LARGEST
from klaremal.model.outcome import CAUSES, Gap, Provenance, SetAside
from klaremal.unshared import unshared

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from klaremal.checks.rows import Rows
    from klaremal.components import Groups, Report
    from klaremal.engine import Statement
    from klaremal.model.unit import Units
    from klaremal.plan import Pass, Plan, WantedIndicator
    from klaremal.ready import Choice, Progress, Ready
    from klaremal.rollup import Other


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


def measure(ready: Ready, choice: Choice, plan: Plan, say: Progress) -> Measured:
    """Collect, check, scan and roll up what the chosen goals need; a source that fails is a gap and the others go on.

    `plan` is `plan_of` the choice; it is made anew when the data brings units of which it does not know.
    """
    needed = [*plan.datasets, *(each.dataset for each in ready.workspace.units_from)]
    with opened(ready, needed, say) as desk:
        walk, found = _walked(desk, choice, plan, say)
    # The engine has gone before the frames are put together: both at once would be the most memory of a run.
    return evolve(found, observations=walk.observations())


def at_desk(desk: Desk, choice: Choice, plan: Plan, say: Progress) -> Measured:
    """Check, scan and roll up what the chosen goals need of the sources on a desk; see `measure`."""
    walk, found = _walked(desk, choice, plan, say)
    return evolve(found, observations=walk.observations())


def _walked(desk: Desk, choice: Choice, plan: Plan, say: Progress) -> tuple[_Walk, Measured]:
    """Take all passes; return what was noticed, and the walk that has the frames of observations."""
    from klaremal.plan import make

    bound = desk.ready.bound
    units, lost = placed(desk, say)
    if units is not bound.units:
        plan = make(bound, units, choice.sectors or None, choice.goals or None, choice.period or None)
    walk = _Walk(desk=desk, plan=plan, units=units)
    for pass_ in plan.passes:
        say(f"scanning {pass_.dataset.id}")
        desk.fenced(pass_.dataset.id, partial(walk.take, pass_))
    return walk, walk.measured(lost)


@frozen(kw_only=True, eq=False)
class _Walk:
    """The passes of one run, taken one by one; what they find is gathered here."""

    desk: Desk
    plan: Plan
    units: Units
    _frames: list[tuple[str, pd.DataFrame]] = field(factory=list, init=False)
    _refused: list[tuple[Gap, Pass]] = field(factory=list, init=False)
    _aside: list[SetAside] = field(factory=list, init=False)
    _warnings: list[Fault] = field(factory=list, init=False)
    _taken: list[bool] = field(factory=list, init=False)
    _said: list[Report] = field(factory=list, init=False)
    _others: list[Other] = field(factory=list, init=False)

    def take(self, pass_: Pass) -> None:
        """Scan a pass, or take what an earlier run kept of the same data, and roll it up."""
        wanted, per = self.plan.wanted(pass_), self.plan.measured_per(pass_)
        if not wanted and not per:
            return
        if pass_.needs_calendar:
            _ = self.desk.calendar
        is_kept = self._remembered(pass_)
        groups, was_scanned = self._groups(pass_, is_kept)
        if pass_.breakdown and not len(groups):
            self._warnings.extend(_too_many((*wanted, *per), pass_))
            return
        single, single_was_scanned = self._single(pass_, groups, is_kept)
        report = self.desk.report(pass_.dataset.id)
        clock = pass_.clock
        until = self.desk.deliveries[pass_.dataset.id].reach(report.newest) if clock is None else self.desk.until(clock)
        wanted = self._without_failed(wanted)
        observations, aside = self._observed(groups, wanted, pass_, until, single)
        self._aside.extend(aside)
        self._taken.append(was_scanned or single_was_scanned)
        why = _nothing_counts(pass_, groups, report, aside)
        if per:
            from klaremal.rollup import Other

            self._others.append(Other(groups=groups, pass_=pass_, until=until))
        if pass_.breakdown:
            others = ((of.pass_, of.groups) for of in self._others if of.pass_.breakdown == pass_.breakdown)
            self._warnings.extend(unshared(wanted, (pass_, groups), others))
            # What there is to say of the rows is said of all of them together.
            if not why:
                self._frames.append((pass_.dataset.id, observations))
            return
        self._warnings.extend(_all_answered(wanted, observations))
        if why:
            self._refused.append((Gap(dataset=pass_.dataset.id, cause="source_failed", message=why), pass_))
        else:
            self._frames.append((pass_.dataset.id, observations))

    def _observed(
        self,
        groups: Groups,
        wanted: Sequence[WantedIndicator],
        pass_: Pass,
        until: date | None,
        single: pd.DataFrame | None,
    ) -> tuple[pd.DataFrame, tuple[SetAside, ...]]:
        """Roll a pass up, with the totals of other datasets that its indicators are per."""
        from klaremal.rollup import rollup

        ids = {each.other.id for each in wanted if each.other is not None}
        others = [of for of in self._others if of.pass_.dataset.id in ids and of.pass_.breakdown == pass_.breakdown]
        own, today = self.desk.ready.bound.organisation, self.desk.ready.today
        since = self.desk.since(pass_.dataset.id, pass_.clock)
        return rollup(groups, wanted, pass_, self.units, own, until, today, since=since, single=single, others=others)

    def _without_failed(self, wanted: Sequence[WantedIndicator]) -> tuple[WantedIndicator, ...]:
        """Return the indicators whose other dataset, of which they are per a total, can be used."""
        failed = {*self.desk.gaps, *(gap.dataset for gap, pass_ in self._refused if self.plan.measured_per(pass_))}
        return tuple(each for each in wanted if each.other is None or each.other.id not in failed)

    def _remembered(self, pass_: Pass) -> bool:
        """Say whether anything that an earlier run kept of the pass holds today."""
        from klaremal import components

        report = components.load_report(self.desk.ready.state, self._key(pass_), self.desk.ready.today)
        if report is not None:
            self.desk.remember(pass_.dataset.id, report)
            self._said.append(report)
        return report is not None

    def _groups(self, pass_: Pass, is_kept: bool) -> tuple[Groups, bool]:
        from klaremal import components
        from klaremal.scan import scan

        desk, dataset, key = self.desk, pass_.dataset.id, self._key(pass_)
        kept = components.load(desk.engine, desk.ready.state, key, pass_) if is_kept else None
        if kept is not None:
            return kept, False
        rows = self._rows(pass_)
        groups = scan(desk.engine, rows, pass_)
        report = desk.said(rows)
        self._said.append(report)
        # Rows of today or later are judged otherwise tomorrow: what was found today would then be wrong.
        if not rows.today_matters:
            desk.keep(dataset, partial(components.store, desk.engine, desk.ready.state, key, groups, pass_, report))
        return groups, True

    def _single(self, pass_: Pass, groups: Groups, is_kept: bool) -> tuple[pd.DataFrame | None, bool]:
        """Return the terms that cannot be added, each level and frequency scanned or as an earlier run kept it."""
        import pandas as pd

        from klaremal import components
        from klaremal.rollup import places
        from klaremal.scan import scan_single

        if not pass_.single:
            return None, False
        desk, dataset = self.desk, pass_.dataset.id
        where, hashed = places(groups, pass_, self.plan.wanted(pass_), self.units, desk.ready.bound.organisation)
        frames = []
        was_scanned = False
        for single in pass_.single:
            key = self._key(pass_, hashed[single.level, single.frequency])
            frame = components.load_single(desk.engine, desk.ready.state, key, pass_, single) if is_kept else None
            if frame is None:
                rows, was_scanned = self._rows(pass_), True
                frame = scan_single(desk.engine, rows, evolve(pass_, single=(single,)), where)
                if not rows.today_matters:
                    desk.keep(
                        dataset, partial(components.store_single, desk.engine, desk.ready.state, key, frame, pass_, single)
                    )
            frames.append(frame)
        return pd.concat(frames, ignore_index=True), was_scanned

    def _rows(self, pass_: Pass) -> Rows:
        return self.desk.rows(pass_.dataset.id) if pass_.clock is None else self.desk.clocked(pass_.clock)

    def _key(self, pass_: Pass, places: str = "") -> str:
        from klaremal import __version__, components

        delivery, bound = self.desk.deliveries[pass_.dataset.id], self.desk.ready.bound
        closed = (bound.country, *bound.workspace.closed, *self.desk.called(pass_.dataset))
        versions = (__version__, self.desk.engine.version)
        return components.key(
            delivery.fingerprint, pass_.dated_by, closed, versions, places, self._clock_key(pass_), pass_.breakdown
        )

    def _clock_key(self, pass_: Pass) -> str:
        """Return a hash of what a pass looks at besides its rows: clock, how far data reaches, pauses, calendar."""
        from klaremal.canonical import digest

        calendar = self.desk.calendar.digest if pass_.needs_calendar else ""
        clock = pass_.clock
        if clock is None:
            return calendar
        # Where the data itself says how far it reaches, its fingerprint says so.
        looked_at = [(each.fingerprint, each.complete_until) for each in map(self.desk.deliveries.__getitem__, clock.datasets)]
        return digest(clock, looked_at, calendar)

    def observations(self) -> pd.DataFrame:
        """Return the observations, with a row for every goal whose source failed or whose pass was refused."""
        from klaremal.categories import joined

        # Of a dataset that failed on its second pass the first pass is no answer, either.
        frames = [frame for name, frame in self._frames if len(frame) and name not in self.desk.gaps]
        frames += [self._unmeasured(wanted, gap.cause) for gap, wanted in self._without_data()]
        return joined(frames) if frames else self._unmeasured((), "no_data")

    def _unmeasured(self, wanted: Sequence[WantedIndicator], cause: str) -> pd.DataFrame:
        from klaremal.rollup import unmeasured

        return unmeasured(wanted, cause, self.units, self.desk.ready.bound.organisation, self.desk.ready.today)

    def measured(self, lost: Iterable[SetAside]) -> Measured:
        """Return all that was noticed; the observations are not put together yet."""
        desk = self.desk
        # Units that nobody knows are no mistake of the goals while the source that would name them is missing.
        unnamed = any(each.dataset in desk.gaps for each in desk.ready.workspace.units_from)
        unknown = () if unnamed else self.plan.warnings
        reports = [desk.report(name) for name in self.plan.datasets if desk.looked_at(name)]
        # What the clock of a pass says of its cases only that pass knows.
        reports = [*reports, *self._said]
        return Measured(
            observations=self._unmeasured((), "no_data"),
            plan=self.plan,
            units=self.units,
            engine=desk.engine.version,
            provenance=tuple(self._provenance()),
            gaps=tuple(gap for gap, _ in self._without_data()),
            set_aside=tuple(dict.fromkeys((*lost, *(each for report in reports for each in report.set_aside), *self._aside))),
            # A warning of the checks names its dataset itself.
            warnings=(
                *unknown,
                *self._unseen(),
                *self._warnings,
                *dict.fromkeys(Fault("", text) for report in reports for text in report.warnings),
                *desk.notes,
            ),
            scanned=sum(self._taken),
            kept=len(self._taken) - sum(self._taken),
            statements=tuple(desk.engine.log),
        )

    def _without_data(self) -> Iterator[tuple[Gap, Sequence[WantedIndicator]]]:
        """Give datasets that failed and passes that were refused, each with the indicators that it leaves without data."""
        gaps, plan = self.desk.gaps, self.plan
        found = [
            (gap, [each for each in plan.indicators if gap.dataset in each.indicator.datasets])
            for _, gap in sorted(gaps.items())
        ]
        found += [
            (gap, [*plan.wanted(pass_), *plan.measured_per(pass_)]) for gap, pass_ in self._refused if gap.dataset not in gaps
        ]
        told: set[tuple[str, str]] = set()
        # An indicator of two datasets that both fail has one cause, that which goes first.
        for gap, wanted in sorted(found, key=lambda each: CAUSES.index(each[0].cause)):
            yield gap, [each for each in wanted if (each.indicator.id, each.definition) not in told]
            told |= {(each.indicator.id, each.definition) for each in wanted}

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
            if not self.desk.looked_at(name):
                continue
            report, delivery = self.desk.report(name), self.desk.deliveries[name]
            for part, shown, rows in zip(delivery.parts, report.newest, report.delivered, strict=True):
                until = part.provenance.complete_until or shown
                rule = part.provenance.complete_rule or ("newest_event" if part.source.dataset.events else "newest_period")
                # What a made dataset stands on are the sources of its parts.
                yield evolve(part.provenance, dataset=name, rows=rows, complete_until=until, complete_rule=rule)


def _all_answered(wanted: Iterable[WantedIndicator], observations: pd.DataFrame) -> Iterator[Fault]:
    """Warn of samples in which everybody answered: then those who did not are probably left out, and nobody knows how many."""
    for each in wanted:
        if each.indicator.dataset.basis == "sample":
            coverage = observations.loc[observations["indicator"] == each.indicator.id, "coverage"].dropna()
            if len(coverage) and (coverage >= 1).all():
                what = "no row is unanswered, so that nobody knows of how many these are a sample."
                yield Fault(each.indicator.id, what, "Deliver a row for everybody who was asked, with an empty answer.")


def _too_many(wanted: Iterable[WantedIndicator], pass_: Pass) -> Iterator[Fault]:
    """Warn of a breakdown that has no groups although there are rows: its columns have too many values."""
    columns = " and ".join(pass_.breakdown)
    for each in wanted:
        rows = "the rows" if each.indicator.dataset.id == pass_.dataset.id else f"the rows of {pass_.dataset.id}"
        what = f"the breakdown by {columns} is left out: {rows} have more than {LARGEST} values, and no enum says which."
        yield Fault(each.indicator.id, what, "Break it down by a column with fewer values, or give the column an enum.")


def _nothing_counts(pass_: Pass, groups: Groups, report: Report, aside: Iterable[SetAside]) -> str:
    """Say why no row has a place by the date of a pass: a mistake in the source, not a year without cases; else empty."""
    good = int(groups.columns["good"].sum())
    # Rows without an optional date say nothing against the source: by another date they count. Cells with several values
    # are said once for each indicator, and are at a place.
    lost = [each for each in aside if each.rule not in ("undated", "duplicate_cell", "no_total")]
    if not good or sum(each.rows for each in lost) < good:
        return ""
    reasons = "; ".join(each.message or each.rule for each in lost)
    by = "" if pass_.dated_by == pass_.dataset.date_column else f" by {pass_.dated_by}"
    return str(ContractBroken(f"not one of the {report.total} rows counts{by}: {reasons}", pass_.dataset.id))
