"""Sources bound to datasets and collectors: presets, options, columns, values and how far the data reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import field, frozen

from klaremal import Collector, hookimpl
from klaremal.bind.workspace import Bound
from klaremal.discovery import PluginSource
from klaremal.errors import DeclarationError
from klaremal.preparation import Preparation
from klaremal.registry import build

Binding = Callable[..., Bound]
Faults = Callable[..., list[str]]

PLACE = "klaremal.toml: sources.roads.potholes"


def with_source(workspace_text: str, *lines: str, collector: str = "roads.portal") -> str:
    """Return the workspace with further lines in its only source."""
    return workspace_text.replace("roads.portal", collector) + "\n".join(lines) + "\n"


def test_a_preset_is_the_collector_behind_it_with_options_and_preparation(bound: Binding) -> None:
    """What fetches is core's csv; what the preset fills in is divided between the collector and core's preparation."""
    source = bound().sources[0]
    assert (source.collector.name, source.collector_name) == ("csv", "roads.portal")
    assert (source.options.delimiter, source.options.header_row) == (";", 1)
    assert source.preparation == Preparation(columns={"road": "Vejtype"}, decimal=",")
    assert source.files == ("data/huller.csv",)
    assert source.complete_until is None


def test_the_section_overrides_the_preset(bound: Binding, workspace_text: str) -> None:
    """Options are replaced, tables merged."""
    text = with_source(
        workspace_text,
        'delimiter = "\\t"',
        "header_row = 3",
        'decimal = "."',
        'columns = { repaired_on = "Lukket" }',
        "complete_until = 2026-06-30",
    )
    source = bound(text).sources[0]
    assert (source.options.delimiter, source.options.header_row) == ("\t", 3)
    assert source.preparation == Preparation(columns={"road": "Vejtype", "repaired_on": "Lukket"}, decimal=".")
    assert source.complete_until == date(2026, 6, 30)


def test_a_preset_of_a_preset_is_resolved_from_the_inside_out(
    bound: Binding, workspace_text: str, core_source: PluginSource, roads_source: PluginSource
) -> None:
    """The outer preset has the last word before the section."""

    class More:
        @hookimpl
        def klaremal_collectors(self) -> list[Collector[Any]]:
            """Declare a preset of a preset."""
            return [Collector.like("roads.portal", name="more.portal", header_row=2, columns={"road": "Klasse"})]

    registry = build([core_source, roads_source, PluginSource("more", More())])
    text = with_source(workspace_text.replace('["roads"]', '["roads", "more"]'), collector="more.portal")
    source = bound(text, plugins=registry).sources[0]
    assert source.collector.name == "csv"
    assert (source.options.delimiter, source.options.header_row) == (";", 2)
    assert source.preparation == Preparation(columns={"road": "Klasse"}, decimal=",")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(
            'delimeter = ";"', ': the collector csv has no option "delimeter". Did you mean "delimiter"?', id="option"
        ),
        pytest.param(
            'colums = { road = "x" }', ': the collector csv has no option "colums". Did you mean "columns"?', id="key"
        ),
        pytest.param(
            'header_row = "3"',
            '.header_row: "3" is text, not a number. Write it without quotes and with a point: 3.',
            id="number in quotes",
        ),
        pytest.param(
            'columns = { repaird_on = "Lukket" }',
            '.columns: the dataset roads.potholes has no column "repaird_on". Did you mean "repaired_on"?',
            id="column",
        ),
        pytest.param(
            'columns = { "Lukket" = "repaired_on" }',
            '.columns: the dataset roads.potholes has no column "Lukket". '
            "Write klaremal's column = your header, in that order.",
            id="columns the wrong way round",
        ),
        pytest.param(
            'values = { road = { "K" = "kommunevei" } }',
            '.values.road: "kommunevei" is no value of the column road. Did you mean "kommunevej"? '
            "Its values are kommunevej, privat.",
            id="value",
        ),
        pytest.param(
            'constants = { road = "offentlig" }',
            '.constants.road: "offentlig" is no value of the column road. Its values are kommunevej, privat.',
            id="constant",
        ),
        pytest.param(
            'missing = { ".." = "hemmelig" }',
            ".missing: the marker \"..\" has the cause 'hemmelig'. "
            "Use one of no_data, not_measured, no_cases, confidential, too_few.",
            id="cause",
        ),
        pytest.param('decimal = ";"', '.decimal: \';\' is none of ",", ".".', id="decimal"),
        pytest.param(
            'thousands = ","',
            ': decimal and thousands are both ",". Danish figures have "," and ".".',
            id="the preset's decimal is the section's thousands",
        ),
        pytest.param(
            'complete_until = "newest:reported"',
            '.complete_until: the dataset roads.potholes has no column of dates "reported". '
            'Did you mean "reported_on"? Use one of reported_on, repaired_on.',
            id="newest of no column",
        ),
    ],
)
def test_a_mistake_in_a_source_is_said_with_its_place_and_the_nearest_name(
    line: str, sentence: str, faults: Faults, workspace_text: str
) -> None:
    """Keys, options, columns, values and dates."""
    assert faults(with_source(workspace_text, line)) == [PLACE + sentence]


def test_an_unknown_dataset_and_collector_have_a_nearest_name(faults: Faults, workspace_text: str) -> None:
    """A dataset without its plugin's name is near the one that ends so."""
    block = '[sources.potholes]\ncollector = "exel"\nfiles = "x"\n[sources.roads.potolhes]\ncollector = "cvs"\nfiles = "x"\n'
    said = faults(workspace_text + block)
    assert said == [
        'klaremal.toml: sources.roads.potolhes: there is no dataset "roads.potolhes". Did you mean "roads.potholes"?',
        'klaremal.toml: sources.roads.potolhes.collector: there is no collector "cvs". Did you mean "csv"?',
        'klaremal.toml: sources.potholes: there is no dataset "potholes". Did you mean "roads.potholes"?',
        'klaremal.toml: sources.potholes.collector: there is no collector "exel". The collectors are csv, roads.portal.',
    ]


