"""Public names and hook arguments on the way out: the old one works, and says what to write and until when."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import klaremal
from klaremal import hookimpl, hookspecs, measures, targets, testing
from klaremal.discovery import PluginSource
from klaremal.hookspecs import hookspec
from klaremal.registry import build
from klaremal.renamed import current

FRONTS = (klaremal, measures, targets, testing)

# A table of contents as each public module of klaremal is one, with a name that has a new one.
FRONT = """
from klaremal.renamed import current

Share = "the share"
_RENAMED = {"Part": ("Share", "0.3")}

def __getattr__(name):
    return globals()[current(__name__, name, _RENAMED)]
"""


@pytest.fixture
def front() -> Iterator[ModuleType]:
    """Return a public module that has renamed something."""
    module = ModuleType("klaremal.fronts")
    exec(textwrap.dedent(FRONT), module.__dict__)
    return module


def test_an_old_name_is_the_new_one_with_a_warning(front: ModuleType) -> None:
    """At the line that uses it, with what to write and the version that no longer has it."""
    text = "klaremal.fronts.Part is now called klaremal.fronts.Share. Write Share: Part is gone in klaremal 0.3."
    with pytest.warns(DeprecationWarning, match="is now called") as seen:
        assert front.Part == "the share"
    (warning,) = seen
    assert (str(warning.message), Path(warning.filename).name) == (text, "test_renamed.py")


def test_a_name_that_never_was_one_is_an_attribute_error(front: ModuleType) -> None:
    """As of every module."""
    with pytest.raises(AttributeError, match=r"module 'klaremal.fronts' has no attribute 'Pard'"):
        front.Pard  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute 'x'"):
        current("m", "x", {})


@pytest.mark.parametrize("module", FRONTS, ids=lambda module: module.__name__)
def test_every_public_module_has_the_table_and_old_names_lead_to_new_ones(module: Any) -> None:
    """What it says of each is true: the new name is public and the old one is not."""
    assert all(new in module.__all__ and old not in module.__all__ for old, (new, _) in module._RENAMED.items())
    with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'NoSuchName'"):
        module.NoSuchName  # noqa: B018


def test_a_hook_argument_on_its_way_out_is_a_warning_at_the_plugin() -> None:
    """pluggy tells whoever still takes it; the hook works as before."""

    @hookspec(warn_on_impl_args={"plan": DeprecationWarning("klaremal_before_run: plan is gone in klaremal 0.3.")})
    def klaremal_before_run(workspace: Any, plan: Any) -> None:
        """Be told."""

    later = ModuleType("hookspecs of a later klaremal")
    vars(later).update(vars(hookspecs), klaremal_before_run=klaremal_before_run)

    class Plugin:
        """A plugin of today."""

        @staticmethod
        @hookimpl
        def klaremal_before_run(workspace: Any, plan: Any) -> None:
            """Listen."""

    with pytest.warns(DeprecationWarning, match=r"klaremal_before_run: plan is gone in klaremal 0\.3\."):
        registry = build([PluginSource("roads", Plugin(), "klaremal-roads", "1.0")], specs=later)
    assert registry.left_out == ()
