"""Where SQLite and PostgreSQL differ: addresses, connections, transactions, triggers and the fastest insert.

All other SQL of the ledger is SQLAlchemy Core and the same for both. A further database needs an entry here and nothing
elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
from attrs import frozen
from sqlalchemy import URL, Connection, Engine, NullPool, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from klaremal.errors import LedgerError
from klaremal.ledger.failures import told

if TYPE_CHECKING:
    from klaremal.ledger.frames import Floats, Integers

# Rows that become Python values at a time: enough for speed, few enough that a large run needs no memory for them.
_ROWS_AT_A_TIME = 10_000
_LARGEST_EXACT = 2**53
# Every SQLite takes this many values in one statement.
_VALUES_AT_ONCE = 900

_SQLITE_TRIGGER = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows: rows of {table} are never changed or deleted'); END"
)

_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")

# The lock that whoever writes a ledger holds: one number for all of them, as each database has its own locks.
_WRITER = 0x6B6C6172656D616C

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
        with self._told(), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                self._begin(connection, "BEGIN")
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that alone may write, in one transaction: all of the block is stored, or nothing."""
        with self._told(), self.engine.connect() as connection, connection.begin():
            self._begin(connection, "BEGIN IMMEDIATE")
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
            yield connection

    def _told(self) -> AbstractContextManager[None]:
        """Turn what the driver raises into a LedgerError, whether SQLAlchemy stands between or not."""
        return told(self.address, self.engine.dialect.loaded_dbapi.Error)

    def _begin(self, connection: Connection, sqlite: str) -> None:
        """Begin as the database needs it: SQLite's driver leaves that to us, and PostgreSQL would wait for ever."""
        waits = f"SET LOCAL lock_timeout = {int(self.timeout * 1000)}"
        connection.exec_driver_sql(sqlite if connection.dialect.name == "sqlite" else waits)


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
        engine, place = _postgresql(url, timeout), url.render_as_string()
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


def insert_rows(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert tuples that have a value for each column of the table, in its order."""
    if rows:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        marks = ", ".join([mark] * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", rows)


def insert_columns(connection: Connection, table: Table, columns: Sequence[Integers | Floats]) -> None:
    """Insert rows given as an array for each column of the table, in its order; nan is stored as null."""
    insert = _insert_sqlite if connection.dialect.name == "sqlite" else _copy_postgresql
    # The driver's own cursor: SQLAlchemy would look at each row.
    cursor: Any = connection.connection.cursor()
    with closing(cursor):
        for start in range(0, len(columns[0]), _ROWS_AT_A_TIME):
            insert(cursor, table, [column[start : start + _ROWS_AT_A_TIME] for column in columns])


def _insert_sqlite(cursor: Any, table: Table, columns: Sequence[Integers | Floats]) -> None:
    """Insert many rows with each statement, and write into it what is the same in all of them: half the time of one each."""
    same = [_literal(column) for column in columns]
    values = [column.tolist() for column, literal in zip(columns, same, strict=True) if literal is None]
    row = f"({', '.join(literal or '?' for literal in same)})"
    at_once = max(1, _VALUES_AT_ONCE // max(1, len(values)))
    count = len(columns[0])
    cells = chain.from_iterable(zip(*values, strict=True))
    for rows, times in ((at_once, count // at_once), (count % at_once, 1)):
        if rows:
            statement = f"INSERT INTO {table.name} VALUES {', '.join([row] * rows)}"
            cursor.executemany(statement, (tuple(islice(cells, rows * len(values))) for _ in range(times)))


def _literal(column: Integers | Floats) -> str | None:
    """Return what a column holds in every row as SQL, where that is nothing or a whole number that a float tells exactly."""
    first = float(column[0])
    if first != first:
        return "NULL" if np.isnan(column).all() else None
    return str(int(first)) if first.is_integer() and abs(first) < _LARGEST_EXACT and (column == first).all() else None


def _copy_postgresql(cursor: Any, table: Table, columns: Sequence[Integers | Floats]) -> None:
    # As Python writes it, and so its driver: PostgreSQL would store a number that is none.
    with cursor.copy(f"COPY {table.name} FROM STDIN WITH (NULL 'nan')") as copy:
        for row in zip(*(column.tolist() for column in columns), strict=True):
            copy.write_row(row)


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
    if url.drivername not in _DRIVERS:
        raise LedgerError(f"A ledger cannot lie in {url.drivername}; use a path (SQLite) or postgresql://user@host/database.")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise LedgerError(f'The ledger "{address}" is a database in memory, which keeps nothing; name a file.')
    return url


def _check_path(path: Path, *, create: bool) -> None:
    """Refuse what cannot be a ledger's file, in words that SQLite does not have."""
    if path.is_dir():
        raise LedgerError(f"The ledger {path} is a folder; name a file in it, for example {path / 'ledger.db'}.")
    if not create and not path.exists():
        raise LedgerError(f"There is no ledger {path} yet; run `klaremal run` once, or name the file where it lies.")
    if not path.parent.is_dir():
        raise LedgerError(f"There is no folder {path.parent} for the ledger {path.name}; make it, or name another.")


def _sqlite(path: Path, read_only: bool, timeout: float) -> Engine:
    # An address instead of a path, so that a file deleted meanwhile is an error and not silently a new, empty ledger.
    # Reading asks for write rights too, and does without where there are none: to undo a run that was cut off halfway.
    place = path.as_posix()
    address = f"file://{quote(place if place.startswith('/') else '/' + place)}?mode="
    if not path.exists():
        with told(str(path), sqlite3.Error):
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


def _postgresql(url: URL, timeout: float) -> Engine:
    # The name is said in full: which driver SQLAlchemy takes without it has changed.
    full = url.set(drivername="postgresql+psycopg")
    try:
        return create_engine(full, poolclass=NullPool, connect_args={"connect_timeout": max(1, round(timeout))})
    except ImportError as error:
        raise LedgerError(
            f"The ledger {url.render_as_string()} needs the driver psycopg, which cannot be loaded here ({error}); "
            'run `pip install "klaremal[postgres]"` in the same environment.'
        ) from error
