"""The contract's rules: which rows are bad, how they are told, and when a dataset is refused."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pandas
import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from klaremal import Collected, Collector, Column, Dataset
from klaremal.checks.rows import check
from klaremal.engine import Engine
from klaremal.errors import ContractBroken, SourceUnreadable
from klaremal.prepare.rows import Prepared, prepare

TODAY = date(2026, 11, 22)
HEADER = "case_id;received;decided;deadline;kind;days;post_code;cpr\n"


@frozen
class Options:
    """No options."""


def rules(rows: Any) -> dict[str, int]:
    """Return how many rows each rule set aside."""
    return {each.rule: each.rows for each in rows.set_aside}


@pytest.mark.parametrize(
    ("row", "rule", "example"),
    [
        (";2026-01-31;;;;;;", "required_case_id", "case_id = (empty)"),
        ("1;;;;;;;", "required_received", "case_id = 1; received = (empty)"),
        ("1;31-02-2026;;;;;;", "unreadable_received", "case_id = 1; received = 31-02-2026"),
        ("1;2026-01-31;;;skole;;;", "enum_kind", "case_id = 1; kind = skole"),
        ("1;2026-01-31;;;;-1;;", "minimum_days", "case_id = 1; days = -1.0000"),
        ("1;2026-01-31;;;;1001;;", "maximum_days", "case_id = 1; days = 1001.0000"),
        ("1;2026-01-31;;;;ti;;", "unreadable_days", "case_id = 1; days = ti"),
        ("1;2026-01-31;;;;;212;", "pattern_post_code", "case_id = 1; post_code = 212"),
        ("1;2026-11-23;;;;;;", "future_date_received", "case_id = 1; received = 2026-11-23"),
        ("1;2026-01-31;2027-01-31;;;;;", "future_date_decided", "case_id = 1; decided = 2027-01-31"),
        ("1;2026-13-45;;;skole;-1;;", "unreadable_received", "case_id = 1; received = 2026-13-45"),
    ],
    ids=["required", "required-date", "impossible-date", "enum", "minimum", "maximum", "wrong-type", "pattern", "future",
         "future-decision", "first-rule-only"],
)  # fmt: skip
def test_a_row_that_breaks_a_rule_is_set_aside_and_shown(desk: Any, row: str, rule: str, example: str) -> None:
    """By the first rule that it breaks; the good row beside it is untouched."""
    desk.write("a.csv", f"{HEADER}good;2026-01-31;2026-02-28;2030-12-31;bolig;1,5;2100;010203-1234\n{row}\n")
    rows, frame = desk.checked(desk.cases, files="a.csv")
    assert rules(rows) == {rule: 1}
    assert (rows.total, rows.bad) == (2, 1)
    assert rows.set_aside[0].examples == (example,)
    assert frame["__bad"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    "row",
    ["1;2026-01-31;;;;;;", "1;2026-01-31;;9999-12-31;;;;", "1;2026-11-22;;;;;;", "1;2026-01-31;;;;0;;",
     "1;2026-01-31;;;;1000;;",     "1;2026-01-31;;;;..;;"],
    ids=["empty-cells", "deadline-ahead", "today", "at-minimum", "at-maximum", "missing-marker"],
)  # fmt: skip
def test_a_row_that_keeps_the_contract_is_good(desk: Any, row: str) -> None:
    """Empty is allowed where nothing is required; deadlines lie ahead; bounds are allowed values."""
    desk.write("a.csv", f"{HEADER}{row}\n")
    assert desk.checked(desk.cases, files="a.csv")[0].bad == 0


@pytest.mark.parametrize(
    ("declared", "others", "message"),
    [
        (
            "dd-mm-yyyy",
            "2026/01/31 13;;;;;;",
            'received cannot be read as a date. Its source (or the preset) says dates = "dd-mm-yyyy". If the file writes them '
            'otherwise, say how in the source\'s own section, as dates = "mm/dd/yyyy".',
        ),
        ("dd-mm-yyyy", "31-01-2026;;;;;;", "received cannot be read as a date."),
        (None, "2026/01/31 13;;;;;;", "received cannot be read as a date."),
    ],
    ids=["declared", "declared and kept by as many", "found"],
)
def test_a_date_in_another_style_than_declared_is_told_with_that_style(
    desk: Any, declared: str | None, others: str, message: str
) -> None:
    """It may be a preset's, which whoever looks at the file does not see; a few mistyped ones are no other style."""
    desk.write("a.csv", f"{HEADER}good;31-01-2026;;;;;;\n1;2026/31/01 13;;;;;;\n2;{others}\n")
    rows, _ = desk.checked(desk.cases, files="a.csv", **({} if declared is None else {"dates": declared}))
    assert [each.message for each in rows.set_aside] == [message]


