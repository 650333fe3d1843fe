"""The query of a made dataset: one SELECT over the rows of named datasets that reads nothing else; it runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from klaremal.errors import DeclarationError, nearest

if TYPE_CHECKING:
    from sqlglot import exp

_DIALECT: Final = "duckdb"
# Functions that reach out of the query: files, settings, the clock and chance. The same rows must give the same result.
_READING: Final = ("read_", "duckdb_", "pragma_", "parquet_", "sniff_", "st_read", "iceberg_", "delta_")
_OUTSIDE: Final = frozenset({
    "current_setting", "current_query", "getenv", "getvariable", "glob", "json_execute_serialized_sql", "nextval", "now",
    "query", "query_table", "random", "setseed", "sql_auto_complete", "today", "transaction_timestamp", "uuid",
    "gen_random_uuid", "currval", "version", "current_user", "current_database", "current_schema",
})  # fmt: skip


@frozen
class MadeQuery:
    """One SELECT, checked; `text` is as it was written."""

    text: str
    _tree: exp.Query = field(eq=False, repr=False)

    @classmethod
    def of(cls, text: str, tables: Sequence[str], place: str) -> MadeQuery:
        """Read a query that may use these tables; DeclarationError, begun with `place`, says what is wrong and where."""
        tree = _parsed(text, place)
        for problem in _problems(tree, tables):
            raise DeclarationError(f"{place}: {problem}")
        return cls(text, tree)

    def sql(self, relations: Iterable[tuple[str, str]], dialect: str) -> str:
        """Write the query in a dialect over relations: pairs of the name of a table in it and a SELECT of its rows."""
        given = ", ".join(f'"{name}" as ({select})' for name, select in relations)
        return f"with {given} select * from ({self._tree.sql(dialect=dialect)}) made"


def _parsed(text: str, place: str) -> exp.Query:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        found = [each for each in sqlglot.parse(text, dialect=_DIALECT) if each is not None]
    except SqlglotError as error:
        raise DeclarationError(f"{place}: {_said(error)}") from error
    if len(found) != 1:
        raise DeclarationError(f"{place}: it is {len(found)} statements; write one SELECT, and no semicolon inside.")
    tree = found[0]
    if not isinstance(tree, exp.Query):
        raise DeclarationError(f"{place}: it is no SELECT ({tree.key.upper()}); a made dataset only reads rows.")
    return tree


def _said(error: Exception) -> str:
    """Return what the parser says, with the line that it stopped in and a caret under the place."""
    details = getattr(error, "errors", None) or [{}]
    first = details[0]
    if not first.get("description"):
        return f"it cannot be read: {str(error).splitlines()[0]}. Write one SELECT."
    before = str(first.get("start_context", "")).rpartition("\n")[2]
    line = f"{before}{first.get('highlight', '')}{str(first.get('end_context', '')).partition(chr(10))[0]}"
    where = f"line {first['line']}" if first.get("line") else "the end"
    # Of a part that is not there the parser says which of its own classes lacks it, and what it found as an object of its own.
    what = str(first["description"]).partition(" but got <")[0]
    what = "something is missing" if what.startswith("Required keyword") else what
    return f"it cannot be read at {where}: {what}\n  {line}\n  {' ' * len(before)}^"


def _problems(tree: exp.Query, tables: Sequence[str]) -> Iterator[str]:
    from sqlglot import exp

    named = {each.alias.casefold() for each in tree.find_all(exp.CTE)}
    for table in tables:
        if table in named:
            yield f'WITH gives the name of a dataset, "{table}", to a query of its own; call that something else.'
    known = {*tables, *named}
    for node in tree.walk():
        if isinstance(node, exp.Table):
            yield from _of_table(node, known, tables)
        elif isinstance(node, (exp.DML, exp.DDL, exp.Into, exp.Command)) and not isinstance(node, exp.Query):
            yield f"{node.key.upper()} writes; a made dataset only reads rows."
        elif isinstance(node, exp.Func):
            yield from _of_function(node)


def _of_table(node: exp.Table, known: set[str], tables: Sequence[str]) -> Iterator[str]:
    from sqlglot import exp

    shown = node.sql(dialect=_DIALECT)
    if isinstance(node.this, (exp.Unnest, exp.GenerateSeries)):
        return
    if not isinstance(node.this, exp.Identifier):
        yield f"FROM {shown}: it reads something else than rows of its datasets ({', '.join(tables)}). Read only those."
    elif node.db or node.name.casefold() not in known:
        near = nearest(node.name, tables)
        cure = f'Did you mean "{near}"?' if near else f"It may read {', '.join(tables)}: name others in made_from."
        yield f"there is no table {shown}. {cure}"


def _of_function(node: exp.Func) -> Iterator[str]:
    from sqlglot import exp

    called = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).casefold()
    clock = (exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.Rand, exp.Uuid)
    if isinstance(node, clock) or called in _OUTSIDE or called.startswith(_READING):
        yield f"{called}() reads files, settings, the clock or chance; use only what stands in the rows."
