"""The page of errors: mistakes that people make, made here, with what klaremal says of each."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from markdown import fenced, page

import klaremal
from klaremal import KlaremalError, errors, measures, targets
from klaremal.bind.workspace import bind
from klaremal.discovery import CORE, PluginSource, discover
from klaremal.ready import Choice, Ready
from klaremal.registry import Registry, build
from klaremal.run import run_prepared
from klaremal.scaffold.new_folder import write
from klaremal.scaffold.plugin import plugin_package
from klaremal.workspace.folder import read

SAMPLE = "src/klaremal_parks/sample"
GOAL = """\
[goal.svar]
title = "Svar til tiden"
promise = "Mindst 90 procent af jer får svar inden 14 dage."
indicator = "parks.answered_on_time"
at_least = 90
valid_from = 2025-01-01
decision = { body = "Byrådet", date = 2024-11-12 }
"""
INDICATOR = """\
Indicator(
    id="parks.answered",
    title={"da": "Besvaret", "en": "Answered"},
    dataset=REQUESTS,
    measure=Share("answered_on is not null"),
    measured_in="percent",
    direction="higher",
    frequency="month",
)
"""
# What is written in the place of what; the file is that of a workspace on the new plugin's sample.
IN_GOALS = (
    ("a key is misspelt", "at_least = 90", "at_leest = 90"),
    ("an id is misspelt", "parks.answered_on_time", "parks.answered_in_time"),
    ("a goal has two targets", "at_least = 90", "at_least = 90\nat_most = 95"),
    ("a date is written as a letter has it", "valid_from = 2025-01-01", 'valid_from = "1.1.2025"'),
    ("a decimal comma", "at_least = 90", "at_least = 92,5"),
    ("a comma is missing", '"Byrådet", date', '"Byrådet" date'),
    ("a length of time without its unit", "at_least = 90", "at_least = 90\nwithin = 42"),
    ("a frequency that does not exist", "at_least = 90", 'at_least = 90\nfrequency = "week"'),
    (
        "more than is measured",
        'indicator = "parks.answered_on_time"',
        'indicator = "parks.days_to_answer"\nfrequency = "month"',
    ),
    ("a unit that nobody knows", "at_least = 90", 'at_least = 90\nunits = ["Århsu"]'),
    ("years for windows that lie in no year", "at_least = 90", 'path = { 2025 = 60, 2027 = 66 }\nfrequency = "rolling12"'),
    (
        "a tolerance on a law",
        'indicator = "parks.answered_on_time"\nat_least = 90',
        'threshold = "parks.answered_law"\ntolerance = 5',
    ),
)
IN_SETTINGS = (
    ("a plugin that is not installed", '["parks"]', '["parcs"]'),
    ("a code without quotes", 'unit = "751"', "unit = 751"),
    ("a block of a dataset that is not there", "[sources.parks.requests]", "[sources.parks.request]"),
    ("a collector that is not there", '"parks.system"', '"parks.systm"'),
    ("an unknown column in complete_until", "complete_until = 2025-06-30", 'complete_until = "newest:recieved_on"'),
)
IN_SOURCES = (("the file is not there", "data/henvendelser.csv", "data/henvendelse.csv"),)
IN_ROWS = (
    ("a column is missing", "Sag;Modtaget;", "Sag;Ankomst;"),
    ("the file is empty", re.compile(r"(?s)^.*$"), ""),
    ("dates that are none", re.compile(r"^(\d+);\d\d-\d\d-2025", re.MULTILINE), r"\1;99-99-2025"),
)
DECLARED = (
    ("the direction is missing", '    direction="higher",\n', ""),
    ("the direction is none", 'direction="higher"', 'direction="up"'),
    ("the id lacks the plugin's name", '"parks.answered"', '"answered"'),
    ("the id is another plugin's", '"parks.answered"', '"roads.answered"'),
    ("a column that does not exist", "answered_on is not null", "answerd_on is not null"),
    (
        "a value that the column never has",
        'Share("answered_on is not null")',
        'Share("answered_on is not null", where="topic <> \'Andet\'")',
    ),
    ("a unit that does not exist", 'measured_in="percent"', 'measured_in="procent"'),
    (
        "a scale that is not the unit's",
        'Share("answered_on is not null")',
        'Ratio("case when answered_on is null then 0 else 1 end", per="1")',
    ),
    ("an option that does not exist", 'direction="higher"', 'direction="higher",\n    decimal=1'),
    ("a frequency that does not exist", 'frequency="month"', 'frequency="monthly"'),
)
HOOKS = (
    ("a hook is misspelt", "@hookimpl\ndef klaremal_indicator():\n    return [ANSWERED]\n"),
    ("a hook gives one thing instead of a list", "@hookimpl\ndef klaremal_indicators():\n    return ANSWERED\n"),
    ("a hook fails", "@hookimpl\ndef klaremal_indicators():\n    return [ANSWERD]\n"),
)
_INTRO = """\
Every message says what is wrong, where, and what to do; the nearest right name is given where there is one. Mistakes in the
workspace's files are told all at once, and nothing is run (exit code 2). A plugin with a mistake is left out as a whole and
named with file and line, a source that fails becomes a gap with a cause; the rest runs, and the exit code is 1. What is
said below is what klaremal says when these mistakes are made in the package that `klaremal plugin new parks` writes."""
_NOT_LISTED = """\
In Python all of them are caught by one clause; the classes, each with what it carries:"""


def text() -> str:
    """Return the page."""
    with TemporaryDirectory() as folder, _plugin(Path(folder)) as parks:
        sample = Path(folder, SAMPLE)
        goals, settings, rows = (sample / each for each in ("goals/parks.toml", "klaremal.toml", "data/henvendelser.csv"))
        goals.write_text(GOAL, encoding="utf-8")
        said = [
            ("## In goal files", [_changed(each, goals, lambda: _bound(sample, parks)) for each in IN_GOALS]),
            ("## In klaremal.toml", [_changed(each, settings, lambda: _bound(sample, parks)) for each in IN_SETTINGS]),
            ("## In sources", [_changed(each, settings, lambda: _run(sample, parks)) for each in IN_SOURCES]),
            ("", [_changed(each, rows, lambda: _run(sample, parks), shown=False) for each in IN_ROWS]),
            ("## In plugins", [_declared(each, parks) for each in DECLARED]),
            ("", [_hooked(each, parks) for each in HOOKS]),
        ]
        parts = [part for heading, entries in said for part in (heading, *entries)]
        tree = (inspect.getdoc(errors) or "").partition("::\n")[2].partition("Catch them")[0]
        return page("Errors", _INTRO, *parts, "## The classes", _NOT_LISTED, fenced(tree, "text")).replace(f"{folder}/", "")


@contextmanager
def _plugin(folder: Path) -> Any:
    """Write and import the package of a new plugin, as an installed one is."""
    write(plugin_package("parks").files, folder)
    sys.path.insert(0, str(folder / "src"))
    try:
        yield PluginSource("parks", import_module("klaremal_parks"), "klaremal-parks", "0.1.0")
    finally:
        sys.path.remove(str(folder / "src"))


def _registry(plugin: PluginSource) -> Registry:
    return build([*(each for each in discover((CORE,))[0] if each.name == CORE), plugin])


def _changed(mistake: tuple[str, Any, str], path: Path, work: Callable[[], str], shown: bool = True) -> str:
    """Make a mistake in a file, and return it with what is said; the file is as before afterwards."""
    title, before, after = mistake
    right = path.read_text(encoding="utf-8")
    wrong = before.sub(after, right) if isinstance(before, re.Pattern) else right.replace(before, after) if before else after
    assert wrong != right, f"{title}: nothing was changed"
    path.write_text(wrong, encoding="utf-8")
    try:
        said = work()
    finally:
        path.write_text(right, encoding="utf-8")
    written = set(right.splitlines())
    lines = [line.partition(" #")[0].rstrip() for line in wrong.splitlines() if shown and line not in written]
    return _entry(title, "\n".join(lines), said, "toml")


def _entry(title: str, mistake: str, said: str, language: str) -> str:
    assert said, f"{title}: nothing is said"
    heading = f"### {title[0].upper()}{title[1:]}"
    return "\n\n".join([heading, *([fenced(mistake, language)] if mistake else []), fenced(said, "text")])


def _bound(folder: Path, plugin: PluginSource) -> str:
    try:
        workspace, faults = read(folder)
        bind(workspace, _registry(plugin), faults)
    except KlaremalError as error:
        return str(error)
    return ""


def _run(folder: Path, plugin: PluginSource) -> str:
    workspace, faults = read(folder)
    bound = bind(workspace, _registry(plugin), faults)
    ready = Ready(workspace=workspace, registry=bound.registry, bound=bound, today=date(2026, 1, 15))
    found = run_prepared(ready, Choice())
    return "\n".join(gap.message for gap in found.gaps)


def _declared(mistake: tuple[str, str, str], plugin: PluginSource) -> str:
    """Declare an indicator with a mistake beside what the plugin has, and return what is said of the plugin."""
    title, before, after = mistake
    wrong = INDICATOR.replace(before, after)
    assert wrong != INDICATOR, f"{title}: nothing was changed"
    source = f"@hookimpl\ndef klaremal_indicators():\n    return [\n{textwrap.indent(wrong, ' ' * 8)}    ]\n"
    line = next((each.strip() for each in after.splitlines()[::-1] if each.strip()), "# no direction")
    return _entry(title, line, _left_out(source, plugin), "python")


def _hooked(mistake: tuple[str, str], plugin: PluginSource) -> str:
    title, source = mistake
    return _entry(title, source, _left_out(source, plugin), "python")


def _left_out(source: str, plugin: PluginSource) -> str:
    """Return why a plugin is left out that has a hook of its own with a mistake."""
    rows, measured = (import_module(f"klaremal_parks.{each}") for each in ("datasets", "indicators"))
    module = ModuleType("klaremal_parks")
    for each in (klaremal, measures, targets):
        module.__dict__.update({name: getattr(each, name) for name in each.__all__})
    module.__dict__.update(REQUESTS=rows.REQUESTS, ANSWERED=measured.ANSWERED_ON_TIME)
    exec(compile(source, "klaremal_parks/__init__.py", "exec"), module.__dict__)
    module.__dict__["klaremal_datasets"] = klaremal.hookimpl(lambda: rows.DATASETS)
    registry = _registry(PluginSource(plugin.name, module, plugin.distribution, plugin.version))
    return "\n".join(map(str, registry.left_out))
