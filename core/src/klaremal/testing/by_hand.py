"""Tables written by hand, measured as a run measures them: rows in, figures by period out; nothing is hidden or judged."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from klaremal.errors import KlaremalError, nearest
from klaremal.model.dataset import Dataset
from klaremal.model.indicator import Indicator
from klaremal.model.period import FREQUENCIES, Period, month_key
from klaremal.testing.workbench import Town, opened

if TYPE_CHECKING:
    from klaremal.registry import Registry

Table = str | Sequence[Mapping[str, Any]]


@frozen(kw_only=True)
class Observed:
    """A figure before anything is hidden: None where there is no number, and `cause` says why there is no value.

    `n` is how many cases or persons were judged, `part` how many of them count (hits, kept, events), `coverage` the share of
    those whom the promise is about. `provisional` says that the period is not closed.
    """

    value: float | None
    n: float | None = None
    part: float | None = None
    coverage: float | None = None
    low: float | None = None
    high: float | None = None
    cause: str | None = None
    provisional: bool = False


def measured(
    indicator: Indicator,
    rows: Table | Mapping[str, Table] | Mapping[Dataset, Table],
    *,
    unit: str = "101",
    complete_until: date | None = None,
    frequency: str | None = None,
    breakdown: str = "",
) -> dict[str, Observed]:
    """Return what klaremal measures of rows, by the code of the period ("2026M03"), oldest first.

    `rows` are those of the indicator's dataset: mappings from column to value, or a text with a line of column names and one
    for each row, cells between commas ("a, b" in quotes). Where several datasets are needed (what a made dataset is made of,
    pauses, a population) they are a mapping from each dataset, or its id where it is core's or an installed plugin's, to its
    rows. A row that names no place is of `unit`; other places that rows name lie in it. `complete_until` is the last day that
    the rows cover, without it that of the newest period among them. `frequency` is the indicator's own unless it is given;
    `breakdown` is "" or one value, as "sex=K". A KlaremalError says why rows cannot be measured.
    """
    _check_asked(complete_until, frequency)
    registry = _registry(indicator, [each for each in rows if isinstance(each, Dataset)] if isinstance(rows, Mapping) else [])
    tables = {name: _table(each) for name, each in _by_dataset(indicator, rows).items()}
    for name, given in tables.items():
        _check(name, given, registry)
    until = complete_until or _last_day(indicator, tables, frequency, registry)
    town = _town(indicator, tables, unit, registry)
    with opened(registry, [registry.indicators[indicator.id]], town, until, frequency) as bench:
        found = bench.measured(tables)
    for gap in found.gaps:
        raise KlaremalError(gap.message if gap.message.startswith(gap.dataset) else f"{gap.dataset}: {gap.message}")
    frame = found.observations
    frame = frame[(frame["indicator"] == indicator.id) & (frame["unit"] == unit) & (frame["breakdown"] == breakdown)]
    frame = frame[frame["frequency"] == (frequency or indicator.frequency)].sort_values("start")
    told = (dict(zip(frame.columns, each, strict=True)) for each in frame.astype(object).itertuples(index=False, name=None))
    return {_code(each): _observed(each) for each in told}


def _check_asked(complete_until: Any, frequency: str | None) -> None:
    if not (complete_until is None or type(complete_until) is date):
        raise KlaremalError(f"measured: complete_until is a day, as date(2026, 3, 31), and not {complete_until!r}.")
    if not (frequency is None or frequency in FREQUENCIES):
        near = nearest(str(frequency), FREQUENCIES)
        hint = f'Did you mean "{near}"?' if near else f"The frequencies are {', '.join(FREQUENCIES)}."
        raise KlaremalError(f'measured: there is no frequency "{frequency}". {hint}')


def _by_dataset(indicator: Indicator, rows: Any) -> Mapping[str, Table]:
    if not isinstance(rows, Mapping):
        return {indicator.dataset.id: rows}
    return {each.id if isinstance(each, Dataset) else each: given for each, given in rows.items()}


def _table(given: Table) -> list[dict[str, Any]]:
    """Return rows as mappings; in a text an empty cell is none."""
    if not isinstance(given, str):
        return [dict(row) for row in given]
    lines = [[cell.strip() for cell in line] for line in csv.reader(given.strip().splitlines(), skipinitialspace=True) if line]
    header = lines[0] if lines else []
    for name in header:
        if not name or header.count(name) > 1:
            what = f'the column "{name}" stands there twice' if name else "a column has no name"
            raise KlaremalError(f"measured: {what}. The first line names each column once.")
    for line in lines[1:]:
        if len(line) != len(header):
            what = f"the row {', '.join(line)} has {len(line)} cells, and there are {len(header)} columns."
            raise KlaremalError(f'measured: {what} Quote a cell that holds a comma: "a, b".')
    return [{name: cell or None for name, cell in zip(header, line, strict=True)} for line in lines[1:]]


def _check(dataset: str, rows: Iterable[Mapping[str, Any]], registry: Registry) -> None:
    """Refuse rows of a dataset, or with a column, that there is not."""
    if dataset not in registry.datasets:
        near = nearest(dataset, registry.datasets)
        raise KlaremalError(f"measured: there is no dataset {dataset}." + (f' Did you mean "{near}"?' if near else ""))
    known = [column.name for column in registry.datasets[dataset].columns]
    for name in dict.fromkeys(name for row in rows for name in row if name not in known):
        near = nearest(name, known)
        hint = f'Did you mean "{near}"?' if near else f"The columns are {', '.join(known)}."
        raise KlaremalError(f'measured: dataset {dataset} has no column "{name}". {hint}')


def _registry(indicator: Indicator, more: Iterable[Dataset]) -> Registry:
    """Return what core and the indicator's plugin declare, and the indicator with its datasets and more, installed or not."""
    from klaremal.declared import Declared
    from klaremal.discovery import PluginSource, discover
    from klaremal.registry import Registry, build

    found = build(*discover((indicator.plugin,)))
    given: dict[tuple[str, str], Any] = {("indicators", indicator.id): indicator}
    given |= {("datasets", each.id): each for each in (*more, *_datasets(indicator))}
    source = next((each for each in found.plugins if each.name == indicator.plugin), PluginSource(indicator.plugin, object()))
    kept = [each for each in found.declared if each.key not in given]
    # What stands on another version of the indicator is of no use here.
    kept = [each for each in kept if each.kind not in ("thresholds", "goals")]
    own = [Declared(kind, item, source) for (kind, _), item in given.items()]
    plugins = found.plugins if source in found.plugins else (*found.plugins, source)
    return Registry((*kept, *own), plugins)


