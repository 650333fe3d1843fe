"""Parquet: files as one query with the types they were written with; nothing is parsed as text."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from klaremal.engine import Engine, text
from klaremal.errors import SourceUnreadable
from klaremal.reading.encoding import unavailable
from klaremal.reading.opened import Looked, Opened

_MARK = b"PAR1"


@frozen(kw_only=True)
class ParquetOptions:
    """Parquet files say everything themselves: there are no options."""


def open_parquet(paths: Iterable[Path], looked: Looked, engine: Engine) -> Opened:
    """Return Parquet files as one query, stacked by column name. Errors: SourceUnavailable, SourceUnreadable."""
    files = ", ".join(text(_checked(path, engine.scratch).as_posix()) for path in paths)
    if looked.numbered:
        cells = "* exclude (__path), parse_filename(__path) as __file, row_number() over () as __row"
        sql = f"select {cells} from read_parquet([{files}], union_by_name=true, filename='__path')"
    else:
        sql = f"select * from read_parquet([{files}], union_by_name=true)"
    columns = engine.columns(sql, "look at the columns of Parquet files")
    return Opened(sql=sql, columns=tuple(columns.items()), text=False)


def _checked(path: Path, scratch: Path) -> Path:
    """Refuse what is no whole Parquet file; return a copy when the engine would take its name for a pattern."""
    try:
        with path.open("rb") as file:
            first = file.read(4)
            size = file.seek(0, 2)
            file.seek(max(0, size - 4))
            last = file.read(4)
        if size == 0:
            raise SourceUnreadable("the file is empty (0 bytes). Fetch it again.", address=str(path))
        if first != _MARK:
            raise SourceUnreadable(
                "this is no Parquet file. Use the collector for its kind: csv, excel, json.", address=str(path)
            )
        if last != _MARK:
            raise SourceUnreadable("the Parquet file is cut off: its end is missing. Fetch it again.", address=str(path))
        if any(sign in str(path) for sign in "*?[]{}"):
            return Path(shutil.copyfile(path, scratch / f"parquet_{len(list(scratch.iterdir()))}.parquet"))
    except OSError as error:
        raise unavailable(path, error) from error
    return path.resolve()
