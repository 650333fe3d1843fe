"""A new workspace from the sample data that plugins bring: which files with which text; writes and runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from types import MappingProxyType

from attrs import frozen

from klaremal.absent import absent
from klaremal.discovery import CORE, PluginSource
from klaremal.errors import DeclarationError, Fault, WorkspaceError, nearest
from klaremal.jsonschema.own import OWN_SCHEMA, own_schema
from klaremal.jsonschema.schemas import GOALS_SCHEMA, WORKSPACE_SCHEMA, goals_schema, workspace_schema
from klaremal.model.unit import Unit, Units
from klaremal.registry import Registry

EXAMPLE_UNIT = "751"
SOURCES_LINE = "# --- Sources"

_EXAMPLE_NAME = "Eksempel Kommune"
# Where a municipality is not called by its name and "Kommune".
_OFFICIAL_NAMES = MappingProxyType({"101": "Københavns Kommune", "400": "Bornholms Regionskommune"})
_DATA_PATH = re.compile(r"(?<=[\"'])data/")

_HEAD = """\
#:schema {schema}
# {title}: hvad vi har lovet borgerne, og hvor tallene kommer fra.
# Tallene i data/ er opdigtede, så I kan prøve straks. Skift dem ud med jeres egne, én kilde ad gangen.
# Skriv stier med skråstreg (/), også i Windows. Luk regnearket, før klaremal læser det.

{plugins}# hvilke installerede plugins der må tale (klaremal plugins)
{goals}# alle filer med mål
{languages}# det første er det, klaremal svarer på

[organisation]
name = {name}
{unit}# {unit_note}

