"""Command lines that are wrong or ask for what there is not: exit code 2, the nearest name, and nothing was run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TODAY = "2026-11-22"

PERIODS = (
    "Write a month 2026M03, a quarter 2026K3, a half-year 2026H1, a year 2026, a school year 2025/26 or twelve months to a "
    "month 2026M03R12."
)
WRONG = "klaremal: 1 mistake on the command line; nothing was run.\n- "


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--period", "2o25"), f'--period: "2o25" is not a period. {PERIODS}'),
        (("--period", "2025U05"), f'--period: "2025U05" is a week, and weeks do not fill months. {PERIODS}'),
        (("--period", "1999"), f"{WRONG}--period: no goal is judged for 1999; the goals here are judged by: year."),
        (("--period", "2025K1"), f"{WRONG}--period: no goal is judged for 2025K1; the goals here are judged by: year."),
        (
            ("--sector", "citizen_servise"),
            f'{WRONG}--sector: there is no sector "citizen_servise" here. Did you mean "citizen_service"?',
        ),
        (("--sector", "veje"), f'{WRONG}--sector: there is no sector "veje" here. There is citizen_service, eldercare.'),
        (
            ("--goal", "omgjorte_klage"),
            f'{WRONG}--goal: there is no goal "omgjorte_klage" here. Did you mean "omgjorte_klager"?',
        ),
        (
            ("--goal", "omgjorte_klager", "--sector", "eldercare"),
            f"{WRONG}--goal: omgjorte_klager is of another sector than eldercare. Leave --sector out.",
        ),
        (("--fail-on", "fulfilled"), "'fulfilled' is not one of 'not_fulfilled', 'partly_fulfilled', 'not_assessable'."),
        (("--lang", "sv"), "'sv' is not one of 'da', 'en', 'nb'."),
        (("--setcor", "eldercare"), "No such option '--setcor'. Did you mean '--sector'?"),
    ],
    ids=[
        "no period", "a week", "before all goals", "finer than the goals", "almost a sector", "no sector", "almost a goal",
        "a goal of another sector", "no status", "no language", "no option",
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_said_and_nothing_is(
    options: tuple[str, ...], sentence: str, run: Run, stored: Run, workspace: Path
) -> None:
    """The option, what is wrong with it and what there is; the ledger is not touched."""
    said = run(*options)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith(f"{sentence}\n")
    assert stored(workspace) == {}


def test_several_wrong_choices_come_together(run: Run) -> None:
    """Both are told, as the mistakes of files are."""
    said = run("--sector", "eldercar", "--goal", "klager")
    assert said.code == 2
    assert said.err == (
        "klaremal: 2 mistakes on the command line; nothing was run.\n"
        '- --sector: there is no sector "eldercar" here. Did you mean "eldercare"?\n'
        '- --goal: there is no goal "klager" here. There is hjemmehjaelp_tilfredshed, omgjorte_klager.\n'
    )


def test_a_command_that_there_is_not_has_a_nearest_name(klaremal: Run) -> None:
    """So has a slip in the command itself."""
    said = klaremal("rnu")
    assert said.code == 2
    assert "No such command 'rnu'. Did you mean \"run\"?" in said.err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "partly_fulfilled"), 0),
        (("--fail-on", "partly_fulfilled", "--fail-on", "not_fulfilled"), 3),
        (("--fail-on", "not_fulfilled", "--sector", "citizen_service"), 0),
        (("--fail-on", "not_fulfilled", "--period", "2024"), 0),
        (("--fail-on", "not_assessable", "--period", "2022", "--sector", "eldercare"), 3),
    ],
    ids=["nothing asked", "another status", "one of two", "another sector", "another period", "unassessed"],
)
def test_fail_on_looks_at_what_is_shown(options: tuple[str, ...], code: int, klaremal: Run, runs: Run, ran: Path) -> None:
    """The survey's goal is not fulfilled in 2025, fulfilled in 2024 and not measured in 2022; all runs are stored."""
    before = runs(ran)
    assert klaremal("run", ran, "--today", TODAY, *options).code == code
    assert runs(ran) == [*before, len(before) + 1]


