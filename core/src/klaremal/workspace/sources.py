"""The sources of a workspace and its overrides of indicators, as klaremal.toml gives them; opens no source."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, Fault, nearest
from klaremal.model.column import pairs
from klaremal.preparation import PREPARATION_KEYS
from klaremal.shape import Shapes, fault, read_day, read_fields, read_text, under
from klaremal.workspace.shape import SOURCE_KEYS, OverrideShape, SourceShape

# What complete_until can say besides a date; the fourth names a column.
COMPLETE_RULES = ("end_of_last_month", "file_date", "newest:<column>")
_NEWEST = "newest:"


@frozen(kw_only=True)
class SourceSection:
    """One [sources...] block: which dataset, which collector, which files, and what core and collector are told.

    `index` counts the blocks of one dataset from 0. `complete_from` is the first day that the rows cover, None where that is
    not known. `preparation` holds what core itself does (columns, values, missing,
    constants, wide_to_long, sql, decimal, thousands, dates); `options` everything else: the collector's.
    """

    dataset: str
    index: int
    collector: str
    files: tuple[str, ...] = ()
    complete_from: date | None = None
    complete_until: date | str | None = None
    preparation: tuple[tuple[str, Any], ...] = field(default=(), converter=pairs, hash=False)
    options: tuple[tuple[str, Any], ...] = field(default=(), converter=pairs, hash=False)
    place: str = field(default="", eq=False)


@frozen(kw_only=True)
class IndicatorOverride:
    """What the workspace changes about a plugin's indicator, and why."""

    indicator: str
    changes: tuple[tuple[str, Any], ...] = field(converter=pairs, hash=False)
    reason: str
    place: str = field(default="", eq=False)


def by_plugin(table: Mapping[str, Any], own_keys: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Give (id, value) of a table that is keyed by ids: nested [x.schools.absence] or quoted [x."schools.absence"].

    A table that has one of `own_keys` is an entry itself, named without its plugin; that is told where ids are known.
    """
    for name, value in table.items():
        nested = isinstance(value, Mapping) and "." not in name and not any(key in value for key in own_keys)
        if not nested:
            yield name, value
            continue
        for inner, entry in value.items():
            yield f"{name}.{inner}", entry


def read_sources(shapes: Shapes, table: Mapping[str, Any], file: str) -> tuple[tuple[SourceSection, ...], tuple[Fault, ...]]:
    """Return every source block in the order of the file, and what is wrong with them."""
    sections: list[SourceSection] = []
    faults: list[Fault] = []
    counts: dict[str, int] = {}
    for dataset, entry in by_plugin(table, ("collector", "files")):
        blocks = entry if isinstance(entry, list) else [entry]
        for block in blocks:
            index = counts.get(dataset, 0)
            counts[dataset] = index + 1
            number = f" (block {index + 1})" if len(blocks) > 1 else ""
            place = f"{under(file, f'sources.{dataset}')}{number}"
            if not isinstance(block, Mapping):
                faults.append(Fault(place, "is not a block.", f"Write [sources.{dataset}] on a line of its own."))
                continue
            section, more = _read_source(shapes, block, dataset, index, place)
            faults += more
            if section is not None:
                sections.append(section)
    return tuple(sections), tuple(faults)


def _read_source(
    shapes: Shapes, block: Mapping[str, Any], dataset: str, index: int, place: str
) -> tuple[SourceSection | None, list[Fault]]:
    own = {key: value for key, value in block.items() if key in SOURCE_KEYS}
    values, found = read_fields(shapes, own, SourceShape, place)
    faults = list(found)
    try:
        complete_until = _complete_until(values.get("complete_until"))
    except DeclarationError as error:
        faults.append(fault(under(place, "complete_until"), str(error)))
        complete_until = None
    complete_from = None
    try:
        complete_from = None if values.get("complete_from") is None else read_day(values["complete_from"])
    except DeclarationError as error:
        faults.append(fault(under(place, "complete_from"), str(error)))
    if complete_from is not None and isinstance(complete_until, date) and complete_from > complete_until:
        what = f"{complete_from} lies after complete_until, {complete_until}: no day would be covered."
        faults.append(Fault(under(place, "complete_from"), what, "Write the first day that the rows cover, or leave it out."))
    # What is not a key of every source is taken for an option of the collector, so that its own slip is told here.
    slip = nearest("collector", [key for key in block if key not in SOURCE_KEYS])
    if "collector" not in block and slip:
        faults = [each for each in faults if each.path != place]
        faults.append(Fault(place, f'the key "{slip}" is unknown.', near="collector"))
    if "collector" not in values:
        return None, faults
    section = SourceSection(
        dataset=dataset,
        index=index,
        collector=values["collector"],
        files=values.get("files", ()),
        complete_from=complete_from,
        complete_until=complete_until,
        preparation={key: values[key] for key in PREPARATION_KEYS if key in values},
        options={key: value for key, value in block.items() if key not in SOURCE_KEYS},
        place=place,
    )
    return section, faults


def _complete_until(value: Any) -> date | str | None:
    if value is None or value in COMPLETE_RULES[:2]:
        return None if value is None else str(value)
    if isinstance(value, str) and value.startswith(_NEWEST) and value[len(_NEWEST) :].strip():
        return value
    try:
        return read_day(value)
    except DeclarationError as error:
        rules = ", ".join(f'"{rule}"' for rule in COMPLETE_RULES)
        raise DeclarationError(f"{error} Or use one of {rules}.") from None


def read_overrides(
    shapes: Shapes, table: Mapping[str, Any], file: str
) -> tuple[tuple[IndicatorOverride, ...], tuple[Fault, ...]]:
    """Return what the [indicators...] blocks change, and what is wrong with them."""
    overrides: list[IndicatorOverride] = []
    faults: list[Fault] = []
    for indicator, block in by_plugin(table, ("reason",)):
        place = under(file, f'indicators."{indicator}"')
        if not isinstance(block, Mapping):
            faults.append(Fault(place, "is not a block.", f'Write [indicators."{indicator}"] on a line of its own.'))
            continue
        values, found = read_fields(shapes, block, OverrideShape, place)
        faults += found
        if "reason" not in values:
            continue
        try:
            reason = read_text(values.pop("reason").strip())
        except DeclarationError as error:
            faults.append(fault(under(place, "reason"), str(error)))
            continue
        if values:
            overrides.append(IndicatorOverride(indicator=indicator, changes=values, reason=reason, place=place))
        elif not found:
            faults.append(Fault(place, "the block changes nothing.", "Add what it changes, or leave the block out."))
    return tuple(overrides), tuple(faults)
