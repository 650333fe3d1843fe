"""Coverage: judged of promised, where it is not known whom the promise is about, and where units or sub-periods are missing."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal.measures import Count, Distinct, Mean, Median, Published, Rate, Ratio, Share, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset

QUARTERS = Dataset(
    id="roads.quarters",
    title="Kvartaler",
    grain="én række pr. kommune, kvartal og slags",
    columns=(Column("place", "string"), Column("when", "period"), Column("kind", "string"), Column("people", "integer")),
    dated_by="when",
    frequency="quarter",
    placed_in="place",
    level="municipality",
)
MONTHS = evolve(QUARTERS, id="roads.months", frequency="month", level=None)


def cases(place: str, counts: dict[int, int], **more: Any) -> list[dict[str, Any]]:
    """Return so many cases in each month of 2026."""
    return [{"place": place, "day": date(2026, month, 5), **more} for month, count in counts.items() for _ in range(count)]


def totals(place: str, years: dict[int, int], **more: Any) -> list[dict[str, Any]]:
    """Return so many rows of totals for each year."""
    return [
        {"place": place, "year": year, "people": 10, "value": 2, **more} for year, rows in years.items() for _ in range(rows)
    ]


def national(desk: Any, rows: list[dict[str, Any]], measure: Any = None, **more: Any) -> Any:
    """Return the observations of the nation by year, from totals of municipalities."""
    measure = measure or Ratio("people", per="value")
    return desk.observe(rows, desk.wanted(measure, dataset=desk.totals, levels=("nation",), frequencies=("year",), **more))


# -- whom the promise is about is not known --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "value"),
    [(Share("kept", where="kind = 'a'"), 100.0), (Count(where="kind = 'a'"), 9.0), (Total("days", where="kind = 'a'"), 18.0)],
    ids=["share", "count", "total"],
)
def test_a_case_of_unknown_kind_counts_nowhere_and_lowers_the_coverage(desk: Any, measure: Any, value: float) -> None:
    """Nine of kind a, one that may be, two that are not: nine of ten are judged."""
    more = {"kept": True, "days": 2}
    given = [
        *cases("101", {3: 9}, kind="a", **more),
        *cases("101", {3: 1}, kind=None, **more),
        *cases("101", {3: 2}, kind="b", **more),
    ]
    cell = desk.cell(desk.observe(given, desk.wanted(measure), until=date(2026, 3, 31)), unit="101")
    assert (cell.value, cell.n, cell.coverage, cell.cause) == (value, 9, 0.9, None)


def test_only_cases_of_unknown_kind_were_not_measured(desk: Any) -> None:
    """That there was nobody whom the promise is about cannot be said, nor that the sum is 0."""
    given = cases("101", {3: 2}, kept=True, days=2)
    measures = (Share("kept", where="kind = 'a'"), Total("days", where="kind = 'a'"))
    wanted = [desk.wanted(each, id=f"roads.m{place}") for place, each in enumerate(measures)]
    found = desk.observe(given, *wanted, until=date(2026, 3, 31))
    for place in (0, 1):
        cell = desk.cell(found, unit="101", indicator=f"roads.m{place}")
        assert (cell.cause, math.isnan(cell.value), cell.coverage) == ("not_measured", True, 0)


def test_a_row_of_unknown_kind_takes_its_weight_with_it(desk: Any) -> None:
    """30 of the 40 persons of the region are behind its weighted figure; the rest may be of another kind."""
    rows = [
        {"place": "101", "year": 2024, "kind": "a", "value": 2, "people": 30},
        {"place": "102", "year": 2024, "kind": None, "value": 4, "people": 10},
    ]
    wanted = desk.wanted(
        Published("value", weight="people", where="kind = 'a'"),
        dataset=desk.totals, levels=("municipality", "region"), frequencies=("year",),
    )  # fmt: skip
    found = desk.observe(rows, wanted)
    assert (desk.cell(found, unit="081").value, desk.cell(found, unit="081").coverage) == (2, 0.75)
    assert desk.cell(found, unit="102").cause == "no_data"


@pytest.mark.parametrize(
    ("third", "value", "coverage"),
    [
        ({"kind": None, "score": 5, "kept": True}, 5.0, 2 / 3),
        ({"kind": "a", "score": None, "kept": True}, 5.0, 2 / 3),
        ({"kind": "a", "score": 5, "kept": None}, 5.0, 2 / 3),
        ({"kind": "a", "score": 5, "kept": False}, 5.0, 2 / 3),
        ({"kind": "a", "score": 1, "kept": False}, 15.0, 1.0),
        ({"kind": "b", "score": 5, "kept": True}, 10 / 3, 1.0),
    ],
    ids=["top unknown", "per unknown", "per not judged", "per not known", "outside per", "outside top"],
)
def test_a_ratio_judges_rows_of_which_both_parts_are_known(
    desk: Any, third: dict[str, Any], value: float, coverage: float
) -> None:
    """Costs of kind a per two people who score above 2 and are known; a third row of 20 and of one person."""
    ratio = Ratio(Total("cost", where="kind = 'a'"), per=Total("people", where="score > 2", known="kept"))
    given = [
        *cases("101", {3: 2}, kind="a", score=5, kept=True, cost=5, people=1),
        *cases("101", {3: 1}, cost=20, people=1, **third),
    ]
    cell = desk.cell(desk.observe(given, desk.wanted(ratio), until=date(2026, 3, 31)), unit="101")
    assert (cell.value, cell.coverage) == (pytest.approx(value), pytest.approx(coverage))


# -- totals of units of which some are missing -----------------------------------------------------------------------


def test_a_municipality_without_a_row_lowers_the_coverage_of_the_nation(desk: Any) -> None:
    """Three had a row in 2024 and two in 2025: two thirds; the ratio is one of those that are known."""
    rows = [*totals("101", {2024: 1, 2025: 1}), *totals("102", {2024: 1, 2025: 1}), *totals("103", {2024: 1})]
    found = national(desk, rows)
    assert desk.cell(found, period="2024").coverage == 1
    assert (desk.cell(found, period="2025").value, desk.cell(found, period="2025").coverage) == (5, 2 / 3)


@pytest.mark.parametrize(
    ("years", "expected"),
    [({2022: 2, 2023: 4, 2025: 9}, 2 / 6), ({2025: 3}, 2 / 5), ({}, 2 / 3)],
    ids=["the year before", "the year after", "the mean of the others"],
)
def test_what_is_missing_is_estimated(desk: Any, years: dict[int, int], expected: float) -> None:
    """2 rows are judged in 2024; 103 had 4 in the year before; else 3 in the one after; else 1, as each of the others has."""
    rows = [*totals("101", dict.fromkeys(range(2022, 2026), 1)), *totals("102", dict.fromkeys(range(2022, 2026), 1))]
    assert desk.cell(national(desk, [*rows, *totals("103", years)]), period="2024").coverage == pytest.approx(expected)


def test_the_mean_is_of_those_that_have_rows(desk: Any) -> None:
    """101 has 2 rows and 102 has 4; of 103 nothing is known, so 3 of 9 are missing."""
    found = national(desk, [*totals("101", {2024: 2}), *totals("102", {2024: 4})])
    assert desk.cell(found, unit="000").coverage == pytest.approx(6 / 9)


def test_the_estimate_is_of_rows_that_the_promise_is_about(desk: Any) -> None:
    """103 had one row of kind a and five of kind b in 2024."""
    rows = [*totals("101", {2024: 1, 2025: 1}, kind="a"), *totals("102", {2024: 1, 2025: 1}, kind="a")]
    rows += [*totals("103", {2024: 1}, kind="a"), *totals("103", {2024: 5}, kind="b")]
    found = national(desk, rows, Share("value = 2", where="kind = 'a'"))
    assert desk.cell(found, period="2025").coverage == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "measure",
    [Mean("value"), Share("value = 2"), Rate("value", per="people"), Median("value"), Distinct("value")],
    ids=lambda measure: type(measure).__name__,
)
def test_every_measure_that_is_no_sum_notices(desk: Any, measure: Any) -> None:
    """Two of three municipalities; counts and sums are missing as a whole."""
    rows = [*totals("101", {2024: 1, 2025: 1}), *totals("102", {2024: 1, 2025: 1}), *totals("103", {2024: 1})]
    assert desk.cell(national(desk, rows, measure), period="2025").coverage == pytest.approx(2 / 3)


def test_a_municipality_outside_does_not_count(desk: Any) -> None:
    """103 lies in another region: of 081 nothing is missing."""
    rows = [*totals("101", {2024: 1, 2025: 1}), *totals("102", {2024: 1, 2025: 1}), *totals("103", {2024: 1})]
    wanted = desk.wanted(Ratio("people", per="value"), dataset=desk.totals, levels=("region",), frequencies=("year",))
    found = desk.observe(rows, wanted)
    assert (desk.cell(found, unit="081", period="2025").coverage, desk.cell(found, unit="082", period="2024").coverage) == (
        1,
        1,
    )


def quarters(place: str, *when: str) -> list[dict[str, Any]]:
    """Return a row of 10 persons for each quarter."""
    return [{"place": place, "when": each, "people": 10, "kind": "a"} for each in when]


def by_year(desk: Any, rows: list[dict[str, Any]], measure: Any) -> Any:
    """Return the observation of the nation for 2024, from quarters."""
    wanted = desk.wanted(measure, dataset=QUARTERS, levels=("nation",), frequencies=("year",))
    return desk.cell(desk.observe(rows, wanted, until=date(2024, 12, 31)), period="2024")


@pytest.mark.parametrize(
    ("of_103", "coverage"),
    [(("2024K1", "2024K2", "2024K3", "2024K4"), 1.0), (("2024K1", "2024K2", "2024K4"), 11 / 12), ((), 8 / 12)],
    ids=["none", "a quarter", "a municipality"],
)
def test_a_missing_quarter_lowers_the_coverage_of_the_year(desk: Any, of_103: tuple[str, ...], coverage: float) -> None:
    """Three municipalities by four quarters are twelve rows."""
    every = ("2024K1", "2024K2", "2024K3", "2024K4")
    rows = [*quarters("101", *every), *quarters("102", *every), *quarters("103", *of_103)]
    assert by_year(desk, rows, Mean("people")).coverage == pytest.approx(coverage)


def test_what_lies_before_the_first_rows_is_missing(desk: Any) -> None:
    """The data begins in July: two of four quarters; the sum of the year is none."""
    rows = [row for place in ("101", "102", "103") for row in quarters(place, "2024K3", "2024K4")]
    assert by_year(desk, rows, Mean("people")).coverage == 0.5
    assert by_year(desk, rows, Total("people")).cause == "no_data"


def test_before_the_first_rows_institutions_are_like_in_them(desk: Any) -> None:
    """Of two institutions one reports from July on and is missing before; one that begins in October was not there."""
    dataset = evolve(QUARTERS, level="institution")
    rows = [*quarters("i1", "2024K3", "2024K4"), *quarters("i2", "2024K4")]
    wanted = desk.wanted(Mean("people"), dataset=dataset, levels=("institution", "municipality"), frequencies=("year",))
    found = desk.observe(rows, wanted, until=date(2024, 12, 31))
    assert [desk.cell(found, unit=unit).coverage for unit in ("i1", "i2", "101")] == [0.5, 1, pytest.approx(3 / 5)]


def test_a_quarter_that_still_runs_is_not_missing(desk: Any) -> None:
    """101 has delivered the third quarter early."""
    rows = [row for place in ("101", "102", "103") for row in quarters(place, "2024K1", "2024K2")]
    wanted = desk.wanted(Mean("people"), dataset=QUARTERS, levels=("municipality", "nation"), frequencies=("year",))
    found = desk.observe([*rows, *quarters("101", "2024K3")], wanted, until=date(2024, 6, 30))
    assert [desk.cell(found, unit=unit).coverage for unit in ("101", "102", "000")] == [1, 1, 1]


def test_nobody_can_say_how_much_is_missing_before_there_is_anything(desk: Any) -> None:
    """103 never reports, and before July there is no other that it could be like."""
    rows = [row for place in ("101", "102") for row in quarters(place, "2024K3", "2024K4")]
    assert math.isnan(by_year(desk, rows, Mean("people")).coverage)


# -- cases that stop -------------------------------------------------------------------------------------------------


def test_an_institution_that_stops_lowers_the_coverage_above_it(desk: Any) -> None:
    """Of two institutions with six cases a month one stops in May: half of May, and 12 of the half-year's 72, are missing."""
    given = [*cases("i1", dict.fromkeys(range(1, 7), 6), kept=True), *cases("i2", dict.fromkeys(range(1, 5), 6), kept=True)]
    found = desk.observe(given, desk.wanted(Share("kept"), frequencies=("month", "half_year")), until=date(2026, 6, 30))
    coverage = {period: desk.cell(found, unit="101", period=period).coverage for period in ("2026M04", "2026M05", "2026H1")}
    assert coverage == {"2026M04": 1, "2026M05": 0.5, "2026H1": pytest.approx(60 / 72)}


