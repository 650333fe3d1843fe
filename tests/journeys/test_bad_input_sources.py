"""Files that cannot be used, as `klaremal run` meets them: a cause for the goal, a cure for people, the others judged."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Spoil = Callable[[str, str, str], None]

TOML = "klaremal.toml"
APPEALS = "data/citizen_service/klagesager_2025.csv"
PATTERN = '"data/citizen_service/klagesager_*.csv"'
HEADER = "Journalnummer;Afgjort;Kommune;Udfald\n"
DATASET = "citizen_service.appeals"


def cut_in_the_middle(text: str) -> bytes:
    """Return the first half of a gz file: a copy that was not finished."""
    whole = gzip.compress(text.encode())
    return whole[: len(whole) // 2]


def failures(said: Any) -> list[str]:
    """Return what a run says of sources that failed."""
    return [each["message"] for each in json.loads(said.out)["failed"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda text: b"", "klagesager_2025.csv is empty. The extract probably failed: fetch it again."),
        (lambda text: HEADER.encode(), "the source has headers but no rows. The extract probably failed: fetch it again."),
        (
            cut_in_the_middle,
            "the compressed file is cut off or damaged (Compressed file ended before the end-of-stream marker was reached). "
            "Fetch it again; it was probably still being copied.",
        ),
        (lambda text: b"\x89PNG\r\n\x1a\n" + bytes(64), "klagesager_2025.csv is not text: it holds zero bytes."),
        (lambda text: text.replace("Afgjort", "Slut").encode(), "the column decided_on is missing."),
        (
            lambda text: text.replace("Afgjort", "Afgjortdato").encode(),
            'the column decided_on is missing. The nearest header is "Afgjortdato": '
            'write columns = { decided_on = "Afgjortdato" }.',
        ),
        (
            lambda text: text.replace("-2025;", "/2025 kl. 12;").encode(),
            "200 of 200 rows (100.0 %) break the contract, and it allows 1 %. None are used, because the figures would not be "
            'true. 200 rows: decided_on cannot be read as a date. Its source (or the preset) says dates = "dd-mm-yyyy". If the '
            "file writes them otherwise, say how in the source's own section, as dates = \"mm/dd/yyyy\". "
            "For example case_id = 25-0000; "
            "decided_on = 01-01/2025 kl. 12",
        ),
        (lambda text: text.replace("\n25-01", "\n25-00").encode(), "200 of 200 rows (100.0 %) break the contract"),
    ],
    ids=[
        "empty", "header only", "half a gz", "a picture", "no such column",
        "another header", "of the wrong type", "every key twice",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_a_gap_and_the_others_are_judged(
    content: Callable[[str], bytes], sentence: str, run: Run, stored: Run, workspace: Path
) -> None:
    """Exit code 1; the goal says source_failed, the message what and the cure, and the survey's goal is stored as always."""
    file = workspace / APPEALS
    file.write_bytes(content(file.read_text("utf-8")))
    said = run("--format", "json")
    assert said.code == 1
    (message,) = failures(said)
    assert message.startswith(DATASET)
    assert sentence in message
    assert stored(workspace)["omgjorte_klager", "2025"] == ("not_assessable", "source_failed", None)
    assert stored(workspace)["hjemmehjaelp_tilfredshed", "2025"] == ("not_fulfilled", None, 85.5)


def test_checking_the_data_says_the_same_and_stores_nothing(check: Run, spoil: Spoil, stored: Run, workspace: Path) -> None:
    """A missing column, and the headers that are there: whoever maps columns sees what to choose from."""
    spoil(APPEALS, "Afgjort;", "Slut;")
    said = check()
    assert said.code == 1
    told = " ".join(said.out.split())
    assert "the column decided_on is missing." in told
    assert 'The headers of the source are "Journalnummer", "Slut", "Kommune", "Udfald".' in told
    assert "eldercare.home_help_survey 5 0 2025-12-31" in told
    assert stored(workspace) == {}


