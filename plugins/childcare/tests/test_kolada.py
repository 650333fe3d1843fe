"""Kolada's key figures of childcare: what is declared, and a few published rows from the file to the figure."""

from __future__ import annotations

import json
from datetime import date

import pytest

from klaremal.run import Run, run
from klaremal_childcare.kolada import INDICATORS, KPIS

# As Kolada publishes them (Källa: Kolada): T is all, K women, M men; U23401 is not of this sector.
ROWS = """\
kpi,geo,year,gender,value
N11102,0000,2022,T,5.05039056
N11102,0140,2018,T,5.52136752
N11102,0140,2019,T,
N11102,0680,1998,T,36.4918
N11102,1280,2022,T,4.84779261
N11703,0192,2016,T,72.1
N11703,1280,2022,T,16.7
N11810,0000,2022,T,44.0
N11810,0180,2022,T,33.0
N11813,0180,2022,T,14.9
U23401,0180,2016,T,22.0
"""
UNITS = """\
code,name,level,parent
0000,Riket,nation,
0140,Nykvarn,municipality,0000
0180,Stockholm,municipality,0000
0192,Nynäshamn,municipality,0000
0680,Jönköping,municipality,0000
1280,Malmö,municipality,0000
"""
WORKSPACE = """
plugins = ["childcare"]

[organisation]
name = "Sverige"
unit = "0000"

[units]
file = "units.csv"

[sources.childcare.kolada]
collector      = "childcare.kolada"
files          = "kolada.csv"
complete_until = 2022-12-31
"""
GOAL = """
[goal.{kpi}]
title      = "{kpi}"
promise    = "{kpi} er {target}."
indicator  = "childcare.kolada_{kpi}"
{target}
units      = {units}
valid_from = 1998-01-01
decision   = {{ body = "Eksempel", date = 1997-12-31 }}
"""
# Goal, unit, year; then value, status and cause.
FOUND: dict[tuple[str, str, str], tuple[float | None, str, str | None]] = {
    ("n11102", "0000", "2022"): (5.05039056, "fulfilled", None),
    ("n11102", "1280", "2022"): (4.84779261, "fulfilled", None),
    ("n11102", "0140", "2018"): (5.52136752, "not_fulfilled", None),
    ("n11102", "0140", "2019"): (None, "not_assessable", "no_data"),
    ("n11102", "0680", "1998"): (36.4918, "not_assessable", "implausible"),
    ("n11703", "0192", "2016"): (72.1, "not_assessable", "implausible"),
    ("n11703", "1280", "2022"): (16.7, "not_fulfilled", None),
    ("n11810", "0180", "2022"): (33.0, "not_fulfilled", None),
    ("n11810", "0000", "2022"): (44.0, "fulfilled", None),
    ("n11813", "0180", "2022"): (14.9, "fulfilled", None),
}
TARGETS = {
    "n11102": "at_most = 5.2",
    "n11703": "at_most = 15",
    "n11810": "at_least = 40",
    "n11813": "at_most = 15",
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
        ("childcare.kolada_n11102", "children_per_adult", "lower"),
        ("childcare.kolada_n11703", "number", "lower"),
        ("childcare.kolada_n11810", "percent", "higher"),
        ("childcare.kolada_n11813", "number", "lower"),
    ]
    assert {(each.dataset.id, each.frequency, each.publication) for each in INDICATORS} == {
        ("childcare.kolada", "year", "public")
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
    assert [each.rows for each in found.provenance] == [10]


@pytest.mark.parametrize(("goal", "unit", "year"), FOUND)
def test_a_figure_is_the_published_one(found: Run, goal: str, unit: str, year: str) -> None:
    """The figure for all, with its decimals; an empty cell is missing data, and what cannot be true is not judged."""
    rows = found.fulfilments.astype(object).where(found.fulfilments.notna(), None)
    rows = rows[(rows["goal"] == goal) & (rows["unit"] == unit) & (rows["period"] == year)]
    assert rows[["value", "status", "cause"]].to_numpy().tolist() == [list(FOUND[goal, unit, year])]
