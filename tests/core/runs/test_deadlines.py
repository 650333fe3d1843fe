"""Deadlines from a goal's `within` to a status: a text, a table per value, a law's, none; working days; where data begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import klaremal.builtin
from klaremal import Column, Dataset, Deadline, Goal, Indicator, Sector, Threshold, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import PluginSource
from klaremal.errors import WorkspaceError
from klaremal.ledger import Ledger
from klaremal.measures import Mean, OnTime
from klaremal.ready import Choice, Ready
from klaremal.registry import build
from klaremal.run import Run, run_prepared
from klaremal.targets import AtLeast
from klaremal.workspace.folder import read

LETTERS = Dataset(
    id="post.letters",
    title="Breve",
    grain="ét brev pr. række",
    columns=(
        Column("letter", "string", required=True),
        Column("kind", "string", enum=("simple", "hard", "secret")),
        Column("came", "date", required=True),
        Column("answered", "date"),
        Column("due_on", "date"),
        Column("place", "string"),
    ),
    dated_by="came",
    placed_in="place",
    key=("letter",),
    derived={
        "allowed": "case when kind = 'simple' then 10 when kind = 'hard' then 20 end",
        "waited": "working_days_between(came, answered)",
        "taken": "days_between(came, answered)",
    },
)
BY_KIND = Deadline(id="post.answer", default="30 days", by="kind")


def indicator(name: str, measure: Any, **more: Any) -> Indicator:
    """Return a yearly indicator on letters of which small numbers may be shown."""
    usual: dict[str, Any] = {"measured_in": "percent", "direction": "higher", "frequency": "year", "minimum_count": 1}
    return Indicator(id=f"post.{name}", title=name, dataset=LETTERS, measure=measure, **(usual | more))


DAYS = {"measured_in": "days", "direction": "neutral"}
ANSWERED = indicator("answered", OnTime("came", "answered", within=BY_KIND), breakdowns=("kind",))
INDICATORS = (
    ANSWERED,
    indicator("by_kind", OnTime("came", "answered", within="allowed days")),
    indicator("by_letter", OnTime("came", "answered", deadline="due_on")),
    indicator("waited", Mean("waited"), measured_in="working_days", direction="neutral"),
    indicator("taken", Mean("taken"), **DAYS),
    indicator("plausible", Mean("taken"), plausible=(0, 1000), **DAYS),
)
LAW = Threshold(
    id="post.law", title="Svar", indicator=ANSWERED, target=AtLeast(50), basis="law", reference="§ 3",
    valid_from=date(2020, 1, 1),
)  # fmt: skip
DUTY = Goal(
    id="post.duty", title="Svar til tiden", promise="I får svar inden 12 dage.", threshold="post.law", statutory=True,
    within="12 days", valid_from=date(2020, 1, 1),
)  # fmt: skip

# Days from came to answered: a 10, b 11, c 7, d open; e 20, f 21; g 8; h without a kind 3.
# In Danish working days: a 8, b 9, c 5, e 14, f 15, g 6 (1 May is one in Denmark, and none in Norway), h 3.
ROWS = """letter;kind;came;answered;due_on;place
a;simple;2025-03-03;2025-03-13;2025-03-12;Aarhus
b;simple;2025-03-03;2025-03-14;2025-03-14;Aarhus
c;simple;2025-03-03;2025-03-10;;Aarhus
d;simple;2025-04-01;;2025-04-30;Aarhus
e;hard;2025-03-03;2025-03-23;;Aarhus
f;hard;2025-03-03;2025-03-24;2025-03-31;Aarhus
g;secret;2025-04-28;2025-05-06;;Aarhus
h;;2025-09-01;2025-09-04;;Aarhus
"""
WORKSPACE = """plugins = ["post"]
[organisation]
name = "Aarhus Kommune"
unit = "751"
[sources.post.letters]
collector = "csv"
files = "letters.csv"
complete_until = 2025-12-31
"""

Made = Callable[..., Run]


def goal(name: str, extra: str = "", indicator: str = "answered", target: str = "at_least = 50") -> str:
    """Return a yearly goal, of at least 50 percent unless another target is given."""
    return f"""[goal.{name}]
