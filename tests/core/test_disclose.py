"""Small numbers: which cells have no figure left, and that nothing of a hidden cell remains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal import Column, Dataset, Indicator
from klaremal.builtin.units_dk import dk
from klaremal.canonical import definition
from klaremal.disclose import Disclosed
from klaremal.disclose import disclose as controlled
from klaremal.measures import Distinct, Mean, Measure, Published, Rate, Ratio, Share
from klaremal.model.unit import Units
from klaremal.plan import WantedIndicator

VISITS = Dataset(
    id="care.visits",
    title="Visits",
    grain="one row per visit",
    columns=(Column("seen_on", "date", required=True), Column("minutes", "number"), Column("place", "string")),
    dated_by="seen_on",
    placed_in="place",
)
TOTALS = Dataset(
    id="care.totals",
    title="Totals",
    grain="one row per municipality and year",
    columns=(Column("year", "year", required=True), Column("minutes", "number"), Column("place", "string")),
    dated_by="year",
    placed_in="place",
    level="municipality",
)


def wanted(measure: Measure, dataset: Dataset = VISITS, minimum_count: int = 5) -> WantedIndicator:
    """An indicator as a plan wants it."""
    indicator = Indicator(
        id="care.indicator",
        title="Indicator",
        dataset=dataset,
        measure=measure,
        measured_in="percent" if isinstance(measure, Share) else "number",
        direction="higher",
        frequency="year",
        minimum_count=minimum_count,
    )
    return WantedIndicator(
        indicator=indicator, definition=definition(indicator), components=(), frequencies=("year",), levels=("municipality",)
    )


def cell(
    n: float, part: float = float("nan"), cause: str | None = None, value: float = 50.0, warned: bool = False, unit: str = "101"
) -> pd.DataFrame:
    """One in-flight observation with these counts."""
    figures: dict[str, Any] = dict.fromkeys(("low", "high", "least", "most", "coverage", "weight"), 50.0) | {"value": value}
    about = {
        "indicator": "care.indicator",
        "level": "municipality",
        "unit": unit,
        "start": 2025 * 12,
        "frequency": "year",
        "breakdown": "",
    }
    rest = {
        "cause": cause,
        "warned": warned,
        "provisional": False,
        "hits": float("nan"),
        "misses": float("nan"),
        "largest": float("nan"),
    }
    return pd.DataFrame([{**about, "n": float(n), "part": float(part), **rest, **figures}])


def disclose(observations: pd.DataFrame, indicators: list[WantedIndicator]) -> pd.DataFrame:
    """Control the observations of a first run: nothing is out yet."""
    return disclosed(observations, indicators, NOTHING_OUT).observations


def disclosed(observations: pd.DataFrame, indicators: list[WantedIndicator], stored: pd.DataFrame) -> Disclosed:
    """Control observations of Danish municipalities beside what is out already."""
    given = observations.assign(definition=indicators[0].definition)
    return controlled(given, indicators, DENMARK, lambda ids: stored)


NOTHING_OUT = pd.DataFrame(
    columns=[
        "indicator",
        "definition",
        "unit",
        "period",
        "frequency",
        "breakdown",
        "value",
        "n",
        "part",
        "cause",
        "provisional",
    ]
)
DENMARK = Units.of(dk().units)
SHARE = Share("minutes > 10")


@pytest.mark.parametrize(
    ("measure", "n", "part", "hidden"),
    [
        pytest.param(Mean("minutes"), 3, None, True, id="a mean of three"),
        pytest.param(Mean("minutes"), 5, None, False, id="a mean of five"),
        pytest.param(SHARE, 40, 38, True, id="case 47: two of forty are not, which tells of persons"),
        pytest.param(SHARE, 40, 2, True, id="two hits"),
        pytest.param(SHARE, 40, 35, False, id="five are not"),
        pytest.param(SHARE, 40, 40, False, id="all are: 100 percent stays"),
        pytest.param(SHARE, 40, 0, False, id="none is: 0 percent stays"),
        pytest.param(SHARE, 3, 3, True, id="3 of 3 is hidden"),
        pytest.param(SHARE, 0, 0, False, id="no rows: nobody to protect"),
        pytest.param(Rate("minutes", per="minutes"), 40, 4, True, id="four events"),
        pytest.param(Ratio("minutes", per="minutes"), 40, 3, False, id="a ratio's top is a sum, not persons"),
        pytest.param(Ratio("minutes", per="minutes"), 4, 300, True, id="a ratio over four rows"),
    ],
)
def test_a_cell_with_a_small_number_of_persons_has_no_figure(measure: Measure, n: int, part: int | None, hidden: bool) -> None:
    """Below five (the default minimum) everything of the cell goes, and the cause says why."""
    released = disclose(cell(n, float("nan") if part is None else part), [wanted(measure)]).iloc[0]
    assert (released["cause"] == "confidential") is hidden
    assert bool(pd.isna(released[["value", "n", "part", "low", "high", "least", "most", "coverage", "weight"]]).all()) is hidden


def test_published_figures_are_their_source_s_to_control() -> None:
    """A statistics office has hidden what it must; n = 3 answers stays as published."""
    assert disclose(cell(3), [wanted(Published("minutes"), TOTALS)]).iloc[0]["value"] == 50.0


def test_of_the_ledger_only_indicators_that_hide_small_numbers_are_read() -> None:
    """Of a published figure nothing is asked, of a mean its own figures."""
    asked: list[str] = []

    def stored(ids: Sequence[str]) -> pd.DataFrame:
        asked.extend(ids)
        return NOTHING_OUT

    published, mean = wanted(Published("minutes"), TOTALS), wanted(Mean("minutes"))
    free = wanted(Mean("minutes"), minimum_count=1)
    controlled(cell(30).assign(definition=published.definition), [published], DENMARK, stored)
    controlled(cell(3).assign(definition=free.definition), [free], DENMARK, stored)
    assert asked == []
    controlled(cell(30).assign(definition=mean.definition), [mean], DENMARK, stored)
    assert asked == ["care.indicator"]


@pytest.mark.parametrize(("value", "hidden"), [(4.0, True), (5.0, False), (0.0, False)])
def test_a_number_of_different_ones_tells_of_as_many_persons(value: float, hidden: bool) -> None:
    """Four different ones among forty rows are hidden, five and none are not."""
    released = disclose(cell(40, value=value), [wanted(Distinct("place"))]).iloc[0]
    assert (released["cause"] == "confidential") is hidden


def test_a_hidden_figure_has_no_warning_either() -> None:
    """That a part of it was implausible says something of its size; beside a shown one it stays."""
    both = pd.concat([cell(3, warned=True), cell(30, warned=True, unit="751")], ignore_index=True)
    assert disclose(both, [wanted(Mean("minutes"))])["warned"].tolist() == [False, True]


def test_the_minimum_is_the_indicator_s_own() -> None:
    """With a minimum of 30 a mean of 29 is hidden."""
    assert disclose(cell(29), [wanted(Mean("minutes"), minimum_count=30)]).iloc[0]["cause"] == "confidential"


def test_an_earlier_cause_stays_but_its_figures_go() -> None:
    """A count that lacks a month is no_data first; what is known so far is hidden all the same."""
    released = disclose(cell(3, cause="no_data"), [wanted(Mean("minutes"))]).iloc[0]
    assert released["cause"] == "no_data"
    assert pd.isna(released["value"])


@given(n=st.integers(0, 60), share=st.floats(0, 1), minimum=st.integers(1, 12))
def test_no_shown_share_tells_of_few_persons(n: int, share: float, minimum: int) -> None:
    """Whatever the numbers: where a figure is shown, n, hits and misses are 0 or at least the minimum."""
    part = round(n * share)
    released = disclose(cell(n, part), [wanted(SHARE, minimum_count=minimum)]).iloc[0]
    shown = not pd.isna(released["value"])
    assert shown == all(count == 0 or count >= minimum for count in (n, part, n - part))
