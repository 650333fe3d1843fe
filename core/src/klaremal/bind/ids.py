"""Ids that a workspace names, looked up among the plugins it uses; says of each unknown one what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from attrs import field, frozen

from klaremal.absent import absent
from klaremal.discovery import CORE
from klaremal.errors import Fault, nearest
from klaremal.registry import Registry

_WORDS = {
    "datasets": "dataset",
    "indicators": "indicator",
    "collectors": "collector",
    "thresholds": "threshold",
    "goals": "statutory goal",
    "unit_sets": "unit set",
    "fulfilment_rules": "fulfilment rule",
}


@frozen
class Notes:
    """What binding found so far: faults stop the run, warnings are shown with it.

    `without` are the places that name something of a plugin that is left out as a whole, by the plugin; `absent` are the
    plugins of which it is noted already that they are not installed.
    """

    faults: list[Fault] = field(factory=list)
    warnings: list[Fault] = field(factory=list)
    without: dict[str, dict[str, None]] = field(factory=dict)
    absent: list[str] = field(factory=list)

    def fault(self, path: str, what: str, cure: str = "", near: str = "") -> None:
        """Add a fault."""
        self.faults.append(Fault(path, what, cure, near))

    def has(self, path: str) -> bool:
        """Say whether a fault is noted at a place already, so that what follows from it need not be said."""
        return any(fault.path == path for fault in self.faults)

    def warn(self, path: str, what: str, cure: str = "") -> None:
        """Add a warning."""
        self.warnings.append(Fault(path, what, cure))


@frozen
class Ids:
    """The declarations of all installed plugins (`installed`) and of those that the workspace uses (`used`)."""

    installed: Registry
    used: Registry
    notes: Notes

    def find(self, kind: str, name: str, place: str) -> Any:
        """Return the declared thing, or None after noting why it cannot be used.

        What a broken plugin would have declared is a warning: the plugin is reported, and the rest of the run goes on. What is
        missing because the whole plugin is left out is counted, and told in one sentence for the plugin.
        """
        known: Mapping[str, Any] = getattr(self.used, kind)
        if name in known:
            return known[name]
        word = _WORDS[kind]
        plugin, dot, _ = name.partition(".")
        reason = self._left_out(word, name)
        if self._is_left_out(plugin):
            self.notes.without.setdefault(plugin, {})[place] = None
        elif reason:
            self.notes.warn(place, f'{word} "{name}" is left out: {reason}')
        elif name in getattr(self.installed, kind):
            self.notes.fault(place, f'{word} "{name}" is of a plugin that is not used.', self._use(plugin))
        elif plugin in self.notes.absent:
            pass
        elif dot and plugin not in self._plugins(self.installed) and not self._near(name, known):
            why, cure = absent(plugin)
            self.notes.fault(place, f'{word} "{name}": {why}', cure)
        else:
            near = self._near(name, known)
            listing = kind.replace("_", " ")
            cure = "" if near else f"The {listing} are {_list(known)}."
            self.notes.fault(place, f'there is no {word} "{name}".', cure, near)
        return None

    def _is_left_out(self, plugin: str) -> bool:
        """Say whether nothing of a plugin can be used."""
        every = (*self.used.left_out, *self.installed.left_out)
        return any(each.plugin == plugin for each in every) and plugin not in self._plugins(self.installed)

    def _left_out(self, word: str, name: str) -> str:
        """Return why a single thing of a plugin is left out; empty when it is not."""
        every = (*self.used.left_out, *self.installed.left_out)
        what = f"{word.removeprefix('statutory ')} {name}"
        return next((each.why for each in every if each.what == what), "")

    @staticmethod
    def _plugins(registry: Registry) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source.name for source in registry.plugins))

    @staticmethod
    def _near(name: str, known: Iterable[str]) -> str:
        """Return the nearest id; a name without its plugin is near the id that ends with it."""
        names = tuple(known)
        whole = [each for each in names if each.partition(".")[2] == name]
        return whole[0] if whole else nearest(name, names)

    @staticmethod
    def _use(plugin: str) -> str:
        return f'Add "{plugin}" to plugins at the top of klaremal.toml.'


def installed_plugins(names: Iterable[str], registry: Registry, notes: Notes, place: str) -> tuple[str, ...]:
    """Return the plugins that a workspace names as they are called; one that is not installed goes to the notes.

    A misspelt name is read as it was meant, so that not every id of the plugin is reported as well.
    """
    installed = dict.fromkeys([*(source.name for source in registry.plugins), *(each.plugin for each in registry.left_out)])
    meant = []
    for name in names:
        near = "" if name in installed else nearest(name, installed)
        if name not in installed:
            what, cure = absent(name)
            known = near and cure.startswith("Install it")
            notes.fault(place, what, f"Or i{cure[1:]}" if known else cure, near if known else "")
            # What is called after a misspelt plugin is misspelt itself, and has a nearest name.
            notes.absent.extend([] if near else [name])
        meant.append(near or name)
    return tuple(meant)


def warn_of_versions(registry: Registry, notes: Notes, place: str) -> None:
    """Warn of plugins that do not say which versions of klaremal they were built for: nobody can tell when one is too old."""
    for each in registry.plugins:
        if each.requires == "" and each.name != CORE:
            what = f"the plugin {each} does not say which versions of klaremal it was built for."
            cure = f'Its author writes "klaremal >=0.1,<0.2" among the dependencies of {each.distribution}.'
            notes.warn(place, what, cure)


def warn_of_left_out(notes: Notes, place: str) -> None:
    """Say in one sentence for each plugin that is left out what goes with it; why it is left out is told with the plugin."""
    for plugin, places in notes.without.items():
        sources: dict[str, None] = {}
        goals: dict[str, None] = {}
        others = 0
        for kind, _, rest in (each.partition(": ")[2].partition(".") for each in places):
            if kind == "sources":
                sources[rest.removesuffix(".collector")] = None
            elif kind == "goal" and not rest.endswith(".parent"):
                goals[rest.partition(".")[0]] = None
            else:
                others += 1
        told = [_counted(names, word) for names, word in ((sources, "source"), (goals, "goal")) if names]
        told += [f"{others} other place{'' if others == 1 else 's'} that name{'s' if others == 1 else ''} it"] if others else []
        verb = "is" if len(sources) + len(goals) + others == 1 else "are"
        notes.warn(
            place, f"as the plugin {plugin} is left out, so {verb} {', '.join(told[:-1])}{' and ' * bool(told[1:])}{told[-1]}."
        )


def _counted(names: Collection[str], word: str) -> str:
    return f"{len(names)} {word}{'' if len(names) == 1 else 's'} ({_list(names)})"


def _list(names: Iterable[str]) -> str:
    shown = sorted(names)
    more = f" ... ({len(shown)} in all)" if len(shown) > 10 else ""
    return (", ".join(shown[:10]) or "none") + more
