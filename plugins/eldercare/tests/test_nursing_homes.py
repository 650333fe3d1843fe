"""The nursing-home guarantee and the wait, from a small waiting list with every edge to figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from klaremal.run import Run

# a on the last day; b a day late; c refused once; d refused and still waits; e died in time; f left too late; g chose a home
# in time; h chose one from the start; i is not due yet; j died with an offer; k refused on a day that nobody wrote down.
WAITING_LIST = """
citizen_id,birth_date,decision_date,list_type,free_choice_date,offer_date,offer_response,refusal_date,ready_date,exit_date
a, 1940-01-01, 2025-01-10, generel, , 2025-03-10, accepteret, , 2025-03-24,
b, 1940-01-01, 2025-01-10, generel, , 2025-03-11, accepteret, , 2025-03-25,
c, 1940-01-01, 2025-01-05, generel, , 2025-02-01, afslået, 2025-02-04, ,
c, 1940-01-01, 2025-01-05, generel, , 2025-04-04, accepteret, , 2025-04-20,
d, 1940-01-01, 2025-02-01, generel, , 2025-03-01, afslået, 2025-03-05, ,
e, 1940-01-01, 2025-03-01, generel, , , , , , 2025-03-20
f, 1940-01-01, 2025-03-01, generel, , , , , , 2025-06-01
g, 1940-01-01, 2025-04-01, generel, 2025-04-15, , , , ,
h, 1940-01-01, 2025-01-10, frit_valg, , 2025-09-10, accepteret, , 2025-09-20,
i, 1940-01-01, 2025-12-01, generel, , , , , ,
j, 1959-06-02, 2025-05-01, generel, , 2025-06-01, accepteret, , , 2025-06-10
k, 1940-01-01, 2025-06-01, generel, , 2025-06-20, afslået, , ,
k, 1940-01-01, 2025-06-01, generel, , 2025-08-20, accepteret, , 2025-08-25,
"""
TARGETS = {
    "eldercare.nursing_home_ready": "at_least = 95",
    "eldercare.nursing_home_waiting_days": "at_most = 60",
    "eldercare.nursing_home_waiting_days_median": "at_most = 60",
}


@pytest.fixture
def found(measured: Callable[..., Run]) -> Run:
    """Run the waiting list once for each test."""
    return measured({"eldercare.waiting_list": WAITING_LIST}, TARGETS)


def test_the_guarantee_has_a_clock_for_every_refusal(found: Run, figure: Callable[..., Any]) -> None:
    """Of 10 clocks (a, b, c twice, d twice, f, j, k twice) 7 are kept: b is late, d still waits, f left after the deadline."""
    value, _, cause = figure(found, "eldercare.nursing_home_guarantee")
    assert (value, cause) == (70.0, None)


def test_the_law_is_judged_without_a_goal_of_the_council(found: Run) -> None:
    """The statutory goal asks for 100 percent in the year, on the basis of law."""
    rows = found.fulfilments[found.fulfilments["goal"] == "eldercare.nursing_home_guarantee"]
    rows = rows[(rows["period"] == "2025") & (rows["unit"] == "751")]
    assert rows[["value", "status"]].to_numpy().tolist() == [[70.0, "not_fulfilled"]]


def test_a_home_is_ready_two_weeks_after_the_two_months(found: Run, figure: Callable[..., Any]) -> None:
    """a (on the last day) and k of a, b, c, d, f, k; refused offers are out, and so is j, who died before."""
    value, _, cause = figure(found, "eldercare.nursing_home_ready")
    assert (value, cause) == (pytest.approx(100 * 2 / 6, abs=1e-6), None)


def test_waiting_days_are_those_of_offers_to_people_of_67_or_older(found: Run, figure: Callable[..., Any]) -> None:
    """59 (a), 60 (b), 27 and 59 (c), 28 (d), 19 and 61 (k); j is 65: the mean is 313 / 7, the middle one 59."""
    assert figure(found, "eldercare.nursing_home_waiting_days")[0] == pytest.approx(313 / 7, abs=1e-6)
    assert figure(found, "eldercare.nursing_home_waiting_days_median")[0] == 59.0


def test_no_row_is_set_aside(found: Run) -> None:
    """Every row of the list and every clock made of it keeps its contract."""
    assert (found.set_aside, found.gaps, found.failed) == ((), (), False)
