"""Measures: the terms that each asks of the rows, in SQL written by hand here, and what each refuses."""

from __future__ import annotations

from typing import Any, cast

import pytest
from attrs import evolve

from klaremal import Formula
from klaremal.errors import DeclarationError
from klaremal.measures import (
    Count,
    Distinct,
    Mean,
    Measure,
    Median,
    Published,
    Quantile,
    Rate,
    Ratio,
    Share,
    Total,
)
from klaremal.model.measure import Term

Expected = dict[str, tuple[str, str | None, str | None]]


def components(measure: Measure) -> Expected:
    """Return every term as its kind, the number it is of, and the rows it is over."""
    return {
        name: (term.kind, term.of.canonical if term.of else None, term.where.canonical if term.where else None)
        for name, term in measure.components.items()
    }


def canonical(expected: Expected) -> Expected:
    """Return terms written by hand with their formulas in canonical text."""
    return {
        name: (kind, of and Formula.of(of).canonical, where and Formula.of(where).canonical)
        for name, (kind, of, where) in expected.items()
    }


EVERYONE: Expected = {"promised": ("count", None, None), "aside": ("aside", None, None)}
INSIDE_RATIO = "winter is not null and cleared is not null and (not cleared or km > 0)"
INSIDE_RATE = "(age > 17) is not null and (not (age > 17) or counted)"
CASES: dict[str, tuple[Measure, Expected]] = {
    "share": (
        Share("days <= 14"),
        {
            **EVERYONE,
            "n": ("count", None, "(days <= 14) is not null"),
            "part": ("count", None, "(days <= 14) is not null and days <= 14"),
        },
    ),
    "share of some": (
        Share("days <= 14", where="road = 'kommune'"),
        {
            "promised": ("count", None, "coalesce(road = 'kommune', true)"),
            "aside": ("aside", None, "coalesce(road = 'kommune', true)"),
            "n": ("count", None, "road = 'kommune' and (days <= 14) is not null"),
            "part": ("count", None, "road = 'kommune' and (days <= 14) is not null and days <= 14"),
        },
    ),
    "share of those known": (
        Share("days <= 14", where="road = 'kommune'", known="repaired_on is not null or open"),
        {
            "promised": ("count", None, "coalesce(road = 'kommune', true)"),
            "aside": ("aside", None, "coalesce(road = 'kommune', true)"),
            "n": ("count", None, "road = 'kommune' and (repaired_on is not null or open) and (days <= 14) is not null"),
            "part": (
                "count",
                None,
                "road = 'kommune' and (repaired_on is not null or open) and (days <= 14) is not null and days <= 14",
            ),
        },
    ),
    "share with or": (
        Share("a or b", where="c or d"),
        {
            "promised": ("count", None, "coalesce(c or d, true)"),
            "aside": ("aside", None, "coalesce(c or d, true)"),
            "n": ("count", None, "(c or d) and (a or b) is not null"),
            "part": ("count", None, "(c or d) and (a or b) is not null and (a or b)"),
        },
    ),
    "count": (Count(), {**EVERYONE, "n": ("count", None, None)}),
    "count of some": (
        Count(where="late"),
        {
            "promised": ("count", None, "coalesce(late, true)"),
            "aside": ("aside", None, "coalesce(late, true)"),
            "n": ("count", None, "late"),
        },
    ),
    "total": (
        Total("cost"),
        {**EVERYONE, "n": ("count", None, "cost is not null"), "sum": ("sum", "cost", "cost is not null")},
    ),
    "total of a formula": (
        Total("hours * 60 + minutes", where="road = 'kommune'"),
        {
            "promised": ("count", None, "coalesce(road = 'kommune', true)"),
            "aside": ("aside", None, "coalesce(road = 'kommune', true)"),
            "n": ("count", None, "road = 'kommune' and (hours * 60 + minutes) is not null"),
            "sum": ("sum", "hours * 60 + minutes", "road = 'kommune' and (hours * 60 + minutes) is not null"),
        },
    ),
    "ratio": (
        Ratio("cost", per="km"),
        {
            **EVERYONE,
            "n": ("count", None, "cost is not null and km is not null"),
            "top": ("sum", "cost", "cost is not null and km is not null"),
            "per": ("sum", "km", "cost is not null and km is not null"),
        },
    ),
    "ratio of parts": (
        Ratio(Total("cost", where="winter"), per=Total("km", where="cleared", known="km > 0"), where="ours", scale=100),
        {
            "promised": ("count", None, "coalesce(ours, true)"),
            "aside": ("aside", None, "coalesce(ours, true)"),
            # A row can be judged when it is known whether it counts above and below, and, where it does, with what.
            "n": ("count", None, f"ours and cost is not null and km is not null and {INSIDE_RATIO}"),
            "top": ("sum", "cost", f"ours and cost is not null and km is not null and {INSIDE_RATIO} and winter"),
            "per": ("sum", "km", f"ours and cost is not null and km is not null and {INSIDE_RATIO} and cleared"),
        },
    ),
    "rate": (
        Rate("events", per=Total("persons", where="age > 17", known="counted"), where="ours"),
        {
            "promised": ("count", None, "coalesce(ours, true)"),
            "aside": ("aside", None, "coalesce(ours, true)"),
            "n": ("count", None, f"ours and events is not null and persons is not null and {INSIDE_RATE}"),
            "events": ("sum", "events", f"ours and events is not null and persons is not null and {INSIDE_RATE}"),
            "per": ("sum", "persons", f"ours and events is not null and persons is not null and {INSIDE_RATE} and age > 17"),
            "per_rows": ("count", None, f"ours and events is not null and persons is not null and {INSIDE_RATE} and age > 17"),
        },
    ),
    "mean": (
        Mean("score"),
        {
            **EVERYONE,
            "n": ("count", None, "score is not null"),
            "sum": ("sum", "score", "score is not null"),
            "squares": ("squares", "score", "score is not null"),
        },
    ),
    "median": (
        Median("days", where="closed"),
        {
            "promised": ("count", None, "coalesce(closed, true)"),
            "aside": ("aside", None, "coalesce(closed, true)"),
            "n": ("count", None, "closed and days is not null"),
            "value": ("quantile", "days", "closed and days is not null"),
        },
    ),
    "quantile": (
        Quantile("days", 0.9),
        {**EVERYONE, "n": ("count", None, "days is not null"), "value": ("quantile", "days", "days is not null")},
    ),
    "distinct": (
        Distinct("case_id"),
        {**EVERYONE, "n": ("count", None, "case_id is not null"), "value": ("distinct", "case_id", "case_id is not null")},
    ),
    "published": (
        Published("ratio", where="offer = '0-2'"),
        {
            "promised": ("count", None, "coalesce(offer = '0-2', true)"),
            "aside": ("aside", None, "coalesce(offer = '0-2', true)"),
            "n": ("count", None, "offer = '0-2' and ratio is not null"),
            "value": ("published", "ratio", "offer = '0-2'"),
        },
    ),
    "published with weight and n": (
        Published("absence", weight="pupils", n="answers", where="ours"),
        {
            "promised": ("count", None, "coalesce(ours, true)"),
            "aside": ("aside", None, "coalesce(ours, true)"),
            "n": ("count", None, "ours and absence is not null"),
            "value": ("published", "absence", "ours"),
            "persons": ("sum", "answers", "ours and absence is not null"),
            "persons_told": ("count", None, "ours and absence is not null and answers is not null"),
            "weighted": ("sum", "absence * pupils", "ours and absence is not null and pupils is not null"),
            "weight": ("sum", "pupils", "ours and absence is not null and pupils is not null"),
            "weight_promised": ("sum", "pupils", "coalesce(ours, true)"),
        },
    ),
}


