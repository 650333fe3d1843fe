"""Rates and ratios per a total of another dataset: tables worked out by hand, bad input, and plain Python on random rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.builtin.population import POPULATION
from klaremal.measures import Measure, Rate, Ratio, Total
from klaremal.model.dataset import Dataset
from klaremal.model.period import Period, month_key
from klaremal.plan import _passes
from klaremal.rollup import Other, places, rollup
from klaremal.scan import scan, scan_single

Row = dict[str, Any]
OLD = Total("persons", where="age between 67 and 125", dataset=POPULATION)
RATE = Rate("people", per=OLD)
UNTIL = date(2026, 12, 31)
FEWER = settings(max_examples=settings().max_examples // 4)


def case(place: str | None, day: str, people: int | None = 1, kind: str | None = None) -> Row:
    """Return a row of events."""
    return {"place": place, "day": day, "people": people, "kind": kind}


def state(place: str | None, day: str, age: int | None, persons: int | None, sex: str | None = "K", **more: Any) -> Row:
    """Return a row of the population."""
    return {"municipality": place, "status_date": day, "sex": sex, "age": age, "persons": persons, **more}


def everywhere(day: str, persons: int = 100) -> list[Row]:
    """Return a state in which each municipality has as many old people, and somebody young."""
    return [state(place, day, age, count) for place in ("101", "102", "103") for age, count in ((70, persons), (30, 7))]


@pytest.fixture(scope="module")
def observe(desk: Any) -> Callable[..., Any]:
    """Return what scans rows of cases and of another dataset, and gives the observations of a measure by period and unit."""

    def made(
        cases: Iterable[Row],
        other: Iterable[Row],
        measure: Measure = RATE,
        *,
        dataset: Dataset | None = None,
        breakdown: str = "",
        until: date | None = UNTIL,
        other_until: date | None = UNTIL,
        **more: Any,
    ) -> pd.DataFrame:
        given = {"frequencies": ("year",), "levels": ("nation", "region", "municipality"), "minimum_count": 1}
        more = given | ({"dataset": dataset} if dataset else {}) | more
        if breakdown:
            more["breakdowns"] = (breakdown,)
        wanted = desk.wanted(measure, **more)
        passes = [each for each in _passes([wanted]) if each.breakdown == ((breakdown,) if breakdown else ())]
        rows = {of: list(each) for of, each in ((wanted.indicator.dataset.id, cases), (wanted.other.id, other))}
        checked = [desk.rows(each.dataset, rows[each.dataset.id]) for each in passes]
        groups = [scan(desk.engine, each, pass_) for each, pass_ in zip(checked, passes, strict=True)]
        of = wanted.by(passes[-1].breakdown)
        where, _ = places(groups[-1], passes[-1], [of], desk.units, "000")
        single = scan_single(desk.engine, checked[-1], passes[-1], where) if passes[-1].single else None
        others = [Other(groups=groups[0], pass_=passes[0], until=other_until)] if len(passes) > 1 else []
        found, desk.set_aside = rollup(
            groups[-1], [of], passes[-1], desk.units, "000", until, date(2027, 6, 1), single=single, others=others
        )
        return desk.table(found)

    return made


def values(found: pd.DataFrame, period: str, breakdown: str = "") -> dict[str, Any]:
    """Return by unit the rounded value, or the cause where there is none."""
    rows = found[(found["period"] == period) & (found["breakdown"].astype(object) == breakdown)]
    pairs = zip(rows["unit"], rows["value"], rows["cause"], strict=True)
    return {unit: cause if value != value else round(value, 6) for unit, value, cause in pairs}


# -- by hand ---------------------------------------------------------------------------------------------------------


def test_events_are_per_the_mean_of_the_status_dates_of_the_period(observe: Callable[..., Any]) -> None:
    """Of 67 and over 101 had 100 and 300 (mean 200): 1,000 x 4 / 200; 102 had 100: 1,000 x 1 / 100; 103 had 50 and 150."""
    population = [
        *(state("101", "2025-01-01", age, persons) for age, persons in ((66, 999), (67, 60), (125, 40))),
        *(state("101", "2025-07-01", age, persons) for age, persons in ((66, 999), (67, 300))),
        state("102", "2025-01-01", 80, 100), state("102", "2025-07-01", 80, 100),
        state("103", "2025-01-01", 80, 50), state("103", "2025-07-01", 80, 150),
    ]  # fmt: skip
    cases = [case("101", "2025-02-01", 3), case("101", "2025-11-30"), case("i3", "2025-03-01"), case("103", "2025-05-05", 0)]
    found = observe(cases, population)
    # Region 081 has 101 and 102 until the end of the year: 5 of a mean of 300.
    assert values(found, "2025") == {
        "000": round(5000 / 400, 6), "081": round(5000 / 300, 6), "082": 0.0, "101": 20.0, "102": 10.0, "103": 0.0,
    }  # fmt: skip
    row = found[(found["unit"] == "101") & (found["period"] == "2025")].iloc[0]
    assert (row["n"], row["part"], row["weight"], row["coverage"], row["provisional"]) == (2, 4, 200, 1, False)


def test_a_unit_brings_its_people_to_where_it_lies_on_the_last_day(observe: Callable[..., Any]) -> None:
    """Municipality 102 is of region 082 from 2026 on, with its people of the year before."""
    found = observe([case("102", "2026-02-01", 3), case("101", "2026-02-01", 3)], everywhere("2025-06-01"))
    assert values(found, "2026") == {"000": 20.0, "081": 30.0, "082": 15.0, "101": 30.0, "102": 30.0, "103": "no_cases"}


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
def test_the_state_of_a_period_is_at_most_a_year_old(observe: Callable[..., Any], day: str, expected: Any) -> None:
    """A year without a status date has that of the twelve months before its first, and never a later one."""
    found = observe([case("101", "2026-03-01")], everywhere(day))
    assert values(found, "2026")["101"] == expected


def test_months_between_two_status_dates_have_the_earlier_one(observe: Callable[..., Any]) -> None:
    """January and February are per 100, March (its own date) per 200; rolling windows have the mean of theirs."""
    population = [*everywhere("2026-01-01", 100), *everywhere("2026-03-31", 200)]
    cases = [case("101", f"2026-0{month}-05") for month in (1, 2, 3, 4)]
    found = observe(cases, population, frequencies=("month",), other_until=date(2026, 4, 30))
    assert [values(found, f"2026M0{month}")["101"] for month in (1, 2, 3, 4)] == [10.0, 10.0, 5.0, 5.0]


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
    observe: Callable[..., Any], until: date, other_until: date | None, settle: int, provisional: bool
) -> None:
    """Both are complete to its last day, and what the other's rows need to arrive has passed as well."""
    other = evolve(POPULATION, settle_days=settle)
    measure = Rate("people", per=evolve(OLD, dataset=other))
    found = observe([case("101", "2026-03-01")], everywhere("2026-01-01"), measure, until=until, other_until=other_until)
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
def test_a_ratio_has_the_rule_for_time_of_its_total(
    observe: Callable[..., Any], over_time: str, snapshot: bool, expected: float
) -> None:
    """12 months of 89 to 111 persons, mean 100: what flows is summed unless it says otherwise, and states are never."""
    monthly = evolve(POPULATION, snapshot=snapshot)
    counts = [89, 91, 93, 95, 97, 99, 101, 103, 105, 107, 109, 111]
    rows = [
        state(place, f"2026-{month:02}-10", 70, count)
        for place in ("101", "102", "103")
        for month, count in enumerate(counts, 1)
    ]
    measure = Ratio("people", per=Total("persons", dataset=monthly, over_time=over_time))
    found = observe([case("101", "2026-03-01", 100)], rows, measure)
    assert values(found, "2026")["101"] == round(expected, 6)


