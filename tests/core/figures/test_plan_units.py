"""Which units a goal binds, and when: by its levels, names and groups, while units come, move and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from klaremal.model.goal import UnitsUnder
from klaremal.model.period import Period
from klaremal.model.target import AtLeast
from klaremal.model.unit import Unit, UnitGroup, Units
from klaremal.plan import Plan, PlannedGoal, make

Make = Callable[..., Any]


# Months before and after all others.
BEFORE, END = -1, 1 << 40


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
def test_the_units_of_a_goal(
    goal: Make, plan: Make, desk: Any, units: Sequence[Any], organisation: str, expected: list[str]
) -> None:
    """A goal names levels, units, or all units below one; a level is meant under the organisation."""
    found = plan(desk, goal(desk, units=tuple(units)), organisation=organisation)
    assert list(found.goals[0].units) == expected
    assert found.warnings == ()


def test_a_level_is_meant_while_the_goal_holds(goal: Make, plan: Make, desk: Any) -> None:
    """Municipality 102 lies in region 082 from 2026: a goal that ended in 2025 does not bind it there."""
    ended = goal(desk, units=(UnitsUnder(under="Syd", level="municipality"),), last=date(2025, 12, 31))
    running = evolve(ended, last=None)
    assert plan(desk, ended).goals[0].units == ("103",)
    assert plan(desk, running).goals[0].units == ("102", "103")
    assert plan(desk, evolve(ended, last=date(2026, 1, 1))).goals[0].units == ("102", "103")
    assert plan(desk, evolve(running, first=date(2026, 1, 1))).goals[0].units == ("102", "103")


def test_a_unit_that_has_left_before_the_goal_began_is_not_meant(goal: Make, plan: Make, desk: Any) -> None:
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
    goal: Make, plan: Make, desk: Any, units: Sequence[Any], away: list[tuple[str, int, int]]
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
    goal: Make, bound: Make, desk: Any, turn: date, back: date | None, away: list[tuple[str, int, int]]
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


def test_a_unit_that_has_closed_is_meant_for_its_last_year(goal: Make, bound: Make, desk: Any) -> None:
    """It lies where it did."""
    closed = Unit(code="i4", name="Kometen", level="institution", parent="101", valid_to=date(2026, 3, 31))
    found = make(bound(goal(desk, units=("institution",)), organisation="101"), desk.units.with_units([closed]))
    assert (found.goals[0].units, found.goals[0].away) == (("i1", "i2", "i4"), ())


def test_units_that_are_not_known_are_warnings(goal: Make, plan: Make, desk: Any) -> None:
    """They may come from a dataset that could not be read; the nearest name is given, and the other goals go on."""
    found = plan(desk, goal(desk, units=("Solstråln", "101")), goal(desk, id="districts", units=("district",)))
    assert found.goals[0].units == ("101",)
    assert [str(each) for each in found.warnings] == [
        'goals/mine.toml: goal.kept: units: "Solstråln" is not a unit that is known. Did you mean "Solstrålen"?',
        "goals/mine.toml: goal.districts: units: no district is known under Danmark. "
        "Give the units in [units] file or [units.from].",
    ]


def test_a_name_of_two_units_is_a_warning_with_their_codes(goal: Make, bound: Make, desk: Any) -> None:
    """Two institutions with one name are told apart by code."""
    twins = desk.units.with_units([Unit(code="i9", name="Solstrålen", level="institution", parent="103")])
    found = make(bound(goal(desk, units=("Solstrålen",))), twins)
    assert [each.what for each in found.warnings] == ['units: "Solstrålen" can be i1, i9.']
    assert make(bound(goal(desk, units=("Solstrålen",)), organisation="103"), twins).goals[0].units == ("i9",)


def test_units_with_a_target_of_their_own(goal: Make, bound: Make, desk: Any) -> None:
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


@pytest.fixture
def in_groups(desk: Any, goal: Make, bound: Make) -> Callable[..., Plan]:
    """Return what plans a goal in the tree of the desk with these groups."""

    def made(*groups: UnitGroup, **more: Any) -> Plan:
        return make(bound(goal(desk, **more)), Units.of(desk.units.units, groups))

    return made


def floors(planned: PlannedGoal, unit: str) -> list[float | None]:
    """Return the least that is promised of a unit in the quarters of 2026; None where it is promised nothing."""
    target = dict(planned.targets).get(unit, planned.goal.target)
    bands = [target.band(Period.parse(f"2026K{number}"), "higher") for number in range(1, 5)]
    return [None if band is None else band[0] for band in bands]


def test_a_goals_value_gives_way_to_the_groups_and_that_to_the_units_own(in_groups: Callable[..., Plan]) -> None:
    """In whatever order they are written; 103 is in no group and has none of its own."""
    values = [("101", AtLeast(80)), ("size.small", AtLeast(70))]
    for targets in (values, values[::-1]):
        (planned,) = in_groups(evolve(OLD, valid_to=None), units=("municipality",), targets=tuple(targets)).goals
        assert dict(planned.targets) == {"101": AtLeast(80), "102": AtLeast(70)}
        assert [floors(planned, unit)[0] for unit in ("101", "102", "103")] == [80, 70, 90]


def test_the_value_of_a_group_is_that_of_its_members_on_the_first_day_of_the_period(in_groups: Callable[..., Plan]) -> None:
    """From the third quarter 103 takes the place of 101; 102 stays, with one value throughout."""
    (planned,) = in_groups(OLD, NEW, units=("municipality",), targets=(("Små", AtLeast(70)),)).goals
    assert {unit: floors(planned, unit) for unit in planned.units} == {
        "101": [70, 70, 90, 90],
        "102": [70, 70, 70, 70],
        "103": [90, 90, 70, 70],
    }


def test_a_group_that_begins_within_a_period_begins_to_count_in_the_next(in_groups: Callable[..., Plan]) -> None:
    """What was promised on its first day judges the period whole."""
    late = evolve(NEW, valid_from=date(2026, 7, 2))
    (planned,) = in_groups(late, units=("103",), targets=(("size.small", AtLeast(70)),)).goals
    assert floors(planned, "103") == [90, 90, 90, 70]


def test_a_goal_of_a_group_binds_those_that_are_in_it_at_the_time(in_groups: Callable[..., Plan]) -> None:
    """A unit that joins later is promised nothing before, and one that has left nothing after, whatever values they have."""
    (planned,) = in_groups(OLD, NEW, units=("size.small",), targets=(("103", AtLeast(60)),)).goals
    assert planned.units == planned.named == ("101", "102", "103")
    assert {unit: floors(planned, unit) for unit in planned.units} == {
        "101": [90, 90, None, None],
        "102": [90, 90, 90, 90],
        "103": [None, None, 60, 60],
    }


def test_a_unit_that_is_chosen_besides_its_group_is_bound_throughout(in_groups: Callable[..., Plan]) -> None:
    """By its name or its level."""
    for units in (("size.small", "Aaby"), ("municipality", "size.small")):
        (planned,) = in_groups(OLD, NEW, units=units).goals
        assert floors(planned, "101") == [90, 90, 90, 90]


def test_members_that_left_a_group_before_the_goal_are_not_bound(in_groups: Callable[..., Plan]) -> None:
    """Only the versions of a group that the goal meets count, and the last day of both does."""
    assert in_groups(OLD, NEW, units=("Små",), first=date(2026, 7, 1)).goals[0].units == ("102", "103")
    assert in_groups(OLD, NEW, units=("Små",), first=date(2026, 6, 30)).goals[0].units == ("101", "102", "103")
    assert in_groups(OLD, NEW, units=("Små",), last=date(2026, 6, 30)).goals[0].units == ("101", "102")
    assert in_groups(OLD, NEW, units=("Små",), last=date(2026, 7, 1)).goals[0].units == ("101", "102", "103")


def test_units_below_the_members_of_a_group_are_meant_too(in_groups: Callable[..., Plan]) -> None:
    """A group takes the place of a unit in `under`."""
    (planned,) = in_groups(OLD, units=(UnitsUnder(under="Små", level="institution"),)).goals
    assert planned.units == ("i1", "i2", "i3")


def test_a_unit_with_a_target_of_its_own_is_named(goal: Make, plan: Make, desk: Any) -> None:
    """It gets an answer although the goal means all institutions and the data never speaks of it; the others wait for data."""
    found = plan(desk, goal(desk, units=("institution",), targets=(("Solstrålen", AtLeast(80)),)), organisation="101")
    assert (found.goals[0].units, found.goals[0].named) == (("i1", "i2"), ("i1",))
    assert found.indicators[0].codes == frozenset({"i1"})
