"""A plugin that is one file of the workspace: told by the hash of its content, imported in a fence; calls no hook."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from types import ModuleType

from klaremal.discovery import LeftOut, PluginSource, imported


def load_file(folder: Path, name: str, file: str) -> PluginSource | LeftOut:
    """Import a Python file of a workspace's folder as the plugin `name`, or say why that failed.

    What runs is what was hashed: no compiled copy is read or written.
    """
    path = folder / file
    try:
        content = path.read_bytes()
    except OSError as error:
        return LeftOut(name, file, "", "", f"{file} cannot be opened: {error.strerror}. Ask for the right to read it.")
    version = hashlib.sha256(content).hexdigest()
    source = PluginSource(name, None, file, version)
    return imported(source, file, lambda: _module(content, f"klaremal_workspace_{name}_{version[:12]}", path), path.parent)


def _module(content: bytes, name: str, path: Path) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = str(path)
    # Classes that are made in it look up their types where Python keeps its modules.
    sys.modules[name] = module
    try:
        exec(compile(content, str(path), "exec"), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    return module
