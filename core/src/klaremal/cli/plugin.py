"""`klaremal plugin`: for those who make plugins; each command is a few lines over `klaremal.testing`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from klaremal.cli.main import EXIT_FAILED, while_read
from klaremal.cli.options import today as today_option
from klaremal.cli.plugin_new import new

if TYPE_CHECKING:
    from klaremal.testing import Finding, Subject

_EXTRA = "klaremal[testing]"


@click.group()
def plugin() -> None:
    """Make and check plugins.

    \b
    Example:
      klaremal plugin new parks
      klaremal plugin check schools
    """


plugin.add_command(new)


@plugin.command()
@click.argument("name")
@today_option
def check(name: str, today: datetime | None) -> int:
    """Check an installed plugin: what it declares, its sample, its measures on made-up rows, its collectors.

    The same checks as those of `PluginConformance` in a test suite. The exit code is 1 when one finds something.

    \b
    Example:
      klaremal plugin check schools
    """
    from klaremal.errors import PluginError, PluginLoadError

    subject_of, checks = _kit()
    try:
        subject = subject_of.installed(name, today.date() if today else None)
    except PluginLoadError as error:
        click.echo(f"{name}: it cannot be loaded: {error.message}")
        return EXIT_FAILED
    except PluginError as error:
        raise click.UsageError(error.message) from error
    with while_read(), _hypothesis_elsewhere():
        failed = sum(_has_findings(checks.findings, subject, each) for each in checks.CHECKS)
        number = len(checks.CHECKS)
        click.echo(f"{name}: {failed} of {number} checks failed." if failed else f"{name}: {number} checks, all passed.")
    return EXIT_FAILED if failed else 0


def _kit() -> tuple[Any, Any]:
    """Return the class of plugins under test and the checks; they stand above the command line, and need an extra."""
    try:
        import_module("hypothesis")
    except ModuleNotFoundError as error:
        cure = f'Install them: pip install "{_EXTRA}".'
        raise click.UsageError(f'"klaremal plugin check" needs the libraries of tests. {cure}') from error
    return import_module("klaremal.testing").Subject, import_module("klaremal.testing.checks")


@contextmanager
def _hypothesis_elsewhere() -> Iterator[None]:
    """Let Hypothesis keep what it keeps in a folder that is removed, not in the one that the command is called from."""
    with TemporaryDirectory(prefix="klaremal-hypothesis-") as folder:
        place = import_module("hypothesis.configuration").set_hypothesis_home_dir
        place(folder)
        try:
            yield
        finally:
            place(None)


def _has_findings(findings: Callable[[Subject, str], list[Finding]], subject: Subject, check: str) -> bool:
    """Make a check, print it with what it found, and say whether that is anything."""
    from klaremal.cli.progress import progress

    with progress() as say:
        say(check)
        found = findings(subject, check)
    click.echo(f"{'failed' if found else 'ok':<7} {check.replace('_', ' ')}")
    for each in found:
        click.echo(f"        {each}")
    return bool(found)
