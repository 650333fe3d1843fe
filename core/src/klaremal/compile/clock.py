"""Legal clocks as SQL: a relation of cases with each case's deadline and what became of it; it runs nothing.

A clock counts days, working days or seconds. Each layer is a SELECT over the one below it and adds columns; pauses are cut
so that they do not overlap, and prolong the deadline one after the other as long as they begin before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlglot import exp

from klaremal.compile.template import column, layer, source, tree
from klaremal.model.deadline import LARGEST, Within
from klaremal.model.formula import Formula
from klaremal.model.formula_functions import working_day, working_day_number
from klaremal.model.on_time import AGE, COUNTED, DATED, DUE, KEPT, OVERDUE, PAUSED, PROMISED, START_DAY, Clock, Pauses

# A pause until this day or later has no end; sources write such dates for "not yet".
_ENDLESS: Final = "9999-12-31"
_SECONDS_PER_HOUR: Final = 3600


def clocked(clock: Clock, relation: str, until: date, *, pauses: str = "") -> exp.Select:
    """Return a SELECT of the relation of cases with what their clock says on the day `until`, the last that data covers.

    It adds the day of the deadline `__due` (with a time where seconds count; null when it is not known or a pause has no
    end), `__dated` (the day by which the case counts), `__start_day`, and, never null: `__promised`, `__counted` (it is
    judged), `__kept`, `__overdue` (open on `until` and past its deadline; `__age` is then the days since its start) and
    `__paused` (its clock stands still on `until`). Cases that belong to no period yet, because they are not yet due, are left
    out unless they are paused. `pauses` is the relation of the pauses' own dataset. Bad rows have a clock, too; whoever counts
    leaves them out.
    """
    rows = exp.Table(this=exp.to_identifier(relation, quoted=True))
    timed = _targeted(clock, _timed(clock, rows))
    if clock.measure.pauses is not None:
        timed = _paused(clock, clock.measure.pauses, timed, pauses, until)
    return _judged(clock, _due(clock, timed), until)


def clocked_sql(clock: Clock, relation: str, until: date, dialect: str, *, pauses: str = "") -> str:
    """Return `clocked` in an engine's SQL."""
    return clocked(clock, relation, until, pauses=pauses).sql(dialect=dialect, identify=True, copy=False)


# -- start, end and what is allowed ----------------------------------------------------------------------------------


def _timed(clock: Clock, rows: exp.Table) -> exp.Select:
    measure = clock.measure
    withdrawn = exp.Null() if measure.withdrawn is None else measure.withdrawn.expanded()
    moments = {"__start_at": measure.start.expanded(), "__end_at": measure.end.expanded(), "__withdrawn_at": withdrawn}
    return layer(rows, {name: _moment(clock, each) for name, each in moments.items()})


def _moment(clock: Clock, value: exp.Expr) -> exp.Expr:
    return tree(f"cast(:value as {'timestamp' if clock.unit == 'seconds' else 'date'})", value=value)


def _targeted(clock: Clock, timed: exp.Select) -> exp.Select:
    """Add `__target`: the deadline without pauses, as a day, a second, or the number of a working day."""
    if clock.within is None:
        assert clock.measure.deadline is not None, "a clock without a deadline is refused"
        return layer(timed, {"__target": _moment(clock, clock.measure.deadline.expanded())})
    start, amount = column("__start_at"), _amount(clock.within)
    if clock.unit == "working_days":
        return layer(timed, {"__target": tree(":number + :amount", number=working_day_number(start), amount=amount)})
    unit = {"days": "day", "months": "month", "hours": "second"}[clock.within.kind]
    return layer(timed, {"__target": _moment(clock, tree(f"date_add(__start_at, :amount, {unit})", amount=amount))})


def _amount(within: Within) -> exp.Expr:
    """Return the amount in what is counted, seconds for hours; null where a row's own is none that can be."""
    per = _SECONDS_PER_HOUR if within.kind == "hours" else 1
    if not within.amount.columns:
        return exp.Literal.number(int(Decimal(within.amount.canonical) * per))
    whole = "floor(:amount) = :amount and" if within.kind == "months" else ""
    template = f"case when {whole} :amount between 0 and {LARGEST[within.kind]} then cast(ceil(:amount * {per}) as bigint) end"
    return tree(template, amount=within.amount.expanded())


# -- pauses ----------------------------------------------------------------------------------------------------------


def _paused(clock: Clock, pauses: Pauses, timed: exp.Select, relation: str, until: date) -> exp.Select:
    """Add `__extra` (what the pauses prolong by), `__endless` (one without an end does) and `__standing` (one on `until`)."""
    if pauses.dataset is None:
        return _own_pause(clock, pauses, timed, until)
    assert relation, "the pauses' own dataset is a relation, too"
    keys = clock.dataset.key
    extra = _extra(clock, _apart(_pieces(clock, pauses, timed, relation), keys), keys, until)
    added = {"__extra": "0", "__endless": "false", "__standing": "false"}
    found = [exp.alias_(tree(f"coalesce(e.{name}, {none})"), name) for name, none in added.items()]
    query = exp.select("c.*", *found).from_(source(timed.copy(), "c"))
    return query.join(source(extra, "e"), on=_same(keys, "c", "e"), join_type="left", copy=False)


