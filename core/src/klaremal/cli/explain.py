"""`klaremal explain`: how one status came about, from the council's decision to the file with the rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from klaremal.cli.options import folder, lang, spoken

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from klaremal.bind.workspace import BoundGoal, BoundTask
    from klaremal.explain.told import Evidence
    from klaremal.ledger import Ledger
    from klaremal.ready import Ready

_NAMED = 10


@click.command()
@click.argument("goal")
@folder
@click.option("--unit", metavar="UNIT", default="", help="The unit, by code or name.  [default: the organisation's own]")
@click.option("--period", metavar="PERIOD", default="", help="The period.  [default: the newest]")
@click.option("--value", metavar="VALUE", default="", help='The value of a breakdown, as "sex=K".  [default: the only one]')
@click.option("--sql", is_flag=True, help="Also print the statement that made the figure.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", help="For people, or for programs.")
@lang
def explain(goal: str, folder: Path, unit: str, period: str, value: str, sql: bool, form: str, lang: str | None) -> int:
    """Say how the status of a goal came about: decision, arithmetic, coverage, source file, hash and rows.

    \b
    Example:
      klaremal explain staffing_0_2 examples/danmark --unit Aarhus --period 2023
      klaremal explain staffing_0_2 . --unit 751 --sql
      klaremal explain decisions_on_time . --value paragraph=§83
    """
    from klaremal.cli.printing import print_json
    from klaremal.ledger import Ledger
    from klaremal.ready import prepare_run

    ready = prepare_run(folder)
    switched_off = dict(ready.workspace.statutory_off)
    if goal in switched_off:
        raise click.UsageError(f'The goal "{goal}" is switched off in klaremal.toml ([statutory.off]): {switched_off[goal]}')
    with Ledger.open(ready.ledger, create=False, read_only=True) as book:
        row = _row(book, ready, goal, unit, period, value)
        judging = _judging(ready, goal, str(row["version"]))
        lines = _lines(book, ready, row, judging, spoken(lang, ready.workspace.languages))
    if sql:
        from klaremal.audit import statements
        from klaremal.bind.workspace import BoundTask

        if isinstance(judging, BoundTask):
            raise click.UsageError(f'The goal "{goal}" is something to be done: there is no figure and no statement.')
        lines.append(("SQL", statements(ready, judging.indicator)))
    if form == "json":
        print_json([{"id": label, "title": text} for label, text in lines])
        return 0
    width = max(len(label) for label, _ in lines if label != "SQL")
    for label, text in lines:
        click.echo(f"{label.ljust(width)}  {text}" if label != "SQL" else f"\n{text}")
    return 0


def _row(book: Ledger, ready: Ready, goal: str, unit: str, period: str, value: str) -> dict[str, Any]:
    """Return the newest judgement of a goal for a unit, period and value of a breakdown, or say which there are."""
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
    return _latest(_of_value(mine, goal, value))


def _of_value(rows: Any, goal: str, value: str) -> Any:
    """Return the judgements of one value of a breakdown: of the one that is asked for, else of the only one there is."""
    from klaremal.errors import nearest
    from klaremal.model.breakdown import ordered

    known = list(dict.fromkeys(rows["breakdown"].astype(str)))
    asked = ordered(value) if value else known[0]
    if asked in known and (value or len(known) == 1):
        return rows[rows["breakdown"] == asked]
    if known == [""]:
        raise click.UsageError(f'The goal "{goal}" is not broken down by values. Leave out --value.')
    some = ", ".join(f'"{each}"' for each in known[:_NAMED]) + (f" and {len(known) - _NAMED} more" if known[_NAMED:] else "")
    if not value:
        raise click.UsageError(f'The goal "{goal}" has a judgement for each of several values. Say --value, one of {some}.')
    near = nearest(asked, known)
    hint = f'Did you mean "{near}"?' if near else f"There is for {some}."
    raise click.UsageError(f'The goal "{goal}" has no judgement for the value "{value}". {hint}')


def _unjudged(ready: Ready, goal: str) -> str:
    """Return why the ledger knows nothing of a goal: it was not judged yet, or there is no such goal."""
    from klaremal.errors import nearest

    known: tuple[BoundGoal | BoundTask, ...] = (*ready.bound.goals, *ready.bound.tasks)
    first = min((each.first for each in known if each.goal.id == goal), default=None)
    if first is not None:
        values = any(each.goal.breakdown for each in known if each.goal.id == goal)
        none = ", or no value of its breakdown has figures" if values else ""
        return (
            f'The goal "{goal}" has no judgement yet: it was not run yet, or no period that begins on {first} or later can '
            f"be judged yet{none}. Run klaremal run first."
        )
    near = nearest(goal, [each.goal.id for each in known])
    hint = f'Did you mean "{near}"?' if near else "The workspace has no such goal; klaremal goals lists them."
    return f'The ledger has no judgement of the goal "{goal}". {hint}'


def _latest(rows: Any) -> dict[str, Any]:
    from klaremal.model.period import Period

    closed = rows[~rows["provisional"].astype(bool)]
    rows = rows if closed.empty else closed
    starts = rows["period"].map(lambda code: Period.parse(code).start)
    made: dict[str, Any] = rows.loc[starts.idxmax()].to_dict()
    return made


def _judging(ready: Ready, goal: str, version: str) -> BoundGoal | BoundTask:
    """Return the version of a goal that judged, or the task that it is."""
    every: tuple[BoundGoal | BoundTask, ...] = (*ready.bound.goals, *ready.bound.tasks)
    for each in every:
        if each.goal.id == goal and str(each.version) == version:
            return each
    raise click.UsageError(
        f'The goal "{goal}" (version {version}) is in the ledger but not in the workspace any more; put it back to explain it.'
    )


def _lines(book: Ledger, ready: Ready, row: dict[str, Any], judging: BoundGoal | BoundTask, lang: str) -> list[tuple[str, str]]:
    """Return the explanation of a judgement: by a figure, by those of several units, or of something to be done."""
    from klaremal.bind.workspace import BoundTask
    from klaremal.explain.account import explain
    from klaremal.explain.deadline import deadline_text
    from klaremal.explain.wholes import explain_task, explain_whole
    from klaremal.reason.sentence import is_whole
    from klaremal.tables import parts_of

    kept = book.goals().get((str(row["goal"]), str(row["version"])))
    if isinstance(judging, BoundTask):
        return explain_task(row, kept, judging, lang)
    declared = ready.bound.indicators[judging.indicator.id]
    deadline = deadline_text(judging.indicator, declared, judging.goal.within, lang)
    if is_whole(row, judging):
        return explain_whole(row, kept, judging, parts_of(row, book.fulfilments(goal=row["goal"])), lang, deadline)
    return explain(row, kept, judging.indicator, _evidence(book, ready, row, judging, deadline), lang)


def _evidence(book: Ledger, ready: Ready, row: dict[str, Any], bound: BoundGoal, deadline: str) -> Evidence:
    """Return what the ledger and the plugins say beside a judgement."""
    from klaremal.canonical import definition
    from klaremal.explain.told import Evidence
    from klaremal.model.on_time import BESIDE

    beside = tuple(f"{row['indicator']}.{name}" for name in BESIDE)
    every = book.observations(indicator=(row["indicator"], *beside), unit=row["unit"])
    # Two goals may promise one indicator with different deadlines; a figure of an earlier definition is one, too.
    own = every["definition"] == definition(bound.indicator)
    every = every[own] if own.any() else every
    history = every[every["indicator"] == row["indicator"]]
    same = (history["breakdown"] == row["breakdown"]) & (history["frequency"] == bound.frequency)
    rows = history[same].to_dict("records")
    datasets = bound.indicator.datasets
    parts = ready.registry.with_parts(datasets)
    own_sources = [each for each in ready.bound.sources if each.dataset.id in parts]
    origin = ready.registry.origin("indicators", bound.indicator.id)
    return Evidence(
        observation=next((each for each in rows if each["period"] == row["period"]), None),
        history=tuple(rows),
        others=_others(book, ready, row, bound),
        beside=tuple(_plain(each) for each in every[every["indicator"].isin(beside)].to_dict("records")),
        sources=_of_datasets(book.sources(), bound.indicator.moved_by),
        set_aside=_of_datasets(book.set_aside(), bound.indicator.moved_by),
        complete_from=max((each.complete_from for each in own_sources if each.complete_from), default=None),
        plugin=(origin.name, origin.distribution, origin.version),
        deadline=deadline,
    )


def _plain(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _others(book: Ledger, ready: Ready, row: dict[str, Any], bound: BoundGoal) -> dict[str, Any] | None:
    """Return the figure of the one unit that the goal's units are held against, if it is one."""
    from klaremal.model.others import others_of
    from klaremal.model.standing import Relative

    target = bound.target
    others = others_of(target.to, ready.bound.units, ready.bound.organisation) if isinstance(target, Relative) else None
    if others is None or not others.code:
        return None
    rows = book.observations(indicator=row["indicator"], unit=others.code, period=row["period"])
    made: list[dict[str, Any]] = rows[rows["breakdown"] == row["breakdown"]].to_dict("records")
    return made[-1] if made else None


def _of_datasets(rows: Any, datasets: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """Return the rows of an indicator's datasets, its own first."""
    return tuple(row for dataset in datasets for row in rows[rows["dataset"] == dataset].to_dict("records"))
