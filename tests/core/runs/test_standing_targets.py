"""Targets that stand on others, on earlier figures, in a file or on the calendar: from files to what the ledger holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from klaremal.ledger import Ledger
from klaremal.ready import Choice

SOURCE = """[[sources.roads.cases]]
collector = "csv"
files = "cases.csv"
complete_until = 2025-12-31
"""
# Of 50, 100 and 60 cases 37, 90 and 30 are kept; Hørsholm is in another group.
COUNTS = (("Aarhus", 37, 50), ("Odense", 90, 100), ("Aalborg", 30, 60), ("Hørsholm", 1, 50))


def cases(*counts: tuple[str, int, int], year: int = 2025) -> list[tuple[str, str, str, str, int]]:
    """Return so many cases of each place, of which so many are kept, all over the year."""
    return [
        (place, f"{year}-{number % 12 + 1:02}-03", "", str(number < kept).lower(), 1)
        for place, kept, total in counts
        for number in range(total)
    ]


def goal(**lines: Any) -> dict[str, Any]:
    """Return a goal on the share that is kept, without a target."""
    return {"indicator": '"roads.kept"', "between": None} | lines


def statuses(desk: Any, run: Any, name: str) -> dict[str, Any]:
    """Return target, status and cause of each unit in 2025."""
    found = {unit: desk.judged(run, name, unit).get("2025") for unit in ("Aarhus", "Odense", "Aalborg", "Hørsholm")}
    return {unit: judged[1:] for unit, judged in found.items() if judged}


def test_case_16_from_rows_to_a_status(desk: Any) -> None:
    """Aarhus has 74.0 and the others of its group, put together by their cases, 75.0."""
    desk.cases(*cases(*COUNTS))
    units = '["Aarhus", "Odense", "Aalborg"]'
    run = desk.run({"svar": goal(relative='{ to = "group" }', units=units)}, source=SOURCE)
    assert statuses(desk, run, "svar") == {
        "Aarhus": (75.0, "not_fulfilled", None),
        "Odense": (pytest.approx(100 * 67 / 110), "fulfilled", None),
        "Aalborg": (pytest.approx(100 * 127 / 150), "not_fulfilled", None),
    }


def test_the_others_are_measured_although_no_goal_judges_them(desk: Any) -> None:
    """One municipality's goal brings the observations of its whole group, and of nobody else."""
    desk.cases(*cases(*COUNTS))
    run = desk.run({"svar": goal(relative='{ to = "Storbykommuner" }', units='["Aarhus"]')}, source=SOURCE)
    assert statuses(desk, run, "svar") == {"Aarhus": (75.0, "not_fulfilled", None)}
    assert {"Aarhus", "Odense", "Aalborg"} <= set(run.observations["unit_name"])


def test_a_few_municipalities_cases_are_no_nation(desk: Any) -> None:
    """Four of 98 say nothing of the nation, though their cases add up to something that is called so."""
    desk.cases(*cases(*COUNTS))
    run = desk.run({"svar": goal(relative='{ to = "nation" }', units='["Aarhus"]')}, source=SOURCE)
    assert statuses(desk, run, "svar") == {"Aarhus": (None, "not_assessable", "no_data")}


def test_another_municipality_can_be_the_measure(desk: Any) -> None:
    """At least as much as Aalborg and ten points more."""
    desk.cases(*cases(*COUNTS))
    run = desk.run({"svar": goal(relative='{ to = "Aalborg", offset = 10 }', units='["Aarhus", "Aalborg"]')}, source=SOURCE)
    assert statuses(desk, run, "svar") == {"Aarhus": (60.0, "fulfilled", None)}


TOTALS = """[[sources.roads.totals]]
collector = "csv"
files = "totals.csv"
complete_until = 2025-12-31
"""


def totals(*rows: tuple[str, int, float]) -> str:
    """Return a file of published figures: place, year, value."""
    return "\n".join(["place;year;counted;value;people", *(f"{place};{year};;{value};10" for place, year, value in rows), ""])


def test_case_15_the_sources_own_national_row(desk: Any) -> None:
    """It is read as it was published; in the year that lacks it nothing can be judged."""
    desk.write("totals.csv", totals(("Aarhus", 2024, 3.6), ("Aarhus", 2025, 3.6), ("Danmark", 2025, 4.1)))
    run = desk.run({"svar": goal(indicator='"roads.share"', relative='{ to = "nation", offset = -0.5 }', units='["Aarhus"]')},
                   source=TOTALS)  # fmt: skip
    assert desk.judged(run, "svar") == {
        "2024": (3.6, None, "not_assessable", "no_data"),
        "2025": (3.6, pytest.approx(3.6), "fulfilled", None),
    }


