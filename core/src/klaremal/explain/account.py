"""The account of one fulfilment: promise, decision, arithmetic and sources as labelled lines; reads no ledger and no data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from numbers import Real
from typing import Any, Final

from attrs import frozen

from klaremal.explain.words import LABELS, SAYINGS
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Published, Quantile, Rate, Ratio, Share
from klaremal.model.text import Text
from klaremal.reason.sentence import CERTAINTY_WORDS, STATUS_WORDS, TREND_WORDS, period_of
from klaremal.reason.shown import (
    UNLIMITED,
    count_text,
    date_text,
    decimals_of,
    decimals_of_indicator,
    number_text,
    promise_text,
    target_text,
    with_unit,
)
from klaremal.reason.words import CAUSE_WORDS, PHRASES, words_of

Line = tuple[str, str]
Row = Mapping[str, Any]

# How many decimals of a quotient are written when it has no end.
_DECIMALS: Final = 6
_HASH_SHOWN: Final = 12


def explain(
    row: Row,
    observation: Row | None,
    goal: Row | None,
    sources: Iterable[Row],
    indicator: Indicator,
    lang: str = "da",
    plugin: tuple[str, str, str] = ("", "", ""),
    set_aside: Iterable[Row] = (),
) -> list[Line]:
    """Return how a fulfilment came about, as (label, text) lines in the order in which an auditor asks.

    `row` is the fulfilment and `observation` what it judges; `goal` is the version in force as the ledger keeps it;
    `sources` and `set_aside` are the ledger's rows of the indicator's dataset; `plugin` is name, distribution, version.
    A line about something that is not known, or is hidden, is left out.
    """
    told = _Told(row=row, observation=observation or {}, goal=goal or {}, indicator=indicator, lang=lang)
    lines = [*_promise(told), *_result(told)]
    for each in map(_known, set_aside):
        count, message = float(each["rows"]), each.get("message") or each["rule"]
        lines.append(("set_aside", told.counted("aside", count).format(rows=count_text(count, lang), message=message)))
    for each in sources:
        lines += _source(told, each)
    if plugin[0]:
        lines.append(("plugin", f"{plugin[0]} ({plugin[1]} {plugin[2]})"))
    if (run := told.number("run")) is not None:
        lines.append(("run", f"{run:.0f}"))
    return [(words_of(LABELS, lang)[label], text) for label, text in lines if text]


@frozen(kw_only=True)
class _Told:
    """What is known of one fulfilment, and the language to tell it in."""

    row: Row
    observation: Row
    goal: Row
    indicator: Indicator
    lang: str

    @property
    def says(self) -> Mapping[str, str]:
        """The phrases of the language."""
        return words_of(SAYINGS, self.lang)

    def number(self, name: str) -> float | None:
        """Return a figure of the fulfilment, or of its observation; None where it is unknown."""
        found = (each.get(name) for each in (self.row, self.observation))
        return next((float(value) for value in found if value is not None and value == value), None)

    def word(self, name: str) -> str:
        """Return a word of the fulfilment, or of its observation; empty where neither has one."""
        return next((value for each in (self.row, self.observation) if isinstance(value := each.get(name), str)), "")

    def text(self, name: str) -> str:
        """Return a text of the goal in the language, whether it was stored as one text or as one for each language."""
        return _say(self.goal.get(name), self.lang)

    def counted(self, key: str, count: float | None) -> str:
        """Return the phrase about this many, which has another form for exactly one."""
        return self.says.get(f"{key}_one", self.says[key]) if count == 1 else self.says[key]

    def precise(self, value: float) -> str:
        """Write a figure with all its decimals, at most six, and its unit."""
        text = target_text(value, decimals_of_indicator(self.indicator), _DECIMALS, self.lang)
        return with_unit(text, self.indicator.measured_in, self.lang)


def _promise(told: _Told) -> Iterator[Line]:
    """Say what was promised, by whom, when, and which version of it judged the period."""
    title = told.text("title")
    goal = told.word("goal")
    yield "goal", f"{title} ({goal})" if title else goal
    yield "promise", told.text("promise")
    yield "decision", _decision(told)
    yield "version", _version(told)
    yield "target", _target(told)
    definition = told.word("definition")
    named = {"title": told.indicator.title.say(told.lang), "id": told.indicator.id, "definition": definition[:_HASH_SHOWN]}
    yield "indicator", told.says["defined"].format(**named) if definition else f"{named['title']} ({named['id']})"


def _decision(told: _Told) -> str:
    decision = told.goal.get("decision")
    if not isinstance(decision, Mapping):
        by_law = told.says["by_law"] if told.goal.get("basis") == "law" else ""
        return by_law or told.says["no_decision"]
    day = _day(decision.get("date"))
    parts = [str(decision.get("body", "")), date_text(day, told.lang) if day else ""]
    if decision.get("case"):
        parts.append(told.says["case"].format(case=decision["case"]))
    parts.append(_say(decision.get("text"), told.lang))
    parts.append(str(decision.get("link") or ""))
    return ", ".join(part for part in parts if part)


def _version(told: _Told) -> str:
    """Say from when to when the version held, and that it did on the day that decides."""
    first, last = _day(told.goal.get("first")), _day(told.goal.get("last"))
    version = told.goal.get("version", told.row.get("version", ""))
    if first is None:
        return str(version)
    begin, end = date_text(first, told.lang), date_text(last, told.lang) if last else ""
    span = told.says["from_to" if end else "from"].format(version=version, first=begin, last=end)
    period = period_of(told.row).first_day
    text = told.says["judged_by"].format(span=span, day=date_text(period, told.lang))
    decision = told.goal.get("decision")
    decided = _day(decision.get("date")) if isinstance(decision, Mapping) else None
    if decided is None or decided <= period:
        return text
    return f"{text}. {words_of(PHRASES, told.lang)['retroactive'].format(date=date_text(decided, told.lang))}"


def _target(told: _Told) -> str:
    """Say what the value was compared with, the tolerance, and the threshold it comes from."""
    target, high = told.number("target"), told.number("target_high")
    if target is None:
        return ""
    kind = told.goal.get("target")
    named = kind.get("") if isinstance(kind, Mapping) else ""
    floor = named == "AtLeast" or (named != "AtMost" and told.indicator.direction == "higher")
    band = (target, high) if high is not None else (target, UNLIMITED) if floor else (-UNLIMITED, target)
    promise = promise_text(band, told.indicator, told.lang, _DECIMALS)
    if tolerance := float(told.goal.get("tolerance") or 0):
        text = target_text(tolerance, decimals_of_indicator(told.indicator), _DECIMALS, told.lang)
        promise = told.says["tolerance"].format(promise=promise, tolerance=text)
    basis = words_of(PHRASES, told.lang).get(str(told.goal.get("basis") or ""), "")
    rests = " ".join(part for part in (basis, str(told.goal.get("reference") or "")) if part)
    return f"{promise}. {rests}" if rests else promise


def _result(told: _Told) -> Iterator[Line]:
    """Say the status, and the arithmetic from counts to value."""
    yield "status", _status(told)
    n, part, value = told.number("n"), told.number("part"), told.number("value")
    if value is not None:
        yield "arithmetic", _arithmetic(told, value)
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


def _count(told: _Told, n: float, part: float | None) -> str:
    """Say how many the value rests on, of a share also how many of them did what was promised."""
    phrases, counted = words_of(PHRASES, told.lang), told.indicator.counted.say(told.lang)
    if part is None or not isinstance(told.indicator.measure, Share):
        return f"{count_text(n, told.lang)} {counted or phrases['counted_one' if n == 1 else 'counted']}"
    numbers = {"part": count_text(part, told.lang), "n": count_text(n, told.lang)}
    return phrases["part"].format(**numbers, counted=counted or phrases["cases_one" if n == 1 else "cases"]).rstrip(".")


def _status(told: _Told) -> str:
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


def _arithmetic(told: _Told, value: float) -> str:
    """Write out how the value follows from the counts: "100 x 1187 / 1250 = 94.96"."""
    measure, n, part = told.indicator.measure, told.number("n"), told.number("part")
    result = told.precise(value)
    if isinstance(measure, Share):
        if n is None or part is None:
            return result
        return f"100 x {count_text(part, told.lang)} / {count_text(n, told.lang)} = {result}"
    if isinstance(measure, (Ratio, Rate)):
        return _quotient(told, measure, value)
    if isinstance(measure, Published) and _is_weighed(told):
        assert measure.weight is not None, "only figures with a weight are weighed"
        names = {"column": measure.column.text, "weight": measure.weight.text}
        level = told.says.get(str(told.indicator.dataset.level), str(told.indicator.dataset.level))
        return told.says["weighed"].format(level=level, value=result, **names)
    words = told.counted(type(measure).__name__, n)
    share = target_text(100 * measure.q, 0, _DECIMALS, told.lang) if isinstance(measure, Quantile) else ""
    return words.format(n="?" if n is None else count_text(n, told.lang), value=result, q=share)


def _quotient(told: _Told, measure: Ratio | Rate, value: float) -> str:
    """Write out a ratio or a rate; the ledger has its upper number, from which the lower one follows unless it is 0."""
    part = told.number("part")
    scale = "" if measure.scale == 1 else f"{target_text(measure.scale, 0, _DECIMALS, told.lang)} x "
    events = measure.top.of if isinstance(measure, Ratio) else measure.events
    top = f"sum({events.text})" if part is None else target_text(part, 0, _DECIMALS, told.lang)
    per = f"sum({measure.per.of.text})"
    if part is not None and value != 0:
        per = target_text(round(measure.scale * part / value, _DECIMALS), 0, _DECIMALS, told.lang)
    return f"{scale}{top} / {per} = {told.precise(value)}"


def _is_weighed(told: _Told) -> bool:
    """Say whether a published figure is of another level than the source's rows."""
    measure, dataset = told.indicator.measure, told.indicator.dataset
    if not isinstance(measure, Published) or measure.weight is None or dataset.level is None:
        return False
    level = told.word("level")
    return bool(level) and level != dataset.level


def _source(told: _Told, source: Row) -> Iterator[Line]:
    """Say where rows came from, how many and which they were (by hash), and how far they reach."""
    says, lang, source = told.says, told.lang, _known(source)
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
    if until := _day(source.get("complete_until")):
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


def _plain(told: _Told, value: float) -> str:
    return number_text(value, max(decimals_of_indicator(told.indicator), 2), told.lang)


def _known(cells: Row) -> Row:
    """Return the cells of a frame's row that hold anything: neither None nor one of pandas' ways to say missing."""
    return {name: value for name, value in cells.items() if isinstance(value, (str, date, Real)) and value == value}


def _say(value: Any, lang: str) -> str:
    if isinstance(value, Text):
        return value.say(lang)
    return Text.of(value).say(lang) if isinstance(value, (str, Mapping)) else ""


def _day(value: Any) -> date | None:
    if isinstance(value, str) and value:
        return date.fromisoformat(value[:10])
    return value if isinstance(value, date) else None
