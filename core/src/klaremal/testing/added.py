"""Whether what a pass adds up really adds up: the components of two halves of the rows against those of the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows
    from klaremal.components import Groups
    from klaremal.desk import Desk
    from klaremal.plan import Pass, Plan

# What is written behind the name of a row's unit: both halves and the whole then stand in one relation, scanned once.
_MARK: Final = "#"
_WHOLE: Final = "whole"


def not_added(desk: Desk, plan: Plan, usable: Collection[str]) -> Iterator[str]:
    """Say which additive components of a plan's passes are not those of two halves of the rows together, a sentence each.

    `usable` are the datasets whose rows can be used. Which half a row falls into says its content alone. Sums of squares are
    floats, kept to six digits.
    """
    from klaremal.scan import scan

    for pass_ in plan.passes:
        if pass_.breakdown or pass_.dataset.id not in usable or not pass_.dataset.placed_in:
            continue
        if pass_.needs_calendar:
            _ = desk.calendar
        rows = desk.rows(pass_.dataset.id) if pass_.clock is None else desk.clocked(pass_.clock)
        groups = scan(desk.engine, _halved(desk, rows), pass_)
        for place, term in enumerate(pass_.terms):
            if term.additive:
                yield from _compared(pass_, f"c{place}", term.kind, groups)


def _halved(desk: Desk, rows: Rows) -> Rows:
    """Return every row twice: in the whole, and in the half that it falls into."""
    from klaremal.engine import name, text

    *others, last = (name(each) for each in rows.dataset.placed_in)
    relation, view = name(rows.relation), desk.engine.fresh("halves")

    def marked(mark: str) -> str:
        behind = f"{text(_MARK)} || {mark}"
        made = [f"cast({each} as varchar) || {behind} as {each}" for each in others]
        made.append(f"coalesce(cast({last} as varchar), '') || {behind} as {last}")
        return f"select * replace ({', '.join(made)}) from {relation} as one"

    sql = f"{marked('cast(hash(one) % 2 as varchar)')} union all {marked(text(_WHOLE))}"
    desk.engine.query(f"create temp view {name(view)} as {sql}", f"halves of the rows of {rows.dataset.id}")
    return evolve(rows, relation=view)


def _compared(pass_: Pass, name: str, kind: str, groups: Groups) -> Iterator[str]:
    whole: dict[tuple[str, Any], Any] = {}
    added: dict[tuple[str, Any], Any] = defaultdict(int)
    for text, period, number in zip(groups.unit, groups.period.tolist(), groups.columns[name].tolist(), strict=True):
        unit, _, mark = str(text).rpartition(_MARK)
        if mark == _WHOLE:
            whole[unit, period] = number
        else:
            added[unit, period] += number
    for cell, number in whole.items():
        if abs(number - added[cell]) > (1e-5 * abs(number) if kind == "squares" else 0):
            what = f"a {kind} of the rows of {cell[0]} is {number}, and {added[cell]} of two halves of them"
            yield f"{pass_.dataset.id}: {what}"
            return
