"""The place guarantee, the first choice and the wait, from small waiting lists with every edge to figures by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from klaremal.run import Run, run

# A child of 2025-01-01 is 26 weeks old on 2025-07-02 and 30 weeks on 2025-07-30; the data reach to 2025-12-31.
# Behind the bar: the day on which a place is due, and what becomes of the case. One municipality for each child.
CASES = """
101; 2025-01-01; 2025-02-01; ny; ; ; ; ; 2025-05-01; 2025-07-30; ; | 2025-07-30 kept: on the last day
147; 2025-01-01; 2025-02-01; ny; ; ; ; ; 2025-05-01; 2025-07-31; ; | 2025-07-30 late: offered early, but from a day later
151; 2025-01-01; 2025-02-01; ny; ; ; ; ; 2025-08-04; 2025-07-30; ; | 2025-07-30 late: offered afterwards
153; 2025-01-01; 2025-02-01; ny; ; ; ; ; 2025-05-01; ; ; | 2025-07-30 late: nobody knows from when
155; 2024-01-01; 2025-03-03; ny; ; ; ; ; 2025-03-03; 2025-03-03; ; | 2025-06-03 kept: on the day of the application
157; 2024-01-01; 2025-03-03; ny; ; ; ; ; 2025-04-01; 2025-06-03; ; | 2025-06-03 kept: three months to the day
159; 2024-01-01; 2025-03-03; ny; ; ; ; ; 2025-04-01; 2025-06-04; ; | 2025-06-03 late: three months and a day
161; 2024-01-01; 2024-11-30; ny; ; ; ; ; 2025-02-01; 2025-02-28; ; | 2025-02-28 kept: three months end with February
163; 2025-01-01; 2025-02-01; ny; 2025-10-01; ; ; ; 2025-07-01; 2025-10-01; ; | 2025-10-01 kept: wished for then
165; 2025-01-01; 2025-02-01; ny; 2025-10-01; ; ; ; 2025-07-01; 2025-10-02; ; | 2025-10-01 late: a day after the wish
167; 2025-01-01; 2025-02-01; ny; 2025-07-02; ; ; ; 2025-05-01; 2025-07-30; ; | 2025-07-30 kept: four weeks after the 26
169; 2025-01-01; 2025-02-01; ny; ; 2025-07-10; ; ; 2025-05-01; 2025-07-11; ; | 2025-07-10 late: promised for earlier
173; 2025-01-01; 2025-02-01; ny; ; 2025-09-01; ; ; 2025-05-01; 2025-09-01; ; | 2025-07-30 late: the law allows no later promise
175; 2025-01-01; 2025-02-01; ny; ; ; 2025-07-30; 2025-09-01; 2025-07-01; 2025-09-01; ; | 2025-09-01 kept: asked to wait in time
183; 2025-01-01; 2025-02-01; ny; ; ; 2025-07-31; 2025-09-01; 2025-08-01; 2025-09-01; ; | 2025-07-30 late: asked when it was late
185; 2025-01-01; 2025-02-01; ny; ; ; ; 2025-09-01; 2025-08-01; 2025-09-01; ; | 2025-07-30 late: asked nobody knows when
187; 2025-01-01; 2025-02-01; ny; ; ; 2025-06-01; 2025-07-05; 2025-05-01; 2025-07-30; ; | 2025-07-30 kept: never earlier
190; 2025-01-01; 2025-02-01; ny; ; ; ; ; 2025-05-01; 2025-07-01; afslået; | 2025-07-30 kept: it was theirs to refuse
190; 2025-01-01; 2025-02-01; ny; ; ; ; ; 2025-08-15; 2025-09-15; accepteret; | the second offer of the same child
201; 2025-01-01; 2025-02-01; ny; ; ; ; ; ; ; ; 2025-07-30 | 2025-07-30 out: left on the last day
210; 2025-01-01; 2025-02-01; ny; ; ; ; ; ; ; ; 2025-07-31 | 2025-07-30 late: left too late
217; 2025-01-01; 2025-02-01; ny; ; ; ; ; 2025-05-01; 2025-07-01; ; 2025-07-15 | 2025-07-30 kept: left with a place
219; 2025-01-01; 2025-02-01; ny; ; ; ; ; ; ; ; | 2025-07-30 late: waits still
223; 2025-03-01; 2025-05-01; ny; ; ; ; ; 2025-12-01; 2026-02-01; ; | 2025-09-27 late: a place that lies ahead
230; 2025-06-04; 2025-07-01; ny; ; ; ; ; ; ; ; | 2025-12-31 late: due on the last day of the data
240; 2025-06-05; 2025-07-01; ny; ; ; ; ; 2025-12-01; 2025-12-15; ; | 2026-01-01 not yet: due on the day after
250; 2024-01-01; 2025-03-03; flytning; ; ; ; ; 2025-12-01; 2025-12-15; ; | 2025-06-03 out: moves from a place
"""
HEAD = (
    "child_id;birth_date;applied_date;application_type;wished_date;guarantee_date;postponed_on;postponed_to;offer_date;"
    "offer_start;offer_response;withdrawn_date;municipality"
)
# Of each child: its municipality, the month in which its place is due, and what becomes of it.
SAID = [
    (line[:3], said[:7].replace("-", "M"), said[11:])
    for line, said in (line.split("| ") for line in CASES.strip().splitlines())
    if said.startswith("2")
]
VALUES = {"kept": 100.0, "late": 0.0}

WORKSPACE = """
plugins = ["childcare"]

