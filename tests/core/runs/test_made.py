"""Made datasets from files to figures: a clock for each refusal, counted by hand; and parts that are missing, bad or wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

import klaremal.builtin
from klaremal import Column, Dataset, Indicator, Sector, hookimpl
from klaremal.bind.workspace import bind
from klaremal.data_check import check_data
from klaremal.discovery import PluginSource
from klaremal.errors import WorkspaceError
from klaremal.ledger import Ledger
from klaremal.measures import Count, Mean, Share, Total
from klaremal.measuring import Measured, measure
from klaremal.ready import Choice, Ready, plan_of
from klaremal.registry import build
from klaremal.run import run_prepared
from klaremal.workspace.folder import read

TODAY = date(2026, 11, 22)
WAITING_LIST = Dataset(
    id="care.waiting_list",
    title="Venteliste",
    grain="én række pr. tilbud",
    columns=(
        Column("citizen_id", "string", required=True, personal=True),
        Column("list_type", "string"),
        Column("decision_date", "date", required=True),
        Column("offer_date", "date"),
        Column("refusal_date", "date"),
        Column("place", "string"),
    ),
    placed_in="place",
    dated_by="decision_date",
    events=("decision_date", "offer_date", "refusal_date"),
    bad_rows_allowed=1,
)
# A refusal starts a new clock, so that there is one row for each clock where there was one for each offer.
CLOCKS = Dataset(
    id="care.clocks",
    title="Frister",
    grain="én række pr. frist",
    columns=(
        Column("citizen_id", "string", required=True, personal=True),
        Column("clock_start", "date", required=True),
        Column("offer_date", "date"),
        Column("place", "string"),
    ),
    placed_in="place",
    dated_by="clock_start",
    person="citizen_id",
    events=("clock_start", "offer_date"),
    key=("citizen_id", "clock_start"),
    made_from=(WAITING_LIST,),
    sql="""
        with offers as (
            select *, lag(refusal_date) over clock as refused_before, lead(offer_date) over clock as next_offer
            from waiting_list where list_type = 'generel'
            window clock as (partition by citizen_id, decision_date order by offer_date)
        )
        select citizen_id, coalesce(refused_before, decision_date) as clock_start, offer_date, place
        from offers
        union all  -- refused the last offer and still waiting
        select citizen_id, refusal_date, null, place
        from offers where refusal_date is not null and next_offer is null
    """,
)
MONTHLY = evolve(
    CLOCKS, id="care.monthly", made_from=("care.clocks",), key=(),
    columns=(Column("month", "date"), Column("clocks", "integer"), Column("place", "string")),
    dated_by="month", events=(), person=None,
    sql="select date_trunc('month', clock_start) as month, count(*) as clocks, place from clocks group by all",
)  # fmt: skip
ROWS = """citizen_id;list_type;decision_date;offer_date;refusal_date;place
A;generel;2026-01-05;2026-02-10;2026-02-15;Aarhus
A;generel;2026-01-05;2026-03-20;;Aarhus
B;generel;2026-01-10;;;Aarhus
C;generel;2026-02-01;2026-02-20;2026-02-25;Aarhus
D;specifik;2026-02-01;;;Aarhus
E;generel;31-02-2026;;;Aarhus
"""
SOURCE = '[sources.care.waiting_list]\ncollector = "csv"\nfiles = "list.csv"\ncomplete_until = 2026-03-31\n'
WORKSPACE = 'plugins = ["care"]\n[organisation]\nname = "Danmark"\nunit = "000"\n'
GOAL = """[goal.{name}]
title = "Mål"
promise = "Vi lover det."
indicator = "care.{name}"
between = [0, 1000]
frequency = "month"
units = ["municipality"]
valid_from = 2026-01-01
decision = {{ body = "Byrådet", date = 2025-12-14 }}
"""


def indicator(name: str, measure: Any, dataset: Dataset = CLOCKS) -> Indicator:
    """Return an indicator by month of which small numbers may be shown."""
    return Indicator(
        id=f"care.{name}", title=name, dataset=dataset, measure=measure, direction="neutral", frequency="month",
        measured_in="percent" if isinstance(measure, Share) else "number", minimum_count=1, minimum_coverage=0,
    )  # fmt: skip


USUAL = (indicator("clocks", Count()), indicator("waited", Mean("days_between(clock_start, offer_date)")))


@pytest.fixture
def ready(tmp_path: Path) -> Callable[..., Ready]:
    """Return what gives a workspace with a waiting list and these datasets and indicators, ready to run."""

    def made(
        indicators: Sequence[Indicator] = USUAL, datasets: Sequence[Dataset] = (WAITING_LIST, CLOCKS),
        rows: str = ROWS, source: str = SOURCE,
    ) -> Ready:  # fmt: skip
        plugin = ModuleType("care")
        declared = {
            "klaremal_sectors": [Sector(id="care", title="Omsorg")],
            "klaremal_datasets": datasets,
            "klaremal_indicators": indicators,
        }
        for name, things in declared.items():
            setattr(plugin, name, hookimpl(_hook(name, things)))
        registry = build(
            [
                PluginSource("klaremal", klaremal.builtin, "klaremal", "0.1.0"),
                PluginSource("care", plugin, "klaremal-care", "1.0"),
            ]
        )
        assert registry.left_out == ()
        (tmp_path / "goals").mkdir(exist_ok=True)
        (tmp_path / "klaremal.toml").write_text(WORKSPACE + source, "utf-8")
        (tmp_path / "list.csv").write_text(rows, "utf-8")
        goals = "".join(GOAL.format(name=each.id.rpartition(".")[2]) for each in indicators)
        (tmp_path / "goals" / "goals.toml").write_text(goals, "utf-8")
        workspace, faults = read(tmp_path)
        bound = bind(workspace, registry, faults)
        return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=TODAY)

    return made


def _hook(name: str, things: Sequence[Any]) -> Any:
    def hook() -> Any:
        return list(things)

    hook.__name__ = name
    return hook


def measured(ready: Ready) -> Measured:
    """Measure all goals of a workspace."""
    return measure(ready, Choice(), plan_of(ready, Choice()), lambda message: None)


def values(found: Measured, name: str) -> dict[int, tuple[float, float]]:
    """Return value and n of Aarhus by month of 2026, where there is a value."""
    rows = found.observations
    mine = rows[(rows["indicator"] == f"care.{name}") & (rows["unit"] == "751")]
    return {int(row.start) - 2026 * 12 + 1: (row.value, row.n) for row in mine.itertuples() if row.value == row.value}


def test_a_refusal_starts_a_new_clock(ready: Any) -> None:
    """A 5/1-10/2 and, refused, 15/2-20/3; B 10/1 without an offer; C 1/2-20/2 and, refused, 25/2; D waits elsewhere.

    January: A and B, 36 days. February: A again and C twice: two persons, (33 + 19) / 2. The row without a day is no clock.
    """
    found = measured(ready())
    assert values(found, "clocks") == {1: (2, 2), 2: (3, 2)}
    assert values(found, "waited") == {1: (36, 1), 2: (26, 2)}
    assert [(each.dataset, each.rule, each.rows) for each in found.set_aside] == [
        ("care.waiting_list", "unreadable_decision_date", 1)
    ]
    assert [(each.dataset, each.complete_until, Path(each.address).name) for each in found.provenance] == [
        ("care.clocks", date(2026, 3, 31), "list.csv")
    ]


def test_a_made_dataset_can_be_made_of_a_made_one(ready: Any) -> None:
    """The clocks of each month, summed: what was made before it is made first."""
    total = indicator("total", Total("clocks"), MONTHLY)
    found = measured(ready((total,), (MONTHLY, CLOCKS, WAITING_LIST)))
    assert {month: value for month, (value, _) in values(found, "total").items()} == {1: 2, 2: 3}


def test_unchanged_parts_are_not_read_again(ready: Any) -> None:
    """The second run takes what the first one kept, and says the same of the rows; a changed row is seen."""
    first, second = measured(ready()), measured(ready())
    assert (first.scanned, second.scanned, second.kept) == (1, 0, 1)
    assert values(second, "clocks") == values(first, "clocks")
    assert second.set_aside == first.set_aside
    changed = measured(ready(rows=ROWS.replace("B;generel;2026-01-10", "B;generel;2026-02-10")))
    assert values(changed, "clocks")[1][0] == 1


def test_a_part_that_breaks_its_contract_makes_what_is_made_of_it_fail(ready: Any) -> None:
    """Both are gaps, and the made one names the cause."""
    strict = evolve(WAITING_LIST, bad_rows_allowed=0.01)
    clocks = evolve(CLOCKS, made_from=(strict,))
    found = measured(ready((indicator("clocks", Count(), clocks),), (strict, clocks)))
    gaps = {each.dataset: each for each in found.gaps}
    assert {name: gap.cause for name, gap in gaps.items()} == {
        "care.waiting_list": "source_failed",
        "care.clocks": "source_failed",
    }
    assert "made of care.waiting_list" in gaps["care.clocks"].message
    assert "break the contract" in gaps["care.clocks"].message
    assert set(found.observations["cause"].dropna()) == {"source_failed"}


def test_a_part_whose_file_is_gone_makes_what_is_made_of_it_fail(ready: Any) -> None:
    """The file is looked for before any row is read."""
    found = measured(ready(source=SOURCE.replace("list.csv", "gone.csv")))
    (gap,) = (each for each in found.gaps if each.dataset == "care.clocks")
    assert "made of care.waiting_list" in gap.message
    assert "gone.csv" in gap.message


def test_a_part_without_a_source_is_said_when_the_workspace_is_read(ready: Any) -> None:
    """What is missing is the part's source: the made dataset never has one."""
    warnings = [str(each) for each in ready(source="").bound.warnings]
    assert any("made of care.waiting_list" in each and "[sources.care.waiting_list]" in each for each in warnings)


