"""All hooks of klaremal and the marker for implementing them; the only place where hooks are specified.

A plugin is a module (or package) named by an entry point of the group `klaremal`. Declaration hooks hand over frozen
objects; notification hooks are told something and return nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from klaremal.model.collector import Collector
    from klaremal.model.dataset import Dataset
    from klaremal.model.exporter import Exporter
    from klaremal.model.goal import Goal
    from klaremal.model.indicator import Indicator, Sector
    from klaremal.model.rule import FulfilmentRule
    from klaremal.model.threshold import Threshold
    from klaremal.model.unit import UnitSet

PROJECT = "klaremal"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def klaremal_sectors() -> Iterable[Sector]:  # type: ignore[empty-body]
    """Declare the service area that the plugin covers.

    When: once, when the registry is built.

    Returns: a list or tuple of `Sector`, usually one, whose id is the plugin's entry-point name. None and an empty
    list mean none.

    Example::

        @hookimpl
        def klaremal_sectors():
            return [Sector(id="roads", title={"da": "Veje og stier", "en": "Roads and paths"})]
    """


@hookspec
def klaremal_datasets() -> Iterable[Dataset]:  # type: ignore[empty-body]
    """Declare the datasets: the contracts for the rows that sources must deliver.

    When: once, when the registry is built.

    Returns: a list or tuple of `Dataset`; ids begin with the plugin's name. Two plugins with one id both lose it.

    Example::

        @hookimpl
        def klaremal_datasets():
            return [
                Dataset(
                    id="roads.potholes",
                    title={"da": "Huller i vejen", "en": "Potholes"},
                    grain={"da": "én række pr. hul", "en": "one row per pothole"},
                    columns=(
                        Column("case_id", "string", required=True, unique=True),
                        Column("reported_on", "date", required=True),
                        Column("repaired_on", "date"),
                    ),
                    dated_by="reported_on",
                    events=("reported_on", "repaired_on"),
                )
            ]
    """


@hookspec
def klaremal_indicators() -> Iterable[Indicator]:  # type: ignore[empty-body]
    """Declare the indicators: what is measured, in which unit, and which direction is better.

    When: once, when the registry is built.

    Returns: a list or tuple of `Indicator`; ids begin with the plugin's name. Two plugins with one id both lose it.

    Example::

        @hookimpl
        def klaremal_indicators():
            return [
                Indicator(
                    id="roads.repaired",
                    title={"da": "Lukkede huller", "en": "Potholes repaired"},
                    dataset=POTHOLES,
                    measure=Share("repaired_on is not null"),
                    measured_in="percent",
                    direction="higher",
                    frequency="month",
                )
            ]
    """


@hookspec
def klaremal_collectors() -> Iterable[Collector[Any]]:  # type: ignore[empty-body]
    """Declare the collectors: presets of core's readers for known systems, or own ways to fetch a dataset.

    When: once, when the registry is built.

    Returns: a list or tuple of `Collector`; names begin with the plugin's name. Two plugins with one name both lose it.

    Example::

        @hookimpl
        def klaremal_collectors():
            return [Collector.like("csv", name="roads.portal", delimiter=";", columns={"case_id": "Sag"})]
    """


@hookspec
def klaremal_thresholds() -> Iterable[Threshold]:  # type: ignore[empty-body]
    """Declare the reference levels of laws, agreements and recommendations, with their dates.

    When: once, when the registry is built.

    Returns: a list or tuple of `Threshold`; ids begin with the plugin's name. Two plugins with one id both lose it.

    Example::

        @hookimpl
        def klaremal_thresholds():
            return [
                Threshold(
                    id="roads.recommended",
                    title={"da": "Anbefaling", "en": "Recommendation"},
                    indicator=REPAIRED,
                    target=AtLeast(90),
                    basis="recommendation",
                    reference="Example of a recommendation",
                    valid_from=date(2026, 1, 1),
                )
            ]
    """


@hookspec
def klaremal_goals() -> Iterable[Goal]:  # type: ignore[empty-body]
    """Declare the statutory goals: promises that a law makes for every municipality, on a threshold of the plugin.

    When: once, when the registry is built. A goal applies when its data is configured, unless switched off with a reason.

    Returns: a list or tuple of `Goal` with `statutory=True`; ids begin with the plugin's name. Two plugins
    with one id both lose it.

    Example::

        @hookimpl
        def klaremal_goals():
            return [
                Goal(
                    id="roads.all_repaired",
                    title={"da": "Huller lukkes", "en": "Potholes are repaired"},
                    promise={"da": "Vi lukker huller i vejen.", "en": "We repair potholes."},
                    threshold="roads.recommended",
                    valid_from=date(2026, 1, 1),
                    statutory=True,
                )
            ]
    """


@hookspec
def klaremal_units() -> Iterable[UnitSet]:  # type: ignore[empty-body]
    """Declare sets of units that a workspace can name in `[units] set`.

    When: once, when the registry is built.

    Returns: a list or tuple of `UnitSet`. Two plugins with one id both lose it.

    Example::

        @hookimpl
        def klaremal_units():
            laesoe = Unit(code="825", name="Læsø", level="municipality")
            return [UnitSet(id="islands", units=(laesoe,), groups=(), reference="Danmarks Statistik")]
    """


@hookspec
def klaremal_fulfilment_rules() -> Iterable[FulfilmentRule]:  # type: ignore[empty-body]
    """Declare other ways to judge a goal than to compare each figure with its target.

    When: once, when the registry is built. A rule judges the goals that name it in `rule`, once per run and goal, on released
    observations only; its id and version are kept with the goal. What a rule raises leaves its goals out and nothing else.

    Returns: a list or tuple of `FulfilmentRule`; ids begin with the plugin's name. Two plugins with one id both lose it.

    Example::

        def twice_in_a_row(rows, compared):
            now = compared(rows["value"])
            before = now.groupby(rows["unit"]).shift(1)
            return now.where(before == "fulfilled", "not_fulfilled").where(before.notna(), "no_data")

        @hookimpl
        def klaremal_fulfilment_rules():
            return [FulfilmentRule(id="roads.twice", version="1", title="To gange i træk", judge=twice_in_a_row)]
    """


@hookspec
def klaremal_exporters() -> Iterable[Exporter]:  # type: ignore[empty-body]
    """Declare forms in which `klaremal export` hands a table to others.

    When: once, when the registry is built. An exporter is given the table that goes out: what is internal is not in it.

    Returns: a list or tuple of `Exporter`; names begin with the plugin's name. Two plugins with one name both lose it.

    Example::

        def page(frame):
            return frame.to_html(index=False, na_rep="")

        @hookimpl
        def klaremal_exporters():
            return [Exporter(name="roads.html", suffix=".html", title="En tabel til hjemmesiden", text=page)]
    """


@hookspec
def klaremal_before_run(workspace: Any, plan: Any) -> None:
    """Be told that a run begins.

    When: once per run, after the plan is made and before any source is read; one plugin at a time, and what one raises is
    reported and stops neither the others nor the run.

    Returns: nothing.

    Example::

        import sys

        @hookimpl
        def klaremal_before_run(workspace, plan):
            print(f"{workspace.name}: {len(plan.goals)} goals", file=sys.stderr)
    """


@hookspec
def klaremal_after_run(run: Any) -> None:
    """Be told that a run has ended and what it found.

    When: once per run, after the ledger has been written; one plugin at a time, and what one raises is reported only. What it
    prints goes to standard error in `klaremal run`, whose own output may be JSON.

    Returns: nothing.

    Example::

        import sys

        @hookimpl
        def klaremal_after_run(run):
            print(f"run {run.number}: {len(run.fulfilments)} judgements", file=sys.stderr)
    """


DECLARATIONS = (
    "klaremal_sectors",
    "klaremal_datasets",
    "klaremal_indicators",
    "klaremal_collectors",
    "klaremal_thresholds",
    "klaremal_goals",
    "klaremal_units",
    "klaremal_fulfilment_rules",
    "klaremal_exporters",
)
NOTIFICATIONS = ("klaremal_before_run", "klaremal_after_run")
