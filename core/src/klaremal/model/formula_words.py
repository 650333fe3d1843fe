"""The vocabulary of formulas: functions, types, cures for what is refused, the error with carets; it reads no text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot.tokens import TokenType  # type: ignore[attr-defined]

from klaremal.errors import DeclarationError

# Own functions carry this mark through sqlglot's parser, which may know another function of the same name.
OWN_MARK = "klaremal_"
OWN_FUNCTIONS: Mapping[str, int] = MappingProxyType(
    {
        "days_between": 2,
        "working_days_between": 2,
        "hours_between": 2,
        "minutes_between": 2,
        "age": 2,
        "first_of_month": 1,
        "school_year": 1,
        "block": 2,
    }
)
FUNCTIONS = ("coalesce", "least", "greatest", "round", "cast", *OWN_FUNCTIONS)

# Words of the grammar itself: a column with such a name is written in double quotes.
GRAMMAR: Mapping[str, TokenType] = MappingProxyType(
    {
        "and": TokenType.AND,
        "or": TokenType.OR,
        "not": TokenType.NOT,
        "in": TokenType.IN,
        "between": TokenType.BETWEEN,
        "is": TokenType.IS,
        "null": TokenType.NULL,
        "case": TokenType.CASE,
        "when": TokenType.WHEN,
        "then": TokenType.THEN,
        "else": TokenType.ELSE,
        "end": TokenType.END,
        "as": TokenType.ALIAS,
        "true": TokenType.TRUE,
        "false": TokenType.FALSE,
    }
)

UNITS = ("year", "month", "week", "day", "hour", "minute", "second")

CAST_TYPES: Mapping[str, TokenType] = MappingProxyType(
    {
        "text": TokenType.TEXT,
        "string": TokenType.TEXT,
        "varchar": TokenType.TEXT,
        "integer": TokenType.BIGINT,
        "int": TokenType.BIGINT,
        "bigint": TokenType.BIGINT,
        "number": TokenType.DECIMAL,
        "decimal": TokenType.DECIMAL,
        "double": TokenType.DOUBLE,
        "boolean": TokenType.BOOLEAN,
        "date": TokenType.DATE,
        "datetime": TokenType.TIMESTAMP,
        "timestamp": TokenType.TIMESTAMP,
    }
)

_ROWS = "A formula looks at one row; reading, counting and adding over rows is the work of a dataset or a measure."
_PATTERN = 'Patterns are not compared in a formula; list the values with in (...), or use the "sql" of the source.'
_IF = "Write: case when condition then a else b end."
_DAYS = "Write: days_between(from, to)."
WORD_CURES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("like", "ilike", "similar", "regexp_matches"), _PATTERN),
        **dict.fromkeys(("if", "iif"), _IF),
        **dict.fromkeys(("datediff", "date_diff"), _DAYS),
        **dict.fromkeys(("select", "with", "from", "exists", "over", "any", "all", "filter", "group", "order"), _ROWS),
        **dict.fromkeys(("where", "union", "sum", "count", "avg", "min", "max", "row_number", "lag", "lead"), _ROWS),
        "nullif": "Write: case when a = b then null else a end.",
        "ifnull": "Write: coalesce(a, b).",
        "isnull": "Write: a is null.",
    }
)
SIGN_CURES: Mapping[str, str] = MappingProxyType(
    {
        ";": "A formula is one expression, without a semicolon.",
        ".": "A column is named alone, without its table; a number begins with a digit: 0.5.",
        "%": "There is no remainder operator.",
        "?": "A formula has no parameters; write the value.",
        ":": "A formula has no parameters; write the value.",
        "::": "Write cast(column as date).",
        "||": "Texts are not joined.",
        "&&": "Write and.",
        "//": "Write /.",
    }
)


def fault_at(text: str, start: int, length: int, what: str) -> DeclarationError:
    """Make the error that shows the line of the formula with carets under the mistake and says what to do."""
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", start)
    line = text[begin : end if end >= 0 else len(text)].replace("\t", " ").rstrip("\r")
    column = start - begin
    cut = max(0, column - 60)
    shown = ("..." if cut else "") + line[cut : cut + 100] + ("..." if len(line) > cut + 100 else "")
    indent = column - cut + (3 if cut else 0)
    carets = "^" * max(1, min(length, cut + 100 - column, len(line) - column))
    return DeclarationError(f"{what}\n    {shown}\n    {' ' * indent}{carets}")
