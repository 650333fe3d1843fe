"""Goals for each value of a column on the command line: told apart in the report, the JSON and the export, and explained."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from klaremal.cli.main import main

Run = Callable[..., Any]
TODAY = "2026-11-22"

# Answered within 10, 12 and 20 days by section. Aaby: two of three by § 83 (one is open), one of one by § 83a, none of one
# by § 86. Beby: one of one, none of one, one of one. Two of the eight are of one citizen.
ROWS = """case_id;citizen_id;paragraph;applied_date;decided_date;withdrawn_date;municipality
1;c1;§83;2025-03-03;2025-03-13;;Aaby
2;c2;§83;2025-03-03;2025-03-10;;Aaby
3;c3;§83;2025-11-03;;;Aaby
4;c1;§83a;2025-03-03;2025-03-15;;Aaby
5;c4;§86;2025-03-03;2025-03-24;;Aaby
6;c5;§83;2025-03-03;2025-03-13;;Beby
7;c6;§83a;2025-03-03;2025-03-16;;Beby
8;c7;§86;2025-03-03;2025-03-23;;Beby
"""
UNITS = "code;name;level;parent\nland;Landet;nation;\nm1;Aaby;municipality;land\nm2;Beby;municipality;land\n"
WORKSPACE = """plugins = ["eldercare"]
goals = ["goals/*.toml"]
languages = ["en"]
[organisation]
name = "{name}"
unit = "{unit}"
[units]
file = "units.csv"
[indicators.eldercare.decisions_on_time]
minimum_count = 1
reason = "A made-up country."
[sources.eldercare.decisions]
collector = "csv"
files = "decisions.csv"
complete_from = 2025-01-01
complete_until = 2025-12-31
"""
GOALS = """[defaults]
promise = "You get an answer in time."
indicator = "eldercare.decisions_on_time"
within = { "§83" = "10 days", "§83a" = "12 days", "§86" = "20 days" }
at_least = 60
frequency = "year"
valid_from = 2025-01-01
decision = { body = "The council", date = 2024-12-11 }
[goal.each]
title = "Each section"
breakdown = "paragraph"
[goal.all]
title = "All of them"
"""


def written(folder: Path, name: str, unit: str, rows: str = ROWS) -> Path:
    """Return a workspace that was run once."""
    (folder / "goals").mkdir(parents=True)
    (folder / "klaremal.toml").write_text(WORKSPACE.format(name=name, unit=unit), "utf-8")
    (folder / "units.csv").write_text(UNITS, "utf-8")
    (folder / "decisions.csv").write_text(rows, "utf-8")
    goals = GOALS.replace("[goal.all]", 'units = ["municipality"]\n[goal.all]') + 'units = ["municipality"]\n'
    (folder / "goals" / "goals.toml").write_text(goals if unit == "land" else GOALS, "utf-8")
    with redirect_stdout(io.StringIO()):
        assert main(["run", str(folder), "--today", TODAY]) == 0
    return folder


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workspace of Aaby."""
    return written(tmp_path_factory.mktemp("town") / "aaby", "Aaby", "m1", ROWS.partition("6;c5")[0])


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workspace of the country with both towns."""
    return written(tmp_path_factory.mktemp("land") / "land", "Landet", "land")


def flat(text: str) -> list[str]:
    """Return the lines that say something, their blanks made one."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_the_report_of_one_unit_has_a_line_for_each_value(klaremal: Run, town: Path) -> None:
    """With the text that explain takes, and in words; what stands beside the figure is that of all values."""
    lines = flat(klaremal("run", town, "--today", TODAY).out)
    assert "goal value period status" in lines
    assert "all All of them 2025 Fulfilled: 60.0% is at least 60.0%. 3 of 5 applications." in lines
    for value, said in (
        ("paragraph=§83", "Section: Home help (§ 83). Fulfilled: 66.7% is at least 60.0%. 2 of 3 applications."),
        ("paragraph=§83a", "Section: Rehabilitation (§ 83 a). Fulfilled: 100.0% is at least 60.0%. 1 of 1 applications."),
        ("paragraph=§86", "Section: Training (§ 86). Not fulfilled: 0.0% is below 60.0%. Based on 1 person."),
    ):
        told = " ".join(lines[next(i for i, line in enumerate(lines) if line.startswith(f"each {value} ")) :])
        assert told.startswith(f"each {value} Each section 2025 {said}")
    assert "each: open past the deadline: 1, the oldest 58 days old" in lines


