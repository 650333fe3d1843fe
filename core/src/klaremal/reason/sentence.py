"""Reasons: why a goal has its status, as sentences that a citizen understands; a pure function of the row and the goal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from klaremal.model.breakdown import titled
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count, Distinct, Published, Share
from klaremal.model.on_time import OnTime
from klaremal.model.period import Period
from klaremal.model.target import Band
from klaremal.reason.promises import due_text, final_period, ground_text, promised, strict_text
from klaremal.reason.ruled import by_rule, judged_by
from klaremal.reason.shown import (
    UNLIMITED,
    count_text,
    date_text,
    decimals_of,
    decimals_of_indicator,
    judged_rows,
    number_text,
    open_band,
    persons_text,
    promise_text,
    quantity_text,
    shown,
    target_text,
    with_unit,
)
from klaremal.reason.target_words import COURSE_WORDS, SENTENCES, TARGETS
from klaremal.reason.wholes import of_whole
from klaremal.reason.words import (
    CAUSE_WORDS,
    CERTAINTY_WORDS,
    LANGUAGES,
    MEANINGS,
    PHRASES,
    STATUS_WORDS,
    TREND_WORDS,
    words_of,
)

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal

__all__ = [
    "CAUSE_WORDS",
    "CERTAINTY_WORDS",
    "COURSE_WORDS",
    "LANGUAGES",
    "STATUS_WORDS",
    "TREND_WORDS",
    "is_whole",
    "promised",
    "reason",
    "shown",
]

# Beyond so many more decimals no two numbers are told apart.
_MORE_DECIMALS: Final = 10


def reason(row: Mapping[str, Any], goal: BoundGoal, lang: str = "da", parts: Iterable[Mapping[str, Any]] = ()) -> str:
    """Say why a fulfilment has its status: the comparison, what it rests on, how sure it is, and where it is heading.

    `row` is one row of fulfilments, as judged or as the ledger gives it. Nothing about a hidden figure is said. `parts` are
    the rows of the goal's units in the same period: a row that sums them up (it has no indicator) names those that decided.
    """
    said = _Said(row=row, goal=goal, lang=lang)
    if is_whole(row, goal) and goal.goal.summary is not None:
        whole = of_whole(row, goal.goal.summary, parts, lang)
        return " ".join(each for each in (_whom(said), whole, _retroactive(said)) if each)
    sentences = [_whom(said), _verdict(said)]
    if said.word("status") != "not_assessable":
        sentences += [_ground(said), _basis(said), _certainty(said), _trend(said), _warning(said), _force(said)]
    sentences += [_course(said), _margin(said), _retroactive(said)]
    return " ".join(sentence for sentence in sentences if sentence)


def is_whole(row: Mapping[str, Any], goal: BoundGoal) -> bool:
    """Say whether a row sums up the goal's units: no indicator was judged for it."""
    return goal.goal.summary is not None and "indicator" in row and not isinstance(row["indicator"], str)


def period_of(row: Mapping[str, Any]) -> Period:
    """Return the period of a row, whether it is written as a code or as its first month and frequency."""
    if isinstance(row.get("period"), str):
        return Period.parse(row["period"])
    return Period(str(row["frequency"]).removesuffix("12"), int(row["start"]))