def test_ansi_is_found_without_a_word(run: Run, stored: Run, workspace: Path) -> None:
    """A file of Windows in its old encoding is read with every æ, ø and å; all 200 appeals count."""
    file = workspace / APPEALS
    file.write_bytes(file.read_text("utf-8").encode("cp1252"))
    assert run().code == 0
    assert stored(workspace)["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)


def test_ansi_that_is_said_to_be_utf8_is_refused_with_line_and_cure(
    run: Run, spoil: Spoil, stored: Run, workspace: Path
) -> None:
    """No letter is replaced by a question mark: the byte, its line and what to write are told."""
    file = workspace / APPEALS
    file.write_bytes(file.read_text("utf-8").encode("cp1252"))
    spoil(TOML, 'dates          = "dd-mm-yyyy"', 'encoding = "utf-8"\ndates = "dd-mm-yyyy"')
    said = run("--format", "json")
    assert said.code == 1
    (message,) = failures(said)
    assert (
        'klagesager_2025.csv is not UTF-8: byte 0xC6 on line 2 ("Æ" in the encoding of Windows). '
        'Write encoding = "cp1252", or leave encoding out: it is found.'
    ) in message
    assert stored(workspace)["omgjorte_klager", "2025"] == ("not_assessable", "source_failed", None)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ('"data/borgerservice/*.csv"', 'no file matches "data/borgerservice/*.csv" in '),
        (f'"{APPEALS}/tal.csv"', f'no file matches "{APPEALS}/tal.csv" in '),
        ('"data/citizen_service"', 'is a folder. Name the files in it, as files = "data/citizen_service/*.csv".'),
    ],
    ids=["another folder", "below a file", "a folder"],
)
def test_files_that_are_not_there_are_named_as_they_were_written(
    pattern: str, sentence: str, run: Run, spoil: Spoil, stored: Run, workspace: Path
) -> None:
    """The pattern and the folder it was looked for in are told; the other goal is judged."""
    spoil(TOML, PATTERN, pattern)
    said = run("--format", "json")
    assert said.code == 1
    assert sentence in failures(said)[0]
    assert stored(workspace)["hjemmehjaelp_tilfredshed", "2025"] == ("not_fulfilled", None, 85.5)


def test_a_source_that_fails_later_takes_nothing_back(run: Run, stored: Run, runs: Run, ran: Path) -> None:
    """What was found while the file was there still holds, and the run says that it is not new."""
    (ran / APPEALS).unlink()
    said = run()
    assert said.code == 1
    assert "no file matches" in said.out
    assert runs(ran) == [1, 2]
    assert stored(ran)["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)


def test_a_source_that_would_name_the_units_is_the_only_one_to_blame(klaremal: Run, stored: Run, tmp_path: Path) -> None:
    """Without the schools' own file no school is known; the run speaks of the file, and not of goals that name no units."""
    folder = tmp_path / "skoler"
    klaremal("init", folder, "--unit", "751", "--plugins", "schools", "--lang", "en")
    (folder / "data" / "schools" / "skoler.csv").write_bytes(b"")
    said = klaremal("run", folder, "--today", "2026-11-22")
    assert said.code == 1
    assert "skoler.csv is empty. The extract probably failed: fetch it again." in said.out
    assert "Please note" not in said.out
    assert stored(folder)["fravaer_skoler", "2025/26"] == ("not_assessable", "source_failed", None)
    assert stored(folder)["fravaer_udskoling", "2025/26"] == ("not_fulfilled", None, 7.5)


def test_components_that_cannot_be_kept_are_only_a_warning(run: Run, stored: Run, workspace: Path) -> None:
    """The figures are whole and stored; the run says that the next one reads the sources again, and it does."""
    (workspace / ".klaremal" / "components").write_text("a file where a folder belongs", "utf-8")
    said = run()
    assert said.code == 0
    assert f"{DATASET}: what was found could not be kept in {workspace / '.klaremal'}: " in said.out
    assert "The next run reads the source again. See to the disk and to your rights in the folder." in said.out
    assert stored(workspace)["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)
    assert json.loads(run("--format", "json").out)["scanned"] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_without_rights_the_message_says_whose_and_nothing_else_is_lost(
    fresh: Callable[..., Any], without_rights: Any, stored: Run, made: Path, tmp_path: Path
) -> None:
    """A file one may not read (or that Excel holds), a data folder, and a workspace in which nothing can be written."""
    folders = {name: Path(shutil.copytree(made, tmp_path / name)) for name in ("file", "folder", "state", "workspace")}
    (folders["file"] / APPEALS).chmod(0)
    (folders["folder"] / APPEALS).parent.chmod(0)
    (folders["state"] / ".klaremal").chmod(0o555)
    (folders["workspace"] / TOML).chmod(0)
    try:
        commands = [("run", folder) for folder in folders.values()]
        file, folder, state, workspace = fresh(commands, before=without_rights)
    finally:
        (folders["folder"] / APPEALS).parent.chmod(0o755)
        (folders["state"] / ".klaremal").chmod(0o755)
    assert (file.code, folder.code, state.code, workspace.code) == (1, 1, 4, 2)
    assert "cannot be opened: Permission denied. You may not read it, or another program (Excel?) has it open." in file.out
    assert f"cannot be looked up in {folders['folder']}: Permission denied. Ask for the right to read there." in folder.out
    assert f"The ledger {folders['state'] / '.klaremal' / 'ledger.db'} cannot be opened" in state.err
    assert "klaremal.toml: cannot be opened" in workspace.err
    for name in ("file", "folder"):
        assert stored(folders[name])["omgjorte_klager", "2025"] == ("not_assessable", "source_failed", None)
        assert stored(folders[name])["hjemmehjaelp_tilfredshed", "2025"] == ("not_fulfilled", None, 85.5)
    assert stored(folders["state"]) == {}
