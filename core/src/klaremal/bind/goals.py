"""Goals of a workspace bound to indicators, targets and units, and the statutory goals that apply; judges no figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from klaremal.bind.deadlines import promised
from klaremal.bind.ids import Ids
from klaremal.bind.others import check_others
from klaremal.bind.places import Places, check_units
from klaremal.bind.targets_file import is_file, read_targets
from klaremal.declared import judging_faults
from klaremal.errors import DeclarationError
from klaremal.model.goal import Decision, Goal, UnitsUnder
from klaremal.model.indicator import Indicator
from klaremal.model.listed import LISTED_KEYS, Listed
from klaremal.model.rule import FulfilmentRule
from klaremal.model.standing import Relative
from klaremal.model.target import Target, is_floor, meant_as_share
from klaremal.model.target_keys import target_of
from klaremal.model.threshold import Threshold
from klaremal.model.unit import LEVELS
from klaremal.shape import fault, under
from klaremal.workspace.goal_files import GoalSection
from klaremal.workspace.shape import TARGETS

_OWN_KEYS = ("shape", "decision", "units", "targets")


@frozen(kw_only=True)
class Judged:
    """A goal with what judges it, before it is known which days it holds."""

    goal: Goal
    indicator: Indicator
    target: Target
    threshold: Threshold | None
    targets: tuple[tuple[str, Target], ...]
    rule: FulfilmentRule | None = None
    key: str = "threshold"
    place: str = field(default="", eq=False)

    @property
    def basis(self) -> str | None:
        """What the level rests on: law, agreement or recommendation; None when it is the council's own."""
        return self.threshold.basis if self.threshold else None


def bind_goals(
    sections: Iterable[GoalSection], indicators: Mapping[str, Indicator], places: Places, ids: Ids
) -> Iterator[Judged]:
    """Give every goal of the workspace that a figure judges; what is wrong with the others goes to the notes.

    A goal that is something to be done is passed over.
    """
    for section in sections:
        if section.faulty or is_task(section):
            continue
        before = len(ids.notes.faults)
        judged = _judged(section, indicators, places, ids)
        if judged is None:
            continue
        _check(judged, places, ids)
        warn_of_decision(judged.goal, section.place, ids)
        if len(ids.notes.faults) == before:
            yield judged


def is_task(section: GoalSection) -> bool:
    """Say whether a goal is something to be done, which no figure judges."""
    return [key for key, _ in section.values if key in TARGETS] == ["done"]


def warn_of_decision(goal: Goal, place: str, ids: Ids) -> None:
    """Warn of a goal that nobody is said to have decided."""
    if goal.decision is None:
        what = "the goal says nothing of where it was decided."
        ids.notes.warn(place, what, 'Add decision = { body = "Byrådet", date = 2025-12-11, case = "..." }.')


def made_goal(section: GoalSection, values: Mapping[str, Any], ids: Ids, **given: Any) -> Goal | None:
    """Return the goal with what its values say besides the target, and what is `given`; None after noting what is wrong."""
    fields = {name: value for name, value in values.items() if name not in (*TARGETS, *_OWN_KEYS)}
    decision = values.get("decision")
    try:
        return Goal(
            id=section.id,
            units=_unit_choices(values.get("units", ())),
            targets=values.get("targets", {}),
            decision=Decision(**decision) if decision else None,
            **fields,
            **given,
        )
    except DeclarationError as error:
        text = str(error).removeprefix(f"goal {section.id}: ")
        key, _, what = text.partition(": ")
        ids.notes.faults.append(fault(under(section.place, key), what) if key in values else fault(section.place, text))
        return None


