"""Rows put into units, periods and breakdowns one by one, and the figure of each; the arithmetic of a measure is not here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import frozen

from klaremal.errors import Refused
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Published, Total
from klaremal.model.on_time import Clock, OnTime
from klaremal.model.period import Period, start_of
from klaremal.model.quotient import other_id
from klaremal.testing.oracle.clock import Case, Pause, Timer
from klaremal.testing.oracle.days import Calendar
from klaremal.testing.oracle.formulas import Evaluator, Row
from klaremal.testing.oracle.measures import Group, judged, known_measures, value
from klaremal.testing.oracle.per import Denominator
from klaremal.testing.oracle.places import Places, counts, first_month, last_states, value_of

Key = tuple[str, int, str]
Rows = Mapping[str, Sequence[Row]]


@frozen(kw_only=True)
class Figure:
    """A figure of the oracle: its value, None where there is none, how many rows were judged, and the rows it is made of."""

    value: Fraction | None
    n: int
    rows: tuple[Row, ...] = ()


def figures(
    indicator: Indicator, rows: Rows, places: Places, until: date, calendar: Calendar | None = None
) -> dict[Key, Figure]:
    """Return the figures of an indicator by unit, first month of the period and breakdown.

    `rows` are the good rows of each dataset by its id, as Python values: those of the indicator's own dataset and of the ones
    that it is per or paused by. Of made datasets they are the made rows, of spells their parts by month. Periods are those of
    the indicator's own frequency. `until` is the last day that all of them cover. Refused for a measure that is none of
    klaremal's, and where this oracle has no answer (a mean over time of several months).
    """
    own = indicator.dataset
    if type(indicator.measure) not in (*known_measures(), Published):
        raise Refused(f"{indicator.id}: {type(indicator.measure).__name__} is none of klaremal.measures")
    if indicator.frequency == "rolling12":
        raise Refused(f"{indicator.id}: windows of twelve months begin where the data does")
    if _mean_over_time(indicator):
        raise Refused(f"{indicator.id}: a mean over several base periods depends on when its units came to be")
    rules = Evaluator(calendar or Calendar(), dict(own.derived))
    placed = _placed(indicator, rows, places, until, rules)
    found: dict[Key, Figure] = {}
    for columns in ((), *indicator.breakdowns):
        counting = [each for each in placed if counts(own, columns, each.row, rows[own.id])]
        for level in indicator.levels:
            found |= _of_level(indicator, counting, columns, level, places, rules, rows)
    return found


def _mean_over_time(indicator: Indicator) -> bool:
    measure = indicator.measure
    return isinstance(measure, Total) and measure.over_time == "mean" and indicator.base_frequency != indicator.frequency


@frozen(kw_only=True)
class _Placed:
    """A row with its unit, the first month of its base period, and what became of it where a clock runs."""

    row: Row
    unit: str
    start: int
    case: Case | None = None


def _placed(indicator: Indicator, rows: Rows, places: Places, until: date, rules: Evaluator) -> list[_Placed]:
    dataset = indicator.dataset
    given = list(rows[dataset.id])
    cases: list[Case | None] = [None] * len(given)
    if isinstance(indicator.measure, OnTime):
        cases = list(_cases(indicator, given, rows, until, rules))
    if dataset.snapshot:
        given = last_states(dataset, given)
        cases = [None] * len(given)
    found = []
    for row, case in zip(given, cases, strict=True):
        moment = case.day if case is not None else row[indicator.dated_by or dataset.date_column]
        unit = places.of(dataset, row)
        if moment is not None and unit is not None and (case is None or case.in_order):
            found.append(_Placed(row=row, unit=unit, start=first_month(moment, indicator.base_frequency), case=case))
    return found


def _cases(indicator: Indicator, given: Sequence[Row], rows: Rows, until: date, rules: Evaluator) -> list[Case]:
    measure, dataset = indicator.measure, indicator.dataset
    assert isinstance(measure, OnTime), "only a clock has cases"
    clock = Clock(measure=measure, dataset=dataset, within=measure.filled(None))
    timer = Timer(clock=clock, rules=rules, until=until)
    pauses: dict[tuple[Any, ...], list[Pause]] = defaultdict(list)
    if measure.pauses is not None and measure.pauses.dataset is not None:
        for row in rows[measure.pauses.dataset]:
            ends = (rules.of(measure.pauses.start, row), rules.of(measure.pauses.end, row))
            pauses[tuple(row[name] for name in dataset.key)].append(ends)
    return [timer.case(row, pauses[tuple(row[name] for name in dataset.key)]) for row in given]


# -- cells -----------------------------------------------------------------------------------------------------------


def _of_level(
    indicator: Indicator,
    placed: Sequence[_Placed],
    columns: Sequence[str],
    level: str,
    places: Places,
    rules: Evaluator,
    rows: Rows,
) -> dict[Key, Figure]:
    cells: dict[Key, list[_Placed]] = defaultdict(list)
    for each in placed:
        unit = places.above(each.unit, level)
        if unit is not None:
            cells[unit, start_of(each.start, indicator.frequency), value_of(columns, each.row)].append(each)
    if indicator.dataset.snapshot:
        newest = _newest(placed, indicator.frequency)
        cells = {key: inside for key, every in cells.items() if (inside := [e for e in every if e.start == newest[key[1]]])}
    other = other_id(indicator.measure)
    per = None if other is None else Denominator.of(indicator, columns, places, rows[other], rules.calendar)
    return {
        key: _figure(indicator, key, inside, rules, None if per is None else per.per(*key)) for key, inside in cells.items()
    }


def _newest(placed: Sequence[_Placed], frequency: str) -> dict[int, int]:
    """Return the last base period with rows of each period."""
    found: dict[int, int] = {}
    for each in placed:
        period = start_of(each.start, frequency)
        found[period] = max(found.get(period, each.start), each.start)
    return found


def _figure(indicator: Indicator, key: Key, inside: Sequence[_Placed], rules: Evaluator, per: Fraction | None) -> Figure:
    group = Group(
        rows=[each.row for each in inside],
        periods=[each.start for each in inside],
        cases=[each.case for each in inside if each.case is not None],
        rules=rules,
        last=_last(key[1], indicator),
        by_unit=indicator.dataset.level is not None,
        per=per,
    )
    measure = indicator.measure
    if isinstance(measure, Published):
        return _published(measure, group, [each.unit == key[0] for each in inside], indicator)
    return Figure(value=value(measure, group), n=len(judged(measure, group)), rows=tuple(group.rows))


def _last(start: int, indicator: Indicator) -> int:
    return start_of(Period.of(indicator.frequency, start).last_month, indicator.base_frequency)


def _published(measure: Published, group: Group, own: Sequence[bool], indicator: Indicator) -> Figure:
    """Return the one number that the source says; where it has no row for the cell, the weighted mean of those below."""
    rules = group.rules
    is_one = indicator.frequency == indicator.base_frequency
    stated = [
        row for row, mine in zip(group.rows, own, strict=True) if is_one and mine and rules.holds(measure.where, row) is True
    ]
    if stated:
        said = {rules.of(measure.column, row) for row in stated}
        found = said.pop() if len(said) == 1 else None
        return Figure(value=None if found is None else Fraction(found), n=len(stated), rows=tuple(group.rows))
    if measure.weight is None:
        return Figure(value=None, n=0, rows=tuple(group.rows))
    top = bottom = Fraction(0)
    for _, row in judged(measure, group):
        weight = rules.of(measure.weight, row)
        if weight is not None:
            top, bottom = top + Fraction(weight) * Fraction(rules.of(measure.column, row)), bottom + Fraction(weight)
    return Figure(value=top / bottom if bottom else None, n=0, rows=tuple(group.rows))
