"""A workspace bound to plugins: what applies, what is overridden, what is left out, and all faults in one error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from klaremal import Collector, hookimpl
from klaremal.bind.workspace import Bound, bind
from klaremal.canonical import definition
from klaremal.discovery import LeftOut, PluginSource
from klaremal.errors import WorkspaceError
from klaremal.registry import Registry, build
from klaremal.workspace.folder import read

Binding = Callable[..., Bound]
Faults = Callable[..., list[str]]


def test_a_right_workspace_is_bound_to_the_plugins_it_names(bound: Binding, registry: Registry) -> None:
    """The organisation is found, and sources, indicators and goals are those of the plugins."""
    made = bound()
    assert made.organisation == "730"
    assert made.units.name("730") == "Randers"
    assert [source.dataset for source in made.sources] == [registry.datasets["roads.potholes"]]
    assert made.indicators["roads.repaired"] is registry.indicators["roads.repaired"]
    assert [goal.goal.id for goal in made.goals] == ["huller", "roads.guarantee"]
    assert made.warnings == ()


def test_the_organisation_may_be_named(bound: Binding, workspace_text: str) -> None:
    """By its name as well as by its code."""
    assert bound(workspace_text.replace('unit = "730"', 'unit = "Randers Kommune"')).organisation == "730"


def test_an_unknown_organisation_has_a_nearest_name(faults: Faults, workspace_text: str) -> None:
    """The nearest municipality is named."""
    assert faults(workspace_text.replace('unit = "730"', 'unit = "Ranbers"')) == [
        'klaremal.toml: organisation.unit: there is no unit "Ranbers". Did you mean "Randers"?'
    ]


def test_only_the_plugins_that_the_workspace_names_speak(bound: Binding, faults: Faults, workspace_text: str) -> None:
    """What an installed plugin offers has to be asked for."""
    said = faults(workspace_text.replace('"roads"', ""))
    assert said == [
        'klaremal.toml: sources.roads.potholes: dataset "roads.potholes" is of a plugin that is not used. '
        'Add "roads" to plugins at the top of klaremal.toml.',
        'klaremal.toml: sources.roads.potholes.collector: collector "roads.portal" is of a plugin that is not used. '
        'Add "roads" to plugins at the top of klaremal.toml.',
        'goals/goals.toml: goal.huller.indicator: indicator "roads.repaired" is of a plugin that is not used. '
        'Add "roads" to plugins at the top of klaremal.toml.',
    ]


def test_a_misspelt_plugin_is_one_fault(faults: Faults, workspace_text: str) -> None:
    """It is read as it was meant, so that not every id of it is reported as well."""
    assert faults(workspace_text.replace('plugins = ["roads"]', 'plugins = ["raods"]')) == [
        'klaremal.toml: plugins: the plugin "raods" is not installed. Did you mean "roads"? '
        "Or install it: pip install klaremal-raods."
    ]


def test_a_plugin_that_is_not_installed_is_said_with_the_command(faults: Faults, workspace_text: str) -> None:
    """The distribution's name is the plugin's behind klaremal-."""
    assert faults(workspace_text.replace('["roads"]', '["roads", "citizen_service"]')) == [
        'klaremal.toml: plugins: the plugin "citizen_service" is not installed. '
        "Install it: pip install klaremal-citizen-service."
    ]


def test_what_follows_from_a_plugin_that_is_not_installed_is_not_listed(faults: Faults, workspace_text: str) -> None:
    """Its sources and goals are as right or wrong as before; the one mistake is said once."""
    text = workspace_text.replace('["roads"]', '["roads", "parks"]')
    assert faults(text + '[sources.parks.benches]\ncollector = "parks.portal"\nfiles = "b.csv"\n') == [
        'klaremal.toml: plugins: the plugin "parks" is not installed. Install it: pip install klaremal-parks.'
    ]


def test_everything_wrong_in_several_files_comes_in_one_error(faults: Faults, workspace_text: str, goal_text: str) -> None:
    """Encoding, syntax, shape, ids, options, targets and units of two files and a workbook's stand-in at once."""
    workspace = workspace_text.replace('unit = "730"', "unit = 730").replace("roads.potholes", "roads.pothole")
    said = faults(
        workspace.replace('files = "data/huller.csv"', 'files = "data/huller.csv"\ndelimeter = ";"') + '[unit]\nset = "dk"\n',
        goal_text.replace("at_least = 95", "at_most = 92,5"),
        **{
            "goals/flere.toml": goal_text.replace("roads.repaired", "roads.repared").replace("huller", "flere").encode("cp1252")
        },
    )
    assert said == [
        'klaremal.toml: the key "unit" is unknown. Did you mean "units"?',
        'klaremal.toml: organisation.unit: 730 is not text. Write it in quotes: "730".',
        "goals/flere.toml: line 6: is saved as ANSI, so that æ, ø and å cannot be read "
        '(decision = { body = "Byrådet", date = 2025-12-11, case = "25/10482" }). '
        'Save it as UTF-8 (Notepad: File, Save as, Encoding "UTF-8").',
        "goals/goals.toml: line 7: 92,5 has a decimal comma. Write 92.5.",
        'klaremal.toml: sources.roads.pothole: there is no dataset "roads.pothole". Did you mean "roads.potholes"?',
        'goals/flere.toml: goal.flere.indicator: there is no indicator "roads.repared". Did you mean "roads.repaired"?',
        "goals/goals.toml: goal.huller.at_most: the target is against the direction of roads.repaired, where higher is better. "
        "Use at_least.",
    ]


