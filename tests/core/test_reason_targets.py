"""Reasons of targets that follow from others or lie ahead, of margins, wholes and things to be done, in da, en and nb."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from klaremal.bind.workspace import BoundGoal, BoundTask
from klaremal.measures import Mean, Measure, Share
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.goal import Decision, Goal
from klaremal.model.indicator import Indicator
from klaremal.model.listed import Listed
from klaremal.model.outcome import COURSES
from klaremal.reason.promises import promised, promised_task
from klaremal.reason.sentence import reason
from klaremal.reason.target_words import COURSE_WORDS, SENTENCES, TARGETS
from klaremal.reason.wholes import of_task
from klaremal.reason.words import LANGUAGES
from klaremal.targets import AtLeast, Change, Done, Path, Relative, Target

NAN = float("nan")
DATA = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(Column("days", "number"), Column("kept", "boolean"), Column("year", "year"), Column("place", "string")),
    dated_by="year",
    placed_in="place",
    level="municipality",
)


def goal_of(target: Target, measure: Measure | None = None, **more: Any) -> BoundGoal:
    """Return a goal on a share, decided before it began, unless `more` says otherwise."""
    own = {name: more.pop(name) for name in ("by", "summary") if name in more}
    usual = {"measured_in": "percent", "direction": "higher", "frequency": "year"} | more
    indicator = Indicator(id="roads.kept", title="Til tiden", dataset=DATA, measure=measure or Share("kept"), **usual)
    goal = Goal(
        id="svar", title="Svar", promise="Du får svar.", indicator=indicator.id, target=target, valid_from=date(2024, 1, 1),
        decision=Decision(body="Byrådet", date=date(2023, 12, 14)), **own,
    )  # fmt: skip
    return BoundGoal(
        goal=goal, version=1, indicator=indicator, target=target, frequency="year", first=goal.valid_from, last=None,
        basis=None, threshold=None, targets=(), minimum_coverage=0.95,
    )  # fmt: skip


def row(**more: Any) -> dict[str, Any]:
    """Return a fulfilment of 2027 as the ledger gives it, missing words and figures being NaN."""
    empty = dict.fromkeys(
        ("value", "target", "target_high", "status", "cause", "certainty", "course", "trend", "margin", "n", "part"), NAN
    )
    return empty | {"indicator": "roads.kept", "period": "2027", "provisional": False} | more


def said(given: dict[str, Any], goal: BoundGoal, **more: Any) -> list[str]:
    """Return the reason in Danish, English and Norwegian."""
    return [reason(row(**given), goal, lang, **more) for lang in LANGUAGES]


UP = goal_of(Change(by=1.5, since=2025))
STRICT = goal_of(Change(by=0, since="previous", strict=True))
GROUP = goal_of(Relative("group"))
LATER = goal_of(AtLeast(80), by=2029)
DAYS = {"measured_in": "days", "direction": "lower", "measure": Mean("days")}


@pytest.mark.parametrize(
    ("goal", "short"),
    [
        pytest.param(UP, ["mindst 1,5 procentpoint mere for hvert år siden 2025",
                          "at least 1.5 percentage points more for every year since 2025",
                          "minst 1,5 prosentpoeng mer for hvert år siden 2025"], id="change"),
        pytest.param(goal_of(Change(by=-2, since=2025, until=2028), **DAYS),
                     ["mindst 2 dage mindre for hvert år siden 2025, til og med 2028",
                      "at least 2 days less for every year since 2025, up to and including 2028",
                      "minst 2 dager mindre for hvert år siden 2025, til og med 2028"], id="change until"),
        pytest.param(goal_of(Change(by_percent=5, since="previous")),
                     ["mindst 5 % mere end året før", "at least 5% more than the year before", "minst 5 % mer enn året før"],
                     id="change in percent"),
        pytest.param(goal_of(Change(by=2, since=2025, strict=True)),
                     ["over 2 procentpoint mere for hvert år siden 2025",
                      "over 2 percentage points more for every year since 2025",
                      "over 2 prosentpoeng mer for hvert år siden 2025"], id="strict change"),
        pytest.param(STRICT, ["mere end året før", "more than the year before", "mer enn året før"], id="strictly more"),
        pytest.param(goal_of(Change(by=0, since=2025), **DAYS), ["højst som 2025", "at most as 2025", "høyst som 2025"],
                     id="no more than then"),
        pytest.param(GROUP, ["mindst som de andre i gruppen", "at least as the others in the group",
                             "minst som de andre i gruppen"], id="group"),
        pytest.param(goal_of(Relative("nation", 0.5), **DAYS),
                     ["højst 0,5 dage over landet", "at most 0.5 days above the nation", "høyst 0,5 dager over landet"],
                     id="nation and more"),
        pytest.param(goal_of(Relative("nation", -0.5)),
                     ["højst 0,5 procentpoint under landet", "at most 0.5 percentage points below the nation",
                      "høyst 0,5 prosentpoeng under landet"], id="nation and less"),
        pytest.param(goal_of(Relative("Aarhus", -1), **DAYS),
                     ["mindst 1 dag under Aarhus", "at least 1 day below Aarhus", "minst 1 dag under Aarhus"], id="a unit"),
        pytest.param(LATER, ["mindst 80,0 % i 2029", "at least 80.0% in 2029", "minst 80,0 % i 2029"], id="by"),
        pytest.param(goal_of(Listed(key="at_most", file="maal.csv"), **DAYS),
                     ["højst som i maal.csv", "at most as in maal.csv", "høyst som i maal.csv"], id="file"),
    ],
)  # fmt: skip
def test_a_promise_is_said_in_the_fewest_words(goal: BoundGoal, short: list[str]) -> None:
    """Whatever it stands on; between percentages lie percentage points."""
    assert [promised(goal, lang) for lang in LANGUAGES] == short


def test_what_a_target_follows_from_is_named() -> None:
    """The comparison is with the number that followed from it."""
    failed = {"value": 74.5, "target": 74.9, "status": "not_fulfilled", "certainty": "clear"}
    assert said(failed, UP) == [
        "Ikke indfriet: 74,5 % er under 74,9 %. Måltallet følger af tallet for 2025.",
        "Not fulfilled: 74.5% is below 74.9%. The target follows from the figure for 2025.",
        "Ikke innfridd: 74,5 % er under 74,9 %. Måltallet følger av tallet for 2025.",
    ]
    quarter = goal_of(Change(by=1, since="previous"))
    text = reason(row(**failed, frequency="quarter") | {"period": "2027K3"}, quarter, "en")
    assert text == "Not fulfilled: 74.5% is below 74.9%. The target follows from the figure for Q3 2026."
    assert reason(row(**failed), GROUP, "en").endswith("The target follows from the figure for the others in the group.")


@pytest.mark.parametrize(
    ("goal", "texts"),
    [
        pytest.param(UP, ["Der mangler et tal for 2025, som måltallet følger af.",
                          "There is no figure for 2025, from which the target follows.",
                          "Det mangler et tall for 2025, som måltallet følger av."], id="an earlier year"),
        pytest.param(goal_of(Relative("nation")), ["Der mangler et tal for landet, som måltallet følger af.",
                     "There is no figure for the nation, from which the target follows.",
                     "Det mangler et tall for landet, som måltallet følger av."], id="the nation"),
    ],
)  # fmt: skip
def test_what_is_missing_is_what_the_target_follows_from(goal: BoundGoal, texts: list[str]) -> None:
    """Beside a value of one's own; without one it is that which is missing."""
    missing = {"status": "not_assessable", "cause": "no_data"}
    for text, end in zip(said(missing | {"value": 74.5}, goal), texts, strict=True):
        assert text.endswith(end)
    for text, end in zip(said(missing, goal), texts, strict=True):
        assert not text.endswith(end)


