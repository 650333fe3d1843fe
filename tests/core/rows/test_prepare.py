"""Preparation: headers, values, markers, constants, the source's own sql, wide to long, and frames of plugins."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pandas
import pytest
from attrs import frozen

from klaremal import Collected, Collector, Column, Dataset
from klaremal.builtin.collectors import JSON, PARQUET
from klaremal.engine import Engine
from klaremal.errors import ContractBroken, KlaremalError, SourceUnreadable

CASES = Dataset(
    id="demo.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("case_id", "string", required=True, also=("Sagsnr", "Sagsnummer")),
        Column("received", "date", {"da": "Modtaget dato", "en": "Date of receipt"}, required=True),
        Column("kind", "string"),
        Column("days", "number", decimals=2, missing={"x": "confidential"}),
        Column("children", "integer"),
        Column("urgent", "boolean"),
    ),
    dated_by="received",
)


@frozen
class Options:
    """No options."""


def delivered(frame: pandas.DataFrame) -> dict[str, Any]:
    """Return a section whose collector hands over this frame."""
    fetch = Collector(name="demo.own", options=Options, collect=lambda request: Collected(frame=frame, origin="x"))
    return {"collector": fetch}


def records(desk: Any, text: str, dataset: Dataset = CASES, **section: Any) -> list[dict[str, Any]]:
    """Return the prepared rows of a CSV text, without what is null."""
    desk.write("a.csv", text)
    engine, prepared = desk.prepared(dataset, files="a.csv", **section)
    columns = list(engine.columns(prepared.relation, "look"))
    rows = engine.query(f"select * from {prepared.relation}", "look")
    return [
        {column: value for column, value in zip(columns, row, strict=True) if value is not None and column != "__part"}
        for row in rows
    ]


class TestHeaders:
    """Which header is which column."""

    @pytest.mark.parametrize(
        ("headers", "section"),
        [
            ("case_id;received", {}),
            (" CASE_ID ;Received", {}),
            ("Sagsnummer;Date of  receipt", {}),
            ("sagsnr;MODTAGET DATO", {}),
            ("Nr.;Ind", {"columns": {"case_id": "nr.", "received": "Ind"}}),
        ],
        ids=["names", "case-and-blanks", "also-and-english-title", "danish-title", "mapped"],
    )
    def test_columns_are_found_by_name_other_names_titles_and_mapping(self, desk: Any, headers: str, section: Any) -> None:
        """Small and capital letters and blanks make no difference."""
        assert records(desk, f"{headers}\n1;2026-01-31\n", **section) == [{"case_id": "1", "received": date(2026, 1, 31)}]

    def test_what_the_section_says_goes_before_names(self, desk: Any) -> None:
        """A header that happens to have the column's name is not taken when another is mapped."""
        rows = records(desk, "case_id;Sag;received\nwrong;right;2026-01-31\n", columns={"case_id": "Sag"})
        assert rows[0]["case_id"] == "right"

    def test_missing_columns_are_named_together_with_the_nearest_header(self, desk: Any) -> None:
        """Every column that must be there, what is there instead, and what to write."""
        with pytest.raises(ContractBroken) as caught:
            records(desk, "Sagsnumer;Modtagedato;kind\n1;2026-01-31;a\n")
        message = str(caught.value)
        assert message.startswith("demo.cases (a.csv): the column case_id is missing. The nearest header is ")
        assert 'write columns = { case_id = "Sagsnumer" }' in message
        assert 'write columns = { received = "Modtagedato" }' in message
        assert 'The headers of the source are "Sagsnumer", "Modtagedato", "kind".' in message

    def test_a_mapped_header_that_is_not_there_is_an_error_also_for_an_optional_column(self, desk: Any) -> None:
        """Who maps a column means to have it."""
        with pytest.raises(ContractBroken, match=r'the column kind \(header "Type"\) is missing.*"Typer"'):
            records(desk, "case_id;received;Typer\n1;2026-01-31;a\n", columns={"kind": "Type"})

    def test_an_optional_column_that_is_not_there_is_empty_and_said(self, desk: Any) -> None:
        """Its values are null everywhere, and a warning names it."""
        desk.write("a.csv", "case_id;received\n1;2026-01-31\n")
        _, prepared = desk.prepared(CASES, files="a.csv")
        assert [each.split(":")[1].strip() for each in prepared.warnings] == [
            f"the source has no column {column}; it is empty everywhere." for column in ("kind", "days", "children", "urgent")
        ]

    def test_a_header_that_stands_twice_is_not_chosen_from(self, desk: Any) -> None:
        """Only when it is needed: a repeated header that no column wants does no harm."""
        with pytest.raises(SourceUnreadable, match=r'the header "Sagsnr" stands several times'):
            records(desk, "Sagsnr;received;sagsnr\n1;2026-01-31;2\n")
        assert len(records(desk, "Sagsnr;received;Note;Note\n1;2026-01-31;a;b\n")) == 1


