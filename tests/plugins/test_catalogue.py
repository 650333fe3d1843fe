"""Each plugin's README names all that the plugin declares, and nothing that it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from klaremal.discovery import discover
from klaremal.registry import Registry, build

PLUGINS = sorted(path.parent for path in Path(__file__).parents[2].glob("plugins/*/pyproject.toml"))


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Return all that the installed plugins declare."""
    return build(*discover())


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda each: each.name)
def test_the_readme_names_what_is_declared_and_nothing_else(folder: Path, registry: Registry) -> None:
    """Datasets, indicators, collectors, thresholds and statutory goals stand in the catalogue under their ids."""
    name = folder.name
    declared = {each.id for each in registry.declared if each.id.startswith(f"{name}.")}
    text = (folder / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"(?<=[`\"]){name}\.[a-z0-9_]+(?=[`\"])", text))
    assert named == declared


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda each: each.name)
def test_the_readme_says_how_to_install_and_what_is_not_claimed(folder: Path) -> None:
    """A reader finds the line to type, and where the figures stop."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert f"pip install klaremal klaremal-{folder.name.replace('_', '-')}\n" in text
    assert "\n## What is not claimed\n" in text
