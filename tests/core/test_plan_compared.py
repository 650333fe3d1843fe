"""Whom units are held against: the nation, groups of their time, one unit, and who must be known for a nation to be one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal.bind.workspace import BoundGoal
from klaremal.measures import Measure, Published, Share
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator
from klaremal.model.others import Others, others_of
from klaremal.model.target import AtLeast, Target
from klaremal.model.unit import Unit, UnitGroup, Units
from klaremal.plan_compared import Compared, compared, unknown
from klaremal.targets import Relative

TREE = Units.of(
    (
        Unit(code="000", name="Landet", level="nation"),
        *(Unit(code=code, name=name, level="municipality", parent="000") for code, name in (
            ("101", "København"), ("461", "Odense"), ("751", "Aarhus"),
        )),
        Unit(code="999", name="Nyborg", level="municipality", parent="000", valid_from=date(2027, 1, 1)),
    ),
    (
        UnitGroup(id="gruppe.1", name="Store", members=("101", "461", "751"), valid_to=date(2026, 12, 31)),
        UnitGroup(id="gruppe.1", name="Store", members=("101", "751"), valid_from=date(2027, 1, 1)),
        UnitGroup(id="gruppe.2", name="Mindre", members=("461", "999"), valid_from=date(2027, 1, 1)),
    ),
)  # fmt: skip
CASES = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(Column("kept", "boolean"), Column("value", "number"), Column("on", "date"), Column("place", "string")),
    dated_by="on",
    placed_in="place",
)
TURN = 2027 * 12


def goal(target: Target, level: str | None = "municipality", measure: Measure | None = None) -> BoundGoal:
    """Return a goal from 2026 on; the rows of its dataset are totals of a level, or (None) cases."""
    indicator = Indicator(
        id="roads.kept", title="Til tiden", dataset=evolve(CASES, level=level), measure=measure or Share("kept"),
        measured_in="percent", direction="higher", frequency="year",
    )  # fmt: skip
    own = Goal(id="a", title="a", promise="a", indicator=indicator.id, target=target, valid_from=date(2026, 1, 1))
    return BoundGoal(
        goal=own, version=1, indicator=indicator, target=target, frequency="year", first=date(2026, 1, 1), last=None,
        basis=None, threshold=None, targets=(), minimum_coverage=0.95, place="goals.toml: goal.a",
    )  # fmt: skip


def of(to: str, *units: str, **more: Any) -> dict[str, Compared]:
    """Return whom each unit is held against."""
    return dict(compared(goal(Relative(to), **more), units or ("751",), TREE, "751"))


def test_the_nation_is_one_unit() -> None:
    """Totals of municipalities say themselves when one is missing."""
    assert of("nation") == {"751": Compared(others=((-1, ("000",)),))}
    assert of("nation")["751"].codes == {"000"}


@pytest.mark.parametrize(
    ("level", "measure", "needed"),
    [
        pytest.param(None, None, True, id="cases"),
        pytest.param("institution", None, True, id="totals of institutions"),
        pytest.param("municipality", None, False, id="totals of municipalities"),
        pytest.param("institution", Published("value"), False, id="published for the nation or not at all"),
    ],
)
def test_cases_do_not_tell_which_municipalities_are_missing(level: str | None, measure: Any, needed: bool) -> None:
    """So the data must know nearly all of those that there are in the period."""
    (found,) = of("nation", level=level, measure=measure).values()
    whole = ((-1, ("101", "461", "751")), (TURN, ("101", "461", "751", "999")))
    assert found.whole == (whole if needed else ())
    assert found.codes == ({"000", "101", "461", "751", "999"} if needed else {"000"})


def test_everybody_has_the_group_of_their_own_time() -> None:
    """Odense is in another group from 2027; a unit that is in none has nobody."""
    assert of("group", "751", "461", "999") == {
        "751": Compared(others=((-1, ("101", "461", "751")), (TURN, ("101", "751"))), is_group=True),
        "461": Compared(others=((-1, ("101", "461", "751")), (TURN, ("461", "999"))), is_group=True),
        "999": Compared(others=((-1, ()), (TURN, ("461", "999"))), is_group=True),
    }
    assert of("gruppe", "751") == of("group", "751")


def test_a_named_group_is_the_same_for_all() -> None:
    """By its name or id, its members over time."""
    same = Compared(others=((-1, ("101", "461", "751")), (TURN, ("101", "751"))), is_group=True)
    assert of("Store", "751", "999") == {"751": same, "999": same}
    assert of("gruppe.1") == of("Store")


def test_a_unit_is_held_against_another() -> None:
    """By name or code."""
    assert of("Odense") == of("461") == {"751": Compared(others=((-1, ("461",)),))}


def test_a_target_that_stands_on_nobody_compares_nobody() -> None:
    """And one that means somebody who is not known (yet) has nobody, and says so."""
    assert compared(goal(AtLeast(1)), ("751",), TREE, "751") == ()
    assert of("Svendborg") == {"751": Compared(others=())}
    assert [str(fault) for fault in unknown(goal(Relative("Odensee")), TREE, "751")] == [
        'goals.toml: goal.a: relative: "Odensee" is not a unit or group that is known. Did you mean "Odense"?'
    ]
    assert list(unknown(goal(Relative("Odense")), TREE, "751")) == []


def test_words_mean_one_thing_each() -> None:
    """Without groups nobody has one of their own, and without a nation there is none."""
    alone = Units.of((Unit(code="751", name="Aarhus", level="municipality"),))
    assert [others_of(to, alone, "751") for to in ("nation", "group", "Aarhus")] == [None, None, Others(code="751")]
    assert others_of("group", TREE, "751") == Others(groups=("gruppe",), own=True)
