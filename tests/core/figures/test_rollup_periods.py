"""Time: how far the data reaches, which periods are closed, running, rolling or not reported, and what is unreadable."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal.measures import Count, Mean, Published, Share, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset


def periods_of(desk: Any, found: Any, unit: str = "101") -> dict[str, bool]:
    """Return the periods of one unit, and whether each is only provisional."""
    table = desk.table(found)
    here = table[table["unit"] == unit]
    return dict(zip(here["period"], here["provisional"].tolist(), strict=True))


def test_a_period_is_closed_when_its_last_day_is_covered(desk: Any) -> None:
    """Data until 30 April: April is closed, May is running; until the day before, April is running, too."""
    given = [{"place": "101", "day": date(2026, month, 5)} for month in (3, 4, 5)]
    found = desk.observe(given, desk.wanted(Count()), until=date(2026, 4, 30))
    assert periods_of(desk, found) == {"2026M03": False, "2026M04": False, "2026M05": True}
    found = desk.observe(given, desk.wanted(Count()), until=date(2026, 4, 29))
    assert periods_of(desk, found) == {"2026M03": False, "2026M04": True, "2026M05": True}


def test_rows_that_keep_arriving_hold_a_period_open(desk: Any) -> None:
    """With 10 days to settle, March is closed on 10 April and not before."""
    dataset = evolve(desk.cases, settle_days=10)
    given = [{"place": "101", "day": date(2026, 3, 5)}]
    for until, expected in ((date(2026, 4, 9), True), (date(2026, 4, 10), False)):
        found = desk.observe(given, desk.wanted(Count(), dataset=dataset), until=until)
        assert periods_of(desk, found)["2026M03"] is expected


def test_closed_periods_after_the_last_row_are_reported(desk: Any) -> None:
    """That nothing came is seen, and only in whole periods."""
    found = desk.observe([{"place": "101", "day": date(2026, 1, 5)}], desk.wanted(Count()), until=date(2026, 3, 30))
    assert periods_of(desk, found) == {"2026M01": False, "2026M02": False}


def test_without_a_known_end_nothing_by_day_is_closed(desk: Any) -> None:
    """When nobody knows how far the rows reach, every period is provisional."""
    found = desk.observe([{"place": "101", "day": date(2020, 1, 5)}], desk.wanted(Count()))
    assert periods_of(desk, found) == {"2020M01": True}


def test_a_year_column_is_complete_to_the_end_of_its_newest_year(desk: Any) -> None:
    """A statistic that names 2024 covers 2024; one that names the running year does not cover it yet."""
    wanted = desk.wanted(Total("people"), dataset=desk.totals, frequencies=("year",))
    given = [{"place": "101", "year": year, "people": 7} for year in (2023, 2024)]
    assert periods_of(desk, desk.observe(given, wanted)) == {"2023": False, "2024": False}
    given.append({"place": "101", "year": 2026, "people": 7})
    assert periods_of(desk, desk.observe(given, wanted)) == {"2023": False, "2024": False, "2026": True}


def test_periods_that_begin_after_today_are_not_reported(desk: Any) -> None:
    """Due dates lie ahead; what is due next year is no observation."""
    given = [{"place": "101", "day": day} for day in (date(2026, 11, 5), date(2027, 2, 1))]
    found = desk.observe(given, desk.wanted(Count()), until=date(2026, 11, 21))
    assert periods_of(desk, found) == {"2026M11": True}


def test_a_mistyped_year_is_a_period_of_its_own(desk: Any) -> None:
    """A row of the year 1026 does not bring a thousand years of empty months."""
    given = [{"place": "101", "day": day} for day in (date(1026, 3, 5), date(2026, 2, 5), date(2026, 4, 5))]
    found = desk.observe(given, desk.wanted(Count()), until=date(2026, 4, 30))
    assert periods_of(desk, found) == {"1026M03": False, "2026M02": False, "2026M03": False, "2026M04": False}


def test_rolling_windows_are_complete(desk: Any) -> None:
    """Twelve months with data from June 2025: the first window ends in May 2026, and June's is not closed yet."""
    given = [{"place": "101", "day": date(2025, 6, 1)}, {"place": "101", "day": date(2026, 6, 1)}]
    found = desk.observe(given, desk.wanted(Count(), frequencies=("rolling12",)), until=date(2026, 5, 31))
    assert periods_of(desk, found) == {"2026M05R12": False, "2026M06R12": True}
    assert desk.cell(found, unit="101", period="2026M05R12").value == 1
    assert desk.cell(found, unit="101", period="2026M06R12").value == 1


def test_a_school_year_begins_in_august(desk: Any) -> None:
    """31 July belongs to the school year that ends."""
    given = [{"place": "101", "day": day} for day in (date(2025, 7, 31), date(2025, 8, 1))]
    found = desk.observe(
        given, desk.wanted(Count(), frequencies=("school_year", "half_year", "quarter")), until=date(2026, 7, 31)
    )
    assert desk.cell(found, unit="101", period="2024/25").value == 1
    assert desk.cell(found, unit="101", period="2025/26").value == 1
    assert desk.cell(found, unit="101", period="2025H2").value == 2
    assert desk.cell(found, unit="101", period="2025K3").value == 2


