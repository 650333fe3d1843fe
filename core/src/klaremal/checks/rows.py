"""Rows against the dataset's contract: bad rows flagged, counted and shown by up to five examples; no figure is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from attrs import frozen

from klaremal.checks.duplicates import drop_copies, flag_conflicts, has_duplicates
from klaremal.checks.parts import derived_columns
from klaremal.checks.reach import distinct_periods, meets_today, newest_days
from klaremal.checks.rules import Rule, case_of, columns_of, duplicate, row_rules, unreadable
from klaremal.checks.shown import EXAMPLES, MASK, conflicts, mapping
from klaremal.checks.spellings import UnitOf, check_totals, spellings
from klaremal.engine import Engine, name, text
from klaremal.errors import ContractBroken, SourceError, SourceUnreadable
from klaremal.model.dataset import Dataset
from klaremal.model.outcome import SetAside

if TYPE_CHECKING:
    from klaremal.prepare.rows import Prepared

_NO_ROWS = "the source has headers but no rows. The extract probably failed: fetch it again."
_NO_ROW_IS_MADE = "its sql makes no row of those that it is made of. Look at its conditions, or at their values."


def _unknown(written: str) -> None:
    """Know no unit."""


@frozen(kw_only=True)
class Rows:
    """The checked rows of a dataset.

    `relation` is the engine's name of a table or view with the contract's columns, its derived columns, `<column>__cause`
    (why a value is missing), `__bad` (the rule that the row breaks, or null; a bad row counts nowhere) and `__broken` (the
    columns of a bad row whose cells break a rule and are not believed, as `|days|kind|`; null for rows that share a key, since
    the content of one of them holds). Copies of a row with the same key are left out of it and of `total`. `newest` is, for
    each source that leaves that to its rows, the last whole day that they cover, never after yesterday, `delivered` how many
    rows each source has. `today_matters` says that rows of today or later were met: tomorrow they are judged otherwise.
    """

    dataset: Dataset
    relation: str
    total: int
    bad: int = 0
    set_aside: tuple[SetAside, ...] = ()
    newest: tuple[date | None, ...] = ()
    delivered: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    today_matters: bool = False


class _Sheet:
    """The rows under check: a view until something in it must change, then a table."""

    def __init__(self, engine: Engine, prepared: Prepared, rules: tuple[Rule, ...]) -> None:
        self.engine = engine
        self.relation = engine.fresh("checked")
        self.is_table = prepared.text
        judged = f"select *, {case_of(rules)} as __bad from {name(prepared.relation)}"
        engine.query(
            f"create temp {'table' if self.is_table else 'view'} {name(self.relation)} as "
            f"select *, {columns_of(rules)} as __broken from ({judged})",
            f"check {prepared.dataset.id}",
        )

    def change(self) -> str:
        """Return the name of a table with the rows, which may be changed."""
        if not self.is_table:
            table = self.engine.fresh("checked")
            self.engine.query(f"create temp table {name(table)} as select * from {name(self.relation)}", "keep checked rows")
            self.relation, self.is_table = table, True
        return self.relation


def check(engine: Engine, prepared: Prepared, today: date, unit_of: UnitOf = _unknown) -> Rows:
    """Return the rows with each bad one flagged by the first rule that it breaks; text is read from its files here, once.

    `unit_of` says which unit a text means, so that keys in two spellings are one.

    Errors: SourceUnreadable when there are no rows, ContractBroken when more are bad than the dataset allows, and those of
    the files.
    """
    try:
        return _check(engine, prepared, today, unit_of)
    except SourceError as error:
        raise type(error)(error.message, error.dataset or prepared.dataset.id, error.address) from error


def _check(engine: Engine, prepared: Prepared, today: date, unit_of: UnitOf) -> Rows:
    dataset = prepared.dataset
    rules = row_rules(dataset, prepared.causes, today)
    sheet = _Sheet(engine, prepared, rules)
    late_rules = [*_flag_periods(engine, sheet, dataset, today)]
    check_totals(engine, sheet.relation, dataset)
    for column, written in spellings(engine, sheet.relation, dataset, unit_of):
        engine.query(f"update {name(sheet.change())} set {name(column)} = {written}", f"write {column} alike")
    copies, duplicates = _settle_duplicates(engine, sheet, prepared)
    found, delivered = Counter[str](), Counter[int]()
    for rule_id, part, rows in engine.query(_counts(sheet.relation), f"count bad rows of {dataset.id}"):
        found[str(rule_id)] += int(rows)
        delivered[int(part)] += int(rows)
    total = found.total()
    if not total:
        raise SourceUnreadable(_NO_ROW_IS_MADE if dataset.made_of else _NO_ROWS)
    broken = [rule for rule in (*rules, *late_rules, *duplicates) if rule.id in found]
    set_aside = tuple(_set_aside(engine, sheet.relation, prepared, rule, found[rule.id]) for rule in broken)
    bad = sum(each.rows for each in set_aside)
    if bad > dataset.bad_rows_allowed * total:
        raise ContractBroken(_refusal(dataset, total, bad, set_aside))
    said = [f"{dataset.id}: {copies} rows are copies of others with the same key; each counts once."] if copies else []
    return Rows(
        dataset=dataset,
        relation=_outward(engine, sheet.relation, prepared),
        total=total,
        bad=bad,
        set_aside=set_aside,
        newest=newest_days(engine, prepared, sheet.relation, today),
        delivered=tuple(delivered[part] for part in range(len(prepared.newest))),
        warnings=(*prepared.warnings, *said),
        today_matters=meets_today(engine, prepared, sheet.relation, today),
    )


def _counts(relation: str) -> str:
    return f"select coalesce(__bad, ''), __part, count(*) from {name(relation)} group by 1, 2"


def _flag_periods(engine: Engine, sheet: _Sheet, dataset: Dataset, today: date) -> Iterator[Rule]:
    """Flag rows whose period cannot be read or has not begun; periods are read once for each distinct text."""
    for column in dataset.columns:
        if column.type != "period":
            continue
        periods = distinct_periods(engine, dataset, sheet.relation, column.name)
        wrong = [each for each, period in periods.items() if period is None]
        late = [each for each, period in periods.items() if period is not None and period.first_day > today]
        rule = unreadable(column)
        if column.name == dataset.date_column:
            message = f"{rule.message} of the dataset's own frequency ({dataset.base_frequency})"
            rule = Rule(id=rule.id, message=message, columns=rule.columns)
            begun = Rule(
                id=f"future_date_{column.name}", message=f"{column.name} is a period that has not begun", columns=rule.columns
            )
            yield from _flag_texts(engine, sheet, begun, late)
        yield from _flag_texts(engine, sheet, rule, wrong)


def _flag_texts(engine: Engine, sheet: _Sheet, rule: Rule, texts: Sequence[str]) -> Iterator[Rule]:
    if texts:
        (column,), listed = rule.columns, ", ".join(map(text, texts))
        flags = f"__bad = coalesce(__bad, {text(rule.id)}), __broken = coalesce(__broken, '|') || {text(f'{column}|')}"
        engine.query(f"update {name(sheet.change())} set {flags} where {name(column)} in ({listed})", f"flag {rule.id}")
        yield rule


def _settle_duplicates(engine: Engine, sheet: _Sheet, prepared: Prepared) -> tuple[int, list[Rule]]:
    """Leave out copies and flag rows that share a key; return how many copies, and the rules that some row may break."""
    dataset = prepared.dataset
    content = [*(column.name for column in dataset.columns), *(f"{column}__cause" for column in prepared.causes), "__raw"]
    keys = [(dataset.key, True)] if dataset.key else []
    keys += [((column.name,), False) for column in dataset.columns if column.unique and (column.name,) != dataset.key]
    copies, rules = 0, []
    for columns, of_key in keys:
        if has_duplicates(engine, sheet.relation, columns):
            copies += drop_copies(engine, sheet.change(), columns, content)
            rule = duplicate(columns, of_key)
            flag_conflicts(engine, sheet.relation, columns, rule.id)
            rules.append(rule)
    return copies, rules


def _outward(engine: Engine, relation: str, prepared: Prepared) -> str:
    """Make the view that others read: the contract's columns, causes, derived columns and `__bad`."""
    dataset = prepared.dataset
    columns = [name(column.name) for column in dataset.columns]
    columns += [name(f"{column}__cause") for column in prepared.causes]
    # Of spells they may use the month, which is there only when the rows are spread.
    columns += [] if dataset.spell else derived_columns(dataset, engine.dialect)
    view = engine.fresh("rows")
    sql = f"create temp view {name(view)} as select {', '.join(columns)}, __bad, __broken from {name(relation)}"
    engine.query(sql, f"rows of {dataset.id}")
    return view


