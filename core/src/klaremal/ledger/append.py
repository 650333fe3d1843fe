"""Appending one run: its row, what is new or different, its sources and its goals; the caller holds the transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, select

from klaremal.errors import LedgerError
from klaremal.ledger.changes import Lexicons, changes
from klaremal.ledger.queries import newest_goals, newest_run
from klaremal.ledger.record import Appended, RunRecord
from klaremal.ledger.tables import FULFILMENTS, GOALS, OBSERVATIONS, RELEASES, RUNS, SET_ASIDE, SOURCES


def append(connection: Connection, record: RunRecord) -> Appended:
    """Write the run under the next number; a run without any change writes its own row and its sources."""
    run = newest_run(connection) + 1
    lexicons = Lexicons(connection)
    digests = connection.execute(select(RUNS.c.observed, RUNS.c.judged).where(RUNS.c.run == run - 1)).one_or_none()
    last_observed, last_judged = digests or ("", "")
    observed = changes(connection, OBSERVATIONS, record.observations, lexicons, record.closing, last_observed)
    judged = changes(connection, FULFILMENTS, record.fulfilments, lexicons, record.closing, last_judged)
    appended = Appended(
        run=run,
        observations=len(observed.rows) - observed.closed,
        fulfilments=len(judged.rows) - judged.closed,
        unchanged=observed.unchanged + judged.unchanged,
        closed=observed.closed + judged.closed,
    )
    connection.execute(RUNS.insert().values(**_run_row(record, appended), observed=observed.digest, judged=judged.digest))
    lexicons.store()
    for each in (observed, judged):
        each.store(connection, run)
    _insert(connection, SOURCES, _numbered(run, SOURCES, record.sources))
    _insert(connection, SET_ASIDE, _numbered(run, SET_ASIDE, record.set_aside))
    _insert(connection, RELEASES, _numbered(run, RELEASES, record.releases))
    _insert(connection, GOALS, _goal_rows(run, record.goals, newest_goals(connection)))
    return appended


def _run_row(record: RunRecord, appended: Appended) -> dict[str, Any]:
    return {
        "run": appended.run,
        "started": record.started.isoformat(),
        "seconds": record.seconds,
        "klaremal": record.klaremal,
        "engine": record.engine,
        "workspace": record.workspace,
        "plugins": [list(plugin) for plugin in record.plugins],
        "observations": appended.observations,
        "fulfilments": appended.fulfilments,
        "unchanged": appended.unchanged,
        "closed": appended.closed,
    }


def _numbered(run: int, table: Table, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows for the table, in the order in which the run gave them."""
    empty = dict.fromkeys((column.name for column in table.columns), None)
    return [
        {**empty, **{name: _plain(entry[name]) for name in entry}, "run": run, "position": position}
        for position, entry in enumerate(entries)
    ]


def _goal_rows(
    run: int, goals: Iterable[Mapping[str, Any]], newest: Mapping[tuple[str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return a row for each version of a goal of which the ledger does not already say the same."""
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for goal in goals:
        content = json.loads(json.dumps(dict(goal), default=_plain))
        key = (str(content["goal"]), str(content["version"]))
        if said.setdefault(key, content) != content:
            raise LedgerError(f"This run says two things of goal {key[0]}, version {key[1]}. Nothing was stored.")
    return [
        {"run": run, "goal": goal, "version": version, "content": content}
        for (goal, version), content in said.items()
        if newest.get((goal, version)) != content
    ]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _plain(value: Any) -> Any:
    """Return dates as ISO texts, numpy's numbers as Python's, tuples as lists, and everything else as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return list(value) if isinstance(value, tuple) else value
