"""Each source is asked once: its files or rows, where they are from, how far they reach, and a hash; no row is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from klaremal.canonical import digest
from klaremal.errors import DeclarationError, KlaremalError, PluginError, SourceError, SourceUnavailable, SourceUnreadable
from klaremal.model.collector import Collected, Extract, Request
from klaremal.model.outcome import Gap, Provenance
from klaremal.reading.encoding import unavailable
from klaremal.reading.extract import reader_options

if TYPE_CHECKING:
    import pandas

    from klaremal.bind.sources import BoundSource
    from klaremal.bind.workspace import Bound
    from klaremal.model.dataset import Dataset

_CHUNK = 1 << 20
_DAY = timedelta(days=1)


@frozen(kw_only=True)
class Part:
    """What one source of a dataset delivered."""

    source: BoundSource
    collected: Collected = field(eq=False)
    provenance: Provenance


@frozen(kw_only=True)
class Delivery:
    """All sources of a dataset, or the gap that it is when one of them failed.

    `fingerprint` changes when the content, a source's section or the contract does. `complete_until` is the last whole day
    that all sources cover, by `complete_rule`; None when a source leaves that to its rows. A made dataset has the sources of
    those that it is made of.
    """

    dataset: Dataset
    parts: tuple[Part, ...] = ()
    gap: Gap | None = None
    fingerprint: str = ""
    complete_until: date | None = None
    complete_rule: str = ""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that must be readable to read the rows."""
        frames = (part.collected.frame for part in self.parts)
        return tuple(path for frame in frames if isinstance(frame, Extract) for path in frame.paths)

    @property
    def since(self) -> date | None:
        """The first day that all sources cover, None where none says."""
        return max((part.source.complete_from for part in self.parts if part.source.complete_from is not None), default=None)

    def reach(self, newest: Sequence[date | None]) -> date | None:
        """Return the last whole day that all sources cover, None when one cannot tell; `newest` is what their rows show."""
        return _least([part.provenance.complete_until or shown for part, shown in zip(self.parts, newest, strict=True)])


def collect(
    bound: Bound, datasets: Iterable[str], today: date, state: Path, secrets: Callable[[str], str] | None = None
) -> tuple[Delivery, ...]:
    """Ask every source of the datasets once; one that fails makes its dataset a gap, and the others go on.

    `state` is the folder `.klaremal`; what a collector keeps lies in its `cache`. `secrets` gives a secret by its name.
    """
    made: dict[str, Delivery] = {}
    for wanted in bound.registry.with_parts(datasets):
        dataset = bound.registry.datasets[wanted]
        if dataset.made_of:
            made[wanted] = _made(dataset, [made[each] for each in dataset.made_of])
            continue
        sources = [source for source in bound.sources if source.dataset.id == wanted]
        if not sources:
            message = f"no source is configured. Add [sources.{wanted}] with a collector to klaremal.toml."
            made[wanted] = Delivery(dataset=dataset, gap=Gap(dataset=wanted, cause="no_data", message=message))
            continue
        try:
            made[wanted] = _delivery(dataset, tuple(_part(bound, source, today, state, secrets) for source in sources))
        except KlaremalError as error:
            made[wanted] = Delivery(dataset=dataset, gap=Gap(dataset=wanted, cause="source_failed", message=str(error)))
    return tuple(made.values())


def _made(dataset: Dataset, of: Sequence[Delivery]) -> Delivery:
    """Return the delivery of a made dataset; a part that failed makes it fail, too."""
    for each in of:
        if each.gap is not None:
            message = f"it is made of {each.dataset.id}, which cannot be used: {each.gap.message}"
            return Delivery(dataset=dataset, gap=Gap(dataset=dataset.id, cause=each.gap.cause, message=message))
    return _delivery(dataset, tuple(part for each in of for part in each.parts), [each.fingerprint for each in of])


def _delivery(dataset: Dataset, parts: tuple[Part, ...], of: Sequence[str] = ()) -> Delivery:
    until = _least([part.provenance.complete_until for part in parts])
    rules = [part.provenance.complete_rule for part in parts if part.provenance.complete_until == until]
    contents: list[Any] = list(of) or [(part.provenance.sha256, *_section(part)) for part in parts]
    # Spells without an end run on for as long as the data reaches.
    reach = (until,) if dataset.spell else ()
    return Delivery(
        dataset=dataset,
        parts=parts,
        fingerprint=digest(contents, dataset, *reach),
        complete_until=until,
        complete_rule=min(rules) if until is not None else "",
    )


def _least(ends: Sequence[date | None]) -> date | None:
    """Return the end of the source that reaches least far; None when one is not known."""
    known = [end for end in ends if end is not None]
    return min(known) if len(known) == len(ends) else None


def _section(part: Part) -> tuple[Any, ...]:
    """Return what else than the content decides how a source is read."""
    frame, source = part.collected.frame, part.source
    reader = (frame.format, frame.options) if isinstance(frame, Extract) else ("frame", ())
    # How far a source reaches can be another day tomorrow; it changes nothing that is kept, unless the rows are asked for it.
    asked = (source.complete_until or "") if part.provenance.complete_until is None else None
    return source.collector_name, source.preparation, *reader, asked


# -- one source ------------------------------------------------------------------------------------------------------


