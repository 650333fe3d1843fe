"""What is missing and what is merely nothing: no_data, no_cases and not_measured, and figures that lack a part."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from klaremal.measures import Count, Mean, Rate, Ratio, Share, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.rollup.absence import reporting, stopped

MONTHS = Dataset(
    id="roads.months",
    title="Måneder",
    grain="én række pr. måned",
    columns=(Column("place", "string"), Column("when", "period"), Column("events", "integer"), Column("people", "integer")),
    dated_by="when",
    frequency="month",
    placed_in="place",
)
END = date(2026, 6, 30)


def cases(place: str, counts: dict[int, int], **more: Any) -> list[dict[str, Any]]:
    """Return so many cases in each month of 2026."""
    return [{"place": place, "day": date(2026, month, 5), **more} for month, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("before", "cause"),
    [((8, 6, 7, 9), "no_data"), ((1, 0, 2, 1), "no_cases"), ((5, 5, 5, 5), "no_data"), ((5, 5, 5, 4), "no_cases")],
    ids=["eight on average", "one on average", "just five", "just below five"],
)
def test_a_month_without_rows_is_missing_where_there_used_to_be_some(desk: Any, before: tuple[int, ...], cause: str) -> None:
    """The four closed months before it decide: an average of five rows or more does not stop by itself."""
    given = cases("101", dict(zip((1, 2, 3, 4), before, strict=True)), kept=True)
    # Another municipality has rows, so that May is a month of the data either way.
    found = desk.observe([*given, *cases("103", {5: 1})], desk.wanted(Share("kept")), until=date(2026, 5, 31))
    cell = desk.cell(found, unit="101", period="2026M05")
    assert (cell.cause, math.isnan(cell.value)) == (cause, True)


def test_nothing_stops_before_it_began(desk: Any) -> None:
    """The first period of the data has nothing before it."""
    rows = np.array([[0, 9], [0, 0], [7, 0]])
    assert stopped(rows, np.array([True, True, True])).tolist() == [[False, False], [False, True], [False, True]]


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        ([8, 6, 7, 9, 0, 0, 0, 0, 0, 0, 0, 0], [4, 5, 6, 7, 8, 9, 10, 11]),
        ([1, 0, 2, 1, 0, 0, 0, 0], []),
        # 6, 7, 9 and 1 are 5.75 on average; with the second 1 it is 4.5.
        ([8, 6, 7, 9, 0, 0, 1, 0, 1, 0], [4, 5, 7]),
        ([9, 9, 9, 9, 1, 1, 1, 1, 0], []),
        ([5, 0, 0], [1, 2]),
        ([4, 0, 0], []),
        ([0, 0, 0, 0, 0], []),
    ],
    ids=["stops for good", "few", "comes back", "became few", "one period before", "one of four", "never any"],
)
def test_a_period_without_known_rows_says_nothing_of_the_next(rows: list[int], lost: list[int]) -> None:
    """The last four closed periods of which the rows are known decide, and a unit that stopped is missed until rows come."""
    given = np.array(rows)[:, None]
    found = stopped(given, np.ones(len(rows), dtype=bool))
    assert np.flatnonzero(found[:, 0]).tolist() == lost


def test_what_is_not_closed_does_not_stop(desk: Any) -> None:
    """Neither is a running period missed, nor does it count among those before."""
    rows = np.array([[9], [9], [0], [0]])
    assert stopped(rows, np.array([True, True, False, False])).tolist() == [[False], [False], [False], [False]]


def test_a_unit_that_stops_in_summer_is_still_missed_in_december(desk: Any) -> None:
    """Eight cases a month to May; of a municipality with one case a month nobody expects more."""
    given = [*cases("101", dict.fromkeys(range(1, 6), 8)), *cases("103", dict.fromkeys((1, 3, 12), 1))]
    table = desk.table(desk.observe(given, desk.wanted(Share("kept")), until=date(2026, 12, 31), today=date(2027, 1, 5)))
    causes = {unit: table[table["unit"] == unit].set_index("period")["cause"].to_dict() for unit in ("101", "103")}
    assert [causes["101"][f"2026M{month:02}"] for month in range(6, 13)] == ["no_data"] * 7
    assert [causes["103"][f"2026M{month:02}"] for month in range(6, 12)] == ["no_cases"] * 6


def since(first: date, months: int) -> list[date]:
    """Return the fifth of so many months."""
    return [date(first.year + (first.month - 1 + each) // 12, (first.month - 1 + each) % 12 + 1, 5) for each in range(months)]


def test_an_institution_is_missed_for_four_years(desk: Any) -> None:
    """Six cases a month of two institutions, one of which stops after December 2021; January 2026 no longer waits for it."""
    given = [{"place": "i1", "day": day} for day in since(date(2021, 9, 1), 53) for _ in range(6)]
    given += [{"place": "i2", "day": day} for day in since(date(2021, 9, 1), 4) for _ in range(6)]
    found = desk.observe(given, desk.wanted(Count()), until=date(2026, 1, 31))
    periods = ("2021M12", "2022M01", "2025M12", "2026M01")
    causes = [desk.cell(found, unit="101", period=period).cause for period in periods]
    assert causes == [None, "no_data", "no_data", None]


def test_a_unit_that_has_closed_is_not_missed(desk: Any) -> None:
    """Its last cases are of February, its last day, and the nation's count of March lacks nothing."""
    from klaremal.model.unit import Unit

    units = desk.units.with_units(
        [Unit(code="104", name="Gammelby", level="municipality", parent="081", valid_to=date(2026, 2, 28))]
    )
    given = [*cases("101", {1: 9, 2: 9, 3: 9}), *cases("104", {1: 9, 2: 9})]
    wanted = desk.wanted(Count(), levels=("nation",), frequencies=("month", "quarter"))
    before, desk.units = desk.units, units
    try:
        found = desk.observe(given, wanted, until=date(2026, 3, 31))
    finally:
        desk.units = before
    for period, value in (("2026M03", 9), ("2026K1", 45)):
        assert (desk.cell(found, period=period).value, desk.cell(found, period=period).cause) == (value, None)


