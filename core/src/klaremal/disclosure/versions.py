"""Figures that are revised: which revisions say too much of the few persons by whom they differ; no figures, no ledger.

Two versions of a figure are a subtraction. Where figures tell of persons, a revision by few of them is held: what was
published stays, until more are added or somebody decides, by name and with a reason, to release it. Of a process it is
published at once; what remains is that the cases which were added are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.disclosure.primary import Figures

    Truths = NDArray[np.bool_]


def held(figures: Sequence[Figures], before: Sequence[Figures]) -> Truths:
    """Say which cells of a family have a revision that is held: n, hits or misses differ by 1 to k - 1 from what is out.

    `before` are the same indicators in the same order as they were last published in clear; NaN where they were not, and where
    the revision has been released. k is the largest minimum of the family.
    """
    minimum = max((each.minimum for each in figures if each.kind != "published"), default=1)
    found = np.zeros(len(figures[0].n), dtype=bool)
    for now, then in zip(figures, before, strict=True):
        if now.kind == "persons":
            for count, earlier in zip(now.counts(), then.counts(), strict=True):
                change = np.nan_to_num(np.abs(count - earlier))
                found |= (change > 0) & (change < minimum)
    return found
