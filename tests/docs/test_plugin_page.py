"""The page on writing a plugin, followed to the letter, and the ten-line plugin of the README, each in another process."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from klaremal import measures
from klaremal.builtin.population import POPULATION
from klaremal.scaffold.plugin import plugin_package

ROOT = Path(__file__).resolve().parents[2]

PAGE = "docs/write-a-plugin.md"
Blocks = Callable[[str], list[Any]]

# One process for the commands between two changes of files: starting Python and importing takes longer than what they do.
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
EDITABLE = "import sys; from flit_core import buildapi; print(buildapi.build_editable(sys.argv[1]))"


class Fresh:
    """An environment that has Python, the libraries of other people and core: no plugin, and no network to get one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, symlinks=True)
        self.site = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
        for each in Path(sysconfig.get_path("purelib")).iterdir():
            if not each.name.startswith(("klaremal", "__editable__")) and each.suffix != ".pth":
                (self.site / each.name).symlink_to(each)
        self.install(ROOT / "core")

    def install(self, package: Path) -> None:
        """Do what `pip install -e` does with a package once its libraries are there: build, and unpack into the environment."""
        wheels = self.folder / "wheels"
        wheels.mkdir(exist_ok=True)
        done = self.python("-c", EDITABLE, str(wheels), folder=package)
        with ZipFile(wheels / done.split()[-1]) as wheel:
            wheel.extractall(self.site)

    def python(self, *arguments: str, folder: Path, path: Sequence[Path] = ()) -> str:
        """Run this environment's Python in a folder and return what it prints."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_", "PYTEST"))}
        own = {
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "COLUMNS": "200",
            # Where Hypothesis keeps which constants it found in core's files: looking takes longer than the tests it is for.
            "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis"),
        }
        program = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        done = subprocess.run(
            [program, *arguments], cwd=folder, env=kept | own, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def carry_out(self, commands: Sequence[Sequence[str]], folder: Path, path: Sequence[Path] = ()) -> str:
        """Run commands in a folder and return all that they print."""
        return self.python("-c", DRIVER, json.dumps(commands), folder=folder, path=path)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Return an environment that has only core."""
    return Fresh(tmp_path_factory.mktemp("fresh"))


def plain(line: str) -> str:
    """Return a line of output with single spaces."""
    return " ".join(line.split())


