"""The plan: which goals bind which units, what is measured for them, and how few passes that takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from klaremal.bind.workspace import Bound, BoundGoal
from klaremal.errors import WorkspaceError
from klaremal.measures import Count, Distinct, Mean, Median, Published, Quantile, Ratio, Share
from klaremal.model.goal import Goal, UnitsUnder
from klaremal.model.indicator import Indicator
from klaremal.model.period import Period
from klaremal.model.target import AtLeast
from klaremal.model.unit import Unit, UnitGroup, Units
from klaremal.plan import Plan, PlannedGoal, make
from klaremal.plan_terms import components
from klaremal.registry import build
from klaremal.workspace.folder import Workspace

# Months before and after all others.
BEFORE, END = -1, 1 << 40


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
    assert plan(desk, evolve(ended, last=date(2026, 1, 1))).goals[0].units == ("102", "103")
    assert plan(desk, evolve(running, first=date(2026, 1, 1))).goals[0].units == ("102", "103")


def test_a_unit_that_has_left_before_the_goal_began_is_not_meant(desk: Any) -> None:
    """On the last day of 2025 municipality 102 still lies in region 081, the day after no more."""
    for first, expected in ((date(2025, 12, 31), ("101", "102")), (date(2026, 1, 1), ("101",))):
        north = goal(desk, units=(UnitsUnder(under="Nord", level="municipality"),), first=first)
        assert plan(desk, north).goals[0].units == expected


@pytest.mark.parametrize(
    ("units", "away"),
    [
        ((UnitsUnder(under="Nord", level="municipality"),), [("102", 2026 * 12, END)]),
        ((UnitsUnder(under="Syd", level="municipality"),), [("102", BEFORE, 2026 * 12)]),
        ((UnitsUnder(under="Syd", level="institution"),), [("i3", BEFORE, 2026 * 12)]),
        ((UnitsUnder(under="Syd", level="municipality"), UnitsUnder(under="Nord", level="municipality")), []),
        ((UnitsUnder(under="Nord", level="municipality"), "102"), []),
        (("municipality",), []),
        ((), []),
    ],
    ids=["leaves", "joins", "joins with the unit above", "both", "named as well", "never leaves the nation", "its own"],
)
def test_a_unit_of_a_level_is_meant_while_it_lies_there(
    desk: Any, units: Sequence[Any], away: list[tuple[str, int, int]]
) -> None:
    """Municipality 102 goes from Nord to Syd on 1 January 2026: the months for which a goal of either does not mean it."""
    assert list(plan(desk, goal(desk, units=tuple(units))).goals[0].away) == away


@pytest.mark.parametrize(
    ("turn", "back", "away"),
    [
        (date(2026, 3, 31), None, [("i4", 2026 * 12 + 2, END)]),
        (date(2026, 4, 1), None, [("i4", 2026 * 12 + 3, END)]),
        (date(2026, 3, 2), date(2026, 6, 2), [("i4", 2026 * 12 + 2, 2026 * 12 + 5)]),
        (date(2026, 3, 2), date(2026, 3, 20), []),
    ],
    ids=["a month's last day", "a first day", "and back", "back within the month"],
)
def test_where_a_unit_lies_on_a_months_last_day_counts(
    desk: Any, turn: date, back: date | None, away: list[tuple[str, int, int]]
) -> None:
    """An institution moves from 101 to 102, also after the goal's own last day: its period may end later."""
    until = None if back is None else back - timedelta(days=1)
    moved = [
        Unit(code="i4", name="Kometen", level="institution", parent="101", valid_to=turn - timedelta(days=1)),
        Unit(code="i4", name="Kometen", level="institution", parent="102", valid_from=turn, valid_to=until),
    ]
    if back is not None:
        moved.append(Unit(code="i4", name="Kometen", level="institution", parent="101", valid_from=back))
    for last in (None, date(2026, 2, 28)):
        found = make(bound(goal(desk, units=("institution",), last=last), organisation="101"), desk.units.with_units(moved))
        assert list(found.goals[0].away) == away


def test_a_unit_that_has_closed_is_meant_for_its_last_year(desk: Any) -> None:
    """It lies where it did."""
    closed = Unit(code="i4", name="Kometen", level="institution", parent="101", valid_to=date(2026, 3, 31))
    found = make(bound(goal(desk, units=("institution",)), organisation="101"), desk.units.with_units([closed]))
    assert (found.goals[0].units, found.goals[0].away) == (("i1", "i2", "i4"), ())


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


