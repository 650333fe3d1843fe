"""The rule for names of declared things, as validators for attrs fields; knows no registry and no plugin."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import Attribute

from klaremal.errors import DeclarationError

ID_PATTERN: Final = "[a-z][a-z0-9_]*"
_RULE: Final = "a-z, 0-9 and _, and starts with a letter"
_WORKSPACE: Final = re.compile(ID_PATTERN)
_PLUGIN: Final = re.compile(rf"{ID_PATTERN}\.{ID_PATTERN}")


def is_plugin_id(text: object) -> bool:
    """Say whether `text` is written like the id of something a plugin declares: ``<plugin>.<name>``."""
    return isinstance(text, str) and _PLUGIN.fullmatch(text) is not None


def is_workspace_id(text: object) -> bool:
    """Say whether `text` is written like an id from a workspace file: one name, no dot."""
    return isinstance(text, str) and _WORKSPACE.fullmatch(text) is not None


def suggest(text: str) -> str:
    """Return a valid name that resembles `text`, for messages: "Normering 0-2 år" gives "normering_0_2_aar"."""
    plain = text.casefold()
    for letter, ascii_letters in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("ä", "ae"), ("ö", "oe")):
        plain = plain.replace(letter, ascii_letters)
    parts = [re.sub("[^a-z0-9]+", "_", part).strip("_") for part in plain.split(".", 1)]
    return ".".join(f"x_{part}" if part[:1].isdecimal() else part for part in parts)


def plugin_id(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Validate an attrs field as ``<plugin>.<name>``."""
    if is_plugin_id(value):
        return
    cure = "It is written <plugin>.<name>"
    if is_workspace_id(value):
        cure = f'Put the plugin\'s name before it: "<plugin>.{value}"'
    elif isinstance(value, str) and is_plugin_id(suggest(value)):
        cure = f'Write "{suggest(value)}"'
    raise _not_valid(instance, attribute, value, cure)


def workspace_id(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Validate an attrs field as a name without a dot."""
    if is_workspace_id(value):
        return
    cure = "It has no dot" if is_plugin_id(value) else _write(value)
    raise _not_valid(instance, attribute, value, cure)


def any_id(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Validate an attrs field that may come from a plugin (``<plugin>.<name>``) or a workspace (no dot): goals."""
    if not (is_plugin_id(value) or is_workspace_id(value)):
        raise _not_valid(instance, attribute, value, _write(value))


def collector_name(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Validate an attrs field as the name of a collector: bare ("csv") when core's, ``<plugin>.<name>`` otherwise."""
    any_id(instance, attribute, value)


def _write(value: object) -> str:
    if isinstance(value, str) and (is_workspace_id(suggest(value)) or is_plugin_id(suggest(value))):
        return f'Write "{suggest(value)}"'
    return "Give it a name"


def _not_valid(instance: object, attribute: Attribute[Any], value: object, cure: str) -> DeclarationError:
    return DeclarationError(
        f"{type(instance).__name__}.{attribute.name}: {value!r} is not a valid name. {cure}; a name is made of {_RULE}."
    )
