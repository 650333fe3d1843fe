"""How far data reaches: the declared day goes before what the rows show, and a period beyond it is never final."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from klaremal.run import run

AARHUS = Path(__file__).parents[1] / "data/aarhus"


@pytest.mark.parametrize(
    ("declared", "is_open"),
    [("2025-12-31", False), ("2025-06-30", True), ("2025-12-30", True)],
    ids=["the whole year", "half of it", "all but a day"],
)
def test_a_period_that_the_data_does_not_cover_is_provisional(tmp_path: Path, declared: str, is_open: bool) -> None:
    """Cases until December stand in the file, but its owner says that it is complete until a day: that day decides."""
    folder = tmp_path / "w"
    shutil.copytree(AARHUS, folder)
    config = folder / "klaremal.toml"
    head, block, rest = config.read_text("utf-8").partition("[sources.citizen_service.appeals]")
    text = head + block + rest.partition("[sources.eldercare")[0]
    assert text.count("complete_until = 2025-12-31") == 1
    config.write_text(text.replace("complete_until = 2025-12-31", f"complete_until = {declared}"), "utf-8")
    found = run(folder, today=date(2026, 11, 22)).fulfilments
    of_year = found[(found["period"].astype(str) == "2025") & (found["goal"] == "omgjorte_klager")].iloc[0]
    assert bool(of_year["provisional"]) is is_open
    # Shown, but never a final status.
    assert pd.isna(of_year["status"]) is is_open
