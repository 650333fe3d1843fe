"""One unit, or one period, in two spellings of a key: rows that stand twice are found however they are written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from klaremal.run import Run, run

SETTINGS = """plugins = ["own.toml"]
organisation = { name = "Aarhus Kommune", unit = "751" }
[sources.own.visits]
collector = "csv"
files = "visits.csv"
complete_until = 2025-03-31
[sources.klaremal.population]
collector = "csv"
files = "people.csv"
complete_until = 2025-03-31
"""
OWN = """title = "Biblioteker"
[dataset.visits]
title = "Besøg"
grain = "en række pr. måned og bibliotek"
dated_by = "month"
frequency = "month"
level = "municipality"
placed_in = "town"
key = ["month", "town", "library"]
columns = { month = "period", library = "string", town = "string", visits = "integer" }
[indicator.total]
title = "Besøg"
dataset = "own.visits"
measure = "total"
of = "visits"
measured_in = "number"
direction = "higher"
frequency = "quarter"
[indicator.rate]
title = "Besøg pr. 1.000"
dataset = "own.visits"
measure = "rate"
events = "visits"
per = { of = "persons", dataset = "klaremal.population" }
measured_in = "per_1000"
direction = "higher"
frequency = "quarter"
"""
GOALS = """[defaults]
valid_from = 2025-01-01
decision = { body = "Byrådet", date = 2024-12-01 }
[goal.total]
title = "Besøg"
promise = "Mindst 700 besøg."
indicator = "own.total"
at_least = 700
[goal.rate]
title = "Besøg pr. 1.000"
promise = "Mindst 80 pr. 1.000."
indicator = "own.rate"
at_least = 80
"""
VISITS = "month;library;town;visits\n" + "".join(f"2025-{month:02};main;751;200\n" for month in (1, 2, 3))
PEOPLE = "Statusdato;Kommune;Køn;Alder;Antal\n01-01-2025;Aarhus;K;40;3000\n01-01-2025;Aarhus;M;40;3000\n"


def of(folder: Path, visits: str = "", people: str = "", settings: str = SETTINGS, before: str = PEOPLE) -> Run:
    """Run a workspace whose files have these rows besides."""
    files = {"klaremal.toml": settings, "own.toml": OWN, "goals/goals.toml": GOALS}
    files |= {"visits.csv": VISITS + visits, "people.csv": before + people}
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return run(folder, today=date(2025, 6, 1))


def values(found: Run) -> dict[str, float]:
    """Return the value of the first quarter by goal."""
    rows = found.fulfilments[found.fulfilments["period"] == "2025K1"]
    return dict(zip(rows["goal"].astype(str), rows["value"], strict=True))


@pytest.mark.parametrize(
    ("visits", "people"),
    [
        ("2025-03;main;Aarhus;200\n", ""),
        ("2025-03;main;Århus Kommune;200\n2025-03;main;Aarhus;200\n", ""),
        ("2025-03;main;;200\n", ""),
        ("2025M03;main;751;200\n", ""),
        ("", "01-01-2025;751;K;40;3000\n01-01-2025;Århus Kommune;M;40;3000\n"),
    ],
    ids=["a name", "two names", "nobody's, and so the own", "a period", "people"],
)
def test_a_copy_in_another_spelling_counts_once(tmp_path: Path, visits: str, people: str) -> None:
    """600 visits of 6,000 people, and not 800, or 6,000 visits of 12,000."""
    found = of(tmp_path, visits, people)
    assert values(found) == {"total": 600, "rate": 100}
    dataset = "own.visits" if visits else "klaremal.population"
    assert any(each.what.startswith(f"{dataset}: ") and "copies of others" in each.what for each in found.warnings)


def test_two_figures_for_one_key_are_none(tmp_path: Path) -> None:
    """Nobody knows whether 200 or 210 came in March."""
    (gap,) = of(tmp_path, "2025M03;main;Aarhus;210\n").gaps
    assert gap.dataset == "own.visits"
    assert "2 of 4 rows" in gap.message
    assert "the same month, town, library stands in several rows with different content" in gap.message


def test_what_is_another_library_or_town_stays(tmp_path: Path) -> None:
    """Only what means the same is the same."""
    assert values(of(tmp_path, "2025-03;branch;Aarhus;50\n2025-03;main;Randers;70\n"))["total"] == 650


@pytest.mark.parametrize("word", ["I alt", "Total", "alle"])
def test_all_of_them_in_another_word_than_the_contracts_are_refused(tmp_path: Path, word: str) -> None:
    """6,000 people are 3,000 and 3,000: beside their sum they would be 12,000, and every rate half of what it is."""
    (gap,) = of(tmp_path, people=f"01-01-2025;Aarhus;{word};40;6000\n").gaps
    assert gap.dataset == "klaremal.population"
    assert f'sex: "{word}" means all of them' in gap.message
    assert f'In klaremal.toml: values = {{ sex = {{ "{word}" = "all" }} }}' in gap.message


def test_the_line_that_is_told_makes_it_the_total(tmp_path: Path) -> None:
    """Pasted into the source's section, it counts the sum once."""
    settings = f'{SETTINGS}values = {{ sex = {{ "I alt" = "all" }} }}\n'
    assert values(of(tmp_path, people="01-01-2025;Aarhus;I alt;40;6000\n", settings=settings)) == {"total": 600, "rate": 100}


def test_all_of_them_without_any_part_are_all(tmp_path: Path) -> None:
    """A file of sums alone counts nothing twice."""
    header = PEOPLE.partition("\n")[0]
    found = of(tmp_path, people="01-01-2025;Aarhus;I alt;40;6000\n", before=f"{header}\n")
    assert values(found) == {"total": 600, "rate": 100}