def test_a_break_since_the_base_is_named() -> None:
    """Although it lies before the judged period."""
    goal = goal_of(Change(by=1, since=2025), breaks={date(2026, 7, 1): {"da": "Nyt system", "en": "New system"}})
    text = reason(row(value=74.5, status="not_assessable", cause="method_changed"), goal, "en")
    assert "(1 July 2026: New system)" in text


@pytest.mark.parametrize(
    ("value", "status", "texts"),
    [
        (71.0, "not_fulfilled", ["Ikke indfriet: 71,0 % er ikke mere end 71,0 %.",
                                 "Not fulfilled: 71.0% is not more than 71.0%.",
                                 "Ikke innfridd: 71,0 % er ikke mer enn 71,0 %."]),
        (70.0, "not_fulfilled", ["Ikke indfriet: 70,0 % er ikke mere end 71,0 %.",
                                 "Not fulfilled: 70.0% is not more than 71.0%.",
                                 "Ikke innfridd: 70,0 % er ikke mer enn 71,0 %."]),
        (71.001, "fulfilled", ["Indfriet: 71,001 % er mere end 71,0 %.", "Fulfilled: 71.001% is more than 71.0%.",
                               "Innfridd: 71,001 % er mer enn 71,0 %."]),
    ],
    ids=["equal", "less", "hardly more"],
)  # fmt: skip
def test_a_strict_target_is_compared_in_its_own_words(value: float, status: str, texts: list[str]) -> None:
    """Nobody reads that 71.0 is below 71.0, and what is more is shown to be."""
    for text, begin in zip(said({"value": value, "target": 71.0, "status": status}, STRICT), texts, strict=True):
        assert text.startswith(begin)