@frozen(kw_only=True)
class _Said:
    """A row with its goal and the language to speak of it in."""

    row: Mapping[str, Any]
    goal: BoundGoal
    lang: str

    @property
    def phrases(self) -> Mapping[str, str]:
        """The phrases of the language."""
        return words_of(PHRASES, self.lang)

    @property
    def indicator(self) -> Indicator:
        """The indicator that was judged."""
        return self.goal.indicator

    @property
    def band(self) -> Band:
        """What the row was judged by; without a target nothing was promised."""
        target, high = self.number("target"), self.number("target_high")
        if target is None:
            return (-UNLIMITED, UNLIMITED)
        return (target, high) if high is not None else open_band(target, self.goal.target, self.indicator)

    def number(self, name: str) -> float | None:
        """Return a figure of the row, None where it is unknown."""
        value = self.row.get(name)
        return None if value is None or value != value else float(value)

    def word(self, name: str) -> str:
        """Return a word of the row, empty where it has none."""
        value = self.row.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Say whether a flag of the row is set; one that is missing (NaN) is not."""
        return bool(self.row.get(name) == True)  # noqa: E712 - a flag of numpy is not the object True

    def value(self, value: float, places: int) -> str:
        """Write a value of the indicator with its unit, or with what it counts."""
        counted = self.indicator.counted.say(self.lang) if isinstance(self.indicator.measure, (Count, Distinct)) else ""
        return with_unit(number_text(value, places, self.lang), self.indicator.measured_in, self.lang, counted)


def _verdict(said: _Said) -> str:
    """Say the status and the comparison, or the cause, or that the figure is provisional."""
    status, value, (low, high), tolerance = said.word("status"), said.number("value"), said.band, said.goal.goal.tolerance
    if status == "not_assessable":
        return _unassessed(said)
    bands = [(low, high), (low - tolerance, high + tolerance)] if tolerance else [(low, high)]
    places = 1 if value is None else _places(said, value, bands)
    promise = _promise(said, (low, high), places)
    if not status and _is_ahead(said):
        return _ahead(said, "running")
    if value is None:
        return said.phrases["provisional_empty"].format(promise=promise)
    if not status:
        return said.phrases["provisional"].format(value=said.value(value, places), promise=promise)
    if said.goal.rule is not None:
        sentence = by_rule(said.goal.rule, said.value(value, places), promise, said.lang)
    else:
        sentence = _compared(said, value, promise, places)
    return f"{words_of(STATUS_WORDS, said.lang)[status].capitalize()}: {sentence}."


def _places(said: _Said, value: float, bands: Sequence[Band]) -> int:
    """Return how many decimals put the value on its side of every bound; beyond a strict one it must not look equal to it."""
    places = decimals_of(value, bands, decimals_of_indicator(said.indicator))
    if not said.goal.target.strict or said.word("status") != "fulfilled":
        return places
    bound = next(end for end in bands[0] if abs(end) < UNLIMITED)
    more = range(places, places + _MORE_DECIMALS)
    return next((each for each in more if said.value(value, each) != said.value(bound, each)), places)


def _promise(said: _Said, band: Band, places: int) -> str:
    if not any(abs(end) < UNLIMITED for end in band):
        # What the target stands on is not known: only in words can be said what was promised.
        return promised(said.goal, said.lang)
    text = strict_text if said.goal.target.strict else promise_text
    return text(band, said.indicator, said.lang, places)


def _compared(said: _Said, value: float, promise: str, places: int) -> str:
    (low, high), phrases, status = said.band, said.phrases, said.word("status")
    number = said.value(value, places)
    if status == "fulfilled":
        return phrases["is"].format(value=number, promise=promise)
    if said.goal.target.strict:
        return words_of(TARGETS, said.lang)["is_not"].format(value=number, promise=promise)
    quoted = quantity_text(low if value < low else high, said.indicator, said.lang, places)
    sentence = phrases["below" if value < low else "above"].format(value=number, low=quoted, high=quoted)
    if status == "partly_fulfilled":
        tolerance = target_text(said.goal.goal.tolerance, decimals_of_indicator(said.indicator), places, said.lang)
        return phrases["nearly"].format(sentence=sentence, tolerance=tolerance)
    return phrases["already"].format(sentence=sentence) if said.flag("provisional") else sentence


def _ground(said: _Said) -> str:
    """Name the figure that the target follows from, where it follows from one."""
    then = ground_text(said.goal, period_of(said.row), said.lang)
    return words_of(SENTENCES, said.lang)["follows"].format(then=then) if then and said.number("target") is not None else ""


def _course(said: _Said) -> str:
    """Say whether a target that lies ahead is on its way; once it is due the status says so, unless it was missed before."""
    course, until = said.word("course"), final_period(said.goal)
    if not course or until is None:
        return ""
    if until.contains(period_of(said.row)) and course != "too_early":
        return ""
    return words_of(SENTENCES, said.lang)[course].format(until=until.label(said.lang))


def _margin(said: _Said) -> str:
    """Say how many more may fail while the period runs, and how many too many did."""
    margin = said.number("margin")
    if margin is None or (margin >= 0 and not said.flag("provisional")):
        return ""
    key = "room" if margin >= 0 else "too_many"
    return words_of(SENTENCES, said.lang)[key].format(count=count_text(abs(margin), said.lang))


def _whom(said: _Said) -> str:
    """Name the value of a breakdown that the row is about."""
    text = said.word("breakdown")
    return f"{titled(text, said.indicator.dataset, said.lang)}." if text else ""


def _basis(said: _Said) -> str:
    """Say how many the figure rests on."""
    n, part, counted = said.number("n"), said.number("part"), said.indicator.counted.say(said.lang)
    if n is None or isinstance(said.indicator.measure, Count):
        return ""
    if said.indicator.dataset.level is not None and not (counted and isinstance(said.indicator.measure, (Published, Share))):
        # A row is the total of a whole unit here; how many rows there are says nothing of how many persons or cases. A
        # published figure brings its own n, and a share is one of rows.
        return ""
    if part is not None and isinstance(said.indicator.measure, (Share, OnTime)):
        rows = judged_rows(said.indicator, said.number("value"), n, part)
        if rows is None:
            return said.phrases["n"].format(n=count_text(n, said.lang), counted=persons_text(n, said.lang))
        several = counted or said.phrases["cases_one" if rows == 1 else "cases"]
        return said.phrases["part"].format(part=count_text(part, said.lang), n=count_text(rows, said.lang), counted=several)
    if said.indicator.dataset.person is not None:
        counted = persons_text(n, said.lang)
    if n == 1 and not counted:
        return said.phrases["one"]
    return said.phrases["n"].format(n=count_text(n, said.lang), counted=counted or said.phrases["counted"])


def _certainty(said: _Said) -> str:
    """Say that rows set aside, or those who did not answer, could have changed the status; that none could needs no words."""
    kind = "uncertain_sample" if said.indicator.dataset.basis == "sample" else "uncertain"
    return said.phrases[kind] if said.word("certainty") == "uncertain" else ""


def _trend(said: _Said) -> str:
    """Say whether it is better or worse than a year earlier."""
    trend = said.word("trend")
    if not trend:
        return ""
    frequency = period_of(said.row).frequency
    before = {"year": "year_before", "school_year": "year_before", "rolling12": "window_before"}.get(frequency)
    return said.phrases[trend].format(before=said.phrases[before or "period_before"])


def _warning(said: _Said) -> str:
    """Say that a part of the figure is implausible, where the row tells."""
    return said.phrases["warned"] if said.flag("warned") else ""


def _force(said: _Said) -> str:
    """Say what the target rests on: a law, an agreement, a recommendation."""
    return said.phrases.get(said.goal.basis or "", "")


def _retroactive(said: _Said) -> str:
    """Say that the goal was decided after the period's first day."""
    decision = said.goal.goal.decision
    if decision is None or decision.date <= period_of(said.row).first_day:
        return ""
    return said.phrases["retroactive"].format(date=date_text(decision.date, said.lang))


