"""Summaries: the status of a whole organisation from those of a goal's units; it looks at no figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import fields, frozen
from numpy.typing import NDArray

from klaremal.assess.observed import NO_CASES, Places
from klaremal.assess.series import Integers, Truths
from klaremal.judge import FULFILLED, NOT_FULFILLED, UNDECIDED, summaries
from klaremal.model.outcome import CAUSES, STATUSES

if TYPE_CHECKING:
    from klaremal.plan import PlannedGoal

_NOT_ASSESSABLE = STATUSES.index("not_assessable")
_NONE = -1
_RANKS = NOT_FULFILLED + 1


@frozen(eq=False, kw_only=True)
class Judged:
    """What was judged of each entry: its goal, the period's first month, status and cause (-1 for none), or provisional."""

    goal: Integers
    start: Integers
    status: Places
    cause: Places
    provisional: Truths

    def take(self, which: Any) -> Judged:
        """Return the chosen entries, by mask or by position."""
        return Judged(**{each.name: getattr(self, each.name)[which] for each in fields(Judged)})


@frozen(eq=False, kw_only=True)
class Summed:
    """One status for each goal with a summary and each period: of how many `known` units, of which so many `fulfilled` it."""

    goal: Integers
    start: Integers
    status: Places
    cause: Places
    provisional: Truths
    known: Integers
    fulfilled: Integers

    def __len__(self) -> int:
        return len(self.goal)


def summed(goals: Sequence[PlannedGoal], judged: Judged) -> Summed:
    """Sum up each goal that says how, unless it judges the organisation's own unit itself.

    Units without cases do not count. Those that cannot be assessed or are not over are unknown; where they decide, the
    summary has the first of their causes, or waits for those that are not over.
    """
    rules = [each.goal.goal.summary if each.summed else None for each in goals]
    is_summed = np.array([rule is not None for rule in rules], dtype=bool)
    parts = judged.take(np.flatnonzero(is_summed[judged.goal])) if is_summed.any() else judged.take(slice(0))
    (goal, start), of = np.unique(np.stack([parts.goal, parts.start]), axis=1, return_inverse=True)
    counts = _Counts(of=of.reshape(-1), size=len(goal))
    waits = parts.status == _NONE
    ranks = np.stack([counts.of_those(parts.status == rank) for rank in range(_RANKS)])
    unknown = counts.of_those(waits | ((parts.status == _NOT_ASSESSABLE) & (parts.cause != NO_CASES)))
    rank = np.full(len(goal), UNDECIDED, dtype=np.int8)
    for place, rule in enumerate(rules):
        if rule is not None:
            mine = goal == place
            rank[mine] = summaries(rule.kind, rule.percent, ranks[:, mine], unknown[mine])
    undecided = rank == UNDECIDED
    waiting = undecided & (counts.of_those(waits) > 0)
    # A number that is too large already decides before its period is over, and is then as provisional as that.
    decides = (parts.status == NOT_FULFILLED) & (rank[counts.of] == NOT_FULFILLED)
    early = (counts.of_those(decides & parts.provisional) > 0) & (counts.of_those(decides & ~parts.provisional) == 0)
    return Summed(
        goal=goal,
        start=start,
        status=np.where(waiting, _NONE, np.where(undecided, _NOT_ASSESSABLE, rank)).astype(np.int8),
        cause=np.where(undecided & ~waiting, _first_causes(counts, parts.cause), _NONE).astype(np.int8),
        provisional=waiting | early,
        known=ranks.sum(axis=0),
        fulfilled=ranks[FULFILLED],
    )


def _first_causes(counts: _Counts, cause: Places) -> Integers:
    """Return the first cause of each whole's parts: no_cases only where they have no other."""
    last = len(CAUSES)
    found = np.full(counts.size, last, dtype=np.int64)
    given = cause != _NONE
    np.minimum.at(found, counts.of[given], np.where(cause[given] == NO_CASES, last, cause[given]))
    return np.where(found == last, NO_CASES, found)


@frozen(eq=False, kw_only=True)
class _Counts:
    """Counts entries by the whole that they are a part of."""

    of: Integers
    size: int

    def of_those(self, which: NDArray[Any]) -> Integers:
        """Return for each whole how many of its parts are such."""
        return np.bincount(self.of, weights=which, minlength=self.size).astype(np.int64)
