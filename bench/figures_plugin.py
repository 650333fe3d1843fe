"""A plugin with 200 indicators: ten tables of twenty figures each, as municipalities get them from a statistics office."""

from __future__ import annotations

from collections.abc import Iterable

from klaremal import Column, Dataset, Indicator, Sector, hookimpl
from klaremal.measures import Measure, Published, Ratio, Total

PLUGIN = "figures"
TABLES = 10
# Of the twenty figures of a table ten are published as they are, six are divided here and four are sums.
PUBLISHED, DIVIDED, SUMMED = 10, 6, 4


def table(number: int) -> Dataset:
    """Return the contract of one table: a row for each municipality and year, a column for each figure."""
    columns = [
        Column("municipality", "string", required=True),
        Column("year", "year", required=True),
        Column("persons", "integer", minimum=0),
        *(Column(f"figure_{place}", "number", decimals=1) for place in range(PUBLISHED)),
        *(Column(f"met_{place}", "integer") for place in range(DIVIDED)),
        *(Column(f"cost_{place}", "number", decimals=2) for place in range(SUMMED)),
    ]
    return Dataset(
        id=f"{PLUGIN}.table_{number}",
        title=f"Tabel {number}",
        grain="én række pr. kommune og år",
        columns=columns,
        placed_in="municipality",
        level="municipality",
        dated_by="year",
        key=("municipality", "year"),
    )


def _measures() -> list[tuple[str, Measure, str]]:
    published = [(f"figure_{place}", Published(f"figure_{place}", n="persons"), "points") for place in range(PUBLISHED)]
    divided = [(f"met_{place}", Ratio(f"met_{place}", per="persons", scale=100), "percent") for place in range(DIVIDED)]
    return [*published, *divided, *((f"cost_{place}", Total(f"cost_{place}"), "dkk") for place in range(SUMMED))]


def indicators() -> list[Indicator]:
    """Return all 200 indicators."""
    found = []
    for number in range(TABLES):
        dataset = table(number)
        found += [
            Indicator(
                id=f"{PLUGIN}.t{number}_{name}",
                title=f"Tabel {number}: {name}",
                dataset=dataset,
                measure=measure,
                measured_in=measured_in,
                direction="lower" if measured_in == "dkk" else "higher",
                frequency="year",
            )
            for name, measure, measured_in in _measures()
        ]
    return found


@hookimpl
def klaremal_sectors() -> Iterable[Sector]:
    """Declare the sector."""
    return [Sector(id=PLUGIN, title="Nøgletal")]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the ten tables."""
    return [table(number) for number in range(TABLES)]


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the 200 indicators."""
    return indicators()
