"""How the figures and dates of a source are written, found from its own cells by one query, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields

from klaremal.engine import Engine
from klaremal.errors import DeclarationError, SourceUnreadable
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.prepare.types import Reading
from klaremal.reading.dates import Slashes, check_dates, slashes_of
from klaremal.reading.numbers import Signs, either_of, found_style, signs_of, untidy_of

if TYPE_CHECKING:
    from klaremal.preparation import Preparation


def find_readings(
    engine: Engine, known: str, columns: Mapping[str, Column], preparation: Preparation, dataset: Dataset
) -> dict[str, Reading]:
    """Return how each text column of the query `known` is read, by its name there.

    SourceUnreadable when figures or dates can be read in two ways and nothing in their column says which is meant.
    """
    plain = Reading(dates=preparation.date_format)
    numbers = {key: column for key, column in columns.items() if column.type in ("integer", "number")}
    dated = {key: column for key, column in columns.items() if column.type in ("date", "datetime") and not preparation.dates}
    declared = preparation.decimal is not None
    looked = (untidy_of(key) if declared else signs_of(key, column.type == "integer") for key, column in numbers.items())
    asked = [*looked, *map(slashes_of, dated)]
    if not asked:
        return dict.fromkeys(columns, plain)
    purpose = f"find how {dataset.id} writes figures and dates"
    answers = iter(engine.query(f"select {', '.join(asked)} from ({known})", purpose)[0])
    seen = {key: Signs(untidy=bool(next(answers))) if declared else _signs(answers) for key in numbers}
    for key, column in dated.items():
        try:
            check_dates(Slashes(**{each.name: next(answers) or 0 for each in fields(Slashes)}))
        except DeclarationError as unclear:
            raise _refusal(column, str(unclear), _examples(engine, known, key, column)) from None
    seen |= _with_either(engine, known, seen, preparation)
    readings = dict.fromkeys(columns, plain)
    for key, column in numbers.items():
        try:
            style = found_style(seen[key], preparation.decimal, preparation.thousands, dataset.bad_rows_allowed)
        except DeclarationError as unclear:
            raise _refusal(column, str(unclear), _examples(engine, known, key, column)) from None
        readings[key] = evolve(plain, style=style)
    return readings


def _signs(answers: Iterator[Any]) -> Signs:
    """Read the five aggregates of one column; over no cell they are null."""
    point, comma, total, any_sign, untidy = (next(answers) for _ in range(5))
    return Signs(point=point or 0, comma=comma or 0, total=total or 0, any=bool(any_sign), untidy=bool(untidy))


def _with_either(engine: Engine, known: str, seen: Mapping[str, Signs], preparation: Preparation) -> dict[str, Signs]:
    """Look closer at columns whose points and commas prove nothing."""
    unclear = [key for key, signs in seen.items() if signs.any and not signs.point and not signs.comma]
    if not unclear or preparation.decimal is not None:
        return {}
    found = engine.query(f"select {', '.join(map(either_of, unclear))} from ({known})", "look for figures with two readings")[0]
    return {key: evolve(seen[key], either=bool(each)) for key, each in zip(unclear, found, strict=True)}


def _examples(engine: Engine, known: str, key: str, column: Column) -> Sequence[str]:
    if column.personal:
        return ()
    sign = "contains({0}, '/')" if column.type in ("date", "datetime") else "(contains({0}, '.') or contains({0}, ','))"
    where = f"{sign.format(key)} and regexp_full_match({key}, '[-+0-9.,/ :]+')"
    both = f"(select min({key}) from ({known}) where {where}), (select max({key}) from ({known}) where {where})"
    found = engine.query(f"select {both}", f"examples of {column.name}")[0]
    return list(dict.fromkeys(str(each) for each in found if each is not None))


def _refusal(column: Column, unclear: str, examples: Sequence[str]) -> SourceUnreadable:
    shown = f" ({', '.join(examples)})" if examples else ""
    if column.type in ("date", "datetime"):
        cure = 'Write dates = "dd/mm/yyyy" or dates = "mm/dd/yyyy" in the source.'
    else:
        cure = (
            'Say how they are written: decimal = "," (and thousands = ".") as in Denmark, or decimal = "." '
            '(and thousands = ",") as in England.'
        )
    return SourceUnreadable(f"the column {column.name} has {unclear}{shown}. {cure}")
