"""Explanations of targets that stand on other figures or lie ahead, of wholes, and of things to be done."""

from __future__ import annotations

import statistics
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from klaremal.bind.workspace import BoundGoal, BoundTask
from klaremal.canonical import plain
from klaremal.explain.account import explain
from klaremal.explain.tendency import tendency
from klaremal.explain.told import Evidence
from klaremal.explain.wholes import explain_task, explain_whole
from klaremal.measures import Share
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator
from klaremal.targets import AtLeast, Change, Done, Path, Relative, Target

NAN = float("nan")
DATA = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(Column("kept", "boolean"), Column("year", "year"), Column("place", "string")),
    dated_by="year",
    placed_in="place",
    level="municipality",
)
KEPT = Indicator(
    id="roads.kept", title="Til tiden", dataset=DATA, measure=Share("kept"), measured_in="percent", direction="higher",
    frequency="year",
)  # fmt: skip
YEARS = ((2019, 58.0), (2020, 60.0), (2021, 61.0), (2022, 60.0), (2023, 60.0), (2024, 62.0), (2025, 69.0))


def row(**more: Any) -> dict[str, Any]:
    """Return a fulfilment of 2025 as the ledger gives it."""
    empty = dict.fromkeys(("target_high", "cause", "certainty", "course", "trend", "margin", "n", "part", "low", "high"), NAN)
    given = {"goal": "svar", "version": "1", "indicator": "roads.kept", "period": "2025", "value": 69.0, "target": 63.0}
    return empty | given | {"status": "fulfilled", "provisional": False, "run": 7} | more


def kept(target: Target, **more: Any) -> dict[str, Any]:
    """Return a goal as the ledger keeps it."""
    return {"title": {"da": "Svar"}, "target": plain(target), "targets": [], "version": 1, "first": "2024-01-01"} | more


def history(*values: tuple[int, float], **more: Any) -> tuple[dict[str, Any], ...]:
    """Return observations of years."""
    return tuple({"period": str(year), "value": value, "cause": NAN, "provisional": False} | more for year, value in values)


def lines(target: Target, given: dict[str, Any], evidence: Evidence | None = None, lang: str = "en", **more: Any) -> Any:
    """Return the lines of an explanation by label."""
    return dict(explain(row(**given), kept(target, **more), KEPT, evidence or Evidence(), lang))


def test_the_basis_of_a_change_is_the_earlier_figure() -> None:
    """With its year and the distance; and in all languages."""
    evidence = Evidence(history=history((2023, 60.0)))
    texts = [lines(Change(by=1.5, since=2023), {}, evidence, lang) for lang in ("da", "en", "nb")]
    assert [text.get("Grundlag") or text.get("Basis") or text.get("Grunnlag") for text in texts] == [
        "60,0 % (2023): mindst 1,5 procentpoint mere for hvert år siden 2023",
        "60.0% (2023): at least 1.5 percentage points more for every year since 2023",
        "60,0 % (2023): minst 1,5 prosentpoeng mer for hvert år siden 2023",
    ]


def test_the_basis_of_a_comparison_is_that_of_the_others() -> None:
    """The figure of the unit; of a group what the target tells, unless units have distances of their own."""
    nation = Evidence(others={"period": "2025", "value": 63.5})
    assert lines(Relative("nation", -0.5), {}, nation)["Basis"] == (
        "63.5% (the nation): at most 0.5 percentage points below the nation"
    )
    group = lines(Relative("group", -0.5), {})["Basis"]
    assert group == "63.5% (the others in the group): at most 0.5 percentage points below the others in the group"
    own = lines(Relative("group", -0.5), {}, targets=[["Aarhus", -1]])["Basis"]
    assert own == "at most 0.5 percentage points below the others in the group"


@pytest.mark.parametrize(
    "given",
    [{"status": "not_assessable", "cause": "no_data", "target": NAN}, {"status": "not_assessable", "cause": "confidential"}],
    ids=["no data", "hidden"],
)
def test_what_cannot_be_assessed_has_no_basis(given: dict[str, Any]) -> None:
    """Least of all what is hidden."""
    found = lines(Change(by=1.5, since=2023), given | {"value": NAN}, Evidence(history=history((2023, 60.0))))
    assert "Basis" not in found


def test_a_target_that_lies_ahead_has_a_course_and_a_tendency() -> None:
    """Seven years whose median slope is 1.0; without five no tendency is told."""
    given = {"status": "not_assessable", "cause": "not_yet_due", "target": 80.0, "course": "behind"}
    found = lines(AtLeast(80), given, Evidence(history=history(*YEARS)), by="2027")
    assert (found["Target"], found["Status"]) == (
        "at least 80.0% in 2027",
        "cannot be assessed: the deadline has not been reached",
    )
    assert found["Course"] == "behind, towards 2027"
    assert found["Tendency"] == (
        "+1.0 a year by the figures of 7 years (median of all slopes, Theil-Sen); if it goes on, the figure is 66.0% in 2027"
    )
    assert "Tendency" not in lines(AtLeast(80), given, Evidence(history=history(*YEARS[3:])), by="2027")


