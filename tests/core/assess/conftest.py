"""Indicators, goals and observations that a test can write in one line each; nothing is collected or scanned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from klaremal.assess.fulfilments import assess
from klaremal.bind.workspace import BoundGoal
from klaremal.measures import Measure, Share
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator
from klaremal.model.period import Period
from klaremal.model.target import Target
from klaremal.plan import PlannedGoal

CASES = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("kept", "boolean"),
        Column("days", "number"),
        Column("opened_on", "date"),
        Column("place", "string"),
    ),
    dated_by="opened_on",
    placed_in="place",
    level="municipality",
)


def indicator_of(measure: Measure | None = None, **more: Any) -> Indicator:
    """Return an indicator; higher is better unless `more` says otherwise."""
    given = {"id": "roads.kept", "measured_in": "percent", "direction": "higher", "frequency": "month"} | more
    return Indicator(title="Sager til tiden", dataset=CASES, measure=measure or Share("kept"), **given)


def planned_goal(target: Target, **more: Any) -> PlannedGoal:
    """Return a goal for a unit ("751"), in force from 2015, judged by the year, unless `more` says otherwise."""
    indicator = more.pop("indicator", None) or indicator_of()
    units, targets = more.pop("units", ("751",)), more.pop("targets", ())
    compared, summed = more.pop("compared", ()), more.pop("summed", None)
    first, last = more.pop("first", date(2015, 1, 1)), more.pop("last", None)
    given = {"version": 1, "frequency": "year", "minimum_coverage": indicator.least_coverage} | {
        name: more.pop(name) for name in ("version", "frequency", "minimum_coverage") if name in more
    }
    texts = {"id": more.pop("id", "kept"), "title": "Svar til tiden", "promise": "Du får svar til tiden."}
    goal = Goal(**texts, indicator=indicator.id, target=target, valid_from=first, **more)
    bound = BoundGoal(
        goal=goal, indicator=indicator, target=target, first=first, last=last, basis=None, threshold=None, targets=(), **given
    )
    return PlannedGoal(goal=bound, units=units, targets=targets, compared=compared, summed=summed)


def observed_rows(*rows: Mapping[str, Any] | tuple[str, float], indicator: str = "roads.kept") -> pd.DataFrame:
    """Return observations: each row a period and what is not usual about it, or just (period, value)."""
    made = []
    for given in rows:
        row = dict(given) if isinstance(given, Mapping) else {"period": given[0], "value": given[1]}
        period = Period.parse(row.pop("period"))
        value = row.get("value", np.nan)
        usual = {
            "indicator": indicator, "definition": "", "unit": "751", "level": "municipality", "start": period.start,
            "frequency": period.frequency, "breakdown": "", "value": value, "n": np.nan, "part": np.nan, "low": np.nan,
            "high": np.nan, "least": value, "most": value, "coverage": 1.0, "weight": row.get("n", np.nan), "cause": None,
            "provisional": False, "warned": False,
        }  # fmt: skip
        made.append(usual | row)
    texts = ("indicator", "definition", "unit", "level", "frequency", "breakdown", "cause")
    frame = pd.DataFrame(made, columns=list(usual) if rows else ["start"])
    return frame.astype(dict.fromkeys(texts, "str")) if rows else _empty()


def _empty() -> pd.DataFrame:
    return observed_rows(("2026", 1.0)).iloc[:0]


def judged_rows(observations: pd.DataFrame, *goals: PlannedGoal) -> list[dict[str, Any]]:
    """Return the fulfilments as dicts, missing words and figures as None, with the period's code."""
    frame = assess(observations, goals)
    plain = frame.astype(object).where(frame.notna(), None)
    rows: list[dict[str, Any]] = plain.to_dict("records")
    for row in rows:
        row["period"] = Period(row["frequency"].removesuffix("12"), row["start"]).code
    return rows


@pytest.fixture
def indicator() -> Callable[..., Indicator]:
    """Return the function that makes an indicator."""
    return indicator_of


@pytest.fixture
def planned() -> Callable[..., PlannedGoal]:
    """Return the function that makes a planned goal."""
    return planned_goal


@pytest.fixture
def observed() -> Callable[..., pd.DataFrame]:
    """Return the function that makes observations."""
    return observed_rows


@pytest.fixture
def judged() -> Callable[..., list[dict[str, Any]]]:
    """Return the function that judges observations by goals."""
    return judged_rows
