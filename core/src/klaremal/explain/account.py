"""The account of one fulfilment: promise, decision, arithmetic and sources as labelled lines; reads no ledger and no data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from klaremal.explain.ahead import ahead
from klaremal.explain.decided import decided, labelled
from klaremal.explain.told import DECIMALS, Evidence, Line, Row, Told, day_of, known
from klaremal.model.breakdown import titled
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Published, Quantile, Share
from klaremal.model.on_time import OnTime
from klaremal.model.period import Period
from klaremal.model.quotient import Quotient, Rate, Ratio, other_of
from klaremal.model.target import is_floor
from klaremal.reason.beside import beside_text
from klaremal.reason.promises import due_text, strict_text
from klaremal.reason.sentence import CERTAINTY_WORDS, STATUS_WORDS, TREND_WORDS
from klaremal.reason.shown import (
    UNLIMITED,
    count_text,
    date_text,
    decimals_of,
    decimals_of_indicator,
    judged_rows,
    number_text,
    persons_text,
    promise_text,
    target_text,
    with_unit,
)
from klaremal.reason.words import CAUSE_WORDS, PHRASES, words_of

_HASH_SHOWN: Final = 12


def explain(row: Row, goal: Row | None, indicator: Indicator, evidence: Evidence, lang: str = "da") -> list[Line]:
    """Return how a fulfilment came about, as (label, text) lines in the order in which an auditor asks.

    `row` is the fulfilment; `goal` is the version in force as the ledger keeps it. A line about something that is not known,
    or is hidden, is left out.
    """
    told = Told(row=row, observation=evidence.observation or {}, goal=goal or {}, indicator=indicator, lang=lang)
    lines = [*_promise(told, evidence.deadline), *_result(told), ("beside", _beside(told, evidence)), *ahead(told, evidence)]
    for each in map(known, evidence.set_aside):
        count, message = float(each["rows"]), each.get("message") or each["rule"]
        lines.append(("set_aside", told.counted("aside", count).format(rows=count_text(count, lang), message=message)))
    for each in evidence.sources:
        lines += _source(told, each)
    if evidence.complete_from is not None:
        lines.append(("complete_from", date_text(evidence.complete_from, lang)))
    if evidence.plugin[0]:
        name, distribution, version = evidence.plugin
        lines.append(("plugin", f"{name} ({distribution} {version})"))
    if (run := told.number("run")) is not None:
        lines.append(("run", f"{run:.0f}"))
    return labelled(lines, lang)


def _promise(told: Told, deadline: str) -> Iterator[Line]:
    """Say what was promised, by whom, when, which version of it judged the period, and what the indicator is."""
    yield from decided(told.row, told.goal, told.lang)
    yield "target", _target(told)
    yield "deadline", deadline
    definition = told.word("definition")
    value = told.word("breakdown")
    of_whom = f" ({titled(value, told.indicator.dataset, told.lang)})" if value else ""
    named = {
        "title": told.indicator.title.say(told.lang) + of_whom,
        "id": told.indicator.id,
        "definition": definition[:_HASH_SHOWN],
    }
    yield "indicator", told.says["defined"].format(**named) if definition else f"{named['title']} ({named['id']})"


def _target(told: Told) -> str:
    """Say what the value was compared with, the tolerance, and the threshold it comes from."""
    target, high = told.number("target"), told.number("target_high")
    if target is None:
        return ""
    kind = told.target
    floor = told.indicator.direction == "higher" if kind is None else is_floor(kind, told.indicator.direction)
    band = (target, high) if high is not None else (target, UNLIMITED) if floor else (-UNLIMITED, target)
    strict = kind is not None and kind.strict
    promise = (strict_text if strict else promise_text)(band, told.indicator, told.lang, DECIMALS)
    by = told.goal.get("by")
    promise = due_text(promise, Period.parse(by) if by else None, told.lang)
    if tolerance := float(told.goal.get("tolerance") or 0):
        text = target_text(tolerance, decimals_of_indicator(told.indicator), DECIMALS, told.lang)
        promise = told.says["tolerance"].format(promise=promise, tolerance=text)
    basis = words_of(PHRASES, told.lang).get(str(told.goal.get("basis") or ""), "")
    rests = " ".join(part for part in (basis, str(told.goal.get("reference") or "")) if part)
    return f"{promise}. {rests}" if rests else promise


def _result(told: Told) -> Iterator[Line]:
    """Say the status, and the arithmetic from counts to value."""
    yield "status", _status(told)
    n, part, value = told.number("n"), told.number("part"), told.number("value")
    if value is not None:
        yield "arithmetic", _arithmetic(told, value)
    yield "per", _per(told)
    if n is not None:
        yield "n", _count(told, n, part)
    coverage = told.number("coverage")
    if coverage is not None:
        minimum = told.goal.get("minimum_coverage")
        least = told.indicator.least_coverage if minimum is None else float(minimum)
        shares = {"coverage": _percent(coverage, told.lang, least), "minimum": _percent(least, told.lang)}
        yield "coverage", told.says["coverage"].format(**shares)
    low, high = told.number("low"), told.number("high")
    if low is not None and high is not None:
        yield "variation", told.says["to"].format(low=_plain(told, low), high=_plain(told, high))


def _beside(told: Told, evidence: Evidence) -> str:
    """Say what stands beside the figure of a clock; beside that of one value of a breakdown it is of all values together."""
    text = beside_text(evidence.beside, told.lang)
    return told.says["of_all"].format(text=text) if text and told.word("breakdown") else text


def _count(told: Told, n: float, part: float | None) -> str:
    """Say how many the value rests on, of a share also how many of them did what was promised."""
    phrases, counted = words_of(PHRASES, told.lang), told.indicator.counted.say(told.lang)
    if told.indicator.dataset.level is not None and not isinstance(told.indicator.measure, (Published, Share)):
        # Rows are totals here: how many there are is no number of what they count.
        counted = ""
    persons = "" if told.indicator.dataset.person is None else f"{count_text(n, told.lang)} {persons_text(n, told.lang)}"
    if part is None or not isinstance(told.indicator.measure, (Share, OnTime)):
        return persons or f"{count_text(n, told.lang)} {counted or phrases['counted_one' if n == 1 else 'counted']}"
    rows = judged_rows(told.indicator, told.number("value"), n, part)
    if rows is None:
        return persons
    numbers = {"part": count_text(part, told.lang), "n": count_text(rows, told.lang)}
    text = phrases["part"].format(**numbers, counted=counted or phrases["cases_one" if rows == 1 else "cases"]).rstrip(".")
    return f"{text}; {persons}" if persons else text


def _status(told: Told) -> str:
    """Say the status in words: the cause, or how sure it is and where it is heading."""
    status, cause = told.word("status"), told.word("cause")
    if not status:
        return told.says["provisional"]
    text = words_of(STATUS_WORDS, told.lang)[status]
    if status == "not_assessable":
        return f"{text}: {words_of(CAUSE_WORDS, told.lang)[cause]}" if cause else text
    if certainty := told.word("certainty"):
        text = told.says["certainty"].format(status=text, certainty=words_of(CERTAINTY_WORDS, told.lang)[certainty])
    if trend := told.word("trend"):
        form = told.says["trend_unchanged" if trend == "unchanged" else "trend"]
        text = form.format(status=text, trend=words_of(TREND_WORDS, told.lang)[trend])
    return text


def _arithmetic(told: Told, value: float) -> str:
    """Write out how the value follows from the counts: "100 x 1187 / 1250 = 94.96"."""
    measure, n, part = told.indicator.measure, told.number("n"), told.number("part")
    result = told.precise(value)
    if isinstance(measure, (Share, OnTime)):
        rows = None if n is None or part is None else judged_rows(told.indicator, value, n, part)
        if rows is None or part is None:
            return result
        return f"100 x {count_text(part, told.lang)} / {count_text(rows, told.lang)} = {result}"
    if isinstance(measure, (Ratio, Rate)):
        return _quotient(told, measure, value)
    if isinstance(measure, Published) and _is_weighed(told):
        assert measure.weight is not None, "only figures with a weight are weighed"
        names = {"column": measure.column.text, "weight": measure.weight.text}
        level = told.says.get(str(told.indicator.dataset.level), str(told.indicator.dataset.level))
        return told.says["weighed"].format(level=level, value=result, **names)
    words = told.counted(type(measure).__name__, n)
    share = target_text(100 * measure.q, 0, DECIMALS, told.lang) if isinstance(measure, Quantile) else ""
    return words.format(n="?" if n is None else count_text(n, told.lang), value=result, q=share)


def _quotient(told: Told, measure: Ratio | Rate, value: float) -> str:
    """Write out a ratio or a rate; the ledger has its upper number, from which the lower one follows unless it is 0."""
    part = told.number("part")
    scale = "" if measure.scale == 1 else f"{target_text(measure.scale, 0, DECIMALS, told.lang)} x "
    events = measure.top.of if isinstance(measure, Ratio) else measure.events
    top = f"sum({events.text})" if part is None else target_text(part, 0, DECIMALS, told.lang)
    per = f"sum({measure.per.of.text})"
    if part is not None and value != 0:
        per = target_text(round(measure.scale * part / value, DECIMALS), 0, DECIMALS, told.lang)
    return f"{scale}{top} / {per} = {told.precise(value)}"


def _per(told: Told) -> str:
    """Say what a figure is per where that is of another dataset, and how it was found in time; else nothing."""
    measure = told.indicator.measure
    dataset = other_of(measure)
    if dataset is None or not isinstance(measure, Quotient):
        return ""
    over = measure.over_time(dataset)
    form = "per_states" if dataset.snapshot and over == "mean" else f"per_{over}"
    where = "" if measure.per.where is None else told.says["per_where"].format(where=measure.per.where.text)
    named = {"of": measure.per.of.text, "where": where, "title": dataset.title.say(told.lang), "id": dataset.id}
    return told.says[form].format(**named)


def _is_weighed(told: Told) -> bool:
    """Say whether a published figure is of another level than the source's rows."""
    measure, dataset = told.indicator.measure, told.indicator.dataset
    if not isinstance(measure, Published) or measure.weight is None or dataset.level is None:
        return False
    level = told.word("level")
    return bool(level) and level != dataset.level


