"""Cases that are not as they should be, as `klaremal run` meets them: each told in a sentence, and none of them flattering."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from klaremal.cli.main import main

# Building cases, 40 days: 108 in time and a as well, b late, c decided before it was informed, d of no type, e waits since
# 1 March without an end, f waits from 20 to 10 March. Aaby moved from Nord to Syd in the summer of 2025, when Nord ended.
MONTHS = [f"2025-{1 + number % 12:02}" for number in range(5000)]
BUILDING = """case_id;case_type;received_at;fully_informed_at;decided_at;municipality
a;enfamiliehuse;2025-02-01;2025-02-01;2025-03-01;Aaby
b;enfamiliehuse;2025-02-01;2025-02-01;2025-04-01;Aaby
c;enfamiliehuse;2025-02-01;2025-02-10;2025-02-05;Aaby
d;;2025-02-01;2025-02-01;2025-03-01;Aaby
e;enfamiliehuse;2025-02-01;2025-02-01;;Aaby
f;enfamiliehuse;2025-02-15;2025-02-15;2025-04-01;Aaby
""" + "".join(f"{number};enfamiliehuse;{month}-01;{month}-01;{month}-20;Aaby\n" for number, month in enumerate(MONTHS[:108]))
PAUSES = "case_id;waits_from;waits_to;municipality\ne;2025-03-01;;Aaby\nf;2025-03-20;2025-03-10;Aaby\n"
REQUESTS = "request_id;opened_at;due_at;closed_at;type;neighborhood\n" + "".join(
    f"{number};{month}-03;{month}-10;{month}-04;type {number};Aaby\n" for number, month in enumerate(MONTHS)
)
SURVEY = "Skema;Spurgt;Ydelse;Samlet tilfredshed;Kommune\n" + "".join(
    f"{number};01-09-2025;personlig_pleje;{4 if number % 2 else 2};Aaby\n" for number in range(10)
)
UNITS = """code;name;level;parent;valid_from;valid_to
land;Landet;nation;;;
r1;Nord;region;land;;2025-06-30
r2;Syd;region;land;;
m1;Aaby;municipality;r1;;2025-06-30
m1;Aaby;municipality;r2;2025-07-01;
"""
SOURCES = {
    "citizen_service.building_cases": ("building.csv", BUILDING, ""),
    "citizen_service.building_case_pauses": ("pauses.csv", PAUSES, ""),
    "citizen_service.requests": ("requests.csv", REQUESTS, ""),
    "eldercare.own_survey": ("survey.csv", SURVEY, 'dates = "dd-mm-yyyy"\n'),
}
WORKSPACE = """plugins = ["citizen_service", "eldercare"]
goals = ["goals/*.toml"]
languages = ["en"]
[organisation]
name = "Landet"
unit = "land"
[units]
file = "units.csv"
[indicators.citizen_service.building_cases_on_time]
minimum_count = 1
levels = ["nation", "region", "municipality"]
reason = "A made-up country."
"""
GOALS = """[defaults]
promise = "We promise it."
at_least = 50
frequency = "year"
units = ["municipality"]
valid_from = 2025-01-01
decision = { body = "The council", date = 2024-12-11 }
[goal.building]
title = "Building cases"
indicator = "citizen_service.building_cases_on_time"
units = ["region", "municipality"]
[goal.north]
title = "Building cases of Nord"
indicator = "citizen_service.building_cases_on_time"
units = ["Nord"]
valid_from = 2026-01-01
[goal.requests]
title = "Requests"
indicator = "citizen_service.requests_on_time"
[goal.requests_each]
title = "Requests of each type"
indicator = "citizen_service.requests_on_time"
breakdown = "type"
[goal.survey]
title = "Satisfied"
indicator = "eldercare.users_satisfied"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with all of it."""
    folder = tmp_path_factory.mktemp("cases")
    text = WORKSPACE
    for dataset, (file, rows, more) in SOURCES.items():
        (folder / file).write_text(rows, "utf-8")
        text += f'[sources.{dataset}]\ncollector = "csv"\nfiles = "{file}"\ncomplete_until = 2025-12-31\n{more}'
    (folder / "klaremal.toml").write_text(text, "utf-8")
    (folder / "units.csv").write_text(UNITS, "utf-8")
    (folder / "goals").mkdir()
    (folder / "goals" / "goals.toml").write_text(GOALS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def said(folder: Path) -> list[str]:
    """Return the lines of a run, their blanks made one."""
    with redirect_stdout(io.StringIO()) as out:
        main(["run", str(folder), "--today", "2026-11-22"])
    return [" ".join(line.split()) for line in out.getvalue().splitlines() if line.strip()]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(
            "citizen_service.building_cases: 1 row: decided_at is before fully_informed_at. "
            "(case_id = c; decided_at = 2025-02-05; fully_informed_at = 2025-02-10)",
            id="end before start",
        ),
        pytest.param("building: open past the deadline: 0, paused: 1", id="pause without end"),
        pytest.param(
            "citizen_service.building_case_pauses: in 1 rows waits_to is before waits_from; such a pause stops no clock.",
            id="pause turned round",
        ),
        pytest.param(
            "citizen_service.building_cases: 1 rows have no deadline by case_type; they are promised something and not "
            "measured.",
            id="type without deadline",
        ),
        pytest.param(
            "citizen_service.requests_on_time: the breakdown by type is left out: the rows have more than 50 values, and no "
            "enum says which. Break it down by a column with fewer values, or give the column an enum.",
            id="5,000 values",
        ),
        pytest.param("requests Requests 2025 Fulfilled: 100.0% is at least 50.0%. 5,000 of 5,000 requests.", id="their total"),
        pytest.param("Nothing to judge yet: north (in force from 1 January 2026); requests_each", id="none of them is judged"),
        pytest.param(
            "eldercare.users_satisfied: no row is unanswered, so that nobody knows of how many these are a sample. "
            "Deliver a row for everybody who was asked, with an empty answer.",
            id="a sample without N",
        ),
        pytest.param(
            "goals/goals.toml: goal.north.units: Nord ended on 2025-06-30, before the goal begins on 2026-01-01. "
            "Name the unit that took its place.",
            id="a region that ended",
        ),
    ],
)
def test_it_is_told(sentence: str, said: list[str]) -> None:
    """In a sentence that says what, where and, where there is one, the cure."""
    assert sentence in said


def test_it_flatters_nobody(said: list[str], folder: Path, klaremal: Callable[..., Any]) -> None:
    """109 of 111 decided in time; d is not measured, so that 111 of 112 are. Aaby's year is that of Syd, where it ended up."""
    rows = json.loads(klaremal("export", "observations", folder, "--period", "2025", "--format", "json").out)
    building = [row for row in rows if row["indicator"].endswith("building_cases_on_time") and not row["breakdown"]]
    assert {row["unit_name"]: (row["part"], row["n"], row["coverage"]) for row in building} == dict.fromkeys(
        ("Aaby", "Landet", "Syd"), (109, 111, 111 / 112)
    )
