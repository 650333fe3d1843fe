"""Checked rows as they count in time: spells in parts by month, of states the last of each month; nothing is flagged here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve

from klaremal.compile.spells import spread
from klaremal.engine import Engine, name
from klaremal.model.dataset import Dataset
from klaremal.model.formula import substitute

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows


def derived_columns(dataset: Dataset, dialect: str) -> list[str]:
    """Write SQL for the derived columns of a dataset, each with its name."""
    derived = dict(dataset.derived)
    return [f"{substitute(formula, derived).sql(dialect)} as {name(each)}" for each, formula in derived.items()]


def in_months(engine: Engine, rows: Rows, until: date) -> Rows:
    """Return spells as one row for each month that they touch, up to the last day that the data covers."""
    dataset = rows.dataset
    parts = spread(dataset, rows.relation, until, engine.dialect)
    columns = ", ".join(["*", *derived_columns(dataset, engine.dialect)])
    return _viewed(engine, rows, f"select {columns} from ({parts}) parts", f"spread {dataset.id} over months")


def last_states(engine: Engine, rows: Rows) -> Rows:
    """Return the rows of the last date of each month: earlier states of a month are not its figure.

    Which date that is the good rows say; a bad row of which the date is not believed may be of any.
    """
    dataset, column = rows.dataset, name(rows.dataset.date_column)
    if dataset.column(dataset.date_column).type not in ("date", "datetime"):
        return rows
    day = f"cast({column} as date)"
    sql = f"select max({day}) from {name(rows.relation)} where __bad is null and {column} is not null "
    found = engine.query(f"{sql} group by date_trunc('month', {day}) order by 1", f"the dates of {dataset.id}")
    days = ", ".join(f"date '{row[0].isoformat()}'" for row in found) or "null"
    lost = f"{column} is null or contains(coalesce(__broken, ''), '|{dataset.date_column}|')"
    return _viewed(
        engine,
        rows,
        f"select * from {name(rows.relation)} where {day} in ({days}) or {lost}",
        f"the last states of {dataset.id}",
    )


def _viewed(engine: Engine, rows: Rows, sql: str, purpose: str) -> Rows:
    view = engine.fresh("rows")
    engine.query(f"create temp view {name(view)} as {sql}", purpose)
    return evolve(rows, relation=view)
