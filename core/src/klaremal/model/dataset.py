"""Datasets and columns: the contract for rows that a collector must deliver; it reads no rows itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, nearest, not_yet
from klaremal.model.formula import Formula
from klaremal.model.identifier import plugin_id
from klaremal.model.period import FREQUENCIES
from klaremal.model.text import Text, as_text
from klaremal.model.unit import LEVELS

TYPES = ("string", "integer", "number", "boolean", "date", "datetime", "year", "period")
BASES = ("register", "sample")

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


def pairs(value: Any, where: str = "") -> tuple[tuple[str, Any], ...]:
    """Keep a mapping as a tuple of pairs, so that the value that holds it is hashable; `where` is the field, for messages."""
    if value is None:
        return ()
    given = value if isinstance(value, str) else tuple(value.items() if isinstance(value, Mapping) else value)
    if isinstance(given, str) or any(isinstance(each, str) or len(each) != 2 for each in given):
        raise DeclarationError(f'{where}: {value!r} is not a mapping; write {{"name": value}}.'.removeprefix(": "))
    return tuple((str(key), each) for key, each in given)


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
    `total` is the code that means "all of them"; rows with it are never summed with the others.
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
        if self.total is not None:
            raise not_yet(f'column "{self.name}": total (a code that means "all")')
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


def several(value: Any) -> tuple[Any, ...]:
    """Keep one thing or several as a tuple."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, (str, Mapping)) else (value,)


def _columns(value: Any) -> tuple[Column, ...]:
    found = tuple(value)
    for each in found:
        if not isinstance(each, Column):
            raise DeclarationError(f'columns: {each!r} is no column; write Column("name", "string").')
    return found


def _formulas(value: Any) -> tuple[tuple[str, Formula], ...]:
    return tuple((name, Formula.of(text)) for name, text in pairs(value, "derived"))


@frozen(kw_only=True)
class Dataset:
    """The contract for the rows of one dataset: what a row is, where and when it counts, and what makes it bad.

    `placed_in` names the column with the unit (code, name or alias); of several the first filled one counts; without it
    every row belongs to the organisation's own unit. `level` says that rows are already totals of units of that level;
    without it each row is a case that counts at its unit and at every level above. `frequency` is that of `dated_by`
    (month for dates, year for `year` columns, declared for `period` columns). `events` are dates of things that
    happened, never deadlines. `settle_days` is how long after a period's end its rows keep arriving.
    `bad_rows_allowed` is a share (0.01 is one percent); above it the whole dataset is refused.
    """

    id: str = field(validator=plugin_id)
    title: Text = field(converter=as_text)
    grain: Text = field(converter=as_text)
    columns: tuple[Column, ...] = field(converter=_columns)
    dated_by: str
    placed_in: tuple[str, ...] = field(default=(), converter=names)
    level: str | None = None
    frequency: str | None = None
    snapshot: bool = False
    key: tuple[str, ...] = field(default=(), converter=names)
    person: str | None = None
    events: tuple[str, ...] = field(default=(), converter=names)
    settle_days: int = 0
    basis: str = "register"
    derived: tuple[tuple[str, Formula], ...] = field(default=(), converter=_formulas)
    bad_rows_allowed: float = 0.01
    references: tuple[Any, ...] = field(default=(), converter=several)
    made_from: tuple[Any, ...] = field(default=(), converter=several)
    sql: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a contract that contradicts itself, naming the dataset and the field."""
        self._refuse_what_is_not_done_yet()
        known = [column.name for column in self.columns]
        doubled = sorted({name for name in known if known.count(name) > 1})
        if doubled:
            raise self._wrong(f"columns: {', '.join(doubled)} is declared twice; keep one")
        for where, used in (("placed_in", self.placed_in), ("key", self.key), ("events", self.events)):
            self._check_names(where, used)
        self._check_names("dated_by", (self.dated_by,))
        if self.level is not None and self.level not in LEVELS:
            raise self._wrong(f'level "{self.level}" is unknown; use one of {", ".join(LEVELS)}')
        if not 0 <= self.bad_rows_allowed <= 1:
            raise self._wrong("bad_rows_allowed is a share between 0 and 1 (0.01 is one percent)")
        if self.settle_days < 0:
            raise self._wrong("settle_days is a number of days, 0 or more")
        self._check_dates()
        types = self.types
        for name, formula in self.derived:
            if name in known:
                raise self._wrong(f'derived["{name}"] has the name of a column; call it something else')
            if not is_column_name(name):
                raise self._wrong(f'derived["{name}"]: a column name is a-z, 0-9 and _, and begins with a letter')
            problems = formula.check(types)
            if problems:
                raise self._wrong(f'derived["{name}"]: {"; ".join(problems)}'.rstrip("."))
            types = {**types, name: formula.kind(types)}

    def _refuse_what_is_not_done_yet(self) -> None:
        for declared, what in (
            (self.made_from or self.sql, "made_from, sql (a made dataset)"),
            (not isinstance(self.dated_by, str), "dated_by with a pair of columns (spells)"),
            (self.snapshot, "snapshot"),
            (self.person, "person"),
            (self.basis == "sample", 'basis="sample"'),
        ):
            if declared:
                raise not_yet(f"dataset {self.id}: {what}")
        if self.basis not in BASES:
            raise self._wrong(f'basis "{self.basis}" is unknown; use one of {", ".join(BASES)}')

    def _check_names(self, where: str, used: tuple[str, ...]) -> None:
        known = [column.name for column in self.columns]
        for name in used:
            if name not in known:
                near = nearest(str(name), known)
                hint = f' Did you mean "{near}"?' if near else f" The columns are {', '.join(known)}."
                raise self._wrong(f'{where}: there is no column "{name}"', hint)

    def _check_dates(self) -> None:
        kind = self.column(self.dated_by).type
        if kind not in ("date", "datetime", "year", "period"):
            raise self._wrong(f'dated_by: column "{self.dated_by}" is {kind}; use a date, datetime, year or period column')
        if kind == "period" and self.frequency is None:
            raise self._wrong(f'frequency: say which periods column "{self.dated_by}" holds, as frequency="year"')
        if self.frequency is not None and (self.frequency not in FREQUENCIES or self.frequency == "rolling12"):
            raise self._wrong(f'frequency "{self.frequency}" is unknown; use month, quarter, half_year, year or school_year')
        if kind == "year" and self.frequency not in (None, "year"):
            raise self._wrong(
                f'frequency: column "{self.dated_by}" holds years, which have no {self.frequency}; leave frequency out'
            )
        for name in self.events:
            if self.column(name).type not in ("date", "datetime"):
                raise self._wrong(f'events: column "{name}" is {self.column(name).type}; name dates of things that happened')

    def _wrong(self, what: str, hint: str = "") -> DeclarationError:
        return DeclarationError(f"dataset {self.id}: {what}.{hint}")

    def column(self, name: str) -> Column:
        """Return the column with that name; a KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def types(self) -> dict[str, str]:
        """The type of every column by name; derived columns are not among them."""
        return {column.name: column.type for column in self.columns}

    @property
    def every_type(self) -> dict[str, str]:
        """The type of every column and derived column by name."""
        types = self.types
        for name, formula in self.derived:
            types[name] = formula.kind(types)
        return types

    @property
    def base_frequency(self) -> str:
        """How finely the rows are dated: the declared frequency, else year for year columns and month for dates."""
        if self.frequency is not None:
            return self.frequency
        return "year" if self.column(self.dated_by).type == "year" else "month"

    @property
    def plugin(self) -> str:
        """The plugin that declares the dataset."""
        return self.id.partition(".")[0]
