"""The calendar of working days: which days of a country are neither weekend, holiday nor closed; it reads no data."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from attrs import frozen

from klaremal.canonical import digest
from klaremal.engine import name
from klaremal.errors import KlaremalError
from klaremal.model.formula_functions import CALENDAR, CALENDAR_DAY, CALENDAR_NUMBER, CALENDAR_WORKING

if TYPE_CHECKING:
    from klaremal.engine import Engine

# The years that the calendar has. What lies outside has no number of a working day: it is unknown, and lowers the coverage.
FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2100
# In Sweden deadlines that the law sets do not end on the eves of Midsummer, Christmas and New Year, either (lag 1930:173).
_CATEGORIES: Final = MappingProxyType({"SE": ("public", "de_facto")})


@frozen
class Calendar:
    """The days of `FIRST_YEAR` to `LAST_YEAR` on which nobody works although they are no Saturday or Sunday, in order."""

    days_off: tuple[date, ...]

    @property
    def digest(self) -> str:
        """The hash of all that the calendar says; the same for the same working days, whatever library said so."""
        return digest(FIRST_YEAR, LAST_YEAR, self.days_off)


def calendar_of(country: str = "DK", closed: Sequence[str] = ()) -> Calendar:
    """Return the calendar of a country ("DK", "NO", "SE") with the days on which a workspace is closed as well.

    `closed` holds days of every year ("12-24") and dates ("2026-05-15").
    """
    import holidays

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    try:
        known = holidays.country_holidays(country, years=years, categories=_CATEGORIES.get(country))
    except NotImplementedError as error:
        raise KlaremalError(
            f'The holidays of the country "{country}" are not known. Use a code such as DK, NO or SE.'
        ) from error
    every = {*known, *(day for each in closed for day in _days(each, years))}
    return Calendar(tuple(sorted(day for day in every if day.weekday() < 5)))


def _days(closed: str, years: Iterable[int]) -> Iterable[date]:
    if len(closed) > len("12-24"):
        return [date.fromisoformat(closed)]
    month, day = map(int, closed.split("-"))
    # 29 February is closed when there is one.
    return [date(year, month, day) for year in years if (month, day) != (2, 29) or isleap(year)]


def load(engine: Engine, days: Calendar) -> None:
    """Put the calendar into the engine as the table that formulas and clocks look working days up in."""
    import numpy as np
    import pandas as pd

    every = np.arange(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR + 1}-01-01", dtype="datetime64[D]")
    is_working = np.is_busday(every, holidays=np.array(days.days_off, dtype="datetime64[D]"))
    given = engine.fresh("calendar_days")
    engine.register(
        given, pd.DataFrame({"day": every.astype("datetime64[s]"), "number": is_working.cumsum(), "is_working": is_working})
    )
    engine.query(
        f"create or replace temp table {name(CALENDAR)} as select cast(day as date) as {name(CALENDAR_DAY)}, "
        f"number as {name(CALENDAR_NUMBER)}, is_working as {name(CALENDAR_WORKING)} from {name(given)}",
        "the calendar of working days",
    )
