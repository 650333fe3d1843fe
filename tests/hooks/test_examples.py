"""The docstring of every hook: four parts in order, and an example that runs as a plugin."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import klaremal
from klaremal import Dataset, Indicator, Threshold, hookspecs, measures, targets
from klaremal.discovery import CORE, PluginSource, discover
from klaremal.registry import Registry, build

HOOKS = (*hookspecs.DECLARATIONS, *hookspecs.NOTIFICATIONS)
# What the example of a hook refers to, declared by the same plugin.
NEEDS = {"klaremal_indicators": 1, "klaremal_thresholds": 2, "klaremal_goals": 3}


def docstring(hook: str) -> str:
    """Return the docstring of a hook."""
    return inspect.getdoc(getattr(hookspecs, hook)) or ""


@pytest.fixture
def example(potholes: Dataset, repaired: Indicator, recommended: Threshold) -> Callable[[str], Registry]:
    """Return a function that executes the example of a hook as a plugin, with what it refers to declared beside it."""

    def run(hook: str) -> Registry:
        module = ModuleType("klaremal_example")
        names = {name: getattr(klaremal, name) for name in klaremal.__all__}
        names |= {name: getattr(measures, name) for name in measures.__all__}
        names |= {name: getattr(targets, name) for name in targets.__all__}
        module.__dict__.update(names, date=date, POTHOLES=potholes, REPAIRED=repaired)
        exec(compile(textwrap.dedent(docstring(hook).partition("Example::")[2]), hook, "exec"), module.__dict__)
        beside = (("klaremal_datasets", potholes), ("klaremal_indicators", repaired), ("klaremal_thresholds", recommended))
        for name, thing in beside[: NEEDS.get(hook, 0)]:
            setattr(module, name, klaremal.hookimpl(lambda thing=thing: [thing]))
        plugin = PluginSource("islands" if hook == "klaremal_units" else "roads", module, "klaremal-example", "1.0")
        core = [source for source in discover()[0] if source.name == CORE]
        return build([*core, plugin])

    return run


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_says_what_when_and_what_it_returns_and_shows_an_example(hook: str) -> None:
    """One sentence first, then the parts in their order."""
    text = docstring(hook)
    parts = [text.index(word) for word in ("\nWhen: ", "\nReturns: ", "\nExample::")]
    assert parts == sorted(parts)
    assert text.partition("\n")[0].endswith(".")


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test_of_its_own(hook: str) -> None:
    """Named after it."""
    assert (Path(__file__).parent / f"test_{hook}.py").is_file()


def test_every_specified_hook_is_a_declaration_or_a_notification() -> None:
    """There is no third kind."""
    specified = {name for name in vars(hookspecs) if name.startswith("klaremal_")}
    assert specified == set(HOOKS)


@pytest.mark.parametrize("hook", hookspecs.DECLARATIONS)
def test_the_example_of_a_declaration_declares_something(hook: str, example: Callable[[str], Registry]) -> None:
    """It is taken over as it stands, with nothing left out."""
    registry = example(hook)
    assert registry.left_out == ()
    declared: Any = getattr(registry, {"klaremal_units": "unit_sets"}.get(hook, hook.removeprefix("klaremal_")))
    own = {name for name in declared if registry.origin(hook.removeprefix("klaremal_"), name).name != "klaremal"}
    assert len(own) == 1


@pytest.mark.parametrize("hook", hookspecs.NOTIFICATIONS)
def test_the_example_of_a_notification_can_be_told(
    hook: str, example: Callable[[str], Registry], capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what it was told, and not where a program reads the run."""
    arguments = {
        "klaremal_before_run": {"workspace": SimpleNamespace(name="Solbjerg"), "plan": SimpleNamespace(goals=(1, 2))},
        "klaremal_after_run": {"run": SimpleNamespace(number=7, fulfilments=(1, 2, 3))},
    }[hook]
    assert example(hook).notify(hook, **arguments) == ()
    printed = capsys.readouterr()
    assert (printed.out, printed.err) in (("", "Solbjerg: 2 goals\n"), ("", "run 7: 3 judgements\n"))