OLD = UnitGroup(id="size.small", name="Små", members=("101", "102"), valid_to=date(2026, 6, 30))
NEW = UnitGroup(id="size.small", name="Små", members=("102", "103"), valid_from=date(2026, 7, 1))


def in_groups(desk: Any, *groups: UnitGroup, **more: Any) -> Plan:
    """Return the plan of a goal in the tree of the desk with these groups."""
    return make(bound(goal(desk, **more)), Units.of(desk.units.units, groups))


def floors(planned: PlannedGoal, unit: str) -> list[float | None]:
    """Return the least that is promised of a unit in the quarters of 2026; None where it is promised nothing."""
    target = dict(planned.targets).get(unit, planned.goal.target)
    bands = [target.band(Period.parse(f"2026K{number}"), "higher") for number in range(1, 5)]
    return [None if band is None else band[0] for band in bands]


def test_a_goals_value_gives_way_to_the_groups_and_that_to_the_units_own(desk: Any) -> None:
    """In whatever order they are written; 103 is in no group and has none of its own."""
    values = [("101", AtLeast(80)), ("size.small", AtLeast(70))]
    for targets in (values, values[::-1]):
        (planned,) = in_groups(desk, evolve(OLD, valid_to=None), units=("municipality",), targets=tuple(targets)).goals
        assert dict(planned.targets) == {"101": AtLeast(80), "102": AtLeast(70)}
        assert [floors(planned, unit)[0] for unit in ("101", "102", "103")] == [80, 70, 90]


def test_the_value_of_a_group_is_that_of_its_members_on_the_first_day_of_the_period(desk: Any) -> None:
    """From the third quarter 103 takes the place of 101; 102 stays, with one value throughout."""
    (planned,) = in_groups(desk, OLD, NEW, units=("municipality",), targets=(("Små", AtLeast(70)),)).goals
    assert {unit: floors(planned, unit) for unit in planned.units} == {
        "101": [70, 70, 90, 90],
        "102": [70, 70, 70, 70],
        "103": [90, 90, 70, 70],
    }


def test_a_group_that_begins_within_a_period_begins_to_count_in_the_next(desk: Any) -> None:
    """What was promised on its first day judges the period whole."""
    late = evolve(NEW, valid_from=date(2026, 7, 2))
    (planned,) = in_groups(desk, late, units=("103",), targets=(("size.small", AtLeast(70)),)).goals
    assert floors(planned, "103") == [90, 90, 90, 70]


def test_a_goal_of_a_group_binds_those_that_are_in_it_at_the_time(desk: Any) -> None:
    """A unit that joins later is promised nothing before, and one that has left nothing after, whatever values they have."""
    (planned,) = in_groups(desk, OLD, NEW, units=("size.small",), targets=(("103", AtLeast(60)),)).goals
    assert planned.units == planned.named == ("101", "102", "103")
    assert {unit: floors(planned, unit) for unit in planned.units} == {
        "101": [90, 90, None, None],
        "102": [90, 90, 90, 90],
        "103": [None, None, 60, 60],
    }


def test_a_unit_that_is_chosen_besides_its_group_is_bound_throughout(desk: Any) -> None:
    """By its name or its level."""
    for units in (("size.small", "Aaby"), ("municipality", "size.small")):
        (planned,) = in_groups(desk, OLD, NEW, units=units).goals
        assert floors(planned, "101") == [90, 90, 90, 90]


def test_members_that_left_a_group_before_the_goal_are_not_bound(desk: Any) -> None:
    """Only the versions of a group that the goal meets count, and the last day of both does."""
    assert in_groups(desk, OLD, NEW, units=("Små",), first=date(2026, 7, 1)).goals[0].units == ("102", "103")
    assert in_groups(desk, OLD, NEW, units=("Små",), first=date(2026, 6, 30)).goals[0].units == ("101", "102", "103")
    assert in_groups(desk, OLD, NEW, units=("Små",), last=date(2026, 6, 30)).goals[0].units == ("101", "102")
    assert in_groups(desk, OLD, NEW, units=("Små",), last=date(2026, 7, 1)).goals[0].units == ("101", "102", "103")


