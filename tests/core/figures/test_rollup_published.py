"""Published figures: a row of the source always wins, its markers are causes, and weights fill only what it lacks."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.measures import Published

LEVELS = ("municipality", "region", "nation")


def figures(desk: Any, rows: list[dict[str, Any]], measure: Published | None = None, **more: Any) -> Any:
    """Return the observations of published figures by year."""
    wanted = desk.wanted(measure or Published("value"), dataset=desk.totals, frequencies=("year",), levels=LEVELS, **more)
    return desk.observe(rows, wanted)


def test_a_figure_is_reported_as_it_was_published(desk: Any) -> None:
    """At its own level; without a weight the levels above have none."""
    found = figures(desk, [{"place": "101", "year": 2024, "value": 3.25}, {"place": "102", "year": 2024, "value": 4}])
    cell = desk.cell(found, unit="101")
    assert (cell.value, cell.coverage, cell.cause, cell.least, cell.most) == (3.25, 1, None, 3.25, 3.25)
    assert desk.cell(found, unit="081").cause == "no_data"


def test_rows_of_the_levels_above_are_published_figures_too(desk: Any) -> None:
    """The source's own national row counts, and is not added to anything."""
    rows = [
        {"place": place, "year": 2024, "value": value, "people": 10} for place, value in (("101", 1), ("102", 2), ("000", 9))
    ]
    found = figures(desk, rows, Published("value", weight="people"))
    assert desk.cell(found, unit="000").value == 9
    assert desk.cell(found, unit="081").value == 1.5
    assert desk.set_aside == ()


@pytest.mark.parametrize("cause", ["confidential", "too_few", "not_measured", "no_cases", "no_data"])
def test_a_missing_figure_has_the_cause_of_its_marker(desk: Any, cause: str) -> None:
    """What the source says of it is what we say."""
    cell = desk.cell(figures(desk, [{"place": "101", "year": 2024, "value": None, "value__cause": cause}]), unit="101")
    assert (cell.cause, math.isnan(cell.value)) == (cause, True)


def test_an_empty_figure_was_not_measured(desk: Any) -> None:
    """A row without a figure and without a marker."""
    assert desk.cell(figures(desk, [{"place": "101", "year": 2024}]), unit="101").cause == "not_measured"


def test_a_figure_that_the_source_does_not_have_is_missing(desk: Any) -> None:
    """No row, no data."""
    found = figures(desk, [{"place": "101", "year": 2023, "value": 1}, {"place": "102", "year": 2024, "value": 1}])
    assert desk.cell(found, unit="101", period="2024").cause == "no_data"


@pytest.mark.parametrize("second", [4, None], ids=["another value", "none"])
def test_two_different_figures_for_one_cell_are_a_fault(desk: Any, second: float | None) -> None:
    """Neither is believed, and the unit and period are named."""
    rows = [{"place": "Aaby", "year": 2024, "value": 3}, {"place": "101", "year": 2024, "value": second}]
    found = figures(desk, rows)
    assert (desk.cell(found, unit="101").cause, math.isnan(desk.cell(found, unit="101").value)) == ("no_data", True)
    (aside,) = desk.set_aside
    assert (aside.rule, aside.rows, aside.examples) == ("duplicate_cell", 2, ("Aaby 2024",))
    assert "Narrow the indicator's `where`" in aside.message


def test_the_same_figure_twice_is_one(desk: Any) -> None:
    """Copies say nothing new."""
    found = figures(desk, [{"place": place, "year": 2024, "value": 3} for place in ("Aaby", "101")])
    assert desk.cell(found, unit="101").value == 3
    assert desk.set_aside == ()


def test_where_picks_one_of_several_rows(desk: Any) -> None:
    """Rows of other kinds do not disturb."""
    rows = [{"place": "101", "year": 2024, "kind": kind, "value": value} for kind, value in (("a", 3), ("b", 4))]
    found = figures(desk, rows, Published("value", where="kind = 'b'"))
    assert desk.cell(found, unit="101").value == 4
    assert desk.set_aside == ()


def test_persons_behind_a_figure(desk: Any) -> None:
    """`n` is a column of the source; above, it is the sum."""
    rows = [{"place": place, "year": 2024, "value": 1, "people": 7} for place in ("101", "102")]
    found = figures(desk, rows, Published("value", weight="people", n="people"))
    assert (desk.cell(found, unit="101").n, desk.cell(found, unit="081").n) == (7, 14)
    assert math.isnan(desk.cell(figures(desk, rows), unit="101").n)


def test_a_number_of_persons_that_is_not_told_is_unknown(desk: Any) -> None:
    """An empty cell is not nobody: the figure stands there without n, and so does the one that is put together with it."""
    rows = [
        {"place": "101", "year": 2024, "value": 3, "people": 10, "kind": "a"},
        {"place": "102", "year": 2024, "value": 5, "people": None, "kind": "a"},
    ]
    found = figures(desk, rows, Published("value", n="people"))
    assert [(desk.cell(found, unit=unit).value, desk.cell(found, unit=unit).n) for unit in ("101", "102")] == [
        (3, 10), (5, pytest.approx(math.nan, nan_ok=True)),
    ]  # fmt: skip
    together = desk.cell(figures(desk, rows, Published("value", weight="value", n="people")), unit="081")
    assert together.value == 34 / 8
    assert math.isnan(together.n)


