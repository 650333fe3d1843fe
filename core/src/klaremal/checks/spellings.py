"""One thing in two spellings: keys (751 and Aarhus, 2025-03 and 2025M03) are written alike, words for all are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from klaremal.checks.reach import distinct_periods
from klaremal.engine import Engine, name, text
from klaremal.errors import ContractBroken

if TYPE_CHECKING:
    from klaremal.model.dataset import Dataset

# What sources call all of them, in small letters. Where a column has a code for that, another such word is its total, too.
_ALL: Final = (
    "all", "both", "total", "totalt", "i alt", "ialt", "alle", "begge", "begge køn", "begge kjønn", "alla", "totalt antal",
)  # fmt: skip

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


def check_totals(engine: Engine, relation: str, dataset: Dataset) -> None:
    """Refuse a dataset in which a word such as "I alt" stands where its contract has another code: all would count twice."""
    for column in dataset.columns:
        if column.total is None or column.type != "string" or column.enum:
            continue
        is_word = f"lower(trim({name(column.name)})) in ({', '.join(map(text, _ALL))})"
        words = f"min(case when {is_word} then {name(column.name)} end), count(case when not {is_word} then 1 end)"
        where = f"{name(column.name)} <> {text(column.total)}"
        sql = f"select {words} from {name(relation)} where {where}"
        ((word, parts),) = engine.query(sql, f"words for all in {column.name}")
        # Where nothing stands beside it, it is all that there is.
        if word is not None and parts:
            what = f'{column.name}: "{word}" means all of them, for which the word is "{column.total}".'
            cure = f'In klaremal.toml: values = {{ {column.name} = {{ "{word}" = "{column.total}" }} }}'
            raise ContractBroken(f"{what} Beside their parts they would count twice. {cure}", dataset.id)


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
