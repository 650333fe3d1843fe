"""Service goals for schools: hook implementations only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from klaremal import hookimpl

if TYPE_CHECKING:
    from klaremal import Collector, Dataset, Indicator, Sector, Threshold

__version__ = "0.1.0"


@hookimpl
def klaremal_sectors() -> Iterable[Sector]:
    """Declare the sector."""
    from klaremal import Sector

    return [
        Sector(
            id="schools",
            title={"da": "Folkeskole", "en": "Schools", "nb": "Grunnskole"},
            description={
                "da": "Fravær, trivsel, kompetencedækning, klassestørrelse, karakterer og testresultater.",
                "en": "Absence, well-being, competence coverage, class size, grades and test results.",
                "nb": "Fravær, trivsel, kompetansedekning, klassestørrelse, karakterer og testresultater.",
            },
            languages=("da", "en", "nb"),
        )
    ]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the datasets."""
    from klaremal_schools.datasets import DATASETS
    from klaremal_schools.kolada import KOLADA

    return (*DATASETS, KOLADA)


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the indicators."""
    from klaremal_schools import indicators, kolada

    return (*indicators.INDICATORS, *kolada.INDICATORS)


@hookimpl
def klaremal_collectors() -> Iterable[Collector[Any]]:
    """Declare the collectors."""
    from klaremal_schools.collectors import COLLECTORS
    from klaremal_schools.kolada import COLLECTOR

    return (*COLLECTORS, COLLECTOR)


@hookimpl
def klaremal_thresholds() -> Iterable[Threshold]:
    """Declare the thresholds."""
    from klaremal_schools.thresholds import THRESHOLDS

    return THRESHOLDS
