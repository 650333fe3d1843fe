"""The engine: what it may reach, what it logs, what it leaves behind, and its errors in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas
import pytest

from klaremal.engine import Engine, name, text
from klaremal.errors import KlaremalError, SourceUnavailable, SourceUnreadable, WorkspaceError

INTERRUPTED = """
import os, signal, sys, threading
from klaremal.engine import Engine
signal.signal(signal.SIGINT, signal.default_int_handler)
with Engine.open(None) as engine:
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        engine.query("select count(*) from range(100000) a, range(1000000) b where a.range * b.range % 7 = 3", "a long sum")
    except KeyboardInterrupt:
        sys.exit(130)
"""


def test_a_query_gives_rows_and_is_logged_with_its_purpose() -> None:
    """Rows come as tuples; the log says what each statement was for and how long it took."""
    with Engine.open(threads=1) as engine:
        assert engine.query("select 1, 'æ' union all select 2, null order by 1", "count to two") == [(1, "æ"), (2, None)]
        assert [(each.purpose, each.sql[:8]) for each in engine.log] == [("count to two", "select 1")]
        assert engine.log[0].seconds > 0


def test_a_statement_that_fails_is_logged_too() -> None:
    """The log holds every statement that was tried."""
    with Engine.open(threads=1) as engine:
        with pytest.raises(KlaremalError, match=r"sum up: .*nowhere"):
            engine.query("select * from nowhere", "sum up")
        assert [each.purpose for each in engine.log] == ["sum up"]


def test_frames_go_in_and_come_out() -> None:
    """A registered frame is a relation like any other; its index is no column."""
    frame = pandas.DataFrame({"unit": ["101", None], "n": [1.5, float("nan")]}, index=["a", "b"])
    with Engine.open(threads=1) as engine:
        engine.register("rows", frame)
        assert engine.columns("rows", "look") == {"unit": "VARCHAR", "n": "DOUBLE"}
        back = engine.frame("select unit, n from rows where n is not null", "read back")
        assert back.to_dict("records") == [{"unit": "101", "n": 1.5}]


def test_variables_of_the_program_are_no_tables() -> None:
    """A name in SQL is never taken for a Python variable that happens to be called so."""
    secret = pandas.DataFrame({"n": [1]})
    with Engine.open(threads=1) as engine, pytest.raises(KlaremalError, match="secret"):
        engine.query("select * from secret", "read")
    assert len(secret) == 1


@pytest.mark.parametrize(
    "value",
    ["O'Brien", 'a "b"', "æøå; drop table x", "50 %", "\\n"],
    ids=["apostrophe", "quotes", "danish", "percent", "backslash"],
)
def test_text_and_names_are_written_so_that_they_come_back(value: str) -> None:
    """Any text survives as a literal, and any name as an identifier."""
    with Engine.open(threads=1) as engine:
        assert engine.query(f"select {text(value)}", "literal") == [(value,)]
        assert list(engine.columns(f"(select 1 as {name(value)})", "name")) == [value]


class TestReach:
    """What SQL that came with a workspace can touch."""

    def test_only_allowed_files_are_read(self, tmp_path: Path) -> None:
        """A file of the source is read; the one beside it is not, and the message says what to do."""
        allowed, other = tmp_path / "a.csv", tmp_path / "b.csv"
        allowed.write_text("x\n1\n")
        other.write_text("x\n2\n")
        with Engine.open(tmp_path / ".klaremal", threads=1, allowed=[allowed]) as engine:
            assert engine.query(f"select x from read_csv('{allowed}')", "read") == [(1,)]
            with pytest.raises(SourceUnavailable, match="Name every file in the source's `files`"):
                engine.query(f"select x from read_csv('{other}')", "read")

    def test_secrets_of_the_state_folder_are_out_of_reach(self, tmp_path: Path) -> None:
        """The state folder holds secrets: only components and scratch data in it can be read."""
        state = tmp_path / ".klaremal"
        state.mkdir()
        (state / "secrets.toml").write_text('key = "hush"')
        with Engine.open(state, threads=1) as engine:
            with pytest.raises(SourceUnavailable):
                engine.query(f"select * from read_text('{state / 'secrets.toml'}')", "read")
            (state / "components").mkdir()
            engine.query(f"copy (select 1 as n) to '{state / 'components' / 'n.parquet'}'", "keep")
            assert engine.query(f"select n from '{state / 'components' / 'n.parquet'}'", "read") == [(1,)]

    @pytest.mark.parametrize(
        "statement",
        ["set enable_external_access = true", "set memory_limit = '20GB'", "install httpfs", "load httpfs", "attach 'x.db'"],
        ids=["access", "memory", "install", "load", "attach"],
    )
    def test_limits_cannot_be_lifted(self, tmp_path: Path, statement: str) -> None:
        """What was locked when the engine was opened stays locked."""
        with Engine.open(tmp_path, threads=1) as engine, pytest.raises(KlaremalError):
            engine.query(statement, "lift a limit")


class TestScratch:
    """Streamed and spilled data, which may be personal."""

    def test_it_is_removed_when_the_engine_is_closed(self, tmp_path: Path) -> None:
        """Nothing is left in the state folder, also when the work failed."""
        with Engine.open(tmp_path, threads=1) as engine:
            (engine.scratch / "text.txt").write_text("personal")
            with pytest.raises(KlaremalError):
                engine.query("select nothing", "fail")
        assert list((tmp_path / "tmp").iterdir()) == []

    def test_two_engines_do_not_share_it(self, tmp_path: Path) -> None:
        """Two runs of one workspace do not remove each other's data."""
        with Engine.open(tmp_path, threads=1) as one, Engine.open(tmp_path, threads=1) as other:
            assert one.scratch != other.scratch

    def test_a_folder_that_cannot_be_written_is_said_with_a_cure(self, tmp_path: Path) -> None:
        """The state folder below something that is no folder cannot be made."""
        (tmp_path / "file").write_text("")
        with pytest.raises(WorkspaceError, match=r"cannot keep its state there.*copy the workspace"):
            Engine.open(tmp_path / "file" / ".klaremal")

    def test_work_above_the_memory_limit_is_spilled(self, tmp_path: Path) -> None:
        """A sort of 2 million rows (48 MB) in 40 MB of memory goes through the disk and is right."""
        with Engine.open(tmp_path, memory="40MB", threads=1) as engine:
            engine.query("create temp table t as select i, hash(i) as h, i * 2 as j from range(2000000) r(i)", "fill")
            assert sum(each.stat().st_size for each in engine.scratch.iterdir()) > 1_000_000
            assert engine.query("select sum(i) from (select i, row_number() over (order by h) from t)", "sort") == [
                (1999999000000,)
            ]


