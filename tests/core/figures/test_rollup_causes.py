"""Values that are there and cannot be judged, the range of doubt, and what is said when a source failed."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.measures import Count, Distinct, Mean, Median, Published, Rate, Ratio, Share, Total
from klaremal.rollup import unmeasured

MARCH = date(2026, 3, 5)
END = date(2026, 3, 31)


def cases(place: str = "101", **more: Any) -> dict[str, Any]:
    """Return one case of March 2026."""
    return {"place": place, "day": MARCH, **more}


@pytest.mark.parametrize(
    ("day", "changed"),
    [
        (date(2025, 7, 1), ["2025"]),
        (date(2025, 1, 1), []),
        (date(2025, 1, 2), ["2025", "2025K1"]),
        (date(2025, 12, 31), ["2025", "2025K4"]),
        (date(2026, 1, 1), []),
    ],
    ids=["between quarters (case 18)", "a first day", "a second day", "a last day", "the day after"],
)
def test_a_break_counts_after_the_first_day_of_a_period(desk: Any, day: date, changed: list[str]) -> None:
    """A change on the first day leaves the period whole; one later, until its last day, does not. Each frequency for itself."""
    given = [{"place": "101", "day": date(2025, month, 5), "kept": True} for month in range(1, 13)]
    wanted = desk.wanted(Share("kept"), frequencies=("quarter", "year"), breaks={day: "Ny metode"})
    table = desk.table(desk.observe(given, wanted, until=date(2025, 12, 31)))
    here = table[(table["unit"] == "101") & (table["cause"] == "method_changed")]
    assert sorted(here["period"]) == changed
    assert (here["value"] == 100).all()


def test_an_implausible_value_is_kept_and_warns_those_above(desk: Any) -> None:
    """0.1 % where 1 to 30 is plausible: not judged, but still a part of the region and the nation, which say so."""
    given = [cases("101", kept=False)] * 9 + [cases("102", kept=False)] * 9 + [cases("102", kept=True)]
    wanted = desk.wanted(Share("kept"), levels=("municipality", "region", "nation"), plausible=(1, 30))
    found = desk.observe(given, wanted, until=END)
    low = desk.cell(found, unit="101")
    assert (low.value, low.cause, bool(low.warned)) == (0, "implausible", False)
    assert (desk.cell(found, unit="102").value, desk.cell(found, unit="102").cause) == (10, None)
    nation = desk.cell(found, unit="000")
    assert (nation.n, nation.cause, bool(nation.warned)) == (19, None, True)
    assert bool(desk.cell(found, unit="081").warned)
    assert not bool(desk.cell(found, unit="082").warned)


def test_an_implausible_value_that_is_not_reported_warns_nobody(desk: Any) -> None:
    """Municipality 102 has left the region: its 0 % is no observation of the region any more, and so not an implausible one."""
    given = [cases("101", kept=place < 1) for place in range(9)] + [cases("102", kept=False)] * 9
    given += [cases("102", kept=place < 1) | {"day": date(2025, 12, 5)} for place in range(9)]
    wanted = desk.wanted(Share("kept"), levels=("municipality", "nation"), plausible=(1, 30), codes=("000",))
    table = desk.table(desk.observe(given, wanted, until=END, organisation="081"))
    units = table[table["period"] == "2026M03"]
    assert dict(zip(units["unit"], units["warned"].tolist(), strict=True)) == {"101": False, "000": False}
    every = desk.observe(given, wanted, until=END)
    assert bool(desk.cell(every, unit="000", period="2026M03").warned)


@pytest.mark.parametrize(("value", "cause"), [(1, None), (5, None), (0.99, "implausible"), (5.01, "implausible")])
def test_the_ends_of_what_is_plausible_are_plausible(desk: Any, value: float, cause: str | None) -> None:
    """From 1 to 5, both included."""
    found = desk.observe([cases(days=value)], desk.wanted(Mean("days"), plausible=(1, 5)), until=END)
    assert desk.cell(found, unit="101").cause == cause


def test_the_first_cause_counts(desk: Any) -> None:
    """A change of method goes before an implausible value; what is missing goes before both."""
    more = {"plausible": (1, 30), "breaks": {date(2026, 3, 20): "Ny metode"}}
    found = desk.observe([cases(kept=True)], desk.wanted(Share("kept"), **more), until=END)
    assert desk.cell(found, unit="101").cause == "method_changed"
    assert desk.cell(found, unit="102").cause == "no_cases"


@pytest.mark.parametrize(
    ("hits", "judged", "least", "most"),
    [(95, 100, 93.14, 95.10), (98, 100, 96.08, 98.04)],
    ids=["95 of 100", "98 of 100"],
)
def test_the_doubt_of_a_share_with_two_bad_rows(desk: Any, hits: int, judged: int, least: float, most: float) -> None:
    """Worst: both were broken; best: both were kept."""
    given = [cases(kept=place < hits) for place in range(judged)] + [cases(kept=True, __bad="enum")] * 2
    cell = desk.cell(desk.observe(given, desk.wanted(Share("kept")), until=END), unit="101")
    assert (cell.value, round(cell.least, 2), round(cell.most, 2)) == (float(hits), least, most)


def test_bad_rows_that_the_promise_is_not_about_leave_no_doubt(desk: Any) -> None:
    """A row of which it is known that it is of another kind is not counted; one whose kind is unknown is."""
    given = [cases(kept=True, kind="a"), cases(kind="b", __bad="enum"), cases(kind=None, __bad="enum")]
    cell = desk.cell(desk.observe(given, desk.wanted(Share("kept", where="kind = 'a'")), until=END), unit="101")
    assert (cell.least, cell.most) == (50, 100)


MEASURES = {
    "count": (Count(), 4, 5),
    "total of what has no bounds": (Total("days"), -math.inf, math.inf),
    "total of 1 to 5": (Total("score"), 12, 17),
    "mean of 1 to 5": (Mean("score"), 2.6, 3.4),
    "mean of what has no bounds": (Mean("days"), -math.inf, math.inf),
    "ratio": (Ratio("days", per="people"), -math.inf, math.inf),
    "rate": (Rate("score", per="people"), -math.inf, math.inf),
    "median": (Median("score"), -math.inf, math.inf),
    "different ones": (Distinct("score"), 1, 2),
}


@pytest.mark.parametrize(("measure", "least", "most"), MEASURES.values(), ids=MEASURES)
def test_the_doubt_of_each_measure(desk: Any, measure: Any, least: float, most: float) -> None:
    """Four rows with a score of 3, and a bad one that could have had any."""
    given = [cases(score=3, days=3, people=1)] * 4
    wanted = desk.wanted(measure)
    certain = desk.cell(desk.observe(given, wanted, until=END), unit="101")
    assert (certain.least, certain.most) == (certain.value, certain.value)
    doubtful = desk.cell(desk.observe([*given, cases(__bad="required")], wanted, until=END), unit="101")
    assert (doubtful.least, doubtful.most) == pytest.approx((least, most))


rows = st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans()), min_size=1, max_size=30)


@given(drawn=rows)
def test_the_doubt_of_a_share_holds_every_reading_of_the_bad_rows(desk: Any, drawn: list[tuple[bool | None, bool]]) -> None:
    """However many of the bad rows were hits, if all of them had counted, the share lies between least and most."""
    given = [cases(kept=kept, __bad="enum" if bad else None) for kept, bad in drawn]
    cell = desk.cell(desk.observe(given, desk.wanted(Share("kept")), until=END), unit="101")
    judged = [kept for kept, bad in drawn if not bad and kept is not None]
    bad = sum(bad for _, bad in drawn)
    if judged:
        shares = [100 * (sum(judged) + hits) / (len(judged) + bad) for hits in range(bad + 1)]
        assert cell.least == pytest.approx(min(shares))
        assert cell.most == pytest.approx(max(shares))
        assert cell.least - 1e-9 <= cell.value <= cell.most + 1e-9


def test_intervals_stand_beside_shares_means_and_rates(desk: Any) -> None:
    """84 of 90; 3, 4, 4, 5 on a scale from 1 to 5; 0 events among 2,000; and none beside the others."""
    given = [cases("101", kept=place < 84) for place in range(90)]
    share = desk.cell(desk.observe(given, desk.wanted(Share("kept")), until=END), unit="101")
    assert (round(share.low, 2), round(share.high, 2)) == (86.21, 96.91)
    scores = [cases("101", score=score, people=500, days=0) for score in (3, 4, 4, 5)]
    measures = (
        Mean("score"),
        Rate("days", per="people"),
        Ratio("score", per="people"),
        Count(),
        Total("score"),
        Median("score"),
    )
    found = desk.observe(scores, *(desk.wanted(each, id=f"roads.m{place}") for place, each in enumerate(measures)), until=END)
    mean, rate = (desk.cell(found, unit="101", indicator=f"roads.m{place}") for place in (0, 1))
    assert (round(mean.low, 2), round(mean.high, 2)) == (2.70, 5.00)
    assert (round(rate.low, 2), round(rate.high, 2)) == (0.0, 1.83)
    for place in (2, 3, 4, 5):
        assert math.isnan(desk.cell(found, unit="101", indicator=f"roads.m{place}").low)


@pytest.mark.parametrize(("known", "coverage"), [(93, 0.93), (100, 1.0), (0, 0.0)], ids=["93 of 100", "all", "none"])
def test_coverage_is_judged_of_promised(desk: Any, known: int, coverage: float) -> None:
    """Whether it suffices is for the goal to say."""
    given = [cases(kept=True if place < known else None) for place in range(100)]
    assert desk.cell(desk.observe(given, desk.wanted(Share("kept")), until=END), unit="101").coverage == coverage


def test_a_share_is_divided_last(desk: Any) -> None:
    """29 of 100 is 29, not 28.999999999999996."""
    given = [cases(kept=place < 29) for place in range(100)]
    assert desk.cell(desk.observe(given, desk.wanted(Share("kept")), until=END), unit="101").value == 29.0


def test_a_failed_source_is_said_of_the_newest_period(desk: Any) -> None:
    """One row for each expected unit and frequency: the last period that ended before today."""
    wanted = desk.wanted(
        Share("kept"), frequencies=("month", "year", "rolling12"), levels=("municipality", "institution"), codes=("i1",)
    )
    table = desk.table(unmeasured([wanted], "source_failed", desk.units, "081", date(2026, 11, 22)))
    rows = table[["unit", "period", "cause", "provisional"]].to_numpy().tolist()
    assert rows == [
        ["101", "2026M10", "source_failed", False],
        ["i1", "2026M10", "source_failed", False],
        ["101", "2025", "source_failed", False],
        ["102", "2025", "source_failed", False],
        ["i1", "2025", "source_failed", False],
        ["101", "2026M10R12", "source_failed", False],
        ["i1", "2026M10R12", "source_failed", False],
    ]
    assert table["value"].isna().all()


def test_a_frame_has_the_columns_that_the_next_steps_read(desk: Any) -> None:
    """Names and types of the in-flight observations."""
    found = desk.observe(
        [{"place": "101", "year": 2024, "value": 1}],
        desk.wanted(Published("value"), dataset=desk.totals, frequencies=("year",)),
    )
    assert found.dtypes.astype(str).to_dict() == (
        dict.fromkeys(("indicator", "definition", "unit", "level", "frequency", "breakdown", "cause"), "category")
        | dict.fromkeys(("value", "n", "part", "low", "high", "least", "most"), "float64")
        | dict.fromkeys(("coverage", "weight", "hits", "misses", "largest"), "float64")
        | {"start": "int64", "provisional": "bool", "warned": "bool"}
    )
