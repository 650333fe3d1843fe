"""Rates and ratios per a total of another dataset: tables worked out by hand, and bad input."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal.builtin.population import POPULATION
from klaremal.measures import Rate, Ratio, Total

Row = dict[str, Any]


# -- by hand ---------------------------------------------------------------------------------------------------------


def test_events_are_per_the_mean_of_the_status_dates_of_the_period(per: Any) -> None:
    """Of 67 and over 101 had 100 and 300 (mean 200): 1,000 x 4 / 200; 102 had 100: 1,000 x 1 / 100; 103 had 50 and 150."""
    population = [
        *(per.state("101", "2025-01-01", age, persons) for age, persons in ((66, 999), (67, 60), (125, 40))),
        *(per.state("101", "2025-07-01", age, persons) for age, persons in ((66, 999), (67, 300))),
        per.state("102", "2025-01-01", 80, 100), per.state("102", "2025-07-01", 80, 100),
        per.state("103", "2025-01-01", 80, 50), per.state("103", "2025-07-01", 80, 150),
    ]  # fmt: skip
    cases = [
        per.case("101", "2025-02-01", 3),
        per.case("101", "2025-11-30"),
        per.case("i3", "2025-03-01"),
        per.case("103", "2025-05-05", 0),
    ]
    found = per.observe(cases, population)
    # Region 081 has 101 and 102 until the end of the year: 5 of a mean of 300.
    assert per.values(found, "2025") == {
        "000": round(5000 / 400, 6), "081": round(5000 / 300, 6), "082": 0.0, "101": 20.0, "102": 10.0, "103": 0.0,
    }  # fmt: skip
    row = found[(found["unit"] == "101") & (found["period"] == "2025")].iloc[0]
    assert (row["n"], row["part"], row["weight"], row["coverage"], row["provisional"]) == (2, 4, 200, 1, False)


def test_a_unit_brings_its_people_to_where_it_lies_on_the_last_day(per: Any) -> None:
    """Municipality 102 is of region 082 from 2026 on, with its people of the year before."""
    found = per.observe([per.case("102", "2026-02-01", 3), per.case("101", "2026-02-01", 3)], per.everywhere("2025-06-01"))
    assert per.values(found, "2026") == {"000": 20.0, "081": 30.0, "082": 15.0, "101": 30.0, "102": 30.0, "103": "no_cases"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2026-01-01", 10.0, id="its first month"),
        pytest.param("2026-12-31", 10.0, id="its last month"),
        pytest.param("2025-01-31", 10.0, id="a year before it"),
        pytest.param("2024-12-31", "no_data", id="more than a year before it"),
        pytest.param("2027-01-01", "no_data", id="after it"),
    ],
)
def test_the_state_of_a_period_is_at_most_a_year_old(per: Any, day: str, expected: Any) -> None:
    """A year without a status date has that of the twelve months before its first, and never a later one."""
    found = per.observe([per.case("101", "2026-03-01")], per.everywhere(day))
    assert per.values(found, "2026")["101"] == expected


def test_months_between_two_status_dates_have_the_earlier_one(per: Any) -> None:
    """January and February are per 100, March (its own date) per 200; rolling windows have the mean of theirs."""
    population = [*per.everywhere("2026-01-01", 100), *per.everywhere("2026-03-31", 200)]
    cases = [per.case("101", f"2026-0{month}-05") for month in (1, 2, 3, 4)]
    found = per.observe(cases, population, frequencies=("month",), other_until=date(2026, 4, 30))
    assert [per.values(found, f"2026M0{month}")["101"] for month in (1, 2, 3, 4)] == [10.0, 10.0, 5.0, 5.0]


@pytest.mark.parametrize(
    ("until", "other_until", "settle", "provisional"),
    [
        (date(2026, 12, 31), date(2026, 12, 31), 0, False),
        (date(2026, 12, 30), date(2026, 12, 31), 0, True),
        (date(2026, 12, 31), date(2026, 12, 30), 0, True),
        (date(2026, 12, 31), date(2026, 12, 31), 1, True),
        (date(2026, 12, 31), date(2027, 1, 1), 1, False),
        (date(2026, 12, 31), None, 0, True),
    ],
)
def test_a_period_is_closed_when_both_datasets_are(
    per: Any, until: date, other_until: date | None, settle: int, provisional: bool
) -> None:
    """Both are complete to its last day, and what the other's rows need to arrive has passed as well."""
    other = evolve(POPULATION, settle_days=settle)
    measure = Rate("people", per=evolve(per.old, dataset=other))
    found = per.observe(
        [per.case("101", "2026-03-01")], per.everywhere("2026-01-01"), measure, until=until, other_until=other_until
    )
    row = found[(found["unit"] == "101") & (found["period"] == "2026")].iloc[0]
    assert (row["value"], row["provisional"]) == (10.0, provisional)


