"""The plan: which goals bind which units, what is measured for them, and how few passes that takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from klaremal.bind.workspace import Bound, BoundGoal
from klaremal.errors import WorkspaceError
from klaremal.measures import Count, Mean, Median, Published, Share
from klaremal.model.goal import Goal, UnitsUnder
from klaremal.model.indicator import Indicator
from klaremal.model.target import AtLeast
from klaremal.model.unit import Unit, UnitGroup, Units
from klaremal.plan import Plan, components, make
from klaremal.registry import build
from klaremal.workspace.folder import Workspace


def goal(desk: Any, measure: Any = None, **more: Any) -> BoundGoal:
    """Return a goal on an indicator of its own, for the organisation's own unit and by year, unless `more` says otherwise."""
    name, dataset = more.pop("id", "kept"), more.pop("dataset", desk.cases)
    indicator = more.pop("indicator", None) or Indicator(
        id=f"{more.pop('plugin', 'roads')}.{name}",
        title="Til tiden",
        dataset=dataset,
        measure=measure or Share("kept"),
        measured_in="percent",
        direction="higher",
        frequency=dataset.base_frequency,
    )
    frequency, targets = more.pop("frequency", "year"), more.pop("targets", ())
    first, last = more.pop("first", date(2025, 1, 1)), more.pop("last", None)
    own = Goal(
        id=name, title="Til tiden", promise="Du får svar.", indicator=indicator.id, target=AtLeast(90), valid_from=first, **more
    )
    return BoundGoal(
        goal=own,
        version=1,
        indicator=indicator,
        target=AtLeast(90),
        frequency=frequency,
        first=first,
        last=last,
        basis=None,
        threshold=None,
        targets=targets,
        place=f"goals/mine.toml: goal.{name}",
        minimum_coverage=0.95,
    )


def bound(*goals: BoundGoal, organisation: str = "000", units: Units | None = None) -> Bound:
    """Return a workspace with these goals."""
    return Bound(
        workspace=Workspace(folder=Path()),
        registry=build(()),
        units=units or Units.of(()),
        organisation=organisation,
        sources=(),
        indicators={each.indicator.id: each.indicator for each in goals},
        goals=goals,
    )


def plan(desk: Any, *goals: BoundGoal, organisation: str = "000", **choice: Any) -> Plan:
    """Return the plan for goals in the tree of the desk."""
    return make(bound(*goals, organisation=organisation), desk.units, **choice)


@pytest.mark.parametrize(
    ("units", "organisation", "expected"),
    [
        ((), "101", ["101"]),
        (("municipality",), "000", ["101", "102", "103"]),
        (("municipality",), "101", ["101"]),
        (("institution",), "101", ["i1", "i2"]),
        (("Solstrålen", "103"), "101", ["i1", "103"]),
        (("Aaby Kommune", "Aaby"), "000", ["101"]),
        ((UnitsUnder(under="Nord", level="municipality"),), "000", ["101", "102"]),
        ((UnitsUnder(under="Syd", level="institution"),), "000", ["i3"]),
        (("nation", "region"), "000", ["000", "081", "082"]),
    ],
    ids=["its own", "a level", "a level of itself", "a level below", "names and codes", "twice", "under a region",
         "under a region it later joins", "two levels"],
)  # fmt: skip
def test_the_units_of_a_goal(desk: Any, units: Sequence[Any], organisation: str, expected: list[str]) -> None:
    """A goal names levels, units, or all units below one; a level is meant under the organisation."""
    found = plan(desk, goal(desk, units=tuple(units)), organisation=organisation)
    assert list(found.goals[0].units) == expected
    assert found.warnings == ()


def test_a_level_is_meant_while_the_goal_holds(desk: Any) -> None:
    """Municipality 102 lies in region 082 from 2026: a goal that ended in 2025 does not bind it there."""
    ended = goal(desk, units=(UnitsUnder(under="Syd", level="municipality"),), last=date(2025, 12, 31))
    running = evolve(ended, last=None)
    assert plan(desk, ended).goals[0].units == ("103",)
    assert plan(desk, running).goals[0].units == ("102", "103")