def test_a_source_for_a_made_dataset_is_a_fault(ready: Any) -> None:
    """Its rows would never be read."""
    with pytest.raises(WorkspaceError, match=r"made of care\.waiting_list and has no source of its own"):
        ready(source=SOURCE + SOURCE.replace("waiting_list", "clocks"))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select citizen_id, clock_start from waiting_list", "cannot be run over waiting_list"),
        ("select citizen_id, decision_date as clock_start, offer_date from waiting_list", "gives no column place"),
        (
            "select citizen_id, cast(decision_date as varchar) as clock_start, offer_date, place from waiting_list",
            "the column clock_start is VARCHAR there and date in the contract",
        ),
        (
            "select citizen_id, decision_date as clock_start, offer_date, place from waiting_list where place = 'Nowhere'",
            "makes no row",
        ),
    ],
    ids=["unknown column", "column missing", "wrong type", "no rows"],
)  # fmt: skip
def test_a_query_that_does_not_give_the_contracts_rows_is_a_gap_that_says_why(ready: Any, sql: str, said: str) -> None:
    """Nothing of the dataset is used, and the run goes on."""
    clocks = evolve(CLOCKS, sql=sql)
    found = measured(ready((indicator("clocks", Count(), clocks),), (WAITING_LIST, clocks)))
    (gap,) = found.gaps
    assert (gap.dataset, gap.cause) == ("care.clocks", "source_failed")
    assert said in gap.message