# -- what is said of bad rows ----------------------------------------------------------------------------------------


def _set_aside(engine: Engine, relation: str, prepared: Prepared, rule: Rule, rows: int) -> SetAside:
    dataset = prepared.dataset
    return SetAside(
        dataset=dataset.id,
        rule=rule.id,
        rows=rows,
        message=f"{rule.message}.{_cure(engine, relation, prepared, rule, rows)}",
        examples=tuple(_examples(engine, relation, dataset, rule)),
    )


def _cure(engine: Engine, relation: str, prepared: Prepared, rule: Rule, rows: int) -> str:
    """Return what to write in klaremal.toml about values that are not allowed, or dates of another style; else nothing."""
    column = prepared.dataset.column(rule.columns[0])
    if rule.id.startswith("enum_"):
        line = mapping(engine, relation, column, rule)
        return f" In klaremal.toml: {line}" if line else ""
    if rule.id.startswith("unreadable_") and column.type in ("date", "datetime") and prepared.dates:
        read = engine.query(f"select count({name(column.name)}) from {name(relation)}", f"dates of {column.name}")[0][0]
        # A few among many that were read are mistyped; of a wrong style at most those days are read that could be months.
        return _styled(prepared.dates) if rows > int(read) else ""
    return ""


def _styled(dates: Sequence[str]) -> str:
    expected = " or ".join(f'"{each}"' for each in dates)
    cure = 'If the file writes them otherwise, say how in the source\'s own section, as dates = "mm/dd/yyyy".'
    return f" Its source (or the preset) says dates = {expected}. {cure}"