def test_where_none_of_the_rows_counts_the_figure_is_0(observe: Callable[..., Any]) -> None:
    """101 has rows, none of kind a; 102 has none at all, and nobody knows whether that is 0; the interval of 0 is Byar's."""
    measure = Rate("people", per=OLD, where="kind = 'a'")
    found = observe([case("101", "2026-03-01", kind="b")], everywhere("2026-01-01", 2000), measure)
    assert values(found, "2026") == {
        "000": 0.0,
        "081": 0.0,
        "082": "no_cases",
        "101": 0.0,
        "102": "no_cases",
        "103": "no_cases",
    }
    row = found[(found["unit"] == "101") & (found["period"] == "2026")].iloc[0]
    assert (row["low"], round(row["high"], 2)) == (0, 1.83)


def test_nobody_to_be_per_is_no_figure(observe: Callable[..., Any]) -> None:
    """0 persons of 67 and over in 101, said by a row, which is all of region 081 since 2026; region 082 has 200."""
    population = [
        state("101", "2026-01-01", 70, 0),
        *(each for each in everywhere("2026-01-01") if each["municipality"] != "101"),
    ]
    cases = [case("101", "2026-03-01"), case("102", "2026-03-01")]
    assert values(observe(cases, population), "2026") == {
        "000": 10.0, "081": "no_cases", "082": 5.0, "101": "no_cases", "102": 10.0, "103": "no_cases",
    }  # fmt: skip


