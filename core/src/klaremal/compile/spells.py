"""Spells as rows by month: one SELECT that gives each row once for every month that it touches; it runs nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import sqlglot
from sqlglot import exp

from klaremal.model.dataset import SHARE_OF_MONTH, Dataset

_READ: Final = "duckdb"
# __begin is a row's first day, __after the day after its last one, __next the first day of the month after a part's.
_BOUNDED: Final = """
    select *, cast({begin} as date) as __begin, least(coalesce(cast({end} as date), {after}), {after}) as __after,
        {begin} is null or (__bad is not null and ({broken})) as __lost
    from {relation}
"""
_LISTED: Final = """
    select *, case when __lost then [cast(null as timestamp)] else generate_series(
        cast(date_trunc('month', __begin) as timestamp), cast(__after as timestamp) - interval 1 day, interval 1 month
    ) end as __months
    from ({below}) bounded where __lost or __begin < __after
"""
_PARTED: Final = """
    select *, cast(month + interval 1 month as date) as __next
    from (select * exclude (__months), cast(unnest(__months) as date) as month from ({below}) listed) months
"""
_MEASURED: Final = """
    select * exclude (__begin, __after, __lost, __broken, __next),
        case when __lost and __bad is not null then coalesce(__broken, '|') || 'month|' else __broken end as __broken,
        case when not __lost then cast(
            cast(date_diff('day', greatest(__begin, month), least(__after, __next)) as double)
            / date_diff('day', month, __next) as decimal(18, {decimals})
        ) end as share_of_month
    from ({below}) parts
"""


def spread(dataset: Dataset, relation: str, until: date, dialect: str) -> str:
    """Return a SELECT of all columns with `month` (its first day) and `share_of_month` (days covered / days of the month).

    A spell lasts from its first day to the day before its second; one without a second, and one that goes on for longer, to
    `until`. A row without a first day has no month. Of a bad row of which a day is not believed nobody knows the months: it
    stands there once, without one, and names `month` in `__broken`.
    """
    begin, end = (_quoted(column) for column in dataset.spell)
    after = f"cast('{(until + timedelta(days=1)).isoformat()}' as date)"
    broken = " or ".join(f"strpos(coalesce(__broken, ''), '|{column}|') > 0" for column in dataset.spell)
    sql = _BOUNDED.format(begin=begin, end=end, after=after, broken=broken, relation=_quoted(relation))
    for layer in (_LISTED, _PARTED, _MEASURED):
        sql = layer.format(below=sql, decimals=SHARE_OF_MONTH.decimals)
    tree: exp.Expr = sqlglot.parse_one(sql, dialect=_READ)
    return tree.sql(dialect=dialect)


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=_READ)
