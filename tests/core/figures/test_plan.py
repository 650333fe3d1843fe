"""The plan: which goals bind what is measured for them, and how few passes that takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal.errors import WorkspaceError
from klaremal.measures import Count, Distinct, Mean, Median, Published, Quantile, Ratio, Share
from klaremal.model.indicator import Indicator
from klaremal.plan_terms import components

Make = Callable[..., Any]


def test_goals_on_one_dataset_are_one_pass(goal: Make, plan: Make, desk: Any) -> None:
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


def test_the_pass_does_not_depend_on_the_order_of_goals(goal: Make, plan: Make, desk: Any) -> None:
    """What was kept of a run is found again when goals are written in another order."""
    one, two = goal(desk, id="one"), goal(desk, Mean("days"), id="two")
    assert plan(desk, one, two).passes == plan(desk, two, one).passes


def test_choosing_a_goal_asks_for_what_it_needs_and_no_more(goal: Make, plan: Make, desk: Any) -> None:
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


def test_levels_of_the_indicator_and_of_its_goals_are_reported(goal: Make, plan: Make, desk: Any) -> None:
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
def test_a_choice_that_nothing_fits_is_a_fault(goal: Make, plan: Make, desk: Any, choice: dict[str, Any], message: str) -> None:
    """The nearest name, or what there is."""
    with pytest.raises(WorkspaceError) as caught:
        plan(desk, goal(desk), **choice)
    assert message in str(caught.value)


def test_a_period_chooses_the_goals_that_judge_it(goal: Make, plan: Make, desk: Any) -> None:
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
    goal: Make, plan: Make, desk: Any, first: date, last: date | None, is_judged: bool
) -> None:
    """So that the chosen period is one of a goal that ended within it, and of none that began within it."""
    other = goal(desk, id="always", first=date(2020, 1, 1))
    found = plan(desk, other, goal(desk, first=first, last=last), period="2026")
    assert ("kept" in [each.goal.goal.id for each in found.goals]) is is_judged


@pytest.mark.parametrize(
    "measure", [Median("days"), Quantile("days", 0.9), Distinct("kind")], ids=lambda each: type(each).__name__
)
def test_what_cannot_be_added_up_has_no_rolling_windows(goal: Make, plan: Make, desk: Any, measure: Any) -> None:
    """It is refused in words, with the goal's place; a mean has them."""
    with pytest.raises(WorkspaceError, match=rf"goal\.kept: {type(measure).__name__} has no rolling windows"):
        plan(desk, goal(desk, measure, frequency="rolling12"))
    assert plan(desk, goal(desk, Mean("days"), frequency="rolling12")).indicators[0].frequencies == ("rolling12",)


def test_a_goal_that_is_not_chosen_is_not_refused(goal: Make, plan: Make, desk: Any) -> None:
    """What it asks for and cannot have is said when it is run."""
    wrong = goal(desk, Median("days"), frequency="rolling12", id="wrong")
    assert plan(desk, goal(desk), wrong, goals=("kept",)).datasets == ("roads.cases",)


def test_what_cannot_be_added_is_asked_for_by_level_and_frequency(goal: Make, plan: Make, desk: Any) -> None:
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


def test_an_indicator_by_another_date_is_another_pass(goal: Make, plan: Make, desk: Any) -> None:
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


def test_no_goals_need_nothing(plan: Make, desk: Any) -> None:
    """A workspace without goals touches no source."""
    found = plan(desk)
    assert (found.goals, found.indicators, found.passes, found.datasets) == ((), (), (), ())
