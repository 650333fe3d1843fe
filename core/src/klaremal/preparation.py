"""What core does to every source before its contract is checked: renaming, mapping, reading; touches no rows itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from attrs import evolve, field, fields, frozen

from klaremal.errors import DeclarationError, nearest
from klaremal.model.column import MISSING_CAUSES

# A bare marker in a source's `missing` says only that there is no figure.
DEFAULT_CAUSE = "no_data"

_DECIMALS = (",", ".")
_THOUSANDS = (".", ",", " ", "'")
_QUERY = re.compile(r"\s*(--[^\n]*\n\s*)*(select|with|from)\b", re.IGNORECASE)
_DATE_PARTS = re.compile(r"yyyy|åååå|yy|åå|dd|d|MM|mm|m|HH|hh|SS|ss|[^A-Za-zæøåÆØÅ]|.")
_DATES_EXAMPLE = 'Write dates = "dd-mm-yyyy" or dates = "yyyy-mm-dd HH:MM".'
_DATE_CODES = {
    "yyyy": "%Y", "åååå": "%Y", "yy": "%y", "åå": "%y", "dd": "%d", "d": "%d", "mm": "%m", "m": "%m",
    "HH": "%H", "hh": "%H", "MM": "%M", "SS": "%S", "ss": "%S",
}  # fmt: skip


def _text(value: Any, where: str) -> str:
    """Return a value of a TOML file as the text that a source could hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise DeclarationError(f'{where}: {value!r} is not a text, a number or a date. Write "yours" = "klaremal\'s".')


def _table(value: Any, key: str, example: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple) and all(isinstance(each, tuple) and len(each) == 2 for each in value):
        return dict(value)
    raise DeclarationError(f"{key}: {value!r} is not a table. Write {key} = {example}.")


def _columns(value: Any) -> tuple[tuple[str, str], ...]:
    table = _table(value, "columns", '{ ratio = "Børn pr. voksen" }')
    for name, header in table.items():
        if not isinstance(header, str) or not header.strip():
            raise DeclarationError(f'columns: {name} = {header!r} is not a header. Write {name} = "your header".')
    return tuple((str(name), header) for name, header in table.items())


def _values(value: Any) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    example = '{ type = { "Enfam." = "enfamiliehus" } }'
    made = []
    for column, table in _table(value, "values", example).items():
        if not isinstance(table, (Mapping, tuple)):
            raise DeclarationError(f"values: {column} = {table!r} is not a table. Write values = {example}.")
        given = _table(table, f"values.{column}", '{ "Enfam." = "enfamiliehus" }')
        pairs = tuple((str(theirs), _text(ours, f"values.{column}")) for theirs, ours in given.items())
        made.append((str(column), pairs))
    return tuple(made)


def _constants(value: Any) -> tuple[tuple[str, str], ...]:
    table = _table(value, "constants", '{ ownership = "privat" }')
    return tuple((str(column), _text(each, f"constants.{column}")) for column, each in table.items())


def _marker(column: str, marker: str, cause: Any) -> tuple[str, str, str]:
    if cause not in MISSING_CAUSES:
        near = nearest(str(cause), MISSING_CAUSES)
        hint = f' Did you mean "{near}"?' if near else ""
        raise DeclarationError(
            f'missing: the marker "{marker}" has the cause {cause!r}. Use one of {", ".join(MISSING_CAUSES)}.{hint}'
        )
    return (column, marker, str(cause))


def _missing(value: Any) -> tuple[tuple[str, str, str], ...]:
    """Read a list of markers, `{ marker = cause }` or `{ column = either }` as (column or "", marker, cause)."""
    if isinstance(value, tuple) and all(isinstance(each, tuple) and len(each) == 3 for each in value):
        return value
    if isinstance(value, str):
        value = [value]
    if isinstance(value, (list, tuple)):
        return tuple(_marker("", _text(marker, "missing"), DEFAULT_CAUSE) for marker in value)
    if not isinstance(value, Mapping):
        raise DeclarationError(f'missing: {value!r} is not a list of markers. Write missing = ["..", "-"].')
    made: list[tuple[str, str, str]] = []
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            made += [_marker(str(name), str(marker), cause) for marker, cause in inner.items()]
        elif isinstance(inner, (list, tuple)):
            made += [_marker(str(name), _text(marker, "missing"), DEFAULT_CAUSE) for marker in inner]
        else:
            made.append(_marker("", str(name), inner))
    return tuple(made)


@frozen(kw_only=True)
class WideToLong:
    """One row per row and further column: the headers to keep, and the columns that get the header and the cell."""

    keep: tuple[str, ...]
    names: str
    values: str


_WIDE_EXAMPLE = 'wide_to_long = { keep = ["Kommune"], names = "year", values = "ratio" }'


def _wide(value: Any) -> WideToLong | None:
    if value is None or isinstance(value, WideToLong):
        return value
    if not isinstance(value, Mapping) or set(value) != {"keep", "names", "values"}:
        raise DeclarationError(f"wide_to_long: {value!r} does not name keep, names and values. Write {_WIDE_EXAMPLE}.")
    keep = [value["keep"]] if isinstance(value["keep"], str) else value["keep"]
    given = [*keep, value["names"], value["values"]] if isinstance(keep, (list, tuple)) else [None]
    if not all(isinstance(name, str) and name for name in given):
        raise DeclarationError(f"wide_to_long: names are text in quotes. Write {_WIDE_EXAMPLE}.")
    return WideToLong(keep=tuple(keep), names=value["names"], values=value["values"])


