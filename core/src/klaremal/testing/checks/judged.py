"""Checks of what follows from figures: a better value never has a worse status, and small numbers stay hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from klaremal.model.indicator import Indicator
from klaremal.model.measure import Share
from klaremal.model.on_time import OnTime
from klaremal.testing.measured_rows import Batch
from klaremal.testing.subject import Finding, Subject

if TYPE_CHECKING:
    import pandas as pd

_RANKS: Final = ("fulfilled", "partly_fulfilled", "not_fulfilled")
_SLACK: Final = 1e-6
_FEW: Final = 5


def statuses_monotone(subject: Subject) -> Iterator[Finding]:
    """Of two figures of one goal the better one never has the worse status, in the direction that the indicator declares.

    When it fails: hold the direction of the indicator against its title, and the target against the direction.
    """
    for batch in subject.batches:
        directions = {each.id: each.direction for each in batch.indicators}
        judged = batch.judged
        judged = judged[judged["status"].isin(_RANKS) & judged["value"].notna()]
        # A goal may promise something else in another period.
        for (goal, *_), rows in judged.groupby(["goal", "target", "target_high"], observed=True, dropna=False):
            sign = {"higher": 1.0, "lower": -1.0}.get(directions.get(str(rows["indicator"].iloc[0]), ""))
            worse = None if sign is None else _out_of_order(rows, sign)
            if worse is not None:
                better, other = worse
                what = f"{better[0]:g} is {better[1]}, and {other[0]:g} is {other[1]}."
                yield Finding(str(goal), what, "Turn the direction of the indicator round, or the target.")


def _out_of_order(rows: pd.DataFrame, sign: float) -> tuple[tuple[float, str], tuple[float, str]] | None:
    """Return two figures of which the better one has the worse status, None where there are none."""
    found = sorted(
        ((float(value), str(status)) for value, status in zip(rows["value"], rows["status"], strict=True)),
        key=lambda each: (sign * each[0], -_RANKS.index(each[1])),
    )
    worst: tuple[float, str] | None = None
    for each in reversed(found):
        if worst is not None and _RANKS.index(each[1]) < _RANKS.index(worst[1]) and sign * (worst[0] - each[0]) > _SLACK:
            return worst, each
        if worst is None or _RANKS.index(each[1]) > _RANKS.index(worst[1]):
            worst = each
    return None


def suppression_safe(subject: Subject) -> Iterator[Finding]:
    """No figure of few is shown, by the indicator's own kind of disclosure, and nothing hidden has a status.

    When it fails: leave to klaremal what is hidden, and say whose figures they are where few of them may be shown.
    """
    for batch in subject.batches:
        for indicator in batch.usable():
            yield from _declared_safe(indicator)
            yield from _shown_of_few(indicator, batch)
        yield from _status_of_hidden(batch)


def _declared_safe(indicator: Indicator) -> Iterator[Finding]:
    """Say where small numbers of cases are not protected at all, although nobody else has done so."""
    if indicator.dataset.level is not None or indicator.publication == "internal":
        return
    if indicator.disclosed_as == "published":
        what = 'its rows are cases, and disclosure="published" says that somebody else has protected them.'
        yield Finding(indicator.id, what, 'Leave disclosure out, or write "process" or "persons".')
    elif indicator.disclosed_as == "persons" and indicator.minimum_count < _FEW:
        what = f"its rows tell of persons, and figures of {indicator.minimum_count} of them are shown."
        yield Finding(indicator.id, what, f"Leave minimum_count out ({_FEW}), or say in a skip whose figures they are.")


def _shown_of_few(indicator: Indicator, batch: Batch) -> Iterator[Finding]:
    kind, few = indicator.disclosed_as, indicator.minimum_count
    if kind == "published":
        return
    frame = batch.disclosed
    rows = frame[(frame["indicator"] == indicator.id) & frame["value"].notna()]
    for row in rows[["unit", "value", "n", "part"]].astype(object).to_dict("records"):
        counts = [row["n"]]
        if kind == "persons" and isinstance(indicator.measure, (Share, OnTime)):
            counts += [row["part"], row["n"] - row["part"]]
        if any(0 < each < few for each in counts):
            what = f"{row['value']:g} of {row['unit']} is shown, of {row['n']:g} ({_named(row['part'])})."
            yield Finding(indicator.id, what, "This is a mistake of klaremal, not of the plugin: report it.")
            return


def _named(part: Any) -> str:
    return "no parts" if part != part else f"{part:g} of them counted"


def _status_of_hidden(batch: Batch) -> Iterator[Finding]:
    judged = batch.judged
    hidden = judged[(judged["cause"] == "confidential") & (judged["status"].isin(_RANKS) | judged["value"].notna())]
    for goal in sorted(set(hidden["goal"].astype(str))):
        yield Finding(goal, "a hidden figure has a status.", "This is a mistake of klaremal, not of the plugin: report it.")
