"""How long a promise allows: the texts of `within` as values, and deadlines that a council fills in; no dates are computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from klaremal.errors import DeclarationError, nearest
from klaremal.model.column import Column, is_column_name, pairs
from klaremal.model.formula import Formula
from klaremal.model.identifier import plugin_id
from klaremal.model.text import Text, as_text

# What is counted, with the largest amount of it: a hundred years.
LARGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"days": 36_525, "working_days": 36_525, "hours": 876_600, "months": 1_200}
)
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {each: kind for kind in LARGEST for each in (kind.replace("_", " "), kind.replace("_", " ").removesuffix("s"))}
)
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("dag", "dage", "døgn", "dager", "d"), "days"),
        **dict.fromkeys(("arbejdsdag", "arbejdsdage", "arbeidsdager", "hverdage", "virkedager"), "working days"),
        **dict.fromkeys(("workdays", "business days", "weekdays", "working-days", "workingdays"), "working days"),
        **dict.fromkeys(("time", "timer", "h"), "hours"),
        **dict.fromkeys(("måned", "måneder", "mdr", "mdr.", "maaneder"), "months"),
    }
)
_WEEKS: Final = ("week", "weeks", "uge", "uger", "uke", "uker")
_WRITTEN: Final = re.compile(r"(\S+)\s+(.*\S)")
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_EXAMPLE: Final = 'Write "10 working days", "12 days", "4 hours", "2 months", or a column with the number: "allowed_days days".'


@frozen
class Within:
    """How long is allowed: `amount` of `kind`, which is `days`, `working_days`, `hours` or `months`.

    The amount is a number or a formula over the rows; where it is null nobody knows the deadline.
    """

    amount: Formula
    kind: str

    @classmethod
    def of(cls, value: object) -> Within:
        """Return the value of a text such as "10 working days"; a mistake is a DeclarationError that says what to write."""
        if isinstance(value, Within):
            return value
        found = _WRITTEN.fullmatch(str(value).strip())
        if found is None:
            raise DeclarationError(f"within: {value!r} is no length of time. {_EXAMPLE}")
        kind = _kind(found[1], found[2])
        return cls(_amount(found[1], kind, str(value)), kind)


def _kind(amount: str, word: str) -> str:
    known = " ".join(word.lower().split())
    if known in _KINDS:
        return _KINDS[known]
    if known in _WEEKS:
        days = f'"{7 * int(amount)} days"' if amount.isdecimal() else "the number of days"
        raise DeclarationError(f'within: "{amount} {word}" is in weeks. Write {days}.')
    meant = _WORDS.get(known) or nearest(known, _KINDS)
    cure = f'Did you mean "{amount} {meant}"?' if meant else _EXAMPLE
    raise DeclarationError(f'within: "{word}" is neither days, working days, hours nor months. {cure}')


def _amount(text: str, kind: str, whole: str) -> Formula:
    if is_column_name(text):
        # In quotes, because a column may be called as a word of formulas is.
        return Formula.of(f'"{text}"')
    if not _NUMBER.fullmatch(text):
        cure = f'Write "{text.replace(",", ".")}".' if _NUMBER.fullmatch(text.replace(",", ".")) else _EXAMPLE
        raise DeclarationError(f'within: "{text}" in "{whole}" is neither a number nor the name of a column. {cure}')
    amount = Decimal(text)
    if kind != "hours" and amount != int(amount):
        raise DeclarationError(f'within: "{whole}" is no whole number of {kind.replace("_", " ")}. {_EXAMPLE}')
    if amount > LARGEST[kind] or (amount == 0 and kind in ("hours", "months")):
        raise DeclarationError(f'within: "{whole}" is no time to keep. It is above 0 and at most a hundred years.')
    return Formula.of(amount.normalize())


def _within(value: Any) -> Within:
    return Within.of(value)


@frozen(kw_only=True)
class Deadline:
    """A deadline that is part of the council's promise: a goal's own `within` fills it, else `default` holds.

    With `by`, a column with a declared enum, the goal may give each value of it a deadline of its own; values that it does
    not name keep the default. The column's values are all of one kind: days, working days, hours or months.
    """

    id: str = field(validator=plugin_id)
    title: Text = field(default=Text(), converter=as_text)
    default: Within = field(converter=_within)
    by: str | None = None

    def filled(self, within: str | Mapping[str, str] | Iterable[tuple[str, str]] | None, by: Column | None = None) -> Within:
        """Return what is allowed under a goal's `within`: None, one text, or a text for each value of the column `by`.

        A null value of the column has no deadline. Errors: DeclarationError for values that the column does not have, for
        several kinds in one, and for a map where the deadline has no `by`.
        """
        if within is None:
            return self.default
        if isinstance(within, str):
            return Within.of(within)
        given = {value: Within.of(text) for value, text in pairs(within, "within")}
        if self.by is None or by is None:
            raise DeclarationError(f'within: deadline {self.id} is one and the same for every case. Write within = "10 days".')
        return self._for_each(given, by)

    def _for_each(self, given: Mapping[str, Within], by: Column) -> Within:
        for value in given:
            if value not in by.codes:
                near = nearest(value, by.codes)
                hint = f' Did you mean "{near}"?' if near else f" Its values are {', '.join(by.codes)}."
                raise DeclarationError(f'within: column {by.name} has no value "{value}".{hint}')
        if not given:
            return self.default
        rest = [self.default] if set(given) < set(by.codes) else []
        kinds = {each.kind: None for each in (*given.values(), *rest)}
        if len(kinds) > 1:
            named = " and ".join(kind.replace("_", " ") for kind in kinds)
            cure = f"Name every value of {by.name} with one of them" if rest else "Use one of them"
            raise DeclarationError(f"within: it counts in {named}, and one deadline counts in one kind. {cure}.")
        column = f'"{by.name}"'
        branches = [f"when {column} = {_literal(value, by)} then {each.amount.canonical}" for value, each in given.items()]
        branches += [f"when {column} is not null then {each.amount.canonical}" for each in rest]
        return Within(Formula.of(f"case {' '.join(branches)} end"), next(iter(kinds)))


def _literal(value: str, by: Column) -> str:
    return value if by.type in ("integer", "number", "year") else "'" + value.replace("'", "''") + "'"
