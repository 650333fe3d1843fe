"""How a figure is held against the oracle's: every field that differs is said, and nothing that does not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from klaremal import Column, Dataset, Indicator
from klaremal.measures import Share
from klaremal.testing.checks.compared import Expected
from klaremal.testing.oracle import Figure
from klaremal.testing.oracle.intervals import Interval

CASES = Dataset(
    id="roads.cases",
    title="Cases",
    grain="one row per case",
    columns=(Column("day", "date"), Column("ok", "boolean"), Column("place", "string")),
    dated_by="day",
    placed_in="place",
)
KEPT = Indicator(
    id="roads.kept",
    title="Kept",
    dataset=CASES,
    measure=Share("ok"),
    measured_in="percent",
    direction="higher",
    frequency="month",
)
KEY = ("101", 2026 * 12, "")
FIGURE = Figure(
    value=Fraction(50),
    n=Fraction(2),
    part=Fraction(1),
    interval=Interval(9.45, 90.55),
    coverage=Fraction(1),
    rows=({"day": None, "ok": True, "place": "101"},),
)
ROW: dict[str, Any] = {
    "value": 50.0, "n": 2.0, "part": 1.0, "low": 9.45, "high": 90.55, "coverage": 1.0, "cause": None, "provisional": False
}  # fmt: skip


def said(figure: Figure | None, row: dict[str, Any] | None, name: str = "", is_whole: bool = True) -> str:
    """Return what is said of one cell."""
    expected = Expected(KEPT, {} if figure is None else {KEY: figure}, name, is_whole)
    return "".join(f"{each.where}: {each.what}" for each in expected.different({} if row is None else {KEY: row}))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"value": 50.001}, "klaremal says 50.001, and the rows make 50."),
        ({"value": None, "cause": "no_data"}, "klaremal says no value (no_data), and the rows make 50."),
        ({"cause": "no_data"}, "klaremal says the cause is no_data, and the rows make none."),
        ({"n": 3.0}, "klaremal judged 3, and 2 of the rows can be judged."),
        ({"n": None}, "klaremal judged none, and 2 of the rows can be judged."),
        ({"part": 2.0}, "klaremal says its part is 2, and the rows make 1."),
        ({"coverage": 0.9}, "klaremal says its coverage is 0.9, and the rows make 1."),
        ({"low": 9.46}, "klaremal says its low is 9.46, and the rows make 9.45."),
        ({"high": None}, "klaremal says its high is none, and the rows make 90.55."),
        ({"provisional": True}, "klaremal says it is provisional, and by the last day that the rows cover it is not."),
    ],
)
def test_each_field_that_differs_is_said_with_the_rows(change: dict[str, Any], what: str) -> None:
    """And where none does, nothing."""
    assert said(FIGURE, ROW) == ""
    assert said(FIGURE, ROW | change) == f"roads.kept, 101, 2026M01: {what} Its rows: (ok=True, place=101)."


def test_a_figure_that_is_lost_or_made_up_is_said() -> None:
    """Of the oracle's cells none may be missing, nor may there be another."""
    assert said(FIGURE, None).startswith("roads.kept, 101, 2026M01: the rows make 50, and there is no observation.")
    assert said(None, ROW) == "roads.kept, 101, 2026M01: klaremal says 50, and the rows make no such cell."
    nothing = Figure(cause="no_data")
    assert "the rows make no value (no_data), and there is no observation" in said(nothing, None)


def test_only_the_value_and_n_are_compared_beside_a_figure() -> None:
    """What stands there has nothing else."""
    late = Figure(value=Fraction(30), n=Fraction(2))
    row = ROW | {"value": 30.0, "coverage": None, "part": None}
    assert said(late, row, "oldest_open") == ""
    assert said(late, row | {"n": 3.0}, "oldest_open").endswith("klaremal counts 3 cases, and the rows are 2.")


def test_where_rows_were_set_aside_only_values_are_compared() -> None:
    """Nobody knows from the others alone why a figure is missing, nor how many were asked."""
    nothing = Figure(cause="no_cases")
    missing = ROW | {"value": None, "n": None, "cause": "no_data"}
    assert said(nothing, missing, is_whole=False) == said(nothing, None, is_whole=False) == ""
    assert said(FIGURE, ROW | {"coverage": 0.5, "low": 0.0}, is_whole=False) == ""
    assert said(FIGURE, missing, is_whole=False) != ""


def test_ends_may_be_as_far_off_as_the_sum_of_squares_is() -> None:
    """Six digits of it are known; where they do not show whether there is a spread, neither end is compared."""
    blurred = evolve(FIGURE, interval=Interval(9.44, 90.55, blur=0.01))
    assert said(blurred, ROW) == ""
    assert said(evolve(FIGURE, interval=Interval(sure=False)), ROW) == ""
