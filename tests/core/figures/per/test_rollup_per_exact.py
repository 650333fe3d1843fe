"""Rates and ratios per a total of another dataset: held against plain Python on random rows, and numbers of any size."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.builtin.population import POPULATION
from klaremal.measures import Rate, Ratio, Total
from klaremal.model.period import Period, month_key

Row = dict[str, Any]


FEWER = settings(max_examples=settings().max_examples // 4)


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
random_events = st.lists(st.tuples(st.sampled_from([*TOWNS, *PARENTS]), days, st.integers(0, 9)), min_size=1, max_size=12)
# One status date a month (the checks leave the last), and on it perhaps a municipality less.
random_people = st.lists(
    st.tuples(st.dates(date(2023, 6, 1), date(2025, 12, 31)).map(str), st.sampled_from(["", "", "", *TOWNS])),
    min_size=1,
    max_size=5,
    unique_by=lambda pair: pair[0][:7],
).flatmap(
    lambda dates: st.tuples(
        *(
            st.tuples(st.just(name), st.just(day), st.sampled_from([66, 67, 90]), st.integers(0, 40))
            for day, without in dates
            for name in TOWNS
            if name != without
            for _ in range(2)
        )
    )
)


@FEWER
@given(events=random_events, people=random_people)
def test_every_cell_is_as_plain_python_finds_it(per: Any, events: list[Any], people: tuple[Any, ...]) -> None:
    """Events of each place and period per the mean of its people, exactly; missing wherever a part is."""
    cases, states = [per.case(*each) for each in events], [per.state(*each) for each in people]
    found = per.observe(cases, states, frequencies=("month", "quarter", "year", "rolling12"))
    for row in found.itertuples():
        period = Period(row.frequency.removesuffix("12"), row.start)
        if period.last_month >= 2026 * 12:
            continue
        wanted = expected(cases, states, row.unit, period)
        if wanted is None:
            assert row.value != row.value, (row, cases, states)
        else:
            assert row.value == pytest.approx(float(wanted), rel=1e-12), (row, cases, states)


@pytest.mark.parametrize("size", [1, 10**17])
def test_numbers_that_need_more_than_64_bits_are_divided_exactly(per: Any, size: int) -> None:
    """Twelve months of 3.50 and of 7 people, or a hundred quadrillion times as many: 42 per a mean of 7."""
    rows = [per.state(place, f"2026-{month:02}-01", 70, 7 * size) for place in TOWNS for month in range(1, 13)]
    spent = [per.case("101", f"2026-{month:02}-01") | {"days": "3.50"} for month in range(1, 13)]
    found = per.observe(spent, rows, Ratio("days", per=Total("persons", dataset=POPULATION), scale=size))
    assert per.values(found, "2026")["101"] == 6.0


def test_a_large_sum_times_the_parts_of_its_period_does_not_run_over(per: Any) -> None:
    """10 quadrillion per the mean of twelve times 10: its hundredths times twelve are more than 64 bits hold."""
    rows = [per.state(place, f"2026-{month:02}-01", 70, 10) for place in TOWNS for month in range(1, 13)]
    spent = [per.case("101", "2026-03-01") | {"days": "9999999999999999.99"}]
    found = per.observe(spent, rows, Ratio("days", per=Total("persons", dataset=POPULATION), scale=1e-15))
    assert per.values(found, "2026")["101"] == 1.0


def test_rows_that_are_no_states_make_a_period_when_they_are_there_for_all_of_it(per: Any) -> None:
    """Months from March on are no mean of the year, nor of the first quarter; of the second they are."""
    monthly = evolve(POPULATION, snapshot=False)
    rows = [per.state(place, f"2025-{month:02}-10", 70, 100) for place in TOWNS for month in range(3, 13)]
    cases = [per.case("101", f"2025-{month:02}-01") for month in range(1, 13)]
    found = per.observe(cases, rows, Rate("people", per=evolve(per.old, dataset=monthly)), frequencies=("quarter", "year"))
    assert [per.values(found, period)["101"] for period in ("2025", "2025K1", "2025K2")] == ["no_data", "no_data", 30.0]


def test_totals_of_years_are_those_of_the_year_alone(desk: Any, per: Any) -> None:
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
    cases = [per.case(place, f"{year}-05-01") for place in TOWNS for year in (2024, 2025)]
    measure = Rate("people", per=Total("people", dataset=desk.totals))
    found = per.observe(cases, rows, measure, other_until=None)
    assert per.values(found, "2024") == dict.fromkeys(("000", "081", "082", *TOWNS), 10.0)
    assert per.values(found, "2025") == {
        "000": "no_data", "081": "no_data", "082": 20.0, "101": 5.0, "102": "no_data", "103": 20.0,
    }  # fmt: skip
    assert not found.loc[found["period"] == "2025", "provisional"].any()
    assert [(each.rule, each.rows) for each in desk.set_aside] == [("no_total", 1), ("other_level", 1)]


def test_n_at_the_end_of_a_period_is_that_of_its_last_part(desk: Any, per: Any) -> None:
    """A sum of the last month has the persons of the last month, at most as many as there are: c and d, not a to d."""
    dataset = evolve(desk.cases, person="kind")
    rows = [
        per.case("101", f"2025-{month:02}-05", 1, kind) for month, kind in ((1, "a"), (2, "b"), (12, "c"), (12, "d"), (12, "d"))
    ]
    wanted = desk.wanted(Total("people", over_time="last"), dataset=dataset, frequencies=("year", "rolling12"))
    found = desk.table(desk.observe(rows, wanted, until=per.until))
    town = found[(found["unit"] == "101") & (found["start"] < 2026 * 12)]
    shown = {row.period: (row.value, row.n) for row in town.itertuples()}
    assert (shown["2025"], shown["2025M12R12"]) == ((3, 2), (3, 2))
