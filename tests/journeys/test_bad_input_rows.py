"""Rows that cannot count, as `klaremal run` meets them: set aside, told with examples, and never good or lost in silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Spoil = Callable[[str, str, str], None]

APPEALS = "data/citizen_service/klagesager_2025.csv"
SURVEY = "data/eldercare/hjemmehjaelp.csv"
DATASET = "citizen_service.appeals"
# A decision that was upheld: without it 40 of 199 were changed.
ROW = "25-0007;08-01-2025;Aarhus;Stadfæstelse\n"
WITHOUT_IT = 100 * 40 / 199


def aside(said: Any) -> list[tuple[str, str, int]]:
    """Return what a run says was set aside: dataset, rule and number of rows."""
    return [(each["dataset"], each["rule"], each["rows"]) for each in json.loads(said.out)["set_aside"]]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            ROW.replace("Aarhus", "Atlantis"),
            'municipality: no unit is called "Atlantis". (Atlantis)',
        ),
        (
            ROW.replace("-2025", "-2027"),
            "decided_on lies in the future (after 2026-11-22), though it is a date of something that has happened. "
            "(case_id = 25-0007; decided_on = 2027-01-08)",
        ),
        (
            ROW.replace("08-01", "31-02"),
            "decided_on cannot be read as a date. (case_id = 25-0007; decided_on = 31-02-2025)",
        ),
        (
            ROW.replace("08-01-2025", ""),
            "decided_on is empty. (case_id = 25-0007; decided_on = (empty))",
        ),
        (
            ROW.replace("Stadfæstelse", "Stadfæst"),
            "outcome is none of stadfæstet, ændret, ophævet, hjemvist, afvist, bortfaldet. "
            'In klaremal.toml: values = { outcome = { "Stadfæst" = "stadfæstet" } } '
            "(case_id = 25-0007; outcome = Stadfæst)",
        ),
    ],
    ids=["unknown unit", "future", "no such day", "empty", "unknown value"],
)
def test_a_bad_row_is_set_aside_and_told(
    row: str, sentence: str, run: Run, check: Run, spoil: Spoil, stored: Run, workspace: Path
) -> None:
    """One of 200: it counts nowhere, the run and the check say which and why, and the others are judged."""
    spoil(APPEALS, ROW, row)
    said = run()
    assert said.code == 0
    assert f"Set aside\n  {DATASET}: 1 row: {sentence}\n" in said.out
    assert "40 of 199 appeals" in said.out
    assert stored(workspace)["omgjorte_klager", "2025"] == ("fulfilled", None, pytest.approx(WITHOUT_IT))
    checked = check()
    assert checked.code == 0
    assert f"  {DATASET}: 1 row: {sentence}\n" in checked.out
    assert "All data keeps its contract." not in checked.out


def test_a_unit_that_is_almost_known_has_a_nearest_name(run: Run, spoil: Spoil) -> None:
    """A slip in a name is said with the name that was probably meant; nothing is placed by guessing."""
    spoil(APPEALS, ROW, ROW.replace("Aarhus", "Aarhuus"))
    said = run()
    assert 'no unit is called "Aarhuus" (did you mean "Aarhus"?). (Aarhuus)' in said.out
    assert "40 of 199 appeals" in said.out


def test_what_was_set_aside_is_told_again_although_nothing_is_read_again(run: Run, spoil: Spoil) -> None:
    """A second run on the same data scans nothing, and the row that counts nowhere is not forgotten."""
    spoil(APPEALS, ROW, ROW.replace("08-01", "31-02"))
    first, second = run("--format", "json"), run("--format", "json")
    assert aside(first) == aside(second) == [(DATASET, "unreadable_decided_on", 1)]
    assert (json.loads(second.out)["scanned"], json.loads(second.out)["reused"]) == (0, 2)


def test_one_key_with_two_contents_counts_neither(run: Run, stored: Run, workspace: Path) -> None:
    """Nothing says which of the two holds, so both are set aside with their key."""
    with (workspace / APPEALS).open("a", encoding="utf-8") as file:
        file.write("25-0007;08-02-2025;Aarhus;Ændring\n")
    said = run()
    assert said.code == 0
    assert (
        f"  {DATASET}: 2 rows: the same case_id stands in several rows with different content, and nothing says which one "
        "holds. (case_id = 25-0007; decided_on = 2025-01-08 / 2025-02-08; outcome = stadfæstet / ændret)\n"
    ) in said.out
    assert stored(workspace)["omgjorte_klager", "2025"] == ("fulfilled", None, pytest.approx(WITHOUT_IT))


def test_a_row_that_stands_twice_counts_once(run: Run, stored: Run, workspace: Path) -> None:
    """A copy is no mistake in the data, and it is told all the same."""
    with (workspace / APPEALS).open("a", encoding="utf-8") as file:
        file.write(ROW)
    said = run("--format", "json")
    assert (said.code, aside(said)) == (0, [])
    assert [each for each in json.loads(said.out)["warnings"] if "copies" in each or "copy" in each] != []
    assert stored(workspace)["omgjorte_klager", "2025"] == ("fulfilled", None, 20.0)


def test_more_than_the_contract_allows_and_none_is_used(run: Run, stored: Run, workspace: Path) -> None:
    """Three of 200 are more than one in a hundred: the dataset is refused with the reasons, and the goal is not judged."""
    text = (workspace / APPEALS).read_text("utf-8")
    for number in (6, 7, 8):
        text = text.replace(f"25-000{number};0", f"25-000{number};9")
    (workspace / APPEALS).write_text(text, "utf-8")
    said = run()
    assert said.code == 1
    assert (
        "3 of 200 rows (1.5 %) break the contract, and it allows 1 %. None are used, because the figures would not be true. "
        "3 rows: decided_on cannot be read as a date. For example case_id = 25-0006; decided_on = 97-01-2025"
    ) in said.out
    assert "Correct the source, or tell how it is written: columns, values, missing, decimal, dates." in said.out
    assert stored(workspace)["omgjorte_klager", "2025"] == ("not_assessable", "source_failed", None)


def test_units_that_are_all_unknown_leave_the_goal_unjudged(run: Run, check: Run, stored: Run, workspace: Path) -> None:
    """A file of somebody else's cases gives no status at all, least of all a good one, and all of its rows are told."""
    text = (workspace / APPEALS).read_text("utf-8")
    (workspace / APPEALS).write_text(text.replace(";Aarhus;", ";Atlantis;"), "utf-8")
    said = run("--format", "json")
    assert aside(said) == [(DATASET, "unknown_unit", 200)]
    assert {status for (goal, _), (status, *_) in stored(workspace).items() if goal == "omgjorte_klager"} <= {"not_assessable"}
    checked = check()
    assert f"{DATASET}: 200 rows: " in checked.out
    assert "All data keeps its contract." not in checked.out


