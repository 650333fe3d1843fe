"""From cells to typed columns: one SQL expression for each column of a contract, by its type; no rows are read here."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from klaremal.engine import text
from klaremal.model.column import Column
from klaremal.reading.dates import clean_date
from klaremal.reading.numbers import NumberStyle, clean_number
from klaremal.reading.opened import NATIVE_ENDING

# An earlier year is a slip of the hand (0206, 26).
_EARLIEST = "1800-01-01"
_BLANKS = " \t\r\n\u00a0\u200b\ufeff"
_TRUE = ("true", "sand", "ja", "j", "yes", "y", "1", "x")
_FALSE = ("false", "falsk", "nej", "nei", "n", "no", "0")
_FLOATS = frozenset({"DOUBLE", "FLOAT"})
_WHOLE = frozenset(sign + size for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"))
_SQL_TYPES = {
    "string": "VARCHAR", "period": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "year": "INTEGER",
}  # fmt: skip


@frozen(kw_only=True)
class Reading:
    """How the text of one column is read: figures in a style, dates in a declared form (None: ISO and day-month-year)."""

    style: NumberStyle = field(factory=NumberStyle)
    dates: str | None = None


def sql_type(column: Column) -> str:
    """Return the engine's type for a column: `number` is exact, DECIMAL(18, decimals)."""
    return f"DECIMAL(18, {column.decimals})" if column.type == "number" else _SQL_TYPES[column.type]


def trimmed(cell: str, cell_type: str, blanks: bool = True) -> str:
    """Write SQL for the text of a cell: without blanks around it, null when nothing is left.

    A number of a typed column is 2 for 2.0, and 2.5 with `NATIVE_ENDING`. Without `blanks` only spaces are looked for, which
    is three times as fast.
    """
    if cell_type == "VARCHAR":
        return f"nullif(trim({cell}, {text(_BLANKS)}), '')" if blanks else f"nullif(trim({cell}), '')"
    if cell_type in _FLOATS or cell_type.startswith("DECIMAL"):
        shown = f"cast({filled(cell, cell_type)} as varchar)"
        whole = f"regexp_replace({shown}, '[.]0+$', '')"
        return (
            f"case when regexp_full_match({whole}, '-?[0-9]+[.][0-9]+') then {whole} || {text(NATIVE_ENDING)} else {whole} end"
        )
    return f"nullif(trim(cast({cell} as varchar)), '')"


def mapped(cell: str, values: Mapping[str, str], markers: Mapping[str, str], typed_cell: str = "") -> tuple[str, str]:
    """Write SQL for a trimmed text after its values were mapped, and for the cause when it is a missing marker.

    `typed_cell` is what is kept instead of the text where no marker stands.
    """
    causes = " ".join(f"when {cell} = {text(marker)} then {text(cause)}" for marker, cause in markers.items() if marker)
    empty = f"when {cell} is null then {text(markers[''])}" if "" in markers else ""
    cause = f"case {empty} {causes} end" if markers else "null::varchar"
    ours = " ".join(f"when {text(theirs)} then {text(own)}" for theirs, own in values.items())
    known = typed_cell or (f"case {cell} {ours} else {cell} end" if values else cell)
    gone = [marker for marker in markers if marker]
    if gone:
        known = f"case when {cell} in ({', '.join(map(text, gone))}) then null else {known} end"
    return known, cause


def clean(cell: str, column: Column, reading: Reading) -> str:
    """Write SQL that brings a trimmed text into the form that `typed` casts; null when it cannot be read."""
    if column.type in ("integer", "number"):
        return clean_number(cell, reading.style)
    if column.type in ("date", "datetime"):
        return clean_date(cell, reading.dates)
    if column.type == "year":
        return f"case when regexp_full_match({cell}, '(1[89]|2[01])[0-9][0-9]([.,]0+)?(e0)?') then substr({cell}, 1, 4) end"
    if column.type == "boolean":
        lists = ", ".join(map(text, _TRUE)), ", ".join(map(text, _FALSE))
        return f"case when lower({cell}) in ({lists[0]}) then 'true' when lower({cell}) in ({lists[1]}) then 'false' end"
    plain = f"case when ends_with({cell}, {text(NATIVE_ENDING)}) then {without_native(cell)} else {cell} end"
    if column.type == "period":
        # A workbook's cell with the first of a month means the month.
        return f"regexp_replace({plain}, '^([0-9]{{4}})-([0-9]{{2}})-01( 00:00:00)?$', '\\1M\\2')"
    return plain


def typed(cell: str, column: Column, reading: Reading) -> str:
    """Write SQL that casts what `clean` left to the column's type; null when it does not fit."""
    wanted = sql_type(column)
    if column.type in ("date", "datetime"):
        return f"case when {cell} >= timestamp {text(_EARLIEST)} then cast({cell} as {wanted}) end"
    if column.type == "integer" and (reading.style.decimal is not None or reading.style.untidy):
        # A cast to a whole number rounds, and 12.5 must not become 12.
        exact = f"try_cast({cell} as decimal(38, 9))"
        return f"case when {exact} = floor({exact}) then try_cast({exact} as {wanted}) end"
    return cell if wanted == "VARCHAR" else f"try_cast({cell} as {wanted})"


def without_native(cell: str) -> str:
    """Write SQL that takes `NATIVE_ENDING` from a number, to show it as it was."""
    return f"regexp_replace({cell}, '^(-?[0-9]+[.][0-9]+){NATIVE_ENDING}$', '\\1')"


def is_typed_alike(cell_type: str, column: Column) -> bool:
    """Say whether cells of this engine type need no reading from text to become values of the column."""
    if column.type in ("integer", "number"):
        return cell_type in _WHOLE | _FLOATS or cell_type.startswith("DECIMAL")
    if column.type in ("date", "datetime"):
        return cell_type == "DATE" or cell_type.startswith("TIMESTAMP")
    return cell_type in _WHOLE if column.type == "year" else cell_type == "BOOLEAN" and column.type == "boolean"


def columns_where(conditions: Mapping[str, str], some: str) -> str:
    """Write SQL for the columns whose conditions hold, as `|days|kind|`; null where `some` does not hold."""
    names = " || ".join(
        f"case when {condition} then {text(f'{column}|')} else '' end" for column, condition in conditions.items()
    )
    return f"case when {some} then '|' || {names} end" if conditions else "null::varchar"


def is_in(column: str, columns: str) -> str:
    """Write SQL that says whether a column is among those that `columns_where` gave."""
    return f"contains({columns}, {text(f'|{column}|')})"


def filled(cell: str, cell_type: str) -> str:
    """Write SQL for a typed cell with NaN, which says that there is no value, as null."""
    return f"nullif({cell}, 'nan'::{cell_type})" if cell_type in _FLOATS else cell


def cast_alike(cell: str, cell_type: str, column: Column) -> str:
    """Write SQL that casts a typed cell to the column's type; null when it does not fit."""
    if column.type == "integer" and cell_type not in _WHOLE:
        return f"case when {cell} = floor({cell}) then try_cast({cell} as BIGINT) end"
    if column.type in ("date", "datetime"):
        return typed(f"cast({cell} as timestamp)", column, Reading())
    return f"try_cast({cell} as {sql_type(column)})"
