"""House rules that no other tool keeps: the packages agree, files stay small and well named, nothing stray is kept."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
PACKAGES = ["core", *(f"plugins/{name}" for name in PLUGINS)]
SOURCES = [*ROOT.glob("core/src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")]
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
NOT_OURS = {".git", ".venv", ".venv-check", ".klaremal", ".hypothesis", "dist", "__pycache__"}
# In parts, so that this file passes its own test.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("anaconda", "org"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("deb", "debian", "org"),
    ]
]


def project(package: str) -> dict[str, Any]:
    """Return the `[project]` table of one package."""
    table: dict[str, Any] = tomllib.loads((ROOT / package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def files_of_the_project() -> list[Path]:
    """Return what git keeps or would keep; without git (an unpacked archive), all that no tool made."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def module_version(init: Path) -> str | None:
    """Return `__version__` as it is written in a module, without importing it."""
    found = re.search(r'^__version__ = "(.+)"$', init.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return found[1] if found else None


def test_there_are_five_packages() -> None:
    """Core and four sector plugins are found, so that the tests below look at all of them."""
    assert PACKAGES == [
        "core",
        "plugins/childcare",
        "plugins/citizen_service",
        "plugins/eldercare",
        "plugins/schools",
    ]


@pytest.mark.parametrize("key", ["version", "requires-python", "license", "license-files", "authors"])
def test_all_packages_agree(key: str) -> None:
    """The five packages are released together: one version, one floor of Python, one licence."""
    values = {package: project(package)[key] for package in PACKAGES}
    assert list(values.values()) == [values["core"]] * 5, values


def test_the_floor_of_python_and_the_licence_are_the_promised_ones() -> None:
    """Python 3.11 suffices, and the licence is the one that the municipalities' open-source community uses."""
    assert project("core")["requires-python"] == ">=3.11"
    assert project("core")["license"] == "MPL-2.0"


def test_modules_say_the_version_of_their_package() -> None:
    """`__version__` is what the package's metadata say, for all five."""
    inits = [next((ROOT / package / "src").glob("*/__init__.py")) for package in PACKAGES]
    assert [module_version(init) for init in inits] == [project("core")["version"]] * 5


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_is_named_after_its_folder(name: str) -> None:
    """Distribution, import package and entry point of a plugin can be told from its folder."""
    table = project(f"plugins/{name}")
    assert table["name"] == "klaremal-" + name.replace("_", "-")
    assert table["entry-points"] == {"klaremal": {name: f"klaremal_{name}"}}
    assert (ROOT / "plugins" / name / "src" / f"klaremal_{name}" / "py.typed").is_file()


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_depends_on_core_and_on_no_other_plugin(name: str) -> None:
    """A plugin asks for the minor version of core that it is built for."""
    asked = [need.replace(" ", "") for need in project(f"plugins/{name}")["dependencies"]]
    assert [need for need in asked if need.startswith("klaremal")] == ["klaremal>=0.1,<0.2"]


def test_cores_own_collectors_and_units_are_a_plugin_like_any_other() -> None:
    """Core names its built-ins as an entry point, and is typed."""
    assert project("core")["entry-points"]["klaremal"] == {"klaremal": "klaremal.builtin"}
    assert (ROOT / "core/src/klaremal/py.typed").is_file()


def test_each_package_carries_the_whole_licence() -> None:
    """Whoever gets one wheel gets the licence with it, every word of it."""
    text = (ROOT / "LICENSE").read_bytes()
    assert text.startswith(b"Mozilla Public License Version 2.0\n")
    assert b'Exhibit B - "Incompatible With Secondary Licenses" Notice' in text
    assert [(ROOT / package / "LICENSE").read_bytes() for package in PACKAGES] == [text] * 5


def test_the_development_environment_installs_all_packages_and_pins_the_rest() -> None:
    """The requirements name the five folders; the constraints are plain pins of third parties, without addresses."""
    wanted = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").split("\n")
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert {f"-e ./{package}" for package in PACKAGES} <= {re.sub(r"\[\w+\]$", "", line) for line in wanted}
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.!+]+", pin)] == []
    assert [pin for pin in pins if pin.startswith("klaremal")] == []


def test_no_source_file_is_longer_than_a_reader_can_hold() -> None:
    """A source file has at most 350 lines; a longer one holds two things."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > 350} == {}


def test_every_source_file_is_named_with_what_it_holds() -> None:
    """No module or folder has a name that would fit anything."""
    named = [path for path in SOURCES if SAYS_NOTHING & {*path.relative_to(ROOT).with_suffix("").parts}]
    assert [str(path.relative_to(ROOT)) for path in named] == []


def test_no_test_patches() -> None:
    """Tests use production seams: no module is replaced and no attribute swapped."""
    tests = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("plugins/*/tests/**/*.py")]
    words = re.compile(r"\b(?:monkey" + r"patch|unittest\.mo" + r"ck|Magic" + r"Mock)\b")
    assert [str(path.relative_to(ROOT)) for path in tests if words.search(path.read_text(encoding="utf-8"))] == []


def test_no_lock_file_is_kept() -> None:
    """A lock file holds an address for each file; constraints.txt holds the pins instead."""
    locks = re.compile(r"(uv|poetry|pdm)\.lock|pylock.*\.toml|Pipfile\.lock|package-lock\.json")
    assert [str(path) for path in files_of_the_project() if locks.fullmatch(path.name)] == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the business of the machine that installs them."""
    hosts = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)).encode())
    found = {path: hosts.search(path.read_bytes()) for path in files_of_the_project()}
    assert {str(path.relative_to(ROOT)): match[0] for path, match in found.items() if match} == {}
