"""What a run tells the ledger beside its figures: the goals as they were decided, the sources, the rows set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import asdict

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.bind import BoundGoal
    from klaremal.ledger import RunRecord
    from klaremal.measuring import Measured
    from klaremal.run import Ready


def run_record(
    ready: Ready, measured: Measured, observations: pd.DataFrame, fulfilments: pd.DataFrame, started: datetime, seconds: float
) -> RunRecord:
    """Return a run in the shape in which the ledger keeps it; `seconds` is the time used until now."""
    from klaremal import __version__
    from klaremal.ledger import RunRecord

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
        goals=tuple(goal_row(each.goal) for each in measured.plan.goals),
    )


def goal_row(bound: BoundGoal) -> dict[str, Any]:
    """Return one version of a goal as plain values: what was promised, decided where, measured how, from when to when."""
    from klaremal.canonical import plain

    goal = bound.goal
    words = ("title", "promise", "owner", "consequence", "parent", "supersedes", "statutory", "decision", "targets", "units")
    return {
        "goal": goal.id,
        "version": bound.version,
        **{name: plain(getattr(goal, name)) for name in words},
        "indicator": bound.indicator.id,
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
