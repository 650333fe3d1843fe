"""Collecting: files found and hashed, how far sources reach, and collectors of plugins that fail in every way."""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas
import pytest
from attrs import frozen

from klaremal import Collected, Collector, Column, Dataset, Request
from klaremal.builtin.collectors import CSV
from klaremal.collect import Delivery, collect
from klaremal.errors import SourceUnavailable

CASES = Dataset(
    id="demo.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(Column("case_id", "string", required=True), Column("received", "date", required=True)),
    dated_by="received",
    events=("received",),
)
TEXT = "case_id;received\n1;2026-01-31\n"


@frozen
class Options:
    """The options of the tests' own collectors."""

    table: str = "cases"


def own(fetch: Any, name: str = "demo.own") -> Collector[Options]:
    """Return a collector of the plugin demo."""
    return Collector(name=name, options=Options, collect=fetch)


def frame(*ids: str) -> pandas.DataFrame:
    """Return rows as a plugin would deliver them."""
    return pandas.DataFrame({"case_id": list(ids), "received": pandas.to_datetime(["2026-01-31"] * len(ids))})


class TestFiles:
    """Which files a source is."""

    def test_patterns_give_all_files_in_order_and_each_once(self, desk: Any) -> None:
        """What Excel leaves beside an open workbook is no file of the source."""
        for name in ("data/b.csv", "data/a.csv", "data/~$a.csv", "other.csv"):
            desk.write(name, TEXT)
        delivery = desk.collect(CASES, {"files": ["data/*.csv", "data/a.csv", "other.csv"]})
        assert [path.relative_to(desk.folder).as_posix() for path in delivery.paths] == [
            "data/a.csv",
            "data/b.csv",
            "other.csv",
        ]

    def test_a_pattern_that_matches_nothing_is_a_gap_with_the_cure(self, desk: Any) -> None:
        """A wrong name is found before anything is counted."""
        delivery = desk.collect(CASES, {"files": "data/sager*.csv"})
        assert delivery.gap.cause == "source_failed"
        assert 'no file matches "data/sager*.csv"' in delivery.gap.message
        assert "use / between folders" in delivery.gap.message
        assert delivery.parts == ()

    def test_a_folder_that_is_a_file_is_a_gap(self, desk: Any) -> None:
        """The others go on, so an error of the operating system is a gap too."""
        desk.write("data", "x")
        assert "data/a.csv" in desk.collect(CASES, {"files": "data/a.csv"}).gap.message

    def test_a_file_that_is_a_folder_is_a_gap_with_a_cure(self, desk: Any) -> None:
        """Who names the folder meant the files in it."""
        desk.write("data/a.csv", TEXT)
        assert 'Name the files in it, as files = "data/*.csv"' in desk.collect(CASES, {"files": "data"}).gap.message

    def test_a_dataset_without_a_source_is_a_gap_without_data(self, desk: Any) -> None:
        """Nobody promised to deliver it, so nothing has failed."""
        gap = desk.collect(CASES).gap
        assert (gap.cause, "[sources.demo.cases]" in gap.message) == ("no_data", True)

    def test_one_failed_source_of_two_makes_the_dataset_a_gap(self, desk: Any) -> None:
        """Half the rows would give a wrong figure, not half a figure."""
        desk.write("a.csv", TEXT)
        assert desk.collect(CASES, {"files": "a.csv"}, {"files": "b.csv"}).gap is not None


