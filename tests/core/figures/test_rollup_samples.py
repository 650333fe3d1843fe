"""Samples: those who were asked are the population, and the interval says how far the others could move the figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from klaremal.judge import CLEAR, certainties
from klaremal.measures import Mean, Rate, Share, Total

UNTIL = date(2025, 12, 31)


def asked(kept: int, answered: int, of: int) -> list[dict[str, Any]]:
    """Return those asked in January 2025: so many of the answers say yes, and the rest did not answer."""
    answers: list[str | None] = [str(place < kept).lower() for place in range(answered)]
    return [{"place": "101", "day": "2025-01-05", "kept": each} for each in (*answers, *[None] * (of - answered))]


def sample(desk: Any, rows: list[dict[str, Any]], measure: Any, **more: Any) -> Any:
    """Return the one observation of rows as a sample."""
    dataset = evolve(desk.cases, basis="sample")
    return desk.cell(
        desk.observe(rows, desk.wanted(measure, dataset=dataset), until=UNTIL, **more), unit="101", period="2025M01"
    )


@pytest.mark.parametrize(
    ("of", "low", "high", "clear"),
    [(1000, 86.62, 96.80, False), (95, 92.04, 94.43, True), (90, 86.21, 96.91, False)],
    ids=["of a thousand", "nearly all", "nobody unanswered"],
)
def test_a_share_reaches_as_far_as_those_who_did_not_answer(desk: Any, of: int, low: float, high: float, clear: bool) -> None:
    """84 of 90 at least 95 percent: clear only where hardly anybody is left; without such nobody knows of how many."""
    cell = sample(desk, asked(84, 90, of), Share("kept"))
    assert (round(cell["low"], 2), round(cell["high"], 2)) == (low, high)
    assert (cell["least"], cell["most"]) == (cell["low"], cell["high"])
    (word,) = certainties(*(np.array([each]) for each in (cell["least"], cell["most"], 95.0, float("inf"), 0.0)))
    assert bool(word == CLEAR) is clear


def test_a_register_is_as_certain_as_its_rows(desk: Any) -> None:
    """84 of 90 cases are 93.3 percent whoever else there might have been; the interval is for the trend only."""
    found = desk.observe(asked(84, 90, 90), desk.wanted(Share("kept")), until=UNTIL)
    cell = desk.cell(found, unit="101", period="2025M01")
    assert cell["least"] == cell["value"] == cell["most"]


@pytest.mark.parametrize(
    ("scores", "limits"),
    [((3, 4, 4, 5), (2.70, 5.00)), ((4, 4, 4, 4), (None, None)), ((4,), (None, None))],
    ids=["spread", "all alike", "one answer"],
)
def test_a_mean_without_an_interval_is_never_clear(
    desk: Any, scores: tuple[int, ...], limits: tuple[float | None, ...]
) -> None:
    """3, 4, 4, 5 on a scale of 1 to 5 lie between 2.70 and 5; four alike tell nothing of the others."""
    rows = [{"place": "101", "day": "2025-01-05", "score": score} for score in scores]
    cell = sample(desk, rows, Mean("score"))
    if limits[0] is None:
        assert cell["low"] != cell["low"]
        assert (cell["least"], cell["most"]) == (-float("inf"), float("inf"))
    else:
        assert (round(cell["least"], 2), round(cell["most"], 2)) == limits


def test_no_events_are_not_certainly_none(desk: Any) -> None:
    """0 events among 2,000 persons, per 1,000: at most 1.83."""
    rows = [{"place": "101", "day": "2025-01-05", "days": 0, "people": 2000}] * 2
    cell = sample(desk, rows[:1], Rate("days", per=Total("people"), scale=1000))
    assert (round(cell["least"], 2), round(cell["most"], 2)) == (0, 1.83)


def test_a_bad_row_widens_what_is_possible_and_does_not_narrow_the_interval(desk: Any) -> None:
    """A row that cannot be read was asked, too: worst and best are never inside the interval."""
    rows = [*asked(84, 90, 1000), {"place": "101", "day": "2025-01-05", "__bad": "unreadable_kept", "__broken": "|kept|"}]
    cell = sample(desk, rows, Share("kept"))
    assert cell["least"] <= cell["low"]
    assert cell["most"] >= cell["high"]


def test_few_answers_are_no_reason_not_to_judge_a_sample(desk: Any) -> None:
    """Of a register 95 percent must be measured; of a sample the interval says what is not known, unless more is declared."""
    dataset = evolve(desk.cases, basis="sample")
    assert desk.wanted(Share("kept"), dataset=dataset).indicator.least_coverage == 0
    assert desk.wanted(Share("kept"), dataset=dataset, minimum_coverage=40).indicator.least_coverage == 0.4
    assert desk.wanted(Share("kept")).indicator.least_coverage == 0.95


def test_a_sample_lacks_no_months(desk: Any) -> None:
    """Sixty are asked in January and sixty in June, all of whom answer: nothing of the year is missing."""
    rows = [{"place": "101", "day": date(2025, month, 5), "kept": True} for month in (1, 6) for _ in range(60)]
    dataset = evolve(desk.cases, basis="sample")
    found = desk.observe(rows, desk.wanted(Share("kept"), frequencies=("year",), dataset=dataset), until=date(2025, 12, 31))
    assert desk.cell(found, unit="101", period="2025")["coverage"] == 1
