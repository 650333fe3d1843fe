"""Goals on a breakdown, persons and small numbers, on real files from the workspace to the ledger and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

import klaremal.builtin
from klaremal import Column, Sector, hookimpl
from klaremal.discovery import PluginSource
from klaremal.errors import WorkspaceError
from klaremal.ledger import Ledger
from klaremal.reason.sentence import reason
from klaremal.registry import build

MORE = (
    Column("kind", "string", {"da": "Slags", "en": "Kind"}, enum={"a": {"da": "Akut", "en": "Urgent"}, "b": "Almindelig"}),
    Column("road", "string"),
    Column("citizen", "string"),
)


def hook(name: str, things: Sequence[Any]) -> Any:
    """Return a plugin's hook that gives these things."""

    def given() -> list[Any]:
        return list(things)

    given.__name__ = name
    return hookimpl(given)


@pytest.fixture
def visits(desk: Any) -> Any:
    """Return a desk with a plugin of visits to roads, of which one citizen may have many."""
    plugin = ModuleType("roads")
    cases = desk.registry.datasets["roads.cases"]
    visits = evolve(cases, columns=(*cases.columns, *MORE), person="citizen")
    kept = evolve(desk.registry.indicators["roads.kept"], dataset=visits, breakdowns=("kind", "road"))
    shown = evolve(kept, id="roads.shown", breakdowns=(), minimum_count=5, disclosure="process")
    things = {"sectors": [Sector(id="roads", title="Veje")], "datasets": [visits], "indicators": [kept, shown]}
    for kind, items in things.items():
        setattr(plugin, f"klaremal_{kind}", hook(f"klaremal_{kind}", items))
    core = PluginSource("klaremal", klaremal.builtin, "klaremal", "0.1.0")
    made = build([core, PluginSource("roads", plugin, "klaremal-roads", "1.0")])
    assert made.left_out == ()
    return type(desk)(desk.folder, made)


def written(desk: Any, *rows: tuple[str, str, str, str]) -> None:
    """Write visits of 2025 in Aarhus, one month after the other: kept, kind, road and citizen of each."""
    lines = [
        f'Aarhus;2025-{place % 12 + 1:02d}-05;2025-12-31;{kept};1;{kind};"{road}";{citizen}'
        for place, (kept, kind, road, citizen) in enumerate(rows)
    ]
    desk.write("cases.csv", "\n".join(["place;opened;closed;kept;days;kind;road;citizen", *lines, ""]))


def statuses(found: Any) -> dict[str, tuple[Any, Any]]:
    """Return value and status of Aarhus in 2025 by the text of the breakdown."""
    mine = found.fulfilments[(found.fulfilments["unit_name"] == "Aarhus") & (found.fulfilments["period"] == "2025")]
    return {row.breakdown: (row.value, row.status) for row in mine.itertuples()}


SIX = (("true", "a", "x;y", "p1"), ("true", "a", "x;y", "p2"), ("false", "b", "æ=1", "p3"), ("true", "b", "", "p4"))


def test_a_goal_on_each_value_is_judged_for_each(visits: Any) -> None:
    """Of kind a two of two are kept, of kind b one of two; the reason says which kind, in the reader's language."""
    written(visits, *SIX)
    goal = {"indicator": '"roads.kept"', "at_least": 80, "breakdown": '"kind"'}
    found = visits.run({"each": goal, "all": {k: v for k, v in goal.items() if k != "breakdown"}})
    each = found.fulfilments[found.fulfilments["goal"] == "each"]
    assert statuses(found) == {
        "": (75.0, "not_fulfilled"), "kind=a": (100.0, "fulfilled"), "kind=b": (50.0, "not_fulfilled"),
    }  # fmt: skip
    row = next(row for row in each.to_dict("records") if row["breakdown"] == "kind=a" and row["unit_name"] == "Aarhus")
    bound = next(one for one in found.bound.goals if one.goal.id == "each")
    assert reason(row, bound, "da").startswith("Slags: Akut.")
    assert reason(row, bound, "en").startswith("Kind: Urgent.")
    with Ledger.open(visits.folder / ".klaremal" / "ledger.db", read_only=True) as book:
        stored = book.observations(indicator="roads.kept", unit="751", period="2025")
    assert sorted(stored["breakdown"]) == ["", "kind=a", "kind=b", "road=?", "road=x%3By", "road=æ%3D1"]