@pytest.fixture(scope="module")
def printed(fresh: Fresh, blocks: Blocks, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Do what the page says in its order: write each file, type each command; return what the commands print."""
    top = folder = tmp_path_factory.mktemp("plugin")
    said = ""
    for block in blocks(PAGE):
        if block.file:
            path = top / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        commands: list[list[str]] = []
        for words in map(shlex.split, block.text.splitlines() if block.language == "sh" else ()):
            if words[0] in ("cd", "rm") or words[:4] == ["python", "-m", "pip", "install"]:
                said += fresh.carry_out(commands, folder) if commands else ""
                commands = []
            if words[0] == "cd":
                folder /= words[1]
            elif words[0] == "rm":
                shutil.rmtree(folder / words[2]) if words[1] == "-r" else (folder / words[1]).unlink()
            elif "pip" in words:
                assert words[4:] == ["-e", ".[test]"]
                fresh.install(folder)
            else:
                commands.append(words)
        said += fresh.carry_out(commands, folder) if commands else ""
    return said


def test_every_command_of_the_page_succeeds(printed: str) -> None:
    """The new package's tests pass as it is written and as the page changes it; its workspace is made, run and explained."""
    codes = [line for line in printed.splitlines() if line.startswith("exit code")]
    assert codes == ["exit code 0"] * 7, printed
    assert len(re.findall(r"^\d+ passed", printed, flags=re.MULTILINE)) == 2


def test_the_commands_print_what_the_page_shows(printed: str, blocks: Blocks) -> None:
    """Every line of an output on the page is among the lines that were printed."""
    lines = {plain(line) for line in printed.splitlines()}
    outputs = [block for block in blocks(PAGE) if block.language == "text" and not block.file]
    shown = [plain(line) for block in outputs for line in block.text.splitlines()]
    assert len(shown) >= 6
    assert [line for line in shown if line not in lines] == [], printed


def test_the_goal_that_follows_from_law_applies_by_itself(printed: str) -> None:
    """By the law's 14 days 8 of 12 are repaired in time, by the council's two for dangerous ones 7."""
    lines = [plain(line) for line in printed.splitlines()]
    law = [line for line in lines if line.startswith("parks.repaired_by_law ")]
    own = [line for line in lines if line.startswith("udbedret ")]
    assert law
    assert all("Not fulfilled: 66.7% is below 80.0%. 8 of 12 defects." in each for each in law)
    assert own
    assert all("Not fulfilled: 58.3% is below 80.0%. 7 of 12 defects." in each for each in own)


def test_what_the_page_quotes_of_the_new_package_stands_in_it(blocks: Blocks) -> None:
    """A block of Python that is no file of its own is a piece of the front page that `klaremal plugin new` writes."""
    front = dict(plugin_package("parks").files)["src/klaremal_parks/__init__.py"].decode()
    quoted = [block.text for block in blocks(PAGE) if block.language == "python" and not block.file]
    assert len(quoted) == 1
    assert all(text in front for text in quoted)


def test_the_page_names_every_file_of_the_new_package(root: Path) -> None:
    """A reader of the table knows what each file is for."""
    text = (root / PAGE).read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\s]+)`", text))
    unnamed = [path for path, _ in plugin_package("parks").files if not any(path.startswith(each) for each in named)]
    assert unnamed == [".gitignore", "src/klaremal_parks/py.typed"]


def test_the_rate_of_the_page_is_per_core_s_own_population(section: Callable[[str, str], str]) -> None:
    """It is a measure, its total fits the dataset that it names, and the scale is the one that is said."""
    (written,) = re.findall(r"`(Rate\(.*\))`", section(PAGE, "### Per a total of another dataset"))
    rate = eval(written, {name: getattr(measures, name) for name in measures.__all__})
    assert rate.per.dataset == POPULATION.id
    assert list(rate.per.faults(POPULATION)) == []
    assert rate.scale == 1000


def metadata(site: Path, name: str, version: str, plugins: dict[str, str]) -> Path:
    """Write the metadata of an installed distribution and return the folder that must be on the path."""
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    named = "".join(f"{plugin} = {module}\n" for plugin, module in plugins.items())
    (folder / "entry_points.txt").write_text(f"[klaremal]\n{named}", "utf-8")
    return site


def test_the_ten_line_plugin_of_the_readme_is_found_and_listed(
    fresh: Fresh, blocks: Blocks, root: Path, tmp_path: Path
) -> None:
    """Its module is named in the entry-point group as the README says, and its indicator is among those listed."""
    (source,) = [block.text for block in blocks("README.md") if block.language == "python" and "@hookimpl" in block.text]
    named = re.findall(r"`(\w+) = \"(\w+)\"`", (root / "README.md").read_text(encoding="utf-8"))
    ((plugin, module),) = named
    (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
    site = metadata(tmp_path / "site", f"klaremal-{plugin}", "0.1", {plugin: module})
    printed = fresh.carry_out([["klaremal", "indicators", "--format", "json"]], tmp_path, [tmp_path, site])
    listed, code = printed.partition("\n")[2].rsplit("exit code ", 1)
    declared = {each["id"]: each["title"] for each in json.loads(listed) if each["id"].startswith(f"{plugin}.")}
    assert declared == {"libraries.ready": "Klar inden en uge"}
    assert int(code) == 0


def test_the_made_up_law_of_the_page_is_named_as_such(section: Callable[[str, str], str]) -> None:
    """Nobody takes the example for a real law."""
    assert "(This law is made up.)" in section(PAGE, "## 5 A threshold, and the goal that follows from law")
