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

# By PostgreSQL's SQLSTATE: lock not available, insufficient privilege, read-only, disk full, wrong password.
_BY_STATE = {"55P03": _LOCKED, "42501": _READ_ONLY, "25006": _READ_ONLY, "53100": _FULL, "28P01": _CLOSED}


@contextmanager
def told(address: str) -> Iterator[None]:
    """Turn whatever the database raises inside the block into a LedgerError about the ledger at this address."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise ledger_error(error, address) from error


def ledger_error(error: Exception, address: str) -> LedgerError:
    """Return the LedgerError for what SQLAlchemy or SQLite raised: what happened, where, and what to do."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code, state = getattr(said, "sqlite_errorcode", None), getattr(said, "sqlstate", None)
    if code in _TAKEN or state in _TAKEN:
        sentence: str | None = _OVERTAKEN
    else:
        sentence = _BY_CODE.get(code & 0xFF) if code is not None else _BY_STATE.get(str(state))
    if sentence is None:
        return LedgerError(f"The ledger {address} cannot be used: {said}. Nothing was stored.")
    return LedgerError(f"The ledger {address} {sentence} ({said})")
