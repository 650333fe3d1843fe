"""How commands print: tables through rich that a cp850 console and a pipe can show, and JSON for programs."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console


def console(stderr: bool = False) -> Console:
    """Return a console for the current terminal; a pipe gets plain text, wide enough that nothing is cut."""
    from rich.console import Console

    # There is no stream at all where output was closed (>&-) or for a program without a console.
    stream = (sys.stderr if stderr else sys.stdout) or io.StringIO()
    # In a pipe there is no width to keep to: a cut figure would be a wrong figure.
    width = None if stream.isatty() else 160
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", numbers: Sequence[int] = ()) -> None:
    """Print rows under headers; columns whose index is in `numbers` are set to the right."""
    from rich.box import ASCII2, SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    out = console()
    plain = (out.encoding or "").lower() not in ("utf-8", "utf8")
    table = Table(box=ASCII2 if plain else SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    texts = [["" if each is None else str(each) for each in row] for row in rows]
    for index, name in enumerate(columns):
        # Ids and numbers are copied, so they stay whole; sentences wrap.
        is_one_word = not any(" " in row[index] for row in texts)
        table.add_column(name, justify="right" if index in numbers else "left", overflow="fold", no_wrap=is_one_word)
    for row in texts:
        table.add_row(*(Text(each) for each in row))
    # rich itself would end the program, with an error, when the reader of a pipe leaves.
    with out.capture() as printed:
        out.print(table)
    click.echo(printed.get(), nl=False)


def print_json(value: Any) -> None:
    """Print a value as JSON with two spaces of indent; dates become ISO texts."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_listing(form: str, objects: Sequence[Mapping[str, Any]], columns: Mapping[str, str], nothing: str) -> None:
    """Print a list of objects as JSON, or as a table of the columns named (key -> header)."""
    if form == "json":
        print_json(list(objects))
    elif not objects:
        click.echo(nothing)
    else:
        print_table(list(columns.values()), [[_cell(each.get(key)) for key in columns] for each in objects])


def _cell(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)