def _own_pause(clock: Clock, pauses: Pauses, timed: exp.Select, until: date) -> exp.Select:
    piece = layer(timed, _ends(clock, _moment(clock, pauses.start.expanded()), _moment(clock, pauses.end.expanded())))
    measured = layer(_measured(clock, layer(piece, {"__piece": "__from"})), {"__before": "0"})
    counting = layer(measured, {"__counting": f"coalesce(__piece < __to and {_COUNTING[clock.unit]}, false)"})
    found: dict[str, str | exp.Expr] = {
        "__extra": "case when __counting then coalesce(__length, 0) else 0 end",
        "__endless": "__counting and __length is null",
        "__standing": tree(f"__counting and {_STANDING}", until=_day(until)),
    }
    return layer(counting, found)


def _pieces(clock: Clock, pauses: Pauses, timed: exp.Select, relation: str) -> exp.Select:
    """Return the pauses of every good case, from the day after its start on; those that are over by then are left out."""
    keys = clock.dataset.key
    rows = exp.Table(this=exp.to_identifier(relation, quoted=True))
    named = [exp.alias_(_moment(clock, each.expanded()), name) for name, each in _named(pauses)]
    told = exp.select(*map(column, keys), *named).from_(rows).where("__bad is null")
    query = exp.select(*(column(key, "c") for key in keys), "c.__target", "c.__start_at", "p.__pause_from", "p.__pause_to")
    query = query.from_(source(timed.copy(), "c")).join(source(told, "p"), on=_same(keys, "c", "p"), join_type="inner")
    ends = _ends(clock, column("__pause_from"), column("__pause_to"))
    return layer(layer(query.where("c.__bad is null"), ends), {}, where="__from < __to")


def _named(pauses: Pauses) -> tuple[tuple[str, Formula], ...]:
    return (("__pause_from", pauses.start), ("__pause_to", pauses.end))


def _ends(clock: Clock, start: exp.Expr, end: exp.Expr) -> dict[str, str | exp.Expr]:
    """Return `__from` and `__to` of a pause: day 0 is not counted, and so cannot be paused."""
    first = "__start_at" if clock.unit == "seconds" else "cast(date_add(__start_at, 1, day) as date)"
    endless = _moment(clock, exp.Literal.string(_ENDLESS))
    # Without a start of the pause there is none; without one of the case nothing is cut off.
    return {
        "__from": tree(f"case when :start is not null then greatest(:start, coalesce({first}, :start)) end", start=start),
        "__to": tree("coalesce(:end, :endless)", end=end, endless=endless),
    }


def _apart(pieces: exp.Select, keys: Sequence[str]) -> exp.Select:
    """Add `__piece`: where a pause begins that no earlier one of the same case covers; covered ones are left out."""
    reached = _window("max(__to)", keys, "__from, __to")
    apart = layer(pieces, {"__piece": tree("greatest(__from, coalesce(:reached, __from))", reached=reached)})
    return layer(apart, {}, where="__piece < __to")


def _measured(clock: Clock, pieces: exp.Select) -> exp.Select:
    """Add `__length` of each piece, null when it has no end, and `__at`, the working day before it."""
    before, last = (tree(f"cast(date_add({day}, -1, day) as date)") for day in ("__piece", "__to"))
    if clock.unit == "working_days":
        # The calendar ends long before an endless pause does, so that its length is null.
        length = tree(":last - :before", last=working_day_number(last), before=working_day_number(before))
        return layer(pieces, {"__at": working_day_number(before), "__length": length})
    unit = "second" if clock.unit == "seconds" else "day"
    template = f"case when __to < :endless then datediff(__to, __piece, {unit}) end"
    return layer(pieces, {"__length": tree(template, endless=_moment(clock, exp.Literal.string(_ENDLESS)))})


# A pause prolongs the deadline when it begins before all that is allowed has passed: a deadline in days passes at the end of
# its day.
_COUNTING: Final = {
    "days": "datediff(__piece, __target, day) <= __before",
    "working_days": "__at < __target + __before",
    "seconds": "datediff(__piece, __target, second) < __before",
}
_STANDING: Final = "cast(__piece as date) <= :until and cast(__to as date) > :until"


def _extra(clock: Clock, apart: exp.Select, keys: Sequence[str], until: date) -> exp.Select:
    """Return one row for each case with pauses: what those prolong by that count."""
    before = tree("coalesce(:sum, 0)", sum=_window("sum(__length)", keys, "__piece"))
    counting = layer(layer(_measured(clock, apart), {"__before": before}), {"__counting": _COUNTING[clock.unit]})
    added = {
        "__extra": tree("cast(coalesce(sum(case when __counting then __length end), 0) as bigint)"),
        "__endless": tree("count(case when __counting and __length is null then 1 end) > 0"),
        "__standing": tree(f"count(case when __counting and {_STANDING} then 1 end) > 0", until=_day(until)),
    }
    made = [exp.alias_(each, name) for name, each in added.items()]
    named = list(map(column, keys))
    return exp.select(*named, *made).from_(source(counting, "r")).group_by(*named)


