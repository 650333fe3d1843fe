"""Datasets and indicators that a workspace declares itself, in TOML: built as a plugin's are, every mistake a fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from attrs import fields, frozen

from klaremal.bind.declared_shapes import declared_shapes
from klaremal.bind.ids import Ids
from klaremal.declared import Declared
from klaremal.discovery import LeftOut, PluginSource
from klaremal.errors import DeclarationError, nearest
from klaremal.model.column import names
from klaremal.model.dataset import Dataset
from klaremal.model.identifier import is_workspace_id, suggest
from klaremal.model.indicator import ALLOWED, LEFT_TO_THE_WORKSPACE, Indicator, Reference, Sector
from klaremal.model.measure import Measure
from klaremal.model.measure_keys import MEASURES, arguments_of
from klaremal.shape import Shapes, fault, key_of, read_fields, read_text, under, unknown_keys
from klaremal.workspace.folder import Workspace
from klaremal.workspace.plugin_files import PluginFile
from klaremal.workspace.shape import OwnFileShape

_KINDS = {"datasets": "dataset", "indicators": "indicator"}


def with_declared(workspace: Workspace, ids: Ids) -> Ids:
    """Return the ids with what the workspace's own files of TOML declare; mistakes go to the notes."""
    files = [each for each in workspace.plugin_files if each.table is not None]
    shapes = declared_shapes() if files else Shapes()
    opened = [_Opened.of(each, shapes, ids) for each in files]
    # Indicators of one file may be measured on a dataset of another.
    for each in opened:
        ids = each.with_datasets(ids)
    for each in opened:
        ids = each.with_indicators(ids)
    return ids


