"""Core's own plugin: its collectors, units and dataset, found and switched off like those of any other plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from klaremal.hookspecs import hookimpl

if TYPE_CHECKING:
    from klaremal.model.collector import Collector
    from klaremal.model.dataset import Dataset
    from klaremal.model.unit import UnitSet


@hookimpl
def klaremal_collectors() -> list[Collector[Any]]:
    """Declare csv, excel, parquet and json."""
    from klaremal.builtin.collectors import COLLECTORS

    return list(COLLECTORS)


@hookimpl
def klaremal_datasets() -> list[Dataset]:
    """Declare klaremal.population."""
    from klaremal.builtin.population import POPULATION

    return [POPULATION]


@hookimpl
def klaremal_units() -> list[UnitSet]:
    """Declare dk: the municipalities and regions of Denmark, and the groups in which they are compared."""
    from klaremal.builtin.units_dk import dk

    return [dk()]
