"""What a figure weighs: values of units, put together by it, are the value of the place that they lie in."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import numpy as np
import pytest

from klaremal.measures import Mean, Published, Rate, Ratio, Share

LEVELS = ("municipality", "nation")
MEASURES = {
    "share": Share("kept"),
    "mean": Mean("days"),
    "ratio": Ratio("cost", per="people", scale=100),
    "rate": Rate("score", per="people", scale=1000),
}


def cases(seed: int) -> list[dict[str, Any]]:
    """Return cases of 2024 in three municipalities: in each of them some in every month, as many as chance wants."""
    chance = Random(seed)
    return [
        {
            "place": place,
            "day": str(date(2024, month, chance.randint(1, 28))),
            "kept": chance.random() < 0.7,
            "days": chance.randint(0, 400),
            "score": chance.randint(1, 5),
            "people": chance.randint(1, 50),
            "cost": chance.randint(0, 10_000),
        }
        for place in ("101", "102", "103")
        for month in range(1, 13)
        for _ in range(chance.randint(1, 4))
    ]


@pytest.mark.parametrize("seed", range(3))
def test_a_nation_is_its_municipalities_by_weight(seed: int, desk: Any) -> None:
    """Of whatever additive measure: the nation that the roll-up counts itself is the oracle."""
    wanted = [
        desk.wanted(measure, id=f"roads.{name}", frequencies=("year",), levels=LEVELS) for name, measure in MEASURES.items()
    ]
    found = desk.observe(cases(seed), *wanted, until=date(2024, 12, 31))
    for name in MEASURES:
        mine = found[found["indicator"] == f"roads.{name}"]
        nation, units = desk.cell(mine, unit="000"), mine[mine["level"] == "municipality"]
        together = float(np.average(units["value"], weights=units["weight"]))
        assert together == pytest.approx(nation["value"], rel=1e-9), name
        assert units["weight"].sum() == pytest.approx(nation["weight"]), name


def test_a_published_figure_weighs_what_its_row_says(desk: Any) -> None:
    """One that was filled weighs as much as those below it; a figure that is not there weighs nothing."""
    rows = [
        {"place": place, "year": 2024, "value": value, "people": people}
        for place, value, people in (("101", 3, 100), ("102", 6, 50), ("103", None, 70))
    ]
    wanted = desk.wanted(Published("value", weight="people"), dataset=desk.totals, frequencies=("year",), levels=LEVELS)
    found = desk.observe(rows, wanted)
    assert [desk.cell(found, unit=unit).weight for unit in ("101", "102", "000")] == [100, 50, 150]
    assert np.isnan(desk.cell(found, unit="103").weight)
    assert desk.cell(found, unit="000").value == 4


def test_a_published_figure_without_a_weight_has_none(desk: Any) -> None:
    """So that nobody can put several together."""
    rows = [{"place": "101", "year": 2024, "value": 3, "people": 100}]
    found = desk.observe(rows, desk.wanted(Published("value"), dataset=desk.totals, frequencies=("year",)))
    assert found["weight"].isna().all()
