"""The test class and the command: thin over the checks, with a reason for whatever is left out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import klaremal.testing
from klaremal.cli.main import main
from klaremal.errors import DeclarationError
from klaremal.testing import CHECKS, PluginConformance, Subject
from klaremal.testing.checks import asked_for

Make = Callable[..., Subject]
BROKEN = "broken_sources_are_source_errors"
# Options that nobody can make up, and a sample that does without the collector.
STUBBORN = (
    ("class Options:\n", "class Options:\n    key: str\n\n    def __attrs_post_init__(self):\n        raise ValueError\n\n"),
    ('collector = "roads.portal"', 'collector = "csv"'),
)


class Roads(PluginConformance):
    """The made plugin; not collected by itself."""

    plugin = "roads"


def test_every_check_says_what_it_asks_for_and_has_a_name_of_its_own() -> None:
    """Twenty-two checks, each with a sentence that stands in its failure, and what to do then."""
    assert len(CHECKS) == 22
    said = [asked_for(name) for name in CHECKS]
    assert [asked for asked, _ in said if "\n" in asked or not asked.endswith(".")] == []
    assert [advice for _, advice in said if not advice.startswith("When it fails: ") or not advice.endswith(".")] == []


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
    assert "\nWhen it fails: rename it." in said
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


def test_no_test_of_the_class_can_be_put_aside_without_a_word() -> None:
    """Neither in the class itself nor by a class beside it; the message says what to write. A test of its own is welcome."""

    def test_plugin(self: Any) -> None:
        """Ask for nothing."""

    expected = (
        r'Quiet.test_plugin takes the place of the checks of klaremal. Give it another name; .* skip = \{"metadata": "<why>"\}'
    )
    with pytest.raises(DeclarationError, match=expected):
        type("Quiet", (Roads,), {"test_plugin": test_plugin})
    beside = type("Beside", (), {"test_skips": test_plugin})
    with pytest.raises(DeclarationError, match=r"Quiet.test_skips takes the place"):
        type("Quiet", (beside, Roads), {})
    assert issubclass(type("More", (Roads,), {"test_more": test_plugin}), PluginConformance)


def test_what_could_not_be_looked_at_is_told_and_fails_nothing(made: Make, capsys: Any) -> None:
    """In the test's output, and in the report of the command."""
    made(*STUBBORN)
    tests = type("Once", (Roads,), {})()
    tests.test_plugin(BROKEN)
    note = (
        "note: collector roads.portal: it is not tried: its options refuse every value that can be thought of. "
        "Let a source of the sample use it, with options that fit."
    )
    assert capsys.readouterr().out == f"{note}\n"
    assert main(["plugin", "check", "roads", "--only", BROKEN]) == 0
    assert capsys.readouterr().out == f"ok       {BROKEN}\n         {note}\nroads: 1 check, all passed.\n"


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


def test_the_command_reports_what_was_found_and_ends_with_1(made: Make, capsys: Any) -> None:
    """A line for each check, its findings below it."""
    made(("plausible=(0, 100)", "plausible=(0.1, 0.9)"))
    chosen = ("goals_and_thresholds_agree", "sample_runs", "values_plausible", "ids")
    only = [part for name in chosen for part in ("--only", name)]
    assert main(["plugin", "check", "roads", *only, "--today", "2026-01-15"]) == 1
    lines = capsys.readouterr().out.splitlines()
    failed = [line.split(maxsplit=1)[1] for line in lines if line.startswith("failed")]
    assert failed == ["goals_and_thresholds_agree", "values_plausible"]
    assert [line for line in lines if line.startswith("ok")] == ["ok       ids", "ok       sample_runs"]
    assert "         - roads.law: 90 lies outside the range 0.1..0.9 that is plausible for roads.repaired." in "\n".join(lines)
    assert lines[-1] == "roads: 2 of 4 checks failed."


def test_the_command_makes_every_check_and_passes_what_is_right(made: Make, capsys: Any) -> None:
    """The made plugin has nothing wrong with it: else a broken one would fail for another reason than it is meant to."""
    made()
    assert main(["plugin", "check", "roads", "--today", "2026-01-15"]) == 0
    assert capsys.readouterr().out.splitlines() == [*(f"ok       {name}" for name in CHECKS), "roads: 22 checks, all passed."]


def test_the_command_leaves_a_check_out_with_a_reason(made: Make, capsys: Any) -> None:
    """Each with its reason in the report; what is left out has neither passed nor failed."""
    made(('id="roads.days"', 'id="parks.days"'))
    skips = ["--skip", "ids=parks are roads here", "--skip", "metadata = it is a test"]
    only = [part for name in ("metadata", "ids", "texts_in_every_language") for part in ("--only", name)]
    assert main(["plugin", "check", "roads", *skips, *only]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "skipped  metadata: it is a test",
        "skipped  ids: parks are roads here",
        "ok       texts_in_every_language",
        "roads: 1 check, all passed, 2 skipped.",
    ]
    assert main(["plugin", "check", "roads", "--only", "ids", "--only", "loads_alone", "--skip", "ids=so"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "roads: 1 of 1 checks failed, 1 skipped."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--skip", "idss=because"], '--skip: there is no check "idss". Did you mean "ids"?'),
        (["--skip", "ids"], '--skip: say why "ids" need not hold for this plugin.'),
        (["--skip", "ids= "], '--skip: say why "ids" need not hold for this plugin.'),
        (["--only", "sample_run"], '--only: there is no check "sample_run". Did you mean "sample_runs"?'),
        (["--only", "qqq"], '--only: there is no check "qqq". The checks are metadata, loads_alone, '),
    ],
)
def test_a_wrong_name_or_no_reason_is_a_mistake_of_the_command_line(
    arguments: list[str], expected: str, made: Make, capsys: Any
) -> None:
    """Before anything is checked."""
    made()
    assert main(["plugin", "check", "roads", *arguments]) == 2
    found = capsys.readouterr()
    assert (found.out, expected in found.err) == ("", True)


def test_an_unknown_plugin_is_a_mistake_of_the_command_line(capsys: Any) -> None:
    """With the name that was meant."""
    assert main(["plugin", "check", "school"]) == 2
    assert 'The plugin "school" is not installed. Did you mean "schools"?' in capsys.readouterr().err


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
    said = capsys.readouterr().out
    assert "klaremal plugin check schools" in said
    assert "klaremal plugin check schools --skip " in said


def test_the_public_names_are_those_of_the_table_of_contents() -> None:
    """Sorted, loaded when first used, and nothing else."""
    assert sorted(klaremal.testing.__all__, key=str.casefold) == sorted(set(klaremal.testing.__all__), key=str.casefold)
    undocumented = [name for name in klaremal.testing.__all__ if not getattr(klaremal.testing, name).__doc__]
    assert undocumented == ["CHECKS"]
    with pytest.raises(AttributeError, match="has no attribute 'mesured'"):
        _ = klaremal.testing.mesured
