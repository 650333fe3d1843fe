"""A million observations judged, in one process of its own; it prints its times as JSON and ends."""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.data import FIRST_YEAR, YEARS

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.model.target import Target
    from klaremal.plan import PlannedGoal

_MONTHS = YEARS * 12
_UNITS = tuple(str(100 + place) for place in range(98))


def _goals(count: int) -> list[PlannedGoal]:
    """Return a goal for each of so many indicators, with every kind of target, some with a tolerance."""
    from klaremal.bind.workspace import BoundGoal
    from klaremal.measures import Share
    from klaremal.model.goal import Goal
    from klaremal.model.indicator import Indicator
    from klaremal.plan import PlannedGoal

    dataset = _dataset()
    found = []
    for place in range(count):
        target, direction = _target(place)
        indicator = Indicator(
            id=f"judged.indicator_{place}", title="Til tiden", dataset=dataset, measure=Share("kept"), measured_in="percent",
            direction=direction, frequency="month", plausible=(0, 100), noticeable=1.0,
        )  # fmt: skip
        first = date(FIRST_YEAR, 1, 1)
        goal = Goal(
            id=f"goal_{place}", title="Til tiden", promise="Du får svar til tiden.", indicator=indicator.id,
            target=target, valid_from=first, tolerance=float(place % 3),
        )  # fmt: skip
        bound = BoundGoal(
            goal=goal, version=1, indicator=indicator, target=target, frequency="month", first=first, last=None, basis=None,
            threshold=None, targets=(), minimum_coverage=0.95,
        )  # fmt: skip
        found.append(PlannedGoal(goal=bound, units=_UNITS))
    return found


def _dataset() -> Any:
    from klaremal import Column, Dataset

    return Dataset(
        id="judged.cases",
        title="Sager",
        grain="én række pr. sag",
        columns=(Column("kept", "boolean"), Column("day", "date"), Column("place", "string")),
        dated_by="day",
        placed_in="place",
    )


def _target(place: int) -> tuple[Target, str]:
    from klaremal.targets import AtLeast, AtMost, Between, Path

    targets: tuple[tuple[Target, str], ...] = (
        (AtLeast(60), "higher"),
        (AtMost(40), "lower"),
        (Between(30, 70), "neutral"),
        (Path({2015: 50, 2020: 60, 2024: 70}), "higher"),
    )
    return targets[place % len(targets)]


def _observations(goals: list[PlannedGoal]) -> pd.DataFrame:
    """Return an observation for each indicator, unit and month, as the roll-up makes them; one in twenty has no value."""
    import pandas as pd

    from klaremal.model.outcome import CAUSES
    from klaremal.rollup.frame import COLUMNS

    shape = (len(goals), len(_UNITS), _MONTHS)
    size = int(np.prod(shape))
    chance = np.random.default_rng(1)
    which = np.indices(shape, dtype=np.int32).reshape(3, size)

    def words(codes: Any, names: Any) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, categories=pd.Index(list(names), dtype=object))

    missing = chance.random(size) < 0.05
    value = np.where(missing, np.nan, chance.uniform(0, 100, size))
    aside = np.where(chance.random(size) < 0.02, 0.5, 0.0)
    same = np.zeros(size, dtype=np.int8)
    columns = {
        "indicator": words(which[0], [each.goal.indicator.id for each in goals]),
        "definition": words(same, [""]),
        "unit": words(which[1], _UNITS),
        "level": words(same, ["municipality"]),
        "start": FIRST_YEAR * 12 + which[2].astype(np.int64),
        "frequency": words(same, ["month"]),
        "breakdown": words(same, [""]),
        "value": value,
        "n": np.full(size, 200.0),
        "part": value * 2,
        "low": value - 3,
        "high": value + 3,
        "least": value - aside,
        "most": value + aside,
        "coverage": np.where(missing, np.nan, chance.uniform(0.94, 1.0, size)),
        "cause": words(np.where(missing, CAUSES.index("no_data"), -1).astype(np.int8), CAUSES),
        "provisional": which[2] == _MONTHS - 1,
        "warned": np.zeros(size, dtype=bool),
    }
    unused = np.full(size, np.nan)
    return pd.DataFrame({name: columns.get(name, unused) for name in COLUMNS}, copy=False)


def measured(rows: int, rounds: int) -> dict[str, Any]:
    """Return how long it takes to judge at least that many observations, and how many got a status."""
    from klaremal.assess.fulfilments import assess

    goals = _goals(-(-rows // (len(_UNITS) * _MONTHS)))
    observations = _observations(goals)
    times, judged = [], None
    for _ in range(rounds):
        started = time.perf_counter()
        judged = assess(observations, goals)
        times.append(time.perf_counter() - started)
    assert judged is not None, "there is at least one round"
    return {"times": times, "rows": len(observations), "judged": int(judged["status"].notna().sum())}


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))))
