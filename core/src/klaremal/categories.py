"""Texts of frames as pandas categories: made from places in a list of words, and put together; no figure is looked at.

A frame of a million rows says few different words: as categories they cost a byte or two each, as texts eight and their
comparison besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

if TYPE_CHECKING:
    from numpy.typing import NDArray


def words_at(places: NDArray[Any], words: Sequence[str]) -> pd.Categorical:
    """Return the word at each place, missing where the place is -1; a word may stand in the list several times."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    # The type that pandas keeps categories in, so that it copies nothing.
    number_of = np.array([*(numbers[word] for word in words), -1], dtype=np.min_scalar_type(-max(len(numbers), 1)))
    categories = pd.CategoricalDtype(pd.Index(list(numbers), dtype=object))
    return pd.Categorical.from_codes(number_of[places], dtype=categories, validate=False)


def joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames with the same columns together; texts stay categorical, although each frame knows only its own words."""
    found: dict[str, Any] = {}
    for name, kind in frames[0].dtypes.items():
        parts: list[Any] = [frame[name] for frame in frames]
        is_text = isinstance(kind, pd.CategoricalDtype)
        found[str(name)] = _union(parts) if is_text else pd.concat(parts, ignore_index=True)
    return pd.DataFrame(found, copy=False)


def _union(parts: list[Any]) -> pd.Categorical:
    """Put categorical texts together; pandas makes its own text type of categories that differ."""
    found = union_categoricals(parts)
    return pd.Categorical.from_codes(found.codes, categories=found.categories.astype(object))
