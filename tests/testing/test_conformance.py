"""The test class and the command: thin over the checks, with a reason for whatever is left out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import klaremal.testing
from klaremal.cli.main import main
from klaremal.testing import CHECKS, PluginConformance, Subject

Make = Callable[..., Subject]


class Roads(PluginConformance):
    """The made plugin; not collected by itself."""

    plugin = "roads"


def test_every_check_says_what_it_asks_for_and_has_a_name_of_its_own() -> None:
    """Nineteen checks, each with a sentence that stands in its failure."""
    assert len(CHECKS) == 19
    assert all(check.__doc__ for check in CHECKS.values())


def test_a_finding_fails_the_test_with_what_to_do(made: Make) -> None:
    """What the check asks for, each finding with its cure, and how to leave it out."""
    made(('id="roads.days"', 'id="parks.days"'))
    tests = type("Once", (Roads,), {})()
    with pytest.raises(pytest.fail.Exception) as caught:
        tests.test_plugin("ids")
    said = str(caught.value)
    assert said.startswith("Every id begins with the plugin's entry-point name")
    assert '- "parks.days" of klaremal_indicators' in said
    assert 'Call it "roads.days".' in said
    assert 'skip = {"ids": "<why>"}' in said
    tests.test_plugin("texts_in_every_language")


def test_a_check_that_is_left_out_with_a_reason_is_skipped(made: Make) -> None:
    """The reason is what the report shows."""
    made(('id="roads.days"', 'id="parks.days"'))
    tests = type("Skipping", (Roads,), {"skip": {"ids": "parks are roads here"}})()
    with pytest.raises(pytest.skip.Exception, match="parks are roads here"):
        tests.test_plugin("ids")
    tests.test_skips()


@pytest.mark.parametrize(
    ("skip", "expected"),
    [
        ({"ids": " "}, 'skip: say why "ids" need not hold for this plugin.'),
        ({"idss": "because"}, 'skip: there is no check "idss". Did you mean "ids"?'),
    ],
)
def test_leaving_a_check_out_needs_a_reason_and_a_right_name(skip: dict[str, str], expected: str) -> None:
    """An empty reason does not skip, and is itself a failure."""
    with pytest.raises(AssertionError) as caught:
        type("Wrong", (Roads,), {"skip": skip})().test_skips()
    assert expected in str(caught.value)


def test_a_class_without_a_plugin_says_what_to_write() -> None:
    """Before anything is looked for."""
    with pytest.raises(AssertionError, match='name the plugin, as plugin = "parks"'):
        type("Nameless", (PluginConformance,), {}).subject()


def test_a_module_that_is_not_installed_can_be_checked_as_well(made: Make) -> None:
    """Its name is that of its package, without what all of them begin with."""
    module = made().source.module
    assert Subject.of(module).name == "roads"
    assert Subject.of(klaremal.testing).name == "testing"


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_command_reports_every_check_and_ends_with_1_for_a_finding(made: Make, capsys: Any) -> None:
    """A line for each check, its findings below it."""
    made(("plausible=(0, 100)", "plausible=(0.1, 0.9)"))
    assert main(["plugin", "check", "roads", "--today", "2026-01-15"]) == 1
    lines = capsys.readouterr().out.splitlines()
    failed = [line.split(maxsplit=1)[1] for line in lines if line.startswith("failed")]
    assert failed == ["goals and thresholds agree", "values plausible"]
    assert sum(line.startswith("ok") for line in lines) == len(CHECKS) - 2
    assert "        roads.law: 90 lies outside the range 0.1..0.9 that is plausible for roads.repaired." in "\n".join(lines)
    assert lines[-1] == "roads: 2 of 19 checks failed."


def test_the_command_passes_what_is_right(made: Make, capsys: Any) -> None:
    """And says so."""
    made()
    assert main(["plugin", "check", "roads", "--today", "2026-01-15"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "roads: 19 checks, all passed."


def test_an_unknown_plugin_is_a_mistake_of_the_command_line(capsys: Any) -> None:
    """With the name that was meant."""
    assert main(["plugin", "check", "school"]) == 2
    assert 'No plugin "school" is installed. Did you mean "schools"?' in capsys.readouterr().err


def test_a_plugin_that_cannot_be_loaded_has_failed(made: Make, capsys: Any) -> None:
    """Nothing else can be checked."""
    from klaremal import KlaremalError

    with pytest.raises(KlaremalError):
        made(('__version__ = "1.0"', "import no_such_library"))
    assert main(["plugin", "check", "roads"]) == 1
    assert 'roads: it cannot be loaded: it needs the library "no_such_library"' in capsys.readouterr().out


def test_without_the_extra_the_command_says_what_to_install() -> None:
    """In a Python that has not the libraries: None in its list of modules is what a missing one looks like to an import."""
    code = "import sys; sys.modules['hypothesis'] = None; from klaremal.cli.main import main; sys.exit(main(sys.argv[1:]))"
    found = subprocess.run([sys.executable, "-c", code, "plugin", "check", "schools"], capture_output=True, text=True)
    assert found.returncode == 2
    assert 'pip install "klaremal[testing]"' in found.stderr


def test_the_help_shows_an_example(capsys: Any) -> None:
    """Of the group and of the command."""
    assert main(["plugin", "check", "--help"]) == 0
    assert "klaremal plugin check schools" in capsys.readouterr().out


def test_the_public_names_are_those_of_the_table_of_contents() -> None:
    """Sorted, loaded when first used, and nothing else."""
    assert sorted(klaremal.testing.__all__, key=str.casefold) == sorted(set(klaremal.testing.__all__), key=str.casefold)
    undocumented = [name for name in klaremal.testing.__all__ if not getattr(klaremal.testing, name).__doc__]
    assert undocumented == ["CHECKS"]
    with pytest.raises(AttributeError, match="has no attribute 'mesured'"):
        _ = klaremal.testing.mesured
