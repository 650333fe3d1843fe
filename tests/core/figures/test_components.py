"""Components kept between runs: exact, found only for the same data and pass, and never half."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from klaremal.canonical import digest
from klaremal.components import Groups, Report, key, load, load_report, load_single, store, store_single
from klaremal.engine import Engine
from klaremal.measures import Count, Mean, Published, Share, Total
from klaremal.model.formula import Formula
from klaremal.model.measure import Term
from klaremal.model.outcome import SetAside
from klaremal.plan import Pass, Single, _passes
from klaremal.scan import scan

MARCH = date(2026, 3, 5)
REPORT = Report(
    total=3,
    bad=1,
    found_on=date(2026, 4, 2),
    set_aside=(SetAside(dataset="roads.cases", rule="required", rows=1, message="day er tom", examples=("æøå",)),),
    newest=(date(2026, 3, 31), None),
    warnings=("one column is missing",),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine that may write into the state folder."""
    with Engine.open(tmp_path) as opened:
        yield opened


def same(one: Groups, other: Groups) -> bool:
    """Say whether two groups hold the same values of the same types."""
    assert one.columns.keys() == other.columns.keys()
    pairs = [
        (one.unit, other.unit),
        (one.period, other.period),
        *((one.columns[name], other.columns[name]) for name in one.columns),
    ]
    return all(
        a.dtype == b.dtype and (np.array_equal(a, b) if a.dtype == object else np.array_equal(a, b, equal_nan=True))
        for a, b in pairs
    )


