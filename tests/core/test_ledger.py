"""The ledger by example: what a run stores, what comes back, how one asks; its properties and failures lie beside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from klaremal.errors import LedgerError
from klaremal.ledger import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS, Appended, Ledger, RunRecord

ABSENCE = {
    "indicator": "schools.absence", "definition": "5f0c", "unit": "751", "unit_name": "Aarhus", "level": "municipality",
    "period": "2024/25", "frequency": "school_year", "breakdown": "", "value": 6.25, "n": 400.0, "part": 25.0, "low": 4.1,
    "high": 9.2, "coverage": 1.0, "cause": None, "provisional": False,
}  # fmt: skip

KEPT = {
    "goal": "absence", "version": "2024-08-01", "indicator": "schools.absence", "sector": "schools", "unit": "751",
    "unit_name": "Aarhus", "level": "municipality", "period": "2024/25", "breakdown": "", "value": 6.25, "target": 6.0,
    "target_high": None, "status": "not_fulfilled", "cause": None, "certainty": "clear", "course": None, "trend": "worse",
    "margin": -1.0, "n": 400.0, "part": 25.0, "low": 4.1, "high": 9.2, "provisional": False,
}  # fmt: skip


def observations(*changes: dict[str, Any]) -> pd.DataFrame:
    """Return observations: the one above, once for each mapping of what is different."""
    return pd.DataFrame([{**ABSENCE, **change} for change in changes], columns=list(OBSERVATION_COLUMNS))


def fulfilments(*changes: dict[str, Any]) -> pd.DataFrame:
    """Return fulfilments: the one above, once for each mapping of what is different."""
    return pd.DataFrame([{**KEPT, **change} for change in changes], columns=list(FULFILMENT_COLUMNS))


def run(observed: pd.DataFrame | None = None, judged: pd.DataFrame | None = None, **more: Any) -> RunRecord:
    """Return a run that found these frames; none means that it found nothing of the kind."""
    return RunRecord(
        started=datetime(2026, 11, 2, 7, 30),
        seconds=1.25,
        klaremal="0.1.0",
        engine="duckdb 2.0.1",
        workspace="Aarhus Kommune",
        plugins=(("schools", "klaremal-schools", "0.1.0"),),
        observations=pd.DataFrame() if observed is None else observed,
        fulfilments=pd.DataFrame() if judged is None else judged,
        **more,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger in a folder of its own."""
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


def test_a_run_is_stored_and_read_back(ledger: Ledger) -> None:
    """Texts, numbers, missing values and flags come back as they were, with the run that wrote them."""
    appended = ledger.append(run(observations({}), fulfilments({})))
    assert appended == Appended(run=1, observations=1, fulfilments=1, unchanged=0)
    for frame, stored in ((ledger.observations(), ABSENCE), (ledger.fulfilments(), KEPT)):
        row = frame.iloc[0].to_dict()
        assert {name: None if pd.isna(value) else value for name, value in row.items()} == {"run": 1, **stored}


def test_a_frame_has_texts_floats_and_flags(ledger: Ledger) -> None:
    """The types do not depend on what is missing, so that whoever reads need not look first."""
    ledger.append(run(observations({})))
    kinds = ledger.observations().dtypes.astype(str).to_dict()
    floats = {"value", "n", "part", "low", "high", "coverage"}
    others = {"run": "int64", "provisional": "bool"}
    assert kinds == {name: others.get(name, "float64" if name in floats else "str") for name in kinds}


def test_an_empty_ledger_gives_empty_frames_with_all_columns(ledger: Ledger) -> None:
    """Nothing stored is an answer, not an error."""
    assert list(ledger.observations().columns) == ["run", *OBSERVATION_COLUMNS]
    assert list(ledger.fulfilments().columns) == ["run", *FULFILMENT_COLUMNS]
    assert [len(frame) for frame in (ledger.observations(), ledger.runs(), ledger.sources(), ledger.set_aside())] == [0] * 4


def test_only_what_changed_is_written_again(ledger: Ledger) -> None:
    """The second run writes the row whose value is new, and keeps the other one under the first run."""
    ledger.append(run(observations({}, {"unit": "101", "value": 3.0})))
    appended = ledger.append(run(observations({}, {"unit": "101", "value": 2.5})))
    assert appended == Appended(run=2, observations=1, fulfilments=0, unchanged=1)
    assert ledger.observations()[["unit", "value", "run"]].values.tolist() == [["101", 2.5, 2], ["751", 6.25, 1]]


def test_a_run_without_changes_writes_its_own_row_only(ledger: Ledger) -> None:
    """A second run that found the same leaves one more run and nothing else."""
    for _ in range(2):
        appended = ledger.append(run(observations({}), fulfilments({})))
    assert appended == Appended(run=2, observations=0, fulfilments=0, unchanged=2)
    assert ledger.runs()[["run", "observations", "fulfilments", "unchanged"]].values.tolist() == [[1, 1, 1, 0], [2, 0, 0, 2]]


