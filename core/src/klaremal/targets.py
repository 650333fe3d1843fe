"""The targets that a goal can promise; a table of contents."""

from __future__ import annotations

from klaremal.model.done import Done
from klaremal.model.standing import Change, Relative
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target

__all__ = ["AtLeast", "AtMost", "Between", "Change", "Done", "Path", "Relative", "Target"]
