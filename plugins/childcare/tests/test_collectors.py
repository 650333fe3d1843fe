"""The preset for uddannelsesstatistik.dk: its query on a real engine, and an answer of the statistics as a source."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import duckdb
import pytest

from klaremal.run import Run, run
from klaremal_childcare.collectors import STIL

MUNICIPALITY, OFFER, YEAR = "[Kommune].[Navn].[Navn]", "[Pasningstilbud].[Pasningstilbud].[Pasningstilbud]", "[År].[År].[År]"
OLD, NEW = "Normering kommune til og med 2022", "Normering kommune fra 2023"

# What the statistics answer: all text, one column per method, the other one empty; 0 where there is no such offer.
ANSWER = [
    ("Aarhus", "0-2 år", "2022", "3,2", ""),
    ("Aarhus", "0-2 år", "2023", "", "3,1"),
    ("Aarhus", "3-5 år", "2023", "", "5,9"),
    ("Aarhus", "Dagpleje", "2023", "", "3"),
    ("Samsø", "0-2 år", "2022", "0", ""),
    ("Samsø", "0-2 år", "2023", "", "0"),
    ("Samsø", "3-5 år", "2023", "", "6,1"),
]

WORKSPACE = """
plugins = ["childcare"]

[organisation]
name = "Danmark"
unit = "000"

[units]
set = "dk"

[sources.childcare.staffing]
collector      = "childcare.stil"
files          = "answer.json"
complete_until = 2023-12-31
"""

GOALS = """
[defaults]
valid_from = 2022-01-01
units      = "municipality"
decision   = { body = "Eksempel", date = 2021-12-09 }

[goal.vuggestue]
title     = "Voksne nok"
promise   = "Der er højst 3,1 børn pr. voksen."
indicator = "childcare.staffing_0_2"
at_most   = 3.1

[goal.boernehave]
title     = "Voksne nok"
promise   = "Der er højst 6 børn pr. voksen."
indicator = "childcare.staffing_3_5"
at_most   = 6.0
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a workspace on the answer."""
    folder = tmp_path_factory.mktemp("stil")
    answer = [dict(zip((MUNICIPALITY, OFFER, YEAR, OLD, NEW), row, strict=True)) for row in ANSWER]
    (folder / "answer.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    (folder / "klaremal.toml").write_text(WORKSPACE, encoding="utf-8")
    (folder / "goals").mkdir()
    (folder / "goals" / "goals.toml").write_text(GOALS, encoding="utf-8")
    return run(folder, today=date(2024, 3, 1))


def status(found: Run, goal: str, unit: str) -> dict[str, tuple[Any, ...]]:
    """Return value, status and cause of a goal by period; None where there is no value."""
    rows = found.fulfilments[(found.fulfilments["goal"] == goal) & (found.fulfilments["unit"] == unit)].astype(object)
    rows = rows.where(rows.notna(), None)
    return {row.period: (row.value, row.status, row.cause) for row in rows.itertuples()}


def test_the_query_takes_the_column_of_the_method_in_force() -> None:
    """Up to 2022 the old method's column holds the figure, from 2023 the new one's."""
    query = dict(STIL.defaults)["sql"]
    with duckdb.connect() as engine:
        names = ", ".join(f'"{name}" varchar' for name in (MUNICIPALITY, OFFER, YEAR, OLD, NEW))
        engine.execute(f"create table source ({names})")
        engine.executemany("insert into source values (?, ?, ?, ?, ?)", ANSWER)
        rows = engine.execute(query).fetchall()
    assert rows == [
        ("Aarhus", "0-2 år", "2022", "3,2"),
        ("Aarhus", "0-2 år", "2023", "3,1"),
        ("Aarhus", "3-5 år", "2023", "5,9"),
        ("Aarhus", "Dagpleje", "2023", "3"),
        ("Samsø", "0-2 år", "2022", "0"),
        ("Samsø", "0-2 år", "2023", "0"),
        ("Samsø", "3-5 år", "2023", "6,1"),
    ]


def test_the_preset_knows_decimal_commas_and_offers(found: Run) -> None:
    """Nothing but the file's name is needed: "3,2" of "0-2 år" is 3.2 for the nursery."""
    assert status(found, "vuggestue", "751") == {
        "2022": (3.2, "not_fulfilled", None),
        "2023": (3.1, "fulfilled", None),
    }
    assert status(found, "boernehave", "751")["2023"] == (5.9, "fulfilled", None)


def test_a_ratio_of_nought_is_no_offer_and_never_a_kept_promise(found: Run) -> None:
    """Samsø has no nursery: the statistics write 0, which is fewer children per adult than any promise."""
    assert status(found, "vuggestue", "741") == {
        "2022": (None, "not_assessable", "no_cases"),
        "2023": (None, "not_assessable", "no_cases"),
    }
    assert status(found, "boernehave", "741")["2023"] == (6.1, "not_fulfilled", None)
