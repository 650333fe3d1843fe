"""What a run tells the ledger beside its figures: the goals as they were decided, the sources, the rows set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict

from klaremal.ready import Choice

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.bind.workspace import BoundGoal, BoundTask
    from klaremal.ledger import Closing, Ledger, RunRecord
    from klaremal.measuring import Measured
    from klaremal.model.goal import Goal
    from klaremal.model.indicator import Indicator
    from klaremal.model.rule import Rule
    from klaremal.ready import Ready


SOURCE_FAILED: Final = "source_failed"


def closing(ready: Ready, choice: Choice, measured: Measured, unjudged: Iterable[str] = ()) -> Closing | None:
    """Return what a run closes by not finding it: all but what stands on a source that failed, and goals left `unjudged`.

    None for a run that saw a part only: a choice, a plugin that was left out, a failed source that would name the units.
    """
    from klaremal.ledger import Closing
    from klaremal.model.on_time import BESIDE

    failed = {gap.dataset for gap in measured.gaps}
    unnamed = any(each.dataset in failed for each in ready.workspace.units_from)
    if choice != Choice() or ready.registry.left_out or unnamed:
        return None
    plan = measured.plan
    return Closing(
        kept_indicators=frozenset(
            name
            for each in plan.indicators
            if failed.intersection(each.indicator.datasets)
            for name in (each.indicator.id, *(f"{each.indicator.id}.{beside}" for beside in BESIDE))
        ),
        kept_goals=frozenset(
            (*unjudged, *(each.goal.goal.id for each in plan.goals if failed.intersection(each.goal.indicator.datasets)))
        ),
    )


def run_record(
    ready: Ready,
    measured: Measured,
    observations: pd.DataFrame,
    fulfilments: pd.DataFrame,
    closes: Closing | None,
    started: datetime,
    seconds: float,
    releases: Sequence[Mapping[str, Any]] = (),
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
        goals=(
            *(goal_row(each.goal, overrides) for each in measured.plan.goals),
            *(task_row(each) for each in measured.plan.tasks),
        ),
        releases=tuple(releases),
        closing=closes,
    )


def after_failures(
    observations: pd.DataFrame, fulfilments: pd.DataFrame, book: Ledger, closes: Closing | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what to store of a run, held against failures of sources, now or before.

    A source that is down today takes back nothing: rows with the cause source_failed are stored only for what was never
    known. A source that is back but does not reach the period that an earlier failure stood for makes that period
    provisional where the run does not close it: it is waiting for data, not broken. Only where a source fails now, or failed
    when it was last asked, is what the ledger knows read.
    """
    fails = any((found["cause"] == SOURCE_FAILED).any() for found in (observations, fulfilments))
    if not fails and not book.sources()["cause"].notna().any():
        return observations, fulfilments
    return (
        _after_failures(observations, book.observations(), "observations", closes),
        _after_failures(fulfilments, book.fulfilments(), "fulfilments", closes),
    )


def _after_failures(found: pd.DataFrame, known: pd.DataFrame, table: str, closes: Closing | None) -> pd.DataFrame:
    import pandas as pd

    from klaremal.ledger.tables import FACTS

    if found.empty or known.empty:
        return found
    keys = next(facts.key for facts in FACTS if facts.name == table)
    of = (keys[0], "unit")
    failed_now = found["cause"].astype(object) == SOURCE_FAILED
    failed_before = known["cause"].astype(object) == SOURCE_FAILED
    stays = failed_now & _among(found, known[~failed_before], of)
    covered = known[of[0]].isin(found.loc[~failed_now, of[0]].astype(object).unique())
    lapsed = known[failed_before & covered & ~_among(known, found, keys)]
    if closes is not None:
        lapsed = lapsed[lapsed[of[0]].isin(closes.kept(table))]
    if lapsed.empty:
        return found[~stays]
    waiting = lapsed.assign(cause="no_data", provisional=True)
    if "status" in waiting:
        waiting = waiting.assign(status=None)
    return pd.concat([found[~stays].astype(dict.fromkeys(keys, object)), waiting[list(found.columns)]], ignore_index=True)


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
    return {
        **_decided(bound),
        "indicator": bound.indicator.id,
        "overrides": overrides.get(bound.indicator.id),
        "target": plain(bound.target),
        "tolerance": goal.tolerance,
        "by": plain(goal.by),
        "summary": plain(goal.summary),
        "basis": bound.basis,
        "threshold": bound.threshold.id if bound.threshold is not None else None,
        "reference": bound.threshold.reference.text if bound.threshold is not None else None,
        "minimum_coverage": bound.minimum_coverage,
        **_rule(bound.rule),
    }


