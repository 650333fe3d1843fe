"""Rows that Hypothesis makes for a plugin's datasets, in towns side by side, and what klaremal measures of them.

One run serves all examples: each has a town of its own, so that no cell of one has a row of another. The first town has no
rows, the second has one of each dataset, and the fifth has those of the one before it in another order. The last has the
rows of two others in one place, so many that those which stop coming are missed.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Published
from klaremal.testing import strategies, workbench
from klaremal.testing.added import not_added
from klaremal.testing.oracle import Places
from klaremal.testing.oracle.formulas import read
from klaremal.testing.oracle.measures import known_measures
from klaremal.testing.turning import at_the_turn
from klaremal.testing.workbench import Town, Workbench

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.desk import Desk
    from klaremal.measuring import Measured
    from klaremal.registry import Registry

DAYS: Final = (date(2024, 12, 2), date(2025, 3, 20))
UNTIL: Final = date(2025, 6, 30)
LEAST_ROWS: Final = 10
MOST_ROWS: Final = 16
# The rows of this example stand there twice, in another order and with other names, as those of a twin.
TWINNED: Final = 3
TWIN: Final = 4
# The rows of these examples stand there once more, together, in the town of the crowd.
CROWDED: Final = (2, 3)
CROWD: Final = 5
_BUSY: Final = "I"
# An indicator of twelve months at a time needs more of them than others.
_MONTHS_BEFORE: Final = 9
# Code, level and parent of what each example's town has; N is the nation of all of them.
UNITS: Final = (
    ("N", "nation", ""),
    ("R", "region", "N"),
    ("M", "municipality", "R"),
    ("O", "municipality", "R"),
    ("D", "district", "M"),
    ("I", "institution", "M"),
    ("J", "institution", "M"),
)

Row = dict[str, Any]
Tables = dict[str, list[Row]]


@frozen(kw_only=True, eq=False, slots=False)
class Batch:
    """Rows of all datasets with what klaremal makes of them.

    `tables` are the rows of the sources, `rows` what the oracle begins with: the same, but of made datasets and spells what
    core made of them. `unadded` says which components of two halves of the rows do not add up to those of the whole. `short`
    are the datasets of which rows were set aside, since what made them breaks their contract.
    """

    indicators: tuple[Indicator, ...]
    town: Town
    tables: Tables = field(repr=False)
    rows: Tables = field(repr=False)
    measured: Measured = field(repr=False)
    unadded: tuple[str, ...]
    short: frozenset[str] = frozenset()
    until: date = UNTIL

    @property
    def broken(self) -> dict[str, str]:
        """Why the rows of a dataset could not be used, by its id."""
        return {gap.dataset: gap.message for gap in self.measured.gaps}

    def has_value(self, indicator: Indicator) -> bool:
        """Say whether an indicator has a single value."""
        frame = self.measured.observations
        return bool((frame["value"].notna() & (frame["indicator"] == indicator.id)).any())

    @cached_property
    def places(self) -> Places:
        """The units as the oracle takes them."""
        return Places(parents=self.town.parents, levels=self.town.levels, organisation=self.town.organisation)

    @cached_property
    def disclosed(self) -> pd.DataFrame:
        """The observations of which nothing hidden can be seen, as of a first run."""
        from klaremal.disclose import disclose
        from klaremal.ledger import Ledger

        with tempfile.TemporaryDirectory(prefix="klaremal-testing-") as folder, Ledger.open(Path(folder) / "empty.db") as book:
            shown = disclose(
                self.measured.observations,
                self.measured.plan.indicators,
                self.measured.units,
                lambda ids: book.observations(indicator=ids),
            )
        return shown.observations

    @cached_property
    def judged(self) -> pd.DataFrame:
        """The fulfilments of a goal on each indicator, and of the plugin's own statutory goals."""
        from klaremal.assess.fulfilments import assess

        return assess(self.disclosed, self.measured.plan.goals)

    def usable(self) -> Iterator[Indicator]:
        """Give the indicators all of whose rows could be used."""
        for each in self.indicators:
            if not self.broken.keys() & set(each.datasets):
                yield each


def batches(registry: Registry, indicators: Sequence[Indicator]) -> Iterator[Batch]:
    """Give the measured rows of indicators: of those whose rows name a unit, and of those that are all of one organisation.

    Rows by chance may make no row of a made dataset, or none that an indicator is about: those indicators are measured once
    more, of rows that follow the contract of the made dataset itself.
    """
    for organisation, has_place in (("N", True), ("M1", False)):
        chosen = [each for each in indicators if bool(each.dataset.placed_in) is has_place and is_known(each)]
        if not chosen:
            continue
        first = _batch(workbench.lenient(registry), chosen, town_of(organisation))
        yield first
        without = [each for each in chosen if each.dataset.made_of and not first.has_value(each)]
        if without:
            made = {each.dataset.id for each in without}
            yield _batch(workbench.lenient(registry, made), without, town_of(organisation))


def is_known(indicator: Indicator) -> bool:
    """Say whether an indicator's measure is one of klaremal's own, of which the oracle knows what it means."""
    return type(indicator.measure) in (*known_measures(), Published)


