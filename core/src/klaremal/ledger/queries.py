"""What is read from the ledger: the rows that hold after a run, as arrays and as frames; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import frozen
from sqlalchemy import Connection, Select, Table, and_, func, not_, or_, select, union_all

from klaremal.errors import LedgerError
from klaremal.ledger.frames import Rows, frame_of
from klaremal.ledger.tables import CLOSED, GOALS, RELEASES, RUNS, SET_ASIDE, SOURCES, Facts

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from klaremal.ledger.frames import Floats, Integers

# One text, several of which one must match, or None for all.
Chosen = str | Iterable[str] | None

_ROWS_AT_A_TIME = 20_000
_COUNTS = ("bytes", "rows")


@frozen(eq=False)
class Stored:
    """Rows as they lie in the ledger: which they are, which run wrote them, and what they say."""

    ids: Integers
    runs: Integers
    rows: Rows


def stored_rows(
    connection: Connection, facts: Facts, run: int | None = None, where: Iterable[ColumnElement[bool]] = ()
) -> Stored:
    """Return the newest row of each key after a run (None: the newest), closed keys too: what no later row replaces."""
    table, later = facts.table, facts.table.alias("later")
    replaced = select(later.c.replaces).where(later.c.replaces > 0)
    statement: Select[Any] = select(table)
    if run is not None:
        replaced = replaced.where(later.c.run <= run)
        statement = statement.where(table.c.run <= run)
    statement = statement.where(table.c.id.not_in(replaced), *where).order_by(table.c.id)
    cells = _cells(connection, statement)
    whole = cells[:, : 3 + len(facts.labels)].astype(np.int64)
    return Stored(whole[:, 0], whole[:, 1], Rows(whole[:, 3:], cells[:, whole.shape[1] :]))


def facts_frame(
    connection: Connection, facts: Facts, run: int | None, chosen: Mapping[str, Chosen], sector: Chosen = None
) -> pd.DataFrame:
    """Return the rows that hold after a run as a frame, only those whose columns have one of the chosen texts.

    `sector` chooses by the first part of the indicator's id, which is the plugin that declares it.
    """
    expect_run(connection, run)
    where = [not_(facts.table.c[CLOSED])]
    where += [_among(facts, column, _texts(texts)) for column, texts in chosen.items() if texts is not None]
    if sector is not None:
        where.append(_of_sector(facts, _texts(sector)))
    stored = stored_rows(connection, facts, run, where)
    labels = [_label_frame(connection, each.table) for each in facts.labels]
    return frame_of(facts, stored.runs, stored.rows, labels)


def runs_frame(connection: Connection) -> pd.DataFrame:
    """Return one row for each run, the first first; `plugins` is a list of [name, distribution, version]."""
    return _frame(connection, select(RUNS).order_by(RUNS.c.run), RUNS).drop(columns=["observed", "judged"])


def releases_frame(connection: Connection) -> pd.DataFrame:
    """Return one row for each revision that a run published by a decision, the first run first."""
    return _frame(connection, select(RELEASES).order_by(RELEASES.c.run, RELEASES.c.position), RELEASES).drop(columns="position")


def datasets_frame(connection: Connection, table: Table, run: int | None) -> pd.DataFrame:
    """Return the rows of `sources` or `set_aside`: of each dataset those of the newest run that collected it.

    With a run, nothing later counts. A run over one sector leaves what is known of the other sectors' datasets as it was.
    """
    expect_run(connection, run)
    seen = union_all(*(select(each.c.dataset, each.c.run) for each in (SOURCES, SET_ASIDE))).subquery()
    newest = select(seen.c.dataset, func.max(seen.c.run).label("run")).group_by(seen.c.dataset)
    if run is not None:
        newest = newest.where(seen.c.run <= run)
    latest = newest.subquery()
    same = and_(table.c.dataset == latest.c.dataset, table.c.run == latest.c.run)
    statement = select(table).join(latest, same).order_by(table.c.dataset, table.c.position)
    return _frame(connection, statement, table).drop(columns="position")


def newest_goals(connection: Connection, run: int | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the content of each goal's versions that is the newest after a run, by goal and version."""
    expect_run(connection, run)
    statement = select(GOALS.c.goal, GOALS.c.version, GOALS.c.content).order_by(GOALS.c.run)
    if run is not None:
        statement = statement.where(GOALS.c.run <= run)
    return {(goal, version): content for goal, version, content in connection.execute(statement)}


def newest_run(connection: Connection) -> int:
    """Return the number of the newest run, and 0 where there is none."""
    return int(connection.execute(select(func.max(RUNS.c.run))).scalar() or 0)


def expect_run(connection: Connection, run: int | None) -> None:
    """Refuse a run that the ledger does not have."""
    newest = newest_run(connection)
    if run is not None and not 1 <= run <= newest:
        known = f"choose one from 1 to {newest}" if newest else "it has none yet"
        raise LedgerError(f"The ledger has no run {run}; {known}.")


def _cells(connection: Connection, statement: Select[Any]) -> Floats:
    """Return the statement's rows as one array: each cell is a float, or an integer below 2**53, so nothing is lost."""
    result = connection.execute(statement)
    parts = [np.empty((0, len(result.keys())))]
    # The driver's own tuples: a million rows need no SQLAlchemy row each.
    while part := result.cursor.fetchmany(_ROWS_AT_A_TIME):
        parts.append(np.array(part, dtype=np.float64))
    result.close()
    return np.concatenate(parts)


def _texts(chosen: str | Iterable[str]) -> tuple[str, ...]:
    return (chosen,) if isinstance(chosen, str) else tuple(chosen)


def _among(facts: Facts, column: str, texts: tuple[str, ...]) -> ColumnElement[bool]:
    labels = facts.label_of(column).table
    return facts.table.c[labels.name].in_(select(labels.c.id).where(labels.c[column].in_(texts)))


def _of_sector(facts: Facts, sectors: tuple[str, ...]) -> ColumnElement[bool]:
    labels = facts.label_of("indicator").table
    begins = or_(*(labels.c.indicator.startswith(f"{sector}.", autoescape=True) for sector in sectors))
    return facts.table.c[labels.name].in_(select(labels.c.id).where(begins))


def _label_frame(connection: Connection, table: Table) -> pd.DataFrame:
    """Return a label table as a frame whose texts have pandas' own text type."""
    names = [column.name for column in table.columns]
    cells = np.array([tuple(row) for row in connection.execute(select(table).order_by(table.c.id))], dtype=object)
    kinds: dict[str, Any] = {name: "int64" if name == "id" else "str" for name in names}
    columns = zip(names, cells.reshape(-1, len(names)).T, strict=True)
    return pd.DataFrame({name: pd.array(column, dtype=kinds[name]) for name, column in columns})


def _frame(connection: Connection, statement: Select[Any], table: Table) -> pd.DataFrame:
    names = [column.name for column in table.columns]
    frame = pd.DataFrame([tuple(row) for row in connection.execute(statement)], columns=names)
    return frame.astype({name: "Int64" for name in _COUNTS if name in names})
