"""Components: what a pass found per unit text and period, exact, and the files in which they are kept between runs.

`.klaremal/components/<key>.parquet` holds the numbers and `<key>.json` what the checks had said of the rows, so that on
unchanged data nothing is prepared, checked or scanned again. A file grows with the terms that goals come to need; those of
goals that are gone stay in it. The files hold counts that are never published.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from attrs import asdict, frozen

from klaremal.canonical import digest
from klaremal.compile import Output, outputs, value_names
from klaremal.engine import name, text
from klaremal.errors import KlaremalError
from klaremal.model.outcome import SetAside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.engine import Engine
    from klaremal.model.measure import Term
    from klaremal.plan import Pass, Single

FOLDER: Final = "components"
# Changes whenever the content of the files does: older ones are then not found.
_LAYOUT: Final = 4
_LARGEST: Final = 2**62
_DIGITS_OF_SQUARES: Final = 6
# Digits of a term's hash that name its columns.
_NAME: Final = 24


@frozen(eq=False)
class Groups:
    """The rows of a pass, added up by unit text and period: one column for each output of its statement.

    Exact numbers are whole: a sum with two decimals is kept in hundredths, as `int64`, or as Python integers where those do
    not suffice. Sums of squares and published quotients are floats. `unit` is None where a row names no unit.
    `values` are those of the columns of the breakdown, as the statement marks them, None where a row has none.
    """

    unit: NDArray[Any]
    period: NDArray[Any]
    columns: dict[str, NDArray[Any]]
    values: tuple[NDArray[Any], ...] = ()

    def take(self, which: Any) -> Groups:
        """Return the chosen groups, by mask or by position."""
        columns = {name: values[which] for name, values in self.columns.items()}
        return Groups(self.unit[which], self.period[which], columns, tuple(values[which] for values in self.values))

    def __len__(self) -> int:
        return len(self.unit)


@frozen(kw_only=True)
class Report:
    """What the checks said of the rows behind kept components on a day.

    `newest` is the last day that each source shows, and `delivered` how many rows each has.
    """

    total: int
    bad: int
    found_on: date
    set_aside: tuple[SetAside, ...] = ()
    newest: tuple[date | None, ...] = ()
    delivered: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


def key(
    fingerprint: str,
    dated_by: str,
    closed: Sequence[str],
    versions: Sequence[str],
    places: str = "",
    clock: str = "",
    breakdown: Sequence[str] = (),
) -> str:
    """Return the name under which what is found of a dataset by a date is kept: a hash of all that its numbers follow from.

    Neither goals nor today are in it. `fingerprint` is of the source's content, section and contract, `closed` the country
    and the workspace's own holidays, `versions` those of klaremal and the engine. `places` is for terms that cannot be added:
    a hash of the unit and the period that each group counts in, of one level and frequency. `clock` is a hash of the clock that
    says by which day cases count, and of all that it looks at besides them, `breakdown` are the columns that tell rows apart.
    """
    return digest(_LAYOUT, fingerprint, dated_by, tuple(closed), tuple(versions), places, clock, tuple(breakdown))


# -- kept files ------------------------------------------------------------------------------------------------------


def load_report(state: Path, key: str, today: date) -> Report | None:
    """Return what the checks had said of the rows behind what is kept under a key, or None; half a file is none.

    What was found on a later day than `today` does not hold: rows of the days between were no mistake then.
    """
    try:
        report = _report(json.loads(_path(state, key).with_suffix(".json").read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return report if report.found_on <= today else None


def load(engine: Engine, state: Path, key: str, pass_: Pass) -> Groups | None:
    """Return what is kept of a pass, or None when a term of it is not; a file that cannot be read counts as not kept."""
    columns = [f"{name(stored)} as {name(each)}" for each, stored in _stored(outputs(pass_), pass_.terms, "c").items()]
    frame = _read_kept(engine, _path(state, key), ["unit", "period", *value_names(pass_)], columns)
    try:
        return None if frame is None else _groups(frame, pass_)
    except (ValueError, TypeError):
        # Columns that another hand has changed: the source is there to be read again.
        return None


def store(engine: Engine, state: Path, key: str, groups: Groups, pass_: Pass, report: Report) -> None:
    """Keep the groups of a pass beside the terms that are kept already; a reader finds both files whole, or none.

    Sums are kept as the whole numbers that they are here (in hundredths, say), and as text where those are too large.
    """
    by = value_names(pass_)
    frame = {"unit": groups.unit, "period": groups.period, **dict(zip(by, groups.values, strict=True))}
    words = ["unit", *by, *(() if pass_.by_day else ("period",))]
    stored = _stored(outputs(pass_), pass_.terms, "c")
    for each in outputs(pass_):
        values = groups.columns[each.name]
        frame[stored[each.name]] = values.astype(str) if each.kind == "decimal" and values.dtype == object else values
        words += [stored[each.name]] if each.kind == "text" else []
    path = _path(state, key)
    _add(engine, pd.DataFrame(frame), words, ("unit", "period", *by), path)
    unfinished = path.with_suffix(f".{os.getpid()}.json")
    unfinished.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1, default=date.isoformat), "utf-8")
    unfinished.replace(path.with_suffix(".json"))


def load_single(engine: Engine, state: Path, key: str, pass_: Pass, single: Single) -> pd.DataFrame | None:
    """Return the terms that cannot be added of one level and frequency, as `scan_single` gives them, or None."""
    columns = [f"{name(stored)} as {name(each)}" for each, stored in _stored_single(single).items()]
    frame = _read_kept(engine, _path(state, key), ["unit", "start", *value_names(pass_)], columns)
    if frame is not None:
        frame.insert(0, "level", single.level)
        frame.insert(1, "frequency", single.frequency)
    return frame


def store_single(engine: Engine, state: Path, key: str, frame: pd.DataFrame, pass_: Pass, single: Single) -> None:
    """Keep terms that cannot be added, of one level and frequency, beside those that are kept already."""
    stored = _stored_single(single)
    by = value_names(pass_)
    plain = frame[["unit", "start", *by, *stored]].rename(columns=stored)
    _add(engine, plain, ("unit", *by), ("unit", "start", *by), _path(state, key))


def _path(state: Path, key: str) -> Path:
    return state / FOLDER / f"{key}.parquet"


def _stored(columns: Iterable[Output], terms: Sequence[Term], letter: str) -> dict[str, str]:
    """Return the name under which each column is kept: that of a term is its hash, so that other terms may stand beside it."""
    names = {f"{letter}{place}": f"t{digest(term)[:_NAME]}" for place, term in enumerate(terms)}
    found = {}
    for each in columns:
        base, part, rest = each.name.partition("_")
        found[each.name] = f"{names.get(base, base)}{part}{rest}"
    return found


def _stored_single(single: Single) -> dict[str, str]:
    return _stored([Output(f"s{place}", "float") for place in range(len(single.terms))], single.terms, "s")


def _order(by: int) -> str:
    return "order by " + ", ".join(f"{place + 1} nulls first" for place in range(by))


def _read_kept(engine: Engine, path: Path, by: Sequence[str], columns: Sequence[str]) -> pd.DataFrame | None:
    """Return columns of a kept file; None where there is no such file or column, and half a file (a power cut) is none."""
    if not path.exists():
        return None
    try:
        read = ", ".join([*by, *columns])
        sql = f"select {read} from read_parquet({text(path.as_posix())}) {_order(len(by))}"
        return engine.frame(sql, "read kept components")
    except KlaremalError:
        return None


def _add(engine: Engine, frame: pd.DataFrame, words: Iterable[str], on: Sequence[str], path: Path) -> None:
    """Write a frame beside its place, with those columns of the file there that it lacks, and move it there whole.

    Both have the same rows, told apart by `on`. `words` are columns of text: where nothing is filled in, pandas does not know.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    relation = engine.fresh("to_keep")
    engine.register(relation, frame)
    plain = ", ".join(f"cast({name(each)} as text) as {name(each)}" for each in words)
    content = f"select * replace ({plain}) from {name(relation)}"
    others = [each for each in _columns(engine, path) if each not in frame.columns]
    if others:
        met = " and ".join(f"n.{name(each)} is not distinct from k.{name(each)}" for each in on)
        kept = ", ".join(f"k.{name(each)}" for each in others)
        content = f"select n.*, {kept} from ({content}) n left join read_parquet({text(path.as_posix())}) k on {met}"
    unfinished = path.with_suffix(f".{os.getpid()}.parquet")
    try:
        target = text(unfinished.as_posix())
        engine.query(f"copy ({content} {_order(len(on))}) to {target} (format parquet)", "keep components")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _columns(engine: Engine, path: Path) -> Iterable[str]:
    if not path.exists():
        return ()
    try:
        return engine.columns(f"select * from read_parquet({text(path.as_posix())})", "columns that are kept already")
    except KlaremalError:
        return ()


