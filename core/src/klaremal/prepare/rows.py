"""Core's own step for every source: headers, values, markers and types, as one relation; good and bad are not told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from klaremal.engine import Engine, name, text
from klaremal.errors import KlaremalError, SourceError, SourceUnreadable
from klaremal.model.collector import Extract
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.prepare.match import Match, find_columns, headers_looked_for
from klaremal.prepare.styles import find_readings
from klaremal.prepare.types import (
    Reading,
    cast_alike,
    clean,
    columns_where,
    filled,
    is_typed_alike,
    mapped,
    sql_type,
    trimmed,
    typed,
    without_native,
)
from klaremal.reading.extract import open_extract
from klaremal.reading.numbers import NumberStyle
from klaremal.reading.opened import NATIVE_ENDING, Looked, Opened, doubled_headers, is_unnamed, listed

if TYPE_CHECKING:
    from klaremal.collect import Delivery, Part
    from klaremal.preparation import Preparation, WideToLong

_CONSTANT = Reading(style=NumberStyle(decimal="."))


@frozen(kw_only=True)
class Prepared:
    """The rows of a delivery as one relation (a view) with the contract's columns and types, not yet checked.

    Beside them: `<column>__cause` for columns with missing markers, `__unreadable` (the columns of the row whose cells are not
    of their types, as `|days|kind|`) and `__raw` (the text of the first such cell), `__part` (the number of the source, from
    0). `text` says that the rows are read from text each time. `newest` are, for each source that does not say itself how far
    it reaches, the columns whose newest value does. `dates` are the styles of dates that sources declare ("dd-mm-yyyy").
    """

    dataset: Dataset
    relation: str
    causes: tuple[str, ...] = ()
    text: bool = True
    warnings: tuple[str, ...] = ()
    newest: tuple[tuple[str, ...], ...] = ()
    dates: tuple[str, ...] = ()


@frozen(kw_only=True)
class _Cell:
    """A column of the contract on its way to its type: where it comes from, as SQL, and the engine's type there."""

    match: Match
    sql: str
    type: str
    values: dict[str, str]
    markers: dict[str, str]

    @property
    def column(self) -> Column:
        return self.match.column

    @property
    def is_text(self) -> bool:
        """Whether the cell is read from text: it is text, or text takes the place of some of its values."""
        return bool(self.values) or not is_typed_alike(self.type, self.column)


def prepare(engine: Engine, delivery: Delivery) -> Prepared:
    """Return the rows of a delivery as one relation with the contract's columns; text is parsed when the relation is read.

    Errors: SourceUnavailable and SourceUnreadable for its files, ContractBroken when a column that must be there is not.
    """
    dataset = delivery.dataset
    causes = _columns_with_causes(dataset, delivery.parts)
    selects: list[str] = []
    warnings: list[str] = []
    is_text = False
    for number, part in enumerate(delivery.parts):
        try:
            opened = _opened(engine, dataset, part)
            select, lacking = contract_select(engine, dataset, part.source.preparation, opened, causes, number)
        except SourceError as error:
            raise type(error)(error.message, dataset.id, error.address or part.provenance.address) from error
        is_text = is_text or opened.text
        selects.append(select)
        warnings += [each for each in lacking if each not in warnings]
    relation = engine.fresh("prepared")
    engine.query(f"create temp view {name(relation)} as {' union all '.join(selects)}", f"prepare {dataset.id}")
    return Prepared(
        dataset=dataset,
        relation=relation,
        causes=causes,
        text=is_text,
        warnings=tuple(warnings),
        newest=tuple(_newest(dataset, part) for part in delivery.parts),
        dates=tuple(dict.fromkeys(part.source.preparation.dates for part in delivery.parts if part.source.preparation.dates)),
    )


def _newest(dataset: Dataset, part: Part) -> tuple[str, ...]:
    rule = part.source.complete_until
    if part.provenance.complete_until is not None:
        return ()
    if isinstance(rule, str) and rule.startswith("newest:"):
        return (rule.removeprefix("newest:").strip(),)
    by_period = dataset.column(dataset.date_column).type in ("year", "period")
    return dataset.events or ((dataset.date_column,) if by_period else ())


# -- from a source to a table of cells -------------------------------------------------------------------------------