def test_a_klaremal_toml_that_cannot_be_read_gives_its_own_faults_only(faults: Faults) -> None:
    """Nothing is reported as missing that it may well say."""
    assert faults("[organisation]\nname = 'x'\n[organisation]\nunit = '730'\n") == [
        "klaremal.toml: line 3: the block [organisation] is there twice. Keep one of them."
    ]


# -- plugins that are broken ---------------------------------------------------------------------------------------


def test_what_a_broken_plugin_would_declare_is_left_out_with_a_warning_and_the_rest_runs(
    bound: Binding, workspace_text: str, goal_text: str, core_source: PluginSource, roads_source: PluginSource
) -> None:
    """One plugin that cannot be imported does not stop the others."""
    broken = LeftOut("parks", "klaremal-parks", "0.9", "", 'it needs the library "numpi", which is not installed.')
    registry = build([core_source, roads_source], [broken])
    made = bound(
        workspace_text.replace('["roads"]', '["roads", "parks"]')
        + '[sources.parks.benches]\ncollector = "csv"\nfiles = "b.csv"\n',
        goal_text + goal_text.replace("huller", "baenke").replace("roads.repaired", "parks.benches_mended"),
        plugins=registry,
    )
    assert [str(warning) for warning in made.warnings] == [
        "klaremal.toml: plugins: as the plugin parks is left out, so are 1 source (parks.benches) and 1 goal (baenke)."
    ]
    assert [goal.goal.id for goal in made.goals] == ["huller", "roads.guarantee"]
    assert made.registry.left_out == (broken,)


def test_what_goes_with_a_plugin_is_counted_once_and_told_in_one_sentence(
    bound: Binding, workspace_text: str, goal_text: str, core_source: PluginSource, roads_source: PluginSource
) -> None:
    """A source with its collector is one source, a goal with its rule one goal; of many goals ten are named."""
    broken = [LeftOut(name, f"klaremal-{name}", "0.9", "", "it cannot be imported.") for name in ("parks", "trees")]
    more = "".join(
        goal_text.replace("huller", f"sti_{number:02}").replace("roads.repaired", f'parks.i{number}"\nrule = "parks.twice')
        for number in range(12)
    )
    made = bound(
        workspace_text.replace('["roads"]', '["roads", "parks", "trees"]')
        + '[sources.parks.benches]\ncollector = "parks.portal"\nfiles = "b.csv"\n'
        + '[sources.trees.elms]\ncollector = "csv"\nfiles = "b.csv"\n'
        + '[indicators."parks.i1"]\nminimum_count = 7\nreason = "few"\n',
        goal_text.replace("[goal.huller]", '[goal.huller]\nparent = "parks.all"') + more,
        plugins=build([core_source, roads_source], broken),
    )
    named = ", ".join(f"sti_{number:02}" for number in range(10))
    assert [str(warning) for warning in made.warnings] == [
        "klaremal.toml: plugins: as the plugin parks is left out, so are 1 source (parks.benches), "
        f"12 goals ({named} ... (12 in all)) and 2 other places that name it.",
        "klaremal.toml: plugins: as the plugin trees is left out, so is 1 source (trees.elms).",
    ]
    assert [goal.goal.id for goal in made.goals] == ["huller", "roads.guarantee"]


