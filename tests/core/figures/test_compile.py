"""The statement of a pass: what it holds, that it is as short as it can be, and that it counts the same rows all the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from klaremal.compile import outputs, scale_of, single_statements, statement
from klaremal.compile.conditions import Condition
from klaremal.measures import Count, Mean, Median, Published, Ratio, Share, Total
from klaremal.model.formula import Formula
from klaremal.plan import _passes

# Conditions and numbers over the columns of `desk.cases`, with and without what other parts already say.
CONDITIONS = (
    "kept", "not kept", "kind = 'a'", "days > 1.5", "score between 2 and 4", "kind in ('a', 'b')", "days is not null",
    "(days > 1.5) is not null", "(kept) is not null", "closed_on is null", "coalesce(kept, false)", "days > score",
    "(score + days) is not null", "(kind = 'a' or kept) is not null", "kind = 'a' or kept", "kind <> 'a'",
    "(days / score) is not null",
)  # fmt: skip
NUMBERS = ("days", "score", "days * score", "days - people", "days / score", "case when kept then 1 else 0 end")


@pytest.mark.parametrize(
    ("formula", "decimals"),
    [
        ("days", 2),
        ("score", 0),
        ("days * days", 4),
        ("days + 0.125", 3),
        ("-days", 2),
        ("days / score", None),
        ("per_person", None),
        ("round(days / score, 1)", 1),
        ("round(days)", 0),
        ("case when kept then days else 0.5 end", 2),
        ("coalesce(days, score)", 2),
        ("greatest(cost, days)", 4),
        ("days_between(day, closed_on)", 0),
        ("cast(days as integer)", 0),
        ("cast(score as double)", None),
        ("cost * cost * cost * cost * cost * cost * cost", None),
    ],
)
def test_decimals_of_a_formula(desk: Any, formula: str, decimals: int | None) -> None:
    """The decimals of every value, from the contract alone; None where a value can have any."""
    assert scale_of(Formula.of(formula), desk.cases) == decimals


def test_statement_of_a_share(desk: Any) -> None:
    """One grouped SELECT; a test for null that the condition itself makes is not written twice.

    A row whose `where` is unknown is counted among those that may be meant (c0), and nowhere else.
    """
    (pass_,) = _passes([desk.wanted(Share("kept", where="kind = 'a'"))])
    sql = statement(pass_, "checked", "duckdb", bad=False)
    assert sql == (
        'SELECT CAST("place" AS TEXT) AS unit, '
        'CAST(COALESCE(EXTRACT(YEAR FROM "day") * 12 + EXTRACT(MONTH FROM "day") - 1, -1) AS BIGINT) AS period, '
        "COUNT(*) AS rows, COUNT(*) AS good, "
        "COUNT(CASE WHEN COALESCE(\"kind\" = 'a', TRUE) THEN 1 END) AS c0, "
        'COUNT(CASE WHEN "kind" = \'a\' THEN "kept" END) AS c1, '
        "CAST(0 AS BIGINT) AS c2, "
        'COUNT(CASE WHEN "kind" = \'a\' AND "kept" THEN 1 END) AS c3 '
        'FROM "checked" GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2 NULLS FIRST'
    )


def test_bad_rows_count_only_as_set_aside(desk: Any) -> None:
    """With bad rows every term leaves them out, and `aside` counts those that are or may be in `where`."""
    (pass_,) = _passes([desk.wanted(Count(where="kept"))])
    sql = statement(pass_, "checked", "duckdb", bad=True)
    assert 'COUNT(CASE WHEN COALESCE("kept", TRUE) AND "__bad" IS NULL THEN 1 END) AS c0' in sql
    assert 'COUNT(CASE WHEN "kept" AND "__bad" IS NULL THEN 1 END) AS c1' in sql
    may_be_in = """COALESCE("kept", TRUE) OR STRPOS("__broken", '|kept|') > 0"""
    assert f'COUNT(CASE WHEN NOT "__bad" IS NULL THEN CASE WHEN {may_be_in} THEN 1 END END) AS c2' in sql


def test_bad_rows_have_no_unit_and_no_period_that_breaks_a_rule(desk: Any) -> None:
    """What is not believed has a place of its own among the groups; without bad rows nothing is asked."""
    (pass_,) = _passes([desk.wanted(Count())])
    sql = statement(pass_, "checked", "duckdb", bad=True)
    assert sql.startswith(
        """SELECT CASE WHEN STRPOS("__broken", '|place|') > 0 THEN '?' ELSE CAST("place" AS TEXT) END AS unit"""
    )
    assert """CAST(CASE WHEN STRPOS("__broken", '|day|') > 0 THEN -2 ELSE COALESCE(""" in sql
    assert "__broken" not in statement(pass_, "checked", "duckdb", bad=False)


def meant(desk: Any, where: str, *required: str, causes: tuple[str, ...] = ()) -> str:
    """Return the condition in SQL for rows that may be in `where`, when these columns are required."""
    columns = tuple(evolve(each, required=each.name in required) for each in desk.cases.columns)
    (pass_,) = _passes([desk.wanted(Count(where=where), dataset=evolve(desk.cases, columns=columns))])
    sql = statement(pass_, "checked", "duckdb", causes=causes, bad=False)
    found = re.search(r"COUNT\(CASE WHEN (.*?) THEN [^ ]+ END\) AS c0", sql)
    assert found is not None, sql
    return found[1].replace('"', "")


@pytest.mark.parametrize(
    ("where", "sql"),
    [
        ("kind = 'a'", "kind = 'a'"),
        ("kind in ('a', 'b') and day >= date '2026-01-01'", "kind IN ('a', 'b') AND day >= CAST('2026-01-01' AS DATE)"),
        ("not (kind = 'a' or day is null)", "NOT (kind = 'a' OR day IS NULL)"),
        ("score + 1 between 2 and 3", "score + 1 BETWEEN 2 AND 3"),
        ("coalesce(place, kind) = 'a'", "COALESCE(place, kind) = 'a'"),
        ("place = 'a'", "COALESCE(place = 'a', TRUE)"),
        ("kind = 'a' or place = 'a'", "COALESCE(kind = 'a' OR place = 'a', TRUE)"),
        ("score / 0 > 1", "COALESCE(CAST(score AS DOUBLE) / NULLIF(0, 0) > 1, TRUE)"),
        ("cast(kind as date) = day", "COALESCE(TRY_CAST(kind AS DATE) = day, TRUE)"),
        ("case when kind = 'a' then true end", "COALESCE(CASE WHEN kind = 'a' THEN TRUE END, TRUE)"),
    ],
)
def test_what_is_never_unknown_is_not_asked_twice(desk: Any, where: str, sql: str) -> None:
    """With kind, day and score required, and place not: a condition that cannot be null is the same for all rows."""
    assert meant(desk, where, "kind", "day", "score") == sql


def test_a_required_column_with_a_marker_can_be_empty(desk: Any) -> None:
    """Where the source says why a required value is missing, the row is good and the value null."""
    assert meant(desk, "kind = 'a'", "kind", causes=("kind__cause",)) == "COALESCE(kind = 'a', TRUE)"


def test_one_output_for_each_column(desk: Any) -> None:
    """The outputs name the columns of the statement, in its order."""
    measures = (Mean("days"), Ratio("cost", per="people"), Total("days / people"))
    (pass_,) = _passes([desk.wanted(each, id=f"roads.m{place}") for place, each in enumerate(measures)])
    sql = statement(pass_, "checked", "duckdb")
    assert re.findall(r" AS ([a-z]+[0-9]*)(?:,| FROM)", sql) == ["unit", "period", *(each.name for each in outputs(pass_))]


def test_a_quotient_is_summed_as_a_decimal_number(desk: Any) -> None:
    """Floats would add up to something else in every run; columns of the contract need no cast."""
    (pass_,) = _passes([desk.wanted(Total("per_person")), desk.wanted(Total("cost"), id="roads.b")])
    sql = statement(pass_, "checked", "duckdb", bad=False)
    assert 'SUM(CAST("per_person" AS DECIMAL(38, 9)))' in sql
    assert 'SUM("cost")' in sql


def test_a_published_cause_is_read_where_the_rows_have_one(desk: Any) -> None:
    """Without markers in the source there is no such column, and the statement asks for none."""
    (pass_,) = _passes([desk.wanted(Published("value"), dataset=desk.totals)])
    assert '"value__cause"' in statement(pass_, "checked", "duckdb", causes=["value__cause"])
    assert "__cause" not in statement(pass_, "checked", "duckdb").replace("_cause AS", "").replace("AS c0_cause", "")


@pytest.mark.parametrize("dialect", ["spark", "postgres", "tsql", "bigquery"])
def test_another_engine_needs_only_its_dialect(desk: Any, dialect: str) -> None:
    """The same tree can be written for a municipality's own warehouse."""
    (pass_,) = _passes([desk.wanted(Mean("days", where="kind = 'a'")), desk.wanted(Share("kept"), id="roads.b")])
    assert statement(pass_, "checked", dialect).startswith("SELECT ")


def test_statement_of_a_median(desk: Any) -> None:
    """What cannot be added is grouped by unit and period themselves, through a table of where each text counts."""
    (pass_,) = _passes([desk.wanted(Median("days", where="kept"), frequencies=("year",))])
    (sql,) = single_statements(pass_, pass_.single[0], "checked", "places", "duckdb", bad=False)
    assert 'INNER JOIN "places" ON "__row_text" = "__text" AND "__row_key" = "__key"' in sql
    assert "QUANTILE_CONT" in sql
    assert "__bad" not in sql


rows = st.lists(
    st.fixed_dictionaries(
        {
            "kept": st.sampled_from([True, False, None]),
            "kind": st.sampled_from(["a", "b", "c", None]),
            "days": st.sampled_from([None, -1, 0, 1.25, 2]),
            "score": st.sampled_from([None, 1, 3, 5]),
            "people": st.sampled_from([None, 0, 7]),
        }
    ),
    min_size=1,
    max_size=30,
)


@given(given_rows=rows, parts=st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=4), number=st.sampled_from(NUMBERS))
def test_a_shortened_condition_counts_the_same_rows(
    desk: Any, given_rows: list[dict[str, Any]], parts: list[str], number: str
) -> None:
    """Leaving out what other parts already say changes neither a count nor a sum."""
    relation = desk.rows(desk.cases, given_rows).relation
    trees = [Formula.of(part).expanded() for part in parts]
    long = " and ".join(f"({Formula.of(part).sql()})" for part in parts)
    of = Formula.of(number)
    short = Condition.of(trees).tree
    summed = Condition.of(trees, summed=of.expanded()).tree
    found = desk.engine.query(
        f"select count(*) filter (where {long}), count(*) filter (where {_sql(short)}), "
        f"sum({of.sql()}) filter (where {long}), sum({of.sql()}) filter (where {_sql(summed)}) from {relation}",
        "compare conditions",
    )[0]
    assert found[0] == found[1]
    assert found[2] == found[3]


@pytest.mark.parametrize(
    ("part", "counted"),
    [
        ("(score between days and 2) is not null", 2),
        ("(score between 2 and days) is not null", 2),
        ("(score between 2 and 4) is not null", 3),
        ("score between days and 2", 0),
    ],
)
def test_between_can_be_known_though_one_of_its_ends_is_not(desk: Any, part: str, counted: int) -> None:
    """3 between null and 2 is false, not null; 3 between 2 and null is null, 1 between 2 and null is false."""
    relation = desk.rows(desk.cases, [{"score": 3}, {"score": 1}, {"score": 3, "days": 1}, {"days": 1}]).relation
    short = Condition.of([Formula.of(part).expanded()]).tree
    sql = f"select count(*) filter (where {_sql(short)}), count(*) filter (where {Formula.of(part).sql()}) from {relation}"
    assert desk.engine.query(sql, "compare conditions") == [(counted, counted)]


def _sql(tree: Any) -> str:
    return "true" if tree is None else tree.sql(dialect="duckdb")
