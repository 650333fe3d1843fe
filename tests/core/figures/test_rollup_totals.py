"""Totals of municipalities by year against plain Python: sums, ratios and weighted means, and every cell that is missing."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.measures import Count, Mean, Published, Ratio, Share, Total

LEVELS = ("nation", "region", "municipality")
MUNICIPALITIES = ("101", "102", "103")
NEWEST = 2025

# At most one row for each municipality and year; the years before 2026 are over.
drawn_rows = st.dictionaries(
    st.tuples(st.sampled_from(MUNICIPALITIES), st.integers(2022, 2026)),
    st.fixed_dictionaries(
        {
            "value": st.one_of(st.none(), st.integers(-500, 10**9).map(lambda each: Fraction(each, 100))),
            "people": st.sampled_from([None, 0, 3, 10**15]),
            "kind": st.sampled_from(["a", "b"]),
            "__bad": st.sampled_from([None, None, None, None, "minimum"]),
        }
    ),
    min_size=1,
    max_size=15,
)


@pytest.fixture(scope="session")
def indicators(desk: Any) -> list[Any]:
    """Return six indicators on totals by year, at three levels."""
    measures = {
        "total": Total("people"),
        "total_a": Total("people", where="kind = 'a'"),
        "ratio": Ratio("value", per="people", scale=10),
        "share": Share("value > 100"),
        "count": Count(where="kind = 'a'"),
        "published": Published("value", weight="people"),
    }
    more = {"dataset": desk.totals, "levels": LEVELS, "frequencies": ("year",)}
    return [desk.wanted(measure, id=f"roads.{name}", **more) for name, measure in measures.items()]


def below(desk: Any, unit: str, year: int) -> list[str]:
    """Return the municipalities that lie in a unit at the end of a year."""
    day = date(year, 12, 31)
    return [code for code in MUNICIPALITIES if unit in (code, "000", desk.units.ancestor(code, "region", day))]


def expected(name: str, rows: list[dict[str, Any]], every: list[dict[str, Any]]) -> Fraction | int | None:
    """Return the value of a cell from its good rows (and all of them), None when there is none."""
    of_a = [row for row in rows if row["kind"] == "a"]
    known = [row["people"] for row in (of_a if name == "total_a" else rows) if row["people"] is not None]
    both = [row for row in rows if row["value"] is not None and row["people"] is not None]
    if name.startswith("total"):
        return sum(known) if known else None
    if name == "ratio":
        people = sum(row["people"] for row in both)
        return Fraction(10) * sum(row["value"] for row in both) / people if people else None
    if name == "share":
        values = [row["value"] for row in rows if row["value"] is not None]
        return Fraction(100 * sum(value > 100 for value in values), len(values)) if values else None
    if name == "count":
        return len(of_a) if rows else None
    weight = sum(row["people"] for row in both)
    if len(every) == 1 and len(rows) == 1 and rows[0]["own"]:
        value: Fraction | None = rows[0]["value"]
        return value
    return sum(row["value"] * row["people"] for row in both) / Fraction(weight) if weight else None


MARKED = {
    "total": (Total("people"), "people"),
    "ratio, below": (Ratio("value", per="people"), "people"),
    "ratio, above": (Ratio("value", per="people"), "value"),
    "share": (Share("value > 3"), "value"),
    "mean of some": (Mean("value", where="kind = 'a'"), "value"),
}


@pytest.mark.parametrize("cause", ["confidential", "too_few", "no_cases"])
@pytest.mark.parametrize(("measure", "column"), MARKED.values(), ids=MARKED)
def test_the_sources_own_word_for_a_missing_total_is_the_cause(desk: Any, measure: Any, column: str, cause: str) -> None:
    """Of its own municipality and year; above, it is a part that was not measured."""
    both = {"kind": "a", "value": 5, "people": 10}
    rows = [
        {"place": "101", "year": 2024, **both},
        {"place": "102", "year": 2024, **both, column: None, f"{column}__cause": cause},
        {"place": "103", "year": 2024, **both, column: None},
    ]
    wanted = desk.wanted(measure, dataset=desk.totals, levels=("municipality", "nation"), frequencies=("year",))
    found = desk.observe(rows, wanted)
    cells = [desk.cell(found, unit=unit) for unit in ("101", "102", "103")]
    assert [(cell.cause, math.isnan(cell.value)) for cell in cells] == [(None, False), (cause, True), ("not_measured", True)]
    assert desk.cell(found, unit="000").coverage == pytest.approx(1 / 3)


def test_of_two_columns_the_cause_that_goes_first_counts(desk: Any) -> None:
    """No data goes before hidden, whatever the alphabet says."""
    marked = {"value__cause": "confidential", "people__cause": "no_data"}
    wanted = desk.wanted(Ratio("value", per="people"), dataset=desk.totals, frequencies=("year",))
    assert desk.cell(desk.observe([{"place": "101", "year": 2024, **marked}], wanted), unit="101").cause == "no_data"


def test_several_rows_of_a_cell_say_nothing_as_one(desk: Any) -> None:
    """One is hidden, of the other nobody knows why it is empty."""
    rows = [{"place": place, "year": 2024, "people": None, "people__cause": "confidential"} for place in ("101", "Aaby")]
    wanted = desk.wanted(Total("people"), dataset=desk.totals, frequencies=("year",))
    assert desk.cell(desk.observe(rows[:1], wanted), unit="101").cause == "confidential"
    assert desk.cell(desk.observe(rows, wanted), unit="101").cause == "not_measured"


@given(drawn=drawn_rows)
def test_totals_are_what_their_definition_says(
    desk: Any, indicators: list[Any], drawn: dict[tuple[str, int], dict[str, Any]]
) -> None:
    """Values of every cell, and no_data wherever a municipality has no good row."""
    given_rows = [
        {"place": place, "year": year, **row, "value": None if row["value"] is None else float(row["value"])}
        for (place, year), row in drawn.items()
    ]
    table = desk.table(desk.observe(given_rows, *indicators))
    assert set(zip(table["unit"], table["period"], strict=True)) >= {(place, str(year)) for place, year in drawn}
    seen = defaultdict(int)
    for cell in table.itertuples():
        name, year = cell.indicator.removeprefix("roads."), int(cell.period)
        places = below(desk, cell.unit, year)
        every = [drawn[place, year] | {"own": place == cell.unit} for place in places if (place, year) in drawn]
        rows = [row for row in every if row["__bad"] is None]
        value = expected(name, rows, every)
        seen[name] += 1
        assert math.isnan(cell.value) if value is None else math.isclose(cell.value, float(value), rel_tol=1e-12), cell
        if name in ("total", "total_a") and year <= NEWEST:
            about = [row for row in rows if name == "total" or row["kind"] == "a"]
            missing = len(about) < len(places)
            assert (cell.cause == "no_data") == missing, cell
        assert bool(cell.provisional) == (year > NEWEST)
        assert (cell.cause is not None) or value is not None
    assert len(set(seen.values())) == 1
