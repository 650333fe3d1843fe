"""Where SQLite and PostgreSQL differ: addresses, connections, transactions, triggers and the fastest insert.

All other SQL of the ledger is SQLAlchemy Core and the same for both. A further database needs an entry here and nothing
elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, NullPool, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from klaremal.errors import LedgerError
from klaremal.ledger.failures import told

_SQLITE_TRIGGER = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows: rows of {table} are never changed or deleted'); END"
)

_POSTGRESQL_FUNCTION = (
    "CREATE FUNCTION klaremal_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
    "'the ledger only grows: its rows are never changed or deleted'; END $$"
)
_POSTGRESQL_TRIGGER = (
    "CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION klaremal_only_grows()"
)


@frozen(kw_only=True)
class Database:
    """Where a ledger lies and how it is reached; a connection is opened for each transaction and closed after it.

    `address` is for people: a path, or a URL without its password. `timeout` is in seconds, for a lock that another
    program holds.
    """

    engine: Engine
    address: str
    read_only: bool
    timeout: float

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection whose statements all see the same state."""
        with told(self.address), self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that alone may write, in one transaction: all of the block is stored, or nothing."""
        with told(self.address), self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(self.timeout * 1000)}")
            yield connection


def database(address: str | Path, *, create: bool, read_only: bool, timeout: float) -> Database:
    """Return the database at a path (SQLite) or at a SQLAlchemy URL; a missing SQLite file is made only with `create`.

    Raises LedgerError for an address that cannot be one: a missing folder, a folder instead of a file, no driver.
    """
    url = _url(address)
    if url is None or url.get_backend_name() == "sqlite":
        path = Path(address if url is None else url.database or "").expanduser().absolute()
        _check_path(path, create=create and not read_only)
        engine, place = _sqlite(path, read_only, timeout), str(path)
    else:
        engine, place = _postgresql(url, read_only, timeout), url.render_as_string()
    return Database(engine=engine, address=place, read_only=read_only, timeout=timeout)


def refuse_changes(connection: Connection, tables: Iterable[Table]) -> None:
    """Make triggers that refuse UPDATE and DELETE on each of the tables."""
    if connection.dialect.name == "sqlite":
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                connection.exec_driver_sql(_SQLITE_TRIGGER.format(table=table.name, verb=verb))
        return
    connection.exec_driver_sql(_POSTGRESQL_FUNCTION)
    for table in tables:
        connection.exec_driver_sql(_POSTGRESQL_TRIGGER.format(table=table.name))


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert tuples that have a value for each column of the table, in its order; nan is stored as null."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        # SQLite stores a bound nan as NULL by itself, so that no float needs to be looked at in Python.
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", rows)
        return
    names = [column.name for column in table.columns]
    filled = ((None if value != value else value for value in row) for row in rows)
    connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in filled])


def _url(address: str | Path) -> URL | None:
    """Return the address as a URL, or None when it is a path."""
    if isinstance(address, Path) or "://" not in address:
        return None
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise LedgerError(
            f'The ledger\'s address "{address}" cannot be read; write a path, or postgresql://user@host/database.'
        ) from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise LedgerError(
            f"A ledger cannot lie in {url.get_backend_name()}; use a path (SQLite) or postgresql://user@host/database."
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise LedgerError(f'The ledger "{address}" is a database in memory, which keeps nothing; name a file.')
    return url


def _check_path(path: Path, *, create: bool) -> None:
    """Refuse what cannot be a ledger's file, in words that SQLite does not have."""
    if path.is_dir():
        raise LedgerError(f"The ledger {path} is a folder; name a file in it, for example {path / 'ledger.db'}.")
    if not path.parent.is_dir():
        raise LedgerError(f"There is no folder {path.parent} for the ledger {path.name}; make it, or name another.")
    if not create and not path.exists():
        raise LedgerError(f"There is no ledger {path} yet; run `klaremal run` once, or name the file where it lies.")


def _sqlite(path: Path, read_only: bool, timeout: float) -> Engine:
    # An address instead of a path, so that a file deleted meanwhile is an error and not silently a new, empty ledger.
    # Reading asks for write rights too, and does without where there are none: to undo a run that was cut off halfway.
    place = path.as_posix()
    address = f"file://{quote(place if place.startswith('/') else '/' + place)}?mode="
    if not path.exists():
        with told(str(path)):
            sqlite3.connect(f"{address}rwc", uri=True).close()

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{address}rw", uri=True, timeout=timeout, isolation_level=None)

    # No connection is kept between two transactions: the folder may be synchronised, and Windows locks open files.
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            # One file, as folders on OneDrive and network drives need it; the write-ahead log breaks there.
            connection.execute("PRAGMA journal_mode = DELETE")

    return engine


def _postgresql(url: URL, read_only: bool, timeout: float) -> Engine:
    options = "-c default_transaction_read_only=on" if read_only else ""
    connect = {"connect_timeout": max(1, round(timeout)), "options": options}
    try:
        with told(url.render_as_string()):
            return create_engine(url, connect_args=connect)
    except ModuleNotFoundError as error:
        package = "psycopg[binary]" if error.name == "psycopg" else error.name
        raise LedgerError(
            f'The ledger {url.render_as_string()} needs the driver "{error.name}", which is not installed; '
            f'run `pip install "{package}"` in the same environment.'
        ) from error
