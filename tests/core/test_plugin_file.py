"""Plugins that are one file of the workspace: named in klaremal.toml, told by their hash, fenced as installed ones are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from klaremal.discovery import LeftOut, PluginSource
from klaremal.errors import WorkspaceError
from klaremal.gather import gather, known_in, of_workspace
from klaremal.plugin_file import load_file
from klaremal.ready import prepare_run
from klaremal.workspace.folder import read

Workspace = Callable[..., Path]

PLUGIN = """
from klaremal import Sector, hookimpl

@hookimpl
def klaremal_sectors():
    return [Sector(id="{name}", title="Vores egne")]
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a function that writes a workspace with these entries of `plugins`, and further files by name."""

    def write(*plugins: str, **files: str) -> Path:
        named = ", ".join(f'"{each}"' for each in plugins)
        head = f'plugins = [{named}]\n[organisation]\nname = "Solbjerg Kommune"\nunit = "751"\n'
        for name, text in {"klaremal.toml": head, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def loaded(folder: Path, name: str = "own", file: str = "own.py") -> PluginSource:
    """Return a plugin file that can be imported."""
    source = load_file(folder, name, file)
    assert isinstance(source, PluginSource), str(source)
    return source


def faults_of(folder: Path) -> list[str]:
    """Return what is wrong with a workspace, as people read it."""
    with pytest.raises(WorkspaceError) as raised:
        prepare_run(folder)
    return [str(fault) for fault in raised.value.faults]


def test_a_file_is_imported_and_told_by_its_content(tmp_path: Path) -> None:
    """The version is the SHA-256 of what ran; in sentences a dozen digits are enough."""
    (tmp_path / "own.py").write_bytes(b"VALUE = 7\n")
    source = loaded(tmp_path)
    digest = hashlib.sha256(b"VALUE = 7\n").hexdigest()
    assert (source.name, source.distribution, source.version, source.module.VALUE) == ("own", "own.py", digest, 7)
    assert str(source) == f"own (own.py {digest[:12]})"


def test_what_runs_is_what_stands_in_the_file_now(tmp_path: Path) -> None:
    """No compiled copy of an earlier moment is used, and none is left in the workspace."""
    for value in (1, 2):
        (tmp_path / "own.py").write_text(f"VALUE = {value}\n")
        found = loaded(tmp_path).module.VALUE
        assert found == value
    assert [path.name for path in tmp_path.iterdir()] == ["own.py"]


def test_classes_of_a_file_know_their_types(tmp_path: Path) -> None:
    """The options of its collector, say, which are read as their annotations demand."""
    text = "from __future__ import annotations\nfrom attrs import frozen\n@frozen\nclass Options:\n    folder: str = 'x'\n"
    (tmp_path / "own.py").write_text(text)
    from klaremal.shape import Shapes

    assert Shapes().kinds(loaded(tmp_path).module.Options) == {"folder": str}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("1 / 0\n", "importing own.py failed: ZeroDivisionError: division by zero ({path}, line 1)", id="raises"),
        pytest.param("def x(:\n", "importing own.py failed: SyntaxError: ", id="syntax"),
        pytest.param("raise SystemExit('bye')\n", "importing own.py failed: SystemExit: bye", id="ends the program"),
        pytest.param(
            "import no_such_library\n",
            'it needs the library "no_such_library", which is not installed. Install it: pip install no_such_library.',
            id="library",
        ),
        pytest.param(
            "import beside\n",
            'it imports "beside", which lies beside it: such a plugin is one file. Write all of it in own.py.',
            id="beside",
        ),
        pytest.param(
            "from klaremal.target import AtLeast\n",
            'klaremal has no module "klaremal.target". Did you mean "klaremal.targets"? ({path}, line 1)',
            id="module of klaremal",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_is_a_sentence(text: str, why: str, tmp_path: Path) -> None:
    """As for an installed plugin: the others run."""
    (tmp_path / "own.py").write_text(text)
    (tmp_path / "beside.py").write_text("")
    left = load_file(tmp_path, "own", "own.py")
    assert isinstance(left, LeftOut)
    assert left.why.startswith(why.format(path=tmp_path / "own.py"))


def test_nothing_is_imported_that_the_workspace_does_not_name(workspace: Workspace) -> None:
    """A file may lie there, broken or not."""
    folder = workspace("plugins/own.py", **{"plugins/own.py": PLUGIN.format(name="own"), "plugins/other.py": "1 / 0"})
    found, faults = read(folder)
    files, taken = of_workspace(found)
    assert [str(each).split()[0] for each in files] == ["own"]
    assert (faults, taken) == ((), ())
    assert gather(found, only_named=True, files=files).sectors["own"].title.say("da") == "Vores egne"


def test_a_wrong_hook_leaves_the_file_out_and_a_goal_on_it_is_a_warning(workspace: Workspace) -> None:
    """The same words as for an installed plugin; what the run can do without it, it does."""
    goal = (
        '[goal.holes]\ntitle = "Huller"\npromise = "Vi lukker huller."\nvalid_from = 2026-01-01\n'
        'indicator = "own.holes"\nat_least = 90\n'
    )
    plugin = "from klaremal import hookimpl\n@hookimpl\ndef klaremal_indicator():\n    return []\n"
    ready = prepare_run(workspace("plugins/own.py", **{"plugins/own.py": plugin, "goals/a.toml": goal}))
    (left,) = ready.registry.left_out
    assert str(left).endswith(': klaremal_indicator: klaremal has no such hook. Did you mean "klaremal_indicators"?')
    assert "klaremal.toml: plugins: as the plugin own is left out, so is 1 goal (holes)." in map(str, ready.bound.warnings)


@pytest.mark.parametrize(
    ("entry", "files", "sentence"),
    [
        pytest.param(
            "plugins/onw.py",
            {"plugins/own.py": ""},
            'klaremal.toml: plugins: there is no file "plugins/onw.py". Did you mean "plugins/own.py"?',
            id="no file",
        ),
        pytest.param(
            "plugins/own.py",
            {"plugins/own.py/__init__.py": ""},
            'klaremal.toml: plugins: "plugins/own.py" is a folder. Name the file in it, or install the package as a plugin.',
            id="a folder",
        ),
        pytest.param(
            "../own.py",
            {},
            'klaremal.toml: plugins: "../own.py" lies outside the workspace. '
            "Put the file into the workspace's folder, or install it as a plugin.",
            id="outside",
        ),
        pytest.param(
            "Egne tal.py",
            {"Egne tal.py": ""},
            'klaremal.toml: plugins: "Egne tal.py" cannot be the name of a plugin. Call it "egne_tal.py": ids begin with it.',
            id="name",
        ),
        pytest.param(
            "schools.py",
            {"schools.py": ""},
            'klaremal.toml: plugins: "schools.py" has the name of the installed plugin schools. '
            "Give the file another name: it is what its ids begin with.",
            id="name of an installed plugin",
        ),
        pytest.param(
            "klaremal.py",
            {"klaremal.py": ""},
            'klaremal.toml: plugins: the name "klaremal" is core\'s own. Call the file "own.py".',
            id="core's name",
        ),
    ],
)
def test_a_file_that_cannot_be_a_plugin_is_a_mistake(
    entry: str, files: dict[str, str], sentence: str, workspace: Workspace
) -> None:
    """Said with the place and the cure; nothing is imported."""
    assert faults_of(workspace(entry, **files)) == [sentence]


def test_two_files_of_one_name_are_a_mistake(workspace: Workspace) -> None:
    """Their ids would begin alike."""
    folder = workspace("own.py", "own.toml", **{"own.py": "", "own.toml": ""})
    assert faults_of(folder) == [
        'klaremal.toml: plugins: "own.py" and "own.toml" are both called own. '
        "Give one another name: it is what its ids begin with."
    ]


def test_a_file_of_toml_that_cannot_be_read_is_told_with_its_line(workspace: Workspace) -> None:
    """Goals on what it would have declared are not told besides."""
    goal = '[goal.x]\ntitle = "x"\npromise = "x"\nvalid_from = 2026-01-01\nindicator = "own.x"\nat_least = 90\n'
    sentences = faults_of(workspace("own.toml", **{"own.toml": "indicator x\n", "goals/a.toml": goal}))
    assert [sentence.partition(": ")[0] for sentence in sentences] == ["own.toml"]


def test_what_is_known_in_a_folder_is_installed_or_in_its_files(workspace: Workspace, tmp_path: Path) -> None:
    """For editors and listings, which also serve a folder without a workspace, or one with mistakes."""
    count = 'dataset = "klaremal.population"\nmeasure = "count"\nmeasured_in = "number"\ndirection = "higher"\n'
    toml = f'[indicator.rows]\ntitle = "x"\nfrequency = "year"\n{count}[indicator.bad]\ntitle = "x"\n'
    folder = workspace("own.toml", "more.py", "gone", **{"own.toml": toml, "more.py": PLUGIN.format(name="more")})
    known: Any = known_in(folder)
    assert {"own.rows", "schools.absence"} <= known.indicators.keys()
    assert {"own", "more", "schools"} <= known.sectors.keys()
    assert "own.bad" not in known.indicators
    assert "own.rows" not in known_in(tmp_path / "nowhere").indicators