def test_units_that_are_not_known_are_warnings(desk: Any) -> None:
    """They may come from a dataset that could not be read; the nearest name is given, and the other goals go on."""
    found = plan(desk, goal(desk, units=("Solstråln", "101")), goal(desk, id="districts", units=("district",)))
    assert found.goals[0].units == ("101",)
    assert [str(each) for each in found.warnings] == [
        'goals/mine.toml: goal.kept: units: "Solstråln" is not a unit that is known. Did you mean "Solstrålen"?',
        "goals/mine.toml: goal.districts: units: no district is known under Danmark. "
        "Give the units in [units] file or [units.from].",
    ]


def test_a_name_of_two_units_is_a_warning_with_their_codes(desk: Any) -> None:
    """Two institutions with one name are told apart by code."""
    twins = desk.units.with_units([Unit(code="i9", name="Solstrålen", level="institution", parent="103")])
    found = make(bound(goal(desk, units=("Solstrålen",))), twins)
    assert [each.what for each in found.warnings] == ['units: "Solstrålen" can be i1, i9.']
    assert make(bound(goal(desk, units=("Solstrålen",)), organisation="103"), twins).goals[0].units == ("i9",)


def test_units_with_a_target_of_their_own(desk: Any) -> None:
    """A unit's own value goes before its group's; of others the target is ignored."""
    group = UnitGroup(id="size.small", name="Små", members=("101", "102"))
    tree = Units.of(desk.units.units, [group])
    targets = (("Aaby", AtLeast(80)), ("size.small", AtLeast(70)), ("Solstrålen", AtLeast(60)))
    found = make(bound(goal(desk, units=("municipality",), targets=targets)), tree)
    assert found.goals[0].targets == (("101", AtLeast(80)), ("102", AtLeast(70)))
    assert [str(each) for each in found.warnings] == [
        'goals/mine.toml: goal.kept: targets: "Solstrålen" is none of the goal\'s units. Add it to units, or leave it out.'
    ]


def test_a_unit_with_a_target_of_its_own_is_named(desk: Any) -> None:
    """It gets an answer although the goal means all institutions and the data never speaks of it; the others wait for data."""
    found = plan(desk, goal(desk, units=("institution",), targets=(("Solstrålen", AtLeast(80)),)), organisation="101")
    assert (found.goals[0].units, found.goals[0].named) == (("i1", "i2"), ("i1",))
    assert found.indicators[0].codes == frozenset({"i1"})


def test_goals_on_one_dataset_are_one_pass(desk: Any) -> None:
    """Thirty goals on ten indicators: one pass, one list of indicators, each with the frequencies of its goals."""
    goals = [
        goal(desk, Share(f"days < {place % 10}"), id=f"g{place % 10}", frequency=("month", "quarter", "year")[place // 10])
        for place in range(30)
    ]
    found = plan(desk, *goals)
    assert len(found.passes) == 1
    assert [each.frequencies for each in found.indicators] == [("month", "quarter", "year")] * 10
    assert found.wanted(found.passes[0]) == found.indicators
    assert len(found.passes[0].terms) == 2 + 2 * 10
    assert found.datasets == ("roads.cases",)


def test_the_pass_does_not_depend_on_the_order_of_goals(desk: Any) -> None:
    """What was kept of a run is found again when goals are written in another order."""
    one, two = goal(desk, id="one"), goal(desk, Mean("days"), id="two")
    assert plan(desk, one, two).passes == plan(desk, two, one).passes


def test_choosing_a_goal_leaves_the_pass_as_it_is(desk: Any) -> None:
    """Components of a whole run serve a run of one goal; its other datasets are not touched."""
    one, two = goal(desk, id="one"), goal(desk, Mean("days"), id="two")
    elsewhere = goal(desk, Published("value"), id="three", dataset=desk.totals, plugin="homes")
    whole, chosen = plan(desk, one, two, elsewhere), plan(desk, one, two, elsewhere, goals=("one",))
    assert [each.goal.goal.id for each in chosen.goals] == ["one"]
    assert [each.indicator.id for each in chosen.indicators] == ["roads.one"]
    assert chosen.datasets == ("roads.cases",)
    assert set(chosen.passes) < set(whole.passes)
    assert plan(desk, one, two, elsewhere, sectors=("homes",)).datasets == ("roads.totals",)


def test_levels_of_the_indicator_and_of_its_goals_are_reported(desk: Any) -> None:
    """Named units are asked for one by one; a level is not, so that below the municipality the data decides."""
    found = plan(desk, goal(desk, units=("institution", "Nord")))
    (wanted,) = found.indicators
    assert wanted.levels == ("region", "municipality", "institution")
    assert wanted.codes == frozenset({"081"})


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"goals": ("kpet",)}, '--goal: there is no goal "kpet" here. Did you mean "kept"?'),
        ({"sectors": ("raods",)}, '--sector: there is no sector "raods" here. Did you mean "roads"?'),
        ({"period": "2025K1"}, "--period: no goal is judged for 2025K1; the goals here are judged by: year."),
        ({"period": "2024"}, "--period: no goal is judged for 2024; the goals here are judged by: year."),
        ({"period": "uge 12"}, '--period: Period: "uge 12" is a week'),
    ],
    ids=["goal", "sector", "another kind of period", "before the goal", "no period"],
)
def test_a_choice_that_nothing_fits_is_a_fault(desk: Any, choice: dict[str, Any], message: str) -> None:
    """The nearest name, or what there is."""
    with pytest.raises(WorkspaceError) as caught:
        plan(desk, goal(desk), **choice)
    assert message in str(caught.value)