# -- the other dataset by value --------------------------------------------------------------------------------------

BY_SEX = [
    state(place, "2026-01-01", 70, count, sex) for place in ("101", "102", "103") for sex, count in (("K", 50), ("M", 200))
]


def test_each_value_of_a_breakdown_is_per_its_own_people(observe: Callable[..., Any]) -> None:
    """2 events of 50 women and 2 of 200 men; a value that the population does not know has no figure."""
    measure = Rate("people", per=evolve(OLD, where=None, dataset=KINDS))
    cases = [
        case("101", "2026-03-01", 2, "K"),
        case("101", "2026-03-01", 2, "M"),
        case("101", "2026-03-01", 1, "X"),
        case("101", "2026-03-01"),
    ]
    found = observe(cases, [_kind(each) for each in BY_SEX], measure, breakdown="kind")
    shown = {value: values(found, "2026", value).get("101") for value in ("kind=K", "kind=M", "kind=X", "kind=?")}
    assert shown == {"kind=K": 40.0, "kind=M": 10.0, "kind=X": "no_data", "kind=?": "no_data"}


KINDS = evolve(
    POPULATION, key=(), columns=tuple(evolve(each, name="kind") if each.name == "sex" else each for each in POPULATION.columns)
)


def _kind(row: Row) -> Row:
    return {"kind" if name == "sex" else name: value for name, value in row.items()}


def test_a_breakdown_that_the_other_dataset_has_not_is_missing(observe: Callable[..., Any]) -> None:
    """The total is there; kind=a is not, since nobody knows how many people are of kind a."""
    found = observe([case("101", "2026-03-01", 2, "a")], everywhere("2026-01-01"), breakdown="kind")
    assert values(found, "2026", "kind=a") == dict.fromkeys(("000", "081", "082", "101", "102", "103"), "no_data")
    assert values(observe([case("101", "2026-03-01", 2, "a")], everywhere("2026-01-01")), "2026")["101"] == 20.0


def test_only_rows_that_mean_all_sexes_count_where_there_are_such(observe: Callable[..., Any]) -> None:
    """50 women, 200 men and 250 of all of them are 250; without the rows of all they are added up."""
    rows = [*BY_SEX, *(state(place, "2026-01-01", 70, 250, "all") for place in ("101", "102", "103"))]
    assert values(observe([case("101", "2026-03-01")], rows), "2026")["101"] == 4.0
    assert values(observe([case("101", "2026-03-01")], BY_SEX), "2026")["101"] == 4.0
    of_women = Rate("people", per=evolve(OLD, where="sex = 'K'"))
    assert values(observe([case("101", "2026-03-01")], rows, of_women), "2026")["101"] == 20.0


# -- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("101", {"000": "no_data", "081": "no_data", "082": 10.0, "101": "no_data", "102": 10.0, "103": 10.0}),
        ("103", {"000": "no_data", "081": 10.0, "082": "no_data", "101": 10.0, "102": 10.0, "103": "no_data"}),
    ],
)
def test_a_municipality_without_people_leaves_all_that_it_lies_in_without(
    observe: Callable[..., Any], missing: str, expected: Mapping[str, Any]
) -> None:
    """It never has rows, so that nothing tells that it is missing but the tree: never 0, never the others alone."""
    population = [each for each in everywhere("2025-01-01") if each["municipality"] != missing]
    found = observe([case(place, "2025-03-01") for place in ("101", "102", "103")], population)
    assert values(found, "2025") == expected


