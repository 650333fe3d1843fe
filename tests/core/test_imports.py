"""What is not imported: help and plugins load neither engine, frames, database nor values that they do not need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("attrs", "attr", "pandas", "numpy", "duckdb", "sqlalchemy", "sqlglot", "rich", "cattrs", "holidays", "python_calamine")
COMMANDS = ("check", "datasets", "explain", "export", "goals", "indicators", "init", "plugin", "plugins", "run", "schema")
PLUGINS = ("klaremal_childcare", "klaremal_citizen_service", "klaremal_eldercare", "klaremal_schools", "klaremal.builtin")

# Runs in a Python of its own: what the tests have imported must not count.
DUMP = """
import json, sys
{code}
sys.stderr.write("\\nMODULES " + json.dumps(sorted(sys.modules)))
"""


def loaded(code: str) -> tuple[str, set[str]]:
    """Return what a new Python prints when it runs `code`, and the top packages that it has loaded afterwards."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", DUMP.format(code=code)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stderr.rpartition("MODULES ")[2])
    return done.stdout, {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), *((name, "--help") for name in COMMANDS), ("plugin", "new", "--help")],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Help comes at once: no engine, no frames, no database, not even the values that plugins declare."""
    out, packages = loaded(f"from klaremal.cli.main import main\nassert main({list(arguments)!r}) == 0")
    assert sorted(packages & set(HEAVY)) == []
    assert out.startswith("klaremal 0.") if arguments == ("--version",) else "Usage: klaremal" in out


def test_help_shows_an_example_of_every_command() -> None:
    """Whoever asks for help sees a line to copy."""
    code = "\n".join(
        ["from klaremal.cli.main import main", *(f"assert main(['{name}', '--help']) == 0; print('====')" for name in COMMANDS)]
    )
    pages = loaded(code)[0].split("====")
    assert len(pages) == len(COMMANDS) + 1
    assert [name for name, page in zip(COMMANDS, pages, strict=False) if f"  klaremal {name}" not in page] == []


def test_importing_klaremal_loads_nothing_heavy() -> None:
    """The front only knows where its names are."""
    assert sorted(loaded("import klaremal")[1] & {*HEAVY, "pluggy", "click"}) == []


@pytest.mark.parametrize("plugin", PLUGINS)
def test_importing_a_plugin_loads_nothing_heavy(plugin: str) -> None:
    """A plugin's front page holds hooks; its declarations are loaded when the registry asks."""
    out, packages = loaded(f"import {plugin}")
    assert sorted(packages & {*HEAVY, "click"}) == []
    assert out == ""


def test_declaring_everything_loads_no_engine_and_no_frames() -> None:
    """The registry of all that is installed is made of values: listings need no engine."""
    code = "from klaremal.discovery import discover\nfrom klaremal.registry import build\nprint(*build(*discover()).indicators)"
    out, packages = loaded(code)
    assert {"childcare.staffing_0_2", "schools.absence_mellemtrin"} <= set(out.split())
    assert sorted(packages & {"pandas", "numpy", "duckdb", "sqlalchemy", "rich", "click"}) == []


def test_reading_a_workspaces_mistakes_loads_no_engine_and_no_frames() -> None:
    """The lower floors do not drag the upper ones in."""
    code = "import klaremal.bind.workspace, klaremal.workspace.folder, klaremal.canonical, klaremal.measures, klaremal.targets"
    assert sorted(loaded(code)[1] & {"pandas", "numpy", "duckdb", "sqlalchemy", "rich", "click"}) == []