def _opened(engine: Engine, dataset: Dataset, part: Part) -> Opened:
    """Return a source as a query, after its own `sql` and `wide_to_long`."""
    preparation, frame = part.source.preparation, part.collected.frame
    if isinstance(frame, Extract):
        looked = Looked(
            headers=headers_looked_for(dataset, preparation),
            years=preparation.wide_to_long is not None,
            numbered=preparation.sql is not None,
        )
        opened = open_extract(frame, looked, engine)
    else:
        if not len(frame.columns):
            raise SourceUnreadable("the rows have no columns: the collector got an empty answer. Look at the source.")
        relation = engine.fresh("frame")
        engine.register(relation, frame)
        columns = tuple(engine.columns(name(relation), f"look at the frame of {dataset.id}").items())
        doubled = doubled_headers(map(str, frame.columns))
        opened = Opened(sql=f"select * from {name(relation)}", columns=columns, doubled=doubled, text=False)
    if preparation.sql is not None:
        opened = _queried(engine, opened, preparation.sql)
    if preparation.wide_to_long is not None:
        return _long(opened, preparation.wide_to_long)
    return _filled_rows(opened) if opened.text else opened


def _filled_rows(opened: Opened) -> Opened:
    """Leave out rows without one filled cell: a spreadsheet's empty rows below the table are no rows."""
    own = [header for header, _ in opened.columns if not header.startswith("__")]
    some = " or ".join(f"nullif(trim(cast({name(header)} as varchar)), '') is not null" for header in own)
    return evolve(opened, sql=f"select * from ({opened.sql}) where {some}")


def _queried(engine: Engine, opened: Opened, query: str) -> Opened:
    """Run the section's own query over `source`, in which every cell is text as it stands in the file."""
    cells = ", ".join(
        f"{without_native(name(header))} as {name(header)}" if opened.native and cell_type == "VARCHAR" else name(header)
        for header, cell_type in opened.columns
    )
    sql = f"with source as (select {cells} from ({opened.sql})) select * from ({query.strip().rstrip(';')})"
    try:
        columns = engine.columns(sql, "the source's own sql")
    except SourceError:
        raise
    except KlaremalError as error:
        headers = listed((header for header, _ in opened.columns), 30)
        message = f"{error} The columns of source are {headers}; names with blanks or signs stand in double quotes."
        raise SourceUnreadable(message) from error
    return Opened(sql=sql, columns=tuple(columns.items()), blanks=opened.blanks)


def _long(opened: Opened, wide: WideToLong) -> Opened:
    """Turn every named column that is not kept into rows; a row of which nothing is kept and no cell is filled is no row."""
    headers = {header.casefold(): header for header, _ in opened.columns}
    lost = [header for header in wide.keep if header.casefold() not in headers]
    if lost:
        raise SourceUnreadable(
            f"wide_to_long: the source has no header {listed(lost)}. Its headers are {listed(headers.values(), 30)}; "
            "a column without a header is called column_ and its number (column_5)."
        )
    keep = [headers[header.casefold()] for header in wide.keep]
    rest = [each for each in headers.values() if each not in keep and not is_unnamed(each) and not each.startswith("__")]
    if not rest:
        raise SourceUnreadable("wide_to_long: no column is left to turn into rows. Keep fewer headers, or check header_row.")
    inner = ", ".join([*map(name, keep), *(f"cast({name(each)} as varchar) as {name(each)}" for each in rest)])
    turned = f"unpivot include nulls ({name(wide.values)} for {name(wide.names)} in ({', '.join(map(name, rest))}))"
    some = " or ".join(f"nullif(trim(cast({name(each)} as varchar)), '') is not null" for each in (*keep, wide.values))
    sql = f"select * from (select {inner} from ({opened.sql})) {turned} where {some}"
    types = dict(opened.columns)
    columns = [*((each, types[each]) for each in keep), (wide.names, "VARCHAR"), (wide.values, "VARCHAR")]
    return Opened(sql=sql, columns=tuple(columns), native=opened.native, blanks=opened.blanks)


# -- from cells to types ---------------------------------------------------------------------------------------------


def _columns_with_causes(dataset: Dataset, parts: Sequence[Part]) -> tuple[str, ...]:
    """Return the columns of which some source or the contract says why a value is missing."""
    return tuple(column.name for column in dataset.columns if any(_markers(column, part.source.preparation) for part in parts))


def _markers(column: Column, preparation: Preparation) -> dict[str, str]:
    """Return marker -> cause: the contract's, then the source's for all columns, then the source's for this one."""
    for_all = {marker: cause for name_, marker, cause in preparation.missing if not name_}
    own = {marker: cause for name_, marker, cause in preparation.missing if name_ == column.name}
    return {**dict(column.missing), **for_all, **own}


