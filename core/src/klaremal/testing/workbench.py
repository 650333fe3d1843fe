"""Rows of a test measured as a run measures them: declared rows in, observations out; it judges nothing.

The rows go the whole way of production: collector, preparation, checks against the contract, scan and roll-up.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from klaremal.hookspecs import hookimpl
from klaremal.model.collector import Collected, Collector, Request
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.quotient import resolved

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.desk import Desk
    from klaremal.measuring import Measured
    from klaremal.model.goal import Goal
    from klaremal.plan import Plan
    from klaremal.ready import Ready
    from klaremal.registry import Registry

NAME: Final = "testing"
RULES: Final = {"higher": "at_least = 50", "lower": "at_most = 50", "neutral": "between = [10, 50]"}

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]


@frozen
class _NoOptions:
    """Rows of a test have no options."""


class RowsSource:
    """A plugin with one collector, `testing.rows`, which delivers for each dataset the rows that it was given last."""

    def __init__(self) -> None:
        self._tables: Tables = {}

    def give(self, tables: Tables) -> None:
        """Take the rows that the next run is to find, by dataset; of a dataset without any there are none."""
        self._tables = tables

    @hookimpl
    def klaremal_collectors(self) -> list[Collector[Any]]:
        """Declare the collector."""
        return [Collector(name=f"{NAME}.rows", options=_NoOptions, collect=self._collect)]

    def _collect(self, request: Request[Any]) -> Collected:
        return Collected(frame=frame_of(request.dataset, self._tables.get(request.dataset.id, ())), origin="rows of a test")


def frame_of(dataset: Dataset, rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as the frame of a collector: every column of the contract as text, an empty cell where a row has none."""
    import pandas as pd

    names = [column.name for column in dataset.columns]
    return pd.DataFrame([[_written(row.get(name)) for name in names] for row in rows], columns=names, dtype=object)


def _written(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


@frozen(kw_only=True)
class Town:
    """The units of a test: code, level and parent, the upper ones first; `organisation` is the one that runs klaremal."""

    units: tuple[tuple[str, str, str], ...]
    organisation: str

    @property
    def text(self) -> str:
        """The units as a file."""
        written = io.StringIO()
        rows = ((code, code, level, parent) for code, level, parent in self.units)
        csv.writer(written, lineterminator="\n").writerows([("code", "name", "level", "parent"), *rows])
        return written.getvalue()

    @property
    def levels(self) -> dict[str, str]:
        """The level of each code."""
        return {code: level for code, level, _ in self.units}

    @property
    def parents(self) -> dict[str, str]:
        """The parent of each code that has one."""
        return {code: parent for code, _, parent in self.units if parent}


@frozen(kw_only=True, eq=False)
class Workbench:
    """A workspace for some indicators, a goal on each of them, whose rows come from a test; use `opened`.

    `until` is the last day that all rows cover, `today` the day of the run.
    """

    ready: Ready
    source: RowsSource = field(repr=False)
    until: date

    def measured(self, tables: Tables) -> Measured:
        """Return what a run makes of rows, before anything is hidden or judged; a KlaremalError when it cannot run."""
        with self.desk(tables) as desk:
            return self.at(desk)

    @contextmanager
    def desk(self, tables: Tables) -> Iterator[Desk]:
        """Give the engine with the rows of all sources, checked and put together when first asked for."""
        from klaremal.desk import opened as desk_opened

        self.source.give(tables)
        needed = (*self.plan.datasets, *(each.dataset.id for each in self.ready.bound.sources))
        with desk_opened(self.ready, dict.fromkeys(needed), _silent) as desk:
            yield desk

    def at(self, desk: Desk) -> Measured:
        """Return what a run makes of the rows on a desk."""
        from klaremal.measuring import at_desk
        from klaremal.ready import Choice

        return at_desk(desk, Choice(), self.plan, _silent)

    @property
    def plan(self) -> Plan:
        """What a run does with all goals of the workspace."""
        from klaremal.ready import Choice, plan_of

        return plan_of(self.ready, Choice())

    def rows(self, desk: Desk, dataset: str) -> list[dict[str, Any]]:
        """Return the good rows of a dataset as a run counts them: made, and spread over months; derived columns left out.

        What the source says of a missing value stands behind its column's name, as `<column>__cause`.
        """
        from klaremal.engine import name

        rows = desk.rows(dataset)
        known = desk.engine.columns(name(rows.relation), f"columns of {dataset}")
        columns = [*rows.dataset.types, *(each for each in known if each.endswith("__cause"))]
        named = ", ".join(map(name, columns))
        found = desk.engine.query(f"select {named} from {name(rows.relation)} where __bad is null", f"rows of {dataset}")
        return [dict(zip(columns, each, strict=True)) for each in found]


def _silent(message: str) -> None:
    """Say nothing."""


@contextmanager
def opened(
    registry: Registry,
    indicators: Sequence[Indicator],
    town: Town,
    until: date,
    frequency: str | None = None,
    statutory: bool = False,
) -> Iterator[Workbench]:
    """Give a workbench for indicators of a registry in a folder of its own that is removed afterwards.

    Each is measured for all units of its levels, by its own frequency unless `frequency` says another. `statutory` goals are
    judged beside those of the test where they are asked for.
    """
    with tempfile.TemporaryDirectory(prefix="klaremal-testing-") as folder:
        source = RowsSource()
        ready = _ready(Path(folder).resolve(), registry, indicators, town, until, frequency, source, statutory)
        yield Workbench(ready=ready, source=source, until=until)


def sources_of(registry: Registry, indicators: Iterable[Indicator]) -> list[Dataset]:
    """Return the datasets whose rows indicators need from a source: what made datasets are made of in their place."""
    needed: dict[str, None] = {}
    for each in indicators:
        needed |= dict.fromkeys(each.moved_by)
    return [registry.datasets[each] for each in registry.with_parts(needed) if not registry.datasets[each].made_of]


def _ready(
    folder: Path,
    registry: Registry,
    indicators: Sequence[Indicator],
    town: Town,
    until: date,
    frequency: str | None,
    source: RowsSource,
    statutory: bool,
) -> Ready:
    from klaremal.bind.workspace import bind
    from klaremal.ready import Ready
    from klaremal.workspace.folder import read

    everything = _with_rows(registry, source)
    names = sorted({each.name for each in everything.plugins} - {"klaremal"})
    head = [f"plugins = {_list(names)}", "[organisation]", 'name = "Test"', f'unit = "{town.organisation}"']
    head += ["[units]", 'file = "units.csv"']
    chosen = {each.id for each in indicators} if statutory else set[str]()
    off = [f'"{name}" = "a test"' for name, versions in everything.goals.items() if not _on(everything, versions) & chosen]
    for dataset in sources_of(everything, indicators):
        head += [f"[sources.{dataset.id}]", f'collector = "{NAME}.rows"', f"complete_until = {until}"]
    head += ["[statutory.off]", *off] if off else []
    (folder / "goals").mkdir()
    goals = map(partial(_goal, frequency=frequency), range(len(indicators)), indicators)
    files = {"units.csv": town.text, "klaremal.toml": "\n".join([*head, ""]), "goals/goals.toml": "\n".join(goals)}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    workspace, faults = read(folder)
    bound = bind(workspace, everything, faults)
    return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=until + timedelta(days=1))


