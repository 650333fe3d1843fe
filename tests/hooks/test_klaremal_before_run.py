"""klaremal_before_run: a plugin is told that a run begins."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from klaremal.registry import Registry

Of = Callable[..., Registry]


def test_a_listener_gets_the_workspace_and_the_plan(registry_of: Of) -> None:
    """And what it raises is returned, not thrown."""
    heard: list[tuple[str, int]] = []

    def listen(workspace: Any, plan: Any) -> None:
        heard.append((workspace.name, len(plan.goals)))
        raise RuntimeError("no more")

    registry = registry_of(klaremal_before_run=listen)
    workspace, plan = SimpleNamespace(name="Solbjerg"), SimpleNamespace(goals=(1, 2))
    failed = registry.notify("klaremal_before_run", workspace=workspace, plan=plan)
    assert heard == [("Solbjerg", 2)]
    assert [(each.what, each.why.partition(" (")[0]) for each in failed] == [
        ("klaremal_before_run", "it raised RuntimeError: no more")
    ]
