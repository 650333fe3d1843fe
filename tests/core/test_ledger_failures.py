"""What goes wrong with a ledger in real life: locked, read-only, full, damaged, foreign, newer, interrupted."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
import sqlalchemy

from klaremal.errors import LedgerError
from klaremal.ledger import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS, Ledger, RunRecord
from klaremal.ledger.failures import ledger_error

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="rights and limits of POSIX")


def record(rows: int = 1, sources: tuple[Mapping[str, Any], ...] = ()) -> RunRecord:
    """Return a run with this many observations and fulfilments."""
    units = pd.DataFrame({"unit": [str(n) for n in range(rows)], "value": [n / 7 for n in range(rows)]})
    filled = {"provisional": False, "n": 10.0, "part": None, "low": None, "high": None, "coverage": 1.0}
    more = {"target": 6.0, "target_high": None, "margin": None}
    return RunRecord(
        started=datetime(2026, 11, 2),
        seconds=1.0,
        klaremal="0.1.0",
        engine="duckdb",
        workspace="Solbjerg Kommune",
        observations=units.assign(**dict.fromkeys(set(OBSERVATION_COLUMNS) - {"unit", "value"}, "x")).assign(**filled),
        fulfilments=units.assign(**dict.fromkeys(set(FULFILMENT_COLUMNS) - {"unit", "value"}, "x")).assign(**filled, **more),
        sources=sources,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with one run."""
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.append(record())
    return tmp_path / "ledger.db"


