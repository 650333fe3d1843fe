"""The page of hooks, from their specifications."""

from __future__ import annotations

import inspect
import re
import textwrap

from markdown import fenced, page

from klaremal import hookspecs

_INTRO = """\
A plugin is a module that an entry point of the group `klaremal` names. What it has to say it says through functions of
these names, each marked with `hookimpl`; it implements those that it needs. Hooks that declare hand over frozen objects and
are called once, when klaremal collects what is installed; hooks that notify are told something and return nothing. The
order of plugins does not matter. A hook of another name is a mistake, and the nearest right one is said.

In the examples everything that `klaremal`, `klaremal.measures` and `klaremal.targets` export is imported; a test executes
each of them as a plugin."""


def text() -> str:
    """Return the page."""
    return page(
        "Hooks",
        _INTRO,
        "## Declarations",
        *(_hook(name) for name in hookspecs.DECLARATIONS),
        "## Notifications",
        *(_hook(name) for name in hookspecs.NOTIFICATIONS),
    )


def _hook(name: str) -> str:
    spec = getattr(hookspecs, name)
    said, _, example = (inspect.getdoc(spec) or "").partition("Example::")
    arguments = ", ".join(inspect.signature(spec).parameters)
    gives = str(spec.__annotations__["return"])
    lines = [f"### {name}({arguments})", f"Returns `{gives}`." if gives != "None" else ""]
    for part in said.strip().split("\n\n"):
        flowed = " ".join(part.split())
        lines.append(re.sub(r"^(When|Returns): ", r"*\1:* ", flowed))
    wrapped = [each if each.startswith("#") else textwrap.fill(each, 150, break_on_hyphens=False) for each in lines if each]
    return "\n\n".join([*wrapped, fenced(example, "python")])
