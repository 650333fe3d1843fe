"""Clocks from files to ledger: the written cases with their pauses, goals with deadlines of their own, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

import klaremal.builtin
from klaremal import Column, Dataset, Deadline, Indicator, Sector, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import PluginSource
from klaremal.errors import WorkspaceError
from klaremal.measures import Mean, OnTime, Pauses
from klaremal.ready import Choice, Ready
from klaremal.registry import build
from klaremal.run import Run, run_prepared
from klaremal.workspace.folder import read

TODAY = date(2026, 11, 22)
CASES = Dataset(
    id="care.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("case_id", "string", required=True),
        Column("opened", "date"),
        Column("ended", "date"),
        Column("left_on", "date"),
        Column("place", "string"),
    ),
    dated_by="opened",
    placed_in="place",
    events=("opened", "ended", "left_on"),
    key=("case_id",),
    derived={"waited": "working_days_between(opened, ended)"},
    bad_rows_allowed=0.5,
)
STOPS = Dataset(
    id="care.stops",
    title="Pauser",
    grain="én række pr. pause",
    columns=(Column("case_id", "string"), Column("paused_from", "date"), Column("paused_to", "date")),
    dated_by="paused_from",
    events=("paused_from",),
    bad_rows_allowed=0.5,
)
ALLOWED = Deadline(id="care.allowed", default="10 days")
ON_TIME = OnTime(
    "opened", "ended", within=ALLOWED, withdrawn="left_on", pauses=Pauses(dataset=STOPS, start="paused_from", end="paused_to")
)
ROWS = """case_id;opened;ended;left_on;place
a;2026-03-01;2026-03-11;;Aarhus
b;2026-03-01;2026-03-12;;Aarhus
c;2026-03-15;;;Aarhus
d;2026-03-25;;;Aarhus
e;2026-03-24;2026-03-26;;Aarhus
f;2026-03-10;;2026-03-15;Aarhus
g;2026-03-01;;2026-03-20;Aarhus
h;2026-03-05;2026-03-25;;Aarhus
i;2026-03-12;;;Aarhus
j;2026-03-01;;;Aarhus
b;2026-03-01;2026-03-12;;Aarhus
"""
PAUSES = """case_id;paused_from;paused_to
h;2026-03-10;2026-03-20
i;2026-03-15;
j;2026-03-20;
"""
WORKSPACE = """plugins = ["care"]
[organisation]
name = "Aarhus Kommune"
unit = "751"
[sources.care.cases]
collector = "csv"
files = "cases.csv"
complete_until = 2026-03-31
[sources.care.stops]
collector = "csv"
files = "stops.csv"
complete_until = 2026-04-30
"""


def indicator(name: str, measure: Any, **more: Any) -> Indicator:
    """Return an indicator by month of which small numbers may be shown."""
    usual = {"measured_in": "percent", "direction": "higher", "frequency": "month", "minimum_count": 1, "minimum_coverage": 0}
    return Indicator(id=f"care.{name}", title=name, dataset=CASES, measure=measure, **(usual | more))


def goal(name: str, extra: str = "", indicator: str = "on_time") -> str:
    """Return a goal of at least 40 percent, or what else it says."""
    return f"""[goal.{name}]
