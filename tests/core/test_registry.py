"""The registry: what whole plugins declare is kept by id with its origin, and every broken one is named and left out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from klaremal import Collector, Column, Dataset, Goal, Indicator, Sector, Threshold, Unit, UnitSet, hookimpl
from klaremal.discovery import LeftOut, PluginSource, discover
from klaremal.measures import Count
from klaremal.registry import Registry, build
from klaremal.targets import AtMost

Hooks = dict[str, Any]


def dataset(name: str) -> Dataset:
    """Return a small dataset."""
    return Dataset(id=name, title="d", grain="g", columns=(Column("day", "date"),), dated_by="day")


def indicator(name: str, of: Dataset) -> Indicator:
    """Return a count of its rows, fewer being better."""
    return Indicator(
        id=name, title="i", dataset=of, measure=Count(), measured_in="number", direction="lower", frequency="month"
    )


def threshold(name: str, of: Indicator) -> Threshold:
    """Return a law of at most 5."""
    return Threshold(
        id=name, title="t", indicator=of, target=AtMost(5), basis="law", reference="r", valid_from=date(2026, 1, 1)
    )


def goal(name: str, of: str, **changes: Any) -> Goal:
    """Return a statutory goal on a threshold."""
    values: dict[str, Any] = {"valid_from": date(2026, 1, 1), "statutory": True, **changes}
    return Goal(id=name, title="g", promise="p", threshold=of, **values)


def plugin(name: str, distribution: str = "", version: str = "1.0", **hooks: Callable[..., Any]) -> PluginSource:
    """Return a plugin made of a module with these hooks, marked as implementations."""
    module = ModuleType(f"made_up_{name}")
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return PluginSource(name, module, distribution or f"klaremal-{name}", version)


def returning(items: list[Any]) -> Callable[[], list[Any]]:
    """Return a hook that hands over this list."""

    def hook() -> list[Any]:
        return items

    return hook


def declares(**things: list[Any]) -> Hooks:
    """Return hooks that hand over these lists."""
    return {f"klaremal_{kind}": returning(items) for kind, items in things.items()}


def good() -> PluginSource:
    """Return a plugin with nothing wrong."""
    return plugin("good", **declares(datasets=[dataset("good.rows")]))


def beside_a_good_one(source: PluginSource) -> tuple[Registry, list[str]]:
    """Return the registry of a plugin beside a good one, and the sentences about what was left out."""
    registry = build([source, good()])
    assert list(registry.datasets)[-1:] == ["good.rows"]
    return registry, [str(each) for each in registry.left_out]


def test_declarations_are_kept_by_id_with_their_origin(registry: Registry, roads_source: PluginSource) -> None:
    """Every kind has its mapping, and everything knows the plugin it came from."""
    assert list(registry.sectors) == ["roads"]
    assert list(registry.datasets) == ["roads.potholes"]
    assert list(registry.indicators) == ["roads.repaired", "roads.days"]
    assert list(registry.collectors) == ["csv", "roads.portal"]
    assert list(registry.thresholds) == ["roads.law"]
    assert {name: len(versions) for name, versions in registry.goals.items()} == {"roads.guarantee": 1}
    assert list(registry.unit_sets) == ["dk"]
    assert registry.left_out == ()
    for kind, name in (("datasets", "roads.potholes"), ("collectors", "roads.portal"), ("goals", "roads.guarantee")):
        assert registry.origin(kind, name) is roads_source
    assert registry.origin("unit_sets", "dk").name == "klaremal"
    with pytest.raises(KeyError):
        registry.origin("datasets", "roads.gone")


def test_what_is_installed_here_builds_a_registry_without_faults() -> None:
    """The real plugins of this environment, through their real entry points."""
    registry = build(*discover())
    assert registry.left_out == ()
    assert {"klaremal", "childcare", "schools"} <= {source.name for source in registry.plugins}
    assert {"csv", "excel", "parquet", "json"} <= set(registry.collectors)
    assert "dk" in registry.unit_sets


def test_none_an_empty_list_and_a_generator_are_fine() -> None:
    """A hook may have nothing to say, and may say it one by one."""

    def datasets() -> Iterator[Dataset]:
        yield dataset("lazy.one")
        yield dataset("lazy.two")

    registry = build([plugin("lazy", klaremal_datasets=datasets, klaremal_goals=lambda: None, klaremal_units=lambda: [])])
    assert list(registry.datasets) == ["lazy.one", "lazy.two"]
    assert registry.left_out == ()


def raising() -> Any:
    """Fail as a plugin might."""
    return 1 / 0


def quitting() -> Any:
    """End the program, as a plugin must not."""
    sys.exit("enough")


def broken_list() -> Iterator[Dataset]:
    """Fail after the first item."""
    yield dataset("broken.first")
    raise KeyError("second")


@pytest.mark.parametrize(
    ("hooks", "sentence"),
    [
        pytest.param(
            {"klaremal_datasets": raising}, "klaremal_datasets: it raised ZeroDivisionError: division by zero (", id="raises"
        ),
        pytest.param({"klaremal_datasets": quitting}, "klaremal_datasets: it raised SystemExit: enough (", id="exits"),
        pytest.param(
            {"klaremal_datasets": broken_list}, "klaremal_datasets: it raised KeyError: 'second' (", id="raises while listing"
        ),
        pytest.param(
            {"klaremal_datasets": lambda: [Column("x", "date")]},
            "klaremal_datasets: item 1 of its list is a Column. Hand over Dataset objects.",
            id="wrong type",
        ),
        pytest.param(
            {"klaremal_datasets": lambda: [dataset("broken.ok"), Dataset]},
            "klaremal_datasets: item 2 of its list is a class, not an instance; call it. Hand over Dataset objects.",
            id="a class",
        ),
        pytest.param(
            {"klaremal_datasets": lambda: "broken"},
            "klaremal_datasets: it returned a str, not a list. Return a list or a tuple.",
            id="a text",
        ),
        pytest.param(
            {"klaremal_datasets": lambda: dataset("broken.one")},
            "klaremal_datasets: it returned a Dataset, not a list. Return a list or a tuple.",
            id="one object",
        ),
        pytest.param(
            {"klaremal_datasts": lambda: []},
            'klaremal_datasts: klaremal has no such hook. Did you mean "klaremal_datasets"?',
            id="misspelt",
        ),
        pytest.param(
            {"klaremal_datasets": lambda workspace: []},
            "takes the argument workspace, which the hook klaremal_datasets does not have",
            id="unknown argument",
        ),
        pytest.param(
            {"klaremal_after_run": lambda result: None},
            "klaremal_after_run: its argument is called run, not result. Rename it.",
            id="another name for the one argument",
        ),
        pytest.param(
            {"klaremal_before_run": lambda workspace, goals: None},
            "klaremal_before_run: it takes the argument goals, which the hook klaremal_before_run does not have. "
            "Its arguments are workspace, plan: use these names.",
            id="another name for one of two arguments",
        ),
        pytest.param(
            {"klaremal_datasets": lambda: [dataset("other.rows")]},
            'klaremal_datasets: dataset other.rows is not named after the plugin. Let its id begin with "broken."',
            id="another plugin's name",
        ),
        pytest.param(
            {"klaremal_sectors": lambda: [Sector(id="roads", title="r")]},
            'klaremal_sectors: sector roads is not named after the plugin. Call it "broken".',
            id="another sector",
        ),
        pytest.param(
            {"klaremal_collectors": lambda: [Collector.like("csv", name="csv2")]},
            'klaremal_collectors: collector csv2 is not named after the plugin. Let its id begin with "broken."',
            id="a bare collector",
        ),
        pytest.param(
            {"klaremal_datasets": lambda: [dataset("broken.a"), dataset("broken.a")]},
            "klaremal_datasets: dataset broken.a is declared twice. Keep one of them.",
            id="twice",
        ),
        pytest.param(
            {"klaremal_goals": lambda: [goal("broken.g", "broken.t", statutory=False)]},
            "klaremal_goals: goal broken.g: a plugin ships statutory goals only. Give it statutory=True and a threshold.",
            id="goal that is no law's",
        ),
        pytest.param(
            {
                "klaremal_goals": lambda: [
                    goal("broken.g", "broken.t"),
                    goal("broken.g", "broken.t", valid_from=date(2027, 1, 1)),
                ]
            },
            "klaremal_goals: goal broken.g: two versions hold on 2027-01-01 (one from 2026-01-01 without end",
            id="versions at once",
        ),
    ],
)
def test_one_wrong_hook_leaves_the_whole_plugin_out_and_the_others_run(hooks: Hooks, sentence: str) -> None:
    """The plugin, its distribution and version are named, and what it declared rightly is not used either."""
    right = declares(sectors=[Sector(id="broken", title="b")])
    registry, left_out = beside_a_good_one(plugin("broken", version="3.4", **{**right, **hooks}))
    assert len(left_out) == 1
    assert left_out[0].startswith("plugin broken (klaremal-broken 3.4): ")
    assert sentence in left_out[0]
    assert registry.sectors == {}
    assert [source.name for source in registry.plugins] == ["good"]


def test_the_line_of_the_plugin_is_named_when_its_hook_raises() -> None:
    """The author of the plugin finds the place: the last line that is theirs."""
    _, left_out = beside_a_good_one(plugin("broken", klaremal_datasets=raising))
    line = raising.__code__.co_firstlineno + 2
    assert left_out[0].endswith(f"(test_registry.py, line {line})") or left_out[0].endswith(f"{__file__}, line {line})")


def test_a_wrong_declaration_is_said_with_its_own_sentence() -> None:
    """What a declaration refuses names field and cure already; only the plugin and the line are added."""
    registry, left_out = beside_a_good_one(plugin("broken", klaremal_datasets=lambda: [dataset("no_plugin")]))
    assert "Dataset.id: 'no_plugin' is not a valid name." in left_out[0]
    assert "it raised" not in left_out[0]
    assert list(registry.datasets) == ["good.rows"]


def test_a_plugin_without_a_hook_is_left_out_with_the_entry_point_to_write() -> None:
    """An entry point that leads past the hooks would else show as a workspace full of mistakes."""
    module, file = ModuleType("klaremal_bad.indicators"), ModuleType("klaremal_workspace_own_12")
    _, said = beside_a_good_one(PluginSource("bad", module, "klaremal-bad", "1.0"))
    assert said == [
        "plugin bad (klaremal-bad 1.0): it declares nothing: klaremal_bad.indicators has no hook. Let the entry point name the "
        'module with the functions under @hookimpl, as bad = "klaremal_bad".'
    ]
    _, said = beside_a_good_one(PluginSource("own", file, "plugins/own.py", "12"))
    assert said == [
        "plugin own (plugins/own.py 12): it declares nothing: it has no hook. Write one: a function under @hookimpl."
    ]


def test_a_hook_without_its_mark_is_named() -> None:
    """A function with a hook's name that klaremal would never call is a mistake, not a helper."""
    module = ModuleType("unmarked")
    module.klaremal_datasets = lambda: [dataset("unmarked.rows")]  # type: ignore[attr-defined]
    registry, left_out = beside_a_good_one(PluginSource("unmarked", module, "klaremal-unmarked", "1.0"))
    assert left_out == [
        "plugin unmarked (klaremal-unmarked 1.0): klaremal_datasets: it is not marked as an implementation. "
        "Put @hookimpl above it."
    ]
    assert list(registry.datasets) == ["good.rows"]


