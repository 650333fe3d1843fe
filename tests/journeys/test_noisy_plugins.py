"""Plugins that print: what a program reads from a run is the run's report and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

NOISY = """from klaremal import hookimpl

print("imported")


@hookimpl
def klaremal_after_run(run):
    print("ran")
"""


def test_what_a_plugin_prints_goes_to_standard_error(
    workspace: Path, spoil: Callable[[str, str, str], None], run: Callable[..., Any]
) -> None:
    """The JSON can be read, and who looks for the words finds them."""
    settings = (workspace / "klaremal.toml").read_text("utf-8")
    (line,) = [each for each in settings.splitlines() if each.startswith("plugins")]
    (workspace / "noisy.py").write_text(NOISY, "utf-8")
    spoil("klaremal.toml", line, line.replace("]", ', "noisy.py"]', 1))
    said = run("--format", "json")
    assert said.code == 0
    assert {each["goal"] for each in json.loads(said.out)["fulfilments"]} >= {"omgjorte_klager"}
    assert [word in said.err for word in ("imported", "ran")] == [True, True]
