"""Trends: the same period a year earlier, what is chance, when nothing is said, and a plain loop that finds the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.assess.series import Series
from klaremal.assess.trend import UNKNOWN, Figures, movements
from klaremal.measures import Count, Mean, Share
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.period import Period
from klaremal.model.target import AtLeast, AtMost, Between, Target
from klaremal.plan import PlannedGoal

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]


def certain(period: str, value: float) -> dict[str, Any]:
    """Return an observation that varies by chance by 1 in either direction."""
    return {"period": period, "value": value, "low": value - 1, "high": value + 1}


@pytest.mark.parametrize(
    ("earlier", "period"),
    [
        pytest.param("2025", "2026", id="year"),
        pytest.param("2024/25", "2025/26", id="school_year"),
        pytest.param("2025H1", "2026H1", id="half_year"),
        pytest.param("2025K3", "2026K3", id="quarter"),
        pytest.param("2025M03", "2026M03", id="month"),
        pytest.param("2025M03R12", "2026M03R12", id="rolling-not-overlapping"),
    ],
)
def test_a_period_is_compared_with_the_same_one_a_year_earlier(
    earlier: str, period: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Of each kind of period; the one just before it is another season, or overlaps."""
    between = Period.parse(period).shift(-1).code
    rows = [certain(earlier, 50.0), certain(period, 60.0)] + ([certain(between, 99.0)] if between != earlier else [])
    frequency = Period.parse(period).frequency
    found = {row["period"]: row["trend"] for row in judged(observed(*rows), planned(AtLeast(1), frequency=frequency))}
    assert (found[earlier], found[period]) == (None, "better")


