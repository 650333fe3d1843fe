"""Outcomes: statuses, causes and what is known of each source after it was collected; no figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from klaremal.model.column import pairs

STATUSES = ("fulfilled", "partly_fulfilled", "not_fulfilled", "not_assessable")

# In the order of semantics section 4: the first that matches is the cause.
CAUSES = (
    "not_yet_due", "source_failed", "no_data", "not_measured", "no_cases", "confidential", "method_changed", "implausible",
    "coverage_too_low", "too_few",
)  # fmt: skip

CERTAINTIES = ("clear", "uncertain")
TRENDS = ("better", "unchanged", "worse")
COURSES = ("reached", "on_track", "behind", "missed", "too_early")


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Provenance:
    """Where the rows of one source came from and how far they reach.

    `address` is a path or a URL, `sha256` is over the content, `bytes` and `rows` say how much; `rows` is None until a scan
    has read them. `complete_until` is the last whole day covered and `complete_rule` says in a word which rule gave it
    (declared, extract_date, newest_event, newest_period).
    """

    dataset: str
    collector: str
    address: str
    sha256: str
    bytes: int
    fetched: datetime
    rows: int | None = None
    complete_until: date | None = None
    complete_rule: str = ""
    scanned: bool = True


@frozen(kw_only=True)
class SetAside:
    """Rows of a dataset that count nowhere, by rule, with up to five examples (personal columns masked)."""

    dataset: str
    rule: str
    rows: int
    message: str = ""
    examples: tuple[str, ...] = field(default=(), converter=_texts)


@frozen(kw_only=True)
class Gap:
    """A dataset that could not be used in this run: the cause that its observations get, and the message for people."""

    dataset: str
    cause: str
    message: str
    details: tuple[tuple[str, Any], ...] = field(default=(), converter=pairs, hash=False)