def test_what_goes_back_to_an_earlier_value_is_a_change(ledger: Ledger) -> None:
    """A corrected correction is written: the newest value counts, not whether it was ever there."""
    written = [ledger.append(run(observations({"value": value}))).observations for value in (1.0, 2.0, 1.0, 1.0)]
    assert written == [1, 1, 1, 0]
    assert [ledger.observations(run=k)["value"].item() for k in (1, 2, 3, 4)] == [1.0, 2.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "change",
    [
        {"unit_name": "Århus"},
        {"value": None, "cause": "no_data"},
        {"coverage": 0.99},
        {"provisional": True},
        {"n": None},
    ],
    ids=lambda change: "+".join(change),
)
def test_every_column_outside_the_key_is_compared(ledger: Ledger, change: dict[str, Any]) -> None:
    """A new name, cause or flag is a new row for the same key."""
    ledger.append(run(observations({})))
    assert ledger.append(run(observations(change))).observations == 1
    assert len(ledger.observations()) == 1


@pytest.mark.parametrize("column", ["indicator", "definition", "unit", "period", "frequency", "breakdown"])
def test_another_key_is_another_observation(ledger: Ledger, column: str) -> None:
    """Rows that differ in a part of the key stand side by side."""
    ledger.append(run(observations({})))
    ledger.append(run(observations({column: "other"})))
    assert len(ledger.observations()) == 2


def test_what_a_run_does_not_mention_stays(ledger: Ledger) -> None:
    """A run over one sector leaves the figures of the others."""
    ledger.append(run(observations({}, {"indicator": "childcare.staffing"})))
    ledger.append(run(observations({"value": 5.0})))
    assert ledger.observations()["indicator"].tolist() == ["childcare.staffing", "schools.absence"]


def test_categories_and_other_types_are_stored_as_text_and_numbers(ledger: Ledger) -> None:
    """Frames from an engine hold categories, whole numbers and nullable types; the ledger keeps what they say."""
    plain = fulfilments({}, {"unit": "101", "cause": "no_data", "value": None})
    typed = plain.astype({"goal": "category", "cause": "category", "unit": "category", "n": "Int64", "provisional": "boolean"})
    ledger.append(run(judged=plain))
    assert ledger.append(run(judged=typed)).unchanged == 2
    assert ledger.append(run(judged=typed.assign(version=pd.Series([1, 1])))).fulfilments == 2
    assert ledger.fulfilments()["version"].tolist() == ["1", "1"]


def test_missing_numbers_are_equal_whatever_their_kind(ledger: Ledger) -> None:
    """None, nan and pandas' NA are one missing number; -0.0 is 0.0."""
    ledger.append(run(observations({"value": None, "low": 0.0})))
    for value in (float("nan"), None):
        assert ledger.append(run(observations({"value": value, "low": -0.0}))).observations == 0
    odd = observations({"low": -0.0}).assign(value=pd.array([pd.NA], dtype="Float64"))
    assert ledger.append(run(odd)).observations == 0
    assert np.signbit(ledger.observations()["low"]).tolist() == [False]


@pytest.mark.parametrize(
    ("filters", "units"),
    [
        ({"unit": "101"}, ["101"]),
        ({"unit": ("101", "851")}, ["851", "101"]),
        ({"indicator": "schools.absence"}, ["101", "751"]),
        ({"indicator": "schools.absence", "unit": "751"}, ["751"]),
        ({"sector": "citizen_service"}, ["851"]),
        ({"sector": ["schools", "citizen_service"]}, ["851", "101", "751"]),
        ({"level": "school"}, []),
        ({"period": "2024/25", "level": "municipality"}, ["851", "101", "751"]),
        ({"unit": []}, []),
    ],
    ids=str,
)
def test_observations_are_chosen_by_text(ledger: Ledger, filters: dict[str, Any], units: list[str]) -> None:
    """Each filter is one text or several; filters narrow each other; `_` in a sector's name is a letter, no wildcard."""
    others = {"indicator": "citizen_service.answered", "unit": "851"}, {"indicator": "citizenxservice.a", "level": "nation"}
    ledger.append(run(observations({}, {"unit": "101"}, *others)))
    assert ledger.observations(**filters)["unit"].tolist() == units


def test_fulfilments_are_chosen_by_text(ledger: Ledger) -> None:
    """Goal, unit, period, sector and status narrow the answer."""
    ledger.append(run(judged=fulfilments({}, {"unit": "101", "status": "fulfilled"}, {"goal": "b", "sector": "childcare"})))
    assert ledger.fulfilments(goal="absence", status="fulfilled")["unit"].tolist() == ["101"]
    assert ledger.fulfilments(sector="childcare", unit="751", period="2024/25")["goal"].tolist() == ["b"]


