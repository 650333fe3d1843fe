"""What a workspace says that disclosure control must know of: decisions to release, and kinds of year; it hides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from klaremal.bind.places import Places, codes_named
from klaremal.declared import breakdown_faults
from klaremal.model.indicator import Indicator
from klaremal.model.period import Period, finer_or_equal
from klaremal.shape import under

if TYPE_CHECKING:
    from datetime import date

    from klaremal.bind.ids import Ids, Notes
    from klaremal.bind.workspace import BoundGoal
    from klaremal.workspace.folder import Workspace


def check_releases(workspace: Workspace, indicators: Mapping[str, Indicator], places: Places, ids: Ids) -> None:
    """Note what [[release]] blocks name that is not known, and revisions that are never held."""
    for release in workspace.releases:
        if ids.find("indicators", release.indicator, under(release.place, "indicator")) is None:
            continue
        indicator = indicators[release.indicator]
        if not indicator.hides_few:
            what = f"{indicator.id} hides no small numbers, so that no revision of it is held."
            ids.notes.fault(under(release.place, "indicator"), what, "Leave the block out.")
        for code in release.period:
            frequency = Period.parse(code).frequency
            if not finer_or_equal(indicator.frequency, frequency):
                what = f"{indicator.id} is measured by {indicator.frequency}, and {code} is a {frequency}."
                ids.notes.fault(under(release.place, "period"), what, "Write a period that is measured.")
        for what, cure in breakdown_faults(release.breakdown, indicator) if release.breakdown else ():
            ids.notes.fault(under(release.place, "breakdown"), what, cure)
        if places.units is not None:
            for text in release.unit:
                codes_named(text, places.units, places, under(release.place, "unit"), ids)


def check_years(goals: Iterable[BoundGoal], notes: Notes) -> None:
    """Refuse goals on one indicator by the calendar year and by the school year at once, where small numbers are hidden.

    Two kinds of year are subtractions from each other that nobody looks at.
    """
    seen: dict[str, BoundGoal] = {}
    for each in goals:
        if each.frequency not in ("year", "school_year") or not each.indicator.hides_few:
            continue
        other = seen.setdefault(each.indicator.id, each)
        if other.frequency != each.frequency and _meet(each, other):
            what = (
                f"{each.indicator.id} is judged by the {each.frequency} here and by the {other.frequency} in {other.goal.id}: "
                "small numbers could be computed from the one and the other."
            )
            notes.fault(under(each.place, "frequency"), what, f'Write frequency = "{other.frequency}" in both, or in neither.')


def _meet(one: BoundGoal, other: BoundGoal) -> bool:
    """Say whether two goals hold on one day."""
    ends: tuple[date | None, date | None] = one.last, other.last
    return (ends[1] is None or one.first <= ends[1]) and (ends[0] is None or other.first <= ends[0])
