"""Why a plugin that somebody names is not found: not installed, or installed with an entry point elsewhere; imports none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from klaremal.discovery import CORE, GROUP

if TYPE_CHECKING:
    from importlib_metadata import EntryPoint


def absent(name: str) -> tuple[str, str]:
    """Return what keeps a plugin from being found, and what to do.

    Looks through all that is installed, which takes a while: only for a message.
    """
    if name == CORE:
        return f'"{CORE}" is no plugin of a service area, and is always there.', ""
    for distribution in _of_that_name(name):
        label = f"{distribution.metadata['Name']} {distribution.version}"
        ours = sorted((each for each in distribution.entry_points if _is_ours(each)), key=lambda each: (each.group, each.name))
        if any(each.group == GROUP and each.name == name for each in ours):
            continue
        other = " and ".join(f'"{each.name}" in the group "{each.group}"' for each in ours) or "no entry point of klaremal's"
        declares = f'declares no plugin "{name}" in the group "{GROUP}" but {other}'
        what = f'the plugin "{name}" is not found: {label} is installed, and {declares}.'
        module = ours[0].value if ours else f"klaremal_{name}"
        cure = f'Its pyproject.toml is to have [project.entry-points.{GROUP}] with {name} = "{module}"; then install it again.'
        return what, cure
    return f'the plugin "{name}" is not installed.', f"Install it: pip install {distribution_of(name)}."


def distribution_of(plugin: str) -> str:
    """Return what a plugin's distribution is called by custom."""
    return f"{CORE}-{plugin.replace('_', '-')}"


def _of_that_name(name: str) -> Iterator[Any]:
    """Give the installed distributions that bring the plugin by their own name, or by an entry point in a group like ours."""
    from importlib_metadata import PackageNotFoundError, distribution, entry_points

    with suppress(PackageNotFoundError):
        yield distribution(distribution_of(name))
    yield from (each.dist for each in entry_points(name=name) if _is_ours(each) and each.dist is not None)


def _is_ours(entry: EntryPoint) -> bool:
    return entry.group.startswith(GROUP) and entry.group != f"{GROUP}.commands"
