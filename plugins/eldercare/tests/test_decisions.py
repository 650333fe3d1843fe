"""Decisions within the council's deadline and the own survey, from small tables to figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klaremal.run import Run

DECISIONS = """
case_id, citizen_id, paragraph, applied_date, decided_date, withdrawn_date
1, a, §83,  2025-03-01, 2025-03-13,
2, b, §83,  2025-03-01, 2025-03-14,
3, c, §83,  2025-03-01, ,
4, d, §83,  2025-03-01, ,           2025-03-10
5, e, §83,  2025-03-01, ,           2025-03-20
6, f, §83,  2025-12-25, ,
7, g, §83a, 2025-03-01, 2025-03-31,
8, h, §83a, 2025-03-01, 2025-04-01,
9, i, §86,  2025-03-01, 2025-03-21,
10, j, §86, 2025-03-01, 2025-03-22,
11, k, §83, 2025-03-01, 2025-03-03,
12, l, §83a, 2025-03-01, 2025-03-03,
13, m, §83a, 2025-03-01, 2025-03-03,
14, n, §83a, 2025-03-01, 2025-03-03,
15, o, §86, 2025-03-01, 2025-03-03,
16, p, §86, 2025-03-01, 2025-03-03,
17, q, §86, 2025-03-01, 2025-03-03,
18, r, §83, 2025-03-01, 2025-03-05,
"""
ON_TIME = "eldercare.decisions_on_time"


def test_each_paragraph_has_the_councils_deadline(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """12, 30 (default) and 20 days, each on the last day or one late; 3 is open, 4 out, 5 withdrawn too late, 6 not due."""
    target = 'at_least = 90\nwithin = { "§83" = "12 days", "§86" = "20 days" }'
    found = measured({"eldercare.decisions": DECISIONS}, {ON_TIME: target}, "month")
    assert figure(found, ON_TIME, "2025M03") == (68.75, 16.0, None)
    assert figure(found, ON_TIME, "2025M03", "paragraph=§83") == (50.0, 6.0, None)
    assert figure(found, ON_TIME, "2025M03", "paragraph=§83a") == (80.0, 5.0, None)
    assert figure(found, ON_TIME, "2025M03", "paragraph=§86") == (80.0, 5.0, None)
    assert found.set_aside == ()


def test_without_a_deadline_of_the_council_thirty_days_hold(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """Of section 83 only the open case is late, of section 86 none; 8 is late by a day as before."""
    found = measured({"eldercare.decisions": DECISIONS}, {ON_TIME: "at_least = 90"}, "month")
    assert figure(found, ON_TIME, "2025M03", "paragraph=§83") == (80.0, 5.0, None)
    assert figure(found, ON_TIME, "2025M03", "paragraph=§83a") == (80.0, 5.0, None)
    assert figure(found, ON_TIME, "2025M03", "paragraph=§86") == (100.0, 5.0, None)


def test_the_survey_counts_answers_and_not_silence(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """Of 40 asked 25 are satisfied and 10 are not; 3 did not answer and 2 do not know: 25 of 35."""
    answers = ["5"] * 20 + ["4"] * 5 + ["3"] * 10 + [""] * 3 + ["9"] * 2
    rows = [f"r{number}, 2025-05-01, personlig_pleje, {answer}" for number, answer in enumerate(answers)]
    table = "\n".join(["respondent_id, invited_on, help_type, overall", *rows])
    found = measured({"eldercare.own_survey": table}, {"eldercare.users_satisfied": "at_least = 80"})
    assert figure(found, "eldercare.users_satisfied") == (round(100 * 25 / 35, 6), 35.0, None)
