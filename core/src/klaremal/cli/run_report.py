"""What `klaremal run` prints: per sector the goals with counts by status, then all that is not as it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from klaremal.cli.aside_words import told
from klaremal.cli.printing import print_table
from klaremal.cli.words import word

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.bind.workspace import BoundGoal
    from klaremal.run import Run

_NAMED = 5
_STATUSES = ("fulfilled", "partly_fulfilled", "not_fulfilled", "not_assessable")


def newest(result: Run) -> pd.DataFrame:
    """Return the fulfilments to show: each goal's newest closed period, or the one period that was asked for."""
    from klaremal.model.period import Period

    closed = result.fulfilments[~result.fulfilments["provisional"].astype(bool)]
    if result.plan.period is not None:
        return closed[closed["period"].astype(str) == result.plan.period.code]
    if closed.empty:
        return closed
    starts = closed["period"].map({code: Period.parse(code).start for code in closed["period"].unique()}).astype("int64")
    return closed[starts == starts.groupby(closed["goal"], observed=True).transform("max")]


def of_units(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the fulfilments that a figure of a unit decided: neither sums of several units nor things to be done."""
    return shown[shown["indicator"].notna()]


def print_report(result: Run, lang: str) -> None:
    """Print a run for people: figures first, then what could not be assessed, was set aside, or failed."""
    from klaremal import __version__

    click.echo(f"{result.bound.workspace.name}  (klaremal {__version__})")
    shown = newest(result)
    if result.plan.goals:
        _print_sectors(result, shown, lang)
    if result.plan.tasks:
        _print_tasks(result, shown, lang)
    _print_unkept(of_units(shown), lang)
    _print_unassessed(result, of_units(shown), lang)
    _print_trouble(result, lang)
    _print_end(result, lang)


def _print_sectors(result: Run, shown: pd.DataFrame, lang: str) -> None:
    # The version that judged the period shown says what was promised; a goal may have several.
    goals = {(each.goal.goal.id, str(each.goal.version)): each.goal for each in result.plan.goals}
    units = of_units(shown)
    judged: dict[str, list[pd.DataFrame]] = {}
    for (name, _), rows in units.groupby([units["goal"].astype(str), units["breakdown"].astype(str)], sort=False):
        judged.setdefault(str(name), []).append(rows)
    wholes = shown[shown["indicator"].isna() & shown["sector"].notna()]
    for sector in sorted({each.indicator.plugin for each in goals.values()}):
        declared = result.bound.registry.sectors.get(sector)
        click.echo()
        click.echo(declared.title.say(lang) if declared else sector)
        mine = {name: judged.get(name, []) for (name, _), each in goals.items() if each.indicator.plugin == sector}
        several = [rows for each in mine.values() for rows in each if len(rows) > 1]
        single = [rows for each in mine.values() for rows in each if len(rows) == 1]
        sums = wholes[wholes["sector"] == sector]
        if several:
            _print_counts(several, goals, lang)
        if single or len(sums):
            _print_values([*single, *(sums.iloc[[place]] for place in range(len(sums)))], goals, result, lang)
        _print_beside(result, [each for each in goals.values() if each.indicator.plugin == sector], lang)
        failed = {each.what for each in result.left_out}
        waiting = sorted(name for name, rows in mine.items() if not rows and f"goal {name}" not in failed)
        if waiting:
            named = "; ".join(_waiting(name, result, lang) for name in waiting)
            click.echo(f"{word('nothing', lang)}: {named}")
    if result.plan.period is None and len(shown) < int((~result.fulfilments["provisional"].astype(bool)).sum()):
        click.echo()
        click.echo(word("more_periods", lang))


def _print_beside(result: Run, goals: Iterable[BoundGoal], lang: str) -> None:
    """Print what stands beside the figures of clocks, for the organisation's own unit."""
    from klaremal.reason.beside import beside_text

    own = beside_rows(result)
    own = own[own["unit"].astype(str) == result.bound.organisation]
    lines: dict[str, None] = {}
    clocked = set(own["base"])
    for bound in goals:
        if bound.indicator.id not in clocked:
            continue
        rows = [
            {str(name): value for name, value in each.items()} for each in beside_goal(result, own, bound).to_dict("records")
        ]
        if told := beside_text(rows, lang):
            lines[f"{bound.goal.id}: {told}"] = None
    for line in lines:
        click.echo(line)


def beside_rows(result: Run) -> pd.DataFrame:
    """Return the observations that stand beside the figures of clocks; `base` is the indicator that each stands beside."""
    from klaremal.model.on_time import base_of

    rows = result.observations
    bases = {name: base for name in rows["indicator"].unique() if (base := base_of(str(name))) != name}
    beside = rows[rows["indicator"].isin(list(bases))]
    return beside.assign(base=[bases[name] for name in beside["indicator"]])


def beside_goal(result: Run, rows: pd.DataFrame, bound: BoundGoal) -> pd.DataFrame:
    """Return those of the rows of `beside_rows` that stand beside a goal's own figure: by its own deadline."""
    definition = next(each.definition for each in result.plan.goals if each.goal is bound)
    return rows[(rows["base"] == bound.indicator.id) & (rows["definition"] == definition)]


def _waiting(name: str, result: Run, lang: str) -> str:
    """Name a goal that nothing was judged of, with why: the data that ends too early, or the goal's own first day."""
    from klaremal.model.period import Period, month_key
    from klaremal.reason.shown import date_text

    bound = min((each.goal for each in result.plan.goals if each.goal.goal.id == name), key=lambda each: each.first)
    ends = _ends(result, bound)
    for dataset, end in ends.items():
        if end is None:
            return f"{name} ({word('reach_unknown', lang, dataset=dataset)})"
    own = ends.get(bound.indicator.dataset.id)
    first = Period.of(bound.frequency, month_key(bound.first))
    if first.first_day < bound.first:
        first = first.shift(1)
    if result.plan.period is not None:
        return name
    if own is None or own < first.last_day:
        return f"{name} ({word('in_force_from', lang, day=date_text(bound.first, lang))})"
    newest = Period.of(bound.frequency, month_key(own))
    newest = newest if newest.last_day <= own else newest.shift(-1)
    # A pause or a denominator that ends earlier keeps the periods of the cases open.
    short = min((end, dataset) for dataset, end in ends.items() if end is not None)
    if short[0] < newest.last_day:
        return f"{name} ({word('reaches_until', lang, dataset=short[1], day=date_text(short[0], lang))})"
    return name


def _ends(result: Run, bound: BoundGoal) -> dict[str, date | None]:
    """Return the last day covered of each dataset that moves a goal's figure: of several sources the earliest, or unknown."""
    found: dict[str, date | None] = {}
    needed = result.bound.registry.with_parts(bound.indicator.moved_by)
    for each in result.provenance:
        if each.dataset in needed:
            end, other = each.complete_until, found.get(each.dataset, each.complete_until)
            found[each.dataset] = None if end is None or other is None else min(end, other)
    return found


def _print_counts(judged: Iterable[pd.DataFrame], goals: dict[tuple[str, str], BoundGoal], lang: str) -> None:
    """Print how many units of each goal, and of each value of a breakdown, have which status."""
    from klaremal.reason.sentence import STATUS_WORDS, promised

    rows = []
    for mine in judged:
        name = str(mine["goal"].iloc[0])
        bound = goals[name, str(mine["version"].iloc[0])]
        counts = Counter(mine["status"])
        numbers = [counts[status] for status in _STATUSES]
        value = str(mine["breakdown"].iloc[0])
        rows.append((name, value, bound.goal.title.say(lang), promised(bound, lang), mine["period"].iloc[0], *numbers))
    names = (word("goal", lang), word("of_value", lang), "", word("target", lang), word("period", lang))
    statuses = tuple(STATUS_WORDS[lang][each] for each in _STATUSES)
    _print_by_value((*names, *statuses), rows, numbers=(5, 6, 7, 8))


def _print_values(judged: Iterable[pd.DataFrame], goals: dict[tuple[str, str], BoundGoal], result: Run, lang: str) -> None:
    """Print single judgements with their reasons: of a goal's only unit, or of the whole that its units make."""
    from klaremal.reason.sentence import is_whole, reason
    from klaremal.tables import parts_of

    rows = []
    for mine in judged:
        row: dict[str, Any] = mine.iloc[0].to_dict()  # type: ignore[assignment]
        bound = goals[str(row["goal"]), str(row["version"])]
        parts = parts_of(row, result.fulfilments) if is_whole(row, bound) else ()
        told = reason(row, bound, lang, parts)
        rows.append((row["goal"], row["breakdown"], bound.goal.title.say(lang), row["period"], told))
    _print_by_value((word("goal", lang), word("of_value", lang), "", word("period", lang), word("status", lang)), rows)


def _print_by_value(columns: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int] = ()) -> None:
    """Print a table whose second column is the value of a breakdown and whose third is a title that may be left out."""
    if any(row[1] for row in rows):
        print_table(columns, rows, numbers=numbers, optional=(2,))
        return
    plain = [(*row[:1], *row[2:]) for row in rows]
    print_table((*columns[:1], *columns[2:]), plain, numbers=[each - 1 for each in numbers], optional=(1,))