@pytest.mark.parametrize(
    ("over_time", "snapshot", "expected"),
    [
        ("sum", False, 100 / 1200),
        ("mean", False, 1.0),
        ("last", False, 100 / 111),
        ("sum", True, 1.0),
        ("last", True, 100 / 111),
    ],
)
def test_a_ratio_has_the_rule_for_time_of_its_total(per: Any, over_time: str, snapshot: bool, expected: float) -> None:
    """12 months of 89 to 111 persons, mean 100: what flows is summed unless it says otherwise, and states are never."""
    monthly = evolve(POPULATION, snapshot=snapshot)
    counts = [89, 91, 93, 95, 97, 99, 101, 103, 105, 107, 109, 111]
    rows = [
        per.state(place, f"2026-{month:02}-10", 70, count)
        for place in ("101", "102", "103")
        for month, count in enumerate(counts, 1)
    ]
    measure = Ratio("people", per=Total("persons", dataset=monthly, over_time=over_time))
    found = per.observe([per.case("101", "2026-03-01", 100)], rows, measure)
    assert per.values(found, "2026")["101"] == round(expected, 6)


def test_where_none_of_the_rows_counts_the_figure_is_0(per: Any) -> None:
    """101 has rows, none of kind a; 102 has none at all, and nobody knows whether that is 0; the interval of 0 is Byar's."""
    measure = Rate("people", per=per.old, where="kind = 'a'")
    found = per.observe([per.case("101", "2026-03-01", kind="b")], per.everywhere("2026-01-01", 2000), measure)
    assert per.values(found, "2026") == {
        "000": 0.0,
        "081": 0.0,
        "082": "no_cases",
        "101": 0.0,
        "102": "no_cases",
        "103": "no_cases",
    }
    row = found[(found["unit"] == "101") & (found["period"] == "2026")].iloc[0]
    assert (row["low"], round(row["high"], 2)) == (0, 1.83)


def test_nobody_to_be_per_is_no_figure(per: Any) -> None:
    """0 persons of 67 and over in 101, said by a row, which is all of region 081 since 2026; region 082 has 200."""
    population = [
        per.state("101", "2026-01-01", 70, 0),
        *(each for each in per.everywhere("2026-01-01") if each["municipality"] != "101"),
    ]
    cases = [per.case("101", "2026-03-01"), per.case("102", "2026-03-01")]
    assert per.values(per.observe(cases, population), "2026") == {
        "000": 10.0, "081": "no_cases", "082": 5.0, "101": "no_cases", "102": 10.0, "103": "no_cases",
    }  # fmt: skip


# -- the other dataset by value --------------------------------------------------------------------------------------


def by_sex(per: Any) -> list[Row]:
    """Return a state in which each municipality has 50 old women and 200 old men."""
    sexes = (("K", 50), ("M", 200))
    return [per.state(place, "2026-01-01", 70, count, sex) for place in ("101", "102", "103") for sex, count in sexes]


def test_each_value_of_a_breakdown_is_per_its_own_people(per: Any) -> None:
    """2 events of 50 women and 2 of 200 men; a value that the population does not know has no figure."""
    measure = Rate("people", per=evolve(per.old, where=None, dataset=KINDS))
    cases = [
        per.case("101", "2026-03-01", 2, "K"),
        per.case("101", "2026-03-01", 2, "M"),
        per.case("101", "2026-03-01", 1, "X"),
        per.case("101", "2026-03-01"),
    ]
    found = per.observe(cases, [_kind(each) for each in by_sex(per)], measure, breakdown="kind")
    shown = {value: per.values(found, "2026", value).get("101") for value in ("kind=K", "kind=M", "kind=X", "kind=?")}
    assert shown == {"kind=K": 40.0, "kind=M": 10.0, "kind=X": "no_data", "kind=?": "no_data"}


KINDS = evolve(
    POPULATION, key=(), columns=tuple(evolve(each, name="kind") if each.name == "sex" else each for each in POPULATION.columns)
)


def _kind(row: Row) -> Row:
    return {"kind" if name == "sex" else name: value for name, value in row.items()}


