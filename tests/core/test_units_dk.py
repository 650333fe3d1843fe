"""The Danish units that come with klaremal: complete, found by name, and in the right region at the right time."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from klaremal.builtin.units_dk import dk
from klaremal.model.unit import Units

LAST_DAY, FIRST_DAY = date(2026, 12, 31), date(2027, 1, 1)


@pytest.fixture(scope="module")
def units() -> Units:
    """Denmark as a tree."""
    return Units.of(dk().units, dk().groups)


def test_there_are_98_municipalities_before_and_after_2027(units: Units) -> None:
    """The reform of the regions moves municipalities and makes none."""
    assert len(units.at("municipality", LAST_DAY)) == 98
    assert units.at("municipality", LAST_DAY) == units.at("municipality", FIRST_DAY)
    assert len(units.under("000", LAST_DAY)) == 1 + 5 + 98
    assert len(units.under("000", FIRST_DAY)) == 1 + 4 + 98


def test_municipalities_lie_in_their_regions(units: Units) -> None:
    """Statistics Denmark counts 11, 19, 22, 29 and 17 municipalities; Region Østdanmark takes over 29 + 17 = 46."""
    towns = units.at("municipality", LAST_DAY)
    before = Counter(units.parent(code, LAST_DAY) for code in towns)
    after = Counter(units.parent(code, FIRST_DAY) for code in towns)
    assert before == {"081": 11, "082": 19, "083": 22, "084": 29, "085": 17}
    assert after == {"081": 11, "082": 19, "083": 22, "oestdanmark": 46}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Copenhagen", "101"),
        ("Københavns Kommune", "101"),
        ("0101", "101"),
        ("Bornholms Regionskommune", "400"),
        ("Århus Kommune", "751"),
        ("Ringkøbing Skjern", "760"),
        ("Fåborg-Midtfyn", "430"),
        ("Vesthimmerland", "820"),
        ("Region Hovedstaden", "084"),
        ("Hovedstaden", "084"),
        ("1085", "085"),
        ("81", "081"),
        ("Region Østdanmark", "oestdanmark"),
        ("Hele landet", "000"),
        ("All Denmark", "000"),
        ("Denmark", "000"),
        ("DK", "000"),
    ],
)
def test_danish_sources_are_understood(units: Units, text: str, code: str) -> None:
    """Statistics Denmark in two languages, registers and spreadsheets name the same places."""
    assert units.resolve(text) == code


@pytest.mark.parametrize("text", ["411", "Christiansø"])
def test_christiansoe_is_not_a_municipality(units: Units, text: str) -> None:
    """Statistics lists it beside the 98, but it has no council to promise anything."""
    assert units.resolve(text) is None


def test_every_name_and_code_is_unambiguous(units: Units) -> None:
    """No two Danish units share a name, with and without the word for municipality."""
    for code in units.codes:
        assert units.resolve(code) == units.resolve(units.name(code)) == code
        genitive = units.name(code) + ("" if units.name(code).endswith("s") else "s")
        assert units.level(code) != "municipality" or units.resolve(f"{genitive} Kommune") == code


def test_the_groups_of_2018_hold_each_municipality_once(units: Units) -> None:
    """Statistics Denmark's five groups have 24, 3, 16, 24 and 31 members."""
    groups = [units.group(f"kommunegruppe.{number}", LAST_DAY) for number in range(1, 6)]
    sizes = {group.name: len(group.members) for group in groups if group}
    assert sizes == {
        "Hovedstadskommuner": 24,
        "Storbykommuner": 3,
        "Provinsbykommuner": 16,
        "Oplandskommuner": 24,
        "Landkommuner": 31,
    }
    members = [code for group in groups if group for code in group.members]
    assert sorted(members) == sorted(units.at("municipality", LAST_DAY))


def test_the_source_and_its_licence_are_named() -> None:
    """Statistics Denmark's data may be used when it is named."""
    source = (files("klaremal") / "builtin" / "data" / "SOURCE.md").read_text(encoding="utf-8")
    for text in (dk().reference, source):
        assert "Danmarks Statistik" in text
        assert "CC BY 4.0" in text
        assert "https://www.statistikbanken.dk/FOLK1A" in text
