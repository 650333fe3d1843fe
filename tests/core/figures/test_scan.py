"""The scan: one statement for many indicators, exact sums, and the same bytes every time."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from klaremal.components import Groups
from klaremal.engine import Engine
from klaremal.measures import Count, Mean, Median, Published, Quantile, Share, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.plan import _passes
from klaremal.rollup import places
from klaremal.scan import scan, scan_single, sql

MARCH = date(2026, 3, 5)


def fingerprint(groups: Groups) -> str:
    """Return a hash of every bit of the groups."""
    found = hashlib.sha256(repr((groups.unit.tolist(), groups.period.tolist())).encode())
    for name, values in sorted(groups.columns.items()):
        found.update(name.encode())
        found.update(repr(values.tolist()).encode() if values.dtype == object else values.tobytes())
    return found.hexdigest()


@pytest.mark.parametrize("count", [1, 40])
def test_passes_do_not_grow_with_the_number_of_indicators(desk: Any, count: int) -> None:
    """Forty indicators over one dataset and date are one statement, as one is."""
    indicators = [desk.wanted(Share(f"days < {place}"), id=f"roads.s{place}") for place in range(count)]
    rows = desk.rows(desk.cases, [{"place": "101", "day": MARCH, "days": 1}])
    before = len(desk.engine.log)
    desk.scanned(rows, *indicators)
    log = [each.purpose for each in desk.engine.log[before:]]
    assert log.count("scan roads.cases by day") == 1


def test_a_term_that_several_indicators_need_is_in_the_statement_once(desk: Any) -> None:
    """Two shares of the same rows, and one declared twice in other words, share their terms."""
    indicators = [
        desk.wanted(Share("kept", where="kind = 'a'"), id="roads.one"),
        desk.wanted(Share("days < 3", where="(kind='a')"), id="roads.two"),
        desk.wanted(Share("(kept)", where="kind  =  'a'"), id="roads.three"),
    ]
    (pass_,) = _passes(indicators)
    # promised and aside; judged and hits of either condition.
    assert len(pass_.terms) == 6


def test_two_dates_are_two_passes(desk: Any) -> None:
    """An indicator by its own date needs a statement of its own."""
    indicators = [desk.wanted(Count()), desk.wanted(Count(), id="roads.closed", dated_by="closed_on")]
    assert [each.dated_by for each in _passes(indicators)] == ["closed_on", "day"]


def test_sums_are_exact(desk: Any) -> None:
    """A tenth ten times is one; in floats it is not."""
    rows = desk.rows(desk.cases, [{"place": "101", "day": MARCH, "cost": Decimal("0.1")}] * 10)
    groups, pass_ = desk.scanned(rows, desk.wanted(Total("cost")))
    (place,) = [place for place, term in enumerate(pass_.terms) if term.kind == "sum"]
    assert groups.columns[f"c{place}"].tolist() == [10_000]


def test_sums_that_no_machine_number_holds_are_exact(desk: Any) -> None:
    """Sums above 2^63 are kept as Python's own integers, to the last digit."""
    rows = desk.rows(desk.cases, [{"place": "101", "day": MARCH, "people": 9_000_000_000_000_000_001}] * 3)
    groups, pass_ = desk.scanned(rows, desk.wanted(Total("people")))
    (place,) = [place for place, term in enumerate(pass_.terms) if term.kind == "sum"]
    assert groups.columns[f"c{place}"].tolist() == [27_000_000_000_000_000_003]


def test_sums_of_squares_keep_six_digits(desk: Any) -> None:
    """More would depend on the order in which threads come by."""
    values = [Decimal("1234.56"), Decimal("0.01")]
    rows = desk.rows(desk.cases, [{"place": "101", "day": MARCH, "days": each} for each in values])
    groups, pass_ = desk.scanned(rows, desk.wanted(Mean("days")))
    (place,) = [place for place, term in enumerate(pass_.terms) if term.kind == "squares"]
    assert groups.columns[f"c{place}"].tolist() == [1_524_140.0]


