"""Whom a goal's target `relative` means, held against the tree and the measure; the figures of others are not read here."""

from __future__ import annotations

from klaremal.bind.ids import Ids
from klaremal.bind.places import Places
from klaremal.errors import nearest
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count, Distinct, Median, Published, Quantile, Total
from klaremal.model.others import Others, others_of
from klaremal.model.standing import GROUP, NATION, Relative
from klaremal.model.unit import Units


def check_others(target: Relative, indicator: Indicator, places: Places, place: str, ids: Ids) -> None:
    """Note that nobody, or several, are called as the target says, or that their figures say nothing of one's own."""
    units = places.units
    if units is None:
        return
    others = others_of(target.to, units, places.organisation)
    if others is None:
        if not places.open:
            _note_unknown(target.to, units, place, ids)
        return
    if others.own and len(others.groups) > 1:
        what = f"units are in groups of several sets: {', '.join(others.groups)}."
        ids.notes.fault(place, what, f'Write to = "{others.groups[0]}".')
    why = _incomparable(indicator, others, units)
    if why:
        ids.notes.fault(place, why, 'Hold the value against one unit of the same level, as to = "Aarhus", or use at_least.')


def _note_unknown(to: str, units: Units, place: str, ids: Ids) -> None:
    groups, several = units.groups_called(to), units.matches(to)
    if to in (NATION, GROUP):
        what = f"the units have no {to}." if to == GROUP else "the units have no nation, or several."
        ids.notes.fault(place, what, 'Use [units] set = "dk", or name a unit.')
    elif groups or several:
        called = groups or several
        ids.notes.fault(place, f'{len(called)} are called "{to}".', f"Write the code: {' or '.join(called[:5])}.")
    else:
        known = [word for each in units.groups for word in (each.id, each.name)]
        near = units.nearest(to) or nearest(to, (NATION, GROUP, *known))
        cure = "" if near else 'Write "nation", "group", or the name or code of a unit or group.'
        ids.notes.fault(place, f'there is no unit or group "{to}".', cure, near)


def _incomparable(indicator: Indicator, others: Others, units: Units) -> str:
    """Say why a value of one's own and that of the others are not of one kind; empty when they are."""
    measure = indicator.measure
    is_larger = not others.groups and units.level(others.code) in ("nation", "region")
    if isinstance(measure, (Count, Total, Distinct)) and (others.groups or is_larger):
        return f"{indicator.id} counts or sums up, and of several or of a larger place that is more by itself."
    has_no_weight = isinstance(measure, Published) and measure.weight is None
    if others.groups and (has_no_weight or isinstance(measure, (Median, Quantile))):
        return f"the values of {indicator.id} cannot be put together for a group, since nothing says how much each weighs."
    return ""
