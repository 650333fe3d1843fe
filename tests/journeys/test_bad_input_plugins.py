"""Plugins that are wrong, installed as users install them: each is named and left out, and the others run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TOML = "klaremal.toml"
PLUGIN = """
from klaremal import Collector, Column, Dataset, Goal, Indicator, Sector, hookimpl
from klaremal.measures import Share

CASES = Dataset(
    id="{name}.cases", title="Sager", grain="én række pr. sag", columns=(Column("case_id", "string"), Column("done", "date")),
    dated_by="done", events=("done",),
)
KEPT = Indicator(
    id="{name}.kept", title="Til tiden", dataset=CASES, measure=Share("case_id is not null"), measured_in="percent",
    direction="higher", frequency="year",
)

@hookimpl
def klaremal_sectors():
    return [Sector(id="{name}", title="Veje")]

@hookimpl
def klaremal_datasets():
    return [CASES]

@hookimpl
def klaremal_indicators():
    return [KEPT]
"""
COLLECTOR = """
from attrs import frozen

@frozen
class Options:
    page: int = 1

def fetch(request):
    raise SystemExit("no such page")

@hookimpl
def klaremal_collectors():
    return [Collector(name="{name}.api", options=Options, collect=fetch)]
"""
AFTER_RUN = """
@hookimpl
def klaremal_after_run(run):
    print("run", run.number)
    raise ValueError("the mail server is down")
