"""Which cells of a bad row are not believed, from a file to what the scan makes of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas
import pytest
from attrs import evolve, frozen

from klaremal import Collected, Collector, Column, Dataset
from klaremal.measures import Count
from klaremal.plan import Pass
from klaremal.scan import scan

HEADER = "case_id;place;received;decided;kind;days\n"
CASES = Dataset(
    id="demo.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("case_id", "string"),
        Column("place", "string", required=True, enum=("Aaby", "Beby")),
        Column("received", "date", minimum=date(2000, 1, 1)),
        Column("decided", "date"),
        Column("kind", "string", enum=("bolig", "hjælp"), pattern="[a-zæøå]+"),
        Column("days", "integer", minimum=0),
    ),
    dated_by="received",
    placed_in="place",
    events=("received", "decided"),
    key=("case_id",),
    bad_rows_allowed=1,
)
GOOD = "0;Aaby;2026-01-31;;bolig;1"


@frozen
class Options:
    """No options."""


@pytest.mark.parametrize(
    ("row", "broken"),
    [
        (";Aaby;2026-01-31;;;", None),
        ("1;;2026-01-31;;;", "|place|"),
        ("1;Ceby;31-02-2026;;skole;ti", "|place|received|kind|days|"),
        ("1;Aaby;1999-12-31;;bolig;1", "|received|"),
        ("1;Aaby;2026-01-31;2027-01-31;SKOLE;-1", "|decided|kind|days|"),
        ("1;Aaby;2026-01-31;31-02-2026;bolig;1", "|decided|"),
    ],
    ids=["none", "empty", "four faults", "too early", "the future, two faults in one cell, too little", "unreadable"],
)
def test_all_cells_that_break_a_rule_are_named(desk: Any, row: str, broken: str | None) -> None:
    """Each column once, in the contract's order, also those behind the rule that the row is set aside by."""
    desk.write("a.csv", f"{HEADER}{GOOD}\n{row}\n")
    _, frame = desk.checked(CASES, files="a.csv")
    assert frame["__broken"].astype(object).where(frame["__broken"].notna(), None).tolist() == [None, broken]


def test_typed_cells_are_named_like_text(desk: Any) -> None:
    """A frame is a view, and its rows are looked at when they are read."""
    frame = pandas.DataFrame({"case_id": ["1"], "place": ["Aaby"], "received": [date(1999, 1, 1)], "days": [1.5]})
    fetch = Collector(name="demo.own", options=Options, collect=lambda request: Collected(frame=frame, origin="x"))
    _, found = desk.checked(CASES, collector=fetch)
    assert found["__broken"].tolist() == ["|received|days|"]


def test_a_period_that_is_none_is_named_beside_other_faults(desk: Any) -> None:
    """Periods are read once for each text, after the other rules."""
    columns = (Column("month", "period"), Column("n", "integer"), Column("from_month", "period"))
    dataset = Dataset(
        id="demo.monthly", title="Pr. måned", grain="én", columns=columns, dated_by="month", frequency="month",
        bad_rows_allowed=1,
    )  # fmt: skip
    desk.write("a.csv", "month;n;from_month\n2026M01;1;2026\n2026K1;x;uge 7\n2027M01;1;\n")
    rows, frame = desk.checked(dataset, files="a.csv")
    assert frame["__broken"].tolist()[1:] == ["|n|month|from_month|", "|month|"]
    assert pandas.isna(frame["__broken"][0])
    assert frame["__bad"].tolist()[1:] == ["unreadable_n", "future_date_month"]
    assert {each.rule: each.rows for each in rows.set_aside} == {"unreadable_n": 1, "future_date_month": 1}


def test_of_rows_that_share_a_key_every_cell_may_be_true(desk: Any) -> None:
    """The content of one of them holds, so each may count where its own content puts it."""
    desk.write("a.csv", HEADER + "1;Aaby;2026-01-31;;bolig;1\n1;Beby;2026-02-28;;hjælp;1\n")
    _, frame = desk.checked(CASES, files="a.csv")
    assert (frame["__bad"].tolist(), frame["__broken"].isna().tolist()) == (["duplicate_key"] * 2, [True, True])


@pytest.mark.parametrize(
    ("row", "unit", "period", "aside"),
    [
        ("1;Beby;2026-01-31;2026-02-28;hjælp;-1", "Beby", 2026 * 12, 0),
        ("1;Beby;2026-01-31;2026-02-28;skole;-1", "Beby", 2026 * 12, 1),
        ("1;Beby;2026-01-31;2026-02-28;;-1", "Beby", 2026 * 12, 1),
        ("1;Beby;2026-01-31;31-02-2026;bolig;1", "Beby", 2026 * 12, 1),
        ("1;Beby;2026-01-31;;bolig;-1", "Beby", 2026 * 12, 0),
        ("1;Ceby;2026-01-31;2026-02-28;bolig;1", "?", 2026 * 12, 1),
        ("1;;2026-01-31;2026-02-28;bolig;1", "?", 2026 * 12, 1),
        ("1;Beby;31-02-2026;2026-02-28;bolig;1", "Beby", -2, 1),
        ("1;Beby;1999-12-31;2026-02-28;bolig;1", "Beby", -2, 1),
        ("1;Beby;;2026-02-28;bolig;-1", "Beby", -1, 1),
        ("1;Ceby;31-02-2026;2026-02-28;hjælp;1", "?", -2, 0),
    ],
    ids=["of another kind", "of a kind that is none", "of no kind", "decided on no day", "not decided", "of no unit",
         "without a unit", "on no day", "too early", "without a day", "of no unit on no day and of another kind"],
)  # fmt: skip
def test_a_bad_row_is_scanned_as_what_is_believed_of_it(desk: Any, row: str, unit: str, period: int, aside: int) -> None:
    """Its unit and month where they keep the rules; it is counted unless the promise is surely not about it."""
    desk.write("a.csv", f"{HEADER}{GOOD}\n{row}\n")
    rows, _ = desk.checked(CASES, files="a.csv")
    about = Count(where="kind = 'bolig' and decided is not null").components["aside"]
    groups = scan(desk.engine, rows, Pass(dataset=CASES, dated_by="received", terms=(about,)))
    found = list(zip(groups.unit, groups.period, groups.columns["good"], groups.columns["c0"], strict=True))
    assert sorted(found) == sorted([("Aaby", 2026 * 12, 1, 0), (unit, period, 0, aside)])


def test_of_several_columns_with_units_only_the_one_that_counts_is_asked(desk: Any) -> None:
    """A home that is not allowed hides the unit; a town that is not allowed does not matter beside a home."""
    columns = (Column("home", "string", enum=("i1",)), Column("town", "integer", enum=("101",)), Column("received", "date"))
    dataset = evolve(CASES, columns=columns, placed_in=("home", "town"), events=(), key=())
    desk.write(
        "a.csv", "home;town;received\ni1;999;2026-01-31\ni9;101;2026-01-31\n;999;2026-01-31\n;x;2026-01-31\n;101;2026-01-31\n"
    )
    rows, _ = desk.checked(dataset, files="a.csv")
    groups = scan(desk.engine, rows, Pass(dataset=dataset, dated_by="received", terms=()))
    assert list(zip(groups.unit, groups.columns["rows"], strict=True)) == [("101", 1), ("?", 3), ("i1", 1)]
