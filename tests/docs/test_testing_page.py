"""The page on testing a plugin: its tests are run, its checks and names are those that there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

import klaremal.testing
from klaremal.cli.main import main
from klaremal.testing import CHECKS, PluginConformance
from klaremal.testing import fixtures as plugin_of_pytest

PAGE = "docs/testing.md"
Blocks = Callable[[str], list[Any]]
Tables = Callable[[str, str], list[list[dict[str, str]]]]


@pytest.fixture(scope="module")
def names(blocks: Blocks) -> dict[str, Any]:
    """Return what the page's Python defines, one block after the other."""
    found: dict[str, Any] = {}
    for block in blocks(PAGE):
        if block.language == "python":
            exec(compile(block.text, str(block), "exec"), found)
    return found


def test_the_table_by_hand_is_measured_as_it_says(names: dict[str, Any]) -> None:
    """The page's own test passes."""
    names["test_a_loan_that_is_still_out_is_late"]()


def test_the_classes_of_the_page_check_the_plugin(names: dict[str, Any]) -> None:
    """Both are about schools; what one leaves out with a reason is skipped, the rest is checked."""
    plain, skipping = names["TestSchools"](), names["TestOwnSchools"]()
    assert isinstance(plain, PluginConformance)
    plain.test_plugin("ids")
    plain.test_skips()
    skipping.test_skips()
    with pytest.raises(pytest.skip.Exception, match="the statistics' own table"):
        skipping.test_plugin("values_plausible")


def test_the_table_of_checks_has_all_of_them_in_their_order(tables: Tables) -> None:
    """Each with the question that it asks."""
    (table,) = tables(PAGE, "## The same in your test suite")
    assert [row["check"].strip("`") for row in table] == list(CHECKS)
    assert all(row["asks"].endswith("?") for row in table)


def test_the_table_of_names_has_every_fixture_and_every_public_name(tables: Tables) -> None:
    """None is missing, and none is made up."""
    (table,) = tables(PAGE, "## Fixtures and strategies")
    told = {row["name"]: row["is"] for row in table}
    named = [name for each in told for name in re.findall(r"`(\w+)`", each)]
    fixtures = [name for each, what in told.items() if what.startswith("a fixture") for name in re.findall(r"`(\w+)`", each)]
    assert all(type(getattr(plugin_of_pytest, each)).__name__ == "FixtureFunctionDefinition" for each in fixtures)
    assert sorted(set(named) - set(fixtures)) == sorted(klaremal.testing.__all__)


def test_a_check_is_called_as_the_page_says(names: dict[str, Any]) -> None:
    """It gives findings, of which a plugin that is right has none."""
    assert names["findings"] == []


def test_the_exit_code_of_an_unknown_name_is_the_one_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    """2, and the command of the page is one that there is."""
    assert main(["plugin", "check", "scools"]) == 2
    assert 'Did you mean "schools"?' in capsys.readouterr().err