def test_what_is_not_closed_is_not_missing_yet(desk: Any) -> None:
    """In the running month rows may still come."""
    given = [*cases("101", {2: 9, 3: 9}), *cases("103", {4: 1})]
    cell = desk.cell(desk.observe(given, desk.wanted(Share("kept")), until=date(2026, 3, 31)), unit="101", period="2026M04")
    assert (cell.cause, bool(cell.provisional)) == ("no_cases", True)


def test_rows_of_which_none_is_promised_anything_are_no_cases(desk: Any) -> None:
    """There were rows, but nobody whom the promise is about."""
    found = desk.observe(
        cases("101", {3: 9}, kind="b"), desk.wanted(Share("kept", where="kind = 'a'")), until=date(2026, 3, 31)
    )
    cell = desk.cell(found, unit="101")
    assert (cell.cause, cell.n) == ("no_cases", 0)


def test_cases_of_which_none_can_be_judged_were_not_measured(desk: Any) -> None:
    """The promise was about nine, and of none is it known."""
    found = desk.observe(cases("101", {3: 9}), desk.wanted(Share("kept")), until=date(2026, 3, 31))
    cell = desk.cell(found, unit="101")
    assert (cell.cause, cell.n, cell.coverage) == ("not_measured", 0, 0)


def test_only_bad_rows_are_no_proof_of_no_cases(desk: Any) -> None:
    """Nine rows that could not be read: there is no data, rather than no cases, and no count of 0."""
    given = cases("101", {3: 9}, __bad="required")
    found = desk.observe(given, desk.wanted(Share("kept")), desk.wanted(Count(), id="roads.b"), until=date(2026, 3, 31))
    for indicator in ("roads.kept", "roads.b"):
        cell = desk.cell(found, unit="101", indicator=indicator)
        assert (cell.cause, math.isnan(cell.value)) == ("no_data", True)


@pytest.mark.parametrize(
    ("broken", "rows", "value", "cause"),
    [(0, 12, 0.0, None), (1, 12, 1.0, None), (0, 0, None, "no_cases")],
    ids=["0 of 12", "1 of 12", "0 of 0"],
)
def test_a_count_of_broken_promises(desk: Any, broken: int, rows: int, value: float | None, cause: str | None) -> None:
    """None of twelve is a count of 0; none of nobody is not."""
    given = [{"place": "101", "day": date(2026, 3, 5), "kept": place >= broken} for place in range(rows)]
    other = cases("103", {3: 1})
    cell = desk.cell(desk.observe([*given, *other], desk.wanted(Count(where="not kept")), until=date(2026, 3, 31)), unit="101")
    assert cell.cause == cause
    assert math.isnan(cell.value) if value is None else cell.value == value


def months(counts: dict[int, int], place: str = "101") -> list[dict[str, Any]]:
    """Return so many rows that name each month of 2025."""
    return [
        {"place": place, "when": f"2025M{month:02}", "people": 1, "events": 1}
        for month, count in counts.items()
        for _ in range(count)
    ]


