"""Explanations: every line an auditor asks for, in the reader's language, and nothing about what is hidden or missing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from klaremal.bind.deadlines import promised
from klaremal.explain.account import explain
from klaremal.explain.deadline import deadline_text
from klaremal.explain.told import Evidence
from klaremal.explain.words import LABELS, SAYINGS
from klaremal.measures import Count, Distinct, Mean, Measure, Median, OnTime, Published, Quantile, Rate, Ratio, Share, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.deadline import Deadline
from klaremal.model.indicator import Indicator
from klaremal.reason.words import LANGUAGES

NAN = float("nan")
DATA = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("kept", "boolean"),
        Column("days", "number"),
        Column("persons", "integer"),
        Column("opened_on", "date"),
        Column("place", "string"),
    ),
    dated_by="opened_on",
    placed_in="place",
    level="municipality",
)


def indicator_of(measure: Measure, **more: Any) -> Indicator:
    """Return an indicator with this measure."""
    usual = {"measured_in": "percent", "direction": "higher", "frequency": "year"} | more
    return Indicator(
        id="roads.kept", title={"da": "Sager til tiden", "en": "Cases on time"}, dataset=DATA, measure=measure, **usual
    )


KEPT = indicator_of(Share("kept"), counted={"da": "sager", "en": "cases"})
ROW = {
    "goal": "svar", "version": "2", "period": "2026", "value": 94.96, "target": 95.0, "target_high": NAN,
    "status": "partly_fulfilled", "cause": NAN, "certainty": "clear", "trend": "worse", "n": 1250.0, "part": 1187.0,
    "low": 93.61, "high": 96.05, "provisional": False, "run": 7,
}  # fmt: skip
OBSERVATION = {"coverage": 0.991, "definition": "0123456789abcdef" * 4, "cause": NAN}
GOAL = {
    "goal": "svar", "version": 2, "title": {"da": "Svar til tiden"}, "promise": {"": "Du får svar til tiden."},
    "decision": {"": "Decision", "body": "Byrådet", "date": "2025-12-11", "case": "25/10482", "text": {}, "link": ""},
    "target": {"": "AtLeast", "value": 95}, "tolerance": 2.0, "first": "2026-01-01", "last": "2029-12-31", "basis": None,
    "reference": None, "minimum_coverage": 0.95,
}  # fmt: skip
PATH = {"": "Path", "points": [["2026", 62.5]], "shape": "linear"}
SOURCE = {
    "dataset": "roads.cases", "collector": "csv", "address": "data/sager.csv", "bytes": 123456.0, "sha256": "ab" * 32,
    "rows": 1300.0, "fetched": "2027-01-02T06:00:00.822653", "complete_until": "2026-12-31", "complete_rule": "newest_event",
    "cause": NAN, "message": NAN,
}  # fmt: skip
ASIDE = {"dataset": "roads.cases", "rule": "future_date", "rows": 4, "message": "opened_on lies in the future"}
PLUGIN = ("roads", "klaremal-roads", "1.2.0")


def told(
    row: Any, observation: Any, goal: Any, sources: list[Any], indicator: Indicator, lang: str = "da", **more: Any
) -> list[tuple[str, str]]:
    """Return the explanation of a row by its goal, with this evidence."""
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in more.items()}
    return explain(row, goal, indicator, Evidence(observation=observation, sources=tuple(sources), **given), lang)


def test_an_explanation_has_every_line_that_an_auditor_asks_for() -> None:
    """Promise, decision, version in force, target, arithmetic, n, coverage, source, hash, rows, reach, plugin, run."""
    assert told(ROW, OBSERVATION, GOAL, [SOURCE], KEPT, "en", plugin=PLUGIN, set_aside=[ASIDE]) == [
        ("Goal", "Svar til tiden (svar)"),
        ("Promise", "Du får svar til tiden."),
        ("Decision", "Byrådet, 11 December 2025, case 25/10482"),
        ("Version", "2, in force 1 January 2026 to 31 December 2029; it held on the first day of the period, 1 January 2026"),
        ("Target", "at least 95.0%, with an accepted deviation of 2.0"),
        ("Indicator", "Cases on time (roads.kept, definition 0123456789ab)"),
        ("Status", "partly fulfilled (clear), worse than a year earlier"),
        ("Arithmetic", "100 x 1,187 / 1,250 = 94.96%"),
        ("Count", "1,187 of 1,250 cases"),
        ("Coverage", "99.1% of those the promise is about were measured (at least 95% is required)"),
        ("Chance variation", "93.61 to 96.05"),
        ("Set aside", "4 rows: opened_on lies in the future"),
        ("Source", "data/sager.csv (csv)"),
        ("Content", f"1,300 rows, 123,456 bytes, fetched 2027-01-02 06:00:00, SHA-256 {'ab' * 32}"),
        ("Covers until", "31 December 2026 (from the newest event in the data)"),
        ("Plugin", "roads (klaremal-roads 1.2.0)"),
        ("Run", "7"),
    ]


def test_it_is_danish_by_default() -> None:
    """Labels, months, marks and phrases."""
    lines = dict(told(ROW, OBSERVATION, GOAL, [SOURCE], KEPT))
    assert lines["Beregning"] == "100 x 1.187 / 1.250 = 94,96 %"
    assert lines["Beslutning"] == "Byrådet, 11. december 2025, sag 25/10482"
    assert lines["Status"] == "delvist indfriet (klar), dårligere end et år før"
    assert lines["Dækker til og med"] == "31. december 2026 (efter den nyeste hændelse i data)"


@pytest.mark.parametrize(
    ("measure", "row", "text"),
    [
        pytest.param(Share("kept"), {"value": 100 / 3, "n": 3, "part": 1}, "100 x 1 / 3 = 33.333333%", id="share"),
        pytest.param(Mean("days"), {"value": 12.5, "n": 40}, "mean of 40 values = 12.5 days", id="mean"),
        pytest.param(Median("days"), {"value": 12.0, "n": 41}, "the middle one of 41 values = 12.0 days", id="median"),
        pytest.param(Quantile("days", 0.9), {"value": 30.0, "n": 41}, "90% of 41 values lie below 30.0 days", id="quantile"),
        pytest.param(Count(), {"value": 12.0, "n": 12}, "rows counted = 12", id="count"),
        pytest.param(Distinct("place"), {"value": 3.0, "n": 12}, "different values among 12 rows = 3", id="distinct"),
        pytest.param(Total("days"), {"value": 1234.5, "n": 12}, "sum over 12 rows = 1,234.5 days", id="total"),
        pytest.param(Published("days"), {"value": 2.9}, "as published by the source: 2.9 days", id="published"),
        pytest.param(
            Rate("days", per="persons"),
            {"value": 3.7, "n": 9, "part": 37},
            "1,000 x 37 / 10,000 = 3.7 per 1,000",
            id="rate",
        ),
        pytest.param(Mean("days"), {"value": 12.5, "n": 1}, "mean of 1 value = 12.5 days", id="one"),
        pytest.param(
            Ratio("days", per="persons", scale=100),
            {"value": 100 * 1100.5 / 2200, "n": 9, "part": 1100.5},
            "100 x 1,100.5 / 2,200 = 50.022727 days",
            id="ratio",
        ),
        pytest.param(
            Ratio("days", per="persons"), {"value": 3.25, "n": 9}, "sum(days) / sum(persons) = 3.25 days", id="ratio-unknown"
        ),
        pytest.param(
            Ratio("days", per="persons"),
            {"value": 0.0, "n": 9, "part": 0},
            "0 / sum(persons) = 0.0 days",
            id="ratio-of-nothing",
        ),
        pytest.param(
            Published("days", weight="persons"),
            {"value": 2.9, "level": "municipality"},
            "as published by the source: 2.9 days",
            id="published-for-the-unit-itself",
        ),
        pytest.param(
            Published("days", weight="persons"),
            {"value": 2.9, "level": "region"},
            "weighted mean of the figures at municipality level, unless the source has one for this unit itself: "
            "sum(days x persons) / sum(persons) = 2.9 days",
            id="published-below",
        ),
    ],
)
def test_the_arithmetic_of_every_measure_is_written_out(measure: Measure, row: dict[str, Any], text: str) -> None:
    """As far as the ledger knows its numbers."""
    units = {Share: "percent", Count: "number", Distinct: "number", Rate: "per_1000"}
    indicator = indicator_of(measure, measured_in=units.get(type(measure), "days"))
    empty = {"n": NAN, "part": NAN, "low": NAN, "high": NAN}
    assert dict(told(ROW | empty | row, None, GOAL, [], indicator, "en"))["Arithmetic"] == text


@pytest.mark.parametrize(
    ("goal", "row", "text"),
    [
        pytest.param({"target": {"": "AtMost", "value": 3}}, {"target": 3.0}, "at most 3.0%", id="at_most"),
        pytest.param(
            {"target": {"": "Between", "low": 95, "high": 105}},
            {"target": 95.0, "target_high": 105.0},
            "between 95.0% and 105.0%",
            id="between",
        ),
        pytest.param({"target": PATH}, {"target": 62.5}, "at least 62.5%", id="path"),
        pytest.param(
            {"basis": "law", "reference": "Vejloven § 8"}, {}, "at least 95.0%. This is required by law. Vejloven § 8", id="law"
        ),
    ],
)
def test_the_target_line_says_what_it_rests_on(goal: dict[str, Any], row: dict[str, Any], text: str) -> None:
    """The number that judged, not the goal's general one, and the law with its name."""
    stored = GOAL | {"tolerance": 0.0} | goal
    assert dict(told(ROW | row, OBSERVATION, stored, [], KEPT, "en"))["Target"] == text


