"""From a pass to the SQL that carries it out; a table of contents."""

from __future__ import annotations

from klaremal.compile.scale import scale_of
from klaremal.compile.statement import UNDATED, Output, outputs, single_statement, statement

__all__ = ["UNDATED", "Output", "outputs", "scale_of", "single_statement", "statement"]
