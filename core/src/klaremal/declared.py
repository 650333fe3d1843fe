"""What plugins declare, thing by thing: kind, id and origin, which ids clash, what refers to what; calls no plugin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from attrs import field, frozen

from klaremal.discovery import CORE, LeftOut, PluginSource
from klaremal.errors import DeclarationError, nearest
from klaremal.model.breakdown import ANY_VALUE, NO_VALUE, read
from klaremal.model.collector import Collector
from klaremal.model.dataset import Dataset
from klaremal.model.exporter import Exporter
from klaremal.model.goal import Goal
from klaremal.model.indicator import Indicator, Sector
from klaremal.model.on_time import Clock, OnTime
from klaremal.model.period import Period, finer_or_equal
from klaremal.model.quotient import Quotient, other_id
from klaremal.model.rule import FulfilmentRule
from klaremal.model.standing import Change
from klaremal.model.target import AtLeast, AtMost, Between, Target
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
        "fulfilment_rules": FulfilmentRule,
        "exporters": Exporter,
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
        "fulfilment_rules": "fulfilment rule",
        "exporters": "exporter",
    }
)
_NAMED = ("collectors", "exporters")

# The target of one number that fits a direction.
_FITTING = MappingProxyType({"higher": "at_least", "lower": "at_most"})


@frozen
class Declared:
    """One declared thing with its kind and the plugin that declares it."""

    kind: str
    item: Any = field(repr=False)
    source: PluginSource

    @property
    def id(self) -> str:
        """The id, which for a collector or an exporter is its name."""
        return str(self.item.name if self.kind in _NAMED else self.item.id)

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
        bare_is_fine = name == CORE and each.kind in (*_NAMED, "units")
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
        what = f"the target is against the direction of {indicator.id}, where {indicator.direction} is better."
        yield "target", what, _fitting(target, indicator.direction)
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
            what, _, cure = message.partition(": ")[2].partition("; ")
            yield "target", f"{what}.".replace("..", "."), f"{cure[:1].upper()}{cure[1:]}"
    if goal.by is not None:
        yield from _by_faults(goal, goal.by, frequency, target, basis)
    if goal.breakdown:
        yield from (("breakdown", what, cure) for what, cure in breakdown_faults(goal.breakdown, indicator))


def breakdown_faults(breakdown: str, indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Say why a goal cannot be about these values: the indicator is not broken down so, or there is no such value."""
    given = read(breakdown)
    if not any(given.keys() == set(columns) for columns in indicator.breakdowns):
        known = [";".join(columns) for columns in indicator.breakdowns]
        near = nearest(";".join(given), known)
        cure = f'Did you mean "{near}"?' if near else f"It is broken down by: {', '.join(known) or 'nothing'}."
        yield f"{indicator.id} is not broken down by {' and '.join(given)}.", cure
        return
    for name, value in given.items():
        column = indicator.dataset.column(name)
        codes = [code for code in column.codes if code != column.total]
        if value not in (ANY_VALUE, NO_VALUE) and unquote(value) == column.total:
            yield f'{name} "{column.total}" means all of them.', "Leave breakdown out."
        elif value not in (ANY_VALUE, NO_VALUE) and codes and unquote(value) not in codes:
            near = nearest(unquote(value), codes)
            cure = f'Did you mean "{near}"?' if near else f"There is {', '.join(codes)}."
            yield f'{name} has no value "{unquote(value)}".', cure


def _fitting(target: Target, direction: str) -> str:
    """Say which target fits a direction that the given one does not."""
    if isinstance(target, Change) and direction != "neutral":
        return f"Write {'by_percent' if target.in_percent else 'by'} = {-target.size:g}."
    return f"Use {_FITTING.get(direction, 'at_least, at_most or between')}."


