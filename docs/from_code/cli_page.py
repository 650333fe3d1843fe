"""The page of the command line, from its commands as click knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
from markdown import code, fenced, page, table

from klaremal.cli.main import EXIT_FAIL_ON, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_LEDGER, EXIT_WORKSPACE, cli

_EXITS = (
    (EXIT_INTERRUPTED, "interrupted; a run is stored as a whole or not at all"),
    (EXIT_WORKSPACE, "a mistake in the workspace or on the command line; nothing was run"),
    (EXIT_LEDGER, "the ledger cannot be read or written; nothing was stored"),
    (EXIT_FAILED, "a source or a plugin failed and the rest was done, or a check found something"),
    (EXIT_FAIL_ON, "a goal has the status that `--fail-on` names"),
    (0, "all was done"),
)
_DEFAULT = re.compile(r"\s*\[default: (.+)\]$")
_INTRO = """\
Every command answers `--help` with an example. Figures go to standard output, everything else to standard error. Installed
plugins can bring commands of their own; `klaremal --help` lists them."""


def text() -> str:
    """Return the page."""
    exits = "The first of these that applies is the exit code:\n\n" + table(
        ["code", "means"], [(code(n), said) for n, said in _EXITS]
    )
    return page("The command line", _INTRO, exits, *(_command(names, each) for names, each in walk(cli)))


def walk(group: click.Group, above: tuple[str, ...] = ("klaremal",)) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Give every command of core with its words, groups before what is in them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        # Installed plugins may bring commands; they are documented where they come from.
        if command is None or not (command.callback.__module__ if command.callback else "").startswith("klaremal."):
            continue
        yield (*above, name), command
        if isinstance(command, click.Group):
            yield from walk(command, (*above, name))


def _command(names: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(names))
    usage = " ".join([" ".join(names), *command.collect_usage_pieces(context)])
    said, _, example = (command.help or "").replace("\b", "").partition("Example:")
    rows = [(_spelling(each), _DEFAULT.sub("", each.help or ""), _default(each)) for each in options(command)]
    return "\n\n".join(
        [
            f"{'#' * len(names)} {' '.join(names)}",
            code(usage),
            "\n\n".join(" ".join(part.split()) for part in said.strip().split("\n\n")),
            fenced(example, "sh"),
            *([table(["option", "says", "without it"], rows)] if rows else []),
        ]
    )


def options(command: click.Command) -> list[click.Option]:
    """Return the options that `--help` shows."""
    return [each for each in command.params if isinstance(each, click.Option) and not each.hidden]


def _spelling(option: click.Option) -> str:
    names = ", ".join(code(each) for each in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    if isinstance(option.type, click.Choice) and not option.metavar:
        return f"{names} {' or '.join(code(each) for each in option.type.choices)}"
    return f"{names} {code(option.metavar or option.type.name.upper())}"


def _default(option: click.Option) -> str:
    said = _DEFAULT.search(option.help or "")
    if said:
        return said[1]
    shown = isinstance(option.default, (str, int, float)) and not option.is_flag
    return code(option.default) if shown else ""