"""
GOAL = """
[goal.til_tiden]
title = "Til tiden"
promise = "Vi svarer til tiden."
indicator = "{name}.kept"
at_least = 90
valid_from = 2025-01-01
decision = {{ body = "Byrådet", date = 2024-12-12 }}
"""
SOURCE = '\n[sources.{name}.cases]\ncollector = "{collector}"\nfiles = "data/sager.csv"\ncomplete_until = 2025-12-31\n'


def changed(name: str, old: str, new: str) -> str:
    """Return the plugin with one thing wrong."""
    assert PLUGIN.count(old) == 1
    return PLUGIN.replace(old, new).replace("{name}", name)


# What is installed, by distribution; the entry point is the part after "acme-".
BROKEN = {
    "acme-raising": changed("raising", "return [KEPT]", "return [KEPT, 1 / 0]"),
    "acme-mistyped": changed("mistyped", "return [KEPT]", 'return [KEPT, "mistyped.kept"]'),
    "acme-misspelt": changed("misspelt", "klaremal_indicators", "klaremal_indicator"),
    "acme-lacking": "import acme_no_such_library\n" + PLUGIN.replace("{name}", "lacking"),
    "acme-invalid": changed("invalid", 'direction="higher"', 'direction="up"'),
}
WHY = {
    "raising": "klaremal_indicators: it raised ZeroDivisionError: division by zero (",
    "mistyped": "klaremal_indicators: item 2 of its list is a str. Hand over Indicator objects.",
    "misspelt": 'klaremal_indicator: klaremal has no such hook. Did you mean "klaremal_indicators"?',
    "lacking": 'it needs the library "acme_no_such_library", which is not installed. '
    "Install it: pip install acme_no_such_library.",
    "invalid": "importing acme_invalid failed: DeclarationError: ",
}
NAMES = (*WHY, "roads", "fetching", "listening")


@pytest.fixture(scope="module")
def said(
    fresh: Callable[..., Any],
    install: Callable[..., None],
    made: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, Any], dict[str, Path]]:
    """Return what a run says in a workspace for each plugin, all of them installed, and the workspaces."""
    site, folder = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("workspaces")
    install(site, BROKEN)
    install(site, {"acme-roads": PLUGIN.replace("{name}", "roads")}, entry_point="roads")
    install(site, {"other-roads": PLUGIN.replace("{name}", "roads")}, entry_point="roads", version="2.0")
    install(site, {"acme-fetching": (PLUGIN + COLLECTOR).replace("{name}", "fetching")})
    install(site, {"acme-listening": (PLUGIN + AFTER_RUN).replace("{name}", "listening")})
    folders = {name: used(shutil.copytree(made, folder / name), name) for name in NAMES}
    commands = [("run", each, "--today", "2026-11-22") for each in folders.values()]
    more = [("check", folders["misspelt"]), ("plugins",), ("plugins", "--format", "json")]
    more += [("run", folders["listening"], "--today", "2026-11-22", "--format", "json")]
    results = fresh([*commands, *more], path=[site])
    return dict(zip((*NAMES, "check", "plugins", "json", "run_json"), results, strict=True)), folders


def used(folder: Path, name: str) -> Path:
    """Return a workspace that uses a plugin: its source, which is good, and a goal."""
    text = (folder / TOML).read_text("utf-8")
    assert text.count('"eldercare"]') == 1
    collector = "fetching.api" if name == "fetching" else "csv"
    text = text.replace('"eldercare"]', f'"eldercare", "{name}"]') + SOURCE.format(name=name, collector=collector)
    (folder / TOML).write_text(text, "utf-8")
    (folder / "goals" / "sager.toml").write_text(GOAL.format(name=name), "utf-8")
    rows = "".join(f"{number};2025-{number % 12 + 1:02}-01\n" for number in range(20))
    (folder / "data" / "sager.csv").write_text(f"case_id;done\n{rows}", "utf-8")
    return folder


@pytest.mark.parametrize("name", WHY)
def test_a_wrong_plugin_is_left_out_and_the_others_run(name: str, said: Any, stored: Callable[..., Any]) -> None:
    """Exit code 1, who and why in one sentence, no traceback; the goals of the other plugins are judged and stored."""
    results, folders = said
    result = results[name]
    assert result.code == 1
    sentence = f"Plugins left out\n  plugin {name} (acme-{name} 1.0): {WHY[name]}"
    assert sentence in result.out
    assert "Traceback" not in result.out + result.err
    assert stored(folders[name]) | {
        ("omgjorte_klager", "2025"): ("fulfilled", None, 20.0),
        ("hjemmehjaelp_tilfredshed", "2025"): ("not_fulfilled", None, 85.5),
    } == stored(folders[name])


@pytest.mark.parametrize("name", WHY)
def test_what_the_workspace_wanted_of_it_is_named(name: str, said: Any, stored: Callable[..., Any]) -> None:
    """The source and the goal that stand on it in one line, why only once; the goal has no status, least of all a good one."""
    results, folders = said
    gone = f"as the plugin {name} is left out, so are 1 source ({name}.cases) and 1 goal (til_tiden)."
    assert f"  {TOML}: plugins: {gone}\n" in results[name].out
    assert results[name].out.count(f"plugin {name} ") == 2
    assert [goal for goal, _ in stored(folders[name]) if goal == "til_tiden"] == []


def test_two_plugins_with_one_id_both_lose_it(said: Any, stored: Callable[..., Any]) -> None:
    """Neither is preferred: both distributions are named with their versions, and the goal on it is left out."""
    results, folders = said
    result = results["roads"]
    assert result.code == 1
    both = "2 plugins declare it: roads (acme-roads 1.0) and roads (other-roads 2.0). Uninstall one of them."
    for distribution in ("acme-roads 1.0", "other-roads 2.0"):
        assert f"  plugin roads ({distribution}): indicator roads.kept: {both}\n" in result.out
    assert f'goals/sager.toml: goal.til_tiden.indicator: indicator "roads.kept" is left out: {both}' in result.out
    assert stored(folders["roads"])["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)
    assert [goal for goal, _ in stored(folders["roads"]) if goal == "til_tiden"] == []


def test_a_collector_that_gives_up_is_a_gap_of_its_dataset(said: Any, stored: Callable[..., Any]) -> None:
    """Even one that would end the program: the plugin is named as the one to tell, and the other goals are judged."""
    results, folders = said
    assert results["fetching"].code == 1
    assert (
        'plugin fetching (acme-fetching 1.0): the collector "fetching.api" of fetching.cases failed: '
        "it raised SystemExit: no such page. Tell those who make the plugin."
    ) in results["fetching"].out
    assert stored(folders["fetching"])["til_tiden", "2025"] == ("not_assessable", "source_failed", None)
    assert stored(folders["fetching"])["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)


def test_a_plugin_that_fails_when_told_of_the_run_loses_nothing_of_it(said: Any, stored: Callable[..., Any]) -> None:
    """The run was stored before; its own figures too, and exit code 1 says that something failed."""
    results, folders = said
    assert results["listening"].code == 1
    assert (
        "  plugin listening (acme-listening 1.0): klaremal_after_run: it raised ValueError: the mail server is down ("
    ) in results["listening"].out
    assert stored(folders["listening"])["til_tiden", "2025"] == ("fulfilled", None, 100.0)


def test_what_a_plugin_prints_is_not_in_the_json_of_a_run(said: Any) -> None:
    """A program reads that; what plugins print goes to standard error."""
    results, _ = said
    assert json.loads(results["run_json"].out)["run"] == 2
    assert "run 2\n" in results["run_json"].err


def test_the_list_of_plugins_says_what_is_wrong_with_each(said: Any) -> None:
    """`klaremal plugins` has the same sentences, for people and for programs; so has `klaremal check`."""
    results, _ = said
    assert results["check"].code == results["plugins"].code == results["json"].code == 1
    assert f"Plugins left out: plugin misspelt (acme-misspelt 1.0): {WHY['misspelt']}" in results["check"].out
    listed = {each["id"]: each for each in json.loads(results["json"].out) if each["left_out"]}
    for name, why in WHY.items():
        assert f"klaremal: left out: plugin {name} (acme-{name} 1.0): {why}" in results["plugins"].err
        assert listed[name]["left_out"].startswith(why)
        assert listed[name]["distribution"] == f"acme-{name}"
