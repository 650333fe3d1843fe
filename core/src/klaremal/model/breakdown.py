"""Breakdowns as text: "sex=K;age=0-5", how such a text is written, read, matched and shown; it counts nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from klaremal.errors import DeclarationError

if TYPE_CHECKING:
    from klaremal.model.dataset import Dataset

# A row that has no value.
NO_VALUE: Final = "?"
ANY_VALUE: Final = "*"
# So many values may a breakdown have whose columns do not say which there are.
LARGEST: Final = 50

# What has a meaning in the text, and what would break a line of a file: control characters and Unicode's line breaks.
_RESERVED: Final = re.compile("[%;=\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BREAKS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_STATED: Final = MappingProxyType({"da": "uoplyst", "en": "not stated", "nb": "ikke oppgitt"})


def written(columns: Sequence[str], values: Sequence[str | None]) -> str:
    """Return the text of one value of a breakdown; None is a row without a value, "?"."""
    return ";".join(f"{column}={_encoded(value)}" for column, value in zip(columns, values, strict=True))


def _encoded(value: str | None) -> str:
    if value is None:
        return NO_VALUE
    if value in (NO_VALUE, ANY_VALUE):
        return f"%{ord(value):02X}"
    return _RESERVED.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), value)


def read(text: str) -> dict[str, str]:
    """Return what a breakdown's text says by column, still encoded; a column alone means each of its values, "*"."""
    found: dict[str, str] = {}
    for part in text.split(";") if text else ():
        column, is_given, value = (each.strip() for each in part.partition("="))
        if not column or (is_given and not value) or column in found:
            raise DeclarationError(
                f'breakdown "{text}" cannot be read; write "sex=K", "sex" for each value, or "sex=K;age=0-5" for both.'
            )
        found[column] = value if value in (NO_VALUE, ANY_VALUE) else _encoded(unquote(value)) if value else ANY_VALUE
    return found


def ordered(text: str) -> str:
    """Return a breakdown's text as it is kept: each column with a value, encoded."""
    return ";".join(f"{column}={value}" for column, value in read(text).items())


def matches(asked: str, text: str) -> bool:
    """Say whether a value of a breakdown is one of those that are asked for."""
    wanted, given = read(asked), read(text)
    return wanted.keys() == given.keys() and all(value in (ANY_VALUE, given[column]) for column, value in wanted.items())


def is_of_each(text: str) -> bool:
    """Say whether a breakdown's text asks for each value of a column."""
    return ANY_VALUE in read(text).values()


def of_columns(columns: Sequence[str], asked: str) -> str | None:
    """Return the text of the one value that is asked for, in the columns' order; None where it is of others, or of each."""
    found = read(asked)
    if found.keys() != set(columns) or is_of_each(asked):
        return None
    return ";".join(f"{column}={found[column]}" for column in columns)


def values_in(text: str) -> tuple[str | None, ...]:
    """Return the values that a breakdown's text says, as they are in the rows; None is a row without a value."""
    return tuple(None if value == NO_VALUE else unquote(value) for value in read(text).values())


def declared(dataset: Dataset, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the texts of all values that the contract knows of; none where a column does not say which it has."""
    codes = [tuple(code for code in dataset.column(name).codes if code != dataset.column(name).total) for name in columns]
    return tuple(written(columns, values) for values in product(*codes)) if all(codes) else ()


def titled(text: str, dataset: Dataset, lang: str) -> str:
    """Return a value of a breakdown in words: "Køn: kvinder"; what has no title is shown as it is, on one line."""
    said = []
    for name, value in read(text).items():
        column = dataset.column(name)
        plain = unquote(value)
        title = next((each.say(lang) for code, each in column.enum if code == plain), "") or _on_one_line(plain)
        said.append(f"{column.title.say(lang) or name}: {_NOT_STATED[lang] if value == NO_VALUE else title}")
    return ", ".join(said)


def _on_one_line(text: str) -> str:
    return " ".join(_BREAKS.sub(" ", text).split())