def test_a_required_value_with_a_cause_is_not_missing(desk: Any, one: Any) -> None:
    """The source says why there is no figure: that is an answer."""
    desk.write("a.csv", "when;value\n2024;..\n2025;\n")
    rows, _ = desk.checked(one(Column("value", "number", required=True, missing={"..": "confidential"})), files="a.csv")
    assert rules(rows) == {"required_value": 1}


def test_five_examples_are_shown_the_same_ones_every_time(desk: Any) -> None:
    """In an order of their own, whatever the order of the file."""
    bad = [f"{number};2026-01-31;;;skole;;;" for number in range(10, 30)]
    desk.write("a.csv", HEADER + "\n".join(bad) + "\n")
    desk.write("b.csv", HEADER + "\n".join(reversed(bad)) + "\n")
    first, second = (desk.checked(desk.cases, files=name)[0].set_aside[0] for name in ("a.csv", "b.csv"))
    assert first.rows == 20
    assert first.examples == second.examples == tuple(f"case_id = {number}; kind = skole" for number in range(10, 15))


def test_personal_columns_are_masked_in_examples(desk: Any) -> None:
    """Neither a value nor the text of an unreadable cell is shown, only that there was one."""
    columns = (
        Column("cpr", "string", required=True, unique=True, personal=True),
        Column("born", "date", personal=True),
        Column("when", "year"),
    )
    dataset = Dataset(id="demo.people", title="Personer", grain="én", columns=columns, dated_by="when", bad_rows_allowed=1)
    desk.write("a.csv", "cpr;born;when\n010203-1234;01-02-19x3;2025\n;2000-01-01;2025\n")
    rows, _ = desk.checked(dataset, files="a.csv")
    assert {each.rule: each.examples for each in rows.set_aside} == {
        "required_cpr": ("cpr = (empty)",),
        "unreadable_born": ("cpr = ***; born = ***",),
    }
    assert "1234" not in repr(rows)
    assert "19x3" not in repr(rows)


def strict(desk: Any) -> Dataset:
    """Return the contract on cases that allows one bad row in a hundred."""
    return evolve(desk.cases, bad_rows_allowed=0.01)


def test_a_number_is_one_of_the_allowed_ones_however_it_is_written(desk: Any) -> None:
    """2,0 is 2 and 0,50 is 0.5; a row without a number breaks nothing."""
    columns = (Column("case_id", "string"), Column("received", "date"), Column("weight", "number", enum=("0.5", 2, "x")))
    weighed = evolve(desk.cases, columns=columns, events=("received",), key=())
    rows = "1;2026-01-31;2,0\n2;2026-01-31;0,50\n3;2026-01-31;\n4;2026-01-31;0,25\n5;2026-01-31;2,5\n"
    desk.write("a.csv", f"case_id;received;weight\n{rows}")
    assert rules(desk.checked(weighed, files="a.csv")[0]) == {"enum_weight": 2}


