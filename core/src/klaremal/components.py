"""Components: what a pass found per unit text and period, exact, and the files in which they are kept between runs.

`.klaremal/components/<key>.parquet` holds the numbers and `<key>.json` what the checks had said of the rows, so that on
unchanged data nothing is prepared, checked or scanned again. The files hold counts that are never published.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from attrs import asdict, frozen

from klaremal.canonical import digest
from klaremal.compile import Output, outputs
from klaremal.engine import name, text
from klaremal.errors import KlaremalError
from klaremal.model.outcome import SetAside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.engine import Engine
    from klaremal.plan import Pass

FOLDER: Final = "components"
# Changes whenever the content of the files does: older ones are then not found.
_LAYOUT: Final = 1
_LARGEST: Final = 2**62
_DIGITS_OF_SQUARES: Final = 6


@frozen(eq=False)
class Groups:
    """The rows of a pass, added up by unit text and period: one column for each output of its statement.

    Exact numbers are whole: a sum with two decimals is kept in hundredths, as `int64`, or as Python integers where those do
    not suffice. Sums of squares and published quotients are floats. `unit` is None where a row names no unit.
    """

    unit: NDArray[Any]
    period: NDArray[Any]
    columns: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.unit)


@frozen(kw_only=True)
class Report:
    """What the checks said of the rows behind kept components."""

    total: int
    bad: int
    set_aside: tuple[SetAside, ...] = ()
    newest_event: date | None = None
    warnings: tuple[str, ...] = ()


def key(fingerprint: str, pass_: Pass, closed: Sequence[str], versions: Sequence[str], places: str = "") -> str:
    """Return the name under which a pass is kept: a hash of all that its numbers follow from; goals and today are not in it.

    `fingerprint` is of the source's content, section and contract, `closed` the workspace's own holidays, `versions` those
    of klaremal and the engine. With `places`, a hash of where each group lies in the tree of units, it is the key of the
    terms that cannot be added.
    """
    what = (pass_.dated_by, pass_.single, places) if places else (pass_.dated_by, pass_.terms)
    return digest(_LAYOUT, fingerprint, what, tuple(closed), tuple(versions))


# -- kept files ------------------------------------------------------------------------------------------------------


def load(engine: Engine, state: Path, key: str, pass_: Pass) -> tuple[Groups, Report] | None:
    """Return what is kept under a key, or None; files that cannot be read count as not kept."""
    path = _path(state, key)
    try:
        report = _report(json.loads(path.with_suffix(".json").read_text("utf-8")))
        return fetched(engine, f"read_parquet({text(path.as_posix())})", pass_), report
    except (OSError, KlaremalError, ValueError, KeyError, TypeError):
        # Half a file after a power cut, say: the source is there to be read again.
        return None


def store(engine: Engine, state: Path, key: str, groups: Groups, pass_: Pass, report: Report) -> None:
    """Keep the groups of a pass; a reader finds both files whole, or none."""
    frame: dict[str, Any] = {"unit": groups.unit, "period": groups.period}
    columns = ["unit", "period"]
    for each in outputs(pass_):
        values = groups.columns[each.name]
        is_large = each.kind == "decimal" and values.dtype == object
        frame[each.name] = [_decimal_text(value, each.scale or 0) for value in values] if is_large else values
        columns.append(_exact(each, values))
    path = _path(state, key)
    _copy(engine, pd.DataFrame(frame), ", ".join(columns), path)
    unfinished = path.with_suffix(f".{os.getpid()}.json")
    unfinished.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1, default=date.isoformat), "utf-8")
    unfinished.replace(path.with_suffix(".json"))


def load_frame(engine: Engine, state: Path, key: str) -> pd.DataFrame | None:
    """Return the frame kept under a key (of terms that cannot be added), or None."""
    path = _path(state, key)
    if not path.exists():
        return None
    try:
        return engine.frame(f"select * from read_parquet({text(path.as_posix())})", "read kept components")
    except KlaremalError:
        return None


def store_frame(engine: Engine, state: Path, key: str, frame: pd.DataFrame) -> None:
    """Keep a frame of terms that cannot be added."""
    _copy(engine, frame, "*", _path(state, key))


def _path(state: Path, key: str) -> Path:
    return state / FOLDER / f"{key}.parquet"


def _copy(engine: Engine, frame: pd.DataFrame, columns: str, path: Path) -> None:
    """Write a frame beside its place and move it there whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    relation = engine.fresh("to_keep")
    engine.register(relation, frame)
    unfinished = path.with_suffix(f".{os.getpid()}.parquet")
    try:
        target = text(unfinished.as_posix())
        engine.query(f"copy (select {columns} from {relation}) to {target} (format parquet)", "keep components")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _exact(each: Output, values: NDArray[Any]) -> str:
    """Return the SQL that writes a column as it is meant: a sum as the decimal number that it is."""
    column = name(each.name)
    if each.kind == "text":
        return f"cast({column} as text) as {column}"
    if each.kind != "decimal":
        return column
    scale = each.scale or 0
    if values.dtype == object:
        return f"cast({column} as decimal(38, {scale})) as {column}"
    unit = f"cast(1e-{scale} as decimal({max(scale, 1)}, {scale}))"
    digits = 18 if not len(values) or np.abs(values).max() < 10**18 else 38
    return f"cast(cast({column} as decimal(19, 0)) * {unit} as decimal({digits}, {scale})) as {column}"


