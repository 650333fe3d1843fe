"""Fixtures for tests of plugins, found by pytest through the entry point; klaremal is imported inside them.

A plugin of pytest is imported before anything is measured or watched, in every project of the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from klaremal.registry import Registry


class Outcome(NamedTuple):
    """What a command of klaremal answered: its exit code, and what it wrote to both streams."""

    exit_code: int
    out: str
    err: str


class WorkspaceFolder(NamedTuple):
    """A workspace in a folder of its own, whose commands run on a day that does not change."""

    folder: Path
    today: date

    def run(self, command: str, *arguments: str) -> Outcome:
        """Run a command of klaremal on the workspace, as `run("run", "--lang", "en")`."""
        from klaremal.cli.main import main

        dated = ["--today", self.today.isoformat()] if command in ("run", "check") else []
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([command, *arguments, *dated, str(self.folder)])
        return Outcome(code, out.getvalue(), err.getvalue())


@pytest.fixture
def frozen_clock() -> date:
    """Return the day on which runs of a test take place: nothing in klaremal looks at a clock when it is given a day."""
    return date(2026, 1, 15)


@pytest.fixture
def workspace_factory(tmp_path: Path, frozen_clock: date) -> Callable[[Mapping[str, str | bytes]], WorkspaceFolder]:
    """Return a function that writes a workspace: the content of each file by its path, `klaremal.toml` among them.

    Text is written in UTF-8; bytes (a workbook, an extract in cp1252) as they are.
    """

    def make(files: Mapping[str, str | bytes]) -> WorkspaceFolder:
        folder = tmp_path / f"workspace{len(list(tmp_path.glob('workspace*'))) or ''}"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return WorkspaceFolder(folder, frozen_clock)

    return make


@pytest.fixture
def registry_of() -> Callable[..., Registry]:
    """Return a function that asks core and the given plugins (modules, objects with hooks) what they declare, and no others."""
    from klaremal import __version__, builtin
    from klaremal.discovery import CORE, PluginSource
    from klaremal.registry import build

    def ask(*plugins: Any) -> Registry:
        sources = [each if isinstance(each, PluginSource) else PluginSource(_name(each), each) for each in plugins]
        return build([PluginSource(CORE, builtin, CORE, __version__), *sources])

    return ask


def _name(plugin: ModuleType | object) -> str:
    if isinstance(plugin, ModuleType):
        return plugin.__name__.rpartition(".")[2].removeprefix("klaremal_")
    return str(getattr(plugin, "name", type(plugin).__name__.lower()))


@pytest.fixture
def network_guard() -> Iterator[None]:
    """Refuse every connection to another machine while the test runs; what is on this machine may be reached."""
    from klaremal.testing.guard import no_network

    with no_network():
        yield
