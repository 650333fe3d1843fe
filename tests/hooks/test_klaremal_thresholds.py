"""klaremal_thresholds: the reference levels of laws, agreements and recommendations."""

from __future__ import annotations

from collections.abc import Callable

from klaremal import Dataset, Indicator, Threshold
from klaremal.registry import Registry

Of = Callable[..., Registry]


def test_a_plugin_declares_its_thresholds(
    registry_of: Of, potholes: Dataset, repaired: Indicator, recommended: Threshold
) -> None:
    """Each on an indicator of the plugin."""
    registry = registry_of(klaremal_datasets=[potholes], klaremal_indicators=[repaired], klaremal_thresholds=[recommended])
    assert registry.thresholds == {"roads.recommended": recommended}