class TestRefusal:
    """When so much is bad that no figure would be true."""

    def test_up_to_the_share_that_the_contract_allows_rows_are_set_aside(self, desk: Any) -> None:
        """1 of 100 is one percent: allowed."""
        good = "".join(f"{number};2026-01-31;;;;;;\n" for number in range(99))
        desk.write("a.csv", f"{HEADER}{good}x;;;;;;;\n")
        assert desk.checked(strict(desk), files="a.csv")[0].bad == 1

    def test_above_it_the_dataset_is_refused_with_reasons_examples_and_cure(self, desk: Any) -> None:
        """The most frequent reason first."""
        good = "".join(f"{number};2026-01-31;;;bolig;;;\n" for number in range(97))
        desk.write("a.csv", f"{HEADER}{good}x;;;;;;;\ny;2026-01-31;;;skole;;;\nz;2026-01-31;;;hus;;;\n")
        with pytest.raises(ContractBroken) as caught:
            desk.checked(strict(desk), files="a.csv")
        message = str(caught.value)
        assert message.startswith("demo.cases: 3 of 100 rows (3.0 %) break the contract, and it allows 1 %.")
        assert re.search(
            r"2 rows: kind is none of bolig, hjælp\. In klaremal\.toml: values = \{ kind = \{ .* \} \} "
            r"For example case_id = y; kind = skole .* 1 rows: received is empty",
            message,
        )
        assert "Correct the source, or tell how it is written" in message

    def test_a_column_of_the_wrong_type_is_shown_by_what_is_in_it(self, desk: Any) -> None:
        """Words where figures should be: the cells are shown as they stand."""
        desk.write("a.csv", HEADER + "".join(f"{number};2026-01-31;;;;mange dage;;\n" for number in range(50)))
        with pytest.raises(ContractBroken, match=r"50 of 50 rows .* days cannot be read as a number.*days = mange dage"):
            desk.checked(strict(desk), files="a.csv")

    @pytest.mark.parametrize(
        "text", [HEADER, HEADER + "\n\n", "Titel\n\n" + HEADER.strip()], ids=["header", "blank-lines", "title"]
    )
    def test_a_header_without_rows_is_refused(self, desk: Any, text: str) -> None:
        """An extract that failed looks like this; it is not "no cases"."""
        desk.write("a.csv", text)
        with pytest.raises(SourceUnreadable, match=r"demo.cases.*headers but no rows\. The extract probably failed"):
            desk.checked(desk.cases, files="a.csv")

    def test_one_empty_file_among_several_is_no_error(self, desk: Any) -> None:
        """A month without cases has a file with a header only."""
        desk.write("a.csv", HEADER)
        desk.write("b.csv", HEADER + "1;2026-01-31;;;;;;\n")
        assert desk.checked(desk.cases, files="*.csv")[0].total == 1