def test_memory_that_does_not_suffice_even_so_is_said_in_words() -> None:
    """The engine's own advice about its settings is not what a person can use."""
    with Engine.open(memory="10MB", threads=1) as engine, pytest.raises(KlaremalError, match="give the engine more memory"):
        engine.query("select list(i) from range(9000000) r(i)", "list everything")


def test_an_error_in_a_file_keeps_its_line_and_loses_cells_and_advice(tmp_path: Path) -> None:
    """What a person sees is where it went wrong: no cells, which may be personal, and no options of the engine's functions."""
    path = tmp_path / "a.csv"
    path.write_text("1;2\n010203-1234;4;5\n")
    columns = "{'a': 'VARCHAR', 'b': 'VARCHAR'}"
    sql = f"select * from read_csv('{path}', auto_detect=false, delim=';', columns={columns})"
    with Engine.open(tmp_path, threads=1, allowed=[path]) as engine, pytest.raises(SourceUnreadable) as caught:
        engine.query(sql, "read a.csv")
    assert "Line: 2" in str(caught.value)
    assert "Expected Number of Columns: 2 Found: 3" in str(caught.value)
    assert "ignore_errors" not in str(caught.value)
    assert "1234" not in str(caught.value)


def test_a_cell_that_a_query_cannot_cast_is_not_shown() -> None:
    """A query of the workspace may trip over any cell."""
    with Engine.open(threads=1) as engine, pytest.raises(SourceUnreadable) as caught:
        engine.query("select cast(v as integer) from (values ('010203-1234')) t(v)", "the source's own sql")
    assert "Could not convert string of a cell" in str(caught.value)
    assert "1234" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_ctrl_c_stops_a_long_query() -> None:
    """The engine's own way of telling it becomes KeyboardInterrupt, as everywhere in Python."""
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], check=False, timeout=30)
    assert done.returncode == 130


def test_what_a_killed_run_left_behind_is_removed_after_a_day(tmp_path: Path) -> None:
    """Scratch data may be about persons; a run that is still going keeps its own."""
    old, young = tmp_path / "tmp" / "old", tmp_path / "tmp" / "young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "rows.csv").write_text("1;2")
    two_days_ago = old.stat().st_mtime - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    with Engine.open(tmp_path):
        assert not old.exists()
        assert young.exists()
