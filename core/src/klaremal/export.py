"""Tables of the ledger as files for others: CSV, JSON and Parquet; what may not leave the municipality stays."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from klaremal.errors import Fault, Refused, WorkspaceError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.ready import Ready

TABLES = ("observations", "fulfilments")
FORMATS = ("csv", "json", "parquet")
_NAMED = 10


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
    internal = _internal(ready, frame["indicator"].unique())
    if internal:
        frame = frame[~frame["indicator"].isin(internal)]
        if frame.empty:
            raise Refused(
                f"{', '.join(internal)} may not be published (publication = internal): klaremal run and klaremal explain "
                "show it inside the municipality; export does not."
            )
    frame = frame.drop(columns=[column for column in ("run",) if column in frame.columns]).reset_index(drop=True)
    if name == "fulfilments":
        frame = frame.assign(reason=_reasons(ready, frame, lang))
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
    known = ready.bound.indicators
    return tuple(sorted(each for each in indicators if each not in known or known[each].publication == "internal"))


def _reasons(ready: Ready, frame: pd.DataFrame, lang: str) -> list[str]:
    from klaremal.reason.sentence import reason

    goals = {(each.goal.id, str(each.version)): each for each in ready.bound.goals}
    made = []
    rows: list[Any] = frame.to_dict("records")
    for row in rows:
        goal = goals.get((row["goal"], str(row["version"])))
        made.append("" if goal is None else reason(row, goal, lang))
    return made


def write(frame: pd.DataFrame, form: str, to: Path | None) -> None:
    """Write a table to a file, or to standard output; figures keep every digit and missing ones are empty or null."""
    if form == "parquet":
        if to is None:
            raise Refused("Parquet is not text: say where to write it, as -o figures.parquet.")
        _write_parquet(frame, to)
        return
    text = _csv(frame) if form == "csv" else _json(frame)
    if to is None:
        sys.stdout.write(text)
        return
    try:
        to.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise _unwritten(to, error.strerror or str(error)) from error


def _unwritten(to: Path, why: str) -> Refused:
    return Refused(f"{to} cannot be written: {why}. Name a file in a folder you may write in, and close it in other programs.")


def _write_parquet(frame: pd.DataFrame, to: Path) -> None:
    from klaremal.engine import Engine, text

    # Categories would be written as the engine's enumerations; others read plain text.
    plain = frame.astype({column: object for column in frame.columns if frame[column].dtype == "category"})
    if not to.parent.is_dir():
        raise _unwritten(to, "there is no such folder")
    with Engine.open(allowed=(to.parent.absolute(),)) as engine:
        engine.register("table_to_write", plain)
        engine.query(f"copy table_to_write to {text(to.absolute().as_posix())} (format parquet)", f"write {to.name}")


def _csv(frame: pd.DataFrame) -> str:
    text: str = frame.to_csv(index=False, lineterminator="\r\n" if sys.platform == "win32" else "\n")
    return text


def _json(frame: pd.DataFrame) -> str:
    plain = frame.astype(object).where(frame.notna(), None)
    return json.dumps(plain.to_dict("records"), ensure_ascii=False, indent=1, default=str) + "\n"
