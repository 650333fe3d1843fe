"""`klaremal explain`: how one status came about, from the council's decision to the file with the rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from klaremal.cli.options import folder, lang, spoken

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal
    from klaremal.ledger import Ledger
    from klaremal.ready import Ready


@click.command()
@click.argument("goal")
@folder
@click.option("--unit", metavar="UNIT", default="", help="The unit, by code or name.  [default: the organisation's own]")
@click.option("--period", metavar="PERIOD", default="", help="The period.  [default: the newest]")
@click.option("--sql", is_flag=True, help="Also print the statement that made the figure.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", help="For people, or for programs.")
@lang
def explain(goal: str, folder: Path, unit: str, period: str, sql: bool, form: str, lang: str | None) -> int:
    """Say how the status of a goal came about: decision, arithmetic, coverage, source file, hash and rows.

    \b
    Example:
      klaremal explain staffing_0_2 examples/danmark --unit Aarhus --period 2023
      klaremal explain staffing_0_2 . --unit 751 --sql
    """
    from klaremal.cli.printing import print_json
    from klaremal.explain.account import explain as account
    from klaremal.ledger import Ledger
    from klaremal.ready import prepare_run

    ready = prepare_run(folder)
    switched_off = dict(ready.workspace.statutory_off)
    if goal in switched_off:
        raise click.UsageError(f'The goal "{goal}" is switched off in klaremal.toml ([statutory.off]): {switched_off[goal]}')
    with Ledger.open(ready.ledger, create=False, read_only=True) as book:
        row = _row(book, ready, goal, unit, period)
        bound = _bound(ready, goal, str(row["version"]))
        dataset = bound.indicator.dataset.id
        observation = _observation(book, row)
        sources = _of_dataset(book.sources(), dataset)
        aside = _of_dataset(book.set_aside(), dataset)
        kept = book.goal(goal, str(row["version"]))
    origin = ready.registry.origin("indicators", bound.indicator.id)
    plugin = (origin.name, origin.distribution, origin.version)
    language = spoken(lang, ready.workspace.languages)
    lines = account(row, observation, kept, sources, bound.indicator, language, plugin, aside)
    if sql:
        from klaremal.audit import statements

        lines.append(("SQL", statements(ready, bound.indicator)))
    if form == "json":
        print_json([{"id": label, "title": text} for label, text in lines])
        return 0
    width = max(len(label) for label, _ in lines if label != "SQL")
    for label, text in lines:
        click.echo(f"{label.ljust(width)}  {text}" if label != "SQL" else f"\n{text}")
    return 0


def _row(book: Ledger, ready: Ready, goal: str, unit: str, period: str) -> dict[str, Any]:
    """Return the newest judgement of a goal for a unit and period, or say which there are."""
    from klaremal.cli.asked import period_code

    rows = book.fulfilments(goal=goal)
    if rows.empty:
        raise click.UsageError(_unjudged(ready, goal))
    code = ready.code(unit) if unit else ready.bound.organisation
    mine = rows[(rows["unit"] == code) | (rows["unit_name"].str.casefold() == (unit or code).casefold())]
    if mine.empty:
        some = ", ".join(sorted(rows["unit_name"].unique())[:5])
        raise click.UsageError(f'The goal "{goal}" judges no unit "{unit or code}". Say --unit, for example {some}.')
    if period:
        chosen = mine[mine["period"] == period_code(period)]
        if chosen.empty:
            known = ", ".join(mine["period"].unique()[-8:])
            raise click.UsageError(f"There is no judgement for {period}; there is for {known}.")
        mine = chosen
    return _latest(mine)


def _unjudged(ready: Ready, goal: str) -> str:
    """Return why the ledger knows nothing of a goal: it was not judged yet, or there is no such goal."""
    from klaremal.errors import nearest

    first = min((each.first for each in ready.bound.goals if each.goal.id == goal), default=None)
    if first is not None:
        return (
            f'The goal "{goal}" has no judgement yet: it was not run yet, or no period that begins on {first} or later can '
            "be judged yet. Run klaremal run first."
        )
    near = nearest(goal, [each.goal.id for each in ready.bound.goals])
    hint = f'Did you mean "{near}"?' if near else "The workspace has no such goal; klaremal goals lists them."
    return f'The ledger has no judgement of the goal "{goal}". {hint}'


def _latest(rows: Any) -> dict[str, Any]:
    from klaremal.model.period import Period

    closed = rows[~rows["provisional"].astype(bool)]
    rows = rows if closed.empty else closed
    starts = rows["period"].map(lambda code: Period.parse(code).start)
    made: dict[str, Any] = rows.loc[starts.idxmax()].to_dict()
    return made


def _bound(ready: Ready, goal: str, version: str) -> BoundGoal:
    for each in ready.bound.goals:
        if each.goal.id == goal and str(each.version) == version:
            return each
    raise click.UsageError(
        f'The goal "{goal}" (version {version}) is in the ledger but not in the workspace any more; put it back to explain it.'
    )


def _observation(book: Ledger, row: dict[str, Any]) -> dict[str, Any] | None:
    rows = book.observations(indicator=row["indicator"], unit=row["unit"], period=row["period"])
    rows = rows[rows["breakdown"] == row["breakdown"]]
    made: dict[str, Any] | None = None if rows.empty else rows.iloc[-1].to_dict()
    return made


def _of_dataset(rows: Any, dataset: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = rows[rows["dataset"] == dataset].to_dict("records")
    return made
