"""`klaremal plugin`: for those who make plugins; each command is a few lines over `klaremal.testing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
@click.option("--only", multiple=True, metavar="CHECK", help="Make only this check.")
@click.option("--skip", multiple=True, metavar="CHECK=REASON", help="Leave a check out, and say why it need not hold.")
@today_option
def check(name: str, only: tuple[str, ...], skip: tuple[str, ...], today: datetime | None) -> int:
    """Check an installed plugin: what it declares, its sample, its measures on made-up rows, its collectors.

    The same checks as those of `PluginConformance` in a test suite. The exit code is 1 when one finds something. --only and
    --skip can be given several times; the names of the checks are those of the report.

    \b
    Example:
      klaremal plugin check schools
      klaremal plugin check schools --only sample_runs --only values_plausible
      klaremal plugin check schools --skip "values_plausible=the range is that of the law's own table"
    """
    from klaremal.errors import PluginError, PluginLoadError

    subject_of, checks = _kit()
    reasons = _skipped(skip, checks)
    chosen = _chosen(only, checks)
    try:
        subject = subject_of.installed(name, today.date() if today else None)
    except PluginLoadError as error:
        click.echo(f"{name}: it cannot be loaded: {error.message}")
        return EXIT_FAILED
    except PluginError as error:
        raise click.UsageError(error.message) from error
    failed = made = 0
    # When the reader leaves early, what was found so far still is the exit code.
    with while_read(), _hypothesis_elsewhere():
        for each in chosen:
            if each in reasons:
                click.echo(f"skipped  {each}: {reasons[each]}")
            else:
                made += 1
                failed += _has_findings(checks, subject, each)
        skipped = f", {len(chosen) - made} skipped" if len(chosen) > made else ""
        click.echo(f"{name}: {failed} of {made} checks failed{skipped}." if failed else f"{name}: {_passed(made)}{skipped}.")
    return EXIT_FAILED if failed else 0


def _passed(number: int) -> str:
    return f"{number} check{'' if number == 1 else 's'}, all passed"


def _skipped(given: Iterable[str], checks: Any) -> dict[str, str]:
    """Return the reasons for the checks that are left out by name; a mistake of the command line for one that cannot be."""
    pairs = [(name.strip(), reason.strip()) for name, _, reason in (each.partition("=") for each in given)]
    wrong = [each for name, reason in pairs if (each := checks.wrong_skip(name, reason))]
    if wrong:
        raise click.UsageError("\n".join(f"--skip: {each}" for each in wrong))
    return dict(pairs)


def _chosen(only: Iterable[str], checks: Any) -> list[str]:
    """Return the names of the checks to be made, in the order in which they are."""
    wrong = [each for name in only if (each := checks.no_check(name))]
    if wrong:
        raise click.UsageError("\n".join(f"--only: {each}" for each in wrong))
    return [each for each in checks.CHECKS if not only or each in {*only}]


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


def _has_findings(checks: Any, subject: Subject, check: str) -> bool:
    """Make a check, print it with what it found, and say whether that is anything."""
    from klaremal.cli.progress import progress

    with progress() as say:
        say(check)
        found: list[Finding] = checks.findings(subject, check)
    has_failed = any(each.fails for each in found)
    click.echo(f"{'failed' if has_failed else 'ok':<8} {check}")
    for sentence in checks.asked_for(check) if has_failed else ():
        click.echo(f"         {sentence}")
    for each in found:
        click.echo(f"         {'- ' if has_failed else ''}{'' if each.fails else 'note: '}{each}")
    return has_failed