@pytest.mark.parametrize(
    ("target", "by", "evidence", "told"),
    [
        pytest.param(Path({2026: 62, 2029: 70}), None, history(*YEARS), True, id="a path"),
        pytest.param(Change(by=1, since=2023, until=2028), None, history(*YEARS), True, id="a change that ends"),
        pytest.param(Change(by=1, since=2023), None, history(*YEARS), False, id="a change without an end"),
        pytest.param(AtLeast(80), None, history(*YEARS), False, id="no end"),
        pytest.param(AtLeast(80), "2025", history(*YEARS), False, id="due already"),
        pytest.param(
            AtLeast(80), "2027", (*history(*YEARS[:4]), *history(*YEARS[4:], provisional=True)), False, id="provisional"
        ),
        pytest.param(AtLeast(80), "2027", history(*YEARS, cause="method_changed"), False, id="years without a value"),
        pytest.param(AtLeast(80), "2027", (*history(*YEARS[3:]), *history((2026, 70.0))), False, id="later years do not count"),
    ],
)
def test_a_tendency_needs_an_end_and_five_years(target: Target, by: str | None, evidence: Any, told: bool) -> None:
    """Closed years up to the one that is explained."""
    found = lines(target, {"course": "on_track"}, Evidence(history=evidence), by=by)
    assert ("Tendency" in found) is told


def test_a_tendency_begins_anew_with_a_break() -> None:
    """Years before a change of method are another series."""
    broken = evolve(KEPT, breaks={date(2022, 1, 1): "Nyt system"})
    found = dict(explain(row(), kept(AtLeast(80), by="2027"), broken, Evidence(history=history(*YEARS)), "en"))
    assert "Tendency" not in found


def test_a_margin_and_the_goal_above_are_told() -> None:
    """How many more may fail, or how many too many did; and what the goal helps to reach."""
    found = lines(AtLeast(60), {"margin": 13.0}, parent="childcare.minimum_staffing")
    assert (found["Margin"], found["Part of"]) == ("room for 13 more outside the promise", "childcare.minimum_staffing")
    assert lines(AtLeast(60), {"margin": -5.0})["Margin"] == "5 too many outside the promise"
    assert lines(AtLeast(60), {"margin": -5.0}, lang="da")["Spillerum"] == "5 for mange uden for løftet"


def test_a_strict_target_is_written_as_one() -> None:
    """More than last year's value."""
    assert lines(Change(by=0, since="previous", strict=True), {})["Target"] == "more than 63.0%"


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12))
def test_the_tendency_is_the_median_of_all_slopes(values: list[int]) -> None:
    """Against the definition, written out."""
    points = [(float(2000 + place), float(value)) for place, value in enumerate(values)]
    slopes = [(two[1] - one[1]) / (two[0] - one[0]) for one, two in combinations(points, 2)]
    slope, start = tendency(points)
    assert slope == statistics.median(slopes)
    assert start == statistics.median(value - slope * year for year, value in points)


def test_one_odd_year_does_not_move_a_tendency() -> None:
    """Nine years on a line and one far beside it."""
    points = [(float(year), 2.0 * year) for year in range(9)] + [(9.0, 1000.0)]
    assert tendency(points) == (2.0, 0.0)


# -- wholes and things to be done ------------------------------------------------------------------------------------


def test_a_whole_is_explained_by_its_units() -> None:
    """The rule, who decided, and the status of each."""
    goal = Goal(
        id="svar", title="Svar", promise="p", indicator="roads.kept", target=AtLeast(60), valid_from=date(2024, 1, 1),
        summary={"share": 90},
    )  # fmt: skip
    bound = BoundGoal(
        goal=goal, version=1, indicator=KEPT, target=AtLeast(60), frequency="year", first=goal.valid_from, last=None,
        basis=None, threshold=None, targets=(), minimum_coverage=0.95,
    )  # fmt: skip
    parts = [
        row(unit_name="Østby", status="fulfilled"),
        row(unit_name="Møllehuset", status="not_fulfilled"),
        row(unit_name="Solsikken", status="not_assessable", cause="confidential"),
        row(unit_name="Nord", status=NAN),
    ]
    whole = row(indicator=NAN, value=NAN, target=NAN, status="not_fulfilled", n=2.0, part=1.0)
    assert explain_whole(whole, kept(AtLeast(60), parent="law"), bound, parts, "en") == [
        ("Goal", "Svar (svar)"),
        ("Decision", "no decision is given"),
        ("Part of", "law"),
        ("Version", "1, in force from 1 January 2024; it held on the first day of the period, 1 January 2025"),
        ("Target", "at least 60.0%"),
        ("Summary", "At least 90% must fulfil it."),
        ("Status", "Not fulfilled: 1 of the 2 units that can be assessed fulfil the goal. At least 90% must fulfil it. "
         "Deciding: Møllehuset. Not counted: Nord; Solsikken."),
        ("Units", "Møllehuset: not fulfilled; Nord: provisional; Solsikken: cannot be assessed (hidden for confidentiality); "
         "Østby: fulfilled"),
        ("Run", "7"),
    ]  # fmt: skip


def test_something_to_be_done_is_explained_by_its_deadline() -> None:
    """No indicator and no source; the version says from when it holds."""
    done = Done(date(2027, 12, 31), note="Udbud")
    goal = Goal(id="selv", title="Selvbetjening", promise="p", target=done, valid_from=date(2026, 1, 1))
    task = BoundTask(goal=goal, version=1, done=done, frequency="year", first=goal.valid_from, last=None)
    given = {"goal": "selv", "version": "1", "status": "not_assessable", "cause": "not_yet_due", "period": "2027", "run": 3}
    stored = {"title": {"": "Selvbetjening"}, "promise": {"": "På nettet."}, "version": 1, "first": "2026-01-01",
              "indicator": None, "decision": {"": "Decision", "body": "Byrådet", "date": "2025-12-11"}}  # fmt: skip
    assert explain_task(given, stored, task, "en") == [
        ("Goal", "Selvbetjening (selv)"),
        ("Promise", "På nettet."),
        ("Decision", "Byrådet, 11 December 2025"),
        ("Version", "1, in force from 1 January 2026"),
        ("Target", "done by 31 December 2027"),
        ("Status", "Cannot be assessed: the deadline has not been reached. It is to be done by 31 December 2027. Udbud."),
        ("Run", "3"),
    ]
