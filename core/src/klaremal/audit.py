"""The SQL that makes an indicator's figures from its files, for an auditor to run; no figure is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klaremal.errors import SourceUnavailable
from klaremal.measuring import opened

if TYPE_CHECKING:
    from klaremal.model.indicator import Indicator
    from klaremal.plan import Pass
    from klaremal.ready import Ready


def _legend(pass_: Pass, indicator: Indicator, scratch: str) -> str:
    """Say in SQL comments what the columns of a pass are for one indicator, and what is not in the statement."""
    from klaremal.plan import components

    places = {term: f"c{place}" for place, term in enumerate(pass_.terms)}
    parts = [f"{places[term]} = {name}" for name, term in components(indicator.measure) if term in places]
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

    name = indicator.dataset.id
    with opened(ready, (name,), lambda message: None) as desk:
        if name in desk.gaps:
            raise SourceUnavailable(desk.gaps[name].message, name)
        rows = desk.rows(name)
        made = [each.sql for each in desk.engine.log if each.sql.lstrip().lower().startswith(("create", "update"))]
        plan = make(ready.bound, ready.bound.units)
        for pass_ in plan.passes:
            if pass_.dataset.id == name and pass_.dated_by == (indicator.dated_by or indicator.dataset.dated_by):
                made.append(f"{_legend(pass_, indicator, str(desk.engine.scratch))}{sql(desk.engine, rows, pass_)}")
    return ";\n\n".join(made) + ";"