def test_modules_that_only_begin_like_a_hook_are_no_hooks() -> None:
    """A plugin's front page holds its own modules under names such as klaremal_roads."""
    source = plugin("roads", **declares(datasets=[dataset("roads.rows")]))
    source.module.klaremal_roads = ModuleType("klaremal_roads")
    assert build([source]).left_out == ()


def test_one_module_under_two_names_is_used_once() -> None:
    """The second entry point of a module is left out with a sentence."""
    first = plugin("good", **declares(datasets=[dataset("good.rows")]))
    registry = build([first, PluginSource("other", first.module, "acme", "1.0")])
    assert list(registry.datasets) == ["good.rows"]
    assert [each.plugin for each in registry.left_out] == ["other"]


def test_two_plugins_with_one_id_both_lose_it_and_both_are_named() -> None:
    """Nothing is renamed and nobody wins; what only one of them declares is kept."""
    one = plugin("roads", "acme-roads", "1.0", **declares(datasets=[dataset("roads.rows"), dataset("roads.more")]))
    other = plugin("roads", "klaremal-roads", "2.0", **declares(datasets=[dataset("roads.rows")]))
    registry = build([one, other])
    assert list(registry.datasets) == ["roads.more"]
    why = "2 plugins declare it: roads (acme-roads 1.0) and roads (klaremal-roads 2.0). Uninstall one of them."
    assert registry.left_out == (
        LeftOut("roads", "acme-roads", "1.0", "dataset roads.rows", why),
        LeftOut("roads", "klaremal-roads", "2.0", "dataset roads.rows", why),
    )


