"""Checked cases with what their clock says: when they are due, and what became of them; counts no figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from attrs import evolve

from klaremal.checks.shown import EXAMPLES, MASK
from klaremal.compile.clock import clocked_sql
from klaremal.engine import Engine, name, text
from klaremal.errors import ContractBroken
from klaremal.model.deadline import LARGEST
from klaremal.model.formula import Formula, substitute
from klaremal.model.on_time import Clock
from klaremal.model.outcome import SetAside
from klaremal.working_days import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows

_WORKING_DAYS: Final = 250


def clocked(engine: Engine, rows: Rows, clock: Clock, until: date, pauses: str = "") -> Rows:
    """Return the cases with the columns of `compile.clock`; `until` is the last day covered, `pauses` a checked relation.

    A case that is ended or withdrawn on a day before its start is bad, and so is one of which a pause was set aside;
    ContractBroken when more are than the dataset allows. One that is out of order on the same day, by the clock alone, counts,
    and a warning says how many there are. So it does of cases without a deadline, of pauses that end before they begin, and
    of those that are of no case.
    """
    found = rows
    for field, formula in (("end", clock.measure.end), ("withdrawn", clock.measure.withdrawn)):
        if formula is not None:
            found = _in_order(engine, found, clock, field, formula)
    found = _in_doubt(engine, found, clock, pauses)
    told = (
        *_without_deadline(engine, found, clock),
        *_backward_pauses(engine, found, clock, pauses),
        *_of_no_case(engine, found, clock, pauses),
    )
    found = evolve(found, warnings=(*found.warnings, *told))
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
    columns = _columns(clock, clock.measure.start, later)
    return _without(engine, rows, clock, f"coalesce({early}, false)", wrong, f"{field}_before_start", f"{what}.", columns)


def _in_doubt(engine: Engine, rows: Rows, clock: Clock, pauses: str) -> Rows:
    """Flag the cases of which a pause was set aside: by the others alone nobody knows their deadline.

    One that surely began when the case had ended stops nothing.
    """
    given = clock.measure.pauses
    if not pauses or clock.pauses is None or given is None:
        return rows
    keys = ", ".join(map(name, clock.dataset.key))
    start, end = given.start.sql(engine.dialect), clock.measure.end.sql(engine.dialect)
    broken = " or ".join(f"contains(coalesce(__broken, ''), {text(f'|{each}|')})" for each in sorted(given.start.columns))
    begun = f"case when not ({broken or 'false'}) then {start} end as __from"
    bad = f"select {keys}, {begun} from {name(pauses)} where __bad is not null"
    cases = f"select {keys}, {end} as __ended from {name(rows.relation)} where __bad is null"
    late = "coalesce(cast(__from as timestamp) >= cast(__ended as timestamp), false)"
    in_doubt = f"({keys}) in (select {keys} from ({cases}) join ({bad}) using ({keys}) where not {late})"
    sql = f"select count(*) from {name(rows.relation)} where __bad is null and {in_doubt}"
    ((wrong,),) = engine.query(sql, f"pauses of {rows.dataset.id} that were set aside")
    what = f"a row of {clock.pauses.id} about the case was set aside."
    # With a pause that is not known it may be due in any period.
    undated = _columns(clock, clock.measure.start) if clock.measure.counted_when == "due" else []
    return _without(engine, rows, clock, f"coalesce({in_doubt}, false)", wrong, "pause_set_aside", what, undated)


def _without(
    engine: Engine, rows: Rows, clock: Clock, condition: str, wrong: int, rule: str, what: str, columns: list[str]
) -> Rows:
    """Set the good rows aside for which a condition holds; ContractBroken when more are bad then than the dataset allows."""
    if not wrong:
        return rows
    where = f"from {name(rows.relation)} where __bad is null and {condition}"
    examples = tuple(_examples(engine, rows, where, columns))
    said = SetAside(dataset=rows.dataset.id, rule=rule, rows=wrong, message=what, examples=examples)
    if rows.bad + wrong > rows.dataset.bad_rows_allowed * rows.total:
        share = f"{rows.bad + wrong} of {rows.total} rows"
        why = f"{share} break the contract or cannot be timed ({wrong}: {what.removesuffix('.')}). Correct the source."
        raise ContractBroken(why, rows.dataset.id)
    flagged = f"__bad is null and {condition}"
    broken = text(f"|{'|'.join(columns)}|")
    view = engine.fresh("timed")
    engine.query(
        f"create temp view {name(view)} as select * replace (case when {flagged} then {text(rule)} else __bad end as __bad, "
        f"case when {flagged} then {broken} else __broken end as __broken) from {name(rows.relation)}",
        f"flag {rule}",
    )
    return evolve(rows, relation=view, bad=rows.bad + wrong, set_aside=(*rows.set_aside, said))


def _without_deadline(engine: Engine, rows: Rows, clock: Clock) -> Iterator[str]:
    """Say how many cases have no deadline: by empty cells, or since the calendar of working days does not reach it."""
    allowed = clock.measure.deadline if clock.within is None else clock.within.amount
    assert allowed is not None, "a clock without a deadline is refused"
    start, amount = (each.sql(engine.dialect) for each in (clock.measure.start, allowed))
    columns, beyond = _columns(clock, allowed), "false"
    has_one = f"({amount}) is not null"
    if clock.within is not None:
        has_one = f"coalesce(({amount}) between 0 and {LARGEST[clock.within.kind]}, false)"
    if clock.unit == "working_days":
        # As many working days as a year has at least: a deadline that comes so near to the end is told with those past it.
        year = f"extract(year from {start})"
        beyond = f"{year} < {FIRST_YEAR} or {year} + ({amount}) / {_WORKING_DAYS} > {LAST_YEAR}"
    elif not columns:
        return
    about = "true" if clock.measure.where is None else clock.measure.where.sql(engine.dialect)
    counts = f"count(case when not {has_one} then 1 end), count(case when {has_one} and ({beyond}) then 1 end)"
    where = f"from {name(rows.relation)} where __bad is null and {start} is not null and ({about})"
    empty, late = engine.query(f"select {counts} {where}", f"cases of {rows.dataset.id} without a deadline")[0]
    if empty:
        follows = " and ".join(columns)
        yield f"{rows.dataset.id}: {empty} rows have no deadline by {follows}; they are promised something and not measured."
    if late:
        reach = f"which are known from {FIRST_YEAR} to {LAST_YEAR}"
        yield f"{rows.dataset.id}: the deadlines of {late} rows lie beyond the working days, {reach}; they are not measured."


def _backward_pauses(engine: Engine, rows: Rows, clock: Clock, pauses: str) -> Iterator[str]:
    """Say how many pauses end before they begin, and so stop no clock."""
    given = clock.measure.pauses
    if given is None:
        return
    start, end = (each.sql(engine.dialect) for each in (given.start, given.end))
    sql = f"select count(*) from {name(pauses or rows.relation)} where __bad is null and {end} < {start}"
    ((backward,),) = engine.query(sql, f"order of the pauses of {rows.dataset.id}")
    if backward:
        of = rows.dataset if clock.pauses is None else clock.pauses
        yield f"{of.id}: in {backward} rows {given.end} is before {given.start}; such a pause stops no clock."


def _of_no_case(engine: Engine, rows: Rows, clock: Clock, pauses: str) -> Iterator[str]:
    """Say how many pauses name a case that is not there, or none at all, and so stop no clock."""
    if not pauses or clock.pauses is None:
        return
    same = " and ".join(f"c.{name(key)} = p.{name(key)}" for key in clock.dataset.key)
    nobodys = " or ".join(f"p.{name(key)} is null" for key in clock.dataset.key)
    none = f"not exists (select 1 from {name(rows.relation)} as c where {same})"
    sql = f"select count(*), count(case when {none} then 1 end) from {name(pauses)} as p where p.__bad is null or {nobodys}"
    every, lost = engine.query(sql, f"cases of the pauses of {rows.dataset.id}")[0]
    if lost:
        keys = ", ".join(clock.dataset.key)
        yield f"{clock.pauses.id}: {lost} of {every} rows name no case of {rows.dataset.id} ({keys}); they stop no clock."


def _columns(clock: Clock, *formulas: Formula) -> list[str]:
    derived = dict(clock.dataset.derived)
    return sorted({column for each in formulas for column in substitute(each, derived).columns})


def _examples(engine: Engine, rows: Rows, where: str, columns: list[str]) -> Iterator[str]:
    """Give up to five of the cases as `column = value`, the same ones every time; personal values are masked."""
    shown = list(dict.fromkeys((*rows.dataset.key, *columns)))
    cells = ", ".join(f"cast({name(column)} as varchar)" for column in shown)
    for values in engine.query(f"select {cells} {where} order by all limit {EXAMPLES}", "examples of dates out of order"):
        pairs = zip(shown, values, strict=True)
        yield "; ".join(f"{each} = {MASK if rows.dataset.column(each).personal else value}" for each, value in pairs)
