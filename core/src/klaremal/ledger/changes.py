"""What a run adds to the ledger: the rows that are new or differ from the latest with their key; no other tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from sqlalchemy import func, select

from klaremal.errors import LedgerError
from klaremal.ledger.databases import insert_rows
from klaremal.ledger.frames import Lexicon, Rows, first_repeated, key_codes, positions, rows_of
from klaremal.ledger.queries import stored_rows
from klaremal.ledger.tables import Facts, Labels

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

    from klaremal.ledger.frames import Integers


@frozen
class Lexicons:
    """The label tables of one transaction in memory, each read when it is first asked for."""

    connection: Connection
    _read: dict[str, Lexicon] = field(factory=dict, init=False)

    def of(self, labels: Labels) -> Lexicon:
        """Return the lexicon of a label table; two facts that share the table share the lexicon."""
        name = labels.table.name
        if name not in self._read:
            stored = self.connection.execute(select(labels.table))
            self._read[name] = Lexicon(labels, {tuple(texts): number for number, *texts in stored})
        return self._read[name]

    def store(self) -> None:
        """Write the labels that were not there before."""
        for lexicon in self._read.values():
            insert_rows(self.connection, lexicon.labels.table, lexicon.new)


@frozen(eq=False, kw_only=True)
class Changes:
    """The rows of one kind that a run has to write: `replaces` is the id of the row that held before, or 0.

    `digest` is over all rows that the run found, the unchanged ones too.
    """

    facts: Facts
    rows: Rows
    replaces: Integers
    unchanged: int
    digest: str

    def store(self, connection: Connection, run: int) -> None:
        """Write the rows, a part at a time, with ids that follow the last one."""
        last = connection.execute(select(func.max(self.facts.table.c.id))).scalar() or 0
        for part in self.rows.tuples(self.facts, run, last + 1, self.replaces):
            insert_rows(connection, self.facts.table, part)


def changes(connection: Connection, facts: Facts, frame: pd.DataFrame, lexicons: Lexicons, newest: str) -> Changes:
    """Return what of the frame the ledger does not say yet; what it says and the frame does not stays as it is.

    `newest` is the digest of the newest run: the same one again means that all of it is in the ledger.
    """
    words = [lexicons.of(labels) for labels in facts.labels]
    found = rows_of(frame, facts, words)
    digest = found.digest()
    if digest == newest or not len(found):
        nothing = np.empty(0, dtype=np.int64)
        return Changes(facts=facts, rows=found.take(nothing), replaces=nothing, unchanged=len(found), digest=digest)
    codes = key_codes(facts, words)
    keys = found.keys(codes)
    _refuse_repeated(facts, frame, keys)
    stored = stored_rows(connection, facts)
    at = positions(keys, stored.rows.keys(codes))
    known = at >= 0
    write, replaces = ~known, np.zeros(len(found), dtype=np.int64)
    write[known] = ~found.take(known).same(stored.rows.take(at[known]))
    replaces[known] = stored.ids[at[known]]
    return Changes(
        facts=facts,
        rows=found if write.all() else found.take(write),
        replaces=replaces[write],
        unchanged=int((~write).sum()),
        digest=digest,
    )


def _refuse_repeated(facts: Facts, frame: pd.DataFrame, keys: Integers) -> None:
    repeated = first_repeated(keys)
    if repeated is not None:
        values: Sequence[Any] = frame[list(facts.key)].iloc[repeated].tolist()
        told = ", ".join(f"{column} {value!r}" for column, value in zip(facts.key, values, strict=True))
        raise LedgerError(f"Two {facts.name} of this run are about the same: {told}. Nothing was stored.")
