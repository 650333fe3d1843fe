"""A ledger that cannot be written, and runs that are cut off: exit code 4 or 130, earlier runs intact, nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from klaremal.builtin.units_dk import dk

Run = Callable[..., Any]
Spoil = Callable[[str, str, str], None]

TODAY = "2026-11-22"
LEDGER = ".klaremal/ledger.db"
SURVEY = "data/eldercare/hjemmehjaelp.csv"
APPEALS = "data/citizen_service/klagesager_2025.csv"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals, rights and limits of POSIX")
# Runs klaremal in a process in which no file may grow beyond so many bytes, as on a disk that is full.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from klaremal.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


def is_sound(workspace: Path, runs: list[int]) -> bool:
    """Say whether the ledger holds these runs, SQLite finds it whole, and nothing of a broken run lies beside it."""
    with closing(sqlite3.connect(workspace / LEDGER)) as connection:
        found = [run for (run,) in connection.execute("SELECT run FROM runs ORDER BY run")]
        check = connection.execute("PRAGMA integrity_check").fetchone()
    left = [*(workspace / ".klaremal" / "tmp").iterdir(), *(workspace / ".klaremal").glob("ledger.db-*")]
    return (found, check, left) == (runs, ("ok",), [])


class Waiting(NamedTuple):
    """A run that waits for its ledger, and the connection of another program that holds it."""

    folder: Path
    other: sqlite3.Connection
    process: subprocess.Popen[str]


@pytest.fixture(scope="module", autouse=True)
def waiting(made_and_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    """Start a run whose ledger is held by another program: it waits while the other tests of this file go on."""
    folder = Path(shutil.copytree(made_and_run, tmp_path_factory.mktemp("waiting") / "solbjerg"))
    change_a_figure(folder)
    command = [sys.executable, "-m", "klaremal", "run", str(folder), "--today", TODAY]
    with closing(sqlite3.connect(folder / LEDGER, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
            yield Waiting(folder, other, process)


def change_a_figure(workspace: Path) -> None:
    """Give the next run something to store."""
    file = workspace / SURVEY
    file.write_text(file.read_text("utf-8").replace("2025;85,5;421", "2025;88,5;421"), "utf-8")


@pytest.fixture
def rerun(ran: Path) -> Path:
    """Return the workspace after one run, with a figure changed so that the next one has something to store."""
    change_a_figure(ran)
    return ran


@POSIX
def test_a_ledger_that_may_only_be_read_takes_no_run(
    rerun: Path, fresh: Callable[..., Any], without_rights: Any, stored: Run
) -> None:
    """Exit code 4 and which right is missing; what is in it can still be exported and explained."""
    (rerun / LEDGER).chmod(0o444)
    (rerun / ".klaremal").chmod(0o755)
    commands = [("run", rerun), ("export", "fulfilments", rerun), ("explain", "omgjorte_klager", rerun)]
    stopped, exported, explained = fresh(commands, before=without_rights)
    assert (stopped.code, exported.code, explained.code) == (4, 0, 0)
    assert f"The ledger {rerun / LEDGER} cannot be written: the file or its folder may only be read." in stopped.err
    assert "Earlier runs are intact and nothing of this one was stored." in stopped.err
    assert exported.out.count("hjemmehjaelp_tilfredshed") == 4
    assert is_sound(rerun, [1])
    assert stored(rerun)["hjemmehjaelp_tilfredshed", "2025"] == ("not_fulfilled", None, 85.5)


@POSIX
def test_a_disk_that_is_full_leaves_earlier_runs_intact(run: Run, spoil: Spoil, workspace: Path) -> None:
    """While 98 municipalities in 25 years are stored no file may grow any more: exit code 4, and the first run holds."""
    (workspace / "goals" / "citizen_service.toml").unlink()
    spoil("klaremal.toml", 'unit = "751"', 'unit = "000"')
    spoil("klaremal.toml", 'columns        = { year = "Undersøgelsesår" }', "")
    spoil("goals/eldercare.toml", "tolerance = 1 ", 'units     = ["municipality"]\ntolerance = 1 ')
    write_survey(workspace / SURVEY, range(2025, 2026))
    assert run().code == 0
    write_survey(workspace / SURVEY, range(2001, 2026))
    most = (workspace / LEDGER).stat().st_size + 20_000
    command = [sys.executable, "-c", LIMITED, str(most), "run", str(workspace)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(
        f"klaremal: The ledger {workspace / LEDGER} could not be written: the disk is full or failing. Free some space or "
        "name a file on another disk, and run again. Earlier runs are intact and nothing of this one was stored."
    )
    assert is_sound(workspace, [1])
    assert "2352 new observations" in run().out
    assert is_sound(workspace, [1, 2])


def write_survey(file: Path, years: range) -> None:
    """Write a survey of every Danish municipality in every year."""
    codes = list(dict.fromkeys(unit.code for unit in dk().units if unit.level == "municipality"))
    rows = [f"{code};{year};{80 + (place + year) % 15},5;{400 + place}" for place, code in enumerate(codes) for year in years]
    file.write_text("\n".join(("Kommune;År;Andel tilfredse;Antal svar", *rows, "")), "utf-8")


@POSIX
def test_ctrl_c_in_the_middle_of_a_scan_leaves_nothing_behind(rerun: Path, run: Run, stored: Run) -> None:
    """Exit code 130 at once and one sentence; no scratch, no half a run, no component, and the next run does it all."""
    with (rerun / APPEALS).open("w", encoding="utf-8") as file:
        file.write("Journalnummer;Afgjort;Kommune;Udfald\n")
        days = (f"{number % 28 + 1:02}-{number % 12 + 1:02}-2025" for number in range(400_000))
        file.writelines(f"{number};{day};Aarhus;Stadfæstelse\n" for number, day in enumerate(days))
    before = sorted((rerun / ".klaremal" / "components").iterdir())
    command = [sys.executable, "-m", "klaremal", "run", str(rerun), "--today", TODAY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        wait_for_scratch(rerun, process)
        started = time.perf_counter()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "klaremal: interrupted. A run is stored as a whole or not at all; earlier runs are intact."
    assert time.perf_counter() - started < 5
    assert is_sound(rerun, [1])
    assert sorted((rerun / ".klaremal" / "components").iterdir()) == before
    assert run().code == 0
    assert stored(rerun)["omgjorte_klager", "2025"] == ("fulfilled", None, 0.0)


def wait_for_scratch(workspace: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a process has begun to work on its data: a tenth of a second after it has made its scratch folder."""
    while process.poll() is None and not any((workspace / ".klaremal" / "tmp").iterdir()):
        time.sleep(0.005)
    time.sleep(0.1)


