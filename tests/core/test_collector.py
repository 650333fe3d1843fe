"""Collectors and requests: presets, files found by pattern, and what each refuses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen

from klaremal import Collected, Collector, Column, Dataset, Request, SourceUnavailable, Text
from klaremal.errors import DeclarationError
from klaremal.model.collector import Extract

CASES = Dataset(
    id="roads.cases", title="Sager", grain="én række pr. sag", columns=(Column("on", "date"),), dated_by="on"
)  # fmt: skip


@frozen(kw_only=True)
class PortalOptions:
    """What a source of the portal may set."""

    address: str
    tries: int = 3
    headers: tuple[str, ...] = field(default=())


def collect(request: Request[PortalOptions]) -> Collected:
    """Hand over the files of a request."""
    return Collected(frame=request.read(*request.files()), origin=request.options.address)


def request(folder: Path, *patterns: str, **more: Any) -> Request[PortalOptions]:
    """Return a request in a folder."""
    given: dict[str, Any] = {
        "dataset": CASES,
        "options": PortalOptions(address="https://example.dk"),
        "folder": folder,
        "cache": folder / ".klaremal",
        "today": date(2026, 11, 22),
        "patterns": patterns,
    }
    return Request(**{**given, **more})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace's folder with files as people have them."""
    for name in ("b.csv", "a.csv", "A2.csv", "æble.csv", "tal [2023].csv", "~$a.xlsx", "a.xlsx", "notes.txt", "år/2024.csv"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("on\n", "utf-8")
    (tmp_path / "data" / "old.csv").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        pytest.param(["data/a.csv"], ["a.csv"], id="one file"),
        pytest.param(["data/[ab].csv"], ["a.csv", "b.csv"], id="sorted, whatever the disk's order"),
        pytest.param(["data/b.csv", "data/a.csv"], ["b.csv", "a.csv"], id="several, in the order given"),
        pytest.param(["data/b.csv", "data/?.csv"], ["b.csv", "a.csv"], id="each file once"),
        pytest.param(["data/æ*.csv"], ["æble.csv"], id="Danish letters"),
        pytest.param(["data/tal [2023].csv"], ["tal [2023].csv"], id="a bracket in a file's own name"),
        pytest.param(["data/*.xlsx"], ["a.xlsx"], id="not the lock file of an open workbook"),
        pytest.param(["data/**/2024.csv"], ["2024.csv"], id="folders below"),
        pytest.param(["data/o*.csv", "data/a.csv"], None, id="a folder is no match"),
    ],
)
def test_files_are_found_by_pattern(folder: Path, patterns: list[str], names: list[str] | None) -> None:
    """Patterns are relative to the workspace, with / everywhere; a folder is never among the files."""
    if names is None:
        with pytest.raises(SourceUnavailable, match="no file matches"):
            request(folder, *patterns).files()
        return
    assert [path.name for path in request(folder, *patterns).files()] == names
    assert [path.name for path in request(folder).files(*patterns)] == names
    absolute = [(folder / pattern).as_posix() for pattern in patterns]
    assert [path.name for path in request(folder, *absolute).files()] == names


@pytest.mark.parametrize(
    ("patterns", "parts"),
    [
        pytest.param(["data/c.csv"], ['no file matches "data/c.csv"', "Check the name", "use / between folders"], id="no file"),
        pytest.param(["data/*.json"], ['no file matches "data/*.json"'], id="no match"),
        pytest.param(["data/a.csv", "data/c.csv"], ['no file matches "data/c.csv"'], id="one of two"),
        pytest.param([], ['no "files" are given', 'files = "data/name.csv"'], id="nothing asked for"),
        pytest.param(["data/år"], ['"data/år" is a folder', 'files = "data/år/*.csv"'], id="a folder"),
        pytest.param(["data/old.csv"], ['"data/old.csv" is a folder'], id="a folder that is called like a file"),
    ],
)
def test_files_that_are_not_there_are_unavailable_with_a_cure(folder: Path, patterns: list[str], parts: list[str]) -> None:
    """The dataset and the pattern are named, and what to do."""
    with pytest.raises(SourceUnavailable) as caught:
        request(folder, *patterns).files()
    assert [part for part in ["roads.cases", *parts] if part not in str(caught.value)] == [], str(caught.value)
    assert caught.value.dataset == "roads.cases"


def test_an_extract_is_a_note_of_what_to_read_and_reads_nothing(folder: Path) -> None:
    """Files that are not there yet, a format and the reader's options are kept as a value."""
    extract = request(folder).read(folder / "later.csv", format="csv", delimiter=";")
    assert extract == Extract(paths=(folder / "later.csv",), format="csv", options={"delimiter": ";"})
    assert hash(extract) == hash(Extract(paths=[folder / "later.csv"], format="csv", options=(("delimiter", ";"),)))


def test_a_secret_comes_from_the_workspace_and_never_shows(folder: Path) -> None:
    """A collector asks by name; a request shows neither the secret nor how it is read."""
    asked = request(folder, read_secret={"token": "hemmelig"}.__getitem__)
    assert asked.secret("token") == "hemmelig"
    assert "hemmelig" not in repr(asked)
    assert "read_secret" not in repr(asked)
    with pytest.raises(SourceUnavailable, match='the secret "token" is not set'):
        request(folder).secret("token")


def test_a_collector_collects(folder: Path) -> None:
    """The function of a collector gets the request and hands over what is to be read and where from."""
    portal = Collector(name="roads.portal", title="Portalen", options=PortalOptions, collect=collect)
    assert portal.option_names == ("address", "tries", "headers")
    assert portal.title == Text.of("Portalen")
    assert portal.collect is not None
    collected = portal.collect(request(folder, "data/a.csv"))
    assert collected == Collected(
        frame=Extract(paths=(folder / "data/a.csv",), format="csv"), origin="https://example.dk", complete_until=None
    )


def test_a_preset_is_a_collector_without_a_function() -> None:
    """It names its base and keeps what it fills in; its options are those of the base."""
    preset = Collector.like("csv", name="roads.portal", title={"da": "Portalen"}, delimiter=";", columns={"on": "Dato"})
    assert (preset.base, preset.collect, preset.option_names) == ("csv", None, ())
    assert preset.defaults == (("delimiter", ";"), ("columns", {"on": "Dato"}))
    assert hash(preset) == hash(Collector.like("csv", name="roads.portal", title={"da": "Portalen"}, delimiter=","))
    assert preset != Collector.like("csv", name="roads.portal", title={"da": "Portalen"}, delimiter=",")


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        pytest.param({"name": "Roads.Portal", "base": "csv"}, ["Collector.name", 'Write "roads.portal"'], id="name"),
        pytest.param({"name": "roads.portal"}, ['"roads.portal"', "collect and options", "Collector.like"], id="nothing"),
        pytest.param(
            {"name": "roads.portal", "base": "csv", "collect": collect, "options": PortalOptions},
            ["collect and options", "Collector.like"],
            id="a preset that collects",
        ),
        pytest.param({"name": "roads.portal", "collect": collect}, ["options", "attrs class"], id="no options"),
        pytest.param({"name": "roads.portal", "collect": collect, "options": dict}, ["options", "attrs class"], id="a dict"),
        pytest.param({"name": "roads.portal", "base": "csv", "defaults": "x"}, ["not a mapping"], id="defaults"),
    ],
)
def test_a_collector_that_cannot_collect_is_refused(given: dict[str, Any], parts: list[str]) -> None:
    """The message names the collector and what to write instead."""
    with pytest.raises(DeclarationError) as caught:
        Collector(**given)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)
