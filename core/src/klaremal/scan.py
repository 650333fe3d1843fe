"""The scan: the only step that sees every row; runs the statements of a pass and hands over what they added up."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING

import pandas as pd

from klaremal.compile import number_of_values, single_statements, statement, value_names
from klaremal.components import Groups, fetched
from klaremal.engine import name, text
from klaremal.model.breakdown import LARGEST
from klaremal.plan_terms import MEANS_ALL

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows
    from klaremal.engine import Engine
    from klaremal.plan import Pass


def scan(engine: Engine, rows: Rows, pass_: Pass) -> Groups:
    """Run a pass over checked rows: one statement, however many indicators it serves.

    A breakdown of more values than LARGEST, which no contract names, has no groups.
    """
    groups = engine.fresh("groups")
    purpose = f"scan {pass_.dataset.id} by {pass_.dated_by}"
    none = " limit 0" if pass_.breakdown and _has_too_many(engine, rows, pass_) else ""
    engine.query(f"create temp table {name(groups)} as {sql(engine, rows, pass_)}{none}", purpose)
    try:
        return fetched(engine, name(groups), pass_)
    finally:
        engine.query(f"drop table {name(groups)}", "drop scanned groups")


def _relation(engine: Engine, rows: Rows, pass_: Pass) -> str:
    """Return the rows, with a column for each that has a code for all of them: whether the row counts in the total."""
    named = {column for term in pass_.every_term if term.where is not None for column in term.where.columns}
    made = []
    for column in pass_.dataset.columns:
        if column.total is not None and f"{column.name}{MEANS_ALL}" in named:
            means_all = f"coalesce(cast({name(column.name)} as text) = {text(column.total)}, false)"
            some = f"exists (select 1 from {name(rows.relation)} where {means_all})"
            made.append(f"({means_all} or not {some}) as {name(column.name + MEANS_ALL)}")
    if not made:
        return rows.relation
    view = engine.fresh("with_totals")
    sql = f"create temp view {name(view)} as select *, {', '.join(made)} from {name(rows.relation)}"
    engine.query(sql, f"rows of {pass_.dataset.id} that are totals")
    return view


def _has_too_many(engine: Engine, rows: Rows, pass_: Pass) -> bool:
    if all(pass_.dataset.column(each).codes for each in pass_.breakdown):
        return False
    counted = number_of_values(pass_, rows.relation, LARGEST, engine.dialect)
    return int(engine.query(counted, f"values of {', '.join(pass_.breakdown)}")[0][0]) > LARGEST


def sql(engine: Engine, rows: Rows, pass_: Pass) -> str:
    """Return the statement that `scan` runs, for an auditor to run."""
    causes = [column for column in engine.columns(name(rows.relation), "columns of rows") if column.endswith("__cause")]
    return statement(pass_, _relation(engine, rows, pass_), engine.dialect, causes=causes, bad=rows.bad > 0)


def scan_single(engine: Engine, rows: Rows, pass_: Pass, places: dict[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Run the terms that cannot be added, for each level and frequency.

    `places` says for each level and frequency where a unit text and period belong (columns `__text`, `__key`, `__unit`,
    `__start`). The frame has `level`, `frequency`, `unit`, `start`, and for each term of that level `s0`, `s1` ...
    """
    found = []
    relation = _relation(engine, rows, pass_) if pass_.single else rows.relation
    for single in pass_.single:
        place_table = engine.fresh("places")
        engine.register(place_table, places[single.level, single.frequency])
        purpose = f"scan {pass_.dataset.id} by {pass_.dated_by} for {single.level} and {single.frequency}"
        has_bad = rows.bad > 0
        asked = single_statements(pass_, single, relation, place_table, engine.dialect, bad=has_bad)
        parts = [engine.frame(each, purpose) for each in asked]
        frame = reduce(partial(pd.merge, on=["unit", "start", *value_names(pass_)], how="left", validate="one_to_one"), parts)
        frame.insert(0, "level", single.level)
        frame.insert(1, "frequency", single.frequency)
        found.append(frame.astype({f"s{place}": "float64" for place in range(len(single.terms))}))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
