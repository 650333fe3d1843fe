"""Breakdowns whose values two datasets write differently: a figure per a total of the other one has none; reads no rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from klaremal.compile import UNREADABLE_TEXT, VALUE_MARK
from klaremal.errors import Fault

if TYPE_CHECKING:
    from klaremal.components import Groups
    from klaremal.model.dataset import Dataset
    from klaremal.plan import Pass, WantedIndicator

_SHOWN = 5

Scanned = tuple["Pass", "Groups"]


def unshared(wanted: Iterable[WantedIndicator], own: Scanned, others: Iterable[Scanned]) -> Iterator[Fault]:
    """Give a warning for each column of a breakdown of which the two datasets of an indicator share no value.

    `own` is the pass over the indicators' dataset, `others` are those by the same columns over the ones that they are per.
    """
    for pass_, groups in others:
        for each in wanted:
            if each.other is None or each.other.id != pass_.dataset.id:
                continue
            for place, column in enumerate(pass_.breakdown):
                here, there = _values(own, place), _values((pass_, groups), place)
                if here and there and not here & there:
                    yield _warning(each.indicator.id, column, (own[0].dataset, here), (pass_.dataset, there))


def _values(scanned: Scanned, place: int) -> set[str]:
    """Return the values of good rows in a column of the breakdown; neither none at all nor one that means all."""
    pass_, groups = scanned
    marked = groups.values[place][groups.columns["good"] > 0].tolist()
    found = {str(each).removeprefix(VALUE_MARK) for each in marked if each is not None and each == each}
    return found - {UNREADABLE_TEXT, pass_.dataset.column(pass_.breakdown[place]).total}


def _warning(indicator: str, column: str, own: tuple[Dataset, set[str]], other: tuple[Dataset, set[str]]) -> Fault:
    (dataset, here), (per, there) = own, other
    what = (
        f"the breakdown by {column} has no figures: {_listed(here)} of {dataset.id} are written otherwise in {per.id}, "
        f"which has {_listed(there)}."
    )
    known = [code for code in dataset.column(column).codes if code not in there] or sorted(here)
    sign = sorted(there)[0]
    mapped = f'values = {{ {column} = {{ "{sign}" = "..." }} }}'
    cure = f"Say in [sources.{per.id}] which is which: {mapped}, with one of {_listed(known)}."
    return Fault(indicator, what, cure)


def _listed(values: Iterable[str]) -> str:
    names = sorted(values)
    return ", ".join(f'"{each}"' for each in names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else "")
