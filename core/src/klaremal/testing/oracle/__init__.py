"""Figures of a measure in plain Python, row by row: slow, and without a line of the engine's; a table of contents."""

from __future__ import annotations

from klaremal.testing.oracle.cells import Figure, figures
from klaremal.testing.oracle.places import Places

__all__ = ["Figure", "Places", "figures"]
