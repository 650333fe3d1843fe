"""Figures per a total of another dataset, from files to the ledger: caches, sources that fail, and what declarations refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

import klaremal.builtin
from klaremal import Column, Dataset, Goal, Indicator, Sector, Threshold, hookimpl
from klaremal.audit import statements
from klaremal.bind.workspace import bind
from klaremal.builtin.population import POPULATION
from klaremal.canonical import definition
from klaremal.data_check import check_data
from klaremal.discovery import PluginSource
from klaremal.errors import DeclarationError
from klaremal.ledger import Ledger
from klaremal.measures import Count, Rate, Ratio, Total
from klaremal.measuring import Measured, measure
from klaremal.ready import Choice, Ready, plan_of
from klaremal.registry import build
from klaremal.run import run_prepared
from klaremal.targets import AtMost
from klaremal.workspace.folder import read

TODAY = date(2026, 11, 22)
STAYS = Dataset(
    id="care.stays",
    title="Indlæggelser",
    grain="én række pr. indlæggelse",
    columns=(Column("admitted", "date", required=True), Column("kind", "string"), Column("age", "integer")),
    dated_by="admitted",
    events=("admitted",),
)
OLD = Total("persons", where="age between 67 and 125", dataset="klaremal.population")


def indicator(name: str, measure: Any, **more: Any) -> Indicator:
    """Return an indicator by year on stays, of which small numbers may be shown, unless `more` differs."""
    usual = {"dataset": STAYS, "measured_in": "per_1000", "direction": "lower", "frequency": "year", "minimum_count": 1}
    return Indicator(id=f"care.{name}", title=name, measure=measure, **(usual | more))


STAYED = indicator("stayed", Rate("1", per=OLD, where="age >= 67"))
CASES = "admitted;kind;age\n" + "".join(f"2025-{month:02};{kind};{age}\n".replace(";", "-05;", 1) for month, kind, age in (
    (1, "a", 70), (2, "a", 80), (3, "b", 67), (4, "b", 66), (5, "b", 90),
))  # fmt: skip
# 300 and 500 of 67 or more, and 1,000 younger ones.
PEOPLE = """status_date;municipality;sex;age;persons
2025-01-01;Aarhus;K;66;1000
2025-01-01;Aarhus;K;67;200
2025-01-01;Aarhus;M;90;100
2025-07-01;Aarhus;K;66;1000
2025-07-01;Aarhus;K;67;300
2025-07-01;Aarhus;M;90;200
"""
UNTIL = "complete_until = 2025-12-31\n"
STAYS_SOURCE = f'[sources.care.stays]\ncollector = "csv"\nfiles = "stays.csv"\n{UNTIL}'
PEOPLE_SOURCE = f'[sources.klaremal.population]\ncollector = "csv"\nfiles = "people.csv"\n{UNTIL}'
WORKSPACE = 'plugins = ["care"]\n[organisation]\nname = "Aarhus"\nunit = "751"\n'
GOAL = """[goal.{name}]
title = "Mål"
promise = "Vi lover det."
indicator = "care.{name}"
at_most = 11
frequency = "year"
valid_from = 2025-01-01
decision = {{ body = "Byrådet", date = 2024-12-14 }}
"""


def registry(indicators: Sequence[Indicator], datasets: Sequence[Dataset] = (STAYS,), **more: Sequence[Any]) -> Any:
    """Return what core and a plugin with these indicators declare."""
    plugin = ModuleType("care")
    declared = {
        "klaremal_sectors": [Sector(id="care", title="Omsorg")],
        "klaremal_datasets": datasets,
        "klaremal_indicators": indicators,
        **more,
    }
    for name, things in declared.items():
        setattr(plugin, name, hookimpl(_hook(name, things)))
    core = PluginSource("klaremal", klaremal.builtin, "klaremal", "0.1.0")
    return build([core, PluginSource("care", plugin, "klaremal-care", "1.0")])


def _hook(name: str, things: Sequence[Any]) -> Any:
    def hook() -> Any:
        return list(things)

    hook.__name__ = name
    return hook


@pytest.fixture
def ready(tmp_path: Path) -> Callable[..., Ready]:
    """Return what gives a workspace with stays, people and a goal for each indicator, ready to run."""

    def made(
        *indicators: Indicator, cases: str = CASES, people: str | None = PEOPLE, source: str = STAYS_SOURCE + PEOPLE_SOURCE,
        datasets: Sequence[Dataset] = (STAYS,), today: date = TODAY,
    ) -> Ready:  # fmt: skip
        chosen = indicators or (STAYED,)
        found = registry(chosen, datasets)
        assert found.left_out == ()
        (tmp_path / "goals").mkdir(exist_ok=True)
        (tmp_path / "klaremal.toml").write_text(WORKSPACE + source, "utf-8")
        (tmp_path / "stays.csv").write_text(cases, "utf-8")
        (tmp_path / "people.csv").unlink(missing_ok=True)
        if people is not None:
            (tmp_path / "people.csv").write_text(people, "utf-8")
        goals = "".join(GOAL.format(name=each.id.rpartition(".")[2]) for each in chosen)
        (tmp_path / "goals" / "goals.toml").write_text(goals, "utf-8")
        workspace, faults = read(tmp_path)
        bound = bind(workspace, found, faults)
        return Ready(workspace=workspace, registry=bound.registry, bound=bound, today=today)

    return made


def measured(ready: Ready) -> Measured:
    """Measure all goals of a workspace."""
    return measure(ready, Choice(), plan_of(ready, Choice()), lambda message: None)


def figure(found: Measured, name: str = "stayed", breakdown: str = "") -> tuple[Any, ...]:
    """Return value, n, part and cause of the municipality's newest year; None where there is none."""
    rows = found.observations
    rows = rows[
        (rows["indicator"] == f"care.{name}") & (rows["unit"] == "751") & (rows["breakdown"].astype(object) == breakdown)
    ]
    row = rows.sort_values("start").iloc[-1]
    return tuple(None if row[each] != row[each] else row[each] for each in ("value", "n", "part", "cause"))


