"""Periods (months, quarters, years, school years ...) as integers, their spellings and names; no clock, no holidays.

A month is the integer ``year * 12 + month - 1``. Everything after the scan calculates with these integers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, NoReturn, TypeVar

from attrs import Attribute, Factory, field, frozen

from klaremal.errors import DeclarationError

FREQUENCIES: Final = ("month", "quarter", "half_year", "year", "school_year", "rolling12")
MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "school_year": 12, "rolling12": 12}

_KINDS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "school_year": 12, "rolling": 12}
# What is added to a month key before the remainder is taken: the school year starts in August (remainder 7).
_OFFSET: Final = {"month": 0, "quarter": 0, "half_year": 0, "year": 0, "school_year": 5}
_HOLDS: Final = {
    "month": frozenset(FREQUENCIES),
    "quarter": frozenset({"quarter", "half_year", "year"}),
    "half_year": frozenset({"half_year", "year"}),
    "year": frozenset({"year"}),
    "school_year": frozenset({"school_year"}),
    "rolling12": frozenset({"rolling12"}),
}

_MONTH_NAMES: Final = {
    "da": (
        "januar", "februar", "marts", "april", "maj", "juni",
        "juli", "august", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "nb": (
        "januar", "februar", "mars", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    ),
}  # fmt: skip
_LABELS: Final = {
    "da": {
        "quarter": "{part}. kvartal {year}",
        "half_year": "{part}. halvår {year}",
        "school_year": "skoleåret {code}",
        "rolling": "12 måneder til og med {month}",
    },
    "en": {
        "quarter": "Q{part} {year}",
        "half_year": "H{part} {year}",
        "school_year": "school year {code}",
        "rolling": "12 months to {month}",
    },
    "nb": {
        "quarter": "{part}. kvartal {year}",
        "half_year": "{part}. halvår {year}",
        "school_year": "skoleåret {code}",
        "rolling": "12 måneder til og med {month}",
    },
}

Keys = TypeVar("Keys")


def month_key(day: date) -> int:
    """Return the integer of the month that `day` lies in."""
    return day.year * 12 + day.month - 1


def first_day_of(key: int) -> date:
    """Return the first day of the month with this integer."""
    year, month = divmod(key, 12)
    return date(year, month + 1, 1)


def start_of(keys: Keys, frequency: str) -> Keys:
    """Return the first month of the period that holds each month: of an integer an integer, of a numpy array an array.

    Rolling periods overlap, so that a month lies in twelve of them: they have no `start_of`.
    """
    if frequency not in _OFFSET:
        known = ", ".join(_OFFSET)
        raise DeclarationError(f'start_of: "{frequency}" does not divide the months between its periods. Use {known}.')
    months: Any = keys
    start: Keys = months - (months + _OFFSET[frequency]) % MONTHS[frequency]
    return start


def finer_or_equal(fine: str, coarse: str) -> bool:
    """Say whether every period of `coarse` is made of whole periods of `fine`."""
    return coarse in _HOLDS.get(fine, frozenset())


def _check_kind(_: Period, __: Attribute[str], kind: str) -> None:
    if kind not in _KINDS:
        raise DeclarationError(f'Period.kind: "{kind}" is not a kind of period. Use one of {", ".join(_KINDS)}.')


def _check_start(period: Period, _: Attribute[int], start: int) -> None:
    if period.kind != "rolling" and start_of(start, period.kind) != start:
        raise DeclarationError(
            f"Period.start: no {period.kind} starts in {first_day_of(start):%Y-%m}. "
            "Use Period.of(frequency, month) for the period that holds a month."
        )


def _check_months(period: Period, _: Attribute[int], months: int) -> None:
    if months != _KINDS[period.kind]:
        raise DeclarationError(f"Period.months: a {period.kind} has {_KINDS[period.kind]} months, not {months}.")


@frozen(order=True)
class Period:
    """A stretch of whole months that figures are reported for; ordered by when it starts, the shorter first.

    `kind` is a frequency, or "rolling" for twelve months that end anywhere; `start` is the integer of the first month.
    """

    kind: str = field(validator=_check_kind, order=False)
    start: int = field(validator=_check_start)
    months: int = field(validator=_check_months, default=Factory(lambda it: _KINDS.get(it.kind, 0), takes_self=True))

    @classmethod
    def parse(cls, text: str | int | date) -> Period:
        """Read a period in any of the spellings that people, Statistics Denmark and spreadsheets use.

        A number is a year, a date is the month it begins. Weeks, days, spans of several years and everything else
        raise DeclarationError: they are never rounded to something near.
        """
        if isinstance(text, datetime):
            text = text.date() if text == datetime(text.year, text.month, text.day) else f"{text:%Y-%m-%d %H:%M}"
        if isinstance(text, date):
            return cls("month", month_key(text)) if text.day == 1 else _refuse(text.isoformat())
        plain = " ".join(str(text).replace("–", "-").casefold().split())
        for pattern, make in _SPELLINGS:
            if found := pattern.fullmatch(plain):
                return make(found) or _refuse(str(text))
        return _refuse(str(text))

    @classmethod
    def of(cls, frequency: str, key: int) -> Period:
        """Return the period of a frequency that holds the month `key`; of "rolling12" the one that ends with it."""
        if frequency == "rolling12":
            return cls("rolling", key - 11)
        return cls(frequency, start_of(key, frequency))

    @property
    def frequency(self) -> str:
        """The frequency of the series that this period belongs to."""
        return "rolling12" if self.kind == "rolling" else self.kind

    @property
    def first_month(self) -> int:
        """The integer of the first month."""
        return self.start

    @property
    def last_month(self) -> int:
        """The integer of the last month, which belongs to the period."""
        return self.start + self.months - 1

    @property
    def first_day(self) -> date:
        """The first day."""
        return first_day_of(self.start)

    @property
    def last_day(self) -> date:
        """The last day, which belongs to the period."""
        return date.fromordinal(first_day_of(self.start + self.months).toordinal() - 1)

    @property
    def code(self) -> str:
        """The one spelling used in tables and files: 2026M03, 2026K3, 2026H1, 2026, 2025/26 or 2026M03R12."""
        year, month = divmod(self.start, 12)
        if self.kind == "month":
            return f"{year}M{month + 1:02d}"
        if self.kind == "rolling":
            end_year, end_month = divmod(self.last_month, 12)
            return f"{end_year}M{end_month + 1:02d}R12"
        if self.kind == "school_year":
            return f"{year}/{(year + 1) % 100:02d}"
        part = month // self.months + 1
        return {"quarter": f"{year}K{part}", "half_year": f"{year}H{part}"}.get(self.kind, str(year))

    def label(self, lang: str = "da") -> str:
        """Return the period in words for a reader of Danish, English or Norwegian; any other language reads Danish."""
        lang = lang if lang in _LABELS else "da"
        year, month = divmod(self.last_month, 12)
        name = f"{_MONTH_NAMES[lang][month]} {year}"
        if self.kind == "month":
            return name
        template = _LABELS[lang].get(self.kind, "{code}")
        return template.format(part=month // self.months + 1, year=year, code=self.code, month=name)

    def contains(self, other: Period) -> bool:
        """Say whether every month of `other` lies in this period."""
        return self.start <= other.start and other.last_month <= self.last_month

    def shift(self, n: int) -> Period:
        """Return the period `n` steps later in its series, or earlier; rolling periods step by one month."""
        step = 1 if self.kind == "rolling" else self.months
        return Period(self.kind, self.start + n * step)

    def year_earlier(self) -> Period:
        """Return the same period one year earlier; of a rolling period the one that ends just before it begins."""
        return Period(self.kind, self.start - 12)

    def __str__(self) -> str:
        """Give the code."""
        return self.code


_NUMBERS: Final = {
    **{name.casefold(): month for names in _MONTH_NAMES.values() for month, name in enumerate(names)},
    **{name.casefold()[:3]: month for names in _MONTH_NAMES.values() for month, name in enumerate(names)},
    "sept": 8,
}
_YEAR: Final = r"(?P<year>[12][0-9]{3})"
_NAME: Final = rf"(?P<name>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_QUARTER: Final = r"(?:k|q|kv|kvt|kvartal|quarter)"
_HALF: Final = r"(?:h|halvår|half|half-year)"
_NTH: Final = r"(?:\.|st|nd|rd|th)?"


def _month(found: re.Match[str]) -> Period | None:
    parts = found.groupdict()
    month = _NUMBERS[parts["name"]] if "name" in parts else int(parts["month"]) - 1
    return Period("month", int(parts["year"]) * 12 + month)


def _part(kind: str) -> Callable[[re.Match[str]], Period | None]:
    return lambda found: Period(kind, int(found["year"]) * 12 + (int(found["part"]) - 1) * _KINDS[kind])


def _calendar_year(found: re.Match[str]) -> Period | None:
    return Period("year", int(found["year"]) * 12)


def _school_year(found: re.Match[str]) -> Period | None:
    year, end = int(found["year"]), found["end"]
    if str(year + 1)[-len(end) :] != end:
        return None
    return Period("school_year", year * 12 + 7)


def _rolling(found: re.Match[str]) -> Period | None:
    end = _month(found)
    return end and Period.of("rolling12", end.start)


def _spellings() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Period | None]], ...]:
    month = r"(?P<month>0?[1-9]|1[0-2])"
    made: list[tuple[str, Callable[[re.Match[str]], Period | None]]] = [
        (rf"(?:(?:kalender)?år(?:et)? |calendar year |year )?{_YEAR}", _calendar_year),
        (rf"{_YEAR} ?m ?{month}", _month),
        (rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])", _month),
        (rf"{month}[-/]{_YEAR}", _month),
        (rf"{_NAME}\.?,?[ -]?{_YEAR}", _month),
        (rf"{_YEAR},?[ -]?{_NAME}\.?", _month),
        (rf"(?:skoleår(?:et)? |school ?year )?{_YEAR} ?/ ?(?P<end>[0-9]{{4}}|[0-9]{{2}})", _school_year),
        (rf"(?:skoleår(?:et)? |school ?year ){_YEAR} ?- ?(?P<end>[0-9]{{4}}|[0-9]{{2}})", _school_year),
        (rf"{_YEAR}m{month}r12", _rolling),
        (rf"12 (?:måneder til og med|months to) {_NAME} {_YEAR}", _rolling),
    ]
    for kind, word, number in (("quarter", _QUARTER, "[1-4]"), ("half_year", _HALF, "[12]")):
        nth = rf"0?(?P<part>{number})"
        made += [
            (rf"{_YEAR},?[ -]?{word}\.? ?{nth}", _part(kind)),
            (rf"{word}\.? ?{nth},?[ -/]{{0,2}}{_YEAR}", _part(kind)),
            (rf"{nth}{_NTH} ?{word}\.?,?(?: of)?[ -/]{{0,2}}{_YEAR}", _part(kind)),
            (rf"{_YEAR},?[ -]?{nth}{_NTH} ?{word}\.?", _part(kind)),
        ]
    return tuple((re.compile(pattern), make) for pattern, make in made)


_SPELLINGS: Final = _spellings()
_REFUSALS: Final = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (r"[0-9]{4}[ -]?[uw][0-9]{1,2}(-[0-9]{1,2})?|(uge|uke|week)\b.*", "a week, and weeks do not fill months"),
        (r"[0-9]{4}(-[0-9]{1,2}-|m[0-9]{2}d)[0-9]{1,2}(\D.*)?", "a day; a column of days has the type date"),
        (r"[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{4}", "a day; a column of days has the type date"),
        (r"[0-9]{4} ?[:-] ?[0-9]{4}|[0-9]{4}/[0-9]{2,4} ?[:-].*", "a span of several years"),
        (rf"{_NAME}\.? ?- ?[a-zæøå]{{3,9}}\.? ?[0-9]{{4}}", "a span of months"),
        (r".*(mytd|ytd|qmat|år til dato|year to date).*", "a year to date"),
        (r"[0-9]{6}", "six digits, which can be a month and can be a school year"),
        (r"[0-9]{4}-[0-9]{2}", "neither a month nor a school year, which is written with a slash"),
        (r"[0-9]{4} ?/.*", "not a school year, which joins a year with the next one"),
    )
)


def _refuse(text: str) -> NoReturn:
    plain = " ".join(text.replace("–", "-").casefold().split())
    what = next((what for pattern, what in _REFUSALS if pattern.fullmatch(plain)), "not a period")
    raise DeclarationError(
        f'Period: "{text}" is {what}. Write a month 2026M03, a quarter 2026K3, a half-year 2026H1, a year 2026, '
        "a school year 2025/26 or twelve months to a month 2026M03R12."
    )
