"""klaremal_units: sets of units that a workspace can name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from klaremal import Unit, UnitSet
from klaremal.registry import Registry

Of = Callable[..., Registry]


@pytest.mark.parametrize("name", ["islands", "islands.small"])
def test_a_plugin_declares_sets_of_units(name: str, registry_of: Of) -> None:
    """A set is called after the plugin, or begins with its name."""
    islands = UnitSet(id=name, units=(Unit(code="825", name="Læsø", level="municipality"),))
    assert registry_of("islands", klaremal_units=[islands]).unit_sets == {name: islands}


def test_a_set_with_another_name_is_refused(registry_of: Of) -> None:
    """Bare names are core's."""
    registry = registry_of(klaremal_units=[UnitSet(id="dk", units=())])
    assert registry.unit_sets == {}
    assert registry.left_out[0].why.startswith("unit set dk is not named after the plugin.")