def _by_faults(goal: Goal, by: Period, frequency: str, target: Target, basis: str | None) -> Iterator[tuple[str, str, str]]:
    """Say why a goal cannot be due in a period only."""
    if basis == "law":
        yield "by", "the target is a law's, and no council puts off a law.", "Leave by out."
    if not isinstance(target, (AtLeast, AtMost, Between)):
        yield "by", "the target says itself for when it holds.", "Leave by out."
    if by.frequency != frequency:
        what = f"{by.code} is a {by.frequency}, and the goal is judged by the {frequency}."
        yield "by", what, f'Write by = "{Period.of(frequency, by.last_month).code}".'
    elif by.first_day < goal.valid_from:
        yield "by", f"{by.code} begins before the goal holds (from {goal.valid_from}).", "Write a later period."
    elif goal.valid_to is not None and by.first_day > goal.valid_to:
        yield "by", f"{by.code} begins after the goal has ended ({goal.valid_to}).", "Write an earlier period."


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
        other = other_id(item.measure)
        if other is not None and isinstance(item.measure, Quotient):
            held = item.measure.per.dataset
            yield "datasets", other, held if isinstance(held, Dataset) else None
        pauses = item.measure.pauses if isinstance(item.measure, OnTime) else None
        if pauses is not None and pauses.dataset is not None:
            yield "datasets", pauses.dataset, None
    elif isinstance(item, Dataset):
        for each in item.made_from:
            yield ("datasets", each, None) if isinstance(each, str) else ("datasets", each.id, each)
    elif isinstance(item, Threshold):
        yield "indicators", item.indicator.id, item.indicator
    elif isinstance(item, Collector) and item.base is not None:
        yield "collectors", item.base, None
    elif isinstance(item, Goal):
        if item.threshold is not None:
            yield "thresholds", item.threshold, None
        if item.indicator is not None:
            yield "indicators", item.indicator, None
        if item.rule is not None:
            yield "fulfilment_rules", item.rule, None


def _broken(declared: Declared, known: dict[tuple[str, str], Declared], gone: dict[tuple[str, str], str]) -> str:
    for kind, needed_id, held in _needs(declared):
        needed = f"{_SINGULAR[kind]} {needed_id}"
        found = known.get((kind, needed_id))
        if found is None:
            near = "" if held is not None else _near(needed_id, [each for which, each in known if which == kind])
            cure = f'Did you mean "{near}"?' if near else f"Return it from klaremal_{kind}."
            why = gone.get((kind, needed_id), f"no plugin declares. {cure}")
            return f"it needs {needed}, which {'is left out: ' if (kind, needed_id) in gone else ''}{why}"
        if found is declared:
            return f"it is made from itself ({needed}). Name another one."
        if held is not None and held is not found.item and held != found.item:
            return f"it holds another {needed} than the one that {found.source} declares. Use the same object."
    if isinstance(declared.item, Indicator):
        datasets = {each.id: each.item for each in known.values() if each.kind == "datasets"}
        return "; ".join(_faults_of_measure(declared.item, datasets))
    if isinstance(declared.item, Dataset) and _is_circular(declared.item, known):
        return "it is made from itself through the datasets that it is made of. Name others."
    if isinstance(declared.item, Collector) and declared.item.base is not None:
        return _preset_fault(declared.item, {each.id: each.item for each in known.values() if each.kind == "collectors"})
    if isinstance(declared.item, Goal) and declared.item.threshold is not None:
        threshold = known["thresholds", declared.item.threshold].item
        faults = judging_faults(declared.item, threshold.indicator, threshold.target, threshold.basis)
        return next((f"{name}: {what} {cure}" for name, what, cure in faults), "")
    return ""


def _near(name: str, known: Iterable[str]) -> str:
    """Return the nearest id of the same plugin: its name before the dot makes all of them look alike."""
    plugin, dot, rest = name.partition(".")
    own = [each.partition(".")[2] for each in known if each.startswith(f"{plugin}.")]
    near = nearest(rest, own)
    return plugin + dot + near if near else ""


def _faults_of_measure(indicator: Indicator, datasets: Mapping[str, Dataset]) -> Iterator[str]:
    """Give what does not fit in what a measure needs of other datasets than the indicator's own."""
    clock = Clock.of(indicator.measure, indicator.dataset, datasets)
    if clock is not None:
        yield from clock.faults()
    other = other_id(indicator.measure)
    if other is not None and isinstance(indicator.measure, Quotient):
        yield from indicator.measure.other_faults(datasets[other], indicator.frequency)


def _is_circular(dataset: Dataset, known: Mapping[tuple[str, str], Declared]) -> bool:
    """Say whether a dataset is made of itself through others."""
    seen: set[str] = set()
    ahead = [*dataset.made_of]
    while ahead:
        each = ahead.pop()
        if each not in seen and ("datasets", each) in known:
            seen.add(each)
            ahead += known["datasets", each].item.made_of
    return dataset.id in seen


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