class TestProvenance:
    """What is written down about a source."""

    def test_it_names_collector_address_bytes_and_hash(self, desk: Any) -> None:
        """The hash is over the bytes of every file, in their order."""
        first, second = desk.write("a.csv", TEXT), desk.write("b.csv", TEXT + "2;2026-02-01\n")
        told = desk.collect(CASES, {"files": ["a.csv", "b.csv"]}).parts[0].provenance
        assert (told.dataset, told.collector, told.address) == ("demo.cases", "csv", "a.csv, b.csv")
        assert told.bytes == first.stat().st_size + second.stat().st_size
        each = [sha256(path.read_bytes()).digest() for path in (first, second)]
        assert told.sha256 == sha256(b"".join(each)).hexdigest()
        assert told.rows is None
        assert abs((datetime.now() - told.fetched).total_seconds()) < 60

    def test_the_fingerprint_changes_with_content_section_and_contract_only(self, desk: Any) -> None:
        """The same content read in the same way under the same contract need not be read again."""

        def fingerprint(dataset: Dataset = CASES, **section: Any) -> str:
            found: str = desk.collect(dataset, {"files": "a.csv", **section}).fingerprint
            return found

        path = desk.write("a.csv", TEXT)
        whole = fingerprint()
        os.utime(path, (0, 0))
        stricter = Dataset(
            id=CASES.id, title=CASES.title, grain=CASES.grain, columns=CASES.columns, dated_by="received", bad_rows_allowed=0
        )
        changed = [
            fingerprint(delimiter=","),
            fingerprint(columns={"case_id": "Sag"}),
            fingerprint(complete_until="newest:received"),
            fingerprint(stricter),
        ]
        assert fingerprint() == whole
        declared = fingerprint(complete_until=date(2026, 6, 30))
        assert declared == fingerprint(complete_until="end_of_last_month") == fingerprint(complete_until="file_date") != whole
        desk.write("a.csv", TEXT + "2;2026-02-01\n")
        assert len({whole, *changed, fingerprint()}) == 6

    def test_a_frame_is_hashed_by_its_content(self, desk: Any) -> None:
        """Columns, types and values count; the index does not."""

        def hashed(rows: pandas.DataFrame) -> str:
            fetch = own(lambda request: Collected(frame=rows, origin="x"))
            found: str = desk.collect(CASES, {"collector": fetch}).parts[0].provenance.sha256
            return found

        moved = frame("1", "2").set_index(pandas.Index([7, 8]))
        assert hashed(frame("1", "2")) == hashed(moved)
        assert (
            len({hashed(frame("1", "2")), hashed(frame("2", "1")), hashed(frame("1", "2").rename(columns={"case_id": "sag"}))})
            == 3
        )


@pytest.mark.parametrize(
    ("rule", "until", "said"),
    [
        (date(2026, 6, 30), date(2026, 6, 30), "declared"),
        ("end_of_last_month", date(2026, 10, 31), "end_of_last_month"),
        ("file_date", date(2026, 3, 9), "file_date"),
        ("newest:received", None, ""),
        (None, None, ""),
    ],
    ids=["declared", "end-of-last-month", "file-date", "newest", "nothing-said"],
)
def test_how_far_a_source_reaches(desk: Any, rule: Any, until: date | None, said: str) -> None:
    """Of several files the newest counts; a file written on 10 March knows all of 9 March."""
    for name, day in (("a.csv", 1), ("b.csv", 10)):
        moment = datetime(2026, 3, day, 12).timestamp()
        os.utime(desk.write(name, TEXT), (moment, moment))
    delivery = desk.collect(CASES, {"files": "*.csv", "complete_until": rule}, today=date(2026, 11, 22))
    assert (delivery.complete_until, delivery.complete_rule) == (until, said)


def test_the_collectors_own_date_counts_unless_the_workspace_says_another(desk: Any) -> None:
    """An extract that knows its date is believed, the analyst more."""
    fetch = own(lambda request: Collected(frame=frame("1"), origin="x", complete_until=date(2026, 5, 31)))
    told = desk.collect(CASES, {"collector": fetch})
    assert (told.complete_until, told.complete_rule) == (date(2026, 5, 31), "extract_date")
    declared = desk.collect(CASES, {"collector": fetch, "complete_until": date(2026, 4, 30)})
    assert (declared.complete_until, declared.complete_rule) == (date(2026, 4, 30), "declared")


def test_of_several_sources_the_one_that_reaches_least_far_decides(desk: Any) -> None:
    """And when one leaves it to its rows, the rows decide."""
    desk.write("a.csv", TEXT)
    may, june = ({"files": "a.csv", "complete_until": date(2026, month, 30)} for month in (4, 6))
    assert desk.collect(CASES, june, may).complete_until == date(2026, 4, 30)
    told = desk.collect(CASES, june, {"files": "a.csv"})
    assert told.complete_until is None
    shown = [(None, date(2026, 5, 31)), (None, date(2026, 7, 31)), (None, None)]
    assert [told.reach(each) for each in shown] == [date(2026, 5, 31), date(2026, 6, 30), None]


