"""Where and when groups count: unit texts to codes and period texts to months, each distinct text once; it adds nothing up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from attrs import evolve, frozen

from klaremal.compile import UNDATED, UNREADABLE
from klaremal.errors import DeclarationError
from klaremal.model.measure import Published
from klaremal.model.outcome import SetAside
from klaremal.model.period import Period
from klaremal.model.unit import LEVELS, Units
from klaremal.model.unit_text import unit_meant
from klaremal.rollup.doubt import Doubt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.components import Groups
    from klaremal.plan import Pass, WantedIndicator

    Integers = NDArray[np.int64]

_SHOWN: Final = 5
_LARGEST: Final = 2.0**62
_EMPTY: Final = "(empty)"


@frozen(eq=False, kw_only=True)
class Located:
    """The groups of a pass that have a unit and a period, each such cell once, by unit and period.

    `unit` is the place in `codes`; `start` the first month of the base period. `own` says for each code whether its rows are
    of the level that is added up; a published figure of a level above is not. `doubt` holds the rows that may belong to cells
    which they do not name.
    """

    codes: tuple[str, ...]
    own: NDArray[np.bool_]
    unit: Integers
    start: Integers
    columns: dict[str, NDArray[Any]]
    doubt: Doubt
    set_aside: tuple[SetAside, ...]

    def __len__(self) -> int:
        return len(self.unit)


@frozen(eq=False, kw_only=True)
class Found:
    """For each group the place of its unit in `codes` and its first month, negative without one, and what was set aside.

    `unreadable` says which groups have a period that cannot be read, rather than none.
    """

    codes: tuple[str, ...]
    unit: Integers
    start: Integers
    unreadable: NDArray[np.bool_]
    set_aside: tuple[SetAside, ...]

    def take(self, which: NDArray[np.bool_]) -> Found:
        """Return what was found of the chosen groups; the units are those of all."""
        return evolve(self, unit=self.unit[which], start=self.start[which], unreadable=self.unreadable[which])


def find(groups: Groups, pass_: Pass, wanted: Sequence[WantedIndicator], units: Units, organisation: str) -> Found:
    """Find the unit and the period of each group.

    Rows of an unknown unit, of another level than the dataset's, and of an unreadable period or one of another kind are set
    aside. A level above the dataset's is kept where a published figure is reported for it: it is not added up.
    """
    good = groups.columns["good"]
    unit_of, codes, unknown, other = _units(groups, pass_, wanted, units, organisation)
    start, is_unreadable, unreadable, undated = _starts(groups, pass_)
    dataset = pass_.dataset
    column = ", ".join(dataset.placed_in)
    set_aside = (
        rows_aside(dataset.id, "unknown_unit", unknown, good, f"{column}: no unit is called {{texts}}.", units.nearest),
        rows_aside(dataset.id, "other_level", other, good, f"{column}: of another level than {dataset.level}: {{texts}}."),
        rows_aside(
            dataset.id, "unreadable_period", unreadable, good, f"{pass_.dated_by}: no {pass_.base_frequency}: {{texts}}."
        ),
        rows_aside(dataset.id, "undated", undated, good, f"{pass_.dated_by} is empty, so that the rows count in no period."),
    )
    return Found(
        codes=codes,
        unit=unit_of,
        start=start,
        unreadable=is_unreadable,
        set_aside=tuple(each for each in set_aside if each is not None),
    )


def locate(groups: Groups, pass_: Pass, wanted: Sequence[WantedIndicator], units: Units, organisation: str) -> Located:
    """Keep the groups that have a place, and put those together that mean the same unit and period."""
    return located(groups, find(groups, pass_, wanted, units, organisation), pass_, wanted, units)


def located(groups: Groups, found: Found, pass_: Pass, wanted: Sequence[WantedIndicator], units: Units) -> Located:
    """Do as `locate` does with groups of which it is found where they are."""
    kept = np.flatnonzero((found.unit >= 0) & (found.start >= 0))
    unit, start = found.unit[kept], found.start[kept]
    order = np.lexsort((start, unit))
    kept, unit, start = kept[order], unit[order], start[order]
    first = np.ones(len(kept), dtype=bool)
    first[1:] = (np.diff(unit) != 0) | (np.diff(start) != 0)
    bounds = np.flatnonzero(first)
    columns = {name: _wide(values)[kept] for name, values in groups.columns.items()}
    if len(bounds) < len(kept):
        columns = _merged(columns, bounds, pass_)
    level = pass_.dataset.level
    own = np.array([level is None or units.level(code) == level for code in found.codes], dtype=bool)
    return Located(
        codes=found.codes,
        own=own,
        unit=unit[bounds],
        start=start[bounds],
        columns=columns,
        doubt=Doubt.of(groups, found, pass_, wanted),
        set_aside=found.set_aside,
    )


# -- units -----------------------------------------------------------------------------------------------------------


def _units(
    groups: Groups, pass_: Pass, wanted: Sequence[WantedIndicator], units: Units, organisation: str
) -> tuple[Integers, tuple[str, ...], dict[str, Integers], dict[str, Integers]]:
    """Return each group's place in the codes (-1: none), the codes, and the groups of unknown units and of other levels."""
    if not pass_.dataset.placed_in:
        return np.zeros(len(groups), dtype=np.int64), (organisation,), {}, {}
    named = groups.unit.copy()
    # An empty text names no unit, just as none does.
    named[named == ""] = None
    which, texts = pd.factorize(named)
    level = pass_.dataset.level
    published = {each for one in wanted if isinstance(one.indicator.measure, Published) for each in one.levels}
    counted = {level} | {each for each in published if level is None or LEVELS.index(each) < LEVELS.index(level)}
    places: dict[str, int] = {}
    place_of = np.full(len(texts) + 1, -1, dtype=np.int64)
    wrong_level: list[int] = []
    for text_place, text in enumerate(texts):
        code = unit_meant(str(text), level, units, organisation)
        if code is None:
            continue
        if level is not None and units.level(code) not in counted:
            wrong_level.append(text_place)
        else:
            place_of[text_place] = places.setdefault(code, len(places))
    unit_of = place_of[which]
    other = {str(texts[place]): np.flatnonzero(which == place) for place in wrong_level}
    lost = set(np.flatnonzero(place_of[:-1] < 0).tolist()) - set(wrong_level)
    unknown = {str(texts[place]): np.flatnonzero(which == place) for place in sorted(lost)}
    if (which < 0).any():
        # A row that names no unit belongs to the organisation's own.
        if level is None or units.level(organisation) in counted:
            unit_of = np.where(which < 0, places.setdefault(organisation, len(places)), unit_of)
        else:
            other[_EMPTY] = np.flatnonzero(which < 0)
    return unit_of, tuple(places), unknown, other


