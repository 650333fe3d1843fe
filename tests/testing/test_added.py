"""Whether components add up: what two halves make is held against the whole, unit by unit and period by period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from klaremal.components import Groups
from klaremal.plan import Pass
from klaremal.testing import Subject, measured_rows
from klaremal.testing.added import _compared


@pytest.fixture(scope="module")
def a_pass() -> Pass:
    """Return a pass over some dataset."""
    dataset = Subject.installed("schools").alone.datasets["schools.pupils"]
    return Pass(dataset=dataset, dated_by=dataset.date_column, terms=())


def groups(units: list[str], numbers: list[Any]) -> Groups:
    """Return groups of one month."""
    return Groups(np.array(units, dtype=object), np.full(len(units), 24300), {"c0": np.array(numbers)})


@pytest.mark.parametrize(
    ("kind", "numbers", "expected"),
    [
        ("sum", [3, 4, 7], []),
        ("sum", [3, 4, 8], ["schools.pupils: a sum of the rows of M1 is 8, and 7 of two halves of them"]),
        ("squares", [3.000001, 4.0, 7.0], []),
        ("squares", [3.1, 4.0, 7.0], ["schools.pupils: a squares of the rows of M1 is 7.0, and 7.1 of two halves of them"]),
    ],
)
def test_what_does_not_add_up_is_said(a_pass: Pass, kind: str, numbers: list[Any], expected: list[str]) -> None:
    """Whole numbers exactly, sums of squares to six digits."""
    assert list(_compared(a_pass, "c0", kind, groups(["M1#0", "M1#1", "M1#whole"], numbers))) == expected


def test_rows_that_are_all_in_one_half_add_up_with_nothing(a_pass: Pass) -> None:
    """A unit of one row is in one half only."""
    assert list(_compared(a_pass, "c0", "count", groups(["M1#1", "M1#whole", "#0", "#whole"], [1, 1, 2, 2]))) == []


def test_every_example_has_its_town() -> None:
    """A nation with a region for each, none of which has a unit of another."""
    town = measured_rows.town_of("N")
    assert len({code for code, _, _ in town.units}) == len(town.units) == 1 + 6 * (measured_rows.CROWD + 1)
    assert {parent[1:] or code[1:] for code, _, parent in town.units if parent not in ("", "N")} == set("012345")
