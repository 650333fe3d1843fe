"""Spells spread over the months that they touch, held against days counted one by one; and which rows have no month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal import Column, Dataset
from klaremal.checks.parts import in_months
from klaremal.checks.rows import Rows, check
from klaremal.engine import Engine, name
from klaremal.errors import DeclarationError
from klaremal.prepare.rows import Prepared

STAYS = Dataset(
    id="care.stays",
    title="Ophold",
    grain="én række pr. ophold",
    columns=(Column("stay", "integer"), Column("moved_in", "date"), Column("moved_out", "date")),
    dated_by=("moved_in", "moved_out"),
    derived={"days": "share_of_month * 31", "is_january": "month = date '2026-01-01'"},
    bad_rows_allowed=1,
)
UNTIL = date(2026, 3, 15)
DAY = timedelta(days=1)
DATES = st.dates(date(2025, 11, 1), date(2026, 6, 30))

Stay = tuple[date | None, date | None]


def spread(engine: Engine, stays: list[Stay], until: date = UNTIL) -> pd.DataFrame:
    """Return the parts of stays, checked and spread as a run does it; `stay` is their place in the list."""
    relation = engine.fresh("stays")
    frame = pd.DataFrame(
        {"stay": range(len(stays)), "i": [str(a or "") for a, _ in stays], "o": [str(b or "") for _, b in stays]}
    )
    engine.register(f"{relation}_given", frame)
    dates = ", ".join(
        f"try_cast(nullif({text}, '') as date) as {column}" for text, column in (("i", "moved_in"), ("o", "moved_out"))
    )
    more = "null::varchar as __unreadable, null::varchar as __raw, 0 as __part"
    engine.query(f"create view {relation} as select stay::bigint as stay, {dates}, {more} from {relation}_given", "write")
    rows = check(engine, Prepared(dataset=STAYS, relation=relation, text=False, newest=((),)), date(2026, 11, 22))
    parts: Rows = in_months(engine, rows, until)
    return engine.frame(f"select * from {name(parts.relation)} order by stay, month", "read the parts")


def counted(begin: date, end: date | None, until: date) -> dict[date, tuple[int, int]]:
    """Return by month how many of its days lie in [begin, end) and not after `until`, and how many it has."""
    found: dict[date, tuple[int, int]] = {}
    day = begin
    while day <= until and (end is None or day < end):
        first = day.replace(day=1)
        size = ((first + 31 * DAY).replace(day=1) - first).days
        found[first] = (found.get(first, (0, 0))[0] + 1, size)
        day += DAY
    return found


@settings(max_examples=8)
@given(stays=st.lists(st.tuples(DATES, st.none() | DATES), min_size=8, max_size=24), until=DATES)
def test_every_day_of_a_spell_lies_in_one_part(engine: Engine, stays: list[Stay], until: date) -> None:
    """Leap years aside there is nothing but days: each month has its share of them, and a month without a day no row."""
    found = spread(engine, stays, until)
    for place, (begin, end) in enumerate(stays):
        mine = found[(found["stay"] == place)]
        if end is not None and begin is not None and end < begin:
            assert mine["__bad"].tolist() == ["end_before_start"]
            assert mine["month"].isna().all()
            continue
        assert begin is not None
        shares = {row.month.date(): float(row.share_of_month) for row in mine.itertuples()}
        expected = {month: days / size for month, (days, size) in counted(begin, end, until).items()}
        assert shares == pytest.approx(expected, abs=1e-9)


def test_a_stay_over_new_year_has_a_part_in_each_month(engine: Engine) -> None:
    """21/12 to 11/1: 11 of 31 days and 10 of 31; the day of moving out is no day of the stay. Formulas use both columns."""
    found = spread(engine, [(date(2025, 12, 21), date(2026, 1, 11))])
    assert [(str(row.month.date()), float(row.share_of_month)) for row in found.itertuples()] == [
        ("2025-12-01", 0.35483871),
        ("2026-01-01", 0.322580645),
    ]
    assert [round(float(each), 6) for each in found["days"]] == [11, 10]
    assert found["is_january"].tolist() == [False, True]


def test_a_stay_without_an_end_runs_on_until_the_data_does(engine: Engine) -> None:
    """To 15 March, and a planned end after that says nothing more; a stay that begins later has no part yet."""
    later = date(2026, 3, 16)
    found = spread(engine, [(date(2026, 2, 1), None), (date(2026, 3, 1), date(2026, 12, 1)), (later, None)])
    assert [(int(row.stay), str(row.month.date()), float(row.share_of_month)) for row in found.itertuples()] == [
        (0, "2026-02-01", 1.0),
        (0, "2026-03-01", 0.483870968),
        (1, "2026-03-01", 0.483870968),
    ]


def test_a_stay_that_ends_before_it_begins_is_a_bad_row_of_any_month(engine: Engine) -> None:
    """It stands there once, without a month that anybody believes; a stay without a beginning is no bad row."""
    found = spread(
        engine, [(date(2026, 2, 1), date(2026, 1, 1)), (None, date(2026, 1, 1)), (date(2026, 1, 1), date(2026, 1, 1))]
    )
    assert found["month"].isna().all()
    assert list(zip(found["stay"].tolist(), found["__bad"].fillna("").tolist(), strict=True)) == [
        (0, "end_before_start"),
        (1, ""),
    ]
    assert found["__broken"].fillna("").tolist() == ["|moved_in|moved_out|month|", ""]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dated_by": ("moved_in",)}, "name one column, or the two"),
        ({"dated_by": ("moved_in", "stay")}, '"stay" is integer'),
        ({"dated_by": ("moved_in", "moved_ou")}, 'Did you mean "moved_out"'),
        ({"snapshot": True}, "leave snapshot"),
        ({"columns": (*STAYS.columns, Column("month", "date"))}, "call yours something else"),
    ],
)
def test_a_pair_that_is_no_spell_is_refused(changes: dict[str, Any], said: str) -> None:
    """The message names what is wrong with it."""
    given_ = {"id": "care.stays", "title": "Ophold", "grain": "ophold", "columns": STAYS.columns, "dated_by": STAYS.dated_by}
    with pytest.raises(DeclarationError, match=r"care\.stays") as caught:
        Dataset(**(given_ | changes))
    assert said in str(caught.value)
