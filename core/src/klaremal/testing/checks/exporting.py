"""Checks of exporters on tables such as they are given: a file where it was asked for and nothing else; not what it says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING, Final

from klaremal.errors import PluginError
from klaremal.model.exporter import Exporter
from klaremal.testing.guard import no_network
from klaremal.testing.subject import Finding, Subject, shown

if TYPE_CHECKING:
    import pandas as pd

# Whoever writes the second of the day into a file differs from time to time, and by chance not: that is let pass.
_TRIES: Final = 3


def exporters_write(subject: Subject) -> Iterator[Finding]:
    """An exporter writes any table, also without rows or figures, to one file, the same each time, and changes no table.

    When it fails: call the function with the table that is named, as `klaremal export` does, and correct it.
    """
    exporters = subject.declares("exporters")
    if not exporters:
        return
    from klaremal.testing.exported_rows import tables

    every = list(tables(subject))
    with no_network() as addresses:
        for exporter in exporters:
            for name, frame in every:
                addresses.clear()
                with tempfile.TemporaryDirectory(prefix="klaremal-testing-") as made:
                    found = _tried(exporter, name, frame, Path(made).resolve(), addresses)
                if found is not None:
                    yield found
                    break


def _tried(exporter: Exporter, name: str, frame: pd.DataFrame, folder: Path, addresses: list[str]) -> Finding | None:
    """Write a table a few times, called from a folder that is empty; return the first thing that is wrong.

    In `addresses` stands what the network was asked for meanwhile.
    """
    where = f"exporter {exporter.name}, {name}"
    asked, called = folder / "asked", folder / "called_from"
    asked.mkdir()
    called.mkdir()
    path = asked / f"figures{exporter.suffix}"
    contents: list[bytes] = []
    with chdir(called):
        while len(contents) < _TRIES and (len(contents) < 2 or contents[-1] != contents[-2]):
            given = frame.copy()
            raised = _raised(exporter, given, path)
            if addresses:
                what = f"it asks the network ({shown(dict.fromkeys(addresses))})."
                return Finding(where, what, "Bring along what it needs: an export must come about without a network, too.")
            if raised:
                cure = "Write every table: one without rows, and figures that are unknown (NaN) or words that are missing."
                return Finding(where, raised, cure)
            if not given.equals(frame):
                return Finding(where, "it changes the table that it is given.", "Work on a copy: frame = frame.copy().")
            if not path.is_file():
                what = "it writes no file at the path that it is given."
                return Finding(where, what, "Write to the path itself, or return the text: text=... in place of write=...")
            contents.append(path.read_bytes())
            path.unlink()
    beside = [each.relative_to(each.parents[1]).as_posix() for place in (asked, called) for each in sorted(place.iterdir())]
    if beside:
        return Finding(where, f"it leaves {shown(beside)} behind.", "Write one file, at the path that it is given.")
    if len(contents) == _TRIES and contents[-1] != contents[-2]:
        cure = "Leave out chance and the clock: who compares two exports must see what is new."
        return Finding(where, "it writes another file each time.", cure)
    return None


def _raised(exporter: Exporter, frame: pd.DataFrame, path: Path) -> str:
    """Let core write the table, and return what the exporter did that it must not; empty when it wrote."""
    from klaremal.export import write

    try:
        write(frame, exporter, path)
    except PluginError as error:
        return error.message.removeprefix(f"exporter {exporter.name}: ")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - what is looked for
        cause = error.__cause__ or error
        return f"it raised {type(cause).__name__}: {cause}."
    return ""
