"""What a promise about a deadline allows, in words: each value's own time, and the calendar that counts; it reads no data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from klaremal.explain.told import DECIMALS
from klaremal.explain.words import SAYINGS
from klaremal.model.deadline import Deadline, Within
from klaremal.model.on_time import Clock, OnTime
from klaremal.reason.shown import target_text, with_unit
from klaremal.reason.words import words_of

if TYPE_CHECKING:
    from klaremal.model.dataset import Dataset
    from klaremal.model.indicator import Indicator

    WithinOfGoal = str | tuple[tuple[str, str], ...] | None

_USUAL_CALENDAR: Final = "DK"


def deadline_text(indicator: Indicator, declared: Indicator, within: WithinOfGoal, lang: str) -> str:
    """Say how long is allowed, for each value that has a time of its own, and by which calendar working days are counted.

    `indicator` is as the goal promises it, `declared` before the goal's `within` filled its deadline. Empty for what has none.
    """
    measure, says = indicator.measure, words_of(SAYINGS, lang)
    if not isinstance(measure, OnTime) or not isinstance(declared.measure, OnTime):
        return ""
    if measure.deadline is not None:
        text = says["deadline_row"].format(column=measure.deadline.text)
    else:
        text = ", ".join(_allowed(declared.measure.within, within, indicator.dataset, lang))
    if measure.roll is not None:
        text = says["deadline_moved"].format(text=text)
    if not Clock(measure=measure, dataset=indicator.dataset, within=measure.filled(None)).needs_calendar:
        return text
    country, *closed = indicator.calendar.split() or [_USUAL_CALENDAR]
    text = says["calendar"].format(text=text, country=says.get(country, country))
    return says["closed_days"].format(text=text, days=", ".join(closed)) if closed else text


def _allowed(allowed: Within | Deadline | None, within: WithinOfGoal, dataset: Dataset, lang: str) -> Iterator[str]:
    """Give what is allowed: one time for every case, or first those of single values and then that of the others."""
    if not isinstance(allowed, Deadline):
        yield from [_time(allowed, lang)] if allowed is not None else []
    elif within is None or isinstance(within, str):
        yield _time(allowed.filled(within), lang)
    elif allowed.by is not None:
        column, given = dataset.column(allowed.by), dict(within)
        titles = {code: title.say(lang) or code for code, title in column.enum}
        for value, text in given.items():
            yield f"{titles.get(value, value)}: {_time(Within.of(text), lang)}"
        if not given.keys() >= titles.keys():
            form = words_of(SAYINGS, lang)["deadline_else"] if given else "{text}"
            yield form.format(text=_time(allowed.default, lang))


def _time(within: Within, lang: str) -> str:
    """Write a length of time: "56 dage", or with the column that says how many."""
    amount = within.amount
    number = amount.text.strip('"') if amount.columns else target_text(float(amount.canonical), 0, DECIMALS, lang)
    return with_unit(number, within.kind, lang)