def test_made_rows_are_held_against_their_own_contract(ready: Any) -> None:
    """Two clocks of one citizen on one day say different things; the citizen is masked in the example."""
    rows = ROWS + "F;generel;2026-01-20;2026-02-01;;Aarhus\nF;generel;2026-01-20;2026-02-02;;Aarhus\n"
    clocks = evolve(CLOCKS, bad_rows_allowed=1)
    found = measured(ready((indicator("clocks", Count(), clocks),), (WAITING_LIST, clocks), rows=rows))
    (aside,) = (each for each in found.set_aside if each.dataset == "care.clocks")
    assert (aside.rule, aside.rows) == ("duplicate_key", 2)
    assert "F" not in aside.examples[0]
    assert "***" in aside.examples[0]


def test_check_reads_made_datasets_too(ready: Any) -> None:
    """`klaremal check` says how many rows are made."""
    found = check_data(ready(), lambda message: None)
    assert [(each.dataset, each.rows, each.bad) for each in found.datasets] == [
        ("care.clocks", 5, 0),
        ("care.waiting_list", 6, 1),
    ]


def test_a_whole_run_stores_what_was_made(ready: Any, tmp_path: Path) -> None:
    """The sources of the parts stand beside the dataset in the ledger."""
    run_prepared(ready(), Choice())
    with Ledger.open(tmp_path / ".klaremal" / "ledger.db", read_only=True) as book:
        assert book.sources()["dataset"].tolist() == ["care.clocks"]
        judged = book.fulfilments(goal="clocks", unit="751").sort_values("period")
    assert judged["value"].tolist()[:2] == [2, 3]


def test_a_made_dataset_of_spells_counts_full_places_by_month(ready: Any) -> None:
    """A waits 5/1-10/2, 27 and 9 days; C 1/2-20/2, 19 days; B and the refused ones on until 31/3, the end of the data.

    January: 27 + 22 (B) of 31 days. February: A 9, B 28, C 19, A again from the 15th 14, C again from the 25th 4: 74 of 28.
    """
    spells = evolve(CLOCKS, dated_by=("clock_start", "offer_date"), key=())
    places = indicator("places", Total("share_of_month"), spells)
    found = values(measured(ready((places,), (WAITING_LIST, spells))), "places")
    assert {month: round(value, 6) for month, (value, _) in found.items()} == {
        1: round(49 / 31, 6),
        2: round(74 / 28, 6),
        3: round((31 + 31 + 19) / 31, 6),
    }
    earlier = SOURCE.replace("2026-03-31", "2026-03-10")
    again = values(measured(ready((places,), (WAITING_LIST, spells), source=earlier)), "places")
    assert round(again[3][0], 6) == round((10 + 10 + 10) / 31, 6)


