"""Disclosure control on arrays of cells, without data, ledger or engine; a table of contents."""

from __future__ import annotations

from klaremal.disclosure.cells import Cells
from klaremal.disclosure.control import Controlled, control
from klaremal.disclosure.pattern import REASONS
from klaremal.disclosure.primary import Family, Figures, family, overdue_hidden
from klaremal.disclosure.versions import Revision, by_few, held

__all__ = [
    "REASONS",
    "Cells",
    "Controlled",
    "Family",
    "Figures",
    "Revision",
    "by_few",
    "control",
    "family",
    "held",
    "overdue_hidden",
]
