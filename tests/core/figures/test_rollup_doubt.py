"""Rows set aside whose unit, period or kind is not known: the cells they may belong to have a range of doubt, and no others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.measures import Count, Mean, Share, Total
from klaremal.model.column import Column
from klaremal.model.period import Period, month_key

MARCH = date(2026, 3, 5)
END = date(2026, 3, 31)
Row = dict[str, Any]
NO_DAY = {"day": None, "__bad": "unreadable_day", "__broken": "|day|"}


def cases(place: str | None = "101", **more: Any) -> Row:
    """Return one kept case of kind a in March 2026."""
    return {"place": place, "day": MARCH, "kept": True, "kind": "a", **more}


def in_doubt(desk: Any, found: Any) -> set[tuple[str, str]]:
    """Return unit and period of the values that are not certain."""
    table = desk.table(found)
    return {(cell.unit, cell.period) for cell in table.itertuples() if cell.least < cell.most}


# -- where a row may belong ------------------------------------------------------------------------------------------


def test_a_row_without_a_readable_day_may_be_of_any_period_of_its_unit_and_those_above(desk: Any) -> None:
    """A row of Solstrålen: in every month and in the year, there, in its municipality, region and nation."""
    given_rows = [cases(place, day=day) for place in ("i1", "i2", "103") for day in (MARCH, date(2026, 2, 5))]
    wanted = desk.wanted(
        Share("kept"), levels=("nation", "region", "municipality", "institution"), frequencies=("month", "year")
    )
    found = desk.observe([*given_rows, cases("i1", **NO_DAY)], wanted, until=END)
    above = ("i1", "101", "081", "000")
    assert in_doubt(desk, found) == {(unit, period) for unit in above for period in ("2026", "2026M02", "2026M03")}
    # Two months of one row each and the row in doubt: 2 of 3 of the year, not 2 of 4.
    assert desk.cell(found, unit="i1", period="2026").least == pytest.approx(100 * 2 / 3)
    assert desk.cell(found, unit="i1", period="2026M02").least == 50


@pytest.mark.parametrize(
    "lost",
    [cases("Atlantis"), cases("Atlantis", __bad="enum"), cases("101", __bad="enum_place", __broken="|place|")],
    ids=["good, of an unknown unit", "bad, of an unknown unit", "of a unit that is not allowed"],
)
def test_a_row_without_a_known_unit_may_be_of_any_unit_in_its_period(desk: Any, lost: Row) -> None:
    """A row of March: in March and in the year, of every unit; February is certain."""
    given_rows = [cases(place, day=day) for place in ("101", "102", "103") for day in (MARCH, date(2026, 2, 5))]
    wanted = desk.wanted(Share("kept"), frequencies=("month", "year"))
    found = desk.observe([*given_rows, lost], wanted, until=END)
    assert in_doubt(desk, found) == {(unit, period) for unit in ("101", "102", "103") for period in ("2026", "2026M03")}
    assert desk.cell(found, unit="103", period="2026M03").least == 50


def test_a_row_without_a_unit_that_must_have_one_is_not_the_organisations(desk: Any) -> None:
    """Where the unit may be left out the row is the organisation's own; where it must not, it may be anybody's."""
    given_rows = [cases(place) for place in ("101", "102", "103")]
    wanted = desk.wanted(Count(), levels=("nation", "municipality"))
    own = desk.observe([*given_rows, cases(None, __bad="minimum_days", __broken="|days|")], wanted, until=END)
    assert in_doubt(desk, own) == {("000", "2026M03")}
    lost = desk.observe([*given_rows, cases(None, __bad="required_place", __broken="|place|")], wanted, until=END)
    assert in_doubt(desk, lost) == {(unit, "2026M03") for unit in ("000", "101", "102", "103")}


def test_a_row_without_a_known_unit_and_a_readable_day_may_be_anywhere(desk: Any) -> None:
    """In every unit and every period."""
    given_rows = [cases(place, day=day) for place in ("101", "103") for day in (MARCH, date(2026, 2, 5))]
    found = desk.observe([*given_rows, cases("Atlantis", **NO_DAY)], desk.wanted(Share("kept")), until=END)
    assert in_doubt(desk, found) == {(unit, period) for unit in ("101", "103") for period in ("2026M02", "2026M03")}


def test_a_row_without_a_day_by_right_is_in_no_period(desk: Any) -> None:
    """An open case has no day of decision, whether something else is wrong with it or not."""
    given_rows = [cases(), cases(day=None), cases(day=None, __bad="minimum_days", __broken="|days|")]
    assert in_doubt(desk, desk.observe(given_rows, desk.wanted(Share("kept")), until=END)) == set()


def test_a_day_that_is_not_allowed_is_not_believed(desk: Any) -> None:
    """A row of 1926, say, is in no period of 1926 and may be in this one."""
    given_rows = [cases(), cases(day=date(1926, 3, 5), __bad="minimum_day", __broken="|day|")]
    table = desk.table(desk.observe(given_rows, desk.wanted(Share("kept")), until=END))
    assert set(table["period"]) == {"2026M03"}
    assert in_doubt(desk, table) == {("101", "2026M03")}


def test_a_row_of_a_period_that_cannot_be_read_may_be_of_any(desk: Any) -> None:
    """A quarter where months are wanted could have been any of them; a row without a period is in none."""
    columns = (*desk.cases.columns, Column("month", "period"))
    dataset = evolve(desk.cases, columns=columns, dated_by="month", frequency="month")
    given_rows = [cases(month=month) for month in ("2026M01", "2026M02")]
    wanted = desk.wanted(Share("kept"), dataset=dataset)
    assert in_doubt(desk, desk.observe([*given_rows, cases(month=None, __bad="minimum_days")], wanted)) == set()
    lost = cases(month="2026K1", __bad="unreadable_month", __broken="|month|")
    assert in_doubt(desk, desk.observe([*given_rows, lost], wanted)) == {("101", "2026M01"), ("101", "2026M02")}


def test_a_period_may_hold_a_row_of_before_the_first_known_one(desk: Any) -> None:
    """Known rows begin in November; one of October without a known unit is of the same quarter, and of no known month."""
    given_rows = [cases(day=date(2025, 11, 5)), cases("Atlantis", day=date(2025, 10, 5))]
    wanted = desk.wanted(Share("kept"), frequencies=("month", "quarter"))
    assert in_doubt(desk, desk.observe(given_rows, wanted, until=date(2025, 12, 31))) == {("101", "2025K4")}


def test_of_a_year_whose_last_month_counts_only_rows_of_that_month_are_in_doubt(desk: Any) -> None:
    """A row of February cannot change what was there in March; one without a day may be of March."""
    given_rows = [cases(day=date(2026, month, 5), score=3) for month in (1, 2, 3)]
    wanted = desk.wanted(Total("score", over_time="last"), frequencies=("year",))
    february, march = (cases("Atlantis", day=date(2026, month, 5)) for month in (2, 3))
    for lost, most in ((february, 3), (march, 8), (cases(**NO_DAY), 8)):
        assert desk.cell(desk.observe([*given_rows, lost], wanted, until=END), unit="101").most == most


@pytest.mark.parametrize("lost", [{"place": "Atlantis"}, {"place": "Nord"}, {"__bad": "minimum_year", "__broken": "|year|"}])
def test_totals_of_another_unit_or_year_are_no_part_of_the_others(desk: Any, lost: Row) -> None:
    """A mistyped municipality's total is not one of Aaby's persons."""
    given_rows = [{"place": place, "year": 2024, "people": 5} for place in ("101", "102", "103")]
    given_rows.append({"place": "102", "year": 2024, "people": 5, **lost})
    levels = ("nation", "municipality")
    wanted = desk.wanted(Total("people"), dataset=desk.totals, levels=levels, frequencies=("year",))
    assert in_doubt(desk, desk.observe(given_rows, wanted)) == set()


def test_a_row_that_may_be_anywhere_makes_no_cases_nowhere_no_data(desk: Any) -> None:
    """Municipality 102 had nobody: that a row of the country cannot be placed does not say that its data is missing."""
    lost = cases("Atlantis", **NO_DAY)
    cell = desk.cell(desk.observe([cases(), lost], desk.wanted(Share("kept")), until=END), unit="102")
    assert (cell.cause, math.isnan(cell.least)) == ("no_cases", True)


# -- whether the promise may be about it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "broken", "most"),
    [
        ("kind = 'a'", {"kind": "b", "__broken": "|kind|"}, 2),
        ("kind = 'a'", {"kind": "b", "__broken": "|days|kind|"}, 2),
        ("kind = 'a'", {"kind": "b", "__broken": "|days|"}, 1),
        ("kind = 'a'", {"kind": "b", "__broken": "|kinds|old_kind|"}, 1),
        ("kind = 'a'", {"kind": "b"}, 1),
        ("kind = 'a'", {"kind": "a"}, 2),
        ("kind = 'a' and days is not null", {"days": None, "__broken": "|days|"}, 2),
        ("kind = 'a' and days is not null", {"days": None}, 1),
        ("kind = 'a' and per_person > 5", {"cost": 1, "people": 1, "__broken": "|people|"}, 2),
        ("kind = 'a' and per_person > 5", {"cost": 1, "people": 1, "__broken": "|score|"}, 1),
    ],
    ids=["of another kind, which is not allowed", "among others", "with another fault", "names that only look alike",
         "a double of another kind", "a double of this kind", "unreadable", "empty", "behind a derived column",
         "beside a derived column"],
)  # fmt: skip
def test_the_promise_may_be_about_a_row_whose_own_cell_is_not_believed(desk: Any, where: str, broken: Row, most: int) -> None:
    """One good case, and a bad one that is counted as doubt when the condition looks at the very cell that is wrong."""
    given_rows = [cases(days=1, cost=9, people=1), cases(days=1, __bad="some_rule") | broken]
    cell = desk.cell(desk.observe(given_rows, desk.wanted(Count(where=where)), until=END), unit="101")
    assert (cell.value, cell.least, cell.most) == (1, 1, most)


def test_good_rows_of_an_unknown_unit_leave_doubt_only_where_the_promise_may_be_about_them(desk: Any) -> None:
    """Of the four that name Atlantis one is of another kind, and of one the kind is not told."""
    lost = [cases("Atlantis", kind=kind) for kind in ("a", "a", "b", None)]
    cell = desk.cell(desk.observe([cases(), *lost], desk.wanted(Count(where="kind = 'a'")), until=END), unit="101")
    assert (cell.value, cell.most) == (1, 4)


# -- against plain Python --------------------------------------------------------------------------------------------

PLACES = {None: "000", "Aaby": "101", "Beby": "102", "103": "103", "i1": "i1", "Stjernen": "i3"}
LEVELS = ("nation", "region", "municipality", "institution")
MEASURES = {
    "share": Share("kept"),
    "share_of_a": Share("kept", where="kind = 'a'"),
    "number_of_a": Count(where="kind = 'a'"),
    "mean": Mean("score"),
}
broken_columns = st.sampled_from(["", "day", "place", "kind", "day place", "day kind", "score"])
rows_of_cases = st.lists(
    st.builds(
        lambda row, bad, broken: row | ({"__bad": "rule", "__broken": f"|{'|'.join(broken.split())}|"} if bad else {}),
        st.fixed_dictionaries(
            {
                "place": st.sampled_from([*PLACES, "Atlantis"]),
                "day": st.one_of(st.none(), st.dates(date(2025, 2, 1), date(2026, 3, 31))),
                "kept": st.booleans(),
                "kind": st.sampled_from(["a", "b", None]),
                "score": st.integers(1, 5),
            }
        ),
        st.integers(0, 3).map(lambda each: each == 0),
        broken_columns,
    ),
    min_size=1,
    max_size=40,
)


class Oracle:
    """A row as the definitions read it: what is known of its unit, its day and its kind."""

    def __init__(self, row: Row) -> None:
        broken = row.get("__broken", "").strip("|").split("|")
        self.bad = "__bad" in row
        self.unit = None if "place" in broken else PLACES.get(row["place"])
        self.day = None if "day" in broken else row["day"]
        self.undated = row["day"] is None and "day" not in broken
        self.may_be_a = row["kind"] != "b" or "kind" in broken

    def may_be_in(self, units: Any, code: str, level: str, frequency: str, start: int) -> bool:
        """Say whether the row is, or may be, in a cell."""
        period = Period(frequency.removesuffix("12"), start)
        if self.undated or (self.day is not None and not period.start <= month_key(self.day) < period.start + period.months):
            return False
        if self.unit is None:
            return True
        deep_enough = LEVELS.index(units.level(self.unit)) >= LEVELS.index(level)
        return deep_enough and units.ancestor(self.unit, level, period.last_day) == code

    @property
    def aside(self) -> bool:
        """Whether the row is counted nowhere."""
        return self.bad or self.unit is None


def ends(name: str, good: Sequence[Row], aside: int) -> tuple[float, float]:
    """Return the smallest and largest value when so many more rows count for or against."""
    about = [row for row in good if row["kind"] == "a" or not name.endswith("of_a")]
    n = len(about)
    if name == "number_of_a":
        return n, n + aside
    if name == "mean":
        total = sum(row["score"] for row in about)
        return (total + aside) / (n + aside), (total + 5 * aside) / (n + aside)
    hits = sum(row["kept"] for row in about)
    return 100 * hits / (n + aside), 100 * (hits + aside) / (n + aside)


@given(rows=rows_of_cases)
@settings(max_examples=settings().max_examples // 3)
def test_the_range_of_doubt_is_what_its_definition_says(desk: Any, rows: list[Row]) -> None:
    """Of every cell, whatever is unknown of the rows set aside."""
    wanted = [
        desk.wanted(measure, id=f"roads.{name}", levels=LEVELS, frequencies=("month", "quarter", "rolling12"))
        for name, measure in MEASURES.items()
    ]
    table = desk.table(desk.observe(rows, *wanted, until=END))
    read = [(row, Oracle(row)) for row in rows]
    for cell in table[table["value"].notna()].itertuples():
        name = cell.indicator.removeprefix("roads.")
        here = [(row, of) for row, of in read if of.may_be_in(desk.units, cell.unit, cell.level, cell.frequency, cell.start)]
        good = [row for row, of in here if not of.aside]
        aside = sum(of.aside and (of.may_be_a or not name.endswith("of_a")) for _, of in here)
        assert (cell.least, cell.most) == pytest.approx(ends(name, good, aside), rel=1e-12), cell