def test_a_period_chooses_the_goals_that_judge_it(desk: Any) -> None:
    """By frequency, and by whether the goal holds on its first day."""
    goals = (
        goal(desk, id="by_year"),
        goal(desk, id="by_month", frequency="month"),
        goal(desk, id="later", first=date(2026, 1, 2)),
    )
    found = plan(desk, *goals, period="2026")
    assert [each.goal.goal.id for each in found.goals] == ["by_year"]
    assert found.period is not None
    assert found.period.code == "2026"


def test_a_median_has_no_rolling_windows(desk: Any) -> None:
    """What cannot be added up over months is refused in words, with the goal's place."""
    with pytest.raises(WorkspaceError, match=r"goal\.kept: Median has no rolling windows"):
        plan(desk, goal(desk, Median("days"), frequency="rolling12"))


def test_what_cannot_be_added_is_asked_for_by_level_and_frequency(desk: Any) -> None:
    """Only levels and frequencies in use; the additive terms of the same indicator are in the common statement."""
    goals = (goal(desk, Median("days"), id="one"), goal(desk, Median("cost"), id="two", frequency="month"))
    (pass_,) = plan(desk, *goals).passes
    assert [(each.level, each.frequency, len(each.terms)) for each in pass_.single] == [
        ("nation", "month", 1),
        ("nation", "year", 1),
        ("municipality", "month", 1),
        ("municipality", "year", 1),
    ]
    assert {term.kind for term in pass_.terms} == {"count", "aside"}


def test_an_indicator_by_another_date_is_another_pass(desk: Any) -> None:
    """Closed cases by the day they were closed, opened ones by the day they were opened."""
    closed = Indicator(
        id="roads.closed",
        title="Lukkede",
        dataset=desk.cases,
        measure=Count(),
        measured_in="number",
        direction="neutral",
        frequency="month",
        dated_by="closed_on",
    )
    found = plan(desk, goal(desk), goal(desk, id="closed", indicator=closed))
    assert [each.dated_by for each in found.passes] == ["closed_on", "day"]
    assert [each.indicator.id for each in found.wanted(found.passes[0])] == ["roads.closed"]


def test_a_weight_is_counted_where_it_is_filled() -> None:
    """So that an unknown weight makes the coverage unknown."""
    names = [name for name, _ in components(Published("value", weight="people", where="kind = 'a'"))]
    assert names == ["promised", "n", "aside", "value", "weighted", "weight", "weight_promised", "weighed"]


def test_no_goals_need_nothing(desk: Any) -> None:
    """A workspace without goals touches no source."""
    found = plan(desk)
    assert (found.goals, found.indicators, found.passes, found.datasets) == ((), (), (), ())
