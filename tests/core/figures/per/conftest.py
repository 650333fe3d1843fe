"""Events and the people that they are per: rows of both, scanned and rolled up as production does it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from klaremal.builtin.population import POPULATION
from klaremal.measures import Measure, Rate, Total
from klaremal.model.dataset import Dataset
from klaremal.plan import _passes
from klaremal.rollup import Other, places, rollup
from klaremal.scan import scan, scan_single

Row = dict[str, Any]


OLD = Total("persons", where="age between 67 and 125", dataset=POPULATION)


RATE = Rate("people", per=OLD)


UNTIL = date(2026, 12, 31)


def case(place: str | None, day: str, people: int | None = 1, kind: str | None = None) -> Row:
    """Return a row of events."""
    return {"place": place, "day": day, "people": people, "kind": kind}


def state(place: str | None, day: str, age: int | None, persons: int | None, sex: str | None = "K", **more: Any) -> Row:
    """Return a row of the population."""
    return {"municipality": place, "status_date": day, "sex": sex, "age": age, "persons": persons, **more}


def everywhere(day: str, persons: int = 100, without: str = "") -> list[Row]:
    """Return a state in which each municipality (but one) has as many old people, and somebody young."""
    places = [place for place in ("101", "102", "103") if place != without]
    return [state(place, day, age, count) for place in places for age, count in ((70, persons), (30, 7))]


def values(found: pd.DataFrame, period: str, breakdown: str = "") -> dict[str, Any]:
    """Return by unit the rounded value, or the cause where there is none."""
    rows = found[(found["period"] == period) & (found["breakdown"].astype(object) == breakdown)]
    pairs = zip(rows["unit"], rows["value"], rows["cause"], strict=True)
    return {unit: cause if value != value else round(value, 6) for unit, value, cause in pairs}


class Per:
    """Rows of events and of people, and what becomes of them."""

    old = OLD
    until = UNTIL
    case = staticmethod(case)
    state = staticmethod(state)
    everywhere = staticmethod(everywhere)
    values = staticmethod(values)

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def observe(
        self,
        cases: Iterable[Row],
        other: Iterable[Row],
        measure: Measure = RATE,
        *,
        dataset: Dataset | None = None,
        breakdown: str = "",
        until: date | None = UNTIL,
        other_until: date | None = UNTIL,
        **more: Any,
    ) -> pd.DataFrame:
        """Return the observations of a measure from rows of cases and of the other dataset, by period and unit."""
        given = {"frequencies": ("year",), "levels": ("nation", "region", "municipality"), "minimum_count": 1}
        more = given | ({"dataset": dataset} if dataset else {}) | more
        if breakdown:
            more["breakdowns"] = (breakdown,)
        wanted = self.desk.wanted(measure, **more)
        passes = [each for each in _passes([wanted]) if each.breakdown == ((breakdown,) if breakdown else ())]
        rows = {of: list(each) for of, each in ((wanted.indicator.dataset.id, cases), (wanted.other.id, other))}
        checked = [self.desk.rows(each.dataset, rows[each.dataset.id]) for each in passes]
        groups = [scan(self.desk.engine, each, pass_) for each, pass_ in zip(checked, passes, strict=True)]
        of = wanted.by(passes[-1].breakdown)
        where, _ = places(groups[-1], passes[-1], [of], self.desk.units, "000")
        single = scan_single(self.desk.engine, checked[-1], passes[-1], where) if passes[-1].single else None
        others = [Other(groups=groups[0], pass_=passes[0], until=other_until)] if len(passes) > 1 else []
        found, self.desk.set_aside = rollup(
            groups[-1], [of], passes[-1], self.desk.units, "000", until, date(2027, 6, 1), single=single, others=others
        )
        return self.desk.table(found)


@pytest.fixture(scope="module")
def per(desk: Any) -> Per:
    """Give what makes rows of events and people, and figures of them."""
    return Per(desk)
