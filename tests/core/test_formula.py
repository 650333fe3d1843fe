"""Formula as a value: which texts are the same formula, its columns, its SQL and derived columns written out."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from klaremal.errors import DeclarationError
from klaremal.model.formula import Formula, substitute


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A real engine, empty."""
    connection = duckdb.connect()
    yield connection
    connection.close()


NAMES = st.sampled_from(["a", "list_type", "Beløb", "date", "end", "month", 'odd "name', "årgang 2026", "age"])
COLUMNS = NAMES.map(lambda name: '"' + name.replace('"', '""') + '"')
NUMBERS = st.decimals(0, 9999, places=2).map(str) | st.integers(0, 10**12).map(str)
TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=8).map(lambda text: "'" + text.replace("'", "''") + "'")
VALUES = COLUMNS | NUMBERS | TEXTS | st.sampled_from(["true", "date '2026-01-31'", "timestamp '2026-01-31 10:30'"])


def _larger(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(part, part)
    operators = st.sampled_from(["and", "OR", "=", "<>", "<", ">=", "+", "-", "*", "/"])
    return st.one_of(
        st.tuples(part, operators, part).map(lambda each: f"({each[0]}) {each[1]} ({each[2]})"),
        part.map(lambda each: f"not ({each})"),
        part.map(lambda each: f"-({each})"),
        part.map(lambda each: f"({each}) is  not NULL"),
        part.map(lambda each: f"({each}) + interval '2 months'"),
        pairs.map(lambda each: f"({each[0]}) in ({each[1]}, 4)"),
        pairs.map(lambda each: f"({each[0]}) not between 1 and ({each[1]})"),
        pairs.map(lambda each: f"CASE when {each[0]} then {each[1]} END"),
        pairs.map(lambda each: f"case {each[0]} when 1 then {each[1]} else 0 end"),
        pairs.map(lambda each: f"coalesce({each[0]}, {each[1]}, 3)"),
        pairs.map(lambda each: f"days_between({each[0]}, {each[1]})"),
        part.map(lambda each: f"cast({each} as decimal(10, 2))"),
        part.map(lambda each: f"block({each}, 14)"),
        part.map(lambda each: f"round({each}, 1)"),
    )


FORMULAS = st.recursive(VALUES, _larger, max_leaves=8)


@given(FORMULAS)
def test_canonical_text_is_a_fixed_point(text: str) -> None:
    """Reading the canonical text gives the same formula, the same columns and the same SQL."""
    first = Formula.of(text)
    again = Formula.of(first.canonical)
    assert again.canonical == first.canonical
    assert again.columns == first.columns
    assert again.sql() == first.sql()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("list_type='generel'  AND offer_date IS NOT NULL", "list_type = 'generel' and offer_date is not null"),
        ("((a)) = (4)", "a = 4"),
        ("a != 4", "a <> 4"),
        ("not (a in (1,2))", "a not in (1, 2)"),
        ("NOT a BETWEEN 1 AND 2", "a not between 1 and 2"),
        ("a and (b and (c or d))", "a and b and (c or d)"),
        ("(a * b) + c", "a * b + c"),
        ("a * (b + c)", "a * (b + c)"),
        ("a - (b - c)", "a - (b - c)"),
        ("a - -1", "a - (-1)"),
        ("+a", "a"),
        ("- -a", "-(-a)"),
        ("007.50", "7.50"),
        ("5. < a", "5 < a"),
        ("d + interval '2 months'", "d + interval 2 month"),
        ("interval 2 Month + d", "d + interval 2 month"),
        ("DATE '2026-01-31'", "date '2026-01-31'"),
        ("cast('2026-01-31' as date)", "date '2026-01-31'"),
        ("cast(a as number)", "cast(a as decimal(18, 4))"),
        ("cast(a as datetime)", "cast(a as timestamp)"),
        ('"a" = "end"', 'a = "end"'),
        ("date >= date '2026-01-31'", "date >= date '2026-01-31'"),
        ("(a = 4) = (b = 5)", "(a = 4) = (b = 5)"),
        ("AGE(born, At) > 66", "age(born, At) > 66"),
        ("Case When a Then 1 Else 0 End", "case when a then 1 else 0 end"),
    ],
)
def test_one_spelling(text: str, canonical: str) -> None:
    """Case of keywords, spaces and redundant parentheses do not matter; what matters is kept."""
    assert Formula.of(text).canonical == canonical
    assert Formula.of(text) == Formula.of(canonical)
    assert hash(Formula.of(text)) == hash(Formula.of(canonical))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = 4", "a = '4'"),
        ("a = 4", "A = 4"),
        ("a - b - c", "a - (b - c)"),
        ("not a or b", "not (a or b)"),
        ("-a * b", "-(a * b)"),
        ("a = 'x'", "a = 'X'"),
        ("a = 'x  y'", "a = 'x y'"),
    ],
)
def test_different_formulas_are_not_equal(one: str, other: str) -> None:
    """A number is not a text, and parentheses that matter are kept."""
    assert Formula.of(one) != Formula.of(other)


