"""What `klaremal run` prints: per sector the goals with counts by status, then all that is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from klaremal.cli.printing import print_table
from klaremal.cli.words import word

if TYPE_CHECKING:
    import pandas as pd

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
    starts = closed["period"].astype(str).map({code: Period.parse(code).start for code in closed["period"].unique()})
    return closed[starts == starts.groupby(closed["goal"].astype(str)).transform("max")]


def print_report(result: Run, lang: str) -> None:
    """Print a run for people: figures first, then what could not be assessed, was set aside, or failed."""
    from klaremal import __version__

    click.echo(f"{result.bound.workspace.name}  (klaremal {__version__})")
    shown = newest(result)
    if result.plan.goals:
        _print_sectors(result, shown, lang)
    _print_unassessed(result, shown, lang)
    _print_trouble(result, lang)
    _print_end(result, lang)


def _print_sectors(result: Run, shown: pd.DataFrame, lang: str) -> None:
    planned: dict[str, dict[str, Any]] = {}
    for each in result.plan.goals:
        planned.setdefault(each.goal.indicator.plugin, {})[each.goal.goal.id] = each
    for sector, goals in sorted(planned.items()):
        declared = result.bound.registry.sectors.get(sector)
        click.echo()
        click.echo(declared.title.say(lang) if declared else sector)
        sizes = shown["goal"].astype(str).value_counts()
        single = {name: each for name, each in goals.items() if sizes.get(name, len(each.units)) == 1}
        several = {name: each for name, each in goals.items() if name not in single}
        if several:
            _print_counts(shown, several, lang)
        if single:
            _print_values(shown, single, lang)
    if result.plan.period is None and len(shown) < int((~result.fulfilments["provisional"].astype(bool)).sum()):
        click.echo(word("more_periods", lang))


def _print_counts(shown: pd.DataFrame, goals: dict[str, Any], lang: str) -> None:
    from klaremal.reason import STATUS_WORDS, promised

    rows = []
    for name, each in goals.items():
        mine = shown[shown["goal"] == name]
        counts = mine["status"].value_counts()
        numbers = [int(counts.get(status, 0)) for status in _STATUSES]
        period = mine["period"].iloc[0] if len(mine) else word("nothing", lang)
        rows.append(
            (name, each.goal.goal.title.say(lang), promised(each.goal, lang), period, *(numbers if len(mine) else "----"))
        )
    headers = (
        word("goal", lang),
        "",
        word("target", lang),
        word("period", lang),
        *(STATUS_WORDS[lang][each] for each in _STATUSES),
    )
    print_table(headers, rows, numbers=(4, 5, 6, 7))


def _print_values(shown: pd.DataFrame, goals: dict[str, Any], lang: str) -> None:
    from klaremal.reason import reason

    rows = []
    for name, each in goals.items():
        mine = shown[shown["goal"] == name]
        if mine.empty:
            rows.append((name, each.goal.goal.title.say(lang), word("nothing", lang), ""))
            continue
        row: dict[str, Any] = mine.iloc[0].to_dict()  # type: ignore[assignment]
        rows.append((name, each.goal.goal.title.say(lang), row["period"], reason(row, each.goal, lang)))
    print_table((word("goal", lang), "", word("period", lang), word("status", lang)), rows)


def _print_unassessed(result: Run, shown: pd.DataFrame, lang: str) -> None:
    from klaremal.reason import CAUSE_WORDS

    missing = shown[shown["status"] == "not_assessable"]
    provisional = int(result.fulfilments["provisional"].astype(bool).sum())
    if missing.empty and not provisional:
        return
    click.echo()
    click.echo(word("not_assessed", lang))
    for (goal, cause), group in missing.groupby(["goal", "cause"], sort=True):
        click.echo(f"  {goal}: {CAUSE_WORDS[lang][str(cause)]} ({len(group)}): {_names(group['unit_name'], lang)}")
    if provisional:
        click.echo(f"  {word('provisional', lang)}: {provisional}")


def _names(names: Iterable[str], lang: str) -> str:
    several = sorted(set(names))
    text = "; ".join(several[:_NAMED])
    return text if len(several) <= _NAMED else f"{text} {word('more', lang, count=len(several) - _NAMED)}"


def _print_trouble(result: Run, lang: str) -> None:
    blocks: tuple[tuple[str, list[str]], ...] = (
        ("set_aside", [_aside(each, lang) for each in result.set_aside]),
        (
            "failed",
            [gap.message if gap.message.startswith(gap.dataset) else f"{gap.dataset}: {gap.message}" for gap in result.gaps],
        ),
        ("left_out", [f"{each.plugin} ({each.distribution} {each.version}): {each.why}" for each in result.left_out]),
        ("warnings", [str(fault) for fault in result.warnings]),
    )
    for key, lines in blocks:
        if lines:
            click.echo()
            click.echo(word(key, lang))
            for line in lines:
                click.echo(f"  {line}")


def _aside(each: Any, lang: str) -> str:
    rows = word("row" if each.rows == 1 else "rows", lang)
    text = f"{each.dataset}: {each.rows} {rows}: {each.message or each.rule}"
    return text if not each.examples else f"{text} ({'; '.join(each.examples)})"


def _print_end(result: Run, lang: str) -> None:
    seconds = f"{result.seconds:.1f}".replace(".", "." if lang == "en" else ",")
    key = "scanned" if result.scanned else "nothing_scanned"
    click.echo()
    click.echo(word(key, lang, scanned=result.scanned, kept=result.kept, seconds=seconds))
    if result.appended is not None:
        done = result.appended
        click.echo(
            word(
                "stored",
                lang,
                run=done.run,
                observations=done.observations,
                fulfilments=done.fulfilments,
                unchanged=done.unchanged,
            )
        )
