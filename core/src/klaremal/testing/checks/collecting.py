"""Checks of collectors: a broken source is a SourceError, a changed one is noticed; what the rows say is not looked at."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from klaremal.discovery import raised_at
from klaremal.errors import KlaremalError, SourceError
from klaremal.model.collector import Collected, Collector, Request
from klaremal.model.dataset import Dataset
from klaremal.testing.guard import no_network
from klaremal.testing.made_options import options_of, refusing_address
from klaremal.testing.subject import Finding, Subject

if TYPE_CHECKING:
    from klaremal.bind.sources import BoundSource
    from klaremal.bind.workspace import Bound

_RAISE: Final = (
    'Raise SourceUnavailable("what is wrong, and what to do") where nothing answers, and SourceUnreadable(...) '
    "where the content cannot be understood."
)
_BROKEN: Final = {"missing.csv": None, "empty.csv": b"", "broken.csv": b"\x00\xff\xfe{[<half a file"}


def broken_sources_are_source_errors(subject: Subject) -> Iterator[Finding]:
    """Of a missing, an empty or a broken file, or an address that refuses, a collector makes a SourceError, nothing else.

    When it fails: catch what your readers raise, and raise SourceUnavailable or SourceUnreadable with what to do.
    """
    fetching = [each for each in subject.declares("collectors") if each.collect is not None]
    if not fetching:
        return
    with no_network(), refusing_address() as address:
        for collector in fetching:
            name = f"collector {collector.name}"
            asked = _asked(subject, collector, address)
            if asked is None:
                what = "it is not tried: its options refuse every value that can be thought of."
                yield Finding(name, what, "Let a source of the sample use it, with options that fit.", fails=False)
                continue
            options, dataset, made = asked
            given = "".join(f", {key} = {value!r}" for key, value in made.items())
            yield from _tried(collector, options, dataset, subject.today, f"{name}{given}")


def _asked(subject: Subject, collector: Collector[Any], address: str) -> tuple[Any, Dataset, Mapping[str, Any]] | None:
    """Return options and a dataset to ask a collector for: those of the sample, else none but what must be given, made up."""
    assert collector.options is not None, "a collector that fetches has options"
    for source in _sample_sources(subject):
        # By itself, or below a preset.
        if source.collector.name == collector.name:
            return source.options, source.dataset, {}
    found = options_of(collector.options, address)
    datasets = [*subject.declares("datasets"), *subject.alone.datasets.values()]
    return None if found is None else (found[0], datasets[0], found[1])


def _sample_sources(subject: Subject) -> Sequence[BoundSource]:
    if subject.sample is None:
        return ()
    try:
        return subject.bound(subject.sample).sources
    except KlaremalError:
        return ()


def _tried(collector: Collector[Any], options: Any, dataset: Dataset, today: date, where: str) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory(prefix="klaremal-testing-") as made:
        folder = Path(made).resolve()
        (folder / "cache").mkdir()
        for name, content in _BROKEN.items():
            if content is not None:
                (folder / name).write_bytes(content)
            request = Request(
                dataset=dataset, options=options, folder=folder, cache=folder / "cache", today=today, patterns=(name,)
            )
            wrong = _outcome(collector, request)
            if wrong is not None:
                yield Finding(f"{where}, {name}", *wrong)
                return


def _outcome(collector: Collector[Any], request: Request[Any]) -> tuple[str, str] | None:
    """Say what a collector does of a broken source that it must not, and what to do; None when all is well."""
    assert collector.collect is not None, "only what fetches is tried"
    try:
        found = collector.collect(request)
    except (SourceError, OSError):
        # What the system says of a file or a network core puts into its own words.
        return None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - what is looked for
        place = raised_at(error)
        return f"it raised {type(error).__name__}: {error}{f' ({place})' if place else ''}.", _RAISE
    kind: type[Any] = type(found)
    if issubclass(kind, Collected):
        return None
    return f"it returned a {kind.__name__}.", 'Return the rows with where they come from: Collected(frame=..., origin="...").'


def changed_sources_are_noticed(subject: Subject) -> Iterator[Finding]:
    """The same files give the same fingerprint, and changed files another: else a run would keep yesterday's figures.

    When it fails: hand over what was read in this call, in one order, with nothing made up in it.
    """
    if subject.sample is None:
        return
    with no_network(), tempfile.TemporaryDirectory(prefix="klaremal-testing-") as made:
        folder = Path(made).resolve() / "sample"
        shutil.copytree(subject.sample, folder, ignore=shutil.ignore_patterns(".klaremal", "*.db"))
        try:
            bound = subject.bound(folder)
        except KlaremalError:
            return
        before, again = _fingerprints(subject, bound, folder), _fingerprints(subject, bound, folder)
        for each in sorted(path for path in (folder / "data").rglob("*") if path.is_file()):
            each.write_bytes(_shorter(each.read_bytes()))
        after = _fingerprints(subject, bound, folder)
    for name in sorted(before.keys() & again.keys()):
        if before[name] != again[name]:
            cure = "Let the rows come in one order, without the time of the day or anything made up in them."
            yield Finding(name, "the same source gives another fingerprint each time.", cure)
        elif before[name] == after.get(name):
            cure = "Hand over the files with request.read(...), or a frame of what was read; do not keep an old one."
            yield Finding(name, "a changed file gives the same fingerprint.", cure)


def _shorter(content: bytes) -> bytes:
    """Return the content of a file without its last line; of one line without its last byte."""
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:-1]) if len(lines) > 1 else content[:-1]


def _fingerprints(subject: Subject, bound: Bound, folder: Path) -> dict[str, str]:
    from klaremal.collect import collect

    names = dict.fromkeys(each.dataset.id for each in bound.sources)
    files = {name for each in bound.sources for name in [each.dataset.id] if any("data/" in one for one in each.files)}
    found = collect(bound, names, subject.today, folder / ".klaremal")
    return {each.dataset.id: each.fingerprint for each in found if each.gap is None and each.dataset.id in files}
