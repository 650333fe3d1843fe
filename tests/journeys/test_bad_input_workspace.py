"""Mistakes in klaremal.toml and goal files, as `klaremal run` meets them: what, where and the cure, and nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Spoil = Callable[[str, str, str], None]

TOML = "klaremal.toml"
GOALS = "goals/eldercare.toml"
GOAL = f"{GOALS}: goal.hjemmehjaelp_tilfredshed"
SURVEY = '"data/eldercare/hjemmehjaelp.csv"'
COMMENT = f"{' ' * 22}# sidste dag, som tallene dækker"
# Far from what is right, so that no test meets another mistake than its own.
ONE = "klaremal: 1 mistake in the workspace; nothing was run.\n- "


def nothing_was_run(workspace: Path) -> bool:
    """Say whether the workspace is as it was: no ledger, no components, no scratch."""
    return list((workspace / ".klaremal").iterdir()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (GOALS, "= 87 ", "= 92,5 ", f"{GOALS}: line 14: 92,5 has a decimal comma. Write 92.5."),
        (TOML, '= "751"', "= 751", f'{TOML}: organisation.unit: 751 is not text. Write it in quotes: "751".'),
        (
            TOML,
            '= "751"',
            "= 0751",
            f'{TOML}: line 12: 0751 begins with a zero, so it is no number. Write it in quotes: "0751".',
        ),
        (
            TOML,
            '"Aarhus Kommune"',
            "“Aarhus Kommune”",
            f"{TOML}: line 11: “ is a curly quotation mark, as Word writes them. "
            'Write straight ones: name = "Aarhus Kommune"',
        ),
        (
            TOML,
            SURVEY,
            '"C:\\new\\tal.csv"',
            f"{TOML}: sources.eldercare.home_help_survey.files: there is a control character in the path, because \\n in "
            'double quotes is one. Use / between folders ("C:/new/tal.csv") or single quotes.',
        ),
        (
            TOML,
            "[organisation]",
            '[organisation]\ngoals = ["goals/*.toml"]',
            f'{TOML}: organisation: "goals" does not belong in this block. '
            f"Move it to the top of {TOML}, above the first [block]: below a block it belongs to that block.",
        ),
        (
            GOALS,
            "date = 2021-12-09",
            "date = 09-12-2021",
            f"{GOALS}: line 8: 09-12-2021 is not how a date is written. "
            "Write 2021-12-09 (year-month-day, without quotes).",
        ),
        (
            GOALS,
            "= 87 ",
            "= 0.87 ",
            f"{GOAL}.at_least: 0.87 means 0.87 percent, since the indicator is measured in percent. "
            "Write 87; if 0.87 percent is meant, write between = [0.87, 100].",
        ),
        (GOALS, "at_least  =", "at_leats  =", f'{GOAL}: the key "at_leats" is unknown. Did you mean "at_least"?'),
        (
            TOML,
            f'collector      = "csv"\nfiles          = {SURVEY}',
            f'colector       = "csv"\nfiles          = {SURVEY}',
            f'{TOML}: sources.eldercare.home_help_survey: the key "colector" is unknown. Did you mean "collector"?',
        ),
        (
            GOALS,
            "eldercare.home_help_satisfaction",
            "eldercare.homehelp_satisfaction",
            f'{GOAL}.indicator: there is no indicator "eldercare.homehelp_satisfaction". '
            'Did you mean "eldercare.home_help_satisfaction"?',
        ),
        (
            TOML,
            "[sources.eldercare.home_help_survey]",
            "[sources.eldercare.home_help_surveys]",
            f'{TOML}: sources.eldercare.home_help_surveys: there is no dataset "eldercare.home_help_surveys". '
            'Did you mean "eldercare.home_help_survey"?',
        ),
        (
            TOML,
            '"eldercare"]',
            '"elder_care"]',
            f'{TOML}: plugins: the plugin "elder_care" is not installed. Did you mean "eldercare"? '
            "Or install it: pip install klaremal-elder-care.",
        ),
        (
            TOML,
            f"2025-12-31{COMMENT}\n",
            f"2026-11-22{COMMENT}\n",
            f"{TOML}: sources.eldercare.home_help_survey.complete_until: 2026-11-22 is today, which is no whole day yet. "
            'Write the last day that the data covers, at the latest 2026-11-21, or "end_of_last_month".',
        ),
        (
            TOML,
            f"2025-12-31{COMMENT}\n",
            f"2027-12-31{COMMENT}\n",
            f"{TOML}: sources.eldercare.home_help_survey.complete_until: 2027-12-31 lies in the future (today is 2026-11-22). "
            'Write the last day that the data covers, at the latest 2026-11-21, or "end_of_last_month".',
        ),
        (TOML, '= "751"', '= "Aarhuus"', f'{TOML}: organisation.unit: there is no unit "Aarhuus". Did you mean "Aarhus"?'),
        (
            GOALS,
            "at_least  =",
            "at_most   =",
            f"{GOAL}.at_most: the target is against the direction of eldercare.home_help_satisfaction, where higher is "
            "better. Use at_least.",
        ),
        (
            GOALS,
            "at_least  = 87 ",
            "change = { by = 2 } ",
            f'{GOAL}.change: "since" is missing. Write {{ by = 1.5, since = 2025 }}.',
        ),
    ],
    ids=[
        "decimal comma", "code without quotes", "code with a zero", "curly quotes", "backslashes", "goals below a block",
        "Danish date", "0.87 for 87 percent", "unknown key", "unknown key of a source", "unknown indicator",
        "unknown dataset", "unknown plugin", "complete until today",
        "complete until next year", "unknown unit", "against the direction", "half a target",
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_place_and_its_cure(
    file: str, old: str, new: str, sentence: str, run: Run, spoil: Spoil, workspace: Path
) -> None:
    """Exit code 2, one sentence that an analyst can act on, and nothing is written."""
    spoil(file, old, new)
    said = run()
    assert (said.code, said.out, said.err) == (2, "", f"{ONE}{sentence}\n")
    assert nothing_was_run(workspace)


def test_all_mistakes_of_all_files_come_at_once(run: Run, check: Run, spoil: Spoil, workspace: Path) -> None:
    """One correction round is enough: TOML, keys, ids and targets of three files are told together; check says the same."""
    spoil(TOML, '= "751"', "= 751")
    spoil(TOML, SURVEY, '"C:\\new\\tal.csv"')
    spoil(GOALS, "eldercare.home_help_satisfaction", "eldercare.satisfaction")
    spoil("goals/citizen_service.toml", "at_most   = 30 ", "at_least  = 30,5 ")
    said = run()
    assert said.code == 2
    assert re.findall(r"^- (\S+): ([\w. ]+?):", said.err, re.MULTILINE) == [
        (TOML, "organisation.unit"),
        (TOML, "sources.eldercare.home_help_survey.files"),
        ("goals/citizen_service.toml", "line 14"),
        ("goals/citizen_service.toml", "goal.omgjorte_klager.at_least"),
        (GOALS, "goal.hjemmehjaelp_tilfredshed.indicator"),
    ]
    assert said.err.startswith("klaremal: 5 mistakes in the workspace; nothing was run.\n")
    assert check() == said
    assert nothing_was_run(workspace)


def test_the_mark_of_notepad_is_no_mistake(run: Run, workspace: Path) -> None:
    """Files that Notepad saved as UTF-8 with a byte order mark are read."""
    for file in (TOML, GOALS):
        (workspace / file).write_bytes((workspace / file).read_text("utf-8").encode("utf-8-sig"))
    assert run().code == 0


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        (
            "cp1252",
            f"{GOALS}: line 2: is saved as ANSI, so that æ, ø and å cannot be read (# Et eksempel på et mål for ældrepleje. "
            "Ingen har besluttet det: ret tal, ord og beslutning til jeres egne.).",
        ),
        ("utf-16", f"{GOALS}: is saved as UTF-16."),
    ],
    ids=["ANSI", "Unicode"],
)
def test_a_file_in_another_encoding_is_said_with_the_menu(encoding: str, sentence: str, run: Run, workspace: Path) -> None:
    """The cure is where to click in Notepad; the letters are never guessed into the ledger."""
    file = workspace / GOALS
    file.write_bytes(file.read_text("utf-8").encode(encoding))
    said = run()
    assert (said.code, said.err) == (2, f'{ONE}{sentence} Save it as UTF-8 (Notepad: File, Save as, Encoding "UTF-8").\n')
    assert nothing_was_run(workspace)


def test_two_institutions_with_one_name_are_told_apart_by_their_codes(run: Run, spoil: Spoil, workspace: Path) -> None:
    """A warning says that rows with the name count nowhere; a goal that names it is a mistake, with both codes."""
    (workspace / "enheder.csv").write_text("code;name;level\nE1;Solhjem;institution\nE2;Solhjem;institution\n", "utf-8")
    spoil(TOML, '# file = "enheder.xlsx" ', 'file = "enheder.csv" ')
    said = run()
    assert said.code == 0
    assert 'enheder.csv: 2 units of the level institution are called "Solhjem": E1, E2.' in said.out
    spoil(GOALS, "tolerance = 1 ", 'units     = ["Solhjem"]\ntolerance = 1 ')
    said = run()
    assert (said.code, said.err) == (2, f'{ONE}{GOAL}.units: 2 units are called "Solhjem". Write the code: E1 or E2.\n')


def test_a_goal_without_decision_is_judged_with_a_warning(run: Run, spoil: Spoil, stored: Run, workspace: Path) -> None:
    """A promise may be tried out before it is decided; the run says what is lacking, with an example."""
    spoil(GOALS, "decision   =", "# decision =")
    said = run()
    assert said.code == 0
    assert (
        f"{GOAL}: the goal says nothing of where it was decided. "
        'Add decision = { body = "Byrådet", date = 2025-12-11, case = "..." }.'
    ) in said.out
    assert stored(workspace)["hjemmehjaelp_tilfredshed", "2025"] == ("not_fulfilled", None, 85.5)


def test_a_goal_whose_data_is_not_configured_is_not_assessable_with_a_warning(run: Run, stored: Run, workspace: Path) -> None:
    """A source that is not written yet takes nothing from the other goals, and its goal is never good by silence."""
    text = (workspace / TOML).read_text("utf-8")
    kept, _, _ = text.partition("[sources.eldercare.home_help_survey]")
    (workspace / TOML).write_text(kept, "utf-8")
    said = run()
    assert said.code == 1
    assert f"{GOAL}: the goal is measured on eldercare.home_help_survey, which has no source" in said.out
    assert "Add [sources.eldercare.home_help_survey] to klaremal.toml." in said.out
    assert stored(workspace)["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)
    assert stored(workspace)["hjemmehjaelp_tilfredshed", "2025"][:2] == ("not_assessable", "no_data")


def test_a_workspace_without_goals_says_so(run: Run, spoil: Spoil, runs: Run, workspace: Path) -> None:
    """An empty goals folder that klaremal.toml does not name is no crash and no silent success."""
    for file in (workspace / "goals").iterdir():
        file.unlink()
    spoil(TOML, 'goals     = ["goals/*.toml"]', "")
    said = run("--format", "json")
    assert said.code == 0
    result = json.loads(said.out)
    assert result["goals"] == result["fulfilments"] == []
    assert result["warnings"] == [
        "klaremal.toml: goals: there is no goal, so that nothing is judged. Write one in goals/name.toml, or correct "
        "goals = [...] in klaremal.toml; klaremal goals lists what is found."
    ]
    assert runs(workspace) == [1]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ((), "there is no klaremal.toml in the folder. Go to the workspace's folder, or make one: klaremal init FOLDER"),
        (("klaremal.toml.txt",), "the file is not called klaremal.toml. Rename it to klaremal.toml."),
    ],
    ids=["empty", "an ending that Windows hides"],
)
def test_a_folder_that_is_no_workspace(made: tuple[str, ...], sentence: str, klaremal: Run, tmp_path: Path) -> None:
    """Exit code 2, and nothing is left in somebody's folder."""
    for name in made:
        (tmp_path / name).touch()
    said = klaremal("run", tmp_path)
    assert said.code == 2
    assert said.err.endswith(f"{sentence}\n")
    assert sorted(each.name for each in tmp_path.iterdir()) == list(made)


def test_a_folder_that_is_not_there(klaremal: Run, tmp_path: Path) -> None:
    """It is named, and it is not made."""
    said = klaremal("run", tmp_path / "solbjrg")
    assert (said.code, (tmp_path / "solbjrg").exists()) == (2, False)
    assert f"'{tmp_path / 'solbjrg'}' does not exist" in said.err
