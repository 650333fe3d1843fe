"""Scan and roll-up against the hand-written SQL, in one process, in turn; it prints its times as JSON and ends.

Before it counts any time it holds the three results against each other, cell by cell.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases_plugin import DATASET, PLUGIN
from bench.peers import Peers
from bench.processes import alternated

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.desk import Desk
    from klaremal.model.unit import Units
    from klaremal.plan import Plan

_CELL = ["indicator", "unit", "period"]
# Sums of squares carry six digits, so that an interval's length is known to about a thousandth.
_OF_INTERVAL = 1e-3


def _ours(desk: Desk, plan: Plan, steps: dict[str, list[float]]) -> pd.DataFrame:
    """Scan and roll up as a run does; `steps` gets the time of each part."""
    from klaremal.rollup import rollup
    from klaremal.scan import scan
    from klaremal.tables import observations_table

    bound, rows = desk.ready.bound, desk.rows(DATASET)
    (pass_,) = plan.passes
    clock = [time.perf_counter()]
    groups = scan(desk.engine, rows, pass_)
    clock.append(time.perf_counter())
    until = desk.deliveries[DATASET].complete_until
    found, _ = rollup(groups, plan.indicators, pass_, bound.units, bound.organisation, until, desk.ready.today)
    clock.append(time.perf_counter())
    table = observations_table(found, bound.units)
    clock.append(time.perf_counter())
    for step, seconds in zip(("scan", "rollup", "labels"), np.diff(clock), strict=True):
        steps.setdefault(step, []).append(float(seconds))
    return table


def _units(units: Units, day: date) -> pd.DataFrame:
    import pandas as pd

    codes = [code for level in ("nation", "region", "municipality") for code in units.at(level, day)]
    rows = [(code, units.name(code), units.ancestor(code, "region", day)) for code in codes]
    return pd.DataFrame(rows, columns=["code", "name", "region"])


def _differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """Return what differs between two tables of observations; nothing but the last digits may."""
    mine = ours.assign(indicator=ours["indicator"].astype(str).str.removeprefix(f"{PLUGIN}."))
    mine = mine.astype(dict.fromkeys(_CELL, str)).set_index(_CELL).sort_index()
    other = theirs.astype(dict.fromkeys(_CELL, str)).set_index(_CELL).sort_index()
    if not mine.index.equals(other.index):
        return [f"{len(mine)} cells here, {len(other)} there: {mine.index.symmetric_difference(other.index)[:5].tolist()}"]
    length = (mine["high"] - mine["low"]).fillna(0).to_numpy()
    found = []
    for column in ("value", "n", "low", "high"):
        one, two = (frame[column].to_numpy(dtype=float, na_value=np.nan) for frame in (mine, other))
        allowed = 1e-9 * np.abs(two) + (_OF_INTERVAL * length if column in ("low", "high") else 0)
        wrong = ~((np.isnan(one) & np.isnan(two)) | (np.abs(one - two) <= allowed))
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            found.append(f"{column} of {mine.index[at]}: {one[at]!r} here, {two[at]!r} there ({int(wrong.sum())} cells)")
    for column in ("unit_name", "level", "frequency"):
        if not (mine[column].astype(str) == other[column].astype(str)).all():
            found.append(f"{column} differs")
    return found


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return how long work takes, and how long processors worked for it, which hardly depends on what else they do."""
    started, worked = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - worked


def measured(folder: Path, file: Path, rounds: int, today: date) -> dict[str, Any]:
    """Return the times of klaremal's two steps and of both peers, and how many observations were found equal."""
    import duckdb

    from klaremal.desk import opened
    from klaremal.plan import make
    from klaremal.ready import prepare_run

    ready = prepare_run(folder, today)
    plan = make(ready.bound, ready.bound.units)
    steps: dict[str, list[float]] = {}
    with opened(ready, [DATASET], lambda message: None) as desk, duckdb.connect() as connection:
        check = _timed(lambda: desk.rows(DATASET))
        peers = Peers(connection, file, _units(ready.bound.units, date(2020, 1, 1)))
        table = _ours(desk, plan, steps)
        for name, theirs in (("best", peers.best()), ("plain", peers.plain())):
            if wrong := _differences(table, theirs):
                sys.exit(f"The results of the {name} SQL are not klaremal's: {'; '.join(wrong)}")
        steps.clear()
        works = {"ours": lambda: _ours(desk, plan, steps), "best": peers.best, "plain": peers.plain}
        times = alternated(rounds, {name: lambda work=work: _timed(work) for name, work in works.items()})  # type: ignore[misc]
    return {"times": times, "steps": steps, "check": check, "observations": len(table)}


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), date.fromisoformat(sys.argv[4]))))
