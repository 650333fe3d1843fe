"""Service goals for childcare: hook implementations only."""

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
            id="childcare",
            title={"da": "Dagtilbud", "en": "Childcare", "nb": "Barnehage"},
            description={
                "da": "Pasningsgarantien, ventetid, normeringer, uddannede pædagoger og forældrenes tilfredshed.",
                "en": "The place guarantee, waiting, staffing, trained pedagogues and parents' satisfaction.",
                "nb": "Plassgarantien, ventetid, bemanning, utdannede barnehagelærere og foreldrenes tilfredshet.",
            },
            languages=("da", "en", "nb"),
        )
    ]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the datasets."""
    from klaremal_childcare.datasets import DATASETS
    from klaremal_childcare.kolada import KOLADA

    return (*DATASETS, KOLADA)


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the indicators."""
    from klaremal_childcare import indicators, kolada

    return (*indicators.INDICATORS, *kolada.INDICATORS)


@hookimpl
def klaremal_collectors() -> Iterable[Collector[Any]]:
    """Declare the collectors."""
    from klaremal_childcare.collectors import COLLECTORS
    from klaremal_childcare.kolada import COLLECTOR

    return (*COLLECTORS, COLLECTOR)


@hookimpl
def klaremal_thresholds() -> Iterable[Threshold]:
    """Declare the thresholds."""
    from klaremal_childcare.thresholds import THRESHOLDS

    return THRESHOLDS


@hookimpl
def klaremal_goals() -> Iterable[Goal]:
    """Declare the statutory goals."""
    from klaremal_childcare.thresholds import GOALS

    return GOALS
