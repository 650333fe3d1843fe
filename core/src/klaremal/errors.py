"""All errors of klaremal, and the faults that are values; nothing here reads, writes or imports another module.

::

    KlaremalError
    ├── WorkspaceError          mistakes in klaremal.toml, goal files or the command line; carries `faults`
    ├── PluginError             something a plugin did; names plugin, distribution and version
    │   ├── PluginLoadError     it could not be imported, or a hook of it is unknown
    │   └── DeclarationError    a declared object is wrong
    ├── SourceError             a source of a dataset; names dataset and address
    │   ├── SourceUnavailable   cannot be reached or opened
    │   ├── SourceUnreadable    was opened, but its content cannot be understood
    │   └── ContractBroken      was read, but does not keep the dataset's contract
    ├── LedgerError             the ledger cannot be read or written
    └── Refused                 klaremal will not do this (an internal figure in an export, say)

Catch them all with one clause::

    try:
        run(workspace)
    except KlaremalError as error:
        print(error)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

_SHOWN_FAULTS = 20


class Fault(NamedTuple):
    """One mistake in a file or a declaration: where it is, what is wrong, what to do, and the nearest valid name."""

    path: str
    what: str
    cure: str = ""
    near: str = ""

    def __str__(self) -> str:
        """Give the fault as one sentence for a person, the place first."""
        text = f"{self.path}: {self.what}" if self.path else self.what
        if self.near:
            text += f' Did you mean "{self.near}"?'
        return f"{text} {self.cure}".rstrip()


class KlaremalError(Exception):
    """The root of every error that klaremal raises on purpose."""


class WorkspaceError(KlaremalError):
    """The workspace or the command line is wrong; `faults` holds every mistake found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self._text(self.faults))

    @staticmethod
    def _text(faults: Sequence[Fault]) -> str:
        shown = [f"- {fault}" for fault in faults[:_SHOWN_FAULTS]]
        if len(faults) > _SHOWN_FAULTS:
            shown.append(f"- ... and {len(faults) - _SHOWN_FAULTS} more")
        return "\n".join(shown)


class PluginError(KlaremalError):
    """Something that a plugin did; says which plugin, distribution and version."""

    def __init__(self, message: str, plugin: str = "", distribution: str = "", version: str = "") -> None:
        self.message = message
        self.plugin = plugin
        self.distribution = distribution
        self.version = version
        origin = f"plugin {plugin} ({distribution} {version})".replace(" ( )", "") if plugin else ""
        super().__init__(f"{origin}: {message}" if origin else message)


class PluginLoadError(PluginError):
    """A plugin could not be imported, or one of its hooks is not known."""


class DeclarationError(PluginError):
    """A declared object (dataset, indicator, formula, period, goal ...) breaks a rule of its kind."""


class SourceError(KlaremalError):
    """A source of a dataset failed; the dataset becomes a gap with a cause and the run goes on."""

    def __init__(self, message: str, dataset: str = "", address: str = "") -> None:
        self.message = message
        self.dataset = dataset
        self.address = address
        place = " ".join(part for part in (dataset, f"({address})" if address else "") if part)
        super().__init__(f"{place}: {message}" if place else message)


class SourceUnavailable(SourceError):
    """The source cannot be reached or opened: no such file, no rights, down."""


class SourceUnreadable(SourceError):
    """The source was opened but cannot be understood: wrong encoding, half a file, no header row."""


class ContractBroken(SourceError):
    """The rows do not keep the dataset's contract: a missing column, or more bad rows than allowed."""


class LedgerError(KlaremalError):
    """The ledger cannot be read or written; nothing of the run was stored."""


class Refused(KlaremalError):
    """What was asked for is possible but not allowed, and the message says by which rule."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known name closest to `word`, or an empty string when none is close."""
    names = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(names), n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def not_yet(what: str) -> DeclarationError:
    """Return the error for a contract that is named but not carried out by this version, so that it is never ignored."""
    return DeclarationError(f"{what}: klaremal does not do this yet. Leave it out, or wait for a version that does.")