def _rule(rule: Rule | None) -> dict[str, Any]:
    """Return which rule judges a goal, in which version; a goal that no rule judges says nothing of it."""
    from klaremal.canonical import plain

    return {} if rule is None else {"rule": {name: plain(getattr(rule, name)) for name in ("id", "version", "title")}}


def task_row(bound: BoundTask) -> dict[str, Any]:
    """Return one version of a goal that is something to be done, as plain values."""
    from klaremal.canonical import plain

    return {**_decided(bound), "indicator": None, "target": plain(bound.done)}


def _decided(bound: BoundGoal | BoundTask) -> dict[str, Any]:
    """Return what a goal says whatever judges it: its words, and from when to when it holds."""
    from klaremal.canonical import plain

    goal = bound.goal
    words = ("title", "promise", "owner", "consequence", "parent", "supersedes", "statutory", "decision", "targets", "units")
    return {
        "goal": goal.id,
        "version": bound.version,
        **{name: plain(getattr(goal, name)) for name in words},
        "frequency": bound.frequency,
        "first": bound.first,
        "last": bound.last,
    }


def goal_of(kept: Mapping[str, Any], indicator: Indicator) -> BoundGoal:
    """Return a version of a goal from what the ledger keeps of it: all that a judgement by it rests on.

    Its units, their own targets and its threshold are left out: what followed from them stands in the judgements.
    """
    from klaremal.bind.workspace import BoundGoal
    from klaremal.model.rule import Rule
    from klaremal.model.summary import Summary

    summary, rule = kept.get("summary"), kept.get("rule")
    goal = _goal(
        kept,
        indicator=indicator.id,
        tolerance=kept["tolerance"],
        by=kept.get("by"),
        rule=rule["id"] if rule else None,
        summary=Summary(summary["kind"], summary["percent"]) if summary else None,
    )
    assert goal.target is not None, "the target is kept with the goal"
    return BoundGoal(
        goal=goal,
        version=kept["version"],
        indicator=indicator,
        target=goal.target,
        frequency=kept["frequency"],
        first=goal.valid_from,
        last=_day(kept["last"]),
        basis=kept["basis"],
        threshold=None,
        targets=(),
        minimum_coverage=kept["minimum_coverage"],
        rule=Rule(**rule) if rule else None,
    )


def task_of(kept: Mapping[str, Any]) -> BoundTask:
    """Return a version of a goal that is something to be done from what the ledger keeps of it."""
    from klaremal.bind.workspace import BoundTask
    from klaremal.model.done import Done

    goal = _goal(kept)
    assert isinstance(goal.target, Done), "whatever has no indicator is to be done"
    last = _day(kept["last"])
    return BoundTask(
        goal=goal, version=kept["version"], done=goal.target, frequency=kept["frequency"], first=goal.valid_from, last=last
    )


def _goal(kept: Mapping[str, Any], **more: Any) -> Goal:
    from klaremal.model.goal import Decision, Goal
    from klaremal.model.target_keys import target_from

    decision = None
    if kept["decision"] is not None:
        fields = {name: value for name, value in kept["decision"].items() if name}
        decision = Decision(**fields | {"date": date.fromisoformat(fields["date"])})
    return Goal(
        id=kept["goal"],
        title=kept["title"],
        promise=kept["promise"],
        target=target_from(kept["target"]),
        valid_from=date.fromisoformat(kept["first"]),
        decision=decision,
        parent=kept["parent"],
        **more,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _sources(measured: Measured) -> Iterator[dict[str, Any]]:
    for each in measured.provenance:
        yield asdict(each) | {"cause": None, "message": None}
    for gap in measured.gaps:
        yield {"dataset": gap.dataset, "cause": gap.cause, "message": gap.message}
