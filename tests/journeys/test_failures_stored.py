"""What the ledger holds after a source failed, was back, and failed again: what is known stays, what has lapsed does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from klaremal.ledger import Ledger
from klaremal.ready import Choice
from klaremal.run import Run
from klaremal.run import run as run_folder

Spoil = Callable[[str, str, str], None]
States = list[tuple[Any, ...]]

TODAY = date(2026, 11, 22)
SURVEY = "data/eldercare/hjemmehjaelp.csv"
SURVEY_GOAL = "goals/eldercare.toml"
SATISFIED, REVERSED = "hjemmehjaelp_tilfredshed", "omgjorte_klager"
INDICATOR = "eldercare.home_help_satisfaction"
FAILED = (SATISFIED, "2025", "not_assessable", "source_failed", False)


def run(folder: Path, *goals: str, today: date = TODAY) -> Run:
    """Run a workspace, or some goals of it, as on one and the same day unless another is given."""
    return run_folder(folder, Choice(goals=goals), today)


def judged(folder: Path, number: int | None = None) -> States:
    """Return goal, period, status, cause and whether it is provisional, of the survey's goals that hold after a run."""
    with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
        frame = book.fulfilments(number, sector="eldercare")
    return rows(frame[["goal", "period", "status", "cause", "provisional"]])


def observed(folder: Path, number: int | None = None) -> States:
    """Return period, value, cause and whether it is provisional, of the survey's observations that hold after a run."""
    with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
        frame = book.observations(number, indicator=INDICATOR)
    return rows(frame[["period", "value", "cause", "provisional"]])


def rows(frame: pd.DataFrame) -> States:
    """Return the rows of a frame, None for what is missing."""
    return [tuple(row) for row in frame.astype(object).where(frame.notna(), None).values.tolist()]


@pytest.fixture(scope="module")
def failed_once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose survey could not be read in its only run, and is there now."""
    folder = Path(shutil.copytree(made, tmp_path_factory.mktemp("failed_once") / "solbjerg"))
    text = (folder / SURVEY).read_bytes()
    (folder / SURVEY).unlink()
    run(folder)
    (folder / SURVEY).write_bytes(text)
    return folder


@pytest.fixture
def back(failed_once: Path, tmp_path: Path) -> Path:
    """A test's own workspace whose survey could not be read in its only run, and is there now."""
    return Path(shutil.copytree(failed_once, tmp_path / "solbjerg"))


@pytest.fixture
def late(back: Path) -> Path:
    """A workspace whose survey could not be read in its only run, and is there now: it reaches 2023."""
    text = (back / SURVEY).read_text("utf-8")
    (back / SURVEY).write_text("".join(text.splitlines(keepends=True)[:4]), "utf-8")
    config = (back / "klaremal.toml").read_text("utf-8")
    head, survey = config.split("[sources.eldercare.home_help_survey]")
    survey = survey.replace("complete_until = 2025-12-31", "complete_until = 2023-12-31")
    (back / "klaremal.toml").write_text(f"{head}[sources.eldercare.home_help_survey]{survey}", "utf-8")
    return back


REACHED = [
    (SATISFIED, "2022", "not_assessable", "not_measured", False),
    (SATISFIED, "2023", "partly_fulfilled", None, False),
]


def test_a_source_that_never_delivered_is_said_to_have_failed(late: Path) -> None:
    """The newest year that has ended has no status and no figure, but a cause."""
    assert judged(late) == [FAILED]
    assert observed(late) == [("2025", None, "source_failed", False)]


def test_a_source_that_fails_for_years_is_said_to_have_failed_in_each(late: Path) -> None:
    """A failure is no knowledge by which to stand: the next year gets one of its own, and the earlier one still says so."""
    (late / SURVEY).unlink()
    run(late, today=date(2027, 11, 22))
    assert judged(late) == [FAILED, (SATISFIED, "2026", *FAILED[2:])]
    assert [period for period, _, cause, _ in observed(late) if cause == "source_failed"] == ["2025", "2026"]


@pytest.mark.parametrize("goals", [(), (SATISFIED,)], ids=["whole", "part"])
def test_a_failure_is_replaced_by_what_the_source_says_when_it_is_back(back: Path, goals: tuple[str, ...]) -> None:
    """It reaches the period that failed: the judgement stands in its place, and nothing is closed."""
    second = run(back, *goals)
    assert judged(back)[-1] == (SATISFIED, "2025", "not_fulfilled", None, False)
    assert observed(back)[-1] == ("2025", 85.5, None, False)
    assert second.appended is not None
    assert second.appended.closed == 0


def test_a_source_that_fails_says_nothing_of_periods_it_never_reached(late: Path) -> None:
    """Something is known of the unit: the run tells of the failure, and the ledger stands by what it has."""
    run(late)
    (late / SURVEY).unlink()
    assert len(run(late).gaps) == 1
    assert judged(late) == REACHED


