"""The ledger: an append-only history of all runs, in SQLite or PostgreSQL; nothing else of klaremal knows SQLAlchemy."""

from klaremal.ledger.record import Appended, Closing, RunRecord
from klaremal.ledger.store import Ledger
from klaremal.ledger.tables import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS

__all__ = ["FULFILMENT_COLUMNS", "OBSERVATION_COLUMNS", "Appended", "Closing", "Ledger", "RunRecord"]
