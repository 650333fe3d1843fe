"""Finding and importing plugins: real entry points of this environment, and broken ones in a folder of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from klaremal import Column, Reference, __version__
from klaremal.discovery import LeftOut, PluginSource, discover, lacking, own_requirement
from klaremal.measures import Pauses, Share

PRINT = """
from klaremal.discovery import discover
found, left_out = discover()
print(*(f"found {source} requires {source.requires}" for source in found if source.name != "klaremal"), sep="\\n")
print(*left_out, sep="\\n")
"""


def install(
    folder: Path, name: str, entry_point: str, module: str, text: str | None, version: str = "1.0", needs: str = "klaremal<0.2",
    group: str = "klaremal",
) -> None:  # fmt: skip
    """Write a distribution as an installer would: a module, and metadata with the entry point."""
    if text is not None:
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    requires = f"Requires-Dist: {needs}\n" if needs else ""
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}")
    (info / "entry_points.txt").write_text(f"[{group}]\n{entry_point} = {module}\n")


def discovered(folder: Path) -> list[str]:
    """Return what a fresh Python with the folder on its path discovers, line by line."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{PRINT}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    return [line for line in done.stdout.splitlines() if line]


def test_installed_plugins_are_found_by_name_with_their_distribution() -> None:
    """Core's own plugin is one of them; the order is that of the names."""
    found, left_out = discover()
    names = [source.name for source in found]
    assert names == sorted(names)
    core = next(source for source in found if source.name == "klaremal")
    assert (core.distribution, core.module.__name__) == ("klaremal", "klaremal.builtin")
    assert left_out == ()


def test_another_group_has_no_plugins() -> None:
    """Only the entry points of the group are looked at."""
    assert discover(group="klaremal.no_such_group") == ((), ())


def test_only_the_plugins_that_a_workspace_names_are_imported(tmp_path: Path) -> None:
    """One that it does not name may be broken or slow: it is neither imported nor spoken of; core's own always is."""
    install(tmp_path, "acme-good", "good", "acme_good", "x = 1\n")
    install(tmp_path, "acme-raises", "raises", "acme_raises", "1 / 0\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom klaremal.discovery import discover\n"
    code += "found, left_out = discover(['good'])\nprint(*(source.name for source in found), left_out)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "good klaremal ()"


def test_a_broken_plugin_is_named_with_its_distribution_and_the_others_are_found(tmp_path: Path) -> None:
    """Whatever an import does, even ending the program, it is a sentence and not the end."""
    install(tmp_path, "acme-good", "good", "acme_good", "x = 1\n", "2.1")
    install(tmp_path, "acme-library", "library", "acme_library", "import no_such_library_at_all.part\n")
    install(tmp_path, "acme-syntax", "syntax", "acme_syntax", "def x(:\n")
    install(tmp_path, "acme-exit", "quits", "acme_exit", "raise SystemExit('bye')\n")
    install(tmp_path, "acme-raises", "raises", "acme_raises", "\n\n1 / 0\n")
    install(tmp_path, "acme-near", "near", "acme_near", "\nfrom klaremal.target import AtLeast\n")
    install(tmp_path, "acme-far", "far", "acme_far", "import klaremal.xyzzy\n")
    install(tmp_path, "acme-lacks", "lacks", "acme_lacks", "import klaremal\nklaremal.Indicator(id='lacks.x', title='X', "
            "dataset=None, measure=None, measured_in='number', frequency='year')\n")  # fmt: skip
    install(tmp_path, "acme-bare", "bare", "acme_bare", "import klaremal\nklaremal.Sector(id='bare')\n")
    install(tmp_path, "acme-gone", "gone", "acme_gone", None)
    install(tmp_path, "acme-name", "Bad-Name", "acme_good", None)
    install(tmp_path, "acme-core", "klaremal", "acme_good", None)
    install(tmp_path, "acme-value", "value", "acme_good:x", None)
    lines = discovered(tmp_path)
    assert "found good (acme-good 2.1) requires <0.2" in lines
    for sentence in (
        'plugin library (acme-library 1.0): it needs the library "no_such_library_at_all", which is not installed. '
        "Install it: pip install no_such_library_at_all.",
        'plugin gone (acme-gone 1.0): the module "acme_gone" that the entry point names does not exist. '
        "Install the plugin again.",
        'plugin Bad-Name (acme-name 1.0): the entry point\'s name "Bad-Name" is no plugin name. Call it "bad_name".',
        'plugin klaremal (acme-core 1.0): the name "klaremal" is core\'s own. '
        "Give the entry point the name of the service area.",
        'plugin value (acme-value 1.0): the entry point "acme_good:x" is a int. Let it name the plugin\'s module.',
        f"plugin raises (acme-raises 1.0): importing acme_raises failed: ZeroDivisionError: division by zero "
        f"({tmp_path / 'acme_raises.py'}, line 3)",
    ):
        assert sentence in lines
    for name, sentence, number in (
        ("near", 'klaremal has no module "klaremal.target". Did you mean "klaremal.targets"?', 2),
        ("lacks", 'importing acme_lacks failed: Indicator: "direction" is missing. Write direction="higher", "lower" or '
         '"neutral": which way is better.', 2),
        ("bare", 'importing acme_bare failed: Sector: "title" is missing. Add it, as name=value.', 2),
    ):  # fmt: skip
        assert f"plugin {name} (acme-{name} 1.0): {sentence} ({tmp_path / f'acme_{name}.py'}, line {number})" in lines
    assert any(line.startswith('plugin far (acme-far 1.0): klaremal has no module "klaremal.xyzzy".') for line in lines)
    assert any(line.startswith("plugin syntax (acme-syntax 1.0): importing acme_syntax failed: SyntaxError") for line in lines)
    assert any(line.startswith("plugin quits (acme-exit 1.0): importing acme_exit failed: SystemExit: bye") for line in lines)


def test_a_plugin_whose_entry_point_stands_elsewhere_is_said_to_be_installed(tmp_path: Path) -> None:
    """By the distribution's name or by the entry point's; one that is nowhere is to be installed."""
    install(tmp_path, "klaremal-jobs", "jobs", "klaremal_jobs", None, group="klaremal.plugins")
    install(tmp_path, "klaremal-street-lamps", "lamps", "klaremal_lamps", None)
    install(tmp_path, "acme-parks", "parks", "acme_parks", None, "2.1", group="klaremals")
    install(tmp_path, "klaremal-trees", "trees", "trees.cli:main", None, group="console_scripts")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom klaremal.absent import absent\n"
    code += "for name in ('jobs', 'street_lamps', 'parks', 'trees', 'bees'): print(*absent(name))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")

    def found(plugin: str, distribution: str, there: str, module: str) -> str:
        return (
            f'the plugin "{plugin}" is not found: {distribution} is installed, and declares no plugin "{plugin}" in the group '
            f'"klaremal" but {there}. Its pyproject.toml is to have [project.entry-points.klaremal] with {plugin} = '
            f'"{module}"; then install it again.'
        )

    assert done.stdout.splitlines() == [
        found("jobs", "klaremal-jobs 1.0", '"jobs" in the group "klaremal.plugins"', "klaremal_jobs"),
        found("street_lamps", "klaremal-street-lamps 1.0", '"lamps" in the group "klaremal"', "klaremal_lamps"),
        found("parks", "acme-parks 2.1", '"parks" in the group "klaremals"', "acme_parks"),
        found("trees", "klaremal-trees 1.0", "no entry point of klaremal's", "klaremal_trees"),
        'the plugin "bees" is not installed. Install it: pip install klaremal-bees.',
    ]


