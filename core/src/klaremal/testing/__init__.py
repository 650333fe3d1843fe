"""What plugin authors test with; a table of contents, whose names are loaded when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from klaremal.testing.by_hand import Observed, measured
    from klaremal.testing.checks import CHECKS
    from klaremal.testing.conformance import PluginConformance
    from klaremal.testing.guard import NetworkForbidden, no_network
    from klaremal.testing.sources import FailingSource
    from klaremal.testing.strategies import goals, observations, periods, rows
    from klaremal.testing.subject import Finding, Subject

__all__ = [
    "CHECKS",
    "FailingSource",
    "Finding",
    "NetworkForbidden",
    "Observed",
    "PluginConformance",
    "Subject",
    "goals",
    "measured",
    "no_network",
    "observations",
    "periods",
    "rows",
]

_PLACES = {
    "CHECKS": "checks",
    "FailingSource": "sources",
    "Finding": "subject",
    "NetworkForbidden": "guard",
    "Observed": "by_hand",
    "PluginConformance": "conformance",
    "Subject": "subject",
    "goals": "strategies",
    "measured": "by_hand",
    "no_network": "guard",
    "observations": "strategies",
    "periods": "strategies",
    "rows": "strategies",
}

# Old name: (new name, the version that no longer has the old one).
_RENAMED: dict[str, tuple[str, str]] = {}


def __getattr__(name: str) -> Any:
    """Import the module that holds `name` on first use: a plugin of pytest is imported in every project."""
    if name in _PLACES:
        return getattr(import_module(f"klaremal.testing.{_PLACES[name]}"), name)
    renamed = import_module("klaremal.renamed")
    return getattr(import_module(__name__), renamed.current(__name__, name, _RENAMED))


def __dir__() -> list[str]:
    return sorted(__all__)
