"""klaremal_sectors: the service area that a plugin covers."""

from __future__ import annotations

from collections.abc import Callable

from klaremal import Sector
from klaremal.registry import Registry

Of = Callable[..., Registry]


def test_a_plugin_declares_its_service_area(registry_of: Of) -> None:
    """Its id is the plugin's name."""
    roads = Sector(id="roads", title={"da": "Veje og stier", "en": "Roads and paths"})
    assert registry_of(klaremal_sectors=[roads]).sectors == {"roads": roads}


def test_another_plugins_area_is_refused(registry_of: Of) -> None:
    """A plugin speaks for itself."""
    registry = registry_of(klaremal_sectors=[Sector(id="parks", title="Parker")])
    assert registry.sectors == {}
    assert [each.why for each in registry.left_out] == ['sector parks is not named after the plugin. Call it "roads".']
