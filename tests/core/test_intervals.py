"""Intervals: the numbers of hand calculations and tables, and when there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal import intervals


def ends(limits: tuple[np.ndarray, np.ndarray], decimals: int = 2) -> tuple[float, float]:
    """Return one interval, rounded."""
    low, high = limits
    return round(float(low), decimals), round(float(high), decimals)


def poisson_cdf(count: int, mean: float) -> float:
    """Return the chance of at most so many events, by its definition."""
    return math.exp(-mean) * sum(mean**k / math.factorial(k) for k in range(count + 1))


def t_central(t: float, freedom: int, steps: int = 4000) -> float:
    """Return the chance that Student's t lies between -t and t, by Simpson's rule."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    width = t / steps
    inner = sum((4 if k % 2 else 2) * (1 + (k * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for k in range(1, steps))
    edges = 1 + (1 + t * t / freedom) ** (-(freedom + 1) / 2)
    return 2 * scale * (inner + edges) * width / 3


@pytest.mark.parametrize(
    ("population", "expected"),
    [(1000, (86.62, 96.80)), (95, (92.04, 94.43)), (90, (93.33, 93.33)), (None, (86.21, 96.91))],
    ids=["a sample of 1,000", "nearly everybody", "everybody is a point", "no population"],
)
def test_share_of_a_sample(population: int | None, expected: tuple[float, float]) -> None:
    """84 of 90: Wilson's interval, narrower the more of the population was asked."""
    assert ends(intervals.share(84, 90, population)) == expected


def test_share_at_the_ends_of_the_scale() -> None:
    """Nobody of 20 and all of 20: the interval touches the end and does not leave the scale."""
    low, high = intervals.share([0, 20], [20, 20])
    assert low.tolist() == pytest.approx([0, 83.887], abs=1e-3)
    assert high.tolist() == pytest.approx([16.113, 100], abs=1e-3)


def test_share_of_one_or_nobody_has_no_interval() -> None:
    """Below two nothing can be said of chance."""
    low, high = intervals.share([1, 0, np.nan], [1, 0, np.nan])
    assert np.isnan(low).all()
    assert np.isnan(high).all()


@pytest.mark.parametrize(
    ("hits_before", "n_before", "hits", "n", "expected"),
    [(180, 200, 186, 200, (-2.59, 8.67)), (160, 200, 186, 200, (6.37, 19.69))],
    ids=["within chance", "better"],
)
def test_the_difference_of_two_shares(
    hits_before: int, n_before: int, hits: int, n: int, expected: tuple[float, float]
) -> None:
    """The interval of a change follows from those of the two years."""
    (low_q, low), (high_q, high) = intervals.share([hits_before, hits], [n_before, n])
    before, value = 100 * hits_before / n_before, 100 * hits / n
    d = value - before
    found = (d - math.hypot(value - low, high_q - before), d + math.hypot(high - value, before - low_q))
    assert tuple(round(each, 2) for each in found) == expected


def test_mean_of_four_answers() -> None:
    """3, 4, 4, 5 on a scale from 1 to 5: Student's interval, cut off at 5."""
    assert ends(intervals.mean(16, 66, 4, (1, 5))) == (2.70, 5.00)
    assert ends(intervals.mean(16, 66, 4)) == (2.70, 5.30)


@pytest.mark.parametrize(
    ("total", "squares", "n"),
    [(16.0, 64.0, 4), (4.0, 16.0, 1), (0.0, 0.0, 0), (4000.0, 4.00001e6, 4)],
    ids=["no spread", "one row", "no rows", "a spread too small for six digits"],
)
def test_mean_without_an_interval(total: float, squares: float, n: int) -> None:
    """Where the components cannot show a spread there is no interval."""
    low, high = intervals.mean(total, squares, n)
    assert np.isnan(low)
    assert np.isnan(high)


def test_no_events() -> None:
    """0 events in 2,000, per 1,000: from 0 to 1.83."""
    assert ends(intervals.rate(0, 2000, 1000)) == (0.0, 1.83)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_few_events_are_exact(count: int) -> None:
    """1 to 4 events: so many or more, and so many or fewer, have a chance of 2.5 % at the ends."""
    low, high = intervals.events(count)
    assert 1 - poisson_cdf(count - 1, float(low)) == pytest.approx(0.025, abs=1e-9)
    assert poisson_cdf(count, float(high)) == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize("count", [5, 12, 100])
def test_more_events_are_nearly_exact(count: int) -> None:
    """From 5 events Byar's limits have nearly the chance they should."""
    low, high = intervals.events(count)
    assert 1 - poisson_cdf(count - 1, float(low)) == pytest.approx(0.025, abs=1.5e-3)
    assert poisson_cdf(count, float(high)) == pytest.approx(0.025, abs=1.5e-3)


def test_events_that_are_no_count_have_no_interval() -> None:
    """A negative number of events, and events per nobody."""
    assert np.isnan(intervals.events(-1.0)).all()
    assert np.isnan(intervals.rate(3, 0)).all()


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.706205), (2, 4.302653), (3, 3.182446), (5, 2.570582), (10, 2.228139), (29, 2.045230), (30, 2.042272),
     (31, 2.039513), (40, 2.021075), (60, 2.000298), (120, 1.979930), (1000, 1.962339)],
)  # fmt: skip
def test_students_t_is_that_of_the_tables(freedom: int, expected: float) -> None:
    """The 97.5th percentile as printed in statistical tables."""
    assert float(intervals.t_quantile(freedom)) == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize("freedom", [*range(2, 41), 75, 200])
def test_students_t_cuts_off_five_percent(freedom: int) -> None:
    """The area between the percentiles, added up numerically, is 95 %."""
    assert t_central(float(intervals.t_quantile(freedom)), freedom) == pytest.approx(0.95, abs=1e-8)


def test_students_t_needs_a_degree_of_freedom() -> None:
    """None and unknown have no percentile."""
    assert np.isnan(intervals.t_quantile([0, -1, np.nan])).all()


@given(n=st.integers(2, 10**9), share=st.floats(0, 1))
def test_a_share_lies_in_its_interval(n: int, share: float) -> None:
    """The value is never outside, and the interval never outside the scale."""
    hits = round(n * share)
    low, high = (float(each) for each in intervals.share(hits, n))
    assert 0 <= low <= 100 * hits / n + 1e-9
    assert 100 * hits / n - 1e-9 <= high <= 100


@given(count=st.integers(0, 10**6), more=st.integers(1, 1000))
def test_more_events_never_lower_the_limits(count: int, more: int) -> None:
    """The limits rise with the count, also where the exact table ends."""
    low, high = intervals.events([count, count + more])
    assert low[0] <= low[1]
    assert high[0] < high[1]
