"""The page of agreed cases holds all of them, with the results that were agreed: the code may not change one unnoticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = "docs/fulfilment.md"
Tables = Callable[[str, str], list[list[dict[str, str]]]]

FULFILLED, PARTLY, NOT, UNKNOWN = "fulfilled", "partly fulfilled", "not fulfilled", "cannot be assessed"
REASON = "reason: Not fulfilled: 94.96% is below 95.0%. 1,187 of 1,250 cases. That is 1 too many outside the promise."
# By section: the case, the status, and what stands beside it.
JUDGED = {
    "From a figure to a status": [
        ("1", FULFILLED, ""),
        ("2", FULFILLED, ""),
        ("3", NOT, REASON),
        ("4", PARTLY, ""),
        ("4", NOT, ""),
        ("5", PARTLY, ""),
        ("5", NOT, ""),
        ("5", FULFILLED, ""),
        ("5", PARTLY, ""),
        ("5", NOT, ""),
        ("6", FULFILLED, ""),
        ("6", NOT, ""),
        ("6", UNKNOWN, "cause: no_cases"),
        ("also", UNKNOWN, "value: none, cause: no_cases"),
    ],
    "Which version judges": [("11", NOT, "target: 95"), ("11", FULFILLED, "target: 85")],
    "Against earlier figures": [
        ("12", NOT, "target: 74.9"),
        ("12", FULFILLED, "target: 74.9"),
        ("13", FULFILLED, "target: 26"),
        ("14", NOT, "target: 71"),
        ("18", UNKNOWN, "cause: method_changed"),
        ("18", FULFILLED, ""),
        ("18", UNKNOWN, "cause: method_changed"),
    ],
    "Against others": [
        ("15", FULFILLED, "target: 3.6"),
        ("15", NOT, "target: 3.6"),
        ("15", UNKNOWN, "target: none, cause: no_data"),
        ("16", NOT, "target: 75"),
    ],
    "Parts that are missing": [("17", UNKNOWN, "cause: no_data"), ("17", NOT, "")],
    "Certainty": [
        ("25", NOT, "certainty: clear"),
        ("26", NOT, "certainty: uncertain, interval: [86.62, 96.80]"),
        ("26", NOT, "certainty: clear, interval: [92.04, 94.43]"),
        ("27", FULFILLED, "certainty: uncertain, worst: 93.14"),
        ("27", FULFILLED, "certainty: clear, worst: 96.08"),
    ],
    "Trend": [
        ("30", FULFILLED, "trend: unchanged, change: 3 [-2.59, 8.67]"),
        ("30", FULFILLED, "trend: better, change: 13 [6.37, 19.69]"),
        ("30", FULFILLED, "trend: unchanged, change: 0.03 [-0.23, 0.29], noticeable: 0.1"),
        # 2.46 x 0.15 is 0.369: 3.4 less 0.368 has not changed, less 0.37 it has.
        ("31", FULFILLED, "trend: unchanged"),
        ("31", FULFILLED, "trend: unchanged"),
        ("31", FULFILLED, "trend: better"),
        ("31", FULFILLED, "trend: better"),
        # 1.96 x sqrt(40 + 59) is 19.5, and with 60 it is 19.6.
        ("32", FULFILLED, "trend: unchanged"),
        ("32", FULFILLED, "trend: unchanged"),
        ("32", FULFILLED, "trend: worse"),
        ("32", FULFILLED, "trend: worse"),
        ("also", FULFILLED, "trend: worse, change: -3 [-4.47, -1.66]"),
    ],
    "Course": [
        ("33", UNKNOWN, "course: behind, cause: not_yet_due"),
        ("33", UNKNOWN, "course: on_track, cause: not_yet_due"),
        ("33", NOT, "course: missed"),
        ("33", UNKNOWN, "course: none, cause: no_data"),
    ],
    "Margin": [
        ("34", FULFILLED, "margin: 13"),
        ("34", NOT, "margin: -5"),
        ("34", FULFILLED, "margin: 0"),
        ("34", FULFILLED, "margin: 9"),
    ],
    "Many units, one status": [
        ("35", UNKNOWN, "cause: no_data"),
        ("35", NOT, ""),
        ("35", FULFILLED, ""),
        ("35", UNKNOWN, "cause: no_data"),
        ("35", NOT, ""),
    ],
    "Coverage": [("36", UNKNOWN, "coverage: 0.93, required: 0.95, cause: coverage_too_low")],
}
PROMISED = [("7", "nothing"), ("7", "60"), ("7", "64"), ("7", "64"), ("8", "62"), ("8", "62"), ("8", "64"), ("9", "92.5")]
REFUSED = [("4", "a law that is nearly kept is broken"), ("10", "rolling windows"), ("also", '"direction" is missing')]
CLOCKS = [
    ("19", "part: 2, n: 6, value: 33.33"),
    ("19", "part: 3, n: 4, value: 75, open_overdue: 2, oldest_open: 30, paused: 1"),
    ("20", "due: 2026-04-26"),
    ("21", "due: 2026-04-15"),
    ("21", "due: 2024-04-26"),
    ("22", "due: 2026-02-28"),
]
BOSTON = [
    ("23", "opened in 2013: 2433 of 2691", "90.41", FULFILLED),
    ("23", "opened in 2014: 2125 of 2550", "83.33", NOT),
]
STOPPED = [("24", "cause: no_data"), ("24", "cause: no_cases")]
INTERVALS = [
    ("28", "value: 4, interval: [2.70, 5.00]"),
    ("28", "value: 4, interval: none"),
    ("29", "value: 0, interval: [0.00, 1.83]"),
]
SQUARE = "i1 1, i1 2, i1 3, i2 1, i2 2, i2 3, i3 3, i3 4, i4 3, i4 4"
# The case, what is hidden, and what is shown.
HIDDEN = [
    ("37", "i1, i2", "M: 31"),
    ("38", "i1, i2, i3", "M: 22"),
    ("39", "D1, D2, i1, i2", "M: 43, i3: 25"),
    ("40", "2026M07, 2026M08", "2026K3: 27, 2026: 153"),
    ("41", "2026M09, 2026M12, 2026K3, 2026K4", "2026: 100, then 100, then 148"),
    ("42", "i1 men, i1 women, i2 men, i2 women", "M women: 48, M men: 85, i1: 43"),
    ("43", SQUARE, "i1: 30, i2: 29, M 1: 31, M 2: 35"),
    ("44", "2027M01, 2027M01R12", "2026M12R12: 120, then 120"),
    ("45", "2026M05, as it was: 1", "2026: 37, then 37"),
    ("46", "as it was: 1", "i1: 40 of 45 (88.9), then 40 of 45 (88.9)"),
    ("46", "nothing", "i1: 41 of 45 (91.1), then 41 of 46 (89.1)"),
    ("47", "i1", "i1: hidden"),
    ("47", "nothing", "i1: 38 of 40 (95.0)"),
    ("48", "i1", "i1: hidden"),
    ("49", "i1", "3 of 3 shown, status: cannot be assessed (confidential)"),
    (
        "50",
        "2025M04, 2025M05, 2026M01 to 2026M12",
        "2026K1: 27, 2026K2: 27, 2026K3: 27, 2026K4: 27, 2026: 108",
    ),
    ("also", "i1", "i1: hidden, status: cannot be assessed (confidential)"),
]
RULES = [("43", "computable: i2 3: 10 + 19 - 11 - 15 = 3"), ("46", "held"), ("46", "published")]


def chosen(table: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    """Return of each row the case and these columns."""
    return [tuple(row[name] for name in ("case", *columns)) for row in table]


def test_every_agreed_case_is_computed_on_the_page(root: Path) -> None:
    """By its own number: none is left to another page."""
    text = (root / PAGE).read_text(encoding="utf-8")
    cells = re.findall(r"^\| ([^|]+) \|", text, flags=re.MULTILINE)
    assert {cell for cell in cells if cell != "case"} == {*map(str, range(1, 51)), "also"}


@pytest.mark.parametrize("section", JUDGED)
def test_the_judged_cases_have_the_agreed_result(tables: Tables, section: str) -> None:
    """Status, cause, target, certainty, trend, course and margin."""
    (table,) = tables(PAGE, f"## {section}")
    assert chosen(table, "status", "besides") == JUDGED[section]


def test_the_promises_are_the_agreed_ones(tables: Tables) -> None:
    """Of paths; and what cannot be promised is refused."""
    assert chosen(tables(PAGE, "## What a path promises")[0], "promised") == PROMISED
    refused = chosen(tables(PAGE, "## What is refused")[0], "what klaremal says")
    assert [number for number, _ in refused] == [number for number, _ in REFUSED]
    assert [why for (_, said), (_, why) in zip(refused, REFUSED, strict=True) if why not in said] == []


def test_the_measured_cases_have_the_agreed_result(tables: Tables) -> None:
    """Legal clocks, a city, months without a case, and intervals."""
    clocks, boston = tables(PAGE, "## Legal clocks")
    assert chosen(clocks, "comes out") == CLOCKS
    assert chosen(boston, "requests", "percent", "status") == BOSTON
    assert chosen(tables(PAGE, "## Months without a case")[0], "comes out") == STOPPED
    assert chosen(tables(PAGE, "## Intervals")[0], "comes out") == INTERVALS


def test_small_numbers_are_hidden_as_agreed(tables: Tables) -> None:
    """What is hidden and shown by runs, and what single rules decide."""
    found = chosen(tables(PAGE, "## Small numbers")[0], "hidden after the last run", "shown after each run")
    assert found == HIDDEN
    assert chosen(tables(PAGE, "## Single rules of small numbers")[0], "comes out") == RULES
