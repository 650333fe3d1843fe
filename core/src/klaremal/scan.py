"""The scan: the only step that sees every row; runs the statements of a pass and hands over what they added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from klaremal.compile import single_statement, statement
from klaremal.components import Groups, fetched
from klaremal.engine import name

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows
    from klaremal.engine import Engine
    from klaremal.plan import Pass


def scan(engine: Engine, rows: Rows, pass_: Pass) -> Groups:
    """Run a pass over checked rows: one statement, however many indicators it serves."""
    groups = engine.fresh("groups")
    purpose = f"scan {pass_.dataset.id} by {pass_.dated_by}"
    engine.query(f"create temp table {name(groups)} as {sql(engine, rows, pass_)}", purpose)
    try:
        return fetched(engine, name(groups), pass_)
    finally:
        engine.query(f"drop table {name(groups)}", "drop scanned groups")


def sql(engine: Engine, rows: Rows, pass_: Pass) -> str:
    """Return the statement that `scan` runs, for an auditor to run."""
    causes = [column for column in engine.columns(name(rows.relation), "columns of rows") if column.endswith("__cause")]
    return statement(pass_, rows.relation, engine.dialect, causes=causes, bad=rows.bad > 0)


def scan_single(engine: Engine, rows: Rows, pass_: Pass, places: dict[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Run the terms that cannot be added: one statement for each level and frequency.

    `places` says for each level and frequency where a unit text and period belong (columns `__text`, `__key`, `__unit`,
    `__start`). The frame has `level`, `frequency`, `unit`, `start`, and for each term of that level `s0`, `s1` ...
    """
    found = []
    for single in pass_.single:
        table = engine.fresh("places")
        engine.register(table, places[single.level, single.frequency])
        frame = engine.frame(
            single_statement(pass_, single, rows.relation, table, engine.dialect, bad=rows.bad > 0),
            f"scan {pass_.dataset.id} by {pass_.dated_by} for {single.level} and {single.frequency}",
        )
        frame.insert(0, "level", single.level)
        frame.insert(1, "frequency", single.frequency)
        found.append(frame.astype({f"s{place}": "float64" for place in range(len(single.terms))}))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