@pytest.mark.parametrize(
    ("course", "texts"),
    [
        ("reached", ["Målet for 2029 er allerede nået.", "The target for 2029 has already been reached.",
                     "Målet for 2029 er allerede nådd."]),
        ("on_track", ["Udviklingen følger planen frem mod 2029.", "This is on the planned way to 2029.",
                      "Utviklingen følger planen fram mot 2029."]),
        ("behind", ["Udviklingen er bagud i forhold til planen frem mod 2029.", "This is behind the planned way to 2029.",
                    "Utviklingen ligger etter planen fram mot 2029."]),
    ],
)  # fmt: skip
def test_before_a_goal_is_due_its_value_and_its_course_are_said(course: str, texts: list[str]) -> None:
    """It cannot be assessed yet, and everybody can see how it stands."""
    given = {"value": 69.0, "target": 80.0, "status": "not_assessable", "cause": "not_yet_due", "course": course}
    assert said(given, LATER) == [
        "Kan ikke vurderes: fristen er ikke nået. Målet vurderes, når fristen er nået. Tallet er 69,0 %; målet er mindst "
        f"80,0 % i 2029. {texts[0]}",
        "Cannot be assessed: the deadline has not been reached. The goal is assessed when the deadline is reached. The "
        f"figure is 69.0%; the goal is at least 80.0% in 2029. {texts[1]}",
        "Kan ikke vurderes: fristen er ikke nådd. Målet vurderes når fristen er nådd. Tallet er 69,0 %; målet er minst "
        f"80,0 % i 2029. {texts[2]}",
    ]


def test_a_year_that_runs_is_not_assessed_when_it_ends_but_when_the_goal_is_due() -> None:
    """With the value so far, or without one."""
    running = {"provisional": True, "course": "too_early", "target": 80.0}
    assert said(running | {"value": 61.0}, LATER) == [
        "Foreløbigt tal: 61,0 %. Målet er mindst 80,0 % i 2029. Det er for tidligt at sige, om målet for 2029 bliver nået.",
        "Provisional figure: 61.0%. The goal is at least 80.0% in 2029. It is too early to say whether the target for 2029 "
        "will be reached.",
        "Foreløpig tall: 61,0 %. Målet er minst 80,0 % i 2029. Det er for tidlig å si om målet for 2029 blir nådd.",
    ]
    assert reason(row(provisional=True, target=80.0), LATER, "en") == "The goal is at least 80.0% in 2029."


def test_a_goal_that_was_missed_stays_missed() -> None:
    """In the year itself the status says so."""
    failed = {"value": 79.0, "target": 80.0, "status": "not_fulfilled", "course": "missed"}
    assert reason(row(**failed) | {"period": "2029"}, LATER, "en") == "Not fulfilled: 79.0% is below 80.0%."
    assert [reason(row(**failed) | {"period": "2030"}, LATER, lang).partition(". ")[2] for lang in LANGUAGES] == [
        "Målet skulle have været nået i 2029.",
        "The target should have been reached in 2029.",
        "Målet skulle ha vært nådd i 2029.",
    ]


def test_a_point_of_a_path_is_judged_and_its_end_lies_ahead() -> None:
    """Status and course are two sentences."""
    path = goal_of(Path({2026: 62, 2029: 70}))
    given = {"value": 66.0, "target": 64.66666666666667, "status": "fulfilled", "course": "on_track"}
    assert reason(row(**given), path, "en") == "Fulfilled: 66.0% is at least 64.7%. This is on the planned way to 2029."