def test_what_refers_to_a_lost_id_is_left_out_with_the_chain_named() -> None:
    """From the dataset over indicator and threshold to the statutory goal."""
    rows = dataset("roads.rows")
    late = indicator("roads.late", rows)
    law = threshold("roads.law", late)
    whole = declares(datasets=[rows], indicators=[late], thresholds=[law], goals=[goal("roads.promise", "roads.law")])
    one = plugin("roads", "acme-roads", "1.0", **whole)
    other = plugin("roads", "klaremal-roads", "2.0", **declares(datasets=[rows]))
    registry = build([one, other])
    assert (registry.datasets, registry.indicators, registry.thresholds, registry.goals) == ({}, {}, {}, {})
    chain = {each.what: each.why for each in registry.left_out}
    assert chain["goal roads.promise"] == (
        "it needs threshold roads.law, which is left out: it needs indicator roads.late, which is left out: "
        "it needs dataset roads.rows, which is left out: "
        "2 plugins declare it: roads (acme-roads 1.0) and roads (klaremal-roads 2.0). Uninstall one of them."
    )


ROWS = dataset("roads.rows")
LATE = indicator("roads.late", ROWS)
LAW = threshold("roads.law", LATE)


@pytest.mark.parametrize(
    ("things", "what", "sentence"),
    [
        pytest.param(
            {"indicators": [LATE]},
            "indicator roads.late",
            "it needs dataset roads.rows, which no plugin declares. Return it from klaremal_datasets.",
            id="dataset not declared",
        ),
        pytest.param(
            {"datasets": [evolve(ROWS, settle_days=3)], "indicators": [LATE]},
            "indicator roads.late",
            "it holds another dataset roads.rows than the one that roads (klaremal-roads 1.0) declares. Use the same object.",
            id="another dataset of that id",
        ),
        pytest.param(
            {"datasets": [ROWS], "indicators": [LATE], "thresholds": [LAW], "goals": [goal("roads.g", "roads.other")]},
            "goal roads.g",
            "it needs threshold roads.other, which no plugin declares. Return it from klaremal_thresholds.",
            id="threshold not declared",
        ),
        pytest.param(
            {"datasets": [ROWS], "indicators": [LATE], "thresholds": [LAW], "goals": [goal("roads.g", "roads.laww")]},
            "goal roads.g",
            'it needs threshold roads.laww, which no plugin declares. Did you mean "roads.law"?',
            id="threshold misspelt",
        ),
        pytest.param(
            {
                "datasets": [ROWS],
                "indicators": [LATE],
                "thresholds": [LAW],
                "goals": [goal("roads.g", "roads.law", tolerance=1)],
            },
            "goal roads.g",
            "tolerance: the target is a law's, and a law that is nearly kept is broken. Leave tolerance out.",
            id="tolerance with a law",
        ),
        pytest.param(
            {"collectors": [Collector.like("csv", name="roads.portal")]},
            "collector roads.portal",
            "it needs collector csv, which no plugin declares. Return it from klaremal_collectors.",
            id="preset of nothing",
        ),
        pytest.param(
            {"collectors": [Collector.like("roads.b", name="roads.a"), Collector.like("roads.a", name="roads.b")]},
            "collector roads.a",
            "it is made from itself through roads.b. Name the collector that it fills in.",
            id="presets in a ring",
        ),
    ],
)
def test_a_reference_that_does_not_hold_leaves_only_that_thing_out(
    things: dict[str, list[Any]], what: str, sentence: str
) -> None:
    """The plugin's other declarations are used."""
    sector = {"sectors": [Sector(id="roads", title="r")]}
    registry = build([plugin("roads", **declares(**sector, **things))])
    assert {each.what: each.why for each in registry.left_out}[what] == sentence
    assert list(registry.sectors) == ["roads"]