[units]
{set}# kommuner, regioner og grupper følger med
# file = "enheder.xlsx"                          # egne distrikter og institutioner: code, name, level, parent
"""
_GITIGNORE = b"# what a run leaves: counts that are not disclosed, the ledger\n.klaremal/\n"
_UNIT_NOTE = "jeres kommune; rækker uden kommune hører til den"
_EXAMPLE_NOTE = "et eksempel: skriv jeres egen kommunes nummer; rækker uden kommune hører til den"
_COMMENT_COLUMN = 49


@frozen(kw_only=True)
class Scaffold:
    """A new workspace as texts: the files by their path below its folder, in the order in which people read them.

    `without_sample` holds plugins that bring no sample data, each with why; they are named in `plugins` all the same.
    """

    name: str
    unit: Unit
    plugins: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    without_sample: tuple[tuple[str, str], ...] = ()


def scaffold(
    registry: Registry,
    *,
    unit: str | None = None,
    plugins: Sequence[str] = (),
    languages: Sequence[str] = ("da", "en", "nb"),
    name: str | None = None,
) -> Scaffold:
    """Return a workspace for a municipality with the samples of the plugins named, or of all that are installed.

    Without `unit` it is an example. `languages` has at least one. WorkspaceError names every unknown name at once.
    """
    sources, faults = _chosen(registry, plugins)
    try:
        set_id, place = _municipality(registry, unit or EXAMPLE_UNIT)
    except WorkspaceError as error:
        raise WorkspaceError((*faults, *error.faults)) from None
    if faults:
        raise WorkspaceError(faults)
    called = name or (_EXAMPLE_NAME if unit is None else organisation_name(place))
    blocks, samples, missing = [], [], []
    for source in sources:
        try:
            block, taken = _sample(source)
        except DeclarationError as error:
            missing.append((source.name, error.message))
            continue
        blocks.append(block)
        samples += taken
    head = _head(called, place.code, unit is None, [each.name for each in sources], set_id, languages)
    if not any(path.startswith("goals/") for path, _ in samples):
        # A pattern that is written must match a file; without one the same folder is looked into.
        head = head.replace("\ngoals ", "\n# goals ", 1)
    return Scaffold(
        name=called,
        unit=place,
        plugins=tuple(each.name for each in sources),
        files=(
            ("klaremal.toml", "\n".join([head, *blocks]).encode()),
            *sorted(samples, key=lambda pair: (pair[0].partition("/")[0] != "goals", pair[0])),
            (".gitignore", _GITIGNORE),
            (WORKSPACE_SCHEMA, _json(workspace_schema(registry, languages[0]))),
            (GOALS_SCHEMA, _json(goals_schema(registry, languages[0]))),
            (OWN_SCHEMA, _json(own_schema(registry, languages[0]))),
        ),
        without_sample=tuple(missing),
    )


def _municipality(registry: Registry, text: str) -> tuple[str, Unit]:
    """Return a municipality by code, name or alias and the set that knows it; WorkspaceError with the nearest otherwise."""
    near = ""
    for set_id, units in _unit_sets(registry):
        code = units.resolve(text, level="municipality") or units.resolve(text)
        if code is not None and units.level(code) != "municipality":
            what = f"{units.name(code)} is a {units.level(code)}, and the sample data are about one municipality."
            raise WorkspaceError([Fault("--unit", what, "Name a municipality to try with; klaremal.toml can be changed.")])
        if code is not None:
            return set_id, units.get(code)
        several = [f"{each} {units.name(each)} ({units.level(each)})" for each in units.matches(text)]
        if several:
            raise WorkspaceError([Fault("--unit", f'"{text}" can be {" or ".join(several)}.', "Give the code.")])
        near = near or units.nearest(text)
    cure = "" if near else 'Give the municipality\'s code or name, as --unit 751 or --unit "Aarhus".'
    raise WorkspaceError([Fault("--unit", f'there is no unit "{text}".', cure, near)])


def _unit_sets(registry: Registry) -> Iterator[tuple[str, Units]]:
    for set_id in sorted(registry.unit_sets, key=lambda each: (each != "dk", each)):
        known = registry.unit_sets[set_id]
        yield set_id, Units.of(known.units, known.groups)


def organisation_name(municipality: Unit) -> str:
    """Return what a municipality calls itself: "Aarhus Kommune" for Aarhus."""
    return _OFFICIAL_NAMES.get(municipality.code, f"{municipality.name} Kommune")


def _chosen(registry: Registry, names: Sequence[str]) -> tuple[tuple[PluginSource, ...], tuple[Fault, ...]]:
    """Return the plugins named (all installed ones when none is), and a fault for each that is not there."""
    installed = {each.name: each for each in registry.plugins if each.name != CORE}
    if not names:
        cure = "Install one: pip install klaremal-schools"
        none = (Fault("--plugins", "no plugin is installed.", cure),) if not installed else ()
        return tuple(installed.values()), none
    left_out = {each.plugin: each.why for each in registry.left_out if not each.what or each.what.startswith("klaremal_")}
    chosen, faults = [], []
    for name in dict.fromkeys(names):
        if name in installed:
            chosen.append(installed[name])
        elif name in left_out:
            faults.append(Fault("--plugins", f'the plugin "{name}" is left out: {left_out[name]}'))
        else:
            faults.append(_unknown(name, tuple(installed)))
    return tuple(chosen), tuple(faults)


def _unknown(name: str, installed: Sequence[str]) -> Fault:
    # People also write the distribution's name, and its underscores as hyphens.
    plain = name.removeprefix("klaremal-").replace("-", "_")
    near = plain if plain in installed else nearest(plain, installed)
    what, cure = absent(plain)
    return Fault("--plugins", what, f"Installed: {', '.join(installed) or 'none'}. {cure}", near)


def _head(name: str, code: str, is_example: bool, plugins: Sequence[str], set_id: str, languages: Sequence[str]) -> str:
    def column(text: str) -> str:
        return text.ljust(_COMMENT_COLUMN - 1) + " "

    return _HEAD.format(
        schema=WORKSPACE_SCHEMA,
        title=" ".join(name.split()),
        plugins=column(f"plugins   = [{', '.join(_quoted(each) for each in plugins)}]"),
        goals=column('goals     = ["goals/*.toml"]'),
        languages=column(f"languages = [{', '.join(_quoted(each) for each in languages)}]"),
        name=_quoted(name),
        unit=column(f"unit = {_quoted(code)}"),
        unit_note=_EXAMPLE_NOTE if is_example else _UNIT_NOTE,
        set=column(f"set  = {_quoted(set_id)}"),
    )


def _quoted(text: str) -> str:
    # A JSON string is a TOML string.
    return json.dumps(text, ensure_ascii=False)


def _json(schema: Mapping[str, object]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def _sample(source: PluginSource) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the source blocks and the files of a plugin's sample, placed in a workspace that it shares with others.

    DeclarationError says why there are none.
    """
    if getattr(source.module, "__path__", None) is None:
        raise DeclarationError("it is a single module and brings no sample")
    root = files(source.module) / "sample"
    if not (root / "klaremal.toml").is_file():
        raise DeclarationError("it brings no sample")
    text = (root / "klaremal.toml").read_text(encoding="utf-8").replace("\r\n", "\n")
    start = text.find(f"\n{SOURCES_LINE}")
    if start < 0:
        raise DeclarationError(f'its sample/klaremal.toml has no line that begins with "{SOURCES_LINE}"')
    taken = []
    for path, content in _files(root):
        placed = _placed(PurePosixPath(path), source.name)
        if placed is not None:
            taken.append((placed, _with_schema(content) if placed.startswith("goals/") else content))
    lines = (_with_folder(line, source.name) for line in text[start + 1 :].split("\n"))
    return "\n".join(lines), taken


def _with_folder(line: str, plugin: str) -> str:
    """Return a line of a sample with the plugin's own data folder in its paths, its comment where it was if it can be."""
    before, sign, comment = line.partition(" # ")
    longer = _DATA_PATH.sub(f"data/{plugin}/", before)
    room = max(1, len(before) + 1 - len(longer.rstrip()))
    return f"{longer.rstrip()}{' ' * room}# {comment}" if sign and longer != before else longer + sign + comment


def _files(folder: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        # What a run in the sample's own folder left behind is not part of it.
        if each.name.startswith((".", "__")):
            continue
        if each.is_dir():
            yield from _files(each, f"{above}{each.name}/")
        else:
            yield above + each.name, each.read_bytes()


def _placed(path: PurePosixPath, plugin: str) -> str | None:
    """Return where a file of a sample goes in a workspace with several plugins; None when it has no place there."""
    if path.parts[0] == "data" and len(path.parts) > 1:
        return str(PurePosixPath("data", plugin, *path.parts[1:]))
    if path.parts[0] == "goals" and path.suffix == ".toml":
        return f"goals/{path.name if path.stem == plugin else f'{plugin}_{path.name}'}"
    return f"data/{plugin}/SOURCE.md" if path.name == "SOURCE.md" else None


def _with_schema(content: bytes) -> bytes:
    return f"#:schema ../{GOALS_SCHEMA}\n".encode() + content
