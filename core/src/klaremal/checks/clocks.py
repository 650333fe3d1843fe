"""Checked cases with what their clock says: when they are due, and what became of them; counts no figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve

from klaremal.checks.shown import EXAMPLES, MASK
from klaremal.compile.clock import clocked_sql
from klaremal.engine import Engine, name, text
from klaremal.errors import ContractBroken
from klaremal.model.formula import Formula, substitute
from klaremal.model.on_time import Clock
from klaremal.model.outcome import SetAside

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows


def clocked(engine: Engine, rows: Rows, clock: Clock, until: date, pauses: str = "") -> Rows:
    """Return the cases with the columns of `compile.clock`; `until` is the last day covered, `pauses` a checked relation.

    A case that is ended or withdrawn on a day before its start is bad; ContractBroken when more are than the dataset allows.
    One that is so on the same day, by the clock alone, counts, and a warning says how many there are.
    """
    found = rows
    for field, formula in (("end", clock.measure.end), ("withdrawn", clock.measure.withdrawn)):
        if formula is not None:
            found = _in_order(engine, found, clock, field, formula)
    view = engine.fresh("clocked")
    sql = clocked_sql(clock, found.relation, until, engine.dialect, pauses=pauses)
    engine.query(f"create temp view {name(view)} as {sql}", f"clocks of {rows.dataset.id}")
    return evolve(found, relation=view)


def _in_order(engine: Engine, rows: Rows, clock: Clock, field: str, later: Formula) -> Rows:
    """Flag the cases of which one date is on a day before the start."""
    start, end = (each.sql(engine.dialect) for each in (clock.measure.start, later))
    early = f"cast({end} as date) < cast({start} as date)"
    clockwise = f"cast({end} as date) = cast({start} as date) and cast({end} as timestamp) < cast({start} as timestamp)"
    counts = f"count(case when {early} then 1 end), count(case when {clockwise} then 1 end)"
    where = f"from {name(rows.relation)} where __bad is null"
    wrong, nearly = engine.query(f"select {counts} {where}", f"order of the dates of {rows.dataset.id}")[0]
    what = f"{later} is before {clock.measure.start}"
    if nearly:
        told = f"{rows.dataset.id}: in {nearly} rows {what}, on the same day; they count."
        rows = evolve(rows, warnings=(*rows.warnings, told))
    if not wrong:
        return rows
    rule = f"{field}_before_start"
    columns = _columns(clock, later)
    examples = tuple(_examples(engine, rows, f"{where} and {early}", columns))
    said = SetAside(dataset=rows.dataset.id, rule=rule, rows=wrong, message=f"{what}.", examples=examples)
    if rows.bad + wrong > rows.dataset.bad_rows_allowed * rows.total:
        share = f"{rows.bad + wrong} of {rows.total} rows"
        why = f"{share} break the contract or have dates out of order ({wrong}: {what}). Correct the source."
        raise ContractBroken(why, rows.dataset.id)
    flagged = f"__bad is null and coalesce({early}, false)"
    broken = text(f"|{'|'.join(columns)}|")
    view = engine.fresh("ordered")
    engine.query(
        f"create temp view {name(view)} as select * replace (case when {flagged} then {text(rule)} else __bad end as __bad, "
        f"case when {flagged} then {broken} else __broken end as __broken) from {name(rows.relation)}",
        f"flag {rule}",
    )
    return evolve(rows, relation=view, bad=rows.bad + wrong, set_aside=(*rows.set_aside, said))


def _columns(clock: Clock, later: Formula) -> list[str]:
    derived = dict(clock.dataset.derived)
    return sorted({column for each in (clock.measure.start, later) for column in substitute(each, derived).columns})


def _examples(engine: Engine, rows: Rows, where: str, columns: list[str]) -> Iterator[str]:
    """Give up to five of the cases as `column = value`, the same ones every time; personal values are masked."""
    shown = list(dict.fromkeys((*rows.dataset.key, *columns)))
    cells = ", ".join(f"cast({name(column)} as varchar)" for column in shown)
    for values in engine.query(f"select {cells} {where} order by all limit {EXAMPLES}", "examples of dates out of order"):
        pairs = zip(shown, values, strict=True)
        yield "; ".join(f"{each} = {MASK if rows.dataset.column(each).personal else value}" for each, value in pairs)
