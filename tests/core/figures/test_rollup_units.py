"""Where rows count: what people call units, parents on the period's last day, and which units are expected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from klaremal.measures import Count, Median, Share, Total
from klaremal.model.unit import Unit

MARCH = date(2026, 3, 5)
END = date(2026, 3, 31)


def units_of(found: pd.DataFrame) -> list[str]:
    """Return the codes of the observed units, each once."""
    return list(dict.fromkeys(found["unit"]))


def test_a_unit_is_one_unit_whatever_it_is_called(desk: Any) -> None:
    """Code, name, genitive and institution's name: three texts, one municipality; an institution counts above as well."""
    given = [{"place": place, "day": MARCH} for place in ("101", "Aaby", "Aaby Kommune", "Solstrålen")]
    found = desk.observe(given, desk.wanted(Count(), levels=("municipality", "institution")), until=END)
    assert desk.cell(found, unit="101").value == 4
    assert desk.cell(found, unit="i1").value == 1
    assert desk.set_aside == ()


def test_rows_of_an_unknown_unit_are_set_aside_and_named(desk: Any) -> None:
    """The message has up to five texts, those with most rows first, and the nearest known name."""
    given = [{"place": "101", "day": MARCH}] + [{"place": "Solstråln", "day": MARCH}] * 3
    given += [{"place": f"Atlantis {number}", "day": MARCH} for number in range(6)]
    desk.observe(given, desk.wanted(Count()), until=END)
    (aside,) = desk.set_aside
    assert (aside.rule, aside.rows, aside.examples) == (
        "unknown_unit",
        9,
        ("Solstråln", "Atlantis 0", "Atlantis 1", "Atlantis 2", "Atlantis 3"),
    )
    assert aside.message.startswith('place: no unit is called "Solstråln" (did you mean "Solstrålen"?), "Atlantis 0"')
    assert aside.message.endswith("and 2 more.")


def test_bad_rows_of_an_unknown_unit_are_not_reported_twice(desk: Any) -> None:
    """What the checks have reported is not set aside again."""
    desk.observe([{"place": "Abby", "day": MARCH, "__bad": "enum"}], desk.wanted(Count()), until=END)
    assert desk.set_aside == ()


def test_a_row_that_names_no_unit_is_the_organisations(desk: Any) -> None:
    """Of a municipality's own cases some name an institution and the rest nothing."""
    given = [{"place": None, "day": MARCH}, {"place": "", "day": MARCH}, {"place": "i1", "day": MARCH}]
    wanted = [desk.wanted(Count()), desk.wanted(Median("score"), id="roads.median")]
    found = desk.observe([each | {"score": 2} for each in given], *wanted, until=END, organisation="101")
    assert desk.cell(found, indicator="roads.kept", unit="101").value == 3
    assert desk.cell(found, indicator="roads.median", unit="101").n == 3


def test_rows_of_another_level_are_set_aside(desk: Any) -> None:
    """Totals of a region would be counted twice beside those of its municipalities."""
    given = [{"place": place, "year": 2024, "people": 5} for place in ("101", "Nord", "Solstrålen")]
    found = desk.observe(given, desk.wanted(Total("people"), dataset=desk.totals, levels=("region",), frequencies=("year",)))
    assert [(each.rule, each.rows, each.examples) for each in desk.set_aside] == [("other_level", 2, ("Nord", "Solstrålen"))]
    assert desk.cell(found, unit="081").value == 5


def test_the_parent_is_that_of_the_periods_last_day(desk: Any) -> None:
    """Municipality 102 leaves region 081 at the end of 2025: December counts there, January in 082, the school year in 082."""
    given = [{"place": "102", "day": date(2025, 12, 31)}, {"place": "i3", "day": date(2026, 1, 1)}]
    wanted = desk.wanted(Count(), levels=("region",), frequencies=("month", "year", "school_year"))
    table = desk.table(desk.observe(given, wanted, until=date(2026, 7, 31)))
    counted = table[table["value"] > 0]
    assert counted[["unit", "period", "value"]].to_numpy().tolist() == [
        ["081", "2025M12", 1],
        ["082", "2026M01", 1],
        ["081", "2025", 1],
        ["082", "2026", 1],
        ["082", "2025/26", 2],
    ]


def test_what_cannot_be_added_follows_the_tree_as_well(desk: Any) -> None:
    """The median of a school year in a region is over the municipalities that lie in it at its end."""
    given = [
        {"place": "101", "day": date(2025, 9, 1), "days": 1},
        {"place": "102", "day": date(2025, 9, 1), "days": 5},
        {"place": "103", "day": date(2026, 2, 1), "days": 9},
    ]
    wanted = desk.wanted(Median("days"), levels=("region",), frequencies=("school_year", "month"))
    found = desk.observe(given, wanted, until=date(2026, 7, 31))
    assert desk.cell(found, unit="082", period="2025/26").value == 7
    assert desk.cell(found, unit="081", period="2025/26").value == 1
    assert desk.cell(found, unit="081", period="2025M09").value == 3