def test_a_plugin_built_for_another_klaremal_is_left_out_and_not_imported(tmp_path: Path) -> None:
    """In words, before its import fails at something nobody understands; one that does not say is imported."""
    for name, needs in (
        ("later", "klaremal>=99"),
        ("bounded", "klaremal >=0.1,<99"),
        ("silent", ""),
        ("odd", "klaremal ==one"),
    ):
        install(tmp_path, f"acme-{name}", name, f"acme_{name}", "1 / 0\n" if name == "later" else "x = 1\n", needs=needs)
    lines = discovered(tmp_path)
    assert (
        f"plugin later (acme-later 1.0): it was built for klaremal >=99, and this is klaremal {__version__}. "
        + ("Install a version of the plugin for this klaremal, or the klaremal that it was built for.")
        in lines
    )
    assert "found bounded (acme-bounded 1.0) requires >=0.1,<99" in lines
    assert "found silent (acme-silent 1.0) requires ".strip() in [line.strip() for line in lines]
    assert (
        'plugin odd (acme-odd 1.0): it says that it was built for klaremal "==one", which is no version. '
        'Write "klaremal >=0.1,<0.2".'
    ) in lines


@pytest.mark.parametrize(
    ("requirements", "versions"),
    [
        pytest.param(["klaremal>=0.1,<0.2"], ">=0.1,<0.2", id="plain"),
        pytest.param(["pandas>=3", "klaremal (>=0.1,<0.2)"], ">=0.1,<0.2", id="brackets"),
        pytest.param(["klaremal[publish]>=0.1 ; python_version > '3'"], ">=0.1", id="extra and marker"),
        pytest.param(["klaremal-schools>=0.3"], "", id="another distribution"),
        pytest.param(["klaremal>=9; extra == 'testing'"], "", id="only with an extra"),
        pytest.param([], "", id="none"),
    ],
)
def test_the_versions_of_klaremal_that_a_plugin_is_built_for_are_read(requirements: list[str], versions: str) -> None:
    """They are shown beside the plugin."""
    assert own_requirement(requirements) == versions


def test_sources_and_notes_read_as_sentences() -> None:
    """Name, distribution and version come first; what is not known is left away."""
    assert str(PluginSource("roads", object(), "klaremal-roads", "1.2")) == "roads (klaremal-roads 1.2)"
    assert str(PluginSource("roads", object())) == "roads"
    assert str(LeftOut("roads", "klaremal-roads", "1.2", "dataset roads.x", "gone.")) == (
        "plugin roads (klaremal-roads 1.2): dataset roads.x: gone."
    )


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (lambda: Column("kind", "string", requird=True), 'Column: "requird" is unknown. Did you mean "required"?'),
        (lambda: Share("kept", were="kind = 'a'"), 'Share: "were" is unknown. Did you mean "where"?'),
        (lambda: Reference("Act", section=3), 'Reference: "section" is unknown. It takes text, link.'),
        (
            lambda: Pauses("from", "to"),
            "Pauses: write its values with their names, as Pauses(start=..., end=..., dataset=...).",
        ),
        (lambda: Share(), ""),
        (lambda: int("x"), ""),
    ],
    ids=["an option", "of a measure", "nothing near", "without names", "another TypeError", "another error"],
)
def test_an_option_that_does_not_exist_is_answered_with_the_nearest(declare: Callable[[], object], said: str) -> None:
    """A misspelt argument of a declaration is told as a mistake of it, not as one of Python."""
    with pytest.raises((TypeError, ValueError)) as caught:
        declare()
    assert lacking(caught.value) == said
