"""Kolada's key figures of eldercare: what is declared, and a few published rows from the file to the figure."""

from __future__ import annotations

import json
from datetime import date

import pytest

from klaremal.run import Run, run
from klaremal_eldercare.kolada import INDICATORS, KPIS

# As Kolada publishes them (Källa: Kolada): T is all, K women, M men; N15428 is not of this sector.
ROWS = """\
kpi,geo,year,gender,value
N15428,0180,2022,T,89.49379179
U21401,0180,2022,T,11.5
U21401,1814,2009,T,0.0
U21467,0000,2022,T,43.0
U21467,1280,2022,T,31.0
U21475,0000,2022,K,80.0
U21475,0000,2022,M,82.0
U21475,0000,2022,T,81.0
U21481,1280,2022,K,57.0
U21481,1280,2022,M,61.0
U21481,1280,2022,T,58.0
U23401,0180,2010,T,0.0
U23401,0180,2016,T,22.0
U23463,0180,2022,T,50.0
U23464,0180,2022,T,44.0
U23464,1280,2022,T,47.0
"""
UNITS = """\
code,name,level,parent
0000,Riket,nation,
0180,Stockholm,municipality,0000
1280,Malmö,municipality,0000
1814,Lekeberg,municipality,0000
"""
WORKSPACE = """
plugins = ["eldercare"]

[organisation]
name = "Sverige"
unit = "0000"

[units]
file = "units.csv"

[sources.eldercare.kolada]
collector      = "eldercare.kolada"
files          = "kolada.csv"
complete_until = 2022-12-31
"""
GOAL = """
[goal.{kpi}]
title      = "{kpi}"
promise    = "{kpi} er {target}."
indicator  = "eldercare.kolada_{kpi}"
{target}
units      = {units}
valid_from = 2009-01-01
decision   = {{ body = "Eksempel", date = 2008-12-31 }}
"""
# Goal, unit, year; then value, status and cause.
FOUND: dict[tuple[str, str, str], tuple[float | None, str, str | None]] = {
    ("u21401", "0180", "2022"): (11.5, "fulfilled", None),
    ("u21401", "1814", "2009"): (0.0, "not_assessable", "implausible"),
    ("u21467", "0000", "2022"): (43.0, "fulfilled", None),
    ("u21467", "1280", "2022"): (31.0, "not_fulfilled", None),
    ("u21475", "0000", "2022"): (81.0, "fulfilled", None),
    ("u21481", "1280", "2022"): (58.0, "not_fulfilled", None),
    ("u23401", "0180", "2010"): (0.0, "not_assessable", "implausible"),
    ("u23401", "0180", "2016"): (22.0, "fulfilled", None),
    ("u23401", "1280", "2016"): (None, "not_assessable", "no_data"),
    ("u23463", "0180", "2022"): (50.0, "fulfilled", None),
    ("u23464", "0180", "2022"): (44.0, "not_fulfilled", None),
    ("u23464", "1280", "2022"): (47.0, "fulfilled", None),
}
TARGETS = {
    "u21401": "at_most = 15",
    "u21467": "at_least = 43",
    "u21475": "at_least = 80.5",
    "u21481": "at_least = 60",
    "u23401": "at_most = 60",
    "u23463": "at_least = 50",
    "u23464": "at_least = 45",
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
        ("eldercare.kolada_u21401", "number", "lower"),
        ("eldercare.kolada_u21467", "percent", "higher"),
        ("eldercare.kolada_u21475", "percent", "higher"),
        ("eldercare.kolada_u21481", "percent", "higher"),
        ("eldercare.kolada_u23401", "days", "lower"),
        ("eldercare.kolada_u23463", "percent", "higher"),
        ("eldercare.kolada_u23464", "percent", "higher"),
    ]
    assert {(each.dataset.id, each.frequency, each.publication) for each in INDICATORS} == {
        ("eldercare.kolada", "year", "public")
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
    assert [each.rows for each in found.provenance] == [15]


@pytest.mark.parametrize(("goal", "unit", "year"), FOUND)
def test_a_figure_is_the_published_one(found: Run, goal: str, unit: str, year: str) -> None:
    """The figure for all, with its decimals; an empty cell is missing data, and what cannot be true is not judged."""
    rows = found.fulfilments.astype(object).where(found.fulfilments.notna(), None)
    rows = rows[(rows["goal"] == goal) & (rows["unit"] == unit) & (rows["period"] == year)]
    assert rows[["value", "status", "cause"]].to_numpy().tolist() == [list(FOUND[goal, unit, year])]
