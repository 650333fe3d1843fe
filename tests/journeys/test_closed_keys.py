"""Figures that a whole run finds no more, from the workspace's files to the newest state of the ledger and its earlier ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from klaremal import Column, Dataset, Indicator, Sector, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import PluginSource, discover
from klaremal.ledger import Ledger
from klaremal.measures import Count
from klaremal.ready import Choice, Ready
from klaremal.registry import build
from klaremal.run import Run, run_prepared
from klaremal.run import run as run_folder
from klaremal.scaffold.new_folder import write
from klaremal.scaffold.workspace import scaffold
from klaremal.workspace.folder import read

Spoil = Callable[[str, str, str], None]
Keys = list[tuple[str, str, str]]

TODAY = date(2026, 11, 22)
SURVEY = "data/eldercare/hjemmehjaelp.csv"
APPEALS = "data/citizen_service/klagesager_2025.csv"
SURVEY_GOAL = "goals/eldercare.toml"
APPEALS_GOAL = "goals/citizen_service.toml"
SATISFIED, REVERSED = "hjemmehjaelp_tilfredshed", "omgjorte_klager"


def run(folder: Path, choice: Choice | None = None) -> Run:
    """Run a workspace as on one and the same day."""
    return run_folder(folder, choice, TODAY)


def closed(result: Run) -> int:
    """Return how many keys a run closed."""
    assert result.appended is not None
    return result.appended.closed


def fulfilments(folder: Path, number: int | None = None) -> Keys:
    """Return goal, unit and period of the fulfilments that hold after a run."""
    return keys(folder, "fulfilments", "goal", number)


def observations(folder: Path, number: int | None = None) -> Keys:
    """Return indicator, unit and period of the observations that hold after a run."""
    return keys(folder, "observations", "indicator", number)


def keys(folder: Path, table: str, subject: str, number: int | None) -> Keys:
    """Return what the rows of a table are about that hold after a run."""
    with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
        frame: pd.DataFrame = getattr(book, table)(number)
    return [(str(row[0]), str(row[1]), str(row[2])) for row in frame[[subject, "unit", "period"]].values]


def periods(folder: Path, goal: str, number: int | None = None) -> list[str]:
    """Return the periods in which a goal has a judgement after a run."""
    return [period for name, _, period in fulfilments(folder, number) if name == goal]


def holds(folder: Path, result: Run) -> bool:
    """Say whether the newest state of the ledger is what the run found, to the last figure, and nothing else."""
    same = []
    with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
        for found, stored in ((result.observations, book.observations()), (result.fulfilments, book.fulfilments())):
            rows = [frame[list(found.columns)].astype(str).replace("None", "nan") for frame in (found, stored)]
            one, other = (frame.sort_values(list(found.columns)).values.tolist() for frame in rows)
            same.append(one == other)
    return all(same)


def test_a_mistyped_year_that_was_corrected_is_gone(workspace: Path, spoil: Spoil) -> None:
    """The answers of 2025 stood under 2018: its years are closed in both tables, and still there as of the first run."""
    spoil(SURVEY_GOAL, "valid_from = 2022-01-01", "valid_from = 2016-01-01")
    spoil(SURVEY, "2025;85,5", "2018;85,5")
    run(workspace)
    mistyped = ["2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025"]
    assert periods(workspace, SATISFIED) == mistyped
    spoil(SURVEY, "2018;85,5", "2025;85,5")
    again = run(workspace)
    # 2018, 2019 and 2020, of the indicator and of the goal.
    assert closed(again) == 6
    assert periods(workspace, SATISFIED) == ["2021", "2022", "2023", "2024", "2025"]
    assert periods(workspace, SATISFIED, 1) == mistyped
    assert [period for *_, period in observations(workspace) if period < "2021"] == []
    assert holds(workspace, again)


def test_a_run_on_unchanged_data_closes_and_writes_nothing(ran: Path, spoil: Spoil) -> None:
    """Neither after a run that closed something nor after one over a part."""
    spoil(SURVEY, "2021;84,0;412\n", "")
    assert closed(run(ran)) == 1
    run(ran, Choice(goals=(SATISFIED,)))
    for _ in range(2):
        appended = run(ran).appended
        assert appended is not None
        assert (appended.observations, appended.fulfilments, appended.closed) == (0, 0, 0)


def test_a_goal_that_was_removed_holds_no_more_and_comes_back(ran: Path) -> None:
    """With it goes its indicator, which no goal needs; put back, both are there again, and each state can be asked for."""
    goal = (ran / SURVEY_GOAL).read_bytes()
    (ran / SURVEY_GOAL).unlink()
    second = run(ran)
    # Five years of the indicator, four of the goal.
    assert closed(second) == 9
    assert periods(ran, SATISFIED) == []
    assert holds(ran, second)
    (ran / SURVEY_GOAL).write_bytes(goal)
    third = run(ran)
    assert holds(ran, third)
    assert third.appended is not None
    assert (third.appended.observations, third.appended.fulfilments, third.appended.closed) == (5, 4, 0)
    assert fulfilments(ran, 1) == fulfilments(ran, 3) == fulfilments(ran)
    assert [name for name, *_ in fulfilments(ran, 1)] == [SATISFIED] * 4 + [REVERSED]
    assert fulfilments(ran, 2) == [(REVERSED, "751", "2025")]


def test_a_goal_that_is_superseded_earlier_loses_the_periods_after(ran: Path, spoil: Spoil) -> None:
    """A goal that takes its place from 2024, and then already from 2023."""
    text = (ran / SURVEY_GOAL).read_text("utf-8")
    later = '\n[goal.bedre]\nsupersedes = "hjemmehjaelp_tilfredshed"\nvalid_from = 2024-01-01\n' + "".join(
        line for line in text[text.index("title ") :].splitlines(keepends=True) if not line.startswith("tolerance")
    )
    (ran / SURVEY_GOAL).write_text(text + later, "utf-8")
    run(ran)
    assert (periods(ran, SATISFIED), periods(ran, "bedre")) == (["2022", "2023"], ["2024", "2025"])
    spoil(SURVEY_GOAL, "valid_from = 2024-01-01", "valid_from = 2023-01-01")
    third = run(ran)
    assert (periods(ran, SATISFIED), periods(ran, "bedre")) == (["2022"], ["2023", "2024", "2025"])
    assert holds(ran, third)
    assert [periods(ran, SATISFIED, number) for number in (1, 2)] == [["2022", "2023", "2024", "2025"], ["2022", "2023"]]


@pytest.mark.parametrize(
    "choice",
    [Choice(sectors=("eldercare",)), Choice(goals=(SATISFIED,)), Choice(period="2025")],
    ids=["a sector", "a goal", "a period"],
)
def test_a_run_over_a_part_closes_nothing(ran: Path, spoil: Spoil, choice: Choice) -> None:
    """Not even of what it measured: only a run over everything knows what is gone."""
    spoil(SURVEY, "2021;84,0;412\n2022;ikke målt;\n", "")
    assert closed(run(ran, choice)) == 0
    assert periods(ran, SATISFIED) == ["2022", "2023", "2024", "2025"]
    # 2021 and 2022 of the indicator, 2022 of the goal.
    assert closed(run(ran)) == 3


def test_a_source_that_fails_closes_nothing_of_its_own(ran: Path, spoil: Spoil) -> None:
    """The appeals are gone from the disk and a year from the survey: the year is closed, and the appeals stay."""
    (ran / APPEALS).unlink()
    spoil(SURVEY, "2021;84,0;412\n2022;ikke målt;\n", "")
    assert closed(run(ran)) == 3
    assert periods(ran, REVERSED) == ["2025"]
    assert periods(ran, SATISFIED) == ["2023", "2024", "2025"]


def test_a_source_that_is_no_longer_configured_closes_nothing_of_its_own(ran: Path, spoil: Spoil) -> None:
    """Its goal is still there and cannot be measured: what was known of earlier years holds."""
    spoil("klaremal.toml", "[sources.eldercare.home_help_survey] ", "[sources.citizen_service.other] ")
    text = (ran / "klaremal.toml").read_text("utf-8")
    (ran / "klaremal.toml").write_text(text[: text.index("[sources.citizen_service.other]")], "utf-8")
    assert closed(run(ran)) == 0
    assert periods(ran, SATISFIED) == ["2022", "2023", "2024", "2025"]


@pytest.fixture(scope="module")
def three_schools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three schools, which are units because the data names them, after one run."""
    folder = tmp_path_factory.mktemp("schools") / "skoler"
    write(scaffold(build(*discover()), unit="751", plugins=("schools",)).files, folder)
    run(folder)
    return folder


