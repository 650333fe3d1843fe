"""The primary rules, one by one: which figures say too much by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from klaremal.disclosure import Figures, Revision, family, held, overdue_hidden

NAN = np.nan


def revision(now: Figures, before: Figures, running: bool = False) -> Revision:
    """Return a revision of one cell."""
    return Revision(now=now, before=before, running=np.array([running]))


def sensitive(kind: Any, **given: Any) -> list[bool]:
    """Return which cells of one indicator are sensitive, with k = 5."""
    found: list[bool] = family([Figures(kind=kind, **given)]).sensitive.tolist()
    return found


@pytest.mark.parametrize("kind", ["process", "persons"])
def test_one_to_four_are_few(kind: Any) -> None:
    """Nobody is not few, nor are five; where there is no figure nothing is told."""
    assert sensitive(kind, n=[0, 1, 4, 5, NAN]) == [False, True, True, False, False]


def test_hits_and_misses_are_persons() -> None:
    """Of 40: 2 misses, 3 hits, 20 of each, all and none."""
    given = {"n": [40, 40, 40, 40, 40], "hits": [38, 3, 20, 40, 0]}
    assert sensitive("persons", **given) == [True, True, False, False, False]
    assert sensitive("process", **given) == [False] * 5


def test_misses_may_be_counted_by_person() -> None:
    """Of 9 persons 8 have a hit and 8 a miss: a person may have both, so that n - hits would be 1."""
    assert sensitive("persons", n=[9], hits=[8], misses=[8], distinct=True) == [False]


def test_few_events_are_persons_but_those_without_are_a_population() -> None:
    """A rate of 3 among 5,000 tells of three; one of 4,998 among 5,000 of nobody in particular."""
    assert sensitive("persons", n=[5000, 5000], events=[3, 4998]) == [True, False]


@pytest.mark.parametrize(("homogeneous", "expected"), [("show", [False, False, False]), ("hide", [True, True, False])])
def test_nobody_and_everybody_are_shown_unless_it_is_declared(homogeneous: Any, expected: list[bool]) -> None:
    """0 of 40 and 40 of 40 say the same of everybody; 0 of 0 says nothing."""
    assert sensitive("persons", n=[40, 40, 0], hits=[0, 40, 0], homogeneous=homogeneous) == expected


def test_a_dominant_contributor_is_hidden() -> None:
    """More than 80 % of a sum comes from one; 80 % itself does not count."""
    assert sensitive("process", n=[20, 20, 20], largest=[0.81, 0.8, NAN]) == [True, False, False]


@pytest.mark.parametrize(
    ("q", "n", "expected"), [(0.5, 9, True), (0.5, 10, False), (0.9, 49, True), (0.9, 50, False), (0.1, 49, True)]
)
def test_a_quantile_needs_enough_on_both_sides(q: float, n: int, expected: bool) -> None:
    """n x 10 % of 49 is 4.9 persons beyond the 90th percentile."""
    assert sensitive("persons", n=[n], value=[7], quantile=q) == [expected]
    assert sensitive("process", n=[n], value=[7], quantile=q) == [False]


def test_a_mean_at_an_end_of_its_scale_tells_of_everybody() -> None:
    """A mean of 5 on a scale to 5 is everybody's answer; so is a float that is 1 but for its last digits."""
    given = {"n": [20, 20, 20, 0], "value": [5, 1 + 1e-12, 4.9, NAN], "scale": (1, 5)}
    assert sensitive("persons", **given) == [True, True, False, False]
    assert sensitive("process", **given) == [False] * 4


def test_published_figures_are_controlled_already() -> None:
    """A statistics office has hidden what it hides."""
    assert sensitive("published", n=[1, 2, 3], hits=[1, 1, 1]) == [False] * 3


def test_open_overdue_cases_are_hidden_from_one_to_four() -> None:
    """The number and the age of the oldest go together."""
    assert overdue_hidden([0, 1, 4, 5, NAN], 5).tolist() == [False, True, True, False, False]


def test_a_family_has_the_largest_minimum_and_all_rules() -> None:
    """A process with k = 3 on the same rows as a share of persons with k = 10: 9 cases and 9 misses are few for both."""
    process = Figures(kind="process", minimum=3, n=[9, 40, 40])
    persons = Figures(kind="persons", minimum=10, n=[9, 40, 40], hits=[0, 31, 20])
    both = family([process, persons])
    assert both.minimum == 10
    assert both.sensitive.tolist() == [True, True, False]
    assert both.counts.tolist() == [[9, 40, 40], [0, 31, 20], [9, 9, 20]]


def test_the_same_numbers_in_another_order_are_one_count() -> None:
    """Kept and broken are the hits and misses of each other: nothing is counted twice."""
    kept = Figures(kind="persons", n=[40.0], hits=[38.0])
    broken = Figures(kind="persons", n=[40.0], hits=[2.0])
    assert family([kept, broken]).counts.tolist() == [[40], [38], [2]]


def test_a_family_of_published_figures_has_no_counts() -> None:
    """Nothing of it is few."""
    found = family([Figures(kind="published", n=[3, 4])])
    assert (found.minimum, found.counts.shape, found.sensitive.tolist()) == (1, (0, 2), [False, False])


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ((45, 41), (46, 41), True),
        ((45, 41), (45, 41), False),
        ((45, 41), (45, 40), True),
        ((45, 41), (49, 45), True),
        ((45, 41), (50, 41), False),
        ((45, 41), (55, 46), False),
        ((NAN, NAN), (46, 41), False),
    ],
    ids=["one more miss", "the same", "one hit less", "four more hits", "five more misses", "five of each", "never out"],
)
def test_a_revision_by_few_is_held(before: tuple[float, float], now: tuple[float, float], expected: bool) -> None:
    """n, hits or misses that differ by one to four."""
    figures, earlier = (Figures(kind="persons", n=[n], hits=[hits]) for n, hits in (now, before))
    assert held([Revision(now=figures, before=earlier, running=[False])], np.array([False])).tolist() == [expected]


def test_a_revision_is_judged_by_the_largest_minimum_of_the_family() -> None:
    """Four persons more are few beside a k of 5, not for a share with k = 3 alone; nor are cases of a process alone."""
    process = revision(Figures(kind="process", minimum=5, n=[46]), Figures(kind="process", n=[42]))
    share = revision(Figures(kind="persons", minimum=3, n=[46], hits=[41]), Figures(kind="persons", n=[42], hits=[37]))
    over = np.array([False])
    assert held([process, share], over).tolist() == [True]
    assert held([share], over).tolist() == [False]
    assert held([process], over).tolist() == [False]


@pytest.mark.parametrize(
    ("was_running", "is_running", "n", "expected"),
    [
        (True, True, 40, True),
        (True, True, 42, False),
        (True, True, 37, False),
        (True, False, 40, False),
        (False, True, 40, False),
    ],
    ids=["3 more", "5 more", "none", "the period has ended", "it had ended before"],
)
def test_a_running_figure_of_a_process_waits_for_five_more(was_running: bool, is_running: bool, n: int, expected: bool) -> None:
    """37 until April are out: of 40 until May the 3 of May follow. When the period has ended its figure is published."""
    process = revision(Figures(kind="process", n=[n]), Figures(kind="process", n=[37]), was_running)
    assert held([process], np.array([is_running])).tolist() == [expected]
