"""The ledger's file as another program sees it: readable views, and tables that only grow."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from klaremal.ledger import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS, Ledger, RunRecord
from klaremal.ledger.tables import FACTS, METADATA, RELEASES, Facts

TABLES = sorted(METADATA.tables)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A ledger with two runs, opened by SQLite itself; each table has at least one row."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        for value in (1.5, None):
            row = {"provisional": False, "value": value, "cause": None if value else "no_data"}
            ledger.append(
                RunRecord(
                    started=datetime(2026, 11, 2),
                    seconds=0.5,
                    klaremal="0.1.0",
                    engine="duckdb",
                    workspace="Ærø Kommune",
                    observations=pd.DataFrame([{**dict.fromkeys(OBSERVATION_COLUMNS, "x"), **numbers(FACTS[0]), **row}]),
                    fulfilments=pd.DataFrame([{**dict.fromkeys(FULFILMENT_COLUMNS, "y"), **numbers(FACTS[1]), **row}]),
                    sources=({"dataset": "a.b"},),
                    set_aside=({"dataset": "a.b", "rule": "required", "rows": 1},),
                    goals=({"goal": "y", "version": "1"},),
                    releases=(dict.fromkeys(RELEASES.columns.keys()[2:], "z"),),
                )
            )
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def numbers(facts: Facts) -> dict[str, float]:
    """Return a number for each number column."""
    return dict.fromkeys(facts.numbers, 2.0)


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_any_table_can_be_changed_or_deleted(file: sqlite3.Connection, table: str, verb: str) -> None:
    """The database itself refuses, whatever program asks."""
    column = METADATA.tables[table].columns.keys()[0]
    statement = f"UPDATE {table} SET {column} = {column}" if verb == "UPDATE" else f"DELETE FROM {table}"
    before = file.execute(f"SELECT * FROM {table}").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match="the ledger only grows"):
        file.execute(statement)
    assert before
    assert file.execute(f"SELECT * FROM {table}").fetchall() == before


def test_every_table_of_the_file_is_guarded(file: sqlite3.Connection) -> None:
    """No table was forgotten: the file has these tables, and two triggers for each."""
    kinds = file.execute("SELECT type, tbl_name FROM sqlite_master WHERE type IN ('table', 'trigger')").fetchall()
    assert sorted(name for kind, name in kinds if kind == "table") == TABLES
    assert sorted(name for kind, name in kinds if kind == "trigger") == sorted([*TABLES, *TABLES])


@pytest.mark.parametrize("facts", FACTS, ids=lambda facts: facts.name)
def test_the_views_have_the_columns_of_the_frames(file: sqlite3.Connection, facts: Facts) -> None:
    """A person who opens the file reads every row ever written, with its texts, its run and the row it replaces or closes."""
    rows = pd.read_sql_query(f"SELECT * FROM {facts.name} ORDER BY id", file)
    assert tuple(rows.columns) == ("id", "run", "replaces", "closed", *facts.columns)
    assert rows[["id", "run", "replaces", "closed"]].values.tolist() == [[1, 1, 0, 0], [2, 2, 1, 0]]
    assert [None if pd.isna(value) else value for value in rows["value"]] == [1.5, None]
    assert [None if pd.isna(cause) else cause for cause in rows["cause"]] == [None, "no_data"]


def test_the_file_is_one_file_without_a_log_beside_it(file: sqlite3.Connection, tmp_path: Path) -> None:
    """Journal mode DELETE: nothing else lies in a folder that OneDrive synchronises, and no run is half in another file."""
    assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def test_a_file_in_another_journal_mode_is_put_right(file: sqlite3.Connection, tmp_path: Path) -> None:
    """Another program may have switched on the write-ahead log; the ledger switches it off."""
    assert file.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    file.close()
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert len(ledger.runs()) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def test_texts_are_stored_once(file: sqlite3.Connection) -> None:
    """Two runs about the same unit and series share their labels."""
    assert file.execute("SELECT count(*) FROM series").fetchone() == (1,)
    assert file.execute("SELECT unit, unit_name, level FROM places").fetchall() == [("x", "x", "x"), ("y", "y", "y")]
