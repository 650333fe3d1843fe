"""Units of measurement: the known ones, the factor that one names, and which of them a misspelt word means; shows none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

# Those that people are shown in words; an indicator may have a unit of its own beside them.
UNITS_OF_MEASUREMENT: Final = (
    "percent", "days", "working_days", "hours", "minutes", "months", "points", "per_1000", "per_10000", "per_100000", "number",
    "dkk", "km", "grade", "children_per_adult", "pupils_per_class",
)  # fmt: skip

# Words that mean a known unit and no other.
_MEANT: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("procent", "prosent", "%", "pct", "per_cent", "percentage"), "percent"),
        **dict.fromkeys(("day", "dag", "dage", "døgn", "dager"), "days"),
        **dict.fromkeys(("arbejdsdag", "arbejdsdage", "arbeidsdager", "hverdage", "virkedager", "workdays"), "working_days"),
        **dict.fromkeys(("hour", "time", "timer"), "hours"),
        **dict.fromkeys(("minut", "minutter", "min"), "minutes"),
        **dict.fromkeys(("month", "måned", "måneder", "mdr"), "months"),
        **dict.fromkeys(("point", "poeng"), "points"),
        **dict.fromkeys(("promille", "per_mille"), "per_1000"),
        **dict.fromkeys(("antal", "antall", "count"), "number"),
    }
)
_PER: Final = re.compile(r"per_([1-9][0-9]*)")
_PER_WRITTEN: Final = re.compile(r"(?:per|pr)_?([1-9][0-9]*(?:_?0{3})*)")
# A word shorter than this may well be a unit of its own: "mdkk" are millions.
_SHORTEST: Final = 5


def factor_of(unit: str) -> float | None:
    """Return by how much a quotient is multiplied in a unit: 100 in percent, 1000 per_1000; None where it names no factor."""
    named = _PER.fullmatch(unit)
    if named:
        return float(named[1])
    return 100.0 if unit == "percent" else None


def meant(unit: str) -> str:
    """Return the known unit that another spelling means; empty for known units and for those of one's own."""
    if unit in UNITS_OF_MEASUREMENT or _PER.fullmatch(unit):
        return ""
    plain = re.sub(r"[\s.,_-]+", "_", unit.strip().lower()).strip("_")
    per = _PER_WRITTEN.fullmatch(plain)
    if per:
        return f"per_{per[1].replace('_', '')}"
    if plain in UNITS_OF_MEASUREMENT:
        return plain
    close = get_close_matches(plain, UNITS_OF_MEASUREMENT, n=1, cutoff=0.85) if len(plain) >= _SHORTEST else []
    return _MEANT.get(plain) or (close[0] if close else "")