@pytest.mark.parametrize(
    ("margin", "more", "texts"),
    [
        pytest.param(13.0, {"provisional": True, "status": NAN}, ["Foreløbig er der plads til 13 mere uden for løftet.",
                     "So far there is room for 13 more outside the promise.",
                     "Foreløpig er det rom for 13 til utenfor løftet."], id="room"),
        pytest.param(-5.0, {"status": "not_fulfilled"}, ["Det er 5 for mange uden for løftet.",
                     "That is 5 too many outside the promise.", "Det er 5 for mange utenfor løftet."], id="too many"),
        pytest.param(13.0, {"status": "fulfilled", "value": 98.25}, ["", "", ""], id="a year that is over had room"),
    ],
)  # fmt: skip
def test_a_margin_is_said_while_it_helps(margin: float, more: dict[str, Any], texts: list[str]) -> None:
    """How many more may fail while the period runs, and how many too many did."""
    for text, end in zip(
        said({"value": 93.75, "target": 95.0, "margin": margin} | more, goal_of(AtLeast(95))), texts, strict=True
    ):
        assert text.endswith(end or "%.")


# -- wholes ----------------------------------------------------------------------------------------------------------


def unit(name: str, status: Any, cause: Any = NAN) -> dict[str, Any]:
    """Return the judgement of one unit."""
    return row(unit_name=name, status=status, cause=cause)


WHOLE = {"indicator": NAN, "n": 3.0, "part": 2.0, "unit_name": "Solbjerg"}
ALL = goal_of(AtLeast(95), summary="all")


def test_a_whole_says_how_many_the_rule_and_who_decided() -> None:
    """The unit that failed is named in every language."""
    parts = [unit("Møllehuset", "not_fulfilled"), unit("Solsikken", "fulfilled"), unit("Østby", "fulfilled")]
    assert said(WHOLE | {"status": "not_fulfilled"}, ALL, parts=parts) == [
        "Ikke indfriet: 2 af de 3 enheder, der kan vurderes, har indfriet målet. Alle skal indfri det. Afgørende: Møllehuset.",
        "Not fulfilled: 2 of the 3 units that can be assessed fulfil the goal. All must fulfil it. Deciding: Møllehuset.",
        "Ikke innfridd: 2 av de 3 enhetene som kan vurderes, har innfridd målet. Alle må innfri det. Avgjørende: Møllehuset.",
    ]


@pytest.mark.parametrize(
    ("summary", "given", "parts", "text"),
    [
        pytest.param("all", {"status": "not_assessable", "cause": "confidential", "part": 3.0},
                     [("A", "fulfilled", NAN), ("B", "not_assessable", "confidential"), ("C", "not_assessable", "no_cases")],
                     "Cannot be assessed: hidden for confidentiality. 3 of the 3 units that can be assessed fulfil the goal. "
                     "All must fulfil it. Deciding: B.", id="case-49"),
        pytest.param("all", {"status": NAN, "provisional": True}, [("A", "fulfilled", NAN), ("B", NAN, NAN)],
                     "Provisional: 2 of the 3 units that can be assessed fulfil the goal. The goal is assessed when the period "
                     "has ended for all. All must fulfil it. Deciding: B.", id="running"),
        pytest.param({"worst": 60}, {"status": "partly_fulfilled"},
                     [("A", "fulfilled", NAN), ("B", "partly_fulfilled", NAN), ("C", "not_assessable", "no_data")],
                     "Partly fulfilled: 2 of the 3 units that can be assessed fulfil the goal. The worst one decides, when at "
                     "least 60% can be assessed. Deciding: B. Not counted: C.", id="worst"),
        pytest.param({"share": 90}, {"status": "not_fulfilled"},
                     [(letter, "not_fulfilled", NAN) for letter in "ABCDEFG"],
                     "Not fulfilled: 2 of the 3 units that can be assessed fulfil the goal. At least 90% must fulfil it. "
                     "Deciding: A; B; C; D; E and 2 more.", id="share"),
        pytest.param("all", {"status": "fulfilled", "part": 3.0}, [("A", "fulfilled", NAN)],
                     "Fulfilled: 3 of the 3 units that can be assessed fulfil the goal. All must fulfil it.", id="fulfilled"),
    ],
)  # fmt: skip
def test_a_whole_names_those_who_decided_it(summary: Any, given: dict[str, Any], parts: Any, text: str) -> None:
    """Those that failed, or of which nothing is known; and whoever was left out."""
    goal = goal_of(AtLeast(95), summary=summary)
    assert reason(row(**WHOLE | given), goal, "en", [unit(*part) for part in parts]) == text


