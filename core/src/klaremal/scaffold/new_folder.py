"""Writing files into a folder that is new, so that nothing is ever overwritten; what they say is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klaremal.errors import Refused


def write(files: Sequence[tuple[str, bytes]], folder: Path) -> tuple[str, ...]:
    """Write files by their path below a folder and return the paths; Refused when it holds anything or cannot be written."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            what = "is not empty" if folder.is_dir() else "is a file"
            raise Refused(f"{folder} {what}, and nothing is overwritten. Name a folder that does not exist yet.")
        for path, content in files:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}. Name a folder you may write in.") from error
    return tuple(path for path, _ in files)
