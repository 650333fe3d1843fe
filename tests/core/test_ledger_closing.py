"""Keys that a run over a whole workspace does not find any more: they hold no more from that run on, and the file says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing as closed_after
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from klaremal.ledger import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS, Appended, Closing, Ledger, RunRecord

ABSENCE = {
    "indicator": "schools.absence", "definition": "77ab", "unit": "751", "period": "2025", "value": 6.25, "n": 3.0,
    "provisional": False,
}  # fmt: skip
KEPT = {"goal": "absence", "indicator": "schools.absence", "unit": "751", "period": "2025", "status": "fulfilled"}


def filled(columns: tuple[str, ...], *rows: dict[str, Any]) -> pd.DataFrame:
    """Return rows with every column, of which those that are not given are empty."""
    always = {"breakdown": "", "frequency": "year", "provisional": False}
    return pd.DataFrame([{**dict.fromkeys(columns), **always, **row} for row in rows], columns=list(columns))


def run(
    observed: list[dict[str, Any]], judged: list[dict[str, Any]] | None = None, closing: Closing | None = None
) -> RunRecord:
    """Return a run that found these rows."""
    return RunRecord(
        started=datetime(2026, 11, 2),
        seconds=1.0,
        klaremal="0.1.0",
        engine="duckdb",
        workspace="Aarhus Kommune",
        observations=filled(OBSERVATION_COLUMNS, *observed),
        fulfilments=filled(FULFILMENT_COLUMNS, *(judged or [])),
        closing=closing,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger in a folder of its own."""
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


def periods(ledger: Ledger, run: int | None = None) -> list[str]:
    """Return the periods of the observations that hold after a run."""
    return [str(period) for period in ledger.observations(run)["period"]]


def test_what_a_whole_run_does_not_find_holds_no_more(ledger: Ledger) -> None:
    """A mistyped year was corrected: 2052 is gone from this run on, and still there as of the run that found it."""
    ledger.append(run([ABSENCE, {**ABSENCE, "period": "2052"}], [KEPT, {**KEPT, "period": "2052"}], Closing()))
    appended = ledger.append(run([ABSENCE], [KEPT], Closing()))
    assert appended == Appended(run=2, observations=0, fulfilments=0, unchanged=2, closed=2)
    assert [periods(ledger), periods(ledger, 2), periods(ledger, 1)] == [["2025"], ["2025"], ["2025", "2052"]]
    assert ledger.fulfilments()["period"].tolist() == ["2025"]
    assert ledger.fulfilments(run=1, period="2052")["status"].tolist() == ["fulfilled"]
    assert ledger.fulfilments(period="2052").empty
    assert ledger.runs()["closed"].tolist() == [0, 2]


def test_a_run_over_a_part_closes_nothing(ledger: Ledger) -> None:
    """Without a word of what it closes a run leaves everything that it does not mention."""
    ledger.append(run([ABSENCE, {**ABSENCE, "period": "2024"}], closing=Closing()))
    assert ledger.append(run([ABSENCE])).closed == 0
    assert periods(ledger) == ["2024", "2025"]


def test_a_whole_run_after_a_part_that_found_the_same_closes(ledger: Ledger) -> None:
    """The rows are those of the newest run, but that run closed nothing: its digest does not stand for this one."""
    ledger.append(run([ABSENCE, {**ABSENCE, "period": "2024"}], closing=Closing()))
    ledger.append(run([ABSENCE]))
    assert ledger.append(run([ABSENCE], closing=Closing())).closed == 1
    assert periods(ledger) == ["2025"]


def test_what_was_kept_once_is_closed_when_it_is_measured_again(ledger: Ledger) -> None:
    """A source fails, and is back without a row: the rows found are the same, what is kept is not."""
    other = {**ABSENCE, "indicator": "childcare.staffing"}
    ledger.append(run([ABSENCE, other], closing=Closing()))
    kept = Closing(kept_indicators=frozenset({"childcare.staffing"}))
    assert [ledger.append(run([ABSENCE], closing=each)).closed for each in (kept, kept, Closing())] == [0, 0, 1]
    assert ledger.observations()["indicator"].tolist() == ["schools.absence"]


def test_indicators_keep_observations_and_goals_keep_fulfilments(ledger: Ledger) -> None:
    """An id counts in its own table only, even where an indicator and a goal are called the same."""
    same = {**KEPT, "goal": "schools.absence"}
    ledger.append(run([ABSENCE], [same], Closing()))
    assert ledger.append(run([], [], Closing(kept_indicators=frozenset({"schools.absence"})))).closed == 1
    assert (len(ledger.observations()), len(ledger.fulfilments())) == (1, 0)
    ledger.append(run([ABSENCE], [same], Closing()))
    assert ledger.append(run([], [], Closing(kept_goals=frozenset({"schools.absence"})))).closed == 1
    assert (len(ledger.observations()), len(ledger.fulfilments())) == (0, 1)


def test_what_comes_back_is_written_again(ledger: Ledger) -> None:
    """The same figure as before it was closed counts as new; each state can be asked for, and nothing is closed twice."""
    written = [
        ledger.append(run(rows, closing=Closing()))
        for rows in ([ABSENCE], [], [], [ABSENCE], [ABSENCE], [{**ABSENCE, "unit": "101"}], [ABSENCE])
    ]
    assert [each.observations for each in written] == [1, 0, 0, 1, 0, 1, 1]
    assert [each.closed for each in written] == [0, 1, 0, 0, 0, 1, 1]
    found = [ledger.observations(number)[["unit", "value"]].values.tolist() for number in range(1, 8)]
    here, there = [["751", 6.25]], [["101", 6.25]]
    assert found == [here, [], [], here, here, there, here]


def test_the_file_says_what_was_closed_without_its_figures(ledger: Ledger) -> None:
    """A person who opens the view sees which row was closed by which run; the row that closes has no number."""
    ledger.append(run([ABSENCE], closing=Closing()))
    ledger.append(run([], closing=Closing()))
    with closed_after(sqlite3.connect(ledger.address)) as file:
        rows = file.execute("SELECT run, id, replaces, closed, unit, value, n, provisional FROM observations").fetchall()
    assert rows == [(1, 1, 0, 0, "751", 6.25, 3.0, 0), (2, 2, 1, 1, "751", None, None, 0)]
