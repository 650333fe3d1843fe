"""The largest part that one person, or one row, has in a sum: beside plain pandas, and never among what is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.ledger import OBSERVATION_COLUMNS
from klaremal.measures import Count, Mean, Measure, Ratio, Share, Total
from klaremal.model.dataset import Dataset
from klaremal.plan import WantedIndicator, _passes
from klaremal.rollup import places, rollup
from klaremal.scan import scan, scan_single

TODAY, UNTIL = date(2026, 11, 22), date(2026, 10, 31)
JANUARY = ("101", 2026 * 12)
FEWER = settings(max_examples=max(1, settings().max_examples // 2))
PLACES = {"Aaby": "101", "Solstrålen": "101", "i2": "101", "102": "102", "i3": "102"}

rows_of_cases = st.lists(
    st.fixed_dictionaries(
        {
            "place": st.sampled_from(sorted(PLACES)),
            "day": st.dates(date(2025, 10, 1), date(2026, 3, 31)),
            "kind": st.sampled_from(["a", "b", None]),
            "days": st.none() | st.integers(-300, 900).map(lambda cents: cents / 100),
            "people": st.none() | st.integers(1, 4),
        }
    ),
    min_size=1,
    max_size=30,
)


def figures(desk: Any, dataset: Dataset, rows: Any, wanted: WantedIndicator) -> pd.DataFrame:
    """Scan and roll up every pass of an indicator, as production does."""
    checked, frames = desk.rows(dataset, rows), []
    for pass_ in _passes([wanted]):
        of = [wanted.by(pass_.breakdown)]
        groups = scan(desk.engine, checked, pass_)
        where, _ = places(groups, pass_, of, desk.units, "000")
        single = scan_single(desk.engine, checked, pass_, where) if pass_.single else None
        found, _ = rollup(groups, of, pass_, desk.units, "000", UNTIL, TODAY, single=single)
        frames.append(found.astype({"breakdown": str, "unit": str}))
    return pd.concat(frames, ignore_index=True)


def largest(values: pd.DataFrame, by_person: bool) -> float:
    """The largest part of a sum as a share of it, by plain pandas: of a person, else of a row."""
    parts = values["days"].groupby(values["people"]).sum() if by_person else values["days"]
    alone = values["days"][values["people"].isna()] if by_person else values["days"][:0]
    most, whole = pd.concat([parts, alone]).abs().max(), abs(values["days"].sum())
    return float("inf") if whole < 1e-9 < most else most / whole if most > 1e-9 else 0.0


@FEWER
@given(rows=rows_of_cases, frequency=st.sampled_from(["month", "quarter", "rolling12"]), by_person=st.booleans())
def test_the_largest_part_is_that_of_plain_pandas(
    desk: Any, rows: list[dict[str, Any]], frequency: str, by_person: bool
) -> None:
    """Of the largest person or row, by its size without its sign, in each unit, period and value of a breakdown."""
    dataset = evolve(desk.cases, person="people") if by_person else desk.cases
    levels = ("nation", "municipality")
    wanted = desk.wanted(Total("days"), dataset=dataset, breakdowns=("kind",), frequencies=(frequency,), levels=levels)
    early = {"place": "Aaby", "day": date(2025, 1, 1), "days": 1.0, "people": 1, "kind": "a"}
    frame = pd.DataFrame([*rows, early])
    frame["unit"] = frame["place"].map(PLACES)
    frame["start"] = [day.year * 12 + day.month - 1 for day in frame["day"]]
    frame = frame[frame["days"].notna()]
    length = {"month": 1, "quarter": 3, "rolling12": 12}[frequency]
    for each in figures(desk, dataset, [*rows, early], wanted).itertuples():
        of = frame[(frame["start"] >= each.start) & (frame["start"] < each.start + length)]
        of = of if each.unit == "000" else of[of["unit"] == each.unit]
        if each.breakdown:
            of = of[[f"kind={'?' if pd.isna(kind) else kind}" == each.breakdown for kind in of["kind"]]]
        assert each.largest == pytest.approx(largest(of, by_person) if len(of) else 0.0, abs=1e-9)


def cases(*rows: tuple[float, int]) -> list[dict[str, Any]]:
    """Rows of Aaby on one day: days and people."""
    return [{"place": "Aaby", "day": date(2026, 1, 5), "days": days, "people": people} for days, people in rows]


@pytest.mark.parametrize(
    ("measure", "rows", "expected"),
    [
        (Total("days"), cases((81, 1), (10, 1), (9, 1)), 0.81),
        (Total("days"), cases((-81, 1), (-10, 1), (-9, 1)), 0.81),
        (Total("days"), cases((50, 1), (-50, 1)), float("inf")),
        (Total("days"), cases((0, 1), (0, 1)), 0.0),
        (Total("days", where="days > 20"), cases((30, 1), (30, 1), (9, 1)), 0.5),
        (Ratio("days", per="people"), cases((50, 1), (50, 9)), 0.9),
        (Ratio("days", per="people"), cases((60, 5), (40, 5)), 0.6),
    ],
    ids=[
        "of a sum",
        "below 0",
        "of a sum that is 0",
        "nothing of nothing",
        "of those that count",
        "of the bottom",
        "of the top",
    ],
)
def test_the_largest_part_of_a_sum_of_rows(desk: Any, measure: Measure, rows: Any, expected: float) -> None:
    """Of a ratio the larger of the two."""
    found = figures(desk, desk.cases, rows, desk.wanted(measure))
    assert found.set_index(["unit", "start"]).loc[JANUARY, "largest"] == pytest.approx(expected)


def test_a_person_has_the_sum_of_its_rows(desk: Any) -> None:
    """Nine rows of ten days are of one person, and one row of another."""
    dataset = evolve(desk.cases, person="people")
    found = figures(desk, dataset, cases(*[(10, 1)] * 9, (10, 2)), desk.wanted(Total("days"), dataset=dataset))
    assert found.set_index(["unit", "start"]).loc[JANUARY, ["n", "largest"]].tolist() == [2, 0.9]


@pytest.mark.parametrize(
    ("measure", "more", "expected"),
    [
        (Total("days"), {}, ["largest_sum"]),
        (Ratio("days", per="people"), {}, ["largest_top", "largest_per"]),
        (Total("days"), {"disclosure": "process"}, ["largest_sum"]),
        (Total("days"), {"disclosure": "published"}, []),
        (Total("days"), {"minimum_count": 1}, []),
        (Share("kept"), {}, []),
        (Count(), {}, []),
        (Mean("days"), {}, []),
    ],
    ids=["a sum", "a ratio", "a process", "published", "all shown", "a share", "a count", "a mean"],
)
def test_the_largest_part_is_scanned_only_where_it_hides_something(
    desk: Any, measure: Measure, more: Any, expected: Any
) -> None:
    """Of sums whose small numbers are hidden; nobody else pays for it."""
    assert [name for name, _ in desk.wanted(measure, **more).components if name.startswith("largest_")] == expected


def test_the_largest_part_is_nothing_that_is_stored() -> None:
    """Nor part of a definition: the terms of a measure are the same with and without it."""
    assert "largest" not in OBSERVATION_COLUMNS
    assert "largest_sum" not in Total("days").components
