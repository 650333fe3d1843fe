"""The page on writing a plugin, followed to the letter, and the ten-line plugin of the README, each in another process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from klaremal import measures
from klaremal.builtin.population import POPULATION

PAGE = "docs/write-a-plugin.md"
Blocks = Callable[[str], list[Any]]

# One process for all commands of a page: starting Python and importing takes longer than what they do.
DRIVER = """
import json, sys
from klaremal.cli.main import main

for command in json.loads(sys.argv[1]):
    print("$", *command, flush=True)
    if command[:3] == ["python", "-m", "pytest"]:
        import pytest
        code = pytest.main(["-q", "-p", "no:cacheprovider", *command[3:]])
    else:
        code = main(command[1:])
    print("exit code", int(code), flush=True)
"""


def install(package: Path, site: Path) -> list[Path]:
    """Do what an editable install does: put the metadata of a package on the path, beside its sources."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [package / "src", metadata(site, project["name"], project["version"], project["entry-points"]["klaremal"])]


def metadata(site: Path, name: str, version: str, plugins: dict[str, str]) -> Path:
    """Write the metadata of an installed distribution and return the folder that must be on the path."""
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    named = "".join(f"{plugin} = {module}\n" for plugin, module in plugins.items())
    (folder / "entry_points.txt").write_text(f"[klaremal]\n{named}", "utf-8")
    return site


def carried_out(commands: Sequence[Sequence[str]], folder: Path, paths: Sequence[Path]) -> str:
    """Run the commands of a page in a folder, with further folders on Python's path, and return all that they print."""
    path = os.pathsep.join([*map(str, paths), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(commands)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(line: str) -> str:
    """Return a line of output with single spaces."""
    return " ".join(line.split())


@pytest.fixture(scope="module")
def printed(blocks: Blocks, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write every file of the page, run every command of it in its order, and return what they print."""
    folder = tmp_path_factory.mktemp("plugin")
    for block in blocks(PAGE):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    commands, paths = [], []
    for block in blocks(PAGE):
        for command in block.text.splitlines() if block.language == "sh" else ():
            words = command.split()
            if words[:3] == ["pip", "install", "-e"]:
                paths += install(folder / words[3], folder / "site")
            else:
                commands.append(words)
    return carried_out(commands, folder, paths)


def test_every_command_of_the_page_succeeds(printed: str) -> None:
    """The plugin's own test passes, its workspace is made, run and explained."""
    codes = [line for line in printed.splitlines() if line.startswith("exit code")]
    assert codes == ["exit code 0"] * 5, printed
    assert "1 passed" in printed


def test_the_commands_print_what_the_page_shows(printed: str, blocks: Blocks) -> None:
    """Every line of an output on the page is among the lines that were printed."""
    lines = {plain(line) for line in printed.splitlines()}
    shown = [plain(line) for block in blocks(PAGE) if block.language == "text" for line in block.text.splitlines()]
    assert len(shown) >= 5
    assert [line for line in shown if line not in lines] == [], printed


def test_the_goal_that_follows_from_law_applies_by_itself(printed: str) -> None:
    """54.5 percent is enough for the law's 50 and within the council's tolerance of 60."""
    lines = [plain(line) for line in printed.splitlines()]
    (law,) = [line for line in lines if line.startswith("libraries.ready_by_law ")]
    (own,) = [line for line in lines if line.startswith("klar Bogen er klar ")]
    assert "Fulfilled: 54.5% is at least 50.0%." in law
    assert "Partly fulfilled: 54.5% is below 60.0%" in own


def test_the_rate_of_the_page_is_per_core_s_own_population(section: Callable[[str, str], str]) -> None:
    """It is a measure, its total fits the dataset that it names, and the scale is the one that is said."""
    (written,) = re.findall(r"`(Rate\(.*\))`", section(PAGE, "### Per a total of another dataset"))
    rate = eval(written, {name: getattr(measures, name) for name in measures.__all__})
    assert rate.per.dataset == POPULATION.id
    assert list(rate.per.faults(POPULATION.every_type)) == []
    assert rate.scale == 1000


def test_the_ten_line_plugin_of_the_readme_is_found_and_listed(blocks: Blocks, root: Path, tmp_path: Path) -> None:
    """Its module is named in the entry-point group as the README says, and its indicator is among those listed."""
    (source,) = [block.text for block in blocks("README.md") if block.language == "python" and "@hookimpl" in block.text]
    named = re.findall(r"`(\w+) = \"(\w+)\"`", (root / "README.md").read_text(encoding="utf-8"))
    ((plugin, module),) = named
    (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
    site = metadata(tmp_path / "site", f"klaremal-{plugin}", "0.1", {plugin: module})
    printed = carried_out([["klaremal", "indicators", "--format", "json"]], tmp_path, [tmp_path, site])
    listed, code = printed.partition("\n")[2].rsplit("exit code ", 1)
    declared = {each["id"]: each["title"] for each in json.loads(listed) if each["id"].startswith(f"{plugin}.")}
    assert declared == {"libraries.ready": "Klar inden en uge"}
    assert int(code) == 0


def test_the_made_up_law_of_the_page_is_named_as_such(section: Callable[[str, str], str]) -> None:
    """Nobody takes the example for a real law."""
    assert "(This law is made up.)" in section(PAGE, "## 5 A threshold, and the goal that follows from law")