def test_a_failure_is_worth_more_than_fail_on(run: Run, runs: Run, workspace: Path) -> None:
    """A source failed (1) and a goal is not fulfilled (3): what failed comes first, and a mistake (2) before all."""
    for file in (workspace / "data" / "citizen_service").glob("*.csv"):
        file.unlink()
    assert run("--fail-on", "not_fulfilled").code == 1
    assert runs(workspace) == [1]
    assert run("--fail-on", "not_fulfilled", "--period", "1999").code == 2
    assert runs(workspace) == [1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("observations", "--unit", "Aarhuz"), '--unit: the ledger has no unit "Aarhuz". Did you mean "Aarhus"?'),
        (
            ("observations", "--indicator", "eldercare.home_help"),
            '--indicator: the ledger has no indicator "eldercare.home_help". '
            'Did you mean "eldercare.home_help_satisfaction"?',
        ),
        (
            ("observations", "--level", "school"),
            '--level: the ledger has no level "school". It has municipality.',
        ),
        (
            ("fulfilments", "--status", "green"),
            '--status: the ledger has no status "green". It has fulfilled, not_assessable, not_fulfilled, partly_fulfilled.',
        ),
        (("fulfilments", "--sector", "elderly"), '--sector: the ledger has no sector "elderly".'),
        (("fulfilments", "--goal", "omgjorte_klager", "--goal", "klager"), '--goal: the ledger has no goal "klager".'),
        (("fulfilments", "--indicator", "x"), "--indicator does not filter fulfilments."),
        (("fulfilments", "--period", "2o25"), '--period: "2o25" is not a period.'),
        (("fulfilments", "--format", "parquet"), "parquet is no text: say where to write it, as -o figures.parquet."),
        (("fulfilments", "-o", "findes/ikke/maal.csv"), "maal.csv cannot be written: there is no such folder."),
        (("fulfilments", "-o", "findes/ikke/maal.parquet"), "maal.parquet cannot be written: there is no such folder."),
    ],
    ids=[
        "unit", "indicator", "level", "status", "sector", "one of two goals", "unfit filter", "period", "no file",
        "no folder", "no folder for parquet",
    ],
)  # fmt: skip
def test_an_export_of_what_there_is_not_is_no_empty_file(
    words: tuple[str, ...], sentence: str, klaremal: Run, made_and_run: Path
) -> None:
    """A slip in a filter would look like "nothing found" to whoever reads the file; so it is exit code 2 and no file."""
    table, *options = words
    said = klaremal("export", table, made_and_run, *options)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err


def test_a_filter_that_finds_nothing_is_an_empty_table(klaremal: Run, made_and_run: Path) -> None:
    """Words that are known but never come together are no mistake."""
    said = klaremal(
        "export", "fulfilments", made_and_run, "--status", "not_assessable", "--goal", "omgjorte_klager", "--format", "json"
    )
    assert (said.code, json.loads(said.out)) == (0, [])


def test_a_goal_without_judgement_is_not_said_to_be_another(klaremal: Run, run: Run, workspace: Path) -> None:
    """A goal that begins next year exists: there is nothing to judge yet, and its own name is no suggestion."""
    goals = workspace / "goals" / "eldercare.toml"
    goals.write_text(goals.read_text("utf-8").replace("2022-01-01", "2027-01-01"), "utf-8")
    assert run().code == 0
    said = klaremal("explain", "hjemmehjaelp_tilfredshed", workspace)
    assert (said.code, said.out) == (2, "")
    assert (
        'The goal "hjemmehjaelp_tilfredshed" has no judgement yet: it was not run yet, or no period that begins on 2027-01-01 '
        "or later can be judged yet."
    ) in said.err
    assert "Did you mean" not in said.err


def test_a_statutory_goal_that_is_switched_off_is_shown_with_its_reason(klaremal: Run, tmp_path: Path) -> None:
    """In the report, for programs, and when its account is asked for: nobody finds out by its absence."""
    folder = tmp_path / "boern"
    klaremal("init", folder, "--unit", "751", "--plugins", "childcare", "--lang", "en")
    with (folder / "klaremal.toml").open("a", encoding="utf-8") as file:
        file.write('\n[statutory.off]\n"childcare.minimum_staffing_0_2" = "Vi har ingen vuggestuer."\n')
    said = klaremal("run", folder, "--today", TODAY)
    assert "\nSwitched off\n  childcare.minimum_staffing_0_2: Vi har ingen vuggestuer.\n" in said.out
    said = klaremal("run", folder, "--today", TODAY, "--format", "json")
    assert json.loads(said.out)["switched_off"] == [
        {"goal": "childcare.minimum_staffing_0_2", "reason": "Vi har ingen vuggestuer."}
    ]
    said = klaremal("explain", "childcare.minimum_staffing_0_2", folder)
    assert (said.code, said.out) == (2, "")
    assert "is switched off in klaremal.toml ([statutory.off]): Vi har ingen vuggestuer." in said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("omgjorte_klage",), 'no judgement of the goal "omgjorte_klage". Did you mean "omgjorte_klager"?'),
        (("omgjorte_klager", "--unit", "Randers"), 'judges no unit "Randers". Say --unit, for example Aarhus.'),
        (("omgjorte_klager", "--period", "2019"), "There is no judgement for 2019; there is for 2025."),
        (("omgjorte_klager", "--period", "i fjor"), '--period: "i fjor" is not a period.'),
    ],
    ids=["goal", "unit", "period", "no period"],
)
def test_an_account_of_what_there_is_not(words: tuple[str, ...], sentence: str, klaremal: Run, made_and_run: Path) -> None:
    """`klaremal explain` says what there is instead."""
    goal, *options = words
    said = klaremal("explain", goal, made_and_run, *options)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