def scans(found: Measured, dataset: str) -> int:
    """Return how many statements went over all rows of a dataset for figures."""
    return sum(each.purpose.startswith(f"scan {dataset}") for each in found.statements)


# -- the figure ------------------------------------------------------------------------------------------------------


def test_a_rate_is_per_the_people_of_another_source(ready: Any) -> None:
    """4 stays of 67 or more per the mean of 300 and 500: 10 per 1,000, which is at most 11; both sources are known."""
    run = run_prepared(ready(), Choice())
    (row,) = run.fulfilments.to_dict("records")
    assert (row["value"], row["status"], row["period"]) == (10.0, "fulfilled", "2025")
    assert [(each.dataset, each.rows) for each in run.provenance] == [("care.stays", 5), ("klaremal.population", 6)]
    assert (run.gaps, run.set_aside, run.warnings) == ((), (), ())


def test_states_of_one_month_are_its_last_one(ready: Any) -> None:
    """On the 2nd and on the 31st of July: 500 of the later one, never both."""
    earlier = "2025-07-02;Aarhus;K;67;9999\n"
    assert figure(measured(ready(people=PEOPLE.replace("2025-07-01", "2025-07-31") + earlier)))[0] == 10.0


def test_a_period_waits_for_both_sources(ready: Any) -> None:
    """The population is complete until its newest status date; then the year is provisional, and has no status."""
    run = run_prepared(ready(source=STAYS_SOURCE + PEOPLE_SOURCE.replace(UNTIL, "")), Choice())
    assert run.fulfilments[["period", "provisional"]].to_numpy().tolist() == [["2025", True]]


@pytest.mark.parametrize(("stays", "cause"), [(CASES, "confidential"), (CASES + "2025-06-05;b;70\n", None)])
def test_small_numbers_are_those_of_the_events(ready: Any, stays: str, cause: str | None) -> None:
    """4 events are hidden, 5 are not; how few people live there hides nothing: everybody knows it."""
    few = PEOPLE.replace(";200", ";1").replace(";300", ";1").replace(";100\n", ";1\n")
    found = run_prepared(ready(evolve(STAYED, minimum_count=5), cases=stays, people=few), Choice()).observations
    (shown,) = found["cause"]
    assert shown == cause or (cause is None and shown != shown)


