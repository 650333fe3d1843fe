"""Hooks: each is complete in words, the examples fit together, and a plugin that is shipped uses it."""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import pytest

import klaremal
from klaremal import hookspecs, measures, targets
from klaremal.declared import KINDS
from klaremal.discovery import PluginSource
from klaremal.hookspecs import DECLARATIONS, NOTIFICATIONS
from klaremal.registry import build

HOOKS = (*DECLARATIONS, *NOTIFICATIONS)
SHIPPED = ("klaremal.builtin", "klaremal_childcare", "klaremal_citizen_service", "klaremal_eldercare", "klaremal_schools")
# A notification is for people who send figures on; nothing that is shipped listens to a run.
UNUSED = {"klaremal_before_run": "a notification", "klaremal_after_run": "a notification"}


def specs() -> dict[str, Any]:
    """Return every function that is marked as a hook's specification, by name."""
    return {
        name: value
        for name, value in vars(hookspecs).items()
        if inspect.isfunction(value) and hasattr(value, f"{hookspecs.PROJECT}_spec")
    }


def example(hook: str) -> str:
    """Return the code of the example in a hook's docstring."""
    return textwrap.dedent((inspect.getdoc(specs()[hook]) or "").partition("Example::\n")[2])


def run_examples(*hooks: str) -> ModuleType:
    """Return a module in which the examples of these hooks were run, with the public names and what they refer to."""
    module = ModuleType("an_example")
    space: dict[str, Any] = vars(module)
    for front in (klaremal, measures, targets):
        space.update({name: getattr(front, name) for name in front.__all__})
    space["date"] = date
    for hook in hooks:
        exec(compile(example(hook), f"example of {hook}", "exec"), space)
        if hook == "klaremal_datasets":
            (space["POTHOLES"],) = space[hook]()
        if hook == "klaremal_indicators":
            (space["REPAIRED"],) = space[hook]()
    return module


def test_the_lists_name_every_hook_and_nothing_else() -> None:
    """Declarations and notifications together are the hooks; the registry asks for the same declarations."""
    assert sorted(specs()) == sorted(HOOKS)
    assert tuple(f"klaremal_{kind}" for kind in KINDS) == DECLARATIONS


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_says_purpose_when_returns_and_example(hook: str) -> None:
    """The four parts are there, in that order, and the first is one sentence."""
    text = inspect.getdoc(specs()[hook]) or ""
    purpose, *rest = re.split(r"\n\n(?=When: |Returns: |Example::)", text)
    assert [part.partition(":")[0] for part in rest] == ["When", "Returns", "Example"]
    assert re.fullmatch(r"[A-Z][^\n]+\.", purpose)
    assert all(len(part.partition(":")[2].strip()) > 5 for part in rest)


@pytest.mark.parametrize("hook", DECLARATIONS)
def test_a_declaration_hook_is_a_plural_that_takes_nothing(hook: str) -> None:
    """It hands over an iterable of one type, and its name says which."""
    spec = specs()[hook]
    assert list(inspect.signature(spec).parameters) == []
    kind = KINDS[hook.removeprefix("klaremal_")].__name__
    assert re.fullmatch(rf"Iterable\[{kind}(\[Any\])?\]", spec.__annotations__["return"])


@pytest.mark.parametrize("hook", NOTIFICATIONS)
def test_a_notification_hook_returns_nothing(hook: str) -> None:
    """It is told something; what it answers is not looked at."""
    assert specs()[hook].__annotations__["return"] == "None"
    assert list(inspect.signature(specs()[hook]).parameters) != []


def implementations(module: ModuleType) -> Iterator[str]:
    """Name the hooks that a plugin's module implements, as pluggy finds them."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(module)
    manager.check_pending()
    for caller in manager.get_hookcallers(module) or []:
        yield caller.name


def test_every_hook_is_used_by_a_plugin() -> None:
    """A hook ships together with a real plugin that uses it; exceptions are named with their reason."""
    used = {name for plugin in SHIPPED for name in implementations(importlib.import_module(plugin))}
    assert sorted({*HOOKS} - used) == sorted(UNUSED)


def test_the_declared_examples_make_a_plugin() -> None:
    """All examples about roads in one module are a plugin that the registry takes whole."""
    hooks = [hook for hook in DECLARATIONS if hook != "klaremal_units"]
    registry = build(
        [
            PluginSource("klaremal", importlib.import_module("klaremal.builtin"), "klaremal", "0.1.0", ""),
            PluginSource("roads", run_examples(*hooks), "klaremal-roads", "0.1.0", ">=0.1,<0.2"),
        ]
    )
    assert registry.left_out == ()
    assert [*registry.sectors, *registry.datasets, *registry.indicators] == [
        "roads", "klaremal.population", "roads.potholes", "roads.repaired",
    ]  # fmt: skip
    assert [*registry.thresholds, *registry.goals] == ["roads.recommended", "roads.all_repaired"]
    assert "roads.portal" in registry.collectors


def test_hooks_are_specified_in_one_place() -> None:
    """No other file of klaremal marks a specification."""
    folder = Path(hookspecs.__file__).parent
    found = [path.name for path in folder.rglob("*.py") if "HookspecMarker" in path.read_text("utf-8")]
    assert found == ["hookspecs.py"]
