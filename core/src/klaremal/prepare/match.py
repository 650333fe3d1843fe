"""Which header of a source is which column of a contract: by the section, by name, title or `also`; no row is read here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from klaremal.errors import ContractBroken, SourceUnreadable, nearest
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.preparation import Preparation
from klaremal.reading.opened import Opened, listed, plain_header

_IN_SQL = re.compile(r'"([^"]+)"|(\w+)')


@frozen
class Match:
    """A column of the contract and where its cells come from: a header of the source, or a constant of the section."""

    column: Column
    header: str = ""
    constant: str | None = None


def headers_looked_for(dataset: Dataset, preparation: Preparation) -> frozenset[str]:
    """Return every header that would be recognised, as headers are compared."""
    mapping = dict(preparation.columns)
    known = [header for column in dataset.columns for header in _known_as(column, mapping)]
    keep = preparation.wide_to_long.keep if preparation.wide_to_long is not None else ()
    # A query names the headers that it uses; its other words stand in no header row.
    named = ["".join(found) for found in _IN_SQL.findall(preparation.sql or "")]
    return frozenset(plain_header(header) for header in (*known, *mapping.values(), *keep, *named))


def find_columns(dataset: Dataset, preparation: Preparation, opened: Opened) -> tuple[tuple[Match, ...], tuple[str, ...]]:
    """Return where each column comes from, and a sentence for each optional column that the source lacks.

    Errors: ContractBroken for all columns that must be there and are not; SourceUnreadable for a header that stands twice.
    """
    headers = {plain_header(header): header for header, _ in reversed(opened.columns)}
    mapping, constants = dict(preparation.columns), dict(preparation.constants)
    found: list[Match] = []
    lacking: list[Column] = []
    for column in dataset.columns:
        if column.name in constants:
            found.append(Match(column, constant=constants[column.name]))
            continue
        header = next((plain_header(each) for each in _known_as(column, mapping) if plain_header(each) in headers), None)
        if header is None:
            lacking.append(column)
            continue
        if header in opened.doubled:
            raise SourceUnreadable(
                f'the header "{headers[header]}" stands several times. Give each column of the source a header of its own.'
            )
        found.append(Match(column, header=headers[header]))
    broken = [column for column in lacking if column.name in mapping or _must_be_there(column, dataset)]
    if broken:
        raise ContractBroken(_what_is_missing(broken, mapping, opened, {match.header for match in found}))
    # Without a column for the unit the rows are the organisation's own: nothing to warn of.
    told = [column for column in lacking if column.name not in dataset.placed_in]
    used = {match.header for match in found}
    free = [header for header, _ in opened.columns if header not in used and not header.startswith(("__", "column_"))]
    return tuple(found), tuple(_without(column, dataset, free) for column in told)


def _known_as(column: Column, mapping: Mapping[str, str]) -> Iterator[str]:
    """Give the headers under which a column is known; what the section says is the only one when it says one."""
    if column.name in mapping:
        yield mapping[column.name]
        return
    yield column.name
    yield from column.also
    yield from (title for _, title in column.title.pairs)


def _must_be_there(column: Column, dataset: Dataset) -> bool:
    # Rows that name no unit are the organisation's own, so a municipality's file needs no column for it.
    in_key = column.name in dataset.key and column.name not in dataset.placed_in
    return column.required or column.name in dataset.date_columns or in_key


def _what_is_missing(columns: Sequence[Column], mapping: Mapping[str, str], opened: Opened, used: set[str]) -> str:
    free = [header for header, _ in opened.columns if header not in used and not header.startswith("__")]
    sentences = []
    for column in columns:
        wanted = mapping.get(column.name, column.name)
        shown = f'the column {column.name} (header "{wanted}")' if wanted != column.name else f"the column {column.name}"
        near = next((near for near in (nearest(each, free) for each in _known_as(column, mapping)) if near), "")
        hint = f' The nearest header is "{near}": write columns = {{ {column.name} = "{near}" }}.' if near else ""
        sentences.append(f"{shown} is missing.{hint}")
    headers = [header for header, _ in opened.columns if not header.startswith("__")]
    cure = f'Write columns = {{ {columns[0].name} = "your header" }}, or header_row (and sheet) if these are not the headers.'
    return f"{' '.join(sentences)} The headers of the source are {listed(headers, 30)}. {cure}"


def _without(column: Column, dataset: Dataset, free: Sequence[str]) -> str:
    title = f' ("{column.title}")' if column.title else ""
    text = f"{dataset.id}: the source has no column {column.name}{title}; it is empty everywhere."
    if not free:
        return text
    return f'{text} Not used are {listed(free, 10)}: if one is it, write columns = {{ {column.name} = "{free[0]}" }}.'