def test_of_cases_too_the_estimate_is_of_those_that_the_promise_is_about(desk: Any) -> None:
    """In April the institution had six cases, two of them of kind a."""
    given = [
        *cases("i1", dict.fromkeys(range(1, 6), 6), kind="a", kept=True),
        *cases("i2", dict.fromkeys(range(1, 5), 4), kind="b", kept=True),
        *cases("i2", dict.fromkeys(range(1, 5), 2), kind="a", kept=True),
    ]
    wanted = desk.wanted(Share("kept", where="kind = 'a'"))
    cell = desk.cell(desk.observe(given, wanted, until=date(2026, 5, 31)), unit="101", period="2026M05")
    assert cell.coverage == pytest.approx(6 / 8)


def test_a_municipality_that_stops_lowers_its_own_coverage(desk: Any) -> None:
    """Two institutions of three cases a month are missed together: 24 cases to April, and 12 that did not come."""
    counts = dict.fromkeys(range(1, 5), 3)
    given = [*cases("i1", counts, kept=True), *cases("i2", counts, kept=True), *cases("103", {6: 1}, kept=True)]
    wanted = desk.wanted(Share("kept"), frequencies=("half_year",))
    assert desk.cell(desk.observe(given, wanted, until=date(2026, 6, 30)), unit="101").coverage == pytest.approx(24 / 36)


