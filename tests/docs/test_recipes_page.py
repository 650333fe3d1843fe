"""The page of clocks, made rows and zeros: its blocks are one module, of which every test passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

PAGE = "docs/recipes.md"
TESTS = (
    "test_a_week_of_waiting_puts_the_deadline_off_by_a_week",
    "test_waits_that_overlap_count_once",
    "test_two_words_for_one_place_are_two_groups_in_sql_and_one_unit_in_the_figure",
    "test_a_month_without_a_case_has_no_value",
    "test_a_quarter_and_the_women_alone",
    "test_events_are_silent_about_a_month_without_one_and_totals_are_not",
)


@pytest.fixture(scope="module")
def names(blocks: Callable[[str], list[Any]]) -> dict[str, Any]:
    """Return what the page's Python defines, one block after the other."""
    found: dict[str, Any] = {}
    for block in blocks(PAGE):
        assert block.language == "python", str(block)
        exec(compile(block.text, str(block), "exec"), found)
    return found


def test_every_test_of_the_page_is_run(names: dict[str, Any]) -> None:
    """None is forgotten here."""
    assert [name for name in names if name.startswith("test_")] == list(TESTS)


@pytest.mark.parametrize("name", TESTS)
def test_what_the_page_says_is_so(name: str, names: dict[str, Any]) -> None:
    """The page's own test passes."""
    names[name]()
