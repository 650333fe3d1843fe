"""The names by which files call the measures, and which arguments each takes; a measure's own module says what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import fields

from klaremal.model.measure import Count, Distinct, Mean, Measure, Median, Published, Quantile, Share, Total
from klaremal.model.on_time import OnTime
from klaremal.model.quotient import Rate, Ratio


def _key(kind: type[Measure]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


_KINDS: Final[tuple[type[Measure], ...]] = (
    Share, OnTime, Ratio, Rate, Mean, Count, Total, Median, Quantile, Distinct, Published,
)  # fmt: skip

# OnTime is called on_time.
MEASURES: Final[Mapping[str, type[Measure]]] = MappingProxyType({_key(kind): kind for kind in _KINDS})


def arguments_of(kind: type[Measure]) -> tuple[str, ...]:
    """Return the arguments of a measure; that a Total is of another dataset can be said only inside another measure."""
    return tuple(each.name for each in fields(kind) if (kind, each.name) != (Total, "dataset"))
