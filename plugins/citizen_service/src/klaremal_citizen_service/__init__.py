"""Service goals for citizen service: hook implementations only."""

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
            id="citizen_service",
            title={"da": "Borgerservice", "en": "Citizen service", "nb": "Innbyggerservice"},
            description={
                "da": "Svar til tiden, byggesager, kø og telefon, og hvor ofte Ankestyrelsen ændrer afgørelser.",
                "en": "Answers on time, building cases, queues and calls, and how often decisions are reversed.",
                "nb": "Svar til tiden, byggesaker, kø og telefon, og hvor ofte klageinstansen endrer vedtak.",
            },
            languages=("da", "en", "nb"),
        )
    ]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the datasets."""
    from klaremal_citizen_service.datasets import DATASETS
    from klaremal_citizen_service.kolada import KOLADA

    return (*DATASETS, KOLADA)


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the indicators."""
    from klaremal_citizen_service import indicators, kolada

    return (*indicators.INDICATORS, *kolada.INDICATORS)


@hookimpl
def klaremal_collectors() -> Iterable[Collector[Any]]:
    """Declare the collectors."""
    from klaremal_citizen_service.collectors import COLLECTORS
    from klaremal_citizen_service.kolada import COLLECTOR

    return (*COLLECTORS, COLLECTOR)


@hookimpl
def klaremal_thresholds() -> Iterable[Threshold]:
    """Declare the thresholds."""
    from klaremal_citizen_service.thresholds import THRESHOLDS

    return THRESHOLDS


@hookimpl
def klaremal_goals() -> Iterable[Goal]:
    """Declare the statutory goals."""
    from klaremal_citizen_service.thresholds import GOALS

    return GOALS