class TestPluginCollectors:
    """Collectors of plugins, whole and broken."""

    def test_it_gets_what_it_needs(self, desk: Any) -> None:
        """Options, the workspace's folder, a cache folder that exists, the run's date, its files and its secrets."""
        seen: list[Any] = []

        def fetch(request: Request[Options]) -> Collected:
            seen.extend([request.options.table, request.folder, request.cache.is_dir(), request.today, request.secret("key")])
            return Collected(frame=request.read(*request.files("a.csv"), delimiter=";"), origin="the case system")

        desk.write("a.csv", TEXT)
        section = {"collector": own(fetch), "table": "sager"}
        delivery = desk.collect(CASES, section, today=date(2026, 11, 1), secrets=lambda name: f"secret of {name}")
        assert seen == ["sager", desk.folder, True, date(2026, 11, 1), "secret of key"]
        assert delivery.gap is None
        assert delivery.parts[0].provenance.address == "the case system"
        assert delivery.parts[0].provenance.collector == "demo.own"

    def test_its_own_error_is_the_message(self, desk: Any) -> None:
        """SourceError is how a collector says that a source failed."""

        def fetch(request: Request[Options]) -> Collected:
            raise SourceUnavailable("the case system is closed until 8.", address="https://sager")

        gap = desk.collect(CASES, {"collector": own(fetch)}).gap
        assert (gap.cause, gap.message) == ("source_failed", "demo.cases (https://sager): the case system is closed until 8.")

    @pytest.mark.parametrize(
        ("result", "message"),
        [
            (ValueError("bad table"), "it raised ValueError: bad table"),
            (KeyError("id"), "it raised KeyError: 'id'"),
            (None, "it returned NoneType, not Collected"),
            ([1, 2], "it returned list, not Collected"),
            (Collected(frame=[1, 2], origin="x"), "its frame is list, not the result of request.read"),
            ("option", 'the csv reader has no option "delimeter".*Did you mean "delimiter"'),
            ("format", 'format "exel" is unknown'),
        ],
        ids=["value-error", "key-error", "none", "list", "no-frame", "unknown-option", "unknown-format"],
    )
    def test_its_mistakes_name_the_plugin_and_stop_only_its_dataset(self, desk: Any, result: Any, message: str) -> None:
        """The plugin, its distribution and version stand in the message; other datasets are collected."""

        def fetch(request: Request[Options]) -> Any:
            if isinstance(result, Exception):
                raise result
            if result == "option":
                return Collected(frame=request.read(Path("a.csv"), delimeter=";"), origin="x")
            if result == "format":
                return Collected(frame=request.read(Path("a.csv"), format="exel"), origin="x")
            return result

        gap = desk.collect(CASES, {"collector": own(fetch)}).gap
        assert gap.cause == "source_failed"
        assert gap.message.startswith('plugin demo (klaremal-demo 1.2): the collector "demo.own" of demo.cases failed: ')
        assert re.search(message, gap.message)

    def test_a_file_it_cannot_open_is_not_its_mistake(self, desk: Any) -> None:
        """An error of the operating system names the file, not the plugin."""

        def fetch(request: Request[Options]) -> Collected:
            return Collected(frame=pandas.read_csv(request.folder / "missing.csv"), origin="x")

        message = desk.collect(CASES, {"collector": own(fetch)}).gap.message
        assert "cannot be opened: No such file or directory" in message
        assert "plugin demo" not in message

    def test_cells_that_are_no_values_are_refused(self, desk: Any) -> None:
        """A frame with lists in its cells has no content to be sure of."""
        rows = pandas.DataFrame({"case_id": [["1"]], "received": ["2026-01-31"]})
        gap = desk.collect(CASES, {"collector": own(lambda request: Collected(frame=rows, origin="x"))}).gap
        assert "cells that are no plain values" in gap.message

    def test_secrets_are_in_no_message_and_no_fingerprint(self, desk: Any) -> None:
        """A secret that changes is no reason to read again, and its value is shown nowhere."""
        fetch = own(lambda request: Collected(frame=frame(request.options.table), origin="x"))

        def collected(secret: str) -> Delivery:
            (delivery,) = collect(
                desk.bound(CASES, {"collector": fetch}), [CASES.id], date(2026, 11, 22), desk.state, lambda name: secret
            )
            return delivery

        assert collected("hush").fingerprint == collected("other").fingerprint
        assert "hush" not in repr(collected("hush"))


def test_core_collectors_only_say_which_files(desk: Any) -> None:
    """No row is read when a source is collected: a file that is no CSV at all is delivered."""
    desk.write("a.csv", b"\x00\x01\x02")
    delivery = desk.collect(CASES, {"collector": CSV, "files": "a.csv"})
    assert delivery.gap is None