def test_weights_fill_the_levels_above(desk: Any) -> None:
    """Sum of value x weight per sum of weight; all of the weight is known."""
    rows = [{"place": "101", "year": 2024, "value": 2, "people": 30}, {"place": "102", "year": 2024, "value": 4, "people": 10}]
    cell = desk.cell(figures(desk, rows, Published("value", weight="people")), unit="081")
    assert (cell.value, cell.coverage, cell.cause) == (2.5, 1, None)


def test_coverage_is_by_weight(desk: Any) -> None:
    """A municipality whose figure is hidden takes its weight with it."""
    rows = [
        {"place": "101", "year": 2024, "value": 2, "people": 30},
        {"place": "102", "year": 2024, "value": None, "value__cause": "confidential", "people": 10},
    ]
    cell = desk.cell(figures(desk, rows, Published("value", weight="people")), unit="081")
    assert (cell.value, cell.coverage) == (2, 0.75)


@pytest.mark.parametrize("second", [None, {"people": None}], ids=["no row", "no weight"])
def test_coverage_is_unknown_where_a_weight_is(desk: Any, second: dict[str, Any] | None) -> None:
    """Of a municipality without a row or a weight nobody knows how much it would have counted."""
    rows = [{"place": "101", "year": 2024, "value": 2, "people": 30}]
    if second is not None:
        rows.append({"place": "102", "year": 2024, "value": 4, **second})
    cell = desk.cell(figures(desk, rows, Published("value", weight="people")), unit="081")
    assert (cell.value, math.isnan(cell.coverage)) == (2, True)


def test_a_published_figure_that_is_hidden_is_not_made_up(desk: Any) -> None:
    """The region's own row says that it is confidential: no weighted mean takes its place."""
    rows = [{"place": place, "year": 2024, "value": 1, "people": 5} for place in ("101", "102")]
    rows.append({"place": "081", "year": 2024, "value": None, "value__cause": "confidential", "people": 10})
    assert desk.cell(figures(desk, rows, Published("value", weight="people")), unit="081").cause == "confidential"


def test_bad_rows_are_no_figures(desk: Any) -> None:
    """A figure that breaks the contract is not published by us; above, what it would have changed is unknown."""
    rows = [
        {"place": "101", "year": 2024, "value": 2, "people": 30},
        {"place": "102", "year": 2024, "value": 400, "people": 10, "__bad": "maximum"},
    ]
    found = figures(desk, rows, Published("value", weight="people"))
    assert desk.cell(found, unit="102").cause == "no_data"
    above = desk.cell(found, unit="081")
    assert (above.value, above.least, above.most, math.isnan(above.coverage)) == (2, -math.inf, math.inf, True)


@pytest.mark.parametrize(
    ("broken", "cause", "value"),
    [({"place": "081"}, "no_data", None), ({"place": "081", "kind": "b"}, None, 1.5), ({"place": "102"}, None, 1.0)],
    ids=["its own", "of another kind", "of a part"],
)
def test_a_row_of_the_source_that_cannot_be_read_is_not_made_up(
    desk: Any, broken: dict[str, Any], cause: str | None, value: float | None
) -> None:
    """The region has a row, and nobody knows what it says: no weighted mean of those below takes its place."""
    rows = [
        {"place": place, "year": 2024, "kind": "a", "value": value, "people": 5} for place, value in (("101", 1), ("102", 2))
    ]
    if broken["place"] == "102":
        rows.pop()
    rows.append({"year": 2024, "kind": "a", "value": 400, "people": 10, "__bad": "maximum"} | broken)
    cell = desk.cell(figures(desk, rows, Published("value", weight="people", where="kind = 'a'")), unit="081")
    assert cell.cause == cause
    assert math.isnan(cell.value) if value is None else cell.value == value


numbers = st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(1, 10**6)), min_size=3, max_size=3)


@given(pairs=numbers)
def test_a_weighted_mean_is_what_its_definition_says(desk: Any, pairs: list[tuple[int, int]]) -> None:
    """Against exact fractions, for the nation."""
    from fractions import Fraction

    rows = [
        {"place": place, "year": 2024, "value": value / 100, "people": weight}
        for place, (value, weight) in zip(("101", "102", "103"), pairs, strict=True)
    ]
    cell = desk.cell(figures(desk, rows, Published("value", weight="people")), unit="000")
    top = sum(Fraction(value, 100) * weight for value, weight in pairs)
    assert cell.value == pytest.approx(float(top / sum(weight for _, weight in pairs)), rel=1e-12, abs=1e-12)


def test_a_break_in_the_series_is_a_cause(desk: Any) -> None:
    """The year in which the method changed is not judged; the figure stands beside the cause."""
    found = figures(desk, [{"place": "101", "year": 2024, "value": 3}], breaks={date(2024, 7, 1): "Ny metode"})
    assert (desk.cell(found, unit="101").value, desk.cell(found, unit="101").cause) == (3, "method_changed")