title = "Mål"
promise = "Vi lover det."
indicator = "post.{indicator}"
{target}
frequency = "year"
valid_from = 2025-01-01
decision = {{ body = "Byrådet", date = 2024-12-14 }}
{extra}
"""


def running(folder: Path) -> Made:
    """Return what runs goals on the letters in a folder, with more in klaremal.toml."""

    def made(*goals: str, more: str = "", rows: str = ROWS, declared: tuple[Any, ...] = ()) -> Run:
        plugin = ModuleType("post")
        things: dict[str, Any] = {
            "sectors": [Sector(id="post", title="Post")], "datasets": [LETTERS], "indicators": INDICATORS,
            "thresholds": [each for each in declared if isinstance(each, Threshold)],
            "goals": [each for each in declared if isinstance(each, Goal)],
        }  # fmt: skip
        for kind, given in things.items():
            setattr(plugin, f"klaremal_{kind}", hookimpl(_hook(given)))
        core = PluginSource("klaremal", klaremal.builtin, "klaremal", "0.1.0")
        registry = build([core, PluginSource("post", plugin, "klaremal-post", "1.0")])
        assert registry.left_out == ()
        (folder / "goals").mkdir(exist_ok=True)
        (folder / "klaremal.toml").write_text(WORKSPACE + more, "utf-8")
        (folder / "letters.csv").write_text(rows, "utf-8")
        (folder / "goals" / "goals.toml").write_text("".join(goals), "utf-8")
        workspace, faults = read(folder)
        bound = bind(workspace, registry, faults)
        ready = Ready(workspace=workspace, registry=bound.registry, bound=bound, today=date(2026, 11, 22))
        ready.state.mkdir(exist_ok=True)
        return run_prepared(ready, Choice())

    return made


@pytest.fixture
def run(tmp_path: Path) -> Made:
    """Return what runs these goals on the letters, with more in klaremal.toml."""
    return running(tmp_path)


def _hook(things: Any) -> Any:
    return lambda: list(things)


def judged(found: Run, *goals: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return of some goals, or all, by value of a breakdown how many of how many were kept in 2025, and the status or cause."""
    rows = found.fulfilments[found.fulfilments["period"] == "2025"].astype(object)
    rows = rows.where(rows.notna(), None)
    every = {(row.goal, row.breakdown): (row.part, row.n, row.cause or row.status) for row in rows.itertuples()}
    return {key: row for key, row in every.items() if not goals or key[0] in goals}


