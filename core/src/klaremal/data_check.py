"""All sources of a workspace against their contracts, without a figure and without a trace; see `klaremal check`."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from klaremal.desk import Desk, opened, placed
from klaremal.model.outcome import SetAside
from klaremal.plan import Pass, make
from klaremal.unshared import unshared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from klaremal.checks.rows import Rows
    from klaremal.components import Groups
    from klaremal.errors import Fault
    from klaremal.model.unit import Units
    from klaremal.plan import Plan
    from klaremal.ready import Progress, Ready


@frozen(kw_only=True)
class CheckedDataset:
    """What the check of one dataset found; `problem` says why it cannot be used at all, and is empty when it can."""

    dataset: str
    rows: int = 0
    bad: int = 0
    complete_until: date | None = None
    rule: str = ""
    problem: str = ""


@frozen(kw_only=True, eq=False)
class Checked:
    """What the check of a workspace's data found."""

    datasets: tuple[CheckedDataset, ...]
    set_aside: tuple[SetAside, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a dataset cannot be used."""
        return any(each.problem for each in self.datasets)


@frozen(kw_only=True, eq=False)
class _Notes:
    datasets: list[CheckedDataset] = field(factory=list)
    set_aside: list[SetAside] = field(factory=list)
    warnings: list[str] = field(factory=list)


def check_data(ready: Ready, say: Progress) -> Checked:
    """Read every configured source once and hold it against its dataset's contract and the workspace's units."""
    notes = _Notes()
    sources = {source.dataset.id for source in ready.bound.sources}
    made = {each.id for each in ready.registry.datasets.values() if each.made_of}
    names = sorted(sources | {each for each in made if {*ready.registry.with_parts([each])} <= sources | made})
    with opened(ready, names, say) as desk:
        units, lost = placed(desk, say)
        plan = make(ready.bound, units)
        for name in names:
            say(f"checking {name}")
            desk.fenced(name, partial(_check, desk, name, units, plan, notes))
            if name in desk.gaps:
                notes.datasets.append(CheckedDataset(dataset=name, problem=desk.gaps[name].message))
        notes.warnings.extend(str(each) for each in _unshared(desk, plan, names))
    # What is made of a dataset says again what was wrong with it.
    return Checked(
        datasets=tuple(notes.datasets),
        set_aside=tuple(dict.fromkeys((*lost, *notes.set_aside))),
        warnings=tuple(dict.fromkeys(notes.warnings)),
    )


def _check(desk: Desk, name: str, units: Units, plan: Plan, notes: _Notes) -> None:
    rows, delivery = desk.rows(name), desk.deliveries[name]
    until = delivery.reach(rows.newest)
    homeless = _without_place(desk, rows, units, plan)
    bad = rows.bad + sum(each.rows for each in homeless)
    notes.datasets.append(
        CheckedDataset(dataset=name, rows=rows.total, bad=bad, complete_until=until, rule=delivery.complete_rule)
    )
    notes.set_aside.extend((*rows.set_aside, *homeless))
    notes.warnings.extend(rows.warnings)


def _unshared(desk: Desk, plan: Plan, names: Sequence[str]) -> Iterator[Fault]:
    """Give the breakdowns that have no figures since the dataset that an indicator is per writes their values otherwise."""
    from klaremal.scan import scan

    def scanned(pass_: Pass) -> tuple[Pass, Groups]:
        counted = evolve(pass_, terms=(), single=(), clock=None, dated_by=pass_.dataset.date_column)
        return counted, scan(desk.engine, desk.rows(pass_.dataset.id), counted)

    usable = {*names} - desk.gaps.keys()
    passes = [each for each in plan.passes if each.breakdown and each.dataset.id in usable]
    for pass_ in passes:
        wanted = [each for each in plan.wanted(pass_) if each.other is not None]
        if wanted:
            others = [each for each in passes if each.breakdown == pass_.breakdown and plan.measured_per(each)]
            yield from unshared(wanted, scanned(pass_), map(scanned, others))


def _without_place(desk: Desk, rows: Rows, units: Units, plan: Plan) -> tuple[SetAside, ...]:
    """Return the good rows that a run would set aside: of a unit that is not known, of another level, without a period."""
    from klaremal.rollup.located import find
    from klaremal.scan import scan

    dataset = rows.dataset
    count = Pass(dataset=dataset, dated_by=dataset.date_column, terms=())
    groups = scan(desk.engine, rows, count)
    return find(groups, count, plan.wanted(count), units, desk.ready.bound.organisation).set_aside
