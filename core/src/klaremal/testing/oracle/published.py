"""Figures as their source published them, one row for each, and those put together by weight; it places no rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from klaremal.model.formula import Formula
from klaremal.model.measure import Published
from klaremal.model.outcome import CAUSES
from klaremal.testing.oracle.figure import Figure
from klaremal.testing.oracle.formulas import said
from klaremal.testing.oracle.judged import Seen
from klaremal.testing.oracle.measures import Group


def published(measure: Published, group: Group, own: Sequence[bool], is_lost: bool) -> Figure:
    """Return the one number that the source says; where it has no row for the cell, the weighted mean of those below.

    `own` says for each row of the group whether it is of the cell itself, `is_lost` whether a unit below has none.
    """
    mine = [each for each, is_own in zip(group.rows, own, strict=True) if is_own]
    stated = [each for each in mine if group.rules.holds(measure.where, each.row) is True]
    if not stated and measure.weight is not None:
        return _weighed(measure, measure.weight, group, is_lost)
    values = {group.rules.of(measure.column, each.row) for each in stated}
    found = values.pop() if len(values) == 1 else None
    if found is None:
        return Figure(cause=_cause(measure, stated) if stated and not values else "no_data")
    return Figure(value=Fraction(found), n=_persons(measure, stated, group), coverage=Fraction(1))


def _cause(measure: Published, rows: Sequence[Seen]) -> str:
    """Return why rows say no number: the first of their causes, in the order of causes."""
    causes = (said(each.row, measure.column.canonical) for each in rows)
    return min(filter(None, causes), key=CAUSES.index, default="not_measured")


def _weighed(measure: Published, weight: Formula, group: Group, is_lost: bool) -> Figure:
    of = group.rules.of
    weights = [(each, of(weight, each.row)) for each in group.rows if each.promised]
    counted = [(Fraction(number), each) for each, number in weights if number is not None and each.judged]
    top = sum((number * Fraction(of(measure.column, each.row)) for number, each in counted), Fraction(0))
    bottom = sum((number for number, _ in counted), Fraction(0))
    whole = sum((Fraction(number) for _, number in weights if number is not None), Fraction(0))
    is_known = not is_lost and whole and all(number is not None for _, number in weights)
    coverage = bottom / whole if is_known else None
    if not bottom:
        return Figure(cause="no_data", coverage=coverage)
    return Figure(value=top / bottom, n=_persons(measure, group.rows, group), coverage=coverage)


def _persons(measure: Published, rows: Sequence[Seen], group: Group) -> Fraction | None:
    """Return how many persons or cases the source says there are behind rows; None where one of them does not tell."""
    if measure.n is None:
        return None
    given = [group.rules.of(measure.n, each.row) for each in rows if each.judged]
    return None if None in given else sum(map(Fraction, given), Fraction(0))