def test_a_breakdown_that_the_other_dataset_has_not_is_missing(per: Any) -> None:
    """The total is there; kind=a is not, since nobody knows how many people are of kind a."""
    found = per.observe([per.case("101", "2026-03-01", 2, "a")], per.everywhere("2026-01-01"), breakdown="kind")
    assert per.values(found, "2026", "kind=a") == dict.fromkeys(("000", "081", "082", "101", "102", "103"), "no_data")
    assert per.values(per.observe([per.case("101", "2026-03-01", 2, "a")], per.everywhere("2026-01-01")), "2026")["101"] == 20.0


def test_only_rows_that_mean_all_sexes_count_where_there_are_such(per: Any) -> None:
    """50 women, 200 men and 250 of all of them are 250; without the rows of all they are added up."""
    rows = [*by_sex(per), *(per.state(place, "2026-01-01", 70, 250, "all") for place in ("101", "102", "103"))]
    assert per.values(per.observe([per.case("101", "2026-03-01")], rows), "2026")["101"] == 4.0
    assert per.values(per.observe([per.case("101", "2026-03-01")], by_sex(per)), "2026")["101"] == 4.0
    of_women = Rate("people", per=evolve(per.old, where="sex = 'K'"))
    assert per.values(per.observe([per.case("101", "2026-03-01")], rows, of_women), "2026")["101"] == 20.0


# -- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("101", {"000": "no_data", "081": "no_data", "082": 10.0, "101": "no_data", "102": 10.0, "103": 10.0}),
        ("103", {"000": "no_data", "081": 10.0, "082": "no_data", "101": 10.0, "102": 10.0, "103": "no_data"}),
    ],
)
def test_a_municipality_without_people_leaves_all_that_it_lies_in_without(
    per: Any, missing: str, expected: Mapping[str, Any]
) -> None:
    """It never has rows, so that nothing tells that it is missing but the tree: never 0, never the others alone."""
    population = [each for each in per.everywhere("2025-01-01") if each["municipality"] != missing]
    found = per.observe([per.case(place, "2025-03-01") for place in ("101", "102", "103")], population)
    assert per.values(found, "2025") == expected


def test_a_municipality_that_one_status_date_lacks_is_missing_in_the_period(per: Any) -> None:
    """The mean of one date of 101 and two of the others would be no mean of anything."""
    population = [
        *per.everywhere("2025-01-01"),
        *(each for each in per.everywhere("2025-07-01") if each["municipality"] != "101"),
    ]
    found = per.observe([per.case("101", "2025-03-01"), per.case("102", "2025-03-01")], population)
    assert per.values(found, "2025") == {
        "000": "no_data", "081": "no_data", "082": "no_cases", "101": "no_data", "102": 10.0, "103": "no_cases",
    }  # fmt: skip


def test_a_unit_below_that_stopped_reporting_is_missing(per: Any) -> None:
    """101 has its people in two institutions; of the second the second date has none."""
    population = [
        *(per.state(place, day, 70, 50) for place in ("i1", "i2") for day in ("2025-01-01", "2025-07-01")),
        *(per.state(place, day, 70, 100) for place in ("102", "103") for day in ("2025-01-01", "2025-07-01")),
    ]
    cases = [per.case("101", "2025-03-01")]
    assert per.values(per.observe(cases, population), "2025")["101"] == 10.0
    assert per.values(per.observe(cases, [*population[:3], *population[4:]]), "2025")["101"] == "no_data"


@pytest.mark.parametrize(("age", "persons"), [(None, 5), (70, None)], ids=["age", "persons"])
def test_a_number_or_a_condition_that_is_not_known_is_no_total(per: Any, age: int | None, persons: int | None) -> None:
    """As with any total: it may be more."""
    row = per.state("101", "2026-01-01", age, persons)
    found = per.observe([per.case("101", "2026-03-01"), per.case("103", "2026-03-01")], [*per.everywhere("2026-01-01"), row])
    assert per.values(found, "2026") == {
        "000": "no_data", "081": "no_data", "082": 5.0, "101": "no_data", "102": "no_cases", "103": 10.0,
    }  # fmt: skip


def test_rows_of_a_whole_region_are_not_added_to_those_of_its_municipalities(desk: Any, per: Any) -> None:
    """A statistic has both; its rows of larger places are set aside, with their number."""
    larger = [per.state("Nord", "2026-01-01", 70, 200), per.state("Danmark", "2026-01-01", 70, 300)]
    found = per.observe([per.case("101", "2026-03-01")], [*per.everywhere("2026-01-01"), *larger])
    assert per.values(found, "2026") == {
        "000": round(1000 / 300, 6), "081": 10.0, "082": "no_cases", "101": 10.0, "102": "no_cases", "103": "no_cases",
    }  # fmt: skip
    assert [(each.dataset, each.rule, each.rows, each.examples) for each in desk.set_aside] == [
        ("klaremal.population", "other_level", 2, ("Danmark", "Nord"))
    ]