@pytest.mark.parametrize("per_month", [1, 2], ids=["11 in 11 months", "22 in 11 months"])
def test_a_year_that_lacks_a_month_is_no_count_of_the_year(desk: Any, per_month: int) -> None:
    """The cause says that data is missing; the value is what is known so far, so that too many is already too many."""
    given = months(dict.fromkeys(range(1, 12), per_month))
    found = desk.observe(given, desk.wanted(Count(), dataset=MONTHS, frequencies=("year",)), until=date(2025, 12, 31))
    cell = desk.cell(found, unit="101", period="2025")
    assert (cell.value, cell.n, cell.cause) == (11 * per_month, 11 * per_month, "no_data")


def test_a_year_with_all_its_months_is_complete(desk: Any) -> None:
    """Twelve months that are there."""
    given = months(dict.fromkeys(range(1, 13), 1))
    found = desk.observe(given, desk.wanted(Count(), dataset=MONTHS, frequencies=("year",)), until=date(2025, 12, 31))
    cell = desk.cell(found, unit="101", period="2025")
    assert (cell.value, cell.cause) == (12, None)


def test_a_year_that_begins_before_the_data_is_not_complete(desk: Any) -> None:
    """Cases from March on, many a month: January and February are missing from the year's count, but not from a share."""
    given = cases("101", dict.fromkeys(range(3, 7), 9), kept=True)
    wanted = [
        desk.wanted(Count(), frequencies=("half_year",)),
        desk.wanted(Share("kept"), id="roads.b", frequencies=("half_year",)),
    ]
    found = desk.observe(given, *wanted, until=END)
    assert (desk.cell(found, unit="101", indicator="roads.kept").cause) == "no_data"
    assert (desk.cell(found, unit="101", indicator="roads.b").value) == 100


@pytest.mark.parametrize(
    ("counts", "cause"),
    [
        ({3: 1}, None),
        ({3: 5, 4: 5, 5: 5, 6: 5}, "no_data"),
        ({3: 5, 4: 5, 5: 5, 6: 4}, None),
        ({5: 5, 6: 5}, "no_data"),
        ({5: 5, 6: 4}, None),
        ({2: 4, 3: 4, 4: 4, 5: 4, 6: 99}, None),
    ],
    ids=["one", "five a month", "just below", "five in two months", "just below in two", "many only later"],
)
def test_few_cases_may_begin_in_the_middle_of_a_year(desk: Any, counts: dict[int, int], cause: str | None) -> None:
    """Five a month in the first four months: then that there was none in January is missing, else nothing extraordinary."""
    found = desk.observe(cases("101", counts), desk.wanted(Count(), frequencies=("half_year",)), until=END)
    assert desk.cell(found, unit="101").cause == cause


def test_before_the_first_rows_only_units_that_exist_are_missing(desk: Any) -> None:
    """Rows that name their months begin in March, with a municipality that does: nothing of its year is missing."""
    from klaremal.model.unit import Unit

    units = desk.units.with_units(
        [Unit(code="105", name="Nyby", level="municipality", parent="081", valid_from=date(2025, 3, 1))]
    )
    given = months(dict.fromkeys(range(3, 13), 1), "105") + months(dict.fromkeys(range(3, 13), 1))
    before, desk.units = desk.units, units
    try:
        found = desk.observe(given, desk.wanted(Count(), dataset=MONTHS, frequencies=("year",)), until=date(2025, 12, 31))
    finally:
        desk.units = before
    assert desk.cell(found, unit="105").cause is None
    assert desk.cell(found, unit="101").cause == "no_data"


def test_a_count_above_an_institution_that_stopped_lacks_it(desk: Any) -> None:
    """Of two institutions one stops: the municipality's count misses a part, and so does the nation's; the share stands."""
    given = [*cases("i1", dict.fromkeys(range(1, 7), 6), kept=True), *cases("i2", dict.fromkeys(range(1, 5), 6), kept=True)]
    levels = ("institution", "municipality", "nation")
    wanted = [desk.wanted(Count(), levels=levels), desk.wanted(Share("kept"), id="roads.b", levels=levels)]
    table = desk.table(desk.observe(given, *wanted, until=date(2026, 5, 31)))
    may = table[(table["period"] == "2026M05") & table["unit"].isin(["i1", "i2", "101", "000"])]
    assert may[["indicator", "unit", "value", "cause"]].fillna(-1).to_numpy().tolist() == [
        ["roads.kept", "i1", 6, -1],
        ["roads.kept", "i2", -1, "no_data"],
        ["roads.b", "i1", 100, -1],
        ["roads.b", "i2", -1, "no_data"],
        ["roads.kept", "101", 6, "no_data"],
        ["roads.b", "101", 100, -1],
        ["roads.kept", "000", 6, "no_data"],
        ["roads.b", "000", 100, -1],
    ]