@pytest.mark.parametrize(("measure", "expected"), CASES.values(), ids=CASES.keys())
def test_a_measure_asks_for_these_terms(measure: Measure, expected: Expected) -> None:
    """Whom the promise is about, who of them can be judged, the rows set aside, and the measure's own terms."""
    assert components(measure) == canonical(expected)


@pytest.mark.parametrize(("measure", "expected"), CASES.values(), ids=CASES.keys())
def test_what_can_be_added_over_rows_is_said(measure: Measure, expected: Expected) -> None:
    """Counts, sums, squares and rows set aside add up; quantiles, distinct values and published figures do not."""
    adds = {name: kind in ("count", "sum", "squares", "aside") for name, (kind, _, _) in expected.items()}
    assert {name: term.additive for name, term in measure.components.items()} == adds


def test_the_median_is_the_middle_quantile() -> None:
    """A median and the quantile of a half ask for the same term."""
    assert Median("days").components == Quantile("days").components == Quantile("days", 0.5).components
    assert Quantile("days", 0.9).components["value"] == Term(
        "quantile", of=Formula.of("days"), where=Formula.of("days is not null"), q=0.9
    )


@pytest.mark.parametrize(
    ("measure", "formulas"),
    [
        pytest.param(Count(), [], id="nothing to check"),
        pytest.param(
            Share("a", where="b", known="c"),
            [("where", "b", "condition"), ("known", "c", "condition"), ("condition", "a", "condition")],
            id="conditions",
        ),
        pytest.param(
            Ratio(Total("a", where="b"), per=Total("c", known="d")),
            [("top", "a", "number"), ("per", "c", "number"), ("top.where", "b", "condition"), ("per.known", "d", "condition")],
            id="inside a ratio",
        ),
        pytest.param(
            Rate("a", per=Total("b", where="c", known="d")),
            [
                ("events", "a", "number"),
                ("per", "b", "number"),
                ("per.where", "c", "condition"),
                ("per.known", "d", "condition"),
            ],
            id="inside a rate",
        ),
        pytest.param(
            Published("a", weight="w", n="m"),
            [("column", "a", "number"), ("weight", "w", "number"), ("n", "m", "number")],
            id="published",
        ),
        pytest.param(Distinct("a"), [("column", "a", "any")], id="anything can be counted"),
    ],
)
def test_every_formula_is_offered_for_checking(measure: Measure, formulas: list[tuple[str, str, str]]) -> None:
    """A formula that a dataset cannot satisfy is found wherever it stands, also inside a total."""
    assert [(name, formula.canonical, kind) for name, formula, kind in measure.formulas] == formulas


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        pytest.param(lambda: Total("a", over_time="first"), ["over_time", '"first"', "sum, last, mean"], id="over_time"),
        pytest.param(lambda: Quantile("a", 90), ["Quantile: q", "0.9 for the 90th percentile", "90"], id="percent"),
        pytest.param(lambda: Quantile("a", -0.1), ["Quantile: q", "-0.1"], id="below"),
        pytest.param(lambda: Quantile("a", cast("Any", "0,9")), ["Quantile: q", "without quotes", "0.9"], id="text"),
        pytest.param(lambda: Ratio("a", per="b", scale=0), ["Ratio: scale", "above 0", "100 for percent"], id="no scale"),
        pytest.param(lambda: Ratio("a", per="b", scale=cast("Any", "100")), ["Ratio: scale", "100"], id="scale as text"),
        pytest.param(lambda: Rate("a", per="b", scale=-1), ["Rate: scale", "above 0"], id="negative scale"),
        pytest.param(lambda: Rate("a", per=Total("b", over_time="last")), ["Rate: per", "over_time", "mean"], id="last"),
        pytest.param(
            lambda: Ratio(Total("a", over_time="mean"), per="b"),
            ['Ratio: top has over_time="mean", and is added up over the period.', "Leave over_time out"],
            id="mean of a ratio",
        ),
        pytest.param(
            lambda: Ratio("a", per=Total("b", over_time="last")),
            ['Ratio: per has over_time="last"', "out"],
            id="last of a ratio",
        ),
        pytest.param(lambda: Published("a + b"), ["Published: column", "name of a column", '"a + b"'], id="computed"),
        pytest.param(lambda: Published("a", weight="b * 2"), ["Published: weight", '"b * 2"'], id="computed weight"),
        pytest.param(lambda: Published("a", n="5"), ["Published: n", '"5"'], id="a number for a column"),
        pytest.param(lambda: Share("a ="), ["a =", "^"], id="a formula that does not parse"),
        pytest.param(lambda: Share(None), ["None", "quotes"], id="no formula"),
    ],
)
def test_a_measure_that_means_nothing_is_refused(make: Any, parts: list[str]) -> None:
    """The message names the measure, the field and what to write instead."""
    with pytest.raises(DeclarationError) as caught:
        make()
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


