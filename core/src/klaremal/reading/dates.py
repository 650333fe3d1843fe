"""How dates are written: ISO and day-month-year are known, others are declared; what may be month first is not guessed."""

from __future__ import annotations

from attrs import frozen

from klaremal.engine import TIME_ZONE, text
from klaremal.errors import DeclarationError

_YEAR = "[0-9]{4}"
_TIME = "([T ] *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?)?"
_ZONE = " ?(Z|[-+][0-9]{2}(:?[0-9]{2})?)"
_NUMBER = "[0-9]{1,2}"
_ISO = f"{_YEAR}-{_NUMBER}-{_NUMBER}"
_YEAR_FIRST = f"({_YEAR}[./]{_NUMBER}[./]{_NUMBER}|(1[89]|2[01])[0-9]{{6}})"
_TO_31, _TO_12, _FROM_13 = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])", "(1[3-9]|2[0-9]|3[01])"


@frozen(kw_only=True)
class Slashes:
    """Dates with slashes in a column: how many have a day that shows itself first or last, how many could be swapped."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0


def slashes_of(value: str) -> str:
    """Write the aggregates that `Slashes` is made of, in its order, for a column of texts."""
    patterns = (f"{_FROM_13}/{_TO_12}/{_YEAR}", f"{_TO_12}/{_FROM_13}/{_YEAR}", f"{_TO_12}/{_TO_12}/{_YEAR}")
    return ", ".join(
        f"count_if(contains({value}, '/') and regexp_full_match({value}, {text(pattern + _TIME)}))" for pattern in patterns
    )


def check_dates(slashes: Slashes) -> None:
    """Refuse dates whose day and month could be swapped, with half a sentence as DeclarationError.

    03-04-2026 and 03.04.2026 are the 3rd of April, as in all Nordic countries. With slashes, Americans write the 4th of
    March so: the column itself must show which is meant.
    """
    if slashes.month_first > slashes.day_first:
        raise DeclarationError("dates with the month first")
    if slashes.either and not slashes.day_first:
        raise DeclarationError("dates whose day and month could be swapped")


def clean_date(value: str, declared: str | None = None) -> str:
    """Write SQL that turns a text into a timestamp; null when it is written in another way.

    `declared` is a strptime form; ISO is read beside it, because workbooks deliver dates so. A time with an offset from
    UTC becomes clock time (`TIME_ZONE`).
    """
    if declared is not None:
        read = [f"try_strptime({value}, {text(form)})" for form in _forms(declared)]
        iso = f"case when regexp_full_match({value}, {text(_ISO + _TIME)}) then try_cast({value} as timestamp) end"
        return f"coalesce({', '.join(read)}, {iso})"
    swapped = f"regexp_replace({value}, '^({_NUMBER})[-./]({_NUMBER})[-./]({_YEAR})', '\\3-\\2-\\1')"
    dashed = f"regexp_replace({value}, '^({_YEAR})[./]?({_NUMBER})[./]?({_NUMBER})', '\\1-\\2-\\3')"
    branches = (
        (f"{_ISO}{_TIME}", _moment(value)),
        (f"{_TO_31}[-./]{_TO_12}[-./]{_YEAR}{_TIME}", _moment(swapped)),
        (f"{_YEAR_FIRST}{_TIME}", _moment(dashed)),
        (f"{_ISO}{_TIME}{_ZONE}", f"timezone({text(TIME_ZONE)}, try_cast({value} as timestamptz))"),
    )
    cases = " ".join(f"when regexp_full_match({value}, {text(pattern)}) then {sql}" for pattern, sql in branches)
    # The two commonest spellings first, without patterns: that is twice as fast.
    usual = (
        f"when length({value}) = 10 and {value}[3] = '-' then try_strptime({value}, '%d-%m-%Y') "
        f"when length({value}) = 10 and {value}[5] = '-' then try_cast({value} as timestamp)"
    )
    return f"case {usual} {cases} end"


def _moment(value: str) -> str:
    return f"try_cast(replace({value}, ',', '.') as timestamp)"


def _forms(declared: str) -> list[str]:
    """Return the declared form, and the same date with a time, or without its own."""
    if "%H" in declared:
        return [declared, declared.split("%H", 1)[0].rstrip("T ,")]
    return [declared, f"{declared} %H:%M:%S", f"{declared} %H:%M"]