def test_a_preset_that_fills_in_an_unknown_option_is_left_out(core_source: PluginSource) -> None:
    """The nearest option is named, those of core's own preparation among them."""
    presets = [
        Collector.like("csv", name="roads.a", delimeter=";"),
        Collector.like("csv", name="roads.b", colums={"a": "A"}),
        Collector.like("csv", name="roads.c", decimal="x"),
        Collector.like("csv", name="roads.d", delimiter=";", columns={"a": "A"}),
    ]
    registry = build([core_source, plugin("roads", **declares(collectors=presets))])
    assert list(registry.collectors) == ["csv", "roads.d"]
    assert [each.why for each in registry.left_out] == [
        'csv has no option "delimeter". Did you mean "delimiter"?',
        'csv has no option "colums". Did you mean "columns"?',
        'decimal: \'x\' is none of ",", ".".',
    ]


def test_versions_of_a_statutory_goal_are_kept_together_the_earliest_first() -> None:
    """A law that was changed is one goal in two versions."""
    later = goal("roads.g", "roads.law", valid_from=date(2027, 1, 1))
    first = goal("roads.g", "roads.law", valid_to=date(2026, 12, 31))
    things = declares(datasets=[ROWS], indicators=[LATE], thresholds=[LAW], goals=[later, first])
    assert build([plugin("roads", **things)]).goals == {"roads.g": (first, later)}


