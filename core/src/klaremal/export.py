"""Tables of the ledger for others, in any form that is installed; what may not leave the municipality stays."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from klaremal.discovery import raised_at
from klaremal.errors import Fault, KlaremalError, PluginError, Refused, WorkspaceError, nearest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from klaremal.model.exporter import Exporter
    from klaremal.model.indicator import Indicator
    from klaremal.ready import Ready

Goals = Mapping[tuple[str, str], Mapping[str, Any]]

TABLES = ("observations", "fulfilments")
_NAMED = 10
# A reason speaks of a figure and a goal, and not of whose they are.
_UNTOLD = frozenset({"unit", "unit_name"})


@frozen(kw_only=True, eq=False)
class Exported:
    """How many rows were written and which internal indicators were left out of them."""

    rows: int
    kept_back: tuple[str, ...] = ()


def table(ready: Ready, name: str, filters: Mapping[str, Any], lang: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table of the ledger for others, and the internal indicators that were left out.

    `filters` are the ledger's (indicator or goal, unit, period, level, sector, status, run); None is no filter.
    Fulfilments get a column `reason` in the language. Refused when nothing but internal indicators was asked for, and
    WorkspaceError for a word that the ledger has never seen: an empty file would look like an answer.
    """
    from klaremal.ledger import Ledger

    with Ledger.open(ready.ledger, create=False, read_only=True) as book:
        asked = {key: value for key, value in filters.items() if value not in (None, ())}
        frame: pd.DataFrame = getattr(book, name)(**asked)
        _check_words(asked, frame, partial(getattr(book, name), run=asked.get("run")))
        goals = book.goals(asked.get("run"))
        measured = _measured(frame, goals)
        wholes = frame[frame["indicator"].isna() & measured.notna()]
        parts = frame.iloc[:0] if wholes.empty else book.fulfilments(run=asked.get("run"), goal=wholes["goal"].unique())
    internal = _internal(ready, measured.dropna().unique())
    if internal:
        frame = frame[~measured.isin(internal)]
        if frame.empty:
            raise Refused(
                f"{', '.join(internal)} may not be published (publication = internal): klaremal run and klaremal explain "
                "show it inside the municipality; export does not."
            )
    frame = frame.drop(columns=[column for column in ("run",) if column in frame.columns]).reset_index(drop=True)
    if name == "fulfilments":
        frame = frame.assign(reason=_reasons(frame, parts, goals, ready.bound.indicators, lang))
    return frame, internal


def _check_words(asked: Mapping[str, Any], found: pd.DataFrame, everything: Callable[[], pd.DataFrame]) -> None:
    words = {key: values for key, values in asked.items() if key not in ("run", "period")}
    if all(each in _known(key, found) for key, values in words.items() for each in values):
        return
    whole = everything()
    faults = []
    for key, values in words.items():
        known = _known(key, whole)
        names = known | _known("unit_name", whole) if key == "unit" else known
        for each in values:
            if each not in known:
                near = nearest(each, names)
                cure = "" if near else f"It has {', '.join(sorted(known)[:_NAMED])}{' ...' if len(known) > _NAMED else ''}."
                faults.append(Fault(f"--{key}", f'the ledger has no {key} "{each}".', cure, near))
    if faults:
        raise WorkspaceError(faults)


def _known(key: str, frame: pd.DataFrame) -> set[str]:
    if key == "sector" and key not in frame:
        return {str(each).partition(".")[0] for each in frame["indicator"].unique()}
    return {str(each) for each in frame[key].unique()}


def _internal(ready: Ready, indicators: Iterable[str]) -> tuple[str, ...]:
    """Name the indicators that are internal, and those that no installed plugin vouches for."""
    from klaremal.model.on_time import base_of

    known = ready.bound.indicators
    return tuple(sorted(each for each in indicators if _is_internal(known.get(base_of(each)))))


def _is_internal(indicator: Indicator | None) -> bool:
    return indicator is None or indicator.publication == "internal"


def _measured(frame: pd.DataFrame, goals: Goals) -> pd.Series[Any]:
    """Return the indicator that each row rests on: of a row that sums up a goal's units theirs, of what is to be done none."""
    found = frame["indicator"]
    if "goal" not in frame or not found.isna().any():
        return found
    known = {key: kept["indicator"] for key, kept in goals.items()}
    of_goals = [known[key] for key in zip(frame["goal"], frame["version"], strict=True)]
    return found.astype(object).where(found.notna(), of_goals)


