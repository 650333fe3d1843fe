"""`klaremal init`: a workspace that runs at once, and refusals that say what to do."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any

import pytest

from klaremal.builtin.units_dk import dk
from klaremal.cli.main import main
from klaremal.declared import Declared
from klaremal.discovery import PluginSource
from klaremal.errors import Refused, WorkspaceError
from klaremal.model.unit import Unit
from klaremal.registry import Registry
from klaremal.run import run
from klaremal.scaffold.new_folder import write
from klaremal.scaffold.workspace import organisation_name, scaffold

TODAY = date(2026, 11, 22)


def toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def files(folder: Path) -> list[str]:
    """Return the files below a folder, by path."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return a folder that does not exist yet."""
    return tmp_path / "solbjerg"


def test_it_writes_settings_goals_data_and_schemas(new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each plugin has a goal file and a data folder of its own; each file written is named, and so is the next command."""
    assert main(["init", str(new), "--unit", "751", "--plugins", "schools,childcare"]) == 0
    written = [
        ".gitignore",
        ".klaremal/goals.schema.json",
        ".klaremal/klaremal.schema.json",
        ".klaremal/own.schema.json",
        "data/childcare/SOURCE.md",
        "data/childcare/foraeldre.csv",
        "data/childcare/indskrevne.csv",
        "data/childcare/normering.csv",
        "data/childcare/personale.csv",
        "data/childcare/uddannelse.csv",
        "data/childcare/venteliste.csv",
        "data/schools/SOURCE.md",
        "data/schools/elever.csv",
        "data/schools/fravaersdage.csv",
        "data/schools/klassetrin.csv",
        "data/schools/skoler.csv",
        "data/schools/test.csv",
        "goals/childcare.toml",
        "goals/schools.toml",
        "klaremal.toml",
    ]
    assert files(new) == written
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.strip() for line in lines[1:-1]) == written
    assert lines[-1] == f"Tallene i data/ er opdigtede. Kør nu: klaremal run {new.as_posix()}"


def test_an_editor_knows_own_indicators_before_there_are_any(new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The schema is that of `klaremal schema --own`: keys of both blocks, and the datasets of all plugins."""
    main(["init", str(new), "--plugins", "childcare", "--lang", "en"])
    capsys.readouterr()
    assert main(["schema", str(new), "--own", "--lang", "en"]) == 0
    text = (new / ".klaremal" / "own.schema.json").read_text("utf-8")
    assert text == capsys.readouterr().out
    assert {"dataset", "indicator", "title"} == {*json.loads(text)["properties"]}
    assert '"childcare.staffing"' in text


def test_the_settings_name_the_organisation_its_unit_and_the_plugins(new: Path) -> None:
    """The name comes from the unit, the plugins keep their order, and every source reads a file that is there."""
    main(["init", str(new), "--unit", "751", "--plugins", "schools,childcare"])
    settings = toml(new / "klaremal.toml")
    assert settings["organisation"] == {"name": "Aarhus Kommune", "unit": "751"}
    assert settings["plugins"] == ["schools", "childcare"]
    assert settings["languages"] == ["da", "en", "nb"]
    assert settings["units"]["set"] == "dk"
    sources = [block for plugin in settings["sources"].values() for block in plugin.values()]
    assert [block["files"] for block in sources if not (new / block["files"]).is_file()] == []
    assert len(sources) == 11


def test_files_are_commented_and_editors_find_their_schemas(new: Path) -> None:
    """The first line names the schema, relative to the file; comments are Danish."""
    main(["init", str(new), "--unit", "751", "--plugins", "childcare"])
    settings = (new / "klaremal.toml").read_text(encoding="utf-8")
    assert settings.startswith("#:schema .klaremal/klaremal.schema.json\n# Aarhus Kommune: hvad vi har lovet borgerne")
    assert "# jeres kommune; rækker uden kommune hører til den" in settings
    goals = (new / "goals" / "childcare.toml").read_text(encoding="utf-8")
    assert goals.startswith("#:schema ../.klaremal/goals.schema.json\n# Eksempler på mål")
    assert (new / ".gitignore").read_text(encoding="utf-8").endswith("\n.klaremal/\n")


def test_the_new_workspace_runs_at_once_for_any_municipality(new: Path) -> None:
    """Every goal of both plugins is judged, no source fails, nothing is set aside: also where it is not the sample's own."""
    main(["init", str(new), "--unit", "Samsø", "--plugins", "schools,childcare"])
    found = run(new, today=TODAY)
    assert (found.gaps, found.left_out, found.set_aside) == ((), (), ())
    statuses = found.fulfilments.groupby("sector")["status"].agg(set)
    assert statuses["childcare"] >= {"fulfilled", "partly_fulfilled", "not_fulfilled", "not_assessable"}
    assert statuses["schools"] >= {"fulfilled", "partly_fulfilled", "not_fulfilled", "not_assessable"}


def test_all_installed_plugins_are_taken_when_none_is_named(new: Path) -> None:
    """All samples fit into one workspace: no goal id is used twice, no file is overwritten."""
    assert main(["init", str(new), "--unit", "751"]) == 0
    plugins = ["childcare", "citizen_service", "eldercare", "schools"]
    assert toml(new / "klaremal.toml")["plugins"] == plugins
    ids = [name for plugin in plugins for name in toml(new / "goals" / f"{plugin}.toml")["goal"]]
    assert len(ids) == len(set(ids)) == 37
    assert run(new, today=TODAY).gaps == ()


def test_without_a_unit_it_is_an_example_and_says_so(new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A municipality's name never stands on made-up figures that nobody asked for in its name."""
    assert main(["init", str(new), "--plugins", "eldercare", "--lang", "en"]) == 0
    assert toml(new / "klaremal.toml")["organisation"] == {"name": "Eksempel Kommune", "unit": "751"}
    assert "# et eksempel: skriv jeres egen kommunes nummer" in (new / "klaremal.toml").read_text(encoding="utf-8")
    assert "The unit 751 (Aarhus) is an example" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("751", "Aarhus", "Aarhus Kommune"),
        ("101", "København", "Københavns Kommune"),
        ("400", "Bornholm", "Bornholms Regionskommune"),
        ("820", "Vesthimmerlands", "Vesthimmerlands Kommune"),
    ],
)
def test_a_municipality_is_called_what_it_calls_itself(code: str, name: str, expected: str) -> None:
    """Two municipalities are not called by their name and "Kommune"."""
    assert organisation_name(Unit(code=code, level="municipality", name=name)) == expected


