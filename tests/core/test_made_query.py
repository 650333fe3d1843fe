"""The query of a made dataset: what may stand in it, and how each mistake is told."""

from __future__ import annotations

import pytest

from klaremal import Column, Dataset
from klaremal.errors import DeclarationError

GIVEN = {
    "id": "care.clocks", "title": "Frister", "grain": "én række pr. frist", "dated_by": "day",
    "columns": (Column("day", "date"), Column("cases", "integer")), "made_from": ("care.list", "care.stays"),
}  # fmt: skip


def said(sql: str | None, **changes: object) -> str:
    """Return the message with which a query is refused."""
    with pytest.raises(DeclarationError) as caught:
        Dataset(**(GIVEN | {"sql": sql} | changes))  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    "sql",
    [
        "select day, 1 as cases from list",
        "select l.day, count(*) over (partition by s.id) as cases from list l join stays s using (id);",
        "with a as (select * from LIST), b as (select * from a) select day, 1 as cases from b union select day, 2 from list",
        "select day, (select max(id) from stays) as cases from (select * from list)",
        "select cast(d as date) as day, 1 as cases from list, unnest(generate_series(a, b, interval 1 month)) t(d)",
        "with recursive c as (select day, 1 as n from list union all select day, n + 1 from c where n < 3) select * from c",
    ],
)
def test_one_select_over_its_datasets_is_taken(sql: str) -> None:
    """Joins, subqueries, window functions, unions and queries of its own by name."""
    assert Dataset(**(GIVEN | {"sql": sql})).made_of == ("care.list", "care.stays")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("select * from read_csv('/etc/passwd')", "something else than rows"),
        ("select * from read_text('/etc/passwd')", "something else than rows"),
        ("select * from glob('/*')", "something else than rows"),
        ("select * from '/etc/passwd'", "there is no table"),
        ("select * from \"data/list.csv\"", "there is no table"),
        ("select * from main.list", "there is no table"),
        ("select * from information_schema.tables", "there is no table"),
        ("select * from waiting", "there is no table waiting. It may read list, stays"),
        ("select * from lists", 'Did you mean "list"?'),
        ("with a as (select * from nowhere) select * from a", "there is no table nowhere"),
        ("with list as (select 1 as id) select * from list", 'the name of a dataset, "list"'),
        ("select day, getenv('HOME') as cases from list", "getenv()"),
        ("select day, current_date as cases from list", "the clock"),
        ("select day, now() as cases from list", "the clock"),
        ("select day, random() as cases from list", "chance"),
        ("select day from list; select day from stays", "it is 2 statements"),
        ("", "it is 0 statements"),
        ("drop table list", "it is no SELECT"),
        ("insert into list select * from stays", "it is no SELECT"),
        ("create table a as select * from list", "it is no SELECT"),
        ("copy list to 'out.csv'", "it is no SELECT"),
        ("attach 'x.db'", "it is no SELECT"),
        ("pragma database_list", "it is no SELECT"),
        ("set threads = 1", "it is no SELECT"),
    ],
)  # fmt: skip
def test_what_reads_or_writes_anything_else_is_refused(sql: str, what: str) -> None:
    """The message names the dataset, and the table, function or statement that is not allowed."""
    message = said(sql)
    assert message.startswith("dataset care.clocks: sql: ")
    assert what in message


def test_a_query_that_cannot_be_read_is_shown_with_a_caret() -> None:
    """The line, and the place in it."""
    lines = said("select day\nfrom list where (day >").splitlines()
    assert "it cannot be read at line 2" in lines[0]
    assert lines[-1].strip() == "^"
    assert said("select day from list where day =").splitlines()[0].endswith("at line 1: something is missing")
    assert "<" not in said("select from").splitlines()[0]


def test_datasets_and_query_belong_together() -> None:
    """One without the other makes no rows; two parts of one name cannot be told apart, and a part is a dataset."""
    assert "belong together" in said(None)
    assert "belong together" in said("select 1", made_from=())
    assert "two datasets are called list" in said("select * from list", made_from=("care.list", "school.list"))
    assert "5 is no dataset" in said("select * from list", made_from=(5,))