@pytest.mark.parametrize(
    ("ledger", "sentence"),
    [
        ("klaremal.toml", "is not a ledger: the file is not an SQLite database. Name another file"),
        ("data", "is a folder; name a file in it, for example"),
        ("klaremal.toml/ledger.db", "has no folder: File exists ("),
        ("oracle://host/base", "A ledger cannot lie in oracle; use a path (SQLite) or postgresql://user@host/database."),
    ],
    ids=["another file", "a folder", "below a file", "another database"],
)
def test_an_address_that_can_be_no_ledger(ledger: str, sentence: str, run: Run, spoil: Spoil, workspace: Path) -> None:
    """Exit code 4 before any source is read, and the file that was named by mistake is as it was."""
    spoil("klaremal.toml", 'languages = ["en", "da", "nb"]', f'languages = ["en", "da", "nb"]\nledger = "{ledger}"')
    text = (workspace / "klaremal.toml").read_bytes()
    said = run()
    assert (said.code, said.out) == (4, "")
    assert sentence in said.err
    assert (workspace / "klaremal.toml").read_bytes() == text
    assert not (workspace / ".klaremal" / "components").exists()


def test_a_state_folder_that_cannot_be_made_stops_the_run(run: Run, workspace: Path) -> None:
    """A file called .klaremal: exit code 4, which folder, and what to do."""
    shutil.rmtree(workspace / ".klaremal", ignore_errors=True)
    (workspace / ".klaremal").write_text("", "utf-8")
    said = run()
    assert said.code == 4
    assert f"The ledger {workspace / LEDGER} has no folder: {os.strerror(17)} ({workspace / '.klaremal'})." in said.err
    assert "Get the right to write there, or name another ledger in klaremal.toml. Nothing was stored." in said.err


def test_exporting_and_explaining_before_the_first_run_says_what_to_do(klaremal: Run, workspace: Path) -> None:
    """Exit code 4 with the command, and no ledger is made by asking."""
    for command in (("export", "fulfilments"), ("explain", "omgjorte_klager")):
        said = klaremal(*command, workspace)
        assert (said.code, said.out) == (4, "")
        assert "yet; run `klaremal run` once" in said.err
    assert not (workspace / LEDGER).exists()


def test_a_ledger_that_another_program_writes_takes_no_run(waiting: Waiting, klaremal: Run, stored: Run) -> None:
    """The run waits five seconds, says who may hold the file, and stores nothing; when it is free, all is stored."""
    folder, other, process = waiting
    out, err = process.communicate()
    assert (process.returncode, out) == (4, "")
    assert err == (
        f"klaremal: The ledger {folder / LEDGER} is locked: another program is using it. Wait until the other run is "
        "finished, close programs that have the file open (a database viewer, a folder that is being synchronised), and "
        "try again. Nothing was stored. (database is locked)\n"
    )
    other.execute("ROLLBACK")
    assert is_sound(folder, [1])
    assert stored(folder)["hjemmehjaelp_tilfredshed", "2025"] == ("not_fulfilled", None, 85.5)
    assert klaremal("run", folder, "--today", TODAY).code == 0
    assert stored(folder)["hjemmehjaelp_tilfredshed", "2025"] == ("fulfilled", None, 88.5)
