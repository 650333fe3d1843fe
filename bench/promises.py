"""The promises, each measured by a function that gives its lines; the work is done in processes of their own."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from bench.data import cases
from bench.lines import Line, megabytes, paired, spread
from bench.processes import Ended, alternated, ended, environment, peak_of, python
from bench.workspaces import TODAY, over_applications, over_cases, over_figures

_BARE = """\
import click

@click.group()
def cli():
    \"\"\"Do one of these.\"\"\"

@cli.command()
@click.argument("folder")
def run(folder):
    \"\"\"Do it.\"\"\"

cli()
"""
_GIGABYTE = 1_000_000_000
_ROWS_OF_TWO_GIGABYTES = 46_000_000
_FASTEST = "the ratio is that of the fastest round: what else the machine does only adds to it"


class Asked(NamedTuple):
    """How much to measure: in a folder that is removed afterwards, in full or with a tenth of the rows."""

    folder: Path
    quick: bool

    def rows(self, full: int) -> int:
        """Return how many rows stand for so many in full."""
        return full // 10 if self.quick else full

    def rounds(self, full: int) -> int:
        """Return how often to measure."""
        return max(2, full // 2) if self.quick else full

    def parquet(self, rows: int) -> Path:
        """Return a Parquet file with so many cases."""
        return cases(self.folder, rows, "parquet")

    def about_cases(self, name: str, file: Path) -> tuple[Path, dict[str, str]]:
        """Return a new workspace over a file of cases, and the environment in which its plugin is installed."""
        workspace = over_cases(self.folder / name, file)
        return workspace, environment(self.folder / "with_cases", "cases")


def helped(asked: Asked) -> Iterator[Line]:
    """Measure the start of the program, as `klaremal --help`, beside a bare click program."""
    bare = asked.folder / "bare.py"
    bare.write_text(_BARE, "utf-8")
    env = environment(asked.folder)
    works = {
        "ours": lambda: python("klaremal", "--help", env=env).seconds,
        "bare": lambda: python("bare", "--help", env=env).seconds,
        "empty": lambda: ended([sys.executable, "-c", "pass"], env).seconds,
    }
    alternated(2, works)
    found = alternated(asked.rounds(20), works)
    remark = f"Python itself, doing nothing: {spread(found['empty'])}"
    yield Line(
        "klaremal --help", spread(found["ours"]), f"bare click: {spread(found['bare'])}",
        paired(found["ours"], found["bare"]), 2.0, (remark,),
    )  # fmt: skip


def judged(asked: Asked) -> Iterator[Line]:
    """Measure `assess` beside half a second for a million observations."""
    found = json.loads(python("bench.assess_process", "1000000", str(asked.rounds(10)), env=environment(asked.folder)).output)
    remarks = (f"{found['judged']:,} got a status", _FASTEST)
    what = f"assess of {found['rows']:,} observations"
    yield Line(what, spread(found["times"]), "0.5 s", min(found["times"]) / 0.5, 1.0, remarks)


def disclosed(asked: Asked) -> Iterator[Line]:
    """Measure disclosure control of one family of 40,000 cells, of which one in five is few, beside two seconds."""
    command = ("bench.disclosure_process", str(asked.rows(280)), str(asked.rounds(6)))
    found = json.loads(python(*command, env=environment(asked.folder)).output)
    what = f"disclosure control of {found['cells']:,} cells"
    remarks = (f"{found['few']:,} are few, {found['hidden']:,} hidden", _FASTEST)
    yield Line(what, spread(found["times"]), "2 s", min(found["times"]) / 2, 1.0, remarks)


def on_time(asked: Asked) -> Iterator[Line]:
    """Measure a whole run over cases with deadlines beside hand-written SQL, and the part that disclosure control has in it."""
    rows = asked.rows(10_000_000)
    file = cases(asked.folder, rows, "parquet", "applications")
    workspace = over_applications(asked.folder / "on_time", file)
    env = environment(asked.folder / "with_deadlines", "deadlines")
    found = json.loads(python("bench.deadlines_process", workspace, file, str(asked.rounds(2)), TODAY, env=env).output)
    ours, theirs = found["times"]["ours"], found["times"]["theirs"]
    what = f"{rows:,} cases with deadlines to ledger"
    remarks = (f"{found['cells']:,} observations, {found['hidden']:,} of them hidden; what is shown was found equal",)
    yield Line(what, spread(ours), f"SQL, nothing hidden: {spread(theirs)}", paired(ours, theirs), None, remarks)
    yield Line("  its disclosure control", spread(found["hiding"]), "the whole run", paired(found["hiding"], ours), 0.15)


def rolled_up(asked: Asked) -> Iterator[Line]:
    """Measure scan and roll-up beside the hand-written SQL, and once more with what disclosure control needs of the rows."""
    rows = asked.rows(10_000_000)
    file = asked.parquet(rows)
    workspace, env = asked.about_cases("rolled_up", file)

    def measured(folder: Path, rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]], dict[str, Any]]:
        found = json.loads(python("bench.rollup_process", folder, file, str(rounds), TODAY, env=env).output)
        wall, worked = ({name: [pair[place] for pair in pairs] for name, pairs in found["times"].items()} for place in (0, 1))
        return wall, worked, found

    wall, worked, found = measured(workspace, asked.rounds(6))
    steps = ", ".join(f"{name} {spread(seconds)}" for name, seconds in found["steps"].items())
    more: tuple[str, ...] = (steps, f"{found['observations']:,} observations, found equal in all three")
    what = f"scan + roll-up of {rows:,} rows, 12 measures"
    for name, title, promised in (("best", "best SQL", 1.1), ("plain", "plain GROUPING SETS", 0.4)):
        beside = f"{title}: {spread(wall[name])}"
        remark = f"by processors' time {paired(worked['ours'], worked[name]):.2f}"
        yield Line(what, spread(wall["ours"]), beside, paired(wall["ours"], wall[name]), promised, (remark, *more))
        more = ()
    protected = over_cases(asked.folder / "protected", file, "persons")
    wall, _, _ = measured(protected, asked.rounds(4))
    ratio = paired(wall["ours"], wall["best"])
    yield Line("  with what hiding small numbers needs", spread(wall["ours"]), f"best SQL: {spread(wall['best'])}", ratio, None)


def memory(asked: Asked) -> Iterator[Line]:
    """Measure the largest memory of a whole run over five times as many rows in the same groups."""
    sizes = asked.rows(10_000_000), asked.rows(50_000_000)
    _room(asked.folder, sizes[1] * 120)
    runs: list[Ended] = []
    for rows in sizes:
        workspace, env = asked.about_cases(f"memory_{rows}", asked.parquet(rows))
        runs.append(python("klaremal", "run", workspace, "--today", TODAY, env=env))
    few, many = (each.peak for each in runs)
    yield Line(
        f"peak memory of a run over {sizes[1]:,} rows", megabytes(many), f"{sizes[0]:,} rows: {megabytes(few)}",
        many / few if many and few else None, 1.3, (f"{runs[1].seconds:.1f} s and {runs[0].seconds:.1f} s",),
    )  # fmt: skip


def kept(asked: Asked) -> Iterator[Line]:
    """Measure 200 indicators of 98 municipalities in ten years from CSV to ledger, and again on unchanged data."""
    env = environment(asked.folder / "with_figures", "figures")
    workspace = over_figures(asked.folder / "kept")
    command = ("run", workspace, "--today", TODAY)
    first: list[Ended] = []
    for _ in range(asked.rounds(6)):
        shutil.rmtree(workspace / ".klaremal", ignore_errors=True)
        first.append(python("klaremal", *command, env=env))
    fastest = min(each.seconds for each in first)
    worked = min((each.worked for each in first if each.worked is not None), default=None)
    remarks = (_FASTEST, f"processors' time {'unknown' if worked is None else f'{worked:.2f} s'}")
    what = "200 indicators x 98 x 10, CSV to ledger"
    yield Line(what, spread(each.seconds for each in first), "4 s", fastest / 4, 1.0, remarks)
    peak = peak_of(first)
    yield Line("  its peak memory", megabytes(peak), "300 MB", peak / 300e6 if peak else None, 1.0)
    again = [python("klaremal", *command, "--format", "json", env=env) for _ in range(asked.rounds(4))]
    scanned = [int(json.loads(each.output)["scanned"]) for each in again]
    beside = f"first run: {spread(each.seconds for each in first)}"
    ratio = min(each.seconds for each in again) / fastest
    remark = f"passes over data: {max(scanned)}"
    yield Line("  once more, on unchanged data", spread(each.seconds for each in again), beside, ratio, 1.0, (remark,))


def checked(asked: Asked) -> Iterator[Line]:
    """Measure the check of a CSV file of two gigabytes, twice as large as the engine's memory limit."""
    if asked.quick:
        return
    _room(asked.folder, 5 * _GIGABYTE)
    file = cases(asked.folder, _ROWS_OF_TWO_GIGABYTES, "csv")
    workspace, env = asked.about_cases("checked", file)
    run = python("klaremal", "check", workspace, "--today", TODAY, env=env)
    if str(_ROWS_OF_TWO_GIGABYTES) not in re.sub(r"\D", "", run.output):
        sys.exit(f"klaremal check did not read all rows:\n{run.output}")
    size = file.stat().st_size
    file.unlink()
    remarks = (f"{_ROWS_OF_TWO_GIGABYTES:,} rows in {run.seconds:.0f} s; the engine's limit is 1 GB",)
    ratio = run.peak / size if run.peak else None
    yield Line("klaremal check: peak memory", megabytes(run.peak), f"CSV of {megabytes(size)}", ratio, 1.0, remarks)


def _room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        room = f"This needs {needed / 1e9:.0f} GB of room, and in {folder} there are {free / 1e9:.0f}."
        sys.exit(f"{room} Name another folder: --folder.")


PROMISES: Final[Mapping[str, Callable[[Asked], Iterator[Line]]]] = MappingProxyType(
    {
        "help": helped,
        "assess": judged,
        "disclosure": disclosed,
        "deadlines": on_time,
        "rollup": rolled_up,
        "memory": memory,
        "ledger": kept,
        "check": checked,
    }
)
