"""OnTime as a declaration: what it asks of a dataset, what it counts, what does not fit; its arithmetic is tested elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from klaremal import Column, Dataset, Deadline
from klaremal.errors import DeclarationError
from klaremal.measures import OnTime, Pauses
from klaremal.model.deadline import Within
from klaremal.model.formula import Formula
from klaremal.model.measure import Term
from klaremal.model.on_time import Clock

CASES = Dataset(
    id="roads.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("case_id", "string"),
        Column("opened", "date"),
        Column("ended", "date"),
        Column("opened_at", "datetime"),
        Column("ended_at", "datetime"),
        Column("kind", "string", enum=("a", "b")),
        Column("note", "string"),
    ),
    key=("case_id",),
    dated_by="opened",
    derived={"last_day": "opened + interval 10 day", "last_hour": "opened_at + interval 10 hour"},
)
STOPS = Dataset(
    id="roads.stops",
    title="Pauser",
    grain="én række pr. pause",
    columns=(Column("case_id", "string"), Column("paused_from", "date"), Column("paused_to", "date")),
    dated_by="paused_from",
)

STOPPED = OnTime("opened", "ended", within="1 day", pauses=Pauses(start="paused_from", end="paused_to", dataset=STOPS))
MISSPELT = evolve(STOPPED, pauses=Pauses(start="pased_from", end="paused_to", dataset=STOPS))


def clock(measure: OnTime, **changes: Any) -> Clock:
    """Return a clock over the cases with the deadline as it is declared."""
    return Clock(**{"measure": measure, "dataset": CASES, "within": measure.filled(None), **changes})


def test_a_measure_counts_what_the_clock_says_where_the_promise_is_about_it() -> None:
    """Promised, judged, kept, and beside them open and late, and paused; by position start and end come first."""
    measure = OnTime("opened", "ended", within="10 days", where="kind = 'a'", known="note is not null")
    assert measure == OnTime(start="opened", end="ended", within="10 days", where="kind = 'a'", known="note is not null")
    judged = "kind = 'a' and note is not null"
    assert measure.components == {
        "promised": Term("count", where=Formula.of("coalesce(kind = 'a', true) and __promised")),
        "n": Term("count", where=Formula.of(f"{judged} and __counted")),
        "aside": Term("aside", where=Formula.of("coalesce(kind = 'a', true)")),
        "part": Term("count", where=Formula.of(f"{judged} and __kept")),
        "overdue": Term("count", where=Formula.of("kind = 'a' and __overdue")),
        "oldest": Term("max", of=Formula.of("__age"), where=Formula.of("kind = 'a' and __overdue")),
        "paused": Term("count", where=Formula.of("kind = 'a' and __paused")),
    }
    assert OnTime("opened", "ended", within="10 days").components["n"] == Term("count", where=Formula.of("__counted"))


def test_its_formulas_are_checked_against_the_dataset() -> None:
    """Dates where dates are wanted, a number where the length of time is a column's."""
    measure = OnTime("opened", "ended", within="allowed days", withdrawn="left_on", where="kind = 'a'")
    assert [(name, formula.text, kind) for name, formula, kind in measure.formulas] == [
        ("where", "kind = 'a'", "condition"),
        ("start", "opened", "date"),
        ("end", "ended", "date"),
        ("within", '"allowed"', "number"),
        ("withdrawn", "left_on", "date"),
    ]
    measure = OnTime("opened", "ended", deadline="last_day")
    assert [name for name, _, _ in measure.formulas] == ["start", "end", "deadline"]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        pytest.param({}, ["either within", "or deadline"], id="no deadline"),
        pytest.param({"within": "10 days", "deadline": "last_day"}, ["not both"], id="two deadlines"),
        pytest.param({"within": "10 dage"}, ['"10 days"'], id="no length of time"),
        pytest.param({"within": "10 days", "counted_when": "closed"}, ['"closed"', "due, decided, opened"], id="cohort"),
        pytest.param({"within": "10 days", "roll": "before"}, ['"before"', '"following"'], id="roll"),
        pytest.param({"within": "10 hours", "roll": "following"}, ["hours", "leave roll out"], id="roll of hours"),
    ],
)
def test_what_is_no_clock_is_refused(changes: dict[str, Any], parts: list[str]) -> None:
    """The message names the field and what to write."""
    with pytest.raises(DeclarationError) as caught:
        OnTime("opened", "ended", **changes)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_a_deadline_is_filled_or_keeps_its_default() -> None:
    """Only a Deadline is the goal's to fill; other lengths of time are the indicator's own."""
    deadline = Deadline(id="roads.pothole", default="10 working days")
    open_one = OnTime("opened", "ended", within=deadline)
    assert open_one.filled(None) == Within.of("10 working days")
    assert open_one.filled(Within.of("7 days")) == Within.of("7 days")
    assert OnTime("opened", "ended", within="5 days").filled(None) == Within.of("5 days")
    assert OnTime("opened", "ended", deadline="last_day").filled(None) is None
    assert evolve(open_one, within="10 working days") != open_one


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        (OnTime("opened_at", "ended_at", within="10 days"), "days"),
        (OnTime("opened", "ended", within="2 months"), "days"),
        (OnTime("opened", "ended", within="2 working days"), "working_days"),
        (OnTime("opened_at", "ended_at", within="2 hours"), "seconds"),
        (OnTime("opened_at", "ended_at", deadline="last_day"), "days"),
        (OnTime("opened_at", "ended_at", deadline="last_hour"), "seconds"),
        (OnTime("opened_at", "ended_at", deadline="cast(last_hour as date)"), "days"),
        (OnTime("opened_at", "ended_at", deadline="case when kind = 'a' then opened else opened_at end"), "seconds"),
        (OnTime("opened_at", "ended_at", deadline="coalesce(opened, first_of_month(opened_at))"), "days"),
        (OnTime("opened_at", "ended_at", deadline="opened + interval 2 hour"), "seconds"),
    ],
)
def test_what_a_clock_counts(measure: OnTime, unit: str) -> None:
    """A date is a whole day, a date with a time its second, also inside a formula or a derived column."""
    assert clock(measure).unit == unit
    assert list(clock(measure).faults()) == []


