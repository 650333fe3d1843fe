"""From a pass to the SQL that carries it out; a table of contents."""

from __future__ import annotations

from klaremal.compile.scale import scale_of
from klaremal.compile.statement import (
    UNDATED,
    UNREADABLE,
    UNREADABLE_TEXT,
    VALUE_MARK,
    Output,
    number_of_values,
    outputs,
    single_statement,
    statement,
    value_names,
)

__all__ = [
    "UNDATED",
    "UNREADABLE",
    "UNREADABLE_TEXT",
    "VALUE_MARK",
    "Output",
    "number_of_values",
    "outputs",
    "scale_of",
    "single_statement",
    "statement",
    "value_names",
]
