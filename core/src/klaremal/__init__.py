"""klaremal: is what the council promised being delivered? The public names, loaded when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from klaremal.errors import KlaremalError, SourceError, SourceUnavailable, SourceUnreadable
    from klaremal.hookspecs import hookimpl
    from klaremal.model.collector import Collected, Collector, Request
    from klaremal.model.column import Column
    from klaremal.model.dataset import Dataset
    from klaremal.model.deadline import Deadline
    from klaremal.model.exporter import Exporter
    from klaremal.model.formula import Formula
    from klaremal.model.goal import Decision, Goal
    from klaremal.model.indicator import Indicator, Reference, Sector
    from klaremal.model.period import Period
    from klaremal.model.rule import FulfilmentRule
    from klaremal.model.text import Text
    from klaremal.model.threshold import Threshold
    from klaremal.model.unit import Unit, UnitGroup, UnitSet

__all__ = [
    "Collected",
    "Collector",
    "Column",
    "Dataset",
    "Deadline",
    "Decision",
    "Exporter",
    "Formula",
    "FulfilmentRule",
    "Goal",
    "Indicator",
    "KlaremalError",
    "Period",
    "Reference",
    "Request",
    "Sector",
    "SourceError",
    "SourceUnavailable",
    "SourceUnreadable",
    "Text",
    "Threshold",
    "Unit",
    "UnitGroup",
    "UnitSet",
    "hookimpl",
]

_PLACES = {
    "Collected": "klaremal.model.collector",
    "Collector": "klaremal.model.collector",
    "Column": "klaremal.model.column",
    "Dataset": "klaremal.model.dataset",
    "Deadline": "klaremal.model.deadline",
    "Decision": "klaremal.model.goal",
    "Exporter": "klaremal.model.exporter",
    "Formula": "klaremal.model.formula",
    "FulfilmentRule": "klaremal.model.rule",
    "Goal": "klaremal.model.goal",
    "Indicator": "klaremal.model.indicator",
    "KlaremalError": "klaremal.errors",
    "Period": "klaremal.model.period",
    "Reference": "klaremal.model.indicator",
    "Request": "klaremal.model.collector",
    "Sector": "klaremal.model.indicator",
    "SourceError": "klaremal.errors",
    "SourceUnavailable": "klaremal.errors",
    "SourceUnreadable": "klaremal.errors",
    "Text": "klaremal.model.text",
    "Threshold": "klaremal.model.threshold",
    "Unit": "klaremal.model.unit",
    "UnitGroup": "klaremal.model.unit",
    "UnitSet": "klaremal.model.unit",
    "hookimpl": "klaremal.hookspecs",
}

# Old name: (new name, the version that no longer has the old one).
_RENAMED: dict[str, tuple[str, str]] = {}

# Read by the packaging tools (which look for a plain assignment) and by `klaremal --version`.
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the module that holds `name` on first use, so that `import klaremal` stays light."""
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    current = import_module("klaremal.renamed").current("klaremal", name, _RENAMED)
    return getattr(import_module("klaremal"), current)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