@pytest.mark.parametrize(
    ("goal", "text"),
    [
        pytest.param({"decision": None}, "no decision is given", id="none"),
        pytest.param({"decision": None, "basis": "law"}, "laid down in law", id="a-law"),
        pytest.param(
            {
                "decision": {
                    "body": "Byrådet",
                    "date": date(2025, 12, 11),
                    "text": {"da": "Vedtaget."},
                    "link": "https://solbjerg.dk/7",
                }
            },
            "Byrådet, 11 December 2025, Vedtaget., https://solbjerg.dk/7",
            id="with-words-and-a-link",
        ),
    ],
)
def test_the_decision_line_says_who_decided(goal: dict[str, Any], text: str) -> None:
    """A goal without a decision is allowed, and seen to be without one."""
    assert dict(told(ROW, OBSERVATION, GOAL | goal, [], KEPT, "en"))["Decision"] == text


def test_the_version_line_says_that_the_decision_came_too_late() -> None:
    """A goal decided in the middle of the period is judged, and seen to be decided afterwards."""
    late = GOAL | {"decision": {"body": "Byrådet", "date": "2026-03-01"}}
    assert dict(told(ROW, OBSERVATION, late, [], KEPT, "en"))["Version"].endswith(
        "1 January 2026. The goal was not decided until 1 March 2026, after the period had begun."
    )


