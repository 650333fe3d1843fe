"""Readmissions of older citizens, from a small table of stays and of people to figures worked out by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import klaremal_eldercare
from klaremal.cli.main import main
from klaremal.run import Run

READMISSIONS = "eldercare.readmissions_per_1000"
GOAL = {READMISSIONS: "at_most = 5"}
# Of each second stay: days since the discharge, and whether it counts. Who came back is 67 or older unless it is said.
STAYS = """
stay_id, citizen_id, birth_date, admitted_date, discharged_date, admission
1a, a, 1950-01-01, 2025-01-01, 2025-01-05, akut
1b, a, 1950-01-01, 2025-01-06, 2025-01-09, akut
2a, b, 1950-01-01, 2025-01-01, 2025-01-05, planlagt
2b, b, 1950-01-01, 2025-02-04, 2025-02-05, akut
3a, c, 1950-01-01, 2025-01-01, 2025-01-05, akut
3b, c, 1950-01-01, 2025-02-05, 2025-02-06, akut
4a, d, 1950-01-01, 2025-01-01, 2025-01-05, akut
4b, d, 1950-01-01, 2025-01-05, 2025-01-07, akut
5a, e, 1950-01-01, 2025-01-01, 2025-01-05, akut
5b, e, 1950-01-01, 2025-01-10, 2025-01-12, planlagt
6a, f, 1958-06-10, 2025-06-01, 2025-06-05, akut
6b, f, 1958-06-10, 2025-06-10, 2025-06-11, akut
7a, g, 1958-06-11, 2025-06-01, 2025-06-05, akut
7b, g, 1958-06-11, 2025-06-10, 2025-06-11, akut
8a, h, 1950-01-01, 2025-08-01, ,           akut
8b, h, 1950-01-01, 2025-08-09, 2025-08-11, akut
9a, i, 1950-01-01, 2025-03-01, 2025-03-20, akut
9b, i, 1950-01-01, 2025-03-10, 2025-03-12, akut
9c, i, 1950-01-01, 2025-04-01, 2025-04-02, akut
10a, j, 1950-01-01, 2025-09-01, 2025-09-02, akut
10b, j, 1950-01-01, 2025-09-05, 2025-09-06, akut
10c, j, 1950-01-01, 2025-09-10, 2025-09-11, akut
11a, k, 1950-01-01, 2025-10-01, 2025-10-02, akut
11b, k, 1950-01-01, 2025-10-05, 2025-10-06, akut
12a, l, 1950-01-01, 2025-11-01, 2025-11-02, akut
"""
PEOPLE = """
status_date, sex, age, persons
2025-01-01, K, 66, 5000
2025-01-01, K, 67, 600
2025-01-01, M, 90, 200
2025-07-01, K, 67, 900
2025-07-01, M, 90, 300
"""


def test_a_readmission_is_acute_and_1_to_30_days_after_any_discharge(
    measured: Callable[..., Run], figure: Callable[..., Any]
) -> None:
    """1b (a day), 2b (30 days), 6b (67 on the day), 9c (12 days after the longer stay), 10b, 10c and 11b: 7 of a mean of 1,000.

    Not 3b (31 days), 4b (a transfer), 5b (planned), 7b (66 years), 8b (not discharged), 9b (inside another stay).
    """
    found = measured({"eldercare.hospital_stays": STAYS, "klaremal.population": PEOPLE}, GOAL)
    assert figure(found, READMISSIONS) == (7.0, 11.0, None)
    assert found.set_aside == ()


def test_few_who_came_back_are_hidden_however_many_live_there(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """Of 11 citizens four came back: told per 1,000 of a population that everybody can look up, that would be them."""
    gone = "\n".join(line for line in STAYS.splitlines() if not line.startswith(("10", "11b")))
    found = measured({"eldercare.hospital_stays": gone, "klaremal.population": PEOPLE}, GOAL)
    assert figure(found, READMISSIONS) == (None, None, "confidential")


def test_without_the_population_there_is_no_figure_and_it_says_what_to_add(
    measured: Callable[..., Run], figure: Callable[..., Any]
) -> None:
    """Nothing stands in for people: neither 0 nor the citizens who were admitted."""
    found = measured({"eldercare.hospital_stays": STAYS}, GOAL)
    assert figure(found, READMISSIONS, "2025")[::2] == (None, "no_data")
    assert [each.message for each in found.gaps] == [
        "no source is configured. Add [sources.klaremal.population] with a collector to klaremal.toml."
    ]


@pytest.fixture
def sample(tmp_path: Path) -> str:
    """Return a copy of the sample workspace."""
    folder = tmp_path / "sample"
    shutil.copytree(Path(klaremal_eldercare.__file__).parent / "sample", folder)
    return str(folder)


def test_a_dry_run_and_a_check_name_both_sources(sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is read, and before anything is stored."""
    assert main(["run", sample, "--goal", "faa_genindlaeggelser", "--dry-run", "--format", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert [each["dataset"] for each in plan["goals"]] == ["eldercare.admissions, klaremal.population"]
    assert {each["files"] for each in plan["sources"]} == {"data/folketal.csv", "data/indlaeggelser.csv"}
    assert main(["check", sample]) == 0
    assert "klaremal.population" in capsys.readouterr().out


def test_explain_leads_back_to_both_files_and_both_statements(sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The arithmetic with its denominator, where that is from, both sources, and the SQL of each."""
    assert main(["run", sample, "--goal", "faa_genindlaeggelser", "--lang", "en"]) == 0
    capsys.readouterr()
    assert main(["explain", "faa_genindlaeggelser", sample, "--lang", "en", "--sql"]) == 0
    shown = capsys.readouterr().out
    lines = {line.partition("  ")[0]: line.partition("  ")[2].strip() for line in shown.splitlines() if "  " in line}
    assert lines["Arithmetic"] == "1,000 x 12 / 2,500 = 4.8 per 1,000"
    assert lines["Denominator"] == (
        "the mean of sum(persons), where age between 67 and 125, on the status dates of the period, else on the latest, "
        "at most a year old; from Population (klaremal.population)"
    )
    sources = [line.split(maxsplit=1)[1] for line in shown.splitlines() if line.startswith("Source")]
    assert sources == ["data/indlaeggelser.csv (csv)", "data/folketal.csv (csv)"]
    legends = [line.partition(": ")[2] for line in shown.splitlines() if line.startswith(f"-- {READMISSIONS}")]
    assert [any(name in legend for legend in legends) for name in ("per_sum", "= events")] == [True, True]
