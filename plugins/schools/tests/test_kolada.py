"""Kolada's key figures of schools: what is declared, and a few published rows from the file to the figure."""

from __future__ import annotations

import json
from datetime import date

import pytest

from klaremal.run import Run, run
from klaremal_schools.kolada import INDICATORS, KPIS

# As Kolada publishes them (Källa: Kolada): T is all, K women, M men; N11810 is not of this sector.
ROWS = """\
kpi,geo,year,gender,value
N11810,0180,2022,T,33.0
N15428,0000,2022,K,86.094249
N15428,0000,2022,M,84.570047
N15428,0000,2022,T,85.310222
N15428,0013,2022,T,84.8
N15428,1280,2022,K,81.59618821
N15428,1280,2022,M,81.08401084
N15428,1280,2022,T,81.32803632
N15428,2305,2013,T,0.0
N15436,0180,2022,T,88.1
N15436,1280,2022,T,79.5
N15507,0000,2022,T,230.0
N15507,1280,2022,T,233.0
N15814,0180,2022,T,78.688026
N15814,1280,2022,T,69.656541
"""
UNITS = """\
code,name,level,parent
0000,Riket,nation,
0013,Region Halland,region,0000
0180,Stockholm,municipality,0000
1280,Malmö,municipality,0000
2305,Bräcke,municipality,0000
"""
WORKSPACE = """
plugins = ["schools"]

[organisation]
name = "Sverige"
unit = "0000"

[units]
file = "units.csv"

[sources.schools.kolada]
collector      = "schools.kolada"
files          = "kolada.csv"
complete_until = 2022-12-31
"""
GOAL = """
[goal.{kpi}]
title      = "{kpi}"
promise    = "{kpi} er {target}."
indicator  = "schools.kolada_{kpi}"
{target}
units      = {units}
valid_from = 2013-01-01
decision   = {{ body = "Eksempel", date = 2012-12-31 }}
"""
# Goal, unit, year; then value, status and cause.
FOUND: dict[tuple[str, str, str], tuple[float | None, str, str | None]] = {
    ("n15428", "0000", "2022"): (85.310222, "fulfilled", None),
    ("n15428", "0013", "2022"): (84.8, "not_fulfilled", None),
    ("n15428", "1280", "2022"): (81.32803632, "not_fulfilled", None),
    ("n15428", "0180", "2022"): (None, "not_assessable", "no_data"),
    ("n15428", "2305", "2013"): (0.0, "not_assessable", "implausible"),
    ("n15436", "0180", "2022"): (88.1, "fulfilled", None),
    ("n15436", "1280", "2022"): (79.5, "not_fulfilled", None),
    ("n15507", "0000", "2022"): (230.0, "fulfilled", None),
    ("n15507", "1280", "2022"): (233.0, "fulfilled", None),
    ("n15814", "0180", "2022"): (78.688026, "fulfilled", None),
    ("n15814", "1280", "2022"): (69.656541, "not_fulfilled", None),
}
TARGETS = {
    "n15428": "at_least = 85",
    "n15436": "at_least = 85",
    "n15507": "at_least = 230",
    "n15814": "at_least = 70",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a workspace on the rows, with a goal for each indicator."""
    folder = tmp_path_factory.mktemp("kolada")
    (folder / "goals").mkdir()
    levels = {each.id.rpartition("_")[2]: json.dumps(each.levels) for each in INDICATORS}
    goals = "".join(GOAL.format(kpi=kpi, target=target, units=levels[kpi]) for kpi, target in TARGETS.items())
    for name, text in (("kolada.csv", ROWS), ("units.csv", UNITS), ("klaremal.toml", WORKSPACE), ("goals/goals.toml", goals)):
        (folder / name).write_text(text, encoding="utf-8")
    return run(folder, today=date(2026, 11, 22))


def test_indicators_keep_their_id_unit_of_measurement_and_direction() -> None:
    """A council's goal names these ids for years, and what is better must not turn round."""
    assert [(each.id, each.measured_in, each.direction) for each in INDICATORS] == [
        ("schools.kolada_n15428", "percent", "higher"),
        ("schools.kolada_n15436", "percent", "higher"),
        ("schools.kolada_n15507", "points", "higher"),
        ("schools.kolada_n15814", "percent", "higher"),
    ]
    assert {(each.dataset.id, each.frequency, each.publication) for each in INDICATORS} == {
        ("schools.kolada", "year", "public")
    }


def test_every_indicator_names_koladas_definition() -> None:
    """Each key figure has one indicator, which leads to its definition at Kolada."""
    links = [reference.link for each in INDICATORS for reference in each.references]
    assert links == [f"https://api.kolada.se/v3/kpi/{kpi}" for kpi in KPIS]


def test_every_key_figure_is_tried(found: Run) -> None:
    """Each indicator has a goal here, and none of them is left out."""
    assert set(found.fulfilments["indicator"]) == {each.id for each in INDICATORS}
    assert (found.failed, found.gaps, found.left_out) == (False, (), ())


def test_rows_of_other_sectors_are_passed_over(found: Run) -> None:
    """The collector takes its own key figures from Kolada's table, so that no other row is set aside."""
    assert found.set_aside == ()
    assert [each.rows for each in found.provenance] == [14]


@pytest.mark.parametrize(("goal", "unit", "year"), FOUND)
def test_a_figure_is_the_published_one(found: Run, goal: str, unit: str, year: str) -> None:
    """The figure for all, with its decimals; an empty cell is missing data, and what cannot be true is not judged."""
    rows = found.fulfilments.astype(object).where(found.fulfilments.notna(), None)
    rows = rows[(rows["goal"] == goal) & (rows["unit"] == unit) & (rows["period"] == year)]
    assert rows[["value", "status", "cause"]].to_numpy().tolist() == [list(FOUND[goal, unit, year])]