def assert_first_run_is_intact(path: Path) -> None:
    """Read the ledger anew: one run, its rows, and a file that SQLite finds sound."""
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.runs()["run"].tolist() == [1]
        assert ledger.observations()["unit"].tolist() == ["0"]
        assert ledger.fulfilments()["unit"].tolist() == ["0"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@contextmanager
def without_rights() -> Iterator[Path]:
    """Give an open folder and act as somebody to whom its rights apply, even when the tests run as root."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        root = os.geteuid() == 0
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def take_rights(folder: Path, *files: Path) -> None:
    """Make the files and the folder read-only, and stop being root."""
    for file in files:
        file.chmod(0o444)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)


def test_a_ledger_that_another_program_writes_is_locked(path: Path) -> None:
    """The run waits for the time it was given, says who may hold the file, and stores nothing."""
    with Ledger.open(path, timeout=0.05) as ledger, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError, match=r"ledger\.db is locked: another program .* try again"):
            ledger.append(record(2))
        with pytest.raises(LedgerError, match="is locked"):
            ledger.observations()
        with pytest.raises(LedgerError, match="is locked"):
            Ledger.open(path, timeout=0.05)
        other.execute("ROLLBACK")
        assert ledger.append(record(2)).run == 2


def test_two_runs_follow_each_other(path: Path) -> None:
    """Two ledgers open at once see each other's runs: numbers and comparisons are made while the file is held."""
    with Ledger.open(path) as one, Ledger.open(path) as other:
        assert [one.append(record(2)).run, other.append(record(2)).run, one.append(record(3)).run] == [2, 3, 4]
        assert one.runs()["observations"].tolist() == [1, 1, 0, 1]


def test_a_ledger_opened_for_reading_takes_no_run(path: Path) -> None:
    """Explaining and publishing cannot change anything by mistake."""
    with Ledger.open(path, read_only=True) as ledger:
        with pytest.raises(LedgerError, match="opened for reading only"):
            ledger.append(record())
        assert len(ledger.observations()) == 1


@POSIX
def test_a_read_only_file_can_be_read_but_takes_no_run() -> None:
    """The message says which right is missing; reading needs none."""
    with without_rights() as folder:
        file = folder / "ledger.db"
        with Ledger.open(file) as ledger:
            ledger.append(record())
        take_rights(folder, file)
        with Ledger.open(file) as ledger, pytest.raises(LedgerError, match=r"cannot be written: .* only be read\. Get the"):
            ledger.append(record(2))
        assert_first_run_is_intact(file)


@POSIX
def test_a_folder_without_rights_takes_no_ledger() -> None:
    """A new ledger cannot be made there, and the message says to look at the folder's rights."""
    with without_rights() as folder:
        take_rights(folder)
        with pytest.raises(LedgerError, match=r"cannot be opened: check that .* you may read and write"):
            Ledger.open(folder / "ledger.db")


@POSIX
def test_a_full_disk_leaves_earlier_runs_intact(path: Path) -> None:
    """The system refuses to let the file grow in the middle of a run: nothing of that run is there afterwards."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Ledger.open(path) as ledger:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 200_000, limits[1]))
        try:
            with pytest.raises(LedgerError, match=r"could not be written: the disk is full or failing.*intact"):
                ledger.append(record(20_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert_first_run_is_intact(path)
        assert ledger.append(record(20_000)).observations == 19_999


@pytest.mark.parametrize(
    ("before", "statement", "said"),
    [
        ("PRAGMA max_page_count = 1", "CREATE TABLE more AS SELECT zeroblob(1000000)", "the disk is full or failing"),
        ("PRAGMA query_only = ON", "CREATE TABLE more (id INTEGER)", "may only be read"),
        ("SELECT 1", "INSERT INTO meta SELECT ledger_schema, made FROM meta", "got another run at the same time; run again"),
        ("SELECT 1", "SELECT nonsense", "cannot be used: no such column: nonsense"),
    ],
    ids=["full", "read-only", "overtaken", "anything else"],
)
def test_what_sqlite_says_is_understood(path: Path, before: str, statement: str, said: str) -> None:
    """Each of SQLite's own errors becomes a sentence about the ledger."""
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(before)
        with pytest.raises(sqlalchemy.exc.DBAPIError) as caught:
            connection.exec_driver_sql(statement)
    assert said in str(ledger_error(caught.value, "ledger.db"))


class Interrupting(dict[str, Any]):
    """A source of which it is asked what it is when observations and fulfilments are already written."""

    def __iter__(self) -> Iterator[str]:
        raise KeyboardInterrupt


def test_ctrl_c_in_the_middle_leaves_earlier_runs_intact(path: Path) -> None:
    """The interruption passes on unchanged, and nothing of the run is stored; the next run goes on as if it had not been."""
    with Ledger.open(path) as ledger:
        with pytest.raises(KeyboardInterrupt):
            ledger.append(record(30_000, sources=(Interrupting(dataset="schools.absence"),)))
        assert_first_run_is_intact(path)
        assert ledger.append(record(3)).observations == 2


def test_a_run_cut_off_by_a_power_cut_is_undone(path: Path, tmp_path: Path) -> None:
    """Copies of file and journal in the middle of a run are what a dead machine leaves; reading undoes the half run."""
    copy = tmp_path / "copy"
    copy.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA cache_size = 1")
        other.execute("BEGIN")
        other.execute("INSERT INTO runs VALUES (2, '', 1, '', '', '', '[]', 1, 1, 1, 0, '', '')")
        other.executemany("INSERT INTO places VALUES (?, 'unit', 'name', 'level')", [(number,) for number in range(10, 9_999)])
        for file in (path, path.with_name("ledger.db-journal")):
            (copy / file.name).write_bytes(file.read_bytes())
        other.execute("ROLLBACK")
    assert (copy / "ledger.db").stat().st_size > path.stat().st_size
    assert_first_run_is_intact(copy / "ledger.db")


def test_a_ledger_deleted_meanwhile_is_not_silently_begun_anew(path: Path) -> None:
    """A file moved away while klaremal runs is an error, not an empty history."""
    with Ledger.open(path) as ledger:
        path.unlink()
        with pytest.raises(LedgerError, match=r"cannot be opened: .* not moved or deleted meanwhile"):
            ledger.append(record())
        assert not path.exists()


def test_half_a_file_is_damaged(path: Path) -> None:
    """A copy that broke off is recognised, and the message says to put a good one back."""
    with Ledger.open(path) as ledger:
        ledger.append(record(2000))
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(LedgerError, match=r"is damaged\. Put back the last good copy"):
            ledger.append(record(3000))


def test_a_text_file_is_not_a_ledger(tmp_path: Path) -> None:
    """A file that happens to have the name is neither read nor overwritten."""
    path = tmp_path / "ledger.db"
    path.write_text("unit;value\n751;6,25\n" * 100, encoding="utf-8")
    with pytest.raises(LedgerError, match="is not a ledger: the file is not an SQLite database"):
        Ledger.open(path)
    assert path.read_text(encoding="utf-8").startswith("unit;value")


@pytest.mark.parametrize("table", ["cases", "meta"])
def test_another_programs_database_is_not_a_ledger(tmp_path: Path, table: str) -> None:
    """Its tables are named, and none are added."""
    path = tmp_path / "cases.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {table} (id INTEGER)")
    with pytest.raises(LedgerError, match=rf"holds other tables \({table}\) and is not a ledger"):
        Ledger.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]