class TestDuplicates:
    """Rows that stand twice."""

    def test_copies_count_once_and_are_said(self, desk: Any) -> None:
        """The same row in two files is one row."""
        row = "1;2026-01-31;;;bolig;;;\n"
        desk.write("a.csv", HEADER + row + row)
        desk.write("b.csv", HEADER + row + "2;2026-01-31;;;;;;\n")
        rows, frame = desk.checked(desk.cases, files="*.csv")
        assert (rows.total, rows.bad, frame["case_id"].tolist()) == (2, 0, ["1", "2"])
        assert any("2 rows are copies of others" in warning for warning in rows.warnings)

    def test_one_key_with_different_content_is_bad_in_every_row(self, desk: Any) -> None:
        """Nothing says which of them holds, so none counts; the order of the file makes no difference."""
        for order in ((0, 1, 2, 3), (3, 1, 0, 2)):
            lines = ["1;2026-01-31;;;bolig;;;", "1;2026-01-31;;;hjælp;;;", "1;2026-01-31;;;bolig;;;", "2;2026-01-31;;;;;;"]
            desk.write("a.csv", HEADER + "\n".join(lines[place] for place in order) + "\n")
            rows, _ = desk.checked(desk.cases, files="a.csv")
            assert (rows.total, rules(rows)) == (3, {"duplicate_key": 2})
            assert rows.set_aside[0].examples == ("case_id = 1; kind = bolig / hjælp",)

    def test_a_bad_row_does_not_make_its_key_double(self, desk: Any) -> None:
        """It is set aside already: the other row of that key is the only one left."""
        desk.write("a.csv", HEADER + "1;2026-01-31;;;bolig;;;\n1;2026-01-31;;;skole;;;\n")
        assert rules(desk.checked(desk.cases, files="a.csv")[0]) == {"enum_kind": 1}

    def test_a_bad_row_is_told_by_its_own_fault_though_its_key_stands_in_others(self, desk: Any) -> None:
        """Two rows say different things of one case, and a third is of no kind."""
        desk.write("a.csv", HEADER + "1;2026-01-31;;;bolig;;;\n1;2026-01-31;;;hjælp;;;\n1;2026-01-31;;;skole;;;\n")
        assert rules(desk.checked(desk.cases, files="a.csv")[0]) == {"enum_kind": 1, "duplicate_key": 2}

    def test_a_key_of_several_columns_is_compared_as_a_whole_and_empty_is_a_value(self, desk: Any) -> None:
        """Two rows without a district are of the same district; a key that is empty altogether is none."""
        columns = (Column("month", "period"), Column("account", "string"), Column("district", "string"), Column("kr", "number"))
        dataset = Dataset(
            id="demo.costs", title="Udgifter", grain="én", columns=columns, dated_by="month", frequency="month",
            key=("month", "account", "district"), bad_rows_allowed=1,
        )  # fmt: skip
        desk.write(
            "a.csv", "month;account;district;kr\n2026M01;A;;1\n2026M01;A;;2\n2026M01;A;Nord;3\n2026M02;A;;4\n;;;5\n;;;6\n"
        )
        rows, frame = desk.checked(dataset, files="a.csv")
        assert rules(rows) == {"duplicate_key": 2}
        assert frame.loc[frame["__bad"].isna(), "kr"].tolist() == [3, 4, 5, 6]

    def test_a_unique_column_is_a_key_of_its_own(self, desk: Any, one: Any) -> None:
        """Empty cells are not each other's doubles."""
        desk.write("a.csv", "when;value\n2024;a\n2025;a\n2025;b\n2025;\n2026;\n2024;c\n2024;c\n")
        rows, _ = desk.checked(one(Column("value", "string", unique=True)), files="a.csv")
        assert (rows.total, rules(rows)) == (6, {"duplicate_value": 2})

    def test_without_a_key_equal_rows_are_different_rows(self, desk: Any, one: Any) -> None:
        """Two citizens may give the same answer on the same day."""
        desk.write("a.csv", "when;value\n2024;4\n2024;4\n")
        assert desk.checked(one(Column("value", "number")), files="a.csv")[0].total == 2

    def test_typed_rows_are_settled_like_text(self, desk: Any) -> None:
        """A frame is a view until something in it must change."""
        frame = pandas.DataFrame(
            {"case_id": ["1", "1", "2", "2"], "received": [date(2026, 1, 31)] * 4, "days": [1.0, 1.0, 2.0, 3.0]}
        )
        fetch = Collector(name="demo.own", options=Options, collect=lambda request: Collected(frame=frame, origin="x"))
        rows, _ = desk.checked(desk.cases, collector=fetch)
        assert (rows.total, rules(rows)) == (3, {"duplicate_key": 2})