def _examples(engine: Engine, relation: str, dataset: Dataset, rule: Rule) -> Iterator[str]:
    """Give up to five rows as `column = value`, the same ones every time; personal values are masked."""
    if rule.id.startswith("duplicate_"):
        yield from conflicts(engine, relation, dataset, rule)
        return
    unique = [column.name for column in dataset.columns if column.unique]
    shown = list(dict.fromkeys([*(dataset.key or unique or (*dataset.placed_in, *dataset.date_columns)), *rule.columns]))
    personal = {column.name for column in dataset.columns if column.personal}
    cells = ", ".join(f"cast({name(column)} as varchar)" for column in shown)
    sql = f"select {cells}, __raw, split_part(__unreadable, '|', 2) from {name(relation)} where __bad = {text(rule.id)}"
    sql += f" order by all limit {EXAMPLES}"
    for *values, raw, first in engine.query(sql, f"examples of {rule.id}"):
        pairs = []
        for column, value in zip(shown, values, strict=True):
            told = raw if value is None and column == first else value
            pairs.append(f"{column} = {MASK if column in personal and told is not None else told or '(empty)'}")
        yield "; ".join(pairs)


def _refusal(dataset: Dataset, total: int, bad: int, set_aside: Sequence[SetAside]) -> str:
    reasons = sorted(set_aside, key=lambda each: -each.rows)[:3]
    told = " ".join(f"{each.rows} rows: {each.message} For example {' | '.join(each.examples[:2])}." for each in reasons)
    allowed = f"{100 * dataset.bad_rows_allowed:g} %"
    return (
        f"{bad} of {total} rows ({100 * bad / total:.1f} %) break the contract, and it allows {allowed}. "
        f"None are used, because the figures would not be true. {told} "
        "Correct the source, or tell how it is written: columns, values, missing, decimal, dates."
    )