@pytest.mark.parametrize(
    ("coverage", "text"),
    [
        pytest.param(59 / 60, "98.33%", id="two-decimals"),
        pytest.param(1.0, "100%", id="whole"),
        pytest.param(0.57, "57%", id="binary-fraction"),
        pytest.param(0.94996, "94.996%", id="just-too-little"),
    ],
)
def test_coverage_has_no_more_decimals_than_it_needs(coverage: float, text: str) -> None:
    """Two at most, unless it would seem to be enough."""
    line = dict(told(ROW, {"coverage": coverage}, GOAL, [], KEPT, "en"))["Coverage"]
    assert line.startswith(f"{text} of those")


def test_one_is_singular() -> None:
    """One row, one record."""
    one = ROW | {"n": 1.0, "part": NAN}
    lines = dict(
        told(one, OBSERVATION, GOAL, [SOURCE | {"rows": 1}], indicator_of(Mean("days")), set_aside=[ASIDE | {"rows": 1}])
    )
    assert lines["Antal"] == "1 registrering"
    assert lines["Sat til side"].startswith("1 række: ")
    assert lines["Indhold"].startswith("1 række, ")


@pytest.mark.parametrize(
    ("row", "text"),
    [
        pytest.param({"status": NAN, "provisional": True}, "provisional", id="provisional"),
        pytest.param({"status": "not_assessable", "cause": "no_data"}, "cannot be assessed: data is missing", id="cause"),
        pytest.param(
            {"status": "fulfilled", "trend": "unchanged"}, "fulfilled (clear), unchanged from a year earlier", id="unchanged"
        ),
        pytest.param(
            {"status": "not_fulfilled", "certainty": "uncertain", "trend": NAN}, "not fulfilled (uncertain)", id="uncertain"
        ),
    ],
)
def test_the_status_line_is_in_words(row: dict[str, Any], text: str) -> None:
    """With its cause, or with how sure it is and where it is heading."""
    assert dict(told(ROW | row, OBSERVATION, GOAL, [], KEPT, "en"))["Status"] == text


