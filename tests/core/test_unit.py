"""Units: what people call them, where they lie on a day, and what contradicts itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.errors import DeclarationError
from klaremal.model.unit import LEVELS, Unit, UnitGroup, Units, UnitSet

DAY = date(2026, 6, 30)


def unit(code: str, name: str, level: str, parent: str | None = None, **more: Any) -> Unit:
    """Return a unit in one line."""
    return Unit(code=code, name=name, level=level, parent=parent, **more)


NATION = unit("000", "Danmark", "nation", aliases=("Hele landet",))
TOWNS = (
    unit("101", "København", "municipality", "000", aliases=("Copenhagen",)),
    unit("169", "Høje-Taastrup", "municipality", "000"),
    unit("400", "Bornholm", "municipality", "000"),
    unit("420", "Assens", "municipality", "000"),
    unit("480", "Nordfyns", "municipality", "000", aliases=("Nordfyn",)),
    unit("751", "Aarhus", "municipality", "000"),
    unit("0114", "Upplands Väsby", "municipality", "000"),
)
HOUSES = (
    unit("D1", "Viborg", "district", "751"),
    unit("i1", "Solstrålen", "institution", "101"),
    unit("i2", "Solstrålen", "institution", "751"),
    unit("i3", "Sct. Jørgens Børnehus", "institution", "D1"),
    unit("791", "Viborg", "municipality", "000"),
)
UNITS = Units.of((NATION, *TOWNS, *HOUSES))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("751", "751", id="code"),
        pytest.param(" 751 ", "751", id="spaces"),
        pytest.param("0751", "751", id="a zero too many, as registers write"),
        pytest.param("114", "0114", id="a zero too few, as spreadsheets write"),
        pytest.param("000", "000", id="the nation"),
        pytest.param("København", "101", id="name"),
        pytest.param("KØBENHAVN", "101", id="capitals"),
        pytest.param("Koebenhavn", "101", id="no Danish keyboard"),
        pytest.param("Copenhagen", "101", id="alias"),
        pytest.param("Københavns Kommune", "101", id="genitive"),
        pytest.param("københavns\u00a0kommune", "101", id="a hard space"),
        pytest.param("Aarhus Kommune", "751", id="an s of its own"),
        pytest.param("Århus", "751", id="the old spelling"),
        pytest.param("Assens Kommune", "420", id="an s of its own again"),
        pytest.param("Bornholms Regionskommune", "400", id="regionskommune"),
        pytest.param("Høje Taastrup", "169", id="no hyphen"),
        pytest.param("Høje \u2013 Tåstrup Kommune", "169", id="a dash and å"),
        pytest.param("Nordfyns Kommune", "480", id="a name in the genitive"),
        pytest.param("Nordfyn", "480", id="without it, by its alias"),
        pytest.param("Upplands Väsby kommun", "0114", id="Swedish"),
        pytest.param("hele  landet", "000", id="alias with two spaces"),
        pytest.param("sct. jørgens børnehus", "i3", id="institution"),
        pytest.param("Viborg Kommune", "791", id="only municipalities are called Kommune"),
    ],
)
def test_a_unit_is_found_by_what_people_call_it(text: str, code: str) -> None:
    """Codes, names and aliases are found in every usual spelling."""
    assert UNITS.resolve(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "0", "00", "Kommune", "Solstrålen Kommune", "999", "Viborgs Børnehus", "I alt", "Århuss", "Aarhuss Kommune", "Assen"],
)
def test_what_is_no_unit_is_not_guessed(text: str) -> None:
    """A zero is not the nation, and a name that is only near is not taken for it."""
    assert UNITS.resolve(text) is None


@pytest.mark.parametrize(
    ("text", "level", "under", "code"),
    [
        pytest.param("Viborg", None, None, None, id="a district and a municipality"),
        pytest.param("Viborg", "district", None, "D1", id="level decides"),
        pytest.param("Viborg", "municipality", None, "791", id="level decides the other way"),
        pytest.param("Viborg", "region", None, None, id="no unit of that level"),
        pytest.param("Solstrålen", "institution", None, None, id="two institutions with one name"),
        pytest.param("Solstrålen", None, "751", "i2", id="the unit above decides"),
        pytest.param("Solstrålen", None, "000", None, id="both lie in the nation"),
        pytest.param("Sct. Jørgens Børnehus", None, "751", "i3", id="two levels above"),
        pytest.param("751", "institution", None, None, id="a code of another level"),
    ],
)
def test_an_ambiguous_name_needs_a_level_or_a_unit_above(
    text: str, level: str | None, under: str | None, code: str | None
) -> None:
    """Figures are never given to one of two units by chance."""
    assert UNITS.resolve(text, level=level, under=under) == code


def test_messages_can_name_all_candidates() -> None:
    """An analyst is told which units a name could mean, and which name is near."""
    assert UNITS.matches("Solstrålen") == ("i1", "i2")
    assert UNITS.matches("Viborg") == ("D1", "791")
    assert UNITS.matches("Sol") == ()
    assert UNITS.nearest("Solstraalen") == "Solstrålen"
    assert [UNITS.nearest(text) for text in ("Århuss", "Københavns", "Assen")] == ["Aarhus", "København", "Assens"]
    assert UNITS.nearest("xyz") == ""


def test_a_code_goes_before_a_name() -> None:
    """A house called "101" is not taken for municipality 101, nor the other way round."""
    units = UNITS.with_units([unit("i9", "101", "institution", "751")])
    assert units.resolve("101") == "101"
    assert units.resolve("101", level="institution") == "i9"


MOVED = Units.of(
    (
        NATION,
        unit("084", "Hovedstaden", "region", "000", valid_to=date(2026, 12, 31)),
        unit("ost", "Østdanmark", "region", "000", valid_from=date(2027, 1, 1)),
        unit("101", "København", "municipality", "ost", valid_from=date(2027, 1, 1)),
        unit("101", "København", "municipality", "084", valid_from=date(2007, 1, 1), valid_to=date(2026, 12, 31)),
        unit("i1", "Solstrålen", "institution", "101", valid_from=date(2010, 8, 1), valid_to=date(2026, 7, 31)),
    )
)


@pytest.mark.parametrize(
    ("day", "region"),
    [
        pytest.param(date(2007, 1, 1), "084", id="first day"),
        pytest.param(date(2026, 12, 31), "084", id="last day in the old region"),
        pytest.param(date(2027, 1, 1), "ost", id="first day in the new one"),
        pytest.param(date(2000, 1, 1), "084", id="before it began: the first parent"),
        pytest.param(date(2099, 1, 1), "ost", id="no end"),
    ],
)
def test_a_unit_that_moves_has_the_parent_of_the_day(day: date, region: str) -> None:
    """Region Østdanmark takes over on 2027-01-01; older figures stay in their region."""
    assert MOVED.parent("101", day) == region
    assert MOVED.ancestor("101", "region", day) == region
    assert MOVED.ancestor("i1", "nation", day) == "000"


def test_a_closed_unit_keeps_its_place() -> None:
    """What a house reported before it closed in July still counts in its municipality's year."""
    assert not MOVED.valid("i1", date(2026, 12, 31))
    assert MOVED.ancestor("i1", "municipality", date(2026, 12, 31)) == "101"