def test_a_ledger_from_a_newer_klaremal_is_left_alone(path: Path) -> None:
    """What its tables mean is not known here; the message says how to get the newer klaremal."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO meta VALUES (99, '2031-01-01')")
    with pytest.raises(LedgerError, match=r"newer klaremal: its tables are version 99.*pip install --upgrade klaremal"):
        Ledger.open(path)


def test_a_ledger_from_before_the_first_release_is_left_alone(tmp_path: Path) -> None:
    """Its tables lack what is kept now; the message says what to do with it, and nothing in it is changed."""
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE meta (ledger_schema INTEGER, made TEXT)")
        connection.execute("INSERT INTO meta VALUES (1, '2026-10-01')")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=r"its tables are version 1, .* Move it away, or name another; the next run makes"):
        Ledger.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("missing/ledger.db", "There is no folder .*missing for the ledger ledger.db; make it"),
        ("", "is a folder; name a file in it"),
    ],
    ids=["missing folder", "a folder"],
)
def test_a_place_that_cannot_hold_a_ledger(tmp_path: Path, place: str, message: str) -> None:
    """The message names the folder and what to do."""
    with pytest.raises(LedgerError, match=message):
        Ledger.open(tmp_path / place)


@pytest.mark.parametrize("options", [{"create": False}, {"read_only": True}], ids=str)
@pytest.mark.parametrize("empty", [False, True], ids=["no file", "empty file"])
def test_reading_makes_no_ledger(tmp_path: Path, options: dict[str, bool], empty: bool) -> None:
    """Without a ledger there is nothing to explain; a run makes one."""
    path = tmp_path / "ledger.db"
    if empty:
        path.touch()
    with pytest.raises(LedgerError, match=r"run `klaremal run` once"):
        Ledger.open(path, **options)
    assert path.exists() == empty
    with Ledger.open(path) as ledger:
        assert ledger.runs().empty


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://user@host/ledger", "cannot lie in mysql; use a path"),
        ("sqlite://", "in memory, which keeps nothing"),
        ("nonsense://://", "cannot be read; write a path"),
        ("postgresql+unheard://user:secret@host/ledger", r"cannot lie in postgresql\+unheard; use a path"),
    ],
    ids=["another database", "in memory", "no address", "no such driver"],
)
def test_an_address_that_cannot_be_a_ledger(address: str, message: str) -> None:
    """Each is answered with what can be written instead, and no password is shown."""
    with pytest.raises(LedgerError, match=message):
        Ledger.open(address)


def test_a_run_that_contradicts_itself_is_refused(path: Path) -> None:
    """Two texts for one version of a goal cannot both be kept."""
    goals = ({"goal": "absence", "version": "1", "title": "a"}, {"goal": "absence", "version": "1", "title": "b"})
    with Ledger.open(path) as ledger, pytest.raises(LedgerError, match="two things of goal absence, version 1"):
        ledger.append(RunRecord(**{name: getattr(record(), name) for name in RECORD}, goals=goals))
    assert_first_run_is_intact(path)


RECORD = ("started", "seconds", "klaremal", "engine", "workspace", "observations", "fulfilments")