def test_a_unit_that_is_new_while_the_source_fails_is_not_assessable(ran: Path, spoil: Spoil) -> None:
    """Of Aarhus something is known, which stands; of Odense nothing is."""
    spoil(SURVEY_GOAL, "tolerance = 1 ", 'units = ["Aarhus", "Odense"]\ntolerance = 1 ')
    (ran / SURVEY).unlink()
    run(ran)
    with Ledger.open(ran / ".klaremal" / "ledger.db", read_only=True) as book:
        found = rows(book.fulfilments(goal=SATISFIED, period="2025")[["unit_name", "status", "cause"]])
    assert found == [("Odense", "not_assessable", "source_failed"), ("Aarhus", "not_fulfilled", None)]


def test_a_failure_that_the_data_does_not_reach_is_closed_by_a_whole_run(late: Path) -> None:
    """The ledger then holds what it would hold if the source had never failed, and the failure as of the first run."""
    second = run(late)
    assert second.appended is not None
    assert second.appended.closed == 2
    assert judged(late) == REACHED
    assert [period for period, *_ in observed(late)] == ["2021", "2022", "2023"]
    assert judged(late, 1) == [FAILED]
    third = run(late)
    assert third.appended is not None
    assert (third.appended.observations, third.appended.fulfilments, third.appended.closed) == (0, 0, 0)


def test_a_failure_that_the_data_does_not_reach_is_provisional_after_a_run_over_a_part(late: Path) -> None:
    """Such a run closes nothing: the period waits for data, has no status, and does not say that the source fails."""
    second = run(late, SATISFIED)
    assert second.appended is not None
    assert (second.appended.observations, second.appended.fulfilments, second.appended.closed) == (4, 3, 0)
    assert judged(late) == [*REACHED, (SATISFIED, "2025", None, "no_data", True)]
    assert observed(late)[-1] == ("2025", None, "no_data", True)
    run(late, SATISFIED)
    assert judged(late)[-1] == (SATISFIED, "2025", None, "no_data", True)
    run(late)
    assert judged(late) == REACHED


def test_a_run_over_one_goal_says_nothing_of_another_goals_failure(late: Path) -> None:
    """Two goals on the same indicator failed; the one that is run alone lapses, and the other one waits for its run."""
    text = (late / SURVEY_GOAL).read_text("utf-8")
    other = text[text.index("[goal.") :].replace(SATISFIED, "bedre")
    (late / SURVEY_GOAL).write_text(f"{text}\n{other}", "utf-8")
    file = late / SURVEY
    there = file.read_bytes()
    file.unlink()
    run(late)
    assert judged(late) == [("bedre", *FAILED[1:]), FAILED]
    file.write_bytes(there)
    run(late, "bedre")
    lapsed = [each for each in judged(late) if each[1] == "2025"]
    assert lapsed == [("bedre", "2025", None, "no_data", True), FAILED]


def test_a_failure_takes_nothing_back_while_another_source_comes_back(back: Path) -> None:
    """In one run the appeals fail after they were known, and the survey is read for the first time."""
    (back / "data" / "citizen_service" / "klagesager_2025.csv").unlink()
    run(back)
    with Ledger.open(back / ".klaremal" / "ledger.db", read_only=True) as book:
        found = rows(book.fulfilments()[["goal", "period", "status", "cause"]])
    assert found == [
        (SATISFIED, "2022", "not_assessable", "not_measured"),
        (SATISFIED, "2023", "partly_fulfilled", None),
        (SATISFIED, "2024", "fulfilled", None),
        (SATISFIED, "2025", "not_fulfilled", None),
        (REVERSED, "2025", "fulfilled", None),
    ]


def test_in_a_part_too_one_source_lapses_and_another_takes_nothing_back(late: Path) -> None:
    """Both goals are named, which is a part: the year that the survey does not reach waits, the appeals stand."""
    (late / "data" / "citizen_service" / "klagesager_2025.csv").unlink()
    run(late, SATISFIED, REVERSED)
    with Ledger.open(late / ".klaremal" / "ledger.db", read_only=True) as book:
        found = rows(book.fulfilments(period="2025")[["goal", "status", "cause", "provisional"]])
    assert found == [(SATISFIED, None, "no_data", True), (REVERSED, "fulfilled", None, False)]


def test_what_a_part_finds_no_more_is_no_failure_that_lapsed(late: Path) -> None:
    """While the appeals fail, a year is gone from the survey: a run over its goal leaves the year as it was, and final."""
    run(late)
    (late / "data" / "citizen_service" / "klagesager_2025.csv").unlink()
    run(late)
    file = late / SURVEY
    file.write_text(file.read_text("utf-8").replace("2021;84,0;412\n2022;ikke målt;\n", ""), "utf-8")
    run(late, SATISFIED)
    assert judged(late) == REACHED
    assert observed(late)[0] == ("2021", 84.0, None, False)


def test_a_goal_that_comes_back_while_its_source_fails_is_not_assessable(ran: Path) -> None:
    """What was closed is no longer known: nothing is left to stand by, and the failure is told."""
    goal = (ran / SURVEY_GOAL).read_bytes()
    (ran / SURVEY_GOAL).unlink()
    run(ran)
    assert judged(ran) == []
    (ran / SURVEY_GOAL).write_bytes(goal)
    (ran / SURVEY).unlink()
    run(ran)
    assert judged(ran) == [FAILED]
    assert observed(ran) == [("2025", None, "source_failed", False)]
