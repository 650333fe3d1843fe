"""Where a row counts: its unit, its base period, its value of a breakdown; of states the last of each month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from klaremal.model.breakdown import written
from klaremal.model.dataset import Dataset
from klaremal.model.period import Period, month_key, start_of
from klaremal.testing.oracle.days import day_of
from klaremal.testing.oracle.formulas import Row

# Every unit of these levels has figures; of the levels below, those that rows name.
ALWAYS: Final = ("nation", "region", "municipality")


@frozen(kw_only=True)
class Places:
    """A tree of units that does not change: the parent and the level of each code, and the organisation's own unit."""

    parents: Mapping[str, str]
    levels: Mapping[str, str]
    organisation: str

    def of(self, dataset: Dataset, row: Row) -> str | None:
        """Return the unit of a row: the first that it names, else the organisation's; None at another level than declared."""
        code = next((str(row[name]) for name in dataset.placed_in if row[name] is not None), self.organisation)
        return code if dataset.level in (None, self.levels[code]) else None

    def above(self, code: str, level: str) -> str | None:
        """Return the unit of a level that holds a unit, or is it."""
        found: str | None = code
        while found is not None and self.levels[found] != level:
            found = self.parents.get(found)
        return found

    def inside(self, level: str) -> list[str]:
        """Return the units of a level that lie in the organisation, or are it."""
        own = self.levels[self.organisation]
        return [code for code, of in self.levels.items() if of == level and self.above(code, own) == self.organisation]


def last_states(dataset: Dataset, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the last date of each month: of a state the others are not the month's figure."""
    name = dataset.date_column
    if dataset.column(name).type not in ("date", "datetime"):
        return list(rows)
    days: dict[int, date] = {}
    for row in rows:
        if row[name] is not None:
            day = day_of(row[name])
            days[month_key(day)] = max(days.get(month_key(day), day), day)
    return [row for row in rows if row[name] is not None and day_of(row[name]) == days[month_key(day_of(row[name]))]]


def first_month(moment: Any, frequency: str) -> int:
    """Return the first month of the base period that a date, a year or the text of a period names."""
    if isinstance(moment, date):
        return start_of(month_key(moment), frequency)
    if isinstance(moment, (int, Decimal)):
        return int(moment) * 12
    return Period.parse(moment).start


def value_of(columns: Sequence[str], row: Row) -> str:
    """Return the text of the breakdown that a row is of."""
    return written(columns, [None if row[name] is None else _text(row[name]) for name in columns])


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