def test_a_unit_of_few_cases_is_missed_over_a_whole_year(desk: Any) -> None:
    """One case a month is nothing to miss in a month; twelve a year are: half of 2025 is missing, and its count is none."""
    given = [
        {"place": place, "day": date(year, month, 5), "kept": True}
        for place, years in (("i1", (2022, 2023, 2024, 2025)), ("i2", (2022, 2023, 2024)))
        for year in years for month in range(1, 13)
    ]  # fmt: skip
    wanted = [desk.wanted(Share("kept"), frequencies=("year",)), desk.wanted(Count(), id="roads.b", frequencies=("year",))]
    found = desk.observe(given, *wanted, until=date(2025, 12, 31))
    share, count = (
        [desk.cell(found, unit="101", period=period, indicator=name) for period in ("2024", "2025")]
        for name in ("roads.kept", "roads.b")
    )
    assert [(cell.value, cell.coverage) for cell in share] == [(100, 1), (100, 0.5)]
    assert [(cell.value, cell.cause) for cell in count] == [(24, None), (12, "no_data")]


def test_months_before_many_cases_begin_are_missing(desk: Any) -> None:
    """Nine cases a month from March on: 36 of the half-year's 54 are there."""
    given = cases("101", dict.fromkeys(range(3, 7), 9), kept=True)
    wanted = desk.wanted(Share("kept"), frequencies=("half_year",))
    assert desk.cell(desk.observe(given, wanted, until=date(2026, 6, 30)), unit="101").coverage == pytest.approx(36 / 54)


