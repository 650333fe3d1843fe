"""Formulas against the types of columns: the kind of value they give, and the sentence for what does not fit."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.errors import DeclarationError
from klaremal.model.formula import Formula

COLUMNS = {
    "number_of": "integer",
    "km": "number",
    "list_type": "string",
    "reported_at": "datetime",
    "offer_date": "date",
    "urgent": "boolean",
    "school": "year",
    "month": "period",
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("number_of", "number"),
        ("school", "number"),
        ("list_type", "text"),
        ("month", "text"),
        ("offer_date", "date"),
        ("reported_at", "date"),
        ("urgent", "condition"),
        ("not urgent", "condition"),
        ("km / 2 >= 0.5 and list_type in ('a', 'b') or offer_date is null", "condition"),
        ("offer_date + interval 2 month", "date"),
        ("interval 2 month + offer_date <= reported_at", "condition"),
        ("days_between(offer_date, reported_at)", "number"),
        ("first_of_month(reported_at)", "date"),
        ("coalesce(null, km, 0)", "number"),
        ("case when urgent then list_type end", "text"),
        ("case list_type when 'a' then 1 else km end", "number"),
        ("least(offer_date, reported_at)", "date"),
        ("round(km, 1)", "number"),
        ("cast(km as text)", "text"),
        ("cast(list_type as date)", "date"),
        ("cast(urgent as integer)", "number"),
        ("(number_of = 4) = urgent", "condition"),
        ("school = 2025", "condition"),
        ("month = '2026M03'", "condition"),
        ("null", "unknown"),
        ("coalesce(null, null)", "unknown"),
    ],
)
def test_the_kind_of_a_formula(text: str, kind: str) -> None:
    """A formula that fits its columns has one kind and no faults."""
    formula = Formula.of(text)
    assert formula.check(COLUMNS) == []
    assert formula.kind(COLUMNS) == kind


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("offer_dat is null", 'there is no column "offer_dat"; did you mean "offer_date"?'),
        ("List_Type = 'a'", 'there is no column "List_Type"; did you mean "list_type"?'),
        ('list_type = "generel"', "there is no column \"generel\"; text is written with single quotes: 'generel'"),
        ("list_type = 4", "list_type = 4 puts text beside a number; write '4'"),
        ("number_of = '4'", "number_of = '4' puts a number beside text; write the number without quotes"),
        ("'4' = number_of", "'4' = number_of puts text beside a number; write the number without quotes"),
        ("number_of in (1, '2')", "number_of in (1, '2') puts a number beside text; write the number without quotes"),
        ("offer_date > '2026-01-31'",
         "offer_date > '2026-01-31' puts a date beside text; write date '2026-01-31'"),
        ("offer_date between '2026-01-01' and reported_at",
         "offer_date between '2026-01-01' and reported_at puts a date beside text; write date '2026-01-01'"),
        ("urgent = 1", "urgent = 1 puts a condition beside a number; compare with true or false"),
        ("km = list_type", "km = list_type puts a number beside text; cast one of them, as in cast(column as text)"),
        ("number_of and urgent", "number_of is a number, but a condition is wanted; compare it with something"),
        ("not list_type", "list_type is text, but a condition is wanted; compare it with something"),
        ("case when km then 1 end", "km is a number, but a condition is wanted; compare it with something"),
        ("list_type + 1", "list_type is text, but a number is wanted in list_type + 1"),
        ("km * urgent", "urgent is a condition, but a number is wanted"),
        ("-list_type", "list_type is text, but a number is wanted"),
        ("round(offer_date)", "offer_date is a date, but a number is wanted"),
        ("reported_at - offer_date",
         "reported_at - offer_date calculates with a date; write days_between(offer_date, reported_at)"),
        ("offer_date + 3", "offer_date + 3 calculates with a date; write + interval 3 day"),
        ("km + interval 3 day", "km + interval 3 day moves a number in time; an interval moves a date"),
        ("null + interval 3 day", "null + interval 3 day moves null in time; an interval moves a date"),
        ("age(school, offer_date)", "school is a number, but a date is wanted"),
        ("block(list_type, 14)", "list_type is text, but a date is wanted"),
        ("coalesce(km, 'none')", "coalesce(km, 'none') puts a number beside text; write the number without quotes"),
        ("cast(offer_date as integer)",
         "cast(offer_date as integer) makes a number of a date, which cannot be done"),
        ("cast(km as date)", "cast(km as date) makes a date of a number, which cannot be done"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_the_cure(text: str, fault: str) -> None:
    """One sentence names the part and what to write instead."""
    assert Formula.of(text).check(COLUMNS) == [fault]


def test_a_formula_knows_no_today() -> None:
    """The name of today in other tools gets a sentence of its own."""
    assert "knows no today" in Formula.of("offer_date < current_date").check(COLUMNS)[0]


def test_all_faults_come_together_and_once() -> None:
    """Two wrong names are two faults, though one is used twice."""
    formula = Formula.of("foo = 1 and (bar = 2 or foo is null) and km = 'x'")
    assert len(formula.check(COLUMNS)) == 3


def test_derived_columns_are_given_by_their_kind() -> None:
    """The kind of one formula is the type of a column in the next."""
    late = Formula.of("days_between(offer_date, reported_at) > 30")
    columns = {**COLUMNS, "late": late.kind(COLUMNS), "nothing": "unknown"}
    assert Formula.of("not late and nothing = 4").check(columns) == []
    assert Formula.of("late = 4").check(columns) != []


SQL_TYPES: Mapping[str, str] = {
    "number_of": "BIGINT", "km": "DECIMAL(18, 4)", "list_type": "VARCHAR", "reported_at": "TIMESTAMP",
    "offer_date": "DATE", "urgent": "BOOLEAN", "school": "INTEGER", "month": "VARCHAR",
}  # fmt: skip
VALUES = st.sampled_from([*COLUMNS, "4", "0.5", "'x'", "true", "date '2026-01-31'", "null"])
FORMULAS = st.recursive(
    VALUES,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["and", "or", "=", "<", "+", "-", "*", "/"]), part).map(
            lambda each: f"({each[0]}) {each[1]} ({each[2]})"
        ),
        st.tuples(part, part).map(lambda each: f"coalesce({each[0]}, {each[1]})"),
        st.tuples(part, part).map(lambda each: f"(({each[0]}) in ({each[1]})) is not null"),
        st.tuples(part, part).map(lambda each: f"age({each[0]}, {each[1]})"),
        st.tuples(part, part).map(lambda each: f"case when {each[0]} then {each[1]} end"),
        part.map(lambda each: f"({each}) + interval 1 month"),
        part.map(lambda each: f"cast({each} as date)"),
        part.map(lambda each: f"cast({each} as integer)"),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    """A real engine with one empty table of the columns."""
    connection = duckdb.connect()
    connection.execute(f"create table r ({', '.join(f'{name} {kind}' for name, kind in SQL_TYPES.items())})")
    return connection


@given(FORMULAS)
def test_what_passes_the_check_is_understood_by_the_engine(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    """No formula without faults is refused by DuckDB for its types."""
    try:
        formula = Formula.of(text)
    except DeclarationError:
        return
    if not formula.check(COLUMNS):
        engine.execute(f"select {formula.sql(qualify='r')} from r").fetchall()
