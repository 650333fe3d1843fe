"""The working days that a workspace counts by: its country, and its own calendar in the indicators that count working days."""

from __future__ import annotations

from attrs import evolve

from klaremal.bind.ids import Ids
from klaremal.bind.units import DEFAULT_SET
from klaremal.model.formula import substitute
from klaremal.model.indicator import Indicator
from klaremal.model.on_time import Clock, OnTime
from klaremal.model.unit import COUNTRIES
from klaremal.workspace.folder import Workspace


def country_of(workspace: Workspace, ids: Ids) -> str:
    """Return the country whose holidays hold: the workspace's word, else that of its set of units, else Denmark."""
    units = ids.used.unit_sets.get(workspace.unit_set or DEFAULT_SET)
    return workspace.country or (units.country if units is not None else COUNTRIES[0])


def with_calendar(indicator: Indicator, country: str, closed: tuple[str, ...]) -> Indicator:
    """Return the indicator with the workspace's own calendar, which enters its definition, where it counts working days."""
    is_usual = country == COUNTRIES[0] and not closed
    if is_usual or not _counts_working_days(indicator):
        return indicator
    return evolve(indicator, calendar=" ".join((country, *sorted(closed))))


def _counts_working_days(indicator: Indicator) -> bool:
    measure, dataset = indicator.measure, indicator.dataset
    if isinstance(measure, OnTime) and Clock(measure=measure, dataset=dataset, within=measure.filled(None)).needs_calendar:
        return True
    formulas, derived = [formula for _, formula, _ in measure.formulas], dict(dataset.derived)
    if any(each.needs_calendar for each in formulas):
        return True
    return any(each.needs_calendar for each in derived.values()) and any(
        substitute(each, derived).needs_calendar for each in formulas
    )
