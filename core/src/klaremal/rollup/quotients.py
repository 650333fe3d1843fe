"""Ratios and rates per a total of another dataset: their figures from the components and the denominators of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import evolve

from klaremal import intervals
from klaremal.model.outcome import SetAside
from klaremal.model.quotient import Rate, Ratio
from klaremal.rollup.figures import Block, Figures, cause_code, made, ratio
from klaremal.rollup.frame import NUMBERS
from klaremal.rollup.published import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from klaremal.model.unit import Units
    from klaremal.plan import WantedIndicator
    from klaremal.rollup.periods import Reported
    from klaremal.rollup.tree import Places

    Truths = NDArray[np.bool_]

_NO_DATA: Final = cause_code("no_data")
_LARGEST: Final = 2**62


def per_other(block: Block) -> Figures:
    """Return the figures of ratios or rates per another dataset's total; where there are rows, none counted, the top is 0."""
    is_rate, per = isinstance(block.wanted[0].indicator.measure, Rate), block.per
    n, promised, name = block.floats("n"), block.floats("promised"), "events" if is_rate else "top"
    # A ratio's upper total may be a mean over time, too.
    lived = 1 if is_rate else np.where(block.each([_is_mean(each) for each in block.wanted]), block.lived, 1)
    top = ratio(block.take(name), lived, units=(block.unit(name), 1))
    if per is None:
        return without(made(block, np.full(top.shape, np.nan), part=top), np.ones(top.shape, dtype=bool))
    nothing = (promised == 0) & (block.good > 0) & (not block.by_unit)
    whole = _times(per.total, np.asarray(lived))
    value = ratio(_times(block.take(name), per.steps), whole, block.measures("scale"), (block.unit(name), per.unit))
    value = np.where(per.whole & ((n > 0) | nothing), value, np.nan)
    people = ratio(per.total, per.steps, units=(per.unit, 1))
    limits = intervals.rate(top, people, block.measures("scale")) if is_rate else None
    found = without(made(block, value, part=top, limits=limits, weight=people), ~per.whole)
    # Rows that were set aside would have made the total larger, and the figure nearer to 0.
    ends = np.minimum(value, 0), np.maximum(value, 0)
    least, most = (np.where(per.only_grows, end, each) for end, each in zip(ends, (-np.inf, np.inf), strict=True))
    least, most = np.where(per.doubtful, least, np.inf), np.where(per.doubtful, most, -np.inf)
    # A missing value stays missing: nothing is smaller or larger than NaN.
    return evolve(found, least=np.minimum(found.least, least), most=np.maximum(found.most, most))


def _is_mean(wanted: WantedIndicator) -> bool:
    measure = wanted.indicator.measure
    return isinstance(measure, Ratio) and measure.top.over_time == "mean"


def without_total(block: Block, periods: Reported, places: Places, units: Units, breakdown: str) -> Iterator[SetAside]:
    """Say which rows count in no figure, since the other dataset has no total for their unit and period.

    It is said once, of the finest level and periods, and of none before the other dataset's first rows.
    """
    per = block.per
    for place, each in enumerate(block.wanted if per is not None else ()):
        if (places.level, periods.frequency) != (each.levels[-1], each.frequencies[0]) or per is None or each.other is None:
            continue
        lost = ~per.whole[place] & (block.floats("n")[place] > 0) & per.begun[:, None]
        shown, more = named(lost, periods, places, units)
        if shown:
            of = f" where {breakdown}" if breakdown else ""
            what = f"{each.indicator.id}: {each.other.id} has no total{of} for {', '.join(shown)}{more}."
            yield SetAside(
                dataset=each.indicator.dataset.id,
                rule="no_total",
                rows=int(block.floats("n")[place][lost].sum()),
                message=f"{what} Deliver its rows for all units, each with a date at most a year before the period.",
                examples=shown,
            )


def _times(whole: NDArray[Any], steps: NDArray[np.int64]) -> NDArray[Any]:
    """Return whole numbers times the steps of each period, as Python's own where they might not fit into 64 bits."""
    most = max(int(steps.max(initial=1)), 1)
    fits = whole.dtype != np.int64 or int(np.abs(whole).max(initial=0)) <= _LARGEST // most
    found: NDArray[Any] = (whole if fits else whole.astype(object)) * steps
    return found


def without(found: Figures, lost: Truths) -> Figures:
    """Take the figures away where something is lost that they stand on, and say that it is missing."""
    numbers = {name: np.where(lost, np.nan, getattr(found, name)) for name in NUMBERS if name != "coverage"}
    return evolve(found, **numbers, cause=np.where(lost, np.minimum(found.cause, _NO_DATA), found.cause).astype(np.int8))
