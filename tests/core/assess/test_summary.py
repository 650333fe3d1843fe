"""Summaries: the organisation's own status from those of a goal's units, and which unknown ones decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.judge import FULFILLED, NOT_FULFILLED, PARTLY, UNDECIDED, summaries
from klaremal.measures import Count
from klaremal.model.indicator import Indicator
from klaremal.model.target import AtLeast, AtMost
from klaremal.plan import PlannedGoal

Indicators = Callable[..., Indicator]
Goals = Callable[..., PlannedGoal]
Observed = Callable[..., pd.DataFrame]
Judged = Callable[..., list[dict[str, Any]]]

NAN = float("nan")
WHOLE = ("000", "nation")
# F, P, N: fulfilled, partly, not. ? is unknown, 0 has no cases, H is hidden, R still runs.
LETTERS: dict[str, dict[str, Any]] = {
    "F": {"value": 95.0},
    "P": {"value": 93.0},
    "N": {"value": 80.0},
    "?": {"value": NAN, "cause": "no_data"},
    "0": {"value": NAN, "cause": "no_cases"},
    "H": {"value": NAN, "cause": "confidential"},
    "C": {"value": 95.0, "coverage": 0.1},
    "R": {"value": 95.0, "provisional": True},
}
SHARE = {"share": 75}


def whole(letters: str, summary: Any, planned: Goals, observed: Observed, judged: Judged, **more: Any) -> tuple[Any, ...]:
    """Return the whole's status, cause, known and fulfilled units, and whether it is provisional."""
    units = tuple(str(101 + place) for place in range(len(letters)))
    rows = [{"unit": unit, "period": "2026"} | LETTERS[letter] for unit, letter in zip(units, letters, strict=True)]
    goal = planned(AtLeast(95), tolerance=3, units=units, summary=summary, summed=WHOLE, **more)
    (row,) = (row for row in judged(observed(*rows), goal) if row["unit"] == "000")
    assert (row["indicator"], row["value"], row["target"], row["level"], row["breakdown"]) == (None, None, None, "nation", "")
    return row["status"], row["cause"], row["n"], row["part"], row["provisional"]


@pytest.mark.parametrize(
    ("letters", "summary", "status", "cause"),
    [
        pytest.param("FF?", "all", "not_assessable", "no_data", id="case-35-FF?"),
        pytest.param("FN?", "all", "not_fulfilled", None, id="case-35-FN?"),
        pytest.param("FFF?", SHARE, "fulfilled", None, id="case-35-share-FFF?"),
        pytest.param("FF??", SHARE, "not_assessable", "no_data", id="case-35-share-FF??"),
        pytest.param("FNN?", SHARE, "not_fulfilled", None, id="case-35-share-FNN?"),
        pytest.param("FFFH", "all", "not_assessable", "confidential", id="case-49"),
        pytest.param("FFF", "all", "fulfilled", None, id="all-of-them"),
        pytest.param("FPF", "all", "partly_fulfilled", None, id="one-partly"),
        pytest.param("FF0", "all", "fulfilled", None, id="no-cases-drops-out"),
        pytest.param("00", "all", "not_assessable", "no_cases", id="no-cases-at-all"),
        pytest.param("00", SHARE, "not_assessable", "no_cases", id="no-cases-of-a-share"),
        pytest.param("FHC?", "all", "not_assessable", "no_data", id="the-first-cause"),
        pytest.param("FFFF?", {"worst": 80}, "fulfilled", None, id="worst-four-of-five-known"),
        pytest.param("FFFP?", {"worst": 80}, "partly_fulfilled", None, id="worst-partly"),
        pytest.param("FFF??", {"worst": 80}, "not_assessable", "no_data", id="worst-too-few-known"),
        pytest.param("FFF??", {"worst": 60}, "fulfilled", None, id="worst-with-a-lower-quorum"),
        pytest.param("FNN??", {"worst": 80}, "not_fulfilled", None, id="worst-not-whatever-the-others-are"),
        pytest.param("PPP", SHARE, "not_fulfilled", None, id="partly-is-not-fulfilled-for-a-share"),
        pytest.param("FFFP", SHARE, "fulfilled", None, id="three-of-four"),
    ],
)
def test_units_make_a_whole(
    letters: str, summary: Any, status: str, cause: str | None, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """All of them, the worst of the known, or a share; unknown ones count against whoever needs them."""
    assert whole(letters, summary, planned, observed, judged)[:2] == (status, cause)


def test_case_49_of_four_with_one_hidden_three_of_three_are_shown(planned: Goals, observed: Observed, judged: Judged) -> None:
    """The hidden one is neither among those that fulfil the goal nor among those that are counted."""
    assert whole("FFFH", "all", planned, observed, judged)[2:] == (3.0, 3.0, False)
    assert whole("FFNP?0", "all", planned, observed, judged)[2:] == (4.0, 2.0, False)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param("FFR", (None, None, 2.0, 2.0, True), id="one still runs"),
        pytest.param("F?R", (None, None, 1.0, 1.0, True), id="one still runs and one is unknown"),
        pytest.param("FNR", ("not_fulfilled", None, 2.0, 1.0, False), id="one that has ended decides"),
    ],
)
def test_a_whole_waits_for_units_that_may_still_decide(
    letters: str, expected: tuple[Any, ...], planned: Goals, observed: Observed, judged: Judged
) -> None:
    """It is provisional as they are, unless the answer is known whatever they become."""
    assert whole(letters, "all", planned, observed, judged) == expected


