"""Every kind of target on the command line: from a CSV file to what `run`, `explain` and `export` say of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Klaremal = Callable[..., Any]
Explained = Callable[..., dict[str, str]]

TODAY = "2026-11-22"
WORKSPACE = """\
plugins = ["childcare"]
languages = ["en", "da", "nb"]
[organisation]
name = "{name}"
unit = "{unit}"
[sources.childcare.education]
collector = "csv"
files = "data/uddannelse.csv"
complete_until = 2025-12-31
[sources.childcare.staffing]
collector = "csv"
files = "data/normering.csv"
complete_until = 2025-12-31
[statutory.off]
"childcare.minimum_staffing_0_2" = "Uden for denne prøve."
"childcare.minimum_staffing_3_5" = "Uden for denne prøve."
"""
GOALS = """\
[defaults]
valid_from = 2024-01-01
frequency  = "year"
indicator  = "childcare.trained_pedagogues"
decision   = { body = "Byrådet", date = 2023-12-11, case = "23/10490" }
"""
# Of 100 hours worked in Aarhus 60 by trained pedagogues in 2023 and 69 in 2025; of the others 90 of 100 and 30 of 60.
EDUCATION = """\
Kommune;År;Pædagoguddannede;Pædagogisk personale
Aarhus;2019;58;100
Aarhus;2020;60;100
Aarhus;2021;61;100
Aarhus;2022;60;100
Aarhus;2023;60;100
Aarhus;2024;62;100
Aarhus;2025;69;100
Odense;2025;90;100
Aalborg;2025;30;60
"""
STAFFING = """\
Kommune;Pasningstilbud;År;Børn pr. voksen
Aarhus;0-2;2024;3,5
Aarhus;0-2;2025;3,6
Hele landet;0-2;2025;3,1
"""


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a workspace of Aarhus, or of another unit, with these lines as its goal "svar"."""

    def write(*lines: str, name: str = "Aarhus Kommune", unit: str = "751", more: str = "") -> Path:
        text = "".join(f"{line}\n" for line in ("[goal.svar]", 'title = "Svar"', 'promise = "Vi lover det."', *lines))
        files = {
            "klaremal.toml": WORKSPACE.format(name=name, unit=unit) + more,
            "goals/goals.toml": GOALS + text,
            "data/uddannelse.csv": EDUCATION,
            "data/normering.csv": STAFFING,
        }
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(content, "utf-8")
        return tmp_path

    return write


@pytest.fixture
def explained(klaremal: Klaremal) -> Explained:
    """Return a function that runs a workspace and explains its goal, as label and text."""

    def tell(folder: Path, *options: str) -> dict[str, str]:
        done = klaremal("run", folder, "--today", TODAY)
        assert done.code == 0, done.err + done.out
        said = klaremal("explain", "svar", folder, "--format", "json", *options)
        assert said.code == 0, said.err
        return {line["id"]: line["title"] for line in json.loads(said.out)}

    return tell


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ("change = { by = 1.5, since = 2023 }",),
            {
                "Target": "at least 63.0%",
                "Status": "fulfilled (clear), better than a year earlier",
                "Basis": "60.0% (2023): at least 1.5 percentage points more for every year since 2023",
            },
            id="change",
        ),
        pytest.param(
            ('change = { by_percent = 20, since = "previous" }',),
            {"Target": "at least 74.4%", "Basis": "62.0% (2024): at least 20% more than the year before"},
            id="change in percent",
        ),
        pytest.param(
            ('relative = { to = "group" }',),
            {
                "Target": "at least 75.0%",
                "Status": "not fulfilled (clear), better than a year earlier",
                "Basis": "75.0% (the others in the group): at least as the others in the group",
            },
            id="group",
        ),
        pytest.param(
            ('indicator = "childcare.staffing_0_2"', 'relative = { to = "nation", offset = 0.5 }'),
            {
                "Target": "at most 3.6",
                "Status": "fulfilled (clear)",
                "Basis": "3.1 children per adult (the nation): at most 0.5 children per adult above the nation",
            },
            id="nation",
        ),
        pytest.param(
            ("at_least = 80", "by = 2027", 'parent = "childcare.minimum_staffing_0_2"'),
            {
                "Part of": "childcare.minimum_staffing_0_2",
                "Target": "at least 80.0% in 2027",
                "Status": "cannot be assessed: the deadline has not been reached",
                "Course": "behind, towards 2027",
                "Tendency": "+1.0 a year by the figures of 7 years (median of all slopes, Theil-Sen); if it goes on, the "
                "figure is 66.0% in 2027",
            },
            id="by",
        ),
        pytest.param(
            ("path = { 2024 = 62, 2027 = 74 }",),
            {"Target": "at least 66.0%", "Course": "on track, towards 2027"},
            id="path",
        ),
    ],
)
def test_a_target_is_judged_and_explained(
    lines: tuple[str, ...], expected: dict[str, str], make: Callable[..., Path], explained: Explained
) -> None:
    """What it follows from, how far from it, and how it stands with what lies ahead."""
    found = explained(make(*lines))
    assert {label: found.get(label) for label in expected} == expected


