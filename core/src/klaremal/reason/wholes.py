"""Reasons of what no figure judges: the status of a whole from its units, and of something that was to be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from klaremal.model.summary import ALL, SHARE, Summary
from klaremal.reason.shown import count_text, date_text, target_text, with_unit
from klaremal.reason.target_words import SENTENCES
from klaremal.reason.words import CAUSE_WORDS, STATUS_WORDS, words_of

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundTask

Row = Mapping[str, Any]

_NAMED: Final = 5


def of_whole(row: Row, summary: Summary, parts: Iterable[Row], lang: str) -> str:
    """Say how the units' statuses made the organisation's: how many fulfil the goal, the rule, and which units decided.

    `parts` are the judgements of the units in the same period; without them no unit is named.
    """
    says = words_of(SENTENCES, lang)
    counts = {name: count_text(_number(row, name), lang) for name in ("n", "part")}
    units = says["units"].format(**counts)
    status, cause = _word(row, "status"), _word(row, "cause")
    if not status:
        sentence = says["units_waiting"].format(units=units)
    elif status == "not_assessable":
        sentence = (
            f"{_status(status, lang)}: {words_of(CAUSE_WORDS, lang)[cause or 'no_data']}. {units[:1].upper()}{units[1:]}."
        )
    else:
        sentence = f"{_status(status, lang)}: {units}."
    return " ".join([sentence, rule_text(summary, lang), *_named(status, summary, list(parts), lang)])


def rule_text(summary: Summary, lang: str) -> str:
    """Say how the units of a goal make one status."""
    percent = with_unit(target_text(summary.percent, 0, 1, lang), "percent", lang)
    return words_of(SENTENCES, lang)[summary.kind].format(percent=percent)


def of_task(row: Row, task: BoundTask, lang: str = "da") -> str:
    """Say whether something was done in time, or until when it is to be done, and how far it has come."""
    says, done = words_of(SENTENCES, lang), task.done
    by = date_text(done.by, lang)
    on = date_text(done.on, lang) if done.on is not None else ""
    status = _word(row, "status")
    if status == "not_assessable":
        sentence = f"{_status(status, lang)}: {words_of(CAUSE_WORDS, lang)['not_yet_due']}. {says['to_be_done'].format(by=by)}"
    else:
        kind = "not_done" if not on else "done" if status == "fulfilled" else "done_late"
        sentence = f"{_status(status, lang)}: {says[kind].format(on=on, by=by)}."
    decision = task.goal.decision
    late = decision is not None and decision.date > min(done.by, done.on or done.by)
    decided = says["decided_late"].format(date=date_text(decision.date, lang)) if decision is not None and late else ""
    note = done.note.say(lang)
    note = f"{note}." if note and note[-1] not in ".!?" else note
    return " ".join(part for part in (sentence, note, decided) if part)


def _named(status: str, summary: Summary, parts: Sequence[Row], lang: str) -> list[str]:
    """Name the units that decided: those that failed, or of which nothing is known; and unknown ones that were skipped."""
    unknown = [each for each in parts if _is_unknown(each)]
    wanted = ("not_fulfilled", "partly_fulfilled") if summary.kind == SHARE else (status,)
    failed = [each for each in parts if status.endswith("_fulfilled") and _word(each, "status") in wanted]
    is_open = not status or status == "not_assessable"
    skipped = [] if is_open or summary.kind == ALL else unknown
    named = (("deciding", unknown if is_open else failed), ("skipped", skipped))
    return [_names(key, rows, lang) for key, rows in named if rows]


def _is_unknown(row: Row) -> bool:
    status = _word(row, "status")
    return not status or (status == "not_assessable" and _word(row, "cause") != "no_cases")


def _names(key: str, rows: Sequence[Row], lang: str) -> str:
    says = words_of(SENTENCES, lang)
    names = "; ".join(sorted(str(each["unit_name"]) for each in rows)[:_NAMED])
    if len(rows) > _NAMED:
        names = says["more_names"].format(names=names, count=len(rows) - _NAMED)
    return says[key].format(names=names)


def _status(status: str, lang: str) -> str:
    return words_of(STATUS_WORDS, lang)[status].capitalize()


def _word(row: Row, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _number(row: Row, name: str) -> float:
    value = row.get(name)
    return 0.0 if value is None or value != value else float(value)
