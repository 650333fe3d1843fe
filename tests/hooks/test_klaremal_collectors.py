"""klaremal_collectors: presets of core's readers, and own ways to fetch a dataset."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from klaremal import Collected, Collector, Request
from klaremal.registry import Registry

Of = Callable[..., Registry]


@frozen
class Options:
    """The options of the collector below."""

    folder: str = "data"


def collect(request: Request[Options]) -> Collected:
    """Hand over the files of a folder, to be read by core's csv reader."""
    return Collected(frame=request.read(*request.files(f"{request.options.folder}/*.csv")), origin=request.options.folder)


def test_a_plugin_declares_a_collector_of_its_own_and_a_preset_of_it(registry_of: Of) -> None:
    """By name; a preset names what it fills in."""
    own = Collector(name="roads.folder", options=Options, collect=collect)
    preset = Collector.like("roads.folder", name="roads.archive", folder="archive", columns={"reported_on": "Dato"})
    registry = registry_of(klaremal_collectors=[own, preset])
    assert registry.collectors == {"roads.folder": own, "roads.archive": preset}
    assert registry.left_out == ()
