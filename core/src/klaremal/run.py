"""One run from workspace to ledger, as one readable function; every step is a module of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.bind import Bound
    from klaremal.discovery import LeftOut
    from klaremal.errors import Fault
    from klaremal.ledger.record import Appended
    from klaremal.measuring import Measured
    from klaremal.model.outcome import Gap, Provenance, SetAside
    from klaremal.model.unit import Units
    from klaremal.plan import Plan
    from klaremal.registry import Registry
    from klaremal.workspace import Workspace

STATE = ".klaremal"

Progress = Callable[[str], None]


@frozen(kw_only=True)
class Choice:
    """What to run of a workspace: sectors, goals and one period; empty means all."""

    sectors: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    period: str = ""


@frozen(kw_only=True, eq=False)
class Ready:
    """A workspace that is known to be right: read, joined with the installed plugins, and dated."""

    workspace: Workspace
    registry: Registry
    bound: Bound
    today: date

    @property
    def state(self) -> Path:
        """The private folder: unsuppressed counts, temporary files, the ledger by default."""
        return self.workspace.folder / STATE

    @property
    def ledger(self) -> str | Path:
        """The ledger's address: a database URL as it stands, a path relative to the workspace's folder."""
        address = self.workspace.ledger
        return address if "://" in address else self.workspace.folder / address

    def secret(self, name: str) -> str:
        """Return a secret of the workspace; SourceUnavailable when it is set nowhere."""
        from klaremal.workspace_secrets import secret

        return secret(self.state, name)

    def code(self, unit: str) -> str:
        """Return the code of a unit named by code, name or alias; a text that no set of units knows is returned as it is."""
        return self.bound.units.resolve(unit) or unit


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


def prepare_run(folder: Path, today: date | None = None) -> Ready:
    """Read a workspace and join it with the plugins it names; WorkspaceError with every mistake at once."""
    from klaremal.bind import bind
    from klaremal.discovery import discover
    from klaremal.registry import build
    from klaremal.workspace import read

    workspace, faults = read(folder)
    everything = build(*discover())
    bound = bind(workspace, everything, faults)
    return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=today or date.today())


def plan_of(ready: Ready, choice: Choice) -> Plan:
    """Return what a run would do; units that only the data knows are not in it yet."""
    from klaremal.plan import make

    return make(ready.bound, ready.bound.units, choice.sectors or None, choice.goals or None, choice.period or None)


def run_prepared(ready: Ready, choice: Choice, say: Progress = _silent) -> Run:
    """Run a workspace that was read before; see `run`."""
    from klaremal.assess import assess
    from klaremal.disclose import disclose
    from klaremal.ledger import Ledger
    from klaremal.measuring import measure
    from klaremal.recording import run_record, after_failures
    from klaremal.tables import fulfilments_table, observations_table

    started = datetime.now()
    clock = time.perf_counter()
    with Ledger.open(_ready_ledger(ready)) as book:
        told = ready.registry.notify("klaremal_before_run", workspace=ready.workspace, plan=plan_of(ready, choice))
        measured = measure(ready, choice, say)
        say("judging")
        released = disclose(measured.observations, measured.plan.indicators)
        judged = assess(released, measured.plan.goals)
        observations = observations_table(released, measured.units)
        fulfilments = fulfilments_table(judged, measured.units)
        say("storing")
        seconds = time.perf_counter() - clock
        new_observations = after_failures(observations, book, "observations")
        new_fulfilments = after_failures(fulfilments, book, "fulfilments")
        appended = book.append(run_record(ready, measured, new_observations, new_fulfilments, started, seconds))
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
        left_out=(*ready.registry.left_out, *told),
        warnings=(*ready.bound.warnings, *measured.plan.warnings, *measured.warnings),
        appended=appended,
        scanned=measured.scanned,
        kept=measured.kept,
        seconds=time.perf_counter() - clock,
    )
    return _told(ready, result)


def _ready_ledger(ready: Ready) -> str | Path:
    """Return the ledger's address after making the private folder that holds it by default."""
    if isinstance(ready.ledger, Path):
        ready.ledger.parent.mkdir(parents=True, exist_ok=True)
    return ready.ledger


def _told(ready: Ready, result: Run) -> Run:
    """Tell the plugins that the run has ended; what one of them raises is reported with the run."""
    raised = ready.registry.notify("klaremal_after_run", run=result)
    return evolve(result, left_out=(*result.left_out, *raised)) if raised else result
