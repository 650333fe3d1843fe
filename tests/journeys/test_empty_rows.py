"""Rows without a filled cell, as spreadsheets leave them below a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from klaremal.discovery import discover
from klaremal.registry import build
from klaremal.run import run
from klaremal.scaffold.new_folder import write
from klaremal.scaffold.workspace import scaffold


@pytest.mark.parametrize("tail", ["\n", ";;;\n;;;\n", " ; ;;\n"], ids=["line break", "delimiters", "blanks"])
def test_empty_rows_below_the_table_are_no_rows(tmp_path: Path, tail: str) -> None:
    """They break no rule of the contract, are not counted, and change no figure."""
    write(scaffold(build(*discover()), unit="751", plugins=("citizen_service",)).files, tmp_path / "w")
    path = next((tmp_path / "w" / "data").rglob("klagesager_2025.csv"))
    before = run(tmp_path / "w")
    path.write_text(path.read_text("utf-8") + tail, "utf-8")
    after = run(tmp_path / "w")
    assert [each.rows for each in after.provenance] == [each.rows for each in before.provenance]
    assert after.set_aside == before.set_aside
    assert after.fulfilments["value"].equals(before.fulfilments["value"])