def totals(years: dict[str, tuple[int, ...]]) -> list[dict[str, Any]]:
    """Return a total of 10 persons for each municipality and year."""
    return [
        {"place": place, "year": year, "people": 10, "value": 2} for place, all_years in years.items() for year in all_years
    ]


def test_a_national_total_needs_every_municipality(desk: Any) -> None:
    """Two of three are a sum so far; a ratio of two is a ratio of those that are known."""
    given = totals({"101": (2024, 2025), "102": (2024, 2025), "103": (2024,)})
    more = {"dataset": desk.totals, "levels": ("nation",), "frequencies": ("year",)}
    wanted = [desk.wanted(Total("people"), **more), desk.wanted(Ratio("people", per="value"), id="roads.b", **more)]
    found = desk.observe(given, *wanted)
    complete = desk.cell(found, indicator="roads.kept", period="2024")
    lacking = desk.cell(found, indicator="roads.kept", period="2025")
    assert (complete.value, complete.cause, lacking.value, lacking.cause) == (30, None, 20, "no_data")
    assert desk.cell(found, indicator="roads.b", period="2025").value == 5


def test_a_total_that_its_source_lacks_is_missing(desk: Any) -> None:
    """A statistic does not mean that there was nothing when it has no row."""
    given = totals({"101": (2024, 2025), "103": (2025,)})
    found = desk.observe(given, desk.wanted(Total("people"), dataset=desk.totals, frequencies=("year",)))
    assert desk.cell(found, unit="103", period="2024").cause == "no_data"
    assert desk.cell(found, unit="102", period="2025").cause == "no_data"


def test_a_total_of_nothing_is_nothing_only_where_rows_are_cases(desk: Any) -> None:
    """Rows of other kinds: of cases the sum is 0; a statistic would say so itself."""
    found = desk.observe(
        cases("101", {3: 2}, kind="b", days=1), desk.wanted(Total("days", where="kind = 'a'")), until=date(2026, 3, 31)
    )
    assert desk.cell(found, unit="101").value == 0
    given = [{"place": "101", "year": 2024, "kind": "b", "people": 5}]
    wanted = desk.wanted(Total("people", where="kind = 'a'"), dataset=desk.totals, frequencies=("year",))
    assert desk.cell(desk.observe(given, wanted), unit="101").cause == "no_data"


@pytest.mark.parametrize(("over_time", "expected"), [("sum", 60.0), ("last", 30.0), ("mean", 20.0)])
def test_a_total_over_time(desk: Any, over_time: str, expected: float) -> None:
    """Three months of 10, 20 and 30 as a quarter; and of two municipalities their sum."""
    given = [
        {"place": place, "when": f"2025M0{month}", "people": 10 * month} for place in ("101", "102") for month in (1, 2, 3)
    ]
    wanted = desk.wanted(
        Total("people", over_time=over_time), dataset=MONTHS, frequencies=("quarter",), levels=("municipality", "region")
    )
    found = desk.observe(given, wanted, until=date(2025, 3, 31))
    assert desk.cell(found, unit="101").value == expected
    assert desk.cell(found, unit="081").value == 2 * expected


def test_the_last_month_of_a_stock_must_be_there(desk: Any) -> None:
    """Without March the quarter's stock is not known."""
    given = [{"place": place, "when": f"2025M0{month}", "people": 10} for place in ("101", "102") for month in (1, 2, 3)]
    wanted = desk.wanted(Total("people", over_time="last"), dataset=MONTHS, frequencies=("quarter",))
    found = desk.observe(given[:2] + given[3:], wanted, until=date(2025, 3, 31))
    assert desk.cell(found, unit="101").cause == "no_data"
    assert desk.cell(found, unit="102").value == 10


