"""Goals of a workspace bound to indicators, targets and units, and the statutory goals that apply; judges no figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from klaremal.bind.ids import Ids
from klaremal.declared import judging_faults
from klaremal.errors import DeclarationError, nearest
from klaremal.model.goal import Decision, Goal, UnitsUnder
from klaremal.model.indicator import Indicator
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target, is_floor, meant_as_share, target_of
from klaremal.model.threshold import Threshold
from klaremal.model.unit import LEVELS, Units
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
    place: str = field(default="", eq=False)

    @property
    def basis(self) -> str | None:
        """What the level rests on: law, agreement or recommendation; None when it is the council's own."""
        return self.threshold.basis if self.threshold else None


@frozen
class Places:
    """The tree that goals name units of: None while it could not be made; `open` when a dataset will add units."""

    units: Units | None
    organisation: str | None
    open: bool = False


def bind_goals(
    sections: Iterable[GoalSection], indicators: Mapping[str, Indicator], places: Places, ids: Ids
) -> Iterator[Judged]:
    """Give every goal of the workspace that can be judged; what is wrong with the others goes to the notes."""
    for section in sections:
        if section.faulty:
            continue
        before = len(ids.notes.faults)
        judged = _judged(section, indicators, ids)
        if judged is None:
            continue
        _check(judged, places, ids)
        if judged.goal.decision is None:
            what = "the goal says nothing of where it was decided."
            ids.notes.warn(section.place, what, 'Add decision = { body = "Byrådet", date = 2025-12-11, case = "..." }.')
        if len(ids.notes.faults) == before:
            yield judged


def _judged(section: GoalSection, indicators: Mapping[str, Indicator], ids: Ids) -> Judged | None:
    values = dict(section.values)
    key = _target_key(values, section.place, ids)
    threshold, indicator = _measured(values, section.place, indicators, ids)
    target = _target(key, values, section.place, ids) if threshold is None else threshold.target
    if key is None or indicator is None or target is None:
        return None
    targets = tuple(_own_targets(values.get("targets", {}), target, section.place, ids))
    fields = {name: value for name, value in values.items() if name not in (*TARGETS, *_OWN_KEYS)}
    decision = values.get("decision")
    try:
        goal = Goal(
            id=section.id,
            target=None if threshold else target,
            threshold=threshold.id if threshold else None,
            units=_unit_choices(values.get("units", ())),
            targets=values.get("targets", {}),
            decision=Decision(**decision) if decision else None,
            **fields,
        )
    except DeclarationError as error:
        ids.notes.faults.append(fault(section.place, str(error).removeprefix(f"goal {section.id}: ")))
        return None
    return Judged(goal=goal, indicator=indicator, target=target, threshold=threshold, targets=targets, place=section.place)


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


def _target(key: str | None, values: Mapping[str, Any], place: str, ids: Ids) -> Target | None:
    if key is None or key == "threshold":
        return None
    options = {"shape": values["shape"]} if "shape" in values else {}
    if options and key != "path":
        ids.notes.fault(under(place, "shape"), f"shape is for a path, not for {key}.", "Leave it out.")
    try:
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
    for name, what, cure in judging_faults(judged.goal, judged.indicator, judged.target, judged.basis):
        path = under(judged.place, _key(judged) if name == "target" else name)
        ids.notes.fault(path, what, cure)
    if judged.basis == "law" and judged.targets:
        what = "the target is a law's, and the law is the same for every unit."
        ids.notes.fault(under(judged.place, "targets"), what, "Leave targets out, or make a goal of your own beside the law's.")
    if judged.threshold is None and judged.indicator.measured_in == "percent":
        for target in (judged.target, *(each for _, each in judged.targets)):
            _check_percent(target, judged.indicator.direction, under(judged.place, _key(judged)), ids)
    _check_units(judged, places, ids)


def _key(judged: Judged) -> str:
    """Return the key that gives the goal its target."""
    keys = {AtLeast: "at_least", AtMost: "at_most", Between: "between", Path: "path"}
    return "threshold" if judged.threshold else keys.get(type(judged.target), "target")


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


def _check_units(judged: Judged, places: Places, ids: Ids) -> None:
    units, indicator = places.units, judged.indicator
    place = under(judged.place, "units")
    if units is None or places.organisation is None:
        return
    for choice in judged.goal.units or (places.organisation,):
        level = choice.level if isinstance(choice, UnitsUnder) else choice
        if isinstance(choice, UnitsUnder):
            if choice.level not in LEVELS:
                ids.notes.fault(place, f'"{level}" is no level.', f"Use {', '.join(LEVELS)}.", nearest(level, LEVELS))
                continue
            _resolved(choice.under, places, place, ids)
        elif choice not in LEVELS:
            code = _resolved(choice, places, place, ids)
            if code is None:
                continue
            level = units.level(code)
        if level not in indicator.levels:
            what = f"{indicator.id} is reported for {', '.join(indicator.levels)}, not for {level}."
            ids.notes.fault(place, what, f'Write units = ["{indicator.levels[0]}"].')
    for unit in dict(judged.targets):
        _resolved(unit, places, under(judged.place, "targets"), ids)


def _resolved(text: str, places: Places, place: str, ids: Ids) -> str | None:
    """Return the code of a unit that a goal names; noted when there is none or several, unless a dataset may add it."""
    units = places.units
    if units is None:
        return None
    code = units.resolve(text) or units.resolve(text, under=places.organisation)
    if code is None and not places.open:
        several = units.matches(text)
        if several:
            cure = f"Write the code: {' or '.join(several[:5])}."
            ids.notes.fault(place, f'{len(several)} units are called "{text}".', cure)
        else:
            near = nearest(text, LEVELS) or units.nearest(text)
            cure = "" if near else f"Write a level ({', '.join(LEVELS)}), or the name or code of a unit."
            ids.notes.fault(place, f'there is no unit "{text}".', cure, near)
    return code


def statutory(
    ids: Ids, configured: Iterable[str], off: Iterable[str], indicators: Mapping[str, Indicator], places: Places
) -> Iterator[Judged]:
    """Give the statutory goals of the plugins whose data is configured and that are not switched off."""
    datasets, switched_off = set(configured), set(off)
    for goal_id, versions in ids.used.goals.items():
        for goal in versions:
            threshold = ids.used.thresholds[goal.threshold] if goal.threshold else None
            if threshold is None or goal_id in switched_off or threshold.indicator.dataset.id not in datasets:
                continue
            indicator = indicators[threshold.indicator.id]
            judged = Judged(
                goal=_placed(goal, indicator, places),
                indicator=indicator,
                target=threshold.target,
                threshold=threshold,
                targets=tuple((unit, threshold.target.with_value(value)) for unit, value in goal.targets),
                place=f"goal {goal_id} of the plugin {ids.used.origin('goals', goal_id)}",
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
