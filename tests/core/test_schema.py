"""`klaremal schema`: what editors are told about klaremal.toml and goal files."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

from klaremal.cli.main import main
from klaremal.discovery import discover
from klaremal.jsonschema.own import own_schema
from klaremal.jsonschema.schemas import goals_schema, workspace_schema
from klaremal.jsonschema.words import WORDS
from klaremal.registry import Registry, build
from klaremal.shape import key_of

ROOT = Path(__file__).parents[2]
WORKSPACES = sorted(
    path.parent for pattern in ("plugins/*/src/*/sample", "examples/*") for path in ROOT.glob(f"{pattern}/klaremal.toml")
)
TYPES = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}


def faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], place: str = "") -> list[str]:
    """Return where a value breaks a schema: a plain reading of the draft's rules, of those alone that are used here."""
    found: list[str] = []
    for rule, wanted in schema.items():
        if rule == "$ref":
            target: Any = whole
            for part in wanted.removeprefix("#/").split("/"):
                target = target[part]
            found += faults(value, target, whole, place)
        elif rule in ("anyOf", "oneOf"):
            fitting = sum(not faults(value, each, whole, place) for each in wanted)
            found += [] if fitting == 1 or (rule == "anyOf" and fitting) else [f"{place}: {rule} ({fitting} fit)"]
        elif rule == "not":
            found += [f"{place}: not"] if not faults(value, wanted, whole, place) else []
        elif rule == "type":
            names = wanted if isinstance(wanted, list) else [wanted]
            fits = any(isinstance(value, TYPES[each]) and isinstance(value, bool) <= (each == "boolean") for each in names)
            found += [] if fits else [f"{place}: type"]
        elif rule == "enum":
            found += [] if value in wanted else [f"{place}: enum"]
        elif isinstance(value, dict):
            found += of_object(value, rule, wanted, schema, whole, place)
        elif isinstance(value, list):
            items = enumerate(value) if rule == "items" else ()
            found += [fault for n, each in items for fault in faults(each, wanted, whole, f"{place}[{n}]")]
            found += [f"{place}: {rule}"] if rule == "minItems" and len(value) < wanted else []
            found += [f"{place}: {rule}"] if rule == "maxItems" and len(value) > wanted else []
        elif isinstance(value, str):
            found += [f"{place}: {rule}"] if rule == "minLength" and len(value) < wanted else []
            found += [f"{place}: {rule}"] if rule == "pattern" and not re.search(wanted, value) else []
        elif isinstance(value, (int, float)):
            found += [f"{place}: {rule}"] if rule == "minimum" and value < wanted else []
            found += [f"{place}: {rule}"] if rule == "maximum" and value > wanted else []
    return found


def of_object(
    value: dict[str, Any], rule: str, wanted: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], place: str
) -> list[str]:
    """Return where an object breaks one rule."""
    known = schema.get("properties", {})
    if rule == "properties":
        return [f for key in value if key in wanted for f in faults(value[key], wanted[key], whole, f"{place}.{key}")]
    if rule == "required":
        return [f"{place}: {key} is required" for key in wanted if key not in value]
    if rule == "propertyNames":
        return [f for key in value for f in faults(key, wanted, whole, f"{place}.{key}")]
    if rule == "additionalProperties" and wanted is False:
        return [f"{place}: {key} is unknown" for key in value if key not in known]
    if rule == "additionalProperties":
        return [f for key in value if key not in known for f in faults(value[key], wanted, whole, f"{place}.{key}")]
    return []


def plain(value: Any) -> Any:
    """Return a value of TOML as editors hand it to a schema: dates as text."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def read(text: str) -> Any:
    """Return a TOML text as editors hand it to a schema."""
    return plain(tomllib.loads(text))


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Return all that is installed."""
    return build(*discover())


@pytest.fixture(scope="module")
def workspace(registry: Registry) -> Mapping[str, Any]:
    """Return the schema of klaremal.toml."""
    return workspace_schema(registry)


@pytest.fixture(scope="module")
def goals(registry: Registry) -> Mapping[str, Any]:
    """Return the schema of goal files."""
    return goals_schema(registry)


