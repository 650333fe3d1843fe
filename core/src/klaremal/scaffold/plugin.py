"""A new plugin package from the templates beside this file: which files with which text; writes and installs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from types import MappingProxyType

from attrs import frozen

from klaremal import __version__
from klaremal.discovery import CORE
from klaremal.errors import Fault, WorkspaceError, nearest
from klaremal.model.identifier import is_workspace_id, suggest

# The languages that every text of the templates is written in.
LANGUAGES = ("da", "en")

_TEMPLATE = "plugin_template"
_PREFIX = "klaremal_"
_SAMPLE = "sample/"


@frozen(kw_only=True)
class PluginPackage:
    """A new plugin as texts: its name, its distribution's, and its files by their path below the package's folder."""

    name: str
    distribution: str
    module: str
    files: tuple[tuple[str, bytes], ...]


def plugin_package(name: str, titles: Iterable[str] = ()) -> PluginPackage:
    """Return the package of a plugin that runs at once, on made-up figures, with its sample beside it as a workspace.

    A title is a text for every language, or one for a single language: "en=Parks". WorkspaceError names every mistake at once.
    """
    title, faults = _titles(name, titles)
    faults = (*_name_faults(name), *faults)
    if faults:
        raise WorkspaceError(faults)
    distribution = f"klaremal-{name.replace('_', '-')}"
    words = {
        "name": name,
        "package": _PREFIX + name,
        "class": "".join(part.capitalize() for part in name.split("_")),
        "distribution": distribution,
        "requires": requirement(__version__),
        # A JSON string is a string of Python and of TOML too.
        **{f"title_{lang}": json.dumps(text, ensure_ascii=False) for lang, text in title.items()},
        **{f"title_{lang}_plain": text for lang, text in title.items()},
    }
    made = sorted(
        (_path(path, name), Template(text).substitute(words).encode()) for path, text in _texts(files(__package__) / _TEMPLATE)
    )
    # Beside the package, where what a run leaves (the ledger) cannot get into it.
    inside = f"src/{_PREFIX}{name}/{_SAMPLE}"
    tried = [(path.removeprefix(f"src/{_PREFIX}{name}/"), text) for path, text in made if path.startswith(inside)]
    return PluginPackage(name=name, distribution=distribution, module=_PREFIX + name, files=tuple(sorted([*made, *tried])))


def requirement(version: str) -> str:
    """Return the versions of klaremal that a plugin asks for when it is written for one: ">=0.1,<0.2" for 0.1.3."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return f">={major}.{minor},<{major}.{minor + 1}"


def _name_faults(name: str) -> Iterator[Fault]:
    if name == CORE:
        yield Fault("NAME", f'"{CORE}" is core\'s own name.', "Name the service area: parks, libraries, roads.")
    elif name.startswith((_PREFIX, f"{CORE}-")) and name != name[len(_PREFIX) :]:
        plain = suggest(name[len(_PREFIX) :])
        yield Fault("NAME", f'"{name}" has klaremal in it, which is put before it anyway.', f"Write {plain}.")
    elif not is_workspace_id(name):
        near = suggest(name).replace(".", "_").strip("_")
        rule = "A plugin's name is made of a-z, 0-9 and _, and starts with a letter."
        yield Fault("NAME", f'"{name}" is no name of a plugin.', rule, near if is_workspace_id(near) else "")


def _titles(name: str, given: Iterable[str]) -> tuple[Mapping[str, str], tuple[Fault, ...]]:
    """Return the title in every language; one that is not given is the name."""
    everywhere = name.replace("_", " ").capitalize()
    single: dict[str, str] = {}
    faults = []
    for each in given:
        before, sign, after = (part.strip() for part in " ".join(each.split()).partition("="))
        if not (after if sign else before):
            faults.append(Fault("--title", "a title has no text.", 'Write --title "Parks", or --title en=Parks.'))
        elif not sign:
            everywhere = before
        elif before not in LANGUAGES:
            cure = f"The package is written in {' and '.join(LANGUAGES)}; add other languages to its texts afterwards."
            faults.append(Fault("--title", f'"{before}" is no language of the templates.', cure, nearest(before, LANGUAGES)))
        else:
            single[before] = after
    return MappingProxyType({lang: single.get(lang, everywhere) for lang in LANGUAGES}), tuple(faults)


def _texts(folder: Traversable, above: str = "") -> Iterator[tuple[str, str]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _texts(each, f"{above}{each.name}/")
        else:
            yield above + each.name, each.read_text(encoding="utf-8")


def _path(path: str, name: str) -> str:
    """Return where a template goes: tools that look for Python, TOML or dot files find none among the templates."""
    return path.removesuffix(".txt").replace("dot_", ".").replace("NAME", name)