def test_a_ratio_has_a_top_and_rows_of_its_own(ready: Any) -> None:
    """Mean age is 373 / 5; per person it is their sum, 373, per the mean of 1,300 and 1,500."""
    ratio = indicator("ages", Ratio("age", per=Total("persons", dataset=POPULATION)), measured_in="number")
    assert figure(measured(ready(ratio)), "ages")[:3] == (pytest.approx(373 / 1400), 5, 373)


def test_ratios_with_different_rules_for_time_stand_side_by_side(ready: Any) -> None:
    """Of 1,300 and 1,500: the mean of both dates, and the last of them; the year before has neither."""
    per = Total("persons", dataset=POPULATION)
    rules = ("mean", "last")
    ratios = [indicator(name, Ratio("age", per=evolve(per, over_time=name)), measured_in="number") for name in rules]
    found = measured(ready(*ratios))
    assert [figure(found, name)[0] for name in ("mean", "last")] == [pytest.approx(373 / 1400), pytest.approx(373 / 1500)]


def test_a_breakdown_is_per_the_same_column_or_says_that_it_cannot_be(ready: Any) -> None:
    """Kinds of stays are no kinds of people: the total is there, each kind is missing, and a warning says why."""
    found = ready(evolve(STAYED, breakdowns=("kind",)))
    assert [str(each) for each in found.bound.warnings] == [
        "care.stayed: the breakdown by kind has no figures: klaremal.population has no column kind. "
        "Goals for its values cannot be assessed; break it down by columns of both."
    ]
    again = measured(found)
    assert figure(again)[0] == 10.0
    assert [figure(again, breakdown=f"kind={kind}")[::3] for kind in "ab"] == [(None, "no_data")] * 2
    by_age = measured(ready(evolve(STAYED, breakdowns=("age",))))
    # 1 per the mean of 300 and 200, 2 of nobody knows how many.
    assert [figure(by_age, breakdown=f"age={age}")[::3] for age in (67, 90, 70)] == [
        (4.0, None), (pytest.approx(1000 / 150), None), (None, "no_data"),
    ]  # fmt: skip


# -- passes and what is kept of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 7])
def test_passes_do_not_grow_with_the_indicators(ready: Any, number: int) -> None:
    """Each dataset is scanned once, however many conditions of people there are, and however many rates."""
    wheres = [f"age >= {67 + place}" for place in range(number)]
    rates = [indicator(f"r{place}", Rate("1", per=evolve(OLD, where=where))) for place, where in enumerate(wheres)]
    found = measured(ready(*rates, indicator("people", Total("persons"), dataset=POPULATION), indicator("stays", Count())))
    assert (scans(found, "care.stays"), scans(found, "klaremal.population"), found.scanned) == (1, 1, 2)
    assert figure(found, "people")[0] == 1500


def test_a_run_on_the_same_data_scans_nothing_and_changed_people_are_scanned_alone(ready: Any) -> None:
    """Each source has its own components: what did not change is not read again."""
    first = measured(ready())
    again = measured(ready())
    more_people = measured(ready(people=PEOPLE.replace(";300", ";700")))
    more_stays = measured(ready(cases=CASES + "2025-08-05;b;70\n", people=PEOPLE.replace(";300", ";700")))
    counts = [
        (found.scanned, found.kept, scans(found, "care.stays"), scans(found, "klaremal.population"))
        for found in (first, again, more_people, more_stays)
    ]
    assert counts == [(2, 0, 1, 1), (0, 2, 0, 0), (1, 1, 0, 1), (1, 1, 1, 0)]
    values = [figure(found)[0] for found in (first, again, more_people, more_stays)]
    assert values == [10.0, 10.0, pytest.approx(4000 / 600), pytest.approx(5000 / 600)]


