"""Dates as text: ISO and Nordic spellings are found, others declared, and what may be month first is refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from klaremal.errors import SourceUnreadable


def days(desk: Any, cells: str, **section: Any) -> list[date | None]:
    """Return the dates that a column with these cells has."""
    found: list[date | None] = desk.column(cells, "date", **section)
    return found


@pytest.mark.parametrize(
    "cell",
    ["2026-03-04", "04-03-2026", "4-3-2026", "04/03/2026", "04.03.2026", "4.3.2026", "2026/03/04", "2026.3.4", "20260304",
     "2026-03-04 10:30", "04-03-2026 10:30", "2026-03-04T10:30:00.5", "04.03.2026 10:30:15"],
)  # fmt: skip
def test_the_fourth_of_march_in_every_usual_spelling(desk: Any, cell: str) -> None:
    """Day before month, as in all Nordic countries, or the year first; a time of day is left out of a date."""
    assert days(desk, f"{cell}\n31/12/2026") == [date(2026, 3, 4), date(2026, 12, 31)]


@pytest.mark.parametrize(
    "cell",
    [
        "31-02-2026",
        "2026-13-01",
        "00-01-2026",
        "0206-03-04",
        "04-03-0026",
        "04-03-26",
        "4. marts",
        "x",
        "2026-03",
        "1-2-3",
        "46085",
    ],
)
def test_what_is_no_day_of_the_calendar_is_unreadable(desk: Any, cell: str) -> None:
    """Impossible days, years of two digits and years before 1800 are never made a date."""
    assert days(desk, f"{cell}\n2026-01-01") == [None, date(2026, 1, 1)]


@pytest.mark.parametrize("cells", ["03/04/2026\n05/06/2026", "03/04/2026 10:00\n2026-01-31"], ids=["slashes", "with-time"])
def test_slashes_that_could_be_american_are_refused(desk: Any, cells: str) -> None:
    """3 April or 4 March: no cell shows which, so the source must say it."""
    with pytest.raises(SourceUnreadable, match=r'day and month could be swapped \(0[35]/04.*Write dates = "dd/mm/yyyy"'):
        days(desk, cells)


def test_one_day_after_the_twelfth_shows_that_the_day_is_first(desk: Any) -> None:
    """Evidence in the column itself decides for all its dates."""
    assert days(desk, "03/04/2026\n31/01/2026") == [date(2026, 4, 3), date(2026, 1, 31)]


def test_american_dates_are_recognised_and_refused(desk: Any) -> None:
    """The month is first in some cell: the source must say so, and then they are read."""
    with pytest.raises(SourceUnreadable, match=r"dates with the month first \(.*mm/dd/yyyy"):
        days(desk, "03/31/2026\n04/01/2026")
    assert days(desk, "03/31/2026\n04/01/2026", dates="mm/dd/yyyy") == [date(2026, 3, 31), date(2026, 4, 1)]


@pytest.mark.parametrize(
    ("style", "cell"),
    [("dd-mm-yy", "04-03-26"), ("yyyymmdd", "20260304"), ("dd/mm/yyyy", "04/03/2026"), ("dd.mm.yyyy HH:MM", "04.03.2026 10:30"),
     ("dd-mm-yyyy HH.MM", "04-03-2026 10.30"), ("dd-mm-yyyy", "2026-03-04"), ("dd-mm-yyyy", "04-03-2026 10:30:00")],
)  # fmt: skip
def test_a_declared_style_is_read_and_iso_beside_it(desk: Any, style: str, cell: str) -> None:
    """What the source declares is read, with or without a time; ISO too, because workbooks deliver dates so."""
    assert days(desk, cell, dates=style) == [date(2026, 3, 4)]


def test_a_declared_style_does_not_read_others(desk: Any) -> None:
    """A date in another style than the declared one is unreadable rather than guessed."""
    assert days(desk, "04.03.2026\n04-03-2026", dates="dd-mm-yyyy") == [None, date(2026, 3, 4)]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-04 10:30:15", datetime(2026, 3, 4, 10, 30, 15)),
        ("04-03-2026 10:30", datetime(2026, 3, 4, 10, 30)),
        ("04-03-2026", datetime(2026, 3, 4)),
        ("2026-03-04T22:30:00Z", datetime(2026, 3, 4, 23, 30)),
        ("2026-07-04T22:30:00Z", datetime(2026, 7, 5, 0, 30)),
        ("2026-07-04T22:30:00+02:00", datetime(2026, 7, 4, 22, 30)),
        ("2026-03-04 24:30", None),
        ("2026-03-04 10:61", None),
    ],
    ids=["iso", "nordic", "no-time", "utc-winter", "utc-summer", "offset", "hour-24", "minute-61"],
)
def test_moments_are_clock_time_in_denmark(desk: Any, cell: str, moment: datetime | None) -> None:
    """A time in UTC is moved to the clock by which deadlines run, with summer time."""
    found = desk.column(f"{cell}\n2026-01-01", "datetime")[0]
    assert found == moment
