"""Core's own plugin: its collectors, exporters, rules, units and dataset, found and switched off as any other plugin's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from klaremal.hookspecs import hookimpl

if TYPE_CHECKING:
    from klaremal.model.collector import Collector
    from klaremal.model.dataset import Dataset
    from klaremal.model.exporter import Exporter
    from klaremal.model.rule import FulfilmentRule
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


@hookimpl
def klaremal_fulfilment_rules() -> list[FulfilmentRule]:
    """Declare klaremal.mean_of_three_years."""
    from klaremal.builtin.rules import RULES

    return list(RULES)


@hookimpl
def klaremal_exporters() -> list[Exporter]:
    """Declare csv, csv_excel, json and parquet."""
    from klaremal.builtin.exporters import EXPORTERS

    return list(EXPORTERS)
