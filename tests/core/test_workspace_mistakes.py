"""Mistakes in a workspace's files: each is said with its place and its cure, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from klaremal.workspace.folder import read

Write = Callable[..., Path]


def sentences(folder: Path) -> list[str]:
    """Return what reading the folder says is wrong."""
    return [str(fault) for fault in read(folder)[1]]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(
            "unit = 751",
            'klaremal.toml: organisation.unit: 751 is not text. Write it in quotes: "751".',
            id="751 without quotes",
        ),
        pytest.param(
            "unit = 0101",
            'klaremal.toml: line 5: 0101 begins with a zero, so it is no number. Write it in quotes: "0101".',
            id="0101",
        ),
        pytest.param(
            'unit = "730"\ngoals = ["goals/*.toml"]',
            'klaremal.toml: organisation: "goals" does not belong in this block. Move it to the top of klaremal.toml, '
            "above the first [block]: below a block it belongs to that block.",
            id="goals below a block",
        ),
        pytest.param(
            'unti = "730"',
            'klaremal.toml: organisation: the key "unti" is unknown. Did you mean "unit"?',
            id="unknown key",
        ),
        pytest.param(
            'unit = "730"\n[calender]',
            'klaremal.toml: the key "calender" is unknown. Did you mean "calendar"?',
            id="unknown block",
        ),
        pytest.param(
            'unit = "730"\n[units]\nset = 5', 'klaremal.toml: units.set: 5 is not text. Write it in quotes: "5".', id="set"
        ),
        pytest.param(
            'unit = "730"\n[units]\npublish = ["municipality"]',
            'klaremal.toml: units: the key "publish" is unknown. The keys here are file, from, set.',
            id="a key of no effect",
        ),
        pytest.param(
            'unit = "730"\n[calendar]\nclosed = ["24-12"]',
            'klaremal.toml: calendar.closed: "24-12" is not a day. '
            'Write month-day for every year ("12-24"), or a date ("2026-05-15").',
            id="closed day",
        ),
        pytest.param(
            'unit = "730"\n[statutory.off]\n"roads.guarantee" = ""',
            'klaremal.toml: statutory.off."roads.guarantee": there is no reason. '
            'Say why the law does not apply here: "roads.guarantee" = "Vi har ingen ...".',
            id="switched off without a reason",
        ),
        pytest.param(
            'unit = "730"\n[indicators."roads.repaired"]\nminimum_count = 3',
            'klaremal.toml: indicators."roads.repaired": "reason" is missing. Add reason = "..."; an override needs one.',
            id="override without a reason",
        ),
        pytest.param(
            'unit = "730"\n[indicators."roads.repaired"]\nminimum_count = 3.5\nreason = "x"',
            'klaremal.toml: indicators."roads.repaired".minimum_count: 3.5 is not a whole number. Write it without decimals.',
            id="half a case",
        ),
        pytest.param(
            'unit = "730"\n[indicators."roads.repaired"]\nreason = "x"',
            'klaremal.toml: indicators."roads.repaired": the block changes nothing. '
            "Add what it changes, or leave the block out.",
            id="override of nothing",
        ),
        pytest.param(
            'unit = "730"\n[units.from."roads.schools"]\ncode = "a"\nname = "b"\nparent = "c"\nlevel = "skole"',
            'klaremal.toml: units.from.roads.schools.level: "skole" is no level. '
            "Use nation, region, municipality, district, institution.",
            id="level of units from a dataset",
        ),
    ],
)
def test_a_mistake_in_klaremal_toml_is_said_with_its_place_and_cure(
    line: str, sentence: str, write: Write, workspace_text: str, goal_text: str
) -> None:
    """Everything that an analyst gets wrong has its own sentence."""
    assert sentence in sentences(write(workspace_text.replace('unit = "730"', line), goal_text))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(
            'files = "C:\\new\\huller.csv"'.replace("\\h", "/h"),
            "files: there is a control character in the path, because \\n in double quotes is one. "
            'Use / between folders ("C:/new/huller.csv") or single quotes.',
            id="C:\\new",
        ),
        pytest.param(
            'files = "C:\\data\\huller.csv"',
            'klaremal.toml: line 9: the backslash in "C:\\data\\huller.csv" begins a special sign. '
            'Use / between folders, or single quotes: "C:/data/huller.csv"',
            id="C:\\data",
        ),
        pytest.param(
            "complete_until = 2023",
            "complete_until: 2023 is not a date. Write year-month-day without quotes: 2026-12-31, 2023-01-01 or 2023-12-31. "
            'Or use one of "end_of_last_month", "file_date", "newest:<column>".',
            id="a year",
        ),
        pytest.param(
            'complete_until = "31-12-2023"',
            'complete_until: "31-12-2023" is not a date. Write year-month-day without quotes: 2023-12-31. '
            'Or use one of "end_of_last_month", "file_date", "newest:<column>".',
            id="a Danish date in quotes",
        ),
        pytest.param("files = 5", 'files: 5 is not text. Write it in quotes: "5".', id="a number for a path"),
    ],
)
def test_a_mistake_in_a_source_is_said_with_its_place_and_cure(
    line: str, sentence: str, write: Write, workspace_text: str, goal_text: str
) -> None:
    """Paths and dates above all."""
    said = sentences(write(workspace_text.replace('files = "data/huller.csv"', line), goal_text))
    place = "" if sentence.startswith("klaremal.toml") else "klaremal.toml: sources.roads.potholes."
    assert place + sentence in said


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param("at_least = 95", "at_least = 92,5", "line 7: 92,5 has a decimal comma. Write 92.5.", id="92,5"),
        pytest.param(
            "2026-01-01",
            "11-12-2025",
            "line 5: 11-12-2025 is not how a date is written. Write 2025-12-11 (year-month-day, without quotes).",
            id="day first",
        ),
        pytest.param(
            "2026-01-01",
            '"11-12-2025"',
            'goal.huller.valid_from: "11-12-2025" is not a date. Write year-month-day without quotes: 2025-12-11.',
            id="day first in quotes",
        ),
        pytest.param(
            "2026-01-01",
            "2026-01-01 08:00:00",
            "goal.huller.valid_from: 2026-01-01 08:00:00 has a time. Write the day only: 2026-01-01.",
            id="a time",
        ),
        pytest.param(
            'title = "Huller i vejen"',
            "title = “Huller i vejen”",
            'line 2: “ is a curly quotation mark, as Word writes them. Write straight ones: title = "Huller i vejen"',
            id="curly quotes",
        ),
        pytest.param('title = "Huller i vejen"\n', "", 'goal.huller: "title" is missing. Add title = "...".', id="no title"),
        pytest.param(
            "valid_from = 2026-01-01\n",
            "",
            'goal.huller: "valid_from" is missing. Add valid_from = 2026-01-01, here or below [defaults].',
            id="no first day",
        ),
        pytest.param(
            "promise", "promisse", 'goal.huller: the key "promisse" is unknown. Did you mean "promise"?', id="unknown key"
        ),
        pytest.param(
            "[goal.huller]",
            "[goal.Huller-2]",
            'goal.Huller-2: "Huller-2" cannot be the id of a goal. '
            "An id is a-z, 0-9 and _, beginning with a letter: [goal.huller_2].",
            id="id",
        ),
        pytest.param(
            "[goal.huller]", "[goals.huller]", 'the key "goals" is unknown. Did you mean "goal"?', id="goals for goal"
        ),
        pytest.param(
            "[goal.huller]\n",
            "",
            '"title" does not belong in this block. Put it below [defaults] or below a [goal.<id>].',
            id="no block",
        ),
        pytest.param(
            'body = "Byrådet", ',
            "",
            'goal.huller.decision: "body" is missing. Add body = "Byrådet".',
            id="decision without body",
        ),
        pytest.param(
            "at_least = 95",
            'at_least = 95\ntolerance = "2,5"',
            'goal.huller.tolerance: "2,5" is text, not a number. Write it without quotes and with a point: 2.5.',
            id="number in quotes",
        ),
    ],
)
def test_a_mistake_in_a_goal_file_is_said_with_its_place_and_cure(
    old: str, new: str, sentence: str, write: Write, workspace_text: str, goal_text: str
) -> None:
    """The file and the goal come first."""
    assert f"goals/goals.toml: {sentence}" in sentences(write(workspace_text, goal_text.replace(old, new)))


def test_a_mistake_in_the_defaults_is_said_once(write: Write, workspace_text: str, goal_text: str) -> None:
    """Not again in every goal that they are filled into; the goals are left alone until it is mended."""
    two = "[defaults]\ntolerance = 'x'\n" + goal_text + goal_text.replace("huller", "flere")
    folder = write(workspace_text, two)
    assert sentences(folder) == ['goals/goals.toml: defaults.tolerance: "x" is not a number. Write it as 92.5, without quotes.']
    assert [goal.faulty for goal in read(folder)[0].goals] == [True, True]


def test_faults_of_several_files_come_at_once_each_with_its_path(write: Write, workspace_text: str, goal_text: str) -> None:
    """ANSI in one file, a comma in another, a number without quotes in a third."""
    folder = write(
        workspace_text.replace('"730"', "730"),
        goal_text.replace("95", "92,5"),
        **{
            "goals/aeldre.toml": goal_text.replace("huller", "ældre", 1)
            .replace("[goal.ældre]", "[goal.aeldre]")
            .encode("cp1252")
        },
    )
    assert [fault.path for fault in read(folder)[1]] == [
        "klaremal.toml: organisation.unit",
        "goals/aeldre.toml: line 6",
        "goals/goals.toml: line 7",
    ]


@pytest.mark.parametrize(
    ("pattern", "file", "sentence"),
    [
        pytest.param("lov.toml", "", 'there is no file "lov.toml". Check its name and folder.', id="a name"),
        pytest.param(
            "goals/*.toml",
            "",
            'no file matches "goals/*.toml". Check the folder and the ending (.toml), or write a goal file there.',
            id="a pattern",
        ),
        pytest.param(
            "goals/*.toml",
            "goals/maal.toml.txt",
            'no file matches "goals/*.toml". There is maal.toml.txt: save it as .toml (rename it to maal.toml).',
            id="an ending that Windows hides",
        ),
        pytest.param(
            "maal/skoler.toml",
            "maal/skole.toml",
            'there is no file "maal/skoler.toml". Did you mean "maal/skole.toml"? Check its name and folder.',
            id="almost its name",
        ),
    ],
)
def test_goals_that_are_named_and_missing_are_a_fault(
    pattern: str, file: str, sentence: str, write: Write, workspace_text: str
) -> None:
    """What is written in klaremal.toml must be there; the file that was meant is named."""
    folder = write(f'goals = ["{pattern}"]\n' + workspace_text, None, **({file: ""} if file else {}))
    assert sentences(folder) == [f"klaremal.toml: goals: {sentence}"]


def test_without_a_word_on_goals_their_folder_may_be_empty(write: Write, workspace_text: str) -> None:
    """A workspace that begins is no mistake."""
    assert sentences(write(workspace_text, None)) == []


def test_files_that_editors_leave_behind_are_no_goal_files(write: Write, workspace_text: str, goal_text: str) -> None:
    """Hidden files and temporary ones."""
    folder = write(workspace_text, goal_text, **{"goals/.x.toml": "x", "goals/~x.toml": "x"})
    assert sentences(folder) == []


def test_a_file_whose_meaning_is_unclear_is_named_and_the_others_are_read(
    write: Write, workspace_text: str, goal_text: str
) -> None:
    """What it would have said is not missing elsewhere."""
    folder = write(workspace_text, goal_text, **{"goals/a.toml": "[goal.x]\n[goal.x]\n"})
    workspace, faults = read(folder)
    assert workspace.unread == ("goals/a.toml",)
    assert [fault.path for fault in faults] == ["goals/a.toml: line 2"]
    assert [goal.id for goal in workspace.goals] == ["huller"]