def test_a_goal_on_one_value_is_judged_for_it_alone(visits: Any) -> None:
    """Also where the value has signs that mean something in the text, and where no row has it."""
    written(visits, *SIX)
    goal = {"indicator": '"roads.kept"', "at_least": 80}
    for text, status in (("road=x%3By", "fulfilled"), ("road=nowhere", "not_assessable"), ("kind=b", "not_fulfilled")):
        found = visits.run({"one": goal | {"breakdown": f'"{text}"'}})
        assert {key: one for key, (_, one) in statuses(found).items()} == {text: status}


@pytest.mark.parametrize(
    ("breakdown", "words"),
    [
        ("knd", 'Did you mean "kind"?'),
        ("kind;road", "roads.kept is not broken down by kind and road."),
        ("colour", "It is broken down by: kind, road."),
        ("kind=c", 'kind has no value "c"'),
        ("kind=", "cannot be read"),
        ("kind=a;kind=b", "cannot be read"),
    ],
)
def test_a_goal_on_what_is_not_there_is_a_fault(visits: Any, breakdown: str, words: str) -> None:
    """The fault names the goal's field, what is wrong and what there is."""
    written(visits, *SIX)
    with pytest.raises(WorkspaceError) as caught:
        visits.run({"one": {"indicator": '"roads.kept"', "at_least": 80, "breakdown": f'"{breakdown}"'}})
    assert words in str(caught.value)


def test_five_thousand_values_are_left_out_with_a_warning_and_the_total_stays(visits: Any) -> None:
    """On the second run too, when nothing is read again."""
    written(visits, *(("true", "a", f"road {each}", "p") for each in range(5000)))
    goals = {"all": {"indicator": '"roads.kept"', "at_least": 80}}
    for run in (1, 2):
        found = visits.run(goals)
        assert statuses(found) == {"": (100.0, "fulfilled")}
        assert [each.what for each in found.warnings if "more than 50 values" in each.what], run
        assert set(found.observations["breakdown"]) == {"", "kind=a", "kind=b"}
    assert (found.scanned, found.kept > 0) == (0, True)


@pytest.mark.parametrize(("citizens", "shown"), [(1, (None, None, "confidential")), (6, (100.0, 6.0, None))])
def test_case_48_six_visits_of_one_citizen_are_hidden(visits: Any, citizens: int, shown: tuple[Any, ...]) -> None:
    """Six rows pass a minimum of five, one person does not; six persons do."""
    written(visits, *(("true", "a", "x", f"p{each % citizens}") for each in range(6)))
    found = visits.run({"all": {"indicator": '"roads.shown"', "at_least": 80}}).fulfilments.astype(object)
    found = found[(found["unit_name"] == "Aarhus") & (found["period"] == "2025")]
    rows = found.where(found.notna(), None)[["value", "n", "cause"]]
    assert [tuple(row) for row in rows.to_numpy().tolist()] == [shown]


def test_a_value_of_several_lines_is_one_line_in_words_and_kept_as_it_is(visits: Any) -> None:
    """In the ledger its line break is encoded; a row without a value and one whose value is "?" are told apart."""
    written(visits, ("true", "a", "x\n y", "p1"), ("true", "a", "?", "p2"), ("true", "b", "", "p3"))
    found = visits.run({"each": {"indicator": '"roads.kept"', "at_least": 80, "breakdown": '"road"'}})
    mine = [row for row in found.fulfilments.to_dict("records") if row["unit_name"] == "Aarhus" and row["period"] == "2025"]
    (bound,) = found.bound.goals
    said = {row["breakdown"]: reason(row, bound, "en").partition(".")[0] for row in mine}
    assert said == {"road=x%0A y": "road: x y", "road=%3F": "road: ?", "road=?": "road: not stated"}
