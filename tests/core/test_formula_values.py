"""Formulas against the values that columns can have: what is never so is refused wherever a formula is declared."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal import Column, Dataset, Indicator
from klaremal.errors import DeclarationError
from klaremal.measures import Count, Distinct, Mean, Measure, OnTime, Pauses, Ratio, Share, Total
from klaremal.model.formula import Formula
from klaremal.model.quotient import Quotient

BENEFITS = ("dagpenge", "kontanthjælp")
SAID = "benefit is never 'Dagpenge'; did you mean 'dagpenge'? Its values are 'dagpenge', 'kontanthjælp'"
COLUMNS = (
    Column("case_id", "string"),
    Column("benefit", "string", enum=BENEFITS, missing={"..": "no_data"}),
    Column("sex", "string", enum={"K": "Kvinder", "M": "Mænd"}, total="alle"),
    Column("grade", "integer", enum=(-3, 0, 2, 4)),
    Column("weight", "number", enum=("0.5", "2")),
    Column("year", "year", enum=(2025, 2026)),
    Column("place", "string", total="alle"),
    Column("opened", "date"),
    Column("ended", "date"),
)
DERIVED = {
    "known": "coalesce(benefit, 'ukendt')",
    "age_group": "case when grade > 0 then 'ung' when grade < 0 then null else 'gammel' end",
    "other_of": "benefit",
}


def cases(**changes: Any) -> Dataset:
    """Return cases with a benefit, with some fields changed."""
    given = {
        "id": "jobs.cases",
        "title": "Sager",
        "grain": "en sag",
        "columns": COLUMNS,
        "dated_by": "opened",
        "key": "case_id",
    }
    return Dataset(**{**given, "derived": DERIVED, **changes})


CASES = cases()


@pytest.mark.parametrize(
    "text",
    [
        "benefit = 'dagpenge'",
        "'kontanthjælp' <> benefit",
        "benefit in ('dagpenge', 'kontanthjælp') or benefit is null",
        "case benefit when 'dagpenge' then grade end > 2",
        "sex = 'alle'",
        "place = 'hvor som helst'",
        "grade = -3 or grade in (4, 2.0) or 0 = grade",
        "weight = 0.50 or weight = 2",
        "year = 2026",
        "known = 'ukendt' or known = 'dagpenge'",
        "coalesce(benefit, place) = 'hvad som helst'",
        "coalesce(benefit, null) = 'dagpenge'",
        "age_group = 'gammel' and least(benefit, 'a') = 'a'",
        "benefit = other_of or benefit = place",
        "benefit > 'Dagpenge' and cast(grade as text) = 'ti'",
        "case when benefit = 'dagpenge' then 'Dagpenge' end = place",
    ],
)
def test_a_value_that_a_column_can_have_may_be_named(text: str) -> None:
    """Its codes, the one that means all of them, what a derived column may become; and anything where nobody knows."""
    assert CASES.faults(Formula.of(text), "condition") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("benefit = 'Dagpenge'", SAID),
        ("'Dagpenge' <> (benefit)", SAID),
        ("benefit in ('dagpenge', 'Dagpenge')", SAID),
        ("not (benefit not in ('Dagpenge'))", SAID),
        ("case benefit when 'Dagpenge' then 1 end = 1", SAID),
        ("case when benefit = 'Dagpenge' then 1 end = 1", SAID),
        ("days_between(opened, case when benefit = 'Dagpenge' then ended end) > 3", SAID),
        ("benefit = ''",
         "benefit is never ''; its values are 'dagpenge', 'kontanthjælp' (a row without one: benefit is null)"),
        ("benefit = '..'",
         "benefit is never '..'; its values are 'dagpenge', 'kontanthjælp' (a row without one: benefit is null)"),
        ("sex = 'Alle'", "sex is never 'Alle'; did you mean 'alle'? Its values are 'K', 'M', 'alle'"),
        ("grade = 3", "grade is never 3; its values are -3, 0, 2, 4 (a row without one: grade is null)"),
        ("grade in (2, -4)", "grade is never -4; its values are -3, 0, 2, 4 (a row without one: grade is null)"),
        ("weight = 0.55", "weight is never 0.55; its values are 0.5, 2 (a row without one: weight is null)"),
        ("year = 2027", "year is never 2027; its values are 2025, 2026 (a row without one: year is null)"),
        ("age_group = 'Ung'", "age_group is never 'Ung'; did you mean 'ung'? Its values are 'ung', 'gammel'"),
        ("other_of = 'Dagpenge'", SAID.replace("benefit", "other_of")),
        ("coalesce(benefit, 'ukendt') = 'Ukendt'",
         "coalesce(benefit, 'ukendt') is never 'Ukendt'; did you mean 'ukendt'? Its values are "
         "'dagpenge', 'kontanthjælp', 'ukendt'"),
    ],
)  # fmt: skip
def test_a_value_that_a_column_never_has_is_refused_with_the_nearest(text: str, said: str) -> None:
    """A capital letter too many would leave nobody, or everybody, and nobody would see it."""
    assert CASES.faults(Formula.of(text)) == [said]


def test_many_values_are_not_all_listed() -> None:
    """Ten of them, and how many there are."""
    places = cases(columns=(*COLUMNS, Column("town", "string", enum=[f"t{number:02}" for number in range(98)])))
    (said,) = places.faults(Formula.of("town = 'Ålborg'"))
    assert said == (
        "town is never 'Ålborg'; its values are 't00', 't01', 't02', 't03', 't04', 't05', 't06', 't07', 't08', 't09' "
        "... (98 in all) (a row without one: town is null)"
    )


WRONG = "benefit <> 'Dagpenge'"


@pytest.mark.parametrize(
    ("measure", "place"),
    [
        (Share(WRONG), "Share: condition"),
        (Count(where=WRONG), "Count: where"),
        (Mean("grade", known=WRONG), "Mean: known"),
        (Total(f"case when {WRONG} then grade end"), "Total: of"),
        (Distinct(f"case when {WRONG} then case_id end"), "Distinct: column"),
        (Ratio("grade", per=Total("weight", where=WRONG)), "Ratio: per.where"),
        (OnTime("opened", f"case when {WRONG} then ended end", within="3 days"), "OnTime: end"),
        (OnTime("opened", "ended", deadline=f"case when {WRONG} then ended end"), "OnTime: deadline"),
        (OnTime("opened", "ended", within="3 days", withdrawn=f"case when {WRONG} then ended end"), "OnTime: withdrawn"),
        (
            OnTime("opened", "ended", within="3 days", pauses=Pauses(start=f"case when {WRONG} then opened end", end="ended")),
            "OnTime: pauses: start",
        ),
    ],
)
def test_every_formula_of_an_indicator_is_held_against_the_values(measure: Measure, place: str) -> None:
    """The message says in which of its formulas the value stands."""
    with pytest.raises(DeclarationError) as caught:
        Indicator(
            id="jobs.x",
            title="X",
            dataset=CASES,
            measure=measure,
            direction="lower",
            frequency="month",
            measured_in="percent" if isinstance(measure, (Share, OnTime)) else "number",
        )
    assert str(caught.value) == f"indicator jobs.x: {place}: {SAID}."


def test_a_total_of_another_dataset_is_held_against_that_ones_values() -> None:
    """The value may stand in the indicator's own dataset and never in the other one."""
    people = evolve(
        CASES, id="jobs.people", derived={}, columns=(*COLUMNS[:1], Column("benefit", "string", enum=("su",)), *COLUMNS[2:])
    )
    measure = Ratio("grade", per=Total("weight", where="benefit = 'dagpenge'", dataset=people))
    assert isinstance(measure, Quotient)
    assert list(measure.other_faults(people, "month")) == [
        "per: where: benefit is never 'dagpenge'; its values are 'su' (a row without one: benefit is null)"
    ]