def test_twenty_scans_give_the_same_bytes(desk: Any) -> None:
    """With several threads, over rows in ever another order, a scan finds the same to the last bit."""
    columns = "place varchar, day date, kept boolean, days decimal(18,2), cost decimal(18,4), people bigint, __bad varchar"
    (pass_,) = _passes(
        [
            desk.wanted(Mean("days"), id="roads.a"),
            desk.wanted(Share("kept"), id="roads.b"),
            desk.wanted(Total("cost / people"), id="roads.c"),
        ]
    )
    found = set()
    with Engine.open(threads=4) as engine:
        engine.query(f"create table cases ({columns})", "make")
        engine.query(
            "insert into cases select '10' || (i % 3 + 1), date '2025-01-01' + (hash(i) % 400)::integer, hash(i) % 3 = 0, "
            "(hash(i * 7) % 100000) / 100, (hash(i * 3) % 1000000) / 10000, hash(i * 5) % 90, null from range(150000) r(i)",
            "make",
        )
        for turn in range(20):
            cut = 7_499 * turn
            sql = f"select * from cases where rowid >= {cut} union all select * from cases where rowid < {cut}"
            engine.query(f"create or replace table turned as {sql}", "turn")
            rows = evolve(desk.rows(desk.cases, []), relation="turned", total=150_000)
            found.add(fingerprint(scan(engine, rows, pass_)))
    assert len(found) == 1


def test_no_rows_give_no_groups(desk: Any) -> None:
    """A source with nothing in it is scanned like any other."""
    groups, _ = desk.scanned(desk.rows(desk.cases, []), desk.wanted(Mean("days")), desk.wanted(Share("kept"), id="roads.b"))
    assert len(groups) == 0
    assert groups.period.dtype == np.int64


def test_of_several_columns_with_units_the_first_filled_counts(desk: Any) -> None:
    """A case at an institution counts there; one that names only its municipality counts at that."""
    dataset = Dataset(
        id="roads.two",
        title="Sager",
        grain="sag",
        columns=(Column("home", "string"), Column("town", "integer"), Column("at", "datetime")),
        dated_by="at",
        placed_in=("home", "town"),
    )
    given = [{"home": "i1", "town": 101, "at": "2026-03-05 23:59:59"}, {"town": 102, "at": "2026-04-01 00:00:00"}]
    groups, _ = desk.scanned(desk.rows(dataset, given), desk.wanted(Count(), dataset=dataset))
    assert list(zip(groups.unit, groups.period, strict=True)) == [("102", 2026 * 12 + 3), ("i1", 2026 * 12 + 2)]


def test_rows_without_a_place_are_the_organisations(desk: Any) -> None:
    """A dataset without `placed_in` has one group for each period."""
    dataset = evolve(desk.cases, placed_in=())
    groups, _ = desk.scanned(desk.rows(dataset, [{"day": MARCH}] * 3), desk.wanted(Count(), dataset=dataset))
    assert (groups.unit.tolist(), groups.columns["rows"].tolist()) == ([""], [3])


def test_years_are_read_as_text(desk: Any) -> None:
    """Periods that rows name are resolved after the scan, once for each distinct text."""
    given = [{"place": "101", "year": 2024, "value": 1}, {"place": "101", "year": None, "value": 2}]
    groups, _ = desk.scanned(desk.rows(desk.totals, given), desk.wanted(Published("value"), dataset=desk.totals))
    assert groups.period.tolist() == [None, "2024"]


def test_what_cannot_be_added_is_one_statement_for_each_level_and_frequency(desk: Any) -> None:
    """Two medians and a quantile over two levels are two statements."""
    indicators = [
        desk.wanted(Median("days"), id="roads.a", levels=("municipality", "nation"), frequencies=("year",)),
        desk.wanted(Median("cost"), id="roads.b", levels=("municipality", "nation"), frequencies=("year",)),
        desk.wanted(Quantile("days", 0.9), id="roads.c", levels=("nation",), frequencies=("year",)),
    ]
    rows = desk.rows(desk.cases, [{"place": "101", "day": MARCH, "days": each} for each in (1, 2, 10)])
    groups, pass_ = desk.scanned(rows, *indicators)
    where, _ = places(groups, pass_, indicators, desk.units, "000")
    before = len(desk.engine.log)
    frame = scan_single(desk.engine, rows, pass_, where)
    assert sum(each.purpose.startswith("scan ") for each in desk.engine.log[before:]) == 2
    assert frame[["level", "unit", "start", "s0"]].to_numpy().tolist() == [
        ["nation", "000", 2026 * 12, 2.0],
        ["municipality", "101", 2026 * 12, 2.0],
    ]
    assert frame["s2"].dropna().tolist() == [pytest.approx(8.4)]


def test_the_statement_can_be_shown(desk: Any) -> None:
    """An auditor gets the very text that ran."""
    rows = desk.rows(desk.cases, [{"place": "101", "day": MARCH}])
    indicator = desk.wanted(Count())
    before = len(desk.engine.log)
    desk.scanned(rows, indicator)
    (pass_,) = _passes([indicator])
    ran = next(each.sql for each in desk.engine.log[before:] if each.purpose.startswith("scan "))
    assert ran.endswith(sql(desk.engine, rows, pass_))