def town_of(organisation: str) -> Town:
    """Return a nation with a region for each example."""
    units = [unit for unit in UNITS if unit[0] == "N"]
    for number in range(CROWD + 1):
        units += [(f"{code}{number}", level, _in_town(parent, number)) for code, level, parent in UNITS if code != "N"]
    return Town(units=tuple(units), organisation=organisation)


def _in_town(code: str, number: int | str) -> str:
    return code if code == "N" else f"{code}{number}"


def _batch(registry: Registry, indicators: Sequence[Indicator], town: Town) -> Batch:
    indicators = [registry.indicators[each.id] for each in indicators]
    datasets = workbench.sources_of(registry, indicators)
    tables = _drawn(registry, datasets, indicators)
    with workbench.opened(registry, indicators, town, UNTIL, statutory=True) as bench, bench.desk(tables) as desk:
        measured = bench.at(desk)
        lost = {gap.dataset for gap in measured.gaps}
        usable = [each for each in (*measured.plan.datasets, *tables) if each not in lost]
        rows = {each: _input(registry.datasets[each], bench, desk, tables) for each in usable}
        unadded = tuple(not_added(desk, measured.plan, usable))
        short = frozenset(each for each in usable if desk.checked(each).bad)
    return Batch(
        indicators=tuple(indicators),
        town=town,
        tables=tables,
        rows=rows,
        measured=measured,
        unadded=unadded,
        short=short,
    )


def _input(dataset: Dataset, bench: Workbench, desk: Desk, tables: Tables) -> list[Row]:
    """Return the rows that the oracle begins with: those that were drawn, or what core leaves of them, or makes of them."""
    as_drawn = not dataset.made_of and not dataset.spell and not desk.checked(dataset.id).bad
    return [dict(read(dataset, row)) for row in tables[dataset.id]] if as_drawn else bench.rows(desk, dataset.id)


def _drawn(registry: Registry, datasets: Sequence[Dataset], indicators: Sequence[Indicator]) -> Tables:
    """Draw the rows of all examples, each for its own town: none, one of each dataset, many; and those of the twin."""
    made = [each for each in registry.datasets.values() if each.made_of]
    words = {each.id: strategies.words_of(each, indicators, made) for each in datasets}

    def strategy(least: int, most: int) -> st.SearchStrategy[Tables]:
        return st.fixed_dictionaries(
            {
                each.id: strategies.rows(
                    each,
                    places=_places(each),
                    min_size=least,
                    max_size=most,
                    days=_days(each, indicators),
                    words=words[each.id],
                )
                for each in datasets
            }
        )

    drawn = {1: _example(strategy(1, 1), 1)}
    drawn |= {number: _example(strategy(LEAST_ROWS, MOST_ROWS), number) for number in range(2, TWIN)}
    moved = at_the_turn(drawn, registry.datasets, indicators, UNTIL)
    drawn = {
        number: {each.id: strategies.distinct(each, tables[each.id]) for each in datasets} for number, tables in moved.items()
    }
    order = random.Random(0)
    drawn[TWIN] = {name: order.sample(rows, len(rows)) for name, rows in drawn[TWINNED].items()}
    return {each.id: strategies.distinct(each, _everywhere(each, drawn)) for each in datasets}


def _days(dataset: Dataset, indicators: Sequence[Indicator]) -> tuple[date, date]:
    """Return the days between which rows are dated: many in few months, over more than a year only where that is asked."""
    asked = any(dataset.id in each.datasets and each.frequency == "rolling12" for each in indicators)
    return (DAYS[0] - timedelta(days=30 * _MONTHS_BEFORE), DAYS[1]) if asked else DAYS


def _everywhere(dataset: Dataset, drawn: Mapping[int, Tables]) -> Iterator[Row]:
    """Give the rows of all examples in their towns, and those of two of them in the crowd."""
    for number, tables in drawn.items():
        for row in tables[dataset.id]:
            yield _moved(dataset, row, str(number), str(number))
    for number in CROWDED:
        for row in drawn[number][dataset.id]:
            crowded = _BUSY if dataset.level is None else row.get(dataset.placed_in[-1]) if dataset.placed_in else None
            placed = row | {dataset.placed_in[-1]: crowded} if dataset.placed_in else row
            yield _moved(dataset, placed, str(CROWD), f"{CROWD}.{number}")


def _example(strategy: st.SearchStrategy[Tables], number: int) -> Tables:
    """Return the last of a few examples, the same every time; the first that Hypothesis makes is always the plainest."""
    found: list[Tables] = []

    @seed(number)
    @settings(max_examples=2, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(tables: Tables) -> None:
        found.append(tables)

    draw()
    return found[-1]


def _moved(dataset: Dataset, row: Row, number: str, name_of: str) -> Row:
    """Return a row in the town of its example; what it names is told from that of other examples."""
    moved = dict(row)
    for name, value in row.items():
        if value is None:
            continue
        if name in dataset.placed_in:
            moved[name] = _in_town(value, number)
        elif strategies.names_something(dataset, name):
            moved[name] = f"{value}.{name_of}"
    return moved


def _places(dataset: Dataset) -> tuple[str, ...]:
    """Return the units that rows of a dataset may be of, without the number of their town: those of totals, else small ones."""
    if dataset.level is not None:
        return tuple(code for code, level, _ in UNITS if level == dataset.level)
    return tuple(code for code, level, _ in UNITS if level not in ("nation", "region"))
