"""What the oracle says besides a value, worked out by hand: parts that are missing, coverage, intervals, persons, causes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from klaremal import Column, Dataset, Indicator
from klaremal.measures import Count, Mean, Published, Rate, Ratio, Share, Total
from klaremal.testing.oracle import Figure, Places, figures, intervals
from klaremal.testing.oracle.formulas import read
from klaremal.testing.oracle.periods import stopped

# Two towns in a region; in the first one two schools.
TREE = Places(
    parents={"t1": "r", "t2": "r", "i1": "t1", "i2": "t1"},
    levels={"r": "region", "t1": "municipality", "t2": "municipality", "i1": "institution", "i2": "institution"},
    organisation="r",
)
CASES = Dataset(
    id="roads.cases",
    title="Cases",
    grain="one row per case",
    columns=(
        Column("day", "date"),
        Column("ok", "boolean"),
        Column("x", "number", minimum=1, maximum=5),
        Column("who", "string"),
        Column("place", "string"),
    ),
    dated_by="day",
    placed_in="place",
)
TOTALS = Dataset(
    id="roads.totals",
    title="Totals",
    grain="one row per town and year",
    columns=(Column("year", "year"), Column("people", "integer", missing={"..": "too_few"}), Column("place", "string")),
    dated_by="year",
    placed_in="place",
    level="municipality",
)
UNTIL = date(2026, 6, 30)
M = {name: 2026 * 12 + place for place, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun"))}


def indicator(measure: Any, dataset: Dataset = CASES, **more: Any) -> Indicator:
    """Return an indicator by month for municipalities."""
    unit = "percent" if isinstance(measure, Share) else "number"
    given = {"measured_in": unit, "direction": "higher", "frequency": "month"} | more
    return Indicator(id="roads.some", title="Some", dataset=dataset, measure=measure, **given)


def cases(numbers: Sequence[int], place: str = "t1", **cells: Any) -> list[dict[str, Any]]:
    """Return so many cases in January, February ... 2026."""
    row = {"ok": True, "x": 3, "who": None, "place": place} | cells
    return [row | {"day": date(2026, month, 5)} for month, number in enumerate(numbers, 1) for _ in range(number)]


def found(asked: Indicator, rows: list[dict[str, Any]]) -> dict[int, Figure]:
    """Return the figures of the first town by first month."""
    given = figures(asked, {asked.dataset.id: rows}, TREE, UNTIL)
    return {start: figure for (code, start, _), figure in given.items() if code == "t1"}


# -- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        ([8, 6, 7, 9, 0], [4]),
        ([1, 0, 2, 1, 0], []),
        # The lost fifth says nothing of the sixth; the four known before it still average five.
        ([5, 5, 5, 5, 0, 0], [4, 5]),
        ([0, 5], []),
        ([5, 0], [1]),
    ],
)
def test_rows_stop_when_five_on_average_came_before(rows: list[int], lost: list[int]) -> None:
    """The last four known periods count, or as many as there are."""
    assert [place for place, each in enumerate(stopped((number, True) for number in rows)) if each] == lost


def test_a_count_with_a_part_missing_is_none() -> None:
    """Five a month until April: May and June are missing, and with them the second quarter."""
    by_month = found(indicator(Count()), cases([5, 5, 5, 5]))
    assert [(each.value, each.cause) for each in by_month.values()] == [(5, None)] * 4 + [(None, "no_data")] * 2
    by_quarter = found(indicator(Count(), frequency="quarter"), cases([5, 5, 5, 5]))
    assert [(each.value, each.cause) for each in by_quarter.values()] == [(15, None), (5, "no_data")]


def test_few_cases_are_not_missed() -> None:
    """Four a month are too few: May is a month without cases."""
    assert found(indicator(Count()), cases([4, 4, 4, 4]))[M["may"]].cause == "no_cases"


def test_a_unit_that_is_missing_is_missed_above() -> None:
    """The first school stops in April, the second goes on: of the town a part is missing."""
    rows = [*cases([5, 5, 5], "i1"), *cases([2, 2, 2, 2, 2, 2], "i2")]
    april = found(indicator(Count()), rows)[M["apr"]]
    assert (april.value, april.cause) == (2, "no_data")
    share = found(indicator(Share("ok")), rows)[M["apr"]]
    assert (share.value, share.cause, share.coverage) == (100, None, Fraction(2, 7))


def test_what_is_missing_before_the_first_rows_lowers_the_coverage() -> None:
    """Rows begin in April with six a month: January to March would have had six each; four a month would not be missed."""
    for number, coverage in ((6, Fraction(18, 36)), (4, Fraction(1))):
        year = found(indicator(Share("ok"), frequency="half_year"), cases([0, 0, 0, number, number, number]))
        assert [each.coverage for each in year.values()] == [coverage]


def test_totals_are_missing_wherever_they_are_not_there() -> None:
    """Of two towns one has said nothing of 2025: its own figure is missing, and the region's is what is known so far."""
    rows = [{"year": 2024, "people": 10, "place": "t1"}, {"year": 2024, "people": 30, "place": "t2"},
            {"year": 2025, "people": 20, "place": "t1"}]  # fmt: skip
    asked = indicator(Total("people"), TOTALS, frequency="year", levels=("region", "municipality"))
    given = {(unit, start // 12): (each.value, each.cause) for (unit, start, _), each in
             figures(asked, {TOTALS.id: rows}, TREE, UNTIL).items()}  # fmt: skip
    assert given == {
        ("r", 2024): (40, None), ("t1", 2024): (10, None), ("t2", 2024): (30, None),
        ("r", 2025): (20, "no_data"), ("t1", 2025): (20, None), ("t2", 2025): (None, "no_data"),
    }  # fmt: skip


def test_a_figure_per_people_needs_those_of_every_town() -> None:
    """Of 2025 nobody knows how many live in the second town: the region has no figure, the first town has 6 per 20."""
    rows = [{"year": 2025, "people": 20, "place": "t1"}]
    asked = indicator(Rate("x", per=Total("people", dataset=TOTALS)), frequency="year", levels=("region", "municipality"))
    given = figures(
        asked, {"roads.cases": [row | {"day": date(2025, 5, 1)} for row in cases([2])], TOTALS.id: rows}, TREE, UNTIL
    )
    assert {(unit, each.value, each.cause) for (unit, start, _), each in given.items() if start == 2025 * 12} == {
        ("r", None, "no_data"), ("t1", 300, None), ("t2", None, "no_data"),
    }  # fmt: skip


# -- periods ---------------------------------------------------------------------------------------------------------


def test_a_mean_over_time_is_over_all_months() -> None:
    """10, 20 and nothing make a mean of 10 a month."""
    rows = [*cases([1], x=10), *cases([0, 1], x=20), *cases([0, 0, 0, 1])]
    by_quarter = found(indicator(Total("x", over_time="mean"), frequency="quarter"), rows)
    assert [each.value for each in by_quarter.values()] == [10, 1]


def test_windows_of_twelve_months_begin_where_the_rows_do() -> None:
    """Rows from July 2025: the first whole window ends in June 2026, and holds all of them."""
    rows = [row | {"day": date(2025, month, 5)} for month in range(8, 13) for row in cases([2])] + cases([1, 1, 1, 1])
    asked = indicator(Total("x"), frequency="rolling12")
    assert found(asked, rows) == {}
    first = [row | {"day": date(2025, 7, 5)} for row in cases([2])]
    assert {start: each.value for start, each in found(asked, first + rows).items()} == {2025 * 12 + 6: 48}


# -- what stands with a value ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "low", "high"),
    [
        (intervals.share(84, 90, 1000), 86.62, 96.80),
        (intervals.share(84, 90, 95), 92.04, 94.43),
        (intervals.share(90, 90, 90), 100, 100),
        (intervals.mean([Fraction(each) for each in (3, 4, 4, 5)], (1, 5), None), 2.70, 5),
        (intervals.rate(Fraction(0), Fraction(2000), 1000, None), 0, 1.83),
        # Exact for few events: 1 of 1,000 is 0.0253 to 5.572.
        (intervals.rate(Fraction(1), Fraction(1000), 1000, None), 0.03, 5.57),
    ],
)
def test_an_interval_has_the_ends_worked_out_by_hand(made: intervals.Interval, low: float, high: float) -> None:
    """Wilson's, Student's and Byar's, of samples with their correction."""
    assert made.low == pytest.approx(low, abs=0.005)
    assert made.high == pytest.approx(high, abs=0.005)


