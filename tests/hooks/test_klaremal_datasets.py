"""klaremal_datasets: the contracts for the rows that sources must deliver."""

from __future__ import annotations

from collections.abc import Callable

from klaremal import Dataset
from klaremal.registry import Registry

Of = Callable[..., Registry]


def test_a_plugin_declares_its_datasets(registry_of: Of, potholes: Dataset) -> None:
    """By id, in the order of the list."""
    assert registry_of(klaremal_datasets=[potholes]).datasets == {"roads.potholes": potholes}


def test_a_tuple_and_a_generator_will_do(registry_of: Of, potholes: Dataset) -> None:
    """Any sequence of datasets."""
    assert list(registry_of(klaremal_datasets=(potholes,)).datasets) == ["roads.potholes"]
    assert list(registry_of(klaremal_datasets=lambda: iter([potholes])).datasets) == ["roads.potholes"]