def _unassessed(said: _Said) -> str:
    """Say the cause and what it means."""
    cause = said.word("cause") or "no_data"
    meaning = words_of(MEANINGS, said.lang)[cause]
    if cause == "coverage_too_low" and said.goal.minimum_coverage >= 1:
        meaning = said.phrases["everyone"]
    status = words_of(STATUS_WORDS, said.lang)["not_assessable"].capitalize()
    sentence = f"{status}: {words_of(CAUSE_WORDS, said.lang)[cause]}. {meaning.format(**_blanks(said, cause))}"
    so_far = _ahead(said, "ahead") if cause == "not_yet_due" and said.number("value") is not None else ""
    return " ".join(each for each in (sentence, so_far, _lacking(said, cause), judged_by(said.goal.rule, said.lang)) if each)


def _is_ahead(said: _Said) -> bool:
    """Say whether the goal is to be met in a later period than the row's."""
    by = said.goal.goal.by
    return by is not None and period_of(said.row).start < by.start


def _ahead(said: _Said, key: str) -> str:
    """Say the value, if there is one, beside a target that is not due yet."""
    value = said.number("value")
    places = 1 if value is None else _places(said, value, [said.band])
    promise = due_text(_promise(said, said.band, places), said.goal.goal.by, said.lang)
    number = "" if value is None else said.value(value, places)
    return words_of(SENTENCES, said.lang)[key if number else "later"].format(value=number, promise=promise)


def _lacking(said: _Said, cause: str) -> str:
    """Say that it is the figure which the target follows from that is missing, where the row has one of its own."""
    then = ground_text(said.goal, period_of(said.row), said.lang)
    if cause != "no_data" or not then or said.number("value") is None or said.number("target") is not None:
        return ""
    return words_of(SENTENCES, said.lang)["nothing_to_follow"].format(then=then)


def _blanks(said: _Said, cause: str) -> dict[str, str]:
    """Return what is filled into the meaning of a cause."""
    if cause == "no_cases":
        return {"counted": said.indicator.counted.say(said.lang) or said.phrases["cases"]}
    if cause == "method_changed":
        return {"breaks": _breaks(said)}
    if cause == "coverage_too_low":
        return {"minimum": with_unit(target_text(100 * said.goal.minimum_coverage, 0, 1, said.lang), "percent", said.lang)}
    if cause == "implausible":
        value, plausible = said.number("value") or 0.0, said.indicator.plausible or (-UNLIMITED, UNLIMITED)
        number = said.value(value, decimals_of(value, [plausible], decimals_of_indicator(said.indicator)))
        return {"value": number, "range": promise_text(plausible, said.indicator, said.lang)}
    return {}


def _breaks(said: _Said) -> str:
    """Name the changes of the method since the period began, or since the one that the target follows from."""
    period = period_of(said.row)
    first = Period(period.kind, period.start - said.goal.target.months_back(period)).first_day
    named = [
        f"{date_text(day, said.lang)}: {text.say(said.lang)}".removesuffix(": ")
        for day, text in said.indicator.breaks
        if first < day <= period.last_day
    ]
    return f" ({'; '.join(named)})" if named else ""