def test_a_rate_is_per_mean_population(desk: Any) -> None:
    """Twelve months with 5 events each among 1,000 and then 2,000 persons: 60 events per 1,500."""
    given = [
        {"place": "101", "when": f"2025M{month:02}", "events": 5, "people": 1000 if month < 7 else 2000}
        for month in range(1, 13)
    ]
    wanted = desk.wanted(Rate("events", per="people", scale=1000), dataset=MONTHS, frequencies=("year", "month"))
    found = desk.observe(given, wanted, until=date(2025, 12, 31))
    assert desk.cell(found, unit="101", period="2025").value == 40
    assert desk.cell(found, unit="101", period="2025").part == 60
    assert desk.cell(found, unit="101", period="2025M07").value == 2.5


def test_a_rate_of_part_of_a_year_is_none(desk: Any) -> None:
    """Eleven months of events would look like a good year."""
    given = [{"place": "101", "when": f"2025M{month:02}", "events": 5, "people": 1000} for month in range(1, 13) if month != 6]
    wanted = desk.wanted(Rate("events", per="people"), dataset=MONTHS, frequencies=("year",))
    cell = desk.cell(desk.observe(given, wanted, until=date(2025, 12, 31)), unit="101")
    assert (cell.cause, math.isnan(cell.value), math.isnan(cell.part)) == ("no_data", True, True)


def test_a_unit_is_expected_from_its_first_day(desk: Any) -> None:
    """A municipality that begins in July has no months before."""
    from klaremal.model.unit import Unit

    units = desk.units.with_units(
        [Unit(code="105", name="Nyby", level="municipality", parent="081", valid_from=date(2025, 7, 1))]
    )
    given = months(dict.fromkeys(range(7, 13), 1), "105") + months(dict.fromkeys(range(1, 13), 1))
    before, desk.units = desk.units, units
    try:
        found = desk.observe(given, desk.wanted(Count(), dataset=MONTHS, frequencies=("year",)), until=date(2025, 12, 31))
    finally:
        desk.units = before
    assert (desk.cell(found, unit="105").value, desk.cell(found, unit="105").cause) == (6, None)


def test_how_long_a_unit_is_expected() -> None:
    """From its first period to 48 months after its last; one that was never there is not."""
    starts = np.arange(0, 120, 12)
    present = np.zeros((10, 2), dtype=bool)
    present[2:4, 0] = True
    assert reporting(present, starts)[:, 0].tolist() == [False, False, True, True, True, True, True, True, False, False]
    assert not reporting(present, starts)[:, 1].any()


def test_a_mean_of_an_empty_group_is_none(desk: Any) -> None:
    """No number of nobody."""
    found = desk.observe(cases("101", {3: 3}), desk.wanted(Mean("days")), until=date(2026, 3, 31))
    cell = desk.cell(found, unit="101")
    assert (cell.cause, math.isnan(cell.value), math.isnan(cell.low)) == ("not_measured", True, True)


def test_a_ratio_to_nothing_is_none(desk: Any) -> None:
    """Costs per nobody: there are no cases to divide by."""
    found = desk.observe(
        cases("101", {3: 3}, cost=5, people=0), desk.wanted(Ratio("cost", per="people")), until=date(2026, 3, 31)
    )
    cell = desk.cell(found, unit="101")
    assert (cell.cause, math.isnan(cell.value)) == ("no_cases", True)


def test_causes_hold_for_undeclared_levels_too(desk: Any) -> None:
    """A dataset of totals that is asked for a finer level than its own has no data there."""
    totals_of_regions = evolve(desk.totals, level="region")
    given = [{"place": "Nord", "year": 2024, "people": 5}]
    wanted = desk.wanted(Total("people"), dataset=totals_of_regions, frequencies=("year",), levels=("municipality",))
    assert desk.cell(desk.observe(given, wanted), unit="101").cause == "no_data"


def test_a_mean_over_time_is_over_the_months_that_a_unit_exists(desk: Any) -> None:
    """Ten places in each of its six months are ten places on average, not five; the nation counts all twelve months."""
    from klaremal.model.unit import Unit

    units = desk.units.with_units(
        [Unit(code="105", name="Nyby", level="municipality", parent="081", valid_from=date(2025, 7, 1))]
    )
    given = [{"place": "105", "when": f"2025M{month:02}", "people": 10} for month in range(7, 13)]
    given += [{"place": "101", "when": f"2025M{month:02}", "people": 1} for month in range(1, 13)]
    wanted = desk.wanted(
        Total("people", over_time="mean"), dataset=MONTHS, frequencies=("year",), levels=("municipality", "nation")
    )
    before, desk.units = desk.units, units
    try:
        found = desk.observe(given, wanted, until=date(2025, 12, 31))
    finally:
        desk.units = before
    assert desk.cell(found, unit="105").value == 10
    assert desk.cell(found, unit="000").value == 6