@pytest.mark.parametrize("values", [[4, 4, 4, 4], [4], []])
def test_values_that_are_alike_have_no_interval(values: list[int]) -> None:
    """Nor has one alone."""
    assert intervals.mean([Fraction(each) for each in values], (1, 5), None) == intervals.NONE


def test_students_t_is_the_one_of_the_tables() -> None:
    """For 1, 2, 5, 30 and 100 degrees of freedom."""
    assert [round(intervals.t_quantile(each), 3) for each in (1, 2, 5, 30, 100)] == [12.706, 4.303, 2.571, 2.042, 1.984]


def test_who_did_not_answer_belongs_to_the_sample() -> None:
    """Of ten asked eight answered, six of them yes: the interval is that of eight of ten."""
    asked = indicator(Share("ok"), evolve(CASES, basis="sample"), measured_in="percent")
    rows = [*cases([6]), *cases([2], ok=False), *cases([2], ok=None)]
    january = found(asked, rows)[M["jan"]]
    assert (january.value, january.n, january.part, january.coverage) == (75, 8, 6, Fraction(8, 10))
    assert january.interval == intervals.share(6, 8, 10)


def test_persons_are_counted_once() -> None:
    """Five visits of two citizens, and one of nobody knows whom."""
    rows = [*cases([3], who="a"), *cases([2], who="b"), *cases([1])]
    assert found(indicator(Mean("x"), evolve(CASES, person="who")), rows)[M["jan"]].n == 2