def test_units_below_the_members_of_a_group_are_meant_too(desk: Any) -> None:
    """A group takes the place of a unit in `under`."""
    (planned,) = in_groups(desk, OLD, units=(UnitsUnder(under="Små", level="institution"),)).goals
    assert planned.units == ("i1", "i2", "i3")


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


def test_choosing_a_goal_asks_for_what_it_needs_and_no_more(desk: Any) -> None:
    """Its terms alone, all of which the pass of a whole run has too; other datasets are not touched."""
    one, two = goal(desk, id="one"), goal(desk, Mean("days"), id="two")
    elsewhere = goal(desk, Published("value"), id="three", dataset=desk.totals, plugin="homes")
    whole, chosen = plan(desk, one, two, elsewhere), plan(desk, one, two, elsewhere, goals=("one",))
    assert [each.goal.goal.id for each in chosen.goals] == ["one"]
    assert [each.indicator.id for each in chosen.indicators] == ["roads.one"]
    assert chosen.datasets == ("roads.cases",)
    (pass_,), (both,) = chosen.passes, [each for each in whole.passes if each.dataset.id == "roads.cases"]
    assert [term.kind for term in pass_.terms] == ["count", "count", "aside", "count"]
    assert set(pass_.terms) < set(both.terms)
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


@pytest.mark.parametrize(
    ("first", "last", "is_judged"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 1, 2), None, False),
        (date(2020, 1, 1), date(2026, 1, 1), True),
        (date(2020, 1, 1), date(2025, 12, 31), False),
    ],
    ids=["from its first day", "from its second", "until its first day", "until the day before"],
)
def test_a_goal_judges_the_periods_on_whose_first_day_it_holds(
    desk: Any, first: date, last: date | None, is_judged: bool
) -> None:
    """So that the chosen period is one of a goal that ended within it, and of none that began within it."""
    other = goal(desk, id="always", first=date(2020, 1, 1))
    found = plan(desk, other, goal(desk, first=first, last=last), period="2026")
    assert ("kept" in [each.goal.goal.id for each in found.goals]) is is_judged


@pytest.mark.parametrize(
    "measure", [Median("days"), Quantile("days", 0.9), Distinct("kind")], ids=lambda each: type(each).__name__
)
def test_what_cannot_be_added_up_has_no_rolling_windows(desk: Any, measure: Any) -> None:
    """It is refused in words, with the goal's place; a mean has them."""
    with pytest.raises(WorkspaceError, match=rf"goal\.kept: {type(measure).__name__} has no rolling windows"):
        plan(desk, goal(desk, measure, frequency="rolling12"))
    assert plan(desk, goal(desk, Mean("days"), frequency="rolling12")).indicators[0].frequencies == ("rolling12",)


def test_a_goal_that_is_not_chosen_is_not_refused(desk: Any) -> None:
    """What it asks for and cannot have is said when it is run."""
    wrong = goal(desk, Median("days"), frequency="rolling12", id="wrong")
    assert plan(desk, goal(desk), wrong, goals=("kept",)).datasets == ("roads.cases",)


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


def test_a_weight_is_counted_where_it_is_filled(desk: Any) -> None:
    """So that an unknown weight makes the coverage unknown."""
    names = [name for name, _ in components(Published("value", weight="people", where="kind = 'a'"), desk.totals)]
    assert names == ["promised", "n", "aside", "value", "weighted", "weight", "weight_promised", "weighed"]


def test_of_totals_the_source_is_asked_why_a_value_is_missing(desk: Any) -> None:
    """For each column that the value is made of, also behind a derived one; cases have no one row that could say it."""
    derived = evolve(desk.totals, derived={"per_person": "value / people"})
    for measure, dataset, columns in (
        (Ratio("value", per="people"), desk.totals, ["people", "value"]),
        (Mean("per_person", where="kind = 'a'"), derived, ["people", "value"]),
        (Count(), desk.totals, []),
        (Mean("days"), desk.cases, []),
    ):
        found = dict(components(measure, dataset))
        assert [name for name, term in found.items() if term.kind == "cause"] == [f"cause_{each}" for each in columns]


def test_no_goals_need_nothing(desk: Any) -> None:
    """A workspace without goals touches no source."""
    found = plan(desk)
    assert (found.goals, found.indicators, found.passes, found.datasets) == ((), (), (), ())
