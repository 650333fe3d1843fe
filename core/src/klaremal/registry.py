"""Plugins to declarations: asks every plugin what it declares and keeps what is whole; reads no workspace, no data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from inspect import isroutine, signature
from types import ModuleType
from typing import Any

import pluggy
from attrs import field, frozen

from klaremal import hookspecs
from klaremal.declared import KINDS, Declared, goal_fault, id_fault, settle, type_fault
from klaremal.discovery import CORE, LeftOut, PluginSource, lacking, raised_at
from klaremal.errors import DeclarationError, KlaremalError, nearest
from klaremal.model.collector import Collector
from klaremal.model.dataset import Dataset
from klaremal.model.exporter import Exporter
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator, Sector
from klaremal.model.rule import FulfilmentRule
from klaremal.model.threshold import Threshold
from klaremal.model.unit import UnitSet

_PREFIX = "klaremal_"
_HOOK_NAMED = re.compile(r"for hook '(\w+)'")
_ARGUMENTS_NAMED = re.compile(r"Argument\(s\) \{(.*?)\}")


@frozen(eq=False)
class Registry:
    """Everything that the plugins declare, by id, and everything that was left out with why.

    `goals` holds the versions of each goal, the earliest first; `unit_sets` is what a workspace can name in `[units]`.
    """

    declared: tuple[Declared, ...] = field(repr=False)
    plugins: tuple[PluginSource, ...]
    left_out: tuple[LeftOut, ...] = ()
    sectors: Mapping[str, Sector] = field(init=False, repr=False)
    datasets: Mapping[str, Dataset] = field(init=False, repr=False)
    indicators: Mapping[str, Indicator] = field(init=False, repr=False)
    collectors: Mapping[str, Collector[Any]] = field(init=False, repr=False)
    thresholds: Mapping[str, Threshold] = field(init=False, repr=False)
    goals: Mapping[str, tuple[Goal, ...]] = field(init=False, repr=False)
    unit_sets: Mapping[str, UnitSet] = field(init=False, repr=False)
    fulfilment_rules: Mapping[str, FulfilmentRule] = field(init=False, repr=False)
    exporters: Mapping[str, Exporter] = field(init=False, repr=False)

    @sectors.default
    def _sectors(self) -> Mapping[str, Sector]:
        return self._of("sectors")

    @datasets.default
    def _datasets(self) -> Mapping[str, Dataset]:
        return self._of("datasets")

    @indicators.default
    def _indicators(self) -> Mapping[str, Indicator]:
        return self._of("indicators")

    @collectors.default
    def _collectors(self) -> Mapping[str, Collector[Any]]:
        return self._of("collectors")

    @thresholds.default
    def _thresholds(self) -> Mapping[str, Threshold]:
        return self._of("thresholds")

    @goals.default
    def _goals(self) -> Mapping[str, tuple[Goal, ...]]:
        versions: dict[str, list[Goal]] = {}
        for each in self.declared:
            if each.kind == "goals":
                versions.setdefault(each.id, []).append(each.item)
        return {name: tuple(sorted(goals, key=lambda goal: goal.valid_from)) for name, goals in versions.items()}

    @unit_sets.default
    def _unit_sets(self) -> Mapping[str, UnitSet]:
        return self._of("units")

    @fulfilment_rules.default
    def _fulfilment_rules(self) -> Mapping[str, FulfilmentRule]:
        return self._of("fulfilment_rules")

    @exporters.default
    def _exporters(self) -> Mapping[str, Exporter]:
        return self._of("exporters")

    def _of(self, kind: str) -> dict[str, Any]:
        return {each.id: each.item for each in self.declared if each.kind == kind}

    def with_parts(self, datasets: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of datasets with those that they are made of, parts before what is made of them."""
        found: dict[str, None] = {}
        for each in datasets:
            if each not in found:
                found |= dict.fromkeys((*self.with_parts(self.datasets[each].made_of), each))
        return tuple(found)

    def origin(self, kind: str, declared_id: str) -> PluginSource:
        """Return the plugin that declares a thing; `kind` is the hook's plural. KeyError when nothing is so called."""
        for each in self.declared:
            if each.key == ("units" if kind == "unit_sets" else kind, declared_id):
                return each.source
        raise KeyError((kind, declared_id))

    def only(self, names: Iterable[str]) -> Registry:
        """Return what the named plugins and core declare; what refers to another plugin is left out, the chain named."""
        allowed = {*names, CORE}
        kept, left_out = settle(each for each in self.declared if each.source.name in allowed)
        return Registry(
            kept,
            tuple(source for source in self.plugins if source.name in allowed),
            (*(each for each in self.left_out if each.plugin in allowed), *left_out),
        )

    def joined(self, source: PluginSource, declared: Iterable[Declared], left_out: Iterable[LeftOut] = ()) -> Registry:
        """Return the registry with what one more plugin declares, and what of it is left out."""
        kept, broken = settle((*self.declared, *declared))
        plugins = self.plugins if source in self.plugins else (*self.plugins, source)
        return Registry(kept, plugins, (*self.left_out, *left_out, *broken))

    def notify(self, hook: str, **arguments: Any) -> tuple[LeftOut, ...]:
        """Tell every plugin that listens to a notification hook, one by one; return what each of them raised."""
        manager, failed = _manager(self.plugins)
        for source in self.plugins:
            try:
                _call(manager, hook, source, arguments)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - what a plugin raises stops neither the others nor the run
                failed.append(_left_out(source, hook, _raised(error)))
        return tuple(failed)