def _judged(section: GoalSection, indicators: Mapping[str, Indicator], places: Places, ids: Ids) -> Judged | None:
    values = dict(section.values)
    key = _target_key(values, section.place, ids)
    threshold, indicator = _measured(values, section.place, indicators, ids)
    if key in LISTED_KEYS and is_file(values[key]):
        values["targets"] = read_targets(values[key], bool(values.get("targets")), places, under(section.place, key), ids)
    target = read_target(key, values, section.place, ids) if threshold is None else threshold.target
    rule = ids.find("fulfilment_rules", values["rule"], under(section.place, "rule")) if "rule" in values else None
    if key is None or indicator is None or target is None or ("rule" in values and rule is None):
        return None
    targets = tuple(_own_targets(values.get("targets", {}), target, section.place, ids))
    goal = made_goal(section, values, ids, target=None if threshold else target, threshold=threshold.id if threshold else None)
    indicator = None if goal is None else _promised(goal, indicator, section.place, ids)
    if goal is None or indicator is None:
        return None
    return Judged(
        goal=goal, indicator=indicator, target=target, threshold=threshold, targets=targets, rule=rule, key=key,
        place=section.place,
    )  # fmt: skip


def _promised(goal: Goal, indicator: Indicator, place: str, ids: Ids) -> Indicator | None:
    """Return the indicator with the goal's deadline filled in; None after noting why it does not fit."""
    try:
        return promised(indicator, goal.within)
    except DeclarationError as error:
        ids.notes.faults.append(fault(under(place, "within"), str(error).removeprefix("within: ")))
        return None


def _target_key(values: Mapping[str, Any], place: str, ids: Ids) -> str | None:
    keys = [key for key in TARGETS if key in values]
    if len(keys) == 1:
        return keys[0]
    what = f"it has several targets: {', '.join(keys)}." if keys else "it has no target."
    ids.notes.fault(place, what, f"Give exactly one of {', '.join(TARGETS)}.")
    return None


def _measured(
    values: Mapping[str, Any], place: str, indicators: Mapping[str, Indicator], ids: Ids
) -> tuple[Threshold | None, Indicator | None]:
    """Return the threshold that a goal adopts and the indicator that measures it, as the workspace overrides it."""
    threshold = named = None
    if "threshold" in values:
        threshold = ids.find("thresholds", values["threshold"], under(place, "threshold"))
    if "indicator" in values:
        named = ids.find("indicators", values["indicator"], under(place, "indicator"))
    elif "threshold" not in values:
        ids.notes.fault(place, '"indicator" is missing.', "Name what is measured; klaremal indicators lists them.")
    if threshold is not None and named is not None and threshold.indicator.id != named.id:
        what = f"the threshold {threshold.id} is one of {threshold.indicator.id}, not of {named.id}."
        ids.notes.fault(under(place, "indicator"), what, "Leave indicator out.")
    measured = threshold.indicator if threshold is not None else named
    if measured is None or ("threshold" in values and threshold is None):
        return None, None
    return threshold, indicators.get(measured.id)


def read_target(key: str | None, values: Mapping[str, Any], place: str, ids: Ids) -> Target | None:
    """Return the target that a goal's values describe; None when they describe none, which is noted."""
    if key is None or key == "threshold":
        return None
    options = {"shape": values["shape"]} if "shape" in values else {}
    if options and key != "path":
        ids.notes.fault(under(place, "shape"), f"shape is for a path, not for {key}.", "Leave it out.")
    try:
        if key in LISTED_KEYS and is_file(values[key]):
            return Listed(key=key, file=values[key])
        return target_of(key, values[key], **options)
    except DeclarationError as error:
        ids.notes.faults.append(fault(under(place, key), str(error).removeprefix(f"{key}: ")))
        return None


def _own_targets(given: Mapping[str, Any], target: Target, place: str, ids: Ids) -> Iterator[tuple[str, Target]]:
    for unit, value in given.items():
        try:
            yield unit, target.with_value(value)
        except DeclarationError as error:
            ids.notes.faults.append(fault(under(place, f'targets."{unit}"'), str(error)))