@pytest.fixture
def schools(three_schools: Path, tmp_path: Path) -> Path:
    """A test's own workspace with three schools, after one run."""
    return Path(shutil.copytree(three_schools, tmp_path / "skoler"))


def test_rows_that_moved_to_another_unit_leave_nothing_under_the_former_one(schools: Path) -> None:
    """A school got another number: the former one has neither figures nor judgements, and has them as of the first run."""
    file = schools / "data" / "schools" / "skoler.csv"
    file.write_text(file.read_text("utf-8").replace("E03;", "E05;"), "utf-8")
    second = run(schools)
    for found in (fulfilments, observations):
        assert {unit for _, unit, _ in found(schools)} == {"751", "E01", "E02", "E05"}
        assert {unit for _, unit, _ in found(schools, 1)} == {"751", "E01", "E02", "E03"}
    assert holds(schools, second)


def test_without_the_source_that_names_the_units_nothing_is_closed(schools: Path) -> None:
    """No school is known in this run: what another dataset says of schools could not be found, and is not gone."""
    (schools / "data" / "schools" / "skoler.csv").write_text("", "utf-8")
    file = schools / "data" / "schools" / "klassetrin.csv"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "2022/2023" not in line), "utf-8")
    before = fulfilments(schools)
    assert closed(run(schools)) == 0
    assert fulfilments(schools) == before