[organisation]
name = "Danmark"
unit = "000"

[units]
set = "dk"

[sources.childcare.waiting_list]
collector      = "csv"
files          = "list.csv"
complete_until = 2025-12-31

[indicators."childcare.place_guarantee"]
minimum_count = 1
reason        = "Én sag pr. kommune."
"""
GOAL = """
[goal.garanti]
title      = "Garanti"
promise    = "Garanti"
indicator  = "childcare.place_guarantee"
at_least   = 100
frequency  = "month"
units      = "municipality"
valid_from = 2025-01-01
decision   = { body = "Eksempel", date = 2024-12-31 }
"""
GUARANTEE = "childcare.place_guarantee"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the cases once, each child in a municipality of its own."""
    folder = tmp_path_factory.mktemp("places")
    lines = [line.split("|")[0].strip() for line in CASES.strip().splitlines()]
    rows = [";".join(cell.strip() for cell in f"{line}; {line[:3]}".split(";")) for line in lines]
    (folder / "list.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    (folder / "klaremal.toml").write_text(WORKSPACE, encoding="utf-8")
    (folder / "goals").mkdir()
    (folder / "goals" / "goals.toml").write_text(GOAL, encoding="utf-8")
    return run(folder, today=date(2026, 11, 22))


@pytest.mark.parametrize(("unit", "month", "became"), SAID, ids=[became for _, _, became in SAID])
def test_a_place_is_due_on_its_day(found: Run, unit: str, month: str, became: str) -> None:
    """A case counts in the month of the day beside it and is kept or late; one that is out or ahead has no figure."""
    rows = found.observations[(found.observations["indicator"] == GUARANTEE) & (found.observations["unit"] == unit)]
    rows = rows[rows["value"].notna() & rows["period"].str.contains("M")]
    expected = [[month, VALUES[became.split(":")[0]], 1.0]] if became[:4] in VALUES else []
    assert rows[["period", "value", "n"]].to_numpy().tolist() == expected


def test_no_row_of_the_list_is_set_aside(found: Run) -> None:
    """Every row keeps its contract, and so does every deadline that is made of it."""
    assert (found.set_aside, found.gaps, found.failed) == ((), (), False)


def test_who_waits_too_long_stands_beside_the_figure(found: Run) -> None:
    """Three still wait on the last day, and one has a place that lies ahead; 219 has waited since 1 February."""
    rows = found.observations[found.observations["indicator"] == f"{GUARANTEE}.open_overdue"]
    assert sorted(rows[rows["value"] > 0]["unit"]) == ["153", "219", "223", "230"]
    ages = found.observations[found.observations["indicator"] == f"{GUARANTEE}.oldest_open"]
    assert ages[ages["unit"] == "219"]["value"].tolist() == [333.0]


def test_the_law_judges_the_year_without_a_goal_of_the_council(found: Run) -> None:
    """Every child or none: a municipality with a late one does not keep the law."""
    rows = found.fulfilments[(found.fulfilments["goal"] == GUARANTEE) & (found.fulfilments["period"] == "2025")]
    status = dict(zip(rows["unit"], rows["status"], strict=True))
    assert (status["101"], status["147"], status["201"]) == ("fulfilled", "not_fulfilled", "not_assessable")


# a and b get their first choice, c another one; d gets it at the second offer, e moves, f has no wish, g has not answered
# and h took two places, of which the first one counts. n asked to wait on the day wished for, o when the wait had begun.
PLACES = """
child_id,birth_date,applied_date,application_type,wished_date,wished_institution,offer_date,offer_institution,offer_start,offer_response,postponed_on,postponed_to
a, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Elmen,  2025-02-01, accepteret, ,
b, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Elmen,  2025-01-20, accepteret, ,
c, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Birken, 2025-02-11, accepteret, ,
d, 2024-01-01, 2024-06-01, ny,       2025-02-01, Birken, 2025-01-10, Elmen,  2025-02-01, afslået, ,
d, 2024-01-01, 2024-06-01, ny,       2025-02-01, Birken, 2025-02-20, Birken, 2025-03-03, accepteret, ,
e, 2023-01-01, 2024-06-01, flytning, 2025-02-01, Elmen,  2025-01-10, Elmen,  2025-06-01, accepteret, ,
f, 2024-01-01, 2024-06-01, ny,       2025-02-01, ,       2025-01-10, Birken, 2025-02-03, accepteret, ,
g, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Elmen,  2025-02-01,, ,
h, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Birken, 2025-02-06, accepteret, ,
h, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-03-10, Elmen,  2025-04-01, accepteret, ,
i, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Elmen,  2025-02-01, accepteret, ,
j, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Elmen,  2025-02-01, accepteret, ,
k, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Birken, 2025-02-01, accepteret, ,
l, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Birken, 2025-02-01, accepteret, ,
m, 2024-01-01, 2024-06-01, ny,       2025-02-01, Elmen,  2025-01-10, Birken, 2025-02-01, accepteret, ,
n, 2024-01-01, 2024-06-01, ny,       2025-02-01, ,       2025-01-10, Birken, 2025-03-01, accepteret, 2025-02-01, 2025-03-01
o, 2024-01-01, 2024-06-01, ny,       2025-02-01, ,       2025-01-10, Birken, 2025-03-01, accepteret, 2025-02-02, 2025-03-01
"""
TARGETS = {
    "childcare.first_choice": "at_least = 80",
    "childcare.waiting_days": "at_most = 10",
    "childcare.waiting_days_median": "at_most = 10",
}


@pytest.fixture(scope="module")
def placed(measured: Callable[..., Run]) -> Run:
    """Run the places once."""
    return measured({"childcare.waiting_list": PLACES}, TARGETS)


def test_the_first_choice_is_that_of_the_first_place(placed: Run, figure: Callable[..., Any]) -> None:
    """a, b, d, i and j of a, b, c, d, h, i, j, k, l and m: five of ten."""
    assert figure(placed, "childcare.first_choice") == (50.0, 10.0, None)


def test_the_wait_is_from_the_wish_to_the_place(placed: Run, figure: Callable[..., Any]) -> None:
    """10 (c), 30 (d), 2 (f), 5 (h), 28 (o) and eight times 0, one (b) ahead of time, one (n) as asked: 75 / 13, middle 0."""
    assert figure(placed, "childcare.waiting_days") == (pytest.approx(75 / 13, abs=1e-6), 13.0, None)
    assert figure(placed, "childcare.waiting_days_median") == (0.0, 13.0, None)