def test_only_keeps_the_named_plugins_and_core(core_source: PluginSource, roads_source: PluginSource) -> None:
    """A workspace names the plugins that may speak; what is wrong with the others does not concern it."""
    broken = plugin("broken", klaremal_datasets=raising)
    everything = build([core_source, roads_source, good(), broken])
    some = everything.only(["good"])
    assert list(some.datasets) == ["good.rows"]
    assert list(some.collectors) == ["csv"]
    assert list(some.unit_sets) == ["dk"]
    assert [source.name for source in some.plugins] == ["klaremal", "good"]
    assert some.left_out == ()
    assert [each.plugin for each in everything.only(["broken"]).left_out] == ["broken"]


def test_only_leaves_out_what_refers_to_a_plugin_that_is_not_named() -> None:
    """An indicator over another plugin's dataset goes with that plugin, and says so."""
    base = plugin("base", **declares(datasets=[dataset("base.rows")]))
    upon = plugin("upon", **declares(indicators=[indicator("upon.late", dataset("base.rows"))]))
    everything = build([base, upon])
    assert list(everything.indicators) == ["upon.late"]
    some = everything.only(["upon"])
    assert some.indicators == {}
    assert [each.what for each in some.left_out] == ["indicator upon.late"]


def test_two_registries_in_one_process_do_not_see_each_other() -> None:
    """There is no global list of plugins."""
    one = build([plugin("one", **declares(datasets=[dataset("one.rows")]))])
    two = build([plugin("two", **declares(datasets=[dataset("two.rows")]))])
    assert (list(one.datasets), list(two.datasets)) == (["one.rows"], ["two.rows"])


def test_a_notification_reaches_every_listener_and_what_one_raises_is_returned() -> None:
    """One by one inside a fence: neither the others nor the run stop."""
    heard: list[str] = []

    def listen(workspace: Any, plan: Any) -> None:
        heard.append(f"{workspace.name} {plan}")

    def fail(workspace: Any) -> None:
        raise ValueError(f"no {workspace.name}")

    sources = [
        plugin("a", klaremal_before_run=listen),
        plugin("b", klaremal_before_run=fail),
        plugin("c", klaremal_before_run=listen),
        plugin("d"),
    ]
    failed = build(sources).notify("klaremal_before_run", workspace=SimpleNamespace(name="Randers"), plan="plan")
    assert heard == ["Randers plan", "Randers plan"]
    assert [(each.plugin, each.what) for each in failed] == [("b", "klaremal_before_run")]
    assert failed[0].why.startswith("it raised ValueError: no Randers (")


def test_a_plugin_may_be_a_class_instance_or_a_module() -> None:
    """Whatever has the hooks as attributes can be registered."""

    class Instance:
        @hookimpl
        def klaremal_units(self) -> list[UnitSet]:
            """Declare a set of one island."""
            return [UnitSet(id="islands", units=(Unit(code="825", name="Læsø", level="municipality"),))]

    assert list(build([PluginSource("islands", Instance())]).unit_sets) == ["islands"]


def test_the_frozen_values_of_goals_and_targets_are_used_as_they_are() -> None:
    """What a plugin declares is what the registry holds: the same objects."""
    things = declares(datasets=[ROWS], indicators=[LATE], thresholds=[LAW])
    registry = build([plugin("roads", **things)])
    assert registry.indicators["roads.late"] is LATE
    assert registry.thresholds["roads.law"].target == AtMost(5)
