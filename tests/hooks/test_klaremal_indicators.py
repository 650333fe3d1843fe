"""klaremal_indicators: what is measured, in which unit, and which direction is better."""

from __future__ import annotations

from collections.abc import Callable

from klaremal import Dataset, Indicator
from klaremal.registry import Registry

Of = Callable[..., Registry]


def test_a_plugin_declares_its_indicators(registry_of: Of, potholes: Dataset, repaired: Indicator) -> None:
    """Over datasets that it declares as well."""
    registry = registry_of(klaremal_datasets=[potholes], klaremal_indicators=[repaired])
    assert registry.indicators == {"roads.repaired": repaired}
    assert registry.origin("indicators", "roads.repaired").distribution == "klaremal-roads"


def test_an_indicator_without_its_dataset_is_left_out(registry_of: Of, repaired: Indicator) -> None:
    """Nobody could deliver its rows."""
    registry = registry_of(klaremal_indicators=[repaired])
    assert registry.indicators == {}
    assert [each.what for each in registry.left_out] == ["indicator roads.repaired"]
