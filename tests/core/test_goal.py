"""Goals and decisions: what a promise says, and what each contradiction is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from attrs import evolve

from klaremal import Decision, Goal, Text
from klaremal.errors import DeclarationError
from klaremal.model.goal import UnitsUnder
from klaremal.model.period import Period
from klaremal.model.summary import Summary
from klaremal.targets import AtLeast, AtMost, Between, Done, Path

GIVEN: dict[str, Any] = {
    "id": "staffing_0_2",
    "title": {"da": "Voksne nok i vuggestuen", "en": "Adults enough in the nursery"},
    "promise": "Der er højst 3 børn pr. voksen i vuggestuen.",
    "indicator": "childcare.staffing_0_2",
    "target": AtMost(3.0),
    "valid_from": date(2026, 1, 1),
}


def goal(**changes: Any) -> Goal:
    """Return the promise about nurseries with some fields changed."""
    return Goal(**{**GIVEN, **changes})


def said(**changes: Any) -> str:
    """Return the message with which a changed goal is refused."""
    with pytest.raises(DeclarationError) as caught:
        goal(**changes)
    return str(caught.value)


def test_a_goal_keeps_what_it_is_given_as_values() -> None:
    """One unit and several, a mapping of targets and a range from a file are kept as tuples."""
    bound = goal(
        units="municipality",
        targets={"Østby Vuggestue": 3.2, "751": [2.8, 3.2]},
        decision=Decision(body="Byrådet", date=date(2025, 12, 11), case="25/10482", text="Vedtaget."),
    )
    assert bound.units == ("municipality",)
    assert goal(units=["municipality", UnitsUnder(under="081", level="municipality")]).units[1] == UnitsUnder(
        under="081", level="municipality"
    )
    assert bound.targets == (("Østby Vuggestue", 3.2), ("751", (2.8, 3.2)))
    assert bound.decision is not None
    assert bound.decision.text == Text.of("Vedtaget.")
    assert goal().units == ()


def test_a_goal_may_take_a_thresholds_target() -> None:
    """With a threshold neither target nor indicator is given: both are the threshold's."""
    adopted = goal(target=None, indicator=None, threshold="childcare.minimum_staffing_0_2_law")
    assert (adopted.target, adopted.indicator, adopted.threshold) == (None, None, "childcare.minimum_staffing_0_2_law")


