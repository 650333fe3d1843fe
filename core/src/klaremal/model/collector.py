"""Collectors: what fetches one dataset from one kind of source, what it is asked, and what it hands over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from attrs import field, fields, frozen, has

from klaremal.errors import DeclarationError, SourceUnavailable
from klaremal.model.column import names, pairs
from klaremal.model.dataset import Dataset
from klaremal.model.file_pattern import files_like
from klaremal.model.identifier import collector_name
from klaremal.model.text import Text, as_text

if TYPE_CHECKING:
    import pandas

Options = TypeVar("Options")


def _paths(value: Any) -> tuple[Path, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Extract:
    """Files to be read by one of core's readers, not read yet: all columns as text, lazily, when a scan needs them.

    `format` is csv, excel, parquet or json; `options` are the reader's own.
    """

    paths: tuple[Path, ...] = field(converter=_paths)
    format: str
    options: tuple[tuple[str, Any], ...] = field(default=(), converter=pairs)


@frozen(kw_only=True)
class Collected:
    """What a collector hands over: rows (an `Extract`, or a pandas frame), where they come from, and how far they reach.

    `origin` is an address for people: a path, a URL, a query. `complete_until` is the last whole day that the rows
    cover, when the source says so itself (an extract date minus one day).
    """

    frame: Extract | pandas.DataFrame
    origin: str
    complete_until: date | None = None


@frozen(kw_only=True)
class Request(Generic[Options]):
    """What a collector is asked for: the dataset, its options, the workspace's folder, a cache folder and the run's date."""

    dataset: Dataset
    options: Options
    folder: Path
    cache: Path
    today: date
    patterns: tuple[str, ...] = field(default=(), converter=names)
    read_secret: Callable[[str], str] | None = field(default=None, repr=False)

    def files(self, *patterns: str) -> tuple[Path, ...]:
        """Return the files that match the patterns (relative to the workspace's folder, `/` everywhere), sorted.

        Without patterns those of the source's `files` are used. SourceUnavailable when a pattern matches nothing.
        """
        found: list[Path] = []
        for pattern in patterns or self.patterns:
            found.extend(self._matching(pattern))
        if not found:
            raise SourceUnavailable('no "files" are given. Add files = "data/name.csv" to the source.', self.dataset.id)
        return tuple(dict.fromkeys(found))

    def _matching(self, pattern: str) -> list[Path]:
        try:
            matches = _matches(self.folder, pattern)
        except OSError as error:
            why = f"cannot be looked up in {self.folder}: {error.strerror}. Ask for the right to read there."
            raise SourceUnavailable(f'"{pattern}" {why}', self.dataset.id, pattern) from error
        if not matches:
            why = f'no file matches "{pattern}" in {self.folder}. Check the name and the folder; use / between folders.'
            raise SourceUnavailable(why, self.dataset.id, pattern)
        if matches[0].is_dir():
            why = f'"{pattern}" is a folder. Name the files in it, as files = "{pattern.rstrip("/")}/*.csv".'
            raise SourceUnavailable(why, self.dataset.id, pattern)
        return matches

    def read(self, *paths: Path, format: str = "csv", **options: Any) -> Extract:
        """Return the files as an extract for core's reader of that format; nothing is read yet."""
        return Extract(paths=paths, format=format, options=options)

    def secret(self, name: str) -> str:
        """Return the secret of that name (environment or `.klaremal/secrets.toml`); SourceUnavailable when there is none."""
        if self.read_secret is None:
            raise SourceUnavailable(f'the secret "{name}" is not set.', self.dataset.id)
        return self.read_secret(name)


def _matches(folder: Path, pattern: str) -> list[Path]:
    path = Path(pattern)
    # A file whose own name has a bracket in it is meant before any pattern is.
    if (folder / path).exists():
        return [folder / path]
    if not any(sign in pattern for sign in "*?["):
        return []
    return [each for each in files_like(folder, pattern) if not each.name.startswith("~$")]


@frozen(kw_only=True)
class Collector(Generic[Options]):
    """Fetches one dataset from one kind of source.

    `name` is `<plugin>.<name>` (core's own are bare: csv, excel, parquet, json). `options` is an attrs class whose fields
    are the options a source may set. `collect` may raise SourceError only. `base` and `defaults` make a preset of
    another collector: its options, and those of core's own preparation (columns, values, missing, constants, ...), filled in.
    """

    name: str = field(validator=collector_name)
    title: Text = field(default=Text(), converter=as_text)
    options: type[Options] | None = None
    collect: Callable[[Request[Options]], Collected] | None = None
    base: str | None = None
    defaults: tuple[tuple[str, Any], ...] = field(default=(), converter=pairs, hash=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a collector that neither fetches nor is a preset, naming it."""
        if (self.collect is None) == (self.base is None):
            raise DeclarationError(f'collector "{self.name}": give collect and options, or make it with Collector.like.')
        if self.collect is not None and (self.options is None or not has(self.options)):
            raise DeclarationError(f'collector "{self.name}": options is an attrs class (its fields are the options).')

    @classmethod
    def like(cls, base: str, *, name: str, title: Mapping[str, str] | str | Text = "", **options: Any) -> Collector[Any]:
        """Return a preset: the collector named `base` with these options filled in; a source may still override them."""
        return Collector(name=name, title=title, base=base, defaults=options)

    @property
    def option_names(self) -> tuple[str, ...]:
        """The names of the collector's own options; empty for a preset, whose options are those of its base."""
        return () if self.options is None else tuple(each.name for each in fields(cast("Any", self.options)))
