"""The command `klaremal`: its group of commands, loaded when called, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

# The first that applies, in this order, is the exit code of a run (design: errors).
EXIT_WORKSPACE = 2
EXIT_LEDGER = 4
EXIT_FAILED = 1
EXIT_FAIL_ON = 3
EXIT_INTERRUPTED = 130

# What a full disk, a used-up quota, a file that may not grow and a failing device say to whoever writes.
_UNPRINTABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

_COMMANDS = {
    "check": "klaremal.cli.check:check",
    "datasets": "klaremal.cli.listings:datasets",
    "explain": "klaremal.cli.explain:explain",
    "export": "klaremal.cli.export:export",
    "goals": "klaremal.cli.listings:goals",
    "indicators": "klaremal.cli.listings:indicators",
    "init": "klaremal.cli.init:init",
    "plugin": "klaremal.cli.plugin:plugin",
    "plugins": "klaremal.cli.listings:plugins",
    "run": "klaremal.cli.run:run",
    "schema": "klaremal.cli.schema:schema",
}
_PLUGIN_COMMANDS = "klaremal.commands"


def _load(place: str) -> click.Command:
    module, _, name = place.partition(":")
    command: click.Command = getattr(import_module(module), name)
    return command


def _plugin_commands() -> dict[str, Any]:
    """Return the commands that installed plugins bring, by name; none of them is loaded here."""
    from importlib_metadata import entry_points

    return {each.name: each for each in entry_points(group=_PLUGIN_COMMANDS) if each.name not in _COMMANDS}


@contextmanager
def while_read() -> Iterator[None]:
    """Print in this block as long as somebody reads: a closed pipe (head, less) ends the block and is no error."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        # Windows has no signal of its own for a pipe that is closed at the other end.
        if error.errno != errno.EPIPE and not (sys.platform == "win32" and error.errno == errno.EINVAL):
            raise
        _print_no_more()


def _print_no_more() -> None:
    """Throw away what is still to be written, so that it does not fail again when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Commands(click.Group):
    """Core's commands and those of plugins, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command; those of plugins are shown by name only."""
        return sorted([*_COMMANDS, *_plugin_commands()])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command with that name; None when there is none."""
        if name in _COMMANDS:
            return _load(_COMMANDS[name])
        plugin = _plugin_commands().get(name)
        return plugin.load() if plugin is not None else None

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command; when the reader of its output leaves early, all was well."""
        result: Any = 0
        with while_read():
            result = super().invoke(ctx)
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their first sentence, without loading those of plugins."""
        own = [(name, _load(place).get_short_help_str(80)) for name, place in sorted(_COMMANDS.items())]
        with formatter.section("Commands"):
            formatter.write_dl(own)
        plugins = [(name, f"from {each.dist.name}" if each.dist else "") for name, each in sorted(_plugin_commands().items())]
        if plugins:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(plugins)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from klaremal.errors import nearest

            near = nearest(args[0], self.list_commands(ctx)) if args else ""
            if near:
                raise click.UsageError(f'{error.message} Did you mean "{near}"?', ctx) from error
            raise


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from klaremal import __version__

        click.echo(f"klaremal {__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit."
)
def cli() -> None:
    """Is what the council promised being delivered? Measure, judge and keep it.

    \b
    Example:
      klaremal init solbjerg --unit 751 --plugins schools,childcare
      klaremal run solbjerg
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; every error of klaremal becomes a sentence on standard error."""
    # A run makes millions of values that live until its end: looking through them for garbage is a tenth of its time.
    gc.set_threshold(50_000)
    # A console of an older Windows (cp850) or a pipe may lack a sign; a figure must never be lost for that.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    result: Any = 0
    try:
        with while_read():
            result = cli.main(args=arguments, prog_name="klaremal", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_WORKSPACE
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo("klaremal: interrupted. A run is stored as a whole or not at all; earlier runs are intact.", err=True)
        return EXIT_INTERRUPTED
    except OSError as error:
        # One about a file has its name; what is left is the output itself. Anything else is a defect.
        if error.filename is not None or error.errno not in _UNPRINTABLE:
            raise
        _print_no_more()
        cure = "Free some space, or send it elsewhere. What a run has stored in its ledger stays stored."
        click.echo(f"klaremal: the output could not be written: {error.strerror}. {cure}", err=True)
        return EXIT_FAILED
    # Evaluated only when an error reaches it: `--help` imports no module of klaremal but this one.
    except _errors().KlaremalError as error:
        return _told(error)
    return result if isinstance(result, int) else 0


def _errors() -> Any:
    return import_module("klaremal.errors")


def _told(error: Exception) -> int:
    """Print an error of klaremal and return its exit code; any other error is a defect and keeps its traceback."""
    from klaremal.errors import LedgerError, WorkspaceError

    if isinstance(error, WorkspaceError):
        count = len(error.faults)
        # An option, or an argument by the name that the help gives it.
        typed = all(fault.path.startswith("--") or fault.path.isupper() for fault in error.faults)
        where = "on the command line" if typed else "in the workspace"
        click.echo(f"klaremal: {count} {'mistake' if count == 1 else 'mistakes'} {where}; nothing was run.", err=True)
    click.echo(str(error) if isinstance(error, WorkspaceError) else f"klaremal: {error}", err=True)
    return EXIT_LEDGER if isinstance(error, LedgerError) else EXIT_WORKSPACE