@pytest.mark.parametrize("goal_id", ["staffing_0_2", "childcare.minimum_staffing_0_2", "a"])
def test_a_goals_id_is_a_workspaces_or_a_plugins(goal_id: str) -> None:
    """Workspace ids have no dot; a plugin's begin with its name."""
    assert goal(id=goal_id).id == goal_id


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        pytest.param({"id": "Normering 0-2"}, ['"Normering 0-2"', "a-z, 0-9 and _", "rename"], id="id"),
        pytest.param({"id": "a.b.c"}, ['"a.b.c"', "a-z, 0-9 and _"], id="id with two dots"),
        pytest.param(
            {"target": None}, ["exactly one target", "at_least, at_most, between, path", "done", "threshold"], id="no target"
        ),
        pytest.param({"threshold": "childcare.law"}, ["exactly one target", "threshold"], id="target and threshold"),
        pytest.param({"target": 3.0}, ["target", "3.0 is no target", "AtLeast(95)"], id="a number for a target"),
        pytest.param({"target": AtLeast}, ["target", "is no target"], id="a class for a target"),
        pytest.param({"indicator": None}, ["indicator is missing", "name what is measured"], id="no indicator"),
        pytest.param({"tolerance": -1}, ["tolerance is 0 or more, not -1"], id="negative tolerance"),
        pytest.param({"tolerance": "0,5"}, ["tolerance", "with a point: 0.5"], id="tolerance as text"),
        pytest.param({"valid_to": date(2025, 12, 31)}, ["valid_to (2025-12-31)", "(2026-01-01)", "swap"], id="ends first"),
        pytest.param({"valid_from": "2026-01-01"}, ["valid_from is a date, as date(2026, 1, 1)"], id="text for a date"),
        pytest.param({"valid_to": datetime(2029, 12, 31)}, ["valid_to is a date"], id="a time for a date"),
        pytest.param({"frequency": "weekly"}, ["frequency", '"weekly" is unknown', "month, quarter"], id="frequency"),
        pytest.param({"minimum_coverage": 0.95}, ["minimum_coverage", "95, not 0.95"], id="a share for a percentage"),
        pytest.param({"minimum_coverage": 100.5}, ["minimum_coverage", "100.5"], id="more than all"),
        pytest.param({"targets": ("Østby",)}, ["targets", "not a mapping"], id="targets without values"),
        pytest.param({"by": "2029-06-30"}, ['"2029-06-30" is a day'], id="a day for a period"),
        pytest.param({"by": 2029, "target": Path({2026: 3})}, ["by is for at_least", "Path says itself"], id="by on a path"),
        pytest.param({"summary": "most"}, ["summary: 'most' is no summary", '"all", "worst"'], id="an unknown summary"),
        pytest.param({"summary": {"share": 0.9}}, ["0.9 is no percentage from 1 to 100 (90, not 0.9)"], id="a share"),
        pytest.param({"summary": {"share": 90, "worst": 80}}, ["is no summary"], id="two summaries"),
    ],
)
def test_a_goal_that_cannot_be_judged_is_refused_with_field_and_cure(changes: dict[str, Any], parts: list[str]) -> None:
    """The message names the goal, the field and what to write instead."""
    message = said(**changes)
    assert [part for part in parts if part not in message] == [], message
    assert str(changes.get("id", "staffing_0_2")) in message or {"targets", "by", "summary"} & set(changes)
    assert ".." not in message


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"targets": "maal.csv"}, "targets from the file maal.csv", id="targets from a file"),
    ],
)
def test_what_a_goal_cannot_do_yet_is_said(changes: dict[str, Any], what: str) -> None:
    """A promise that a later version judges is refused in words, never ignored."""
    assert said(**changes) == f"{what}: klaremal does not do this yet. Leave it out, or wait for a version that does."


def test_a_goal_can_be_met_later_and_summed_up() -> None:
    """`by` is a period, and a summary is a rule with its percentage: all of them, and 80 where `worst` says none."""
    assert goal(by=2029).by == Period.parse(2029)
    assert goal(by="2028/29").by == Period.parse("2028/29")
    assert [goal(summary=given).summary for given in ("all", "worst", {"worst": 90}, {"share": 90}, None)] == [
        Summary("all", 100), Summary("worst", 80), Summary("worst", 90), Summary("share", 90), None,
    ]  # fmt: skip


def test_something_to_be_done_needs_no_indicator_and_no_units() -> None:
    """Whatever says how a figure is judged is refused beside it."""
    task = goal(target=Done(date(2027, 12, 31)), indicator=None)
    assert task.indicator is None
    for name, value in (("indicator", "roads.a"), ("units", "district"), ("tolerance", 1), ("by", 2029), ("summary", "all")):
        message = said(**{"target": Done(date(2027, 12, 31)), "indicator": None} | {name: value})
        assert message == f"goal staffing_0_2: something to be done has no {name}; leave it out."


def test_goals_are_values() -> None:
    """The same promise is one value with one hash, another target is another, a copy with a change keeps the rest."""
    whole = goal(targets={"751": [2.8, 3.2]}, target=Between(2, 3), units=("751", UnitsUnder(under="751", level="institution")))
    assert hash(whole) == hash(evolve(whole))
    assert goal(target=AtMost(3)) == goal()
    assert goal(target=AtMost(3.1)) != goal()
    assert evolve(goal(), tolerance=0.1) == goal(tolerance=0.1)
    assert len({Decision(body="Byrådet", date=date(2025, 12, 11)), Decision(body="Byrådet", date=date(2025, 12, 11))}) == 1
