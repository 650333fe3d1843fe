"""Three real sources, messy each in its own way, read exactly as their expected results say."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas

from klaremal import Column, Dataset
from klaremal.builtin.collectors import CSV, EXCEL, JSON

KEY_FIGURES = Dataset(
    id="demo.key_figures",
    title="Nøgletal",
    grain="én række pr. nøgletal, kommune og år",
    columns=(
        Column("indicator", "string", required=True),
        Column("name", "string"),
        Column("municipality", "string", required=True, also=("Kom.nr",)),
        Column("year", "year", required=True),
        Column("value", "number", decimals=1, missing={"M": "no_data"}),
    ),
    dated_by="year",
    placed_in="municipality",
    level="municipality",
    key=("indicator", "municipality", "year"),
)
EMPLOYMENT = Dataset(
    id="demo.employment",
    title="Beskæftigelse",
    grain="én række pr. område og år",
    columns=(
        Column("area", "string", required=True),
        Column("year", "year", required=True),
        Column("rate", "number", decimals=1, required=True),
    ),
    dated_by="year",
    placed_in="area",
    key=("area", "year"),
)
STAFFING = Dataset(
    id="demo.staffing",
    title="Normering",
    grain="én række pr. kommune, tilbud og år",
    columns=(
        Column("municipality", "string", required=True, also=("[Kommune].[Navn].[Navn]",)),
        Column("offer", "string", required=True, enum=("Dagpleje", "0-2 år", "3-5 år")),
        Column("year", "year", required=True),
        Column("ratio_old", "number", missing={"0": "no_cases"}),
        Column("ratio_new", "number", missing={"0": "no_cases"}),
    ),
    dated_by="year",
    placed_in="municipality",
    level="municipality",
    key=("municipality", "offer", "year"),
)
STAFFING_HEADERS = {
    "offer": "[Pasningstilbud].[Pasningstilbud].[Pasningstilbud]",
    "year": "[År].[År].[År]",
    "ratio_old": "Normering kommune til og med 2022",
    "ratio_new": "Normering kommune fra 2023",
}
# One block per indicator: a line with only its name, then a line per municipality; legends stand below the last.
BLOCKS = """
    with named as (
        select *, last_value(case when "Kom.nr" is null then column_1 end ignore nulls) over (order by __row) as indicator
        from source
    )
    select * from named where "Kom.nr" is not null
"""


def number(value: Any) -> Decimal | None:
    """Return an exact figure, None for an empty cell."""
    return None if value in ("", None) or pandas.isna(value) else Decimal(str(value)).normalize()


def expected(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as they stand there."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_key_figures_in_blocks_come_out_row_for_row(desk: Any, data: Path) -> None:
    """cp1252, a header in row 3, blocks stacked below each other, decimal commas and "M": 288 rows, as expected."""
    rows, frame = desk.checked(
        KEY_FIGURES,
        collector=CSV,
        files=str(data / "dk-noegletal-messy" / "nwRap-*.csv"),
        sql=BLOCKS,
        wide_to_long={"keep": ["indicator", "column_1", "Kom.nr"], "names": "year", "values": "value"},
        columns={"name": "column_1"},
    )
    wanted = expected(data / "dk-noegletal-messy" / "EXPECTED.csv")
    assert rows.total == 288
    assert rows.bad == 0
    assert {(row.indicator, row.municipality, row.year): number(row.value) for row in frame.itertuples()} == {
        (row["indicator"], row["kommunekode"], int(row["year"])): number(row["value"]) for row in wanted
    }
    assert set(frame["name"]) == {f"{row['kommune']} Kommune" for row in wanted}
    assert frame.loc[frame["value"].isna(), "value__cause"].tolist() == ["no_data"] * sum(row["raw"] == "M" for row in wanted)


def test_a_statbank_workbook_with_a_column_per_year_becomes_long(desk: Any, data: Path) -> None:
    """Title rows, a unit row, years as text and areas in a column without header: 1,624 rows, as expected."""
    rows, frame = desk.checked(
        EMPLOYMENT,
        collector=EXCEL,
        files=str(data / "dk-dst-xlsx" / "RAS200.xlsx"),
        wide_to_long={"keep": ["column_5"], "names": "year", "values": "rate"},
        columns={"area": "column_5"},
    )
    wanted = expected(data / "dk-dst-xlsx" / "EXPECTED.csv")
    assert rows.total == 1624
    assert {(row.area, row.year): number(row.rate) for row in frame.itertuples()} == {
        (row["area"], int(row["year"])): number(row["employment_rate"]) for row in wanted
    }


def test_a_ministry_answer_in_json_keeps_no_offer_apart_from_no_figure(desk: Any, data: Path) -> None:
    """Keys with brackets, decimal commas, "" for no figure and "0" for no such offer: 2,058 rows, as expected."""
    rows, frame = desk.checked(STAFFING, collector=JSON, files=str(data / "dk-normering" / "*.json"), columns=STAFFING_HEADERS)
    assert (rows.total, rows.bad) == (2058, 0)
    counted = {}
    for (offer, year), group in frame.groupby(["offer", "year"]):
        ratio, cause = ("ratio_new", "ratio_new__cause") if year == 2023 else ("ratio_old", "ratio_old__cause")
        limit = {"0-2 år": Decimal(3), "3-5 år": Decimal(6), "Dagpleje": Decimal(4)}[offer]
        values = [number(value) for value in group[ratio] if not pandas.isna(value)]
        no_offer = (group[cause] == "no_cases").sum()
        met = sum(value <= limit for value in values)
        counted[offer, int(year)] = (len(group), len(group) - len(values) - no_offer, no_offer, met, len(values))
    assert counted == {
        (row["tilbud"], int(row["aar"])): tuple(
            int(row[each]) for each in ("kommuner", "missing", "no_offer", "met", "measured")
        )
        for row in expected(data / "dk-normering" / "EXPECTED.csv")
    }
