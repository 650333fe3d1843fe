"""What the ledger writes and what it answers, held against plain dictionaries for random runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.errors import LedgerError
from klaremal.ledger import Closing, Ledger, RunRecord
from klaremal.ledger.tables import FULFILMENTS, OBSERVATIONS, Facts

Row = dict[str, Any]

KINDS = pytest.mark.parametrize("facts", [OBSERVATIONS, FULFILMENTS], ids=lambda facts: facts.name)

# An example of several runs costs as much as several examples.
FEWER = settings(max_examples=settings.default.max_examples // 2)

# Few texts, so that rows meet again from run to run; two that only differ in what joining columns would lose.
TEXTS = st.sampled_from(["", "a", "a;", "b", "æøå", "2026K3"])
NUMBERS = st.none() | st.floats(allow_nan=False) | st.sampled_from([0.1 + 0.2, 5e-324, 1e308, 1.0, 0.0])


def values(facts: Facts, column: str) -> st.SearchStrategy[Any]:
    """Return what a column may hold: a key is never empty, a flag is true or false."""
    if column in facts.flags:
        return st.booleans()
    if column in facts.numbers:
        return NUMBERS
    return TEXTS if column in facts.key else st.none() | TEXTS


def key(facts: Facts, row: Row) -> tuple[Any, ...]:
    """Return the row's key."""
    return tuple(row[column] for column in facts.key)


def found(facts: Facts, least: int = 0, most: int = 6) -> st.SearchStrategy[list[Row]]:
    """Return what one run may find: rows that differ in their key."""
    row = st.fixed_dictionaries({column: values(facts, column) for column in facts.columns})
    return st.lists(row, min_size=least, max_size=most, unique_by=lambda row: key(facts, row))


def closings(facts: Facts) -> st.SearchStrategy[Closing | None]:
    """Return what a run may close: nothing, or all that it does not find but for the rows about some ids."""
    kept = st.frozensets(TEXTS, max_size=2)
    name = "kept_indicators" if facts is OBSERVATIONS else "kept_goals"
    return st.none() | st.builds(Closing, **{name: kept})


def record(facts: Facts, rows: list[Row], closing: Closing | None = None) -> RunRecord:
    """Return a run that found these rows."""
    frames = {each.name: pd.DataFrame(columns=list(each.columns)) for each in (OBSERVATIONS, FULFILMENTS)}
    frames[facts.name] = pd.DataFrame(rows, columns=list(facts.columns))
    about = {"klaremal": "0.1.0", "engine": "duckdb", "workspace": "Odense", "closing": closing}
    return RunRecord(started=datetime(2026, 11, 2), seconds=1.0, **about, **frames)


def stored(ledger: Ledger, facts: Facts, run: int | None = None) -> list[Row]:
    """Return the ledger's rows as mappings, None for what is missing, without the run that wrote them."""
    frame = ledger.observations(run) if facts is OBSERVATIONS else ledger.fulfilments(run)
    rows = frame.drop(columns="run").to_dict("records")
    return [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in rows]


def in_order(facts: Facts, rows: list[Row]) -> list[Row]:
    """Return the rows sorted by their key."""
    return sorted(rows, key=lambda row: key(facts, row))


def bits(rows: list[Row]) -> list[dict[str, str]]:
    """Return the rows with every float down to its last bit; zero has one sign."""
    return [{name: float(v + 0.0).hex() if isinstance(v, float) else repr(v) for name, v in row.items()} for row in rows]


def with_ledger(check: Callable[[Ledger], None]) -> None:
    """Call the check with a new ledger; a random example needs a new folder, which a fixture does not give."""
    with TemporaryDirectory() as folder, Ledger.open(Path(folder) / "ledger.db") as ledger:
        check(ledger)


@KINDS
@FEWER
@given(data=st.data())
def test_what_is_written_is_read_back_to_the_last_bit(facts: Facts, data: st.DataObject) -> None:
    """Every text, missing value, flag and float comes back, sorted by key."""
    rows = data.draw(found(facts, most=12))

    def check(ledger: Ledger) -> None:
        ledger.append(record(facts, rows))
        assert bits(stored(ledger, facts)) == bits(in_order(facts, rows))

    with_ledger(check)


@KINDS
@FEWER
@given(data=st.data())
def test_finding_the_same_again_writes_nothing(facts: Facts, data: st.DataObject) -> None:
    """Neither in the same order nor in another one, nor when a run that found nothing lies between."""
    rows = data.draw(found(facts))
    again = data.draw(st.permutations(rows))

    def check(ledger: Ledger) -> None:
        ledger.append(record(facts, rows))
        second = ledger.append(record(facts, rows))
        ledger.append(record(facts, []))
        fourth = ledger.append(record(facts, again))
        assert [each.observations + each.fulfilments for each in (second, fourth)] == [0, 0]
        assert [each.unchanged for each in (second, fourth)] == [len(rows), len(rows)]

    with_ledger(check)