def _report(plain: dict[str, Any]) -> Report:
    return Report(
        total=int(plain["total"]),
        bad=int(plain["bad"]),
        set_aside=tuple(SetAside(**each) for each in plain["set_aside"]),
        newest=tuple(date.fromisoformat(day) if day else None for day in plain["newest"]),
        delivered=tuple(map(int, plain["delivered"])),
        warnings=tuple(plain["warnings"]),
        found_on=date.fromisoformat(plain["found_on"]),
    )


# -- from the engine to exact columns --------------------------------------------------------------------------------


def fetched(engine: Engine, relation: str, pass_: Pass) -> Groups:
    """Return a relation with the outputs of a pass as exact columns, in the order of unit and period."""
    wanted, by = outputs(pass_), ["unit", "period", *value_names(pass_)]
    large = _large(engine, relation, [each for each in wanted if each.kind == "decimal"])
    read = ", ".join([*by, *(_read(each, each.name in large) for each in wanted)])
    return _groups(engine.frame(f"select {read} from {relation} {_order(len(by))}", "fetch components"), pass_)


def _groups(frame: pd.DataFrame, pass_: Pass) -> Groups:
    columns = {each.name: _column(frame[each.name], each) for each in outputs(pass_)}
    period = frame["period"].to_numpy(dtype=np.int64) if pass_.by_day else _texts(frame["period"])
    return Groups(_texts(frame["unit"]), period, columns, tuple(_texts(frame[each]) for each in value_names(pass_)))


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
    if is_large:
        # The text of a decimal without its point is the whole number.
        return f"replace(cast(coalesce({column}, 0) as text), '.', '') as {column}"
    return f"cast(coalesce({column}, 0) * {10 ** (each.scale or 0)} as bigint) as {column}"


def _column(column: pd.Series[Any], each: Output) -> NDArray[Any]:
    if each.kind == "text":
        return _texts(column)
    if each.kind == "float":
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if each.kind == "squares":
        return _rounded(column.to_numpy(dtype=np.float64, na_value=0.0))
    if each.kind == "decimal" and not pd.api.types.is_integer_dtype(column.dtype):
        return np.array([int(value) for value in column], dtype=object)
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