def _reasons(
    frame: pd.DataFrame, parts: pd.DataFrame, goals: Goals, indicators: Mapping[str, Indicator], lang: str
) -> NDArray[np.object_]:
    """Return the reason of each row, by the goal as it was when the row was written; what reads the same is told once.

    `parts` are the judgements of the units that rows without an indicator sum up.
    """
    import numpy as np

    from klaremal.reason.sentence import is_whole, reason
    from klaremal.reason.wholes import of_task
    from klaremal.recording import goal_of, task_of
    from klaremal.tables import parts_of

    which = frame.groupby([name for name in frame.columns if name not in _UNTOLD], sort=False, dropna=False).ngroup()
    first: list[Any] = frame[~which.duplicated()].to_dict("records")
    judging = [(row["goal"], row["version"]) for row in first]
    kept = {key: goals[key] for key in judging}
    tasks = {key: task_of(each) for key, each in kept.items() if each["indicator"] is None}
    bounds = {key: goal_of(each, indicators[each["indicator"]]) for key, each in kept.items() if key not in tasks}
    told = []
    for key, row in zip(judging, first, strict=True):
        if key in tasks:
            told.append(of_task(row, tasks[key], lang))
        else:
            told.append(reason(row, bounds[key], lang, parts_of(row, parts) if is_whole(row, bounds[key]) else ()))
    return np.array(told, dtype=object)[which.to_numpy()]


def write(frame: pd.DataFrame, exporter: Exporter, to: Path | None) -> None:
    """Write a table in a form, to a file or (where the form is text) to standard output.

    Refused when it cannot be written, and a PluginError when the exporter of a plugin fails.
    """
    if to is None:
        if exporter.text is None:
            raise Refused(f"{exporter.name} is no text: say where to write it, as -o figures{exporter.suffix}.")
        sys.stdout.write(_text_of(exporter, frame))
        return
    if not to.parent.is_dir():
        raise _unwritten(to, "there is no such folder")
    text = None if exporter.text is None else _text_of(exporter, frame)
    try:
        if text is not None:
            to.write_text(text, "utf-8")
        else:
            assert exporter.write is not None, "a form has text or writes itself"
            _fenced(exporter, partial(exporter.write, frame, to))
    except OSError as error:
        raise _unwritten(to, error.strerror or str(error)) from error


def exporter_of(known: Mapping[str, Exporter], form: str | None, to: Path | None) -> Exporter:
    """Return the form with that name, else that which the ending of the file says, else CSV; WorkspaceError for neither."""
    if form is not None:
        if form not in known:
            near = nearest(form, known)
            cure = "" if near else f"The forms are {', '.join(known)}."
            raise WorkspaceError([Fault("--format", f'there is no form "{form}".', cure, near)])
        return known[form]
    if to is None or not to.suffix:
        return known["csv"]
    fitting = [each for each in known.values() if each.suffix == to.suffix.lower()]
    if not fitting:
        endings = ", ".join(dict.fromkeys(each.suffix for each in known.values()))
        cure = f"End the name with {endings}, or say --format {', '.join(known)}."
        raise WorkspaceError([Fault("--output", f'{to}: "{to.suffix}" is no form that klaremal writes.', cure)])
    # What core itself writes comes first: no plugin takes over .csv.
    return min(fitting, key=lambda each: "." in each.name)


def _text_of(exporter: Exporter, frame: pd.DataFrame) -> str:
    assert exporter.text is not None, "who asks has looked"
    text = _fenced(exporter, partial(exporter.text, frame))
    if not isinstance(text, str):
        raise PluginError(f"exporter {exporter.name}: text returned a {type(text).__name__}. Return the whole table as text.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        letter = repr(text[error.start])
        cure = "Decode what it reads as what it is, so that no half letters are left."
        raise PluginError(f"exporter {exporter.name}: its text holds {letter}, which is no letter of UTF-8. {cure}") from error
    return text


def _fenced(exporter: Exporter, call: Callable[[], Any]) -> Any:
    """Call what a plugin wrote; what it raises, but for what a disk says, names the exporter and the place."""
    try:
        return call()
    except (OSError, KlaremalError):
        raise
    except (Exception, SystemExit) as error:
        place = raised_at(error)
        what = f"it raised {type(error).__name__}: {error}{f' ({place})' if place else ''}"
        raise PluginError(f"exporter {exporter.name}: {what}. Nothing usable was written.") from error


def _unwritten(to: Path, why: str) -> Refused:
    return Refused(f"{to} cannot be written: {why}. Name a file in a folder you may write in, and close it in other programs.")
