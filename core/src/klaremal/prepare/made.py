"""Rows of a made dataset: its SELECT over the good rows of others, brought to its own contract; none is checked."""

from __future__ import annotations

from collections.abc import Sequence

from klaremal.engine import Engine, name
from klaremal.errors import DeclarationError, KlaremalError
from klaremal.model.dataset import Dataset
from klaremal.model.made_query import MadeQuery
from klaremal.preparation import Preparation
from klaremal.prepare.rows import Prepared, contract_select
from klaremal.prepare.types import is_typed_alike
from klaremal.reading.opened import Opened

# Whatever stands in a query can be kept as text.
_ANY = ("string", "period")


def prepare_made(engine: Engine, dataset: Dataset, relations: Sequence[tuple[str, str]]) -> Prepared:
    """Return the rows of a made dataset as one relation; `relations` are the checked rows of each dataset, by its id.

    DeclarationError when the query cannot be run over them, or does not give the columns of the contract in their types.
    """
    assert dataset.sql is not None, "a made dataset has a query"
    place = f"dataset {dataset.id}: sql"
    tables = [(each.rpartition(".")[2], relation) for each, relation in relations]
    query = MadeQuery.of(dataset.sql, [table for table, _ in tables], place)
    good = [(table, f"select * exclude (__bad, __broken) from {name(rows)} where __bad is null") for table, rows in tables]
    sql = query.sql(good, engine.dialect)
    try:
        columns = engine.columns(sql, "look at its columns")
    except KlaremalError as error:
        raise DeclarationError(f"{place}: it cannot be run over {', '.join(table for table, _ in tables)}: {error}") from error
    _check(dataset, columns, place)
    opened = Opened(sql=sql, columns=tuple(columns.items()), text=False)
    causes = tuple(column.name for column in dataset.columns if column.missing)
    select, _ = contract_select(engine, dataset, Preparation(), opened, causes, 0)
    relation = engine.fresh("prepared")
    engine.query(f"create temp view {name(relation)} as {select}", f"make {dataset.id}")
    return Prepared(dataset=dataset, relation=relation, causes=causes)


def _check(dataset: Dataset, columns: dict[str, str], place: str) -> None:
    found = {each.casefold(): kind for each, kind in columns.items()}
    lacking = [column.name for column in dataset.columns if column.name not in found]
    if lacking:
        given = ", ".join(columns)
        raise DeclarationError(f'{place}: it gives no column {", ".join(lacking)}; it gives {given}. Name columns with "as".')
    for column in dataset.columns:
        kind = found[column.name]
        if column.type not in _ANY and not is_typed_alike(kind, column):
            what = f"the column {column.name} is {kind} there and {column.type} in the contract"
            raise DeclarationError(f"{place}: {what}. Write cast(... as ...), or correct the contract.")