def _unit_choices(given: Any) -> tuple[str | UnitsUnder, ...]:
    choices = given if isinstance(given, (list, tuple)) else [given]
    made: list[str | UnitsUnder] = []
    for choice in choices:
        if isinstance(choice, str) and choice:
            made.append(choice)
        elif isinstance(choice, Mapping) and set(choice) == {"under", "level"}:
            made.append(UnitsUnder(under=str(choice["under"]), level=str(choice["level"])))
        else:
            raise DeclarationError(
                f"units: {choice!r} names no units. "
                'Write units = ["municipality"], units = ["Østby"] or units = { under = "Østby", level = "institution" }.'
            )
    return tuple(made)


def _check(judged: Judged, places: Places, ids: Ids) -> None:
    """Note what keeps a goal from being judged: direction, tolerance, frequency, percentages as shares, units."""
    for target in dict.fromkeys((judged.target, *(each for _, each in judged.targets))):
        for name, what, cure in judging_faults(judged.goal, judged.indicator, target, judged.basis):
            ids.notes.fault(under(judged.place, judged.key if name == "target" else name), what, cure)
    if judged.basis == "law" and judged.targets:
        what = "the target is a law's, and the law is the same for every unit."
        ids.notes.fault(under(judged.place, "targets"), what, "Leave targets out, or make a goal of your own beside the law's.")
    if judged.threshold is None and judged.indicator.measured_in == "percent":
        for target in (judged.target, *(each for _, each in judged.targets)):
            _check_percent(target, judged.indicator.direction, under(judged.place, judged.key), ids)
    if isinstance(judged.target, Relative):
        check_others(judged.target, judged.indicator, places, under(judged.place, judged.key), ids)
    check_units(judged.goal, judged.indicator, places, judged.place, ids)


def _check_percent(target: Target, direction: str, place: str, ids: Ids) -> None:
    """Note a share where percent are meant: a floor of 0.95 percent would call almost everything fulfilled."""
    largest = meant_as_share(target)
    if largest is None:
        return
    what = f"{largest:g} means {largest:g} percent, since the indicator is measured in percent."
    if is_floor(target, direction):
        cure = f"Write {100 * largest:g}; if {largest:g} percent is meant, write between = [{largest:g}, 100]."
        ids.notes.fault(place, what, cure)
    else:
        ids.notes.warn(place, what, f"If {100 * largest:g} percent is meant, write {100 * largest:g}.")


def statutory(
    ids: Ids, configured: Iterable[str], off: Iterable[str], indicators: Mapping[str, Indicator], places: Places
) -> Iterator[Judged]:
    """Give the statutory goals of the plugins whose data is configured and that are not switched off."""
    datasets, switched_off = set(configured), set(off)
    for goal_id, versions in ids.used.goals.items():
        for goal in versions:
            threshold = ids.used.thresholds[goal.threshold] if goal.threshold else None
            if threshold is None or goal_id in switched_off or not datasets.issuperset(threshold.indicator.datasets):
                continue
            place = f"goal {goal_id} of the plugin {ids.used.origin('goals', goal_id)}"
            indicator = _promised(goal, indicators[threshold.indicator.id], place, ids)
            if indicator is None:
                continue
            judged = Judged(
                goal=_placed(goal, indicator, places),
                indicator=indicator,
                target=threshold.target,
                threshold=threshold,
                targets=tuple((unit, threshold.target.with_value(value)) for unit, value in goal.targets),
                rule=ids.used.fulfilment_rules[goal.rule] if goal.rule else None,
                place=place,
            )
            _check(judged, places, ids)
            yield judged


def _placed(goal: Goal, indicator: Indicator, places: Places) -> Goal:
    """Return the goal for the levels below the organisation when the organisation's own is not measured (a nation)."""
    if goal.units or places.units is None or places.organisation is None:
        return goal
    level = places.units.level(places.organisation)
    if level in indicator.levels:
        return goal
    below = [each for each in indicator.levels if LEVELS.index(each) > LEVELS.index(level)]
    return evolve(goal, units=tuple(below[:1]))
