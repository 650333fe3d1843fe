"""How far rows reach: periods read once per distinct text, and the newest day that is not after yesterday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
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
    frequency = dataset.base_frequency if column == dataset.dated_by else None
    return {text: _period(text, frequency) for text in texts}


def _period(text: str, frequency: str | None) -> Period | None:
    try:
        period = Period.parse(text)
    except DeclarationError:
        return None
    return period if frequency in (None, period.frequency) else None


def newest_day(engine: Engine, prepared: Prepared, relation: str, today: date) -> date | None:
    """Return the last whole day that all sources cover; None when one of them cannot tell.

    For each source: what it said itself, else its newest event that is not after yesterday, else the end of its newest period
    (yesterday when that is later). Of several sources the one that reaches least far decides.
    """
    ends = [
        end if end is not None else _newest_of(engine, prepared.dataset, relation, part, columns, today)
        for part, (end, columns) in enumerate(zip(prepared.ends, prepared.newest, strict=True))
    ]
    known = [end for end in ends if end is not None]
    return min(known) if len(known) == len(ends) else None


def meets_today(engine: Engine, dataset: Dataset, relation: str, today: date) -> bool:
    """Say whether an event or a period reaches into today or later: such rows are judged otherwise on another day."""
    if dataset.column(dataset.dated_by).type in ("year", "period"):
        periods = distinct_periods(engine, dataset, relation, dataset.dated_by)
        if any(period is not None and period.last_day >= today for period in periods.values()):
            return True
    late = [f"{name(column)} >= date '{today.isoformat()}'" for column in dataset.events]
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