class TestValues:
    """From a cell's text to a value."""

    def test_blanks_around_texts_are_no_part_of_them(self, desk: Any) -> None:
        """Neither spaces nor tabs nor the no-break spaces of web pages; a cell of blanks is empty."""
        rows = records(desk, "case_id;received;kind\n 1 ; 2026-01-31 ;\u00a0 a b\t\n2;2026-01-31; \u00a0 \n")
        assert rows == [
            {"case_id": "1", "received": date(2026, 1, 31), "kind": "a b"},
            {"case_id": "2", "received": date(2026, 1, 31)},
        ]

    def test_codes_keep_their_zeros(self, desk: Any) -> None:
        """0101 is a code, not the number 101."""
        assert records(desk, "case_id;received\n0101;2026-01-31\n")[0]["case_id"] == "0101"

    @pytest.mark.parametrize(
        ("cell", "value"),
        [
            ("Ja", True),
            ("nej", False),
            ("TRUE", True),
            ("falsk", False),
            ("1", True),
            ("0", False),
            ("x", True),
            ("måske", None),
        ],
    )
    def test_truth_values_are_read_in_the_nordic_words(self, desk: Any, cell: str, value: bool | None) -> None:
        """Anything else is unreadable."""
        row = records(desk, f"case_id;received;urgent\n1;2026-01-31;{cell}\n")[0]
        assert row.get("urgent") is value
        assert row.get("__unreadable") == (None if value is not None else "|urgent|")

    def test_their_values_become_ours(self, desk: Any) -> None:
        """A value that is not mapped stays as it is."""
        rows = records(
            desk, "case_id;received;kind;children\n1;2026-01-31;Enfam.;mange\n2;2026-01-31;andet;3\n",
            values={"kind": {"Enfam.": "enfamiliehus"}, "children": {"mange": 99}},
        )  # fmt: skip
        assert [(row["kind"], row["children"]) for row in rows] == [("enfamiliehus", 99), ("andet", 3)]

    def test_a_constant_fills_a_column_that_the_source_lacks(self, desk: Any) -> None:
        """It is written as klaremal writes values."""
        row = records(desk, "case_id;received\n1;2026-01-31\n", constants={"kind": "privat", "days": 2.351, "children": 1})[0]
        assert (row["kind"], row["days"], row["children"]) == ("privat", Decimal("2.35"), 1)

    @pytest.mark.parametrize(
        ("missing", "cells"),
        [
            ([".."], {"..": "no_data", "x": "confidential"}),
            ({"..": "not_measured", "": "no_cases"}, {"..": "not_measured", "": "no_cases", "x": "confidential"}),
            ({"days": {"0": "no_cases"}}, {"0": "no_cases", "x": "confidential", "": None}),
            ({"days": ["-"], "-": "confidential", "x": "too_few"}, {"-": "no_data", "x": "too_few"}),
        ],
        ids=["list", "causes", "of-one-column", "one-column-before-all"],
    )
    def test_markers_become_null_with_a_cause(self, desk: Any, missing: Any, cells: dict[str, str | None]) -> None:
        """The contract's own markers hold too; an empty cell has no cause unless a marker says so."""
        text = "case_id;received;days\n" + "".join(f"1;2026-01-31;{cell}\n" for cell in cells)
        rows = records(desk, text, missing=missing)
        assert [(row.get("days"), row.get("days__cause")) for row in rows] == [(None, cause) for cause in cells.values()]
        assert not any("__unreadable" in row for row in rows)

    def test_a_marker_is_not_looked_for_in_other_columns(self, desk: Any) -> None:
        """A zero that means "no such offer" in one column is a zero in the next."""
        row = records(desk, "case_id;received;days;children\n1;2026-01-31;0;0\n", missing={"days": {"0": "no_cases"}})[0]
        assert (row["children"], row["days__cause"]) == (0, "no_cases")

    def test_the_first_unreadable_cell_of_a_row_is_kept_as_it_stands(self, desk: Any) -> None:
        """So that a person can find it in the source."""
        row = records(desk, "case_id;received;days;children\n1;31-02-2026;abc;4\n")[0]
        assert row == {"case_id": "1", "children": 4, "__unreadable": "|received|days|", "__raw": "31-02-2026"}

    def test_numbers_of_workbooks_and_json_are_never_unclear(self, desk: Any) -> None:
        """2.351 that was a number is two and a third, although text beside it has a decimal comma."""
        desk.write(
            "a.json",
            '[{"case_id": 1.10, "received": "2026-01-31", "days": 2.351},'
            ' {"case_id": 2, "received": "2026-01-31", "days": "2,5"}]',
        )
        rows, frame = desk.checked(CASES, collector=JSON, files="a.json")
        assert frame["days"].tolist() == [2.35, 2.5]
        assert frame["case_id"].tolist() == ["1.1", "2"]
        assert rows.bad == 0

    def test_a_number_of_json_is_mapped_and_marked_as_it_is_shown(self, desk: Any) -> None:
        """Values and markers are written as a person reads them."""
        desk.write("a.json", '[{"case_id": "1", "received": "2026-01-31", "kind": 1.5, "days": 99.9}]')
        section = {
            "collector": JSON,
            "files": "a.json",
            "values": {"kind": {"1.5": "halvanden"}},
            "missing": {"days": {"99.9": "too_few"}},
        }
        _, frame = desk.checked(CASES, section)
        assert (frame["kind"][0], frame["days__cause"][0]) == ("halvanden", "too_few")


