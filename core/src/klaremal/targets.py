"""The targets that a goal can promise; a table of contents."""

from __future__ import annotations

from typing import Any

from klaremal.model.done import Done
from klaremal.model.standing import Change, Relative
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target

__all__ = ["AtLeast", "AtMost", "Between", "Change", "Done", "Path", "Relative", "Target"]

# Old name: (new name, the version that no longer has the old one).
_RENAMED: dict[str, tuple[str, str]] = {}


def __getattr__(name: str) -> Any:
    """Return what has a new name by its old one, with a warning."""
    from klaremal import renamed

    return globals()[renamed.current(__name__, name, _RENAMED)]
