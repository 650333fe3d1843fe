"""How long a promise allows: what the texts of `within` mean, which are refused, and how a goal fills a deadline."""

from __future__ import annotations

from typing import Any

import pytest

from klaremal import Column, Deadline
from klaremal.errors import DeclarationError
from klaremal.model.deadline import Within
from klaremal.model.formula import Formula

PARAGRAPH = Column("paragraph", "string", enum=("§83", "§83a", "§86"))


@pytest.mark.parametrize(
    ("text", "amount", "kind"),
    [
        ("10 working days", "10", "working_days"),
        ("1 working day", "1", "working_days"),
        ("12 days", "12", "days"),
        ("0 days", "0", "days"),
        ("  2   Months ", "2", "months"),
        ("4 hours", "4", "hours"),
        ("1.50 hours", "1.5", "hours"),
        ("allowed_days days", "allowed_days", "days"),
        ("end working days", '"end"', "working_days"),
        ("100 days", "100", "days"),
    ],
)
def test_lengths_of_time(text: str, amount: str, kind: str) -> None:
    """A number or a column, and what is counted; the same length written otherwise is the same value."""
    found = Within.of(text)
    assert (found.amount.canonical, found.kind) == (amount, kind)
    assert found == Within.of(found) == Within(Formula.of(amount), kind)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("26 weeks", ["in weeks", '"182 days"']),
        ("allowed weeks", ["in weeks", "the number of days"]),
        ("10 arbejdsdage", ["arbejdsdage", '"10 working days"']),
        ("2 måneder", ['"2 months"']),
        ("10 wrking days", ['"10 working days"']),
        ("10 years", ["years", "neither days, working days, hours nor months"]),
        ("1,5 hours", ['"1,5"', '"1.5"']),
        ("1.5 days", ["no whole number of days"]),
        ("2.5 working days", ["no whole number of working days"]),
        ("40000 days", ["at most a hundred years"]),
        ("0 hours", ["above 0"]),
        ("-3 days", ['"-3"', "neither a number nor the name of a column"]),
        ("Frist days", ['"Frist"', "name of a column"]),
        ("10", ["'10' is no length of time", "10 working days"]),
        ("", ["no length of time"]),
        (10, ["10 is no length of time"]),
    ],
)
def test_what_is_no_length_of_time_is_refused_with_what_to_write(text: Any, parts: list[str]) -> None:
    """The message names the text and the cure."""
    with pytest.raises(DeclarationError) as caught:
        Within.of(text)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_a_goal_fills_a_deadline_and_without_it_the_default_holds() -> None:
    """One text for every case."""
    deadline = Deadline(id="roads.pothole", title={"da": "Frist"}, default="10 working days")
    assert deadline.filled(None) == Within.of("10 working days")
    assert deadline.filled("7 working days") == Within.of("7 working days")
    assert deadline.filled("2 months") == Within.of("2 months")


def test_a_deadline_by_a_column_has_a_length_for_each_value() -> None:
    """Values that the goal does not name keep the default; a case of which the value is not known has no deadline."""
    deadline = Deadline(id="eldercare.decision", default="30 days", by="paragraph")
    assert deadline.filled({"§83": "12 days", "§86": "20 days"}, PARAGRAPH) == Within(
        Formula.of("case when paragraph = '§83' then 12 when paragraph = '§86' then 20 when paragraph is not null then 30 end"),
        "days",
    )
    every = deadline.filled({"§83": "1 months", "§83a": "2 months", "§86": "3 months"}, PARAGRAPH)
    assert every == Within(
        Formula.of("case when paragraph = '§83' then 1 when paragraph = '§83a' then 2 when paragraph = '§86' then 3 end"),
        "months",
    )
    assert deadline.filled({}, PARAGRAPH) == deadline.filled(None, PARAGRAPH) == Within.of("30 days")
    # From a file, by a frozen goal, in pairs; a number of the case's own.
    assert deadline.filled((("§83", "allowed days"),), PARAGRAPH).amount.columns == {"paragraph", "allowed"}


def test_values_of_a_column_of_numbers_are_numbers() -> None:
    """An enum is written as text, and the condition compares what the column holds."""
    ward = Column("ward", "integer", enum=("1", "2"))
    found = Deadline(id="roads.pothole", default="10 days", by="ward").filled({"2": "5 days"}, ward)
    assert found.amount == Formula.of("case when ward = 2 then 5 when ward is not null then 10 end")
    assert found.amount.check({"ward": "integer"}) == []


@pytest.mark.parametrize(
    ("within", "by", "parts"),
    [
        pytest.param({"§83 a": "12 days"}, PARAGRAPH, ['paragraph has no value "§83 a"', '"§83a"'], id="no such value"),
        pytest.param({"x": "12 days"}, PARAGRAPH, ["Its values are §83, §83a, §86"], id="nothing near"),
        pytest.param({"§83": "12 uger"}, PARAGRAPH, ["weeks", "84 days"], id="not a length"),
        pytest.param(
            {"§83": "1 month"}, PARAGRAPH, ["months and days", "Name every value of paragraph"], id="default of another"
        ),
        pytest.param(
            {"§83": "1 month", "§83a": "9 days", "§86": "1 day"},
            PARAGRAPH,
            ["months and days", "Use one of them"],
            id="two kinds",
        ),
        pytest.param({"§83": "12 days"}, None, ["eldercare.decision", "one and the same for every case"], id="no column"),
        pytest.param("12 dage", PARAGRAPH, ['"12 days"'], id="a text that is wrong"),
    ],
)
def test_what_cannot_fill_a_deadline_is_refused(within: Any, by: Column | None, parts: list[str]) -> None:
    """The message names the column and its values, or the kinds of which one is to be taken."""
    with pytest.raises(DeclarationError) as caught:
        Deadline(id="eldercare.decision", default="30 days", by="paragraph").filled(within, by)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_a_deadline_without_by_takes_no_map() -> None:
    """What the goal's author meant is not guessed."""
    with pytest.raises(DeclarationError, match="one and the same for every case"):
        Deadline(id="eldercare.decision", default="30 days").filled({"§83": "12 days"}, PARAGRAPH)