def test_the_report_of_several_units_counts_them_by_value(klaremal: Run, land: Path) -> None:
    """Both towns are in time by § 83, and one of them by each of the others; each that is not is named with its value."""
    lines = flat(klaremal("run", land, "--today", TODAY).out)
    assert [line for line in lines if line.startswith("each ")] == [
        "each paragraph=§83 Each section at least 60.0% 2025 2 0 0 0",
        "each paragraph=§83a Each section at least 60.0% 2025 1 0 1 0",
        "each paragraph=§86 Each section at least 60.0% 2025 1 0 1 0",
        "each paragraph=§83a (1): Beby",
        "each paragraph=§86 (1): Aaby",
    ]


def test_the_json_has_what_stands_beside_each_goal(klaremal: Run, land: Path) -> None:
    """By goal and unit, for the month of the last day that is covered; Beby has no open case, and so no oldest one."""
    found = json.loads(klaremal("run", land, "--today", TODAY, "--format", "json").out)
    about = {"period": "2025M12", "paused": 0.0}
    assert [each for each in found["beside"] if each["goal"] == "each"] == [
        {"goal": "each", "unit": "m1", "unit_name": "Aaby", **about, "open_overdue": 1.0, "oldest_open": 58.0},
        {"goal": "each", "unit": "m2", "unit_name": "Beby", **about, "open_overdue": 0.0, "oldest_open": None},
    ]
    assert sorted({each["breakdown"] for each in found["fulfilments"]}) == [
        "", "paragraph=§83", "paragraph=§83a", "paragraph=§86",
    ]  # fmt: skip


def test_the_export_names_the_value_in_the_language(klaremal: Run, town: Path) -> None:
    """In the column of the breakdown as it is kept, and in the reason in words."""
    rows = json.loads(klaremal("export", "fulfilments", town, "--format", "json", "--goal", "each", "--lang", "nb").out)
    assert {row["breakdown"]: row["reason"].partition(".")[0] for row in rows} == {
        "paragraph=§83": "Paragraf: Hjemmehjelp (§ 83)", "paragraph=§83a": "Paragraf: Rehabilitering (§ 83 a)",
        "paragraph=§86": "Paragraf: Opptrening (§ 86)",
    }  # fmt: skip


def test_one_value_is_explained(klaremal: Run, town: Path) -> None:
    """Two of three by rows although n counts citizens; what is beside is said to be of all, and where the data begins."""
    lines = flat(klaremal("explain", "each", town, "--value", "paragraph=§83").out)
    for line in (
        "Arithmetic 100 x 2 / 3 = 66.666667%",
        "Count 2 of 3 applications; 3 persons",
        "Beside it all values together: open past the deadline: 1, the oldest 58 days old",
        "Covers from 1 January 2025",
    ):
        assert line in lines
    assert any(line.startswith("Indicator Decisions on time (Section: Home help (§ 83)) (") for line in lines)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("each",),
            'The goal "each" has a judgement for each of several values. Say --value, one of "paragraph=§83", '
            '"paragraph=§83a", "paragraph=§86".',
        ),
        (
            ("each", "--value", "paragraph=§84"),
            'The goal "each" has no judgement for the value "paragraph=§84". Did you mean "paragraph=§86"?',
        ),
        (("all", "--value", "paragraph=§83"), 'The goal "all" is not broken down by values. Leave out --value.'),
        (("each", "--value", "paragraph="), 'breakdown "paragraph=" cannot be read'),
    ],
    ids=["which of them", "not there", "no values", "unreadable"],
)
def test_which_value_is_meant_must_be_said(words: tuple[str, ...], sentence: str, klaremal: Run, town: Path) -> None:
    """The answer lists the values as they are to be written."""
    goal, *options = words
    said = klaremal("explain", goal, town, *options)
    assert said.code == 2
    assert sentence in " ".join(said.err.split())
