"""Reading a workspace's folder: klaremal.toml and its goal files as a value, and folders that hold none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from klaremal.errors import WorkspaceError
from klaremal.workspace.folder import UnitsFrom, Workspace, read

Write = Callable[..., Path]

WHOLE = """\
plugins = ["schools", "childcare"]
goals = ["goals/*.toml", "lov.toml"]
languages = ["da", "en"]
ledger = "protokol/ledger.db"

[organisation]
name = "Solbjerg Kommune"
unit = "751"

[units]
set = "dk"
file = 'mine\\enheder.xlsx'
[units.from."schools.schools"]
code = "school_code"
name = "school_name"
parent = "municipality"
level = "institution"
where = "open = 1"

[calendar]
closed = ["06-05", "12-24", 2026-05-15]

[sources.childcare.staffing]
collector = "childcare.stil"
files = "data/normering*.json"
complete_until = 2023-12-31
columns = { ratio = "Børn pr. voksen" }
sheet = "Ark1"
[sources.childcare.staffing.values.type]
"Enfam." = "enfamiliehus"

[[sources.schools.absence]]
collector = "csv"
files = ["data/a.csv", "data/b.csv"]
complete_until = "end_of_last_month"
[[sources.schools.absence]]
collector = "excel"
files = "data/c.xlsx"

[sources."schools.classes"]
collector = "csv"
files = "data/klasser.csv"
complete_until = "newest:counted_on"

[indicators."schools.absence"]
minimum_count = 3
reason = "Aftalt med skolerne."
[indicators.schools.grades]
plausible = [-3, 12.5]
reason = "Karakterskalaen."

[statutory.off]
"eldercare.nursing_home_guarantee" = "Vi har ingen generel venteliste."
"""
GOALS = """\
[defaults]
valid_from = 2026-01-01
frequency = "year"
at_most = 9
decision = { body = "Byrådet", date = 2025-12-11, case = "25/10482" }

[goal.normering]
title = { da = "Voksne nok", en = "Enough adults" }
promise = "Der er højst 3 børn pr. voksen."
indicator = "childcare.staffing_0_2"
at_least = 3.0
[goal.normering.targets]
"Østby" = 3.2

[[goal.versioner]]
title = "Et"
promise = "Et."
indicator = "childcare.staffing_0_2"
[[goal.versioner]]
title = "To"
promise = "To."
valid_from = 2027-01-01
indicator = "childcare.staffing_0_2"
"""


@pytest.fixture
def whole(write: Write) -> Workspace:
    """Return a workspace that says everything a workspace can say."""
    workspace, faults = read(write(WHOLE, GOALS, **{"lov.toml": ""}))
    assert faults == ()
    return workspace


def test_everything_that_a_workspace_says_is_read(whole: Workspace) -> None:
    """Above the blocks, and in each block."""
    assert (whole.name, whole.unit, whole.plugins) == ("Solbjerg Kommune", "751", ("schools", "childcare"))
    assert (whole.languages, whole.ledger) == (("da", "en"), "protokol/ledger.db")
    assert (whole.unit_set, whole.units_file) == ("dk", "mine/enheder.xlsx")
    assert whole.closed == ("06-05", "12-24", "2026-05-15")
    assert whole.statutory_off == (("eldercare.nursing_home_guarantee", "Vi har ingen generel venteliste."),)
    assert whole.units_from == (
        UnitsFrom(
            dataset="schools.schools",
            code="school_code",
            name="school_name",
            parent="municipality",
            level="institution",
            where="open = 1",
        ),
    )


def test_a_source_is_nested_quoted_or_one_of_several(whole: Workspace) -> None:
    """[sources.a.b], [sources."a.b"] and [[sources.a.b]] are all a source of the dataset a.b."""
    assert [(source.dataset, source.index, source.collector) for source in whole.sources] == [
        ("childcare.staffing", 0, "childcare.stil"),
        ("schools.absence", 0, "csv"),
        ("schools.absence", 1, "excel"),
        ("schools.classes", 0, "csv"),
    ]
    assert [source.place for source in whole.sources][:3] == [
        "klaremal.toml: sources.childcare.staffing",
        "klaremal.toml: sources.schools.absence (block 1)",
        "klaremal.toml: sources.schools.absence (block 2)",
    ]


def test_a_source_keeps_apart_what_core_does_and_what_the_collector_is_told(whole: Workspace) -> None:
    """Columns and values are core's; a sheet is the collector's."""
    staffing, absence, _, classes = whole.sources
    assert staffing.files == ("data/normering*.json",)
    assert absence.files == ("data/a.csv", "data/b.csv")
    assert dict(staffing.preparation) == {
        "columns": {"ratio": "Børn pr. voksen"},
        "values": {"type": {"Enfam.": "enfamiliehus"}},
    }
    assert dict(staffing.options) == {"sheet": "Ark1"}
    assert (staffing.complete_until, absence.complete_until) == (date(2023, 12, 31), "end_of_last_month")
    assert classes.complete_until == "newest:counted_on"


def test_overrides_are_nested_or_quoted_with_their_reason(whole: Workspace) -> None:
    """Both spellings of an indicator's id are one."""
    assert [(one.indicator, dict(one.changes), one.reason) for one in whole.overrides] == [
        ("schools.absence", {"minimum_count": 3}, "Aftalt med skolerne."),
        ("schools.grades", {"plausible": (-3.0, 12.5)}, "Karakterskalaen."),
    ]