@pytest.mark.parametrize("folder", WORKSPACES, ids=lambda each: each.parent.name if each.name == "sample" else each.name)
def test_every_workspace_of_this_repository_fits(folder: Path, workspace: Mapping[str, Any], goals: Mapping[str, Any]) -> None:
    """What klaremal can run, an editor does not mark."""
    assert faults(read((folder / "klaremal.toml").read_text(encoding="utf-8")), workspace, workspace) == []
    for path in folder.glob("goals/*.toml"):
        assert faults(read(path.read_text(encoding="utf-8")), goals, goals) == []


SETTINGS = """
plugins = ["childcare"]
languages = ["da"]
{top}
[organisation]
name = "Solbjerg Kommune"
unit = "751"
{blocks}
[sources.childcare.staffing]
collector = "csv"
files = ["data/a.csv", "data/b.csv"]
complete_until = "end_of_last_month"
{source}
"""


RELEASE = """
[[release]]
indicator = "childcare.first_choice"
unit = "751"
period = ["2025", "2025M05"]
by = "Databeskyttelsesrådgiveren"
date = 2026-11-20
"""


def written(place: str, lines: str) -> Any:
    """Return klaremal.toml with lines at the top, as blocks of their own, or in the block of a source."""
    return read(SETTINGS.format(**{"top": "", "blocks": "", "source": "", place: lines}))


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("top", ""),
        ("top", 'goals = "goals/*.toml"\nledger = "postgresql://h/db"'),
        ("blocks", '[units]\nset = "dk"\nfile = "enheder.xlsx"'),
        ("blocks", '[indicators."schools.absence"]\nminimum_count = 3\nreason = "..."'),
        ("blocks", '[indicators.schools.absence]\nplausible = [1, 30.5]\nreason = "..."'),
        ("blocks", '[statutory.off]\n"childcare.minimum_staffing_3_5" = "Vi har ingen."'),
        ("blocks", '[calendar]\nclosed = ["06-05"]'),
        ("blocks", RELEASE + 'reason = "..."'),
        ("blocks", '[[sources.schools.overview]]\ncollector = "excel"\n[[sources.schools.overview]]\ncollector = "csv"'),
        ("source", 'sheet = "Ark1"\nheader_row = 3'),
        ("source", 'missing = ["..", "-"]\ndecimal = ","'),
        ("source", 'missing = { ratio = { x = "no_cases" } }'),
        ("source", 'values = { offer = { "Vuggestue" = "0-2" } }'),
        ("source", 'wide_to_long = { keep = ["Kommune"], names = "year", values = "ratio" }'),
        ("source", 'constants = { offer = "0-2", year = 2024 }\ncolumns = { ratio = "Børn" }'),
    ],
)
def test_what_may_be_written_fits(place: str, lines: str, workspace: Mapping[str, Any]) -> None:
    """Ids nested or quoted, one block or several, one file or a list, options of any collector."""
    assert faults(written(place, lines), workspace, workspace) == []


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("top", 'langages = ["da"]'),
        ("blocks", '[units]\nset = "dkk"'),
        ("blocks", '[indicators."schools.absense"]\nreason = "..."'),
        ("blocks", '[indicators."schools.absence"]\nminimum_count = 3'),
        ("blocks", '[indicators."schools.absence"]\nplausible = [1]\nreason = "..."'),
        ("blocks", '[statutory.off]\n"childcare.minimum_staffing_3_5" = ""'),
        ("blocks", RELEASE),
        ("blocks", RELEASE.replace("first_choice", "first_chioce") + 'reason = "..."'),
        ("blocks", '[sources.childcare.stafing]\ncollector = "csv"'),
        ("blocks", '[sources.childcare.education]\nfiles = "a.csv"'),
        ("blocks", '[sources.childcare.education]\ncollector = "cvs"'),
        ("source", 'colums = { ratio = "Børn" }'),
        ("source", 'columns = { ration = "Børn" }'),
        ("source", 'values = { offer = { "Vuggestue" = "0-3" } }'),
        ("source", 'missing = { ".." = "unknown" }'),
        ("source", 'decimal = ";"'),
        ("source", 'wide_to_long = { keep = ["Kommune"], names = "year" }'),
        ("source", 'header_row = "3"'),
    ],
)
def test_what_is_wrong_is_marked(place: str, lines: str, workspace: Mapping[str, Any]) -> None:
    """A slip in a key, an id, a code or a type is marked while it is written."""
    assert faults(written(place, lines), workspace, workspace) != []


