"""Goals of which nothing can be judged yet: the report says which data it waits for."""

from __future__ import annotations

from pathlib import Path

import pytest

from klaremal.cli.main import main

OWN = """title = "Biblioteker"
[dataset.loans]
title = "Lån"
grain = "en række pr. lån"
dated_by = "due"
columns = { due = "date", returned = "date" }
[indicator.on_time]
title = "Afleveret til tiden"
dataset = "own.loans"
measure = "share"
condition = "coalesce(returned <= due, false)"
measured_in = "percent"
direction = "higher"
frequency = "month"
"""
GOAL = """[goal.loans]
title = "Afleveret til tiden"
promise = "Mindst 90 procent."
indicator = "own.on_time"
at_least = 90
valid_from = {first}
decision = {{ body = "Byrådet", date = 2024-12-01 }}
"""
SETTINGS = """plugins = ["own.toml"]
organisation = { name = "Aarhus Kommune", unit = "751" }
"""
SOURCE = """[[sources.own.loans]]
collector = "csv"
files = "loans.csv"
{until}
"""
MARCH, NOBODY = "complete_until = 2025-03-31", ""


@pytest.mark.parametrize(
    ("sources", "first", "lang", "said"),
    [
        ([NOBODY], "2025-01-01", "da", "ingen ved, hvor langt own.loans rækker: skriv complete_until"),
        ([NOBODY], "2025-01-01", "en", "nobody knows how far own.loans reaches: write complete_until"),
        ([MARCH, NOBODY], "2025-01-01", "nb", "ingen vet hvor langt own.loans rekker: skriv complete_until"),
        ([MARCH], "2025-03-02", "en", "in force from 2 March 2025"),
        ([MARCH, "complete_until = 2025-02-28"], "2025-03-01", "en", "in force from 1 March 2025"),
    ],
    ids=["da", "en", "one of two sources", "ahead of the data", "ahead of one of two sources"],
)
def test_it_is_said_what_a_goal_waits_for(
    sources: list[str], first: str, lang: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether nobody knows how far the data reaches, or it ends before the goal begins."""
    files = {
        "klaremal.toml": SETTINGS + "".join(SOURCE.format(until=each) for each in sources),
        "own.toml": OWN,
        "goals/goals.toml": GOAL.format(first=first),
        "loans.csv": "due;returned\n" + "2025-03-10;2025-03-09\n" * 9,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert main(["run", str(tmp_path), "--today", "2025-06-01", "--lang", lang]) == 0
    assert f": loans ({said})" in " ".join(capsys.readouterr().out.split())