CASES = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(Column("case_id", "string"), Column("done", "date")),
    dated_by="done",
    events=("done",),
)
DONE = Indicator(
    id="roads.done", title="Lukket", dataset=CASES, measure=Count(), measured_in="number", direction="higher", frequency="month"
)
ROADS_SOURCE = '\n[sources.roads.cases]\ncollector = "csv"\nfiles = "data/veje.csv"\ncomplete_until = 2025-12-31\n'
ROADS_GOAL = """
[goal.huller]
title = "Huller"
promise = "Vi lukker huller."
indicator = "roads.done"
at_least = 10
frequency = "year"
valid_from = 2025-01-01
decision = { body = "Byrådet", date = 2024-12-12 }
"""


class Roads:
    """A plugin that declares one indicator, or raises instead."""

    def __init__(self, broken: bool) -> None:
        """Say whether it raises."""
        self.broken = broken

    @hookimpl
    def klaremal_sectors(self) -> list[Sector]:
        """Declare roads."""
        return [Sector(id="roads", title="Veje")]

    @hookimpl
    def klaremal_datasets(self) -> list[Dataset]:
        """Declare cases."""
        return [CASES]

    @hookimpl
    def klaremal_indicators(self) -> list[Indicator]:
        """Declare the indicator."""
        if self.broken:
            raise OSError("the licence server is down")
        return [DONE]


@pytest.fixture
def roads(workspace: Path, spoil: Spoil) -> Path:
    """A workspace with a plugin more than are installed: 12 cases in March 2025 and 7 in June, judged by year."""
    spoil("klaremal.toml", '"eldercare"]', '"eldercare", "roads"]')
    (workspace / "klaremal.toml").write_text((workspace / "klaremal.toml").read_text("utf-8") + ROADS_SOURCE, "utf-8")
    (workspace / "goals" / "roads.toml").write_text(ROADS_GOAL, "utf-8")
    rows = "".join(f"{number};2025-{'03' if number < 12 else '06'}-01\n" for number in range(19))
    (workspace / "data" / "veje.csv").write_text(f"case_id;done\n{rows}", "utf-8")
    return workspace


def run_with_roads(folder: Path, broken: bool = False) -> Run:
    """Run a workspace with the plugin."""
    sources, left_out = discover()
    registry = build([*sources, PluginSource("roads", Roads(broken), "acme-roads", "1.0")], left_out)
    workspace, faults = read(folder)
    bound = bind(workspace, registry, faults)
    return run_prepared(Ready(workspace=workspace, registry=bound.registry, bound=bound, today=TODAY), Choice())


def test_a_plugin_that_raises_today_loses_nothing(roads: Path, spoil: Spoil) -> None:
    """While it is left out nothing is closed, of the others neither; when it is back, what is gone is closed."""
    run_with_roads(roads)
    assert periods(roads, "huller") == ["2025"]
    spoil(SURVEY, "2021;84,0;412\n2022;ikke målt;\n", "")
    second = run_with_roads(roads, broken=True)
    assert "roads" in {each.plugin for each in second.left_out}
    assert closed(second) == 0
    assert periods(roads, "huller") == ["2025"]
    assert periods(roads, SATISFIED) == ["2022", "2023", "2024", "2025"]
    # 2021 and 2022 of the indicator, 2022 of the goal.
    assert closed(run_with_roads(roads)) == 3
    assert periods(roads, "huller") == ["2025"]


def test_another_frequency_leaves_no_period_of_the_former_one(roads: Path, spoil: Spoil) -> None:
    """From the year to its quarters: the year's judgement would stand beside theirs, and nobody would renew it."""
    run_with_roads(roads)
    spoil("goals/roads.toml", 'frequency = "year"', 'frequency = "quarter"')
    second = run_with_roads(roads)
    assert periods(roads, "huller") == ["2025K1", "2025K2", "2025K3", "2025K4"]
    assert {period for name, _, period in observations(roads) if name == "roads.done"} == set(periods(roads, "huller"))
    assert periods(roads, "huller", 1) == ["2025"]
    assert holds(roads, second)


def test_a_raised_minimum_leaves_no_figure_on_fewer(roads: Path, spoil: Spoil) -> None:
    """Cases of a quarter, 12 and 7, are shown; with 20 as the least neither they nor the 19 of the half-year are."""
    spoil("goals/roads.toml", 'frequency = "year"', 'frequency = "quarter"')
    run_with_roads(roads)
    spoil("goals/roads.toml", 'frequency = "quarter"', 'frequency = "half_year"')
    override = '\n[indicators."roads.done"]\nminimum_count = 20\nreason = "Få sager."\n'
    (roads / "klaremal.toml").write_text((roads / "klaremal.toml").read_text("utf-8") + override, "utf-8")
    second = run_with_roads(roads)
    with Ledger.open(roads / ".klaremal" / "ledger.db", read_only=True) as book:
        before, after = (book.observations(number, indicator="roads.done") for number in (1, 2))
        judged = book.fulfilments(goal="huller")
    assert before["n"].dropna().tolist() == [12, 7]
    for hidden in (after, judged):
        assert set(hidden["period"]) == {"2025H1", "2025H2"}
        assert hidden[["value", "n", "part", "low", "high"]].isna().all(axis=None)
    assert holds(roads, second)