def test_ancestors_above_and_below() -> None:
    """A unit is its own ancestor at its level; below it and above the top there is none."""
    assert MOVED.ancestor("101", "municipality", DAY) == "101"
    assert MOVED.ancestor("101", "institution", DAY) is None
    assert MOVED.ancestor("101", "district", DAY) is None
    assert MOVED.parent("000", DAY) is None


def test_units_that_exist_on_a_day() -> None:
    """Only units that exist on the day are asked for figures."""
    assert MOVED.at("region", date(2026, 12, 31)) == ("084",)
    assert MOVED.at("region", date(2027, 1, 1)) == ("ost",)
    assert MOVED.under("000", date(2026, 7, 31)) == ("000", "084", "101", "i1")
    assert MOVED.under("084", date(2026, 8, 1)) == ("084", "101")
    assert MOVED.under("084", date(2027, 1, 1)) == ("084",)
    assert not MOVED.valid("nowhere", DAY)


def test_boundaries_are_the_days_of_change() -> None:
    """A caller may keep an answer from one boundary to the next."""
    assert MOVED.boundaries == (date(2007, 1, 1), date(2010, 8, 1), date(2026, 8, 1), date(2027, 1, 1))


def test_the_newest_entry_names_a_unit() -> None:
    """A unit is shown under its newest name and found under all it ever had."""
    units = Units.of(
        [
            unit("s1", "Vestskolen", "institution", valid_to=date(2025, 7, 31)),
            unit("s1", "Skolen ved Søen", "institution", valid_from=date(2025, 8, 1)),
        ]
    )
    assert units.name("s1") == "Skolen ved Søen"
    assert units.resolve("Vestskolen") == units.resolve("Skolen ved Søen") == "s1"
    assert units.codes == ("s1",)


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    """Asking for a unit that is not there is a mistake, and the message helps."""
    with pytest.raises(DeclarationError, match=r'no unit has the code "7511"\. Did you mean "751"'):
        UNITS.get("7511")


