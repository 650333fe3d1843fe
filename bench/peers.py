"""What an analyst would write by hand in DuckDB for the same observations: the best SQL there is, and the plain one.

Both give what klaremal gives of the twelve indicators: a row for each indicator, unit and period with labels, value, n and
interval. They know the data: no row is looked at for what could be wrong with it, and no cell is looked for that is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from bench.cases_plugin import FREQUENCIES, LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pandas as pd

_Z = "1.959963984540054"

# The sums that the twelve indicators need, over rows; summed once more they are the sums over groups.
_SUMS = {
    "kept_n": "count(kept)",
    "kept_hits": "count(case when kept then 1 end)",
    "days_n": "count(days)",
    "soon_hits": "count(case when days <= 30 then 1 end)",
    "days_sum": "sum(days)",
    "days_squares": "sum(days * days)",
    "score_n": "count(score)",
    "content_hits": "count(case when score >= 4 then 1 end)",
    "score_sum": "sum(score)",
    "score_squares": "sum(score * score)",
    "minutes_n": "count(minutes)",
    "minutes_sum": "sum(minutes)",
    "minutes_squares": "sum(minutes * minutes)",
    "cost_n": "count(cost)",
    "cost_sum": "sum(cost)",
    "hours_n": "count(hours)",
    "hours_sum": "sum(hours)",
    "visits_n": "count(visits)",
    "visits_sum": "sum(visits)",
    "cost_hours_n": "count(case when cost is not null then hours end)",
    "cost_hours_top": "sum(case when hours is not null then cost end)",
    "cost_hours_per": "sum(case when cost is not null then hours end)",
    "minutes_visits_n": "count(case when minutes is not null then visits end)",
    "minutes_visits_top": "sum(case when visits is not null then minutes end)",
    "minutes_visits_per": "sum(case when minutes is not null then visits end)",
    "hours_visits_n": "count(case when hours is not null then visits end)",
    "hours_visits_top": "sum(case when visits is not null then hours end)",
    "hours_visits_per": "sum(case when hours is not null then visits end)",
}


class _Shown(NamedTuple):
    """One indicator in SQL: its value, n, and the ends of its interval."""

    name: str
    value: str
    n: str
    low: str = "null::double"
    high: str = "null::double"


def _share(name: str, hits: str, n: str) -> _Shown:
    ends = [f"wilson({hits}, {n}, {sign}1)" for sign in "-+"]
    return _Shown(name, f"100 * {hits} / {n}", n, *ends)


def _mean(name: str) -> _Shown:
    total, squares, n = f"{name}_sum", f"{name}_squares", f"{name}_n"
    ends = [f"student({total}, {squares}, {n}, {sign}1)" for sign in "-+"]
    return _Shown(name, f"{total} / {n}", n, *ends)


def _ratio(name: str, columns: str) -> _Shown:
    return _Shown(name, f"cast({columns}_top as double) / cast({columns}_per as double)", f"{columns}_n")


_INDICATORS = (
    _share("kept", "kept_hits", "kept_n"),
    _share("soon", "soon_hits", "days_n"),
    _share("content", "content_hits", "score_n"),
    _mean("days"),
    _mean("minutes"),
    _mean("score"),
    *(_Shown(name, f"cast({name}_sum as double)", f"{name}_n") for name in ("cost", "hours", "visits")),
    _ratio("cost_per_hour", "cost_hours"),
    _ratio("minutes_per_visit", "minutes_visits"),
    _ratio("hours_per_visit", "hours_visits"),
)

# Student's percentile from its expansion: with more than thirty rows in a cell there is no need for a table.
_MACROS = f"""
    create macro student_of(v) as {_Z} + ({_Z} ** 3 + {_Z}) / (4 * v)
        + (5 * {_Z} ** 5 + 16 * {_Z} ** 3 + 3 * {_Z}) / (96 * v ** 2)
        + (3 * {_Z} ** 7 + 19 * {_Z} ** 5 + 17 * {_Z} ** 3 - 15 * {_Z}) / (384 * v ** 3);
    create macro student(total, squares, n, side) as total / n
        + side * student_of(n - 1) * sqrt((squares - total::double * total / n) / (n - 1) / n);
    create macro wilson(hits, n, side) as 100 * (hits / n + {_Z} ** 2 / (2 * n)
        + side * {_Z} * sqrt(hits / n * (1 - hits / n) / n + ({_Z} / (2 * n)) ** 2)) / (1 + {_Z} ** 2 / n)
"""

_KEYS = "year(decided_on) * 12 + month(decided_on) - 1"


class Peers:
    """A connection of its own with the tables of units, and the two ways over one Parquet file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path, units: pd.DataFrame) -> None:
        """Take `units` with the columns code, name, region."""
        self._connection = connection
        self._file = f"read_parquet('{file.as_posix()}')"
        for macro in _MACROS.split(";"):
            connection.execute(macro)
        connection.register("given", units)
        connection.execute("create table units as select * from given")

    def best(self) -> pd.DataFrame:
        """Add the rows up once by municipality and month, then the few sums by everything else."""
        sums = ", ".join(f"{sql} as {name}" for name, sql in _SUMS.items())
        self._connection.execute(
            f"create or replace temp table sums as "
            f"select municipality, {_KEYS} as month, {sums} from {self._file} group by 1, 2"
        )
        again = (f"sum({name}) as {name}" for name in _SUMS)
        return self._connection.execute(_query("sums", again)).df()

    def plain(self) -> pd.DataFrame:
        """Write it as one statement over the rows."""
        rows = f"(select *, {_KEYS} as month from {self._file})"
        return self._connection.execute(_query(rows, (f"{sql} as {name}" for name, sql in _SUMS.items()))).df()


def _query(source: str, sums: Iterable[str]) -> str:
    """Write the grouping sets over rows with municipality and month, and the observations that follow from them."""
    keys = {"month": "month", "quarter": "month - month % 3", "year": "month - month % 12"}
    columns = ", ".join(f"{keys[each]} as {each}_start" for each in FREQUENCIES)
    sets = ", ".join(f"({', '.join(_set(level, frequency))})" for level in LEVELS for frequency in FREQUENCIES)
    return f"""
        with placed as (
            select r.* exclude (month), u.code as municipality_code, u.region, {columns}
            from {source} r join units u on u.code = r.municipality
        ), rolled as (
            select coalesce(municipality_code, region, '000') as unit,
                case when municipality_code is not null then 'municipality'
                     when region is not null then 'region' else 'nation' end as level,
                case when month_start is not null then 'month'
                     when quarter_start is not null then 'quarter' else 'year' end as frequency,
                coalesce(month_start, quarter_start, year_start) as start, {", ".join(sums)}
            from placed group by grouping sets ({sets})
        ), named as (
            select r.*, n.name as unit_name, cast(start // 12 as varchar) || case frequency
                when 'month' then 'M' || lpad(cast(start % 12 + 1 as varchar), 2, '0')
                when 'quarter' then 'K' || cast(start % 12 // 3 + 1 as varchar) else '' end as period
            from rolled r join units n on n.code = r.unit
        )
        {" union all ".join(_selects())}
    """


def _set(level: str, frequency: str) -> Iterator[str]:
    if level != "nation":
        yield "municipality_code" if level == "municipality" else "region"
    yield f"{frequency}_start"


def _selects() -> Iterator[str]:
    for each in _INDICATORS:
        yield (
            f"select '{each.name}' as indicator, unit, unit_name, level, period, frequency, "
            f"{each.value} as value, {each.n} as n, {each.low} as low, {each.high} as high from named"
        )
