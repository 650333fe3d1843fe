"""Public names that have a new name: the old one works for one minor version, with a warning; it holds no names itself."""

from __future__ import annotations

import warnings
from collections.abc import Mapping


def current(module: str, name: str, renamed: Mapping[str, tuple[str, str]]) -> str:
    """Return the new name of a public name of a module, with a warning; AttributeError for a name that never was one.

    `renamed` maps an old name to the new one and to the version that no longer has the old one.
    """
    if name not in renamed:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    new, gone = renamed[name]
    # Two frames up: past the module's own __getattr__, to whoever names it.
    text = f"{module}.{name} is now called {module}.{new}. Write {new}: {name} is gone in klaremal {gone}."
    warnings.warn(text, DeprecationWarning, stacklevel=3)
    return new
