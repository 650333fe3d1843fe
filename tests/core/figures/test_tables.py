"""The outward tables: names and period codes beside figures that are left as they are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from klaremal.ledger import FULFILMENT_COLUMNS, OBSERVATION_COLUMNS
from klaremal.measures import Share
from klaremal.model.period import FREQUENCIES
from klaremal.tables import fulfilments_table, observations_table


def observations(desk: Any, **more: Any) -> pd.DataFrame:
    """Return in-flight observations of three cases."""
    given = [{"place": "i1", "day": date(2025, month, 5), "kept": month != 3} for month in (1, 3, 12)]
    wanted = desk.wanted(Share("kept"), levels=("institution", "nation"), frequencies=FREQUENCIES, **more)
    found: pd.DataFrame = desk.observe(given, wanted, until=date(2025, 12, 31))
    return found


def test_the_columns_are_those_of_the_ledger(desk: Any) -> None:
    """In its order, with nothing that is only needed in flight."""
    assert tuple(observations_table(observations(desk), desk.units).columns) == OBSERVATION_COLUMNS


def test_periods_and_units_are_words(desk: Any) -> None:
    """Every kind of period has its one spelling, and a unit its name."""
    table = observations_table(observations(desk), desk.units)
    nation = table[table["unit"] == "000"]
    assert set(nation["unit_name"]) == {"Danmark"}
    assert set(nation["period"]) >= {"2025M01", "2025K4", "2025H1", "2025", "2024/25", "2025M12R12"}
    assert set(table["level"]) == {"institution", "nation"}


def test_no_figure_is_changed(desk: Any) -> None:
    """Row by row the numbers are those in flight."""
    found = observations(desk)
    table = observations_table(found, desk.units)
    numbers = ["value", "n", "part", "low", "high", "coverage", "provisional"]
    pd.testing.assert_frame_equal(table[numbers], found[numbers])


def test_fulfilments_are_words_as_well(desk: Any) -> None:
    """The same units and periods, and the columns of the ledger."""
    columns = {
        "goal": "kept",
        "unit": "101",
        "start": 2026 * 12 + 6,
        "frequency": "quarter",
        "value": 93.5,
        "status": "fulfilled",
    }
    table = fulfilments_table(pd.DataFrame([columns]), desk.units)
    assert tuple(table.columns) == FULFILMENT_COLUMNS
    assert table[["unit_name", "period", "value", "status"]].iloc[0].tolist() == ["Aaby", "2026K3", 93.5, "fulfilled"]


@pytest.mark.parametrize("make", [observations_table, fulfilments_table])
def test_no_rows_are_a_table_without_rows(desk: Any, make: Any) -> None:
    """The columns are there all the same."""
    assert len(make(pd.DataFrame(), desk.units)) == 0
    assert len(make(pd.DataFrame(), desk.units).columns) in (len(OBSERVATION_COLUMNS), len(FULFILMENT_COLUMNS))
