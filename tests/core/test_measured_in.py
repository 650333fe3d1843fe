"""Units of measurement: the factor that one names, and which known one another spelling means."""

from __future__ import annotations

import pytest

from klaremal.model.measured_in import UNITS_OF_MEASUREMENT, factor_of, meant


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("percent", 100),
        ("per_1000", 1000),
        ("per_100000", 100_000),
        ("per_7", 7),
        ("per_0", None),
        ("number", None),
        ("dkk", None),
    ],
)
def test_percent_and_per_so_many_name_a_factor(unit: str, factor: float | None) -> None:
    """Other units can have any."""
    assert factor_of(unit) == factor


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("procent", "percent"),
        ("Percent", "percent"),
        ("%", "percent"),
        ("pct.", "percent"),
        ("percnt", "percent"),
        ("per 1000", "per_1000"),
        ("pr. 1.000", "per_1000"),
        ("pr. 100.000", "per_100000"),
        ("per-10,000", "per_10000"),
        ("Dage", "days"),
        ("working days", "working_days"),
        ("arbejdsdage", "working_days"),
        ("minute", "minutes"),
        ("timer", "hours"),
        ("antal", "number"),
        ("children_per_adults", "children_per_adult"),
    ],
)
def test_another_spelling_means_a_known_unit(written: str, known: str) -> None:
    """Capitals, blanks, signs, a letter too few, and the words of Denmark and Norway."""
    assert meant(written) == known


@pytest.mark.parametrize(
    "unit",
    [*UNITS_OF_MEASUREMENT, "per_250", "mdkk", "kr", "years", "weeks", "km2", "pages", "dkk_per_child", "pupils_per_teacher"],
)
def test_known_units_and_those_of_ones_own_are_as_they_are(unit: str) -> None:
    """Millions of kroner are no misspelt kroner."""
    assert meant(unit) == ""
