"""Service goals for citizen service: hook implementations only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from klaremal import hookimpl

if TYPE_CHECKING:
    from klaremal import Dataset, Indicator, Sector

__version__ = "0.1.0"


@hookimpl
def klaremal_sectors() -> Iterable[Sector]:
    """Declare the sector."""
    from klaremal import Sector

    return [
        Sector(
            id="citizen_service",
            title={"da": "Borgerservice", "en": "Citizen service", "nb": "Innbyggerservice"},
            description={
                "da": "Hvor ofte Ankestyrelsen ændrer kommunens afgørelser.",
                "en": "How often the appeals board changes the municipality's decisions.",
                "nb": "Hvor ofte klageinstansen endrer kommunens vedtak.",
            },
            languages=("da", "en", "nb"),
        )
    ]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the datasets."""
    from klaremal_citizen_service.datasets import DATASETS

    return DATASETS


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the indicators."""
    from klaremal_citizen_service.indicators import INDICATORS

    return INDICATORS
