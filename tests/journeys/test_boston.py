"""The whole way on Boston's requests: `examples/boston` run, run again and explained, against counts made without klaremal."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from klaremal.cli.main import main
from klaremal.run import Run, run

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "boston"
TODAY = date(2026, 11, 22)
ON_TIME = "citizen_service.requests_on_time"


def expected(*by: str) -> Mapping[tuple[str, ...], tuple[int, int]]:
    """Return how many requests were solved on time, and how many had a due date, added up by these columns."""
    kept: Counter[tuple[str, ...]] = Counter()
    due: Counter[tuple[str, ...]] = Counter()
    with (HERE / "expected" / "boston_per_year_and_type.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = tuple(row[name] for name in by)
            kept[key] += int(row["sla_closed_on_time"])
            due[key] += int(row["with_sla"])
    return {key: (kept[key], due[key]) for key in due}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the example as it is in the repository, without what a run may have left in it."""
    folder = tmp_path_factory.mktemp("journey") / "boston"
    return Path(shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".klaremal")))


@pytest.fixture(scope="module")
def first(workspace: Path) -> Run:
    """Return what the first run found."""
    return run(workspace, today=TODAY)


def of_city(result: Run, indicator: str = ON_TIME, breakdown: str = "") -> pd.DataFrame:
    """Return the city's own observations of an indicator that have a value."""
    found = result.observations
    mine = (found["indicator"] == indicator) & (found["unit"] == "city") & (found["breakdown"] == breakdown)
    return found[mine & found["value"].notna()]


def test_each_year_is_as_counted(first: Run) -> None:
    """By the year of opening; all years together are 23,441 of 27,813, open and late ones included."""
    rows = of_city(first)
    found = {(str(row.period),): (row.part, row.n) for row in rows.itertuples()}
    assert found == expected("year")
    assert (rows["part"].sum(), rows["n"].sum()) == (23_441, 27_813)


def test_the_goal_is_kept_in_the_first_year_alone(first: Run) -> None:
    """2013: 2433 of 2691 is 90.4 percent; 2014: 2125 of 2550 is 83.3 percent, and no later year reaches 90."""
    judged = first.fulfilments[first.fulfilments["unit"] == "city"].set_index("period")["status"].astype(str)
    assert judged.to_dict() == {"2013": "fulfilled"} | dict.fromkeys(map(str, range(2014, 2020)), "not_fulfilled")
    values = of_city(first).set_index("period")["value"]
    assert [round(values[year], 4) for year in ("2013", "2014")] == [90.4125, 83.3333]


def test_each_type_is_as_counted(first: Run) -> None:
    """By type of request; nothing is hidden, not even a year with one request of a type: the city publishes each of them."""
    wanted = {key: counts for key, counts in expected("year", "type").items() if counts[1]}
    shown = {}
    for kind in {kind for _, kind in wanted}:
        for row in of_city(first, breakdown=f"type={kind}").itertuples():
            shown[str(row.period), kind] = (row.part, row.n)
    assert shown == wanted
    assert first.hidden == ()


def test_each_neighborhood_is_as_counted(first: Run) -> None:
    """Dead animals to be picked up, by neighborhood and year; what names no neighborhood is in none."""
    with (HERE / "expected" / "boston_dead_animal_per_neighborhood.csv").open(encoding="utf-8", newline="") as file:
        wanted = {
            (row["neighborhood"], row["year"]): (int(row["sla_closed_on_time"]), int(row["with_sla"]))
            for row in csv.DictReader(file)
            if row["neighborhood"].strip() and int(row["with_sla"])
        }
    found = first.observations
    mine = (found["indicator"] == ON_TIME) & (found["level"] == "district") & found["value"].notna()
    rows = found[mine & (found["breakdown"] == "type=Pick up Dead Animal")]
    assert {(str(row.unit_name), str(row.period)): (row.part, row.n) for row in rows.itertuples()} == wanted


