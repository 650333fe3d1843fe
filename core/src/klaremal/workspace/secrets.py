"""Secrets of a workspace, from the environment or a private file; they are never in a key, a log or a message."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from klaremal.errors import SourceUnavailable

_FILE = "secrets.toml"


class Secret(str):
    """A text that shows itself as `***`, so that no message or log can tell it by accident."""

    def __repr__(self) -> str:
        return "***"


def secret(state: Path, name: str) -> Secret:
    """Return the secret called `name`: the environment's KLAREMAL_<NAME>, else `<name>` in the private secrets.toml.

    SourceUnavailable says where to put it when it is in neither.
    """
    variable = f"KLAREMAL_{name.upper()}"
    if variable in os.environ:
        return Secret(os.environ[variable])
    file = state / _FILE
    if file.exists():
        try:
            kept = tomllib.loads(file.read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise SourceUnavailable(f'{file} cannot be read as TOML. Write one line for each: {name} = "..."') from error
        if isinstance(kept.get(name), str):
            return Secret(kept[name])
    raise SourceUnavailable(f'the secret "{name}" is not set. Put {name} = "..." in {file}, or set {variable}.')
