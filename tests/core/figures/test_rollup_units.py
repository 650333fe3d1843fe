"""Where rows count: what people call units, parents on the period's last day, and which units are expected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from klaremal.measures import Count, Median, Published, Share, Total
from klaremal.model.unit import LEVELS, Unit

MARCH = date(2026, 3, 5)
END = date(2026, 3, 31)
END_OF_2026 = date(2026, 12, 31)


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


@pytest.mark.parametrize(
    ("levels", "place", "aside"),
    [
        (("municipality",), "Nord", True),
        (("region", "municipality"), "Nord", False),
        (("municipality", "institution"), "Solstrålen", True),
    ],
    ids=["above, not reported", "above, reported", "below, reported"],
)
def test_of_published_figures_those_above_are_kept_where_they_are_reported(
    desk: Any, levels: tuple[str, ...], place: str, aside: bool
) -> None:
    """A region's own figure is one beside its municipalities'; an institution's is no municipality's, whoever asks for it."""
    given = [{"place": each, "year": 2024, "value": 3} for each in ("101", place)]
    desk.observe(given, desk.wanted(Published("value"), dataset=desk.totals, levels=levels, frequencies=("year",)))
    assert [(each.rule, each.examples) for each in desk.set_aside] == ([("other_level", (place,))] if aside else [])


def test_a_total_that_names_no_unit_is_the_organisations_where_that_is_of_its_level(desk: Any) -> None:
    """A municipality's own file need not name it; a national one must."""
    given = [{"place": "103", "year": 2024, "people": 2}, {"place": "", "year": 2024, "people": 5}]
    wanted = desk.wanted(Total("people"), dataset=desk.totals, frequencies=("year",))
    assert desk.cell(desk.observe(given, wanted, organisation="101"), unit="101").value == 5
    assert desk.set_aside == ()
    found = desk.observe(given, wanted, organisation="000")
    assert [(each.rule, each.rows, each.examples) for each in desk.set_aside] == [("other_level", 1, ("(empty)",))]
    assert found["value"].sum() == 2


@pytest.mark.parametrize(
    ("level", "place", "unit", "rule"),
    [
        (None, "Månen", "i2", None),
        ("institution", "Månen", "i2", None),
        ("municipality", "Månen", None, "other_level"),
        ("municipality", "Møn", "104", None),
        (None, "Møn", "d1", None),
        ("institution", "Stjernen", "i3", None),
        (None, "Stjernen", "i3", None),
        ("municipality", "Stjernen", None, "other_level"),
        ("institution", "Søen", "i5", None),
        (None, "Solen", None, "unknown_unit"),
    ],
    ids=["two, one of our own", "two of the level, one of our own", "two of another level, one of our own",
         "of the level elsewhere and of another among our own", "of any level elsewhere and among our own",
         "of the level elsewhere", "elsewhere", "of another level elsewhere", "of the level and another, also elsewhere",
         "two elsewhere"],
)  # fmt: skip
def test_a_name_is_first_of_the_rows_level_and_then_of_ones_own(
    desk: Any, level: str | None, place: str, unit: str | None, rule: str | None
) -> None:
    """Aaby has Månen, Søen and districts Møn and Søen; Ceby another Månen and Søen; Møn is a municipality, two have Solen."""
    more = [("i9", "Månen", "institution", "103"), ("104", "Møn", "municipality", "082"), ("d1", "Møn", "district", "101"),
            ("i5", "Søen", "institution", "101"), ("d2", "Søen", "district", "101"), ("i6", "Søen", "institution", "103"),
            ("i7", "Solen", "institution", "103"), ("i8", "Solen", "institution", "102")]  # fmt: skip
    made = [Unit(code=code, name=name, level=of, parent=parent) for code, name, of, parent in more]
    wanted = desk.wanted(Count(), dataset=evolve(desk.cases, level=level), codes=("104", "i3"), levels=LEVELS)
    desk.units, before = desk.units.with_units(made), desk.units
    try:
        found = desk.observe([{"place": place, "day": MARCH}], wanted, until=END, organisation="101")
    finally:
        desk.units = before
    deepest = found[found["value"] == 1]["unit"].tolist()[:1]
    assert (deepest, [each.rule for each in desk.set_aside]) == ([unit] if unit else [], [rule] if rule else [])