# -- periods ---------------------------------------------------------------------------------------------------------


def _starts(groups: Groups, pass_: Pass) -> tuple[Integers, NDArray[np.bool_], dict[str, Integers], dict[str, Integers]]:
    """Return each group's first month (negative: none), whether it cannot be read, and the texts of such and without one."""
    if pass_.by_day:
        undated = np.flatnonzero(groups.period == UNDATED)
        return groups.period, groups.period == UNREADABLE, {}, {_EMPTY: undated} if len(undated) else {}
    which, texts = pd.factorize(groups.period)
    starts = np.full(len(texts) + 1, -1, dtype=np.int64)
    unreadable = {}
    for place, text in enumerate(texts):
        try:
            period = Period.parse(str(text))
        except DeclarationError:
            period = None
        if period is not None and period.frequency == pass_.base_frequency:
            starts[place] = period.start
        else:
            unreadable[str(text)] = np.flatnonzero(which == place)
    empty = np.flatnonzero(which < 0)
    return starts[which], (starts[which] < 0) & (which >= 0), unreadable, {_EMPTY: empty} if len(empty) else {}


# -- putting together what means the same ----------------------------------------------------------------------------


def _wide(values: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers as Python's own where a sum of some of them might not fit into 64 bits."""
    if values.dtype != np.int64 or np.abs(values).sum(dtype=np.float64) < _LARGEST:
        return values
    return values.astype(object)


def _merged(columns: dict[str, NDArray[Any]], bounds: Integers, pass_: Pass) -> dict[str, NDArray[Any]]:
    """Add up the groups between the bounds; of published values keep the smallest and the largest."""
    merged = {}
    published = {f"c{place}" for place, term in enumerate(pass_.terms) if term.kind == "published"}
    causes = {f"c{place}" for place, term in enumerate(pass_.terms) if term.kind == "cause"}
    largest = {f"c{place}" for place, term in enumerate(pass_.terms) if term.kind in ("max", "largest")}
    for name, values in columns.items():
        base, _, part = name.partition("_")
        if base in causes or part == "cause":
            codes, texts = pd.factorize(values, sort=True)
            first = np.minimum.reduceat(np.where(codes < 0, len(texts), codes), bounds)
            merged[name] = np.array([*texts, None], dtype=object)[first]
        elif base in largest:
            merged[name] = np.maximum.reduceat(values, bounds)
        elif base not in published or part in ("rows", "filled"):
            merged[name] = np.add.reduceat(values, bounds)
        else:
            # Of a cell with an unknown value among others neither end is looked at.
            merged[name] = (np.maximum if part else np.minimum).reduceat(values, bounds)
    return merged


# -- what was set aside ----------------------------------------------------------------------------------------------


def _by_rows(groups: dict[str, Integers], good: Integers) -> list[tuple[str, int]]:
    """Return each text with its good rows, most rows first; a text that only bad rows have was reported by the checks."""
    counted = [(text, int(good[places].sum())) for text, places in groups.items()]
    return sorted(((text, rows) for text, rows in counted if rows), key=lambda each: (-each[1], each[0]))


def rows_aside(
    dataset: str,
    rule: str,
    groups: dict[str, Integers],
    good: Integers,
    message: str,
    nearest: Callable[[str], str] | None = None,
) -> SetAside | None:
    """Return what is said of groups by their text: up to five texts, the nearest known name, and how many rows."""
    texts = _by_rows(groups, good)
    if not texts:
        return None
    shown = []
    for text, _ in texts[:_SHOWN]:
        # The nearest of two codes is another unit, not the one that was meant.
        is_name = text != _EMPTY and not text.isdigit()
        near = nearest(text) if nearest is not None and is_name else ""
        shown.append(f'"{text}" (did you mean "{near}"?)' if near else f'"{text}"')
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return SetAside(
        dataset=dataset,
        rule=rule,
        rows=sum(rows for _, rows in texts),
        message=message.replace("{texts}", ", ".join(shown) + more),
        examples=tuple(text for text, _ in texts[:_SHOWN]),
    )