def _source(told: Told, source: Row) -> Iterator[Line]:
    """Say where rows came from, how many and which they were (by hash), and how far they reach."""
    says, lang, source = told.says, told.lang, known(source)
    address, collector = source.get("address") or source["dataset"], source.get("collector")
    yield "source", f"{address} ({collector})" if collector else str(address)
    if source.get("message"):
        yield "content", says["failed"].format(message=source["message"])
        return
    counts = {name: float(source[name]) for name in ("rows", "bytes") if name in source}
    parts = [told.counted(name, count).format(**{name: count_text(count, lang)}) for name, count in counts.items()]
    if fetched := source.get("fetched"):
        moment = datetime.fromisoformat(str(fetched)).isoformat(" ", "seconds")
        parts.append(says["fetched"].format(fetched=moment))
    if sha256 := source.get("sha256"):
        parts.append(f"SHA-256 {sha256}")
    yield "content", ", ".join(parts)
    if until := day_of(source.get("complete_until")):
        rule = str(source.get("complete_rule") or "")
        day = date_text(until, lang)
        yield "complete_until", says["rule"].format(day=day, rule=says.get(rule, rule)) if rule else day


def _percent(share: float, lang: str, least: float | None = None) -> str:
    """Write a share with at most two decimals, and more only where it would seem to reach what it does not."""
    # Beyond nine decimals is what binary fractions add: 0.57 is no 56.99999999999999 percent.
    value = round(100 * share, 9)
    places = next(places for places in range(3) if round(value, places) == round(value, 2))
    ends = [] if least is None else [(100 * least, UNLIMITED), (100.0, UNLIMITED)]
    return with_unit(number_text(value, decimals_of(value, ends, places), lang), "percent", lang)


def _plain(told: Told, value: float) -> str:
    return number_text(value, max(decimals_of_indicator(told.indicator), 2), told.lang)
