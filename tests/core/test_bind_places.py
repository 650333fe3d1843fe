"""Units and groups that goals name, as binding reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from klaremal import hookimpl
from klaremal.bind.workspace import Bound
from klaremal.discovery import PluginSource
from klaremal.model.unit import Unit, UnitGroup, UnitSet
from klaremal.registry import Registry, build

Binding = Callable[..., Bound]
Faults = Callable[..., list[str]]

PLACE = "goals/goals.toml: goal.huller.targets"


class Towns:
    """A set of three municipalities, one of which ended, and a region, in groups that overlap for a while."""

    @hookimpl
    def klaremal_units(self) -> list[UnitSet]:
        """Declare the set: 102 is large and, until 2026, by the sea as well; 105 ended in 2025."""
        towns = [Unit(code=code, name=name, level="municipality") for code, name in (("730", "Aaby"), ("102", "Beby"))]
        return [
            UnitSet(
                id="towns",
                country="NO",
                units=[
                    *towns,
                    Unit(code="081", name="Nord", level="region"),
                    Unit(code="105", name="Ceby", level="municipality", valid_to=date(2025, 6, 30)),
                ],
                groups=[
                    UnitGroup(id="size.large", name="Store", members=("730", "102")),
                    UnitGroup(id="sea.near", name="Kyst", members=("102",), valid_to=date(2026, 12, 31)),
                    UnitGroup(id="sea.far", name="Store", members=("081",)),
                ],
            )
        ]


@pytest.fixture
def plugins(core_source: PluginSource, roads_source: PluginSource) -> Registry:
    """Return what core, roads and towns declare."""
    return build([core_source, roads_source, PluginSource("towns", Towns(), "klaremal-towns", "1.0")])


@pytest.fixture
def texts(workspace_text: str, goal_text: str) -> Callable[..., tuple[str, str]]:
    """Return a function that gives the workspace with that set, and the usual goal with more lines."""
    text = workspace_text.replace('plugins = ["roads"]', 'plugins = ["roads", "towns"]') + '[units]\nset = "towns"\n'
    return lambda *lines: (text, goal_text + "".join(f"{line}\n" for line in lines))


BOTH = ("[goal.huller.targets]", '"size.large" = 90', '"Kyst" = 80')


def test_two_groups_that_promise_a_unit_different_things_are_a_fault(faults: Faults, texts: Any, plugins: Registry) -> None:
    """Which of them holds would be a guess; the cure is a value of its own."""
    assert faults(*texts(*BOTH), plugins=plugins) == [
        f'{PLACE}: Beby (102) is in both "size.large" and "Kyst", whose targets differ. '
        'Give it a target of its own: "102" = ...'
    ]


@pytest.mark.parametrize(
    "lines",
    [
        (*BOTH, '"Beby" = 70'),
        ("[goal.huller.targets]", '"size.large" = 90', '"Kyst" = 90'),
    ],
    ids=["a value of its own", "the same value"],
)
def test_groups_that_do_not_contradict_each_other_are_right(
    bound: Binding, texts: Any, plugins: Registry, lines: tuple[str, ...]
) -> None:
    """A unit of two groups is told what holds for it, or there is nothing to tell."""
    assert bound(*texts(*lines), plugins=plugins).goals[0].goal.id == "huller"


def test_groups_that_a_unit_is_in_one_after_the_other_are_right(bound: Binding, texts: Any, plugins: Registry) -> None:
    """When the goal begins, 102 has left the coast."""
    workspace, goals = texts(*BOTH)
    later = goals.replace("2026-01-01", "2027-01-01")
    assert bound(workspace, later, plugins=plugins).goals[0].first == date(2027, 1, 1)


def test_a_name_of_two_groups_needs_the_id(faults: Faults, texts: Any, plugins: Registry) -> None:
    """As a name of two units needs the code."""
    assert faults(*texts("[goal.huller.targets]", '"Store" = 90'), plugins=plugins) == [
        f'{PLACE}: 2 groups are called "Store". Write the id: size.large or sea.far.'
    ]


def test_a_group_of_a_level_that_is_not_reported_is_a_fault(faults: Faults, texts: Any, plugins: Registry) -> None:
    """As a unit of that level is."""
    assert faults(*texts('units = ["sea.far"]'), plugins=plugins) == [
        "goals/goals.toml: goal.huller.units: roads.repaired is reported for municipality, district, not for region. "
        'Write units = ["municipality"].'
    ]


def test_a_goal_for_a_unit_that_ended_before_it_begins_is_warned_of(bound: Binding, texts: Any, plugins: Registry) -> None:
    """Nothing is ever judged for it; with a goal that begins while it exists nothing is wrong."""
    workspace, goal = texts('units = ["Ceby", "Beby"]')
    told = [str(each) for each in bound(workspace, goal, plugins=plugins).warnings]
    assert [each for each in told if "ended" in each] == [
        "goals/goals.toml: goal.huller.units: Ceby ended on 2025-06-30, before the goal begins on 2026-01-01. "
        "Name the unit that took its place."
    ]
    earlier = goal.replace("2026-01-01", "2025-01-01")
    assert [each for each in bound(workspace, earlier, plugins=plugins).warnings if "ended" in each.what] == []


@pytest.mark.parametrize(("calendar", "country"), [("", "NO"), ('[calendar]\ncountry = "SE"\n', "SE")], ids=["set", "own"])
def test_holidays_are_those_of_the_set_of_units_unless_the_workspace_says_another(
    calendar: str, country: str, bound: Binding, texts: Any, plugins: Registry
) -> None:
    """The towns lie in Norway."""
    workspace, goal = texts()
    assert bound(workspace + calendar, goal, plugins=plugins).country == country