def test_rows_that_name_their_month_are_missed_one_by_one(desk: Any) -> None:
    """Of the six months of a half-year one has no row: five of six."""
    given = [{"place": "101", "when": f"2025M0{month}", "people": 1} for month in (1, 2, 3, 5, 6)]
    wanted = desk.wanted(Mean("people"), dataset=MONTHS, frequencies=("half_year",))
    assert desk.cell(desk.observe(given, wanted, until=date(2025, 6, 30)), unit="101").coverage == pytest.approx(5 / 6)


def test_a_month_that_still_runs_is_not_missing_where_rows_name_theirs(desk: Any) -> None:
    """102 has delivered June early; of 101 the five months that are over are there."""
    given = [{"place": place, "when": f"2025M0{month}", "people": 1} for place in ("101", "102") for month in (1, 2, 3, 4, 5)]
    given.append({"place": "102", "when": "2025M06", "people": 1})
    wanted = desk.wanted(Mean("people"), dataset=MONTHS, frequencies=("half_year",))
    assert desk.cell(desk.observe(given, wanted, until=date(2025, 5, 31)), unit="101").coverage == 1


def test_nothing_is_missing_of_what_still_runs(desk: Any) -> None:
    """June is not over: that there are no cases yet lowers no coverage."""
    given = cases("101", dict.fromkeys(range(1, 6), 9), kept=True)
    wanted = desk.wanted(Share("kept"), frequencies=("half_year",))
    cell = desk.cell(desk.observe(given, wanted, until=date(2026, 5, 31)), unit="101")
    assert (cell.coverage, bool(cell.provisional)) == (1, True)


