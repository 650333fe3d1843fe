"""The folder of a municipality as a value: klaremal.toml and its goal files, with every mistake; knows no plugin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import field, frozen

from klaremal.errors import Fault, WorkspaceError, nearest
from klaremal.model.unit import COUNTRIES, LEVELS
from klaremal.shape import Shapes, read_fields, under
from klaremal.workspace.goal_files import GoalSection, read_goals
from klaremal.workspace.plugin_files import PluginFile, read_plugins
from klaremal.workspace.releases import Release, read_releases
from klaremal.workspace.shape import (
    DEFAULT_LEDGER,
    LANGUAGES,
    CalendarShape,
    OrganisationShape,
    StatutoryShape,
    UnitsFromShape,
    UnitsShape,
    WorkspaceShape,
)
from klaremal.workspace.sources import (
    IndicatorOverride,
    SourceSection,
    by_plugin,
    read_overrides,
    read_sources,
)
from klaremal.workspace.toml_text import read_toml

FILE_NAME = "klaremal.toml"
_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|\d{4}-\d{2}-\d{2}")


@frozen(kw_only=True)
class UnitsFrom:
    """Units that a dataset's rows name: its columns with code, name and the unit above, and their level."""

    dataset: str
    code: str
    name: str
    parent: str
    level: str
    where: str = ""
    place: str = field(default="", eq=False)


@frozen(kw_only=True)
class Workspace:
    """Everything that the files of a workspace say, read but not yet held against the plugins.

    `plugins` are the installed ones that may speak, and `plugin_files` those that are files of the workspace.
    `unread` names files whose content could not be told at all; what they would have said is not missing elsewhere.
    """

    folder: Path
    name: str = ""
    unit: str = ""
    plugins: tuple[str, ...] = ()
    plugin_files: tuple[PluginFile, ...] = ()
    languages: tuple[str, ...] = ("da",)
    unit_set: str | None = None
    units_file: str | None = None
    units_from: tuple[UnitsFrom, ...] = ()
    country: str | None = None
    closed: tuple[str, ...] = ()
    sources: tuple[SourceSection, ...] = ()
    overrides: tuple[IndicatorOverride, ...] = ()
    statutory_off: tuple[tuple[str, str], ...] = ()
    releases: tuple[Release, ...] = ()
    goals: tuple[GoalSection, ...] = ()
    ledger: str = DEFAULT_LEDGER
    unread: tuple[str, ...] = ()


def read(folder: Path | str) -> tuple[Workspace, tuple[Fault, ...]]:
    """Return the workspace in a folder and every fault in its files; WorkspaceError only when there is no klaremal.toml."""
    root = Path(folder)
    path = root / FILE_NAME
    if not path.is_file():
        raise WorkspaceError([_no_file(root)])
    shapes = Shapes()
    table, faults = read_toml(path, FILE_NAME)
    reading = _Reading(shapes, list(faults))
    values = reading.top(table) if table is not None else {}
    # Without the names of plugins no id can be found: each would be one more mistake.
    is_read = table is not None and ("plugins" in values or "plugins" not in table)
    plugins, files, wrong, lost = read_plugins(root, values.get("plugins", ()), under(FILE_NAME, "plugins"))
    goals, more, unread = read_goals(shapes, root, values.get("goals"))
    workspace = Workspace(
        folder=root,
        languages=values.get("languages", ("da",)),
        plugins=plugins,
        plugin_files=files,
        ledger=values.get("ledger", DEFAULT_LEDGER),
        goals=goals,
        unread=(*(() if is_read else (FILE_NAME,)), *lost, *unread),
        **reading.blocks(values),
    )
    return workspace, (*reading.faults, *wrong, *more)


def _no_file(root: Path) -> Fault:
    if not root.is_dir():
        return Fault(str(root), "there is no such folder.", "Make a workspace with: klaremal init FOLDER --unit 751")
    for name in (f"{FILE_NAME}.txt", "klaremal.txt", "Klaremal.toml"):
        if (root / name).is_file():
            return Fault(str(root / name), f"the file is not called {FILE_NAME}.", f"Rename it to {FILE_NAME}.")
    return Fault(
        str(root),
        f"there is no {FILE_NAME} in the folder.",
        "Go to the workspace's folder, or make one: klaremal init FOLDER",
    )