def test_nothing_is_told_of_a_hidden_figure() -> None:
    """Its row has no figures, and no line makes one up."""
    hidden = ROW | dict.fromkeys(("value", "n", "part", "low", "high", "certainty", "trend"), NAN)
    hidden |= {"status": "not_assessable", "cause": "confidential"}
    labels = [label for label, _ in told(hidden, {"coverage": NAN}, GOAL, [], KEPT, "en")]
    assert labels == ["Goal", "Promise", "Decision", "Version", "Target", "Indicator", "Status", "Run"]


def test_a_source_that_failed_says_why() -> None:
    """It has a message and neither rows nor a hash."""
    failed = {"dataset": "roads.cases", "cause": "source_failed", "message": "data/sager.csv is half a file.", "address": None}
    lines = told(ROW, OBSERVATION, GOAL, [failed], KEPT, "en")
    assert lines[-3:-1] == [("Source", "roads.cases"), ("Content", "could not be read: data/sager.csv is half a file.")]


def test_a_source_fresh_from_the_run_reads_as_one_from_the_ledger() -> None:
    """Dates as dates, numbers as integers."""
    fresh = SOURCE | {"fetched": datetime(2027, 1, 2, 6), "complete_until": date(2026, 12, 31), "bytes": 123456, "rows": None}
    lines = dict(told(ROW, OBSERVATION, GOAL, [fresh], KEPT, "en"))
    assert lines["Content"].startswith("123,456 bytes, fetched 2027-01-02 06:00:00, SHA-256 ab")
    assert lines["Covers until"] == "31 December 2026 (from the newest event in the data)"


def test_cells_that_a_frame_calls_missing_are_not_told() -> None:
    """Neither nan nor <NA> is an address, a number of rows or a rule."""
    missing = {"collector": NAN, "sha256": NAN, "rows": pd.NA, "complete_rule": NAN, "fetched": None}
    lines = told(ROW, OBSERVATION, GOAL, [SOURCE | missing], KEPT, "en", set_aside=[ASIDE | {"message": NAN}])
    assert lines[-5:-1] == [
        ("Set aside", "4 rows: future_date"),
        ("Source", "data/sager.csv"),
        ("Content", "123,456 bytes"),
        ("Covers until", "31 December 2026"),
    ]


def test_a_goal_that_the_ledger_does_not_know_still_has_its_arithmetic() -> None:
    """Only what is known is told."""
    lines = dict(told(ROW, None, None, [], KEPT, "nb"))
    assert (lines["Mål"], lines["Versjon"], lines["Måltall"]) == ("svar", "2", "minst 95,0 %")
    assert lines["Beregning"] == "100 x 1\u00a0187 / 1\u00a0250 = 94,96 %"


