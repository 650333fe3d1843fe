"""The page on what a workspace adds itself: its files are written as they stand, run, explained and exported."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

from klaremal.cli.main import main
from klaremal.jsonschema import own_words
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import LEFT_TO_THE_WORKSPACE, Indicator
from klaremal.model.measure_keys import MEASURES, arguments_of

PAGE = "docs/own-plugins.md"
TODAY = ("--today", "2026-02-01")

Tables = Callable[[str, str], list[list[dict[str, str]]]]


@pytest.fixture(scope="module")
def workspace(blocks: Callable[[str], list[Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workspace of the page, after its first run."""
    folder = tmp_path_factory.mktemp("solbjerg")
    for block in blocks(PAGE):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    assert main(["run", str(folder), *TODAY]) == 0
    return folder


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what a command prints when all is well."""
    capsys.readouterr()
    assert main([*words]) == 0
    return capsys.readouterr().out


def fulfilments(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the ledger's judgements by goal and period."""
    rows = json.loads(printed(capsys, "export", "fulfilments", str(folder), "--format", "json", "--lang", "en"))
    return {(row["goal"], row["period"]): row for row in rows}


def test_every_goal_has_the_status_that_the_page_says(
    workspace: Path, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the indicators of TOML alone, by core's rule and by that of the file."""
    found = fulfilments(workspace, capsys)
    table, _ = tables(PAGE, "## Another way to judge")
    said = {
        (goal, row["period"]): word for row in table for goal, word in row.items() if goal not in ("period", "value") and word
    }
    assert {key: row["cause"] or row["status"] for key, row in found.items()} == said
    values = {row["period"]: float(row["value"]) for row in table}
    assert {period: found["tilfreds", period]["value"] for period in values} == values


def test_the_columns_that_a_rule_is_given_are_those_of_the_page(
    workspace: Path, tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a rule that looks for another one is told them."""
    copy = shutil.copytree(workspace, tmp_path / "copy")
    file = copy / "plugins/tools.py"
    file.write_text(file.read_text("utf-8").replace('rows[rows["usable"]]', 'rows[rows["good"]]'), "utf-8")
    capsys.readouterr()
    assert main(["run", str(copy), "--format", "json", *TODAY]) == 1
    (said,) = [each["why"] for each in json.loads(capsys.readouterr().out)["left_out"]]
    assert "it raised KeyError: 'good'. The columns of rows are " in said
    told = said.partition("The columns of rows are ")[2].partition(" (")[0].split(", ")
    _, table = tables(PAGE, "## Another way to judge")
    assert sorted(name for row in table for name in re.findall(r"`(\w+)`", row["column"])) == sorted(told)


def test_a_judgement_by_a_rule_names_it(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the reason, beside the figure that did not decide; and in the account, with its id."""
    found = fulfilments(workspace, capsys)
    assert found["tilfreds_over_tid", "2024"]["reason"] == (
        'Fulfilled: by the rule "Mean of three years" (version 1); the period\'s own figure is 88.0%, and the target is '
        "at least 90.0%."
    )
    assert found["tilfreds_over_tid", "2022"]["reason"].endswith(
        'The goal is judged by the rule "Mean of three years" (version 1).'
    )
    account = printed(capsys, "explain", "tilfreds_hvert_aar", str(workspace), "--lang", "en")
    assert re.search(r"^Rule +Mål nået og ikke lavere end året før \(tools.never_worse, version 1\)$", account, re.MULTILINE)
    assert re.search(r"^Plugin +own \(own.toml [0-9a-f]{64}\)$", account, re.MULTILINE)


def test_the_table_of_the_file_is_exported_by_name_and_by_ending(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands on the page."""
    text = printed(capsys, "export", "fulfilments", str(workspace), "--format", "tools.markdown", "--goal", "svar")
    assert text == (
        "| goal | unit | period | value | status |\n|---|---|---|---|---|\n"
        "| svar | Aarhus | 2025 | 83.33333333333333 | not_fulfilled |\n"
    )
    printed(capsys, "export", "fulfilments", str(workspace), "--goal", "svar", "-o", str(workspace / "maal.md"))
    assert (workspace / "maal.md").read_text("utf-8") == text


def test_the_data_is_checked_and_the_goals_are_listed(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the commands that everybody uses."""
    assert "own.requests" in printed(capsys, "check", str(workspace), *TODAY)
    goals = json.loads(printed(capsys, "goals", str(workspace), "--format", "json"))
    assert {goal["id"]: goal["indicator"] for goal in goals} == {
        "svar": "own.answered",
        "tilfreds": "own.satisfied",
        "tilfreds_over_tid": "own.satisfied",
        "tilfreds_hvert_aar": "own.satisfied",
    }


def test_what_the_files_declare_is_listed_beside_what_is_installed(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the hash of each file as its version."""
    said = printed(capsys, "indicators", "--workspace", str(workspace), "--format", "json")
    assert {"own.answered", "own.satisfied", "schools.absence"} <= {each["id"] for each in json.loads(said)}
    said = printed(capsys, "plugins", "--workspace", str(workspace), "--format", "json")
    versions = {each["id"]: each["version"] for each in json.loads(said)}
    for name, file in (("own", "own.toml"), ("tools", "plugins/tools.py")):
        assert versions[name] == hashlib.sha256((workspace / file).read_bytes()).hexdigest()
    said = printed(capsys, "datasets", "own.survey", "--workspace", str(workspace), "--format", "tableschema")
    assert [each["name"] for each in json.loads(said)["fields"]] == ["year", "asked", "satisfied"]


@pytest.mark.parametrize(
    ("heading", "kind", "words"),
    [
        pytest.param("### [dataset]", Dataset, own_words.DATASET, id="dataset"),
        pytest.param("### [dataset.columns]", Column, own_words.COLUMN, id="column"),
        pytest.param("### [indicator]", Indicator, own_words.INDICATOR, id="indicator"),
        pytest.param("### The arguments of a measure", None, own_words.ARGUMENTS, id="arguments"),
    ],
)
def test_the_page_says_of_every_key_what_editors_say(heading: str, kind: Any, words: dict[str, str], tables: Tables) -> None:
    """And knows every field of the classes, and no others."""
    (table,) = tables(PAGE, heading)
    said = {next(iter(row.values())).strip("`"): row["says"] for row in table}
    assert said == dict(words)
    if kind is None:
        known = {name for measure in MEASURES.values() for name in arguments_of(measure)}
    else:
        known = {each.name for each in fields(kind)} - {"id", "name", *LEFT_TO_THE_WORKSPACE}
    assert set(said) == known