@frozen
class _Reading:
    """The reading of klaremal.toml: how values are read, and the faults found so far."""

    shapes: Shapes
    faults: list[Fault]

    def fields(self, table: Mapping[str, Any], kind: type, block: str) -> dict[str, Any]:
        place = under(FILE_NAME, block) if block else FILE_NAME
        elsewhere = {} if not block else _TOP_KEYS_ELSEWHERE
        values, faults = read_fields(self.shapes, table, kind, place, elsewhere)
        self.faults.extend(faults)
        return values

    def top(self, table: Mapping[str, Any]) -> dict[str, Any]:
        values = self.fields(table, WorkspaceShape, "")
        for language in values.get("languages", ()):
            self._known(language, LANGUAGES, "languages", "language")
        return values

    def blocks(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of Workspace that are blocks of their own in the file."""
        has_organisation = "organisation" in values
        organisation = self.fields(values["organisation"], OrganisationShape, "organisation") if has_organisation else {}
        units = self.fields(values.get("units", {}), UnitsShape, "units")
        sources, source_faults = read_sources(self.shapes, values.get("sources", {}), FILE_NAME)
        overrides, override_faults = read_overrides(self.shapes, values.get("indicators", {}), FILE_NAME)
        releases, release_faults = read_releases(self.shapes, values.get("release", ()), FILE_NAME)
        self.faults.extend((*source_faults, *override_faults, *release_faults))
        return {
            "name": organisation.get("name", ""),
            "unit": organisation.get("unit", ""),
            "unit_set": units.get("set"),
            "units_file": units.get("file"),
            "units_from": tuple(self._units_from(units.get("from_", {}))),
            **self._calendar(values.get("calendar", {})),
            "sources": sources,
            "overrides": overrides,
            "releases": releases,
            "statutory_off": tuple(self._statutory_off(values.get("statutory", {}))),
        }

    def _known(self, word: str, known: tuple[str, ...], block: str, what: str) -> None:
        if word not in known:
            cure = f"Use {', '.join(known)}."
            self.faults.append(Fault(under(FILE_NAME, block), f'"{word}" is no {what}.', cure, nearest(word, known)))

    def _units_from(self, table: Mapping[str, Any]) -> Iterator[UnitsFrom]:
        for dataset, section in by_plugin(table, ("code", "name", "parent", "level")):
            block = f"units.from.{dataset}"
            if not isinstance(section, Mapping):
                self.faults.append(Fault(under(FILE_NAME, block), "is not a block.", f'Write [units.from."{dataset}"].'))
                continue
            values = self.fields(section, UnitsFromShape, block)
            if "level" in values:
                self._known(values["level"], LEVELS, f"{block}.level", "level")
            if {"code", "name", "parent", "level"} <= set(values) and values["level"] in LEVELS:
                yield UnitsFrom(dataset=dataset, place=under(FILE_NAME, block), **values)

    def _calendar(self, table: Mapping[str, Any]) -> dict[str, Any]:
        values = self.fields(table, CalendarShape, "calendar")
        country = values.get("country")
        if country is not None:
            self._known(country, COUNTRIES, "calendar.country", "country whose holidays are known")
        return {"country": country, "closed": tuple(self._closed(values.get("closed", ())))}

    def _closed(self, days: Iterable[Any]) -> Iterator[str]:
        for day in days:
            text = day.isoformat() if isinstance(day, date) else str(day)
            if _DAY.fullmatch(text):
                yield text
            else:
                what = f'"{text}" is not a day.'
                cure = 'Write month-day for every year ("12-24"), or a date ("2026-05-15").'
                self.faults.append(Fault(under(FILE_NAME, "calendar.closed"), what, cure))

    def _statutory_off(self, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        off = self.fields(table, StatutoryShape, "statutory").get("off", {})
        for goal, reason in by_plugin(off, ()):
            if isinstance(reason, str) and reason.strip():
                yield goal, reason
            else:
                cure = f'Say why the law does not apply here: "{goal}" = "Vi har ingen ...".'
                self.faults.append(Fault(under(FILE_NAME, f'statutory.off."{goal}"'), "there is no reason.", cure))


_TOP = f"Move it to the top of {FILE_NAME}, above the first [block]: below a block it belongs to that block."
_TOP_KEYS_ELSEWHERE = dict.fromkeys(("plugins", "goals", "languages", "ledger"), _TOP)