CASES = Dataset(
    id="roads.requests",
    title="Henvendelser",
    grain="én række pr. henvendelse",
    columns=(
        Column("opened_on", "date"),
        Column("closed_on", "date"),
        Column("due_on", "date"),
        Column("allowed", "integer"),
        Column("kind", "string", enum={"hole": {"da": "Hul i vejen", "en": "Pothole"}, "lamp": "Lygte", "sign": ""}),
    ),
    dated_by="opened_on",
)
BY_KIND = Deadline(id="roads.answer", title="Svar", default="10 days", by="kind")


@pytest.mark.parametrize(
    ("measure", "within", "calendar", "lang", "text"),
    [
        pytest.param({"within": "1 months"}, None, "", "da", "1 måned", id="fixed"),
        pytest.param({"within": BY_KIND}, None, "", "nb", "10 dager", id="default"),
        pytest.param({"within": BY_KIND}, "7 days", "", "da", "7 dage", id="the goal's"),
        pytest.param({"within": BY_KIND}, {"hole": "2 days"}, "", "da", "Hul i vejen: 2 dage, ellers 10 dage", id="a value's"),
        pytest.param(
            {"within": BY_KIND},
            {"hole": "1 days", "lamp": "5 days", "sign": "1500 days"},
            "",
            "en",
            "Pothole: 1 day, Lygte: 5 days, sign: 1,500 days",
            id="every value's",
        ),
        pytest.param({"within": "allowed days"}, None, "", "da", "allowed dage", id="the row's"),
        pytest.param({"deadline": "due_on"}, None, "NO", "da", "datoen i due_on", id="a date"),
        pytest.param(
            {"within": BY_KIND},
            {"hole": "2 working days", "lamp": "5 working days", "sign": "5 working days"},
            "",
            "da",
            "Hul i vejen: 2 arbejdsdage, Lygte: 5 arbejdsdage, sign: 5 arbejdsdage; arbejdsdage efter kalenderen for Danmark",
            id="working days",
        ),
        pytest.param(
            {"within": "3 days", "roll": "following"},
            None,
            "NO 12-24 2026-05-15",
            "en",
            "3 days; on a day that is no working day it moves to the next one; working days by the calendar of Norway, "
            "also closed 12-24, 2026-05-15",
            id="a calendar of one's own",
        ),
    ],
)
def test_the_deadline_that_was_used_is_said(measure: dict[str, Any], within: Any, calendar: str, lang: str, text: str) -> None:
    """The goal's own where it has one, value by value; and the calendar where working days count."""
    declared = Indicator(
        id="roads.answered", title="Svar", dataset=CASES, measured_in="percent", direction="higher", frequency="month",
        measure=OnTime(start="opened_on", end="closed_on", **measure),
    )  # fmt: skip
    given = tuple(within.items()) if isinstance(within, dict) else within
    used = evolve(promised(declared, given), calendar=calendar)
    assert deadline_text(used, declared, given, lang) == text


def test_what_is_not_about_a_deadline_has_no_such_line() -> None:
    """A share is not late."""
    assert deadline_text(KEPT, KEPT, None, "da") == ""
    assert "Frist" not in dict(told(ROW, OBSERVATION, GOAL, [SOURCE], KEPT))
    assert dict(told(ROW, OBSERVATION, GOAL, [SOURCE], KEPT, deadline="56 dage"))["Frist"] == "56 dage"


@pytest.mark.parametrize("table", [pytest.param(LABELS, id="labels"), pytest.param(SAYINGS, id="phrases")])
def test_every_language_has_all_words(table: dict[str, dict[str, str]]) -> None:
    """And the same things to fill in."""
    assert {lang: set(words) for lang, words in table.items()} == {lang: set(table["da"]) for lang in LANGUAGES}
    for word in table["da"]:
        blanks = {lang: {part.split("}")[0] for part in table[lang][word].split("{")[1:]} for lang in LANGUAGES}
        assert blanks["da"] == blanks["en"] == blanks["nb"], word
