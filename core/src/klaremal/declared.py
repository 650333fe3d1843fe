"""What plugins declare, thing by thing: kind, id and origin, which ids clash, what refers to what; calls no plugin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from klaremal.discovery import CORE, LeftOut, PluginSource
from klaremal.errors import DeclarationError, nearest
from klaremal.model.collector import Collector
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator, Sector
from klaremal.model.period import finer_or_equal
from klaremal.model.target import Target
from klaremal.model.threshold import Threshold
from klaremal.model.unit import UnitSet
from klaremal.preparation import PREPARATION_KEYS, Preparation

# The plural is the hook's name without klaremal_; the type is what its list may hold.
KINDS = MappingProxyType(
    {
        "sectors": Sector,
        "datasets": Dataset,
        "indicators": Indicator,
        "collectors": Collector,
        "thresholds": Threshold,
        "goals": Goal,
        "units": UnitSet,
    }
)
_SINGULAR = MappingProxyType(
    {
        "sectors": "sector",
        "datasets": "dataset",
        "indicators": "indicator",
        "collectors": "collector",
        "thresholds": "threshold",
        "goals": "goal",
        "units": "unit set",
    }
)


@frozen
class Declared:
    """One declared thing with its kind and the plugin that declares it."""

    kind: str
    item: Any = field(repr=False)
    source: PluginSource

    @property
    def id(self) -> str:
        """The id, which for a collector is its name."""
        return str(self.item.name if self.kind == "collectors" else self.item.id)

    @property
    def key(self) -> tuple[str, str]:
        """Kind and id: what is unique over all plugins (versions of a goal excepted)."""
        return (self.kind, self.id)

    def __str__(self) -> str:
        """Give the kind and the id, as messages do."""
        return f"{_SINGULAR[self.kind]} {self.id}"

    def left_out(self, why: str) -> LeftOut:
        """Return the note that this thing is not used, with its origin."""
        return LeftOut(self.source.name, self.source.distribution, self.source.version, str(self), why)


def type_fault(kind: str, items: Sequence[object]) -> str:
    """Say which item of a hook's list is of the wrong type; empty when all are right."""
    wanted = KINDS[kind]
    for place, item in enumerate(items, start=1):
        if not isinstance(item, wanted):
            article = "a class, not an instance; call it" if item is wanted else f"a {type(item).__name__}"
            return f"item {place} of its list is {article}. Hand over {wanted.__name__} objects."
    return ""


def id_fault(declared: Sequence[Declared]) -> str:
    """Say which id of one plugin does not begin with its name or is declared twice; empty when none is."""
    seen: dict[tuple[str, str], Declared] = {}
    for each in declared:
        name = each.source.name
        bare_is_fine = name == CORE and each.kind in ("collectors", "units")
        whole = each.id == name if each.kind == "sectors" else each.id.startswith(f"{name}.")
        if not whole and not bare_is_fine and not (each.kind == "units" and each.id == name):
            cure = f'Call it "{name}".' if each.kind == "sectors" else f'Let its id begin with "{name}."'
            return f"{each} is not named after the plugin. {cure}"
        if each.key in seen and each.kind != "goals":
            return f"{each} is declared twice. Keep one of them."
        seen[each.key] = each
    return ""


def goal_fault(declared: Sequence[Declared]) -> str:
    """Say which goal of one plugin is no statutory goal on a threshold, or overlaps another version of itself."""
    goals = [each.item for each in declared if each.kind == "goals"]
    for goal in goals:
        if not goal.statutory or goal.threshold is None:
            return f"goal {goal.id}: a plugin ships statutory goals only. Give it statutory=True and a threshold."
    return next(overlaps(goals), "")


def overlaps(goals: Iterable[Goal]) -> Iterator[str]:
    """Say which goals of one id hold on the same day; versions of a goal follow each other."""
    by_id: dict[str, list[Goal]] = {}
    for goal in goals:
        by_id.setdefault(goal.id, []).append(goal)
    for goal_id, versions in by_id.items():
        for one, other in pairwise(sorted(versions, key=lambda goal: goal.valid_from)):
            if (one.valid_to or date.max) >= other.valid_from:
                until = f"until {one.valid_to}" if one.valid_to else "without end"
                yield (
                    f"goal {goal_id}: two versions hold on {other.valid_from} (one from {one.valid_from} {until}, "
                    f"one from {other.valid_from}). End the first the day before (valid_to), or give one another id."
                )


