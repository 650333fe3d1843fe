"""Canonical form and hashes of frozen values: the same value gives the same text on every machine and in every run."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
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

# What an indicator says about itself that does not move its number.
_WORDS = (
    "title", "description", "counted", "references", "reference", "grain", "perspective", "kind", "decimals",
    "publication", "levels", "noticeable", "personal", "also",
)  # fmt: skip


def plain(value: Any, without: tuple[str, ...] = ()) -> Any:
    """Return the value as nested lists, dicts and texts; attrs fields named in `without` are left out at every depth."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        # A whole float and the integer are the same promise; repr is the shortest text that reads back exactly.
        return int(value) if value.is_integer() else repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, Formula):
        return value.canonical
    if isinstance(value, Period):
        return value.code
    if isinstance(value, Text):
        return dict(value.pairs)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (Decimal, PurePath)):
        return str(value)
    if has(type(value)):
        inner = {
            each.name: plain(getattr(value, each.name), without) for each in fields(type(value)) if each.name not in without
        }
        return {"": type(value).__name__, **inner}
    if isinstance(value, Mapping):
        return {str(key): plain(each, without) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, without) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(each, without) for each in value), key=str)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: Any, without: tuple[str, ...] = ()) -> str:
    """Return the value as JSON with sorted keys and no spaces."""
    return json.dumps(plain(value, without), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(*values: Any, without: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 of the values' canonical form, as 64 hexadecimal digits."""
    return sha256(canonical(values, without).encode()).hexdigest()


def definition(indicator: Indicator) -> str:
    """Return the hash of all that moves the indicator's number: measure, dates, contract, checks, rules; not its words."""
    return digest(indicator, without=_WORDS)
