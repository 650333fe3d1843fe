"""The real data of all Danish municipalities on the command line: the report, exit codes, and what is exported."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from klaremal.cli.main import main
from klaremal.run import Run

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "danmark"
GOALS = ("staffing_0_2", "staffing_3_5", "absence_mellemtrin", "absence_udskoling", "competence_coverage")


@pytest.fixture(scope="module")
def workspace(danmark: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of these tests' own in which the example was run once."""
    return Path(shutil.copytree(danmark.folder, tmp_path_factory.mktemp("journey") / "danmark"))


@pytest.fixture(scope="module")
def report(workspace: Path) -> Callable[[str], str]:
    """Return what gives the report of a run in a language; each is run once."""

    @cache
    def printed(lang: str) -> str:
        out = StringIO()
        with redirect_stdout(out):
            assert main(["run", str(workspace), "--today", "2026-11-22", "--lang", lang]) == 0
        return out.getvalue()

    return printed


@pytest.fixture(scope="module")
def found(danmark: Any) -> Run:
    """Return what the run found."""
    made: Run = danmark.run
    return made


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        pytest.param("da", ["Dagtilbud", "Folkeskole", "intet er læst igennem igen", "Christiansø", "Samsø"], id="da"),
        pytest.param("en", ["Childcare", "Schools", "nothing was scanned", "Christiansø", "Samsø"], id="en"),
        pytest.param("nb", ["Barnehage", "Grunnskole", "ingenting er lest igjennom", "Christiansø", "Samsø"], id="nb"),
    ],
)
def test_the_report_shows_the_counts_and_what_is_not_as_it_should_be(
    found: Run, report: Callable[[str], str], lang: str, words: list[str]
) -> None:
    """Per sector the goals with fulfilled, partly, not fulfilled and not assessable, then the causes and rows set aside."""
    shown = report(lang)
    assert [word for word in words if word not in shown] == []
    figures = {
        goal: tuple(int(number) for number in re.findall(r"\d+", line)[-4:])
        for line in shown.splitlines()
        for goal in GOALS
        if line.strip().startswith(f"{goal} ") and re.search(r"20\d\d", line)
    }
    assert figures == {
        "staffing_0_2": (76, 0, 21, 1),
        "staffing_3_5": (69, 0, 29, 0),
        "absence_mellemtrin": (3, 0, 95, 0),
        "absence_udskoling": (3, 0, 95, 0),
        "competence_coverage": (121, 0, 1055, (found.fulfilments["goal"] == "competence_coverage").sum() - 1176),
    }


