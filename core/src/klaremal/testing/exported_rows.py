"""Tables as `klaremal export` hands them to an exporter: made-up rows and those of a plugin's sample; it writes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import nan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from klaremal.errors import KlaremalError
from klaremal.tables import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS

if TYPE_CHECKING:
    from klaremal.testing.subject import Subject

_ROW: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "goal": "made_up", "version": "1", "indicator": "made.up", "definition": "0" * 64, "sector": "made",
        "unit": "492", "unit_name": "Ærø", "level": "municipality", "period": "2025K1", "frequency": "quarter",
        "breakdown": "", "value": 93.75, "target": 90.0, "target_high": nan, "status": "fulfilled", "cause": None,
        "certainty": "clear", "course": None, "trend": "better", "margin": 2.0, "n": 32.0, "part": 30.0, "low": nan,
        "high": nan, "coverage": 1.0, "provisional": False,
        "reason": 'Indfriet: 93,8 % er mindst 90,0 %; "svar inden ti dage", siger byrådet.',
    }
)  # fmt: skip
# What is hidden has no figure and nothing that follows from one; an exporter sees NaN, and no word.
_HIDDEN: Final[Mapping[str, Any]] = MappingProxyType(
    {
        **_ROW, **dict.fromkeys(("value", "margin", "n", "part"), nan), **dict.fromkeys(("certainty", "trend"), None),
        "period": "2025K2", "status": "not_assessable", "cause": "confidential",
        "reason": "Kan ikke vurderes: tallet er fortroligt.",
    }
)  # fmt: skip
_COLUMNS: Final = MappingProxyType({"observations": OBSERVATION_COLUMNS, "fulfilments": (*FULFILMENT_COLUMNS, "reason")})
# Written by whoever sums up or explains; everything else is one of a few words.
_PLAIN: Final = ("reason", "provisional")


def tables(subject: Subject) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give tables with what they are called: without a row, with one, with a hidden one, and those of the sample's run."""
    for name in _COLUMNS:
        rows = _made(name)
        yield f"an empty table of {name}", rows.iloc[:0]
        yield f"a table of one row of {name}", rows.iloc[:1]
        yield f"a table of {name} with a hidden figure", rows
    if subject.sample is None:
        return
    try:
        found = subject.sample_tables
    except KlaremalError:
        # That the sample does not run is a finding of the check that is about it.
        return
    for name, frame in found.items():
        yield f"the {name} of the sample", frame


def _made(name: str) -> pd.DataFrame:
    frame = pd.DataFrame([_ROW, _HIDDEN], columns=list(_COLUMNS[name]))
    words = [column for column in frame if frame[column].dtype != float and column not in _PLAIN]
    return frame.astype(dict.fromkeys(words, "category"))
