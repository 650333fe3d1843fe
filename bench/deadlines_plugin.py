"""A plugin with one register of applications and a promise to answer in time: clocks, persons and breakdowns at once."""

from __future__ import annotations

from collections.abc import Iterable

from klaremal import Column, Dataset, Deadline, Indicator, Sector, hookimpl
from klaremal.measures import OnTime

PLUGIN = "deadlines"
DATASET = f"{PLUGIN}.applications"
INDICATOR = f"{PLUGIN}.on_time"
# The working days that are promised for each type; the last type is rare, so that many of its cells are few.
PROMISED = (("aids", 10), ("housing", 15), ("transport", 20), ("training", 7), ("appeal", 30))
SEXES = ("K", "M")
LEVELS = ("nation", "region", "municipality")
FREQUENCIES = ("month", "year")
BREAKDOWNS = ("case_type", "sex")


def _dataset() -> Dataset:
    return Dataset(
        id=DATASET,
        title="Ansøgninger",
        grain="én række pr. ansøgning",
        columns=(
            Column("municipality", "string", required=True),
            Column("citizen", "integer", required=True, personal=True),
            Column("case_type", "string", required=True, enum=[name for name, _ in PROMISED]),
            Column("sex", "string", enum=SEXES),
            Column("received_on", "date", required=True),
            Column("decided_on", "date"),
        ),
        placed_in="municipality",
        dated_by="received_on",
        person="citizen",
        events=("received_on", "decided_on"),
    )


@hookimpl
def klaremal_sectors() -> Iterable[Sector]:
    """Declare the sector."""
    return [Sector(id=PLUGIN, title="Ansøgninger")]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the register."""
    return [_dataset()]


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the one indicator, by type and by sex."""
    within = Deadline(id=f"{PLUGIN}.answer", title="Frist for svar", default="10 working days", by="case_type")
    return [
        Indicator(
            id=INDICATOR,
            title="Svar til tiden",
            dataset=_dataset(),
            measure=OnTime(start="received_on", end="decided_on", within=within),
            measured_in="percent",
            direction="higher",
            frequency="month",
            levels=LEVELS,
            breakdowns=BREAKDOWNS,
        )
    ]