def judging_faults(goal: Goal, indicator: Indicator, target: Target, basis: str | None) -> Iterator[tuple[str, str, str]]:
    """Say why a goal cannot be judged on its indicator, as (field, what is wrong, cure)."""
    frequency = goal.frequency or indicator.frequency
    if indicator.direction not in target.directions:
        fitting = {"higher": "at_least", "lower": "at_most"}.get(indicator.direction, "at_least, at_most or between")
        yield (
            "target",
            f"the target is against the direction of {indicator.id}, where {indicator.direction} is better.",
            f"Use {fitting}.",
        )
    if goal.tolerance and basis == "law":
        yield "tolerance", "the target is a law's, and a law that is nearly kept is broken.", "Leave tolerance out."
    if not finer_or_equal(indicator.frequency, frequency):
        yield (
            "frequency",
            f'"{frequency}" is finer than {indicator.id} is measured, or cuts across it ({indicator.frequency}).',
            f'Use "{indicator.frequency}" or coarser.',
        )
    else:
        for message in target.faults(frequency):
            what, _, cure = message.removeprefix("path: ").partition("; ")
            yield "target", f"{what}.".replace("..", "."), f"{cure[:1].upper()}{cure[1:]}"


def settle(declared: Iterable[Declared]) -> tuple[tuple[Declared, ...], tuple[LeftOut, ...]]:
    """Return what can be used: ids that two plugins declare are gone, and so is all that refers to what is gone."""
    everything = list(declared)
    gone = _clashes(everything)
    left_out = [each.left_out(gone[each.key]) for each in everything if each.key in gone]
    kept = [each for each in everything if each.key not in gone]
    while True:
        known = {each.key: each for each in kept}
        broken = {each.key: why for each in kept if (why := _broken(each, known, gone))}
        if not broken:
            return tuple(kept), tuple(left_out)
        gone |= broken
        left_out += [each.left_out(broken[each.key]) for each in kept if each.key in broken]
        kept = [each for each in kept if each.key not in broken]


def _clashes(declared: Sequence[Declared]) -> dict[tuple[str, str], str]:
    by_key: dict[tuple[str, str], dict[int, Declared]] = {}
    for each in declared:
        by_key.setdefault(each.key, {}).setdefault(id(each.source.module), each)
    return {
        key: f"{len(several)} plugins declare it: {' and '.join(str(each.source) for each in several.values())}. "
        "Uninstall one of them."
        for key, several in by_key.items()
        if len(several) > 1
    }


def _needs(declared: Declared) -> Iterator[tuple[str, str, object]]:
    """Give what a thing refers to, as (kind, id, the object it holds or None)."""
    item = declared.item
    if isinstance(item, Indicator):
        yield "datasets", item.dataset.id, item.dataset
    elif isinstance(item, Threshold):
        yield "indicators", item.indicator.id, item.indicator
    elif isinstance(item, Collector) and item.base is not None:
        yield "collectors", item.base, None
    elif isinstance(item, Goal):
        if item.threshold is not None:
            yield "thresholds", item.threshold, None
        if item.indicator is not None:
            yield "indicators", item.indicator, None


def _broken(declared: Declared, known: dict[tuple[str, str], Declared], gone: dict[tuple[str, str], str]) -> str:
    for kind, needed_id, held in _needs(declared):
        needed = f"{_SINGULAR[kind]} {needed_id}"
        found = known.get((kind, needed_id))
        if found is None:
            why = gone.get((kind, needed_id), f"no plugin declares. Return it from klaremal_{kind}.")
            return f"it needs {needed}, which {'is left out: ' if (kind, needed_id) in gone else ''}{why}"
        if found is declared:
            return f"it is made from itself ({needed}). Name the collector that it fills in."
        if held is not None and held is not found.item and held != found.item:
            return f"it holds another {needed} than the one that {found.source} declares. Use the same object."
    if isinstance(declared.item, Collector) and declared.item.base is not None:
        return _preset_fault(declared.item, {each.id: each.item for each in known.values() if each.kind == "collectors"})
    if isinstance(declared.item, Goal) and declared.item.threshold is not None:
        threshold = known["thresholds", declared.item.threshold].item
        faults = judging_faults(declared.item, threshold.indicator, threshold.target, threshold.basis)
        return next((f"{name}: {what} {cure}" for name, what, cure in faults), "")
    return ""


def base_of(collector: Collector[Any], collectors: Mapping[str, Collector[Any]]) -> Collector[Any] | None:
    """Return the collector that fetches behind a preset, which may be a preset of a preset; None when there is none."""
    seen = set()
    while collector.base is not None:
        if collector.name in seen or collector.base not in collectors:
            return None
        seen.add(collector.name)
        collector = collectors[collector.base]
    return collector


def _preset_fault(preset: Collector[Any], collectors: Mapping[str, Collector[Any]]) -> str:
    base = base_of(preset, collectors)
    if base is None:
        return f"it is made from itself through {preset.base}. Name the collector that it fills in."
    allowed = (*base.option_names, *PREPARATION_KEYS)
    for name, _ in preset.defaults:
        if name not in allowed:
            near = nearest(name, allowed)
            hint = f'Did you mean "{near}"?' if near else f"It has {', '.join(allowed)}."
            return f'{base.name} has no option "{name}". {hint}'
    try:
        Preparation.merged({}, dict(preset.defaults))
    except DeclarationError as error:
        return str(error)
    return ""
