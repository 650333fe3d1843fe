"""What every reader hands over: a source as a query, with its headers; and how headers are compared and named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from klaremal.model.column import pairs

# A number that was a number in its source (a cell, JSON), not text: its point is a decimal point, whatever the country.
# Written with this ending so that 2.351 is not taken for two thousand three hundred and fifty-one.
NATIVE_ENDING = "e0"
_BLANKS = re.compile(r"[\s\u00a0\u200b\ufeff]+")


@frozen(kw_only=True)
class Looked:
    """What a reader looks for when it searches the header row: known headers (compared as `plain_header`), and years.

    `years` says that the columns are periods (a wide table); `numbered` asks for `__row` and `__file` beside the columns.
    """

    headers: frozenset[str] = frozenset()
    years: bool = False
    numbered: bool = False


@frozen(kw_only=True)
class Opened:
    """A source as a query: its SQL, its columns with the engine's types, and headers that stand there several times.

    `native` says that numbers of the source carry `NATIVE_ENDING`, `text` that rows are parsed anew each time they are read,
    `blanks` that cells may have other blanks around them than spaces.
    """

    sql: str
    columns: tuple[tuple[str, str], ...] = field(converter=pairs)
    doubled: frozenset[str] = frozenset()
    native: bool = False
    text: bool = True
    blanks: bool = True


def plain_header(header: str) -> str:
    """Return a header as it is compared: small letters, single spaces."""
    return _BLANKS.sub(" ", header).strip().casefold()


def column_names(headers: Sequence[str], width: int) -> tuple[str, ...]:
    """Return a name for each of `width` columns: the header, `column_5` where there is none, `name_2` for the second of two."""
    names: list[str] = []
    taken: set[str] = set()
    for number in range(1, width + 1):
        header = _BLANKS.sub(" ", headers[number - 1]).strip() if number <= len(headers) else ""
        wanted = header or f"column_{number}"
        name, copy = wanted, 2
        while name.casefold() in taken:  # the engine's names differ by more than case
            name, copy = f"{wanted}_{copy}", copy + 1
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def doubled_headers(headers: Iterable[str]) -> frozenset[str]:
    """Return the headers that stand more than once, as they are compared."""
    seen: set[str] = set()
    twice: set[str] = set()
    for header in map(plain_header, headers):
        (twice if header in seen else seen).add(header)
    return frozenset(twice - {""})


def is_unnamed(name: str) -> bool:
    """Say whether a column had no header of its own."""
    return re.fullmatch(r"column_\d+", name) is not None


def listed(values: Iterable[str], shown: int = 10) -> str:
    """Write names for a message: the first ten, and how many more there are."""
    names = list(values)
    more = f", and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(f'"{name}"' for name in names[:shown]) + more