@frozen(eq=False)
class _Opened:
    """One file as a plugin, with its blocks by kind."""

    source: PluginSource
    shapes: Shapes
    values: Mapping[str, Any]

    @classmethod
    def of(cls, file: PluginFile, shapes: Shapes, ids: Ids) -> _Opened:
        values, found = read_fields(shapes, file.table or {}, OwnFileShape, file.file)
        ids.notes.faults.extend(found)
        return cls(PluginSource(file.name, ModuleType(file.name), file.file, file.version), shapes, values)

    def with_datasets(self, ids: Ids) -> Ids:
        title = self.values.get("title") or self.source.name
        sector = Declared("sectors", Sector(id=self.source.name, title=title), self.source)
        return self._with("datasets", ids, sector)

    def with_indicators(self, ids: Ids) -> Ids:
        return self._with("indicators", ids)

    def _with(self, kind: str, ids: Ids, *more: Declared) -> Ids:
        """Return the ids with everything of a kind; what is wrong is noted, and nothing that refers to it is noted again."""
        declared, wrong = [*more], []
        make = {"datasets": self._dataset, "indicators": self._indicator}[kind]
        for name, block, place in self._blocks(_KINDS[kind], ids):
            made = make(f"{self.source.name}.{name}", block, place, ids)
            if made is not None:
                declared.append(Declared(kind, made, self.source))
            else:
                what, of = f"{_KINDS[kind]} {self.source.name}.{name}", self.source
                why = "there are mistakes in it. klaremal check names them."
                wrong.append(LeftOut(of.name, of.distribution, of.version, what, why))
        used = ids.used.joined(self.source, declared, wrong)
        for each in used.left_out[len(ids.used.left_out) + len(wrong) :]:
            if any(f"it needs {mistaken.what}," in each.why for mistaken in wrong):
                continue
            place = under(self.source.distribution, each.what.replace(f" {self.source.name}.", "."))
            ids.notes.faults.append(fault(place, each.why))
        return Ids(ids.installed.joined(self.source, ()), used, ids.notes)

    def _blocks(self, kind: str, ids: Ids) -> Iterator[tuple[str, Mapping[str, Any], str]]:
        for name, block in self.values.get(kind, {}).items():
            place = under(self.source.distribution, f"{kind}.{name}")
            if not isinstance(block, Mapping):
                ids.notes.fault(place, "is not a block.", f"Write [{kind}.{name}] on a line of its own.")
            elif not is_workspace_id(name):
                cure = f"A name is a-z, 0-9 and _, beginning with a letter: [{kind}.{suggest(name).replace('.', '_')}]."
                ids.notes.fault(place, f'"{name}" cannot be the name of {"an" if kind == "indicator" else "a"} {kind}.', cure)
            else:
                if "id" in block:
                    cure = f"The id is {self.source.name}.{name}, after the file and the block."
                    ids.notes.fault(place, 'the key "id" is unknown.', cure)
                yield name, {key: value for key, value in block.items() if key != "id"}, place

    # -- datasets --------------------------------------------------------------------------------------------------------

    def _dataset(self, dataset_id: str, block: Mapping[str, Any], place: str, ids: Ids) -> Dataset | None:
        before = len(ids.notes.faults)
        values = self._values(Dataset, dataset_id, block, place, ids)
        if "references" in values:
            # A dataset takes references of any kind.
            values["references"] = self._read(values["references"], tuple[Reference, ...], under(place, "references"), ids)
        if len(ids.notes.faults) > before:
            return None
        made: Dataset | None = self._made(Dataset, values, place, ids)
        return made

    # -- indicators ------------------------------------------------------------------------------------------------------

    def _indicator(self, indicator_id: str, block: Mapping[str, Any], place: str, ids: Ids) -> Indicator | None:
        before = len(ids.notes.faults)
        own = [key_of(each) for each in fields(Indicator) if each.name not in ("id", *LEFT_TO_THE_WORKSPACE)]
        kind = self._measure_kind(block, place, ids)
        arguments = arguments_of(kind) if kind is not None else ()
        ids.notes.faults.extend(_unknown(block, own, arguments, kind, place))
        measure = None if kind is None else self._measure(kind, indicator_id, block, place, ids)
        dataset = self._dataset_of(block, place, ids)
        rest = {key: value for key, value in block.items() if key in own}
        found = {"dataset": dataset, "measure": measure}
        values = self._values(Indicator, indicator_id, {**rest, **{k: v for k, v in found.items() if k in rest}}, place, ids)
        self._check_words(values, place, ids)
        if measure is not None and dataset is not None:
            for each in measure.faults(dataset):
                name, _, problem = each.partition(": ")
                ids.notes.faults.append(fault(under(place, name), problem if problem.endswith("?") else f"{problem}."))
        if len(ids.notes.faults) > before or measure is None or dataset is None:
            return None
        made: Indicator | None = self._made(Indicator, values, place, ids)
        return made

    def _measure_kind(self, block: Mapping[str, Any], place: str, ids: Ids) -> type[Measure] | None:
        if "measure" not in block:
            return None
        name = self._read(block["measure"], str, under(place, "measure"), ids)
        if name is not None and name not in MEASURES:
            near = nearest(name, MEASURES)
            cure = "" if near else f"The measures are {', '.join(MEASURES)}."
            ids.notes.fault(under(place, "measure"), f'there is no measure "{name}".', cure, near)
        return MEASURES.get(name)

    def _measure(
        self, kind: type[Measure], indicator_id: str, block: Mapping[str, Any], place: str, ids: Ids
    ) -> Measure | None:
        given = {key: block[key] for key in arguments_of(kind) if key in block}
        if isinstance(given.get("within"), Mapping):
            # A deadline that goals may fill is the indicator's own.
            given["within"] = {"id": indicator_id, **given["within"]}
        values, found = read_fields(self.shapes, given, kind, place)
        ids.notes.faults.extend(found)
        made: Measure | None = None if found else self._made(kind, values, place, ids)
        return made

    def _dataset_of(self, block: Mapping[str, Any], place: str, ids: Ids) -> Dataset | None:
        if "dataset" not in block:
            return None
        name = self._read(block["dataset"], str, under(place, "dataset"), ids)
        found: Dataset | None = None if name is None else ids.find("datasets", name, under(place, "dataset"))
        return found

    # -- values ----------------------------------------------------------------------------------------------------------

    def _values(self, kind: type, its_id: str, block: Mapping[str, Any], place: str, ids: Ids) -> dict[str, Any]:
        """Return the fields that a block fills rightly, its id among them."""
        values, found = read_fields(self.shapes, {**block, "id": its_id}, kind, place)
        ids.notes.faults.extend(found)
        return values

    def _read(self, value: Any, kind: Any, place: str, ids: Ids) -> Any:
        try:
            return read_text(value) if kind is str else self.shapes.read(value, kind)
        except DeclarationError as error:
            ids.notes.faults.append(fault(place, str(error)))
            return None

    def _check_words(self, values: dict[str, Any], place: str, ids: Ids) -> None:
        for key, allowed in ALLOWED.items():
            for word in names(values.get(key)):
                if word not in allowed:
                    near = nearest(word, allowed)
                    cure = "" if near else f"Use {', '.join(allowed)}."
                    ids.notes.fault(under(place, key), f'"{word}" is unknown here.', cure, near)

    def _made(self, kind: Any, values: Mapping[str, Any], place: str, ids: Ids) -> Any:
        """Return the object, or None after noting why its class refuses it, at the field that it speaks of."""
        try:
            return kind(**values)
        except DeclarationError as error:
            text = str(error).removeprefix(f"{kind.__name__.lower()} {values.get('id')}: ").removeprefix(f"{kind.__name__}: ")
            named = text.partition(" ")[0].rstrip(":")
            # Of derived columns it speaks by name: derived["days"].
            key, _, inside = named.partition('["')
            at = under(place, key) + (f".{inside[:-2]}" if inside else "")
            known = [each.name for each in fields(kind)]
            ids.notes.faults.append(fault(at if key in known else place, text.removeprefix(f"{named}: ")))
            return None


def _unknown(
    block: Mapping[str, Any], own: list[str], arguments: tuple[str, ...], kind: type[Measure] | None, place: str
) -> Iterator[Any]:
    """Give a fault for each key that neither an indicator nor its measure has."""
    others: dict[str, str] = {}
    for name, each in MEASURES.items():
        for argument in arguments_of(each):
            others.setdefault(argument, f'It is an argument of measure = "{name}".')
    if kind is None:
        # Without a measure nobody knows which arguments it has.
        arguments = (*arguments, *others)
    yield from unknown_keys(block, (*own, *arguments), place, others)