def _sign(value: Any, key: str, allowed: tuple[str, ...]) -> str | None:
    if value is None or value in allowed:
        return None if value is None else str(value)
    shown = ", ".join(f'"{sign}"' for sign in allowed)
    raise DeclarationError(f"{key}: {value!r} is none of {shown}.")


def _decimal(value: Any) -> str | None:
    return _sign(value, "decimal", _DECIMALS)


def _separator(value: Any) -> str | None:
    return _sign(value, "thousands", _THOUSANDS)


def date_format(style: str) -> str:
    """Return the strptime form of a style such as "dd-mm-yyyy HH:MM"; Danish (åååå) and small hours (hh) will do."""
    made, in_time = "", False
    for part in _DATE_PARTS.findall(style):
        in_time = in_time or part in ("HH", "hh")
        if in_time and part in ("mm", "m"):
            made += "%M"
        elif part in _DATE_CODES:
            made += _DATE_CODES[part]
        elif part.isalpha() and part != "T":
            raise DeclarationError(f'dates: "{part}" in {style!r} is not understood. {_DATES_EXAMPLE}')
        else:
            made += "%%" if part == "%" else part
    if not (("%Y" in made or "%y" in made) and "%m" in made and "%d" in made):
        raise DeclarationError(f"dates: {style!r} does not have a day, a month and a year. {_DATES_EXAMPLE}")
    return made


def _dates(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise DeclarationError(f"dates: {value!r} is not a style of dates. {_DATES_EXAMPLE}")
    date_format(value)
    return value


def _sql(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and _QUERY.match(value):
        return value
    raise DeclarationError('sql: this is not a query. Write sql = "select ... from source".')


@frozen(kw_only=True)
class Preparation:
    """How the text of a source becomes the columns of a dataset; everything is optional, and everything is text still.

    `columns` are pairs of klaremal's column and the source's header. `values` maps, per column, the source's value to
    klaremal's. `missing` holds (column or "" for all of them, marker, cause). `constants` fill missing columns.
    `sql` is one query over the relation `source`. `decimal`, `thousands` and `dates` None means: found from the values.
    """

    columns: tuple[tuple[str, str], ...] = field(default=(), converter=_columns)
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = field(default=(), converter=_values)
    missing: tuple[tuple[str, str, str], ...] = field(default=(), converter=_missing)
    constants: tuple[tuple[str, str], ...] = field(default=(), converter=_constants)
    wide_to_long: WideToLong | None = field(default=None, converter=_wide)
    sql: str | None = field(default=None, converter=_sql)
    decimal: str | None = field(default=None, converter=_decimal)
    thousands: str | None = field(default=None, converter=_separator)
    dates: str | None = field(default=None, converter=_dates)

    def __attrs_post_init__(self) -> None:
        """Refuse one sign for two things, and a column that is renamed and constant."""
        if self.decimal is not None and self.decimal == self.thousands:
            raise DeclarationError(f'decimal and thousands are both "{self.decimal}". Danish figures have "," and ".".')
        both = sorted(set(dict(self.columns)) & set(dict(self.constants)))
        if both:
            raise DeclarationError(f"{both[0]} is in columns and in constants. Keep the one that holds.")

    @classmethod
    def merged(cls, preset: Mapping[str, Any], section: Mapping[str, Any]) -> Preparation:
        """Return what a preset fills in, with what the source's own section says on top; other keys are passed over.

        Tables are merged key by key; the rest is replaced. DeclarationError when a value cannot be read.
        """
        below = cls(**{key: preset[key] for key in PREPARATION_KEYS if key in preset})
        own = cls(**{key: section[key] for key in PREPARATION_KEYS if key in section})
        # What the section says of a column, as a header or as a constant, takes the place of either in the preset.
        said = {*dict(own.columns), *dict(own.constants)}
        tables = {
            "columns": (*(pair for pair in below.columns if pair[0] not in said), *own.columns),
            "constants": (*(pair for pair in below.constants if pair[0] not in said), *own.constants),
            "values": _merged_values(below.values, own.values),
            "missing": _merged_missing(below.missing, own.missing),
        }
        rest = {key: getattr(own, key) for key in section if key in PREPARATION_KEYS and key not in tables}
        return evolve(below, **tables, **rest)

    @property
    def date_format(self) -> str | None:
        """The strptime form of `dates`; None when it is to be found from the values."""
        return None if self.dates is None else date_format(self.dates)


def _merged_values(below: Any, own: Any) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    made = {column: dict(table) for column, table in below}
    for column, table in own:
        made[column] = {**made.get(column, {}), **dict(table)}
    return tuple((column, tuple(table.items())) for column, table in made.items())


def _merged_missing(below: Any, own: Any) -> tuple[tuple[str, str, str], ...]:
    made = {(column, marker): cause for column, marker, cause in (*below, *own)}
    return tuple((column, marker, cause) for (column, marker), cause in made.items())


PREPARATION_KEYS = tuple(each.name for each in fields(Preparation))