PEOPLE = Total("persons", where="age >= 67", known="sex <> ''", dataset="klaremal.population")


@pytest.mark.parametrize(
    ("measure", "here"),
    [
        (Rate("a", per=PEOPLE, where="b > 0"), Rate("a", per="c", where="b > 0")),
        (Ratio(Total("a", where="d"), per=PEOPLE, known="e"), Ratio(Total("a", where="d"), per="c", known="e")),
    ],
    ids=["Rate", "Ratio"],
)
def test_a_total_of_another_dataset_says_nothing_of_the_measures_own_rows(measure: Measure, here: Measure) -> None:
    """Its columns are none of theirs: they are neither checked nor needed, and there is no term for it."""
    named = {column for _, formula, _ in measure.formulas for column in formula.columns}
    assert named <= {"a", "b", "d", "e"}
    assert measure.components.keys() == here.components.keys() - {"per", "per_rows"}
    assert measure.judged is not None
    assert measure.judged.columns <= named


@pytest.mark.parametrize("measure", [measure for measure, _ in CASES.values()], ids=CASES.keys())
def test_measures_are_values(measure: Measure) -> None:
    """A copy is equal and hashes alike, also when a formula is only written differently; another condition is another."""
    same = evolve(measure, where=None if measure.where is None else f" (  {measure.where.text} ) ")
    assert same == measure
    assert hash(same) == hash(measure)
    assert evolve(measure, where="something_else") != measure
    assert len({each for each, _ in CASES.values()}) == len(CASES)


def test_terms_that_ask_the_same_are_one() -> None:
    """Two indicators that count the same rows share the term, however they write it."""
    one, other = Share("days<=14", where="late"), Count(where="(late)")
    assert one.components["promised"] == other.components["promised"]
    assert hash(one.components["promised"]) == hash(other.components["promised"])
