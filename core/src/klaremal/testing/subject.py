"""The plugin under test with all that it declares, looked at once; it checks nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from klaremal.absent import absent
from klaremal.discovery import CORE, LeftOut, PluginSource
from klaremal.errors import PluginError, PluginLoadError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.bind.workspace import Bound
    from klaremal.declared import Declared
    from klaremal.ready import Ready
    from klaremal.registry import Registry
    from klaremal.run import Run
    from klaremal.testing.measured_rows import Batch


@frozen
class Finding:
    """One thing that a plugin does not keep: where it is, what is wrong, and what to do.

    `fails` is False for what could not be looked at: it is told, and the check is passed.
    """

    where: str
    what: str
    cure: str
    fails: bool = True

    def __str__(self) -> str:
        """Give the finding as one sentence after another, the place first."""
        return f"{self.where}: {self.what} {self.cure}".strip()


@frozen(kw_only=True, eq=False, slots=False)
class Subject:
    """A plugin, the other plugins that are installed beside it, and what klaremal takes from them.

    What takes time (the sample's run, the measured rows) is made when a check first asks for it, and then shared.
    """

    source: PluginSource
    others: tuple[PluginSource, ...] = field(repr=False)
    today: date = field(factory=date.today)

    @classmethod
    def installed(cls, name: str, today: date | None = None) -> Subject:
        """Return an installed plugin by its entry-point name; PluginError without it, PluginLoadError if it is not imported."""
        from klaremal.discovery import discover

        found, left_out = discover()
        for each in left_out:
            if each.plugin == name:
                raise PluginLoadError(each.why, each.plugin, each.distribution, each.version)
        names = [each.name for each in found]
        if name not in names or name == CORE:
            near = nearest(name, [each for each in names if each != CORE])
            hint = f'Did you mean "{near}"? ' if near else ""
            what, cure = absent(name)
            cure = "Install it: pip install -e <its folder>." if cure.startswith("Install it") else cure
            raise PluginError(f"{what[0].upper()}{what[1:]} {hint}{cure}")
        source = next(each for each in found if each.name == name)
        others = tuple(each for each in found if each is not source)
        return cls(source=source, others=others, today=today or date.today())

    @classmethod
    def of(cls, plugin: str | ModuleType | PluginSource, today: date | None = None) -> Subject:
        """Return a plugin by its entry-point name, or one that need not be installed: its module, or its source."""
        from klaremal.discovery import discover

        if isinstance(plugin, str):
            return cls.installed(plugin, today)
        if isinstance(plugin, ModuleType):
            found, _ = discover()
            installed = [each for each in found if each.module is plugin]
            name = plugin.__name__.rpartition(".")[2].removeprefix(f"{CORE}_")
            plugin = installed[0] if installed else PluginSource(name, plugin)
        others = tuple(each for each in discover()[0] if each.name != plugin.name)
        return cls(source=plugin, others=others, today=today or date.today())

    @property
    def name(self) -> str:
        """The entry-point name, with which all ids begin."""
        return self.source.name

    @cached_property
    def core(self) -> tuple[PluginSource, ...]:
        """What klaremal itself declares, as a plugin like any other."""
        own = tuple(each for each in self.others if each.name == CORE)
        if own:
            return own
        from klaremal import __version__, builtin

        return (PluginSource(CORE, builtin, CORE, __version__),)

    @cached_property
    def alone(self) -> Registry:
        """What klaremal takes from the plugin with only core beside it."""
        from klaremal.registry import build

        return build([*self.core, self.source])

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What klaremal does not take from the plugin with only core beside it, and why."""
        return tuple(each for each in self.alone.left_out if each.plugin == self.name)

    @cached_property
    def _declared(self) -> tuple[Declared, ...]:
        return tuple(each for each in self.alone.declared if each.source is self.source)

    def declares(self, kind: str) -> list[Any]:
        """Return what klaremal takes of a kind ("indicators", "thresholds") from the plugin."""
        return [each.item for each in self._declared if each.kind == kind]

    def raw(self, kind: str) -> list[Any]:
        """Return what a hook of the plugin returns, also what klaremal does not take; nothing where it raises."""
        hook = getattr(self.source.module, f"klaremal_{kind}", None)
        try:
            return list(hook() or ()) if hook is not None else []
        except Exception:  # noqa: BLE001 - that it raises is a finding of another check
            return []

    @property
    def module(self) -> str:
        """The name of the plugin's module; empty where it is no module that can be imported by name."""
        return self.source.module.__name__ if isinstance(self.source.module, ModuleType) else ""

    @property
    def sample(self) -> Path | None:
        """The sample workspace in the plugin's package; None when there is none."""
        file = getattr(self.source.module, "__file__", None)
        folder = Path(file).parent / "sample" if file else None
        return folder if folder is not None and (folder / "klaremal.toml").is_file() else None

    def bound(self, folder: Path) -> Bound:
        """Return a workspace joined with the plugin, klaremal's own, and the others that it names; WorkspaceError as a run."""
        from klaremal.bind.workspace import bind
        from klaremal.registry import build
        from klaremal.workspace.folder import read

        workspace, faults = read(folder)
        named = [each for each in self.others if each.name in workspace.plugins and each not in self.core]
        return bind(workspace, build([*self.core, self.source, *named]), faults)

    @cached_property
    def sample_run(self) -> Run:
        """The run of a copy of the sample, without a network; a KlaremalError when it cannot run."""
        with self._sample_ready() as ready:
            return _run(ready)

    @cached_property
    def sample_tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables that `klaremal export` makes of the sample after a run, by name; a KlaremalError when it cannot run."""
        from klaremal.export import TABLES, table

        with self._sample_ready() as ready:
            _run(ready)
            return {name: table(ready, name, {}, "en")[0] for name in TABLES}

    @contextmanager
    def _sample_ready(self) -> Iterator[Ready]:
        """Give a copy of the sample, ready to run; it is gone when the block ends."""
        from klaremal.ready import Ready

        assert self.sample is not None, "who asks has looked"
        with tempfile.TemporaryDirectory(prefix="klaremal-sample-") as folder:
            copy = Path(folder).resolve() / "sample"
            shutil.copytree(self.sample, copy, ignore=shutil.ignore_patterns(".klaremal", "*.db"))
            bound = self.bound(copy)
            yield Ready(workspace=bound.workspace, registry=bound.registry, bound=bound, today=self.today)

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """Rows that Hypothesis made for the plugin's datasets, and what klaremal measures of them."""
        from klaremal.testing.measured_rows import batches

        return tuple(batches(self.alone, self.declares("indicators")))


def _run(ready: Ready) -> Run:
    from klaremal.ready import Choice
    from klaremal.run import run_prepared
    from klaremal.testing.guard import no_network

    with no_network():
        return run_prepared(ready, Choice())


def shown(values: Iterable[object], most: int = 5) -> str:
    """Return a few values for a message, and how many more there are."""
    every: Sequence[object] = list(values)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(map(str, every[:most])) + more
