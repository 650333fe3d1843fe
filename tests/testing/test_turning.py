"""Cases moved to where their clocks turn: on the deadline, a day after it, paused around it, due on the last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from klaremal import Column, Dataset, Indicator
from klaremal.measures import OnTime, Pauses
from klaremal.testing.turning import at_the_turn

UNTIL = date(2025, 6, 30)
CASES = Dataset(
    id="roads.cases",
    title="Cases",
    grain="one row per case",
    columns=(
        Column("id", "string", required=True),
        Column("came", "date", required=True),
        Column("done", "date", maximum=date(2025, 5, 31)),
        Column("left", "date"),
        Column("place", "string"),
    ),
    dated_by="came",
    placed_in="place",
    key="id",
)
PAUSES = Dataset(
    id="roads.pauses",
    title="Pauses",
    grain="one row per pause",
    columns=(Column("id", "string", required=True), Column("a", "date", required=True), Column("b", "date")),
    dated_by="a",
    key=("id", "a"),
)
TIMED = Dataset(
    id="roads.timed",
    title="Timed",
    grain="one row per case",
    columns=(Column("id", "string"), Column("came", "datetime"), Column("done", "datetime")),
    dated_by="came",
    key="id",
)


def moved(measure: OnTime, cases: list[dict[str, Any]], dataset: Dataset = CASES, pauses: Any = ()) -> Any:
    """Return the cases and the pauses as they are moved."""
    asked = Indicator(
        id="roads.kept",
        title="Kept",
        dataset=dataset,
        measure=measure,
        measured_in="percent",
        direction="higher",
        frequency="month",
    )
    tables = {dataset.id: cases, PAUSES.id: list(pauses)}
    found = at_the_turn({1: tables}, {each.id: each for each in (dataset, PAUSES)}, [asked], UNTIL)[1]
    return found[dataset.id], found[PAUSES.id]


def case(number: int, came: date | None = date(2025, 3, 1), **more: Any) -> dict[str, Any]:
    """Return a case that came on the first of March."""
    return {"id": f"c{number}", "came": came, "done": None, "left": None, "place": "101"} | more


def test_cases_end_on_their_deadline_or_the_day_after() -> None:
    """Ten days from the first of March are the eleventh; one case is left open, one begins so late that it is due on the last
    day, and every fifth stays as it is."""
    measure = OnTime("came", "done", within="10 days", withdrawn="left")
    found, _ = moved(measure, [case(number, done=date(2025, 3, 2)) for number in range(8)])
    days = [(each["came"].isoformat()[5:], each["done"], each["left"]) for each in found]
    kept, late = date(2025, 3, 11), date(2025, 3, 12)
    assert days == [
        ("03-01", kept, None), ("03-01", late, None), ("03-01", None, kept), ("03-01", None, late),
        ("03-01", date(2025, 3, 2), None),
        ("03-01", None, None), ("06-20", None, None), ("03-01", kept, None),
    ]  # fmt: skip


def test_a_case_to_the_second_is_late_by_a_second() -> None:
    """Thirty hours from ten o'clock end at four in the afternoon of the day after."""
    came = datetime(2025, 3, 1, 10)
    found, _ = moved(
        OnTime("came", "done", within="30 hours"), [{"id": str(each), "came": came, "done": None} for each in (0, 1)], TIMED
    )
    assert [each["done"] for each in found] == [datetime(2025, 3, 2, 16), datetime(2025, 3, 2, 16, 0, 1)]


def test_a_case_that_has_no_deadline_becomes_like_one_that_has() -> None:
    """It keeps its name and place, as the contract wants of a key."""
    found, _ = moved(OnTime("came", "done", within="10 days"), [case(0), case(1, came=None, place="102")])
    assert [(each["id"], each["place"], each["came"]) for each in found] == [
        ("c0", "101", date(2025, 3, 1)),
        ("c1", "102", date(2025, 3, 1)),
    ]


def test_pauses_begin_around_the_deadline_and_are_given_to_cases_that_have_none() -> None:
    """The first begins on the last day; the second case is open, and paused to the last day that the rows cover, with another
    pause beside it; the third case has none."""
    measure = OnTime("came", "done", within="10 days", pauses=Pauses(start="a", end="b", dataset=PAUSES))
    spare = [{"id": "nobody", "a": date(2025, 1, number), "b": None} for number in (1, 2)]
    found, pauses = moved(measure, [case(number) for number in range(4)], pauses=spare)
    last = date(2025, 3, 11)
    told = [(each["id"], each["a"] - last, each["b"] - last) for each in pauses if each["id"] != "nobody"]
    assert told == [
        ("c0", timedelta(0), timedelta(4)),
        ("c1", timedelta(-2), UNTIL - last), ("c1", timedelta(-4), timedelta(-1)),
        ("c3", timedelta(-1), UNTIL + timedelta(1) - last),
    ]  # fmt: skip
    assert [each["done"] for each in found] == [last + timedelta(4), None, last, None]


def test_no_date_is_written_that_the_contract_does_not_allow() -> None:
    """No case is done after May: one whose deadline comes later is open."""
    found, _ = moved(OnTime("came", "done", within="10 days"), [case(0, came=date(2025, 5, 25), done=date(2025, 5, 26))])
    assert found[0]["done"] is None
