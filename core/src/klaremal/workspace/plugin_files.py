"""The list of plugins of klaremal.toml: names of installed ones, and files of the workspace; imports and builds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from attrs import field, frozen

from klaremal.discovery import CORE
from klaremal.errors import Fault, nearest
from klaremal.model.identifier import is_workspace_id, suggest
from klaremal.workspace.toml_text import read_toml

PYTHON, TOML = ".py", ".toml"


@frozen(kw_only=True)
class PluginFile:
    """A plugin that is one file of the workspace: its name (the file's, without ending) and its path in the folder.

    One of TOML has its content as `table`, and `version`, the SHA-256 of the file. `faulty` says that it cannot be used, which
    is a fault of its own.
    """

    name: str
    file: str
    table: Mapping[str, Any] | None = field(default=None, eq=False, repr=False)
    version: str = ""
    faulty: bool = False

    @property
    def is_python(self) -> bool:
        """Whether it is to be imported."""
        return self.file.endswith(PYTHON)


def read_plugins(
    folder: Path, given: Iterable[str], place: str
) -> tuple[tuple[str, ...], tuple[PluginFile, ...], tuple[Fault, ...], tuple[str, ...]]:
    """Return the installed plugins that are named, the files that are named, what is wrong, and what could not be read."""
    names: list[str] = []
    files: dict[str, PluginFile] = {}
    faults: list[Fault] = []
    unread: list[str] = []
    for each in given:
        if not each.endswith((PYTHON, TOML)):
            names.append(each)
            continue
        path = PurePosixPath(each.replace("\\", "/"))
        file, name = path.as_posix(), path.stem
        fault = _fault(folder, path, name, place)
        if fault is None and name in files:
            what = f'"{files[name].file}" and "{file}" are both called {name}.'
            fault = Fault(place, what, "Give one another name: it is what its ids begin with.")
        if fault is not None:
            faults.append(fault)
            if name != CORE:
                files.setdefault(name, PluginFile(name=name, file=file, faulty=True))
            continue
        files[name] = PluginFile(name=name, file=file)
        if path.suffix == TOML:
            table, found = read_toml(folder / path, file)
            faults += found
            unread += [file] if table is None else []
            version = "" if table is None else hashlib.sha256((folder / path).read_bytes()).hexdigest()
            files[name] = PluginFile(name=name, file=file, table=table, version=version, faulty=table is None)
    return tuple(names), tuple(files.values()), tuple(faults), tuple(unread)


def _fault(folder: Path, path: PurePosixPath, name: str, place: str) -> Fault | None:
    """Return why a file cannot be a plugin of the workspace."""
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        what = f'"{path}" lies outside the workspace.'
        return Fault(place, what, "Put the file into the workspace's folder, or install it as a plugin.")
    if not (folder / path).is_file():
        if (folder / path).exists():
            return Fault(place, f'"{path}" is a folder.', "Name the file in it, or install the package as a plugin.")
        files = [each for ending in (PYTHON, TOML) for each in (*folder.glob(f"*{ending}"), *folder.glob(f"*/*{ending}"))]
        known = sorted(each.relative_to(folder).as_posix() for each in files if each.name != "klaremal.toml")
        near = nearest(str(path), known)
        cure = "" if near else "A plugin of the workspace is a file in its folder."
        return Fault(place, f'there is no file "{path}".', cure, near)
    if not is_workspace_id(name):
        cure = f'Call it "{suggest(name).replace(".", "_")}{path.suffix}": ids begin with it.'
        return Fault(place, f'"{path.name}" cannot be the name of a plugin.', cure)
    if name == CORE or path.name == "klaremal.toml":
        return Fault(place, f'the name "{CORE}" is core\'s own.', f'Call the file "own{path.suffix}".')
    return None