def test_the_definition_has_all_that_moves_the_number() -> None:
    """The other contract, its condition and its rule for time; not the words of the other dataset."""
    per = evolve(OLD, dataset=POPULATION)
    measures = [
        Ratio("age", per=per),
        Ratio("age", per=evolve(per, where="age >= 68")),
        Ratio("age", per=evolve(per, over_time="last")),
        Ratio("age", per=evolve(per, dataset=evolve(POPULATION, settle_days=9))),
        Ratio("age", per=evolve(per, dataset=evolve(POPULATION, snapshot=False))),
        Ratio("age", per="age"),
    ]
    found = [definition(indicator("same", each, measured_in="number")) for each in measures]
    assert len({*found}) == len(measures)
    told = evolve(per, dataset=evolve(POPULATION, title="Indbyggere"))
    assert definition(indicator("same", Ratio("age", per=told), measured_in="number")) == found[0]


def test_a_workspace_puts_the_dataset_in_place_of_its_id(ready: Any) -> None:
    """However a plugin names it, the definition is one."""
    by_id, by_object = (ready(evolve(STAYED, measure=Rate("1", per=evolve(OLD, dataset=of), where="age >= 67"))) for of in (
        "klaremal.population", POPULATION,
    ))  # fmt: skip
    assert definition(by_id.bound.indicators["care.stayed"]) == definition(by_object.bound.indicators["care.stayed"])


# -- sources that are not there --------------------------------------------------------------------------------------


def test_without_a_source_of_people_the_goal_says_what_to_add(ready: Any) -> None:
    """As without any other source: a warning, no data, no error; figures on the stays alone are there."""
    found = ready(STAYED, indicator("stays", Count()), source=STAYS_SOURCE)
    assert [str(each) for each in found.bound.warnings] == [
        "goals/goals.toml: goal.stayed: the goal is a figure per a total of klaremal.population, which has no source: "
        "it cannot be assessed. Add [sources.klaremal.population] to klaremal.toml."
    ]
    again = measured(found)
    assert figure(again) == (None, None, None, "no_data")
    assert figure(again, "stays")[0] == 5
    assert [(each.dataset, each.cause) for each in again.gaps] == [("klaremal.population", "no_data")]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        pytest.param(None, "people.csv", id="no file"),
        pytest.param("status_date;municipality\n2025-01-01;Aarhus\n", "persons", id="no column"),
        pytest.param(PEOPLE.replace("Aarhus", "Atlantis"), "Atlantis", id="no place"),
        pytest.param(PEOPLE.replace("2025-07-01;Aarhus;K;67;300", "2025-01-01;Aarhus;K;67;300"), "several", id="duplicates"),
    ],
)
def test_a_source_of_people_that_fails_is_the_cause(ready: Any, people: str | None, said: str) -> None:
    """The rate has no figure because of its source; what needs no people is measured."""
    found = measured(ready(STAYED, indicator("stays", Count()), people=people))
    assert figure(found)[0::3] == (None, "source_failed")
    assert figure(found, "stays")[0] == 5
    ((dataset, cause, message),) = [(each.dataset, each.cause, each.message) for each in found.gaps]
    assert (dataset, cause) == ("klaremal.population", "source_failed")
    assert said in message


def test_people_of_a_year_that_is_too_old_are_told_beside_the_figures(ready: Any) -> None:
    """The source is there, and nothing in it fits: no figure, and the rows that wait for it are counted."""
    found = measured(ready(people=PEOPLE.replace("2025-0", "2023-0")))
    assert figure(found) == (None, None, None, "no_data")
    assert [(each.dataset, each.rule, each.rows, each.examples) for each in found.set_aside] == [
        ("care.stays", "no_total", 4, ("Aarhus 2025",))
    ]
    assert found.gaps == ()


@pytest.mark.parametrize(("source", "number"), [(STAYS_SOURCE, 0), (STAYS_SOURCE + PEOPLE_SOURCE, 1)])
def test_a_law_applies_by_itself_where_both_sources_are(tmp_path: Path, source: str, number: int) -> None:
    """Without people it could never be assessed, and nobody asked for it."""
    law = Threshold(
        id="care.law", title="Lov", indicator=STAYED, target=AtMost(11), basis="law", reference="Loven",
        valid_from=date(2025, 1, 1),
    )  # fmt: skip
    goal = Goal(id="care.kept", title="Mål", promise="Loven.", threshold=law.id, valid_from=date(2025, 1, 1), statutory=True)
    found = registry([STAYED], klaremal_thresholds=[law], klaremal_goals=[goal])
    (tmp_path / "klaremal.toml").write_text(WORKSPACE + source, "utf-8")
    workspace, faults = read(tmp_path)
    assert len(bind(workspace, found, faults).goals) == number


