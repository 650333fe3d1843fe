"""Entry points to plugins: finds what is installed and imports it, one fence each; calls no hook, judges nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, fields, frozen, has

from klaremal.errors import nearest
from klaremal.model.identifier import is_workspace_id, suggest

if TYPE_CHECKING:
    from importlib_metadata import EntryPoint

GROUP = "klaremal"
CORE = "klaremal"
_PUBLIC = (CORE, f"{CORE}.measures", f"{CORE}.targets")

_PACKAGE = str(Path(__file__).parent) + os.sep
_NOT_A_PLUGIN = re.compile(r"[/\\\\](pluggy|attrs?|importlib|importlib_metadata|sqlglot|numpy|pandas)[/\\\\]")
_LACKING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required keyword-only arguments?: (.*)")
_UNKNOWN = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_POSITIONAL = re.compile(r"(\w+)\.__init__\(\) takes .*positional arguments? but \d+ (was|were) given")
_QUOTED = re.compile(r"'(\w+)'")
_HASH = 64
_OWN_NAME = re.compile(r"klaremal(?![\w-])\s*(\[[^\]]*\])?\s*", re.IGNORECASE)


@frozen
class PluginSource:
    """A plugin that was imported: its entry-point name, the module with its hooks, and the distribution it came in.

    Of a plugin that is a file of the workspace the distribution is that file and the version the SHA-256 of its content.
    `requires` is the versions of klaremal that the distribution asks for (">=0.1,<0.2"), empty when it does not say and None
    when nobody could: there is no distribution.
    """

    name: str
    module: Any = field(repr=False, hash=False)
    distribution: str = ""
    version: str = ""
    requires: str | None = None

    def __str__(self) -> str:
        """Give the name with distribution and version, as messages do."""
        return described(self.name, self.distribution, self.version)


@frozen
class LeftOut:
    """A plugin, or one thing that a plugin declares, that is not used in this run: what it is and why."""

    plugin: str
    distribution: str
    version: str
    what: str
    why: str

    def __str__(self) -> str:
        """Give the sentence for people, the plugin first."""
        place = f": {self.what}" if self.what else ""
        return f"plugin {described(self.plugin, self.distribution, self.version)}{place}: {self.why}"


def described(name: str, distribution: str, version: str) -> str:
    """Return a plugin's name with the distribution and version it came in, as far as they are known."""
    origin = " ".join(part for part in (distribution, short(version)) if part)
    return f"{name} ({origin})" if origin else name


def short(version: str) -> str:
    """Return a version as it is shown: of the hash of a file a dozen digits, which tell a reader as much."""
    return version[:12] if len(version) == _HASH else version


def discover(named: Collection[str] | None = None, group: str = GROUP) -> tuple[tuple[PluginSource, ...], tuple[LeftOut, ...]]:
    """Return the installed plugins in the order of their names, and those that could not be imported, each with why.

    With `named` only those and core's own are imported: what a workspace does not use costs it nothing.
    """
    # On the path of every command that needs plugins, but not of --help.
    from importlib_metadata import entry_points

    found: list[PluginSource] = []
    left_out: list[LeftOut] = []
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, _distribution(entry))):
        if named is not None and entry.name not in {*named, CORE}:
            continue
        loaded = _load(entry)
        (found if isinstance(loaded, PluginSource) else left_out).append(loaded)  # type: ignore[arg-type]
    return tuple(found), tuple(left_out)


def _distribution(entry: EntryPoint) -> str:
    return str(entry.dist.name) if entry.dist is not None else ""


def installed_names(group: str = GROUP) -> frozenset[str]:
    """Return the names of all installed plugins, without importing any."""
    from importlib_metadata import entry_points

    return frozenset(entry.name for entry in entry_points(group=group))


def _load(entry: EntryPoint) -> PluginSource | LeftOut:
    distribution = _distribution(entry)
    version = str(entry.dist.version) if entry.dist is not None else ""
    requires = own_requirement(entry.dist.requires or ()) if entry.dist is not None else None

    def left_out(why: str) -> LeftOut:
        return LeftOut(entry.name, distribution, version, "", why)

    if not is_workspace_id(entry.name):
        return left_out(f'the entry point\'s name "{entry.name}" is no plugin name. Call it "{suggest(entry.name)}".')
    if entry.name == CORE and distribution != CORE:
        return left_out(f'the name "{CORE}" is core\'s own. Give the entry point the name of the service area.')
    if entry.name != CORE and requires and (unfit := other_core(requires)):
        return left_out(unfit)
    found = imported(PluginSource(entry.name, None, distribution, version, requires), entry.module, entry.load)
    if isinstance(found, LeftOut):
        return found
    module = found.module
    if not isinstance(module, (ModuleType, type)) and not hasattr(module, "__dict__"):
        return left_out(f'the entry point "{entry.value}" is a {type(module).__name__}. Let it name the plugin\'s module.')
    return found


