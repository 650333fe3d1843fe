"""All that is declared where a workspace lies: by installed plugins and by files of its own; it judges no goal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from klaremal.bind.declared_here import with_declared
from klaremal.bind.ids import Ids, Notes
from klaremal.discovery import LeftOut, PluginSource, discover, installed_names
from klaremal.errors import Fault
from klaremal.plugin_file import load_file
from klaremal.registry import Registry, build
from klaremal.shape import under
from klaremal.workspace.folder import FILE_NAME, Workspace, read
from klaremal.workspace.plugin_files import PluginFile


def of_workspace(workspace: Workspace) -> tuple[tuple[PluginSource | LeftOut, ...], tuple[Fault, ...]]:
    """Return the plugins that are Python files of the workspace, imported; a name that an installed plugin has is a fault."""
    faults = tuple(_taken(workspace))
    return tuple(_source(workspace, each) for each in workspace.plugin_files if each.faulty or each.is_python), faults


def _source(workspace: Workspace, file: PluginFile) -> PluginSource | LeftOut:
    if file.faulty:
        return LeftOut(file.name, file.file, file.version, "", "the file cannot be used.")
    return load_file(workspace.folder, file.name, file.file)


def gather(workspace: Workspace, *, only_named: bool, files: tuple[PluginSource | LeftOut, ...]) -> Registry:
    """Return what the installed plugins declare, all or those that the workspace names, and what its own files do."""
    installed, left_out = discover(workspace.plugins if only_named else None)
    own = {each.name for each in workspace.plugin_files}
    return build(
        (
            *(each for each in installed if each.name not in own),
            *(each for each in files if isinstance(each, PluginSource)),
        ),
        (*left_out, *(each for each in files if isinstance(each, LeftOut))),
    )


def known_in(folder: Path) -> Registry:
    """Return what all installed plugins declare, and, where a workspace lies, its own files, as far as they can be read."""
    if not (folder / FILE_NAME).is_file():
        return build(*discover())
    workspace, _ = read(folder)
    files, _ = of_workspace(workspace)
    found = gather(workspace, only_named=False, files=files)
    return with_declared(workspace, Ids(found, found, Notes())).used


def _taken(workspace: Workspace) -> Iterator[Fault]:
    taken = installed_names() if workspace.plugin_files else ()
    for each in workspace.plugin_files:
        if each.name in taken and not each.faulty:
            cure = "Give the file another name: it is what its ids begin with."
            yield Fault(under(FILE_NAME, "plugins"), f'"{each.file}" has the name of the installed plugin {each.name}.', cure)
