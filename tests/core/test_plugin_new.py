"""`klaremal plugin new`: a package under a good name, words in their place, and refusals that say what to do.

That its tests pass and its sample runs where only core is installed is tested with the page docs/write-a-plugin.md.
"""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

from klaremal.cli.main import main
from klaremal.errors import WorkspaceError
from klaremal.scaffold.new_folder import write
from klaremal.scaffold.plugin import plugin_package, requirement

ROOT = Path(__file__).resolve().parents[2]


def text(name: str, path: str, *titles: str) -> str:
    """Return one file of a new package."""
    return dict(plugin_package(name, titles).files)[path].decode()


def faults(name: str, *titles: str) -> list[str]:
    """Return what is wrong with a name and titles."""
    with pytest.raises(WorkspaceError) as caught:
        plugin_package(name, titles)
    return [str(fault) for fault in caught.value.faults]


def test_the_package_is_named_after_the_service_area() -> None:
    """Distribution, import package, entry point, test class and ids can be told from the name."""
    project = tomllib.loads(text("road_safety", "pyproject.toml"))["project"]
    assert project["name"] == "klaremal-road-safety"
    assert project["entry-points"] == {"klaremal": {"road_safety": "klaremal_road_safety"}}
    assert 'id="road_safety.requests"' in text("road_safety", "src/klaremal_road_safety/datasets.py")
    assert "class TestRoadSafety(PluginConformance):" in text("road_safety", "tests/test_conformance.py")
    assert "[sources.road_safety.requests]" in text("road_safety", "src/klaremal_road_safety/sample/klaremal.toml")


@pytest.mark.parametrize(
    ("version", "asked"), [("0.1.0", ">=0.1,<0.2"), ("0.9.3", ">=0.9,<0.10"), ("1.2.0.dev1", ">=1.2,<1.3")], ids=str
)
def test_it_asks_for_the_minor_version_of_core_that_wrote_it(version: str, asked: str) -> None:
    """The next minor version may differ, and pip says so before anything breaks."""
    assert requirement(version) == asked


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        ((), '{"da": "Road safety", "en": "Road safety"}'),
        (("Trafik",), '{"da": "Trafik", "en": "Trafik"}'),
        (("da=Trafiksikkerhed", "en=Safe roads"), '{"da": "Trafiksikkerhed", "en": "Safe roads"}'),
        (('en=Say "safe"\n  roads = life', "Trafik"), '{"da": "Trafik", "en": "Say \\"safe\\" roads = life"}'),
    ],
    ids=["none", "one for all", "one each", "quotes and signs"],
)
def test_titles_are_for_every_language_or_for_one(titles: tuple[str, ...], said: str) -> None:
    """A language without a title of its own has the one for all, and without any the name."""
    assert f"title={said}" in text("road_safety", "src/klaremal_road_safety/__init__.py", *titles)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("klaremal", 'NAME: "klaremal" is core\'s own name. Name the service area: parks, libraries, roads.'),
        ("klaremal-parks", 'NAME: "klaremal-parks" has klaremal in it, which is put before it anyway. Write parks.'),
        ("klaremal_Parks", 'NAME: "klaremal_Parks" has klaremal in it, which is put before it anyway. Write parks.'),
        (
            "Veje og grønt",
            'NAME: "Veje og grønt" is no name of a plugin. Did you mean "veje_og_groent"? '
            "A plugin's name is made of a-z, 0-9 and _, and starts with a letter.",
        ),
        ("parks.trees", 'Did you mean "parks_trees"?'),
        ("123", 'Did you mean "x_123"?'),
        ("!!", "A plugin's name is made of a-z, 0-9 and _, and starts with a letter."),
    ],
    ids=lambda each: each[:15],
)
def test_a_name_that_is_none_is_answered_with_one_that_is(name: str, said: str) -> None:
    """The nearest good name is given, and core's own is refused."""
    (fault,) = faults(name)
    assert said in fault


def test_all_mistakes_are_told_at_once() -> None:
    """A wrong name, an unknown language and an empty title are three mistakes."""
    assert faults("Parks", "dk=Parker", "en=") == [
        'NAME: "Parks" is no name of a plugin. Did you mean "parks"? '
        "A plugin's name is made of a-z, 0-9 and _, and starts with a letter.",
        '--title: "dk" is no language of the templates. '
        "The package is written in da and en; add other languages to its texts afterwards.",
        '--title: a title has no text. Write --title "Parks", or --title en=Parks.',
    ]


def test_the_command_says_what_it_wrote_and_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file is named, then the commands to type."""
    folder = tmp_path / "my parks"
    assert main(["plugin", "new", "parks", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert [line.strip() for line in lines[1 : len(written) + 1]] == written
    assert lines[len(written) + 1 :] == [
        "The figures and the law in it are made up. Now run:",
        f'  cd "{folder.as_posix()}"',
        '  python -m pip install -e ".[test]"',
        "  python -m pytest",
        "  klaremal run sample",
        "Then say in src/klaremal_parks/datasets.py which rows you have; docs/write-a-plugin.md goes on from there.",
    ]


def test_a_folder_that_holds_something_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is overwritten, and nothing is written beside it."""
    (tmp_path / "own.txt").write_text("mine", encoding="utf-8")
    assert main(["plugin", "new", "parks", str(tmp_path)]) == 2
    assert "is not empty, and nothing is overwritten. Name a folder that does not exist yet." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["own.txt"]


def test_the_package_is_in_good_style(tmp_path: Path) -> None:
    """The linter and the formatter have nothing to say, under the package's own settings."""
    write(plugin_package("parks").files, tmp_path / "new")
    ruff = shutil.which("ruff", path=sysconfig.get_path("scripts"))
    assert ruff, "ruff belongs to the development environment"
    for command in (["check", "--extend-select", "B,D1,I,PT,RUF,SIM,UP"], ["format", "--check"]):
        done = subprocess.run([ruff, *command, "--no-cache", "."], cwd=tmp_path / "new", capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()


def test_it_carries_the_whole_licence_and_no_placeholder() -> None:
    """The licence is that of klaremal's own plugins, and no word of a template is left."""
    files = dict(plugin_package("parks").files)
    assert files["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    left = [path for path, content in files.items() if b"$" in content.replace(b"${{", b"") or "NAME" in path]
    assert left == []


def test_figures_and_law_are_labelled_as_made_up() -> None:
    """Nobody takes the new package's law or sample for real ones."""
    assert "**synthetic**" in text("parks", "src/klaremal_parks/sample/SOURCE.md")
    assert "THIS LAW IS MADE UP" in text("parks", "src/klaremal_parks/thresholds.py")
    assert text("parks", "README.md").count("**a made-up law**") == 2


def test_its_sample_lies_beside_the_package_too() -> None:
    """`klaremal run sample` works at once, and what it leaves gets into no wheel."""
    files = dict(plugin_package("parks").files)
    inside = {path: text for path, text in files.items() if path.startswith("src/klaremal_parks/sample/")}
    assert {path.removeprefix("src/klaremal_parks/"): text for path, text in inside.items()} == {
        path: text for path, text in files.items() if path.startswith("sample/")
    }
    assert len(inside) == 4
    assert "\n/sample/\n" in files[".gitignore"].decode()
