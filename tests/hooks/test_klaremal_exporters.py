"""klaremal_exporters: forms in which a table is handed to others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from klaremal import Exporter
from klaremal.discovery import CORE, discover
from klaremal.errors import DeclarationError, PluginError, Refused, WorkspaceError
from klaremal.export import exporter_of, write
from klaremal.registry import Registry, build

Of = Callable[..., Registry]

FRAME = pd.DataFrame({"unit": pd.Categorical(["751", "101"]), "value": [92.5, float("nan")]})


def test_a_plugin_declares_an_exporter_by_name(registry_of: Of) -> None:
    """The name begins with the plugin's."""
    page = Exporter(name="roads.html", suffix=".html", title="Side", text=lambda frame: frame.to_html())
    registry = registry_of(klaremal_exporters=[page])
    assert registry.exporters == {"roads.html": page}
    assert registry.left_out == ()


def test_what_core_writes_are_exporters_of_its_own_plugin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CSV, CSV for Excel, JSON and Parquet are found through the hook, and write what they say."""
    forms = build([source for source in discover()[0] if source.name == CORE]).exporters
    assert list(forms) == ["csv", "csv_excel", "json", "parquet"]
    write(FRAME, forms["csv"], None)
    write(FRAME, forms["json"], None)
    assert capsys.readouterr().out == (
        "unit,value\n751,92.5\n101,\n"
        '[\n {\n  "unit": "751",\n  "value": 92.5\n },\n {\n  "unit": "101",\n  "value": null\n }\n]\n'
    )
    write(FRAME, forms["csv_excel"], tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbfunit;value\r\n751;92,5\r\n101;\r\n"
    write(FRAME, forms["parquet"], tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").read_bytes()[:4] == b"PAR1"


def test_no_plugin_takes_over_an_ending_of_core(registry_of: Of) -> None:
    """By the ending core's own form is found, whatever the plugin is called; by name the plugin's."""
    core = [source for source in discover()[0] if source.name == CORE]
    own = Exporter(name="acme.csv", suffix=".csv", text=lambda frame: "mine")
    html = Exporter(name="acme.html", suffix=".html", text=lambda frame: "mine")
    plugins = registry_of("acme", klaremal_exporters=[own, html]).plugins
    known = build([*plugins, *core]).exporters
    assert next(iter(known)) == "acme.csv"
    found = [
        exporter_of(known, *asked) for asked in ((None, Path("a.csv")), (None, Path("A.CSV")), ("acme.csv", Path("a.csv")))
    ]
    assert [each.name for each in found] == ["csv", "csv", "acme.csv"]
    assert exporter_of(known, None, Path("a.html")).name == "acme.html"
    assert (exporter_of(known, None, None).name, exporter_of(known, None, Path("figures")).name) == ("csv", "csv")


@pytest.mark.parametrize(
    ("form", "to", "message"),
    [
        pytest.param("jsn", None, '--format: there is no form "jsn". Did you mean "json"?', id="form"),
        pytest.param(
            None,
            Path("a.xls"),
            '--output: a.xls: ".xls" is no form that klaremal writes. '
            "End the name with .csv, .json, .parquet, or say --format csv, csv_excel, json, parquet.",
            id="ending",
        ),
    ],
)
def test_a_form_that_is_not_there_is_told_with_those_that_are(form: str | None, to: Path | None, message: str) -> None:
    """As every mistake on the command line."""
    known = build([source for source in discover()[0] if source.name == CORE]).exporters
    with pytest.raises(WorkspaceError) as raised:
        exporter_of(known, form, to)
    assert [str(fault) for fault in raised.value.faults] == [message]


def test_a_form_that_is_no_text_needs_a_file(tmp_path: Path) -> None:
    """It is not printed on a screen; and the folder of the file must be there."""
    form = Exporter(name="roads.book", suffix=".book", write=lambda frame, path: None)
    with pytest.raises(Refused, match=r"roads.book is no text: say where to write it, as -o figures.book."):
        write(FRAME, form, None)
    with pytest.raises(Refused, match="there is no such folder"):
        write(FRAME, form, tmp_path / "gone" / "a.book")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(lambda frame: frame["nothing"], "it raised KeyError: 'nothing'", id="raises"),
        pytest.param(lambda frame: 7, "text returned a int. Return the whole table as text.", id="no text"),
        pytest.param(lambda frame: "\udce6", "its text holds '\\udce6', which is no letter of UTF-8.", id="half a letter"),
    ],
)
def test_an_exporter_that_fails_is_named_and_leaves_no_file(text: Any, why: str, tmp_path: Path) -> None:
    """With the place where its author looks."""
    form = Exporter(name="roads.html", suffix=".html", text=text)
    with pytest.raises(PluginError) as raised:
        write(FRAME, form, tmp_path / "a.html")
    assert str(raised.value).startswith(f"exporter roads.html: {why}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({}, 'exporter "roads.html": give either text or write, one function.', id="neither"),
        pytest.param({"text": str, "write": print}, 'exporter "roads.html": give either text or write', id="both"),
        pytest.param({"text": str, "suffix": "html"}, "exporter \"roads.html\": suffix 'html' is no ending", id="no point"),
        pytest.param({"text": str, "suffix": ".HTML"}, "exporter \"roads.html\": suffix '.HTML' is no ending", id="capitals"),
    ],
)
def test_an_exporter_that_cannot_write_is_refused(given: dict[str, Any], message: str) -> None:
    """When it is declared."""
    with pytest.raises(DeclarationError) as raised:
        Exporter(**{"name": "roads.html", "suffix": ".html"} | given)
    assert str(raised.value).startswith(message)
