"""Small numbers over whole runs: what one contributor dominates, and what a running year would tell from month to month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from klaremal.ledger import Ledger
from klaremal.ready import Choice
from klaremal.run import Run

SOURCE = '[[sources.roads.cases]]\ncollector = "csv"\nfiles = "cases.csv"\ncomplete_until = {until}\n'


def of_aarhus(found: Run) -> list[dict[Any, Any]]:
    """The observations of Aarhus."""
    return found.observations[found.observations["unit_name"] == "Aarhus"].to_dict("records")


@pytest.mark.parametrize(
    ("days", "value"),
    [((81, 10, 5, 2, 2), None), ((80, 10, 5, 3, 2), 100.0), ((100, 0, 0, 0, 0), None), ((0, 0, 0, 0, 0), 0.0)],
    ids=["81 percent", "80 percent", "all of it", "nothing"],
)
def test_a_sum_of_which_one_has_most_is_hidden(desk: Any, days: tuple[int, ...], value: float | None) -> None:
    """Five cases are not few, but one of them has more than 80 percent of the days; nothing of that is stored."""
    desk.cases(*(("Aarhus", "2025-03-03", "2025-03-31", "true", each) for each in days))
    goal = {"indicator": '"roads.spent"', "units": '"Aarhus"', "frequency": '"month"'}
    found = desk.run({"spent": goal}, source=SOURCE.format(until="2025-03-31"))
    (row,) = of_aarhus(found)
    assert (None if pd.isna(row["value"]) else row["value"]) == value
    assert (row["cause"] == "confidential") == (value is None)
    assert not {"largest", "hits", "misses"} & set(found.observations.columns)
    with Ledger.open(desk.folder / ".klaremal" / "ledger.db") as ledger:
        assert list(ledger.observations(unit="751")["value"].isna()) == [value is None]


def days_of(month: int, count: int) -> list[tuple[str, str, str, str, int]]:
    """Cases of a month of 2026 in Aarhus."""
    return [("Aarhus", f"2026-{month:02}-{number + 1:02}", "", "true", 3) for number in range(count)]


def test_a_running_year_never_tells_a_small_month(desk: Any) -> None:
    """Case 45: 37 until April are out. May has 3, June 1, July 9: the year so far is withheld until July, and then 50."""
    goals = {"usual": {"indicator": '"roads.usual"', "units": '"Aarhus"'}}
    rows = [row for month, count in enumerate((9, 9, 9, 10), start=1) for row in days_of(month, count)]
    years = []
    for month, count in ((4, 0), (5, 3), (6, 1), (7, 9)):
        rows += days_of(month, count)
        desk.cases(*rows)
        until = date(2026, month, 30)
        found = desk.run(goals, source=SOURCE.format(until=until.isoformat()))
        (year,) = of_aarhus(found)
        assert (year["provisional"], year["cause"] is None or pd.isna(year["cause"])) == (True, True)
        years.append((month, year["n"]))
    assert years == [(4, 37), (5, 37), (6, 37), (7, 50)]


@pytest.mark.parametrize(
    ("indicator", "visits", "value"),
    [
        ("visited", {"a": (3,) * 6}, None),
        ("visited", dict.fromkeys("abcdef", (3,)), 3.0),
        ("helped", {"a": (9,) * 9, **dict.fromkeys("bcd", (5,)), "e": (4,)}, None),
        ("helped", {"a": (8,) * 10, **dict.fromkeys("bcde", (5,))}, 100.0),
    ],
    ids=["6 visits of 1 citizen", "6 visits of 6", "81 of 100 days of one, in nine visits", "80 of 100 days of one"],
)
def test_persons_count_and_not_their_rows(desk: Any, indicator: str, visits: dict[str, Any], value: float | None) -> None:
    """Case 48, and a sum: nine visits of one citizen are one contribution."""
    rows = [f"Aarhus;2025-03-{place + 1:02};;;{days};{who}" for who, each in visits.items() for place, days in enumerate(each)]
    desk.write("visits.csv", "\n".join(["place;opened;closed;kept;days;citizen", *rows, ""]))
    source = SOURCE.format(until="2025-03-31").replace("roads.cases", "roads.visits").replace("cases.csv", "visits.csv")
    found = desk.run(
        {"goal": {"indicator": f'"roads.{indicator}"', "units": '"Aarhus"', "frequency": '"month"'}}, source=source
    )
    (row,) = of_aarhus(found)
    assert (None if pd.isna(row["value"]) else row["value"]) == value
    assert (row["cause"] == "confidential") == (value is None)


def test_a_run_over_one_goal_does_not_tell_what_another_hides(desk: Any) -> None:
    """By the month May is hidden; a run over the yearly goal alone measures the months too, and its year waits for May."""
    goals = {
        "year": {"indicator": '"roads.usual"', "units": '"Aarhus"'},
        "month": {"indicator": '"roads.usual"', "units": '"Aarhus"', "frequency": '"month"'},
    }
    desk.cases(*(row for month, count in enumerate((9, 9, 9, 10, 3, 20), start=1) for row in days_of(month, count)))
    found = desk.run(goals, source=SOURCE.format(until="2026-06-30"), choice=Choice(goals=("year",)))
    hidden = {row["period"] for row in of_aarhus(found) if row["cause"] == "confidential"}
    assert hidden == {"2026", "2026M05"}
    assert set(found.fulfilments["goal"]) == {"year"}
