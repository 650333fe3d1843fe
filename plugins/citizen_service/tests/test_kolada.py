"""Kolada's key figures of citizen service: what is declared, and a few published rows from the file to the figure."""

from __future__ import annotations

import json
from datetime import date

import pytest

from klaremal.run import Run, run
from klaremal_citizen_service.kolada import INDICATORS, KPIS

# As Kolada publishes them (Källa: Kolada): T is all, K women, M men; N15507 is not of this sector.
ROWS = """\
kpi,geo,year,gender,value
N00647,0000,2022,T,67.4
N00647,0013,2022,T,71.3
N00647,0180,2022,T,
N00647,1280,2022,K,64.6
N00647,1280,2022,M,73.9
N00647,1280,2022,T,69.7
N15507,0000,2022,T,230.0
U07447,0000,2022,T,
U07447,0180,2022,T,58.00500297
U07447,1280,2022,T,60.22045718
U07510,0180,2022,T,80.9667651
U31402,0180,2022,K,24.7
U31402,0180,2022,M,24.8
U31402,0180,2022,T,24.7
U31402,0330,2017,T,54.0
U31402,0330,2018,T,41.0
U31402,0330,2022,T,7.0
U31463,0180,2022,K,65.7
U31463,0180,2022,M,62.6
U31463,0180,2022,T,64.0
"""
UNITS = """\
code,name,level,parent
0000,Riket,nation,
0013,Region Halland,region,0000
0180,Stockholm,municipality,0000
0330,Knivsta,municipality,0000
1280,Malmö,municipality,0000
"""
WORKSPACE = """
plugins = ["citizen_service"]

[organisation]
name = "Sverige"
unit = "0000"

[units]
file = "units.csv"

[sources.citizen_service.kolada]
collector      = "citizen_service.kolada"
files          = "kolada.csv"
complete_until = 2022-12-31
"""
GOAL = """
[goal.{kpi}]
title      = "{kpi}"
promise    = "{kpi} er {target}."
indicator  = "citizen_service.kolada_{kpi}"
{target}
units      = {units}
valid_from = 2017-01-01
decision   = {{ body = "Eksempel", date = 2016-12-31 }}
"""
# Goal, unit, year; then value, status and cause.
FOUND: dict[tuple[str, str, str], tuple[float | None, str, str | None]] = {
    ("n00647", "0000", "2022"): (67.4, "fulfilled", None),
    ("n00647", "0013", "2022"): (71.3, "fulfilled", None),
    ("n00647", "0180", "2022"): (None, "not_assessable", "no_data"),
    ("n00647", "1280", "2022"): (69.7, "fulfilled", None),
    ("u07447", "0000", "2022"): (None, "not_assessable", "no_data"),
    ("u07447", "0180", "2022"): (58.00500297, "not_fulfilled", None),
    ("u07447", "1280", "2022"): (60.22045718, "fulfilled", None),
    ("u07510", "0180", "2022"): (80.9667651, "fulfilled", None),
    ("u31402", "0180", "2022"): (24.7, "not_fulfilled", None),
    ("u31402", "0330", "2018"): (41.0, "not_fulfilled", None),
    ("u31402", "0330", "2022"): (7.0, "fulfilled", None),
    ("u31463", "0180", "2022"): (64.0, "not_fulfilled", None),
}
TARGETS = {
    "n00647": "at_least = 65",
    "u07447": "at_least = 60",
    "u07510": "at_least = 75",
    "u31402": "at_most = 14",
    "u31463": "at_most = 20",
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
        ("citizen_service.kolada_n00647", "percent", "higher"),
        ("citizen_service.kolada_u07447", "points", "higher"),
        ("citizen_service.kolada_u07510", "points", "higher"),
        ("citizen_service.kolada_u31402", "days", "lower"),
        ("citizen_service.kolada_u31463", "percent", "lower"),
    ]
    assert {(each.dataset.id, each.frequency, each.publication) for each in INDICATORS} == {
        ("citizen_service.kolada", "year", "public")
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
    assert [each.rows for each in found.provenance] == [19]


@pytest.mark.parametrize(("goal", "unit", "year"), FOUND)
def test_a_figure_is_the_published_one(found: Run, goal: str, unit: str, year: str) -> None:
    """The figure for all, with its decimals; an empty cell is missing data, and what cannot be true is not judged."""
    rows = found.fulfilments.astype(object).where(found.fulfilments.notna(), None)
    rows = rows[(rows["goal"] == goal) & (rows["unit"] == unit) & (rows["period"] == year)]
    assert rows[["value", "status", "cause"]].to_numpy().tolist() == [list(FOUND[goal, unit, year])]
