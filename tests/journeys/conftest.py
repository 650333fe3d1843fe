"""What journeys through bad input need: a workspace to spoil, the command line here or in a fresh Python, installed plugins."""

from __future__ import annotations

import ctypes
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from klaremal.cli.main import main
from klaremal.ledger import Ledger
from klaremal.run import Run
from klaremal.run import run as run_folder

TODAY = "2026-11-22"
EXAMPLE = Path(__file__).parents[2] / "examples/danmark"
AARHUS = Path(__file__).parents[1] / "data/aarhus"
APPEALS = "data/citizen_service/klagesager_2025.csv"

# Appeals of 2025 in Aarhus: 200 decided, every fifth changed, so that 20 % are and two bad rows are the most that is allowed.
# One is decided on each of the first twenty days, and then one every other day or so until the year's end.
APPEALS_TEXT = "Journalnummer;Afgjort;Kommune;Udfald\n" + "".join(
    f"25-{number:04};{date(2025, 1, 1) + timedelta(days=day):%d-%m-%Y};Aarhus;"
    f"{'Ændring' if number % 5 == 0 else 'Stadfæstelse'}\n"
    for number, day in enumerate([*range(20), *(20 + number * 23 // 12 for number in range(180))])
)

# Runs command lines one after the other in one fresh Python, and prints for each its exit code, output and errors.
FRESH = """
import contextlib, io, json, sys
from klaremal.cli.main import main
for command in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(command)
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""


class Said(NamedTuple):
    """What a command line left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace on appeals and a survey, as `klaremal init` writes one for Aarhus; nothing was run in it."""
    folder = Path(shutil.copytree(AARHUS, tmp_path_factory.mktemp("made") / "solbjerg"))
    # `klaremal init` writes its schemas there.
    (folder / ".klaremal").mkdir()
    for file in (folder / APPEALS).parent.glob("*.csv"):
        file.unlink()
    (folder / APPEALS).write_text(APPEALS_TEXT, "utf-8")
    return folder


@pytest.fixture(scope="session")
def made_and_run(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same workspace after one run, to be asked and not to be changed."""
    folder = Path(shutil.copytree(made, tmp_path_factory.mktemp("made_and_run") / "solbjerg"))
    with redirect_stdout(io.StringIO()):
        assert main(["run", str(folder), "--today", TODAY]) == 0
    return folder


@pytest.fixture
def ran(made_and_run: Path, workspace: Path) -> Path:
    """Return the test's own workspace with what one run left in it: the ledger and the components that it kept."""
    return Path(shutil.copytree(made_and_run, workspace, dirs_exist_ok=True))


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    """Return a workspace of the test's own: in 2025 the goal on appeals is fulfilled (40 of 200), the survey's not (85.5)."""
    return Path(shutil.copytree(made, tmp_path / "solbjerg"))


@pytest.fixture
def spoil(workspace: Path) -> Callable[[str, str, str], None]:
    """Return a function that replaces what must stand once in a file of the workspace."""

    def replace(file: str, old: str, new: str) -> None:
        text = (workspace / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (workspace / file).write_text(text.replace(old, new), "utf-8")

    return replace


@pytest.fixture
def klaremal(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return a function that runs a command line in this process."""

    def call(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        return Said(code, *capsys.readouterr())

    return call


@pytest.fixture
def run(klaremal: Callable[..., Said], workspace: Path) -> Callable[..., Said]:
    """Return a function that runs the workspace as on one and the same day."""
    return lambda *options: klaremal("run", workspace, "--today", TODAY, *options)


@pytest.fixture
def check(klaremal: Callable[..., Said], workspace: Path) -> Callable[..., Said]:
    """Return a function that checks the workspace's data as on one and the same day."""
    return lambda *options: klaremal("check", workspace, "--today", TODAY, *options)


@pytest.fixture
def stored() -> Callable[[Path], dict[tuple[str, str], tuple[Any, ...]]]:
    """Return a function that reads the ledger of a workspace: goal and period to status, cause and value; empty without one."""

    def read(folder: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
        if not (folder / ".klaremal" / "ledger.db").exists():
            return {}
        with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
            rows = book.fulfilments()
        rows = rows.astype(object).where(rows.notna(), None)
        return {(row.goal, row.period): (row.status, row.cause, row.value) for row in rows.itertuples()}

    return read


@pytest.fixture
def runs() -> Callable[[Path], list[int]]:
    """Return a function that gives the numbers of the runs in the ledger of a workspace."""

    def read(folder: Path) -> list[int]:
        with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
            return [int(number) for number in book.runs()["run"]]

    return read


class Danmark(NamedTuple):
    """The example of all Danish municipalities after one run, and what the run found; neither is to be changed."""

    folder: Path
    run: Run


@pytest.fixture(scope="session")
def danmark(tmp_path_factory: pytest.TempPathFactory) -> Danmark:
    """Return a run of the example as it is in the repository, without what another run may have left in it."""
    folder = tmp_path_factory.mktemp("example") / "danmark"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".klaremal"))
    return Danmark(folder, run_folder(folder, today=date.fromisoformat(TODAY)))


@pytest.fixture(scope="session")
def without_rights() -> Callable[[], None]:
    """Return a function after which the rights of files hold for the program that is started next, even for root."""

    def drop() -> None:
        if os.geteuid() == 0:
            for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
                ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP

    return drop


@pytest.fixture(scope="session")
def fresh() -> Callable[..., list[Said]]:
    """Return a function that runs command lines in one fresh Python, with folders of plugins on its path."""

    def call(commands: Sequence[Sequence[str | Path]], *, path: Sequence[Path] = (), before: Any = None) -> list[Said]:
        plain = json.dumps([[str(each) for each in command] for command in commands])
        done = subprocess.run(
            [sys.executable, "-c", FRESH, plain],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
            preexec_fn=before,
        )
        assert done.returncode == 0, done.stderr
        return [Said(*json.loads(line)) for line in done.stdout.splitlines()]

    return call


@pytest.fixture(scope="session")
def install() -> Callable[..., None]:
    """Return a function that writes plugins as an installer would: a module, and metadata with the entry point."""

    def into(folder: Path, modules: Mapping[str, str], entry_point: str = "", version: str = "1.0") -> None:
        for distribution, text in modules.items():
            module = distribution.replace("-", "_")
            (folder / f"{module}.py").write_text(text, "utf-8")
            info = folder / f"{module}-{version}.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
            name = entry_point or distribution.partition("-")[2]
            (info / "entry_points.txt").write_text(f"[klaremal]\n{name} = {module}\n")

    return into
