"""Revisions by few persons over whole runs: held, said where a status waits for one, and released once by a decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from klaremal.bind.workspace import bind
from klaremal.errors import WorkspaceError
from klaremal.ledger import Ledger
from klaremal.run import Run
from klaremal.workspace.folder import read

SOURCE = '[[sources.roads.cases]]\ncollector = "csv"\nfiles = "cases.csv"\n'
RELEASE = """
[[release]]
indicator = "roads.told"
unit = "Aarhus"
period = "2025"
by = "Databeskyttelsesrådgiveren"
date = 2026-11-20
reason = "Borgeren har selv omtalt sagen."
"""
GOALS = {"kept": {"indicator": '"roads.told"', "at_least": 90, "frequency": '"year"', "units": '"Aarhus"'}}


def run(desk: Any, kept: int, n: int, source: str = SOURCE, **more: Any) -> Run:
    """Run with so many cases of 2025 in Aarhus, so many of them kept."""
    rows = [
        ("Aarhus", f"2025-{number % 12 + 1:02}-10", "2026-01-01", "true" if number < kept else "false", 1)
        for number in range(n)
    ]
    desk.cases(*rows)
    found: Run = desk.run(GOALS | more, source=source)
    return found


def judged(found: Run) -> tuple[float, str]:
    """The number of persons and the status of the one goal."""
    (row,) = found.fulfilments.to_dict("records")
    return row["n"], row["status"]


def test_a_held_revision_that_would_change_a_status_is_said_with_its_cure(desk: Any) -> None:
    """45 of 50 is fulfilled and out; 45 of 51 is 88.2 % and not: nothing changes, and the run says what waits."""
    assert judged(run(desk, 45, 50)) == (50, "fulfilled")
    later = run(desk, 45, 51)
    assert judged(later) == (50, "fulfilled")
    (warning,) = [each for each in later.warnings if "held back" in str(each)]
    assert "roads.told" in str(warning)
    assert "Aarhus, 2025" in str(warning)
    assert '[[release]] with indicator = "roads.told", unit = "751", period = "2025", by, date and reason.' in str(warning)


def test_a_held_revision_that_changes_no_status_is_not_said(desk: Any) -> None:
    """46 of 50 and 47 of 51 are both fulfilled."""
    run(desk, 45, 50)
    later = run(desk, 46, 51)
    assert judged(later) == (50, "fulfilled")
    assert [each for each in later.warnings if "held back" in str(each)] == []
    assert [(each.reason, each.cells) for each in later.hidden] == [("version", 1)]


def test_a_decision_releases_one_revision_and_is_kept(desk: Any) -> None:
    """45 of 51 is published then; of one more, 45 of 52, nobody has decided."""
    run(desk, 45, 50)
    released = run(desk, 45, 51, SOURCE + RELEASE)
    assert judged(released) == (51, "not_fulfilled")
    assert released.hidden == ()
    kept = {
        "indicator": "roads.told",
        "unit": "751",
        "period": "2025",
        "breakdown": "",
        "decided_by": "Databeskyttelsesrådgiveren",
        "decided_on": "2026-11-20",
        "reason": "Borgeren har selv omtalt sagen.",
    }
    assert released.released == (kept,)
    later = run(desk, 45, 52, SOURCE + RELEASE)
    assert (judged(later), later.released) == ((51, "not_fulfilled"), ())
    again = RELEASE.replace("2026-11-20", "2026-11-21")
    assert judged(run(desk, 45, 52, SOURCE + RELEASE + again)) == (52, "not_fulfilled")
    with Ledger.open(desk.folder / ".klaremal" / "ledger.db") as ledger:
        stored = ledger.releases().to_dict("records")
    assert stored == [{"run": 2, **kept}, {"run": 4, **kept, "decided_on": "2026-11-21"}]


def test_a_release_of_what_is_not_held_is_not_spent(desk: Any) -> None:
    """It waits for the revision."""
    assert run(desk, 45, 50, SOURCE + RELEASE).released == ()
    assert judged(run(desk, 45, 51, SOURCE + RELEASE)) == (51, "not_fulfilled")


@pytest.mark.parametrize(
    ("block", "path", "said"),
    [
        (RELEASE.replace("roads.told", "roads.tol"), "release.indicator", 'Did you mean "roads.told"?'),
        (RELEASE.replace("roads.told", "roads.share"), "release.indicator", "hides no small numbers"),
        (RELEASE.replace("Aarhus", "Arhus"), "release.unit", "Aarhus"),
        (RELEASE.replace('"2025"', '"2025X"'), "release.period", "2025X"),
        (RELEASE.replace("by =", "buy ="), "release", '"by"'),
        (RELEASE + 'breakdown = "kind=a"\n', "release.breakdown", "not broken down by kind"),
        (RELEASE.replace("2026-11-20", '"20.11.2026"'), "release.date", "2026-11-20"),
    ],
    ids=[
        "an unknown indicator",
        "a published one",
        "an unknown unit",
        "no period",
        "a misspelt key",
        "no breakdown",
        "a Danish date",
    ],
)
def test_a_wrong_release_stops_the_run_and_says_how_to_mend_it(desk: Any, block: str, path: str, said: str) -> None:
    """With its place in the file."""
    assert any(path in each and said in each for each in faults(desk, SOURCE + block)), list(faults(desk, SOURCE + block))


def faults(desk: Any, source: str) -> Iterator[str]:
    """The faults of a workspace with these lines."""
    with pytest.raises(WorkspaceError) as raised:
        desk.ready(GOALS, source=source)
    return (str(each) for each in raised.value.faults)


def test_one_indicator_has_one_kind_of_year(desk: Any) -> None:
    """By calendar and by school year at once small numbers could be computed; one after the other is no contradiction."""
    by_school = {"indicator": '"roads.told"', "at_least": 90, "frequency": '"school_year"', "units": '"Aarhus"'}
    with pytest.raises(WorkspaceError) as raised:
        desk.ready(GOALS | {"school": by_school})
    (found,) = raised.value.faults
    assert "judged by the school_year here and by the year in kept" in str(found)
    free = {name: {**each, "indicator": '"roads.kept"'} for name, each in (GOALS | {"school": by_school}).items()}
    desk.ready(free)
    workspace, _ = read(desk.folder)
    assert bind(workspace, desk.registry).goals