GOAL = """
[defaults]
valid_from = 2026-01-01
decision   = { body = "Byrådet", date = 2025-12-11, case = "25/10482" }
[goal.normering]
title   = { da = "Voksne nok", en = "Adults enough" }
promise = "Der er højst 3 børn pr. voksen."
"""


@pytest.mark.parametrize(
    "lines",
    [
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\ntolerance = 0.2',
        'indicator = "childcare.staffing_0_2"\nat_most = 3\n[goal.normering.targets]\n"Østby" = 3.2',
        'indicator = "childcare.staffing_0_2"\npath = { 2026 = 3.1, 2029 = 2.8, shape = "steps" }',
        'indicator = "childcare.staffing_0_2"\nbetween = [2.5, 3]\nunits = { under = "Østby", level = "institution" }',
        'indicator = "childcare.staffing_0_2"\nat_most = 3\nunits = "municipality"',
        'indicator = "childcare.staffing_0_2"\nat_most = 3\nunits = ["Østby", { under = "081", level = "municipality" }]',
        'threshold = "childcare.trained_pedagogues_recommended"\nfrequency = "year"',
    ],
)
def test_a_goal_with_one_target_fits(lines: str, goals: Mapping[str, Any]) -> None:
    """Each kind of target, a threshold, units and values of their own."""
    assert faults(read(GOAL + lines), goals, goals) == []


@pytest.mark.parametrize(
    "lines",
    [
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nat_least = 2.0',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nthreshold = "childcare.minimum_staffing_0_2_law"',
        'indicator = "childcare.staffing_0_3"\nat_most = 3.0',
        'indicator = "childcare.staffing_0_2"\nat_most = "3,0"',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\ntolerance = -1',
        'indicator = "childcare.staffing_0_2"\nbetween = [2.5]',
        'indicator = "childcare.staffing_0_2"\nat_mots = 3.0',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nfrequency = "yearly"',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nwithin = 10',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nunits = [751]',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nunits = [{ under = "Østby" }]',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nunits = [{ under = "Østby", level = "skole" }]',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\nunits = [["Østby"]]',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\n[goal."Normering 0-2"]\ntitle = "x"\npromise = "y"\nat_most = 3',
        'indicator = "childcare.staffing_0_2"\nat_most = 3.0\n[goal.uden_ord]\nat_most = 3',
    ],
)
def test_a_goal_that_cannot_be_judged_is_marked(lines: str, goals: Mapping[str, Any]) -> None:
    """Two targets, unknown ids, text for a number and a number for text, an id with spaces."""
    assert faults(read(GOAL + lines), goals, goals) != []


def test_every_id_that_is_installed_can_be_completed(
    registry: Registry, workspace: Mapping[str, Any], goals: Mapping[str, Any]
) -> None:
    """Plugins, datasets, collectors, indicators and thresholds come from the registry, with their titles beside them."""
    goal = goals["$defs"]["goal"]["properties"]
    assert goal["indicator"]["enum"] == sorted(registry.indicators)
    assert goal["threshold"]["enum"] == sorted(registry.thresholds)
    # What is made of other datasets has no source.
    delivered = {each.id for each in registry.datasets.values() if not each.made_from}
    assert delivered < set(workspace["properties"]["sources"]["properties"])
    assert "eldercare.nursing_home_clocks" not in workspace["properties"]["sources"]["properties"]
    source = workspace["$defs"]["childcare.staffing"]["properties"]
    assert source["collector"]["enum"] == sorted(registry.collectors)
    assert {"csv", "excel", "json", "parquet", "childcare.stil"} <= set(source["collector"]["enum"])
    assert source["columns"]["properties"]["ratio"]["description"] == "Børn pr. voksen"
    place = goal["indicator"]["enum"].index("childcare.staffing_0_2")
    assert goal["indicator"]["x-taplo"]["docs"]["enumValues"][place] == "Børn pr. voksen, 0-2 år"


@pytest.mark.parametrize("shape", WORDS, ids=lambda each: each.__name__)
def test_every_key_has_its_words_and_no_word_is_left_over(shape: Any) -> None:
    """A key that is added to the files is explained to whoever writes it."""
    assert set(WORDS[shape]) == {key_of(each) for each in fields(shape)}


