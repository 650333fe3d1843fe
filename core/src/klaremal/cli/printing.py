"""How commands print: tables through rich that a cp850 console and a pipe can show, and JSON for programs."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import click

if TYPE_CHECKING:
    from rich.console import Console

# A sentence narrower than this is hard to read, and a word longer than this may be cut where it stands in a sentence.
_READABLE: Final = 24
# What stands beside each column: a line with a blank on both sides, or in a narrow table the line alone.
_BETWEEN: Final = 3
_BETWEEN_NARROW: Final = 1


def console(stderr: bool = False) -> Console:
    """Return a console for the current terminal; a pipe gets plain text, wide enough that nothing is cut."""
    from rich.console import Console

    # There is no stream at all where output was closed (>&-) or for a program without a console.
    stream = (sys.stderr if stderr else sys.stdout) or io.StringIO()
    # In a pipe there is no width to keep to: a cut figure would be a wrong figure.
    width = None if stream.isatty() else 160
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    title: str = "",
    numbers: Sequence[int] = (),
    optional: Sequence[int] = (),
    out: Console | None = None,
) -> None:
    """Print rows under headers; columns whose index is in `numbers` are set to the right.

    Words stay whole however narrow the console is. Those in `optional` are left out where there is no room for them.
    """
    from rich.box import ASCII2, SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    out = out or console()
    plain = (out.encoding or "").lower() not in ("utf-8", "utf8")
    texts = [["" if each is None else str(each) for each in row] for row in rows]
    kept, widths, between = _laid_out(columns, texts, optional, out.width)
    narrow = between < _BETWEEN
    table = Table(
        box=ASCII2 if plain else SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        pad_edge=False,
        show_edge=not narrow,
        padding=(0, 0) if narrow else (0, 1),
    )
    for index, width in zip(kept, widths, strict=True):
        # Ids and numbers are copied, so they stay whole; sentences wrap.
        whole = _is_one_word(texts, index)
        justify: Literal["left", "right"] = "right" if index in numbers else "left"
        table.add_column(columns[index], justify=justify, overflow="fold", no_wrap=whole and width is None, width=width)
    for row in texts:
        table.add_row(*(Text(row[index]) for index in kept))
    # What has no room at all runs into the next line of the console; nothing is cut.
    needed = sum(width or 0 for width in widths) + between * len(widths)
    # rich itself would end the program, with an error, when the reader of a pipe leaves.
    with out.capture() as printed:
        out.print(table, width=max(out.width, needed), crop=False, soft_wrap=False)
    click.echo(printed.get(), nl=False)


def _laid_out(
    columns: Sequence[str], texts: Sequence[Sequence[str]], optional: Sequence[int], room: int
) -> tuple[list[int], list[int | None], int]:
    """Return the columns that are printed, how wide each is (None where all have the room that they want) and apart."""
    from rich.cells import cell_len

    wanted = [max(map(cell_len, [name, *(row[index] for row in texts)])) for index, name in enumerate(columns)]
    least = []
    for index, name in enumerate(columns):
        one_word, cells = _is_one_word(texts, index), [row[index] for row in texts]
        longest = max([0, *(cell_len(word) for cell in cells for word in cell.split())])
        header = max([0, *map(cell_len, name.split())])
        roomy = min(wanted[index], _READABLE) if index in optional else 0
        least.append(max(header, longest if one_word else min(longest, _READABLE), roomy))
    kept = list(range(len(columns)))
    if sum(least) + _BETWEEN_NARROW * len(kept) > room:
        kept = [index for index in kept if index not in optional]
    if sum(wanted[index] for index in kept) + _BETWEEN * len(kept) <= room:
        return kept, [None] * len(kept), _BETWEEN
    widths = {index: least[index] for index in kept}
    between = _BETWEEN if sum(widths.values()) + _BETWEEN * len(kept) <= room else _BETWEEN_NARROW
    for _ in range(room - sum(widths.values()) - between * len(kept)):
        # The next place goes to the column that lacks most.
        neediest = max(kept, key=lambda index: wanted[index] - widths[index])
        widths[neediest] += 1
    return kept, [widths[index] for index in kept], between


def _is_one_word(texts: Sequence[Sequence[str]], index: int) -> bool:
    return not any(" " in row[index] for row in texts)


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
