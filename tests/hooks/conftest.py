"""What every test of a hook needs: a registry of one small plugin, and the datasets and indicators that it may refer to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from klaremal import Column, Dataset, Indicator, Threshold, hookimpl
from klaremal.discovery import PluginSource
from klaremal.measures import Share
from klaremal.registry import Registry, build
from klaremal.targets import AtLeast

Of = Callable[..., Registry]


@pytest.fixture
def potholes() -> Dataset:
    """Return a dataset."""
    return Dataset(
        id="roads.potholes",
        title="Huller",
        grain="én række pr. hul",
        columns=(Column("reported_on", "date"), Column("repaired_on", "date")),
        dated_by="reported_on",
        events=("reported_on", "repaired_on"),
    )


@pytest.fixture
def repaired(potholes: Dataset) -> Indicator:
    """Return an indicator over the dataset."""
    return Indicator(
        id="roads.repaired",
        title="Lukkede huller",
        dataset=potholes,
        measure=Share("repaired_on is not null"),
        measured_in="percent",
        direction="higher",
        frequency="month",
    )


@pytest.fixture
def recommended(repaired: Indicator) -> Threshold:
    """Return a threshold of the indicator."""
    return Threshold(
        id="roads.recommended",
        title="Anbefaling",
        indicator=repaired,
        target=AtLeast(90),
        basis="recommendation",
        reference="Vejlederen",
        valid_from=date(2026, 1, 1),
    )


@pytest.fixture
def registry_of() -> Of:
    """Return a function that makes the registry of one plugin from hooks by name; lists become hooks that return them."""

    def make(name: str = "roads", **hooks: Any) -> Registry:
        class Plugin:
            """The plugin."""

        def returning(items: Any) -> Callable[[], Any]:
            return lambda: items

        plugin = Plugin()
        for hook, given in hooks.items():
            setattr(plugin, hook, hookimpl(given if callable(given) else returning(given)))
        return build([PluginSource(name, plugin, f"klaremal-{name}", "1.0")])

    return make
