"""Explanations of what no figure judges: the status of a whole from its units, and of something that was to be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from klaremal.explain.decided import decided, labelled
from klaremal.explain.told import Line, Row
from klaremal.explain.words import SAYINGS
from klaremal.reason.promises import promised, promised_task
from klaremal.reason.sentence import reason
from klaremal.reason.wholes import of_task, rule_text
from klaremal.reason.words import CAUSE_WORDS, STATUS_WORDS, words_of

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal, BoundTask


def explain_whole(
    row: Row, kept: Row | None, goal: BoundGoal, parts: Iterable[Row], lang: str = "da", deadline: str = ""
) -> list[Line]:
    """Return how the status of a whole came about: the promise, the rule, which units decided, and the status of each.

    `kept` is the version in force as the ledger keeps it; `parts` are the judgements of the units in the same period,
    `deadline` what a promise about one allows.
    """
    units = sorted(parts, key=lambda each: str(each["unit_name"]))
    summary = goal.goal.summary
    lines = [
        *decided(row, kept or {}, lang),
        ("target", promised(goal, lang)),
        ("deadline", deadline),
        ("summary", "" if summary is None else rule_text(summary, lang)),
        ("status", reason(row, goal, lang, units)),
        ("units", "; ".join(f"{each['unit_name']}: {_status(each, lang)}" for each in units)),
        ("run", _run(row)),
    ]
    return labelled(lines, lang)


def explain_task(row: Row, kept: Row | None, task: BoundTask, lang: str = "da") -> list[Line]:
    """Return how the status of something to be done came about: the promise, the deadline, and what has been done."""
    lines = [
        *decided(row, kept or {}, lang),
        ("target", promised_task(task, lang)),
        ("status", of_task(row, task, lang)),
        ("run", _run(row)),
    ]
    return labelled(lines, lang)


def _status(row: Row, lang: str) -> str:
    status, cause = row.get("status"), row.get("cause")
    if not isinstance(status, str):
        return words_of(SAYINGS, lang)["provisional"]
    text = words_of(STATUS_WORDS, lang)[status]
    return f"{text} ({words_of(CAUSE_WORDS, lang)[cause]})" if isinstance(cause, str) else text


def _run(row: Row) -> str:
    run = row.get("run")
    return "" if run is None or run != run else f"{int(run)}"