def test_titles_follow_the_language_of_the_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first language of the workspace in the folder, unless another is asked for."""
    text = 'plugins = []\nlanguages = ["nb"]\n[organisation]\nname = "X"\nunit = "751"\n'
    (tmp_path / "klaremal.toml").write_text(text, encoding="utf-8")
    shown = []
    for arguments in ([str(tmp_path)], [str(tmp_path), "--lang", "en"]):
        assert main(["schema", *arguments]) == 0
        made = json.loads(capsys.readouterr().out)
        shown.append(made["$defs"]["childcare.staffing"]["properties"]["columns"]["properties"]["ratio"]["description"])
    assert shown == ["Barn per voksen", "Children per adult"]


def test_the_schema_is_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With -o nothing is printed, and the folder is made."""
    target = tmp_path / ".klaremal" / "goals.schema.json"
    assert main(["schema", str(tmp_path), "--goals", "-o", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(target.read_text(encoding="utf-8"))["title"] == "goals/*.toml"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence, not a traceback."""
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    assert main(["schema", str(tmp_path), "-o", str(tmp_path / "taken" / "schema.json")]) == 2
    assert "taken" in capsys.readouterr().err


# -- plugin files ----------------------------------------------------------------------------------------------------

OWN = """
title = {{ da = "Borgerservice", en = "Citizen service" }}
[dataset.requests]
title = "Henvendelser"
grain = "én række pr. henvendelse"
dated_by = "received_on"
columns = {{ received_on = "date", days = {{ type = "integer", minimum = 0 }} }}
[indicator.answered]
title = "Besvaret"
dataset = "own.requests"
measure = "share"
condition = "days <= 10"
measured_in = "percent"
direction = "higher"
frequency = "month"
{line}
"""


@pytest.fixture(scope="module")
def own(registry: Registry) -> Mapping[str, Any]:
    """Return the schema of a plugin file in TOML."""
    return own_schema(registry)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        pytest.param("", [], id="as it is"),
        pytest.param("minimum_count = 3", [], id="a field"),
        pytest.param('breakdowns = ["sex", ["sex", "age"]]', [], id="breakdowns"),
        pytest.param('within = { default = "10 days", by = "kind" }', [], id="a deadline"),
        pytest.param('per = { of = "persons", dataset = "klaremal.population" }', [], id="another dataset"),
        pytest.param("breaks = { 2024-01-01 = 'Ny metode' }", [], id="breaks"),
        pytest.param('calendar = "DK"', [".indicator.answered: calendar is unknown"], id="what is the workspace's"),
        pytest.param('kind = "outcom"', [".indicator.answered.kind: enum"], id="a word"),
        pytest.param("plausible = [0]", [".indicator.answered.plausible: minItems"], id="half a range"),
        pytest.param('breakdown = "sex"', [".indicator.answered: breakdown is unknown"], id="a key"),
    ],
)
def test_a_plugin_file_fits_or_is_marked(line: str, wrong: list[str], own: Mapping[str, Any]) -> None:
    """What klaremal refuses, an editor marks at its place."""
    assert faults(read(OWN.format(line=line)), own, own) == wrong


def test_files_of_the_workspace_fit_among_its_plugins(workspace: Mapping[str, Any]) -> None:
    """By their endings; what lies outside the folder does not."""
    plugins = workspace["properties"]["plugins"]
    assert faults(["schools", "own.toml", "plugins/own.py"], plugins, workspace) == []
    assert faults(["/home/own.py"], plugins, workspace) != []


def test_the_schema_of_a_workspace_knows_its_own_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Their datasets can have sources, their indicators goals."""
    (tmp_path / "own.toml").write_text(OWN.format(line=""), encoding="utf-8")
    text = 'plugins = ["own.toml"]\n[organisation]\nname = "X"\nunit = "751"\n'
    (tmp_path / "klaremal.toml").write_text(text, encoding="utf-8")
    found = []
    for option in ([], ["--goals"], ["--own"]):
        assert main(["schema", str(tmp_path), *option]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert "own.requests" in found[0]["$defs"]
    assert "own.answered" in found[1]["$defs"]["goal"]["properties"]["indicator"]["enum"]
    assert "own.requests" in found[2]["$defs"]["indicator"]["properties"]["dataset"]["anyOf"][0]["enum"]
    assert main(["schema", str(tmp_path), "--goals", "--own"]) == 2
