"""One run from workspace to ledger, as one readable function; every step is a module of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from klaremal.errors import LedgerError
from klaremal.ready import Choice, Progress, Ready, plan_of, prepare_run

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.bind.workspace import Bound
    from klaremal.disclose import Hidden
    from klaremal.discovery import LeftOut
    from klaremal.errors import Fault
    from klaremal.ledger import Ledger
    from klaremal.ledger.record import Appended
    from klaremal.measuring import Measured
    from klaremal.model.outcome import Gap, Provenance, SetAside
    from klaremal.model.unit import Units
    from klaremal.plan import Plan, PlannedGoal


@frozen(kw_only=True, eq=False)
class Run:
    """All that one run found: the outward tables, the sources, and whatever was left out, set aside or failed."""

    number: int
    bound: Bound
    plan: Plan
    units: Units
    observations: pd.DataFrame
    fulfilments: pd.DataFrame
    provenance: tuple[Provenance, ...] = ()
    gaps: tuple[Gap, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    released: tuple[Mapping[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[Fault, ...] = ()
    appended: Appended | None = None
    scanned: int = 0
    kept: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether a plugin was left out or a source failed; the rest was stored all the same."""
        return bool(self.left_out or self.gaps)


def _silent(message: str) -> None:
    """Say nothing: the default for programs that call `run`."""


def run(folder: Path, choice: Choice | None = None, today: date | None = None, say: Progress = _silent) -> Run:
    """Run a workspace: read, bind, collect, scan, judge and store; return all that was found.

    WorkspaceError with every mistake at once when nothing can run; LedgerError when nothing could be stored. A source or a
    plugin that fails is in the result, and the others ran.
    """
    return run_prepared(prepare_run(folder, today), choice or Choice(), say)


def run_prepared(ready: Ready, choice: Choice, say: Progress = _silent) -> Run:
    """Run a workspace that was read before; see `run`."""
    from klaremal.ledger import Ledger
    from klaremal.measuring import measure
    from klaremal.recording import after_failures, closing, run_record

    started = datetime.now()
    clock = time.perf_counter()
    with Ledger.open(_ready_ledger(ready)) as book:
        plan = plan_of(ready, choice)
        told = ready.registry.notify("klaremal_before_run", workspace=ready.workspace, plan=plan)
        measured = measure(ready, choice, plan, say)
        say("judging")
        found = _found(ready, measured, book)
        observations, fulfilments = found.observations, found.fulfilments
        # What only the steps before need is not kept while the ledger works: a third of all that is in memory.
        measured = evolve(measured, observations=measured.observations.head(0))
        say("storing")
        seconds = time.perf_counter() - clock
        closes = closing(ready, choice, measured, [each.goal.goal.id for each in found.unjudged])
        stored = after_failures(observations, fulfilments, book, closes)
        appended = book.append(run_record(ready, measured, *stored, closes, started, seconds, found.released))
    result = Run(
        number=appended.run,
        bound=ready.bound,
        plan=measured.plan,
        units=measured.units,
        observations=observations,
        fulfilments=fulfilments,
        provenance=measured.provenance,
        gaps=measured.gaps,
        set_aside=measured.set_aside,
        hidden=found.hidden,
        released=found.released,
        left_out=(*ready.registry.left_out, *told, *found.left_out(ready)),
        warnings=(*ready.bound.warnings, *measured.warnings, *found.waiting),
        appended=appended,
        scanned=measured.scanned,
        kept=measured.kept,
        seconds=time.perf_counter() - clock,
    )
    return _told(ready, result)


@frozen(kw_only=True, eq=False)
class _Found:
    """Both outward tables, what was hidden and released, which judgements wait, and which goals a rule could not judge."""

    observations: pd.DataFrame
    fulfilments: pd.DataFrame
    hidden: tuple[Hidden, ...]
    released: tuple[Mapping[str, str], ...]
    waiting: tuple[Fault, ...]
    unjudged: Mapping[PlannedGoal, str]

    def left_out(self, ready: Ready) -> Iterator[LeftOut]:
        """Give the goals that their rule could not judge, with the plugin that the rule is of."""
        from klaremal.discovery import LeftOut

        for planned, why in self.unjudged.items():
            assert planned.goal.rule is not None, "only a rule fails"
            of = ready.registry.origin("fulfilment_rules", planned.goal.rule.id)
            yield LeftOut(of.name, of.distribution, of.version, f"goal {planned.goal.goal.id}", why)


def _found(ready: Ready, measured: Measured, book: Ledger) -> _Found:
    """Hide what must not be seen and judge what is left."""
    from klaremal.assess.fulfilments import assess
    from klaremal.assess.tasks import with_tasks
    from klaremal.disclose import disclose
    from klaremal.releases import Releases, waiting
    from klaremal.tables import fulfilments_table, observations_table

    plan, units, own = measured.plan, measured.units, ready.bound.organisation
    releases = Releases.of(ready.workspace.releases, units, own, book)
    shown = disclose(
        measured.observations, plan.indicators, units, lambda ids: book.observations(indicator=ids), tuple(releases.open)
    )
    unjudged: dict[PlannedGoal, str] = {}
    judged = assess(shown.observations, plan.goals, unjudged.__setitem__)
    everything = with_tasks(judged, plan.tasks, own, units.level(own), ready.today)
    return _Found(
        observations=observations_table(shown.observations, units),
        fulfilments=fulfilments_table(everything, units),
        hidden=shown.hidden,
        released=releases.rows(shown.released),
        waiting=tuple(waiting(shown, judged, plan.goals, units)),
        unjudged=unjudged,
    )


def _ready_ledger(ready: Ready) -> str | Path:
    """Return the ledger's address after making the folder that holds it; LedgerError when it cannot be made."""
    if isinstance(ready.ledger, Path):
        try:
            ready.ledger.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            cure = "Get the right to write there, or name another ledger in klaremal.toml. Nothing was stored."
            what = f"The ledger {ready.ledger} has no folder: {error.strerror} ({error.filename})."
            raise LedgerError(f"{what} {cure}") from error
    return ready.ledger


def _told(ready: Ready, result: Run) -> Run:
    """Tell the plugins that the run has ended; what one of them raises is reported with the run."""
    raised = ready.registry.notify("klaremal_after_run", run=result)
    return evolve(result, left_out=(*result.left_out, *raised)) if raised else result