def build(sources: Iterable[PluginSource], left_out: Iterable[LeftOut] = (), specs: ModuleType = hookspecs) -> Registry:
    """Ask every plugin for all that it declares; one wrong hook leaves its whole plugin out, and the others run.

    `specs` is the module that specifies the hooks. An argument that one of them deprecates is a warning at the plugin.
    """
    asked = tuple(sources)
    manager, refused = _manager(asked, specs)
    declared: list[Declared] = []
    plugins: list[PluginSource] = []
    for source in asked:
        if not manager.is_registered(source.module) or manager.get_name(source.module) != _name(source):
            continue
        found = _declarations(manager, source) if manager.get_hookcallers(source.module) else _hookless(source)
        if isinstance(found, LeftOut):
            refused.append(found)
        else:
            plugins.append(source)
            declared += found
    kept, broken = settle(declared)
    return Registry(kept, tuple(plugins), (*left_out, *refused, *broken))


def _left_out(source: PluginSource, what: str, why: str) -> LeftOut:
    return LeftOut(source.name, source.distribution, source.version, what, why)


def _raised(error: BaseException) -> str:
    place = raised_at(error)
    kind = "" if isinstance(error, KlaremalError) else f"it raised {type(error).__name__}: "
    return (lacking(error) or f"{kind}{error}") + (f" ({place})" if place else "")


def _name(source: PluginSource) -> str:
    return f"{source.name} {source.distribution}"


def _manager(sources: Sequence[PluginSource], specs: ModuleType = hookspecs) -> tuple[pluggy.PluginManager, list[LeftOut]]:
    """Return a plugin manager of its own with the plugins that could be registered, and why the others could not."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(specs)
    refused = []
    for source in sources:
        try:
            manager.register(source.module, name=_name(source))
            unknown = _unknown_hook(manager, source)
        except pluggy.PluginValidationError as error:
            unknown = _misfit(str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - registering looks at every attribute of foreign code
            unknown = ("", _raised(error))
        if unknown is not None:
            refused.append(_left_out(source, *unknown))
            if manager.get_name(source.module) == _name(source):
                manager.unregister(source.module)
    return manager, refused


def _unknown_hook(manager: pluggy.PluginManager, source: PluginSource) -> tuple[str, str] | None:
    """Return a hook that klaremal does not have, or one that lacks its mark, with a sentence that says what to do."""
    known = (*hookspecs.DECLARATIONS, *hookspecs.NOTIFICATIONS)
    for name in dir(source.module):
        if not name.startswith(_PREFIX) or not isroutine(getattr(source.module, name)):
            continue
        if name not in known:
            near = nearest(name, known)
            hint = f'Did you mean "{near}"?' if near else f"The hooks are {', '.join(known)}."
            return name, f"klaremal has no such hook. {hint}"
        if manager.parse_hookimpl_opts(source.module, name) is None:
            return name, "it is not marked as an implementation. Put @hookimpl above it."
    return None


def _hookless(source: PluginSource) -> LeftOut:
    """Say of a plugin without a hook that its module is not the one with the hooks."""
    module = getattr(source.module, "__name__", type(source.module).__name__)
    front = module.partition(".")[0]
    if source.distribution.endswith(".py"):
        return _left_out(source, "", "it declares nothing: it has no hook. Write one: a function under @hookimpl.")
    example = f', as {source.name} = "{front}"' if front != module else ""
    cure = f"Let the entry point name the module with the functions under @hookimpl{example}."
    return _left_out(source, "", f"it declares nothing: {module} has no hook. {cure}")


def _misfit(message: str) -> tuple[str, str]:
    """Return the hook and a sentence from what pluggy says of an implementation whose arguments are wrong."""
    hook = _HOOK_NAMED.search(message)
    names = _ARGUMENTS_NAMED.search(message)
    if hook is None or names is None:
        return "", " ".join(message.split())
    given = [each.strip(" '") for each in names[1].split(",")]
    arguments = ", ".join(given)
    takes = list(signature(getattr(hookspecs, hook[1])).parameters) if hasattr(hookspecs, hook[1]) else []
    if len(given) == len(takes) == 1:
        return hook[1], f"its argument is called {takes[0]}, not {arguments}. Rename it."
    cure = f"Its arguments are {', '.join(takes)}: use these names." if takes else "Leave it out."
    return hook[1], f"it takes the argument {arguments}, which the hook {hook[1]} does not have. {cure}"


def _call(manager: pluggy.PluginManager, hook: str, source: PluginSource, arguments: Mapping[str, Any]) -> list[Any]:
    others = [plugin for plugin in manager.get_plugins() if plugin is not source.module]
    answers: list[Any] = manager.subset_hook_caller(hook, remove_plugins=others)(**arguments)
    return answers


def _declarations(manager: pluggy.PluginManager, source: PluginSource) -> list[Declared] | LeftOut:
    """Return everything that one plugin declares, or its first mistake."""
    found: list[Declared] = []
    for kind in KINDS:
        hook = _PREFIX + kind
        try:
            items = [item for answer in _call(manager, hook, source, {}) for item in _forced(answer)]
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin's hook does, the others run
            return _left_out(source, hook, _raised(error))
        fault = type_fault(kind, items)
        declared = [] if fault else [Declared(kind, item, source) for item in items]
        fault = fault or id_fault(declared) or goal_fault(declared)
        if fault:
            return _left_out(source, hook, fault)
        found += declared
    return found


def _forced(answer: object) -> list[object]:
    """Return a hook's answer as a list, so that a generator runs inside the fence."""
    if answer is None:
        return []
    if isinstance(answer, (str, bytes, Mapping)) or not isinstance(answer, Iterable):
        raise DeclarationError(f"it returned a {type(answer).__name__}, not a list. Return a list or a tuple.")
    return list(answer)