def test_a_goal_has_its_files_defaults_and_its_own_target(whole: Workspace) -> None:
    """A target of its own takes the place of the one in the defaults."""
    normering, first, second = whole.goals
    values = dict(normering.values)
    assert (normering.id, normering.place) == ("normering", "goals/goals.toml: goal.normering")
    assert (values["valid_from"], values["frequency"], values["at_least"]) == (date(2026, 1, 1), "year", 3.0)
    assert "at_most" not in values
    assert values["title"].say("en") == "Enough adults"
    assert values["targets"] == {"Østby": 3.2}
    assert values["decision"] == {"body": "Byrådet", "date": date(2025, 12, 11), "case": "25/10482"}
    assert (dict(first.values)["at_most"], dict(second.values)["valid_from"]) == (9, date(2027, 1, 1))
    assert second.place == "goals/goals.toml: goal.versioner (version 2)"


def test_little_is_needed(write: Write) -> None:
    """Plugins and the organisation; the rest has defaults."""
    workspace, faults = read(write('plugins = "roads"\n[organisation]\nname = "Randers"\nunit = "730"\n', None))
    assert faults == ()
    assert workspace.plugins == ("roads",)
    assert workspace.languages == ("da",)
    assert workspace.ledger == ".klaremal/ledger.db"
    assert (workspace.goals, workspace.sources) == ((), ())


def test_an_iso_date_in_quotes_is_a_date(write: Write, workspace_text: str, goal_text: str) -> None:
    """An ISO date in quotes can only be a date."""
    quoted = goal_text.replace("2026-01-01", '"2026-01-01"')
    workspace, faults = read(write(workspace_text, quoted))
    assert faults == ()
    assert dict(workspace.goals[0].values)["valid_from"] == date(2026, 1, 1)


def test_the_byte_order_mark_of_notepad_is_passed_over(write: Write, workspace_text: str, goal_text: str) -> None:
    """In klaremal.toml and in a goal file."""
    workspace, faults = read(write(b"\xef\xbb\xbf" + workspace_text.encode(), b"\xef\xbb\xbf" + goal_text.encode()))
    assert faults == ()
    assert workspace.name == "Randers Kommune"
    assert [goal.id for goal in workspace.goals] == ["huller"]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        pytest.param((), "there is no klaremal.toml in the folder.", id="an empty folder"),
        pytest.param(("klaremal.toml.txt",), "Rename it to klaremal.toml.", id="the ending that Notepad adds"),
    ],
)
def test_a_folder_without_klaremal_toml_is_an_error(made: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    """The only thing that stops the reading: there is nothing to read."""
    for name in made:
        (tmp_path / name).write_text("")
    with pytest.raises(WorkspaceError) as caught:
        read(tmp_path)
    assert sentence in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_folder_that_is_not_there_is_an_error_with_the_command_that_makes_one(tmp_path: Path) -> None:
    """A wrong path on the command line."""
    with pytest.raises(WorkspaceError, match=r"there is no such folder\. Make a workspace with: klaremal init"):
        read(tmp_path / "gone")