title = "Mål"
promise = "Vi lover det."
indicator = "care.{indicator}"
at_least = 40
frequency = "month"
valid_from = 2026-01-01
decision = {{ body = "Byrådet", date = 2025-12-14 }}
{extra}
"""


Made = Callable[..., Ready]


@pytest.fixture
def ready(tmp_path: Path) -> Made:
    """Return what gives a workspace with the cases and their pauses, ready to run with these goals."""

    def made(
        goals: Sequence[str] = (goal("usual"),), measure: Any = ON_TIME, rows: str = ROWS, pauses: str = PAUSES,
        more: str = "", minimum_count: int = 1, until: str = "2026-03-31",
    ) -> Ready:  # fmt: skip
        plugin = ModuleType("care")
        on_time = indicator("on_time", measure, minimum_count=minimum_count)
        declared: dict[str, list[Any]] = {
            "klaremal_sectors": [Sector(id="care", title="Omsorg")],
            "klaremal_datasets": [CASES, STOPS],
            "klaremal_indicators": [on_time, indicator("waited", Mean("waited"), measured_in="working_days")],
        }
        for name, things in declared.items():
            setattr(plugin, name, hookimpl(_hook(name, things)))
        core = PluginSource("klaremal", klaremal.builtin, "klaremal", "0.1.0")
        registry = build([core, PluginSource("care", plugin, "klaremal-care", "1.0")])
        assert registry.left_out == ()
        (tmp_path / "goals").mkdir(exist_ok=True)
        (tmp_path / "klaremal.toml").write_text(WORKSPACE.replace("2026-03-31", until) + more, "utf-8")
        (tmp_path / "cases.csv").write_text(rows, "utf-8")
        (tmp_path / "stops.csv").write_text(pauses, "utf-8")
        (tmp_path / "goals" / "goals.toml").write_text("".join(goals), "utf-8")
        workspace, faults = read(tmp_path)
        bound = bind(workspace, registry, faults)
        return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=TODAY)

    return made


def _hook(name: str, things: Sequence[Any]) -> Any:
    def hook() -> Any:
        return list(things)

    hook.__name__ = name
    return hook


def run(ready: Ready) -> Run:
    """Run all goals of a workspace."""
    ready.state.mkdir(exist_ok=True)
    return run_prepared(ready, Choice())


def march(found: Run, goal: str = "usual") -> tuple[float, float, str]:
    """Return how many of how many were kept in March 2026 by a goal, and its status."""
    rows = found.fulfilments
    (row,) = rows[(rows["goal"] == goal) & (rows["period"] == "2026M03")].to_dict("records")
    return row["part"], row["n"], row["status"]


def beside(found: Run) -> dict[str, list[tuple[str, float]]]:
    """Return what stands beside the figure, with its month."""
    rows = found.observations[found.observations["indicator"].astype(str).str.count(r"\.") == 2]
    made: dict[str, list[tuple[str, float]]] = {}
    for row in rows.itertuples():
        made.setdefault(str(row.indicator).rpartition(".")[2], []).append((str(row.period), row.value))
    return made


def test_the_written_cases_by_due_date(ready: Made) -> None:
    """Of the six due in March two were in time; two are open and late, the oldest since 30 days, and one is paused."""
    found = run(ready())
    assert march(found) == (2, 6, "not_fulfilled")
    assert beside(found) == {"open_overdue": [("2026M03", 2)], "oldest_open": [("2026M03", 30)], "paused": [("2026M03", 1)]}


def test_a_workspace_counts_cases_by_their_decision_with_a_reason(ready: Made) -> None:
    """Of the four decided in March three were in time; what is open and late stands beside it as before."""
    more = '[indicators."care.on_time"]\ncounted_when = "decided"\nreason = "Sådan opgør ministeriet det."\n'
    found = run(ready(more=more))
    assert march(found) == (3, 4, "fulfilled")
    assert beside(found)["open_overdue"] == [("2026M03", 2)]


def test_goals_with_different_deadlines_have_figures_of_their_own(ready: Made) -> None:
    """Eleven days: a, b and h of six. The deadline that is the default's own is the same figure, not a third one."""
    goals = [goal("usual"), goal("same", 'within = "10 days"'), goal("longer", 'within = "11 days"')]
    made = ready(goals)
    found = run(made)
    assert [march(found, name) for name in ("usual", "same", "longer")] == [
        (2, 6, "not_fulfilled"), (2, 6, "not_fulfilled"), (3, 6, "fulfilled"),
    ]  # fmt: skip
    rows = found.observations[found.observations["indicator"] == "care.on_time"]
    assert sorted(rows[rows["period"] == "2026M03"]["part"]) == [2, 3]
    assert rows["definition"].nunique() == 2
    again = run(made)
    assert (again.appended.observations, again.appended.fulfilments) == (0, 0)  # type: ignore[union-attr]
    pd.testing.assert_frame_equal(again.observations, found.observations)


def test_unchanged_cases_are_not_read_again_and_changed_pauses_are(ready: Made) -> None:
    """Without h's pause h is late, so that one of six is kept."""
    run(ready())
    again = run(ready())
    assert (again.scanned, again.kept, march(again)) == (0, 1, (2, 6, "not_fulfilled"))
    fewer = run(ready(pauses=PAUSES.replace("h;2026-03-10;2026-03-20\n", "")))
    assert (fewer.scanned, march(fewer)[:2]) == (1, (1, 6))