def test_people_of_an_unknown_unit_are_set_aside_and_leave_no_doubt(desk: Any, per: Any) -> None:
    """They are of none of the units that are reported."""
    found = per.observe(
        [per.case("101", "2026-03-01")], [*per.everywhere("2026-01-01"), per.state("Christiansø", "2026-01-01", 70, 9)]
    )
    row = found[(found["unit"] == "101") & (found["period"] == "2026")].iloc[0]
    assert (row["value"], row["least"], row["most"]) == (10, 10, 10)
    assert [(each.rule, each.rows) for each in desk.set_aside] == [("unknown_unit", 1)]


@pytest.mark.parametrize(
    ("broken", "doubtful"),
    [
        pytest.param({"municipality": "101", "__broken": "|persons|"}, {"101", "081", "000"}, id="a number"),
        pytest.param(
            {"municipality": "101", "__broken": "|status_date|"}, {"101", "102", "103", "081", "082", "000"}, id="a date"
        ),
        pytest.param(
            {"municipality": "?", "__broken": "|municipality|"}, {"101", "102", "103", "081", "082", "000"}, id="a unit"
        ),
    ],
)
def test_people_who_were_set_aside_could_make_the_figure_smaller(per: Any, broken: Row, doubtful: set[str]) -> None:
    """More people, and so a figure nearer to 0, but never a larger one."""
    bad = per.state(None, "2026-01-01", 70, 5, __bad="rule") | broken
    cases = [per.case(place, "2026-03-01") for place in ("101", "102", "103")]
    found = per.observe(cases, [*per.everywhere("2026-01-01"), bad])
    rows = found[found["period"] == "2026"]
    assert per.values(found, "2026") == dict.fromkeys(("000", "081", "082", "101", "102", "103"), 10.0)
    assert set(rows.loc[rows["least"] < rows["value"], "unit"]) == doubtful
    assert set(rows["least"]) <= {0.0, 10.0}
    assert (rows["most"] == rows["value"]).all()


def test_events_that_were_set_aside_leave_doubt_both_ways(per: Any) -> None:
    """How many events a broken row has nobody knows."""
    bad = per.case("101", "2026-03-01") | {"__bad": "rule", "__broken": "|people|"}
    found = per.observe([per.case("101", "2026-03-01"), bad], per.everywhere("2026-01-01"))
    row = found[(found["unit"] == "101") & (found["period"] == "2026")].iloc[0]
    assert (row["value"], row["least"], row["most"]) == (10.0, -float("inf"), float("inf"))


# -- what is said of it ---------------------------------------------------------------------------------------------


def test_rows_without_a_total_to_be_per_are_named(desk: Any, per: Any) -> None:
    """Once, at the finest level and period: two stays of Aaby in 2026, none before there were any people, nor of Beby."""
    population = [
        *per.everywhere("2025-01-01"),
        *(each for each in per.everywhere("2026-01-01") if each["municipality"] != "101"),
    ]
    days = ("2024-05-01", "2025-05-01", "2026-02-01", "2026-11-01")
    per.observe([*(per.case("101", day) for day in days), per.case("102", "2026-02-01")], population)
    (said,) = desk.set_aside
    assert (said.dataset, said.rule, said.rows, said.examples) == ("roads.cases", "no_total", 2, ("Aaby 2026",))
    assert said.message == (
        "roads.kept: klaremal.population has no total for Aaby 2026. "
        "Deliver its rows for all units, each with a date at most a year before the period."
    )


def test_a_mean_of_months_is_per_a_mean_population(per: Any) -> None:
    """Two, two and three people on a benefit are 2.33 of 100 in the quarter, and not seven."""
    cases = [per.case("101", f"2026-0{month}-05", people) for month, people in ((1, 2), (2, 2), (3, 3))]
    measure = Ratio(Total("people", over_time="mean"), per=per.old, scale=100)
    usual = {"levels": ("municipality",), "minimum_coverage": 0}
    found = per.observe(cases, per.everywhere("2026-01-01"), measure, frequencies=("month", "quarter"), **usual)
    assert [per.values(found, period)["101"] for period in ("2026M01", "2026M03", "2026K1")] == [2, 3, 2.333333]
    rows = found[(found["unit"] == "101") & (found["period"] == "2026K1")]
    assert rows["part"].tolist() == [pytest.approx(7 / 3)]