def test_groups_are_those_of_the_day() -> None:
    """A municipality is compared with the group as it was made up in the reported period."""
    old = UnitGroup(id="kommunegruppe.1", name="Store", members=("101",), valid_to=date(2017, 12, 31))
    new = UnitGroup(id="kommunegruppe.1", name="Store", members=("101", "751"), valid_from=date(2018, 1, 1))
    units = Units.of(UNITS.units, (old, new))
    assert units.group("kommunegruppe.1", date(2017, 12, 31)) == old
    assert units.group("kommunegruppe.1", date(2018, 1, 1)) == new
    assert units.group("kommunegruppe.2", DAY) is None
    assert units.with_units([unit("i8", "Ny", "institution", "101")]).groups == (old, new)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(
            [unit("751", "Aarhus Kommune", "municipality")],
            'the code "751" is given twice for the same time (Aarhus, Aarhus Kommune)',
            id="one code twice",
        ),
        pytest.param(
            [unit("i8", "Ny", "institution", "7511")],
            'lies in "7511", which is not a unit. Did you mean "751"?',
            id="unknown parent",
        ),
        pytest.param([unit("i8", "Ny", "institution", "i8")], "lies in itself", id="its own parent"),
        pytest.param(
            [unit("i8", "A", "institution", "i9"), unit("i9", "B", "institution", "i8")],
            "cannot lie in the institution",
            id="a circle",
        ),
        pytest.param(
            [unit("r1", "R", "region", "751")],
            'the region "r1" (R) cannot lie in the municipality "751"',
            id="upside down",
        ),
        pytest.param(
            [
                unit("d9", "D", "district", valid_to=date(2025, 12, 31)),
                unit("d9", "D", "institution", valid_from=date(2026, 1, 1)),
            ],
            'the unit "d9" has several levels',
            id="several levels",
        ),
    ],
)
def test_a_tree_that_contradicts_itself_is_refused(more: list[Unit], said: str) -> None:
    """The message names the units and says what to do."""
    with pytest.raises(DeclarationError) as caught:
        UNITS.with_units(more)
    assert said in str(caught.value)


def test_all_mistakes_come_together_and_long_lists_are_cut() -> None:
    """An analyst corrects a file once, not once per row."""
    with pytest.raises(DeclarationError) as caught:
        UNITS.with_units(unit(f"n{number}", f"N{number}", "institution", "nowhere") for number in range(25))
    assert str(caught.value).count("which is not a unit") == 10
    assert str(caught.value).endswith("... and 15 more")


