"""What one run hands to the ledger, and what the ledger answers: frozen values; nothing is read or written here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True)
class Closing:
    """What a run says by leaving out: each key that it did not find holds no more, but for those of what it did not measure.

    `kept_indicators` and `kept_goals` are the ids whose keys stay as they are.
    """

    kept_indicators: frozenset[str] = frozenset()
    kept_goals: frozenset[str] = frozenset()

    def kept(self, table: str) -> frozenset[str]:
        """Return the ids whose keys stay as they are in a table: `observations` or `fulfilments`."""
        return self.kept_goals if table == "fulfilments" else self.kept_indicators


@frozen(kw_only=True, eq=False)
class RunRecord:
    """Everything that one run found, in the shape in which the ledger keeps it.

    `observations` and `fulfilments` have the columns of `klaremal.ledger.tables`; more columns are not stored, and a
    frame without rows may have none at all. `seconds` is the time the run took, `workspace` the organisation's name,
    `plugins` holds (name, distribution, version). The mappings of the last four have these keys; a missing one is null:

    - `sources`: dataset, collector, address, bytes, sha256, rows, fetched, complete_until, complete_rule, scanned,
      cause, message; a source that failed has a cause and a message;
    - `set_aside`: dataset, rule, rows, message, examples (a list of texts);
    - `goals`: goal, version and whatever else is said of that version (title, promise, target, decision ...), as
      values that JSON knows, or dates;
    - `releases`: indicator, unit, period, breakdown, decided_by, decided_on, reason: revisions that this run published by
      somebody's decision.

    `closing` is None for a run over a part of the workspace: what it does not mention stays as it is.
    """

    started: datetime
    seconds: float
    klaremal: str
    engine: str
    workspace: str
    plugins: tuple[tuple[str, str, str], ...] = ()
    observations: pd.DataFrame
    fulfilments: pd.DataFrame
    sources: tuple[Mapping[str, Any], ...] = ()
    set_aside: tuple[Mapping[str, Any], ...] = ()
    goals: tuple[Mapping[str, Any], ...] = ()
    releases: tuple[Mapping[str, Any], ...] = ()
    closing: Closing | None = None


@frozen(kw_only=True)
class Appended:
    """The number that a run got, and how many rows were new or different; `unchanged` rows were not written again.

    `closed` is how many keys hold no more since this run.
    """

    run: int
    observations: int
    fulfilments: int
    unchanged: int
    closed: int = 0
