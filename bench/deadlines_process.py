"""A run over cases with deadlines against the hand-written SQL, in one process, in turn; it prints its times as JSON and ends.

The SQL gives value, number of persons and status of the same cells. It hides nothing, stores nothing, and looks at no row for
what could be wrong with it. Before any time counts, what klaremal shows is held against it, cell by cell.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.deadlines_plugin import BREAKDOWNS, FREQUENCIES, INDICATOR, LEVELS, PROMISED
from bench.processes import alternated

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from klaremal.run import Run

_CELL = ["unit", "start", "frequency", "breakdown"]
_PLACES = {"nation": "'000'", "region": "region", "municipality": "municipality"}
_STARTS = {"month": "month", "year": "month - month % 12"}


class _Peer:
    """What an analyst would write by hand: judge every case once, then group by each level, frequency and breakdown."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path, units: pd.DataFrame, days: pd.DataFrame) -> None:
        self._connection = connection
        self._file = f"read_parquet('{file.as_posix()}')"
        connection.register("given_units", units)
        connection.register("given_days", days)
        # The number of each day among the working days; a day off has the number of the working day before it.
        connection.execute("create table units as select * from given_units")
        connection.execute("create table days as select day, sum(works) over (order by day) as number, works from given_days")

    def table(self, until: date) -> pd.DataFrame:
        promised = " ".join(f"when '{name}' then {days}" for name, days in PROMISED)
        self._connection.execute(f"""
            create or replace temp table judged as
            select c.municipality, u.region, c.citizen, c.case_type, c.sex,
                year(due.day) * 12 + month(due.day) - 1 as month, coalesce(c.decided_on <= due.day, false) as kept
            from {self._file} c join units u on u.code = c.municipality join days since on since.day = c.received_on
                join days due on due.works = 1 and due.number = since.number + case c.case_type {promised} end
            where due.day <= date '{until}'
        """)
        return self._connection.execute(" union all ".join(self._cells())).df()

    @staticmethod
    def _cells() -> Iterator[str]:
        for place in LEVELS:
            for frequency in FREQUENCIES:
                for column in ("", *BREAKDOWNS):
                    text = f"'{column}=' || {column}" if column else "''"
                    yield (
                        f"select {_PLACES[place]} as unit, {_STARTS[frequency]} as start, '{frequency}' as frequency, "
                        f"{text} as breakdown, 100 * count(*) filter (kept) / count(*) as value, count(distinct citizen) as n, "
                        "case when value >= 60 then 'fulfilled' else 'not_fulfilled' end as status from judged group by all"
                    )


def _run(folder: Path, today: date, hiding: list[float]) -> Run:
    """Run a workspace that has never been run; the time of disclosure control goes to `hiding`."""
    import klaremal.disclose
    from klaremal.run import run

    shutil.rmtree(folder / ".klaremal", ignore_errors=True)
    step = klaremal.disclose.disclose

    def timed(*given: Any, **named: Any) -> Any:
        started = time.perf_counter()
        found = step(*given, **named)
        hiding.append(time.perf_counter() - started)
        return found

    klaremal.disclose.disclose = timed
    try:
        return run(folder, today=today)
    finally:
        klaremal.disclose.disclose = step


def _differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """Return what differs between the shown cells and those of the SQL."""
    from klaremal.model.period import Period

    codes = {code: Period.parse(code) for code in ours["period"].unique()}
    mine = ours.assign(start=ours["period"].astype(str).map({code: period.start for code, period in codes.items()}))
    mine = mine[(mine["indicator"] == INDICATOR) & mine["frequency"].isin(FREQUENCIES) & mine["n"].gt(0)]
    kinds = {name: "int64" if name == "start" else "str" for name in _CELL}
    both = mine.astype(kinds).merge(theirs.astype(kinds), on=_CELL, how="left", suffixes=("", "_there"))
    found = [] if len(both) > len(theirs) / 2 else [f"only {len(both)} of {len(theirs)} cells are shown"]
    for name in ("value", "n"):
        wrong = ~np.isclose(both[name], both[f"{name}_there"], rtol=1e-9, atol=0)
        if wrong.any():
            found.append(f"{name} differs in {int(wrong.sum())} cells, first {both[wrong].iloc[0].to_dict()}")
    return found


def _tables(ready: Any, today: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the municipalities with their regions, and all days with whether they are worked on."""
    import pandas as pd

    from klaremal.working_days import calendar_of

    units = ready.bound.units
    codes = units.at("municipality", date(2020, 1, 1))
    rows = [(code, units.ancestor(code, "region", date(2020, 1, 1))) for code in codes]
    every = np.arange(np.datetime64("2014-01-01"), np.datetime64(today) + 400)
    off = np.array(calendar_of().days_off, dtype="datetime64[D]")
    days = pd.DataFrame({"day": every, "works": np.is_busday(every, holidays=off).astype(int)})
    return pd.DataFrame(rows, columns=["code", "region"]), days


def measured(folder: Path, file: Path, rounds: int, today: date) -> dict[str, Any]:
    """Return the times of a whole run, of its disclosure control and of the SQL, and how many cells there are."""
    import duckdb

    from klaremal.ready import prepare_run

    hiding: list[float] = []
    with duckdb.connect() as connection:
        ready = prepare_run(folder, today)
        peer = _Peer(connection, file, *_tables(ready, today))
        until = ready.workspace.sources[0].complete_until
        assert isinstance(until, date), "the workspace declares it"
        first = _run(folder, today, hiding)
        theirs = peer.table(until)
        if wrong := _differences(first.observations, theirs):
            sys.exit(f"The results of the SQL are not klaremal's: {'; '.join(wrong)}")
        hiding.clear()

        def timed(work: Any) -> float:
            started = time.perf_counter()
            work()
            return time.perf_counter() - started

        works = {
            "ours": lambda: timed(lambda: _run(folder, today, hiding)),
            "theirs": lambda: timed(lambda: peer.table(until)),
        }
        times = alternated(rounds, works)
    hidden = sum(each.cells for each in first.hidden)
    return {"times": times, "hiding": hiding, "cells": len(first.observations), "shown": len(theirs), "hidden": hidden}


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), date.fromisoformat(sys.argv[4]))))
