"""Units that goals mean and of which the data says nothing: each is told, and one with a value of its own has a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TODAY = "2026-11-22"
# Those of the data, one that the data never names, and one that opens next year.
UNITS = """code;name;level;valid_from
E01;Bakkeskolen;institution;
E02;Fjordskolen;institution;
E03;Søndre Skole;institution;
E05;Østre Skole;institution;
E06;Ny Skole;institution;2027-08-01
"""
GOAL = """
[goal.klasser]
title      = "Plads i klassen"
promise    = "Der er plads."
indicator  = "schools.class_size"
at_most    = 22.5
units      = ["institution"]
valid_from = 2022-08-01
frequency  = "school_year"
decision   = { body = "Byrådet", date = 2022-06-16 }
"""


@pytest.fixture
def schools(klaremal: Run, tmp_path: Path) -> Path:
    """Return a workspace with a unit file of its own and one goal for every institution in it."""
    folder = tmp_path / "skoler"
    klaremal("init", folder, "--unit", "751", "--plugins", "schools", "--lang", "en")
    toml = (folder / "klaremal.toml").read_text("utf-8")
    before, _, rest = toml.partition('[units.from."schools.overview"]')
    _, _, sources = rest.partition("[sources.schools.overview]")
    text = f"{before}[sources.schools.overview]{sources}".replace('# file = "enheder.xlsx" ', 'file = "enheder.csv" ')
    (folder / "klaremal.toml").write_text(text, "utf-8")
    (folder / "enheder.csv").write_text(UNITS, "utf-8")
    for file in (folder / "goals").glob("*.toml"):
        file.write_text(GOAL, "utf-8")
    return folder


def test_a_unit_of_the_file_that_the_data_never_names_is_told_once(klaremal: Run, schools: Path) -> None:
    """A school that was forgotten in the extract, or is called otherwise there; one that is not open yet is not missed."""
    said = klaremal("run", schools, "--today", TODAY)
    assert said.code == 0, said.err
    sentence = (
        "goal.klasser: units: 1 institution of the unit file never occurs among the rows of schools.overview that "
        "schools.class_size counts: Østre Skole. Compare the names and codes with the data; one that has closed needs a "
        "valid_to."
    )
    assert said.out.count(sentence) == 1
    assert "Ny Skole" not in said.out
    assert klaremal("run", schools, "--today", TODAY).out.count(sentence) == 1


def test_a_unit_with_a_value_of_its_own_has_a_row_without_data(klaremal: Run, schools: Path, stored: Run) -> None:
    """Who promised something for a school by name gets an answer for it, and no warning besides."""
    with next((schools / "goals").glob("*.toml")).open("a", encoding="utf-8") as file:
        file.write('[goal.klasser.targets]\n"Østre Skole" = 20\n"Aarhus" = 21\n')
    said = klaremal("run", schools, "--today", TODAY)
    assert said.code == 0, said.err
    assert "(1): Østre Skole\n" in said.out
    assert "never occurs" not in said.out
    assert 'goal.klasser: targets: "Aarhus" is none of the goal\'s units. Add it to units, or leave it out.' in said.out