def test_groups_are_checked() -> None:
    """Members must exist, and one group has one make-up at a time."""
    group = UnitGroup(id="flis.a", name="A", members=("101", "999"))
    with pytest.raises(DeclarationError, match=r"flis\.a has members that are not units: 999"):
        Units.of(UNITS.units, [group])
    with pytest.raises(DeclarationError, match=r"flis\.a is given twice for the same time"):
        Units.of(UNITS.units, [UnitGroup(id="flis.a", name="A", members=("101",))] * 2)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param({"level": "school"}, 'Unit.level: "school"', id="level"),
        pytest.param({"level": "institutions"}, 'Did you mean "institution"', id="level nearly right"),
        pytest.param({"code": 751}, "Unit.code: 751 is", id="a number as code"),
        pytest.param({"code": ""}, "Unit.code: '' is empty", id="no code"),
        pytest.param({"name": " Aarhus"}, "has spaces around it", id="a space"),
        pytest.param({"aliases": "Århus"}, "aliases and members are lists", id="one alias"),
        pytest.param({"valid_from": "2026-01-01"}, "Unit.valid_from: '2026-01-01' is no date", id="a date as text"),
        pytest.param({"valid_to": datetime(2026, 1, 1)}, "is no date", id="a time of day"),
        pytest.param(
            {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)},
            "2026-01-01 lies before valid_from 2026-02-01",
            id="an end before the beginning",
        ),
    ],
)
def test_a_unit_checks_itself(made: dict[str, Any], said: str) -> None:
    """A unit that exists is valid."""
    with pytest.raises(DeclarationError) as caught:
        Unit(**({"code": "751", "name": "Aarhus", "level": "municipality"} | made))
    assert said in str(caught.value)


def test_a_group_id_names_its_set() -> None:
    """Groups of different sets can have the same number."""
    with pytest.raises(DeclarationError, match=r"<set>\.<code>"):
        UnitGroup(id="1", name="Store", members=())


def test_declarations_are_values() -> None:
    """Units, groups, sets and trees are hashable and equal when their content is."""
    assert len({NATION, unit("000", "Danmark", "nation", aliases=["Hele landet"])}) == 1
    assert UnitSet(id="dk", units=[NATION]) == UnitSet(id="dk", units=(NATION,))
    assert hash(Units.of([NATION])) == hash(Units.of([NATION]))


@settings(max_examples=40)
@given(st.data())
def test_every_unit_has_one_chain_upwards(data: st.DataObject) -> None:
    """On random trees `under` and `ancestor` tell the same story, and nothing changes between boundaries."""
    days = st.dates(min_value=date(2020, 1, 1), max_value=date(2022, 12, 31))
    rows: list[Unit] = []
    for depth, level in enumerate(LEVELS):
        above = sorted({row.code for row in rows if row.level == LEVELS[depth - 1]})
        for number in range(data.draw(st.integers(min_value=1, max_value=3))):
            code, change = f"{level[0]}{number}", data.draw(days)
            first, second = (data.draw(st.sampled_from(above)) if above else None for _ in range(2))
            rows.append(unit(code, code, level, first, valid_to=change))
            rows.append(unit(code, code, level, second, valid_from=change + timedelta(days=1)))
    units = Units.of(rows)
    day = data.draw(days)
    for code in units.codes:
        for level in LEVELS:
            found = units.ancestor(code, level, day)
            assert (found is not None) == (LEVELS.index(level) <= LEVELS.index(units.level(code)))
            assert found is None or code in units.under(found, day)
    earlier = max((boundary for boundary in units.boundaries if boundary <= day), default=date(2020, 1, 1))
    assert all(units.parent(code, day) == units.parent(code, earlier) for code in units.codes)


def test_a_set_of_units_has_a_country_whose_holidays_are_known() -> None:
    """Denmark unless it says another; working days of a country that klaremal does not know would be guessed."""
    assert UnitSet(id="dk", units=[NATION]).country == "DK"
    assert UnitSet(id="no", units=[NATION], country="NO").country == "NO"
    with pytest.raises(DeclarationError, match=r'UnitSet\.country: "FI" is none of DK, NO, SE'):
        UnitSet(id="fi", units=[NATION], country="FI")
