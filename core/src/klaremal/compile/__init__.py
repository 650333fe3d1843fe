"""From a pass to the SQL that carries it out; a table of contents."""

from __future__ import annotations

from klaremal.compile.pieces import UNDATED, UNREADABLE, UNREADABLE_TEXT, VALUE_MARK, value_names
from klaremal.compile.scale import scale_of
from klaremal.compile.single import single_statements
from klaremal.compile.statement import Output, number_of_values, outputs, statement

__all__ = [
    "UNDATED",
    "UNREADABLE",
    "UNREADABLE_TEXT",
    "VALUE_MARK",
    "Output",
    "number_of_values",
    "outputs",
    "scale_of",
    "single_statements",
    "statement",
    "value_names",
]
