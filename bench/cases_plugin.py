"""A plugin with one register of cases and twelve additive indicators; large files are measured with it."""

from __future__ import annotations

from collections.abc import Iterable

from klaremal import Column, Dataset, Indicator, Sector, hookimpl
from klaremal.measures import Mean, Measure, Ratio, Share, Total

PLUGIN = "cases"
DATASET = f"{PLUGIN}.decided"

# Name, measure, what it is measured in, and the direction that is better.
MEASURES: tuple[tuple[str, Measure, str, str], ...] = (
    ("kept", Share("kept"), "percent", "higher"),
    ("soon", Share("days <= 30"), "percent", "higher"),
    ("content", Share("score >= 4"), "percent", "higher"),
    ("days", Mean("days"), "days", "lower"),
    ("minutes", Mean("minutes"), "minutes", "lower"),
    ("score", Mean("score"), "points", "higher"),
    ("cost", Total("cost"), "dkk", "lower"),
    ("hours", Total("hours"), "hours", "lower"),
    ("visits", Total("visits"), "number", "higher"),
    ("cost_per_hour", Ratio("cost", per="hours"), "dkk", "lower"),
    ("minutes_per_visit", Ratio("minutes", per="visits"), "minutes", "lower"),
    ("hours_per_visit", Ratio("hours", per="visits"), "hours", "lower"),
)
LEVELS = ("nation", "region", "municipality")
FREQUENCIES = ("month", "quarter", "year")


def _dataset() -> Dataset:
    return Dataset(
        id=DATASET,
        title="Afgjorte sager",
        grain="én række pr. sag",
        columns=(
            Column("municipality", "string", required=True),
            Column("decided_on", "date", required=True),
            Column("kept", "boolean"),
            Column("days", "integer", minimum=0),
            Column("score", "integer", minimum=1, maximum=5),
            Column("minutes", "integer", minimum=0),
            Column("cost", "number", decimals=2),
            Column("hours", "number", decimals=2),
            Column("visits", "integer"),
        ),
        placed_in="municipality",
        dated_by="decided_on",
        events="decided_on",
    )


@hookimpl
def klaremal_sectors() -> Iterable[Sector]:
    """Declare the sector."""
    return [Sector(id=PLUGIN, title="Sager")]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the register."""
    return [_dataset()]


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the twelve indicators, for every month and level; as the SQL beside them, they hide nothing."""
    dataset = _dataset()
    return [
        Indicator(
            id=f"{PLUGIN}.{name}",
            title=name,
            dataset=dataset,
            measure=measure,
            measured_in=measured_in,
            direction=direction,
            frequency="month",
            levels=LEVELS,
            disclosure="published",
        )
        for name, measure, measured_in, direction in MEASURES
    ]