def test_sums_of_units_that_no_machine_number_holds_are_exact(desk: Any) -> None:
    """Each municipality's fits into 64 bits, that of the country does not."""
    given = [{"place": place, "day": MARCH, "people": 4_500_000_000_000_000_000} for place in ("101", "102", "103")]
    found = desk.observe(given, desk.wanted(Total("people"), levels=("nation",)), until=END)
    assert desk.cell(found, unit="000").value == 13_500_000_000_000_000_000


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


def test_an_institution_belongs_to_the_municipality_of_the_periods_last_day(desk: Any) -> None:
    """One that moves from 101 to 102 in mid-March 2026: 101 reports its February, and neither its March nor its year."""
    moved = [
        Unit(code="i4", name="Kometen", level="institution", parent="101", valid_to=date(2026, 3, 14)),
        Unit(code="i4", name="Kometen", level="institution", parent="102", valid_from=date(2026, 3, 15)),
    ]
    given = [{"place": "i4", "day": date(2026, month, 5)} for month in (1, 2, 3, 4)]
    given += [{"place": "i1", "day": date(2026, month, 5)} for month in (1, 2, 3, 4)]
    wanted = desk.wanted(Count(), levels=("institution",), frequencies=("month", "year"))
    named = desk.wanted(Count(), levels=("institution",), frequencies=("month", "year"), codes=("i4",))
    desk.units, before = desk.units.with_units(moved), desk.units
    try:
        tables = {
            (organisation, each is named): desk.table(desk.observe(given, each, until=END_OF_2026, organisation=organisation))
            for organisation in ("101", "102")
            for each in (wanted, named)
        }
    finally:
        desk.units = before
    periods = {key: table[(table["unit"] == "i4") & (table["value"] > 0)]["period"].tolist() for key, table in tables.items()}
    every = ["2026M01", "2026M02", "2026M03", "2026M04", "2026"]
    assert periods == {("101", False): every[:2], ("102", False): every[2:], ("101", True): every, ("102", True): every}
    rest = tables["101", False]
    assert rest[rest["unit"] == "i4"]["period"].tolist() == every[:2]


def test_an_institution_that_has_closed_stays_with_its_municipality(desk: Any) -> None:
    """Its last year is reported, although it is gone on the year's last day."""
    closed = [Unit(code="i4", name="Kometen", level="institution", parent="101", valid_to=date(2026, 3, 31))]
    given = [{"place": "i4", "day": date(2026, 3, 5)}]
    desk.units, before = desk.units.with_units(closed), desk.units
    try:
        wanted = desk.wanted(Count(), levels=("institution",), frequencies=("year",))
        found = desk.observe(given, wanted, until=date(2026, 12, 31), organisation="101", today=date(2027, 1, 5))
    finally:
        desk.units = before
    assert desk.cell(found, unit="i4", period="2026").value == 1


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
    given = [{"place": place, "year": 2024, "value": 3} for place in ("101", "Aaby")]
    found = desk.observe(given, desk.wanted(Published("value"), dataset=desk.totals, frequencies=("year",)))
    assert desk.cell(found, unit="101").value == 3
    assert desk.set_aside == ()


def test_a_figure_under_two_texts_has_the_cause_that_one_of_them_says(desk: Any) -> None:
    """Of several the first by its name; a cell of which no row says a cause has none of its neighbour's."""
    said = {"101": (None, "too_few"), "102": ("confidential", "too_few"), "103": (None, None)}
    names = {"101": "Aaby", "102": "Beby", "103": "Ceby"}
    given = [
        {"place": place, "year": 2024, "value": None, "value__cause": cause}
        for code, causes in said.items()
        for place, cause in zip((code, names[code]), causes, strict=True)
    ]
    found = desk.observe(given, desk.wanted(Published("value"), dataset=desk.totals, frequencies=("year",)))
    causes = {code: desk.cell(found, unit=code).cause for code in said}
    assert causes == {"101": "too_few", "102": "confidential", "103": "not_measured"}