class TestShape:
    """The source's own sql, and columns that become rows."""

    def test_sql_sees_the_sources_own_headers_in_the_order_of_the_file(self, desk: Any) -> None:
        """Text cells, `__row` and `__file`; what it gives is matched like a file."""
        query = (
            'with s as (select * from source) select "Sags nr" as case_id, Dato as received, __file || __row as kind from s;'
        )
        rows = records(desk, "Titel\nSags nr;Dato\n1;2026-01-31\n2;2026-02-01\n", sql=query)
        assert [(row["case_id"], row["kind"]) for row in rows] == [("1", "a.csv1"), ("2", "a.csv2")]

    def test_sql_may_give_values_that_are_typed_already(self, desk: Any) -> None:
        """Numbers and dates that a query made need no reading."""
        made = "'1' as case_id, date '2026-01-31' as received"
        query = f"select {made}, sum(cast(n as double)) as days, count(*) as children from source"
        row = records(desk, "n\n2.5\n3\n", sql=query)[0]
        assert (row["days"], row["children"], row["received"]) == (Decimal("5.5"), 2, date(2026, 1, 31))

    def test_sql_that_is_wrong_is_told_with_the_headers(self, desk: Any) -> None:
        """What the engine says, and what could have been meant."""
        with pytest.raises(
            SourceUnreadable, match=r'the source\'s own sql: .*Sag.*The columns of source are "Sags nr", "Dato"'
        ):
            records(desk, "Sags nr;Dato\n1;2026-01-31\n", sql="select Sag as case_id from source")

    def test_sql_reaches_nothing_but_its_source(self, desk: Any) -> None:
        """A query that came with a workspace reads no other file, and changes nothing."""
        other = desk.write("other.csv", "x\n1\n")
        with Engine.open(threads=1, allowed=[desk.folder / "a.csv"]) as desk.engine:
            with pytest.raises(KlaremalError, match="files"):
                records(desk, "a\n1\n", sql=f"select * from read_csv('{other}')")
            with pytest.raises(KlaremalError):
                records(desk, "a\n1\n", sql="select 1) t; drop table x; --")

    def test_columns_become_rows(self, desk: Any) -> None:
        """One row per kept row and further header, empty cells included; a footnote is no row."""
        text = "Område;;2024;2025\nÆrø;;1,5;\nFanø;;;2,5\n;;;\nKilde;;;\n"
        dataset = Dataset(
            id="demo.wide", title="Bred", grain="én", dated_by="year",
            columns=(Column("area", "string"), Column("year", "year"), Column("value", "number", decimals=1)),
        )  # fmt: skip
        section = {"wide_to_long": {"keep": ["Område"], "names": "year", "values": "value"}, "columns": {"area": "Område"}}
        rows = records(desk, text, dataset, **section)
        assert [(row["area"], row["year"], row.get("value")) for row in rows if row["area"] != "Kilde"] == [
            ("Ærø", 2024, Decimal("1.5")), ("Ærø", 2025, None), ("Fanø", 2024, None), ("Fanø", 2025, Decimal("2.5")),
        ]  # fmt: skip

    def test_a_kept_header_that_is_not_there_is_named(self, desk: Any) -> None:
        """Columns without a header have numbers as names, which the message says."""
        section = {"wide_to_long": {"keep": ["Kommune"], "names": "kind", "values": "days"}}
        with pytest.raises(SourceUnreadable, match=r'no header "Kommune"\. Its headers are .*\(column_5\)'):
            records(desk, "Område;2024\nÆrø;1\n", **section)

    def test_two_sources_are_one_relation(self, desk: Any) -> None:
        """Each is read in its own way; `__part` tells them apart."""
        desk.write("a.csv", "Sagsnr;received;days\n1;31-01-2026;1,5\n")
        desk.write("b.csv", "nr,received,days\n2,2026-01-31,1.5\n")
        engine, prepared = desk.prepared(
            CASES, {"files": "a.csv", "constants": {"kind": "kommunal"}}, {"files": "b.csv", "columns": {"case_id": "nr"}}
        )
        assert engine.query(f"select case_id, received, kind, days, __part from {prepared.relation} order by 1", "look") == [
            ("1", date(2026, 1, 31), "kommunal", Decimal("1.50"), 0),
            ("2", date(2026, 1, 31), None, Decimal("1.50"), 1),
        ]


