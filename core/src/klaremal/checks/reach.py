"""How far rows reach: periods read once per distinct text, and the newest day that is not after yesterday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from klaremal.engine import Engine, name
from klaremal.errors import DeclarationError
from klaremal.model.dataset import Dataset
from klaremal.model.period import Period

if TYPE_CHECKING:
    from klaremal.prepare.rows import Prepared


def distinct_periods(
    engine: Engine, dataset: Dataset, relation: str, column: str, part: int | None = None
) -> Mapping[str, Period | None]:
    """Return every text of a period (or year) column with the period that it names, or None.

    `part` takes one source's rows only. In the column that dates the rows only the dataset's own frequency is a period.
    """
    where = f"{name(column)} is not null" + (f" and __part = {part}" if part is not None else "")
    sql = f"select distinct cast({name(column)} as varchar) from {name(relation)} where {where} order by 1"
    texts = [str(row[0]) for row in engine.query(sql, f"the periods of {column}")]
    frequency = dataset.base_frequency if column == dataset.date_column else None
    return {text: _period(text, frequency) for text in texts}


def _period(text: str, frequency: str | None) -> Period | None:
    try:
        period = Period.parse(text)
    except DeclarationError:
        return None
    return period if frequency in (None, period.frequency) else None


def newest_days(engine: Engine, prepared: Prepared, relation: str, today: date) -> tuple[date | None, ...]:
    """Return for each source the last whole day that its rows cover; None where they cannot tell, or the source says it itself.

    It is the newest event that is not after yesterday, else the end of the newest period (yesterday when that is later).
    """
    return tuple(
        _newest_of(engine, prepared.dataset, relation, part, columns, today) for part, columns in enumerate(prepared.newest)
    )


def meets_today(engine: Engine, prepared: Prepared, relation: str, today: date) -> bool:
    """Say whether a day or a period that counts reaches into today or later: such rows are judged otherwise on another day."""
    dataset = prepared.dataset
    told = {*dataset.events, *chain.from_iterable(prepared.newest)}
    by_period = {each for each in told | {dataset.date_column} if dataset.column(each).type in ("year", "period")}
    for column in sorted(by_period):
        periods = distinct_periods(engine, dataset, relation, column)
        if any(period is not None and period.last_day >= today for period in periods.values()):
            return True
    late = [f"{name(column)} >= date '{today.isoformat()}'" for column in sorted(told - by_period)]
    sql = f"select 1 from {name(relation)} where {' or '.join(late)} limit 1"
    return bool(late) and bool(engine.query(sql, "look for rows of today or later"))


def _newest_of(engine: Engine, dataset: Dataset, relation: str, part: int, columns: Sequence[str], today: date) -> date | None:
    newest: list[date] = []
    for column in columns:
        if dataset.column(column).type in ("date", "datetime"):
            day = f"cast({name(column)} as date)"
            sql = f"select max({day}) from {name(relation)} where __part = {part} and {day} < date '{today.isoformat()}'"
            newest += [row[0] for row in engine.query(sql, f"the newest {column}") if row[0] is not None]
            continue
        periods = distinct_periods(engine, dataset, relation, column, part)
        ends = [period.last_day for period in periods.values() if period is not None and period.first_day <= today]
        newest += [min(max(ends), today - timedelta(days=1))] if ends else []
    return max(newest, default=None)