def _window(aggregate: str, keys: Sequence[str], order: str) -> exp.Expr:
    frame = "rows between unbounded preceding and 1 preceding"
    window = tree(f"{aggregate} over (order by {order} {frame})")
    window.set("partition_by", list(map(column, keys)))
    return window


def _same(keys: Sequence[str], one: str, other: str) -> exp.Expr:
    return exp.and_(*(exp.EQ(this=column(key, one), expression=column(key, other)) for key in keys))


# -- the deadline, and what became of the case -----------------------------------------------------------------------


def _due(clock: Clock, timed: exp.Select) -> exp.Select:
    """Add `__due`; null when it is not known, when a pause has no end, and when the calendar does not reach it."""
    has_pauses = clock.measure.pauses is not None
    last = exp.column("__target")
    if clock.unit == "working_days":
        found = layer(timed, {"__found": working_day(tree("__target + __extra") if has_pauses else last)})
        # No working day is allowed: the deadline is the start's own day, also on a holiday.
        due, below = tree("case when __found < __start_at then __start_at else __found end"), found
    elif has_pauses:
        unit = "second" if clock.unit == "seconds" else "day"
        due, below = _moment(clock, tree(f"date_add(__target, __extra, {unit})")), timed
    else:
        due, below = last, timed
    if has_pauses:
        due = tree("case when not __endless then :due end", due=due)
    if clock.measure.roll is None:
        return layer(below, {DUE: due})
    # Layer by layer: engines join a lookup of a column, and run one inside another row by row.
    below = layer(below, {"__unmoved": due})
    below = layer(below, {"__last": working_day_number(tree("date_add(__unmoved, -1, day)"))})
    return layer(below, {DUE: working_day(tree("__last + 1"))})


def _judged(clock: Clock, due: exp.Select, until: date) -> exp.Select:
    has_pauses = clock.measure.pauses is not None
    endless, standing = ("__endless", "__standing") if has_pauses else ("false", "false")
    day = _day(until)
    is_open = "coalesce(cast(__end_at as date) > :until, true) and coalesce(cast(__withdrawn_at as date) > :until, true)"
    became: dict[str, str | exp.Expr] = {
        START_DAY: "cast(__start_at as date)",
        "__is_due": tree(f"coalesce(cast({DUE} as date) <= :until, false)", until=day),
        "__is_kept": f"coalesce(__end_at <= {DUE}, false)",
        # Withdrawn on or before a deadline that no pause without an end puts off for ever.
        "__is_out": f"__withdrawn_at is not null and coalesce(__withdrawn_at <= {DUE}, {endless})",
        "__is_open": tree(is_open, until=day),
    }
    cohort, ahead = _cohort(clock.measure.counted_when, endless)
    beside = {OVERDUE: "__is_open and __is_due", PAUSED: f"__is_open and {standing}"}
    judged = layer(
        layer(due, became), {**cohort, **beside}, where=f"not ({ahead}) or (__is_open and {standing}) or __bad is not null"
    )
    age = tree(f"case when {OVERDUE} then datediff(:until, {START_DAY}, day) end", until=day)
    return layer(judged, {KEPT: f"{COUNTED} and __is_kept", AGE: age})


def _cohort(counted_when: str, endless: str) -> tuple[dict[str, str], str]:
    """Return which cases are promised, which are judged and the day by which each counts; and which count by no day yet.

    A case whose deadline is not known is promised but not judged; one that is ended during a pause without an end is, too.
    """
    unknown = f"{DUE} is null and (not {endless} or __end_at is not null)"
    by_due = f"case when __is_due then cast({DUE} as date) else {START_DAY} end"
    is_ahead = f"not __is_due and {DUE} is not null"
    if counted_when == "decided":
        promised = "__end_at is not null and not __is_out"
        counted = f"{promised} and {DUE} is not null"
        dated = f"case when __end_at is not null then cast(__end_at as date) else {by_due} end"
        ahead = f"{is_ahead} and __end_at is null"
    elif counted_when == "due":
        promised, counted = f"not __is_out and (__is_due or {unknown})", "__is_due and not __is_out"
        dated, ahead = by_due, is_ahead
    else:
        # Those not yet due are promised as well: until they are, it is too early to tell of all that were opened.
        promised, counted = f"not __is_out and ({DUE} is not null or {unknown})", "__is_due and not __is_out"
        dated, ahead = START_DAY, "false"
    return {PROMISED: promised, COUNTED: counted, DATED: dated}, ahead


def _day(day: date) -> exp.Expr:
    return tree(f"cast('{day.isoformat()}' as date)")