def test_a_unit_of_a_goal_that_is_summed_up_is_judged_as_any_other() -> None:
    """Only the row without an indicator is a whole."""
    assert reason(row(value=96.0, target=95.0, status="fulfilled"), ALL, "en") == "Fulfilled: 96.0% is at least 95.0%."


# -- things to be done -----------------------------------------------------------------------------------------------


def task_of(done: Done, decided: date | None = None) -> BoundTask:
    """Return something to be done."""
    goal = Goal(
        id="selv", title="Selvbetjening", promise="På nettet.", target=done, valid_from=date(2026, 1, 1),
        decision=Decision(body="Byrådet", date=decided) if decided else None,
    )  # fmt: skip
    return BoundTask(goal=goal, version=1, done=done, frequency="year", first=goal.valid_from, last=None)


BY = date(2027, 12, 31)


@pytest.mark.parametrize(
    ("done", "status", "texts"),
    [
        pytest.param(Done(BY, note="Udbud i juni"), "not_assessable", [
            "Kan ikke vurderes: fristen er ikke nået. Det skal være gjort senest den 31. december 2027. Udbud i juni.",
            "Cannot be assessed: the deadline has not been reached. It is to be done by 31 December 2027. Udbud i juni.",
            "Kan ikke vurderes: fristen er ikke nådd. Det skal være gjort senest 31. desember 2027. Udbud i juni.",
        ], id="not yet"),
        pytest.param(Done(BY), "not_fulfilled", [
            "Ikke indfriet: ikke gjort, da fristen udløb den 31. december 2027.",
            "Not fulfilled: not done when the deadline passed on 31 December 2027.",
            "Ikke innfridd: ikke gjort da fristen gikk ut 31. desember 2027.",
        ], id="not done"),
        pytest.param(Done(BY, date(2027, 6, 3)), "fulfilled", [
            "Indfriet: gjort den 3. juni 2027; fristen var den 31. december 2027.",
            "Fulfilled: done on 3 June 2027; the deadline was 31 December 2027.",
            "Innfridd: gjort 3. juni 2027; fristen var 31. desember 2027.",
        ], id="done"),
        pytest.param(Done(BY, date(2028, 1, 15), note="Klar!"), "not_fulfilled", [
            "Ikke indfriet: først gjort den 15. januar 2028; fristen var den 31. december 2027. Klar!",
            "Not fulfilled: not done until 15 January 2028; the deadline was 31 December 2027. Klar!",
            "Ikke innfridd: først gjort 15. januar 2028; fristen var 31. desember 2027. Klar!",
        ], id="done late"),
    ],
)  # fmt: skip
def test_something_to_be_done_is_told_by_its_days(done: Done, status: str, texts: list[str]) -> None:
    """When it was done, when it had to be, and how far it has come."""
    cause = "not_yet_due" if status == "not_assessable" else NAN
    assert [of_task(row(status=status, cause=cause), task_of(done), lang) for lang in LANGUAGES] == texts


def test_a_promise_that_was_made_when_it_was_kept_says_so() -> None:
    """A decision of the day after is no promise."""
    task = task_of(Done(BY, date(2027, 6, 3)), decided=date(2027, 6, 4))
    assert of_task(row(status="fulfilled"), task, "en").endswith("It was not decided until 4 June 2027.")
    before = task_of(Done(BY, date(2027, 6, 3)), decided=date(2027, 6, 3))
    assert "decided" not in of_task(row(status="fulfilled"), before, "en")
    assert [promised_task(before, lang) for lang in LANGUAGES] == [
        "gjort senest den 31. december 2027", "done by 31 December 2027", "gjort senest 31. desember 2027",
    ]  # fmt: skip


def test_every_language_has_every_word() -> None:
    """And every course has one."""
    for table in (TARGETS, SENTENCES, COURSE_WORDS):
        assert {frozenset(table[lang]) for lang in LANGUAGES} == {frozenset(table["da"])}
    assert set(COURSE_WORDS["da"]) == set(COURSES)
    assert set(COURSES) <= set(SENTENCES["da"])