def _with_rows(registry: Registry, source: RowsSource) -> Registry:
    """Return a registry with the collector of the test's rows."""
    from klaremal.declared import Declared
    from klaremal.discovery import PluginSource
    from klaremal.registry import Registry

    own = PluginSource(NAME, source)
    collectors = [Declared("collectors", each, own) for each in source.klaremal_collectors()]
    return Registry((*registry.declared, *collectors), (*registry.plugins, own))


def lenient(registry: Registry, as_sources: Collection[str] = ()) -> Registry:
    """Return a registry in which any number of rows may be set aside, and these made datasets have a source of their own.

    Rows by chance often have their dates out of order; that is then counted, and no reason to refuse a dataset.
    """
    from klaremal.registry import Registry

    datasets: dict[str, Dataset] = {}
    for name in registry.with_parts(registry.datasets):
        given = registry.datasets[name]
        if name in as_sources:
            given = evolve(given, made_from=(), sql=None)
        parts = [each if isinstance(each, str) else datasets[each.id] for each in given.made_from]
        datasets[name] = evolve(given, bad_rows_allowed=1, made_from=parts)

    def changed(kind: str, item: Any) -> Any:
        if kind == "datasets":
            return datasets[item.id]
        if kind == "indicators":
            return evolve(item, dataset=datasets[item.dataset.id], measure=resolved(item.measure, datasets))
        return evolve(item, indicator=changed("indicators", item.indicator)) if kind == "thresholds" else item

    declared = [evolve(each, item=changed(each.kind, each.item)) for each in registry.declared]
    return Registry(tuple(declared), registry.plugins)


def _on(registry: Registry, versions: Iterable[Goal]) -> set[str]:
    """Return the indicators that the versions of a statutory goal are on."""
    return {registry.thresholds[each.threshold].indicator.id for each in versions if each.threshold is not None}


def _goal(number: int, indicator: Indicator, frequency: str | None) -> str:
    lines = [f"[goal.goal_{number}]", f'title = "{indicator.id}"', f'promise = "{indicator.id}"']
    lines += [f'indicator = "{indicator.id}"', RULES[indicator.direction], f"units = {_list(indicator.levels)}"]
    lines += [f'frequency = "{frequency}"'] if frequency else []
    lines += ["valid_from = 1990-01-01", 'decision = { body = "Test", date = 1989-12-31 }', ""]
    return "\n".join(lines)


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in names) + "]"
