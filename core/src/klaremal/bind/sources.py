"""Sources of a workspace bound to datasets and collectors: presets resolved, options read, columns known; opens nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import NOTHING, field, fields, frozen

from klaremal.bind.ids import Ids
from klaremal.declared import base_of
from klaremal.errors import DeclarationError, KlaremalError, nearest
from klaremal.model.collector import Collector
from klaremal.model.dataset import Dataset
from klaremal.preparation import PREPARATION_KEYS, Preparation
from klaremal.shape import Shapes, fault, key_of, read_fields, under
from klaremal.workspace.shape import SOURCE_KEYS
from klaremal.workspace.sources import SourceSection

_NEWEST = "newest:"


@frozen(kw_only=True)
class BoundSource:
    """One source of a dataset, ready to be collected.

    `collector` is the one that fetches; `collector_name` is what the workspace wrote, which may be a preset of it. `options` is
    an instance of the collector's options class. `files` are patterns relative to the workspace's folder.
    """

    dataset: Dataset
    index: int
    collector: Collector[Any]
    collector_name: str
    options: Any = field(hash=False)
    preparation: Preparation
    files: tuple[str, ...]
    complete_until: date | str | None
    complete_from: date | None = None
    place: str = field(default="", eq=False)


def bind_sources(sections: Iterable[SourceSection], ids: Ids, shapes: Shapes) -> Iterator[BoundSource]:
    """Give every source that can be bound; what is wrong with the others goes to the notes."""
    for section in sections:
        dataset = ids.find("datasets", section.dataset, section.place)
        collector = ids.find("collectors", section.collector, under(section.place, "collector"))
        base = base_of(collector, ids.used.collectors) if collector is not None else None
        if dataset is not None and dataset.made_of:
            parts = " and ".join(dataset.made_of)
            cure = f"Leave it out, and add [sources.{dataset.made_of[0]}] where that is missing."
            ids.notes.fault(section.place, f"{dataset.id} is made of {parts} and has no source of its own.", cure)
            continue
        if dataset is None or collector is None or base is None:
            continue
        before = len(ids.notes.faults)
        layers = _layers(collector, ids.used.collectors)
        options = _options(section, base, layers, ids, shapes)
        preparation = _preparation(section, layers, dataset, ids)
        if not section.files and "." not in base.name and not ids.notes.has(under(section.place, "files")):
            cure = 'Add files = "data/name.csv", relative to klaremal.toml.'
            ids.notes.fault(section.place, f'"files" is missing, and {base.name} reads files.', cure)
        _check_complete_until(section, dataset, ids)
        if len(ids.notes.faults) == before and preparation is not None:
            yield BoundSource(
                dataset=dataset,
                index=section.index,
                collector=base,
                collector_name=collector.name,
                options=options,
                preparation=preparation,
                files=section.files,
                complete_from=section.complete_from,
                complete_until=section.complete_until,
                place=section.place,
            )


def _layers(collector: Collector[Any], collectors: Mapping[str, Collector[Any]]) -> list[dict[str, Any]]:
    """Return what each preset of a chain fills in, the innermost first."""
    layers = []
    while collector.base is not None:
        layers.append(dict(collector.defaults))
        collector = collectors[collector.base]
    return layers[::-1]


def _options(section: SourceSection, base: Collector[Any], layers: list[dict[str, Any]], ids: Ids, shapes: Shapes) -> Any:
    """Return the collector's options: the presets' values, the section's own on top."""
    if base.options is None:
        return None
    own = dict(section.options)
    options = [key_of(each) for each in fields(base.options)]
    for key in own:
        if key not in options:
            known = (*options, *SOURCE_KEYS)
            near = nearest(key, known)
            cure = "" if near else f"The keys here are {', '.join(sorted(known))}."
            ids.notes.fault(section.place, f'the collector {base.name} has no option "{key}".', cure, near)
    given = {key: value for key, value in own.items() if key in options}
    values, faults = read_fields(shapes, given, base.options, section.place, required=False)
    ids.notes.faults.extend(faults)
    filled = {key: value for layer in layers for key, value in layer.items() if key not in PREPARATION_KEYS}
    filled |= values
    lacking = [
        each.name
        for each in fields(base.options)
        if each.default is NOTHING and not {each.name, key_of(each)} & {*filled, *given}
    ]
    for name in lacking:
        ids.notes.fault(section.place, f'"{name}" is missing, which {base.name} needs.', f"Add {name} = ...")
    if lacking or faults:
        return None
    try:
        return base.options(**filled)
    except KlaremalError as error:
        ids.notes.faults.append(fault(section.place, str(error)))
    except (ValueError, TypeError) as error:
        ids.notes.fault(section.place, f"the options do not fit the collector {base.name}: {error}.")
    return None


