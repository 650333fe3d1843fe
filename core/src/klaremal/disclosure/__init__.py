"""Disclosure control on arrays of cells, without data, ledger or engine; a table of contents."""

from __future__ import annotations

from klaremal.disclosure.cells import KINDS, TO_DATE, Cells
from klaremal.disclosure.control import Controlled, control
from klaremal.disclosure.pattern import REASONS
from klaremal.disclosure.primary import Family, Figures, family, overdue_hidden
from klaremal.disclosure.versions import held

__all__ = [
    "KINDS",
    "REASONS",
    "TO_DATE",
    "Cells",
    "Controlled",
    "Family",
    "Figures",
    "control",
    "family",
    "held",
    "overdue_hidden",
]