def other_core(requires: str) -> str:
    """Say that the klaremal which runs is none of the versions that a plugin was built for; empty when it is one."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    from klaremal import __version__

    try:
        if SpecifierSet(requires).contains(__version__, prereleases=True):
            return ""
    except InvalidSpecifier:
        return f'it says that it was built for klaremal "{requires}", which is no version. Write "klaremal >=0.1,<0.2".'
    return (
        f"it was built for klaremal {requires}, and this is klaremal {__version__}. "
        "Install a version of the plugin for this klaremal, or the klaremal that it was built for."
    )


def imported(source: PluginSource, place: str, load: Callable[[], Any], folder: Path | None = None) -> PluginSource | LeftOut:
    """Return a plugin with the module that `load` imports, or why that failed; `place` is what is imported, for messages.

    `folder` is where a plugin that is one file lies: it cannot import what lies beside it.
    """

    def left_out(why: str) -> LeftOut:
        return LeftOut(source.name, source.distribution, source.version, "", why)

    try:
        return evolve(source, module=load())
    except ModuleNotFoundError as error:
        return left_out(_missing_module(error, place, folder))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin's import does, the others run
        return left_out(f"importing {place} failed: {_or_kind(error)}{_at(error)}")


def _missing_module(error: ModuleNotFoundError, module: str, folder: Path | None) -> str:
    missing = (error.name or str(error)).partition(".")[0]
    if folder is not None and ((folder / f"{missing}.py").exists() or (folder / missing).is_dir()):
        return f'it imports "{error.name}", which lies beside it: such a plugin is one file. Write all of it in {module}.'
    if missing == module.partition(".")[0]:
        return f'the module "{error.name}" that the entry point names does not exist. Install the plugin again.'
    if missing == CORE:
        near = nearest(str(error.name), _PUBLIC)
        cure = f'Did you mean "{near}"?' if near else f"Import from {', '.join(_PUBLIC)}."
        return f'klaremal has no module "{error.name}". {cure}{_at(error)}'
    return f'it needs the library "{missing}", which is not installed. Install it: pip install {missing}.'


def _or_kind(error: BaseException) -> str:
    return lacking(error) or f"{type(error).__name__}: {error}"


def _at(error: BaseException) -> str:
    place = raised_at(error)
    return f" ({place})" if place else ""


def lacking(error: BaseException) -> str:
    """Return a sentence for a declaration that leaves out what it needs or gives what it has not; empty for any other error."""
    if not isinstance(error, TypeError):
        return ""
    unknown = _UNKNOWN.search(str(error))
    if unknown:
        return _unknown(unknown[1], unknown[2])
    positional = _POSITIONAL.search(str(error))
    if positional:
        takes = ", ".join(f"{each}=..." for each in _taken(positional[1])) or "name=value"
        return f"{positional[1]}: write its values with their names, as {positional[1]}({takes})."
    found = _LACKING.search(str(error))
    if found is None:
        return ""
    names = _QUOTED.findall(found[2])
    several = " and ".join(f'"{name}"' for name in names)
    cure = 'Write direction="higher", "lower" or "neutral": which way is better.' if "direction" in names else ""
    return f"{found[1]}: {several} {'is' if len(names) == 1 else 'are'} missing. {cure or 'Add it, as name=value.'}"


def _taken(kind: str) -> list[str]:
    """Return what a class that plugins use is made with; nothing when there is no such class."""
    known = next((getattr(import_module(each), kind) for each in _PUBLIC if hasattr(import_module(each), kind)), None)
    return [each.alias for each in fields(known) if each.init] if known is not None and has(known) else []


def _unknown(kind: str, name: str) -> str:
    takes = _taken(kind)
    near = nearest(name, takes)
    cure = f'Did you mean "{near}"?' if near else f"It takes {', '.join(takes)}." if takes else "Leave it out."
    return f'{kind}: "{name}" is unknown. {cure}'


def raised_at(error: BaseException) -> str:
    """Return the file and line of a plugin where an error began; empty when no plugin is on its way.

    Frames of klaremal and of generated code are passed over: they are not what the plugin's author can change.
    """
    place, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(("<", _PACKAGE)) and _NOT_A_PLUGIN.search(file) is None:
            place = f"{file}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def own_requirement(requirements: Iterable[str]) -> str:
    """Return the versions of klaremal itself among a distribution's requirements, such as ">=0.1,<0.2"."""
    for requirement in requirements:
        found = _OWN_NAME.match(requirement)
        if found and "extra ==" not in requirement:
            return requirement[found.end() :].partition(";")[0].strip(" ()")
    return ""