@pytest.mark.parametrize("with_people", [True, False])
def test_an_indicator_whose_own_source_is_not_there_has_one_cause(ready: Any, with_people: bool) -> None:
    """Its stays cannot be read; whether people can be does not matter, and it has one row."""
    found = measured(ready(cases="nothing\n", people=PEOPLE if with_people else None))
    assert found.observations["cause"].tolist() == ["source_failed"]
    assert {each.dataset for each in found.gaps} == {"care.stays"} | (set() if with_people else {"klaremal.population"})


def test_a_source_that_is_down_takes_back_nothing(ready: Any) -> None:
    """What an earlier run judged stays in the ledger while the people cannot be read."""
    first = ready()
    run_prepared(first, Choice())
    run_prepared(ready(people=None), Choice())
    with Ledger.open(first.ledger, create=False, read_only=True) as book:
        rows, figures = book.fulfilments(goal="stayed"), book.observations(indicator="care.stayed")
    assert figures[["period", "value", "provisional"]].to_numpy().tolist() == [["2025", 10.0, False]]
    assert rows[["period", "value", "status"]].to_numpy().tolist() == [["2025", 10.0, "fulfilled"]]


def test_copies_of_a_row_count_once(ready: Any) -> None:
    """Two files with the same status date would halve the rate."""
    twice = PEOPLE + PEOPLE.partition("\n")[2]
    assert figure(measured(ready(people=twice)))[0] == 10.0


def test_a_broken_number_of_people_leaves_the_status_uncertain(ready: Any) -> None:
    """Nobody knows how many more people there are: the rate may be smaller, never larger; 20 is not kept for certain."""
    lenient = evolve(POPULATION, bad_rows_allowed=1)
    many = CASES + "".join(f"2025-09-{day:02};b;70\n" for day in range(1, 5))
    broken = PEOPLE + "2025-01-01;Aarhus;M;67;mange\n"
    measure_ = Rate("1", per=evolve(OLD, dataset="care.people"), where="age >= 67")
    people = evolve(lenient, id="care.people")
    source = STAYS_SOURCE + PEOPLE_SOURCE.replace("klaremal.population", "care.people")
    found = run_prepared(
        ready(evolve(STAYED, measure=measure_), cases=many, people=broken, source=source, datasets=(STAYS, people)), Choice()
    )
    (row,) = found.fulfilments.to_dict("records")
    assert (row["value"], row["status"], row["certainty"]) == (20.0, "not_fulfilled", "uncertain")


# -- what an auditor and a check see ---------------------------------------------------------------------------------


def test_an_auditor_sees_both_statements(ready: Any) -> None:
    """The scan of the people first, then that of the stays, each with what its columns are."""
    found = ready()
    text = statements(found, found.bound.indicators["care.stayed"])
    assert [line for line in text.splitlines() if line.startswith("-- care.stayed:")] == [
        "-- care.stayed: c0 = per_promised, c1 = per_n, c2 = per_aside, c3 = per_sum",
        "-- care.stayed: c0 = promised, c1 = n, c2 = aside, c3 = events",
    ]


