"""Goals judged by a rule of a plugin instead of figure by figure: what the rule is shown, and its words, checked in a fence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from klaremal.assess.observed import Places
from klaremal.assess.promised import Promised
from klaremal.assess.series import Floats, Integers, Series, Truths
from klaremal.discovery import raised_at
from klaremal.errors import DeclarationError
from klaremal.judge import at_least, statuses
from klaremal.model.indicator import Indicator
from klaremal.model.outcome import CAUSES, STATUSES
from klaremal.model.period import month_key
from klaremal.model.rule import FulfilmentRule

if TYPE_CHECKING:
    from klaremal.plan import PlannedGoal

JUDGED: Final = STATUSES[:3]
_WORDS: Final = (*JUDGED, *CAUSES)
_SHOWN: Final = ("unit", "level", "start", "value", "n", "part", "cause")
_COLUMNS: Final = (*_SHOWN, "usable", "low", "high", "tolerance", "method", "status")

# Told of a goal that its rule could not judge, and why.
OnFailure = Callable[["PlannedGoal", str], None]


def refuse(planned: PlannedGoal, why: str) -> None:
    """Raise what a rule did: for whoever does not say what is to become of the other goals."""
    raise DeclarationError(f"goal {planned.goal.goal.id}: {why}")


@frozen(eq=False, kw_only=True)
class Ruled:
    """What rules found of some entries: statuses and causes as places, -1 for none."""

    entries: Integers
    status: Places
    cause: Places


def by_rules(
    observations: pd.DataFrame, series: Series, goals: Sequence[PlannedGoal], entries: Promised, asked: Truths, status: Places,
    tolerance: Floats,
) -> tuple[Ruled | None, dict[int, str]]:  # fmt: skip
    """Judge those entries of goals with a rule that can be judged; say of each goal whose rule failed why.

    `status` is what core finds of the entries, and `asked` says of which a status is due.
    """
    found: list[Ruled] = []
    failed: dict[int, str] = {}
    for goal, planned in enumerate(goals):
        rule = planned.goal.rule
        if not isinstance(rule, FulfilmentRule):
            continue
        mine = np.arange(*np.searchsorted(entries.goal, [goal, goal + 1]))
        try:
            rows = Rows.of(observations, series, planned, entries.take(mine), status[mine], asked[mine], tolerance[mine])
            found.append(_of_words(rows.words(rule), mine[asked[mine]]))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - what a rule does stops neither the other goals nor the run
            what = str(error) if isinstance(error, DeclarationError) else _raised(error)
            place = raised_at(error)
            failed[goal] = f"the rule {rule.id} (version {rule.version}): {what}{f' ({place})' if place else ''}"
    return (_together(found) if found else None), failed


def _raised(error: BaseException) -> str:
    """Say what a rule raised; with the columns that it is given where it may have looked for another."""
    what = f"it raised {type(error).__name__}: {error}"
    return f"{what}. The columns of rows are {', '.join(_COLUMNS)}" if isinstance(error, (KeyError, AttributeError)) else what


def _of_words(words: Integers, entries: Integers) -> Ruled:
    is_cause = words >= len(JUDGED)
    return Ruled(
        entries=entries,
        status=np.where(is_cause, STATUSES.index("not_assessable"), words).astype(np.int8),
        cause=np.where(is_cause, words - len(JUDGED), -1).astype(np.int8),
    )


def _together(found: Sequence[Ruled]) -> Ruled:
    return Ruled(
        entries=np.concatenate([each.entries for each in found]),
        status=np.concatenate([each.status for each in found]),
        cause=np.concatenate([each.cause for each in found]),
    )


@frozen(eq=False)
class Rows:
    """What a rule is shown of one goal: all observations of its figure by unit and period; `at` are where it is asked."""

    frame: pd.DataFrame
    at: Integers

    @classmethod
    def of(
        cls, observations: pd.DataFrame, series: Series, planned: PlannedGoal, entries: Promised, status: Places,
        asked: Truths, tolerance: Floats,
    ) -> Rows:  # fmt: skip
        """Take the rows of the goal's indicator, definition, frequency and breakdown."""
        indicator, definition, frequency = planned.group
        same = observations["indicator"].eq(indicator) & observations["definition"].eq(definition)
        same &= observations["frequency"].eq(frequency) & observations["breakdown"].eq(planned.goal.goal.breakdown)
        places = np.flatnonzero(same.to_numpy(dtype=bool))
        frame = observations[list(_SHOWN)].iloc[places].assign(place=places)
        usable = ~observations["provisional"].to_numpy(dtype=bool)[places] & frame["cause"].isna() & frame["value"].notna()
        measured = at_least(observations["coverage"].to_numpy(dtype=float)[places], planned.goal.minimum_coverage)
        frame["usable"] = usable & measured
        for name in ("unit", "level", "cause"):
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
        frame = frame.sort_values(["unit", "start"], ignore_index=True)
        places = frame.pop("place").to_numpy()
        order = np.argsort(places)
        at = order[np.searchsorted(places, series.rows[entries.place], sorter=order)]
        bands = {"low": entries.low, "high": entries.high, "tolerance": tolerance}
        for name, numbers in bands.items():
            column = np.full(len(frame), np.nan)
            column[at] = numbers
            frame[name] = column
        frame["method"] = _methods(planned.goal.indicator, frame["start"].to_numpy(dtype=np.int64))
        frame["status"] = pd.Series([None] * len(frame), dtype=object)
        frame.loc[at[asked], "status"] = np.array(JUDGED, dtype=object)[status[asked]]
        return cls.numbered(frame, at[asked])

    @classmethod
    def numbered(cls, frame: pd.DataFrame, at: Integers) -> Rows:
        """Number the rows from 1: a series that was numbered anew, from 0, is then known to be another's."""
        return cls(frame.set_axis(pd.RangeIndex(1, len(frame) + 1)), at)

    def words(self, rule: FulfilmentRule) -> Integers:
        """Return the rule's word for each row where it is asked, as a place; DeclarationError where it gives none."""
        return self.read(rule.judge(self.frame.copy(), self.compared))

    def read(self, given: Any) -> Integers:
        """Return a rule's answer as places of words, where it is asked; DeclarationError without a word for each row."""
        if isinstance(given, str) or not hasattr(given, "__len__") or len(given) != len(self.frame):
            is_list = hasattr(given, "__len__") and not isinstance(given, str)
            what = f"{len(given)} words" if is_list else f"a {type(given).__name__}"
            raise DeclarationError(
                f"it returned {what} for {len(self.frame)} rows. Return a word for each row, in their order."
            )
        words = pd.Series(list(self._in_order(given)), dtype=object).iloc[self.at].reset_index(drop=True)
        found = pd.Index(_WORDS, dtype=object).get_indexer(pd.Index(words, dtype=object))
        if (found < 0).any():
            first = int(np.flatnonzero(found < 0)[0])
            raise DeclarationError(
                f"it returned {words.iloc[first]!r} for unit {self.frame['unit'].iloc[self.at[first]]}. "
                f"Return {', '.join(JUDGED)}, or a cause such as no_data."
            )
        return found

    def _in_order(self, given: Any) -> Any:
        """Return what a rule made in the order of the rows, which a series of pandas knows by its index."""
        if not isinstance(given, pd.Series) or given.index.equals(self.frame.index):
            return given
        if len(given) != len(self.frame) or {*given.index} != {*self.frame.index}:
            what = "its series has another index than the rows, and nobody knows which row a value is of."
            raise DeclarationError(f"{what} Keep the index of rows, or use a list in their order.")
        return given.reindex(self.frame.index)

    def compared(self, values: Any) -> pd.Series[Any]:
        """Return the status that other values would have in the bands of their rows; None where one of the two is unknown."""
        numbers = np.asarray(self._in_order(values), dtype=float)
        low, high = self.frame["low"].to_numpy(), self.frame["high"].to_numpy()
        known = ~(np.isnan(numbers) | np.isnan(low))
        tolerance = np.nan_to_num(self.frame["tolerance"].to_numpy())
        words = np.array(JUDGED, dtype=object)[statuses(numbers, low, high, tolerance)]
        words[~known] = None
        found: pd.Series[Any] = pd.Series(words, index=self.frame.index)
        return found


def _methods(indicator: Indicator, start: Integers) -> Integers:
    """Return how many changes of the method each period lies after; one on its very first day is among them."""
    found = np.zeros(len(start), dtype=np.int64)
    for day, _ in indicator.breaks:
        found += start >= month_key(day) + (day.day > 1)
    return found