def _print_tasks(result: Run, shown: pd.DataFrame, lang: str) -> None:
    """Print what is to be done, and whether it was."""
    from klaremal.reason.wholes import of_task

    tasks = {(each.goal.id, str(each.version)): each for each in result.plan.tasks}
    rows = []
    for row in shown[shown["sector"].isna()].to_dict("records"):
        task = tasks[str(row["goal"]), str(row["version"])]
        told = {str(name): value for name, value in row.items()}
        rows.append((task.goal.id, task.goal.title.say(lang), row["period"], of_task(told, task, lang)))
    if rows:
        click.echo()
        click.echo(word("to_be_done", lang))
        print_table((word("goal", lang), "", word("period", lang), word("status", lang)), rows, optional=(1,))


def _print_unkept(shown: pd.DataFrame, lang: str) -> None:
    """Print which units did not keep a promise, or did so partly; the only unit of a goal stands in its table."""
    from klaremal.reason.sentence import STATUS_WORDS

    several = shown[shown.groupby(_named_by(shown))["unit"].transform("count") > 1]
    for status in ("not_fulfilled", "partly_fulfilled"):
        unkept = several[several["status"] == status]
        if unkept.empty:
            continue
        click.echo()
        click.echo(STATUS_WORDS[lang][status].capitalize())
        for goal, group in unkept.groupby(_named_by(unkept), sort=True):
            click.echo(f"  {goal} ({len(group)}): {_names(group['unit_name'], lang)}")


