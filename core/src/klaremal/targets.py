"""The targets that a goal can promise; a table of contents."""

from __future__ import annotations

from klaremal.model.target import AtLeast, AtMost, Between, Change, Done, Path, Relative, Target

__all__ = ["AtLeast", "AtMost", "Between", "Change", "Done", "Path", "Relative", "Target"]
