"""A workspace made ready to run: read, joined with the installed plugins, dated; and what of it is to be run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from klaremal.bind.workspace import Bound
    from klaremal.errors import Fault
    from klaremal.plan import Plan
    from klaremal.registry import Registry
    from klaremal.workspace.folder import Workspace

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
        from klaremal.workspace.secrets import secret

        return secret(self.state, name)

    def code(self, unit: str) -> str:
        """Return the code of a unit named by code, name or alias; a text that no set of units knows is returned as it is."""
        return self.bound.units.resolve(unit) or unit


def prepare_run(folder: Path, today: date | None = None) -> Ready:
    """Read a workspace and join it with the plugins it names; WorkspaceError with every mistake at once."""
    from klaremal.bind.workspace import bind
    from klaremal.errors import WorkspaceError
    from klaremal.gather import gather, of_workspace
    from klaremal.workspace.folder import read

    day = today or date.today()
    workspace, found = read(folder)
    files, taken = of_workspace(workspace)
    faults = (*found, *taken, *_not_over(workspace, day), *_not_done(workspace, day))
    try:
        bound = bind(workspace, gather(workspace, only_named=True, files=files), faults)
    except WorkspaceError:
        # Only now is it worth asking the other plugins: the cure of a mistake may be one that is installed but not named.
        bound = bind(workspace, gather(workspace, only_named=False, files=files), faults)
    return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=day)


def _not_over(workspace: Workspace, today: date) -> Iterator[Fault]:
    """Give the sources that are said to be complete for days that have not ended: their periods would count too early."""
    from klaremal.errors import Fault

    for source in workspace.sources:
        until = source.complete_until
        if not isinstance(until, date) or until < today:
            continue
        why = "is today, which is no whole day yet" if until == today else f"lies in the future (today is {today})"
        cure = f'Write the last day that the data covers, at the latest {today - timedelta(days=1)}, or "end_of_last_month".'
        yield Fault(f"{source.place}.complete_until", f"{until} {why}.", cure)


def _not_done(workspace: Workspace, today: date) -> Iterator[Fault]:
    """Give the goals that are said to be done on a day that has not come."""
    from klaremal.errors import Fault

    for section in workspace.goals:
        done = dict(section.values).get("done")
        on = done.get("on") if isinstance(done, Mapping) else None
        if type(on) is date and on > today:
            what = f"{on} lies in the future (today is {today})."
            yield Fault(f"{section.place}.done.on", what, 'Leave on out until it is done, or write status = "not_yet".')


def plan_of(ready: Ready, choice: Choice) -> Plan:
    """Return what a run would do; units that only the data knows are not in it yet."""
    from klaremal.plan import make

    return make(ready.bound, ready.bound.units, choice.sectors or None, choice.goals or None, choice.period or None)
