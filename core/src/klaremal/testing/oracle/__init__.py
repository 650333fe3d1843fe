"""Figures of a measure in plain Python, row by row: slow, and without a line of the engine's; a table of contents."""

from __future__ import annotations

from klaremal.testing.oracle.beside import beside
from klaremal.testing.oracle.cells import figures
from klaremal.testing.oracle.figure import Figure
from klaremal.testing.oracle.places import Places

__all__ = ["Figure", "Places", "beside", "figures"]
