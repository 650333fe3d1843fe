"""The oracle by itself, against values worked out by hand: formulas, days, clocks, and figures of small tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from klaremal import Column, Dataset, Formula, Indicator
from klaremal.measures import Count, Distinct, Mean, Median, OnTime, Pauses, Quantile, Rate, Ratio, Share, Total
from klaremal.testing.oracle import Places, beside, figures
from klaremal.testing.oracle.days import Calendar
from klaremal.testing.oracle.formulas import Evaluator

ROW: dict[str, Any] = {
    "a": 3,
    "b": Decimal("2.50"),
    "nothing": None,
    "yes": True,
    "text": "abe",
    "day": date(2026, 3, 31),
    "moment": datetime(2026, 3, 31, 10, 30),
    "born": date(1960, 2, 29),
}
RULES = Evaluator(Calendar(), {"double": Formula("a * 2")})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a + b * 2", 8),
        ("7 / 2", Decimal("3.5")),
        ("a / 0", None),
        ("a + nothing", None),
        ("a > 2 and nothing = 1", None),
        ("a > 5 and nothing = 1", False),
        ("a > 2 or nothing = 1", True),
        ("not (nothing = 1)", None),
        ("nothing is null", True),
        ("a in (1, 2, nothing)", None),
        ("a in (1, 3, nothing)", True),
        ("text in ('abe', 'bi')", True),
        ("a not in (1, 2)", True),
        ("a between 1 and 3", True),
        ("a between 4 and nothing", False),
        ("a between 1 and nothing", None),
        ("case when a > 5 then 1 when yes then 2 else 3 end", 2),
        ("case text when 'bi' then 1 end", None),
        ("coalesce(nothing, a)", 3),
        ("least(a, nothing, b)", Decimal("2.50")),
        ("greatest(a, b)", 3),
        ("round(b)", 3),
        ("round(b / 3, 2)", Decimal("0.83")),
        ("-a", -3),
        ("cast('12' as integer)", 12),
        ("cast(text as integer)", None),
        ("cast(moment as date) = day", True),
        ("moment > day", True),
        ("double = 6", True),
        ("day + interval 1 month = date '2026-04-30'", True),
        ("day - interval 1 month = date '2026-02-28'", True),
        ("moment + interval 30 minute = timestamp '2026-03-31 11:00:00'", True),
        ("days_between(born, day)", 24137),
        ("hours_between(day, moment)", Decimal("10.5")),
        ("minutes_between(moment, day)", -630),
        ("age(born, date '2026-02-28')", 65),
        ("age(born, date '2026-03-01')", 66),
        ("first_of_month(moment) = date '2026-03-01'", True),
        ("school_year(day)", 2025),
        ("school_year(date '2026-08-01')", 2026),
        ("block(date '2001-01-14', 14)", 0),
        ("block(date '2000-12-31', 14)", -1),
        # Maundy Thursday and Good Friday, the 2nd and 3rd of April, and Easter Monday are days off.
        ("working_days_between(date '2026-04-01', date '2026-04-08')", 2),
        ("working_days_between(date '2026-04-08', date '2026-04-01')", -2),
    ],
)
def test_a_formula_has_the_value_that_sql_gives_it(formula: str, expected: Any) -> None:
    """Null logic, exact decimals, dates that lie on no day of a month."""
    assert RULES.of(Formula(formula), ROW) == expected


# -- clocks ----------------------------------------------------------------------------------------------------------

CASES = Dataset(
    id="roads.cases",
    title="Cases",
    grain="one row per case",
    columns=(
        Column("case_id", "string"),
        Column("start", "date"),
        Column("ended", "date"),
        Column("left", "date"),
        Column("pause_from", "date"),
        Column("pause_to", "date"),
        Column("place", "string"),
    ),
    dated_by="start",
    placed_in="place",
    key="case_id",
)
TOWN = Places(parents={"101": "081"}, levels={"081": "region", "101": "municipality"}, organisation="101")


def indicator(measure: Any, dataset: Dataset = CASES, **more: Any) -> Indicator:
    """Return an indicator by month for municipalities."""
    unit = "percent" if isinstance(measure, (Share, OnTime)) else "number"
    given = {"measured_in": unit, "direction": "higher", "frequency": "month"} | more
    return Indicator(id="roads.kept", title="Kept", dataset=dataset, measure=measure, **given)


def march(day: int | None) -> date | None:
    """Return a day of March 2026."""
    return None if day is None else date(2026, 3, day)


def case(
    name: str, start: int, ended: int | None = None, left: int | None = None, pause: tuple[Any, ...] = (None, None)
) -> Any:
    """Return a case of March 2026."""
    days = {"start": start, "ended": ended, "left": left, "pause_from": pause[0], "pause_to": pause[1]}
    return {"case_id": name, "place": None} | {column: march(day) for column, day in days.items()}


# What became of each stands in the semantics of a figure.
ROWS = [
    case("a", 1, 11),
    case("b", 1, 12),
    case("c", 15),
    case("d", 25),
    case("e", 24, 26),
    case("f", 10, left=15),
    case("g", 1, left=20),
    case("h", 5, 25, pause=(10, 20)),
    case("i", 12, pause=(15, None)),
    case("j", 1, pause=(20, None)),
]
CLOCK = OnTime("start", "ended", within="10 days", withdrawn="left", pauses=Pauses(start="pause_from", end="pause_to"))


@pytest.mark.parametrize(
    ("counted_when", "hits", "n"),
    # Due: a and h of a, b, c, g, h, j. Decided: a, e and h of those and b.
    [("due", 2, 6), ("decided", 3, 4)],
)
def test_cases_are_kept_as_worked_out_by_hand(counted_when: str, hits: int, n: int) -> None:
    """Ten days, paused, withdrawn, open: on 31 March, by due date and by decision."""
    found = figures(indicator(evolve(CLOCK, counted_when=counted_when)), {"roads.cases": ROWS}, TOWN, date(2026, 3, 31))
    cell = found["101", 2026 * 12 + 2, ""]
    assert (cell.value, cell.n) == (Fraction(100 * hits, n), n)


def test_what_stands_beside_the_figure_is_counted_case_by_case() -> None:
    """Late on 31 March are c (open since the 15th) and j (since the 1st, paused after its deadline); the clock of i stands."""
    found = beside(indicator(CLOCK), {"roads.cases": ROWS}, TOWN, date(2026, 3, 31))
    assert {name: (each.value, each.n) for name, cells in found.items() for each in cells.values()} == {
        "open_overdue": (2, 2),
        "oldest_open": (30, 2),
        "paused": (1, 1),
    }
    assert {key for cells in found.values() for key in cells} == {("101", 2026 * 12 + 2, "")}


@pytest.mark.parametrize(
    ("within", "start", "due"),
    [
        ("7 working days", date(2026, 4, 1), date(2026, 4, 15)),
        ("5 working days", date(2024, 4, 19), date(2024, 4, 26)),
        ("2 months", date(2025, 12, 31), date(2026, 2, 28)),
    ],
)
def test_a_case_is_due_as_worked_out_by_hand(within: str, start: date, due: date) -> None:
    """It is kept on the last day, and late the day after."""
    rows = [{**case("a", 1), "start": start, "ended": end} for end in (due, date.fromordinal(due.toordinal() + 1))]
    for row, value in zip(rows, (100, 0), strict=True):
        found = figures(indicator(OnTime("start", "ended", within=within)), {"roads.cases": [row]}, TOWN, date(2026, 12, 31))
        assert [each.value for each in found.values() if each.value is not None] == [value]


# -- measures --------------------------------------------------------------------------------------------------------

NUMBERS = Dataset(
    id="roads.numbers",
    title="Numbers",
    grain="one row per case",
    columns=(
        Column("day", "date"),
        Column("kind", "string"),
        Column("x", "number"),
        Column("y", "integer"),
        Column("place", "string"),
    ),
    dated_by="day",
    placed_in="place",
)


def number(kind: str | None, x: Any, y: int | None, day: int = 5) -> dict[str, Any]:
    """Return a row of March 2026."""
    return {"day": march(day), "kind": kind, "x": None if x is None else Decimal(str(x)), "y": y, "place": "101"}


TABLE = [number("a", 1, 2), number("a", "2.5", 4), number("b", 10, 0), number(None, 4, 3), number("a", None, 1)]


@pytest.mark.parametrize(
    ("measure", "value", "n"),
    [
        (Share("x > 2"), Fraction(300, 4), 4),
        (Share("x > 2", where="kind = 'a'"), Fraction(100, 2), 2),
        (Count(where="kind = 'a'"), 3, 3),
        (Total("x"), Fraction("17.5"), 4),
        (Mean("x"), Fraction("17.5") / 4, 4),
        (Median("x"), Fraction("3.25"), 4),
        (Quantile("x", 0.9), Fraction("8.2"), 4),
        (Distinct("kind"), 2, 4),
        (Ratio("x", per="y", scale=100), Fraction(1750, 9), 4),
        (Ratio(Total("x", where="kind = 'a'"), per=Total("y")), Fraction("3.5") / 6, 3),
        (Rate("x", per="y", scale=1000), Fraction(17500, 9), 4),
        (Total("x", where="kind = 'z'"), None, 0),
    ],
    ids=lambda each: type(each).__name__ if hasattr(each, "where") else "",
)
def test_a_measure_has_the_value_worked_out_by_hand(measure: Any, value: Any, n: int) -> None:
    """Rows whose condition or number is null cannot be judged."""
    found = figures(indicator(measure, NUMBERS), {"roads.numbers": TABLE}, TOWN, date(2026, 3, 31))
    cell = found["101", 2026 * 12 + 2, ""]
    assert (cell.value, cell.n) == (value, n)


def test_a_figure_is_found_for_each_value_of_a_breakdown_and_each_level() -> None:
    """A row without a value counts as one, and units lie in what is above them."""
    asked = indicator(Count(), NUMBERS, breakdowns=("kind",), levels=("municipality", "region"))
    found = figures(asked, {"roads.numbers": TABLE}, evolve(TOWN, organisation="081"), date(2026, 3, 31))
    values = {(unit, by): each.value for (unit, _, by), each in found.items()}
    assert values == {(unit, by): number for unit in ("101", "081") for by, number in
                      {"": 5, "kind=a": 3, "kind=b": 1, "kind=?": 1}.items()}  # fmt: skip


def test_a_figure_of_nothing_is_nothing() -> None:
    """Without rows there is no cell at all."""
    assert figures(indicator(Count(), NUMBERS), {"roads.numbers": []}, TOWN, date(2026, 3, 31)) == {}
