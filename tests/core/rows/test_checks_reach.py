"""How far the rows of a source reach, and periods as dates: what is closed, what lies ahead, and what a source says itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from klaremal import Column, Dataset

HEADER = "case_id;received;decided;deadline;kind;days;post_code;cpr\n"


def rules(rows: Any) -> dict[str, int]:
    """Return how many rows each rule set aside."""
    return {each.rule: each.rows for each in rows.set_aside}


class TestPeriods:
    """Columns of periods and years."""

    MONTHLY = Dataset(
        id="demo.monthly", title="Pr. måned", grain="én", columns=(Column("month", "period"), Column("n", "integer")),
        dated_by="month", frequency="month", bad_rows_allowed=1,
    )  # fmt: skip

    def test_periods_that_cannot_be_read_are_set_aside(self, desk: Any) -> None:
        """Also those of another frequency than the dataset's, and weeks and days."""
        texts = ["2026M01", "marts 2026", "2026-05", "2026", "2026K1", "2026U05", "x", "2026-03-17"]
        desk.write("a.csv", "month;n\n" + "".join(f"{text};1\n" for text in texts))
        rows, frame = desk.checked(self.MONTHLY, files="a.csv")
        assert frame.loc[frame["__bad"].isna(), "month"].tolist() == texts[:3]
        assert rules(rows) == {"unreadable_month": 5}
        assert "of the dataset's own frequency (month)" in rows.set_aside[0].message

    def test_a_period_that_has_not_begun_is_set_aside(self, desk: Any) -> None:
        """One mistyped year must not close every period before it."""
        desk.write("a.csv", "month;n\n2026M10;1\n2026M11;1\n2026M12;1\n2062M01;1\n")
        rows, _ = desk.checked(self.MONTHLY, files="a.csv")
        assert rules(rows) == {"future_date_month": 2}
        assert rows.newest == (date(2026, 11, 21),)

    def test_a_year_that_has_not_begun_is_set_aside(self, desk: Any, one: Any) -> None:
        """The same for columns of years."""
        desk.write("a.csv", "when;value\n2025;1\n2027;1\n")
        rows, _ = desk.checked(one(Column("value", "number")), files="a.csv")
        assert (rules(rows), rows.newest) == ({"future_date_when": 1}, (date(2025, 12, 31),))


class TestReach:
    """The last whole day that the rows cover."""

    def reach(self, desk: Any, *dates: str, **section: Any) -> tuple[date | None, bool]:
        """Return how far rows with these (received, decided, deadline) reach, and whether today matters."""
        desk.write("a.csv", HEADER + "".join(f"{n};{each};;;;\n" for n, each in enumerate(dates)))
        rows, _ = desk.checked(desk.cases, files="a.csv", **section)
        (newest,) = rows.newest
        return newest, rows.today_matters

    def test_the_newest_event_counts_and_deadlines_do_not(self, desk: Any) -> None:
        """Of all dates of things that happened."""
        assert self.reach(desk, "2026-01-31;2026-02-28;2026-12-31", "2026-02-01;;2027-01-01") == (date(2026, 2, 28), False)

    def test_today_is_no_whole_day_and_the_future_is_a_mistake(self, desk: Any) -> None:
        """Rows of today are there, but the day is not over; both make the answer another one tomorrow."""
        assert self.reach(desk, "2026-11-20;;", "2026-11-22;;") == (date(2026, 11, 20), True)
        assert self.reach(desk, "2026-11-20;;", "2026-11-23;;") == (date(2026, 11, 20), True)
        assert self.reach(desk, "2026-11-21;;") == (date(2026, 11, 21), False)

    def test_a_named_column_decides_alone(self, desk: Any) -> None:
        """complete_until = "newest:received" looks at no other date."""
        found = self.reach(desk, "2026-01-31;2026-02-28;", complete_until="newest:received")
        assert found == (date(2026, 1, 31), False)

    def test_a_named_column_that_is_no_event_makes_today_matter_too(self, desk: Any) -> None:
        """A deadline of tomorrow is the newest day of the data the day after; by the events it says nothing."""
        given = "2026-01-31;;2026-11-23", "2026-01-31;;2026-11-01"
        assert self.reach(desk, *given, complete_until="newest:deadline") == (date(2026, 11, 1), True)
        assert self.reach(desk, *given) == (date(2026, 1, 31), False)

    def test_what_a_source_says_itself_is_not_sought_in_its_rows(self, desk: Any) -> None:
        """Of two sources the one that reaches least far decides, by whichever rule."""
        desk.write("a.csv", HEADER + "1;2026-03-31;;;;;;\n")
        desk.write("b.csv", HEADER + "2;2026-05-31;;;;;;\n")
        for until, reach in ((date(2026, 2, 1), date(2026, 2, 1)), (date(2026, 9, 1), date(2026, 5, 31))):
            sections = {"files": "a.csv", "complete_until": until}, {"files": "b.csv"}
            rows, _ = desk.checked(desk.cases, *sections)
            assert rows.newest == (None, date(2026, 5, 31))
            assert desk.collect(desk.cases, *sections).reach(rows.newest) == reach

    def test_without_events_rows_cannot_tell(self, desk: Any) -> None:
        """A date that may be a deadline says nothing about how far the data reaches."""
        dataset = Dataset(id="demo.due", title="Frister", grain="én", columns=(Column("due", "date"),), dated_by="due")
        desk.write("a.csv", "due\n2026-01-31\n")
        assert desk.checked(dataset, files="a.csv")[0].newest == (None,)

    def test_a_source_that_cannot_tell_leaves_the_others_without_an_answer(self, desk: Any) -> None:
        """One says that it reaches until February; how far the other does nobody knows, and so nothing is closed."""
        dataset = Dataset(id="demo.due", title="Frister", grain="én", columns=(Column("due", "date"),), dated_by="due")
        desk.write("a.csv", "due\n2026-01-31\n")
        sections = {"files": "a.csv", "complete_until": date(2026, 2, 28)}, {"files": "a.csv"}
        delivery, (rows, _) = desk.collect(dataset, *sections), desk.checked(dataset, *sections)
        assert delivery.reach(rows.newest) is None
        assert desk.collect(dataset, sections[0]).reach((None,)) == date(2026, 2, 28)

    @pytest.mark.parametrize(
        ("today", "newest", "matters"),
        [
            (date(2026, 12, 30), date(2026, 12, 29), True),
            (date(2026, 12, 31), date(2026, 12, 30), True),
            (date(2027, 1, 1), date(2026, 12, 31), False),
        ],
        ids=["the day before its last", "its last day", "the day after"],
    )
    def test_a_year_is_over_on_the_day_after_its_last(
        self, desk: Any, one: Any, today: date, newest: date, matters: bool
    ) -> None:
        """On its last day it is not: tomorrow it will be, and what is found today must not be kept until then."""
        desk.write("a.csv", "when;value\n2026;1\n")
        rows, _ = desk.checked(one(Column("value", "number")), files="a.csv", today=today)
        assert (rows.newest, rows.today_matters) == ((newest,), matters)

    def test_a_running_year_reaches_until_yesterday(self, desk: Any, one: Any) -> None:
        """Figures of 2026 seen in November do not close 2026."""
        desk.write("a.csv", "when;value\n2025;1\n2026;1\n")
        rows, _ = desk.checked(one(Column("value", "number")), files="a.csv")
        assert (rows.newest, rows.today_matters) == ((date(2026, 11, 21),), True)
