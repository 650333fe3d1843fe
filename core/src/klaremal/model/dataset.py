"""Datasets: the contract for rows that a collector must deliver, or that are made of other rows; it reads no rows itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, nearest
from klaremal.model.column import Column, is_column_name, names, pairs
from klaremal.model.formula import Formula
from klaremal.model.identifier import plugin_id
from klaremal.model.made_query import MadeQuery
from klaremal.model.period import FREQUENCIES
from klaremal.model.text import Text, as_text
from klaremal.model.unit import LEVELS

BASES = ("register", "sample")

# What a dataset of spells has beside its own columns, once each row is spread over the months that it touches.
MONTH = Column("month", "date")
SHARE_OF_MONTH = Column("share_of_month", "number", decimals=9, minimum=0, maximum=1)


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


def _dated_by(value: Any) -> Any:
    return value if isinstance(value, str) else tuple(value)


def _formulas(value: Any) -> tuple[tuple[str, Formula], ...]:
    return tuple((name, Formula.of(text)) for name, text in pairs(value, "derived"))


def _with_values(values: Mapping[str, tuple[str, ...]], name: str, formula: Formula) -> dict[str, tuple[str, ...]]:
    given = formula.values(values)
    return {**values, name: given} if given else {**values}


@frozen(kw_only=True)
class Dataset:
    """The contract for the rows of one dataset: what a row is, where and when it counts, and what makes it bad.

    `placed_in` names the column with the unit (code, name or alias); of several the first filled one counts; without it
    every row belongs to the organisation's own unit. `level` says that rows are already totals of units of that level;
    without it each row is a case that counts at its unit and at every level above. `dated_by` is a column, or a pair
    (from, to) for spells: those are spread over the months that they touch, to excluded, and formulas may then use `month`
    and `share_of_month`. `frequency` is that of `dated_by` (month for dates, year for `year` columns, declared for `period`
    columns). `snapshot` says that the rows of a date are a state: a period has that of its last date. `person` names the
    column that tells persons apart: n then counts them, while values are over rows.
    `events` are dates of things that happened, never deadlines. `settle_days` is how long
    after a period's end its rows keep arriving. `basis="sample"` says that the rows are those who were asked, answered or
    not, of a population of that size.
    Rows with one `key` and the same content count once, with different content not at all; without a key two equal rows are
    two. `bad_rows_allowed` is a share (0.01 is one percent); above it the whole dataset is refused.
    `made_from` and `sql`: its rows are those of a SELECT over the good rows of other datasets, each called by the
    last part of its id; it has no source.
    """

    id: str = field(validator=plugin_id)
    title: Text = field(converter=as_text)
    grain: Text = field(converter=as_text)
    columns: tuple[Column, ...] = field(converter=_columns)
    dated_by: str | tuple[str, str] = field(converter=_dated_by)
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
        if self.basis not in BASES:
            raise self._wrong(f'basis "{self.basis}" is unknown; use one of {", ".join(BASES)}')
        self._check_made()
        known = [column.name for column in self.columns]
        doubled = sorted({name for name in known if known.count(name) > 1})
        if doubled:
            raise self._wrong(f"columns: {', '.join(doubled)} is declared twice; keep one")
        for where, used in (
            ("placed_in", self.placed_in),
            ("key", self.key),
            ("events", self.events),
            ("person", names(self.person)),
            ("dated_by", self.date_columns),
        ):
            self._check_names(where, used)
        if self.level is not None and self.level not in LEVELS:
            raise self._wrong(f'level "{self.level}" is unknown; use one of {", ".join(LEVELS)}')
        if not 0 <= self.bad_rows_allowed <= 1:
            raise self._wrong("bad_rows_allowed is a share between 0 and 1 (0.01 is one percent)")
        if self.settle_days < 0:
            raise self._wrong("settle_days is a number of days, 0 or more")
        self._check_dates()
        types, values = self.types, self._values
        for name, formula in self.derived:
            if name in known:
                raise self._wrong(f'derived["{name}"] has the name of a column; call it something else')
            if not is_column_name(name):
                raise self._wrong(f'derived["{name}"]: a column name is a-z, 0-9 and _, and begins with a letter')
            problems = formula.check(types, values)
            if problems:
                raise self._wrong(f'derived["{name}"]: {"; ".join(problems)}'.rstrip("."))
            types = {**types, name: formula.kind(types)}
            values = _with_values(values, name, formula)

    def _check_made(self) -> None:
        if not self.made_from and self.sql is None:
            return
        if not self.made_from or self.sql is None:
            raise self._wrong("made_from and sql belong together: name the datasets, and write the SELECT over them")
        for each in self.made_from:
            if not isinstance(each, (str, Dataset)):
                raise self._wrong(f"made_from: {each!r} is no dataset; name datasets or their ids")
        tables = [name.rpartition(".")[2] for name in self.made_of]
        doubled = sorted({name for name in tables if tables.count(name) > 1})
        if doubled:
            raise self._wrong(f"made_from: two datasets are called {', '.join(doubled)} in sql; make one of them first")
        MadeQuery.of(self.sql, tables, f"dataset {self.id}: sql")

    def _check_names(self, where: str, used: tuple[str, ...]) -> None:
        known = [column.name for column in self.columns]
        for name in used:
            if name not in known:
                near = nearest(str(name), known)
                hint = f' Did you mean "{near}"?' if near else f" The columns are {', '.join(known)}."
                raise self._wrong(f'{where}: there is no column "{name}"', hint)

    def _check_dates(self) -> None:
        if self.spell:
            self._check_spell()
        kind = self.column(self.date_column).type
        if kind not in ("date", "datetime", "year", "period"):
            raise self._wrong(f'dated_by: column "{self.date_column}" is {kind}; use a date, datetime, year or period column')
        if kind == "period" and self.frequency is None:
            raise self._wrong(f'frequency: say which periods column "{self.date_column}" holds, as frequency="year"')
        if self.frequency is not None and (self.frequency not in FREQUENCIES or self.frequency == "rolling12"):
            raise self._wrong(f'frequency "{self.frequency}" is unknown; use month, quarter, half_year, year or school_year')
        if kind == "year" and self.frequency not in (None, "year"):
            raise self._wrong(
                f'frequency: column "{self.date_column}" holds years, which have no {self.frequency}; leave frequency out'
            )
        for name in self.events:
            if self.column(name).type not in ("date", "datetime"):
                raise self._wrong(f'events: column "{name}" is {self.column(name).type}; name dates of things that happened')

    def _check_spell(self) -> None:
        if len(self.spell) != 2:
            raise self._wrong('dated_by: name one column, or the two of a spell, as ("moved_in", "moved_out")')
        for name in self.spell:
            if self.column(name).type not in ("date", "datetime"):
                raise self._wrong(f'dated_by: column "{name}" is {self.column(name).type}; a spell goes from date to date')
        for made in (MONTH, SHARE_OF_MONTH):
            if any(column.name == made.name for column in self.columns):
                raise self._wrong(f'columns: "{made.name}" is what core calls a part of a spell; call yours something else')
        if self.snapshot or self.level is not None or self.frequency not in (None, "month"):
            raise self._wrong("spells are cases by month; leave snapshot, level and frequency out, or dated_by one column")

    def _wrong(self, what: str, hint: str = "") -> DeclarationError:
        return DeclarationError(f"dataset {self.id}: {what}{'' if what.endswith('?') else '.'}{hint}")

    def column(self, name: str) -> Column:
        """Return the column with that name; a KeyError when there is none."""
        for column in (*self.columns, *self._made_columns):
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def spell(self) -> tuple[str, ...]:
        """The columns from which and to which a row lasts, `to` excluded; empty where a row has one date."""
        return self.dated_by if isinstance(self.dated_by, tuple) else ()

    @property
    def date_column(self) -> str:
        """The column that says which period a row belongs to: `month` where rows are parts of spells."""
        return self.dated_by if isinstance(self.dated_by, str) else MONTH.name

    @property
    def date_columns(self) -> tuple[str, ...]:
        """The columns of the source that date a row: one, or the two of a spell."""
        return names(self.dated_by)

    @property
    def made_of(self) -> tuple[str, ...]:
        """The ids of the datasets whose rows it is made of; empty where a source delivers its rows."""
        return tuple(each if isinstance(each, str) else each.id for each in self.made_from)

    @property
    def _made_columns(self) -> tuple[Column, ...]:
        return (MONTH, SHARE_OF_MONTH) if self.spell else ()

    @property
    def types(self) -> dict[str, str]:
        """The type of every column by name, also of those that core makes of spells; derived columns are not among them."""
        return {column.name: column.type for column in (*self.columns, *self._made_columns)}

    @property
    def every_type(self) -> dict[str, str]:
        """The type of every column and derived column by name."""
        types = self.types
        for name, formula in self.derived:
            types[name] = formula.kind(types)
        return types

    @property
    def _values(self) -> dict[str, tuple[str, ...]]:
        """All values of the columns that say which they have, also the one that means all of them."""
        return {column.name: column.allowed for column in self.columns if column.codes}

    @property
    def every_value(self) -> dict[str, tuple[str, ...]]:
        """All values of every column and derived column of which they are known, by name."""
        values = self._values
        for name, formula in self.derived:
            values = _with_values(values, name, formula)
        return values

    def faults(self, formula: Formula, wanted: str = "any") -> list[str]:
        """Return what does not fit in a formula over the rows, one sentence each.

        `wanted` is the kind of value that it must give: condition, number, date or any.
        """
        types = self.every_type
        problems = formula.check(types, self.every_value)
        if not problems and wanted != "any" and formula.kind(types) not in (wanted, "unknown"):
            return [f'"{formula}" is a {formula.kind(types)}, but a {wanted} is wanted']
        return problems

    @property
    def base_frequency(self) -> str:
        """How finely the rows are dated: the declared frequency, else year for year columns and month for dates."""
        if self.frequency is not None:
            return self.frequency
        return "year" if self.column(self.date_column).type == "year" else "month"

    @property
    def plugin(self) -> str:
        """The plugin that declares the dataset."""
        return self.id.partition(".")[0]