def _part(bound: Bound, source: BoundSource, today: date, state: Path, secrets: Callable[[str], str] | None) -> Part:
    dataset = source.dataset.id
    request = Request(
        dataset=source.dataset,
        options=source.options,
        folder=bound.workspace.folder,
        cache=state / "cache" / dataset,
        today=today,
        patterns=source.files,
        read_secret=secrets,
    )
    collected = _collected(bound, source, request)
    try:
        hashed, size, newest = _content(collected.frame)
        until, rule = _reach(source, collected, today, newest)
    except SourceError as error:
        raise type(error)(error.message, error.dataset or dataset, error.address or collected.origin) from error
    provenance = Provenance(
        dataset=dataset,
        collector=source.collector_name,
        address=collected.origin,
        sha256=hashed,
        bytes=size,
        fetched=datetime.now(),
        complete_until=until,
        complete_rule=rule,
    )
    return Part(source=source, collected=collected, provenance=provenance)


def _collected(bound: Bound, source: BoundSource, request: Request[Any]) -> Collected:
    """Call the collector inside a fence: whatever it raises becomes one of our errors, with the plugin's name."""
    collector, dataset = source.collector, source.dataset.id
    if collector.collect is None:
        raise _fault(bound, source, f'collector "{collector.name}" is a preset without its base')
    try:
        if "." in collector.name:
            request.cache.mkdir(parents=True, exist_ok=True)
        collected = collector.collect(request)
    except SourceError as error:
        raise type(error)(error.message, error.dataset or dataset, error.address) from error
    except OSError as error:
        place = str(error.filename or ", ".join(source.files))
        raise SourceUnavailable(f"cannot be opened: {error.strerror or error}.", dataset, place) from error
    except (Exception, SystemExit) as error:  # a plugin's mistake must not stop the other datasets
        raise _fault(bound, source, f"it raised {type(error).__name__}: {error}") from error
    if not isinstance(collected, Collected):
        raise _fault(bound, source, f"it returned {type(collected).__name__}, not Collected(frame=..., origin=...)")
    if not isinstance(collected.frame, Extract) and not _is_frame(collected.frame):
        what = type(collected.frame).__name__
        raise _fault(bound, source, f"its frame is {what}, not the result of request.read(...) nor a pandas DataFrame")
    if isinstance(collected.frame, Extract):
        try:
            reader_options(collected.frame.format, dict(collected.frame.options))
        except DeclarationError as error:
            raise _fault(bound, source, str(error)) from error
    return collected


def _fault(bound: Bound, source: BoundSource, what: str) -> PluginError:
    origin = bound.registry.origin("collectors", source.collector.name)
    message = f'the collector "{source.collector_name}" of {source.dataset.id} failed: {what}. Tell those who make the plugin.'
    return PluginError(message, origin.name, origin.distribution, origin.version)


def _is_frame(value: Any) -> bool:
    """Say whether a value is a pandas frame, without loading pandas for those that are not."""
    return any(f"{kind.__module__.partition('.')[0]}.{kind.__name__}" == "pandas.DataFrame" for kind in type(value).__mro__)


# -- content and reach -----------------------------------------------------------------------------------------------


def _content(frame: Extract | pandas.DataFrame) -> tuple[str, int, date | None]:
    """Return the hash of the content, its bytes, and the day on which its newest file was written."""
    if not isinstance(frame, Extract):
        return (*_frame_content(frame), None)
    if not frame.paths:
        raise SourceUnavailable("the collector named no file.")
    whole, size, newest = sha256(), 0, date.min
    for path in frame.paths:
        try:
            newest = max(newest, date.fromtimestamp(path.stat().st_mtime))
            # Hashes of hashes: the same bytes cut into other files are another content.
            one = sha256()
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    one.update(chunk)
                    size += len(chunk)
            whole.update(one.digest())
        except OSError as error:
            raise unavailable(path, error) from error
    return whole.hexdigest(), size, newest


def _frame_content(frame: pandas.DataFrame) -> tuple[str, int]:
    """Return a hash over the columns, types and values of a frame, and its size; its index is left out."""
    from pandas.util import hash_pandas_object

    columns = [(str(column), str(kind)) for column, kind in frame.dtypes.items()]
    try:
        values = hash_pandas_object(frame, index=False).to_numpy().tobytes()
    except TypeError as error:
        raise SourceUnreadable(
            f"the frame has cells that are no plain values ({error}). Deliver text, numbers, dates and truth values."
        ) from error
    return sha256(digest(columns).encode() + values).hexdigest(), int(frame.memory_usage(index=False).sum())


def _reach(source: BoundSource, collected: Collected, today: date, newest_file: date | None) -> tuple[date | None, str]:
    """Return the last day that a source covers and the rule that says so; None when its rows say it."""
    rule = source.complete_until
    if isinstance(rule, date):
        return rule, "declared"
    if rule == "end_of_last_month":
        return today.replace(day=1) - _DAY, "end_of_last_month"
    if rule == "file_date":
        if newest_file is None:
            raise SourceUnavailable('complete_until = "file_date", but the collector reads no file. Give a date instead.')
        return newest_file - _DAY, "file_date"
    if rule is not None:
        return None, rule
    if collected.complete_until is not None:
        return collected.complete_until, "extract_date"
    return None, ""
