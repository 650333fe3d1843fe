"""What a run adds to the ledger: the rows that are new, differ from the latest with their key, or close it; no other tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from sqlalchemy import func, select

from klaremal.errors import LedgerError
from klaremal.ledger.databases import insert_columns, insert_rows
from klaremal.ledger.frames import Lexicon, Rows, closing_rows, first_repeated, key_codes, positions, rows_of
from klaremal.ledger.queries import stored_rows
from klaremal.ledger.tables import Facts, Labels

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from klaremal.ledger.frames import Integers
    from klaremal.ledger.queries import Stored
    from klaremal.ledger.record import Closing


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

    The last `closed` of them close a key that the run did not find. `digest` is over all rows that the run found, the
    unchanged ones too, and over what it closes.
    """

    facts: Facts
    rows: Rows
    replaces: Integers
    unchanged: int
    closed: int
    digest: str

    def store(self, connection: Connection, run: int) -> None:
        """Write the rows, with ids that follow the last one."""
        last = connection.execute(select(func.max(self.facts.table.c.id))).scalar() or 0
        insert_columns(connection, self.facts.table, self.rows.columns(self.facts, run, last + 1, self.replaces))


def changes(
    connection: Connection, facts: Facts, frame: pd.DataFrame, lexicons: Lexicons, closing: Closing | None, newest: str
) -> Changes:
    """Return what of the frame the ledger does not say yet, and what it says and the frame does not, where that is closed.

    `newest` is the digest of the newest run: the same one again means that all of it is in the ledger.
    """
    words = [lexicons.of(labels) for labels in facts.labels]
    found = rows_of(frame, facts, words)
    kept = None if closing is None else closing.kept(facts.name)
    digest = found.digest(kept)
    if digest == newest or (kept is None and not len(found)):
        nothing = np.empty(0, dtype=np.int64)
        return Changes(facts=facts, rows=found.take(nothing), replaces=nothing, unchanged=len(found), closed=0, digest=digest)
    codes = key_codes(facts, words)
    keys = found.keys(codes)
    _refuse_repeated(facts, frame, keys)
    stored = stored_rows(connection, facts)
    at = positions(keys, stored.rows.keys(codes))
    known = at >= 0
    write, replaces = ~known, np.zeros(len(found), dtype=np.int64)
    write[known] = ~found.take(known).same(stored.rows.take(at[known]))
    replaces[known] = stored.ids[at[known]]
    rows, replaces = found.take(write), replaces[write]
    gone = _gone(facts, words, stored, at[known], kept)
    if gone.any():
        rows = rows.then(closing_rows(facts, stored.rows.take(gone)))
        replaces = np.concatenate([replaces, stored.ids[gone]])
    return Changes(
        facts=facts,
        rows=rows,
        replaces=replaces,
        unchanged=int((~write).sum()),
        closed=int(gone.sum()),
        digest=digest,
    )


def _gone(
    facts: Facts, words: Sequence[Lexicon], stored: Stored, found: Integers, kept: Collection[str] | None
) -> NDArray[np.bool_]:
    """Say which of the stored rows hold no more: those that were not found (their places are given) and are not kept."""
    if kept is None:
        return np.zeros(len(stored.ids), dtype=bool)
    gone = ~stored.rows.closed
    gone[found] = False
    if kept:
        subject = facts.key[0]
        place = facts.labels.index(facts.label_of(subject))
        gone &= ~words[place].has(subject, kept)[stored.rows.labels[:, place]]
    return gone


def _refuse_repeated(facts: Facts, frame: pd.DataFrame, keys: Integers) -> None:
    repeated = first_repeated(keys)
    if repeated is not None:
        values: Sequence[Any] = frame[list(facts.key)].iloc[repeated].tolist()
        told = ", ".join(f"{column} {value!r}" for column, value in zip(facts.key, values, strict=True))
        raise LedgerError(f"Two {facts.name} of this run are about the same: {told}. Nothing was stored.")
