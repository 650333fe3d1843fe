"""Dates counted one by one: days, months, working days and the functions of formulas over them; it knows no formula."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

_FIRST_BLOCK: Final = date(2001, 1, 1)  # a Monday
_SCHOOL_YEAR_STARTS: Final = 8
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@frozen(eq=False, slots=False)
class Calendar:
    """The working days of a country: neither weekend, holiday nor closed; each day is looked at by itself."""

    country: str = "DK"
    closed: frozenset[date] = frozenset()

    @cached_property
    def _holidays(self) -> Any:
        import holidays

        return holidays.country_holidays(self.country)

    def is_working(self, day: date) -> bool:
        """Say whether people work on a day."""
        return day.weekday() < 5 and day not in self._holidays and day not in self.closed

    def between(self, start: date, end: date) -> int:
        """Count the working days after one day up to another; below 0 where the other is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + timedelta(days=each)) for each in range(1, (end - start).days + 1))

    def after(self, start: date, number: int) -> date:
        """Return the working day that is so many after a day; of 0 the day itself."""
        day = start
        while number > 0:
            day += timedelta(days=1)
            number -= self.is_working(day)
        return day

    def from_then_on(self, day: date) -> date:
        """Return the day, or the first working day after it."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day


def day_of(moment: date) -> date:
    """Return the day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def months_later(moment: date, months: int) -> date:
    """Return the same day number so many months later, or the month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def moved(moment: Any, amount: int, unit: str) -> Any:
    """Return a moment moved by an interval; hours, minutes and seconds count from a day's midnight."""
    if unit in ("year", "month"):
        return months_later(moment, amount * (12 if unit == "year" else 1))
    if unit not in ("week", "day") and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    return moment + timedelta(**{f"{unit}s": amount})


def _midnight(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)


def _passed(start: date, end: date, unit: timedelta) -> Decimal:
    seconds = (_midnight(end).replace(microsecond=0) - _midnight(start).replace(microsecond=0)) // timedelta(seconds=1)
    return Decimal(seconds) / Decimal(unit // timedelta(seconds=1))


def _age(birth: date, at: date) -> Decimal:
    return Decimal(at.year - birth.year - ((at.month, at.day) < (birth.month, birth.day)))


def _school_year(day: date) -> Decimal:
    return Decimal(day.year if day.month >= _SCHOOL_YEAR_STARTS else day.year - 1)


def _working_days(calendar: Calendar, days: Iterable[date]) -> Decimal:
    start, end = map(day_of, days)
    return Decimal(calendar.between(start, end))


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "days_between": lambda _, start, end: Decimal((day_of(end) - day_of(start)).days),
        "working_days_between": lambda calendar, start, end: _working_days(calendar, (start, end)),
        "hours_between": lambda _, start, end: _passed(start, end, _HOUR),
        "minutes_between": lambda _, start, end: _passed(start, end, _MINUTE),
        "age": lambda _, birth, at: _age(day_of(birth), day_of(at)),
        "first_of_month": lambda _, day: day_of(day).replace(day=1),
        "school_year": lambda _, day: _school_year(day_of(day)),
        "block": lambda _, day, length: Decimal((day_of(day) - _FIRST_BLOCK).days // int(length)),
    }
)