def _told_natively(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return texts of a source with what they are told as, and 99.9 also as a native number is written."""
    told = dict(pairs)
    return told | {f"{theirs}{NATIVE_ENDING}": ours for theirs, ours in told.items() if re.fullmatch(r"-?\d+\.\d+", theirs)}


def contract_select(
    engine: Engine, dataset: Dataset, preparation: Preparation, opened: Opened, causes: Sequence[str], number: int
) -> tuple[str, tuple[str, ...]]:
    """Write the SELECT that gives one source the contract's columns; with a sentence for each column that it lacks."""
    matches, lacking = find_columns(dataset, preparation, opened)
    types, values = dict(opened.columns), dict(preparation.values)
    cells = [
        _Cell(
            match=match,
            sql=name(match.header) if match.constant is None else text(match.constant),
            type=types[match.header] if match.constant is None else "VARCHAR",
            values=_told_natively(values.get(match.column.name, ())),
            markers=_told_natively(_markers(match.column, preparation).items()),
        )
        for match in matches
    ]
    known = _known(opened, cells)
    wanted = {f"k{place}": cell.column for place, cell in enumerate(cells) if cell.is_text and cell.match.constant is None}
    readings = find_readings(engine, known, wanted, preparation, dataset)
    return _select(dataset, known, cells, readings, causes, number), lacking


def _known(opened: Opened, cells: Sequence[_Cell]) -> str:
    """Write the query with `k0`, `k1` ... (cells after values and markers) and `m0`, `m1` ... (causes) for the columns."""
    trims, maps = [], []
    for place, cell in enumerate(cells):
        if cell.is_text or cell.markers:
            trims.append(f"{trimmed(cell.sql, cell.type, opened.blanks)} as t{place}")
        if not cell.is_text:
            trims.append(f"{filled(cell.sql, cell.type)} as f{place}")
        known, cause = mapped(f"t{place}", cell.values, cell.markers, "" if cell.is_text else f"f{place}")
        maps += [f"{known} as k{place}", *([f"{cause} as m{place}"] if cell.markers else [])]
    return f"select {', '.join(maps)} from (select {', '.join(trims)} from ({opened.sql}))"


def _select(
    dataset: Dataset, known: str, cells: Sequence[_Cell], readings: dict[str, Reading], causes: Sequence[str], number: int
) -> str:
    cleaned, cast = ["*"], []
    for place, cell in enumerate(cells):
        if not cell.is_text:
            cast.append(f"{cast_alike(f'k{place}', cell.type, cell.column)} as v{place}")
            continue
        # A constant is written as klaremal writes: 0.5, 2026-01-31.
        reading = readings.get(f"k{place}", _CONSTANT)
        cleaned.append(f"{clean(f'k{place}', cell.column, reading)} as x{place}")
        cast.append(f"{typed(f'x{place}', cell.column, reading)} as v{place}")
    inner = f"select *, {', '.join(cast)} from (select {', '.join(cleaned)} from ({known}))"
    return f"select {', '.join(_outward(dataset, cells, causes, number))} from ({inner})"


def _outward(dataset: Dataset, cells: Sequence[_Cell], causes: Sequence[str], number: int) -> Iterator[str]:
    places = {cell.column.name: place for place, cell in enumerate(cells)}
    for column in dataset.columns:
        place = places.get(column.name)
        yield f"{f'v{place}' if place is not None else f'null::{sql_type(column)}'} as {name(column.name)}"
        if column.name in causes:
            has = place is not None and cells[place].markers
            yield f"{f'm{place}' if has else 'null::varchar'} as {name(f'{column.name}__cause')}"
    # Text needs no reading; every other filled cell must have become a value.
    judged = [place for place, cell in enumerate(cells) if sql_type(cell.column) != "VARCHAR"]
    wrong = {place: f"k{place} is not null and v{place} is null" for place in judged}
    raws = " ".join(f"when {wrong[place]} then {without_native(f'cast(k{place} as varchar)')}" for place in judged)
    unreadable = {cells[place].column.name: condition for place, condition in wrong.items()}
    yield f"{columns_where(unreadable, ' or '.join(wrong.values()))} as __unreadable"
    yield f"{f'case {raws} end' if judged else 'null::varchar'} as __raw"
    yield f"{number} as __part"