def test_a_spell_that_ends_before_it_begins_leaves_doubt_and_not_a_place(ready: Any) -> None:
    """The row is named with both its days; the citizen is masked."""
    rows = ROWS + "G;generel;2026-02-10;2026-01-01;;Aarhus\n"
    spells = evolve(WAITING_LIST, dated_by=("decision_date", "offer_date"), events=("decision_date",))
    found = measured(ready((indicator("places", Count(), spells),), (spells,), rows=rows))
    aside = {each.rule: each for each in found.set_aside}["end_before_start"]
    assert aside.rows == 1
    assert aside.examples == ("place = Aarhus; decision_date = 2026-02-10; offer_date = 2026-01-01",)
    assert values(found, "places")[1] == (3, 3)


def test_each_source_says_how_many_rows_it_has_itself(ready: Any) -> None:
    """Two files of three and two rows, of which five clocks are made: three and two, on a run that reads nothing as well."""
    made = ready(source=SOURCE.replace("[sources.care.waiting_list]", "[[sources.care.waiting_list]]") * 2)
    folder = made.workspace.folder
    lines = ROWS.splitlines(keepends=True)
    (folder / "list.csv").write_text("".join(lines[:4]), "utf-8")
    (folder / "more.csv").write_text("".join([lines[0], *lines[4:6]]), "utf-8")
    text = (folder / "klaremal.toml").read_text("utf-8")
    head, _, tail = text.rpartition("list.csv")
    (folder / "klaremal.toml").write_text(f"{head}more.csv{tail}", "utf-8")
    workspace, faults = read(folder)
    again = evolve(made, workspace=workspace, bound=bind(workspace, made.registry, faults))
    for scanned in (True, False):
        found = measured(again)
        of_clocks = [(each.address, each.rows) for each in found.provenance if each.dataset == "care.clocks"]
        assert of_clocks == [("list.csv", 3), ("more.csv", 2)]
        assert bool(found.scanned) is scanned


def test_a_sample_without_unanswered_rows_is_warned_of(ready: Any) -> None:
    """Everybody answered: nobody knows of how many. With one empty answer N is known."""
    survey = evolve(WAITING_LIST, basis="sample")
    answered = indicator("answered", Share("list_type = 'generel'"), survey)
    found = measured(ready((answered,), (survey,)))
    assert [str(each) for each in found.warnings if "sample" in str(each)] == [
        "care.answered: no row is unanswered, so that nobody knows of how many these are a sample. "
        "Deliver a row for everybody who was asked, with an empty answer."
    ]
    some = measured(ready((answered,), (survey,), rows=ROWS.replace("B;generel", "B;")))
    assert not [each for each in some.warnings if "sample" in str(each)]


def test_a_dataset_made_of_itself_through_another_is_left_out(ready: Any) -> None:
    """Both are named, and nothing runs for ever."""
    one = evolve(CLOCKS, id="care.one", made_from=("care.two",), sql="select * from two")
    two = evolve(CLOCKS, id="care.two", made_from=("care.one",), sql="select * from one")
    plugin = ModuleType("care")
    plugin.klaremal_datasets = hookimpl(_hook("klaremal_datasets", [one, two]))  # type: ignore[attr-defined]
    found = build([PluginSource("care", plugin, "klaremal-care", "1.0")])
    assert not found.datasets
    assert "made from itself" in str(found.left_out[0])


def test_a_dataset_whose_part_nobody_declares_is_left_out(ready: Any) -> None:
    """The part is named."""
    plugin = ModuleType("care")
    plugin.klaremal_datasets = hookimpl(_hook("klaremal_datasets", [CLOCKS]))  # type: ignore[attr-defined]
    found = build([PluginSource("care", plugin, "klaremal-care", "1.0")])
    assert not found.datasets
    assert "care.waiting_list" in str(found.left_out[0])


def test_core_declares_the_population_as_a_state_by_status_date(ready: Any) -> None:
    """A source for it is written as for any plugin's dataset; the quarter has the last of two states, both sexes together."""
    state = "status_date;municipality;sex;age;persons\n"
    state += "".join(f"2026-0{month}-01;Aarhus;{sex};30;{persons}\n" for month, sex, persons in (
        (1, "M", 10), (1, "K", 20), (2, "M", 11), (2, "K", 22),
    ))  # fmt: skip
    population = klaremal.builtin.klaremal_datasets()[0]
    assert (population.id, population.snapshot, population.date_column) == ("klaremal.population", True, "status_date")
    source = SOURCE.replace("care.waiting_list", "klaremal.population")
    persons = indicator("persons", Total("persons"), population)
    found = measured(ready((persons,), (), rows=state, source=source))
    assert values(found, "persons") == {1: (30, 2), 2: (33, 2)}
    assert found.observations["cause"][found.observations["start"] == 2026 * 12 + 2].unique().tolist() == ["no_data"]