def test_what_is_kept_is_what_was_found(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """Counts, decimals, huge sums and floats come back as they were, and so does what the checks had said."""
    huge = 9_000_000_000_000_000_000
    given = [
        {"place": "Åby", "day": MARCH, "days": Decimal("-0.01"), "people": huge, "cost": Decimal("9999999999999.9999")},
        {"place": None, "day": None, "days": None, "people": huge, "cost": None},
        {"place": "Åby", "day": MARCH, "days": Decimal("1234.5"), "people": huge, "cost": Decimal("0.0001")},
    ]
    measures = (Mean("days"), Total("people"), Total("cost"), Total("cost / days"), Share("days < 0"))
    indicators = [desk.wanted(each, id=f"roads.m{place}") for place, each in enumerate(measures)]
    groups, pass_ = desk.scanned(desk.rows(desk.cases, given), *indicators)
    assert any(values.dtype == object for values in groups.columns.values())
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    kept = load(engine, tmp_path, "some_key", pass_)
    assert kept is not None
    assert same(kept, groups)
    assert load_report(tmp_path, "some_key", REPORT.found_on) == REPORT


def test_what_was_found_on_a_later_day_does_not_hold_before(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """A run as of last month must not count what was of the future then."""
    groups, pass_ = desk.scanned(desk.rows(desk.cases, [{"place": "101", "day": MARCH}]), desk.wanted(Count()))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    days = [date(2026, 4, 1), date(2026, 4, 2), date(2027, 1, 1)]
    assert [load_report(tmp_path, "some_key", day) for day in days] == [None, REPORT, REPORT]


def test_published_values_and_causes_are_kept(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """A missing value, its cause and the text of a year."""
    given = [
        {"place": "101", "year": 2024, "value": Decimal("3.25")},
        {"place": "102", "year": 2024, "value": None, "value__cause": "confidential"},
    ]
    groups, pass_ = desk.scanned(desk.rows(desk.totals, given), desk.wanted(Published("value"), dataset=desk.totals))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    kept = load(engine, tmp_path, "some_key", pass_)
    assert kept is not None
    assert same(kept, groups)
    assert kept.columns["c3_cause"].tolist() == [None, "confidential"]


def test_sums_lie_in_the_file_as_whole_numbers(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """0.1 + 0.2 days are 30 hundredths: exact, and nothing is computed when they are read."""
    given = [{"place": "101", "day": MARCH, "days": Decimal("0.1")}, {"place": "101", "day": MARCH, "days": Decimal("0.2")}]
    groups, pass_ = desk.scanned(desk.rows(desk.cases, given), desk.wanted(Total("days")))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    path = (tmp_path / "components" / "some_key.parquet").as_posix()
    (total,) = [f"t{digest(term)[:24]}" for term in pass_.terms if term.kind == "sum"]
    assert engine.query(f"select {total} from read_parquet('{path}')", "look") == [(30,)]


@pytest.mark.parametrize("spoilt", ["parquet", "json"])
def test_half_a_file_counts_as_not_kept(desk: Any, engine: Engine, tmp_path: Path, spoilt: str) -> None:
    """After a power cut the source is read again."""
    groups, pass_ = desk.scanned(desk.rows(desk.cases, [{"place": "101", "day": MARCH}]), desk.wanted(Count()))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    path = tmp_path / "components" / f"some_key.{spoilt}"
    path.write_bytes(path.read_bytes()[:-20])
    whole = load(engine, tmp_path, "some_key", pass_), load_report(tmp_path, "some_key", REPORT.found_on)
    assert [each is None for each in whole] == [spoilt == "parquet", spoilt == "json"]
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    assert load(engine, tmp_path, "some_key", pass_) is not None
    assert load_report(tmp_path, "some_key", REPORT.found_on) == REPORT


def test_what_was_never_kept_is_not_found(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """A first run finds nothing."""
    (pass_,) = _passes([desk.wanted(Count())])
    assert load(engine, tmp_path, "some_key", pass_) is None
    assert load_report(tmp_path, "some_key", MARCH) is None
    assert load_single(engine, tmp_path, "some_key", pass_, Single(level="nation", frequency="year", terms=())) is None


def test_no_unfinished_file_is_left(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """The folder holds the two files and nothing else."""
    groups, pass_ = desk.scanned(desk.rows(desk.cases, [{"place": "101", "day": MARCH}]), desk.wanted(Count()))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    assert sorted(path.name for path in (tmp_path / "components").iterdir()) == ["some_key.json", "some_key.parquet"]


def test_terms_stand_beside_those_that_are_kept_already(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """In whatever order they came, each is what its own scan found; those of goals that are gone do not go."""
    given = [
        {"place": place, "day": date(2026, month, 5), "days": Decimal(month) / 8, "kept": month > 2, "people": 2**60 * month}
        for place in ("Åby", None, "101")
        for month in (1, 2, 3)
    ]
    rows = desk.rows(desk.cases, given)
    wanted = [desk.wanted(each) for each in (Mean("days"), Share("kept"), Total("people"), Count(where="kept"))]
    scanned = [desk.scanned(rows, *chosen) for chosen in (wanted[:2], wanted[2:3], wanted[1:2], wanted[3:])]
    for groups, pass_ in scanned:
        store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    assert [path.name for path in (tmp_path / "components").glob("*.parquet")] == ["some_key.parquet"]
    for groups, pass_ in (*scanned, desk.scanned(rows, *wanted), desk.scanned(rows, *reversed(wanted))):
        kept = load(engine, tmp_path, "some_key", pass_)
        assert kept is not None
        assert same(kept, groups)
    _, more = desk.scanned(rows, wanted[0], desk.wanted(Total("days", where="kept")))
    assert load(engine, tmp_path, "some_key", more) is None


MEDIAN, SECOND = Term("quantile", of=Formula.of("days"), q=0.5), Term("distinct", of=Formula.of("kind"))


def single(*terms: Term) -> Single:
    """Return terms that cannot be added, of the nation by year."""
    return Single(level="nation", frequency="year", terms=terms)


def test_terms_that_cannot_be_added_are_kept_as_their_frame(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """A median comes back with its level, frequency, unit and first month; another term stands beside it."""
    by_day = Pass(dataset=desk.cases, dated_by="day", terms=())
    where = {"level": ["nation"] * 2, "frequency": ["year"] * 2, "unit": ["000", "000"], "start": [24300, 24312]}
    medians = pd.DataFrame({**where, "s0": [2.5, np.nan]})
    both = pd.DataFrame({**where, "s0": [7.0, 8.0], "s1": [2.5, np.nan]})
    store_single(engine, tmp_path, "single", medians, by_day, single(MEDIAN))
    assert load_single(engine, tmp_path, "single", by_day, single(SECOND, MEDIAN)) is None
    store_single(engine, tmp_path, "single", both[[*where, "s0"]], by_day, single(SECOND))
    for terms, frame in (((MEDIAN,), medians), ((SECOND, MEDIAN), both)):
        kept = load_single(engine, tmp_path, "single", by_day, single(*terms))
        assert kept is not None
        pd.testing.assert_frame_equal(kept, frame, check_dtype=False)


def test_the_key_follows_all_that_the_numbers_follow_from() -> None:
    """Content, date, holidays and versions each change it; which terms goals need does not, nor do their words."""
    first = key("content", "day", ("12-24",), ("1.0", "duckdb"))
    assert first == key("content", "day", ("12-24",), ("1.0", "duckdb"))
    others = {
        key("changed", "day", ("12-24",), ("1.0", "duckdb")),
        key("content", "closed_on", ("12-24",), ("1.0", "duckdb")),
        key("content", "day", (), ("1.0", "duckdb")),
        key("content", "day", ("12-24",), ("1.1", "duckdb")),
        key("content", "day", ("12-24",), ("1.0", "duckdb"), "tree"),
        key("content", "day", ("12-24",), ("1.0", "duckdb"), "another tree"),
    }
    assert len(others | {first}) == 7


def test_a_scan_of_kept_data_is_the_same_as_of_the_source(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """Sums of squares are rounded before they are kept, so that both ways give the same bits."""
    engine.query(
        "create table cases as select '101' as place, date '2026-03-05' as day, (i / 7)::decimal(18,2) as days, "
        "null::varchar as __bad from range(1000) r(i)",
        "make",
    )
    (pass_,) = _passes([desk.wanted(Mean("days"))])
    rows = desk.rows(desk.cases, [])
    groups = scan(engine, type(rows)(dataset=desk.cases, relation="cases", total=1000), pass_)
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    kept = load(engine, tmp_path, "some_key", pass_)
    assert kept is not None
    assert same(kept, groups)