@pytest.mark.parametrize(
    ("made", "what"),
    [
        pytest.param(
            clock(OnTime("opened", "ended_at", within="4 hours")),
            'start: "opened" is a date without a time, and hours are counted from a time; use days',
            id="hours from a date",
        ),
        pytest.param(
            clock(OnTime("opened", "ended", deadline="last_hour")),
            'end: "ended" is a date without a time, and the deadline is a time; write deadline="cast(last_hour as date)"',
            id="a time and an end without one",
        ),
        pytest.param(
            clock(OnTime("opened_at", "ended_at", deadline="last_hour", roll="following")),
            "roll: a deadline with a time does not move to a working day; leave roll out",
            id="roll of a time",
        ),
        pytest.param(
            clock(OnTime("opened", "ended", within=Deadline(id="roads.x", default="1 day", by="sort"))),
            'within: the deadline goes by "sort", and dataset roads.cases has no such column',
            id="by no column",
        ),
        pytest.param(
            clock(OnTime("opened", "ended", within=Deadline(id="roads.x", default="1 day", by="note"))),
            'within: the deadline goes by "note", which has no enum; list its values in the column\'s enum',
            id="by any text",
        ),
        pytest.param(
            clock(OnTime("opened", "ended", within="1 day", pauses=Pauses(start="note", end="ended"))),
            'pauses: start: "note" is a text, but a date is wanted',
            id="pause of texts",
        ),
        pytest.param(
            clock(MISSPELT, pauses=STOPS),
            'pauses: start: there is no column "pased_from"; did you mean "paused_from"?',
            id="no such column",
        ),
        pytest.param(
            clock(
                STOPPED,
                pauses=STOPS,
                dataset=evolve(CASES, key=()),
            ),
            "pauses: dataset roads.cases has no key by which a pause could name its case; give it a key",
            id="cases without a key",
        ),
        pytest.param(
            clock(
                STOPPED,
                pauses=STOPS,
                dataset=evolve(CASES, key=("kind",)),
            ),
            'pauses: dataset roads.stops has no column "kind", the key of roads.cases, to name the case',
            id="pauses without the key",
        ),
        pytest.param(
            clock(
                STOPPED,
                pauses=evolve(STOPS, columns=(Column("case_id", "integer"), *STOPS.columns[1:])),
            ),
            'pauses: column "case_id" is integer in roads.stops and string in roads.cases; make them alike',
            id="keys of two types",
        ),
    ],
)
def test_what_does_not_fit_the_datasets_is_said(made: Clock, what: str) -> None:
    """One sentence, with what to write instead."""
    assert list(made.faults()) == [what]


def test_clocks_are_values() -> None:
    """Two that mean the same are one; pauses name their dataset by object or id; another length of time is another clock."""
    pauses = Pauses(start="paused_from", end="paused_to", dataset=STOPS)
    assert pauses == Pauses(start="paused_from", end="paused_to", dataset="roads.stops")
    one = clock(OnTime("opened", "ended", within="10 days", pauses=pauses), pauses=STOPS)
    same = clock(OnTime("opened", " ended ", within="10  days", pauses=pauses), pauses=STOPS)
    assert one == same
    assert hash(one) == hash(same)
    assert one != evolve(one, within=Within.of("11 days"))


def test_the_calendar_is_needed_for_working_days_alone() -> None:
    """Or where a deadline moves to a working day."""
    needs = [
        clock(OnTime("opened", "ended", **changes)).needs_calendar
        for changes in ({"within": "2 working days"}, {"within": "2 days", "roll": "following"}, {"within": "2 days"})
    ]
    assert needs == [True, True, False]
