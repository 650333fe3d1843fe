"""Patterns of files as people write them ("data/2025-*.csv"), and the files that one matches; opens none."""

from __future__ import annotations

import re
from pathlib import Path


def files_like(folder: Path, pattern: str) -> list[Path]:
    """Return the files that a pattern matches, sorted; it begins in the folder unless it is a whole path.

    Between slashes `**` stands for folders however deep; inside a name it is no more than `*`, as shells have it.
    """
    path = Path(pattern)
    root, inner = (Path(path.anchor), path.relative_to(path.anchor)) if path.is_absolute() else (folder, path)
    parts = [part if part == "**" else re.sub(r"\*{2,}", "*", part) for part in inner.parts]
    return sorted(each for each in root.glob("/".join(parts)) if each.is_file()) if parts else []
