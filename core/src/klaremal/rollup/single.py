"""Terms that cannot be added: where each unit text and period counts, for the scan, and its values as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from klaremal.canonical import digest
from klaremal.model.period import MONTHS, finer_or_equal, start_of
from klaremal.rollup.located import find
from klaremal.rollup.periods import last_days
from klaremal.rollup.tree import Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.components import Groups
    from klaremal.model.measure import Term
    from klaremal.model.unit import Units
    from klaremal.plan import Pass, WantedIndicator
    from klaremal.rollup.periods import Reported
    from klaremal.rollup.tree import Places


def places(
    groups: Groups, pass_: Pass, wanted: Sequence[WantedIndicator], units: Units, organisation: str
) -> tuple[dict[tuple[str, str], pd.DataFrame], dict[tuple[str, str], str]]:
    """Return for each level and frequency of a pass which unit and period every group counts in, and a hash of that.

    Columns: `__text` and `__key` as the statement of the pass gives them, `__unit` the code, `__start` the first month.
    Parents are those of the period's last day.
    """
    found = find(groups, pass_, wanted, units, organisation)
    level = pass_.dataset.level
    kept = np.flatnonzero((found.unit >= 0) & (found.start >= 0))
    if level is not None:
        own = np.array([units.level(code) == level for code in found.codes], dtype=bool)
        kept = kept[own[found.unit[kept]]] if len(own) else kept
    texts, keys = groups.unit[kept], groups.period[kept]
    texts = np.where(pd.isna(texts), "", texts)
    tables = {}
    for single in pass_.single:
        group, starts = _periods(found.start[kept], single.frequency, pass_)
        of = kept[group]
        codes = _above(found.codes, found.unit[of], starts, single.level, single.frequency, units, organisation)
        here = codes != ""
        if pass_.dataset.snapshot:
            here &= found.start[of] == _newest(found.start[of], starts)
        group = group[here]
        # The groups of several values of a breakdown have one place.
        tables[single.level, single.frequency] = pd.DataFrame(
            {"__text": texts[group], "__key": keys[group], "__unit": codes[here], "__start": starts[here]}
        ).drop_duplicates(ignore_index=True)
    columns = ("__text", "__key", "__unit", "__start")
    return tables, {of: digest([table[column].tolist() for column in columns]) for of, table in tables.items()}


def _periods(starts: NDArray[np.int64], frequency: str, pass_: Pass) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return groups and the periods of a frequency that each counts in: of windows all that it lies in, else one or none."""
    every = np.arange(len(starts))
    if not finer_or_equal(pass_.base_frequency, frequency):
        return every[:0], starts[:0]
    if frequency != "rolling12":
        return every, np.asarray(start_of(starts, frequency))
    back = np.arange(0, MONTHS[frequency], MONTHS[pass_.base_frequency])
    windows = starts[:, None] + MONTHS[pass_.base_frequency] - MONTHS[frequency] + back[None, :]
    return np.repeat(every, len(back)), windows.reshape(-1)


def _newest(base: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each group the last base period that has data in the period of the group."""
    _, which = np.unique(starts, return_inverse=True)
    newest = np.full(which.max(initial=-1) + 1, -1, dtype=np.int64)
    np.maximum.at(newest, which, base)
    return newest[which]


def _above(
    codes: Sequence[str],
    unit: NDArray[np.int64],
    starts: NDArray[np.int64],
    level: str,
    frequency: str,
    units: Units,
    organisation: str,
) -> NDArray[Any]:
    """Return the code of each group's unit at the level on its period's last day; an empty text without one."""
    distinct, which = np.unique(starts, return_inverse=True)
    tree = Tree(units, organisation, codes, (), ())
    above = np.full((len(distinct), len(codes)), "", dtype=object)
    for stretch in tree.stretches(last_days(distinct, frequency)):
        above[stretch.first : stretch.last] = tree.ancestors(codes, level, stretch.day)
    return above[which, unit]


def spread(
    frame: pd.DataFrame | None, pass_: Pass, terms: Sequence[Term], periods: Reported, places: Places
) -> NDArray[np.float64]:
    """Return the values of single terms as term x period x unit, NaN where there is none."""
    found = np.full((len(terms), len(periods), len(places)), np.nan)
    column = _columns(pass_, places.level, periods.frequency)
    if frame is None or not len(frame):
        return found
    here = frame[(frame["level"] == places.level) & (frame["frequency"] == periods.frequency)]
    unit = pd.Index(places.codes, dtype=object).get_indexer(pd.Index(here["unit"], dtype=object))
    starts = here["start"].to_numpy(dtype=np.int64)
    period = pd.Index(periods.starts).get_indexer(pd.Index(starts))
    kept = (unit >= 0) & (period >= 0)
    for place, term in enumerate(terms):
        values = here[column[term]].to_numpy(dtype=np.float64, na_value=np.nan)
        found[place, period[kept], unit[kept]] = values[kept]
    return found


def _columns(pass_: Pass, level: str, frequency: str) -> Mapping[Term, str]:
    terms = [each.terms for each in pass_.single if (each.level, each.frequency) == (level, frequency)]
    return {term: f"s{place}" for place, term in enumerate(terms[0] if terms else ())}