QUARTERS = Dataset(
    id="roads.quarters",
    title="Kvartaler",
    grain="én række pr. kvartal",
    columns=(Column("place", "string"), Column("when", "period"), Column("people", "integer")),
    dated_by="when",
    frequency="quarter",
    placed_in="place",
    level="municipality",
)


def test_periods_are_read_in_any_spelling(desk: Any) -> None:
    """Four spellings of four quarters make a year."""
    given = [{"place": "101", "when": text, "people": 1} for text in ("2024K1", "2. kvartal 2024", "2024Q3", "K4 2024")]
    wanted = desk.wanted(Total("people"), dataset=QUARTERS, frequencies=("quarter", "year"))
    assert desk.cell(desk.observe(given, wanted), unit="101", period="2024").value == 4


def test_unreadable_periods_and_those_of_another_kind_are_set_aside(desk: Any) -> None:
    """A year among quarters, and a note; the quarter counts."""
    given = [{"place": "101", "when": text, "people": 1} for text in ("2024K1", "2024", "se note", None)]
    desk.observe(given, desk.wanted(Total("people"), dataset=QUARTERS, frequencies=("quarter",)))
    assert [(each.rule, each.rows, each.message) for each in desk.set_aside] == [
        ("unreadable_period", 2, 'when: no quarter: "2024", "se note".'),
        ("undated", 1, "when is empty, so that the rows count in no period."),
    ]


def test_rows_without_a_day_are_set_aside(desk: Any) -> None:
    """They count in no period, and are not dropped silently."""
    found = desk.observe([{"place": "101", "day": None}, {"place": "101", "day": date(2026, 3, 5)}], desk.wanted(Count()))
    assert [(each.rule, each.rows) for each in desk.set_aside] == [("undated", 1)]
    assert desk.cell(found, unit="101").value == 1


def test_a_frequency_that_the_data_cannot_make_up_is_not_reported(desk: Any) -> None:
    """Years are not made of school years."""
    dataset = evolve(QUARTERS, frequency="school_year")
    given = [{"place": "101", "when": "2024/25", "people": 1}]
    found = desk.observe(given, desk.wanted(Total("people"), dataset=dataset, frequencies=("school_year", "year")))
    assert set(desk.table(found)["period"]) == {"2024/25"}


@pytest.mark.parametrize("measure", [Share("kept"), Count(), Total("days")], ids=["share", "count", "total"])
def test_no_rows_give_no_observations(desk: Any, measure: Any) -> None:
    """What an empty source means is said elsewhere; there is no period to say it of."""
    assert len(desk.observe([], desk.wanted(measure), until=date(2026, 3, 31))) == 0


def test_a_published_year_is_not_a_published_quarter(desk: Any) -> None:
    """A figure of a year says nothing of its parts, and quarters without a weight make no year."""
    dataset = evolve(QUARTERS, columns=(*QUARTERS.columns, Column("value", "number")))
    given = [{"place": "101", "when": f"2024K{quarter}", "value": 3} for quarter in (1, 2, 3, 4)]
    found = desk.observe(given, desk.wanted(Published("value"), dataset=dataset, frequencies=("quarter", "year")))
    assert desk.cell(found, unit="101", period="2024K2").value == 3
    assert desk.cell(found, unit="101", period="2024").cause == "no_data"


@pytest.mark.parametrize("measure", [Share("kept"), Count(), Mean("days")], ids=["share", "count", "mean"])
def test_what_began_before_the_data_has_no_figure(desk: Any, measure: Any) -> None:
    """Three cases a month from March 2025, complete from 10 April: May is the first month, May to April 2026 the first year."""
    months = [(2025, month) for month in range(3, 13)] + [(2026, month) for month in range(1, 7)]
    rows = [{"place": "101", "day": date(*month, 5), "kept": True, "days": 4} for month in months for _ in range(3)]
    wanted = desk.wanted(measure, frequencies=("month", "half_year", "rolling12"))
    found = desk.table(desk.observe(rows, wanted, until=date(2026, 6, 30), since=date(2025, 4, 10)))
    mine = found[found["unit"] == "101"].set_index("period")
    missing = mine.index[mine["value"].isna() & (mine["cause"] == "no_data") & mine["n"].isna()]
    assert sorted(missing) == ["2025H1", "2025M03", "2025M04", "2026M02R12", "2026M03R12"]
    assert mine.loc[["2025M05", "2025H2", "2026M04R12"], "cause"].isna().all()
    assert mine.loc["2026M04R12", "value"] == {Share: 100.0, Count: 36.0, Mean: 4.0}[type(measure)]
