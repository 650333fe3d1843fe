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
    pairs = value.items() if isinstance(value, Mapping) else [(each, each) for each in value]
    return tuple((str(code), Text.of(title if isinstance(title, (Mapping, Text)) else str(title))) for code, title in pairs)


def pairs(value: Any) -> tuple[tuple[str, Any], ...]:
    """Keep a mapping as a tuple of pairs, so that the value that holds it is hashable."""
    if value is None:
        return ()
    return tuple((str(key), each) for key, each in (value.items() if isinstance(value, Mapping) else value))


def names(value: Any) -> tuple[str, ...]:
    """Keep one name or several as a tuple of names."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


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
    missing: tuple[tuple[str, str], ...] = field(default=(), converter=pairs, kw_only=True)
    total: str | None = field(default=None, kw_only=True)
    also: tuple[str, ...] = field(default=(), converter=names, kw_only=True)
    personal: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what no source could keep, naming the column."""
        if not _COLUMN_NAME.fullmatch(self.name) or self.name.endswith("__cause"):
            raise DeclarationError(f'column "{self.name}": a column name is a-z, 0-9 and _, beginning with a letter.')
        if self.type not in TYPES:
            near = nearest(self.type, TYPES)
            raise DeclarationError(
                f'column "{self.name}": type "{self.type}" is unknown; use one of {", ".join(TYPES)}. {near}'
            )
        if not 0 <= self.decimals <= 12:
            raise DeclarationError(f'column "{self.name}": decimals is 0 to 12, not {self.decimals}.')
        for marker, cause in self.missing:
            if cause not in MISSING_CAUSES:
                raise DeclarationError(
                    f'column "{self.name}": missing["{marker}"] = "{cause}" is no cause (use {", ".join(MISSING_CAUSES)}).'
                )
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise DeclarationError(f'column "{self.name}": pattern cannot be read: {error}.') from error
        if self.total is not None:
            raise not_yet(f'column "{self.name}": total (a code that means "all")')

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
    return tuple(value)


def _formulas(value: Any) -> tuple[tuple[str, Formula], ...]:
    return tuple((name, Formula.of(text)) for name, text in pairs(value))


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
            raise self._wrong(f"columns: {', '.join(doubled)} is declared twice")
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
                raise self._wrong(f'derived["{name}"] has the name of a column')
            problems = formula.check(types)
            if problems:
                raise self._wrong(f'derived["{name}"]: {"; ".join(problems)}')
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
                near = nearest(name, known)
                raise self._wrong(f'{where}: there is no column "{name}"' + (f'; did you mean "{near}"?' if near else ""))

    def _check_dates(self) -> None:
        kind = self.column(self.dated_by).type
        if kind not in ("date", "datetime", "year", "period"):
            raise self._wrong(f'dated_by: column "{self.dated_by}" is {kind}; use a date, datetime, year or period column')
        if kind == "period" and self.frequency is None:
            raise self._wrong(f'frequency: say which periods column "{self.dated_by}" holds, as frequency="year"')
        if self.frequency is not None and (self.frequency not in FREQUENCIES or self.frequency == "rolling12"):
            raise self._wrong(f'frequency "{self.frequency}" is unknown; use month, quarter, half_year, year or school_year')
        for name in self.events:
            if self.column(name).type not in ("date", "datetime"):
                raise self._wrong(f'events: column "{name}" is not a date')

    def _wrong(self, what: str) -> DeclarationError:
        return DeclarationError(f"dataset {self.id}: {what}.")

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
