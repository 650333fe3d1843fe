"""Canonical form and hashes of frozen values: the same value gives the same text on every machine and in every run."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from attrs import fields, has

from klaremal.model.formula import Formula
from klaremal.model.period import Period
from klaremal.model.text import Text

if TYPE_CHECKING:
    from klaremal.model.indicator import Indicator

# What an indicator and its dataset say that does not move the number: words for people, and rules for showing it.
_WORDS = (
    "Text.pairs", "Indicator.title", "Indicator.description", "Indicator.counted", "Indicator.references",
    "Indicator.perspective", "Indicator.kind", "Indicator.decimals", "Indicator.publication", "Indicator.levels",
    "Indicator.noticeable", "Indicator.breakdowns", "Indicator.disclosure", "Indicator.homogeneous",
    "Dataset.title", "Dataset.grain", "Dataset.references", "Column.title", "Column.personal",
    "Column.also",
)  # fmt: skip


def plain(value: Any, without: tuple[str, ...] = ()) -> Any:
    """Return the value as nested lists, dicts and texts, without the attrs fields named in `without` as `Class.field`."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, Decimal)):
        return _number(value)
    if isinstance(value, Formula):
        return value.canonical
    if isinstance(value, Period):
        return value.code
    if isinstance(value, Text):
        return {} if "Text.pairs" in without else dict(value.pairs)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return value.as_posix()
    if has(type(value)):
        kind = type(value)
        kept = (each.name for each in fields(kind) if f"{kind.__name__}.{each.name}" not in without)
        return {"": kind.__name__, **{name: plain(getattr(value, name), without) for name in kept}}
    if isinstance(value, Mapping):
        return {str(key): plain(each, without) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, without) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(each, without) for each in value), key=str)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _number(value: float | Decimal) -> Any:
    if not math.isfinite(value):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    # A whole float and the integer are the same promise; others are written as the shortest text that reads back exactly.
    return int(value) if value.is_integer() else value


def canonical(value: Any, without: tuple[str, ...] = ()) -> str:
    """Return the value as JSON with sorted keys and no spaces."""
    return json.dumps(plain(value, without), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(*values: Any, without: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 of the values' canonical form, as 64 hexadecimal digits."""
    return sha256(canonical(values, without).encode()).hexdigest()


def definition(indicator: Indicator) -> str:
    """Return the hash of all that moves the indicator's number: measure, dates, contract, checks, rules; not its words."""
    (found,) = definitions([indicator])
    return found


def definitions(indicators: Iterable[Indicator]) -> tuple[str, ...]:
    """Return the `definition` of each indicator, in order; a dataset that many of them share is hashed once."""
    every = tuple(indicators)
    datasets = {id(each.dataset): each.dataset for each in every}
    contracts = {key: digest(dataset, without=_WORDS) for key, dataset in datasets.items()}
    rest = (*_WORDS, "Indicator.dataset", "Indicator.calendar")
    # The calendar of a workspace without days of its own is everybody's, and says nothing.
    calendars = ([each.calendar] if each.calendar else [] for each in every)
    return tuple(
        digest(contracts[id(each.dataset)], each, *own, without=rest) for each, own in zip(every, calendars, strict=True)
    )
