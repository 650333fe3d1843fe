"""Rows without a filled cell, as spreadsheets leave them below a table."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from klaremal.run import Run, run

APPEALS = "data/citizen_service/klagesager_2025.csv"


@pytest.fixture(scope="module")
def before(made_and_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return what a run on the table alone finds."""
    return run(Path(shutil.copytree(made_and_run, tmp_path_factory.mktemp("before") / "solbjerg")))


@pytest.mark.parametrize("tail", ["\n", ";;;\n;;;\n", " ; ;;\n"], ids=["line break", "delimiters", "blanks"])
def test_empty_rows_below_the_table_are_no_rows(workspace: Path, before: Run, tail: str) -> None:
    """They break no rule of the contract, are not counted, and change no figure."""
    with (workspace / APPEALS).open("a", encoding="utf-8") as file:
        file.write(tail)
    after = run(workspace)
    assert [each.rows for each in after.provenance] == [200, 5]
    assert [each.rows for each in after.provenance] == [each.rows for each in before.provenance]
    assert after.set_aside == before.set_aside
    assert after.fulfilments["value"].equals(before.fulfilments["value"])