def test_what_two_plugins_declare_is_left_out_with_a_warning(
    bound: Binding, workspace_text: str, core_source: PluginSource, roads_source: PluginSource
) -> None:
    """Both lose the id; the goals and sources that need it are not judged, and say why."""
    twin = PluginSource("roads", type(roads_source.module)(), "acme-roads", "0.1")
    made = bound(workspace_text, plugins=build([core_source, roads_source, twin]))
    assert made.goals == ()
    assert made.sources == ()
    assert "2 plugins declare it: roads (klaremal-roads 1.2.0) and roads (acme-roads 0.1)" in made.warnings[0].what


# -- statutory goals ------------------------------------------------------------------------------------------------


def test_a_statutory_goal_applies_when_its_data_is_configured(bound: Binding, workspace_text: str) -> None:
    """Without a source of its dataset the law is not judged."""
    without = workspace_text.partition("[sources")[0]
    assert [goal.goal.id for goal in bound(workspace_text, None).goals] == ["roads.guarantee"]
    assert bound(without, None).goals == ()


def test_a_statutory_goal_is_judged_on_its_threshold(bound: Binding, registry: Registry) -> None:
    """Target, basis and validity are the threshold's; no decision is asked for."""
    made = bound()
    law = next(goal for goal in made.goals if goal.goal.statutory)
    threshold = registry.thresholds["roads.law"]
    assert (law.goal.id, law.version, law.target, law.basis) == ("roads.guarantee", 1, threshold.target, "law")
    assert (law.first, law.last, law.frequency) == (date(2026, 1, 1), date(2030, 12, 31), "month")
    assert law.minimum_coverage == 0.95
    assert made.warnings == ()


def test_a_statutory_goal_is_switched_off_with_a_reason(bound: Binding, workspace_text: str) -> None:
    """The reason stands in klaremal.toml."""
    off = '[statutory.off]\n"roads.guarantee" = "Kommunen har ingen veje."\n'
    assert bound(workspace_text + off, None).goals == ()


def test_switching_off_what_is_no_statutory_goal_is_a_fault(faults: Faults, workspace_text: str) -> None:
    """A misspelt id would leave the law on without a word."""
    assert faults(workspace_text + '[statutory.off]\n"roads.garantee" = "Ingen veje."\n') == [
        'klaremal.toml: statutory.off: there is no statutory goal "roads.garantee". Did you mean "roads.guarantee"?'
    ]


def test_a_statutory_goal_of_a_nation_holds_for_each_municipality(bound: Binding, workspace_text: str) -> None:
    """A law binds municipalities; the nation's own unit has no figure of the indicator."""
    made = bound(workspace_text.replace('unit = "730"', 'unit = "Danmark"'), None)
    assert made.organisation == "000"
    assert made.goals[0].goal.units == ("municipality",)


# -- overrides ------------------------------------------------------------------------------------------------------


def test_an_override_changes_the_indicator_its_goals_and_its_definition(bound: Binding, workspace_text: str) -> None:
    """A figure made by another rule is another figure."""
    block = '[indicators."roads.repaired"]\nminimum_count = 3\nreason = "Aftalt."\n'
    plain, changed = bound(workspace_text), bound(workspace_text + block)
    assert changed.indicators["roads.repaired"].minimum_count == 3
    assert {goal.indicator.minimum_count for goal in changed.goals} == {3}
    before, after = (definition(made.indicators["roads.repaired"]) for made in (plain, changed))
    assert before != after


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        pytest.param(
            '[indicators."roads.repared"]\nminimum_count = 3\nreason = "x"',
            'klaremal.toml: indicators."roads.repared": there is no indicator "roads.repared". Did you mean "roads.repaired"?',
            id="unknown",
        ),
        pytest.param(
            '[indicators."roads.days"]\npublication = "public"\nreason = "x"',
            'klaremal.toml: indicators."roads.days".publication: roads.days is internal, '
            "and a workspace cannot make it public. Leave publication out.",
            id="made public",
        ),
        pytest.param(
            '[indicators."roads.days"]\nminimum_count = 0\nreason = "x"',
            'klaremal.toml: indicators."roads.days": minimum_count is at least 1',
            id="minimum_count",
        ),
        pytest.param(
            '[indicators."roads.days"]\nlevels = ["comune"]\nreason = "x"',
            'klaremal.toml: indicators."roads.days": levels "comune" is unknown; '
            "use one of nation, region, municipality, district, institution.",
            id="level",
        ),
        pytest.param(
            '[indicators."roads.days"]\nplausible = [1]\nreason = "x"',
            'klaremal.toml: indicators."roads.days".plausible: it is not two numbers. Write plausible = [0, 100].',
            id="plausible",
        ),
    ],
)
def test_an_override_that_cannot_hold_is_a_fault(block: str, sentence: str, faults: Faults, workspace_text: str) -> None:
    """The block is named with what it may say."""
    said = faults(f"{workspace_text}{block}\n")
    assert len(said) == 1
    assert said[0].startswith(sentence)


