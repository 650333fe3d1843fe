"""Rows that stand twice: copies are left out, rows with one key and different content are flagged; runs on a table of rows."""

from __future__ import annotations

from collections.abc import Sequence

from klaremal.engine import Engine, name, text


def has_duplicates(engine: Engine, relation: str, columns: Sequence[str]) -> bool:
    """Say whether some key stands in more than one row; a key that is empty altogether is none."""
    sql = f"select 1 from {name(relation)} where {_some(columns)} group by {_list(columns)} having count(*) > 1 limit 1"
    return bool(engine.query(sql, f"look for rows with the same {', '.join(columns)}"))


def drop_copies(engine: Engine, table: str, columns: Sequence[str], content: Sequence[str]) -> int:
    """Delete all but the first of rows that have one key and the same content; return how many were deleted."""
    keys = engine.fresh("keys")
    engine.query(
        f"create temp table {name(keys)} as select {_list(columns)} from {name(table)} where {_some(columns)} "
        f"group by {_list(columns)} having count(*) > 1",
        "keys that stand several times",
    )
    met = " and ".join(f"r.{name(column)} is not distinct from k.{name(column)}" for column in columns)
    numbered = (
        f"select r.rowid as row, row_number() over (partition by {_list(content, 'r.')} order by r.rowid) as copy "
        f"from {name(table)} r join {name(keys)} k on {met}"
    )
    before = _rows(engine, table)
    engine.query(
        f"delete from {name(table)} where rowid in (select row from ({numbered}) where copy > 1)", "leave out copies of rows"
    )
    engine.query(f"drop table {name(keys)}", "drop keys")
    return before - _rows(engine, table)


def flag_conflicts(engine: Engine, table: str, columns: Sequence[str], rule: str) -> None:
    """Flag every row whose key stands in another row that is not bad: which of them holds is not known."""
    met = " and ".join(f"r.{name(column)} is not distinct from k.{name(column)}" for column in columns)
    keys = (
        f"select {_list(columns)} from {name(table)} where __bad is null and {_some(columns)} "
        f"group by {_list(columns)} having count(*) > 1"
    )
    engine.query(
        f"update {name(table)} as r set __bad = {text(rule)} from ({keys}) as k where r.__bad is null and {met}",
        f"flag rows with the same {', '.join(columns)}",
    )


def _some(columns: Sequence[str]) -> str:
    return "(" + " or ".join(f"{name(column)} is not null" for column in columns) + ")"


def _list(columns: Sequence[str], before: str = "") -> str:
    return ", ".join(before + name(column) for column in columns)


def _rows(engine: Engine, table: str) -> int:
    return int(engine.query(f"select count(*) from {name(table)}", "count rows")[0][0])