def test_a_municipality_that_one_status_date_lacks_is_missing_in_the_period(observe: Callable[..., Any]) -> None:
    """The mean of one date of 101 and two of the others would be no mean of anything."""
    population = [*everywhere("2025-01-01"), *(each for each in everywhere("2025-07-01") if each["municipality"] != "101")]
    found = observe([case("101", "2025-03-01"), case("102", "2025-03-01")], population)
    assert values(found, "2025") == {
        "000": "no_data", "081": "no_data", "082": "no_cases", "101": "no_data", "102": 10.0, "103": "no_cases",
    }  # fmt: skip


def test_a_unit_below_that_stopped_reporting_is_missing(observe: Callable[..., Any]) -> None:
    """101 has its people in two institutions; of the second the second date has none."""
    population = [
        *(state(place, day, 70, 50) for place in ("i1", "i2") for day in ("2025-01-01", "2025-07-01")),
        *(state(place, day, 70, 100) for place in ("102", "103") for day in ("2025-01-01", "2025-07-01")),
    ]
    cases = [case("101", "2025-03-01")]
    assert values(observe(cases, population), "2025")["101"] == 10.0
    assert values(observe(cases, [*population[:3], *population[4:]]), "2025")["101"] == "no_data"


@pytest.mark.parametrize(
    "row", [state("101", "2026-01-01", None, 5), state("101", "2026-01-01", 70, None)], ids=["age", "persons"]
)
def test_a_number_or_a_condition_that_is_not_known_is_no_total(observe: Callable[..., Any], row: Row) -> None:
    """As with any total: it may be more."""
    found = observe([case("101", "2026-03-01"), case("103", "2026-03-01")], [*everywhere("2026-01-01"), row])
    assert values(found, "2026") == {
        "000": "no_data", "081": "no_data", "082": 5.0, "101": "no_data", "102": "no_cases", "103": 10.0,
    }  # fmt: skip


def test_rows_of_a_whole_region_are_not_added_to_those_of_its_municipalities(desk: Any, observe: Callable[..., Any]) -> None:
    """A statistic has both; its rows of larger places are set aside, with their number."""
    larger = [state("Nord", "2026-01-01", 70, 200), state("Danmark", "2026-01-01", 70, 300)]
    found = observe([case("101", "2026-03-01")], [*everywhere("2026-01-01"), *larger])
    assert values(found, "2026") == {
        "000": round(1000 / 300, 6), "081": 10.0, "082": "no_cases", "101": 10.0, "102": "no_cases", "103": "no_cases",
    }  # fmt: skip
    assert [(each.dataset, each.rule, each.rows, each.examples) for each in desk.set_aside] == [
        ("klaremal.population", "other_level", 2, ("Danmark", "Nord"))
    ]


def test_people_of_an_unknown_unit_are_set_aside_and_leave_no_doubt(desk: Any, observe: Callable[..., Any]) -> None:
    """They are of none of the units that are reported."""
    found = observe([case("101", "2026-03-01")], [*everywhere("2026-01-01"), state("Christiansø", "2026-01-01", 70, 9)])
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
def test_people_who_were_set_aside_could_make_the_figure_smaller(
    observe: Callable[..., Any], broken: Row, doubtful: set[str]
) -> None:
    """More people, and so a figure nearer to 0, but never a larger one."""
    bad = state(None, "2026-01-01", 70, 5, __bad="rule") | broken
    cases = [case(place, "2026-03-01") for place in ("101", "102", "103")]
    found = observe(cases, [*everywhere("2026-01-01"), bad])
    rows = found[found["period"] == "2026"]
    assert values(found, "2026") == dict.fromkeys(("000", "081", "082", "101", "102", "103"), 10.0)
    assert set(rows.loc[rows["least"] < rows["value"], "unit"]) == doubtful
    assert set(rows["least"]) <= {0.0, 10.0}
    assert (rows["most"] == rows["value"]).all()


def test_events_that_were_set_aside_leave_doubt_both_ways(observe: Callable[..., Any]) -> None:
    """How many events a broken row has nobody knows."""
    bad = case("101", "2026-03-01") | {"__bad": "rule", "__broken": "|people|"}
    found = observe([case("101", "2026-03-01"), bad], everywhere("2026-01-01"))
    row = found[(found["unit"] == "101") & (found["period"] == "2026")].iloc[0]
    assert (row["value"], row["least"], row["most"]) == (10.0, -float("inf"), float("inf"))


