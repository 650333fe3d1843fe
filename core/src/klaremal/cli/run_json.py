"""What `klaremal run --format json` prints: the same as the report, as one JSON object for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from attrs import asdict

from klaremal.cli.printing import print_json
from klaremal.cli.run_report import beside_goal, beside_rows, newest, of_units

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.model.goal import Goal
    from klaremal.run import Run


def print_run(result: Run, lang: str) -> None:
    """Print the run's counts, judgements of the newest closed period, gaps, rows set aside and what was stored."""
    print_json(run_object(result, lang))


def run_object(result: Run, lang: str) -> dict[str, Any]:
    """Return the run as plain values; figures that are hidden or missing are null."""
    shown = newest(result)
    units = of_units(shown)
    goals = [_counted(each.goal.goal, each.goal.indicator.plugin, units, lang) for each in result.plan.goals]
    goals += [_counted(each.goal, None, shown, lang) for each in result.plan.tasks]
    return {
        "run": result.number,
        "organisation": result.bound.workspace.name,
        "goals": goals,
        "fulfilments": _records(shown),
        "beside": _beside(result),
        "set_aside": [asdict(each) for each in result.set_aside],
        "hidden": [asdict(each) for each in result.hidden],
        "released": [dict(each) for each in result.released],
        "failed": [{"dataset": each.dataset, "cause": each.cause, "message": each.message} for each in result.gaps],
        "left_out": [asdict(each) for each in result.left_out],
        "switched_off": [{"goal": goal, "reason": reason} for goal, reason in result.bound.workspace.statutory_off],
        "warnings": [str(fault) for fault in result.warnings],
        "scanned": result.scanned,
        "reused": result.kept,
        "seconds": round(result.seconds, 3),
        "stored": asdict(result.appended) if result.appended is not None else None,
    }


def _counted(goal: Goal, sector: str | None, rows: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Return a goal with how many of its units have which status; what is to be done has one for the whole."""
    mine = rows[rows["goal"] == goal.id]
    counts = Counter(mine["status"].dropna())
    return {
        "id": goal.id,
        "title": goal.title.say(lang),
        "sector": sector,
        "period": None if mine.empty else str(mine["period"].iloc[0]),
        "counts": {str(status): int(count) for status, count in sorted(counts.items())},
    }


def _beside(result: Run) -> list[dict[str, Any]]:
    """Return what stands beside the figures of clocks by goal and unit: open and late, how old the oldest is, paused."""
    from klaremal.model.on_time import BESIDE

    rows = beside_rows(result)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for planned in result.plan.goals:
        mine = beside_goal(result, rows, planned.goal)
        for row in _records(mine[["indicator", "unit", "unit_name", "period", "value"]]):
            goal, name = planned.goal.goal.id, str(row["indicator"]).rpartition(".")[2]
            about = {"goal": goal, **{key: row[key] for key in ("unit", "unit_name", "period")}, **dict.fromkeys(BESIDE)}
            found.setdefault((goal, row["unit"], row["period"]), about)[name] = row["value"]
    return list(found.values())


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    # pandas writes NaN as null, and floats with 15 decimals.
    made: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=15, force_ascii=False))
    return made
