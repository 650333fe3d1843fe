"""`klaremal check`: the data against its contracts, without storing anything."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from klaremal.cli.main import EXIT_FAILED, while_read
from klaremal.cli.options import folder, lang, spoken, today
from klaremal.cli.words import word

if TYPE_CHECKING:
    from klaremal.data_check import Checked
    from klaremal.ready import Ready


@click.command()
@folder
@lang
@today
def check(folder: Path, lang: str | None, today: datetime | None) -> int:
    """Check the workspace and every source against its dataset's contract; nothing is stored.

    \b
    Example:
      klaremal check examples/danmark
    """
    from klaremal.cli.progress import progress
    from klaremal.data_check import check_data
    from klaremal.ready import prepare_run

    with progress() as say:
        ready = prepare_run(folder, today.date() if today else None)
        checked = check_data(ready, say)
    has_failed = checked.failed or bool(ready.registry.left_out)
    with while_read():
        _print(checked, ready, spoken(lang, ready.workspace.languages))
        if not has_failed and not checked.set_aside:
            click.echo(word("ok", spoken(lang, ready.workspace.languages)))
    return EXIT_FAILED if has_failed else 0


def _print(checked: Checked, ready: Ready, language: str) -> None:
    from klaremal.cli.aside_words import told
    from klaremal.cli.printing import print_table

    rows = [
        (each.dataset, each.rows, each.bad, each.complete_until or "", each.rule, each.problem) for each in checked.datasets
    ]
    headers = (
        word("dataset", language),
        word("rows", language),
        word("bad_rows", language),
        word("complete_until", language),
        "",
        "",
    )
    print_table(headers, rows, numbers=(1, 2))
    for aside in checked.set_aside:
        rows_word = word("row" if aside.rows == 1 else "rows", language)
        click.echo(f"  {aside.dataset}: {aside.rows} {rows_word}: {told(aside, language)}")
    for line in (*checked.warnings, *(str(fault) for fault in ready.bound.warnings)):
        click.echo(f"  {line}")
    for left in ready.registry.left_out:
        click.echo(f"  {word('left_out', language)}: {left}")
