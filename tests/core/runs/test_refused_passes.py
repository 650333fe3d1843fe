"""A date by which no row counts: it is refused, and what is measured by another date of the same rows is not."""

from __future__ import annotations

from typing import Any

SOURCE = """[[sources.roads.totals]]
collector = "csv"
files = "totals.csv"
complete_until = 2025-12-31
"""
HEADER = "place;year;counted;value;people\n"
SHARE = {"indicator": '"roads.share"', "at_least": 50, "units": '["nation"]'}
PEOPLE = {"indicator": '"roads.people"', "units": '["Aarhus"]', "minimum_coverage": 0}


def test_only_what_is_measured_by_that_date_has_failed(desk: Any) -> None:
    """A published figure of the whole country stands; the mean over municipalities, of which there is none, does not."""
    desk.write("totals.csv", HEADER + "Danmark;2024;2024-12-31;60;100\nDanmark;2025;2025-12-31;40;200\n")
    found = desk.run({"share": SHARE, "people": PEOPLE}, source=SOURCE)
    assert desk.judged(found, "share", "Danmark") == {
        "2024": (60.0, 50.0, "fulfilled", None),
        "2025": (40.0, 50.0, "not_fulfilled", None),
    }
    assert {period: row[2:] for period, row in desk.judged(found, "people").items()} == {
        "2025": ("not_assessable", "source_failed")
    }
    message = 'roads.totals: not one of the 2 rows counts by counted: place: of another level than municipality: "Danmark".'
    assert [(each.dataset, each.cause, each.message) for each in found.gaps] == [("roads.totals", "source_failed", message)]
    assert found.failed
    assert [(each.dataset, each.rows) for each in found.provenance] == [("roads.totals", 2)]


def test_what_was_kept_of_a_refused_date_is_refused_again(desk: Any) -> None:
    """A second run on unchanged data scans nothing, and says the same."""
    desk.write("totals.csv", HEADER + "Danmark;2024;2024-12-31;60;100\n")
    first, second = (desk.run({"share": SHARE, "people": PEOPLE}, source=SOURCE) for _ in range(2))
    assert ((first.scanned, first.kept), (second.scanned, second.kept)) == ((2, 0), (0, 2))
    assert second.gaps == first.gaps
    assert second.fulfilments.equals(first.fulfilments)


def test_what_was_known_before_stands_when_a_date_is_refused(desk: Any) -> None:
    """Last time the municipality was there; today only the country is. The mean of 2025 stays what it was."""
    desk.write("totals.csv", HEADER + "Aarhus;2025;2025-12-31;70;30\n")
    first = desk.run({"share": SHARE, "people": PEOPLE}, source=SOURCE)
    assert (first.failed, desk.judged(first, "people")["2025"][0]) == (False, 30.0)
    desk.write("totals.csv", HEADER + "Danmark;2025;2025-12-31;61;100\n")
    second = desk.run({"share": SHARE, "people": PEOPLE}, source=SOURCE)
    stored = desk.stored("fulfilments", goal="people")
    assert (second.failed, stored) == (True, [("2025", 30.0, "fulfilled", None)])
    assert [row[1] for row in desk.stored("fulfilments", goal="share")] == [61.0]


def test_rows_without_the_other_date_are_no_failure(desk: Any) -> None:
    """Cases that are not closed yet count by the day they were opened; nothing was closed."""
    desk.cases(("Aarhus", "2025-01-03", "", "true", 3), ("Aarhus", "2025-02-03", "", "false", 4))
    goals = {"kept": {"indicator": '"roads.kept"', "at_least": 50}, "closed": {"indicator": '"roads.closed"'}}
    found = desk.run(goals)
    assert (found.failed, desk.judged(found, "kept")["2025"][0]) == (False, 50.0)


def test_several_contradicting_figures_do_not_refuse_the_others(desk: Any) -> None:
    """Two of three cells are given twice: those two are in doubt, and the third stands."""
    twice = "".join(f"Aarhus;{year};;{value};1\n" for year in (2022, 2023) for value in (60, 70))
    desk.write("totals.csv", f"{HEADER}{twice}Aarhus;2024;;80;1\n")
    goals = {name: {"indicator": f'"roads.{name}"', "at_least": 50, "units": '["Aarhus"]', "valid_from": "2022-01-01"}
             for name in ("share", "value")}  # fmt: skip
    found = desk.run(goals, source=SOURCE)
    assert not found.failed
    assert [desk.judged(found, name)["2024"][0] for name in goals] == [80.0, 80.0]
