"""The page of formulas: what may stand in one, from the vocabulary, with values and refusals that are computed."""

from __future__ import annotations

import re
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from markdown import code, fenced, page, table

from klaremal import Formula, KlaremalError
from klaremal.engine import Engine
from klaremal.model.column import TYPES
from klaremal.model.formula_functions import _FUNCTIONS
from klaremal.model.formula_words import CAST_TYPES, GRAMMAR, OWN_FUNCTIONS, UNITS
from klaremal.working_days import calendar_of, load

# The columns of the one row that examples look at, as SQL and with the type that a dataset gives them.
ROW: dict[str, tuple[str, str]] = {
    "applied": ("date '2026-04-01'", "date"),
    "decided": ("date '2026-04-15'", "date"),
    "moved_out": ("cast(null as date)", "date"),
    "called_at": ("timestamp '2026-04-01 08:30:00'", "datetime"),
    "answered_at": ("timestamp '2026-04-01 10:00:30'", "datetime"),
    "born": ("date '1950-04-02'", "date"),
    "kind": ("'generel'", "string"),
    "hours": ("cast(7 as bigint)", "integer"),
    "days": ("cast(null as bigint)", "integer"),
}
SECTIONS = MappingProxyType(
    {
        "Conditions": (
            "decided <= applied + interval 14 day",
            "kind in ('generel', 'akut') and hours > 5",
            "hours between 5 and 7",
            "moved_out is null",
            "moved_out > applied",
            "days > 3 or kind = 'generel'",
            "not (days > 3)",
        ),
        "Numbers and texts": (
            "hours / 2",
            "hours / 0",
            "round(hours / 3, 2)",
            "coalesce(days, 0) + 1",
            "least(hours, days, 5)",
            "case when hours >= 37 then 'fuld tid' when hours > 0 then 'deltid' end",
            "cast('12' as integer)",
            "cast(kind as integer)",
        ),
        "Dates": (
            "applied + interval 2 month",
            "date '2026-01-31' + interval 1 month",
            "decided - interval '14 days'",
            "greatest(applied, decided, moved_out)",
            "cast(called_at as date)",
        ),
        "klaremal's own functions": (
            "days_between(applied, decided)",
            "days_between(decided, applied)",
            "days_between(applied, moved_out)",
            "working_days_between(applied, decided)",
            "hours_between(called_at, answered_at)",
            "minutes_between(called_at, answered_at)",
            "age(born, applied)",
            "age(born, decided)",
            "first_of_month(decided)",
            "school_year(applied)",
            "block(applied, 14)",
        ),
    }
)
REFUSED = (
    "kind = generel",
    "hours > 5,5",
    "moved_out = null",
    "kind like 'gen%'",
    "sum(hours)",
    "dayes_between(applied, decided)",
    "decidet is not null",
    "hours = '7'",
    "kind = 'Generel'",
    "decided - applied > 14",
    "kind = “generel”",
    "select 1",
)
_TYPES = {name: kind for name, (_, kind) in ROW.items()}
# What the enumeration of a column says.
_VALUES = MappingProxyType({"kind": ("generel", "akut")})
_INTRO = """\
A formula is one SQL expression over the columns of one row. It means the same in every engine, reads nothing else, and is
checked against the columns of its dataset before any row is read. Two formulas that differ only in case, spaces and
needless parentheses are the same formula: they give the same definition of an indicator.

SQL's logic of null holds: a comparison with a null is neither true nor false, and such a row counts nowhere. `least` and
`greatest` pass over nulls. Division is true division and gives null when divided by zero; a cast that does not fit gives
null. A column whose name is a word of the grammar or has odd signs stands in double quotes, text in single ones.

A column with an enumeration has no other values, beside the one that means all of them (`total`): a formula that asks for
another one is refused, since it would be true for nobody, and with `<>` for everybody. A cell without a value, or with a
marker of a missing one, is null: `kind is null`."""


def text() -> str:
    """Return the page."""
    with Engine.open() as engine:
        load(engine, calendar_of("DK"))
        values = {title: [(code(each), _value(engine, each)) for each in given] for title, given in SECTIONS.items()}
    row = table(["column", "type", "value"], [(code(name), kind, _sql_value(sql)) for name, (sql, kind) in ROW.items()])
    return page(
        "Formulas",
        _INTRO,
        "## What may stand in one",
        _vocabulary(),
        "## What comes out",
        "Of a row with these values, by the Danish calendar:",
        row,
        *(f"### {title}\n\n{table(['formula', 'gives'], rows)}" for title, rows in values.items()),
        "## What is refused, and the cure",
        *(f"{fenced(_refusal(each), 'text')}" for each in REFUSED),
    )


def _vocabulary() -> str:
    own = [(code(f"{name}({_arguments(name)})"), _of(name)) for name in OWN_FUNCTIONS]
    rows = [
        ("comparison", "`=` `<>` `<` `<=` `>` `>=`, `between ... and ...`, `in (...)`, `is null`, `is not null`"),
        ("logic", "`and`, `or`, `not`, `true`, `false`"),
        ("arithmetic", "`+` `-` `*` `/`, parentheses, `round(x, decimals)`"),
        ("choice", "`case when ... then ... else ... end`, `coalesce`, `least`, `greatest`"),
        (
            "dates",
            "`date '2026-01-31'`, `timestamp '2026-01-31 10:00:00'`, `interval 2 month` with " + ", ".join(map(code, UNITS)),
        ),
        ("types", "`cast(x as ...)` to " + ", ".join(map(code, CAST_TYPES))),
        ("words of the grammar", ", ".join(map(code, GRAMMAR))),
    ]
    columns = f"Columns have one of the types {', '.join(map(code, TYPES))}."
    return "\n\n".join([table(["for", "write"], rows), table(["klaremal's own function", "gives"], own), columns])


def _arguments(name: str) -> str:
    given = {"age": "birth, at", "block": "date, days"}
    return given.get(name, "from, to" if OWN_FUNCTIONS[name] == 2 else "date")


def _of(name: str) -> str:
    return " ".join((_FUNCTIONS[name].__doc__ or "").split())


def _value(engine: Engine, formula: str) -> str:
    made = Formula.of(formula)
    faults = made.check(_TYPES, _VALUES)
    assert not faults, f"{formula}: {faults}"
    columns = ", ".join(f'{sql} as "{name}"' for name, (sql, _) in ROW.items())
    ((value,),) = engine.query(f"select {made.sql()} from (select {columns})", "an example of the documentation")
    return _written(value)


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return str(value).removesuffix(" 00:00:00")
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _sql_value(sql: str) -> str:
    return "null" if "null" in sql else re.sub(r"cast\((\d+) as \w+\)|(?:\w+ )?'([^']*)'", r"\1\2", sql)


def _refusal(formula: str) -> str:
    """Return a formula with what is said of it, as it is said."""
    try:
        faults = Formula.of(formula).check(_TYPES, _VALUES)
        said = " ".join(each if each.endswith((".", "?")) else f"{each}." for each in faults)
    except KlaremalError as error:
        return f"{formula}\n\n{error}"
    assert said, f"{formula} is not refused"
    return f"{formula}\n\n{said}"
