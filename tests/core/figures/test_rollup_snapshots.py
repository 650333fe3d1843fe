"""States: a period has that of its last status date, and none is added to another."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import evolve

from klaremal.checks.parts import last_states
from klaremal.engine import name
from klaremal.measures import Count, Median, Published, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset

PLACES = Dataset(
    id="roads.places",
    title="Pladser",
    grain="én række pr. plads og statusdato",
    columns=(Column("place", "string"), Column("day", "date"), Column("people", "integer")),
    dated_by="day",
    placed_in="place",
    snapshot=True,
)
UNTIL = date(2025, 12, 31)


def state(day: str, *places: tuple[str, int]) -> list[dict[str, Any]]:
    """Return the rows of one status date: a unit and its people."""
    return [{"day": day, "place": place, "people": people} for place, people in places]


YEAR = [
    *state("2025-01-31", ("101", 10), ("102", 100)),
    *state("2025-02-28", ("101", 20), ("102", 200)),
    *state("2025-08-31", ("101", 30)),
]
EVERY = ("month", "quarter", "year", "rolling12")


def test_a_period_has_the_state_of_its_last_status_date(desk: Any) -> None:
    """January 10, February 20, the first quarter 20 and not 30, the year 30 (August) and not 60; no state is no data."""
    people = desk.wanted(Total("people"), id="roads.people", dataset=PLACES, frequencies=EVERY)
    found = desk.observe(YEAR, people, until=UNTIL)

    def of(unit: str, period: str) -> tuple[float, str | None]:
        cell = desk.cell(found, unit=unit, period=period)
        return (cell["value"], cell["cause"])

    assert [of("101", period) for period in ("2025M01", "2025M02", "2025K1", "2025K3", "2025", "2025M12R12")] == [
        (10, None), (20, None), (20, None), (30, None), (30, None), (30, None),
    ]  # fmt: skip
    assert [of("101", period)[1] for period in ("2025M03", "2025K2", "2025K4")] == ["no_data", "no_data", "no_data"]


def test_a_unit_that_is_not_in_the_last_state_has_none_of_an_earlier_one(desk: Any) -> None:
    """Beby had five places or more in February and none in August: nothing is known, and the region has Aaby's 30 alone."""
    busy = [row for row in YEAR for _ in range(6)]
    places = desk.wanted(Count(), id="roads.places", dataset=PLACES, frequencies=("year",))
    found = desk.observe(busy, places, until=UNTIL)
    assert desk.cell(found, unit="101", period="2025")["value"] == 6
    assert desk.cell(found, unit="102", period="2025")["cause"] == "no_data"


def test_units_and_other_measures_follow_the_last_state(desk: Any) -> None:
    """Count and median of a year are those of its last status date, not of all its dates."""
    rows = [*state("2025-03-31", ("101", 1), ("101", 3)), *state("2025-09-30", ("101", 10), ("101", 20), ("101", 60))]
    count = desk.wanted(Count(), id="roads.count", dataset=PLACES, frequencies=("year",))
    median = desk.wanted(Median("people"), id="roads.median", dataset=PLACES, frequencies=("year",))
    found = desk.observe(rows, count, median, until=UNTIL)
    assert desk.cell(found, indicator="roads.count", unit="101", period="2025")["value"] == 3
    assert desk.cell(found, indicator="roads.median", unit="101", period="2025")["value"] == 20


def test_a_published_state_stands_for_the_year_in_which_it_is_the_last(desk: Any) -> None:
    """The figure of August is the year's, as its source published it."""
    totals = evolve(PLACES, level="municipality")
    value = desk.wanted(Published("people"), id="roads.value", dataset=totals, frequencies=("month", "year"))
    found = desk.observe(YEAR, value, until=UNTIL)
    assert desk.cell(found, unit="101", period="2025")["value"] == 30
    assert desk.cell(found, unit="101", period="2025M02")["value"] == 20


def test_of_several_dates_in_a_month_the_last_one_with_good_rows_counts(desk: Any) -> None:
    """The 31st has a bad row only; the 20th is March's state, and a bad row without a day may be of any."""
    rows = [
        *state("2025-03-01", ("101", 1)),
        *state("2025-03-20", ("101", 2)),
        *({**row, "__bad": "minimum_people", "__broken": "|people|"} for row in state("2025-03-31", ("101", -1))),
        *({**row, "day": None, "__bad": "unreadable_day", "__broken": "|day|"} for row in state("2025-03-31", ("101", 9))),
        *state("2025-04-01", ("101", 4)),
    ]
    kept = last_states(desk.engine, desk.rows(PLACES, rows))
    found = desk.engine.query(f"select people from {name(kept.relation)} order by 1", "read")
    assert found == [(2,), (4,), (9,)]


def test_states_named_by_year_are_not_added_up_either(desk: Any) -> None:
    """A year column has one state a year already."""
    years = evolve(
        PLACES, columns=(Column("place", "string"), Column("day", "year"), Column("people", "integer")), level="municipality"
    )
    people = desk.wanted(Total("people"), dataset=years, frequency="year", frequencies=("year",))
    found = desk.observe([{"day": year, "place": "101", "people": year - 2000} for year in (2023, 2024)], people, until=UNTIL)
    assert [desk.cell(found, unit="101", period=str(year))["value"] for year in (2023, 2024)] == [23, 24]
