"""Comparison and certainty: statuses over whole intervals, against a search through the interval's points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.judge import CLEAR, UNCERTAIN, at_least, at_most, certainties, statuses
from klaremal.model.target import AtLeast, AtMost, Between, Target
from klaremal.plan import PlannedGoal

Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("value", "bound", "least", "most"),
    [
        pytest.param(28.999999999999996, 29, True, True, id="a-float-below"),
        pytest.param(0.30000000000000004, 0.3, True, True, id="a-float-above"),
        pytest.param(94.99, 95, False, True, id="below"),
        pytest.param(95.01, 95, True, False, id="above"),
        pytest.param(2e-9, 0, True, False, id="near-nothing-above"),
        pytest.param(5e-10, 0, True, True, id="as-good-as-nothing"),
        pytest.param(1e12 + 1, 1e12, True, True, id="the-slack-grows-with-the-bound"),
        pytest.param(NAN, 95, False, False, id="unknown"),
    ],
)
def test_numbers_are_compared_with_a_slack(value: float, bound: float, least: bool, most: bool) -> None:
    """A value meets a bound that it misses by 1e-9 of the bound's size, and by 1e-9 of a bound below 1."""
    assert (bool(at_least(value, bound)), bool(at_most(value, bound))) == (least, most)


@pytest.mark.parametrize(
    ("target", "tolerance", "least", "most", "certainty"),
    [
        pytest.param(AtLeast(95), 0, 95.0, 100.0, "clear", id="from-the-target-on"),
        pytest.param(AtLeast(95), 0, 94.9, 100.0, "uncertain", id="from-below-the-target"),
        pytest.param(AtLeast(95), 5, 90.0, 94.9, "clear", id="all-partly"),
        pytest.param(AtLeast(95), 5, 89.9, 94.9, "uncertain", id="partly-or-not"),
        pytest.param(AtMost(95), 0, 80.0, 95.0, "clear", id="up-to-the-ceiling"),
        pytest.param(AtMost(95), 0, 80.0, INF, "uncertain", id="without-end"),
        pytest.param(AtMost(95), 0, 80.0, NAN, "uncertain", id="unknown-end"),
        pytest.param(AtLeast(95), 0, NAN, 96.0, "uncertain", id="unknown-beginning"),
        pytest.param(Between(95, 105), 0, 95.0, 105.0, "clear", id="the-whole-band"),
        pytest.param(Between(95, 105), 0, 80.0, 120.0, "uncertain", id="around-the-band"),
    ],
)
def test_a_status_is_clear_when_every_possible_value_has_it(
    target: Target,
    tolerance: float,
    least: float,
    most: float,
    certainty: str,
    planned: Goals,
    observed: Observed,
    judged: Judged,
) -> None:
    """The interval is closed: its ends are possible values."""
    middle = np.nanmean([each for each in (least, most) if np.isfinite(each)])
    row = {"period": "2026", "value": middle, "least": least, "most": most}
    (found,) = judged(observed(row), planned(target, tolerance=tolerance))
    assert found["certainty"] == certainty


def test_both_ends_outside_on_either_side_of_a_band_are_not_clear(planned: Goals, observed: Observed, judged: Judged) -> None:
    """80 and 120 both miss 95 to 105, but a value between them may not."""
    (row,) = judged(observed({"period": "2026", "value": 80.0, "least": 80.0, "most": 120.0}), planned(Between(95, 105)))
    assert (row["status"], row["certainty"]) == ("not_fulfilled", "uncertain")


@pytest.mark.parametrize(("least", "certainty"), [pytest.param(11.0, "clear", id="11"), pytest.param(9.0, "uncertain", id="9")])
def test_what_was_not_assessed_has_no_certainty(
    least: float, certainty: str, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """A cause or a running period leaves nothing to be certain of."""
    rows = observed(
        {"period": "2024", "value": 96.0, "coverage": 0.1},
        {"period": "2025", "value": 96.0, "provisional": True},
        {"period": "2026", "value": 12.0, "least": least},
    )
    assert [row["certainty"] for row in judged(rows, planned(AtLeast(10)))] == [None, None, certainty]


STEP = 0.25
GRID = st.integers(-40, 40).map(lambda number: number * STEP)


@given(
    ends=st.lists(GRID, min_size=2, max_size=2).map(sorted),
    band=st.lists(GRID, min_size=2, max_size=2).map(sorted),
    shape=st.sampled_from(["floor", "ceiling", "band"]),
    tolerance=st.sampled_from([0.0, 0.25, 1.5]),
)
def test_certainty_is_what_a_search_of_the_interval_finds(
    ends: list[float], band: list[float], shape: str, tolerance: float
) -> None:
    """On a grid that holds every bound, the statuses of all points between the ends tell whether there is more than one."""
    low = -INF if shape == "ceiling" else band[0]
    high = INF if shape == "floor" else band[1]
    points = np.arange(ends[0], ends[1] + STEP / 2, STEP / 2)

    def repeated(number: float, times: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.full(times, number)

    found = statuses(points, *(repeated(number, len(points)) for number in (low, high, tolerance)))
    expected = CLEAR if len(set(found.tolist())) == 1 else UNCERTAIN
    assert certainties(*(repeated(number, 1) for number in (*ends, low, high, tolerance))).tolist() == [expected]
