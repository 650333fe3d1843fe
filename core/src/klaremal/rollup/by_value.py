"""The values of a breakdown in the groups of a pass: which there are, and which groups are of each; no figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import frozen

from klaremal.compile import UNREADABLE_TEXT, VALUE_MARK
from klaremal.model.breakdown import declared, values_in, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.components import Groups
    from klaremal.plan import Pass

    Truths = NDArray[np.bool_]


@frozen(eq=False, kw_only=True)
class Value:
    """One value of a breakdown: its text, and the column texts as a statement marks them, None where a row has none."""

    text: str
    marked: tuple[str | None, ...]

    def among(self, columns: Sequence[NDArray[Any]], believed: bool = True) -> Truths:
        """Say which rows are of this value; where not all are `believed`, those too that may be, since the cell is broken."""
        found = np.ones(len(columns[0]), dtype=bool)
        for values, mark in zip(columns, self.marked, strict=True):
            same = pd.isna(values) if mark is None else values == mark
            found &= same if believed else same | (values == UNREADABLE_TEXT)
        return found


def values_of(groups: Groups, pass_: Pass, asked: Iterable[str]) -> Iterator[Value]:
    """Give the values that the contract names or goals ask for, and then those of good rows; a code that means all is none."""
    good = groups.columns["good"] > 0
    seen = dict.fromkeys(zip(*(_plain(each[good]) for each in groups.values), strict=True))
    known = {written(pass_.breakdown, _bare(each)): each for each in sorted(seen, key=_in_order) if not _is_total(each, pass_)}
    for text in dict.fromkeys((*declared(pass_.dataset, pass_.breakdown), *asked, *known)):
        yield Value(text=text, marked=known.get(text) or _marked(text))


def _plain(values: NDArray[Any]) -> list[str | None]:
    return [None if each is None or each != each else str(each) for each in values.tolist()]


def _bare(marked: Sequence[str | None]) -> list[str | None]:
    return [None if each is None else each.removeprefix(VALUE_MARK) for each in marked]


def _marked(text: str) -> tuple[str | None, ...]:
    return tuple(None if each is None else f"{VALUE_MARK}{each}" for each in values_in(text))


def _in_order(marked: Sequence[str | None]) -> tuple[tuple[bool, str], ...]:
    return tuple((each is None, each or "") for each in marked)


def _is_total(marked: Sequence[str | None], pass_: Pass) -> bool:
    totals = (pass_.dataset.column(name).total for name in pass_.breakdown)
    return any(total is not None and each == f"{VALUE_MARK}{total}" for each, total in zip(marked, totals, strict=True))