def _datasets(indicator: Indicator) -> Iterable[Dataset]:
    """Give the datasets that an indicator holds as objects."""
    per = getattr(getattr(indicator.measure, "per", None), "dataset", None)
    ahead: list[Any] = [indicator.dataset, per]
    while ahead:
        each = ahead.pop()
        if isinstance(each, Dataset):
            yield each
            ahead += each.made_from


def _town(indicator: Indicator, tables: Mapping[str, Any], unit: str, registry: Registry) -> Town:
    level = "municipality" if "municipality" in indicator.levels else indicator.levels[0]
    units: dict[str, tuple[str, str, str]] = {unit: (unit, level, "")}
    for name, rows in tables.items():
        dataset = registry.datasets[name]
        for row in rows:
            code = next((str(row[each]) for each in dataset.placed_in if row.get(each) is not None), unit)
            units.setdefault(code, (code, dataset.level or "institution", unit))
    return Town(units=tuple(units.values()), organisation=unit)


def _last_day(indicator: Indicator, tables: Mapping[str, Any], frequency: str | None, registry: Registry) -> date:
    """Return the end of the newest period that a row is dated in."""
    asked = frequency or indicator.frequency
    ends = [
        _period(row[column], asked).last_day
        for name, rows in tables.items()
        for row in rows
        for column in registry.datasets[name].date_columns
        if row.get(column) is not None
    ]
    if not ends:
        raise KlaremalError("measured: no row has a date. Say how far the data reaches: complete_until=date(2026, 3, 31).")
    return max(ends)


def _period(value: Any, frequency: str) -> Period:
    """Return the period that a date, a year or the code of a period lies in."""
    text = str(value)
    is_day = len(text) >= len("2026-01-01") and text[4] == text[7] == "-"
    key = month_key(date.fromisoformat(text[:10])) if is_day else Period.parse(text).last_month
    return Period.of(frequency, key)


def _code(row: Mapping[str, Any]) -> str:
    return Period(str(row["frequency"]).removesuffix("12"), int(row["start"])).code


def _observed(row: Mapping[str, Any]) -> Observed:
    def number(name: str) -> float | None:
        value = row[name]
        return None if value is None or value != value else float(value)

    numbers = {name: number(name) for name in ("value", "n", "part", "coverage", "low", "high")}
    cause = row["cause"]
    return Observed(**numbers, cause=cause if isinstance(cause, str) else None, provisional=bool(row["provisional"]))