def _preparation(section: SourceSection, layers: list[dict[str, Any]], dataset: Dataset, ids: Ids) -> Preparation | None:
    own = dict(section.preparation)
    before = len(ids.notes.faults)
    for key, value in own.items():
        try:
            Preparation(**{key: value})
        except DeclarationError as error:
            ids.notes.faults.append(fault(under(section.place, key), str(error).removeprefix(f"{key}: ")))
    if len(ids.notes.faults) > before:
        return None
    below: dict[str, Any] = {}
    try:
        for layer in (*layers, own):
            merged = Preparation.merged(below, layer)
            below = {key: getattr(merged, key) for key in PREPARATION_KEYS}
    except DeclarationError as error:
        ids.notes.faults.append(fault(section.place, str(error)))
        return None
    preparation = Preparation(**below)
    _check_columns(preparation, own, dataset, section.place, ids)
    return preparation


def _check_columns(preparation: Preparation, own: Mapping[str, Any], dataset: Dataset, place: str, ids: Ids) -> None:
    """Note columns that the dataset does not have; a query of the source's own may need others, so there none is wrong."""
    if preparation.sql is not None:
        return
    known = [column.name for column in dataset.columns]
    headers = [header for _, header in preparation.columns]
    wide = preparation.wide_to_long
    used = [
        *(("columns", name) for name, _ in preparation.columns),
        *(("values", name) for name, _ in preparation.values),
        *(("missing", name) for name, _, _ in preparation.missing if name),
        *(("constants", name) for name, _ in preparation.constants),
        *(("wide_to_long", name) for name in ((wide.names, wide.values) if wide else ()) if name not in headers),
    ]
    for key, name in dict.fromkeys(used):
        if name not in known and key in own:
            near = nearest(name, known)
            cure = "" if near else f"Its columns are {', '.join(known)}."
            swapped = key == "columns" and any(header in known for header in headers)
            if swapped:
                cure = "Write klaremal's column = your header, in that order."
            what = f'the dataset {dataset.id} has no column "{name}".'
            ids.notes.fault(under(place, key), what, cure, "" if swapped else near)
    _check_codes(preparation, dataset, place, ids)


def _check_codes(preparation: Preparation, dataset: Dataset, place: str, ids: Ids) -> None:
    codes = {column.name: column.allowed for column in dataset.columns if column.codes}
    given = [(name, ours) for name, table in preparation.values for _, ours in table] + list(preparation.constants)
    for name, ours in dict.fromkeys(given):
        if name in codes and ours not in codes[name]:
            key = "constants" if (name, ours) in preparation.constants else "values"
            near = nearest(ours, codes[name])
            cure = f"Its values are {', '.join(codes[name])}."
            ids.notes.fault(under(under(place, key), name), f'"{ours}" is no value of the column {name}.', cure, near)


def _check_complete_until(section: SourceSection, dataset: Dataset, ids: Ids) -> None:
    rule = section.complete_until
    if not isinstance(rule, str) or not rule.startswith(_NEWEST):
        return
    name = rule.removeprefix(_NEWEST).strip()
    dated = [column.name for column in dataset.columns if column.type in ("date", "datetime", "year", "period")]
    if name not in dated:
        cure = f"Use one of {', '.join(dated)}."
        what = f'the dataset {dataset.id} has no column of dates "{name}".'
        ids.notes.fault(under(section.place, "complete_until"), what, cure, nearest(name, dated))
