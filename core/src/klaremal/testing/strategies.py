"""Hypothesis strategies for what plugins declare: periods, rows that follow a dataset's contract, goals, observations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from sqlglot import exp

from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula
from klaremal.model.goal import Decision, Goal
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Share
from klaremal.model.on_time import OnTime
from klaremal.model.period import FREQUENCIES, Period, month_key
from klaremal.targets import AtLeast, AtMost, Between

Row = dict[str, Any]

FIRST_DAY: Final = date(2024, 1, 1)
LAST_DAY: Final = date(2025, 12, 31)
_TEXTS: Final = ("a", "b", "c")
_IN_SQL: Final = re.compile(r"(\w+)\s*(?:=|<>|in\s*\()\s*'([^']*)'")
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_BORN: Final = (date(1930, 1, 1), date(2023, 12, 31))
_SPAN: Final = 400
# So many cells of an optional column are filled for one that is empty.
_FILLED: Final = 5
# Among the words of a column: formulas ask whether it is empty.
_EMPTY: Final = ""
# Days of the month on which states are taken.
_STATUS_DAYS: Final = (28, 28, 28, 15)
# So many cases, citizens or the like are told apart, so that the rows of one table name those of another.
_NAMES: Final = 16


@st.composite
def periods(draw: st.DrawFn, frequency: str | None = None) -> Period:
    """Draw a period of 2015 to 2034, of one frequency or of any."""
    chosen = frequency or draw(st.sampled_from(FREQUENCIES))
    return Period.of(chosen, draw(st.integers(2015 * 12, 2034 * 12 + 11)))


def goals(indicator: Indicator) -> st.SearchStrategy[Goal]:
    """Draw a council's goal on an indicator that klaremal accepts: a target along its direction, and sometimes a tolerance."""
    low, high = indicator.plausible or (1.0, 100.0)
    numbers = st.floats(max(low, 1.0) if indicator.measured_in == "percent" else low, high).map(lambda each: round(each, 2))
    targets: dict[str, st.SearchStrategy[Any]] = {
        "higher": numbers.map(AtLeast),
        "lower": numbers.map(AtMost),
        "neutral": st.tuples(numbers, numbers).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Between(*ends)),
    }
    return st.builds(
        lambda target, tolerance: Goal(
            id="goal",
            title="Goal",
            promise="A promise.",
            indicator=indicator.id,
            target=target,
            tolerance=tolerance,
            valid_from=FIRST_DAY,
            decision=Decision(body="Council", date=FIRST_DAY - timedelta(days=30)),
        ),
        targets[indicator.direction],
        st.sampled_from([0, 0, 0.5, 2]),
    )


def observations(indicator: Indicator) -> st.SearchStrategy[Row]:
    """Draw what is known of one unit and period: `period`, `value`, `n` and `part`, as a measure gives them.

    A share has the value that its `part` of `n` makes; other values lie in the indicator's plausible range, or in 0..1000.
    """
    low, high = indicator.plausible or (0.0, 1000.0)
    is_share = isinstance(indicator.measure, (Share, OnTime))
    numbers = st.integers(1, 500)

    def of(period: Period, n: int, part: int, value: float) -> Row:
        hits = part % (n + 1)
        return {
            "period": period.code,
            "n": n,
            "part": hits if is_share else None,
            "value": 100 * hits / n if is_share else value,
        }

    return st.builds(of, periods(indicator.frequency), numbers, st.integers(0, 500), st.floats(low, high))


def rows(
    dataset: Dataset,
    *,
    places: Sequence[str] = ("101",),
    min_size: int = 0,
    max_size: int = 20,
    days: tuple[date, date] = (FIRST_DAY, LAST_DAY),
    words: Mapping[str, Sequence[str]] | None = None,
) -> st.SearchStrategy[list[Row]]:
    """Draw rows that follow a dataset's contract, each column by its name as a Python value; None is an empty cell.

    Where the contract knows markers of missing values, a text may stand in place of a value of any type.
    `places` are the units to put rows into, `days` the first and last day that the rows may be dated by. `words` are texts
    worth drawing, by column (those that `words_of` says). Dates of one row follow each other in the order of the columns; of
    rows with one key the first stays.
    """
    row = _row_of(dataset, tuple(places), days, words or {})
    return st.lists(row, min_size=min_size, max_size=max_size).map(lambda drawn: distinct(dataset, drawn))


def words_of(dataset: Dataset, indicators: Iterable[Indicator], others: Iterable[Dataset] = ()) -> dict[str, tuple[str, ...]]:
    """Return the texts that formulas of indicators, derived columns and the SQL of made datasets compare columns with.

    An empty one stands for an empty cell, where formulas ask for that.
    """
    found: dict[str, dict[str, None]] = {}
    formulas = [formula for each in indicators for _, formula, _ in each.measure.formulas]
    for formula in (*formulas, *(formula for _, formula in dataset.derived)):
        _note(formula, found)
    for other in others:
        for name, text in _IN_SQL.findall(other.sql or ""):
            found.setdefault(name, {})[text] = None
    return {name: tuple(texts) for name, texts in found.items()}


def _note(formula: Formula, found: dict[str, dict[str, None]]) -> None:
    for asked in formula.tree.find_all(exp.Is):
        if isinstance(asked.this, exp.Column):
            found.setdefault(asked.this.name, {})[_EMPTY] = None
    for node in formula.tree.find_all(exp.EQ, exp.NEQ, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE):
        column = node.find(exp.Column)
        for literal in node.find_all(exp.Literal):
            if column is not None:
                found.setdefault(column.name, {})[literal.this] = None