def test_a_collector_of_files_needs_files(faults: Faults, workspace_text: str) -> None:
    """Core's own collectors read files; what another collector reads is its own affair."""
    assert faults(workspace_text.replace('files = "data/huller.csv"\n', "")) == [
        f'{PLACE}: "files" is missing, and csv reads files. Add files = "data/name.csv", relative to klaremal.toml.'
    ]


def test_a_query_of_the_sources_own_may_name_columns_that_the_dataset_lacks(bound: Binding, workspace_text: str) -> None:
    """What lies between the file and the query's result is the analyst's."""
    text = with_source(workspace_text, "sql = \"select * from source where x = '1'\"", 'columns = { x = "X" }')
    assert bound(text).sources[0].preparation.sql == "select * from source where x = '1'"


def test_several_sources_of_one_dataset_keep_their_order(bound: Binding, workspace_text: str) -> None:
    """They are stacked."""
    text = workspace_text.replace("[sources.roads.potholes]", "[[sources.roads.potholes]]")
    text += '[[sources.roads.potholes]]\ncollector = "csv"\nfiles = "b.csv"\n'
    assert [(one.index, one.files) for one in bound(text).sources] == [(0, ("data/huller.csv",)), (1, ("b.csv",))]


@frozen
class ServiceOptions:
    """The options of a collector that reads no files: one that is needed, a list and a checked number."""

    address: str
    tables: tuple[str, ...] = ()
    pages: int = field(default=1)

    @pages.validator
    def _check(self, _: object, value: int) -> None:
        if value < 1:
            raise DeclarationError(f"pages is {value}. Ask for at least one.")


class Service:
    """A plugin with a collector of its own; it is never called here."""

    @hookimpl
    def klaremal_collectors(self) -> list[Collector[ServiceOptions]]:
        """Declare the collector."""
        return [Collector(name="roads.service", options=ServiceOptions, collect=lambda request: None)]  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        pytest.param((), ': "address" is missing, which roads.service needs. Add address = ...', id="missing"),
        pytest.param(('address = "x"', "pages = 0"), ": pages is 0. Ask for at least one.", id="the plugin's own check"),
        pytest.param(('address = "x"', "tables = [3]"), '.tables: 3 is not text. Write it in quotes: "3".', id="in a list"),
        pytest.param(("address = 5",), '.address: 5 is not text. Write it in quotes: "5".', id="type"),
    ],
)
def test_the_options_of_a_plugins_collector_are_read_by_their_types(
    lines: tuple[str, ...],
    sentence: str,
    faults: Faults,
    workspace_text: str,
    core_source: PluginSource,
    roads_source: PluginSource,
) -> None:
    """What its attrs class says of them holds; its own checks speak in its own words."""
    registry = build([core_source, roads_source, PluginSource("roads", Service(), "klaremal-roads-service", "1")])
    text = with_source(workspace_text, *lines, collector="roads.service")
    assert faults(text, plugins=registry) == [PLACE + sentence]


def test_a_plugins_collector_gets_an_instance_of_its_options(
    bound: Binding, workspace_text: str, core_source: PluginSource, roads_source: PluginSource
) -> None:
    """One name stands for a list of one."""
    registry = build([core_source, roads_source, PluginSource("roads", Service(), "klaremal-roads-service", "1")])
    text = with_source(workspace_text, 'address = "https://x"', 'tables = "a"', collector="roads.service")
    assert bound(text, plugins=registry).sources[0].options == ServiceOptions("https://x", ("a",))
