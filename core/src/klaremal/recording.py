"""What a run tells the ledger beside its figures: the goals as they were decided, the sources, the rows set aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.bind.workspace import BoundGoal
    from klaremal.ledger import Ledger, RunRecord
    from klaremal.measuring import Measured
    from klaremal.ready import Ready


SOURCE_FAILED: Final = "source_failed"
_KEYS: Final = {
    # What a row is about: the series first, then the rest of the key.
    "observations": ("indicator", "unit", "period", "frequency", "breakdown"),
    "fulfilments": ("goal", "unit", "period", "breakdown"),
}


def run_record(
    ready: Ready, measured: Measured, observations: pd.DataFrame, fulfilments: pd.DataFrame, started: datetime, seconds: float
) -> RunRecord:
    """Return a run in the shape in which the ledger keeps it; `seconds` is the time used until now."""
    from klaremal import __version__
    from klaremal.canonical import plain
    from klaremal.ledger import RunRecord

    changed = ready.workspace.overrides
    overrides = {each.indicator: {"changes": plain(dict(each.changes)), "reason": each.reason} for each in changed}
    return RunRecord(
        started=started,
        seconds=seconds,
        klaremal=__version__,
        engine=measured.engine,
        workspace=ready.workspace.name,
        plugins=tuple((each.name, each.distribution, each.version) for each in ready.registry.plugins),
        observations=observations,
        fulfilments=fulfilments,
        sources=tuple(_sources(measured)),
        set_aside=tuple(asdict(each) | {"examples": list(each.examples)} for each in measured.set_aside),
        goals=tuple(goal_row(each.goal, overrides) for each in measured.plan.goals),
    )


def after_failures(found: pd.DataFrame, book: Ledger, table: str) -> pd.DataFrame:
    """Return what to store of a run, held against failures of sources, now or before.

    A source that is down today takes back nothing: rows with the cause source_failed are stored only for what was never
    known. A source that is back but does not reach the period that an earlier failure stood for makes that period
    provisional: it is waiting for data, not broken.
    """
    import pandas as pd

    if found.empty or not _has_failed(found, book):
        return found
    known: pd.DataFrame = getattr(book, table)()
    if known.empty:
        return found
    of, keys = _KEYS[table][:2], _KEYS[table]
    failed_now = found["cause"].astype(object) == SOURCE_FAILED
    failed_before = known["cause"].astype(object) == SOURCE_FAILED
    stays = failed_now & _among(found, known[~failed_before], of)
    covered = known["indicator"].isin(found.loc[~failed_now, "indicator"].astype(object).unique())
    lapsed = known[failed_before & covered & ~_among(known, found, keys)]
    if lapsed.empty:
        return found[~stays]
    waiting = lapsed.assign(cause="no_data", provisional=True)
    if "status" in waiting:
        waiting = waiting.assign(status=None)
    return pd.concat([found[~stays].astype(dict.fromkeys(keys, object)), waiting[list(found.columns)]], ignore_index=True)


def _has_failed(found: pd.DataFrame, book: Ledger) -> bool:
    """Say whether a source fails now or failed when it was last asked; only then is the whole ledger read."""
    before = book.sources()
    return bool(before["cause"].notna().any()) or bool((found["cause"].astype(object) == SOURCE_FAILED).any())


def _among(rows: pd.DataFrame, others: pd.DataFrame, columns: Sequence[str]) -> pd.Series[bool]:
    """Say which rows have their key among those of the others."""
    import pandas as pd

    def keys(frame: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_arrays([frame[column].astype(object) for column in columns])

    return pd.Series(keys(rows).isin(keys(others).drop_duplicates()), index=rows.index)


def goal_row(bound: BoundGoal, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return one version of a goal as plain values: what was promised, decided where, measured how, from when to when.

    `overrides` are what the workspace changed in indicators and why, by indicator.
    """
    from klaremal.canonical import plain

    goal = bound.goal
    words = ("title", "promise", "owner", "consequence", "parent", "supersedes", "statutory", "decision", "targets", "units")
    return {
        "goal": goal.id,
        "version": bound.version,
        **{name: plain(getattr(goal, name)) for name in words},
        "indicator": bound.indicator.id,
        "overrides": overrides.get(bound.indicator.id),
        "target": plain(bound.target),
        "tolerance": goal.tolerance,
        "frequency": bound.frequency,
        "first": bound.first,
        "last": bound.last,
        "basis": bound.basis,
        "threshold": bound.threshold.id if bound.threshold is not None else None,
        "reference": bound.threshold.reference.text if bound.threshold is not None else None,
        "minimum_coverage": bound.minimum_coverage,
    }


def _sources(measured: Measured) -> Iterator[dict[str, Any]]:
    for each in measured.provenance:
        yield asdict(each) | {"cause": None, "message": None}
    for gap in measured.gaps:
        yield {"dataset": gap.dataset, "cause": gap.cause, "message": gap.message}
