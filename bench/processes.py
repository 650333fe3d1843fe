"""Whole processes, timed from outside with their peak memory; they have an installed plugin more than the environment has."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parents[1]
# Kilobytes on Linux, bytes on a Mac.
_OF_PEAK = 1 if sys.platform == "darwin" else 1024

R = TypeVar("R")


class Ended(NamedTuple):
    """A process that has ended well.

    `seconds` it took, `worked` (processors' time) and `peak` (its largest memory, in bytes) are None where the system does
    not say them; `output` is what it printed.
    """

    seconds: float
    worked: float | None
    peak: int | None
    output: str


def environment(folder: Path, *plugins: str) -> dict[str, str]:
    """Return an environment in which these modules of `bench` are installed as plugins, in a folder of their own.

    Python may keep what it has compiled, as it does for a program that was installed.
    """
    for name in plugins:
        about = folder / f"klaremal_{name}-0.1.0.dist-info"
        about.mkdir(parents=True, exist_ok=True)
        metadata = f"Metadata-Version: 2.1\nName: klaremal-{name}\nVersion: 0.1.0\nRequires-Dist: klaremal\n"
        (about / "METADATA").write_text(metadata, "utf-8")
        (about / "entry_points.txt").write_text(f"[klaremal]\n{name} = bench.{name}_plugin\n", "utf-8")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def ended(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Ended:
    """Run a command to its end; when it fails, stop here with what it said."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=env, stdout=out, stderr=err)
        worked, peak = _waited(process)
        seconds = time.perf_counter() - started
        said, complained = _written(out), _written(err)
    if process.returncode:
        line = " ".join(str(part) for part in command)
        sys.exit(f"This failed with exit code {process.returncode}: {line}\n{said[-2000:]}\n{complained[-4000:]}")
    return Ended(seconds, worked, peak, said)


def python(module: str, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run a module with this Python."""
    return ended([sys.executable, "-m", module, *arguments], env)


def alternated(rounds: int, works: Mapping[str, Callable[[], R]]) -> dict[str, list[R]]:
    """Do each work in turn, round after round: a busy machine is then slow for all of them."""
    found: dict[str, list[R]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(work())
    return found


def peak_of(runs: Iterable[Ended]) -> int | None:
    """Return the largest memory of several runs; None when it is not known."""
    return max((each.peak for each in runs if each.peak is not None), default=None)


def _waited(process: subprocess.Popen[bytes]) -> tuple[float | None, int | None]:
    """Wait for a process; return how long processors worked for it, and its largest memory."""
    if not hasattr(os, "wait4"):
        process.wait()
        return None, None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, int(usage.ru_maxrss) * _OF_PEAK


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
