"""The fixtures that authors get: workspaces, registries, a day that stands still, and no network."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from klaremal import SourceError, SourceUnreadable
from klaremal.testing import FailingSource, NetworkForbidden, no_network
from klaremal.testing.fixtures import frozen_clock, network_guard, registry_of, workspace_factory

__all__ = ["frozen_clock", "network_guard", "registry_of", "workspace_factory"]

WORKSPACE = """
plugins = ["schools"]
[organisation]
name = "Eksempel Kommune"
unit = "751"
[sources.schools.municipalities]
collector = "csv"
files = "data/kommuner.csv"
complete_until = 2025-07-31
"""
ROWS = "municipality,stage,school_year,absence\n751,mellemtrin,2024/25,6.1\n"


def test_a_workspace_is_written_and_run(workspace_factory: Callable[..., Any]) -> None:
    """Its commands answer with an exit code and what they wrote; a second workspace is another folder."""
    workspace = workspace_factory({"klaremal.toml": WORKSPACE, "data/kommuner.csv": ROWS})
    checked = workspace.run("check", "--lang", "en")
    assert (checked.exit_code, checked.err) == (0, "")
    assert "schools.municipalities" in checked.out
    broken = workspace_factory({"klaremal.toml": "plugins = 3"})
    assert broken.folder != workspace.folder
    assert broken.run("check").exit_code == 2


def test_a_file_of_a_workspace_can_be_bytes(workspace_factory: Callable[..., Any]) -> None:
    """An extract in cp1252, or a workbook, is written as it is; text is UTF-8, with the line ends that it has."""
    rows = "municipality;stage;school_year;absence\r\nÅrhus;mellemtrin;2024/25;6,1\r\n"
    workspace = workspace_factory({"klaremal.toml": WORKSPACE, "data/kommuner.csv": rows.encode("cp1252"), "note.txt": "å\r\n"})
    assert (workspace.folder / "data/kommuner.csv").read_bytes() == rows.encode("cp1252")
    assert (workspace.folder / "note.txt").read_bytes() == b"\xc3\xa5\r\n"
    checked = workspace.run("check", "--lang", "en")
    assert (checked.exit_code, "All data keeps its contract" in checked.out) == (0, True)


def test_runs_take_place_on_the_day_that_stands_still(workspace_factory: Callable[..., Any], frozen_clock: date) -> None:
    """A source that is said to be complete after that day is refused."""
    late = WORKSPACE.replace("2025-07-31", str(frozen_clock))
    found = workspace_factory({"klaremal.toml": late, "data/kommuner.csv": ROWS}).run("check")
    assert "is today, which is no whole day yet" in found.err


def test_a_registry_has_what_is_given_to_it_and_nothing_that_is_installed(registry_of: Callable[..., Any]) -> None:
    """A module, or an object with hooks."""
    import klaremal_schools

    assert {each.name for each in registry_of().plugins} == {"klaremal"}
    found = registry_of(klaremal_schools, FailingSource())
    assert {each.name for each in found.plugins} == {"failing", "klaremal", "schools"}
    assert "failing.source" in found.collectors


def test_a_failing_source_fails_as_it_is_told(registry_of: Callable[..., Any]) -> None:
    """As a source that does not answer, unless another error is given."""
    failing = FailingSource(SourceUnreadable("half a file."))
    (collector,) = failing.klaremal_collectors()
    with pytest.raises(SourceError, match=r"half a file\."):
        collector.collect(None)  # type: ignore[misc,arg-type]
    assert isinstance(FailingSource().error, SourceError)


def test_the_network_is_forbidden_and_the_machine_itself_is_not(network_guard: None) -> None:
    """A name that would be looked up, and an address; a connection to this machine goes on."""
    with pytest.raises(NetworkForbidden, match="nothing may ask the network here"):
        socket.getaddrinfo("example.org", 80)
    with socket.socket() as other, pytest.raises(NetworkForbidden):
        other.connect(("192.0.2.1", 80))
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_what_was_refused_is_told_also_where_nobody_spoke_of_it() -> None:
    """Code that goes on without an answer has asked all the same."""
    with no_network() as refused:
        with suppress(OSError):
            socket.getaddrinfo("example.org", 80)
        socket.getaddrinfo("127.0.0.1", 80)
    assert refused == ["getaddrinfo of 'example.org'"]


def test_after_the_block_the_network_is_open_again() -> None:
    """The guard stands for its block only."""
    with no_network():
        pass
    with socket.socket() as other:
        other.settimeout(0.01)
        # Whatever becomes of it, the guard does not speak.
        assert not isinstance(_error(other), NetworkForbidden)


def _error(other: socket.socket) -> OSError | None:
    try:
        other.connect(("192.0.2.1", 9))
    except OSError as error:
        return error
    return None