@pytest.mark.parametrize(
    ("direction", "change", "trend"),
    [
        pytest.param("higher", 10, "better", id="higher-rising"),
        pytest.param("higher", -10, "worse", id="higher-falling"),
        pytest.param("lower", 10, "worse", id="lower-rising"),
        pytest.param("lower", -10, "better", id="lower-falling"),
        pytest.param("higher", 1, "unchanged", id="by-chance"),
        pytest.param("neutral", 10, None, id="neutral"),
    ],
)
def test_better_follows_the_direction(
    direction: str,
    change: float,
    trend: str | None,
    indicator: Indicators,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """More is not better of itself, and where neither is better there is no trend."""
    target = AtMost(100) if direction == "lower" else AtLeast(1)
    rows = observed(certain("2025", 50.0), certain("2026", 50.0 + change))
    assert judged(rows, planned(target, indicator=indicator(direction=direction)))[1]["trend"] == trend


@pytest.mark.parametrize(
    ("before", "value", "noticeable", "trend"),
    [
        pytest.param(80.0, 90.0, None, "better", id="nearer-from-below"),
        pytest.param(120.0, 110.0, None, "better", id="nearer-from-above"),
        pytest.param(90.0, 80.0, None, "worse", id="farther"),
        pytest.param(80.0, 120.0, None, "unchanged", id="as-far-on-the-other-side"),
        pytest.param(96.0, 104.0, None, "unchanged", id="both-within"),
        pytest.param(94.0, 105.5, None, "better", id="nearer-on-the-other-side"),
        pytest.param(94.0, 105.5, 1.0, "unchanged", id="not-noticeably-nearer"),
        pytest.param(80.0, 80.5, None, "unchanged", id="by-chance"),
    ],
)
def test_towards_a_band_nearer_is_better(
    before: float,
    value: float,
    noticeable: float | None,
    trend: str,
    indicator: Indicators,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """Between 95 and 105: the distance to the band decides, whatever the direction."""
    neutral = indicator(direction="neutral", noticeable=noticeable)
    rows = observed(certain("2025", before), certain("2026", value))
    assert judged(rows, planned(Between(95, 105), indicator=neutral))[1]["trend"] == trend


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param({"cause": "confidential", "value": np.nan}, {}, id="hidden-before"),
        pytest.param({}, {"cause": "confidential"}, id="hidden-now"),
        pytest.param({"provisional": True}, {}, id="provisional-before"),
        pytest.param({}, {"provisional": True}, id="provisional-now"),
        pytest.param({"coverage": 0.5}, {}, id="too-few-measured-before"),
        pytest.param({"coverage": np.nan}, {}, id="coverage-unknown-before"),
        pytest.param({}, {"coverage": 0.5}, id="too-few-measured-now"),
        pytest.param({"value": 0.1, "cause": "implausible"}, {}, id="implausible-before"),
        pytest.param({"cause": "no_data"}, {}, id="parts-missing-before"),
        pytest.param({"unit": "101"}, {}, id="another-unit"),
        pytest.param({"period": "2024"}, {}, id="two-years-before"),
        pytest.param({"low": np.nan}, {}, id="chance-unknown"),
        pytest.param({"low": -np.inf}, {}, id="chance-without-bound"),
    ],
)
def test_where_a_side_cannot_be_used_there_is_no_trend(
    before: dict[str, Any], now: dict[str, Any], planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Hidden, provisional, implausible, hardly measured, missing: then nothing is said."""
    rows = observed(certain("2025", 50.0) | before, certain("2026", 60.0) | now)
    goal = planned(AtLeast(1), units=("751", "101"))
    assert judged(rows, goal)[1]["trend"] is None


@pytest.mark.parametrize(
    ("day", "trends"),
    [
        pytest.param(date(2024, 1, 1), ["better", "better"], id="on-the-first-day-of-the-first"),
        pytest.param(date(2024, 1, 2), [None, "better"], id="within-the-first"),
        pytest.param(date(2025, 1, 1), [None, "better"], id="between"),
        pytest.param(date(2025, 7, 1), [None, None], id="within-the-second"),
        pytest.param(date(2026, 12, 31), ["better", None], id="on-the-last-day"),
        pytest.param(date(2027, 1, 1), ["better", "better"], id="after"),
    ],
)
def test_no_trend_across_a_break(
    day: date, trends: list[str | None], indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """2024 to 2025 to 2026, all of them yearly: what was measured in two ways is not compared."""
    rows = observed(certain("2024", 50.0), certain("2025", 60.0), certain("2026", 70.0))
    found = judged(rows, planned(AtLeast(1), indicator=indicator(breaks={day: "Ny opgørelse"})))
    assert [row["trend"] for row in found[1:]] == trends


@pytest.mark.parametrize(
    ("values", "noticeable", "trend"),
    [
        pytest.param([1, 2, 1, 2, 1, 9], None, "better", id="five-earlier"),
        pytest.param([1, 2, 1, 2, 1, 3], None, "unchanged", id="five-earlier-within-2.46"),
        pytest.param([2, 1, 2, 1, 9], None, None, id="four-earlier"),
        pytest.param([1, 2, 1, np.nan, 2, 1, 9], None, None, id="five-earlier-with-a-gap"),
        pytest.param([1, 9], 5, "better", id="a-declared-change"),
        pytest.param([1, 5.9], 5, "unchanged", id="below-a-declared-change"),
        pytest.param([1.0, 1.1], 0.1, "better", id="exactly-a-declared-change"),
        pytest.param([1.1, 1.2], 0.1, "better", id="exactly-but-for-binary-fractions"),
        pytest.param([0.0, 0.999999999], 1, "better", id="as-little-less-as-counts-as-equal"),
        pytest.param([0.0, 0.99999999], 1, "unchanged", id="a-little-less"),
        pytest.param([1, 2, 1, 2, 1, 3], 1, "unchanged", id="declared-but-usual"),
        pytest.param([5, 5, 5, 5, 5, 5.5], None, "better", id="it-never-changed"),
        pytest.param([5, 5, 5, 5, 5, 5], None, "unchanged", id="it-still-does-not"),
    ],
)
def test_without_chance_the_usual_change_or_a_declared_one_decides(
    values: list[float],
    noticeable: float | None,
    trend: str | None,
    indicator: Indicators,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """2.46 times the mean change of an unbroken run of at least five earlier values; else what is called a change."""
    first = 2026 - len(values) + 1
    rows = observed(*((str(first + place), float(value)) for place, value in enumerate(values)))
    mean = indicator(Mean("days"), measured_in="days", noticeable=noticeable)
    assert judged(rows, planned(AtLeast(0), indicator=mean))[-1]["trend"] == trend


def test_small_figures_are_not_drowned_in_large_ones(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """A unit whose values are 1e15 stands before one whose values are 3.4 and whose trend hangs on a hundredth."""
    years = range(2020, 2026)
    large = ({"period": str(year), "unit": "101", "value": 1e15 * (1 + year % 2)} for year in years)
    small = zip(years, (3.4, 3.3, 3.5, 3.3, 3.4, 3.03), strict=True)
    rows = observed(*large, *({"period": str(year), "unit": "751", "value": value} for year, value in small))
    mean = indicator(Mean("days"), direction="lower", measured_in="days")
    found = judged(rows, planned(AtMost(9), indicator=mean, units=("101", "751")))
    assert (found[-1]["unit"], found[-1]["trend"]) == ("751", "better")


def test_two_goals_on_one_series_have_the_same_trend(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Also a goal that was not in force a year earlier."""
    rows = observed(certain("2025", 50.0), certain("2026", 60.0))
    goals = [planned(AtLeast(1), id="old"), planned(AtLeast(99), id="new", first=date(2026, 1, 1))]
    found = [(row["goal"], row["period"], row["trend"]) for row in judged(rows, *goals)]
    assert found == [("old", "2025", None), ("old", "2026", "better"), ("new", "2026", "better")]


# -- the same as a plain loop ----------------------------------------------------------------------------------------

NUMBERS = st.one_of(st.just(float("nan")), st.integers(0, 400).map(lambda number: number / 4))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["101", "751"]), st.integers(2015, 2026), st.integers(0, 3), NUMBERS, st.sampled_from([0.5, 3.0, None])
    ),
    max_size=60,
    unique_by=lambda row: row[:3],
)