def test_a_plan_and_a_check_name_both_sources(ready: Any) -> None:
    """What would be read, and what is wrong in it, before anything is measured."""
    found = ready(people=PEOPLE.replace("2025-07-01;Aarhus;M;90;200", "2025-07-01;Atlantis;M;90;200"))
    assert plan_of(found, Choice()).datasets == ("care.stays", "klaremal.population")
    checked = check_data(found, lambda message: None)
    assert [(each.dataset, each.rows, each.bad) for each in checked.datasets] == [
        ("care.stays", 5, 0),
        ("klaremal.population", 6, 1),
    ]


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per", "said"),
    [
        pytest.param(Total("person", dataset=POPULATION), 'did you mean "persons"', id="column"),
        pytest.param(Total("sex", dataset="klaremal.population"), '"sex" is a text, but a number is wanted', id="text"),
        pytest.param(evolve(OLD, where="kind = 'a'"), "per: where: ", id="where"),
        pytest.param(Total("persons", dataset="klaremal.people"), "klaremal.people", id="dataset"),
        pytest.param(
            Total("persons", dataset=evolve(POPULATION, id="care.yearly", dated_by="age", columns=(
                *(each for each in POPULATION.columns if each.name not in ("age", "status_date")), Column("age", "year"),
            ), snapshot=False, events=(), key=())),
            'the rows of care.yearly are by year; use frequency="year" or coarser, not "month"',
            id="frequency",
        ),
    ],
)  # fmt: skip
def test_a_total_that_the_other_dataset_cannot_give_leaves_the_indicator_out(per: Total, said: str) -> None:
    """What is wrong is said where all datasets are known, with the indicator's name."""
    given = (STAYS, per.dataset) if isinstance(per.dataset, Dataset) and per.dataset.plugin == "care" else (STAYS,)
    found = registry([indicator("stayed", Rate("1", per=per), frequency="month")], given)
    assert "care.stayed" not in found.indicators
    assert said in str(found.left_out[0])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: indicator("x", OLD), "Total: only what a Ratio or a Rate is per may be of another dataset; leave dataset out"),
        (lambda: indicator("x", Ratio(OLD, per="age")), "Ratio: top is of the indicator's own dataset"),
        (lambda: indicator("x", Rate("1", per=Total("age", dataset=STAYS))), "care.stays is the indicator's own dataset"),
        (lambda: indicator("x", Rate("ag", per=OLD)), 'did you mean "age"'),
    ],
)
def test_another_dataset_is_for_what_a_figure_is_per(make: Callable[[], Any], said: str) -> None:
    """Nothing is silently ignored."""
    with pytest.raises(DeclarationError) as caught:
        make()
    assert said in str(caught.value)


# -- values of a breakdown that two datasets write differently ------------------------------------------------------------

SEXED = evolve(
    STAYS,
    columns=(*STAYS.columns, Column("sex", "string", enum={"K": "Kvinder", "M": "Mænd"})),
)
BY_SEX = evolve(STAYED, dataset=SEXED, breakdowns=("sex",))
SEXED_CASES = CASES.replace("age\n", "age;sex\n", 1).replace("0\n", "0;K\n").replace("7\n", "7;M\n").replace("6\n", "6;\n")
UNSHARED = (
    'care.stayed: the breakdown by sex has no figures: "K", "M" of care.stays are written otherwise in klaremal.population, '
    'which has "Kvinder", "Mænd". Say in [sources.klaremal.population] which is which: '
    'values = { sex = { "Kvinder" = "..." } }, with one of "K", "M".'
)


@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        pytest.param({";K;": ";Kvinder;", ";M;": ";Mænd;"}, [UNSHARED], id="none in common"),
        pytest.param({";K;": ";K;", ";M;": ";Mænd;"}, [], id="one in common"),
        pytest.param({";K;": ";all;", ";M;": ";all;"}, [], id="only a total"),
    ],
)
def test_a_breakdown_of_which_the_two_datasets_share_no_value_is_said(
    ready: Callable[..., Ready], replaced: dict[str, str], said: list[str]
) -> None:
    """By the run and by the check: without a word "data is missing" would look like a gap in the source."""
    people = PEOPLE
    for sign, other in replaced.items():
        people = people.replace(sign, other)
    made = ready(BY_SEX, cases=SEXED_CASES, people=people, datasets=(SEXED,))
    of_sex = [str(each) for each in measured(made).warnings if "breakdown by" in str(each)]
    assert of_sex == said
    assert [each for each in check_data(made, lambda message: None).warnings if "breakdown by" in each] == said
    assert [str(each) for each in measured(made).warnings if "breakdown by" in str(each)] == said
