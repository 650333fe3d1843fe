"""One column of a dataset, and how mappings and names are kept in declarations; it knows no dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, nearest
from klaremal.model.text import Text, as_text

TYPES = ("string", "integer", "number", "boolean", "date", "datetime", "year", "period")

# Why a value is missing, as a source or a marker can say it (semantics: "cause of not_assessable").
MISSING_CAUSES = ("no_data", "not_measured", "no_cases", "confidential", "too_few")

_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _enum(value: Any) -> tuple[tuple[str, Text], ...]:
    """Keep an enumeration as pairs of value and title, whether it was given as a mapping or as a sequence."""
    if value is None:
        return ()
    if isinstance(value, str):
        raise DeclarationError(f'enum: "{value}" is one value; write ("{value}",), or all that are allowed.')
    found: list[tuple[str, Text]] = []
    # Pairs of a code and its Text are what this function returned when a column is copied with a change.
    for each in value.items() if isinstance(value, Mapping) else value:
        is_pair = isinstance(value, Mapping) or (isinstance(each, tuple) and len(each) == 2 and isinstance(each[1], Text))
        code, title = each if is_pair else (each, each)
        found.append((str(code), Text.of(title if isinstance(title, (Mapping, Text)) else str(title))))
    return tuple(found)


def pairs(value: Any, where: str = "", example: str = '{"name": value}') -> tuple[tuple[str, Any], ...]:
    """Keep a mapping as a tuple of pairs, so that the value that holds it is hashable; `where` is the field, for messages."""
    return tuple((str(key), each) for key, each in pairs_of(value, where, example))


def pairs_of(value: Any, where: str, example: str) -> tuple[tuple[Any, Any], ...]:
    """Return the pairs of a mapping, or those that are given instead; a DeclarationError for anything else."""
    given = () if value is None else value.items() if isinstance(value, Mapping) else value
    found = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    if any(not isinstance(each, (tuple, list)) or len(each) != 2 for each in found):
        raise DeclarationError(f"{where}: {value!r} is not a mapping; write {example}.".removeprefix(": "))
    return tuple((key, each) for key, each in found)


def names(value: Any) -> tuple[str, ...]:
    """Keep one name or several as a tuple of names."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _missing(value: Any) -> tuple[tuple[str, str], ...]:
    return pairs(value, "missing")


def is_column_name(name: object) -> bool:
    """Say whether a column can be called that: a-z, 0-9 and _, and not an ending that core keeps for causes."""
    return isinstance(name, str) and _COLUMN_NAME.fullmatch(name) is not None and not name.endswith("__cause")


_NUMBERS = ("integer", "number", "year")
_DAYS = ("date", "datetime")


@frozen
class Column:
    """One column of a dataset, in the words of Frictionless Table Schema where they exist.

    `decimals` is the number of decimals kept exactly in a `number` (SQL: DECIMAL(18, decimals)).
    `missing` maps a marker in the source ("..", "-") to the cause of the missing value.
    `total` is the code that means "all of them": where rows have it, only they are the total, and in a breakdown by the
    column only the others stand.
    `also` lists other headers under which sources deliver the column.
    """

    name: str
    type: str
    title: Text = field(default=Text(), converter=as_text)
    required: bool = field(default=False, kw_only=True)
    unique: bool = field(default=False, kw_only=True)
    enum: tuple[tuple[str, Text], ...] = field(default=(), converter=_enum, kw_only=True)
    minimum: float | date | None = field(default=None, kw_only=True)
    maximum: float | date | None = field(default=None, kw_only=True)
    pattern: str | None = field(default=None, kw_only=True)
    decimals: int = field(default=4, kw_only=True)
    missing: tuple[tuple[str, str], ...] = field(default=(), converter=_missing, kw_only=True)
    total: str | None = field(default=None, kw_only=True)
    also: tuple[str, ...] = field(default=(), converter=names, kw_only=True)
    personal: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what no source could keep, naming the column."""
        if not is_column_name(self.name):
            raise self._wrong('a column name is a-z, 0-9 and _, begins with a letter and does not end with "__cause"')
        if self.type not in TYPES:
            near = nearest(str(self.type), TYPES)
            hint = f' Did you mean "{near}"?' if near else ""
            raise self._wrong(f'type "{self.type}" is unknown; use one of {", ".join(TYPES)}', hint)
        if not 0 <= self.decimals <= 12:
            raise self._wrong(f"decimals is 0 to 12, not {self.decimals}")
        for marker, cause in self.missing:
            if cause not in MISSING_CAUSES:
                raise self._wrong(f'missing["{marker}"] = "{cause}" is no cause; use one of {", ".join(MISSING_CAUSES)}')
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise self._wrong(f"pattern cannot be read: {error}; write a regular expression") from error
        if self.total is not None and self.type == "number":
            what = f'total "{self.total}" is a code, and numbers with decimals are written in many ways'
            raise self._wrong(f'{what}; give the column the type "integer" or "string"')
        self._check_range()

    def _check_range(self) -> None:
        for name, bound in (("minimum", self.minimum), ("maximum", self.maximum)):
            if bound is None:
                continue
            if self.type not in (*_NUMBERS, *_DAYS):
                raise self._wrong(f"{name}: a {self.type} column has no {name}; leave it out, or change the type")
            is_day = isinstance(bound, date)
            if is_day is not (self.type in _DAYS) or not (is_day or isinstance(bound, (int, float))):
                wanted = "a date, as date(2026, 1, 31)" if self.type in _DAYS else "a number"
                raise self._wrong(f"{name} of a {self.type} column is {wanted}, not {bound!r}")
        low: Any = self.minimum
        high: Any = self.maximum
        if low is not None and high is not None and low > high:
            raise self._wrong(f"minimum ({low}) is above maximum ({high}); swap them")

    def _wrong(self, what: str, hint: str = "") -> DeclarationError:
        return DeclarationError(f'column "{self.name}": {what}.{hint}')

    @property
    def codes(self) -> tuple[str, ...]:
        """The allowed values, empty when any value is."""
        return tuple(code for code, _ in self.enum)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The values that a cell may have: those of the enumeration and the one that means all; empty when any may stand."""
        total = () if self.total is None or self.total in self.codes else (self.total,)
        return (*self.codes, *total) if self.codes else ()
