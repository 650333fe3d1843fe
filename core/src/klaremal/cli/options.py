"""Options that several commands share, and the language a command answers in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

LANGUAGES = ("da", "en", "nb")

folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".", required=False)
workspace = click.option(
    "--workspace",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    metavar="FOLDER",
    help="Also what the files of this workspace declare.",
)
lang = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=None,
    help="Language of the answer.  [default: the workspace's first]",
)
today = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    hidden=True,
    help="The run's date, for repeating an earlier run.",
)


def listing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--format table|json` to a command that lists things."""
    return click.option(
        "--format", "form", type=click.Choice(("table", "json")), default="table", help="For people, or for programs."
    )(command)


def spoken(lang: str | None, languages: tuple[str, ...] = ()) -> str:
    """Return the language asked for, else the workspace's first that klaremal speaks, else Danish."""
    return lang or next((each for each in languages if each in LANGUAGES), "da")
