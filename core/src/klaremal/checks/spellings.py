"""Keys that say one thing in two spellings (751 and Aarhus, 2025-03 and 2025M03): written alike, before they are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from klaremal.checks.reach import distinct_periods
from klaremal.engine import Engine, name, text

if TYPE_CHECKING:
    from klaremal.model.dataset import Dataset

# The code of the unit that a text means, None where nobody knows it; of an empty cell it is the organisation's own.
UnitOf = Callable[[str], str | None]


def spellings(engine: Engine, relation: str, dataset: Dataset, unit_of: UnitOf) -> Iterator[tuple[str, str]]:
    """Give for each column of the key in which one thing stands in several spellings what to write there instead, as SQL."""
    for column in dataset.key:
        meant = _meant(engine, relation, dataset, column, unit_of)
        first: dict[str, str] = {}
        for each in sorted(filter(None, meant)):
            first.setdefault(meant[each], each)
        others = {each: first[code] for each, code in meant.items() if first.get(code, each) != each}
        if others:
            cases = (f"when {_is(column, each)} then {text(written)}" for each, written in others.items())
            yield column, f"case {' '.join(cases)} else {name(column)} end"


def _meant(engine: Engine, relation: str, dataset: Dataset, column: str, unit_of: UnitOf) -> Mapping[str, str]:
    """Return what each text of a column means, by the text; texts of which nobody knows it are left out."""
    if dataset.column(column).type == "period":
        periods = distinct_periods(engine, dataset, relation, column)
        return {each: period.code for each, period in periods.items() if period is not None}
    if column not in dataset.placed_in or dataset.column(column).type != "string":
        return {}
    sql = f"select distinct coalesce({name(column)}, '') from {name(relation)} order by 1"
    texts = [str(row[0]) for row in engine.query(sql, f"the units in {column}")]
    # With several columns an empty one says that another names the unit.
    known = ((each, unit_of(each)) for each in texts if each or len(dataset.placed_in) == 1)
    return {each: code for each, code in known if code is not None}


def _is(column: str, spelling: str) -> str:
    return f"{name(column)} = {text(spelling)}" if spelling else f"coalesce({name(column)}, '') = ''"
