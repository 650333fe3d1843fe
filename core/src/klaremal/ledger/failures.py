"""What a database says when it refuses, turned into a LedgerError that a person can act on; nothing is retried here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from klaremal.errors import LedgerError

_INTACT = "Earlier runs are intact and nothing of this one was stored."

_LOCKED = (
    "is locked: another program is using it. Wait until the other run is finished, close programs that have the file "
    "open (a database viewer, a folder that is being synchronised), and try again. Nothing was stored."
)
_READ_ONLY = (
    "cannot be written: the file or its folder may only be read. Get the right to write in that folder (and clear the "
    f"file's read-only mark), or name another ledger. {_INTACT}"
)
_CLOSED = (
    "cannot be opened: check that the folder exists, that you may read and write in it, and that the file was not "
    "moved or deleted meanwhile. Nothing was stored."
)
_UNREACHABLE = (
    "cannot be reached: see that the server is running, and that host, port, database, user and password of the address "
    "are right. Nothing was stored."
)
_FULL = (
    "could not be written: the disk is full or failing. Free some space or name a file on another disk, and run again. "
    f"{_INTACT}"
)
_FOREIGN = (
    "is not a ledger: the file is not an SQLite database. Name another file, or move this one away so that a new "
    "ledger can be made in its place."
)
_OVERTAKEN = f"got another run at the same time; run again. {_INTACT}"
_DAMAGED = "is damaged. Put back the last good copy (a backup, or an earlier version in OneDrive), and run again."

# By SQLite's primary result code, the low byte of the extended one.
_BY_CODE = {
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _FULL,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_AUTH: _CLOSED,
    sqlite3.SQLITE_NOTADB: _FOREIGN,
}

# A number that is already taken: SQLite's two codes and PostgreSQL's one.
_TAKEN = (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE, "23505")

# By PostgreSQL's SQLSTATE: lock not available, insufficient privilege, read-only, disk full, shut down while in use.
_BY_STATE = {
    "55P03": "is locked: another run is being stored in it. Wait until it is finished, and try again. Nothing was stored.",
    "42501": f"cannot be used: its user lacks a right there. Ask for the rights to make tables and to write. {_INTACT}",
    "25006": f"cannot be written: the server may only be read (it is a copy of another one?). Name that one. {_INTACT}",
    "53100": f"could not be written: the disk of the server is full. Have space made there, and run again. {_INTACT}",
    "57P01": _UNREACHABLE,
}


@contextmanager
def told(address: str, driver: type[Exception]) -> Iterator[None]:
    """Turn whatever SQLAlchemy or the driver (its root of errors) raises inside the block into a LedgerError on the ledger."""
    try:
        yield
    except (SQLAlchemyError, driver) as error:
        raise ledger_error(error, address) from error


def ledger_error(error: Exception, address: str) -> LedgerError:
    """Return the LedgerError for what SQLAlchemy or a driver raised: what happened, where, and what to do."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code, state = getattr(said, "sqlite_errorcode", None), getattr(said, "sqlstate", None)
    sentence: str | None = None
    if code in _TAKEN or state in _TAKEN:
        sentence = _OVERTAKEN
    elif code is not None:
        sentence = _BY_CODE.get(code & 0xFF)
    elif state is not None:
        sentence = _BY_STATE.get(state)
    elif type(said).__name__ == "OperationalError":
        # So it is called in every driver; PostgreSQL's has no state for a connection that it did not get or lost.
        sentence = _UNREACHABLE
    if sentence is None:
        return LedgerError(f"The ledger {address} cannot be used: {said}. Nothing was stored.")
    return LedgerError(f"The ledger {address} {sentence} ({said})")