@pytest.mark.parametrize("unit", ["Københavns Kommune", "københavn", "101", "0101", "Copenhagen"])
def test_a_unit_is_found_by_what_people_call_it(new: Path, unit: str) -> None:
    """The file holds the code, whatever was typed."""
    main(["init", str(new), "--unit", unit, "--plugins", "eldercare"])
    assert toml(new / "klaremal.toml")["organisation"] == {"name": "Københavns Kommune", "unit": "101"}


def test_a_name_of_its_own_may_hold_any_sign(new: Path) -> None:
    """Quotes and backslashes in a name leave a file that can be read."""
    main(["init", str(new), "--unit", "751", "--plugins", "eldercare", "--name", 'Solbjerg "Å" \\ Kommune'])
    assert toml(new / "klaremal.toml")["organisation"]["name"] == 'Solbjerg "Å" \\ Kommune'


def test_the_language_asked_for_comes_first(new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The workspace answers in the language in which it was asked for."""
    main(["init", str(new), "--unit", "751", "--plugins", "eldercare", "--lang", "nb"])
    assert toml(new / "klaremal.toml")["languages"] == ["nb", "da", "en"]
    assert capsys.readouterr().out.splitlines()[-1].startswith("Tallene i data/ er oppdiktet. Kjør nå: klaremal run")


def test_nothing_is_overwritten(new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with anything in it stays as it is, and the exit code says that nothing was done."""
    new.mkdir()
    (new / "klaremal.toml").write_text("# mine\n", encoding="utf-8")
    assert main(["init", str(new), "--unit", "751"]) == 2
    assert "is not empty, and nothing is overwritten" in capsys.readouterr().err
    assert files(new) == ["klaremal.toml"]
    assert (new / "klaremal.toml").read_text(encoding="utf-8") == "# mine\n"


def test_an_empty_folder_will_do(new: Path) -> None:
    """Whoever made the folder first need not remove it."""
    new.mkdir()
    assert main(["init", str(new), "--unit", "751", "--plugins", "eldercare"]) == 0


@pytest.mark.parametrize("path", ["taken", "taken/below"])
def test_a_file_in_the_way_is_named(tmp_path: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be a folder is said in a sentence, not in a traceback."""
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    assert main(["init", str(tmp_path / path), "--unit", "751", "--plugins", "eldercare"]) == 2
    assert "taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--unit", "Aarhuus"], 'there is no unit "Aarhuus". Did you mean "Aarhus"?'),
        (["--unit", "9999999"], 'there is no unit "9999999".'),
        # Its sample would not run: the rows are totals of one municipality.
        (["--unit", "Region Midtjylland"], "Region Midtjylland is a region, and the sample data are about one municipality."),
        (["--unit", "000"], "Danmark is a nation"),
        (["--plugins", "scools"], 'the plugin "scools" is not installed. Did you mean "schools"?'),
        (["--plugins", "klaremal-citizen-service"], 'Did you mean "citizen_service"?'),
        (["--plugins", "water_supply"], "pip install klaremal-water-supply"),
        (["--plugins", "klaremal"], '"klaremal" is no plugin of a service area, and is always there.'),
    ],
    ids=lambda each: each[1] if isinstance(each, list) else "",
)
def test_an_unknown_name_is_answered_with_the_nearest(
    new: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, and the cure stands in the message."""
    assert main(["init", str(new), *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not new.exists()


def test_both_mistakes_are_told_at_once(new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong unit and two wrong plugins are three mistakes in one answer."""
    assert main(["init", str(new), "--unit", "Aarhuus", "--plugins", "scools,chilcare"]) == 2
    told = capsys.readouterr().err
    assert all(near in told for near in ('"Aarhus"?', '"schools"?', '"childcare"?'))


# -- plugins of others -------------------------------------------------------------------------------------------------


@pytest.fixture
def roads(tmp_path: Path) -> Iterator[Path]:
    """Make a package `klaremal_roads_sample` with a sample that can be changed, and forget it afterwards."""
    package = tmp_path / "site" / "klaremal_roads_sample"
    for path, text in {
        "__init__.py": "",
        "sample/klaremal.toml": (
            'plugins = ["roads"]\n[organisation]\nunit = "751"\n\n# --- Sources: veje\n\n[sources.roads.potholes]\n'
            'collector = "csv"\nfiles = ["data/huller.csv", \'data/ekstra/flere.csv\']\n'
        ),
        "sample/goals/roads.toml": "# mål\n",
        "sample/goals/more.toml": "# flere mål\n",
        "sample/data/huller.csv": "Sag\n1\n",
        "sample/data/ekstra/flere.csv": "Sag\n2\n",
        "sample/SOURCE.md": "made up\n",
        "sample/.klaremal/ledger.db": "left behind\n",
    }.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text, encoding="utf-8")
    sys.path.insert(0, str(package.parent))
    invalidate_caches()
    yield package
    sys.path.remove(str(package.parent))
    sys.modules.pop(package.name, None)


def registry(package: Path) -> Registry:
    """Return a registry with the units of Denmark and the plugin `roads` in that package."""
    core = PluginSource("klaremal", None)
    plugin = PluginSource("roads", import_module(package.name), "klaremal-roads", "1.0")
    return Registry((Declared("units", dk(), core),), (core, plugin))


def test_a_sample_shares_its_workspace_with_others(roads: Path, new: Path) -> None:
    """Its data lies in a folder of its own, also further down; goal files carry its name; what a run left is left out."""
    paths = write(scaffold(registry(roads), unit="751").files, new)
    assert sorted(path for path in paths if "schema" not in path) == [
        ".gitignore",
        "data/roads/SOURCE.md",
        "data/roads/ekstra/flere.csv",
        "data/roads/huller.csv",
        "goals/roads.toml",
        "goals/roads_more.toml",
        "klaremal.toml",
    ]
    source = toml(new / "klaremal.toml")["sources"]["roads"]["potholes"]
    assert source["files"] == ["data/roads/huller.csv", "data/roads/ekstra/flere.csv"]


def test_a_plugin_without_a_sample_is_named_and_used_all_the_same(roads: Path) -> None:
    """The user writes its sources; that there is no sample is said, not hidden."""
    (roads / "sample" / "klaremal.toml").unlink()
    made = scaffold(registry(roads), unit="751")
    assert made.without_sample == (("roads", "it brings no sample"),)
    text = dict(made.files)["klaremal.toml"].decode()
    assert 'plugins   = ["roads"]' in text
    # There is no goal file yet that a pattern could match.
    assert "\n# goals " in text


def test_a_sample_without_its_marking_line_is_said_to_be_so(roads: Path) -> None:
    """Without the line, nobody can tell which part belongs into another workspace."""
    (roads / "sample" / "klaremal.toml").write_text('plugins = ["roads"]\n', encoding="utf-8")
    ((_, why),) = scaffold(registry(roads), unit="751").without_sample
    assert why == 'its sample/klaremal.toml has no line that begins with "# --- Sources"'


def test_without_plugins_there_is_nothing_to_begin_with() -> None:
    """Core alone measures nothing: the answer is what to install."""
    core = PluginSource("klaremal", None)
    with pytest.raises(WorkspaceError, match=r"no plugin is installed\. Install one: pip install klaremal-schools"):
        scaffold(Registry((Declared("units", dk(), core),), (core,)), unit="751")


def test_writing_twice_is_refused(roads: Path, new: Path) -> None:
    """The same call again would overwrite what the user changed since."""
    made = scaffold(registry(roads), unit="751")
    write(made.files, new)
    with pytest.raises(Refused, match="is not empty"):
        write(made.files, new)