@pytest.mark.parametrize("unknown", [0, 2, -1])
def test_a_run_that_is_not_there_is_an_error(ledger: Ledger, unknown: int) -> None:
    """The message says which runs there are."""
    ledger.append(run(observations({})))
    with pytest.raises(LedgerError, match=f"no run {unknown}; choose one from 1 to 1"):
        ledger.observations(run=unknown)


def test_runs_say_what_ran(ledger: Ledger) -> None:
    """Version, engine, organisation, plugins and the time used are kept for each run."""
    ledger.append(run())
    assert ledger.runs().iloc[0].to_dict() == {
        "run": 1, "started": "2026-11-02T07:30:00", "seconds": 1.25, "klaremal": "0.1.0", "engine": "duckdb 2.0.1",
        "workspace": "Aarhus Kommune", "plugins": [["schools", "klaremal-schools", "0.1.0"]],
        "observations": 0, "fulfilments": 0, "unchanged": 0, "closed": 0,
    }  # fmt: skip


def test_sources_and_rows_set_aside_are_kept_by_dataset(ledger: Ledger) -> None:
    """The newest run that collected a dataset says what is known of it; a run over other data changes nothing."""
    csv = {"dataset": "schools.absence", "collector": "csv", "address": "a.csv", "rows": np.int64(7), "bytes": 2**40}
    done = {**csv, "complete_until": date(2025, 7, 31), "fetched": datetime(2026, 11, 2, 7, 0), "scanned": True}
    bad = {"dataset": "schools.absence", "rule": "unknown_unit", "rows": 2, "examples": ("411",)}
    ledger.append(run(sources=(done, {**done, "address": "b.csv"}), set_aside=(bad,)))
    ledger.append(run(sources=({"dataset": "childcare.staffing", "cause": "source_failed", "message": "down"},)))
    assert ledger.sources().fillna({"address": "none"})[["run", "dataset", "address"]].values.tolist() == [
        [2, "childcare.staffing", "none"], [1, "schools.absence", "a.csv"], [1, "schools.absence", "b.csv"]
    ]  # fmt: skip
    assert ledger.sources(run=1)["complete_until"].tolist() == ["2025-07-31", "2025-07-31"]
    assert ledger.sources(run=1)[["rows", "bytes"]].values.tolist() == [[7, 2**40], [7, 2**40]]
    assert ledger.set_aside()[["rule", "rows", "examples"]].values.tolist() == [["unknown_unit", 2, ["411"]]]
    ledger.append(run(sources=(done,)))
    assert ledger.set_aside().empty, "the newest run set nothing aside"
    assert len(ledger.set_aside(run=2)) == 1


def test_a_version_of_a_goal_is_kept_once(ledger: Ledger) -> None:
    """The words and the decision of each version are found again; the newest words count."""
    goal = {"goal": "absence", "version": "2024-08-01", "title": {"da": "Lavt fravær"}, "decided": date(2024, 6, 1)}
    said = {"goal": "absence", "version": "2024-08-01", "title": {"da": "Lavt fravær"}, "decided": "2024-06-01"}
    for _ in range(2):
        ledger.append(run(goals=(goal, {**goal, "version": "2026-01-01", "title": {"da": "Lavere"}})))
    assert ledger.goals()["absence", "2024-08-01"] == said
    assert sorted(ledger.goals()) == [("absence", "2024-08-01"), ("absence", "2026-01-01")]
    ledger.append(run(goals=({**goal, "owner": "Skolechefen"},)))
    assert ledger.goals()["absence", "2024-08-01"] == {**said, "owner": "Skolechefen"}
    assert ledger.goals(run=2)["absence", "2024-08-01"] == said
    with sqlite3.connect(ledger.address) as connection:
        assert connection.execute("SELECT run, version FROM goals ORDER BY run, version").fetchall() == [
            (1, "2024-08-01"), (1, "2026-01-01"), (3, "2024-08-01")
        ]  # fmt: skip
    connection.close()


def test_the_ledger_can_be_moved_and_opened_again(tmp_path: Path) -> None:
    """One file holds everything, in folders with spaces and Danish letters too, and by URL."""
    folder = tmp_path / "Børn & Unge 100%?#"
    folder.mkdir()
    with Ledger.open(folder / "ledger.db") as ledger:
        ledger.append(run(observations({})))
    assert [path.name for path in folder.iterdir()] == ["ledger.db"]
    moved = (folder / "ledger.db").rename(tmp_path / "moved.db")
    with Ledger.open(f"sqlite:///{moved}", create=False, read_only=True) as ledger:
        assert ledger.address == str(moved)
        assert ledger.observations()["value"].tolist() == [6.25]


def test_only_the_ledger_loads_the_database_library() -> None:
    """`import klaremal` costs no SQLAlchemy, and whoever only reads the ledger loads no engine."""
    program = "import sys, klaremal; print('sqlalchemy' in sys.modules); import klaremal.ledger; print('duckdb' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "False"]