def test_letters_composed_in_two_ways_are_one_formula() -> None:
    """A Mac writes å as a and a ring; the column is the same, and a text is left as it is."""
    assert Formula.of("a\u030argang = 2026") == Formula.of("årgang = 2026")
    assert Formula.of('"a\u030argang" = 2026').columns == {"årgang"}
    assert Formula.of("a = 'a\u030a'") != Formula.of("a = 'å'")


@pytest.mark.parametrize(
    ("value", "canonical"),
    [(4, "4"), (-4, "-4"), (0.1, "0.1"), (1e-7, "0.0000001"), (1e20, "100000000000000000000"), (True, "true"),
     (Decimal("0.10"), "0.10"), ("a", "a"), (Formula.of("a"), "a")],
    ids=str,
)  # fmt: skip
def test_numbers_are_formulas(value: str | int | float | Decimal | Formula, canonical: str) -> None:
    """A number is taken as it is shown, never as its binary expansion."""
    assert Formula.of(value).canonical == canonical


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, ["a"], b"a"], ids=str)
def test_what_is_neither_text_nor_number_is_refused(value: object) -> None:
    """The error names the value."""
    with pytest.raises(DeclarationError, match="A formula is text or a number"):
        Formula.of(value)  # type: ignore[arg-type]


def test_columns_are_all_names_once() -> None:
    """Columns keep their case and letters; functions, types and units are not columns."""
    formula = Formula.of("""days_between(Åbnet, at) > 3 and "odd name" = 'x' and cast(at as date) < d + interval 1 day""")
    assert formula.columns == {"Åbnet", "at", "odd name", "d"}


def test_a_formula_is_a_plain_value() -> None:
    """It can be pickled, changed by attrs and printed; its tree is a copy."""
    formula = Formula.of("A  AND b")
    formula.tree.set("this", None)
    assert formula.canonical == "A and b"
    assert pickle.loads(pickle.dumps(formula)) == formula
    assert evolve(formula, text="c").columns == {"c"}
    assert str(formula) == "A  AND b"
    assert repr(formula) == "Formula(text='A  AND b')"


def test_sql_quotes_names_and_qualifies_them() -> None:
    """No column name can be read as something else, in any engine."""
    formula = Formula.of("\"order\" = 'x' and date > 3")
    assert formula.sql(qualify="t") == '"t"."order" = \'x\' AND "t"."date" > 3'
    assert formula.sql("spark") == "`order` = 'x' AND `date` > 3"


def test_sql_puts_other_sql_in_a_columns_place() -> None:
    """The replacement is one operand, whatever operators it holds; other columns are still qualified."""
    written = Formula.of("a * b").sql(qualify="t", replace={"a": "x + 1"})
    assert written == '(x + 1) * "t"."b"'


def test_decimals_are_exact(engine: duckdb.DuckDBPyConnection) -> None:
    """0.1 + 0.2 is 0.3, as on paper and not as in floating point."""
    assert engine.execute(f"select {Formula.of('0.1 + 0.2 = 0.3').sql()}").fetchone() == (True,)
    assert engine.execute(f"select {Formula.of('0.1 + 0.2').sql()}").fetchone() == (Decimal("0.3"),)


@given(TEXTS)
def test_text_reaches_the_engine_unchanged(engine: duckdb.DuckDBPyConnection, literal: str) -> None:
    """Quotes, backslashes and Danish letters in a text are only text."""
    assert engine.execute(f"select {Formula.of(literal).sql()}").fetchone() == (literal[1:-1].replace("''", "'"),)


def test_derived_columns_are_written_out() -> None:
    """Derived columns that use derived columns are followed; parentheses keep the meaning."""
    derived = {"wait": Formula.of("days_between(start, end_date)"), "late": Formula.of("wait > 30 or unknown")}
    formula = substitute(Formula.of("not late and LATE = 1"), derived)
    assert formula.canonical == "not (days_between(start, end_date) > 30 or unknown) and LATE = 1"
    assert formula.text == formula.canonical
    assert substitute(Formula.of("a = 4"), derived) == Formula.of("a = 4")


def test_derived_columns_in_a_circle_are_refused() -> None:
    """The error names the way round."""
    derived = {"a": Formula.of("b + 1"), "b": Formula.of("c"), "c": Formula.of("a")}
    with pytest.raises(DeclarationError, match="a -> b -> c -> a"):
        substitute(Formula.of("x + a"), derived)


@pytest.mark.parametrize("step", ["{0} + {0}", "{0} + 1"], ids=["doubling", "a long row"])
def test_derived_columns_that_grow_without_end_are_refused(step: str) -> None:
    """Derived columns cannot be used to write a formula longer or deeper than a person may."""
    derived = {f"d{n + 1}": Formula.of(step.format(f"d{n}")) for n in range(300)}
    with pytest.raises(DeclarationError, match=r"too long|levels|steps deep|derived columns lead"):
        substitute(Formula.of("d300"), derived)