# -- plain Python on random rows -------------------------------------------------------------------------------------

PARENTS = {"i1": "101", "i2": "101", "i3": "102"}
TOWNS = ("101", "102", "103")
UNDER = {"000": TOWNS, "081": ("101", "102"), "082": ("103",), **{town: (town,) for town in TOWNS}}


def expected(cases: list[Row], states: list[Row], unit: str, period: Period) -> Any:
    """Return the exact figure, or None, from nested loops over rows: all before 2026, when no unit moves."""
    starts = range(period.start, period.last_month + 1)
    mine = [each for each in cases if town(each["place"]) in UNDER[unit] and month(each["day"]) in starts]
    dated = sorted({month(each["status_date"]) for each in states})
    inside = [key for key in dated if key in starts]
    before = [key for key in dated if key < period.start]
    if not inside and before and period.start - before[-1] <= 12:
        inside = before[-1:]
    sums = []
    for key in inside:
        by_town: dict[str, list[int]] = defaultdict(list)
        for each in states:
            if month(each["status_date"]) == key and each["age"] >= 67:
                by_town[each["municipality"]].append(each["persons"])
        if any(name not in by_town for name in UNDER[unit]):
            return None
        sums.append(sum(sum(by_town[name]) for name in UNDER[unit]))
    if not sums or not sum(sums) or not mine:
        return None
    return 1000 * Fraction(sum(each["people"] for each in mine)) / Fraction(sum(sums), len(sums))


def town(place: str) -> str:
    """Return the municipality of a place."""
    return PARENTS.get(place, place)


def month(day: str) -> int:
    """Return the integer of a day's month."""
    return month_key(date.fromisoformat(day))


days = st.dates(date(2024, 1, 1), date(2025, 12, 31)).map(str)
random_cases = st.lists(st.builds(case, st.sampled_from([*TOWNS, *PARENTS]), days, st.integers(0, 9)), min_size=1, max_size=12)
# One status date a month (the checks leave the last), and on it perhaps a municipality less.
random_states = st.lists(
    st.tuples(st.dates(date(2023, 6, 1), date(2025, 12, 31)).map(str), st.sampled_from(["", "", "", *TOWNS])),
    min_size=1,
    max_size=5,
    unique_by=lambda pair: pair[0][:7],
).flatmap(
    lambda dates: st.tuples(
        *(
            st.builds(state, st.just(name), st.just(day), st.sampled_from([66, 67, 90]), st.integers(0, 40))
            for day, without in dates
            for name in TOWNS
            if name != without
            for _ in range(2)
        )
    )
)


@FEWER
@given(random_cases, random_states)
def test_every_cell_is_as_plain_python_finds_it(observe: Any, cases: list[Row], states: tuple[Row, ...]) -> None:
    """Events of each place and period per the mean of its people, exactly; missing wherever a part is."""
    found = observe(cases, states, frequencies=("month", "quarter", "year", "rolling12"))
    for row in found.itertuples():
        period = Period(row.frequency.removesuffix("12"), row.start)
        if period.last_month >= 2026 * 12:
            continue
        wanted = expected(cases, list(states), row.unit, period)
        if wanted is None:
            assert row.value != row.value, (row, cases, states)
        else:
            assert row.value == pytest.approx(float(wanted), rel=1e-12), (row, cases, states)


@pytest.mark.parametrize("size", [1, 10**17])
def test_numbers_that_need_more_than_64_bits_are_divided_exactly(observe: Callable[..., Any], size: int) -> None:
    """Twelve months of 3.50 and of 7 people, or a hundred quadrillion times as many: 42 per a mean of 7."""
    rows = [state(place, f"2026-{month:02}-01", 70, 7 * size) for place in TOWNS for month in range(1, 13)]
    spent = [case("101", f"2026-{month:02}-01") | {"days": "3.50"} for month in range(1, 13)]
    found = observe(spent, rows, Ratio("days", per=Total("persons", dataset=POPULATION), scale=size))
    assert values(found, "2026")["101"] == 6.0