def _named_by(rows: pd.DataFrame) -> pd.Series[str]:
    """Return of each row the goal, with the value of its breakdown: "answers paragraph=§83"."""
    return (rows["goal"].astype(str) + " " + rows["breakdown"].astype(str)).str.rstrip()


def _print_unassessed(result: Run, shown: pd.DataFrame, lang: str) -> None:
    from klaremal.reason.sentence import CAUSE_WORDS

    missing = shown[shown["status"] == "not_assessable"]
    if not missing.empty:
        click.echo()
        click.echo(word("not_assessed", lang))
    for (goal, cause), group in missing.groupby([_named_by(missing), "cause"], sort=True):
        click.echo(f"  {goal}: {CAUSE_WORDS[lang][str(cause)]} ({len(group)}): {_names(group['unit_name'], lang)}")
    if provisional := int(result.fulfilments["provisional"].astype(bool).sum()):
        click.echo()
        click.echo(f"{word('provisional', lang)}: {provisional}")


def _names(names: Iterable[str], lang: str) -> str:
    # Two schools may have one name; both count.
    several = sorted(names)
    text = "; ".join(several[:_NAMED])
    return text if len(several) <= _NAMED else f"{text} {word('more', lang, count=len(several) - _NAMED)}"


def _print_trouble(result: Run, lang: str) -> None:
    blocks: tuple[tuple[str, list[str]], ...] = (
        ("set_aside", [_aside(each, lang) for each in result.set_aside]),
        (
            "failed",
            [gap.message if gap.message.startswith(gap.dataset) else f"{gap.dataset}: {gap.message}" for gap in result.gaps],
        ),
        ("hidden", _hidden(result, lang)),
        ("released", [_released(each, lang) for each in result.released]),
        ("left_out", [str(each) for each in result.left_out]),
        ("switched_off", [f"{goal}: {reason}" for goal, reason in result.bound.workspace.statutory_off]),
        ("warnings", [str(fault) for fault in result.warnings]),
    )
    for key, lines in blocks:
        if lines:
            click.echo()
            click.echo(word(key, lang))
            for line in lines:
                click.echo(f"  {line}")


def _hidden(result: Run, lang: str) -> list[str]:
    """Return a line for each indicator with hidden figures: how many, and why."""
    lines: dict[str, list[str]] = {}
    for each in result.hidden:
        said = word(f"hidden_{each.reason}", lang, count=each.cells)
        lines.setdefault(each.indicator, []).append(f"{said} ({word('hidden_bare', lang)})" if each.bare else said)
    return [f"{indicator}: {'; '.join(parts)}" for indicator, parts in lines.items()]


def _released(each: Mapping[str, str], lang: str) -> str:
    """Return a line for a revision that was published by a decision: of what, by whom, when and why."""
    from klaremal.reason.shown import date_text

    of = " ".join(each[name] for name in ("indicator", "unit", "period", "breakdown") if each[name])
    return f"{of}: {each['decided_by']}, {date_text(date.fromisoformat(each['decided_on']), lang)}: {each['reason']}"


def _aside(each: Any, lang: str) -> str:
    rows = word("row" if each.rows == 1 else "rows", lang)
    return f"{each.dataset}: {each.rows} {rows}: {told(each, lang)}"


def _print_end(result: Run, lang: str) -> None:
    seconds = f"{result.seconds:.1f}".replace(".", "." if lang == "en" else ",")
    key = "nothing_scanned" if not result.scanned else "scanned_one" if result.scanned == 1 else "scanned"
    click.echo()
    click.echo(word(key, lang, scanned=result.scanned, kept=result.kept, seconds=seconds))
    if result.appended is not None:
        done = result.appended
        counts = {"observations": done.observations, "fulfilments": done.fulfilments}
        new = {name: word(name if number != 1 else f"{name}_one", lang, count=number) for name, number in counts.items()}
        click.echo(word("stored", lang, run=done.run, unchanged=done.unchanged, **new))
        if done.closed:
            click.echo(word("closed" if done.closed != 1 else "closed_one", lang, count=done.closed))