@given(
    ids=st.lists(st.sampled_from("abcd"), min_size=1, max_size=12),
    contents=st.lists(st.sampled_from("xy"), min_size=12, max_size=12),
)
def test_duplicates_are_what_counting_says(engine: Engine, ids: list[str], contents: list[str]) -> None:
    """Against an independent count: rows of a key with one content count once, of a key with two contents never."""
    columns = (Column("k", "string"), Column("c", "string"), Column("y", "year"))
    dataset = Dataset(id="demo.keys", title="N", grain="én", columns=columns, dated_by="y", key=("k",), bad_rows_allowed=1)
    given_rows = list(zip(ids, contents, strict=False))
    values = ", ".join(f"('{key}', '{content}', 2025, null, null, 0)" for key, content in given_rows)
    relation = engine.fresh("given")
    engine.query(f"create temp view {relation} as from (values {values}) v(k, c, y, __unreadable, __raw, __part)", "rows")
    rows = check(engine, Prepared(dataset=dataset, relation=relation, text=False, newest=((),)), TODAY)
    good = engine.query(f"select k from {rows.relation} where __bad is null order by 1", "look")
    kinds = Counter(key for key, _ in set(given_rows))
    assert [key for (key,) in good] == sorted(key for key, count in kinds.items() if count == 1)
    assert rows.total == len(set(given_rows))
    assert rows.bad == sum(count for count in kinds.values() if count > 1)


def test_derived_columns_stand_beside_the_others(desk: Any) -> None:
    """Each may use those before it; a row that lacks what they need has none."""
    dataset = Dataset(
        id="demo.derived", title="Afledt", grain="én", dated_by="received",
        columns=(Column("received", "date"), Column("decided", "date")),
        derived={"days": "days_between(received, decided)", "late": "days > 10"},
    )  # fmt: skip
    desk.write("a.csv", "received;decided\n2026-01-01;2026-01-31\n2026-01-01;2026-01-02\n2026-01-01;\n")
    _, frame = desk.checked(dataset, files="a.csv")
    assert frame["days"].tolist()[:2] == [30, 1]
    assert pandas.isna(frame["days"][2])
    assert frame["late"].tolist()[:2] == [True, False]


def test_the_relation_has_the_contracts_columns_causes_derived_and_bad(desk: Any) -> None:
    """And nothing that is for the checks only."""
    desk.write("a.csv", HEADER + "1;2026-01-31;;;;;;\n")
    _, frame = desk.checked(desk.cases, files="a.csv")
    assert list(frame) == [
        "case_id", "received", "decided", "deadline", "kind", "days", "post_code", "cpr", "days__cause", "__bad",
        "__broken",
    ]  # fmt: skip


def test_text_is_parsed_from_its_files_once_for_all_later_reading(desk: Any) -> None:
    """One look for how figures are written, one reading into a table; every pass after that reads the table."""
    desk.write("a.csv", HEADER + "1;2026-01-31;;;;1,5;;\n")
    earlier = len(desk.engine.log)
    engine, prepared = desk.prepared(desk.cases, files="a.csv")
    rows = check(engine, prepared, TODAY)
    before = len(engine.log)
    assert [each.purpose for each in engine.log[earlier:] if "read_csv" in each.sql and each.sql.startswith("select")] == [
        "find how demo.cases writes figures and dates"
    ]
    (desk.folder / "a.csv").unlink()
    assert engine.query(f"select sum(days) from {rows.relation}", "pass") == [(1.5,)]
    assert len(engine.log) == before + 1


def test_rows_that_do_not_fit_into_memory_go_to_the_disk(desk: Any) -> None:
    """A CSV of 27 MB whose rows take more than the engine may use: the same answer, and nothing is left behind."""
    path = desk.folder / "large.csv"
    with Engine.open(allowed=[desk.folder]) as engine:
        made = "i as case_id, '2026-01-' || lpad((1 + i % 28)::varchar, 2, '0') as received"
        cells = f"{made}, uuid()::varchar || uuid()::varchar as cpr"
        engine.query(f"copy (select {cells} from range(300000) r(i)) to '{path}' (delimiter ';', header)", "write")
    assert path.stat().st_size > 25_000_000
    delivery = desk.collect(desk.cases, {"files": "large.csv"})
    with Engine.open(desk.state, memory="60MB", threads=1, allowed=delivery.paths) as engine:
        rows = check(engine, prepare(engine, delivery), TODAY)
        assert sum(each.stat().st_size for each in engine.scratch.iterdir()) > 1_000_000
    assert (rows.total, rows.bad, rows.newest) == (300_000, 0, (date(2026, 1, 28),))
