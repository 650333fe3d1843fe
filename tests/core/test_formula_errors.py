"""What a formula refuses: every mistake with carets under its place, quickly, and never with another error."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot.dialects.dialect import Dialect

from klaremal.errors import DeclarationError
from klaremal.model.formula import Formula

MISTAKES = [
    # text, the words that are marked, part of what is said
    ("lenght(a) > 3", "lenght", "A formula has no function lenght()"),
    ("days_betwen(a, b)", "days_betwen", "Did you mean days_between()?"),
    ("sum(a) > 3", "sum", "looks at one row"),
    ("count(*)", "count", "looks at one row"),
    ("a > (select max(x) from t)", "max", "looks at one row"),
    ("exists (select 1)", "exists", "looks at one row"),
    ("row_number() over (order by a)", "row_number", "looks at one row"),
    ("a like 'x%'", "like", "in (...)"),
    ("ifnull(a, 0)", "ifnull", "coalesce(a, b)"),
    ("nullif(a, 0)", "nullif", "case when a = b then null"),
    ("read_csv('x')", "read_csv", "no function"),
    ("a = null", "=", "is null"),
    ("null <> a", "<>", "is null"),
    ("a = (null)", "a", "is null"),
    ("a between null and 3", "a", "is null"),
    ("a in (1, null)", "a", "or column is null"),
    ("a is true", "true", "column = true"),
    ("a is distinct from b", "distinct", "null or not null"),
    ("a in b", "b", "list of values"),
    ("a in ()", ")", "missing before this parenthesis"),
    ("a not 4", "4", "in (...) or between"),
    ("a between 1 or 2", "between", "between 1 and 10"),
    ("a between 1", "between", "between 1 and 10"),
    ("a < b < c", "<", "a < b and b < c"),
    ("a = b is null", "is", "parentheses"),
    ("a = not b", "not", "parentheses"),
    ("a + not b", "not", "parentheses"),
    ("a b", "b", "operator"),
    ("'a' 'b'", "'b'", "operator"),
    ("a (b)", "a", "no function a()"),
    ("a and", "and", "missing after"),
    ("= a", "=", "missing before"),
    ("a + * b", "*", "star"),
    ("(a", "(", "never closed"),
    ("a)", ")", "closes nothing"),
    ("a = 'x", "'", "never closed"),
    ("a, b", ",", "comma"),
    ("92,5", ",", "decimals have a point"),
    ("1_000", "_000", "written in digits"),
    ("1e5", "1e5", "written in digits"),
    ("9" * 39, "9" * 39, "38 digits"),
    ("a = 4; drop table t", ";", "semicolon"),
    ("a = 4 -- hi", "--", "no comments"),
    ("a /* x */ = 4", "/*", "no comments"),
    ("a--1", "--", "a - -1"),
    ("a = ?", "?", "parameters"),
    ("a = $1", "$1", "cannot be used"),
    ("t.a = 4", ".", "without its table"),
    ("a < .5", ".", "begins with a digit: 0.5"),
    ("a::int", "::", "cast(column as date)"),
    ("a % 2", "%", "remainder"),
    ("a || b", "||", "not joined"),
    ("a[1]", "[", "cannot be used"),
    ("a = ’x’", "’x’", "straight single quotes"),
    ("`a` = 1", "`", "double quotes"),
    ("'a'(b)", "(", "operator"),
    ('"" = 1', '""', "no name"),
    ("a = 'x\x00'", "\x00", "control character"),
    ("a as b", "as", "gives nothing a name"),
    ("cast(a)", ")", "says the type"),
    ("cast(a as blob)", "blob", "types of a cast"),
    ("cast(a as decimal(50, 2))", "(", "at most 38"),
    ("cast(a as text) as b", "as", "gives nothing a name"),
    ("date '2024-13-01'", "'2024-13-01'", "no date"),
    ("date '11-12-2025'", "'11-12-2025'", "date '2026-01-31'"),
    ("timestamp '2024-01-01 25:00'", "'2024-01-01 25:00'", "no timestamp"),
    ("interval 2 month", "2", "added to a date"),
    ("a = interval 2 month", "2", "added to a date"),
    ("a * interval 2 month", "2", "added to a date"),
    ("d + interval 2 fortnight", "fortnight", "a unit (year, month"),
    ("d + interval '1.5 days'", "'1.5 days'", "whole number"),
    ("end = 4", "end", 'written "end"'),
    ("case a end", "end", "cannot be read"),
    ("case when a then 1", "case", "no end"),
    ("case when a else 1 end", "else", "cannot be read"),
    ("age(a)", "a", "takes 2 values, not 1"),
    ("block(a, b)", "b", "whole number from 1"),
    ("block(a, 0)", "0", "whole number from 1"),
    ("round(a, 0.5)", "0", "whole number from 0"),
    ("coalesce(a)", "c", "two values or more"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "marked", "said"), MISTAKES, ids=[ascii(text)[:40] for text, *_ in MISTAKES])
def test_a_mistake_is_marked_and_cured(text: str, marked: str, said: str) -> None:
    """The message says what to do, then shows the text and carets under the words that are wrong."""
    with pytest.raises(DeclarationError) as caught:
        Formula.of(text)
    what, shown, carets = str(caught.value).split("\n")
    assert said in what
    begin = carets.index("^")
    assert shown[begin : begin + len(carets.strip())] == marked
    assert shown.strip() == text


def test_the_carets_are_under_the_right_line() -> None:
    """Of a formula over several lines the one with the mistake is shown."""
    with pytest.raises(DeclarationError) as caught:
        Formula.of("a = 1\n\tand b == = 2\n and c")
    assert str(caught.value).endswith("\n     and b == = 2\n              ^")


def test_a_long_line_is_cut_around_the_mistake() -> None:
    """The mistake is in sight though it is 2,000 characters into the line."""
    with pytest.raises(DeclarationError) as caught:
        Formula.of("a = 1 and b in (" + "1, " * 700 + "oops oops)")
    _, shown, carets = str(caught.value).split("\n")
    assert len(shown) < 120
    assert shown[carets.index("^") :].startswith("oops)")


@pytest.mark.parametrize("text", ["", "   ", "\n"], ids=repr)
def test_an_empty_formula_is_refused(text: str) -> None:
    """The message shows what a formula looks like."""
    with pytest.raises(DeclarationError, match="A formula is empty; write a condition such as"):
        Formula.of(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 10_000, "10000 characters is too long"),
        ("(" * 5_000, "More than 20 levels"),
        ("(" * 3_000 + "a" + ")" * 3_000, "More than 20 levels"),
        ("coalesce(1, " * 500 + "a" + ")" * 500, "More than 20 levels"),
        ("case when a then " * 300 + "1" + " end" * 300, "More than 20 levels"),
        ("not " * 1_500 + "a", "More than 20 signs"),
        ("- " * 3_000 + "a", "More than 20 signs"),
        (" or ".join(["a = 1"] * 700), "in (1, 2, ...)"),
        ("+".join(["a"] * 3_000), "More than 100 steps|more than 100 steps"),
        ("not a and " * 700 + "a", "more than 100 steps"),
    ],
    ids=["long", "open", "parentheses", "calls", "cases", "not", "minus", "or", "plus", "and"],
)
def test_too_much_is_refused_at_once(text: str, said: str) -> None:
    """Neither length nor depth ends in a RecursionError or a long wait."""
    started = time.perf_counter()
    with pytest.raises(DeclarationError, match=said.replace("(", r"\(").replace(")", r"\)").replace(".", r"\.")):
        Formula.of(text)
    assert time.perf_counter() - started < 1.0


def test_as_deep_as_allowed_works_from_a_deep_stack() -> None:
    """Twenty levels are read, written and checked although the caller is itself a hundred calls deep."""
    text = "(1 + " * 18 + "case when not a then coalesce(b, 1) end" + ")" * 18

    def deep(calls: int) -> Formula:
        return Formula.of(text) if calls == 0 else deep(calls - 1)

    formula = deep(100)
    assert formula.columns == {"a", "b"}
    assert formula.kind({"a": "boolean", "b": "integer"}) == "number"
    assert formula.sql().count("(") == 18


WORDS = st.sampled_from(
    [
        "a", "b", "'x'", "4", "4.5", "and", "or", "not", "in", "between", "is", "null", "case", "when",
        "then", "else", "end", "as", "cast(", "date", "interval", "(", ")", ",", "=", "<", "+", "-", "*",
        "/", "days_between(", "coalesce(", "true", ";", "--", "/*", ".", "::", "?", "select", "from", "\"",
        "'", "%", "æ", "1e5", "like", "over", "(", ")", ")", "end", "and", "'x'", "a"
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_gives_a_formula_or_a_declaration_error(text: str) -> None:
    """No text at all ends in another kind of error, and what is read can be read again."""
    try:
        formula = Formula.of(text)
    except DeclarationError:
        return
    assert Formula.of(formula.canonical) == formula


def test_every_keyword_of_sql_can_be_a_column() -> None:
    """Only the fifteen words of the grammar need quotes: a newer sqlglot with more keywords changes no formula."""
    grammar = {"and", "or", "not", "in", "between", "is", "null", "true", "false", "as"}
    grammar |= {"case", "when", "then", "else", "end"}
    keywords = {word.lower() for word in Dialect.get_or_raise(None).tokenizer_class.KEYWORDS if word.isalpha()}
    assert len(keywords) > 200
    for word in sorted(keywords - grammar):
        assert Formula.of(f"{word} = 4 and x + {word} > 3").columns == {word, "x"} - ({"x"} & {word})
        assert Formula.of(f'"{word}" = 4').canonical == f"{word} = 4"
    for word in sorted(grammar):
        assert Formula.of(f'"{word}" = 4').canonical == f'"{word}" = 4'
