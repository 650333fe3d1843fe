"""A ledger in PostgreSQL, held against one in SQLite: a real server of the tests' own, in a temporary folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klaremal.cli.main import main
from klaremal.errors import LedgerError
from klaremal.ledger import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS, Appended, Closing, Ledger, RunRecord
from klaremal.ledger.tables import FACTS, METADATA

psycopg = pytest.importorskip("psycopg", reason="the driver is not installed: pip install klaremal[postgres]")

pwd: Any = pytest.importorskip("pwd", reason="servers are started as on POSIX")

AARHUS = Path(__file__).parents[1] / "data/aarhus"
NOBODY = 65534
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server that only this folder's socket leads to; the text is what follows the database in an address."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL server is installed below /usr/lib/postgresql (apt-get install postgresql)")
    programs = PROGRAMS[-1].parent
    # The server refuses to be started by root.
    user = pwd.getpwuid(NOBODY if os.geteuid() == 0 else os.geteuid())
    rights: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="klaremal-pg-"))
    os.chown(folder, user.pw_uid, user.pw_gid)
    make = ("--auth=trust", "--username=klaremal", "--encoding=UTF8", "--locale=C", "--no-sync", "-D", str(folder / "data"))
    subprocess.run([str(programs / "initdb"), *make], cwd=folder, check=True, stdout=subprocess.DEVNULL, **rights)
    # Nothing here needs to outlive a power cut, nor tests that are killed.
    options = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    dies_with_the_tests = ("setpriv", "--pdeathsig", "QUIT") if shutil.which("setpriv") else ()
    command = [*dies_with_the_tests, str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *flags]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **rights)
    try:
        wait_for(f"postgresql://klaremal@/postgres?host={folder}", process, folder / "log")
        yield f"?host={folder}"
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()
        shutil.rmtree(folder)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; fail with what it said when it has ended instead."""
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        else:
            return


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Numbers for the names of databases."""
    return count(1)


@pytest.fixture
def address(server: str, numbers: Iterator[int]) -> str:
    """The address of a new, empty database."""
    name = f"ledger{next(numbers)}"
    with psycopg.connect(f"postgresql://klaremal@/postgres{server}", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://klaremal@/{name}{server}"


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    """A new ledger in PostgreSQL that waits a tenth of a second for a lock."""
    with Ledger.open(address, timeout=0.1) as opened:
        yield opened


def rows(columns: tuple[str, ...], *changes: dict[str, Any]) -> pd.DataFrame:
    """Return rows with every column, filled in the same way but for what is given."""
    usual: dict[str, Any] = {**dict.fromkeys(columns, "x"), "provisional": False}
    figures = ("value", "n", "part", "low", "high", "coverage", "target", "target_high", "margin")
    usual |= {name: 1.5 for name in figures if name in columns}
    return pd.DataFrame([{**usual, **change} for change in changes], columns=list(columns))


def run(*changes: dict[str, Any], closing: Closing | None = None, **more: Any) -> RunRecord:
    """Return a run that found an observation and a fulfilment for each mapping of what is different."""
    return RunRecord(
        started=datetime(2026, 11, 2, 7, 30),
        seconds=1.25,
        klaremal="0.1.0",
        engine="duckdb",
        workspace="Ærø Kommune",
        plugins=(("schools", "klaremal-schools", "0.1.0"),),
        observations=rows(OBSERVATION_COLUMNS, *changes),
        fulfilments=rows(FULFILMENT_COLUMNS, *changes),
        closing=closing,
        **more,
    )


def same(one: Ledger, other: Ledger) -> None:
    """Compare all that two ledgers answer, as of each run, types and last bits included."""
    pd.testing.assert_frame_equal(one.runs(), other.runs(), check_exact=True)
    for number in range(1, len(one.runs()) + 1):
        for table in ("observations", "fulfilments"):
            frames = (getattr(ledger, table)(number) for ledger in (one, other))
            pd.testing.assert_frame_equal(*frames, check_exact=True)
    for number in (None, 1):
        pd.testing.assert_frame_equal(one.sources(number), other.sources(number))
        pd.testing.assert_frame_equal(one.set_aside(number), other.set_aside(number))
        assert one.goals(number) == other.goals(number)


# Texts and numbers that another way of writing rows would change.
ODD = [
    {"unit": "1", "unit_name": "Søndre Skole\t\"æøå\"\\N", "value": 0.1 + 0.2, "low": None, "n": float("nan")},
    {"unit": "NaN", "unit_name": "NaN", "cause": None, "value": 5e-324, "high": -1e308},
    {"unit": "", "unit_name": "", "cause": "", "value": -0.0, "provisional": True},
    {"unit": "%s %(x)s", "unit_name": "a\nb\r\nc", "cause": "\\", "value": float("inf"), "low": float("-inf")},
]  # fmt: skip


def test_the_same_runs_give_the_same_frames_as_in_sqlite(ledger: Ledger, tmp_path: Path) -> None:
    """Odd texts and figures, changes, closed keys that come back, sources, rows set aside and goals, as of each run."""
    source = {"dataset": "schools.absence", "rows": 7, "bytes": 2**40, "scanned": True, "fetched": datetime(2026, 11, 2, 7)}
    aside = {"dataset": "schools.absence", "rule": "unknown_unit", "rows": 2, "examples": ("411", "æ")}
    goal = {"goal": "x", "version": "1", "title": {"da": "Lavt fravær"}, "target": {"": "AtMost", "value": 6.5}}
    records = [
        run(*ODD, sources=(source,), set_aside=(aside,), goals=(goal,), closing=Closing()),
        run({**ODD[0], "value": 2.0}, *ODD[1:], goals=({**goal, "owner": "Skolechefen"},), closing=Closing()),
        run(ODD[1]),
        run(ODD[0], closing=Closing(kept_goals=frozenset({"x"}))),
        run(closing=Closing()),
        run(*ODD, closing=Closing()),
    ]
    with Ledger.open(tmp_path / "ledger.db") as other:
        answers = [(ledger.append(record), other.append(record)) for record in records]
        same(ledger, other)
    assert [one for one, _ in answers] == [two for _, two in answers]
    assert answers[0][0] == Appended(run=1, observations=4, fulfilments=4, unchanged=0, closed=0)
    assert answers[1][0] == Appended(run=2, observations=1, fulfilments=1, unchanged=6, closed=0)
    assert answers[-1][0] == Appended(run=6, observations=4, fulfilments=4, unchanged=0, closed=0)


FIGURES = st.none() | st.floats()
FOUND = st.fixed_dictionaries({
    "unit": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3),
    "cause": st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3),
    "value": FIGURES, "n": FIGURES, "provisional": st.booleans(),
})  # fmt: skip


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(FOUND, max_size=4, unique_by=lambda row: row["unit"]), whole=st.booleans())
def test_whatever_a_run_finds_reads_the_same(ledger: Ledger, tmp_path: Path, found: list[dict[str, Any]], whole: bool) -> None:
    """One ledger of each kind gets the random runs one after the other; both answer the same and read the same."""
    with Ledger.open(tmp_path / "ledger.db") as other:
        record = run(*found, closing=Closing() if whole else None)
        assert ledger.append(record) == other.append(record)
        for table in ("observations", "fulfilments"):
            pd.testing.assert_frame_equal(getattr(ledger, table)(), getattr(other, table)(), check_exact=True)


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_no_row_of_any_table_can_be_changed_or_deleted(ledger: Ledger, address: str, verb: str) -> None:
    """The database itself refuses, whatever program asks."""
    ledger.append(run(ODD[0], sources=({"dataset": "a.b"},), set_aside=({"dataset": "a.b", "rule": "r", "rows": 1},)))
    with psycopg.connect(address, autocommit=True) as connection:
        for table in METADATA.tables.values():
            column = next(iter(table.columns)).name
            statements = {
                "UPDATE": f"UPDATE {table.name} SET {column} = {column}",
                "DELETE": f"DELETE FROM {table.name}",
                "TRUNCATE": f"TRUNCATE {table.name} CASCADE",
            }
            with pytest.raises(psycopg.errors.RaiseException, match="the ledger only grows"):
                connection.execute(statements[verb])
        assert connection.execute("SELECT count(*) FROM observation_rows").fetchone() == (1,)


def test_the_views_show_every_row_to_other_programs(ledger: Ledger, address: str) -> None:
    """With its texts, its run, what it replaces and whether it closes."""
    ledger.append(run(ODD[0], closing=Closing()))
    ledger.append(run(closing=Closing()))
    with psycopg.connect(address) as connection:
        for facts in FACTS:
            cursor = connection.execute(f"SELECT * FROM {facts.name} ORDER BY id")
            assert [column.name for column in cursor.description] == ["id", "run", "replaces", "closed", *facts.columns]
            assert [row[:4] for row in cursor] == [(1, 1, 0, False), (2, 2, 1, True)]
            missing = connection.execute(f"SELECT id, n FROM {facts.name} WHERE n IS NULL ORDER BY id").fetchall()
            assert missing == [(1, None), (2, None)], "a missing figure is null to every program, and never NaN"


def test_a_ledger_that_another_program_holds_is_locked(ledger: Ledger, address: str) -> None:
    """Storing and reading wait for the time they were given, and say so; when it is free all is stored."""
    with psycopg.connect(address) as other:
        other.execute("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(LedgerError, match=r"is locked: another run .*try again\. Nothing was stored"):
            ledger.append(run(ODD[0]))
        with pytest.raises(LedgerError, match="is locked"):
            ledger.runs()
    assert ledger.append(run(ODD[0])).run == 1


class Slow(dict[str, Any]):
    """A source of which it is asked what it is when the figures are written; another run begins then."""

    def __init__(self, other: threading.Thread) -> None:
        """Take the run that begins."""
        super().__init__(dataset="a.b")
        self.other = other

    def __iter__(self) -> Iterator[str]:
        """Begin the other run, and look that it waits."""
        self.other.start()
        self.other.join(0.2)
        assert self.other.is_alive()
        return super().__iter__()


def test_two_runs_at_once_follow_each_other(address: str) -> None:
    """The second one waits until the first is stored, and counts as unchanged what that one wrote."""
    second: list[Appended] = []
    with Ledger.open(address) as one, Ledger.open(address) as other:
        thread = threading.Thread(target=lambda: second.append(other.append(run(*ODD))))
        first = one.append(run(*ODD, sources=(Slow(thread),)))
        thread.join()
        assert (first.run, first.unchanged) == (1, 0)
        assert [(each.run, each.unchanged) for each in second] == [(2, 8)]


class Interrupting(dict[str, Any]):
    """A source of which it is asked what it is when observations and fulfilments are already written."""

    def __iter__(self) -> Iterator[str]:
        """Interrupt the run."""
        raise KeyboardInterrupt


def test_ctrl_c_in_the_middle_leaves_earlier_runs_intact(ledger: Ledger) -> None:
    """The interruption passes on, nothing of the run is stored, and the next one goes on as if it had not been."""
    ledger.append(run(ODD[0]))
    with pytest.raises(KeyboardInterrupt):
        ledger.append(run(*ODD, sources=(Interrupting(dataset="a.b"),)))
    assert ledger.runs()["run"].tolist() == [1]
    assert ledger.append(run(*ODD)).observations == 3


@pytest.mark.parametrize(
    "broken",
    [("@/", "@127.0.0.1:1/"), ("/ledger", "/missing"), ("klaremal@", "stranger@")],
    ids=["no server", "no database", "no such user"],
)
def test_a_server_that_cannot_be_reached_is_told_without_the_password(address: str, broken: tuple[str, str]) -> None:
    """What to look at, and nothing of a secret."""
    wrong = address.replace(*broken)
    if "127.0.0.1" in wrong:
        wrong = wrong.partition("?")[0].replace("klaremal@", "klaremal:hemmelig@")
    with pytest.raises(LedgerError, match=r"cannot be reached: see that the server is running, and that host, port") as caught:
        Ledger.open(wrong, timeout=1)
    assert "hemmelig" not in str(caught.value)


def test_a_user_without_rights_reads_and_stores_nothing(ledger: Ledger, address: str, numbers: Iterator[int]) -> None:
    """The message says that a right is missing; what is there can be read."""
    ledger.append(run(ODD[0]))
    reader = f"reader{next(numbers)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {reader} LOGIN")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}")
    with Ledger.open(address.replace("klaremal@", f"{reader}@")) as other:
        with pytest.raises(LedgerError, match="cannot be used: its user lacks a right there"):
            other.append(run(*ODD))
        assert len(other.observations()) == 1


def test_reading_makes_no_ledger_and_another_programs_tables_are_left_alone(address: str) -> None:
    """An empty database has nothing to explain, and one with other tables is not a ledger."""
    with pytest.raises(LedgerError, match="There is nothing in the ledger"):
        Ledger.open(address, read_only=True)
    with psycopg.connect(address, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        connection.execute("CREATE TABLE cases (id integer)")
    with pytest.raises(LedgerError, match=r"holds other tables \(cases\) and is not a ledger"):
        Ledger.open(address)


def test_a_workspace_can_keep_its_results_there(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ledger` in klaremal.toml: a run, an export and an explanation are those of the same workspace with a file."""
    said = []
    for name, ledger in (("server", address), ("file", ".klaremal/ledger.db")):
        folder = Path(shutil.copytree(AARHUS, tmp_path / name))
        text = (folder / "klaremal.toml").read_text("utf-8")
        (folder / "klaremal.toml").write_text(f'ledger = "{ledger}"\n{text}', "utf-8")
        assert main(["run", str(folder), "--today", "2026-11-22"]) == 0
        capsys.readouterr()
        assert main(["export", "fulfilments", str(folder)]) == 0
        assert main(["explain", "hjemmehjaelp_tilfredshed", str(folder), "--lang", "en"]) == 0
        said.append("".join(line for line in capsys.readouterr().out.splitlines(True) if "fetched" not in line))
    assert "Not fulfilled" in said[0] or "Ikke indfriet" in said[0]
    assert said[0] == said[1]
    assert not (tmp_path / "server" / ".klaremal" / "ledger.db").exists()


def test_a_run_whose_server_is_down_stops_with_exit_code_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before any source is read, in one sentence."""
    folder = Path(shutil.copytree(AARHUS, tmp_path / "solbjerg"))
    text = (folder / "klaremal.toml").read_text("utf-8")
    (folder / "klaremal.toml").write_text(f'ledger = "postgresql://klaremal:hemmelig@127.0.0.1:1/ledger"\n{text}', "utf-8")
    assert main(["run", str(folder)]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("klaremal: The ledger postgresql://klaremal:***@127.0.0.1:1/ledger cannot be reached: see that ")
    assert "hemmelig" not in said.err
    assert not (folder / ".klaremal" / "components").exists()


def test_without_the_driver_the_message_says_what_to_install() -> None:
    """In a Python that cannot import it."""
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from klaremal.errors import LedgerError\nfrom klaremal.ledger import Ledger\n"
        "try: Ledger.open('postgresql://klaremal:hemmelig@host/ledger')\nexcept LedgerError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.startswith(
        "The ledger postgresql://klaremal:***@host/ledger needs the driver psycopg, which cannot be loaded here"
    )
    assert 'run `pip install "klaremal[postgres]"` in the same environment' in said
