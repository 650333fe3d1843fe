"""klaremal_after_run: a plugin is told that a run has ended and what it found."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from klaremal.registry import Registry

Of = Callable[..., Registry]


def test_a_listener_gets_the_run(registry_of: Of) -> None:
    """A plugin without the hook is not asked."""
    heard: list[int] = []

    def listen(run: Any) -> None:
        heard.append(run.number)

    assert registry_of(klaremal_after_run=listen).notify("klaremal_after_run", run=SimpleNamespace(number=7)) == ()
    assert registry_of().notify("klaremal_after_run", run=SimpleNamespace(number=8)) == ()
    assert heard == [7]
