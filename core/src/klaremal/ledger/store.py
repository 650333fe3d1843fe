"""The ledger as the rest of klaremal sees it: open, append, ask; SQL and arithmetic lie in the files beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, func, inspect, select

from klaremal.errors import LedgerError
from klaremal.ledger import queries
from klaremal.ledger.append import append
from klaremal.ledger.databases import Database, database, refuse_changes
from klaremal.ledger.tables import FACTS, FULFILMENTS, META, METADATA, OBSERVATIONS, SCHEMA, SET_ASIDE, SOURCES

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.ledger.queries import Chosen
    from klaremal.ledger.record import Appended, RunRecord


class Ledger:
    """The append-only history of all that was found: `Ledger.open` it, `append` a run, ask for frames.

    Each method is one transaction; between two methods no connection is open. A run writes the rows that are new or
    differ from the latest with their key. A run over a whole workspace closes the keys that it did not find: they hold no
    more from that run on, and hold as before when one asks for an earlier run. Frames have a column `run`: the run that
    wrote the row. Every failure is a LedgerError, and a failed `append` stores nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, address: str | Path, create: bool = True, read_only: bool = False, timeout: float = 5.0) -> Self:
        """Open the ledger at a path (SQLite) or a database URL, and make it when it is not there and `create` is true.

        `timeout` is how many seconds to wait for a lock that another program holds.
        """
        ledger = cls(database(address, create=create, read_only=read_only, timeout=timeout))
        with ledger._database.reading() as connection:
            made = _is_ledger(connection, ledger.address)
        if not made and (read_only or not create):
            raise LedgerError(f"There is nothing in the ledger {ledger.address} yet; run `klaremal run` once.")
        if not made:
            with ledger._database.writing() as connection:
                # Asked again: another program may have been quicker.
                if not _is_ledger(connection, ledger.address):
                    _make(connection)
        return ledger

    @property
    def address(self) -> str:
        """Where the ledger lies, for people: a path, or a URL without its password."""
        return self._database.address

    def close(self) -> None:
        """Let go of the database."""
        self._database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def append(self, record: RunRecord) -> Appended:
        """Store one run: its row, what is new or different, sources and goals; on any error nothing at all."""
        if self._database.read_only:
            raise LedgerError(f"The ledger {self.address} was opened for reading only; a run cannot be stored in it.")
        with self._database.writing() as connection:
            return append(connection, record)

    def observations(
        self,
        run: int | None = None,
        indicator: Chosen = None,
        unit: Chosen = None,
        period: Chosen = None,
        level: Chosen = None,
        sector: Chosen = None,
    ) -> pd.DataFrame:
        """Return the observations that hold after a run (None: the newest), sorted by their key.

        Each filter is one text or several; `unit` is a code, `period` a code as in "2026K3".
        """
        chosen = {"indicator": indicator, "unit": unit, "period": period, "level": level}
        with self._database.reading() as connection:
            return queries.facts_frame(connection, OBSERVATIONS, run, chosen, sector)

    def fulfilments(
        self,
        run: int | None = None,
        goal: Chosen = None,
        unit: Chosen = None,
        period: Chosen = None,
        sector: Chosen = None,
        status: Chosen = None,
    ) -> pd.DataFrame:
        """Return the fulfilments that hold after a run (None: the newest), sorted by their key; filters as above."""
        chosen = {"goal": goal, "unit": unit, "period": period, "sector": sector, "status": status}
        with self._database.reading() as connection:
            return queries.facts_frame(connection, FULFILMENTS, run, chosen)

    def runs(self) -> pd.DataFrame:
        """Return one row for each run, the first first; times are ISO texts."""
        with self._database.reading() as connection:
            return queries.runs_frame(connection)

    def sources(self, run: int | None = None) -> pd.DataFrame:
        """Return where each dataset came from, in the newest run up to this one that collected it."""
        with self._database.reading() as connection:
            return queries.datasets_frame(connection, SOURCES, run)

    def set_aside(self, run: int | None = None) -> pd.DataFrame:
        """Return the rows of each dataset that counted nowhere, in the newest run up to this one that collected it."""
        with self._database.reading() as connection:
            return queries.datasets_frame(connection, SET_ASIDE, run)

    def releases(self) -> pd.DataFrame:
        """Return the revisions by few persons that runs published by a decision: which, by whom, when and why."""
        with self._database.reading() as connection:
            return queries.releases_frame(connection)

    def goals(self, run: int | None = None) -> dict[tuple[str, str], dict[str, Any]]:
        """Return what is known after a run (None: the newest) of each goal's versions, by goal and version; dates as ISO texts.

        A goal that was removed is still among them: what it promised explains its judgements.
        """
        with self._database.reading() as connection:
            return queries.newest_goals(connection, run)


def _is_ledger(connection: Connection, address: str) -> bool:
    """Tell a ledger (True) from an empty database (False); refuse anything else, and a ledger from a newer klaremal."""
    found = inspect(connection)
    tables = set(found.get_table_names())
    if META.name not in tables or "ledger_schema" not in {column["name"] for column in found.get_columns(META.name)}:
        if tables:
            raise LedgerError(
                f"The database {address} holds other tables ({', '.join(sorted(tables)[:5])}) and is not a ledger; "
                "name another file or an empty database."
            )
        return False
    schema = connection.execute(select(func.max(META.c.ledger_schema))).scalar() or 0
    if schema < SCHEMA:
        raise LedgerError(
            f"The ledger {address} was made before the first release of klaremal: its tables are version {schema}, and this "
            f"klaremal goes on with {SCHEMA}. Move it away, or name another; the next run makes a new one."
        )
    if schema > SCHEMA:
        raise LedgerError(
            f"The ledger {address} was written by a newer klaremal: its tables are version {schema}, and this klaremal "
            f"knows {SCHEMA}. Update with `pip install --upgrade klaremal`."
        )
    return True


def _make(connection: Connection) -> None:
    """Make the tables, the views and the triggers that refuse every change; all of it, or nothing."""
    METADATA.create_all(connection)
    for facts in FACTS:
        view = facts.view().compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"CREATE VIEW {facts.name} AS {view}")
    refuse_changes(connection, METADATA.sorted_tables)
    connection.execute(META.insert().values(ledger_schema=SCHEMA, made=datetime.now(UTC).isoformat(timespec="seconds")))