def test_how_many_persons_are_behind_a_published_figure_is_told_or_unknown() -> None:
    """The first town tells of ten; an empty cell of the second is not nobody."""
    rows = [{"year": 2025, "people": number, "place": place} for place, number in (("t1", 10), ("t2", None))]
    dataset = evolve(TOTALS, columns=(*TOTALS.columns, Column("value", "number")))
    asked = indicator(Published("value", n="people"), dataset, frequency="year")
    given = figures(asked, {TOTALS.id: [row | {"value": 3} for row in rows]}, TREE, UNTIL)
    assert {unit: (each.value, each.n) for (unit, _, _), each in given.items()} == {"t1": (3, 10), "t2": (3, None)}


def test_a_marker_says_why_a_value_is_missing() -> None:
    """In the source's own words, of a published figure as of a total; where it says nothing it was not measured."""
    rows = [{"year": 2025, "people": "..", "place": "t1"}, {"year": 2025, "people": None, "place": "t2"}]
    of = {TOTALS.id: [read(TOTALS, row) for row in rows]}
    for measure in (Published("people"), Total("people"), Ratio("people", per="people")):
        given = figures(indicator(measure, TOTALS, frequency="year"), of, TREE, UNTIL)
        assert {unit: each.cause for (unit, _, _), each in given.items()} == {"t1": "too_few", "t2": "not_measured"}


def test_a_value_that_cannot_be_judged_stands_beside_its_cause() -> None:
    """Outside the plausible range, and across a change of method, which goes first."""
    rows = cases([3], x=4)
    asked = indicator(Mean("x"), plausible=(0, 3))
    assert (found(asked, rows)[M["jan"]].value, found(asked, rows)[M["jan"]].cause) == (4, "implausible")
    changed = evolve(asked, breaks=((date(2026, 1, 15), "Another way"),))
    assert found(changed, rows)[M["jan"]].cause == "method_changed"


def test_where_no_weighted_value_is_known_nothing_is_covered() -> None:
    """The schools' weights are known and their values are not: 0 of 30; where a weight is not known, nobody can say."""
    schools = evolve(
        TOTALS,
        level="institution",
        columns=(*TOTALS.columns, Column("value", "number")),
        placed_in="place",
        grain="one per school",
    )
    asked = indicator(Published("value", weight="people"), schools, frequency="year", levels=("institution", "municipality"))
    for weights, coverage in (((10, 20), 0), ((10, None), None)):
        rows = [{"year": 2025, "people": n, "place": f"i{at}", "value": None} for at, n in enumerate(weights, 1)]
        (figure,) = found(asked, rows).values()
        assert (figure.value, figure.coverage) == (None, coverage)