def test_what_is_decided_early_is_as_provisional_as_that(
    indicator: Indicators, planned: Goals, observed: Observed, judged: Judged
) -> None:
    """Eleven complaints in May are more than ten; the whole is not fulfilled before its year has ended."""
    counted = indicator(Count(), direction="lower", measured_in="number")
    rows = ({"unit": "101", "value": 11.0}, {"unit": "102", "value": 3.0})
    observations = observed(*({"period": "2026", "provisional": True} | row for row in rows))
    goal = planned(AtMost(10), indicator=counted, units=("101", "102"), summary="all", summed=WHOLE)
    (row,) = (row for row in judged(observations, goal) if row["unit"] == "000")
    assert (row["status"], row["provisional"], row["n"], row["part"]) == ("not_fulfilled", True, 1.0, 0.0)


def test_every_period_and_goal_has_its_own_whole(planned: Goals, observed: Observed, judged: Judged) -> None:
    """After the goal's units; a goal without a summary, or one that judges the whole itself, has none."""
    observations = observed(
        *({"unit": unit, "period": year, "value": value} for unit, year, value in (
            ("101", "2025", 95.0), ("102", "2025", 95.0), ("101", "2026", 95.0), ("102", "2026", 90.0),
        ))
    )  # fmt: skip
    units = ("101", "102")
    goals = (
        planned(AtLeast(95), id="a", units=units, summary="all", summed=WHOLE),
        planned(AtLeast(90), id="b", units=units, summary={"share": 50}, summed=WHOLE),
        planned(AtLeast(95), id="c", units=units),
        planned(AtLeast(95), id="d", units=units, summary="all"),
    )
    rows = judged(observations, *goals)
    assert [row["goal"] for row in rows] == ["a"] * 6 + ["b"] * 6 + ["c"] * 4 + ["d"] * 4
    assert [(row["goal"], row["period"], row["status"]) for row in rows if row["unit"] == "000"] == [
        ("a", "2025", "fulfilled"),
        ("a", "2026", "not_fulfilled"),
        ("b", "2025", "fulfilled"),
        ("b", "2026", "fulfilled"),
    ]


def test_each_value_of_a_breakdown_has_its_own_whole(planned: Goals, observed: Observed, judged: Judged) -> None:
    """Of the women all units fulfil it, of the men one does not."""
    values = (("101", "sex=K", 95.0), ("101", "sex=M", 95.0), ("102", "sex=K", 95.0), ("102", "sex=M", 90.0))
    observations = observed(
        *({"unit": unit, "period": "2026", "breakdown": text, "value": value} for unit, text, value in values)
    )
    goal = planned(AtLeast(95), units=("101", "102"), breakdown="sex=*", summary="all", summed=WHOLE)
    rows = [row for row in judged(observations, goal) if row["unit"] == "000"]
    assert [(row["breakdown"], row["status"], row["n"], row["part"]) for row in rows] == [
        ("sex=K", "fulfilled", 2.0, 2.0),
        ("sex=M", "not_fulfilled", 2.0, 1.0),
    ]


def test_before_a_goal_is_due_its_whole_is_not_due_either(planned: Goals, observed: Observed, judged: Judged) -> None:
    """All its units wait for the deadline."""
    assert whole("FN", "all", planned, observed, judged, by=2029)[:2] == ("not_assessable", "not_yet_due")


PARTS = st.lists(st.sampled_from(["F", "P", "N", "?"]), min_size=1, max_size=12)
RANKS = {"F": FULFILLED, "P": PARTLY, "N": NOT_FULFILLED}


@given(parts=PARTS, kind=st.sampled_from(["all", "worst", "share"]), percent=st.integers(1, 100))
def test_a_whole_is_decided_exactly_when_unknown_parts_cannot_change_it(parts: list[str], kind: str, percent: int) -> None:
    """Against a search through all that the unknown ones could be; `worst` with enough known ones leaves them out."""

    def of(some: list[str]) -> int:
        known = np.array([[some.count(letter)] for letter in "FPN"])
        return int(summaries(kind, percent, known, np.array([some.count("?")]))[0])

    found, unknown = of(parts), parts.count("?")
    known = [part for part in parts if part != "?"]
    if kind == "worst" and known and 100 * len(known) >= percent * len(parts):
        assert found == max(RANKS[part] for part in known)
        return
    # Between nothing but failures and nothing but successes lies all that they could be.
    possible = {of(known + [letter] * unknown) for letter in "FPN"}
    if kind != "share" and FULFILLED in possible and len(possible) > 1:
        # `all` asks for every part: one that is not known keeps it open, unless another has failed.
        assert found == UNDECIDED
    else:
        assert found == (possible.pop() if len(possible) == 1 else UNDECIDED)