# -- rows ------------------------------------------------------------------------------------------------------------


@st.composite
def _row_of(
    draw: st.DrawFn, dataset: Dataset, places: tuple[str, ...], days: tuple[date, date], words: Mapping[str, Sequence[str]]
) -> Row:
    first, last = days
    # Some days in one month, so that a unit and period have several rows.
    day = draw(st.dates(first, min(last, first + timedelta(days=_SPAN))))
    row: Row = {}
    place = draw(st.sampled_from(places))
    for column in dataset.columns:
        if column.name in dataset.placed_in:
            row[column.name] = place if column.name == dataset.placed_in[-1] else None
        elif column.type in ("date", "datetime"):
            row[column.name], day = _moment(draw, dataset, column, day, (first, last))
        else:
            asked = words.get(column.name, ())
            filled = 1 if _EMPTY in asked else _FILLED
            value = _values(column, dataset, days, tuple(each for each in asked if each != _EMPTY))
            is_needed = column.required or column.name in dataset.key or column.name in dataset.date_columns
            row[column.name] = draw(value if is_needed else st.one_of(*[value] * filled, st.none(), *_markers(column)))
    return row


def _markers(column: Column) -> list[st.SearchStrategy[str]]:
    """Return what a source may write in place of a value; an empty cell is drawn by itself."""
    return [st.just(marker) for marker, _ in column.missing if marker]


def _moment(draw: st.DrawFn, dataset: Dataset, column: Column, day: date, days: tuple[date, date]) -> tuple[Any, date]:
    """Draw a date or a time at or after the row's day before; return it with the day from which the next ones follow."""
    if column.personal or (
        not {column.name} & {*dataset.events, *dataset.date_columns, *dataset.key} and "birth" in column.name
    ):
        born = draw(st.dates(*_BORN))
        return (datetime.combine(born, time()) if column.type == "datetime" else born), day
    is_needed = column.required or column.name in (*dataset.key, dataset.date_columns[0])
    if not is_needed and draw(st.integers(0, 3)) == 0:
        return None, day
    first, last = days
    found = min(day + timedelta(days=draw(st.sampled_from([0, 0, 1, 3, 8, 15, 31, 70]))), last)
    if isinstance(column.minimum, date):
        found = max(found, column.minimum)
    if isinstance(column.maximum, date):
        found = min(found, column.maximum)
    if dataset.snapshot and column.name == dataset.date_column:
        # States of one day, as status dates are, or of one before it in the month, which is then no figure of it.
        found = max(first, min(found.replace(day=draw(st.sampled_from(_STATUS_DAYS))), last))
    if column.type == "date":
        return found, found
    return datetime.combine(found, time(draw(st.integers(8, 15)), draw(st.sampled_from([0, 1, 2, 14, 15, 59])))), found


def _values(column: Column, dataset: Dataset, days: tuple[date, date], words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Return the values that a column which holds no days may have."""
    if column.codes:
        return st.sampled_from([_TYPED.get(column.type, str)(code) for code in column.allowed])
    if column.type == "boolean":
        return st.booleans()
    if column.type == "year":
        return st.integers(days[0].year, days[1].year)
    if column.type == "period":
        frequency = dataset.frequency or "year"
        return st.integers(month_key(days[0]), month_key(days[1])).map(lambda month: Period.of(frequency, month).code)
    return _texts(column, dataset, words) if column.type == "string" else _numbers(column, words)


_TYPED: Final[Mapping[str, Any]] = {"integer": int, "year": int, "number": Decimal}


def _texts(column: Column, dataset: Dataset, words: tuple[str, ...]) -> st.SearchStrategy[str]:
    if column.pattern is not None:
        return st.from_regex(column.pattern, fullmatch=True)
    if names_something(dataset, column.name):
        return st.sampled_from([f"{column.name[:1]}{number}" for number in range(_NAMES)])
    total = () if column.total is None else (column.total,)
    return st.sampled_from([*words, *total, *_TEXTS[: 1 if words else 3]])


def _numbers(column: Column, words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    low: Any = column.minimum
    high: Any = column.maximum
    low = (0 if high is None or high >= 0 else high - 100) if low is None else low
    high = low + 100 if high is None else high
    places = min(column.decimals, 2) if column.type == "number" else 0
    whole = st.integers(int(low * 10**places), int(high * 10**places)).map(lambda each: Decimal(each).scaleb(-places))
    # What a formula compares with, and its neighbours, for there it turns.
    turns = sorted({Decimal(each) + step for each in words if _NUMBER.fullmatch(each) for step in (-1, 0, 1)})
    named = [each for each in turns if low <= each <= high]
    found = st.one_of(whole, whole, st.sampled_from(named)) if named else whole
    return found.map(int) if column.type == "integer" else found


def distinct(dataset: Dataset, rows: Iterable[Row]) -> list[Row]:
    """Return the rows without those whose key, or a value that is to be unique, an earlier one has."""
    alone = [*([dataset.key] if dataset.key else []), *((column.name,) for column in dataset.columns if column.unique)]
    seen: set[tuple[Any, ...]] = set()
    found = []
    for row in rows:
        keys = {(names, *(row[name] for name in names)) for names in alone}
        if not keys & seen:
            found.append(row)
            seen |= keys
    return found


def names_something(dataset: Dataset, name: str) -> bool:
    """Say whether a column of any text names cases, persons or the like."""
    column = dataset.column(name)
    is_free = column.type == "string" and not column.codes and column.pattern is None and column.total is None
    return is_free and name not in dataset.placed_in and (name in dataset.key or name == dataset.person or column.unique)