def test_an_override_that_a_statutory_goal_cannot_follow_is_a_fault(faults: Faults, workspace_text: str) -> None:
    """The law is judged each month; an indicator that the workspace reports yearly cannot."""
    block = '[indicators."roads.repaired"]\nfrequency = "year"\nreason = "x"\n'
    goals = '[goal.maaned]\ntitle = "t"\npromise = "p"\nthreshold = "roads.law"\nvalid_from = 2026-01-01\nfrequency = "month"\n'
    assert faults(workspace_text + block, goals) == [
        'goals/goals.toml: goal.maaned.frequency: "month" is finer than roads.repaired is measured, or cuts across it (year). '
        'Use "year" or coarser.'
    ]


# -- units from a dataset -------------------------------------------------------------------------------------------


def test_units_from_a_dataset_need_its_columns_and_a_source(faults: Faults, workspace_text: str) -> None:
    """Each wrong column is named."""
    block = '[units.from."roads.potholes"]\ncode = "distrikt"\nname = "district"\nparent = "road"\nlevel = "district"\n'
    assert faults(workspace_text + block) == [
        'klaremal.toml: units.from.roads.potholes.code: the dataset roads.potholes has no column "distrikt". '
        "Its columns are case_id, reported_on, repaired_on, road, district."
    ]


def test_the_rows_that_name_units_are_picked_by_a_condition_on_the_dataset(faults: Faults, workspace_text: str) -> None:
    """The condition is checked like every formula."""
    block = (
        '[units.from."roads.potholes"]\ncode = "district"\nname = "district"\nparent = "road"\nlevel = "district"\n'
        "where = \"rode = 'privat'\"\n"
    )
    said = faults(workspace_text + block)
    assert len(said) == 1
    assert said[0].startswith("klaremal.toml: units.from.roads.potholes.where: ")
    assert "rode" in said[0]
    (said_of_value,) = faults(workspace_text + block.replace("rode = 'privat'", "road = 'Privat'"))
    assert "road is never 'Privat'; did you mean 'privat'?" in said_of_value
    (said_of_kind,) = faults(workspace_text + block.replace("rode = 'privat'", "case_id"))
    assert "a condition is wanted" in said_of_kind


def test_binding_needs_no_faults_to_be_given(write: Callable[..., Path], registry: Registry) -> None:
    """A workspace that a program made has none."""
    workspace, _ = read(write())
    assert bind(workspace, registry).organisation == "730"


def test_the_same_fault_is_said_once(faults: Faults, workspace_text: str, goal_text: str) -> None:
    """A goal that names a unit twice has one mistake."""
    said = faults(workspace_text, goal_text + 'units = ["Ranbers", "Ranbers"]\n')
    assert said == ['goals/goals.toml: goal.huller.units: there is no unit "Ranbers". Did you mean "Randers"?']


def test_a_plugin_of_the_workspace_may_come_from_anywhere(write: Callable[..., Path], core_source: PluginSource) -> None:
    """Plugins are what the registry holds; nothing is looked up by itself."""

    class Empty:
        @hookimpl
        def klaremal_collectors(self) -> list[Collector[Any]]:
            """Declare nothing."""
            return []

    registry = build([core_source, PluginSource("roads", Empty(), "acme", "1")])
    workspace, faults = read(write())
    with pytest.raises(WorkspaceError) as caught:
        bind(workspace, registry, faults)
    assert [fault.what for fault in caught.value.faults][:1] == ['there is no dataset "roads.potholes".']
