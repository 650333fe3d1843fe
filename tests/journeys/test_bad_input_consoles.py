"""Consoles that cannot show everything and readers that leave early: no letter of a name is lost, and no run fails for it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from klaremal.cli.main import main

KLAREMAL = (sys.executable, "-m", "klaremal")


@pytest.fixture(scope="module")
def workspace(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace that all tests of this file run, one after the other."""
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("consoles") / "solbjerg"))


def test_an_old_console_shows_every_letter_and_every_figure(workspace: Path) -> None:
    """Names and sentences come through whole; what the console lacks (lines of a table) is drawn with other signs."""
    written, errors = io.BytesIO(), io.StringIO()
    with redirect_stdout(io.TextIOWrapper(written, encoding="cp850")) as console, redirect_stderr(errors):
        assert main(["run", str(workspace), "--lang", "da", "--today", "2026-11-22"]) == 0
        console.flush()
    text = written.getvalue().decode("cp850")
    assert errors.getvalue() == ""
    for part in (
        "Ældrepleje",
        "Rigtige afgørelser første gang",
        "Indfriet: 20,0 % er højst 30,0 %. 40 af 200 klagesager.",
        "Tilfredse med hjemmehjælpen",
        "Ikke indfriet: 85,5 % er under 87,0 %.",
        "Protokol: kørsel ",
        "+-----",
    ):
        assert part in text
    assert [sign for sign in ("?", "\x1b", "…") if sign in text] == [], "lost signs, colours or cut cells"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell with pipes as on POSIX")
def test_a_reader_that_leaves_early_ends_the_printing_and_not_the_run(workspace: Path, stored: Callable[[Path], Any]) -> None:
    """`| head -1` leaves no traceback, and the exit code is the run's own: here that of --fail-on."""
    command = f"'{sys.executable}' -m klaremal run . --fail-on not_fulfilled | head -1 ; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=workspace, capture_output=True, encoding="utf-8")
    assert (done.stdout, done.stderr) == ("Aarhus Kommune  (klaremal 0.1.0)\n3\n", "")
    assert stored(workspace)["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "."), 0),
        (("run", ".", "--format", "json", "--fail-on", "not_fulfilled"), 3),
        (("check", "."), 0),
        (("export", "observations", "."), 0),
        (("goals", ".", "--format", "json"), 0),
        (("plugin", "check", "schools", "--only", "metadata", "--only", "definitions"), 0),
    ],
    ids=["run", "json", "check", "export", "goals", "plugin check"],
)
def test_a_pipe_that_nobody_reads_is_no_error(words: tuple[str, ...], code: int, workspace: Path) -> None:
    """Whatever prints meets a closed pipe at its first line, says nothing of it and ends as it would have."""
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [str(workspace) if each == "." else each for each in words]
    errors = io.StringIO()
    with open(writer, "w", encoding="utf-8") as output, redirect_stdout(output), redirect_stderr(errors):
        assert main(arguments) == code
    assert errors.getvalue() == ""


def test_the_check_of_bad_data_fails_whoever_reads(made: Path, tmp_path: Path) -> None:
    """Exit code 1 also where nobody reads why."""
    spoilt = Path(shutil.copytree(made, tmp_path / "spoilt"))
    next(spoilt.glob("data/eldercare/*.csv")).write_bytes(b"")
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as output, redirect_stdout(output):
        assert main(["check", str(spoilt)]) == 1


def test_no_console_at_all_is_no_reason_to_fail(workspace: Path) -> None:
    """A task that is started without an output (>&-) is run like any other."""
    with redirect_stdout(None), redirect_stderr(None):
        assert main(["run", str(workspace), "--fail-on", "not_fulfilled"]) == 3


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full, as Linux has")
NOT_WRITTEN = (
    "klaremal: the output could not be written: No space left on device. Free some space, or send it elsewhere. "
    "What a run has stored in its ledger stays stored.\n"
)


@FULL
@pytest.mark.parametrize(
    "words",
    [("run", "."), ("run", ".", "--format", "json"), ("export", "observations", "."), ("goals", "."), ("--help",)],
    ids=["run", "json", "export", "goals", "help"],
)
def test_an_output_that_is_full_is_told_and_fails(words: tuple[str, ...], workspace: Path) -> None:
    """Exit code 1 and one sentence, whether the text is short or long and whoever prints it."""
    arguments = [str(workspace) if each == "." else each for each in words]
    errors = io.StringIO()
    with open("/dev/full", "w", encoding="utf-8") as full, redirect_stdout(full), redirect_stderr(errors):
        assert main(arguments) == 1
    assert errors.getvalue() == NOT_WRITTEN


@FULL
def test_a_run_is_stored_although_its_report_could_not_be_written(workspace: Path, runs: Callable[[Path], list[int]]) -> None:
    """The ledger has one run more, and nothing fails again when the program ends."""
    before = runs(workspace)
    with open("/dev/full", "w") as full:
        done = subprocess.run([*KLAREMAL, "run", str(workspace)], stdout=full, stderr=subprocess.PIPE, encoding="utf-8")
    assert (done.returncode, done.stderr) == (1, NOT_WRITTEN)
    assert len(runs(workspace)) == len(before) + 1
