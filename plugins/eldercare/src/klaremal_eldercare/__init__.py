"""Service goals for eldercare: hook implementations only."""

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
            id="eldercare",
            title={"da": "Ældrepleje", "en": "Eldercare", "nb": "Eldreomsorg"},
            description={
                "da": "Brugernes tilfredshed med hjemmehjælpen.",
                "en": "Users' satisfaction with home help.",
                "nb": "Brukernes tilfredshet med hjemmetjenesten.",
            },
            languages=("da", "en", "nb"),
        )
    ]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the datasets."""
    from klaremal_eldercare.datasets import DATASETS

    return DATASETS


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the indicators."""
    from klaremal_eldercare.indicators import INDICATORS

    return INDICATORS