# -- rates -----------------------------------------------------------------------------------------------------------


def months(people: dict[int, int | None], **more: Any) -> list[dict[str, Any]]:
    """Return five events in each month of 2025 with these populations."""
    return [
        {"place": "101", "day": date(2025, month, 1), "score": 5, "people": number, **more} for month, number in people.items()
    ]


def rate(desk: Any, rows: list[dict[str, Any]], per: Any = "people") -> Any:
    """Return the observation of the first quarter."""
    wanted = desk.wanted(Rate("score", per=per, scale=1000), frequencies=("quarter",))
    return desk.cell(desk.observe(rows, wanted, until=date(2025, 3, 31)), unit="101", period="2025K1")


def test_a_mean_population_is_of_the_months_that_have_one(desk: Any) -> None:
    """10 events of two months per 1,000 persons, not per two thirds of them; two of three months are judged."""
    cell = rate(desk, months({1: 1000, 2: None, 3: 1000}))
    assert (cell.value, cell.part, cell.coverage) == (10, 10, pytest.approx(2 / 3))


def test_events_without_a_population_of_their_month_are_not_divided(desk: Any) -> None:
    """In February there are events, and no adult: the population of the other months is not theirs."""
    rows = [*months({1: 1000, 2: 1000, 3: 1000}, kind="adult"), *months({1: 10, 2: 10, 3: 10}, kind="child")]
    adults = Total("people", where="kind = 'adult'")
    assert rate(desk, rows, adults).value == 30
    without = [row for row in rows if row["kind"] == "child" or row["day"] != date(2025, 2, 1)]
    cell = rate(desk, without, adults)
    assert (cell.cause, math.isnan(cell.value)) == ("not_measured", True)
