"""The whole way on published data: `examples/danmark` run and run again, against figures counted without klaremal."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from klaremal.run import Choice, Run, run

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "danmark"
TODAY = date(2026, 11, 22)
STAFFING = {"staffing_0_2": "0-2 år", "staffing_3_5": "3-5 år"}
ABSENCE = {"absence_mellemtrin": "Mellemtrin", "absence_udskoling": "Udskoling"}
DAGPLEJE = """
[goal.staffing_dagpleje]
title      = "Voksne nok i dagplejen"
promise    = "Der er højst 4 børn pr. voksen i dagplejen."
indicator  = "childcare.staffing_dagpleje"
at_most    = 4.0
units      = ["municipality"]
frequency  = "year"
valid_from = 2017-01-01
decision   = { body = "Eksempel", date = 2016-12-31 }
"""


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as they are written."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of figures counted without klaremal."""
    return read_csv(HERE / "expected" / name)


@pytest.fixture(scope="module")
def workspace(danmark: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of these tests' own in which the example was run once."""
    return Path(shutil.copytree(danmark.folder, tmp_path_factory.mktemp("journey") / "danmark"))


@pytest.fixture(scope="module")
def first(danmark: Any) -> Run:
    """Return what the first run found."""
    found: Run = danmark.run
    return found


@pytest.fixture(scope="module")
def second(workspace: Path) -> Run:
    """Return what a second run on the same data found."""
    return run(workspace, today=TODAY)


def of_goal(result: Run, goal: str, period: str = "") -> pd.DataFrame:
    """Return the fulfilments of one goal, of all periods or of one."""
    chosen = result.fulfilments["goal"] == goal
    return result.fulfilments[chosen & (result.fulfilments["period"] == period)] if period else result.fulfilments[chosen]


def counts(frame: pd.DataFrame) -> Counter[str]:
    """Count fulfilments by status; those that could not be assessed by their cause."""
    return Counter(
        str(row.cause if row.status == "not_assessable" else row.status) for row in frame[["status", "cause"]].itertuples()
    )


def school_year(text: str) -> str:
    """Return "2019/2020" as klaremal writes it."""
    return f"{text[:5]}{text[7:]}"


# -- the first run -------------------------------------------------------------------------------------------------------


def test_every_source_and_every_plugin_was_used(first: Run) -> None:
    """Nothing failed and nothing was left out, so that the command ends with exit code 0."""
    assert (first.failed, first.gaps, first.left_out) == (False, (), ())
    assert sorted(each.dataset for each in first.provenance) == [
        "childcare.staffing",
        "schools.municipalities",
        "schools.overview",
    ]
    assert first.scanned > 0


@pytest.mark.parametrize(("goal", "fulfilled", "of"), [("staffing_0_2", 76, 97), ("staffing_3_5", 69, 98)])
def test_how_many_municipalities_kept_the_norm_in_2023(first: Run, goal: str, fulfilled: int, of: int) -> None:
    """76 of 97 in the nursery (Samsø has none), 69 of 98 in the kindergarten."""
    found = counts(of_goal(first, goal, "2023"))
    assert found == Counter(fulfilled=fulfilled, not_fulfilled=of - fulfilled) + Counter(no_cases=98 - of)


@pytest.mark.parametrize(("goal", "offer"), STAFFING.items())
def test_staffing_is_as_counted_in_every_year(first: Run, goal: str, offer: str) -> None:
    """2017 to 2023: met, not met and no such offer, and never anything else."""
    wanted = {
        row["aar"]: Counter(fulfilled=int(row["met"]), not_fulfilled=int(row["measured"]) - int(row["met"]))
        + Counter(no_cases=int(row["no_offer"]), no_data=int(row["missing"]))
        for row in expected("staffing_per_year.csv")
        if row["tilbud"] == offer
    }
    frame = of_goal(first, goal)
    assert list(wanted) == [str(year) for year in range(2017, 2024)]
    assert {period: counts(rows) for period, rows in frame.groupby("period")} == wanted


@pytest.mark.parametrize(("goal", "offer"), STAFFING.items())
def test_staffing_of_each_municipality_in_2023_is_the_published_figure(first: Run, goal: str, offer: str) -> None:
    """Value, limit and status of 98 municipalities; where there is no such offer there is no value."""
    wanted = {row["kommune"]: row for row in expected("staffing_2023_per_municipality.csv") if row["tilbud"] == offer}
    found = {row["unit_name"]: row for row in of_goal(first, goal, "2023").to_dict("records")}
    assert found.keys() == wanted.keys()
    for name, row in wanted.items():
        if row["no_offer"] == "True":
            assert (found[name]["status"], found[name]["cause"]) == ("not_assessable", "no_cases"), name
            assert math.isnan(found[name]["value"]), name
        else:
            status = "fulfilled" if row["met"] == "True" else "not_fulfilled"
            assert (found[name]["status"], found[name]["value"], found[name]["target"]) == (
                status,
                float(row["v"]),
                float(row["limit"]),
            ), name


def test_samsoe_has_no_nursery(first: Run) -> None:
    """The statistics write 0 where there is no such offer: that is the best of all figures, and no figure at all."""
    none = first.fulfilments[first.fulfilments["cause"] == "no_cases"]
    staffing = none[none["goal"].isin(STAFFING)]
    assert set(zip(staffing["goal"], staffing["unit_name"], strict=True)) == {("staffing_0_2", "Samsø")}
    assert len(staffing) == 7


@pytest.mark.parametrize(("goal", "stage"), ABSENCE.items())
def test_absence_is_as_counted_in_every_school_year(first: Run, goal: str, stage: str) -> None:
    """2019/20 to 2024/25: met but for the suspicious, who are implausible; who has no row has no data."""
    wanted = {}
    for row in expected("absence_per_school_year.csv"):
        if row["klassetrin"] == stage:
            have, met, suspicious = int(row["kommuner"]), int(row["met"]), int(row["suspicious"])
            wanted[school_year(row["skoleaar"])] = Counter(fulfilled=met - suspicious, not_fulfilled=have - met) + Counter(
                implausible=suspicious, no_data=98 - have
            )
    frame = of_goal(first, goal)
    assert len(wanted) == 6
    assert {period: counts(rows) for period, rows in frame.groupby("period")} == wanted


def test_absence_in_the_years_that_people_know(first: Run) -> None:
    """74 of 98 before the pandemic, 3 of 98 now; Læsø's one tenth of a percent is an error, not a triumph."""
    assert counts(of_goal(first, "absence_mellemtrin", "2019/20"))["fulfilled"] == 74
    assert counts(of_goal(first, "absence_mellemtrin", "2024/25"))["fulfilled"] == 3
    implausible = first.fulfilments[first.fulfilments["cause"] == "implausible"]
    found = set(implausible[["goal", "unit_name", "period"]].itertuples(index=False, name=None))
    assert found == {("absence_mellemtrin", "Læsø", "2022/23"), ("absence_udskoling", "Læsø", "2022/23")}
    assert set(implausible["status"]) == {"not_assessable"}


@pytest.mark.parametrize(("goal", "stage"), ABSENCE.items())
def test_absence_of_each_municipality_is_the_published_figure(first: Run, goal: str, stage: str) -> None:
    """Every figure of the file is there, digit by digit, with the status that follows from it."""
    wanted = {
        (row["kommune"], school_year(row["skoleår"])): float(row["fravaer_pct"])
        for row in read_csv(EXAMPLE / "data" / "fravaer_trivsel.csv")
        if row["klassetrin"] == stage and row["kommune"] != "Læsø"
    }
    frame = of_goal(first, goal)
    frame = frame[frame["unit_name"] != "Læsø"]
    found = {(row["unit_name"], row["period"]): (row["value"], row["status"]) for row in frame.to_dict("records")}
    assert found == {
        key: (value, "fulfilled" if value <= 6.0 else "not_fulfilled") for key, value in wanted.items()
    }  # fmt: skip


def folkeskoler() -> dict[str, tuple[str, float | None]]:
    """Return municipality and competence coverage of every folkeskole by code, as the source has them."""
    schools = json.loads((EXAMPLE / "data" / "skoler_2024_2025.json").read_text("utf-8"))["s"]
    return {
        each["id"]: (re.sub(r" (Regionsk|K)ommune$", "", each["m"]), each.get("q", {}).get("kp"))
        for each in schools
        if each["t"] == "f"
    }


def test_121_of_1176_schools_have_qualified_teachers(first: Run) -> None:
    """Per folkeskole in 2024/25; a school without the figure is neither good nor bad."""
    frame = of_goal(first, "competence_coverage")
    assert set(frame["period"]) == {"2024/25"}
    assert set(frame["level"]) == {"institution"}
    found = counts(frame)
    assert (found["fulfilled"], found["not_fulfilled"]) == (121, 1176 - 121)


def test_competence_coverage_of_each_municipalitys_schools_is_as_counted(first: Run) -> None:
    """Known schools and those at 95 % or more, municipality by municipality."""
    place = {code: municipality for code, (municipality, _) in folkeskoler().items()}
    known: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for row in of_goal(first, "competence_coverage").to_dict("records"):
        if row["status"] in ("fulfilled", "not_fulfilled"):
            known[place[row["unit"]]] += 1
            good[place[row["unit"]]] += row["status"] == "fulfilled"
    wanted = {row["kommune"]: (int(row["kp_known"]), int(row["kp_95"])) for row in expected("schools_per_municipality.csv")}
    assert len(wanted) == 99
    assert {name: (known[name], good[name]) for name in wanted} == wanted


def test_competence_coverage_of_each_school_is_the_published_figure(first: Run) -> None:
    """A folkeskole has its figure and what follows from it, or is there without one; no other school is judged."""
    found = {row["unit"]: row for row in of_goal(first, "competence_coverage").to_dict("records")}
    schools = {code: figure for code, (place, figure) in folkeskoler().items() if place != "Christiansø"}
    judged = {code: (row["value"], row["status"]) for code, row in found.items() if row["status"] != "not_assessable"}
    assert judged == {
        code: (figure, "fulfilled" if figure >= 95 else "not_fulfilled")
        for code, figure in schools.items()
        if figure is not None
    }
    assert {found[code]["cause"] for code, figure in schools.items() if figure is None} == {"not_measured"}
    assert set(found) == set(schools)


def test_christiansoe_is_set_aside_and_reported(first: Run) -> None:
    """411 is no municipality: its school is no unit, its row counts nowhere, and both are said."""
    named = [each for each in first.set_aside if "Christiansø" in f"{each.message} {each.examples}" or "411001" in f"{each}"]
    assert [(each.dataset, each.rows) for each in named if each.rule == "unknown_parent"] == [("schools.overview", 1)]
    assert {each.dataset for each in named} == {"schools.overview"}
    assert "411001" not in set(first.fulfilments["unit"])


def test_no_missing_value_is_fulfilled(first: Run) -> None:
    """Good news rests on a figure, on everyone whom the promise is about, and on a closed period."""
    good = first.fulfilments[first.fulfilments["status"].isin(["fulfilled", "partly_fulfilled"])]
    assert len(good) > 1000
    assert good["value"].notna().all()
    assert good["cause"].isna().all()
    assert not good["provisional"].any()
    without = first.fulfilments[first.fulfilments["value"].isna()]
    assert set(without["status"]) == {"not_assessable"}
    assert without["cause"].notna().all()


def test_each_unit_is_judged_once_in_each_period(first: Run) -> None:
    """98 municipalities in every year and school year, no goal twice for the same."""
    keys = ["goal", "unit", "period", "breakdown"]
    assert not first.fulfilments.duplicated(keys).any()
    for goal in (*STAFFING, *ABSENCE):
        assert set(of_goal(first, goal).groupby("period").size()) == {98}


def test_an_offer_without_a_goal_can_be_promised(tmp_path: Path) -> None:
    """Dagpleje, at most 4: the years as counted, and where there is none it is no case."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "danmark", ignore=shutil.ignore_patterns(".klaremal")))
    (folder / "goals" / "dagpleje.toml").write_text(DAGPLEJE, "utf-8")
    result = run(folder, Choice(goals=("staffing_dagpleje",)), today=TODAY)
    wanted = {
        row["aar"]: Counter(fulfilled=int(row["met"]), not_fulfilled=int(row["measured"]) - int(row["met"]))
        + Counter(no_cases=int(row["no_offer"]), no_data=int(row["missing"]))
        for row in expected("staffing_per_year.csv")
        if row["tilbud"] == "Dagpleje"
    }
    assert set(result.fulfilments["goal"]) == {"staffing_dagpleje"}
    assert {period: counts(rows) for period, rows in result.fulfilments.groupby("period")} == wanted


# -- the second run --------------------------------------------------------------------------------------------------------


def test_a_second_run_scans_nothing_and_stores_nothing_new(first: Run, second: Run) -> None:
    """Unchanged data is not read through again, the figures are the same, and the ledger only notes the run."""
    assert (second.scanned, second.kept) == (0, first.scanned)
    assert first.appended is not None
    assert second.appended is not None
    assert (first.appended.observations, first.appended.fulfilments) == (len(first.observations), len(first.fulfilments))
    assert (second.appended.observations, second.appended.fulfilments) == (0, 0)
    assert second.appended.unchanged == len(first.observations) + len(first.fulfilments)
    assert second.number == first.number + 1
    pd.testing.assert_frame_equal(second.fulfilments, first.fulfilments)
    pd.testing.assert_frame_equal(second.observations, first.observations)
    assert second.set_aside == first.set_aside