def _decimal_text(value: int, scale: int) -> str:
    return str(Decimal(value).scaleb(-scale))


def _report(plain: dict[str, Any]) -> Report:
    newest = plain["newest_event"]
    aside = tuple(SetAside(**each) for each in plain["set_aside"])
    return Report(
        total=int(plain["total"]),
        bad=int(plain["bad"]),
        set_aside=aside,
        newest_event=date.fromisoformat(newest) if newest else None,
        warnings=tuple(plain["warnings"]),
    )


# -- from the engine to exact columns --------------------------------------------------------------------------------


def fetched(engine: Engine, relation: str, pass_: Pass) -> Groups:
    """Return a relation with the outputs of a pass as exact columns, in the order of unit and period."""
    wanted = outputs(pass_)
    large = _large(engine, relation, [each for each in wanted if each.kind == "decimal"])
    read = ", ".join(_read(each, each.name in large) for each in wanted)
    order = "order by 1 nulls first, 2 nulls first"
    frame = engine.frame(f"select unit, period, {read} from {relation} {order}", "fetch components")
    columns = {each.name: _column(frame[each.name], each, each.name in large) for each in wanted}
    period = frame["period"].to_numpy(dtype=np.int64) if pass_.by_day else _texts(frame["period"])
    return Groups(_texts(frame["unit"]), period, columns)


def _large(engine: Engine, relation: str, decimals: Sequence[Output]) -> frozenset[str]:
    """Return the columns whose numbers do not fit into 62 bits as whole numbers."""
    if not decimals:
        return frozenset()
    largest = ", ".join(f"max(abs({name(each.name)}))" for each in decimals)
    found = engine.query(f"select {largest} from {relation}", "largest components")[0]
    return frozenset(
        each.name
        for each, value in zip(decimals, found, strict=True)
        if value is not None and Decimal(value).scaleb(each.scale or 0) > _LARGEST
    )


def _read(each: Output, is_large: bool) -> str:
    column = name(each.name)
    if each.kind != "decimal":
        return column
    known = f"coalesce({column}, 0)"
    if is_large:
        return f"cast({known} as text) as {column}"
    # Kept columns may be narrow decimals, in which the product would not fit.
    exact = f"cast({known} as decimal(38, {each.scale or 0}))"
    return f"cast({exact} * {10 ** (each.scale or 0)} as bigint) as {column}"


def _column(column: pd.Series[Any], each: Output, is_large: bool) -> NDArray[Any]:
    if each.kind == "text":
        return _texts(column)
    if each.kind == "float":
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if each.kind == "squares":
        return _rounded(column.to_numpy(dtype=np.float64, na_value=0.0))
    if is_large:
        return np.array([int(value.replace(".", "")) for value in column], dtype=object)
    return column.to_numpy(dtype=np.int64)


def _texts(column: pd.Series[Any]) -> NDArray[Any]:
    values = column.astype(object)
    return values.where(values.notna(), None).to_numpy()


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep six significant digits: the rest of a sum of floats depends on the order in which threads came by."""
    with np.errstate(divide="ignore"):
        spare = np.floor(np.log10(np.abs(values))) - (_DIGITS_OF_SQUARES - 1)
    spare = np.where(np.isfinite(spare), spare, 0)
    up, down = 10.0 ** np.maximum(spare, 0), 10.0 ** np.maximum(-spare, 0)
    rounded: NDArray[np.float64] = np.round(values / up * down) * up / down
    return rounded