def test_a_large_sum_times_the_parts_of_its_period_does_not_run_over(observe: Callable[..., Any]) -> None:
    """10 quadrillion per the mean of twelve times 10: its hundredths times twelve are more than 64 bits hold."""
    rows = [state(place, f"2026-{month:02}-01", 70, 10) for place in TOWNS for month in range(1, 13)]
    spent = [case("101", "2026-03-01") | {"days": "9999999999999999.99"}]
    found = observe(spent, rows, Ratio("days", per=Total("persons", dataset=POPULATION), scale=1e-15))
    assert values(found, "2026")["101"] == 1.0


def test_rows_that_are_no_states_make_a_period_when_they_are_there_for_all_of_it(observe: Callable[..., Any]) -> None:
    """Months from March on are no mean of the year, nor of the first quarter; of the second they are."""
    monthly = evolve(POPULATION, snapshot=False)
    rows = [state(place, f"2025-{month:02}-10", 70, 100) for place in TOWNS for month in range(3, 13)]
    cases = [case("101", f"2025-{month:02}-01") for month in range(1, 13)]
    found = observe(cases, rows, Rate("people", per=evolve(OLD, dataset=monthly)), frequencies=("quarter", "year"))
    assert [values(found, period)["101"] for period in ("2025", "2025K1", "2025K2")] == ["no_data", "no_data", 30.0]


def test_totals_of_years_are_those_of_the_year_alone(desk: Any, observe: Callable[..., Any]) -> None:
    """101 has 100 and 200; 102 has no row for the second year; a row of a region is of another level than the totals."""
    numbers = {
        ("101", 2024): 100,
        ("102", 2024): 100,
        ("103", 2024): 100,
        ("101", 2025): 200,
        ("103", 2025): 50,
        ("Nord", 2025): 9,
    }
    rows = [{"place": place, "year": year, "people": people} for (place, year), people in numbers.items()]
    cases = [case(place, f"{year}-05-01") for place in TOWNS for year in (2024, 2025)]
    measure = Rate("people", per=Total("people", dataset=desk.totals))
    found = observe(cases, rows, measure, other_until=None)
    assert values(found, "2024") == dict.fromkeys(("000", "081", "082", *TOWNS), 10.0)
    assert values(found, "2025") == {
        "000": "no_data", "081": "no_data", "082": 20.0, "101": 5.0, "102": "no_data", "103": 20.0,
    }  # fmt: skip
    assert not found.loc[found["period"] == "2025", "provisional"].any()
    assert [(each.rule, each.rows) for each in desk.set_aside] == [("no_total", 1), ("other_level", 1)]


def test_rows_without_a_total_to_be_per_are_named(desk: Any, observe: Callable[..., Any]) -> None:
    """Once, at the finest level and period: two stays of Aaby in 2026, none before there were any people, nor of Beby."""
    population = [*everywhere("2025-01-01"), *(each for each in everywhere("2026-01-01") if each["municipality"] != "101")]
    days = ("2024-05-01", "2025-05-01", "2026-02-01", "2026-11-01")
    observe([*(case("101", day) for day in days), case("102", "2026-02-01")], population)
    (said,) = desk.set_aside
    assert (said.dataset, said.rule, said.rows, said.examples) == ("roads.cases", "no_total", 2, ("Aaby 2026",))
    assert said.message == (
        "roads.kept: klaremal.population has no total for Aaby 2026. "
        "Deliver its rows for all units, each with a date at most a year before the period."
    )


def test_n_at_the_end_of_a_period_is_that_of_its_last_part(desk: Any) -> None:
    """A sum of the last month has the persons of the last month, at most as many as there are: c and d, not a to d."""
    dataset = evolve(desk.cases, person="kind")
    rows = [
        case("101", f"2025-{month:02}-05", 1, kind) for month, kind in ((1, "a"), (2, "b"), (12, "c"), (12, "d"), (12, "d"))
    ]
    wanted = desk.wanted(Total("people", over_time="last"), dataset=dataset, frequencies=("year", "rolling12"))
    found = desk.table(desk.observe(rows, wanted, until=UNTIL))
    town = found[(found["unit"] == "101") & (found["start"] < 2026 * 12)]
    shown = {row.period: (row.value, row.n) for row in town.itertuples()}
    assert (shown["2025"], shown["2025M12R12"]) == ((3, 2), (3, 2))
