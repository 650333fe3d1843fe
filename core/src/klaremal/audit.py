"""The SQL that makes an indicator's figures from its files, for an auditor to run; no figure is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klaremal.desk import opened
from klaremal.errors import SourceUnavailable

if TYPE_CHECKING:
    from klaremal.model.indicator import Indicator
    from klaremal.plan import Pass
    from klaremal.ready import Ready


def _legend(pass_: Pass, indicator: Indicator, scratch: str) -> str:
    """Say in SQL comments what the columns of a pass are for one indicator, and what is not in the statement."""
    from klaremal.plan_terms import denominator, needed

    places = {term: f"c{place}" for place, term in enumerate(pass_.terms)}
    is_own = pass_.dataset.id == indicator.dataset.id
    per = ((f"per_{name}", term) for name, term in denominator(indicator.measure, pass_.breakdown))
    terms = needed(indicator, pass_.breakdown) if is_own else tuple(per)
    parts = [f"{places[term]} = {name}" for name, term in terms if term in places]
    key = "year * 12 + month - 1" if pass_.by_day else f"as written in {pass_.dated_by}"
    return (
        f"-- One row for each unit as it is written, and each period ({key}); klaremal adds units and periods up after this.\n"
        f"-- {indicator.id}: {', '.join(parts) or 'not additive: see the statements of its level and frequency'}\n"
        f"-- A file below {scratch} is klaremal's plain-text copy of a workbook or of a file in another encoding.\n"
    )


def statements(ready: Ready, indicator: Indicator) -> str:
    """Return the SQL that makes an indicator's figures from its files, for an auditor to run; it is run here once, too."""
    from klaremal.plan import make
    from klaremal.scan import sql

    plan = make(ready.bound, ready.bound.units)
    own = [
        each
        for each in plan.passes
        if indicator in [wanted.indicator for wanted in (*plan.wanted(each), *plan.measured_per(each))]
    ]
    clocks = [each.clock for each in own if each.clock is not None]
    pauses = {clock.pauses.id for clock in clocks if clock.pauses is not None}
    with opened(ready, (*indicator.datasets, *sorted(pauses)), lambda message: None) as desk:
        for each in (*indicator.datasets, *sorted(pauses)):
            if each in desk.gaps:
                raise SourceUnavailable(desk.gaps[each].message, each)
        if any(each.needs_calendar for each in own):
            _ = desk.calendar
        found = [desk.rows(each.dataset.id) if each.clock is None else desk.clocked(each.clock) for each in own]
        made = [each.sql for each in desk.engine.log if each.sql.lstrip().lower().startswith(("create", "update"))]
        for pass_, rows in zip(own, found, strict=True):
            made.append(f"{_legend(pass_, indicator, str(desk.engine.scratch))}{sql(desk.engine, rows, pass_)}")
    return ";\n\n".join(made) + ";"
