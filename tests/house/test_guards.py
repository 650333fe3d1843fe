"""The guard of tests/conftest.py catches what it is there for, shown on a small suite of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
SUITE = """
import logging
import os

def test_leaves_a_variable():
    os.environ["KLAREMAL_LEFT_BEHIND"] = "1"

def test_finds_no_variable():
    assert "KLAREMAL_LEFT_BEHIND" not in os.environ

def test_leaves_a_handler():
    logging.getLogger("klaremal").addHandler(logging.StreamHandler())

def test_finds_no_handler():
    assert logging.getLogger("klaremal").handlers == []
"""


def test_the_guilty_test_fails_and_the_next_one_finds_nothing(tmp_path: Path) -> None:
    """A left variable and a left handler are errors of the test that left them, and of no other."""
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    errors = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
    assert [line.split(" - ")[0].rpartition("::")[2] for line in errors] == [
        "test_leaves_a_variable",
        "test_leaves_a_handler",
    ]
    assert "4 passed, 2 errors" in done.stdout