class TestFrames:
    """Rows that a plugin's collector hands over as pandas, and typed files."""

    def test_a_frame_keeps_its_types(self, desk: Any) -> None:
        """Numbers are exact from here on; NaN, NaT and None are no values."""
        frame = pandas.DataFrame(
            {
                "case_id": ["1", "2"],
                "received": pandas.to_datetime(["2026-01-31 10:30", "2026-02-01 00:00"]),
                "days": [0.1 + 0.2, numpy.nan],
                "children": pandas.array([3, None], dtype="Int64"),
                "urgent": [True, False],
                "kind": pandas.Categorical(["a", None]),
            },
            index=[5, 9],
        )
        engine, prepared = desk.prepared(CASES, delivered(frame))
        rows = engine.query(
            f"select case_id, received, days, children, urgent, kind, __unreadable from {prepared.relation}", "look"
        )
        assert rows == [
            ("1", date(2026, 1, 31), Decimal("0.30"), 3, True, "a", None),
            ("2", date(2026, 2, 1), None, None, False, None, None),
        ]
        assert not prepared.text

    def test_text_in_a_frame_is_read_like_text_in_a_file(self, desk: Any) -> None:
        """Plugins may hand over what they got, and let core read it."""
        frame = pandas.DataFrame({"Sagsnr": ["1", "2"], "received": ["31-01-2026", ""], "days": ["1.234,5", "x"]})
        engine, prepared = desk.prepared(CASES, delivered(frame))
        assert engine.query(f"select case_id, received, days, days__cause from {prepared.relation}", "look") == [
            ("1", date(2026, 1, 31), Decimal("1234.50"), None),
            ("2", None, None, "confidential"),
        ]

    def test_markers_and_values_hold_for_numbers_too(self, desk: Any) -> None:
        """A marker is compared with the number as a person writes it: 0, not 0.0."""
        frame = pandas.DataFrame({"case_id": [1.0, 2.0], "received": [date(2026, 1, 31)] * 2, "days": [0.0, 1.5]})
        section = delivered(frame) | {"missing": {"days": {"0": "no_cases"}}, "values": {"case_id": {"2": "to"}}}
        engine, prepared = desk.prepared(CASES, section)
        assert engine.query(f"select case_id, days, days__cause from {prepared.relation}", "look") == [
            ("1", None, "no_cases"),
            ("to", Decimal("1.50"), None),
        ]

    def test_the_oldest_day_that_is_believed_is_the_first_of_1800(self, desk: Any) -> None:
        """In text and in typed cells alike; an earlier one is a slip of the hand."""
        days = [date(1800, 1, 1), date(1799, 12, 31), date(206, 1, 31)]
        frame = pandas.DataFrame({"case_id": ["1", "2", "3"], "received": pandas.Series(days, dtype=object)})
        engine, prepared = desk.prepared(CASES, delivered(frame))
        typed = engine.query(f"select received, __unreadable from {prepared.relation}", "look")
        assert typed == [(days[0], None), (None, "|received|"), (None, "|received|")]
        assert desk.column("1800-01-01\n31-12-1799\n0206-01-31", "date") == [days[0], None, None]

    def test_an_infinite_number_is_unreadable(self, desk: Any) -> None:
        """It is no missing value, and no value either."""
        frame = pandas.DataFrame({"case_id": ["1"], "received": [date(2026, 1, 31)], "days": [float("inf")]})
        engine, prepared = desk.prepared(CASES, delivered(frame))
        assert engine.query(f"select days, __unreadable, __raw from {prepared.relation}", "look") == [(None, "|days|", "inf")]

    def test_late_values_in_a_column_of_nothing_are_read(self, desk: Any) -> None:
        """The first two thousand cells may be empty."""
        frame = pandas.DataFrame(
            {
                "case_id": [str(n) for n in range(3000)],
                "received": [date(2026, 1, 31)] * 3000,
                "kind": [None] * 2500 + ["a"] * 500,
            }
        )
        engine, prepared = desk.prepared(CASES, delivered(frame))
        assert engine.query(f"select count(kind) from {prepared.relation}", "look") == [(500,)]

    def test_a_frame_without_columns_is_refused_in_words(self, desk: Any) -> None:
        """An empty answer of an interface is no data."""
        with pytest.raises(KlaremalError, match=r"demo.cases.*no columns"):
            desk.prepared(CASES, delivered(pandas.DataFrame()))

    def test_parquet_is_a_view_with_its_own_types(self, desk: Any, tmp_path: Path) -> None:
        """Nothing is parsed and nothing is copied; times with a zone become clock time."""
        path = tmp_path / "a.parquet"
        made = "7 as case_id, timestamptz '2026-01-31 23:30:00+00' as received"
        select = f"select {made}, 1.239::double as days, 4.0::float as children"
        desk.engine.query(f"copy ({select}) to '{path}' (format parquet)", "write")
        engine, prepared = desk.prepared(CASES, collector=PARQUET, files="a.parquet")
        assert engine.query(f"select case_id, received, days, children from {prepared.relation}", "look") == [
            ("7", date(2026, 2, 1), Decimal("1.24"), 4)
        ]
        assert not prepared.text


def test_periods_keep_their_text_and_the_first_of_a_month_is_the_month(desk: Any) -> None:
    """A workbook's cell with 1 March means March; other spellings are read when rows are grouped."""
    dataset = Dataset(
        id="demo.monthly",
        title="Pr. måned",
        grain="én",
        columns=(Column("month", "period"),),
        dated_by="month",
        frequency="month",
    )
    rows = records(desk, "month\n2026-03-01\n2026M03\nmarts 2026\n", dataset)
    assert [row["month"] for row in rows] == ["2026M03", "2026M03", "marts 2026"]


def test_a_moment_keeps_its_seconds(desk: Any) -> None:
    """A datetime column is not cut to a day."""
    dataset = Dataset(id="demo.moments", title="Tider", grain="én", columns=(Column("at", "datetime"),), dated_by="at")
    assert records(desk, "at\n2026-01-31 10:30:15\n", dataset) == [{"at": datetime(2026, 1, 31, 10, 30, 15)}]