def test_every_municipality_is_expected(desk: Any) -> None:
    """One that has no rows at all has an observation that says so."""
    found = desk.observe([{"place": "101", "day": MARCH}], desk.wanted(Count()), until=END)
    assert units_of(found) == ["101", "102", "103"]
    assert desk.cell(found, unit="103").cause == "no_cases"


def test_of_institutions_those_that_the_data_knows_are_expected(desk: Any) -> None:
    """An institution that never had a case of the kind has no observation; a goal that names it brings one."""
    given = [{"place": "i1", "day": MARCH, "kind": "a"}, {"place": "i2", "day": MARCH, "kind": "b"}]
    about_a = {"where": "kind = 'a'", "known": None}
    wanted = desk.wanted(Share("kept", **about_a), levels=("institution",))
    assert units_of(desk.observe(given, wanted, until=END)) == ["i1"]
    named = desk.wanted(Share("kept", **about_a), levels=("institution",), codes=("i3",))
    assert units_of(desk.observe(given, named, until=END)) == ["i1", "i3"]


def test_of_a_count_every_institution_with_rows_is_expected(desk: Any) -> None:
    """Where nothing was broken, none is an answer: 0 of its 12."""
    given = [{"place": "i1", "day": MARCH, "kept": True}] * 12
    found = desk.observe(given, desk.wanted(Count(where="not kept"), levels=("institution",)), until=END)
    assert desk.cell(found, unit="i1").value == 0


def test_a_school_is_expected_from_its_first_figures_until_some_years_after_its_last(desk: Any) -> None:
    """Before it opened and long after it closed nothing is missing; the years in between are."""
    from attrs import evolve

    totals = evolve(desk.totals, level="institution")
    given = [{"place": "i1", "year": year, "people": 9} for year in range(2010, 2024)]
    given += [{"place": "i2", "year": 2012, "people": 9}, {"place": "i2", "year": 2014, "people": 9}]
    table = desk.table(
        desk.observe(given, desk.wanted(Total("people"), dataset=totals, levels=("institution",), frequencies=("year",)))
    )
    school = table[table["unit"] == "i2"]
    assert school["period"].tolist() == ["2012", "2013", "2014", "2015", "2016", "2017", "2018"]
    assert school["cause"].tolist() == [None, "no_data", None, "no_data", "no_data", "no_data", "no_data"]


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [("101", ["101"]), ("081", ["101", "102", "081"]), ("000", ["101", "102", "103", "081", "082", "000"])],
    ids=["a municipality", "a region", "the nation"],
)
def test_units_outside_the_organisation_are_not_reported(desk: Any, organisation: str, expected: list[str]) -> None:
    """Its national file holds all municipalities; a municipality reports itself. They are neither wrong nor set aside."""
    given = [{"place": place, "day": date(2025, 3, 5)} for place in ("101", "102", "103")]
    wanted = desk.wanted(Count(), levels=("nation", "region", "municipality"))
    assert units_of(desk.observe(given, wanted, until=date(2025, 3, 31), organisation=organisation)) == expected
    assert desk.set_aside == ()


def test_a_unit_that_a_goal_names_is_reported_wherever_it_lies(desk: Any) -> None:
    """A neighbour that is compared with."""
    given = [{"place": place, "day": MARCH} for place in ("101", "103")]
    found = desk.observe(given, desk.wanted(Count(), codes=("103",)), until=END, organisation="101")
    assert units_of(found) == ["101", "103"]


def test_a_municipality_that_is_no_more_is_not_expected(desk: Any) -> None:
    """After its last day it has no observation, unless rows of it still come."""
    units = desk.units.with_units(
        [Unit(code="104", name="Gammelby", level="municipality", parent="081", valid_to=date(2026, 2, 28))]
    )
    given = [{"place": "101", "day": date(2026, 1, 5)}, {"place": "104", "day": date(2026, 3, 5)}]
    desk.units, before = units, desk.units
    try:
        table = desk.table(desk.observe(given, desk.wanted(Count()), until=date(2026, 4, 30)))
    finally:
        desk.units = before
    assert table[table["unit"] == "104"]["period"].tolist() == ["2026M01", "2026M02", "2026M03"]


def test_two_texts_for_one_published_cell_are_one_cell(desk: Any) -> None:
    """The same figure under a code and under a name is there once, whatever the order."""
    from klaremal.measures import Published

    given = [{"place": place, "year": 2024, "value": 3} for place in ("101", "Aaby")]
    found = desk.observe(given, desk.wanted(Published("value"), dataset=desk.totals, frequencies=("year",)))
    assert desk.cell(found, unit="101").value == 3
    assert desk.set_aside == ()