def test_the_last_day_is_that_of_the_dataset_that_reaches_least_far(ready: Made) -> None:
    """Cases until 31 March and pauses until 20 March: March is not over, and c is not late yet."""
    made = ready()
    (made.workspace.folder / "klaremal.toml").write_text(WORKSPACE.replace("2026-04-30", "2026-03-20"), "utf-8")
    workspace, faults = read(made.workspace.folder)
    found = run(evolve(made, workspace=workspace, bound=bind(workspace, made.registry, faults)))
    rows = found.observations.set_index("period")
    assert bool(rows.loc["2026M03", "provisional"].iloc[0])
    assert beside(found)["open_overdue"] == [("2026M03", 1)]


def test_cases_without_their_pauses_are_not_judged(ready: Made) -> None:
    """What stopped the clocks is not known, so the deadlines are not; the dataset is named."""
    made = ready()
    (made.workspace.folder / "stops.csv").unlink()
    found = run(made)
    assert {gap.dataset for gap in found.gaps} >= {"care.cases"}
    assert any("care.stops" in gap.message for gap in found.gaps if gap.dataset == "care.cases")
    assert set(found.fulfilments["status"]) == {"not_assessable"}


def test_pauses_of_cases_that_cannot_be_read_are_not_looked_at(ready: Made) -> None:
    """The cases are the gap; their pauses have nothing to be of, and the run goes on."""
    found = run(ready(rows="nothing\n"))
    assert [gap.dataset for gap in found.gaps] == ["care.cases"]
    assert found.provenance == ()


def test_a_case_that_ends_on_an_earlier_day_is_bad_and_said(ready: Made) -> None:
    """It may belong to any month; the others count, and what is kept says it again."""
    rows = ROWS + "x;2026-03-05;2026-03-04;;Aarhus\ny;2026-03-05;;2026-03-01;Aarhus\n"
    found, again = run(ready(rows=rows)), run(ready(rows=rows))
    for each in (found, again):
        said = [(aside.rule, aside.rows, aside.examples) for aside in each.set_aside]
        assert said == [
            ("end_before_start", 1, ("case_id = x; ended = 2026-03-04; opened = 2026-03-05",)),
            ("withdrawn_before_start", 1, ("case_id = y; left_on = 2026-03-01; opened = 2026-03-05",)),
        ]
        assert march(each)[:2] == (2, 6)
    assert (again.scanned, again.kept) == (0, 1)


def test_too_many_cases_out_of_order_are_not_used(ready: Made) -> None:
    """More than the dataset allows break the contract, as rows do that cannot be read."""
    rows = "case_id;opened;ended;left_on;place\nx;2026-03-05;2026-03-04;;Aarhus\n"
    (gap,) = run(ready(rows=rows)).gaps
    assert "ended is before opened" in gap.message


def test_few_open_and_late_cases_are_hidden_with_their_age(ready: Made) -> None:
    """Two are open and late: fewer than five may not be told, nor how old the oldest is."""
    found = run(ready(minimum_count=5))
    assert march(found)[:2] == (2, 6)
    late = {name: values[0][1] for name, values in beside(found).items()}
    assert all(value != value for value in late.values())


def test_working_days_are_counted_by_the_calendar_in_clocks_and_in_formulas(ready: Made) -> None:
    """24 to 26 March are two working days; over weekends a 8 (1 March is a Sunday), b 9 and h 14: (8 + 9 + 2 + 14) / 4."""
    found = run(ready([goal("usual", 'within = "8 working days"'), goal("waited", indicator="waited")]))
    rows = found.observations[(found.observations["indicator"] == "care.waited") & (found.observations["period"] == "2026M03")]
    assert rows["value"].tolist() == [(8 + 9 + 2 + 14) / 4]
    # 1 March and 8 working days is 11 March: a is in time and b is not. 24 March and 8 lies in April.
    assert march(found)[:2] == (2, 6)


@pytest.mark.parametrize(
    ("extra", "measure", "told"),
    [
        ('within = "10 weeks"', ON_TIME, 'goal.usual.within: "10 weeks" is in weeks. Write "70 days".'),
        ('within = { hoved = "3 days" }', ON_TIME, "deadline care.allowed is one and the same for every case."),
        ('within = "3 days"', evolve(ON_TIME, within="10 days"), "care.on_time has a deadline that no goal changes."),
    ],
)
def test_a_deadline_that_cannot_be_filled_is_a_mistake_of_the_goal(ready: Made, extra: str, measure: Any, told: str) -> None:
    """It is said at the goal, before anything is run."""
    with pytest.raises(WorkspaceError) as raised:
        ready([goal("usual", extra)], measure=measure)
    assert told in str(raised.value)


