"""Own functions of formulas, and division, as plain SQL that means the same in every engine; nothing is run here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from klaremal.model.formula_parse import inner

# A Monday, so that blocks of 7 and 14 days are whole weeks.
BLOCK_ORIGIN = "2001-01-01"
SCHOOL_YEAR_STARTS = 8  # 1 August, as the period "school_year"


def expand(node: exp.Expr) -> exp.Expr:
    """Return a new tree with own functions, division and casts written as plain SQL.

    `a / b` is true division in floating point and null when `b` is zero. A cast whose value does not fit gives null.
    """
    node = node.copy()
    for found in list(node.find_all(exp.Anonymous, exp.Div, exp.Cast, bfs=True))[::-1]:
        plain = _plain(found)
        if found is node:
            node = plain
        else:
            found.replace(plain)
    return node


def _plain(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Div):
        return _division(node.left, node.right)
    if isinstance(node, exp.Cast):
        literal = isinstance(node.this, exp.Literal) and node.this.is_string
        return node if literal else exp.TryCast(this=node.this, to=node.to)
    return _FUNCTIONS[str(node.this)](node.expressions)


def _division(top: exp.Expr, bottom: exp.Expr) -> exp.Expr:
    """Divide as floating point numbers: engines disagree on 7 / 2 and on division by zero."""
    bottom = inner(bottom)
    if not (isinstance(bottom, exp.Literal) and bottom.this.strip("0.")):
        bottom = exp.Nullif(this=bottom, expression=exp.Literal.number(0))
    return exp.Div(this=_cast(inner(top), exp.DType.DOUBLE), expression=bottom, typed=False, safe=False)


def _cast(node: exp.Expr, to: exp.DType) -> exp.Expr:
    return exp.Cast(this=node.copy(), to=exp.DataType(this=to, nested=False))


def _date(node: exp.Expr) -> exp.Expr:
    return _cast(inner(node), exp.DType.DATE)


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _part(part: str, day: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(part), expression=_date(day))


def _one_if(condition: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=_number(1))], default=_number(0))


def _difference(start: exp.Expr, end: exp.Expr, unit: str, to: exp.DType) -> exp.Expr:
    return exp.DateDiff(this=_cast(inner(end), to), expression=_cast(inner(start), to), unit=exp.var(unit))


def _days_between(parts: list[exp.Expr]) -> exp.Expr:
    """Days from the first date to the second: the same day is 0, tomorrow 1, yesterday -1; times are left out."""
    return _difference(parts[0], parts[1], "DAY", exp.DType.DATE)


def _hours_between(parts: list[exp.Expr]) -> exp.Expr:
    """Hours with decimals, from whole seconds; a date is its midnight."""
    return exp.Paren(this=_division(_difference(parts[0], parts[1], "SECOND", exp.DType.TIMESTAMP), _number(3600)))


def _minutes_between(parts: list[exp.Expr]) -> exp.Expr:
    """Minutes with decimals, from whole seconds; a date is its midnight."""
    return exp.Paren(this=_division(_difference(parts[0], parts[1], "SECOND", exp.DType.TIMESTAMP), _number(60)))


def _age(parts: list[exp.Expr]) -> exp.Expr:
    """Whole years; one born on 29 February is a year older on 1 March when there is no 29 February."""
    birth, at = parts

    def day_of_year(day: exp.Expr) -> exp.Expr:
        return exp.Add(this=exp.Mul(this=_part("MONTH", day), expression=_number(100)), expression=_part("DAY", day))

    years = exp.Sub(this=_part("YEAR", at), expression=_part("YEAR", birth))
    not_yet_this_year = exp.LT(this=day_of_year(at), expression=day_of_year(birth))
    return exp.Paren(this=exp.Sub(this=years, expression=_one_if(not_yet_this_year)))


def _first_of_month(parts: list[exp.Expr]) -> exp.Expr:
    """The date of the first day of the month."""
    month = exp.DateTrunc(this=_date(parts[0]), unit=exp.Literal.string("MONTH"))  # type: ignore[no-untyped-call]
    return _cast(month, exp.DType.DATE)


def _school_year(parts: list[exp.Expr]) -> exp.Expr:
    """The year in which the school year of the date began, 2025 for 2025/26."""
    before = exp.LT(this=_part("MONTH", parts[0]), expression=_number(SCHOOL_YEAR_STARTS))
    return exp.Paren(this=exp.Sub(this=_part("YEAR", parts[0]), expression=_one_if(before)))


def _block(parts: list[exp.Expr]) -> exp.Expr:
    """The number of the block of so many days that holds the date; block 0 begins on Monday 1 January 2001."""
    days = _difference(exp.Literal.string(BLOCK_ORIGIN), parts[0], "DAY", exp.DType.DATE)
    return _cast(exp.Floor(this=_division(days, parts[1].copy())), exp.DType.BIGINT)


def _working_days_between(parts: list[exp.Expr]) -> exp.Expr:
    """Working days after the first date up to the second: the same day is 0; null for days that the calendar has not."""
    start, end = (working_day_number(part.copy()) for part in parts)
    return exp.Paren(this=exp.Sub(this=end, expression=start))


# -- the calendar ----------------------------------------------------------------------------------------------------
# A table with one row a day. Its columns are named like none of a contract, so that a lookup beside them stays one.

CALENDAR = "__calendar"
CALENDAR_DAY = "__day"
CALENDAR_NUMBER = "__number"
CALENDAR_WORKING = "__is_working"


def working_day_number(day: exp.Expr) -> exp.Expr:
    """Look up how many working days the calendar has up to and with a day; null for a day that it has not."""
    return _lookup(CALENDAR_NUMBER, exp.EQ(this=_calendar(CALENDAR_DAY), expression=_date(day)))


def working_day(number: exp.Expr) -> exp.Expr:
    """Look up the day that is the working day of that number; null for a number that the calendar has not."""
    same = exp.EQ(this=_calendar(CALENDAR_NUMBER), expression=exp.paren(number.copy(), copy=False))
    return _lookup(CALENDAR_DAY, exp.and_(same, _calendar(CALENDAR_WORKING)))


def _lookup(column: str, where: exp.Expr) -> exp.Expr:
    table = exp.to_identifier(CALENDAR, quoted=True)
    return exp.select(_calendar(column)).from_(exp.Table(this=table)).where(where).subquery()


def _calendar(column: str) -> exp.Column:
    return exp.column(exp.to_identifier(column, quoted=True))


_FUNCTIONS: Mapping[str, Callable[[list[exp.Expr]], exp.Expr]] = {
    "days_between": _days_between,
    "working_days_between": _working_days_between,
    "hours_between": _hours_between,
    "minutes_between": _minutes_between,
    "age": _age,
    "first_of_month": _first_of_month,
    "school_year": _school_year,
    "block": _block,
}