def test_a_derived_column_is_held_against_the_values_too() -> None:
    """Those of columns, and those of derived columns before it."""
    with pytest.raises(DeclarationError) as caught:
        cases(derived={"late": "benefit = 'Dagpenge'"})
    assert str(caught.value) == f'dataset jobs.cases: derived["late"]: {SAID}.'
    with pytest.raises(DeclarationError, match=r'derived\["b"\]: a is never \'Y\'; did you mean \'y\'\?'):
        cases(derived={"a": "case when grade > 2 then 'y' else 'n' end", "b": "a = 'Y'"})


TEXTS = ("Dagpenge", "ukendt")
LEAVES = st.sampled_from(["benefit", "null", *map("'{}'".format, TEXTS)])
WHOLES = st.sampled_from(
    [
        "coalesce({}, {})",
        "greatest({}, {})",
        "case when benefit = 'dagpenge' then {} else {} end",
        "case benefit when 'dagpenge' then {} when 'kontanthjælp' then {} end",
    ]
)
SUBJECTS = st.builds(str.format, WHOLES, LEAVES, st.one_of(LEAVES, st.builds(str.format, WHOLES, LEAVES, LEAVES)))


@settings(max_examples=60)
@given(SUBJECTS, st.sampled_from(TEXTS))
def test_what_is_said_to_be_never_so_is_so_for_no_row(subject: str, value: str) -> None:
    """Over every value that the column can have, an engine of its own finds no row for which it holds."""
    try:
        formula = Formula.of(f"{subject} = '{value}'")
    except DeclarationError:
        return
    if not CASES.faults(formula):
        return
    rows = " union all ".join(f"select {each} as benefit" for each in ("'dagpenge'", "'kontanthjælp'", "cast(null as varchar)"))
    with duckdb.connect() as engine:
        assert engine.execute(f"select count(*) from ({rows}) where {formula.sql()}").fetchall() == [(0,)]
