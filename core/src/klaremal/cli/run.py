"""`klaremal run`: measure and judge a workspace, store what is new, and print it per sector."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from klaremal.cli.main import EXIT_FAIL_ON, EXIT_FAILED, while_read
from klaremal.cli.options import folder, lang, spoken, today

if TYPE_CHECKING:
    from klaremal.ready import Choice, Ready
    from klaremal.run import Run

_FAIL_ON = ("not_fulfilled", "partly_fulfilled", "not_assessable")


@click.command()
@folder
@click.option("--sector", "sectors", multiple=True, metavar="NAME", help="Only this sector; may be given several times.")
@click.option("--goal", "goals", multiple=True, metavar="ID", help="Only this goal; may be given several times.")
@click.option("--period", metavar="PERIOD", default="", help="Only this period, as 2026, 2026K3, 2026M03 or 2025/26.")
@click.option("--dry-run", is_flag=True, help="Show what would be measured from which sources; read no data.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", help="For people, or for programs.")
@click.option("--fail-on", type=click.Choice(_FAIL_ON), multiple=True, help="Exit with 3 when a goal shown has this status.")
@lang
@today
def run(  # noqa: PLR0913 - an argument for each option
    folder: Path,
    sectors: tuple[str, ...],
    goals: tuple[str, ...],
    period: str,
    dry_run: bool,
    form: str,
    fail_on: tuple[str, ...],
    lang: str | None,
    today: datetime | None,
) -> int:
    """Measure and judge the goals of a workspace, and store what is new in its ledger.

    \b
    Exit codes: 0 done, 1 a source or a plugin failed and the rest is stored, 2 a mistake in the workspace or the
    command line, 3 --fail-on, 4 the ledger could not be written, 130 interrupted.

    \b
    Example:
      klaremal run examples/danmark
      klaremal run . --sector schools --period 2024/25 --lang en
      klaremal run . --fail-on not_fulfilled
    """
    from klaremal.cli.asked import period_code
    from klaremal.cli.progress import progress
    from klaremal.ready import Choice, prepare_run
    from klaremal.run import run_prepared

    choice = Choice(sectors=sectors, goals=goals, period=period_code(period) if period else "")
    # What a plugin prints is not what the command was asked for: a program that reads the JSON would stumble over it.
    with progress() as say, redirect_stdout(sys.stderr):
        ready = prepare_run(folder, today.date() if today else None)
        result = None if dry_run else run_prepared(ready, choice, say)
    if result is None:
        return _dry(ready, choice, form, spoken(lang, ready.workspace.languages))
    _print(result, form, spoken(lang, ready.workspace.languages))
    return _exit_code(result, fail_on)


def _print(result: Run, form: str, language: str) -> None:
    """Print the run as far as somebody reads; the exit code tells how it went all the same."""
    from klaremal.cli.run_json import print_run
    from klaremal.cli.run_report import print_report

    with while_read():
        (print_run if form == "json" else print_report)(result, language)


def _exit_code(result: Run, fail_on: tuple[str, ...]) -> int:
    if result.failed:
        return EXIT_FAILED
    if not fail_on:
        return 0
    from klaremal.cli.run_report import newest

    return EXIT_FAIL_ON if bool(newest(result)["status"].isin(fail_on).any()) else 0


def _dry(ready: Ready, choice: Choice, form: str, language: str) -> int:
    from klaremal.cli.printing import print_json, print_table
    from klaremal.cli.words import word
    from klaremal.ready import plan_of

    plan = plan_of(ready, choice)
    rows = [
        (
            each.goal.goal.id,
            each.goal.indicator.id,
            ", ".join(each.goal.indicator.datasets),
            each.goal.frequency,
            len(each.units),
        )
        for each in plan.goals
    ]
    rows += [(each.goal.id, "", "", each.frequency, 1) for each in plan.tasks]
    needed = ready.registry.with_parts(plan.datasets)
    sources = [
        (each.dataset.id, each.collector_name, ", ".join(each.files))
        for each in ready.bound.sources
        if each.dataset.id in needed
    ]
    if form == "json":
        goals = [dict(zip(("id", "indicator", "dataset", "frequency", "units"), row, strict=True)) for row in rows]
        files = [dict(zip(("dataset", "collector", "files"), row, strict=True)) for row in sources]
        print_json({"goals": goals, "sources": files})
        return 0
    click.echo(f"{word('plan', language)}: {ready.workspace.name}")
    print_table((word("goal", language), "indicator", word("dataset", language), "frequency", "units"), rows, numbers=(4,))
    print_table((word("dataset", language), "collector", "files"), sources)
    return 0
