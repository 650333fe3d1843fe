"""Service goals for eldercare: hook implementations only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from klaremal import hookimpl

if TYPE_CHECKING:
    from klaremal import Collector, Dataset, Goal, Indicator, Sector, Threshold

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
                "da": "Plejeboliggarantien, hjemmehjælpen, afgørelser til tiden, genindlæggelser og brugernes tilfredshed.",
                "en": "The nursing-home guarantee, home help, decisions on time, readmissions and users' satisfaction.",
                "nb": "Sykehjemsgarantien, hjemmetjenesten, vedtak til tiden, reinnleggelser og brukernes tilfredshet.",
            },
            languages=("da", "en", "nb"),
        )
    ]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the datasets."""
    from klaremal_eldercare.datasets import DATASETS
    from klaremal_eldercare.kolada import KOLADA

    return (*DATASETS, KOLADA)


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the indicators."""
    from klaremal_eldercare import indicators, kolada

    return (*indicators.INDICATORS, *kolada.INDICATORS)


@hookimpl
def klaremal_collectors() -> Iterable[Collector[Any]]:
    """Declare the collectors."""
    from klaremal_eldercare.collectors import COLLECTORS
    from klaremal_eldercare.kolada import COLLECTOR

    return (*COLLECTORS, COLLECTOR)


@hookimpl
def klaremal_thresholds() -> Iterable[Threshold]:
    """Declare the thresholds."""
    from klaremal_eldercare.thresholds import THRESHOLDS

    return THRESHOLDS


@hookimpl
def klaremal_goals() -> Iterable[Goal]:
    """Declare the statutory goals."""
    from klaremal_eldercare.thresholds import GOALS

    return GOALS