def test_rows_of_another_level_are_not_counted_as_ones_own(
    run: Run, check: Run, spoil: Spoil, stored: Run, workspace: Path
) -> None:
    """The national and the regional row of a published table are set aside; the municipality's own figure is judged."""
    rows = (
        "Kommune;År;Andel tilfredse;Antal svar",
        "Aarhus;2025;85,5;421",
        "Region Midtjylland;2025;99,0;2000",
        "DK;2025;98,0;900",
    )
    (workspace / SURVEY).write_text("\n".join(rows), "utf-8")
    spoil("klaremal.toml", 'columns        = { year = "Undersøgelsesår" }', "")
    said = run("--format", "json")
    assert (said.code, aside(said)) == (0, [("eldercare.home_help_survey", "other_level", 2)])
    assert 'of another level than municipality: "DK", "Region Midtjylland"' in said.out.replace('\\"', '"')
    assert stored(workspace)["hjemmehjaelp_tilfredshed", "2025"] == ("not_fulfilled", None, 85.5)
    assert "eldercare.home_help_survey: 2 rows: " in check().out


def test_a_marker_of_ones_own_is_a_cause_and_an_unknown_one_is_a_bad_row(
    run: Run, spoil: Spoil, stored: Run, workspace: Path
) -> None:
    """ "ikke målt" is known to the workspace; a dash that nobody explained is no figure and no zero."""
    spoil(SURVEY, "2023;86,5;398", "2023;?;398")
    said = run()
    assert said.code == 1
    assert "1 of 5 rows (20.0 %) break the contract" in said.out
    assert "satisfied cannot be read as a number. For example municipality = (empty); year = 2023; satisfied = ?" in said.out
    spoil("klaremal.toml", '"ikke målt" = "not_measured"', '"ikke målt" = "not_measured", "?" = "no_data"')
    assert run().code == 0
    assert stored(workspace)["hjemmehjaelp_tilfredshed", "2022"][:2] == ("not_assessable", "not_measured")
    assert stored(workspace)["hjemmehjaelp_tilfredshed", "2023"][:2] == ("not_assessable", "no_data")


def test_a_source_without_one_known_unit_is_a_failure_and_no_quiet_year(run: Run, stored: Run, workspace: Path) -> None:
    """Every row set aside means that something is wrong with the source: exit code 1, and never "no cases"."""
    path = workspace / APPEALS
    path.write_text(path.read_text("utf-8").replace("Aarhus", "Andeby"), "utf-8")
    said = run()
    assert said.code == 1
    assert "not one of the 200 rows counts" in said.out
    assert {cause for (goal, _), (_, cause, _) in stored(workspace).items() if goal == "omgjorte_klager"} == {"source_failed"}