def plain_movement(rows: dict[tuple[str, int], tuple[float, float | None]], key: tuple[str, int], indicator: Indicator) -> int:
    """Return the movement of one quarter since a year earlier, as the rules are written."""

    def joined(start: int) -> bool:
        """Say whether this quarter and the one a year earlier have values of one method."""
        one, other = rows.get((key[0], start)), rows.get((key[0], start - 12))
        if one is None or other is None or one[0] != one[0] or other[0] != other[0]:
            return False
        since, until = Period("quarter", start - 12).first_day, Period("quarter", start).last_day
        return not any(since < day <= until for day, _ in indicator.breaks)

    unit, start = key
    if not joined(start):
        return int(UNKNOWN)
    (now, half), (then, half_then) = rows[unit, start], rows[unit, start - 12]
    change, noticeable = now - then, indicator.noticeable
    sign = (change > 0) - (change < 0)
    if noticeable is not None and abs(change) < noticeable - 1e-9:
        sign = 0
    if isinstance(indicator.measure, Count):
        return 0 if abs(change) <= 1.96 * (now + then) ** 0.5 else sign
    if half is not None and half_then is not None:
        return 0 if abs(change) <= (half**2 + half_then**2) ** 0.5 else sign
    changes, place = [], start - 12
    while joined(place):
        changes.append(abs(rows[unit, place][0] - rows[unit, place - 12][0]))
        place -= 12
    if len(changes) >= 4:
        return 0 if abs(change) <= 2.46 * sum(changes) / len(changes) + 1e-9 else sign
    return sign if noticeable is not None else int(UNKNOWN)


@given(
    rows=ROWS,
    measure=st.sampled_from([Share("kept"), Count()]),
    noticeable=st.sampled_from([None, 2.0]),
    breaks=st.sampled_from([(), ((date(2019, 4, 1), "x"),), ((date(2022, 2, 15), "x"),)]),
)
def test_all_series_at_once_move_as_one_by_one(
    rows: list[tuple[str, int, int, float, float | None]], measure: Any, noticeable: float | None, breaks: Any
) -> None:
    """Random quarters of two units with gaps, with and without intervals, over breaks."""
    dataset = Dataset(
        id="roads.d", title="t", grain="g", columns=(Column("on", "date"), Column("kept", "boolean")), dated_by="on"
    )
    indicator = Indicator(
        id="roads.i", title="t", dataset=dataset, measure=measure, measured_in="percent", direction="higher",
        frequency="quarter", noticeable=noticeable, breaks=breaks,
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["unit", "year", "quarter", "value", "half"])
    frame["start"] = frame["year"].astype("int64") * 12 + frame["quarter"].astype("int64") * 3
    frame = frame.assign(indicator="roads.i", definition="", frequency="quarter", breakdown="")
    series = Series.of(frame, [("roads.i", "", "quarter")], ["101", "751"], [""])
    value, half = (frame[name].to_numpy(dtype=float)[series.rows] for name in ("value", "half"))
    figures = Figures(value=value, low=value - half, high=value + half, usable=~np.isnan(value), indicators=(indicator,))
    known = {(unit, year * 12 + quarter * 3): (number, half) for unit, year, quarter, number, half in rows}
    keys = [(frame["unit"][row], int(frame["start"][row])) for row in series.rows]
    assert movements(series, figures).tolist() == [plain_movement(known, key, indicator) for key in keys]


def test_every_target_can_have_a_trend(indicator: Indicators, planned: Goals, observed: Observed, judged: Judged) -> None:
    """A floor, a ceiling and a band over the same two years of an indicator where lower is better."""
    lower = indicator(direction="lower")
    targets: list[Target] = [AtMost(100), Between(0, 55)]
    rows = observed(certain("2025", 50.0), certain("2026", 60.0))
    assert [judged(rows, planned(target, indicator=lower))[1]["trend"] for target in targets] == ["worse", "worse"]
