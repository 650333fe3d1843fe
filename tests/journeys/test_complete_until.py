"""How far data reaches: the declared day goes before what the rows show, and a period beyond it is never final."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from klaremal.discovery import discover
from klaremal.registry import build
from klaremal.run import run
from klaremal.scaffold import scaffold, write


@pytest.mark.parametrize(
    ("declared", "is_open"),
    [("2025-12-31", False), ("2025-06-30", True), ("2025-12-30", True)],
    ids=["the whole year", "half of it", "all but a day"],
)
def test_a_period_that_the_data_does_not_cover_is_provisional(tmp_path: Path, declared: str, is_open: bool) -> None:
    """Cases until December stand in the file, but its owner says that it is complete until a day: that day decides."""
    folder = tmp_path / "w"
    write(scaffold(build(*discover()), unit="751", plugins=("citizen_service",)), folder)
    config = folder / "klaremal.toml"
    text = config.read_text("utf-8")
    assert text.count("complete_until = 2025-12-31") == 1
    config.write_text(text.replace("complete_until = 2025-12-31", f"complete_until = {declared}"), "utf-8")
    found = run(folder, today=date(2026, 11, 22)).fulfilments
    of_year = found[found["period"].astype(str) == "2025"].iloc[0]
    assert bool(of_year["provisional"]) is is_open
    # Shown, but never a final status.
    assert pd.isna(of_year["status"]) is is_open