def test_targets_of_a_file_are_judged_and_explained(make: Callable[..., Path], explained: Explained) -> None:
    """As Excel saves it for a Dane: semicolons and decimal commas."""
    folder = make('indicator = "childcare.staffing_0_2"', 'at_most = "maal/normering.csv"')
    (folder / "maal").mkdir()
    (folder / "maal" / "normering.csv").write_bytes(
        "\ufeffenhed;periode;måltal\r\nAarhus;2024;3,4\r\nAarhus;2025;3,7\r\n".encode()
    )
    found = explained(folder, "--period", "2024")
    assert (found["Target"], found["Status"]) == ("at most 3.4", "not fulfilled (clear)")
    assert explained(folder)["Target"] == "at most 3.7"


def test_something_to_be_done_is_reported_explained_and_exported(make: Callable[..., Path], klaremal: Klaremal) -> None:
    """No figure, no source, no statement; a sentence in three languages."""
    folder = make('done = { by = 2026-12-31, status = "not_yet", note = "Udbud afholdt i juni 2026" }')
    report = klaremal("run", folder, "--today", TODAY)
    assert "To be done" in report.out
    assert "It is to be done by 31 December 2026. Udbud afholdt i juni 2026." in " ".join(report.out.split())
    said = klaremal("explain", "svar", folder, "--lang", "da").out
    assert "Kan ikke vurderes: fristen er ikke nået. Det skal være gjort senest den 31. december 2026." in said
    assert "something to be done: there is no figure" in klaremal("explain", "svar", folder, "--sql").err
    (row,) = csv.DictReader(io.StringIO(klaremal("export", "fulfilments", folder, "--format", "csv", "--lang", "nb").out))
    assert (row["goal"], row["indicator"], row["period"], row["cause"]) == ("svar", "", "2026", "not_yet_due")
    assert row["reason"].startswith("Kan ikke vurderes: fristen er ikke nådd. Det skal være gjort senest 31. desember 2026.")
    (listed,) = json.loads(klaremal("goals", folder, "--format", "json").out)
    assert (listed["id"], listed["indicator"], listed["target"]) == ("svar", None, "done by 2026-12-31")
    (told,) = json.loads(klaremal("run", folder, "--today", TODAY, "--format", "json").out)["goals"]
    assert told == {"id": "svar", "title": "Svar", "sector": None, "period": "2026", "counts": {"not_assessable": 1}}


def test_nothing_can_have_been_done_tomorrow(make: Callable[..., Path], klaremal: Klaremal) -> None:
    """The day of the run is the last one on which it can."""
    folder = make("done = { by = 2026-12-31, on = 2026-11-23 }")
    said = klaremal("run", folder, "--today", TODAY)
    assert said.code == 2
    assert "goal.svar.done.on: 2026-11-23 lies in the future (today is 2026-11-22)." in said.err
    assert klaremal("run", folder, "--today", "2026-11-23").code == 0


UNITS = 'units = ["Aarhus", "Odense", "Aalborg"]'


def test_a_whole_is_reported_explained_and_exported(
    make: Callable[..., Path], klaremal: Klaremal, explained: Explained
) -> None:
    """The nation's own status from three municipalities, with the one that decided."""
    folder = make("at_least = 60", UNITS, 'summary = "all"', name="Danmark", unit="000")
    found = explained(folder)
    assert found["Status"] == (
        "Not fulfilled: 2 of the 3 units that can be assessed fulfil the goal. All must fulfil it. Deciding: Aalborg."
    )
    assert found["Units"] == "Aalborg: not fulfilled; Aarhus: fulfilled; Odense: fulfilled"
    report = " ".join(klaremal("run", folder, "--today", TODAY).out.split())
    assert "All must fulfil it. Deciding: Aalborg." in report
    counted = json.loads(klaremal("run", folder, "--today", TODAY, "--format", "json").out)["goals"][0]["counts"]
    assert counted == {"fulfilled": 2, "not_fulfilled": 1}
    rows = list(csv.DictReader(io.StringIO(klaremal("export", "fulfilments", folder, "--format", "csv", "--lang", "en").out)))
    (whole,) = [row for row in rows if row["unit"] == "000" and row["period"] == "2025"]
    assert (whole["indicator"], whole["sector"], whole["n"], whole["part"]) == ("", "childcare", "3.0", "2.0")
    assert whole["reason"] == found["Status"]


def test_the_whole_of_an_internal_indicator_is_internal(make: Callable[..., Path], klaremal: Klaremal) -> None:
    """That it names no indicator does not let it out."""
    internal = '[indicators."childcare.trained_pedagogues"]\npublication = "internal"\nreason = "Internt."\n'
    folder = make("at_least = 60", UNITS, 'summary = "all"', name="Danmark", unit="000", more=internal)
    assert klaremal("run", folder, "--today", TODAY).code == 0
    said = klaremal("export", "fulfilments", folder, "--format", "csv")
    assert (said.code != 0, said.out, "childcare.trained_pedagogues may not be published" in said.err) == (True, "", True)


def test_a_goal_that_can_be_judged_by_no_earlier_figure_says_so(make: Callable[..., Path], klaremal: Klaremal) -> None:
    """A change since a year before any data."""
    folder = make("change = { by = 1, since = 2010 }")
    report = " ".join(klaremal("run", folder, "--today", TODAY).out.split())
    assert "Cannot be assessed: data is missing." in report
    assert "There is no figure for 2010, from which the target follows." in report
