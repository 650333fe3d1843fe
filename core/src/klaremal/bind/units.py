"""The tree of units of a workspace: a plugin's set, the workspace's own file, and which unit is the organisation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from klaremal.bind.ids import Ids
from klaremal.bind.units_file import UnitRow, read_units_file
from klaremal.errors import DeclarationError
from klaremal.model.unit import LEVELS, Unit, UnitGroup, Units
from klaremal.shape import fault
from klaremal.workspace.folder import Workspace

# The set of a workspace that says nothing of units.
DEFAULT_SET = "dk"


def bind_units(workspace: Workspace, ids: Ids) -> tuple[Units | None, str | None]:
    """Return the tree and the organisation's code; None for what could not be made, with the reason in the notes."""
    base = _from_set(workspace, ids)
    if base is None:
        return None, None
    organisation = _organisation(workspace, base, ids, said=workspace.units_file is None)
    if workspace.units_file is None:
        return base, organisation
    rows, faults = read_units_file(workspace.folder / workspace.units_file, workspace.units_file)
    ids.notes.faults.extend(faults)
    top = organisation or next((row.code for row in rows if workspace.unit in (row.code, row.name)), None)
    units = tuple(_units(rows, base, top, ids))
    if len(units) < len(rows) or faults:
        return None, organisation
    try:
        tree = base.with_units(units)
    except DeclarationError as error:
        lines = [line for line in str(error).splitlines() if line != "units:"]
        ids.notes.faults.extend(fault(workspace.units_file, line) for line in lines)
        return None, organisation
    _warn_of_names(rows, workspace.units_file, ids)
    return tree, organisation or _organisation(workspace, tree, ids, said=True)


def _from_set(workspace: Workspace, ids: Ids) -> Units | None:
    name = workspace.unit_set
    if name is None and workspace.units_file is None:
        name = DEFAULT_SET
    units: tuple[Unit, ...] = ()
    groups: tuple[UnitGroup, ...] = ()
    if name is not None:
        found = ids.find("unit_sets", name, "klaremal.toml: units.set")
        if found is None:
            return None
        units, groups = found.units, found.groups
    try:
        return Units.of(units, groups)
    except DeclarationError as error:
        ids.notes.faults.append(fault("klaremal.toml: units.set", str(error)))
        return None


def _organisation(workspace: Workspace, units: Units, ids: Ids, *, said: bool) -> str | None:
    """Return the code of the organisation's unit; with `said` its absence is noted."""
    if not workspace.unit:
        return None
    code = units.resolve(workspace.unit) or units.resolve(workspace.unit, level="municipality")
    if code is None and said:
        near = units.nearest(workspace.unit)
        cure = "" if near else 'Write the code or the name of the municipality, as unit = "751".'
        ids.notes.fault("klaremal.toml: organisation.unit", f'there is no unit "{workspace.unit}".', cure, near)
    return code


def _units(rows: Sequence[UnitRow], base: Units, organisation: str | None, ids: Ids) -> Iterator[Unit]:
    own: dict[str, set[str]] = {}
    for row in rows:
        for name in (row.code, row.name, *row.aliases):
            own.setdefault(name.casefold(), set()).add(row.code)
    for row in rows:
        parent = _parent(row, own, base, organisation, ids)
        try:
            yield Unit(
                code=row.code,
                name=row.name,
                level=row.level,
                parent=parent,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                aliases=row.aliases,
            )
        except DeclarationError as error:
            ids.notes.faults.append(fault(row.place, str(error)))


def _parent(row: UnitRow, own: dict[str, set[str]], base: Units, organisation: str | None, ids: Ids) -> str | None:
    """Return the code of the unit above: the one named, by code or name; without one the organisation's."""
    if not row.parent:
        below = LEVELS.index(row.level) > LEVELS.index("municipality")
        return organisation if below and organisation != row.code else None
    called = own.get(row.parent.casefold(), set())
    # A code is meant before a name that looks like it.
    codes = {row.parent} if row.parent in called else called - {row.code}
    if len(codes) == 1:
        return next(iter(codes))
    if len(codes) > 1:
        cure = f"Write the code: {' or '.join(sorted(codes))}."
        ids.notes.fault(row.place, f'{len(codes)} units are called "{row.parent}".', cure)
        return None
    code = base.resolve(row.parent)
    if code is None:
        near = base.nearest(row.parent)
        ids.notes.fault(row.place, f'the unit above, "{row.parent}", is not known.', "Write its code or name.", near)
    return code


def _warn_of_names(rows: Sequence[UnitRow], shown: str, ids: Ids) -> None:
    """Warn of two units of one name and level: rows and goals that use the name cannot be placed."""
    called: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        called.setdefault((row.level, row.name.casefold()), {})[row.code] = row.name
    for (level, _), several in called.items():
        if len(several) > 1:
            name = next(iter(several.values()))
            what = f'{len(several)} units of the level {level} are called "{name}": {", ".join(several)}.'
            cure = "Rows that only give the name count nowhere; use the codes, or give each an alias of its own."
            ids.notes.warn(shown, what, cure)