def test_requests_of_no_neighborhood_count_in_the_city_alone(first: Run) -> None:
    """A district has the requests that name it; those that name none are in no district."""
    found = first.observations[(first.observations["indicator"] == ON_TIME) & (first.observations["breakdown"] == "")]
    shown = found[(found["level"] == "district") & found["value"].notna()]
    data = pd.read_csv(EXAMPLE / "data" / "requests_2013_2019.csv.gz", dtype=str, keep_default_na=False)
    due = data[data["sla_target_dt"] != ""]
    named = due["neighborhood"].str.strip() != ""
    nameless = int((~named).sum())
    per_cell = due[named].groupby(["neighborhood", due["open_dt"].str[:4]]).size()
    in_districts = {(str(row.unit_name), str(row.period)): row.n for row in shown.itertuples()}
    assert in_districts == {key: per_cell[key] for key in in_districts}
    assert len(in_districts) > 100
    assert per_cell.sum() + nameless == 27_813
    assert nameless > 0


def test_open_requests_past_their_due_date_stand_beside(first: Run) -> None:
    """On 15 September 2022 3,316 are open and late; the oldest is open since the first days of 2013."""
    beside = {
        name: of_city(first, f"{ON_TIME}.{name}")[["period", "value"]].to_numpy().tolist()
        for name in ("open_overdue", "oldest_open", "paused")
    }
    data = pd.read_csv(EXAMPLE / "data" / "requests_2013_2019.csv.gz", dtype=str, keep_default_na=False)
    late = data[(data["sla_target_dt"] != "") & (data["closed_dt"] == "")]
    age = (pd.Timestamp("2022-09-15") - pd.to_datetime(late["open_dt"]).dt.normalize()).dt.days.max()
    assert beside == {"open_overdue": [["2022M09", 3316.0]], "oldest_open": [["2022M09", age]], "paused": [["2022M09", 0.0]]}
    assert len(late) == 3316


def test_ten_requests_closed_before_they_were_opened_on_the_same_day_count(first: Run) -> None:
    """By the clock, up to a minute: they are no mistake that hides a case, but the run says so."""
    told = "citizen_service.requests: in 10 rows closed_at is before opened_at, on the same day; they count."
    assert told in [each.what for each in first.warnings]
    assert (first.set_aside, first.gaps) == ((), ())


def test_a_second_run_reads_nothing_and_finds_the_same(workspace: Path, first: Run) -> None:
    """What was found of unchanged data is kept, the clock's own findings too."""
    again = run(workspace, today=TODAY)
    assert (again.scanned, again.kept) == (0, 2)
    pd.testing.assert_frame_equal(again.observations, first.observations)
    assert [each.what for each in again.warnings] == [each.what for each in first.warnings]


def test_the_report_and_the_explanation_say_what_is_open_and_late(
    workspace: Path, first: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the language asked for."""
    note = "open past the deadline: 3,316, the oldest 3,538 days old"
    assert main(["run", str(workspace), "--lang", "en", "--today", TODAY.isoformat()]) == 0
    assert f"requests_on_time: {note}" in capsys.readouterr().out
    asked = ["requests_on_time", str(workspace), "--unit", "city", "--period", "2014", "--lang", "en"]
    assert main(["explain", *asked]) == 0
    told = capsys.readouterr().out
    assert note in told
    assert "100 x 2,125 / 2,550" in told


def test_by_due_date_the_same_requests_give_other_years(workspace: Path) -> None:
    """The second look: a request counts in the year it was due, so 2013 has 2,316 of 2,475."""
    found = of_city(run(workspace / "due", today=TODAY)).set_index("period")
    assert (found.loc["2013", "part"], found.loc["2013", "n"]) == (2316, 2475)


def test_by_due_date_small_numbers_are_hidden(workspace: Path) -> None:
    """The second look says nothing of disclosure, so the cells of one to four requests and those beside them are empty."""
    found = run(workspace / "due", today=TODAY)
    assert "primary" in {each.reason for each in found.hidden}
    shown = found.observations[(found.observations["indicator"] == ON_TIME) & found.observations["value"].notna()]
    assert not shown["n"].between(1, 4).any()
