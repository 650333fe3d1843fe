"""The rows of an indicator where they count: each with its unit, its base period and what its clock says; no figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from klaremal.model.breakdown import declared
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Measure
from klaremal.model.on_time import Clock, OnTime
from klaremal.testing.oracle.clock import Case, Pause, Timer
from klaremal.testing.oracle.formulas import Evaluator, Row
from klaremal.testing.oracle.judged import Parts, Seen, is_judged, is_promised
from klaremal.testing.oracle.places import Places, first_month, last_states, value_of

Rows = Mapping[str, Sequence[Row]]


@frozen(kw_only=True)
class Dated:
    """A row that can be placed, with the first month of its base period (None: it has no date) and its case."""

    row: Row
    start: int | None
    case: Case | None = None


def dated(indicator: Indicator, rows: Rows, rules: Evaluator, until: date) -> list[Dated]:
    """Return the rows of an indicator's dataset that may count: of states the last of each month, of cases those in order."""
    dataset = indicator.dataset
    if isinstance(indicator.measure, OnTime):
        every = zip(rows[dataset.id], _cases(indicator.measure, dataset, rows, rules, until), strict=True)
        return [_of_case(row, case) for row, case in every if case.in_order]
    name = indicator.dated_by or dataset.date_column
    given = last_states(dataset, rows[dataset.id]) if dataset.snapshot else rows[dataset.id]
    frequency = indicator.base_frequency
    return [Dated(row=row, start=None if row[name] is None else first_month(row[name], frequency)) for row in given]


def _of_case(row: Row, case: Case) -> Dated:
    return Dated(row=row, start=None if case.day is None else first_month(case.day, "month"), case=case)


def _cases(measure: OnTime, dataset: Dataset, rows: Rows, rules: Evaluator, until: date) -> list[Case]:
    timer = Timer(clock=Clock(measure=measure, dataset=dataset, within=measure.filled(None)), rules=rules, until=until)
    pauses: dict[tuple[Any, ...], list[Pause]] = defaultdict(list)
    if measure.pauses is not None and measure.pauses.dataset is not None:
        for row in rows[measure.pauses.dataset]:
            ends = (rules.of(measure.pauses.start, row), rules.of(measure.pauses.end, row))
            pauses[tuple(row[name] for name in dataset.key)].append(ends)
    return [timer.case(row, pauses[tuple(row[name] for name in dataset.key)]) for row in rows[dataset.id]]


def seen(
    measure: Measure, dataset: Dataset, given: Sequence[Dated], columns: Sequence[str], rows: Sequence[Row],
    places: Places, rules: Evaluator,
) -> list[Seen]:  # fmt: skip
    """Return rows with what a measure says of them; `rows` are all of the dataset, by which one is a part of another."""
    parts = Parts.of(dataset, measure, columns, rows)
    found = []
    for each in given:
        unit = places.of(dataset, each.row)
        if unit is None or each.start is None:
            continue
        counts = parts.counts(each.row)
        found.append(
            Seen(
                row=each.row,
                unit=unit,
                start=each.start,
                case=each.case,
                counts=counts,
                promised=counts and is_promised(measure, rules, each.row, each.case),
                judged=counts and is_judged(measure, rules, each.row, each.case),
            )
        )
    return found


def values_of(dataset: Dataset, columns: Sequence[str], given: Sequence[Dated]) -> list[str]:
    """Return the values of a breakdown: those that the contract names, and those of rows; a code for all is none."""
    totals = {name: dataset.column(name).total for name in columns}
    rows = [each.row for each in given if all(code is None or str(each.row[name]) != code for name, code in totals.items())]
    return list(dict.fromkeys((*declared(dataset, columns), *(value_of(columns, row) for row in rows))))
