"""The files that are measured with, and the workspaces that read them; run as a process, it writes one file and ends.

Every cell follows from a hash of its row's number, so that each machine measures with the same figures.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from bench.processes import ROOT, ended

CODES = ROOT / "core/src/klaremal/builtin/data/dk_units.csv"
FIRST_YEAR, YEARS = 2015, 10
_DAYS = 3653

_CASES = """
    select {codes}[cast(1 + hash(i, 1) % len({codes}) as integer)] as municipality,
        date '{first}-01-01' + cast(hash(i, 2) % {days} as integer) as decided_on,
        case when hash(i, 3) % 50 > 0 then hash(i, 4) % 100 < 83 end as kept,
        case when hash(i, 5) % 20 > 0 then cast(hash(i, 6) % 90 as integer) end as days,
        case when hash(i, 7) % 10 > 2 then cast(1 + hash(i, 8) % 5 as integer) end as score,
        case when hash(i, 9) % 30 > 0 then cast(5 + hash(i, 10) % 240 as integer) end as minutes,
        cast(cast(hash(i, 11) % 2000000 as integer) / 100 as decimal(18, 2)) as cost,
        case when hash(i, 12) % 40 > 0 then cast(cast(25 + hash(i, 13) % 4000 as integer) / 100 as decimal(18, 2)) end as hours,
        cast(1 + hash(i, 14) % 12 as integer) as visits
    from range({rows}) rows(i)
"""

# One in two hundred is not decided yet; every two hundredth application is an appeal.
_APPLICATIONS = """
    select municipality, citizen, case_type, sex, received_on,
        case when hash(i, 5) % 200 > 0 then received_on + cast(hash(i, 6) % 60 * (hash(i, 7) % 2) as integer) end as decided_on
    from (
        select i, {codes}[cast(1 + hash(i, 1) % len({codes}) as integer)] as municipality,
            cast(hash(i, 2) % ({rows} // 3) as bigint) as citizen,
            case when hash(i, 3) % 200 = 0 then 'appeal' else {types}[cast(1 + hash(i, 4) % 4 as integer)] end as case_type,
            case when hash(i, 8) % 2 = 0 then 'K' else 'M' end as sex,
            date '{first}-01-01' + cast(hash(i, 9) % {days} as integer) as received_on
        from range({rows}) rows(i)
    )
"""

_FIGURES = """
    select m.code as municipality, y.year,
        cast(200 + hash(m.code, y.year) % 60000 as integer) as persons, {columns}
    from (select unnest({codes}) as code) m, (select {first} + range as year from range({years})) y
    order by 1, 2
"""


def cases(folder: Path, rows: int, form: str, what: str = "cases") -> Path:
    """Return a file with that many cases (form: parquet or csv), written by a process of its own unless it is there.

    `what` is cases or applications.
    """
    path = folder / f"{what}_{rows}.{form}"
    if not path.exists():
        ended([sys.executable, "-m", "bench.data", what, str(rows), str(path)])
    return path


def tables(folder: Path) -> None:
    """Write the ten tables of the figures plugin."""
    ended([sys.executable, "-m", "bench.data", "tables", "0", str(folder)])


def _main(what: str, rows: int, path: Path) -> None:
    import duckdb

    from bench.deadlines_plugin import PROMISED

    connection = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(path.parent / "spill")})
    codes = _codes()
    if what != "tables":
        form = "(format parquet)" if path.suffix == ".parquet" else "(format csv, header)"
        connection.execute("set preserve_insertion_order=false")
        types = [name for name, _ in PROMISED][:-1]
        written = _CASES if what == "cases" else _APPLICATIONS
        query = written.format(rows=rows, codes=codes, first=FIRST_YEAR, days=_DAYS, types=types)
        connection.execute(f"copy ({query}) to '{path.as_posix()}' {form}")
        return
    from bench.figures_plugin import TABLES, table

    for number in range(TABLES):
        columns = ", ".join(_figure(column.name, number) for column in table(number).columns[3:])
        query = _FIGURES.format(codes=codes, columns=columns, first=FIRST_YEAR, years=YEARS)
        connection.execute(f"copy ({query}) to '{(path / f'table_{number}.csv').as_posix()}' (format csv, header)")


def _codes() -> str:
    """Return the codes of the municipalities as an SQL list."""
    with CODES.open(encoding="utf-8", newline="") as file:
        found = sorted({each["code"] for each in csv.DictReader(file) if each["level"] == "municipality"})
    return f"[{', '.join(map(repr, found))}]"


def _figure(column: str, number: int) -> str:
    chance = f"hash(m.code, y.year, '{column}', {number})"
    if column.startswith("met_"):
        return f"cast(floor(persons * (40 + {chance} % 60) / 100) as integer) as {column}"
    if column.startswith("cost_"):
        return f"round(({chance} % 900000000) / 100, 2) as {column}"
    return f"round(({chance} % 1000) / 10, 1) as {column}"


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