def test_case_12_from_rows_to_a_status(desk: Any) -> None:
    """71.9 in 2023 and 1.5 more a year: 74.9 in 2025."""
    for value, status in ((74.5, "not_fulfilled"), (74.9, "fulfilled")):
        desk.write("totals.csv", totals(("Aarhus", 2023, 71.9), ("Aarhus", 2025, value)))
        run = desk.run({"svar": goal(indicator='"roads.share"', change="{ by = 1.5, since = 2023 }", units='["Aarhus"]')},
                       source=TOTALS)  # fmt: skip
        assert desk.judged(run, "svar")["2025"] == (value, pytest.approx(74.9), status, None)


def test_targets_stand_in_a_file(desk: Any) -> None:
    """One row a unit and period; a value holds until the next, and whoever is not in the file is promised nothing."""
    desk.write("totals.csv", totals(("Aarhus", 2024, 50), ("Aarhus", 2025, 50), ("Odense", 2025, 50), ("Vejle", 2025, 50)))
    desk.write("maal/tal.csv", "enhed;år;værdi\nAarhus;2024;49,5\nOdense;2025;50,5\n")
    run = desk.run({"svar": goal(indicator='"roads.share"', at_least='"maal/tal.csv"')}, source=TOTALS)
    assert desk.judged(run, "svar") == {"2024": (50.0, 49.5, "fulfilled", None), "2025": (50.0, 49.5, "fulfilled", None)}
    assert desk.judged(run, "svar", "Odense")["2025"] == (50.0, 50.5, "not_fulfilled", None)
    assert desk.judged(run, "svar", "Vejle") == {}


def test_a_whole_is_summed_up_and_stored_beside_its_units(desk: Any) -> None:
    """In the ledger it has no indicator, but the sector; it is written once, and again when it changes."""
    desk.cases(*cases(*COUNTS))
    goals = {"svar": goal(at_least=60, units='["Aarhus", "Odense", "Aalborg"]', summary="{ share = 60 }")}
    run = desk.run(goals, source=SOURCE)
    with Ledger.open(desk.folder / ".klaremal" / "ledger.db", read_only=True) as book:
        rows = book.fulfilments(sector="roads")
    (whole,) = rows[rows["indicator"].isna()].to_dict("records")
    assert {name: whole[name] for name in ("goal", "unit", "level", "period", "status", "n", "part", "sector")} == {
        "goal": "svar", "unit": "000", "level": "nation", "period": "2025", "status": "fulfilled", "n": 3.0, "part": 2.0,
        "sector": "roads",
    }  # fmt: skip
    assert run.appended.fulfilments == 4
    desk.cases(*cases(("Aarhus", 10, 50), *COUNTS[1:]))
    again = desk.run(goals, source=SOURCE)
    assert again.appended.fulfilments == 2
    assert desk.judged(again, "svar", "Danmark")["2025"] == (None, None, "not_fulfilled", None)


def test_something_to_be_done_runs_without_any_data(desk: Any) -> None:
    """Before, at and after its deadline; the ledger keeps what was said when."""
    goals = {"selv": {"done": '{ by = 2026-12-31, note = "Udbud" }', "between": None, "units": None}}
    found = []
    for today in (date(2026, 11, 22), date(2026, 12, 31), date(2027, 1, 1)):
        run = desk.run(goals, today=today)
        found.append((desk.judged(run, "selv", "Danmark")["2026"][2:], run.appended.fulfilments))
    assert found == [
        (("not_assessable", "not_yet_due"), 1),
        (("not_assessable", "not_yet_due"), 0),
        (("not_fulfilled", None), 1),
    ]


def test_something_to_be_done_is_chosen_as_any_goal(desk: Any) -> None:
    """By its id and its period; it is of no sector."""
    desk.cases(*cases(*COUNTS))
    goals = {"selv": {"done": "{ by = 2025-12-31 }", "between": None, "units": None}, "svar": goal(at_least=60)}
    chosen = {
        name: sorted(set(desk.run(goals, source=SOURCE, choice=choice).fulfilments["goal"]))
        for name, choice in (
            ("all", Choice()), ("goal", Choice(goals=("selv",))), ("sector", Choice(sectors=("roads",))),
            ("period", Choice(period="2025")),
        )
    }  # fmt: skip
    assert chosen == {"all": ["selv", "svar"], "goal": ["selv"], "sector": ["svar"], "period": ["selv", "svar"]}
