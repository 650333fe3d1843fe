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

from klaremal.components import Groups, Report, key, load, load_frame, store, store_frame
from klaremal.engine import Engine
from klaremal.measures import Count, Mean, Published, Share, Total
from klaremal.model.outcome import SetAside
from klaremal.plan import _passes
from klaremal.scan import scan

MARCH = date(2026, 3, 5)
REPORT = Report(
    total=3,
    bad=1,
    set_aside=(SetAside(dataset="roads.cases", rule="required", rows=1, message="day er tom", examples=("æøå",)),),
    newest_event=date(2026, 3, 31),
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
    assert same(kept[0], groups)
    assert kept[1] == REPORT


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
    assert same(kept[0], groups)
    assert kept[0].columns["c3_cause"].tolist() == [None, "confidential"]


def test_sums_lie_in_the_file_as_decimal_numbers(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """Another program reads 0.3, not 30 and not 0.30000000000000004."""
    given = [{"place": "101", "day": MARCH, "days": Decimal("0.1")}, {"place": "101", "day": MARCH, "days": Decimal("0.2")}]
    groups, pass_ = desk.scanned(desk.rows(desk.cases, given), desk.wanted(Total("days")))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    path = (tmp_path / "components" / "some_key.parquet").as_posix()
    (place,) = [place for place, term in enumerate(pass_.terms) if term.kind == "sum"]
    assert engine.query(f"select c{place} from read_parquet('{path}')", "look") == [(Decimal("0.30"),)]


@pytest.mark.parametrize("spoilt", ["parquet", "json"])
def test_half_a_file_counts_as_not_kept(desk: Any, engine: Engine, tmp_path: Path, spoilt: str) -> None:
    """After a power cut the source is read again."""
    groups, pass_ = desk.scanned(desk.rows(desk.cases, [{"place": "101", "day": MARCH}]), desk.wanted(Count()))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    path = tmp_path / "components" / f"some_key.{spoilt}"
    path.write_bytes(path.read_bytes()[:-20])
    assert load(engine, tmp_path, "some_key", pass_) is None


def test_what_was_never_kept_is_not_found(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """A first run finds nothing."""
    (pass_,) = _passes([desk.wanted(Count())])
    assert load(engine, tmp_path, "some_key", pass_) is None
    assert load_frame(engine, tmp_path, "some_key") is None


def test_no_unfinished_file_is_left(desk: Any, engine: Engine, tmp_path: Path) -> None:
    """The folder holds the two files and nothing else."""
    groups, pass_ = desk.scanned(desk.rows(desk.cases, [{"place": "101", "day": MARCH}]), desk.wanted(Count()))
    store(engine, tmp_path, "some_key", groups, pass_, REPORT)
    assert sorted(path.name for path in (tmp_path / "components").iterdir()) == ["some_key.json", "some_key.parquet"]


def test_terms_that_cannot_be_added_are_kept_as_their_frame(engine: Engine, tmp_path: Path) -> None:
    """A median comes back with its level, frequency, unit and first month."""
    frame = pd.DataFrame({"level": ["nation"], "frequency": ["year"], "unit": ["000"], "start": [24312], "s0": [2.5]})
    store_frame(engine, tmp_path, "single", frame)
    kept = load_frame(engine, tmp_path, "single")
    assert kept is not None
    assert kept.to_dict("records") == frame.to_dict("records")


def test_the_key_follows_all_that_the_numbers_follow_from(desk: Any) -> None:
    """Content, pass, holidays and versions each change it; goals and indicators' words do not."""
    (pass_,) = _passes([desk.wanted(Share("kept"))])
    (other,) = _passes([desk.wanted(Share("not kept"))])
    (renamed,) = _passes([desk.wanted(Share("kept"), id="roads.renamed", decimals=0, plausible=(1, 99))])
    first = key("content", pass_, ("12-24",), ("1.0", "duckdb"))
    assert first == key("content", renamed, ("12-24",), ("1.0", "duckdb"))
    others = {
        key("changed", pass_, ("12-24",), ("1.0", "duckdb")),
        key("content", other, ("12-24",), ("1.0", "duckdb")),
        key("content", pass_, (), ("1.0", "duckdb")),
        key("content", pass_, ("12-24",), ("1.1", "duckdb")),
        key("content", pass_, ("12-24",), ("1.0", "duckdb"), places="tree"),
    }
    assert len(others | {first}) == 6


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
    assert same(kept[0], groups)
