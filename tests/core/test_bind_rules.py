"""Rules that goals name, and plugins that do not say which klaremal they are for, where a workspace is bound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from klaremal import FulfilmentRule, hookimpl
from klaremal.bind.workspace import Bound, bind
from klaremal.discovery import PluginSource
from klaremal.errors import WorkspaceError
from klaremal.registry import Registry, build
from klaremal.workspace.folder import read

ALWAYS = FulfilmentRule(id="rules.always", version="4", title="Altid", judge=lambda rows, compared: ["fulfilled"] * len(rows))


class Rules:
    """A plugin with one rule."""

    @hookimpl
    def klaremal_fulfilment_rules(self) -> list[FulfilmentRule]:
        """Declare it."""
        return [ALWAYS]


@pytest.fixture
def registry(core_source: PluginSource, roads_source: PluginSource) -> Registry:
    """Return core, roads and a plugin with a rule."""
    return build([core_source, roads_source, PluginSource("rules", Rules(), "acme-rules", "1.0", "<1")])


@pytest.fixture
def binding(write: Callable[..., Path], registry: Registry) -> Callable[..., Bound]:
    """Return a function that binds the usual workspace with a line more in its goal."""

    def make(line: str = "", used: Registry = registry) -> Bound:
        folder = write()
        for file, old, new in (
            ("klaremal.toml", '["roads"]', '["roads", "rules"]'),
            ("goals/goals.toml", "at_least", f"{line}\nat_least"),
        ):
            path = folder / file
            path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
        workspace, faults = read(folder)
        return bind(workspace, used, faults)

    return make


def test_a_goal_is_bound_to_the_rule_that_it_names(binding: Callable[..., Bound]) -> None:
    """By its id; without one no rule judges."""
    goals = {goal.goal.id: goal for goal in binding('rule = "rules.always"').goals}
    assert (goals["huller"].rule, goals["huller"].goal.rule) == (ALWAYS, "rules.always")
    assert goals["roads.guarantee"].rule is None


def test_a_rule_that_is_not_there_is_a_mistake_with_the_nearest(binding: Callable[..., Bound]) -> None:
    """As every other id."""
    with pytest.raises(WorkspaceError) as raised:
        binding('rule = "rules.allways"')
    assert str(raised.value) == (
        '- goals/goals.toml: goal.huller.rule: there is no fulfilment rule "rules.allways". Did you mean "rules.always"?'
    )


def test_a_plugin_that_says_nothing_of_versions_is_a_warning(binding: Callable[..., Bound], registry: Registry) -> None:
    """Nobody can tell when it is too old; one of which nobody could know (no distribution) is none."""

    def said(requires: str | None) -> list[str]:
        plugins = tuple(evolve(each, requires=requires) if each.name == "rules" else each for each in registry.plugins)
        declared = tuple(
            evolve(each, source=evolve(each.source, requires=requires)) if each.source.name == "rules" else each
            for each in registry.declared
        )
        bound = binding(used=Registry(declared, plugins))
        return [str(each) for each in bound.warnings if "versions" in str(each)]

    assert said("") == [
        "klaremal.toml: plugins: the plugin rules (acme-rules 1.0) does not say which versions of klaremal it was built for. "
        'Its author writes "klaremal >=0.1,<0.2" among the dependencies of acme-rules.'
    ]
    assert (said(None), said("<1")) == ([], [])
