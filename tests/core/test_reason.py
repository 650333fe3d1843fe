"""Reasons: the sentences that a citizen reads, in Danish, English and Norwegian, for every status, cause and doubt."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from klaremal.bind.workspace import BoundGoal
from klaremal.judge import statuses
from klaremal.measures import Count, Mean, Measure, Published, Rate, Share
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Decision, Goal
from klaremal.model.indicator import Indicator
from klaremal.model.outcome import CAUSES, CERTAINTIES, STATUSES, TRENDS
from klaremal.model.target import AtLeast, AtMost, Between, Path, Target
from klaremal.reason.sentence import CAUSE_WORDS, CERTAINTY_WORDS, LANGUAGES, STATUS_WORDS, TREND_WORDS, promised, reason
from klaremal.reason.words import MEANINGS, PHRASES

NAN = float("nan")
DATA = Dataset(
    id="childcare.staffing",
    title="Normering",
    grain="én række pr. kommune og år",
    columns=(Column("ratio", "number"), Column("kept", "boolean"), Column("year", "year"), Column("place", "string")),
    dated_by="year",
    placed_in="place",
    level="municipality",
)


def goal_of(target: Target, measure: Measure | None = None, **more: Any) -> BoundGoal:
    """Return a goal on the share of something, at least so much, decided before it began, unless `more` says otherwise."""
    decided = more.pop("decided", date(2025, 12, 11))
    goal = Goal(
        id="goal",
        title="Et mål",
        promise="Vi lover det.",
        indicator="childcare.it",
        target=target,
        tolerance=more.pop("tolerance", 0),
        valid_from=date(2017, 1, 1),
        decision=Decision(body="Byrådet", date=decided) if decided else None,
    )
    basis, minimum = more.pop("basis", None), more.pop("minimum_coverage", 0.95)
    usual = {"measured_in": "percent", "direction": "higher", "frequency": "year"} | more
    dataset = usual.pop("dataset", DATA)
    indicator = Indicator(id="childcare.it", title="Det", dataset=dataset, measure=measure or Share("kept"), **usual)
    return BoundGoal(
        goal=goal, version=1, indicator=indicator, target=target, frequency="year", first=goal.valid_from, last=None,
        basis=basis, threshold=None, targets=(), minimum_coverage=minimum,
    )  # fmt: skip


STAFFING = goal_of(
    AtMost(3.0), Published("ratio"), measured_in="children_per_adult", direction="lower", basis="law", decided=None
)
KEPT = goal_of(AtLeast(95), tolerance=2, counted={"da": "ansøgninger", "en": "applications", "nb": "søknader"})
COMPLAINTS = goal_of(
    AtMost(10), Count(), direction="lower", measured_in="number", counted={"da": "klager", "en": "complaints", "nb": "klager"}
)
WAIT = goal_of(Between(10, 20), Mean("ratio"), direction="neutral", measured_in="days")


def row(**more: Any) -> dict[str, Any]:
    """Return a fulfilment of 2026 as the ledger gives it, missing words and figures being NaN."""
    empty = dict.fromkeys(("value", "target", "target_high", "status", "cause", "certainty", "trend", "n", "part"), NAN)
    return empty | {"period": "2026", "provisional": False} | more


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param("da", "Indfriet: 2,9 børn pr. voksen er højst 3,0. Det er et lovkrav.", id="da"),
        pytest.param("en", "Fulfilled: 2.9 children per adult is at most 3.0. This is required by law.", id="en"),
        pytest.param("nb", "Innfridd: 2,9 barn per voksen er høyst 3,0. Dette er et lovkrav.", id="nb"),
        pytest.param("sv", "Indfriet: 2,9 børn pr. voksen er højst 3,0. Det er et lovkrav.", id="a-language-not-known"),
    ],
)
def test_a_reason_is_a_sentence_for_citizens(lang: str, text: str) -> None:
    """The status, the comparison, and what the target rests on."""
    assert reason(row(value=2.9, target=3.0, status="fulfilled"), STAFFING, lang) == text


@pytest.mark.parametrize(
    ("goal", "found", "text"),
    [
        pytest.param(
            KEPT,
            {"value": 100 * 1187 / 1250, "target": 95.0, "status": "partly_fulfilled", "n": 1250.0, "part": 1187.0},
            "Delvist indfriet: 94,96 % er under 95,0 %, men inden for den besluttede afvigelse på 2,0. "
            "1.187 af 1.250 ansøgninger.",
            id="share-partly",
        ),
        pytest.param(
            KEPT,
            {"value": 92.99, "target": 95.0, "status": "not_fulfilled"},
            "Ikke indfriet: 92,99 % er under 95,0 %.",
            id="just-outside-the-tolerance",
        ),
        pytest.param(
            COMPLAINTS,
            {"value": 12.0, "target": 10.0, "status": "not_fulfilled", "n": 12.0},
            "Ikke indfriet: 12 klager er over 10.",
            id="count",
        ),
        pytest.param(
            COMPLAINTS,
            {"value": 12.0, "target": 10.0, "status": "not_fulfilled", "provisional": True},
            "Ikke indfriet: 12 klager er over 10, selv om perioden ikke er slut.",
            id="too-many-already",
        ),
        pytest.param(
            WAIT,
            {"value": 12.0, "target": 10.0, "target_high": 20.0, "status": "fulfilled", "n": 40.0},
            "Indfriet: 12,0 dage er mellem 10,0 og 20,0.",
            id="between",
        ),
        pytest.param(
            WAIT,
            {"value": 9.5, "target": 10.0, "target_high": 20.0, "status": "not_fulfilled", "n": 1.0},
            "Ikke indfriet: 9,5 dage er under 10,0.",
            id="below-a-band",
        ),
        pytest.param(
            WAIT,
            {"value": 20.04, "target": 10.0, "target_high": 20.0, "status": "not_fulfilled"},
            "Ikke indfriet: 20,04 dage er over 20,0.",
            id="above-a-band",
        ),
        pytest.param(
            KEPT,
            {"value": 96.0, "target": 95.0, "status": "fulfilled", "certainty": "uncertain"},
            "Indfriet: 96,0 % er mindst 95,0 %. "
            "Vurderingen er usikker: rækker med fejl er ikke talt med, og de kunne have ændret den.",
            id="uncertain",
        ),
        pytest.param(
            KEPT,
            {"value": 96.0, "target": 95.0, "status": "fulfilled", "certainty": "clear", "trend": "worse"},
            "Indfriet: 96,0 % er mindst 95,0 %. Dårligere end året før.",
            id="fulfilled-and-worse",
        ),
        pytest.param(
            KEPT,
            {"period": "2026K3", "value": 96.0, "target": 95.0, "status": "fulfilled", "trend": "better"},
            "Indfriet: 96,0 % er mindst 95,0 %. Bedre end samme periode året før.",
            id="better-than-that-quarter",
        ),
        pytest.param(
            KEPT,
            {
                "period": "2026M03R12",
                "value": 96.0,
                "target": 95.0,
                "status": "fulfilled",
                "trend": "unchanged",
                "warned": True,
            },
            "Indfriet: 96,0 % er mindst 95,0 %. "
            "Uændret i forhold til de foregående 12 måneder, når der ses bort fra tilfældige udsving. "
            "En del af tallet er usandsynlig og bør efterses. "
            "Målet blev først besluttet den 11. december 2025, efter at perioden var begyndt.",
            id="rolling-warned-retroactive",
        ),
        pytest.param(
            KEPT,
            {"value": 96.0, "target": 95.0, "status": None, "provisional": True},
            "Foreløbigt tal: 96,0 %. Målet (mindst 95,0 %) vurderes, når perioden er afsluttet.",
            id="provisional",
        ),
        pytest.param(
            KEPT,
            {"target": 95.0, "provisional": True},
            "Målet (mindst 95,0 %) vurderes, når perioden er afsluttet.",
            id="provisional-without-a-figure",
        ),
    ],
)
def test_what_is_said_in_danish(goal: BoundGoal, found: dict[str, Any], text: str) -> None:
    """Each thing that a fulfilment can say has its words."""
    assert reason(row(**found), goal, "da") == text


CAUSES_IN_DANISH = {
    "not_yet_due": "Kan ikke vurderes: fristen er ikke nået. Målet vurderes, når fristen er nået.",
    "source_failed": "Kan ikke vurderes: kilden kunne ikke læses. Målet vurderes, når kilden kan læses igen.",
    "no_data": "Kan ikke vurderes: der mangler data. Uden tal for hele perioden kan det ikke afgøres, om løftet er holdt.",
    "not_measured": "Kan ikke vurderes: ikke målt. Der er ingen måling for perioden.",
    "no_cases": "Kan ikke vurderes: ingen at måle på. Der var ingen ansøgninger i perioden, og derfor er der intet at vurdere.",
    "confidential": "Kan ikke vurderes: skjult af hensyn til fortrolighed. Tallet vises ikke, så ingen kan genkendes i det.",
    "method_changed": "Kan ikke vurderes: målemetoden blev ændret i perioden. Tal fra før og efter ændringen kan ikke "
    "sammenlignes (1. juli 2026: Ny opgørelse).",
    "implausible": "Kan ikke vurderes: værdien er usandsynlig. 0,1 % kan næppe passe; et sandsynligt tal er mellem 2,0 % og "
    "100,0 %. Det er formentlig en fejl i data.",
    "coverage_too_low": "Kan ikke vurderes: for få er målt. Mindst 95 % af dem, løftet gælder, skal være målt.",
    "too_few": "Kan ikke vurderes: kilden oplyser ikke så små tal. Kilden skjuler selv tal, der bygger på meget få.",
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_comes_with_what_it_means(cause: str) -> None:
    """Nobody has to know the list of causes; what is not assessed has no comparison, trend or doubt."""
    goal = goal_of(
        AtLeast(95),
        plausible=(2, 100),
        counted="ansøgninger",
        breaks={date(2026, 7, 1): "Ny opgørelse", date(2024, 7, 1): "Gammel"},
    )
    value = 0.1 if cause == "implausible" else NAN
    found = row(value=value, target=95.0, status="not_assessable", cause=cause)
    assert reason(found, goal, "da") == CAUSES_IN_DANISH[cause]


def test_where_all_must_be_measured_it_says_so() -> None:
    """A count needs everything."""
    found = row(value=3.0, target=95.0, status="not_assessable", cause="coverage_too_low")
    said = reason(found, goal_of(AtLeast(95), minimum_coverage=1.0), "da")
    assert said == "Kan ikke vurderes: for få er målt. Alle, løftet gælder, skal være målt."


def test_a_hidden_figure_is_not_in_the_sentence() -> None:
    """Even if a row carried it."""
    found = row(value=33.3, n=3.0, part=1.0, target=95.0, status="not_assessable", cause="confidential", trend="worse")
    assert [sign for sign in ("3", "1", "Dårligere") if sign in reason(found, goal_of(AtLeast(95), decided=None), "da")] == []


@pytest.mark.parametrize(
    ("decided", "period", "said"),
    [
        pytest.param(date(2026, 1, 1), "2026", False, id="on-the-first-day"),
        pytest.param(date(2026, 1, 2), "2026", True, id="a-day-later"),
        pytest.param(date(2026, 1, 2), "2025", True, id="for-a-year-gone-by"),
        pytest.param(date(2026, 1, 2), "2027", False, id="for-a-year-to-come"),
        pytest.param(None, "2017", False, id="never-decided"),
    ],
)
def test_a_goal_decided_after_the_period_began_says_so(decided: date | None, period: str, said: bool) -> None:
    """A promise made backwards can be kept without anyone having tried."""
    found = row(period=period, value=96.0, target=95.0, status="fulfilled")
    text = reason(found, goal_of(AtLeast(95), decided=decided), "en")
    assert ("The goal was not decided until 2 January 2026, after the period had begun." in text) is said


def test_a_row_fresh_from_judging_reads_as_one_from_the_ledger() -> None:
    """A period is a code there, and here a first month and a frequency."""
    found = row(value=96.0, target=95.0, status="fulfilled", trend="better")
    fresh = {name: value for name, value in found.items() if name != "period"} | {"start": 2026 * 12, "frequency": "year"}
    assert reason(fresh, KEPT, "nb") == reason(found, KEPT, "nb") == "Innfridd: 96,0 % er minst 95,0 %. Bedre enn året før."


@pytest.mark.parametrize(
    ("goal", "texts"),
    [
        pytest.param(STAFFING, ("højst 3,0", "at most 3.0", "høyst 3,0"), id="at_most"),
        pytest.param(KEPT, ("mindst 95,0 %", "at least 95.0%", "minst 95,0 %"), id="at_least"),
        pytest.param(WAIT, ("mellem 10,0 og 20,0", "between 10.0 and 20.0", "mellom 10,0 og 20,0"), id="between"),
        pytest.param(COMPLAINTS, ("højst 10", "at most 10", "høyst 10"), id="count"),
        pytest.param(
            goal_of(Path({2026: 62, 2029: 70.25})),
            (
                "mindst 62,0 % i 2026, 70,25 % i 2029",
                "at least 62.0% in 2026, 70.25% in 2029",
                "minst 62,0 % i 2026, 70,25 % i 2029",
            ),
            id="path",
        ),
        pytest.param(
            goal_of(Path({2026: 62}), direction="lower"), ("højst 62,0 %", "at most 62.0%", "høyst 62,0 %"), id="one-point"
        ),
    ],
)
def test_a_promise_in_the_fewest_words(goal: BoundGoal, texts: tuple[str, str, str]) -> None:
    """For a column of a table."""
    assert tuple(promised(goal, lang) for lang in ("da", "en", "nb")) == texts


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        pytest.param(STATUS_WORDS, STATUSES, id="statuses"),
        pytest.param(CAUSE_WORDS, CAUSES, id="causes"),
        pytest.param(MEANINGS, CAUSES, id="meanings"),
        pytest.param(CERTAINTY_WORDS, CERTAINTIES, id="certainties"),
        pytest.param(TREND_WORDS, TRENDS, id="trends"),
        pytest.param(PHRASES, tuple(PHRASES["da"]), id="phrases"),
    ],
)
def test_every_language_has_all_words(table: dict[str, dict[str, str]], wanted: tuple[str, ...]) -> None:
    """No status or cause is ever shown as an identifier, and a placeholder of one language is in the others."""
    assert {lang: set(words) for lang, words in table.items()} == {lang: set(wanted) for lang in LANGUAGES}
    for word in wanted:
        blanks = {lang: {part.split("}")[0] for part in table[lang][word].split("{")[1:]} for lang in LANGUAGES}
        assert blanks["da"] == blanks["en"] == blanks["nb"], word


@given(
    hundredths=st.integers(0, 20_000),
    target=st.sampled_from([95.0, 94.96, 62 + 2 / 3]),
    lang=st.sampled_from(["da", "en", "nb"]),
)
def test_the_two_numbers_of_the_sentence_agree_with_its_status(hundredths: int, target: float, lang: str) -> None:
    """Whoever compares the value with the target as they are written finds the status of the sentence."""
    value = hundredths / 100
    (rank,) = statuses(*(np.array([number]) for number in (value, target, np.inf, 0.0))).tolist()
    said = reason(row(value=value, target=target, status=STATUSES[rank]), goal_of(AtLeast(target)), lang)
    numbers = [word.rstrip(".%").replace(",", ".") for word in said.split() if word[0].isdigit()]
    shown, quoted = (float(number) for number in numbers)
    assert (shown >= quoted) == (STATUSES[rank] == "fulfilled")


@pytest.mark.parametrize(("lang", "said"), [("da", "28 personer"), ("en", "28 persons"), ("nb", "28 personer")])
def test_n_of_persons_is_never_called_a_number_of_cases(lang: str, said: str) -> None:
    """38 sanctions of 28 persons: n is 28, and the indicator's own word for what is counted would be a wrong figure."""
    people = evolve(DATA, level=None, person="place", columns=(*DATA.columns, Column("day", "date")), dated_by="day")
    counted = {"da": "sanktioner", "en": "sanctions", "nb": "sanksjoner"}
    goal = goal_of(AtMost(5), Mean("ratio"), dataset=people, direction="lower", measured_in="days", counted=counted)
    text = reason(row(value=3.0, target=5.0, status="fulfilled", certainty="clear", n=28.0), goal, lang)
    assert said in text
    assert counted[lang] not in text


def test_how_many_totals_a_rate_rests_on_is_no_number_of_visits() -> None:
    """Three months of one library are not "based on 3 visits"."""
    goal = goal_of(AtLeast(100), Rate("ratio", per="ratio"), measured_in="per_1000", counted={"en": "visits"})
    assert reason(row(value=120.0, target=100.0, status="fulfilled", certainty="clear", n=3.0), goal, "en") == (
        "Fulfilled: 120.0 per 1,000 is at least 100.0."
    )
