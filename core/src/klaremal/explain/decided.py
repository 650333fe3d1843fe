"""What was promised, decided where, and which version of it judged: the lines that every explanation begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from klaremal.explain.told import Line, Row, day_of, say
from klaremal.explain.words import LABELS, SAYINGS
from klaremal.reason.sentence import period_of
from klaremal.reason.shown import date_text
from klaremal.reason.words import PHRASES, words_of


def decided(row: Row, goal: Row, lang: str) -> Iterator[Line]:
    """Say what was promised, by whom, when, what it helps to reach, and which version of it judged the period."""
    title, name = say(goal.get("title"), lang), str(row["goal"])
    yield "goal", f"{title} ({name})" if title else name
    yield "promise", say(goal.get("promise"), lang)
    yield "decision", _decision(goal, lang)
    yield "parent", str(goal.get("parent") or "")
    yield "version", _version(row, goal, lang)
    yield "rule", _rule(goal.get("rule"), lang)


def labelled(lines: Iterable[Line], lang: str) -> list[Line]:
    """Return the lines that say something, with their labels in a language."""
    return [(words_of(LABELS, lang)[label], text) for label, text in lines if text]


def _decision(goal: Row, lang: str) -> str:
    says, decision = words_of(SAYINGS, lang), goal.get("decision")
    if not isinstance(decision, Mapping):
        return says["by_law"] if goal.get("basis") == "law" else says["no_decision"]
    day = day_of(decision.get("date"))
    parts = [str(decision.get("body", "")), date_text(day, lang) if day else ""]
    if decision.get("case"):
        parts.append(says["case"].format(case=decision["case"]))
    parts.append(say(decision.get("text"), lang))
    parts.append(str(decision.get("link") or ""))
    return ", ".join(part for part in parts if part)


def _rule(rule: Any, lang: str) -> str:
    """Name the rule that judged, as it was kept, with its version; nothing where each figure was compared with its target."""
    if not rule:
        return ""
    return words_of(SAYINGS, lang)["ruled"].format(title=say(rule["title"], lang), id=rule["id"], version=rule["version"])


def _version(row: Row, goal: Row, lang: str) -> str:
    """Say from when to when the version held, and that it did on the day that decides."""
    says = words_of(SAYINGS, lang)
    first, last = day_of(goal.get("first")), day_of(goal.get("last"))
    version = goal.get("version", row.get("version", ""))
    if first is None:
        return str(version)
    begin, end = date_text(first, lang), date_text(last, lang) if last else ""
    span = says["from_to" if end else "from"].format(version=version, first=begin, last=end)
    if goal.get("indicator", "") is None:
        # Something to be done is judged on its deadline, which says itself whether the version holds.
        return span
    period = period_of(row).first_day
    text = says["judged_by"].format(span=span, day=date_text(period, lang))
    decision = goal.get("decision")
    day = day_of(decision.get("date")) if isinstance(decision, Mapping) else None
    if day is None or day <= period:
        return text
    return f"{text}. {words_of(PHRASES, lang)['retroactive'].format(date=date_text(day, lang))}"
