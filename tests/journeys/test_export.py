"""What leaves the municipality by `klaremal export`: reasons by the goals of the time, and files as Excel opens them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from klaremal.discovery import discover
from klaremal.reason.sentence import reason
from klaremal.registry import build
from klaremal.run import Run
from klaremal.run import run as run_folder
from klaremal.scaffold.new_folder import write
from klaremal.scaffold.workspace import scaffold

Klaremal = Callable[..., Any]
Spoil = Callable[[str, str, str], None]

TODAY = date(2026, 11, 22)
SURVEY_GOAL = "goals/eldercare.toml"
SATISFIED = "hjemmehjaelp_tilfredshed"


def reasons(said: Any, goal: str) -> dict[str, str]:
    """Return the reason for each period of a goal, from an export as JSON."""
    assert said.code == 0, said.err
    return {row["period"]: row["reason"] for row in json.loads(said.out) if row["goal"] == goal}


# What is changed in the workspace of the schools, by file: what stands there, and what takes its place.
CHANGES = {
    # Two schools with one figure on different numbers of pupils, two with one figure and different targets, one without.
    "data/schools/skoler.csv": [
        ("100;16,5;5,0;", "100;16,5;5,8;"),
        ("300;20,5;", "300;22,0;"),
        ("290;21,0;7,2;", "290;21,0;-;"),
    ],
    "goals/schools.toml": [
        ("date = 2022-06-16", "date = 2023-01-16"),
        ("at_most   = 22.5\n", 'at_most   = 22.5\ntargets = { "Fjordskolen" = 23 }\n'),
        ("at_most   = 6.5 ", "minimum_coverage = 80\nat_most   = 6.5 "),
    ],
}


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with goals of every kind, for schools and the whole municipality, on paths, laws and tolerances."""
    folder = tmp_path_factory.mktemp("export") / "skoler"
    write(scaffold(build(*discover()), unit="751", plugins=("schools",)).files, folder)
    for name, changes in CHANGES.items():
        text = (folder / name).read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def found(schools: Path) -> Run:
    """Return what a run finds there."""
    return run_folder(schools, today=TODAY)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_each_row_has_the_reason_of_its_own_goal_and_figures(schools: Path, found: Run, klaremal: Klaremal, lang: str) -> None:
    """The sentences are those that the goals in the files give for the rows of the run, one by one."""
    bounds = {(each.goal.goal.id, each.goal.version): each.goal for each in found.plan.goals}
    expected = {
        (row["goal"], row["unit"], row["period"]): reason(row, bounds[row["goal"], row["version"]], lang)
        for row in found.fulfilments.astype({"period": str}).to_dict("records")
    }
    said = klaremal("export", "fulfilments", schools, "--format", "json", "--lang", lang)
    told = {(row["goal"], row["unit"], row["period"]): row["reason"] for row in json.loads(said.out)}
    internal = {"gode_laesere", "gode_til_matematik"}
    assert told == {key: text for key, text in expected.items() if key[0] not in internal}


def test_a_goal_that_was_removed_still_has_its_reasons_in_earlier_runs(ran: Path, klaremal: Klaremal) -> None:
    """As of the run that judged it; as of now it is not there."""
    before = reasons(klaremal("export", "fulfilments", ran, "--format", "json"), SATISFIED)
    (ran / SURVEY_GOAL).unlink()
    run_folder(ran, today=TODAY)
    assert reasons(klaremal("export", "fulfilments", ran, "--format", "json"), SATISFIED) == {}
    assert reasons(klaremal("export", "fulfilments", ran, "--format", "json", "--run", 1), SATISFIED) == before
    assert before["2025"] == "Not fulfilled: 85.5% is below 87.0%. Based on 421 answers."


def test_a_reason_speaks_of_the_goal_as_it_was(ran: Path, klaremal: Klaremal, spoil: Spoil) -> None:
    """A tolerance that was changed later is not read into an earlier run, nor one that no run has judged by yet."""
    spoil(SURVEY_GOAL, "tolerance = 1 ", "tolerance = 2 ")
    now = ("export", "fulfilments", ran, "--format", "json")
    nearly = "Partly fulfilled: 86.5% is below 87.0%, but within the accepted deviation of {}. Based on 398 answers."
    assert reasons(klaremal(*now), SATISFIED)["2023"] == nearly.format("1.0")
    run_folder(ran, today=TODAY)
    assert reasons(klaremal(*now), SATISFIED)["2023"] == nearly.format("2.0")
    assert reasons(klaremal(*now, "--run", 1), SATISFIED)["2023"] == nearly.format("1.0")
    assert reasons(klaremal(*now), SATISFIED)["2025"].startswith("Partly fulfilled: 85.5%")
    assert reasons(klaremal(*now, "--run", 1), SATISFIED)["2025"].startswith("Not fulfilled: 85.5%")


def test_a_file_for_excel_opens_with_its_letters_columns_and_numbers(
    made_and_run: Path, klaremal: Klaremal, tmp_path: Path
) -> None:
    """The mark of UTF-8, semicolons, decimal commas and the line ends of Windows; figures and texts are those of plain CSV."""
    plain, excel = tmp_path / "plain.csv", tmp_path / "excel.csv"
    for file, option in ((plain, "--format=csv"), (excel, "--excel")):
        assert klaremal("export", "fulfilments", made_and_run, option, "-o", file, "--lang", "da").code == 0
    content = excel.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfgoal;version;")
    assert content.count(b"\r\n") == content.count(b"\n") == 6
    with excel.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    with plain.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    numbers = ("value", "target", "target_high", "n", "part", "low", "high", "margin")
    for row in expected:
        row.update({name: row[name].replace(".", ",") for name in numbers})
    assert rows == expected
    assert [row["value"] for row in rows if row["goal"] == SATISFIED] == ["", "86,5", "88,0", "85,5"]
    assert rows[-1]["reason"] == "Indfriet: 20,0 % er højst 30,0 %. 40 af 200 klagesager."


@pytest.mark.parametrize(
    ("form", "name"), [("json", "tal.json"), (None, "tal.parquet"), ("csv", None)], ids=["json", "parquet", "printed"]
)
def test_only_a_csv_file_is_for_excel(
    made_and_run: Path, klaremal: Klaremal, tmp_path: Path, form: str | None, name: str | None
) -> None:
    """Anything else is refused with what to write, and no file is made."""
    words = [*(("--format", form) if form else ()), *(("-o", tmp_path / name) if name else ())]
    said = klaremal("export", "observations", made_and_run, "--excel", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err == "klaremal: --excel is for a CSV file: say --format csv and where to write it, as -o figures.csv.\n"
    assert list(tmp_path.iterdir()) == []