def test_a_year_can_be_asked_for(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a period the report shows that one: Læsø's figures of 2022/23 are named as implausible, once for each goal."""
    assert main(["run", str(workspace), "--today", "2026-11-22", "--period", "2022/23", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    implausible = [line for line in shown.splitlines() if line.startswith("  absence_") and "Læsø" in line]
    assert [re.search(r"\((\d+)\): Læsø", line) is not None for line in implausible] == [True, True]
    assert "staffing_0_2" not in shown


def test_programs_get_the_same_as_people(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--format json` is one object with the counts of each goal's newest period, and nothing else on standard output."""
    assert main(["run", str(workspace), "--today", "2026-11-22", "--format", "json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    shown = {each["id"]: (each["period"], each["counts"]) for each in answer["goals"]}
    assert shown["staffing_0_2"] == ("2023", {"fulfilled": 76, "not_assessable": 1, "not_fulfilled": 21})
    assert shown["absence_udskoling"] == ("2024/25", {"fulfilled": 3, "not_fulfilled": 95})
    assert (answer["scanned"], answer["failed"], answer["left_out"]) == (0, [], [])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["--goal", "staffing_0_2", "--fail-on", "not_fulfilled"], 3, id="a goal is not fulfilled"),
        pytest.param(["--goal", "staffing_0_2", "--fail-on", "partly_fulfilled"], 0, id="none is partly fulfilled"),
        pytest.param(["--goal", "staffing_02"], 2, id="no such goal"),
        pytest.param(["--sector", "childcare", "--period", "2019"], 0, id="one sector in one year"),
    ],
)
def test_the_exit_code_says_what_happened(workspace: Path, found: Run, arguments: list[str], code: int) -> None:
    """0 done, 2 a mistake in the command line, 3 a status that was asked to fail on."""
    assert main(["run", str(workspace), "--today", "2026-11-22", *arguments]) == code


def test_a_dry_run_reads_no_data_and_stores_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan is shown also where the data is not there yet."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "danmark", ignore=shutil.ignore_patterns(".klaremal", "data"))
    assert main(["run", str(folder), "--dry-run"]) == 0
    assert "staffing_0_2" in capsys.readouterr().out
    assert not (folder / ".klaremal" / "ledger.db").exists()


def exported(path: Path) -> pd.DataFrame:
    """Return an exported file as a frame, whatever its form."""
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={"unit": str, "version": str, "period": str}, keep_default_na=False, na_values=[""])
    if path.suffix == ".json":
        return pd.DataFrame(json.loads(path.read_text("utf-8")))
    from klaremal.engine import Engine

    with Engine.open(path.parent, allowed=(path.parent,)) as engine:
        return engine.frame(f"select * from read_parquet('{path.as_posix()}')", "read the export")


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_what_is_exported_is_what_was_found(workspace: Path, found: Run, tmp_path: Path, form: str) -> None:
    """Every fulfilment comes back with its status and every digit of its value, and with a reason in words."""
    file = tmp_path / f"maal.{form}"
    assert main(["export", "fulfilments", str(workspace), "-o", str(file), "--lang", "da"]) == 0
    keys = ["goal", "unit", "period"]
    back = exported(file).sort_values(keys).reset_index(drop=True)
    wanted = found.fulfilments.sort_values(keys).reset_index(drop=True)
    assert len(back) == len(wanted)
    for column in (*keys, "status", "cause", "unit_name", "level"):
        there, here = (frame[column].astype(object).fillna("").tolist() for frame in (back, wanted))
        assert there == here, column
    for column in ("value", "target", "n"):
        assert back[column].astype(float).fillna(-1).tolist() == wanted[column].astype(float).fillna(-1).tolist(), column
    assert back["reason"].str.len().min() > 10


def test_a_part_can_be_exported(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Filters by name and period; without a file the table goes to standard output."""
    asked = ["--goal", "staffing_0_2", "--unit", "Københavns Kommune", "--period", "2023", "--lang", "en"]
    assert main(["export", "fulfilments", str(workspace), *asked]) == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    with (HERE / "expected" / "staffing_2023_per_municipality.csv").open(encoding="utf-8", newline="") as file:
        counted = {(row["kommune"], row["tilbud"]): float(row["v"]) for row in csv.DictReader(file)}
    assert [(row["unit"], row["unit_name"], row["period"], float(row["value"])) for row in rows] == [
        ("101", "København", "2023", counted["København", "0-2 år"])
    ]


def test_observations_can_be_exported(workspace: Path, found: Run, tmp_path: Path) -> None:
    """Every observation that is public comes back, with the definition behind it."""
    file = tmp_path / "tal.csv"
    assert main(["export", "observations", str(workspace), "-o", str(file)]) == 0
    back = exported(file)
    assert len(back) == len(found.observations)
    assert set(back["definition"].str.len()) == {64}


def test_the_report_names_units_that_do_not_keep_the_promise(report: Callable[[str], str]) -> None:
    """Five of them and how many more there are: 5 + 16 are the 21 of 2023; a waiting goal says from when it holds."""
    shown = report("en")
    assert "  staffing_0_2 (21): Egedal; Esbjerg; Frederikshavn; Greve; Herning and 16 more" in shown
    assert re.search(r"competence_coverage \(1055\): .* and 1050 more", shown)
    assert "childcare.minimum_staffing_0_2 (in force from 1 January 2024)" in shown


def test_an_unknown_kind_of_file_is_refused(
    workspace: Path, found: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CSV in a file called .xlsx opens nowhere."""
    assert main(["export", "fulfilments", str(workspace), "-o", str(tmp_path / "maal.xlsx")]) == 2
    assert not (tmp_path / "maal.xlsx").exists()
    assert ".csv" in capsys.readouterr().err