def test_a_pause_that_ends_before_it_begins_stops_no_clock_and_is_told(ready: Made) -> None:
    """h's pause turned round: h is late, so that one of six is kept, and the run says why."""
    found = run(ready(pauses=PAUSES.replace("h;2026-03-10;2026-03-20", "h;2026-03-20;2026-03-10")))
    assert march(found)[:2] == (1, 6)
    assert [each.what for each in found.warnings if "before" in each.what] == [
        "care.stops: in 1 rows paused_to is before paused_from; such a pause stops no clock."
    ]


def test_a_case_of_which_a_pause_was_set_aside_is_set_aside_too(ready: Made) -> None:
    """h is in time by its pause alone: without it 1 of 5 is, and of all six 1 or 2; the promise of 30 % may be kept."""
    pauses = PAUSES.replace("h;2026-03-10", "h;2026-99-10")
    found = run(ready([goal("usual").replace("at_least = 40", "at_least = 30")], pauses=pauses))
    assert march(found)[:2] == (1, 5)
    (row,) = found.fulfilments[found.fulfilments["period"] == "2026M03"].to_dict("records")
    assert (row["status"], row["certainty"]) == ("not_fulfilled", "uncertain")
    assert {(each.dataset, each.rule): each.rows for each in found.set_aside if each.rows} == {
        ("care.stops", "unreadable_paused_from"): 1,
        ("care.cases", "pause_set_aside"): 1,
    }
    (said,) = [each for each in found.set_aside if each.dataset == "care.cases"]
    assert said.message == "a row of care.stops about the case was set aside."
    assert said.examples == ("case_id = h; opened = 2026-03-05",)


def test_a_case_that_a_pause_was_set_aside_of_may_be_due_in_any_period(ready: Made) -> None:
    """By its pause h may be due in April, where three of four are kept: with it three of five would be, 60 percent."""
    more = {"rows": ROWS + "k;2026-04-01;2026-04-05;;Aarhus\nl;2026-04-01;2026-04-06;;Aarhus\n", "until": "2026-04-30"}
    clear, doubtful = (
        run(ready([goal("usual").replace("at_least = 40", "at_least = 70")], pauses=pauses, **more))
        for pauses in (PAUSES, PAUSES.replace("h;2026-03-10", "h;2026-99-10"))
    )
    found = [each.fulfilments[each.fulfilments["period"] == "2026M04"].to_dict("records")[0] for each in (clear, doubtful)]
    assert [(each["value"], each["status"], each["certainty"]) for each in found] == [
        (75.0, "fulfilled", "clear"),
        (75.0, "fulfilled", "uncertain"),
    ]


@pytest.mark.parametrize(("pause", "kept"), [("a;2026-03-11;2026-99-20", (2, 6)), ("a;2026-03-10;2026-99-20", (1, 5))])
def test_a_pause_that_began_when_the_case_had_ended_puts_it_in_no_doubt(ready: Made, pause: str, kept: tuple[int, int]) -> None:
    """a ended on 11 March: what began on that day stopped nothing, however broken its end; what began before, who knows."""
    assert march(run(ready(pauses=f"{PAUSES}{pause}\n")))[:2] == kept


def test_pauses_that_name_no_case_at_all_are_told_too(ready: Made) -> None:
    """Whether they are good or set aside: somebody's clock runs on."""
    found = run(ready(pauses=f"{PAUSES};2026-03-12;2026-03-13\n;2026-03-12;2026-99-13\n"))
    assert march(found)[:2] == (2, 6)
    assert [each.what for each in found.warnings if "no case" in each.what] == [
        "care.stops: 2 of 5 rows name no case of care.cases (case_id); they stop no clock."
    ]


def test_pauses_of_no_case_stop_no_clock_and_are_told(ready: Made) -> None:
    """Misspelt numbers of cases would else make pauses vanish without a word: i's clock runs on, and makes seven of six."""
    found = run(ready(pauses=PAUSES.replace("i;2026-03-15;", "1;2026-03-15;").replace("j;2026", "7;2026")))
    assert march(found)[:2] == (2, 7)
    assert [each.what for each in found.warnings if "no case" in each.what] == [
        "care.stops: 2 of 3 rows name no case of care.cases (case_id); they stop no clock."
    ]