@KINDS
@FEWER
@given(data=st.data())
def test_one_changed_cell_writes_one_row(facts: Facts, data: st.DataObject) -> None:
    """Whatever the column: the row is written whole, the others are not."""
    rows = data.draw(found(facts, least=1))
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from([name for name in facts.columns if name not in facts.key]))
    value = data.draw(values(facts, column).filter(lambda value: value != rows[at][column]))
    changed = [{**row, column: value} if place == at else row for place, row in enumerate(rows)]

    def check(ledger: Ledger) -> None:
        ledger.append(record(facts, rows))
        second = ledger.append(record(facts, changed))
        assert second.observations + second.fulfilments == 1
        assert bits(stored(ledger, facts)) == bits(in_order(facts, changed))
        assert bits(stored(ledger, facts, run=1)) == bits(in_order(facts, rows))

    with_ledger(check)


@KINDS
@FEWER
@given(data=st.data())
def test_the_state_after_each_run_can_be_asked_for(facts: Facts, data: st.DataObject) -> None:
    """After any number of runs, `run=k` gives what a dictionary holds that k runs updated and closed keys in."""
    runs = data.draw(st.lists(st.tuples(found(facts), closings(facts)), min_size=1, max_size=4))

    def check(ledger: Ledger) -> None:
        state: dict[tuple[Any, ...], Row] = {}
        states = []
        for rows, closing in runs:
            new = {key(facts, row): row for row in rows}
            different = [row for row in rows if state.get(key(facts, row)) != row]
            kept = set() if closing is None else closing.kept_indicators | closing.kept_goals
            stays = {each: row for each, row in state.items() if each in new or closing is None or each[0] in kept}
            appended = ledger.append(record(facts, rows, closing))
            assert appended.observations + appended.fulfilments == len(different)
            assert appended.closed == len(state) - len(stays)
            assert appended.unchanged == len(rows) - len(different)
            state = {**stays, **new}
            states.append(in_order(facts, list(state.values())))
        for number, expected in enumerate(states, start=1):
            assert bits(stored(ledger, facts, run=number)) == bits(expected)

    with_ledger(check)


@KINDS
def test_many_rows_are_written_and_compared_in_parts(facts: Facts, tmp_path: Path) -> None:
    """More rows than are turned into tuples at a time; one in the last part changes, then all are closed."""
    rows: list[Row] = [
        {**dict.fromkeys(facts.columns, "x"), **dict.fromkeys(facts.numbers, 1 / (n + 1)), "provisional": False, "unit": str(n)}
        for n in range(10_500)
    ]
    changed = [*rows[:-1], {**rows[-1], "provisional": True}]
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        written = [ledger.append(record(facts, each)) for each in (rows, changed[::-1])]
        assert [each.observations + each.fulfilments for each in written] == [10_500, 1]
        assert bits(stored(ledger, facts)) == bits(in_order(facts, changed))
        assert ledger.append(record(facts, [], Closing())).closed == 10_500
        assert stored(ledger, facts) == []


@KINDS
def test_keys_of_many_different_texts_do_not_collide(facts: Facts, tmp_path: Path) -> None:
    """Every text of a row differs from those of all others: more combinations than a 64-bit integer could number."""
    rows: list[Row] = [
        {**{name: f"{name}{n}" for name in facts.columns}, **dict.fromkeys(facts.numbers, n / 7), "provisional": n % 2 == 0}
        for n in range(2_000)
    ]
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.append(record(facts, rows))
        assert ledger.append(record(facts, rows[::-1])).unchanged == 2_000
        assert bits(stored(ledger, facts)) == bits(in_order(facts, rows))


@KINDS
def test_two_rows_with_one_key_are_refused(facts: Facts, tmp_path: Path) -> None:
    """Which of the two would hold cannot be known; the message names the key, and nothing is stored."""
    row: Row = {**dict.fromkeys(facts.columns, "x"), **dict.fromkeys(facts.numbers, 1.0), "provisional": False}
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        with pytest.raises(LedgerError, match=rf"Two {facts.name} .* {facts.key[0]} 'x'"):
            ledger.append(record(facts, [row, {**row, "unit": "y"}, {**row, "value": 2.0}]))
        assert len(ledger.runs()) == 0


@KINDS
@pytest.mark.parametrize("what", ["unit", "provisional"])
def test_a_row_without_key_or_flag_is_refused(facts: Facts, what: str, tmp_path: Path) -> None:
    """A figure about nothing, or one of which it is not known whether it is final, is a mistake of the caller."""
    row: Row = {**dict.fromkeys(facts.columns, "x"), **dict.fromkeys(facts.numbers, 1.0), "provisional": False}
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        with pytest.raises(LedgerError, match=f"Some {facts.name} of this run have no {what}"):
            ledger.append(record(facts, [row, {**row, "period": "y", what: None}]))
        lacking = attrs.evolve(record(facts, [row]), **{facts.name: pd.DataFrame([row]).drop(columns=what)})
        with pytest.raises(LedgerError, match=rf"lack the column\(s\) {what}"):
            ledger.append(lacking)