TABLE = 'within = { simple = "10 days", hard = "20 days" }'
EVERY = (
    goal("text", 'within = "12 days"'), goal("soon", 'within = "7 days"'), goal("late", 'within = "30 days"'), goal("usual"),
    goal("table", TABLE + "\nminimum_coverage = 80"), goal("each", TABLE + '\nbreakdown = "kind=*"'),
    goal("by_kind", indicator="by_kind"), goal("by_kind_75", "minimum_coverage = 75", indicator="by_kind"),
    goal("by_letter", indicator="by_letter"), goal("by_letter_50", "minimum_coverage = 50", indicator="by_letter"),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which every goal was run."""
    return tmp_path_factory.mktemp("every")


@pytest.fixture(scope="module")
def every(folder: Path) -> Run:
    """Return what a run of every goal on the letters finds, with the one that follows from law."""
    return running(folder)(*EVERY, declared=(LAW, DUTY))


def test_a_text_holds_for_every_letter_and_a_table_for_each_kind(every: Run, folder: Path) -> None:
    """12 days: a, b, c, g and h of eight. 10 for simple and 20 for hard ones: a, c; e; g by the usual 30; h has no kind.

    They are figures of one indicator, each with its own definition, and the ledger keeps them: of the law, 7 and 30 days too.
    """
    assert judged(every, "text", "table", "each") == {
        ("text", ""): (5, 8, "fulfilled"),
        ("table", ""): (4, 7, "fulfilled"),
        ("each", "kind=simple"): (2, 4, "fulfilled"),
        ("each", "kind=hard"): (1, 2, "fulfilled"),
        ("each", "kind=secret"): (1, 1, "fulfilled"),
        ("each", "kind=?"): (None, 0, "not_measured"),
    }
    with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
        stored = book.observations(indicator="post.answered", period="2025")
    totals = stored[stored["breakdown"] == ""]
    assert (sorted(totals["part"]), totals["definition"].nunique()) == ([2.0, 4.0, 5.0, 7.0], 4)


def test_two_goals_with_two_deadlines_may_end_differently(every: Run) -> None:
    """Within 7 days c and h of eight, within 30 days all but d."""
    assert judged(every, "soon", "late", "usual") == {
        ("soon", ""): (2, 8, "not_fulfilled"), ("late", ""): (7, 8, "fulfilled"), ("usual", ""): (7, 8, "fulfilled"),
    }  # fmt: skip


def test_a_law_with_a_deadline_of_its_own(every: Run) -> None:
    """The statutory goal says 12 days, five of eight; the council's own goal promises less to fewer beside it."""
    assert judged(every, "post.duty", "soon") == {("post.duty", ""): (5, 8, "fulfilled"), ("soon", ""): (2, 8, "not_fulfilled")}


def test_kinds_without_a_deadline_are_promised_and_not_measured(every: Run) -> None:
    """g and h have none: three of six were in time, and 75 percent measured is too little unless the goal says so."""
    assert judged(every, "by_kind", "by_kind_75") == {
        ("by_kind", ""): (3, 6, "coverage_too_low"), ("by_kind_75", ""): (3, 6, "fulfilled"),
    }  # fmt: skip


def test_a_letter_without_a_due_day_is_not_measured(every: Run) -> None:
    """Of eight four have one: a is a day late, b and f are in time, d is open and late."""
    assert judged(every, "by_letter", "by_letter_50") == {
        ("by_letter", ""): (2, 4, "coverage_too_low"), ("by_letter_50", ""): (2, 4, "fulfilled"),
    }  # fmt: skip


CALENDARS = {
    "dk by its units": "",
    "dk": '[calendar]\ncountry = "DK"\n',
    "no": '[calendar]\ncountry = "NO"\n',
    "closed": '[calendar]\nclosed = ["2025-03-05"]\n',
}
BY_CALENDAR = (
    goal("soon", 'within = "5 working days"'), goal("days", 'within = "12 days"'),
    goal("waited", indicator="waited", target="between = [0, 99]"),
)  # fmt: skip


@pytest.fixture(scope="module")
def by_calendar(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Return what runs by each calendar find, one after the other in one workspace."""
    run = running(tmp_path_factory.mktemp("calendars"))
    return {name: run(*BY_CALENDAR, more=calendar) for name, calendar in CALENDARS.items()}


@pytest.mark.parametrize(
    ("calendar", "kept", "mean"),
    [
        ("dk by its units", 2, (8 + 9 + 5 + 14 + 15 + 6 + 3) / 7),
        ("dk", 2, (8 + 9 + 5 + 14 + 15 + 6 + 3) / 7),
        ("no", 3, (8 + 9 + 5 + 14 + 15 + 5 + 3) / 7),
        ("closed", 2, (7 + 8 + 4 + 13 + 14 + 6 + 3) / 7),
    ],
    ids=list(CALENDARS),
)
def test_working_days_are_those_of_the_country(calendar: str, kept: int, mean: float, by_calendar: dict[str, Run]) -> None:
    """Within five working days c and h, and g where 1 May is none. Without a word it is the country of the units."""
    found = by_calendar[calendar]
    assert judged(found)["soon", ""][:2] == (kept, 8)
    assert found.observations.set_index("indicator").loc["post.waited", "value"] == pytest.approx(mean)


def test_a_calendar_of_ones_own_is_another_definition_of_what_counts_by_it(by_calendar: dict[str, Run]) -> None:
    """The clock in working days and the formula have a new definition, and are scanned again; what counts days has not."""
    definitions = {}
    for name, found in by_calendar.items():
        planned = {each.goal.goal.id: each.definition for each in found.plan.goals}
        definitions[name] = tuple(planned[goal] for goal in ("soon", "waited", "days"))
    usual = definitions["dk by its units"]
    assert definitions["dk"] == usual
    for name in ("no", "closed"):
        assert [one == other for one, other in zip(usual, definitions[name], strict=True)] == [False, False, True]
    assert by_calendar["dk"].scanned == 0
    assert by_calendar["no"].scanned > 0


@pytest.mark.parametrize(
    ("country", "told"),
    [
        ('"no"', '"no" is no country whose holidays are known. Did you mean "NO"?'),
        ('"Danmark"', '"Danmark" is no country whose holidays are known. Use DK, NO, SE.'),
        ("47", "calendar.country"),
    ],
)
def test_an_unknown_country_is_a_fault(country: str, told: str, run: Made) -> None:
    """It names the key, and the codes or the nearest of them."""
    with pytest.raises(WorkspaceError) as raised:
        run(goal("usual"), more=f"[calendar]\ncountry = {country}\n")
    assert told in str(raised.value)
    assert "klaremal.toml: calendar.country" in str(raised.value)


def test_chance_takes_no_mean_below_what_is_plausible(run: Made) -> None:
    """Three letters after 0, 0 and 20 days: 6.67 on average, and by Student's interval from -22.0 to 35.4 days."""
    rows = "letter;kind;came;answered;due_on;place\n" + "".join(
        f"{name};simple;2025-03-01;2025-03-{day:02};;Aarhus\n" for name, day in (("a", 1), ("b", 1), ("c", 21))
    )
    between = "between = [0, 99]"
    goals = (goal("all", indicator="taken", target=between), goal("some", indicator="plausible", target=between))
    found = run(*goals, rows=rows).observations.set_index("indicator")
    assert found.loc["post.taken", ["low", "high"]].tolist() == pytest.approx([-22.02, 35.35], abs=0.01)
    assert found.loc["post.plausible", ["low", "high"]].tolist() == [0.0, pytest.approx(35.35, abs=0.01)]


@pytest.mark.parametrize(
    ("since", "row"),
    [
        ("", (7, 8, "fulfilled")),
        ("complete_from = 2025-03-01\n", (None, None, "no_data")),
        ("complete_from = 2025-01-01\n", (7, 8, "fulfilled")),
    ],
    ids=["unknown", "march", "january"],
)
def test_a_year_that_begins_before_the_data_does_is_not_judged(since: str, row: tuple[Any, ...], run: Made) -> None:
    """The letters begin in March: whether there were any in January nobody can see, unless the source says it."""
    assert judged(run(goal("usual"), more=since)) == {("usual", ""): row}


def test_a_source_cannot_begin_after_it_ends(run: Made) -> None:
    """Two days in the wrong order, and what is no day, are faults of the source."""
    with pytest.raises(WorkspaceError) as raised:
        run(goal("usual"), more="complete_from = 2026-02-01\n")
    assert "complete_from: 2026-02-01 lies after complete_until, 2025-12-31: no day would be covered." in str(raised.value)
    with pytest.raises(WorkspaceError, match=r"sources\.post\.letters\.complete_from"):
        run(goal("usual"), more='complete_from = "marts"\n')


def test_letters_without_a_deadline_are_told(run: Made) -> None:
    """Two by their kind, four without a due day: said once for each column, on a run that reads nothing as well."""
    goals = (goal("all", indicator="by_kind"), goal("each", indicator="by_letter"), goal("usual"))
    told = [
        "post.letters: 2 rows have no deadline by kind; they are promised something and not measured.",
        "post.letters: 4 rows have no deadline by due_on; they are promised something and not measured.",
    ]
    first, again = run(*goals), run(*goals)
    for found in (first, again):
        assert [each.what for each in found.warnings if "no deadline" in each.what] == told
    assert again.scanned == 0


def test_working_days_past_the_calendar_are_told_and_not_measured(run: Made) -> None:
    """Of two letters one came in 1949: working days are known from 1950 on, and its deadline is not."""
    head = "letter;kind;came;answered;due_on;place\n"
    rows = f"{head}a;simple;1949-12-01;2025-01-02;;Aarhus\nb;simple;2025-03-03;2025-03-04;;Aarhus\n"
    found = run(goal("soon", 'within = "5 working days"'), rows=rows)
    assert [each.what for each in found.warnings if "calendar" in each.what or "lie beyond" in each.what] == [
        "post.letters: the deadlines of 1 rows lie beyond the working days, which are known from 1950 to 2100; "
        "they are not measured."
    ]
    assert judged(found) == {("soon", ""): (1, 1, "fulfilled")}
