"""What the strategies draw: rows that keep any contract, goals that klaremal accepts, figures that a measure can give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klaremal import Column, Dataset, Goal, Indicator, Period
from klaremal.measures import Mean, Share
from klaremal.testing import Subject, goals, observations, periods, rows, strategies

EVERYTHING = Dataset(
    id="roads.everything",
    title="Everything",
    grain="one row per case",
    columns=(
        Column("case_id", "string", required=True, unique=True),
        Column("citizen", "string", personal=True),
        Column("opened", "date", required=True),
        Column("closed", "datetime", required=True),
        Column("kind", "string", enum=("a", "b")),
        Column("code", "string", pattern="[A-Z]{2}[0-9]{3}"),
        Column("score", "integer", minimum=1, maximum=5, required=True),
        Column("cost", "number", minimum=-2, maximum=2, decimals=1, required=True),
        Column("quarter", "period"),
        Column("place", "string"),
    ),
    dated_by="opened",
    placed_in="place",
    key="case_id",
    person="citizen",
)
CONTRACT = rows(EVERYTHING, places=("101", "102"), max_size=12, days=(date(2025, 1, 1), date(2025, 3, 31)))
slow = settings(suppress_health_check=[HealthCheck.too_slow])


@given(drawn=CONTRACT)
@slow
def test_rows_keep_the_contract(drawn: list[dict[str, Any]]) -> None:
    """Required cells, enumerations, ranges, decimals, patterns, keys, places and the order of dates."""
    assert len({row["case_id"] for row in drawn}) == len(drawn)
    for row in drawn:
        assert row["place"] in ("101", "102")
        assert row["kind"] in ("a", "b", None)
        assert 1 <= row["score"] <= 5
        assert -2 <= row["cost"] <= 2
        assert row["cost"] == round(row["cost"], 1)
        assert row["code"] is None or (row["code"][:2].isupper() and row["code"][2:].isdigit())
        assert date(2025, 1, 1) <= row["opened"] <= row["closed"].date() <= date(2025, 3, 31)


def test_klaremal_itself_finds_nothing_wrong_with_the_rows(made: Callable[..., Subject]) -> None:
    """Not one is set aside where they are checked against the contract, and each has a place and a period."""
    (batch,) = made().batches
    assert batch.measured.set_aside == ()
    assert len(batch.tables["roads.potholes"]) > 20


@given(drawn=st.lists(CONTRACT, min_size=1, max_size=3))
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
def test_of_rows_with_one_key_the_first_stays(drawn: list[list[dict[str, Any]]]) -> None:
    """Rows of several draws can stand in one table."""
    together = [row for each in drawn for row in each]
    kept = strategies.distinct(EVERYTHING, together)
    assert [row["case_id"] for row in kept] == list(dict.fromkeys(row["case_id"] for row in together))


def test_what_formulas_ask_for_is_worth_drawing() -> None:
    """A text or a number that a condition compares a column with would seldom come up by chance."""
    asked = Indicator(
        id="roads.asked",
        title="Asked",
        dataset=EVERYTHING,
        measure=Share("score = 4 and code in ('AB123', 'CD456')", where="kind <> 'b'"),
        measured_in="percent",
        direction="higher",
        frequency="month",
    )
    words = strategies.words_of(EVERYTHING, [asked])
    assert words == {"score": ("4",), "code": ("AB123", "CD456"), "kind": ("b",)}


@given(drawn=periods(), months=periods("month"))
def test_periods_have_the_frequency_that_is_asked_for(drawn: Period, months: Period) -> None:
    """Any, or one."""
    assert Period.parse(drawn.code) == drawn
    assert months.frequency == "month"


def test_whether_a_cell_is_empty_is_worth_drawing_too() -> None:
    """A column that a condition asks of whether it is null is empty every second time, and not every sixth."""
    asked = Indicator(
        id="roads.asked",
        title="Asked",
        dataset=EVERYTHING,
        measure=Share("score = 4", where="code is null"),
        measured_in="percent",
        direction="higher",
        frequency="month",
    )
    assert strategies.words_of(EVERYTHING, [asked])["code"] == ("",)


STATES = Dataset(
    id="roads.states",
    title="States",
    grain="one row per date and kind",
    columns=(
        Column("on", "date", required=True),
        Column("kind", "string", total="all"),
        Column("persons", "integer", minimum=0, missing={"..": "too_few", "": "no_data"}),
        Column("place", "string"),
    ),
    dated_by="on",
    placed_in="place",
    snapshot=True,
    key=("on", "place", "kind"),
)


@given(drawn=rows(STATES, max_size=12, days=(date(2025, 1, 1), date(2025, 3, 31))))
@slow
def test_states_are_of_few_days_and_may_say_why_a_number_is_missing(drawn: list[dict[str, Any]]) -> None:
    """Of the 15th or the 28th of a month; a number, a marker or nothing; a code that means all is no name of something."""
    for row in drawn:
        assert row["on"].day in (15, 28)
        assert row["persons"] in (None, "..") or row["persons"] >= 0
        assert row["kind"] in ("all", "a", "b", "c", None)


@given(data=st.data(), direction=st.sampled_from(["higher", "lower", "neutral"]))
def test_goals_and_observations_fit_their_indicator(data: st.DataObject, direction: str) -> None:
    """A goal goes along its direction; a share is its part of n in percent, and a mean lies in the plausible range."""
    share, mean = (
        Indicator(
            id="roads.kept",
            title="Kept",
            dataset=EVERYTHING,
            measure=measure,
            measured_in=unit,
            direction=direction,
            frequency="month",
            plausible=(0, 100),
        )
        for measure, unit in ((Share("kind = 'a'"), "percent"), (Mean("cost"), "dkk"))
    )
    goal = data.draw(goals(share))
    assert isinstance(goal, Goal)
    assert direction in goal.target.directions  # type: ignore[union-attr]
    seen = data.draw(observations(share))
    assert seen["value"] == 100 * seen["part"] / seen["n"]
    assert 0 <= data.draw(observations(mean))["value"] <= 100
