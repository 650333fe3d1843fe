"""Figures that are revised: which revisions say too much of the few by whom they differ; no ledger.

Two versions of a figure are a subtraction. Where figures tell of persons, a revision by few of them is held: what was
published stays, until more are added or somebody decides, by name and with a reason, to release it. Of a process it is
published at once; what remains is that the cases which were added are known.

A figure of a period that still runs is revised by the cases of the days between, which are a period too: whatever it tells
of, a revision by few is held as long as the period runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.disclosure.primary import Figures

    Truths = NDArray[np.bool_]


@frozen(eq=False, kw_only=True)
class Revision:
    """One indicator of a family as it would be shown now, and as it was last shown: NaN where it was not.

    `running` says where its period had not ended when it was, `released` where somebody has decided to publish the revision.
    """

    now: Figures
    before: Figures
    running: Truths
    released: Truths = field()

    @released.default
    def _none(self) -> Truths:
        return np.zeros(len(self.running), dtype=bool)

    @property
    def is_none(self) -> Truths:
        """Where exactly this figure is out already."""
        pairs = zip(self.now.every_count(), self.before.every_count(), strict=True)
        same = [(now == before) | (np.isnan(now) & np.isnan(before)) for now, before in pairs]
        found: Truths = np.logical_and.reduce([~np.isnan(self.before.n), *same])
        return found


def by_few(revisions: Sequence[Revision], provisional: Truths) -> list[Truths]:
    """Say for each indicator of a family where n, hits or misses differ by 1 to k - 1 from what is out.

    k is the largest minimum of the family; `provisional` says which periods still run.
    """
    minimum = max((each.now.minimum for each in revisions if each.now.kind != "published"), default=1)
    told = []
    for each in revisions:
        found = np.zeros(len(provisional), dtype=bool)
        for now, before in zip(each.now.counts(), each.before.counts(), strict=True):
            change = np.nan_to_num(np.abs(now - before))
            found |= (change > 0) & (change < minimum)
        told.append(found & provisional & each.running if each.now.kind == "process" else found)
    return told


def held(revisions: Sequence[Revision], provisional: Truths) -> Truths:
    """Say which cells of a family have a revision by few that nobody has released."""
    few = by_few(revisions, provisional)
    found: Truths = np.logical_or.reduce([each & ~of.released for each, of in zip(few, revisions, strict=True)])
    return found
